"""Routes of the training authority: OCSP, revocation lists, time stamps. Training mode only."""

from __future__ import annotations

import base64
import binascii
import threading
from typing import Annotated, cast
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from signing.authority.training import TrainingAuthority
from signing.certificates import to_pem
from station.wire.problems import RequestMalformed

_ISSUERS = ("root", "county")


class Desk:
    """The authority behind a counter: its keys serve one at a time."""

    def __init__(self, authority: TrainingAuthority) -> None:
        self._authority = authority
        self._lock = threading.Lock()

    def ocsp(self, asked: bytes) -> Response:
        with self._lock:
            answer = self._authority.ocsp(asked)
        return Response(answer, media_type="application/ocsp-response")

    def time_stamp(self, asked: bytes) -> Response:
        with self._lock:
            answer = self._authority.timestamp(asked)
        return Response(answer, media_type="application/timestamp-reply")

    def revocation_list(self, issuer: str) -> Response:
        with self._lock:
            answer = self._authority.crl(issuer)
        return Response(answer, media_type="application/pkix-crl")

    def root(self) -> Response:
        return Response(to_pem(*self._authority.roots), media_type="application/x-pem-file")


def _desk_of(request: Request) -> Desk:
    return cast(Desk, request.app.state.authority_desk)


TheDesk = Annotated[Desk, Depends(_desk_of)]

routes = APIRouter(
    prefix="/authority", tags=["training authority"], default_response_class=Response
)


@routes.post("/ocsp")
async def ocsp(desk: TheDesk, request: Request) -> Response:
    """RFC 6960, by POST."""
    return await run_in_threadpool(desk.ocsp, await request.body())


@routes.get("/ocsp/{asked:path}")
def ocsp_by_get(desk: TheDesk, asked: str) -> Response:
    """RFC 6960, appendix A.1: the request in base64 as the path."""
    try:
        return desk.ocsp(base64.b64decode(unquote(asked), validate=True))
    except (binascii.Error, ValueError) as error:
        raise RequestMalformed(reason="not an OCSP request in base64") from error


@routes.get("/crl/{issuer}.crl")
def revocation_list(desk: TheDesk, issuer: str) -> Response:
    """The newest revocation list of ``root`` or ``county``."""
    if issuer not in _ISSUERS:
        raise RequestMalformed(reason=f"no issuer is called {issuer}")
    return desk.revocation_list(issuer)


@routes.post("/tsa")
async def time_stamp(desk: TheDesk, request: Request) -> Response:
    """RFC 3161 over HTTP."""
    return await run_in_threadpool(desk.time_stamp, await request.body())


@routes.get("/root.pem")
def root(desk: TheDesk) -> Response:
    """The trust root of the training county."""
    return desk.root()
