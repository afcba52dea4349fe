"""Routes: figures, cards, messages, and the tree over the whole record."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from station.clock import is_ours
from station.domain.units import covers
from station.hub.doors import Limit, OldSize, Overseer, Someone, TheHub, TreeSize
from station.notify import kannel
from station.supervision.report import as_json
from station.wire.messages import CardPage, Consistency, Inclusion, SmsPage, TreeHead
from station.wire.problems import RequestMalformed, RoleNotAllowed

routes = APIRouter(prefix="/v1", tags=["supervision"])


@routes.get("/stats")
def stats(
    hub: TheHub,
    account: Overseer,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    unit: str = "",
) -> dict[str, Any]:
    """The figures of a period, all recomputable from the record (``supervise report``)."""
    area = unit or account.person.unit.code
    if not covers(account.person.unit.code, area):
        raise RoleNotAllowed()
    # What happened in this very second counts too.
    end = _aware(until) or hub.clock() + timedelta(seconds=1)
    return as_json(hub.figures.of(area, _aware(since), end), hub.directory.unit_name)


@routes.get("/cards")
def cards(
    hub: TheHub,
    account: Someone,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    after: str | None = None,
    limit: Limit = 50,
) -> CardPage:
    """Yellow and red cards dealt in one's area, the newest first."""
    return hub.lookup.cards(account.person, _aware(since), _aware(until), after, limit)


@routes.get("/sms")
def sms(
    hub: TheHub, account: Someone, case: str = "", after: str | None = None, limit: Limit = 50
) -> SmsPage:
    """Messages about cases of one's area, without names and with masked numbers."""
    return hub.messages.page(account.person, case, after, limit)


@routes.get("/log/head")
def head(hub: TheHub, account: Someone) -> TreeHead:
    """The newest head of the tree over all operations, signed by the hub."""
    return hub.tree.head()


@routes.get("/log/inclusion")
def inclusion(hub: TheHub, account: Someone, operation: str, size: TreeSize = None) -> Inclusion:
    """The proof that an operation stands in the tree."""
    return hub.tree.inclusion(account.person, operation, size)


@routes.get("/log/consistency")
def consistency(
    hub: TheHub, account: Someone, old_size: OldSize, size: TreeSize = None
) -> Consistency:
    """The proof that the tree only grew."""
    return hub.tree.consistency(old_size, size)


@routes.get("/sms/report", status_code=204, include_in_schema=False)
def report(
    hub: TheHub, message: Annotated[str, Query(alias="id")], secret: str, status: int
) -> Response:
    """Kannel's delivery report, where messages go out through Kannel."""
    settings = hub.settings.kannel
    expected = settings.report_secret if settings else ""
    if not expected or not hmac.compare_digest(secret.encode(), expected.encode()):
        raise RoleNotAllowed()
    if status not in (kannel.DELIVERED, kannel.UNDELIVERABLE, kannel.REFUSED):
        raise RequestMalformed(reason=f"status {status}")
    hub.sms.report(message, status == kannel.DELIVERED, hub.clock())
    return Response(status_code=204)


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and not is_ours(moment):
        raise RequestMalformed(reason="times need their offset, e.g. +08:00")
    return moment
