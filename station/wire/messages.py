"""What station and hub say to each other, as frozen models shared by both sides.

Bytes travel as base64, times with their offset. A reader passes over members it does not know,
so that an older station can speak with a newer hub. The order of the talk is in PROTOCOL.md.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from station.domain.cases import ActionType, Case, CaseState
from station.domain.deadlines import Card
from station.domain.operations import DocumentKind
from station.domain.units import Level, Role


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error


Bytes = Annotated[
    bytes,
    BeforeValidator(_decoded),
    PlainSerializer(lambda data: base64.b64encode(data).decode("ascii"), when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]


class Message(BaseModel):
    """The manners of all messages: frozen, and deaf to members from the future."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="constants")


# --- who -------------------------------------------------------------------------------------


class SignedStatement(Message):
    """Canonical JSON bytes and the detached CMS over exactly these bytes."""

    statement: Bytes
    signature: Bytes


class Challenge(Message):
    """What is to be signed to sign in: the nonce, for this hub, before ``expires_at``."""

    nonce: str
    hub: str
    expires_at: datetime


class Session(Message):
    """A bearer token that speaks for one certificate until ``expires_at``."""

    token: str
    expires_at: datetime
    person: str
    name: str
    role: Role
    unit: str
    unit_name: str


class UnitEntry(Message):
    """A unit and the certificates (DER) that things for it are sealed to."""

    code: str
    name: str
    level: Level
    encryption: tuple[Bytes, ...] = ()


class ItemEntry(Message):
    """A version of a service item that the hub accepts."""

    code: str
    version: int
    title: str


class ItemText(Message):
    """A version of a service item, as the text of its file (JSON)."""

    code: str
    version: int
    structure: str


class Directory(Message):
    """The county as the hub knows it; ``archive`` are further recipients of every dossier.

    ``intermediates`` are the authorities between roots and units: a token often lacks them.
    """

    county: str
    organisation: str
    training: bool
    hub_certificate: Bytes
    sms_certificate: Bytes
    archive: tuple[Bytes, ...] = ()
    units: tuple[UnitEntry, ...]
    roots: tuple[Bytes, ...]
    intermediates: tuple[Bytes, ...] = ()
    root_fingerprints: tuple[str, ...]
    calendar_years: tuple[int, ...]
    items: tuple[ItemEntry, ...]
    server_time: datetime


# --- cases -----------------------------------------------------------------------------------


class Accepted(Message):
    """The hub took an operation: the case as it is now, and the hub's signed receipt for it."""

    case: Case
    operation: str
    receipt: SignedStatement


class LeaseGrant(Message):
    """The case is in this person's hands until ``until``; ``token`` goes with the action."""

    case: str
    token: int
    until: datetime
    rev: int
    head: str


class CaseRow(Message):
    """One line of a list: what the hub knows, and the sealed header for who can open it."""

    case: Case
    card: Card = Card.NONE
    header: Bytes | None = None


class QueueCounts(Message):
    waiting: int
    yellow: int
    red: int


class QueuePage(Message):
    """A page of what waits for this person's unit, the most urgent first."""

    rows: tuple[CaseRow, ...]
    next: str | None
    counts: QueueCounts


class CasePage(Message):
    """A page of cases of this person's area, the newest change first."""

    rows: tuple[CaseRow, ...]
    next: str | None
    total: int


class StoredDocument(Message):
    """A sealed document of a case, with the operation that brought it."""

    kind: DocumentKind
    sha256: str
    sealed_sha256: str
    size: int
    operation: str
    seq: int
    received_at: datetime


class StageTime(Message):
    """The time limit of one stage of a case: running, or stopped at ``stopped_at``."""

    stage: str
    level: Level
    unit: str
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    used_days: int
    provisional: bool


class DealtCard(Message):
    """A yellow or red card, and who had the case in hand at that minute."""

    case: str
    number: str
    item: str
    station: str
    stage: str
    level: Level
    unit: str
    colour: Card
    at: datetime
    holder: str
    holder_name: str


class CaseFile(Message):
    """Everything that the hub holds of one case but the sealed bytes."""

    case: Case
    card: Card
    header: Bytes | None
    documents: tuple[StoredDocument, ...]
    times: tuple[StageTime, ...]
    cards: tuple[DealtCard, ...]


class LoggedAction(Message):
    """One entry of a case's record, with all that is needed to check it offline.

    ``receipt`` is what the hub answered when it took the operation, for whoever archives the case.
    """

    position: int
    seq: int
    operation: str
    action: ActionType
    from_state: CaseState | None
    to_state: CaseState
    actor: str
    actor_name: str
    unit: str
    level: Level
    at: datetime
    received_at: datetime
    reason_codes: tuple[str, ...]
    statement: Bytes
    signature: Bytes
    certificate: Bytes
    previous: str
    hash: str
    receipt: SignedStatement | None = None


class Record(Message):
    """The whole chain of a case, oldest first."""

    case: str
    number: str
    entries: tuple[LoggedAction, ...]


class Change(Message):
    """Something happened to a case of this person's area."""

    cursor: int
    case: str
    number: str
    rev: int
    action: ActionType
    state: CaseState
    actor_name: str
    received_at: datetime


class Changes(Message):
    """What happened after the cursor asked with; ``cursor`` is where to ask on."""

    cursor: int
    changes: tuple[Change, ...]


# --- supervision -----------------------------------------------------------------------------


class CardPage(Message):
    cards: tuple[DealtCard, ...]
    next: str | None


class SmsStatus(StrEnum):
    """``sending`` covers the wait for the delivery report; ``failed`` is final."""

    CREATED = "created"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class SmsEntry(Message):
    """One message in the outbox, without the name and with the number masked."""

    id: str
    case: str
    number: str
    template: str
    to: str
    text: str
    status: SmsStatus
    problem: str
    created_at: datetime
    finished_at: datetime | None


class SmsPage(Message):
    entries: tuple[SmsEntry, ...]
    next: str | None


class TreeHead(Message):
    """The Merkle tree (RFC 6962) over all operations, its size and root signed by the hub."""

    size: int
    root: str
    at: datetime
    signed: SignedStatement


class Inclusion(Message):
    """That the entry with ``hash`` stands at ``position`` in the tree of ``size``; hex hashes."""

    operation: str
    hash: str
    position: int
    size: int
    root: str
    path: tuple[str, ...]


class Consistency(Message):
    """That the tree of ``size`` grew out of the tree of ``old_size``; hex hashes."""

    old_size: int
    size: int
    old_root: str
    root: str
    path: tuple[str, ...]
