"""Turning a decision into a signed operation: the one way in which anybody acts on a case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signing.errors import StatementForged
from signing.journal import canonical, read_canonical, sign_statement
from station.domain.cases import ActionType, Case
from station.domain.operations import GENESIS, Operation
from station.services.sign_in import SignedIn
from station.wire.sealing import SealedDocument


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Where an operation attaches: the case, and its newest revision and hash known here."""

    case: str
    number: str
    item: str
    item_version: int
    station: str
    rev: int = 0
    head: str = GENESIS

    @classmethod
    def of(cls, case: Case) -> CasePlace:
        """Where the next operation of a case attaches, as the hub last told it."""
        return cls(
            case=case.id,
            number=case.number,
            item=case.item,
            item_version=case.item_version,
            station=case.station,
            rev=case.rev,
            head=case.head,
        )


@dataclass(frozen=True, slots=True)
class Deed:
    """A signed operation: the exact bytes and the detached CMS over them."""

    operation: Operation
    statement: bytes
    signature: bytes


def sign_deed(
    who: SignedIn,
    place: CasePlace,
    action: ActionType,
    at: datetime,
    documents: Sequence[SealedDocument] = (),
    reason_codes: Sequence[str] = (),
) -> Deed:
    """The operation that ``who`` does to the case, signed with the opened key."""
    person = who.person
    operation = Operation(
        id=str(uuid.uuid4()),
        case=place.case,
        number=place.number,
        action=action,
        item=place.item,
        item_version=place.item_version,
        station=place.station,
        actor=person.id,
        unit=person.unit.code,
        level=person.unit.level,
        role=person.role,
        base_rev=place.rev,
        previous=place.head,
        at=at,
        documents=tuple(document.ref for document in documents),
        reason_codes=tuple(reason_codes),
    )
    statement = canonical(operation.body())
    return Deed(operation, statement, sign_statement(statement, who.key, at))


def read_operation(statement: bytes) -> Operation:
    """The operation in the bytes of a statement; ``StatementForged`` when it is none."""
    try:
        return Operation.from_body(read_canonical(statement))
    except (KeyError, ValueError, TypeError) as error:
        raise StatementForged(reason="It is no operation of this program.") from error
