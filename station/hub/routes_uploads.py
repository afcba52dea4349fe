"""Routes for uploads: tus 1.0.0 with the extensions creation, checksum, expiration, termination.

An upload's address is the SHA-256 of what it will be, so creating it twice finds it again. A newer
connection for the same upload ends an older one, which may hang on a dead line for minutes: the
client that lost its network must never be told to wait for itself.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from station.hub.assembly import Hub
from station.hub.doors import Length, Someone, TheHub
from station.hub.tus import TUS_VERSION, Lines, checksum_in, digest_in, received, speaks_tus
from station.hub.uploads import KEPT, Upload
from station.wire.problems import OffsetConflict, RequestMalformed

_EXTENSIONS = "creation,checksum,expiration,termination"

routes = APIRouter(prefix="/v1/uploads", tags=["uploads"], dependencies=[Depends(speaks_tus)])


@routes.options("", status_code=204)
def abilities(hub: TheHub) -> Response:
    """What this server can do, as tus asks for it."""
    return _answer(
        204,
        {
            "Tus-Version": TUS_VERSION,
            "Tus-Extension": _EXTENSIONS,
            "Tus-Max-Size": str(hub.uploads.most_bytes),
            "Tus-Checksum-Algorithm": "sha256",
        },
    )


@routes.post("", status_code=201)
def begin(
    hub: TheHub,
    account: Someone,
    upload_length: Length,
    upload_metadata: Annotated[str, Header()],
) -> Response:
    """Opens an upload; ``Upload-Metadata`` carries ``sha256`` (hex) of the whole.

    The answer's ``Upload-Offset`` says how much is here already, perhaps everything.
    """
    upload = hub.uploads.begin(
        digest_in(upload_metadata),
        upload_length,
        partial(hub.upload_share.announce, account.person.unit.code),
    )
    return _answer(201, {"Location": f"/v1/uploads/{upload.digest}"} | _progress(hub, upload))


@routes.head("/{digest}", status_code=200)
def progress(hub: TheHub, account: Someone, digest: str) -> Response:
    """How much of the upload is here."""
    return _answer(200, {"Cache-Control": "no-store"} | _progress(hub, hub.uploads.find(digest)))


@routes.patch("/{digest}", status_code=204)
async def go_on(
    hub: TheHub,
    account: Someone,
    request: Request,
    digest: str,
    upload_offset: Length,
    content_type: Annotated[str, Header()] = "",
    upload_checksum: Annotated[str, Header()] = "",
) -> Response:
    """Takes the bytes from ``Upload-Offset`` on, as many as arrive."""
    if content_type != "application/offset+octet-stream":
        raise RequestMalformed(reason="Content-Type must be application/offset+octet-stream")
    expected = checksum_in(upload_checksum)
    lines: Lines = request.app.state.lines
    async with lines.only(digest) as superseded:
        upload = await run_in_threadpool(hub.uploads.find, digest)
        if upload.offset != upload_offset:
            raise OffsetConflict(offset=upload.offset)
        upload = await received(hub.uploads, upload, request, expected, superseded)
    return _answer(204, _progress(hub, upload))


@routes.delete("/{digest}", status_code=204)
def give_up(hub: TheHub, account: Someone, digest: str) -> Response:
    """Forgets an unfinished upload."""
    hub.uploads.drop(digest)
    return _answer(204, {})


def _answer(status: int, headers: dict[str, str]) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": TUS_VERSION} | headers)


def _progress(hub: Hub, upload: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
    if not upload.complete:
        ends = (hub.clock() + KEPT).astimezone(UTC)
        headers["Upload-Expires"] = format_datetime(ends, usegmt=True)
    return headers
