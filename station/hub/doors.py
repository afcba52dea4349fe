"""What routes ask of a request before anything else: which hub, who is it, and may they?"""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Header, Query, Request

from station.domain.units import Role
from station.hub.accounts import Account
from station.hub.assembly import Hub
from station.hub.lookup import MOST_ROWS
from station.wire.problems import RoleNotAllowed, SignInNeeded

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})


def hub_of(request: Request) -> Hub:
    """The hub that this application serves."""
    return cast(Hub, request.app.state.hub)


TheHub = Annotated[Hub, Depends(hub_of)]


def bearer(authorization: Annotated[str, Header()] = "") -> str:
    """The token in the ``Authorization`` header; ``SignInNeeded`` without one."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded()
    return token


Token = Annotated[str, Depends(bearer)]


def account_of(hub: TheHub, token: Token) -> Account:
    """Whoever signed in, their certificate still good, and not asking without end."""
    account = hub.accounts.of(token)
    hub.pace.ask(account.fingerprint)
    return account


Someone = Annotated[Account, Depends(account_of)]


def overseer_of(account: Someone) -> Account:
    """A supervisor, auditor or administrator."""
    if account.person.role not in _OVERSEERS:
        raise RoleNotAllowed()
    return account


Overseer = Annotated[Account, Depends(overseer_of)]

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS)]
# Whole numbers as JSON and the database can hold them.
_MOST = 2**53 - 1
Position = Annotated[int | None, Query(ge=-1, le=_MOST)]
OldSize = Annotated[int, Query(ge=1, le=_MOST)]
TreeSize = Annotated[int | None, Query(ge=1, le=_MOST)]
LeaseToken = Annotated[int, Header(ge=0, le=_MOST)]
MaybeLease = Annotated[int | None, Header(ge=0, le=_MOST)]
Length = Annotated[int, Header(ge=0, le=_MOST)]
