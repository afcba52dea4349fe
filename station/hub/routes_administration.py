"""Routes: the county's staff, and publishing service items."""

from __future__ import annotations

from fastapi import APIRouter

from station.hub.doors import Someone, TheHub
from station.wire.administration import Staff
from station.wire.messages import ItemEntry, ItemText, SignedStatement

routes = APIRouter(prefix="/v1", tags=["administration"])


@routes.get("/staff")
def staff(hub: TheHub, account: Someone) -> Staff:
    """Everybody of an administrator's area with their certificates."""
    return hub.people.staff(account)


@routes.post("/items", status_code=201)
def publish(hub: TheHub, account: Someone, publication: SignedStatement) -> ItemEntry:
    """Puts a version of an item in force, as the county's administrator signed."""
    return hub.publishing.publish(account, publication)


@routes.get("/items/{code}/{version}")
def item(hub: TheHub, account: Someone, code: str, version: int) -> ItemText:
    """A version of an item, for a station that lacks it."""
    return hub.publishing.text(code, version)
