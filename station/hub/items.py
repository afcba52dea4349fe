"""Service items as this hub's cases were opened with them.

The first case of an item's version pins it: the hub keeps the item itself, so that what the
catalogue becomes later (a new version, a correction, an item taken away) cannot reach back into
cases that are under way, nor into the figures of years past.
"""

from __future__ import annotations

import json
import threading

import sqlalchemy as sa

from station.catalogue import Catalogue
from station.catalogue.item_files import item_from, structure_of
from station.domain.items import ServiceItem
from station.hub import schema
from station.hub.database import Database


class Items:
    """Items by code and version: the pinned ones, and those that new cases may be opened with."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self.catalogue = catalogue
        self._lock = threading.Lock()
        self._pinned: dict[tuple[str, int], ServiceItem] = {}

    def of_case(self, code: str, version: int) -> ServiceItem:
        """The item of a case that exists; ``ItemUnknown`` when no case was opened with it."""
        return self._pinned_item(code, version) or self.catalogue.item(code, version)

    def for_new_case(self, code: str, version: int) -> ServiceItem:
        """The item for a case that begins; ``ItemUnknown`` when the catalogue has it no more."""
        offered = self.catalogue.item(code, version)
        return self._pinned_item(code, version) or offered

    def pin(self, connection: sa.Connection, item: ServiceItem) -> None:
        """Keeps the item in the running transaction, unless it is kept already."""
        items = schema.items
        mine = sa.and_(items.c.code == item.code, items.c.version == item.version)
        if connection.scalar(sa.select(items.c.code).where(mine)) is None:
            structure = json.dumps(structure_of(item), ensure_ascii=False)
            connection.execute(
                items.insert().values(code=item.code, version=item.version, structure=structure)
            )

    def _pinned_item(self, code: str, version: int) -> ServiceItem | None:
        with self._lock:
            known = self._pinned.get((code, version))
        if known is not None:
            return known
        items = schema.items
        with self._database.read() as connection:
            structure = connection.scalar(
                sa.select(items.c.structure).where(items.c.code == code, items.c.version == version)
            )
        if structure is None:
            return None
        item = item_from(json.loads(structure))
        with self._lock:
            self._pinned[code, version] = item
        return item
