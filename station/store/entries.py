"""What lies in the outbox: entries, their states, their sealed documents. Frozen data only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signing.errors import ExplainedError
from station.domain.operations import DocumentKind


class EntryState(StrEnum):
    QUEUED = "queued"
    UPLOADING = "uploading"
    COMMITTING = "committing"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    NEEDS_YOU = "needs_you"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to the entry."""
        return self in (EntryState.ACCEPTED, EntryState.CANCELLED)

    @property
    def word(self) -> str:
        """The Chinese word in the outbox."""
        return _STATE_WORDS[self]


_STATE_WORDS = {
    EntryState.QUEUED: "排队待传",
    EntryState.UPLOADING: "正在上传",
    EntryState.COMMITTING: "正在提交",
    EntryState.ACCEPTED: "已送达",
    EntryState.WAITING: "等一会儿再传",
    EntryState.NEEDS_YOU: "要您处理",
    EntryState.CANCELLED: "已撤下",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why an entry waits or needs somebody, in both languages; ``code`` is the error's name."""

    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, error: ExplainedError) -> Problem:
        """The problem that ``error`` explains."""
        return cls(code=error.code, zh=error.sentence("zh"), en=error.sentence("en"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A sealed document to be uploaded, as it enters the outbox."""

    kind: DocumentKind
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelState:
    """A sealed document and how much of it the hub has; ``location`` is the hub's upload URL."""

    kind: DocumentKind
    sealed_sha256: str
    size: int
    offset: int = 0
    location: str = ""

    @property
    def is_uploaded(self) -> bool:
        return self.offset >= self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One signed operation in the outbox. ``id`` is the operation's; ``queue`` the case's.

    ``perhaps_delivered``: it was handed to the hub and the answer is not known.
    ``receipt`` is the hub's signed word that it took the operation, as it came.
    """

    id: str
    queue: str
    number: str
    statement: bytes
    signature: bytes
    parcels: tuple[ParcelState, ...]
    queued_at: datetime
    state: EntryState = EntryState.QUEUED
    until: datetime | None = None
    problem: Problem | None = None
    tries: int = 0
    perhaps_delivered: bool = False
    receipt: bytes | None = None
