"""Whether an operation may happen: every question the hub asks before it writes, in one order.

Pure: what the hub knows comes in as arguments, the answer is a ``Step`` or a ``Refusal``. Whether
the signature is genuine was settled before; whether the documents' bytes are here is asked after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from station.clock import is_ours
from station.domain.cases import (
    MAX_RETURNS,
    ActionType,
    Case,
    Lease,
    Step,
    step_for,
    steps,
)
from station.domain.items import ServiceItem
from station.domain.operations import GENESIS, Operation
from station.domain.units import Level, Person, covers
from station.wire.documents import LOADS, REASONED, REVIEWING
from station.wire.problems import (
    CaseExists,
    CaseUnknown,
    ClockSkew,
    DocumentsNotRight,
    LeaseLost,
    NotYourLevel,
    OutsideYourArea,
    ReasonRequired,
    ReturnsUsedUp,
    SelfApproval,
    StaleRevision,
    StatementMalformed,
    StatementOfAnother,
    WrongOrder,
)

FUTURE_ALLOWED = timedelta(minutes=10)  # an offline desk may be late by weeks, never early

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STATION = re.compile(r"[0-9]{12}")
_NUMBER = re.compile(r"[0-9]{12}-[0-9]{6}-[0-9]{3,6}")  # village, date, serial
_DIGEST = re.compile(r"[0-9a-f]{64}")
_REASON = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MOST_REASONS = 100


@dataclass(frozen=True, slots=True)
class PastAction:
    """Who did the earlier actions of a case, as far as the rules care."""

    actor: str
    actor_name: str
    certificate: str  # fingerprint
    level: Level
    received_at: datetime


def check_speaker(operation: Operation, person: Person) -> None:
    """The statement may only speak for the person whose certificate signed it."""
    spoken = (operation.actor, operation.unit, operation.level, operation.role)
    if spoken != (person.id, person.unit.code, person.unit.level, person.role):
        raise StatementOfAnother()


def check_shape(operation: Operation, now: datetime) -> None:
    """What the statement must look like whatever the case is.

    What is read by people or becomes part of an address is held to its form: a number with words
    in it would go out to the applicant in the hub's own message.
    """
    if not is_ours(operation.at):
        raise StatementMalformed(reason="at has no offset, or is no time of ours")
    if operation.at > now + FUTURE_ALLOWED:
        raise ClockSkew(
            station_time=f"{operation.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}",
            hub_time=f"{now:%Y-%m-%d %H:%M}",
        )
    for name, text, form in (
        ("id", operation.id, _UUID),
        ("case", operation.case, _UUID),
        ("station", operation.station, _STATION),
        ("number", operation.number, _NUMBER),
        ("previous", operation.previous, _DIGEST),
    ):
        if not form.fullmatch(text):
            raise StatementMalformed(reason=f"{name} is not written as one")
    if not operation.number.startswith(f"{operation.station}-"):
        raise StatementMalformed(reason="number does not begin with the station's code")
    for document in operation.documents:
        if document.size < 1:
            raise StatementMalformed(reason="a document has no size")
        if not (_DIGEST.fullmatch(document.sha256) and _DIGEST.fullmatch(document.sealed_sha256)):
            raise StatementMalformed(reason="a document has no digest")
    if len(operation.reason_codes) > _MOST_REASONS or not all(
        _REASON.fullmatch(code) for code in operation.reason_codes
    ):
        raise StatementMalformed(reason="reason_codes are words in small letters")


def check_step(
    operation: Operation,
    certificate: str,
    item: ServiceItem,
    case: Case | None,
    past: Iterable[PastAction],
    lease_token: int | None,
    now: datetime,
) -> Step:
    """The step that the operation takes, or the refusal that says why not.

    ``certificate`` is the signer's fingerprint; ``past`` the case's earlier actions, oldest first.
    """
    history = tuple(past)
    if case is None:
        _check_beginning(operation)
    else:
        _check_continuation(operation, case, history)
    step = _step(operation, item, case)
    refuse_own_work(operation.number, operation.actor, certificate, operation.level, history)
    if operation.action is ActionType.RETURN and case and case.returns >= MAX_RETURNS:
        raise ReturnsUsedUp(number=operation.number, times=case.returns)
    if operation.action in REASONED and not operation.reason_codes:
        raise ReasonRequired(number=operation.number)
    if operation.action in REVIEWING and case is not None:
        check_lease(operation.number, operation.actor, case.lease, lease_token, now)
    kinds = [document.kind for document in operation.documents]
    if problem := LOADS[operation.action].problem(kinds):
        raise DocumentsNotRight(number=operation.number, reason=problem)
    return step


def refuse_own_work(
    number: str, actor: str, certificate: str, level: Level, past: Iterable[PastAction]
) -> None:
    """Nobody acts at two levels of one case: not the same person, nor the same certificate."""
    for action in past:
        if action.level is not level and (
            action.actor == actor or action.certificate == certificate
        ):
            raise SelfApproval(number=number, name=action.actor_name)


def check_lease(
    number: str, actor: str, lease: Lease | None, token: int | None, now: datetime
) -> None:
    """Reviewing needs the case in hand: the newest lease, this person's, and not run out."""
    if lease is None or lease.holder != actor or lease.token != token or lease.until <= now:
        raise LeaseLost(number=number)


def _check_beginning(operation: Operation) -> None:
    if operation.action is not ActionType.SUBMIT:
        raise CaseUnknown(case=operation.number)
    if operation.base_rev != 0 or operation.previous != GENESIS:
        raise StatementMalformed(reason="a first action follows nothing")
    if not covers(operation.unit, operation.station):
        raise OutsideYourArea(number=operation.number)


def _check_continuation(operation: Operation, case: Case, past: tuple[PastAction, ...]) -> None:
    if not covers(operation.unit, case.station):
        raise OutsideYourArea(number=case.number)
    if operation.action is ActionType.SUBMIT:
        raise CaseExists(number=case.number)
    if (operation.number, operation.item, operation.item_version, operation.station) != (
        case.number,
        case.item,
        case.item_version,
        case.station,
    ):
        raise StatementMalformed(reason="number, item or station are not those of the case")
    if (operation.base_rev, operation.previous) != (case.rev, case.head):
        winner = past[-1]
        raise StaleRevision(
            number=case.number,
            winner=winner.actor_name,
            time=f"{winner.received_at:%m-%d %H:%M}",
            rev=case.rev,
        )


def _step(operation: Operation, item: ServiceItem, case: Case | None) -> Step:
    state = case.state if case else None
    step = step_for(item, state, operation.action, operation.level, operation.role)
    if step is not None:
        return step
    mine = (operation.action, operation.level, operation.role)
    if any((other.action, other.level, other.role) == mine for other in steps(item)):
        raise WrongOrder(number=operation.number)  # theirs, but not now
    raise NotYourLevel(number=operation.number)
