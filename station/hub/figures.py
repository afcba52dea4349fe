"""From the hub's record to the figures of supervision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from station.domain.cases import ActionType, CaseState
from station.domain.deadlines import WorkingCalendar
from station.hub import schema
from station.hub.database import Database
from station.hub.items import Items
from station.supervision.history import LoggedStep, replay
from station.supervision.statistics import Period, Statistics, statistics


class Figures:
    """Statistics over the operations of an area."""

    def __init__(self, database: Database, items: Items, calendar: WorkingCalendar) -> None:
        self._database = database
        self._items = items
        self._calendar = calendar

    def of(self, area: str, since: datetime | None, until: datetime) -> Statistics:
        """The figures of the unit ``area`` and all below it for a period."""
        histories = replay(
            self.log(area, until),
            self._items.of_case,
            self._calendar,
        )
        return statistics(
            histories.values(), Period(since, until), self._items.catalogue.items, self._calendar
        )

    def log(self, area: str, until: datetime) -> Iterator[LoggedStep]:
        """The operations below ``area`` before ``until``, oldest first."""
        operations = schema.operations
        query = (
            sa.select(
                operations.c.case_id,
                operations.c.number,
                operations.c.item,
                operations.c.item_version,
                operations.c.station,
                operations.c.unit,
                operations.c.actor,
                operations.c.action,
                operations.c.to_state,
                operations.c.received_at,
                operations.c.reason_codes,
            )
            .where(
                operations.c.station >= area,
                operations.c.station < area + "~",
                operations.c.received_at < until,
            )
            .order_by(operations.c.position)
        )
        with self._database.read() as connection:
            for row in connection.execute(query):
                yield LoggedStep(
                    case=row.case_id,
                    number=row.number,
                    item=row.item,
                    item_version=row.item_version,
                    station=row.station,
                    unit=row.unit,
                    actor=row.actor,
                    action=ActionType(row.action),
                    to=CaseState(row.to_state),
                    at=row.received_at,
                    reason_codes=tuple(row.reason_codes),
                )
