"""Routes: the county's staff, and publishing service items."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from station.hub.doors import Someone, TheHub
from station.hub.publishing import MOST_VERSIONS
from station.wire.administration import Staff
from station.wire.messages import ItemEntry, ItemText, SignedStatement

ItemVersion = Annotated[int, Path(ge=1, le=MOST_VERSIONS)]

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
def item(hub: TheHub, account: Someone, code: str, version: ItemVersion) -> ItemText:
    """A version of an item, for a station that lacks it."""
    return hub.publishing.text(code, version)
