"""How much, and how slowly, somebody may send: bodies of bounded size that arrive in time.

A client that opens connections and then says nothing, or says it a letter a minute, would hold
them for ever; with enough of them nobody else gets in. Documents are another matter: they come
over bad lines, so an upload is given up only when nothing at all arrives any more, and what did
arrive is kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from station.hub.problem_page import problem_response
from station.wire.problems import (
    PROBLEM_TYPE,
    HubBroken,
    HubBusy,
    Refusal,
    RequestMalformed,
    RequestTooSlow,
    UploadTooLarge,
    asked_to_wait,
)

# A signed statement with its certificates has 10 KB; nothing else is sent as JSON.
MOST_BODY_BYTES = 256 * 1024
# But for a service item with the pages of its original paper.
MOST_ITEM_BYTES = 4 * 1024 * 1024
_UPLOADS = "/v1/uploads"
_WHEN_FULL = 5  # seconds, after which a client may knock again
_ITEMS = "/v1/items"

_log = logging.getLogger(__name__)


class Limits:
    """Around the application: reads small bodies whole, and tells every failure as a problem."""

    def __init__(self, app: ASGIApp, patience_seconds: float) -> None:
        self._app = app
        self._patience = patience_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            if scope["path"].startswith(_UPLOADS):
                heard: Receive = _Lively(receive, self._patience)
            else:
                heard = await self._whole(request, receive)
            await self._app(scope, heard, watched)
        except Refusal as error:
            await problem_response(request, error)(scope, receive, send)
        except Exception:  # a bug: told by its number, its trace in the hub's log
            incident = uuid.uuid4().hex[:8]
            _log.exception("incident %s: %s %a", incident, scope["method"], scope["path"])
            if started:
                raise
            refusal = HubBroken(incident=incident)
            await problem_response(request, refusal)(scope, receive, send)

    async def _whole(self, request: Request, receive: Receive) -> Receive:
        """The body, read before anybody looks at it; the rest of the talk as it comes."""
        _check_size(request)
        body = bytearray()
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    message = await receive()
                    body += message.get("body", b"")
                    if message["type"] != "http.request" or not message.get("more_body"):
                        break
        except TimeoutError as error:
            raise RequestTooSlow(seconds=round(self._patience)) from error
        first: list[Message] = [{**message, "body": bytes(body)}]

        async def replayed() -> Message:
            return first.pop() if first else await receive()

        return replayed


class _Lively:
    """An upload's bytes as they come; silence for too long counts as a cut line."""

    def __init__(self, receive: Receive, patience: float) -> None:
        self._receive = receive
        self._patience = patience
        self._more = True

    async def __call__(self) -> Message:
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout(self._patience):
                message = await self._receive()
        except TimeoutError:
            message = {"type": "http.disconnect"}
        self._more = bool(message.get("more_body"))
        return message


def _check_size(request: Request) -> None:
    size = request.headers.get("content-length", "0")
    if not (size.isascii() and size.isdigit()) or "transfer-encoding" in request.headers:
        raise RequestMalformed(reason="Content-Length is missing")
    most = MOST_ITEM_BYTES if request.url.path == _ITEMS else MOST_BODY_BYTES
    if int(size) > most:
        raise UploadTooLarge(size=int(size), most=most)


def patient(seconds: float, most_connections: int) -> type[asyncio.Protocol]:
    """uvicorn's protocol, which waits ``seconds`` at most until a request has been said, and
    keeps ``most_connections`` open at the same time."""
    open_now: set[asyncio.Protocol] = set()

    class Patient(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            open_now.add(self)
            if len(open_now) > most_connections:
                self._say(503, "Service Unavailable", HubBusy(seconds=_WHEN_FULL))
            else:
                self._wait()

        def data_received(self, data: bytes) -> None:
            if self._timer is None and not self._busy:
                self._wait()
            super().data_received(data)
            if self._busy:
                self._stop_waiting()

        def connection_lost(self, exc: Exception | None) -> None:
            open_now.discard(self)
            self._stop_waiting()
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            """What is no HTTP at all is told as everything else is."""
            self._say(400, "Bad Request", RequestMalformed(reason=msg))

        def _say(self, status: int, phrase: str, refusal: Refusal) -> None:
            body = json.dumps(refusal.document("zh")).encode()
            wait = asked_to_wait(refusal)
            head = (
                f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {PROBLEM_TYPE}\r\n"
                + (f"Retry-After: {wait:.0f}\r\n" if wait else "")
                + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            self.transport.close()

        @property
        def _busy(self) -> bool:
            """Whether a request was understood and its answer is under way."""
            return self.cycle is not None and not self.cycle.response_complete

        def _wait(self) -> None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    return Patient
