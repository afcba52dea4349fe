"""Looking things up: queues, lists, one case, its record, what changed. Reads only.

Every answer is limited to the area of the person's unit: a village sees its own cases, a township
those of its villages, the county all of them. Pages are cut by key, never by counting rows off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from station.clock import Clock
from station.domain.cases import ActionType, Case, CaseState
from station.domain.deadlines import Card, TimeLimit
from station.domain.operations import DocumentKind
from station.domain.units import Level, Person, Role, covers
from station.hub import schema
from station.hub.blobs import Blobs
from station.hub.database import Database
from station.hub.page_marks import mark, moment_and_id_in, number_in
from station.hub.rows import (
    CARD_COLUMNS,
    CARDS_WITH_CASES,
    CASE_COLUMNS,
    CASES_WITH_LEASES,
    case_of,
    clocks_of,
    dealt_card,
    find_case,
    stage_time,
)
from station.wire.messages import (
    Accepted,
    CardPage,
    CaseFile,
    CasePage,
    CaseRow,
    Change,
    Changes,
    LoggedAction,
    QueueCounts,
    QueuePage,
    Record,
    StoredDocument,
)
from station.wire.problems import CaseUnknown, DocumentUnknown, RoleNotAllowed

MOST_ROWS = 200
_LONGEST_HEADER = 16 * 1024  # a header that is larger is no header; it is fetched on its own
_CHANGES_AT_ONCE = 500

# What waits for whom: the states in which a person of this level and role has the next word.
_QUEUES: dict[tuple[Level, Role], tuple[CaseState, ...]] = {
    (Level.VILLAGE, Role.AGENT): (CaseState.RETURNED, CaseState.APPROVED),
    (Level.TOWNSHIP, Role.REVIEWER): (CaseState.TOWNSHIP_REVIEW,),
    (Level.COUNTY, Role.APPROVER): (CaseState.COUNTY_REVIEW,),
}
_READS_HEADERS = frozenset({Role.AGENT, Role.REVIEWER, Role.APPROVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which cases a list is to hold; empty members do not restrict."""

    states: tuple[CaseState, ...] = ()
    item: str = ""
    area: str = ""  # a unit code: that unit and everything below it
    number: str = ""  # the beginning of the case number, or its end without the station
    card: Card = Card.NONE
    opened_from: datetime | None = None  # taken in at this moment or later


class Lookup:
    """Answers questions about cases for one person at a time."""

    def __init__(self, database: Database, blobs: Blobs, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def queue(self, person: Person, after: str | None, limit: int) -> QueuePage:
        """What waits for this person's unit, the most urgent first."""
        states = _QUEUES.get((person.unit.level, person.role))
        if states is None:
            raise RoleNotAllowed()
        now = self._clock()
        cases = schema.cases
        mine = sa.and_(_area(person.unit.code), cases.c.state.in_([s.value for s in states]))
        keys = (cases.c.order_at, cases.c.id)
        with self._database.read() as connection:
            rows = self._rows(connection, mine, keys, after, limit, now)
            yellow = sa.case((sa.and_(cases.c.warn_at <= now, cases.c.due_at >= now), 1), else_=0)
            red = sa.case((cases.c.due_at < now, 1), else_=0)
            counts = connection.execute(
                sa.select(
                    sa.func.count(),
                    sa.func.coalesce(sa.func.sum(yellow), 0),
                    sa.func.coalesce(sa.func.sum(red), 0),
                ).where(mine)
            ).one()
        return QueuePage(
            rows=tuple(self._row(case, header, person, now) for case, header, _ in rows[:limit]),
            next=_next(rows, limit),
            counts=QueueCounts(waiting=counts[0], yellow=counts[1], red=counts[2]),
        )

    def cases(self, person: Person, wanted: Filter, after: str | None, limit: int) -> CasePage:
        """Cases of this person's area, the newest change first."""
        now = self._clock()
        cases = schema.cases
        condition = sa.and_(_area(person.unit.code), *_restrictions(wanted, now))
        keys = (cases.c.updated_at, cases.c.id)
        with self._database.read() as connection:
            rows = self._rows(connection, condition, keys, after, limit, now, newest_first=True)
            total = connection.scalar(
                sa.select(sa.func.count()).select_from(cases).where(condition)
            )
        return CasePage(
            rows=tuple(self._row(case, header, person, now) for case, header, _ in rows[:limit]),
            next=_next(rows, limit),
            total=total or 0,
        )

    def case(self, person: Person, case_id: str) -> CaseFile:
        """Everything the hub holds of one case; ``CaseUnknown`` outside this person's area."""
        now = self._clock()
        with self._database.read() as connection:
            case = _visible(connection, person, case_id, now)
            header = connection.scalar(
                sa.select(schema.cases.c.header).where(schema.cases.c.id == case_id)
            )
            clocks = clocks_of(connection, case_id)
            cards = connection.execute(
                sa.select(*CARD_COLUMNS)
                .select_from(CARDS_WITH_CASES)
                .where(schema.cards.c.case_id == case_id)
                .order_by(schema.cards.c.id)
            ).all()
            documents = connection.execute(
                sa.select(
                    schema.documents, schema.operations.c.seq, schema.operations.c.received_at
                )
                .select_from(
                    schema.documents.join(
                        schema.operations, schema.operations.c.id == schema.documents.c.operation
                    )
                )
                .where(schema.documents.c.case_id == case_id)
                .order_by(schema.documents.c.id)
            ).all()
        row = self._row(case, header, person, now)
        return CaseFile(
            case=case,
            card=row.card,
            header=row.header,
            documents=tuple(
                StoredDocument(
                    kind=DocumentKind(document.kind),
                    sha256=document.sha256,
                    sealed_sha256=document.sealed_sha256,
                    size=document.size,
                    operation=document.operation,
                    seq=document.seq,
                    received_at=document.received_at,
                )
                for document in documents
            ),
            times=tuple(stage_time(clock) for clock in clocks.values()),
            cards=tuple(dealt_card(card) for card in cards),
        )

    def record(self, person: Person, case_id: str) -> Record:
        """The case's chain of signed actions, oldest first."""
        with self._database.read() as connection:
            case = _visible(connection, person, case_id, self._clock())
            rows = connection.execute(
                sa.select(schema.operations, schema.certificates.c.der, schema.answers.c.answer)
                .select_from(
                    schema.operations.join(
                        schema.certificates,
                        schema.certificates.c.fingerprint == schema.operations.c.certificate,
                    ).outerjoin(schema.answers, schema.answers.c.key == schema.operations.c.id)
                )
                .where(schema.operations.c.case_id == case_id)
                .order_by(schema.operations.c.seq)
            ).all()
        return Record(case=case.id, number=case.number, entries=tuple(_logged(row) for row in rows))

    def newest(self) -> int:
        """The cursor of now: where the record ends."""
        with self._database.read() as connection:
            newest = connection.scalar(sa.select(sa.func.max(schema.operations.c.position)))
        return -1 if newest is None else int(newest)

    def changes(self, person: Person, cursor: int) -> Changes:
        """What happened in this person's area after ``cursor``; at most 500 at once."""
        operations = schema.operations
        with self._database.read() as connection:
            newest = connection.scalar(sa.select(sa.func.max(operations.c.position)))
            rows = connection.execute(
                sa.select(operations)
                .where(
                    operations.c.position > cursor,
                    _within(operations.c.station, person.unit.code),
                )
                .order_by(operations.c.position)
                .limit(_CHANGES_AT_ONCE)
            ).all()
        full = len(rows) == _CHANGES_AT_ONCE
        last = rows[-1].position if full else (newest if newest is not None else -1)
        return Changes(
            cursor=max(cursor, last),
            changes=tuple(
                Change(
                    cursor=row.position,
                    case=row.case_id,
                    number=row.number,
                    rev=row.seq,
                    action=ActionType(row.action),
                    state=CaseState(row.to_state),
                    actor_name=row.actor_name,
                    received_at=row.received_at,
                )
                for row in rows
            ),
        )

    def document_size(self, person: Person, sealed_sha256: str) -> int:
        """The size of a sealed document that a case of this person's area refers to."""
        documents = schema.documents
        with self._database.read() as connection:
            known = connection.scalar(
                sa.select(documents.c.id)
                .select_from(documents.join(schema.cases, schema.cases.c.id == documents.c.case_id))
                .where(documents.c.sealed_sha256 == sealed_sha256, _area(person.unit.code))
                .limit(1)
            )
        size = self._blobs.size(sealed_sha256) if known is not None else None
        if size is None:
            raise DocumentUnknown()
        return size

    def cards(
        self,
        person: Person,
        since: datetime | None,
        until: datetime | None,
        after: str | None,
        limit: int,
    ) -> CardPage:
        """The cards dealt in this person's area, the newest first."""
        table = schema.cards
        conditions = [_within(table.c.station, person.unit.code)]
        if since:
            conditions.append(table.c.at >= since)
        if until:
            conditions.append(table.c.at < until)
        if after:
            conditions.append(table.c.id < number_in(after))
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(*CARD_COLUMNS)
                .select_from(CARDS_WITH_CASES)
                .where(*conditions)
                .order_by(table.c.id.desc())
                .limit(limit + 1)
            ).all()
        following = mark(rows[limit - 1].id) if len(rows) > limit else None
        return CardPage(cards=tuple(dealt_card(row) for row in rows[:limit]), next=following)

    def _rows(
        self,
        connection: sa.Connection,
        condition: sa.ColumnElement[bool],
        keys: tuple[sa.Column[Any], sa.Column[Any]],
        after: str | None,
        limit: int,
        now: datetime,
        newest_first: bool = False,
    ) -> list[tuple[Case, str | None, str]]:
        """One row more than ``limit``, so that the caller sees whether there is a next page."""
        query = sa.select(*CASE_COLUMNS).select_from(CASES_WITH_LEASES).where(condition)
        if after:
            moment, case_id = moment_and_id_in(after)
            here = sa.tuple_(*keys)
            there = sa.tuple_(sa.literal(moment, keys[0].type), sa.literal(case_id, keys[1].type))
            query = query.where(here < there if newest_first else here > there)
        order = [key.desc() for key in keys] if newest_first else list(keys)
        return [
            (case_of(row, now), row.header, mark(row._mapping[keys[0]].isoformat(), row.id))
            for row in connection.execute(query.order_by(*order).limit(limit + 1))
        ]

    def _row(self, case: Case, header: str | None, person: Person, now: datetime) -> CaseRow:
        sealed = None
        if header and person.role in _READS_HEADERS:
            size = self._blobs.size(header)
            if size is not None and size <= _LONGEST_HEADER:
                sealed = b"".join(self._blobs.read(header))
        return CaseRow(case=case, card=card_of(case, now), header=sealed)


def card_of(case: Case, now: datetime) -> Card:
    """The card that the case's running stage has earned; none where no clock runs."""
    if case.warn_at is None or case.due_at is None:
        return Card.NONE
    return TimeLimit(case.warn_at, case.due_at).card(now)


def _visible(connection: sa.Connection, person: Person, case_id: str, now: datetime) -> Case:
    case = find_case(connection, case_id, now)
    if case is None or not covers(person.unit.code, case.station):
        raise CaseUnknown(case=case_id)
    return case


def _area(unit: str) -> sa.ColumnElement[bool]:
    return _within(schema.cases.c.station, unit)


def _within(station: sa.Column[str], unit: str) -> sa.ColumnElement[bool]:
    """Stations at or below ``unit``, as a range, which an index can answer."""
    return sa.and_(station >= unit, station < unit + "~")


def _restrictions(wanted: Filter, now: datetime) -> list[sa.ColumnElement[bool]]:
    cases = schema.cases
    found: list[sa.ColumnElement[bool]] = []
    if wanted.states:
        found.append(cases.c.state.in_([state.value for state in wanted.states]))
    if wanted.item:
        found.append(cases.c.item == wanted.item)
    if wanted.area:
        found.append(_area(wanted.area))
    if wanted.number:
        found.append(
            sa.or_(
                cases.c.number.startswith(wanted.number, autoescape=True),
                cases.c.number.endswith(wanted.number, autoescape=True),
            )
        )
    if wanted.opened_from is not None:
        found.append(cases.c.opened_at >= wanted.opened_from)
    if wanted.card is Card.RED:
        found.append(cases.c.due_at < now)
    elif wanted.card is Card.YELLOW:
        found.append(sa.and_(cases.c.warn_at <= now, cases.c.due_at >= now))
    return found


def _logged(row: sa.Row[Any]) -> LoggedAction:
    return LoggedAction(
        position=row.position,
        seq=row.seq,
        operation=row.id,
        action=ActionType(row.action),
        from_state=CaseState(row.from_state) if row.from_state else None,
        to_state=CaseState(row.to_state),
        actor=row.actor,
        actor_name=row.actor_name,
        unit=row.unit,
        level=Level(row.level),
        at=row.client_at,
        received_at=row.received_at,
        reason_codes=tuple(row.reason_codes),
        statement=row.statement,
        signature=row.signature,
        certificate=row.der,
        previous=row.previous,
        hash=row.hash,
        receipt=Accepted.model_validate_json(row.answer).receipt if row.answer else None,
    )


def _next(rows: list[tuple[Case, str | None, str]], limit: int) -> str | None:
    return rows[limit - 1][2] if len(rows) > limit else None
