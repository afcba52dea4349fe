"""Routes: asking for certificates, deciding about them, renewing and revoking."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from station.hub.doors import Someone, TheHub
from station.wire.enrolment import (
    Certified,
    Enrolment,
    EnrolmentAsked,
    Enrolments,
    EnrolmentTicket,
    Renewal,
)
from station.wire.messages import SignedStatement

routes = APIRouter(prefix="/v1", tags=["certificates"])


@routes.post("/enrolments", status_code=201)
def ask(hub: TheHub, asked: EnrolmentAsked) -> EnrolmentTicket:
    """Hands in a request for a certificate; anybody may."""
    return hub.enrolments.ask(asked)


@routes.get("/enrolments")
def waiting(hub: TheHub, account: Someone) -> Enrolments:
    """The requests that wait, for the county administrator."""
    return hub.enrolments.waiting(account)


@routes.get("/enrolments/{id}")
def collect(hub: TheHub, id: str, enrolment_secret: Annotated[str, Header()] = "") -> Enrolment:
    """How it stands with a request, and its certificate; ``Enrolment-Secret`` from the ticket."""
    return hub.enrolments.collect(id, enrolment_secret)


@routes.post("/enrolments/{id}/decision")
def decide(hub: TheHub, account: Someone, id: str, decision: SignedStatement) -> Enrolment:
    """Issues or refuses, as the administrator signed."""
    return hub.enrolments.decide(id, account, decision)


@routes.post("/renewals", status_code=201)
def renew(hub: TheHub, renewal: Renewal) -> Certified:
    """A certificate for a new key, signed for by the old one."""
    return hub.enrolments.renew(renewal)


@routes.post("/revocations", status_code=204)
def revoke(hub: TheHub, revocation: SignedStatement) -> Response:
    """Revokes a certificate; doing it twice changes nothing."""
    hub.enrolments.revoke(revocation)
    return Response(status_code=204)
