"""Casework: an operation arrives, is judged, and takes effect, in one transaction.

The record, the case, its clocks, the outbox and the stored answer are written together or not at
all. The client made the operation's id, so that what is delivered twice takes effect once: the
second time the first answer is given again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from signing import journal
from station.catalogue import ItemUnknown
from station.clock import Clock
from station.domain.cases import ActionType, Case, Step
from station.domain.deadlines import WorkingCalendar
from station.domain.items import ServiceItem
from station.domain.operations import DocumentKind, Operation
from station.hub import schema
from station.hub.accounts import Account, keep_certificate
from station.hub.blobs import Blobs
from station.hub.database import Database
from station.hub.items import Items
from station.hub.leases import end_lease
from station.hub.receipts import Receipts
from station.hub.rows import clocks_of, find_case, history_of
from station.hub.rules import check_shape, check_speaker, check_step
from station.hub.sms_outbox import put_in_outbox
from station.hub.sweep import Sweep
from station.hub.witness import Signer, Witness
from station.notify.occasions import for_action
from station.supervision.clocks import StageClock, moved, running
from station.wire.messages import Accepted, SignedStatement
from station.wire.problems import (
    DocumentMissing,
    DocumentsNotRight,
    IdempotencyMismatch,
    ItemVersionUnknown,
    NumberTaken,
    OutsideYourArea,
    StatementMalformed,
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """An operation as it was handed in: for which case, under which key (its id, where one was
    named), and with which lease."""

    case_id: str
    signed: SignedStatement
    key: str = ""
    lease: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to an operation. ``replayed``: it had taken effect before."""

    accepted: str  # JSON of ``Accepted``, the very text that was stored
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An operation as it came in, its signature found genuine."""

    operation: Operation
    signed: SignedStatement
    signer: Signer
    item: ServiceItem
    now: datetime

    @property
    def digest(self) -> str:
        return _digest(self.signed)


class Casework:
    """The one door through which cases change."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        items: Items,
        calendar: WorkingCalendar,
        witness: Witness,
        receipts: Receipts,
        sweep: Sweep,
        unit_name: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._items = items
        self._calendar = calendar
        self._witness = witness
        self._receipts = receipts
        self._sweep = sweep
        self._unit_name = unit_name
        self._clock = clock

    def take(self, delivery: Delivery, account: Account) -> Taken:
        """Judges the operation and lets it take effect; any ``Refusal`` else.

        ``account`` delivers it: the actor, or a colleague of the same unit whose outbox it was in.
        """
        signed = delivery.signed
        operation = _operation_in(signed.statement)
        if operation.case != delivery.case_id:
            raise StatementMalformed(reason="it speaks of another case")
        if delivery.key not in ("", operation.id):
            raise StatementMalformed(reason="Idempotency-Key is not its id")
        if operation.unit != account.person.unit.code:
            raise OutsideYourArea(number=operation.number)
        with self._database.read() as connection:
            before = _stored_answer(connection, operation.id, _digest(signed))
        if before is not None:
            return Taken(before, replayed=True)
        arrival = self._arrival(operation, signed)
        with self._database.write() as connection:
            # Asked again inside: the same operation may have come twice at once.
            before = _stored_answer(connection, operation.id, arrival.digest)
            if before is not None:
                return Taken(before, replayed=True)
            return Taken(self._effect(connection, arrival, delivery.lease), replayed=False)

    def _arrival(self, operation: Operation, signed: SignedStatement) -> _Arrival:
        now = self._clock()
        check_shape(operation, now)
        signer = self._witness.staff(signed, now)
        check_speaker(operation, signer.person)
        try:
            find = self._items.for_new_case if _begins(operation) else self._items.of_case
            item = find(operation.item, operation.item_version)
        except ItemUnknown as error:
            raise ItemVersionUnknown(
                number=operation.number, item=operation.item, version=operation.item_version
            ) from error
        return _Arrival(operation, signed, signer, item, now)

    def _effect(self, connection: sa.Connection, arrival: _Arrival, lease: int | None) -> str:
        operation, now = arrival.operation, arrival.now
        case = find_case(connection, operation.case, now)
        history = history_of(connection, operation.case)
        step = check_step(
            operation, arrival.signer.fingerprint, arrival.item, case, history, lease, now
        )
        self._check_documents(connection, operation)
        self._sweep.deal_for(connection, operation.case, now)
        clocks = moved(
            clocks_of(connection, operation.case),
            arrival.item,
            operation.station,
            step.to,
            now,
            self._calendar,
        )
        after = _case_after(arrival, case, step, running(clocks))
        if case is None:
            self._items.pin(connection, arrival.item)
        self._write_case(connection, after, operation, is_new=case is None)
        _write_record(connection, arrival, step, after)
        _write_documents(connection, operation)
        _write_clocks(connection, operation.case, clocks)
        end_lease(connection, operation.case)
        self._announce(connection, arrival)
        accepted = Accepted(
            case=after,
            operation=operation.id,
            receipt=self._receipts.receipt(operation, after.rev, after.head, now),
        ).model_dump_json()
        connection.execute(
            schema.answers.insert().values(
                key=operation.id, digest=arrival.digest, answer=accepted, created_at=now
            )
        )
        return accepted

    def _check_documents(self, connection: sa.Connection, operation: Operation) -> None:
        documents = schema.documents
        stranger = connection.scalar(
            sa.select(documents.c.kind).where(
                documents.c.sealed_sha256.in_([d.sealed_sha256 for d in operation.documents]),
                documents.c.case_id != operation.case,
            )
        )
        if stranger is not None:  # naming it would open it to who has no business with it
            raise DocumentsNotRight(
                number=operation.number, reason=f"a {stranger} is another case's"
            )
        missing = []
        for document in operation.documents:
            size = self._blobs.size(document.sealed_sha256)
            if size is None:
                missing.append(document.sealed_sha256)
            elif size != document.size:
                raise DocumentsNotRight(
                    number=operation.number,
                    reason=f"{document.kind.value} has {size} bytes, not {document.size}",
                )
        if missing:
            raise DocumentMissing(number=operation.number, count=len(missing), missing=missing)

    def _write_case(
        self, connection: sa.Connection, case: Case, operation: Operation, is_new: bool
    ) -> None:
        cases = schema.cases
        values: dict[str, object] = {
            "state": case.state.value,
            "rev": case.rev,
            "head": case.head,
            "updated_at": case.updated_at,
            "warn_at": case.warn_at,
            "due_at": case.due_at,
            "order_at": case.due_at or case.updated_at,
            "returns": case.returns,
        }
        for document in operation.documents:
            if document.kind in (DocumentKind.HEADER, DocumentKind.CONTACT):
                values[document.kind.value] = document.sealed_sha256
        if not is_new:
            connection.execute(sa.update(cases).where(cases.c.id == case.id).values(**values))
            return
        taken = connection.scalar(sa.select(cases.c.id).where(cases.c.number == case.number))
        if taken is not None:
            raise NumberTaken(number=case.number)
        connection.execute(
            cases.insert().values(
                id=case.id,
                number=case.number,
                item=case.item,
                item_version=case.item_version,
                station=case.station,
                opened_at=case.opened_at,
                **values,
            )
        )

    def _announce(self, connection: sa.Connection, arrival: _Arrival) -> None:
        operation = arrival.operation
        contact = connection.scalar(
            sa.select(schema.cases.c.contact).where(schema.cases.c.id == operation.case)
        )
        told = for_action(
            operation.id,
            operation.action,
            arrival.item,
            operation.number,
            self._unit_name(operation.station),
        )
        if told is not None and contact is not None:
            put_in_outbox(
                connection, told, operation.case, operation.station, arrival.now, contact=contact
            )


# What reading somebody else's JSON can end in; an endless number overflows.
_NO_OPERATION = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)


def _operation_in(statement: bytes) -> Operation:
    """The operation in canonical bytes; two readings of one statement must not exist."""
    try:
        body = json.loads(statement)
        operation = Operation.from_body(body)
        written = journal.canonical(operation.body())
    except _NO_OPERATION as error:
        reason = str(error) or type(error).__name__
        raise StatementMalformed(reason=reason[:200]) from error
    if written != statement:
        raise StatementMalformed(reason="it is not in canonical form")
    return operation


def _begins(operation: Operation) -> bool:
    return operation.action is ActionType.SUBMIT


def _case_after(arrival: _Arrival, case: Case | None, step: Step, clock: StageClock | None) -> Case:
    operation, now = arrival.operation, arrival.now
    head = journal.link(operation.previous, arrival.signed.statement, arrival.signed.signature)
    returned = operation.action is ActionType.RETURN
    return Case(
        id=operation.case,
        number=operation.number,
        item=operation.item,
        item_version=operation.item_version,
        station=operation.station,
        state=step.to,
        rev=operation.base_rev + 1,
        head=head,
        opened_at=case.opened_at if case else now,
        updated_at=now,
        warn_at=clock.limit.warn_at if clock else None,
        due_at=clock.limit.due_at if clock else None,
        returns=(case.returns if case else 0) + returned,
    )


def _write_record(connection: sa.Connection, arrival: _Arrival, step: Step, after: Case) -> None:
    operation, signer = arrival.operation, arrival.signer
    operations = schema.operations
    keep_certificate(connection, signer.certificate)
    position = connection.scalar(
        sa.select(sa.func.coalesce(sa.func.max(operations.c.position), -1))
    )
    connection.execute(
        operations.insert().values(
            position=int(position if position is not None else -1) + 1,
            id=operation.id,
            case_id=operation.case,
            seq=after.rev,
            number=operation.number,
            action=operation.action.value,
            from_state=step.state.value if step.state else None,
            to_state=step.to.value,
            item=operation.item,
            item_version=operation.item_version,
            station=operation.station,
            unit=operation.unit,
            level=operation.level.value,
            role=operation.role.value,
            actor=operation.actor,
            actor_name=signer.person.name,
            certificate=signer.fingerprint,
            client_at=operation.at,
            received_at=arrival.now,
            reason_codes=list(operation.reason_codes),
            statement=arrival.signed.statement,
            signature=arrival.signed.signature,
            previous=operation.previous,
            hash=after.head,
        )
    )


def _write_documents(connection: sa.Connection, operation: Operation) -> None:
    for document in operation.documents:
        connection.execute(
            schema.documents.insert().values(
                case_id=operation.case,
                operation=operation.id,
                kind=document.kind.value,
                sha256=document.sha256,
                sealed_sha256=document.sealed_sha256,
                size=document.size,
            )
        )


def _write_clocks(connection: sa.Connection, case_id: str, clocks: dict[str, StageClock]) -> None:
    table = schema.clocks
    connection.execute(table.delete().where(table.c.case_id == case_id))
    for clock in clocks.values():
        connection.execute(
            table.insert().values(
                case_id=case_id,
                stage=clock.stage,
                level=clock.level.value,
                unit=clock.unit,
                used_days=clock.used_days,
                started_at=clock.started_at,
                warn_at=clock.limit.warn_at,
                due_at=clock.limit.due_at,
                stopped_at=clock.stopped_at,
                provisional=clock.limit.provisional,
            )
        )


def _stored_answer(connection: sa.Connection, key: str, digest: str) -> str | None:
    row = connection.execute(
        sa.select(schema.answers).where(schema.answers.c.key == key)
    ).one_or_none()
    if row is None:
        return None
    if row.digest != digest:
        raise IdempotencyMismatch()
    return str(row.answer)


def _digest(signed: SignedStatement) -> str:
    return hashlib.sha256(
        hashlib.sha256(signed.statement).digest() + hashlib.sha256(signed.signature).digest()
    ).hexdigest()
