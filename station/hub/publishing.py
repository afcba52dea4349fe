"""Publishing service items: a version that the county's administrator signed is in force at once.

The hub checks an item as ``station catalogue check`` does, keeps the signed statement, and never
changes or takes back a version: cases are pinned to the one that they were opened with.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from station.catalogue import ItemUnknown
from station.catalogue.item_files import flaws_in, item_from, structure_of
from station.clock import Clock
from station.domain.items import ServiceItem
from station.hub import schema
from station.hub.accounts import Account
from station.hub.database import Database
from station.hub.fresh_statements import FreshStatements, administrator
from station.hub.items import Items
from station.wire.administration import PUBLICATION_FORMAT
from station.wire.messages import ItemEntry, ItemText, SignedStatement
from station.wire.problems import (
    ItemNotHere,
    ItemUnfit,
    OutsideYourArea,
    StatementMalformed,
    StatementOfAnother,
)

MOST_VERSIONS = 1_000_000  # what the database and every reader can hold
_LONGEST_CODE = 64


class ItemDesk:
    """The counter for service items. ``county`` is the code of the unit that may publish."""

    def __init__(
        self,
        database: Database,
        items: Items,
        statements: FreshStatements,
        county: str,
        clock: Clock,
    ) -> None:
        self._database = database
        self._items = items
        self._statements = statements
        self._county = county
        self._clock = clock

    def publish(self, account: Account, publication: SignedStatement) -> ItemEntry:
        """Puts the signed version in force; publishing the very same again changes nothing."""
        said = self._statements.read(publication, PUBLICATION_FORMAT)
        if said.signer.fingerprint != account.fingerprint:
            raise StatementOfAnother()
        administrator(said.signer.person.role)
        if said.signer.person.unit.code != self._county:
            raise OutsideYourArea()
        item = self._checked(said.body)
        with self._database.write() as connection:  # one publication at a time
            if self._is_new(item):
                connection.execute(
                    schema.published_items.insert().values(
                        code=item.code,
                        version=item.version,
                        structure=said.body["item"],
                        published_at=self._clock(),
                        published_by=said.signer.person.name,
                        statement=publication.statement,
                        signature=publication.signature,
                    )
                )
        self._items.catalogue.grow([item])
        return ItemEntry(code=item.code, version=item.version, title=item.title)

    def text(self, code: str, version: int) -> ItemText:
        """A version of an item as it is to be kept; ``ItemNotHere`` when there is none."""
        try:
            item = self._items.of_case(code, version)
        except ItemUnknown as error:
            raise ItemNotHere(item=code, version=version) from error
        structure = json.dumps(structure_of(item), ensure_ascii=False)
        return ItemText(code=code, version=version, structure=structure)

    def _checked(self, body: dict[str, Any]) -> ServiceItem:
        try:
            structure = json.loads(body["item"])
            named = (body["code"], body["version"])
        except (KeyError, ValueError, TypeError, RecursionError) as error:
            raise StatementMalformed(reason="item") from error
        flaws = flaws_in(structure)
        if flaws:
            place = f"{flaws[0].place}: " if flaws[0].place else ""
            raise ItemUnfit(item=named[0], reason=f"{place}{flaws[0].zh} / {flaws[0].en}")
        item = item_from(structure)
        if (item.code, item.version) != named:
            raise StatementMalformed(reason="code / version")
        if item.version > MOST_VERSIONS or len(item.code) > _LONGEST_CODE:
            raise ItemUnfit(item=item.code[:_LONGEST_CODE], reason="code / version")
        today = self._clock().date()
        if item.valid_from > today:
            reason = f"valid_from: {item.valid_from} > {today}"
            raise ItemUnfit(item=item.code, reason=reason)
        return item

    def _is_new(self, item: ServiceItem) -> bool:
        """False for a version that is here already, word for word."""
        try:
            known = self._items.catalogue.item(item.code)
        except ItemUnknown:
            return True
        if item == known:
            return False
        if item.version <= known.version:
            raise ItemUnfit(item=item.code, reason=f"version: {item.version} <= {known.version}")
        return True


def published(database: Database) -> tuple[ServiceItem, ...]:
    """The versions that were published at this hub so far."""
    table = schema.published_items
    with database.read() as connection:
        texts = connection.scalars(
            sa.select(table.c.structure).order_by(table.c.code, table.c.version)
        ).all()
    return tuple(item_from(json.loads(text)) for text in texts)
