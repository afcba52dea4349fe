"""The hub's HTTP face: what every route shares. The routes themselves lie beside it.

Every refusal leaves as a problem document (RFC 9457) in the language asked for, Chinese unless
English is preferred (``problem_page``). How much may be sent, and how slowly, is in ``limits``.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from station.hub import (
    routes_administration,
    routes_authority,
    routes_cases,
    routes_enrolment,
    routes_people,
    routes_supervision,
    routes_uploads,
)
from station.hub.assembly import Hub
from station.hub.limits import Limits
from station.hub.problem_page import Problem, language_of, problem_response, problems_as_sent
from station.hub.tus import Lines
from station.wire.problems import PROBLEM_TYPE, Refusal, RequestMalformed

_ROOMS = (
    routes_people,
    routes_enrolment,
    routes_administration,
    routes_uploads,
    routes_cases,
    routes_supervision,
)


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
    for part in _ROOMS:
        app.include_router(part.routes)
    if hub.authority is not None:
        app.state.authority_desk = routes_authority.Desk(hub.authority)
        app.include_router(routes_authority.routes)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_middleware(Limits, patience_seconds=hub.settings.patience_seconds)
    problems_as_sent(app)
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
    document = RequestMalformed(reason=error.detail).document(language_of(request))
    headers = dict(error.headers or {})
    if error.status_code == 405:  # the framework names the methods of the first route alone
        headers["Allow"] = ", ".join(sorted(_methods_at(request)))
    return JSONResponse(
        {**document, "type": "about:blank", "status": error.status_code},
        status_code=error.status_code,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def _methods_at(request: Request) -> set[str]:
    return {
        method
        for part in (*_ROOMS, routes_authority)
        for route in part.routes.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
