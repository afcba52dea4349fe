"""The sweep: looks for stages whose time has come and deals their cards, each once.

Runs every few seconds over an index of running clocks, and inside every action on a case before
its clock stops, so that a card earned between two sweeps is dealt all the same and the dealt
cards are exactly those that follow from the operation log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from station.domain.deadlines import Card
from station.hub import schema
from station.hub.database import Database
from station.hub.items import Items
from station.hub.sms_outbox import put_in_outbox
from station.notify.occasions import for_card

_AT_ONCE = 200


class Sweep:
    """Deals cards. ``unit_name`` turns a unit's code into its name for the reminder."""

    def __init__(self, database: Database, items: Items, unit_name: Callable[[str], str]) -> None:
        self._database = database
        self._items = items
        self._unit_name = unit_name

    def run(self, now: datetime) -> int:
        """Deals every card that was earned by ``now``; returns how many."""
        dealt = 0
        while True:
            # In portions, so that a backlog does not keep actions waiting.
            with self._database.write() as connection:
                found = self._due(connection, now)
                for row in found:
                    dealt += self._deal(connection, row, now)
            if len(found) < _AT_ONCE:
                return dealt

    def deal_for(self, connection: sa.Connection, case_id: str, now: datetime) -> None:
        """Deals what one case has earned, in the running transaction."""
        for row in self._due(connection, now, case_id):
            self._deal(connection, row, now)

    def _due(
        self, connection: sa.Connection, now: datetime, case_id: str | None = None
    ) -> list[sa.Row[tuple[object, ...]]]:
        """Running clocks that earned a card which was not dealt yet, the oldest first."""
        clocks, cards = schema.clocks, schema.cards
        colour = sa.case((clocks.c.due_at < now, Card.RED.value), else_=Card.YELLOW.value)
        dealt = (
            sa.select(cards.c.id)
            .where(
                cards.c.case_id == clocks.c.case_id,
                cards.c.stage == clocks.c.stage,
                cards.c.colour == colour,
            )
            .exists()
        )
        query = (
            sa.select(
                clocks,
                schema.cases.c.number,
                schema.cases.c.item,
                schema.cases.c.item_version,
                schema.cases.c.station,
                schema.leases.c.holder,
                schema.leases.c.holder_name,
                schema.leases.c.until,
            )
            .select_from(
                clocks.join(schema.cases, schema.cases.c.id == clocks.c.case_id).outerjoin(
                    schema.leases, schema.leases.c.case_id == clocks.c.case_id
                )
            )
            .where(clocks.c.stopped_at.is_(None), clocks.c.warn_at <= now, ~dealt)
            .order_by(clocks.c.warn_at)
            .limit(_AT_ONCE)
        )
        if case_id is not None:
            query = query.where(clocks.c.case_id == case_id)
        return list(connection.execute(query))

    def _deal(
        self, connection: sa.Connection, row: sa.Row[tuple[object, ...]], now: datetime
    ) -> int:
        earned = [Card.YELLOW, Card.RED] if row.due_at < now else [Card.YELLOW]
        cards = schema.cards
        known = set(
            connection.scalars(
                sa.select(cards.c.colour).where(
                    cards.c.case_id == row.case_id, cards.c.stage == row.stage
                )
            )
        )
        in_hand = bool(row.holder) and row.until > now
        fresh = [colour for colour in earned if colour.value not in known]
        for colour in fresh:
            connection.execute(
                cards.insert().values(
                    case_id=row.case_id,
                    stage=row.stage,
                    colour=colour.value,
                    level=row.level,
                    unit=row.unit,
                    station=row.station,
                    at=row.warn_at if colour is Card.YELLOW else row.due_at,
                    holder=row.holder if in_hand else "",
                    holder_name=row.holder_name if in_hand else "",
                )
            )
        if fresh:
            self._remind(connection, row, fresh[-1], now)
        return len(fresh)

    def _remind(
        self,
        connection: sa.Connection,
        row: sa.Row[tuple[object, ...]],
        colour: Card,
        now: datetime,
    ) -> None:
        """One message for the worst card dealt now; two at once would only annoy."""
        told = for_card(
            row.case_id,
            row.stage,
            colour,
            self._items.of_case(row.item, row.item_version).title,
            row.number,
            self._unit_name(row.unit),
            row.due_at,
        )
        put_in_outbox(connection, told, row.case_id, row.station, now, unit=row.unit)
