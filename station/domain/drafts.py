"""Drafts: a case as it grows on the agent's desk, before it is signed and sent.

Frozen data; every change makes a new draft with a higher revision, which the store saves at
once. Pages are referred to by id; their bytes live in the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from station.domain.applicants import Applicant, Delegate
from station.domain.cases import CaseState


class DraftState(StrEnum):
    OPEN = "open"  # the agent works on it
    RETURNED = "returned"  # came back for correction (补正)
    SIGNED = "signed"  # signed and sealed, waits in the outbox
    SENT = "sent"  # the hub has it and said so


class ValueSource(StrEnum):
    """Where a field's value came from."""

    APPLICANT = "applicant"
    PAPER = "paper"  # read from the scanned form
    TYPED = "typed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """One filled field. A doubtful value read from paper counts only once ``confirmed``.

    ``problem`` says why it was doubted; ``others`` are what it may be instead, in normal form.
    """

    value: str
    source: ValueSource = ValueSource.TYPED
    raw: str = ""
    confidence: float = 1.0
    confirmed: bool = True
    crop: str = ""  # digest of the stored picture cut out of the paper form
    problem: str = ""
    problem_en: str = ""
    others: tuple[str, ...] = ()


class Provision(StrEnum):
    """How a required material is provided."""

    PAGES = "pages"
    EXEMPT = "exempt"  # 免交
    DEFERRED = "deferred"  # 容缺, promised for a date


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialEntry:
    """What is there of one material."""

    pages: tuple[str, ...] = ()
    provision: Provision = Provision.PAGES
    promised_by: date | None = None
    original_seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InkEntry:
    """The applicant's handwritten signature: its record in the store and what was shown."""

    ink: str  # id of the stored ink record
    shown_sha256: str  # digest of exactly the document that lay on the screen
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One case in the making."""

    id: str  # uuid, also the case's id at the hub
    number: str  # 受理编号: village code, date, serial
    item: str
    item_version: int
    station: str  # unit code
    agent: str  # person id
    opened_at: datetime
    changed_at: datetime
    revision: int = 1
    state: DraftState = DraftState.OPEN
    applicant: Applicant = field(default_factory=Applicant)
    card_picture: str = ""  # digest of the stored picture of the card, or of its portrait
    delegate: Delegate | None = None  # who comes for the applicant, if somebody does
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    materials: Mapping[str, MaterialEntry] = field(default_factory=dict)
    answers: Mapping[str, bool] = field(default_factory=dict)  # rule id -> what the agent said
    unread: tuple[str, ...] = ()  # pages of the paper form that have not been read yet
    ink: InkEntry | None = None
    dossier: str = ""  # digest of the signed dossier in the store
    return_note: str = ""  # all reasons for which it came back
    base_rev: int = 0  # revision of the case at the hub that a correction starts from
    base_head: str = ""  # and the hash of its last action
    standing: CaseState | None = None  # where the sent case stands, as last heard from the hub

    def changed(self, at: datetime, **changes: object) -> Draft:
        """This draft with ``changes``, one revision further.

        A changed form or paper is no longer what the applicant saw: unless the ink itself is
        being set, it falls away and has to be given again.
        """
        if "ink" not in changes and changes.keys() & {
            "applicant",
            "delegate",
            "values",
            "materials",
        }:
            changes = {**changes, "ink": None}
        return replace(self, revision=self.revision + 1, changed_at=at, **changes)  # type: ignore[arg-type]
