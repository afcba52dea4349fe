"""The hub's HTTP face: what every route shares. The routes themselves lie beside it.

Every refusal leaves as a problem document (RFC 9457) in the language asked for, Chinese unless
English is preferred. What is none of ours to explain is logged under an incident number.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from station.hub import (
    routes_authority,
    routes_cases,
    routes_people,
    routes_supervision,
    routes_uploads,
)
from station.hub.assembly import Hub
from station.hub.problem_page import Problem
from station.hub.tus import Lines
from station.wire.problems import (
    PROBLEM_TYPE,
    HubBroken,
    Refusal,
    RequestMalformed,
    SignInNeeded,
    UploadTooLarge,
)

MOST_JSON_BYTES = 4 * 1024 * 1024

_log = logging.getLogger(__name__)


def make_app(hub: Hub) -> FastAPI:
    """The ASGI application over an opened hub."""
    app = FastAPI(
        title="驿站 Yizhan hub",
        version="1",
        description="The county's hub: signed actions on cases, sealed documents, supervision. "
        "It sees no content. The order of the talk is in station/wire/PROTOCOL.md.",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        responses={
            "4XX": {"model": Problem, "description": "Refused, with the reason"},
            "5XX": {"model": Problem, "description": "The hub's own bad day"},
        },
    )
    app.state.hub = hub
    app.state.lines = Lines()
    for part in (routes_people, routes_uploads, routes_cases, routes_supervision):
        app.include_router(part.routes)
    if hub.authority is not None:
        app.state.authority_desk = routes_authority.Desk(hub.authority)
        app.include_router(routes_authority.routes)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_middleware(_Limits)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem_response(request, error)


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0] if error.errors() else {}
    where = ".".join(str(part) for part in first.get("loc", ()))
    return problem_response(request, RequestMalformed(reason=f"{where}: {first.get('msg', '')}"))


async def _no_such_route(request: Request, error: Exception) -> Response:
    """Statuses of the framework's own (404, 405), in the same form as ours."""
    assert isinstance(error, HTTPException)
    document = RequestMalformed(reason=error.detail).document(_language(request))
    return JSONResponse(
        {**document, "type": "about:blank", "status": error.status_code},
        status_code=error.status_code,
        media_type=PROBLEM_TYPE,
        headers=error.headers,
    )


class _Limits:
    """Bodies of bounded size, and nothing but problem documents for what goes wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
            if not scope["path"].startswith("/v1/uploads"):
                _check_size(request)
            await self._app(scope, receive, watched)
        except Refusal as error:
            await problem_response(request, error)(scope, receive, send)
        except Exception:  # a bug: told by its number, its trace in the hub's log
            incident = uuid.uuid4().hex[:8]
            _log.exception("incident %s: %s %s", incident, scope["method"], scope["path"])
            if started:
                raise
            refusal = HubBroken(incident=incident)
            await problem_response(request, refusal)(scope, receive, send)


def _check_size(request: Request) -> None:
    size = request.headers.get("content-length", "0")
    if not size.isdigit() or "transfer-encoding" in request.headers:
        raise RequestMalformed(reason="Content-Length is missing")
    if int(size) > MOST_JSON_BYTES:
        raise UploadTooLarge(size=int(size), most=MOST_JSON_BYTES)


def problem_response(request: Request, error: Refusal) -> JSONResponse:
    """The refusal as a problem document."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, SignInNeeded):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        {**error.document(_language(request)), "instance": request.url.path},
        status_code=error.status,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def _language(request: Request) -> str:
    """``en`` when English is preferred to Chinese, else ``zh``."""
    weights = {"en": 0.0, "zh": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            continue
        language = name[:2].lower()
        if language in weights:
            weights[language] = max(weights[language], value)
    return "en" if weights["en"] > weights["zh"] else "zh"
