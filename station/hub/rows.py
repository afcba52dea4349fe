"""From rows to the domain and the wire, for everyone in this room who reads the tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from station.domain.cases import Case, CaseState, Lease
from station.domain.deadlines import Card, TimeLimit
from station.domain.units import Level
from station.hub import schema
from station.hub.rules import PastAction
from station.supervision.clocks import StageClock
from station.wire.messages import DealtCard, StageTime

CASES_WITH_LEASES = schema.cases.outerjoin(
    schema.leases, schema.leases.c.case_id == schema.cases.c.id
)
CASE_COLUMNS = (
    *schema.cases.c,
    schema.leases.c.token,
    schema.leases.c.holder,
    schema.leases.c.holder_name,
    schema.leases.c.until,
)


def case_of(row: sa.Row[Any], now: datetime) -> Case:
    """A case from a row of ``CASE_COLUMNS``; a lease that ran out by ``now`` is none."""
    lease = None
    if row.holder and row.until > now:
        lease = Lease(
            holder=row.holder, holder_name=row.holder_name, token=row.token, until=row.until
        )
    return Case(
        id=row.id,
        number=row.number,
        item=row.item,
        item_version=row.item_version,
        station=row.station,
        state=CaseState(row.state),
        rev=row.rev,
        head=row.head,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        warn_at=row.warn_at,
        due_at=row.due_at,
        returns=row.returns,
        lease=lease,
    )


def find_case(connection: sa.Connection, case_id: str, now: datetime) -> Case | None:
    """The case with this id, its lease included."""
    row = connection.execute(
        sa.select(*CASE_COLUMNS).select_from(CASES_WITH_LEASES).where(schema.cases.c.id == case_id)
    ).one_or_none()
    return None if row is None else case_of(row, now)


def clocks_of(connection: sa.Connection, case_id: str) -> dict[str, StageClock]:
    """The clocks of a case by stage, the first started first."""
    rows = connection.execute(
        sa.select(schema.clocks)
        .where(schema.clocks.c.case_id == case_id)
        .order_by(schema.clocks.c.started_at, schema.clocks.c.stage)
    )
    return {
        row.stage: StageClock(
            stage=row.stage,
            level=Level(row.level),
            unit=row.unit,
            started_at=row.started_at,
            limit=TimeLimit(row.warn_at, row.due_at, row.provisional),
            used_days=row.used_days,
            stopped_at=row.stopped_at,
        )
        for row in rows
    }


def stage_time(clock: StageClock) -> StageTime:
    """A clock as the wire shows it."""
    return StageTime(
        stage=clock.stage,
        level=clock.level,
        unit=clock.unit,
        started_at=clock.started_at,
        warn_at=clock.limit.warn_at,
        due_at=clock.limit.due_at,
        stopped_at=clock.stopped_at,
        used_days=clock.used_days,
        provisional=clock.limit.provisional,
    )


CARD_COLUMNS = (*schema.cards.c, schema.cases.c.number, schema.cases.c.item)
CARDS_WITH_CASES = schema.cards.join(schema.cases, schema.cards.c.case_id == schema.cases.c.id)


def dealt_card(row: sa.Row[Any]) -> DealtCard:
    """A card from a row of ``CARD_COLUMNS``."""
    return DealtCard(
        case=row.case_id,
        number=row.number,
        item=row.item,
        station=row.station,
        stage=row.stage,
        level=Level(row.level),
        unit=row.unit,
        colour=Card(row.colour),
        at=row.at,
        holder=row.holder,
        holder_name=row.holder_name,
    )


def history_of(connection: sa.Connection, case_id: str) -> tuple[PastAction, ...]:
    """Who acted on the case before, oldest first."""
    rows = connection.execute(
        sa.select(
            schema.operations.c.actor,
            schema.operations.c.actor_name,
            schema.operations.c.certificate,
            schema.operations.c.level,
            schema.operations.c.received_at,
        )
        .where(schema.operations.c.case_id == case_id)
        .order_by(schema.operations.c.seq)
    )
    return tuple(
        PastAction(row.actor, row.actor_name, row.certificate, Level(row.level), row.received_at)
        for row in rows
    )
