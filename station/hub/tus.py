"""What tus 1.0 asks of a server beyond files: its headers, and one connection at a time.

The checksum of a part makes the part all or nothing; without one every byte that arrives counts,
also those before a cut.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from station.hub.uploads import Upload, Uploads
from station.wire.problems import (
    ChecksumMismatch,
    ChecksumUnsupported,
    RequestMalformed,
    UploadSuperseded,
    UploadVersion,
)

TUS_VERSION = "1.0.0"
_BLOCK = 1 << 20


class Lines:
    """At most one connection writes to an upload, and the newest has the right."""

    def __init__(self) -> None:
        self._newest: dict[str, asyncio.Event] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def only(self, digest: str) -> AsyncIterator[asyncio.Event]:
        """Ends the connection before, waits until it has let go, and takes its place.

        The event that comes back is set when a newer one wants the place.
        """
        before, mine = self._newest.get(digest), asyncio.Event()
        self._newest[digest] = mine
        if before is not None:
            before.set()
        async with self._locks.setdefault(digest, asyncio.Lock()):
            try:
                yield mine
            finally:
                if self._newest[digest] is mine:  # so nobody waits for the lock either
                    del self._newest[digest], self._locks[digest]


async def received(
    uploads: Uploads,
    upload: Upload,
    request: Request,
    expected: bytes | None,
    superseded: asyncio.Event,
) -> Upload:
    """Keeps what arrives, and has it on the disk before it answers how far the upload is."""
    start, digest = upload.offset, hashlib.sha256()
    waiting = bytearray()
    cut: UploadSuperseded | ClientDisconnect | None = None
    try:
        async for piece in _pieces(request, superseded):
            digest.update(piece)
            waiting += piece
            if len(waiting) >= _BLOCK:
                upload = await run_in_threadpool(uploads.append, upload, bytes(waiting))
                waiting.clear()
    except (UploadSuperseded, ClientDisconnect) as error:
        cut = error
    if waiting:
        upload = await run_in_threadpool(uploads.append, upload, bytes(waiting))
    if expected is not None and (cut or not hmac.compare_digest(digest.digest(), expected)):
        await run_in_threadpool(uploads.take_back, upload, start)
        raise ChecksumMismatch()
    await run_in_threadpool(uploads.settle, upload)
    if isinstance(cut, UploadSuperseded):
        raise cut
    return upload


async def _pieces(request: Request, superseded: asyncio.Event) -> AsyncIterator[bytes]:
    """The body as it arrives, until its end or until a newer connection takes over."""
    stream = aiter(request.stream())
    end = asyncio.ensure_future(superseded.wait())
    try:
        while True:
            piece = asyncio.ensure_future(anext(stream, None))
            await asyncio.wait({piece, end}, return_when=asyncio.FIRST_COMPLETED)
            if not piece.done():
                piece.cancel()
                raise UploadSuperseded()
            data = piece.result()
            if data is None:
                return
            yield data
    finally:
        end.cancel()


def speaks_tus(request: Request, tus_resumable: Annotated[str, Header()] = TUS_VERSION) -> None:
    """A client that speaks another tus is told so; ``OPTIONS`` asks before it knows."""
    if tus_resumable != TUS_VERSION and request.method != "OPTIONS":
        raise UploadVersion(version=TUS_VERSION)


def digest_in(metadata: str) -> str:
    """The ``sha256`` of a tus ``Upload-Metadata`` header: ``name base64, name base64 …``."""
    for pair in metadata.split(","):
        name, _, value = pair.strip().partition(" ")
        if name == "sha256":
            return _base64(value).decode("ascii", "replace")
    raise RequestMalformed(reason="Upload-Metadata has no sha256")


def checksum_in(header: str) -> bytes | None:
    if not header:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm != "sha256":
        raise ChecksumUnsupported()
    return _base64(value)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestMalformed(reason="not base64") from error
