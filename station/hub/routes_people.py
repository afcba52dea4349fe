"""Routes: signing in and out, and the directory."""

from __future__ import annotations

from fastapi import APIRouter, Response

from station.hub.doors import Someone, TheHub, Token
from station.wire.messages import Challenge, Directory, Session, SignedStatement

routes = APIRouter(prefix="/v1", tags=["people"])


@routes.get("/health")
def health(hub: TheHub) -> dict[str, str]:
    """The hub is up, and what time it has."""
    return {"status": "ok", "time": hub.clock().isoformat()}


@routes.get("/challenge")
def challenge(hub: TheHub) -> Challenge:
    """A question to be answered with ``POST /v1/session``."""
    return hub.accounts.challenge()


@routes.post("/session", status_code=201)
def sign_in(hub: TheHub, answer: SignedStatement) -> Session:
    """Opens a session for whoever signed the answer."""
    return hub.accounts.open(answer)


@routes.delete("/session", status_code=204)
def sign_out(hub: TheHub, token: Token) -> Response:
    """Ends the session; ending it twice changes nothing."""
    hub.accounts.close(token)
    return Response(status_code=204)


@routes.get("/directory")
def directory(hub: TheHub, account: Someone) -> Directory:
    """Units and the certificates that documents are sealed to."""
    return hub.directory.message()
