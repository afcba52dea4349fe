"""The outbox of short messages in the hub's database, as the sender empties it.

Rows are put in by the transaction of the event that they tell of, so that neither can exist
without the other; ``dedup_key`` is unique, so that one event is told once. No name and no whole
telephone number ever stands here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from station.hub import schema
from station.hub.database import Database
from station.notify.gateway import Handed
from station.notify.occasions import Announcement
from station.notify.sender import Waiting
from station.notify.templates import Occasion
from station.wire.messages import SmsStatus

_AT_ONCE = 50


def put_in_outbox(
    connection: sa.Connection,
    told: Announcement,
    case_id: str,
    station: str,
    now: datetime,
    *,
    contact: str | None = None,
    unit: str | None = None,
) -> None:
    """Adds a message in the running transaction; one that is there already stays as it is."""
    sms = schema.sms
    known = connection.scalar(sa.select(sms.c.id).where(sms.c.dedup_key == told.dedup_key))
    if known is not None:
        return
    connection.execute(
        sms.insert().values(
            id=uuid.uuid4().hex,
            dedup_key=told.dedup_key,
            case_id=case_id,
            station=station,
            template=told.occasion.value,
            facts=dict(told.facts),
            contact=contact,
            unit=unit,
            status=SmsStatus.CREATED.value,
            tries=0,
            next_at=now,
            created_at=now,
            masked_to="",
            reference="",
            problem="",
        )
    )


class SmsOutbox:
    """The hub's side of ``station.notify.sender.Outbox``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime) -> list[Waiting]:
        sms = schema.sms
        with self._database.read() as connection:
            return _waiting(
                connection.execute(
                    sa.select(sms)
                    .where(sms.c.status == SmsStatus.CREATED.value, sms.c.next_at <= now)
                    .order_by(sms.c.position)
                    .limit(_AT_ONCE)
                )
            )

    def interrupted(self) -> list[Waiting]:
        sms = schema.sms
        with self._database.read() as connection:
            return _waiting(
                connection.execute(
                    sa.select(sms)
                    .where(sms.c.status == SmsStatus.SENDING.value, sms.c.handed_at.is_(None))
                    .order_by(sms.c.position)
                )
            )

    def begin(self, message: Waiting, masked_to: str) -> None:
        self._change(
            message.id,
            status=SmsStatus.SENDING.value,
            masked_to=masked_to,
            tries=message.tries + 1,
            problem="",
        )

    def handed(self, message: Waiting, answer: Handed, now: datetime) -> None:
        delivered = answer.delivered
        self._change(
            message.id,
            status=(SmsStatus.DELIVERED if delivered else SmsStatus.SENDING).value,
            reference=answer.reference,
            handed_at=now,
            finished_at=now if delivered else None,
        )

    def later(self, message: Waiting, at: datetime, problem: str) -> None:
        self._change(message.id, status=SmsStatus.CREATED.value, next_at=at, problem=problem)

    def failed(self, message: Waiting, problem: str, now: datetime) -> None:
        self._change(message.id, status=SmsStatus.FAILED.value, problem=problem, finished_at=now)

    def report(self, message_id: str, delivered: bool, now: datetime) -> bool:
        """Takes the gateway's delivery report; False when it belongs to no message on its way."""
        sms = schema.sms
        status = SmsStatus.DELIVERED if delivered else SmsStatus.FAILED
        with self._database.write() as connection:
            changed = connection.execute(
                sa.update(sms)
                .where(sms.c.id == message_id, sms.c.status == SmsStatus.SENDING.value)
                .values(
                    status=status.value,
                    handed_at=sa.func.coalesce(sms.c.handed_at, now),
                    finished_at=now,
                    problem="" if delivered else "运营商没有送达。",
                )
            )
            return bool(changed.rowcount)

    def _change(self, message_id: str, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(
                sa.update(schema.sms).where(schema.sms.c.id == message_id).values(**values)
            )


def _waiting(rows: Iterable[sa.Row[tuple[object, ...]]]) -> list[Waiting]:
    return [
        Waiting(
            id=row.id,
            occasion=Occasion(row.template),
            facts=row.facts,
            contact=row.contact or "",
            unit=row.unit or "",
            tries=row.tries,
        )
        for row in rows
    ]
