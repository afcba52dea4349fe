"""The outbox: signed operations on their way to the hub, one queue per case.

Each entry has an explicit state, on the disk before the next step is taken::

    queued → uploading → committing → accepted
       ↑         └──────────┴→ waiting(until, why)   the line or the hub is having a bad moment
       └── retry ──────────────→ needs_you(problem)  the hub said no; somebody must look
                                 cancelled           taken back by the desk

Only the first unfinished entry of a queue is sent, and a queue that is stuck holds up no other.
Delivery is at least once; the operation's id makes its effect happen once. Who sends is not known
here; one sender at a time claims an entry, and a claim dies with its process, because only one
process can have the memory open.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from station.domain.drafts import Draft
from station.domain.operations import DocumentKind, Operation
from station.errors import StoreError
from station.store.database import Database, Row
from station.store.drafts import Drafts
from station.store.entries import Entry, EntryState, Parcel, ParcelState, Problem
from station.store.errors import EntryNotCancellable, RecordDamaged
from station.store.holdings import Holdings
from station.store.lock import Payloads, Unreadable

_FINISHED = tuple(state.value for state in EntryState if state.is_finished)
_SENDABLE = (EntryState.QUEUED, EntryState.UPLOADING, EntryState.COMMITTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What of an entry never changes, as its payload holds it."""

    number: str
    statement: bytes
    signature: bytes
    kinds: tuple[DocumentKind, ...]
    queued_at: datetime


class Outbox:
    """All entries of this desk; usable from any thread."""

    def __init__(
        self, database: Database, payloads: Payloads, holdings: Holdings, drafts: Drafts
    ) -> None:
        self._database = database
        self._payloads = payloads
        self._holdings = holdings
        self._drafts = drafts
        self._claims: set[str] = set()
        self._claiming = threading.Lock()

    def put(
        self,
        operation: Operation,
        statement: bytes,
        signature: bytes,
        parcels: Sequence[Parcel],
        at: datetime,
        draft: Draft | None = None,
    ) -> Entry:
        """Queues a signed operation with its sealed documents; all is on the disk afterwards.

        ``statement`` are exactly the bytes that ``signature`` (detached CMS) signs. ``draft`` is
        saved in the same transaction, so that no crash leaves it open beside its own entry. The
        same operation put again is the same entry.
        """
        if self._row(operation.id) is not None:
            if draft is not None:
                self._drafts.save(draft)
            return self.get(operation.id)
        content = _Content(
            number=operation.number,
            statement=statement,
            signature=signature,
            kinds=tuple(parcel.kind for parcel in parcels),
            queued_at=at,
        )
        try:
            digests = [self._keep(operation.id, parcel.sealed) for parcel in parcels]
            with self._database.transaction():
                self._insert(operation, content, list(zip(parcels, digests, strict=True)))
                if draft is not None:
                    self._drafts.save(draft)
        except BaseException:
            with suppress(StoreError):  # the disk that is full may refuse this too; see recover
                self._holdings.release(_holder(operation.id))
                self._holdings.sweep()
            raise
        return self.get(operation.id)

    def get(self, entry_id: str) -> Entry:
        """The entry; ``KeyError`` when there is none, ``RecordDamaged`` when it is unreadable."""
        row = self._row(entry_id)
        if row is None:
            raise KeyError(entry_id)
        return self._read(row)

    def entries(
        self, queue: str | None = None, states: Iterable[EntryState] = tuple(EntryState)
    ) -> tuple[Entry, ...]:
        """The entries of one case or of all, in the order in which they were queued."""
        wanted = {state.value for state in states}
        rows = self._database.rows(
            "SELECT * FROM entry WHERE ? IS NULL OR queue=? ORDER BY rowid", queue, queue
        )
        found = []
        for row in rows:
            if row["state"] in wanted:
                try:
                    found.append(self._read(row))
                except RecordDamaged:
                    continue
        return tuple(found)

    def claim(self, now: datetime) -> Sending | None:
        """The next entry to send, claimed for the caller; None when nothing can be sent now."""
        with self._claiming:
            for row in self._heads():
                state = EntryState(row["state"])
                due = state in _SENDABLE or (
                    state is EntryState.WAITING and _moment(row["until"]) <= now
                )
                if not due or row["id"] in self._claims:
                    continue
                try:
                    entry = self._read(row)
                except RecordDamaged:
                    continue
                self._claims.add(entry.id)
                return Sending(self, entry)
        return None

    def wake_at(self) -> datetime | None:
        """When the next waiting entry is due; None when none waits."""
        moments = [
            _moment(row["until"])
            for row in self._heads()
            if row["state"] == EntryState.WAITING.value
        ]
        return min(moments, default=None)

    def line_is_up(self) -> None:
        """The network is back: what waits is tried at once."""
        self._database.write(
            "UPDATE entry SET state=?, until=NULL WHERE state=?",
            EntryState.QUEUED.value,
            EntryState.WAITING.value,
        )

    def retry(self, entry_id: str) -> Entry:
        """Somebody looked at it and says: try again."""
        self._database.write(
            "UPDATE entry SET state=?, until=NULL, tries=0 WHERE id=? AND state IN (?, ?)",
            EntryState.QUEUED.value,
            entry_id,
            EntryState.WAITING.value,
            EntryState.NEEDS_YOU.value,
        )
        return self.get(entry_id)

    def cancel(self, entry_id: str, draft: Draft | None = None) -> None:
        """Takes an entry back, and with it those behind it in its queue, which build on it.

        ``draft`` is saved in the same transaction, for instance the case opened again. Raises
        ``EntryNotCancellable`` while it is being sent or once it may have reached the hub.
        """
        with self._claiming:
            entry = self.get(entry_id)
            behind = [
                row
                for row in self._unfinished(entry.queue)
                if row["place"] >= self._place(entry_id)
            ]
            for row in behind:
                if row["perhaps_delivered"] or row["id"] in self._claims:
                    raise EntryNotCancellable(number=entry.number)
            with self._database.transaction():
                for row in behind:
                    self._set(row["id"], EntryState.CANCELLED)
                    self._holdings.release(_holder(row["id"]))
                if draft is not None:
                    self._drafts.save(draft)
        self._holdings.sweep()

    def is_busy(self, queue: str) -> bool:
        """Whether a case has entries on their way."""
        return bool(self._unfinished(queue))

    def damaged(self) -> tuple[str, ...]:
        """The ids of entries that cannot be read; they hold up their own queue only."""
        broken = []
        for row in self._database.rows("SELECT * FROM entry ORDER BY rowid"):
            try:
                self._read(row)
            except RecordDamaged:
                broken.append(str(row["id"]))
        return tuple(broken)

    def recover(self) -> None:
        """Lets go of documents whose entry a crash kept from being queued."""
        rows = self._database.rows(
            "SELECT DISTINCT holder FROM holding WHERE holder LIKE 'entry:%'"
            " AND substr(holder, 7) NOT IN (SELECT id FROM entry)"
        )
        for row in rows:
            self._holdings.release(row["holder"])

    def forget(self, queue: str) -> None:
        """Forgets the finished entries of a case that is closed."""
        with self._database.transaction():
            for row in self._database.rows("SELECT id FROM entry WHERE queue=?", queue):
                self._holdings.release(_holder(row["id"]))
                self._database.write("DELETE FROM parcel WHERE entry=?", row["id"])
            self._database.write("DELETE FROM entry WHERE queue=?", queue)

    # --- what a claim may do -------------------------------------------------------------------

    def _uploaded(self, entry_id: str, sealed_sha256: str, offset: int, location: str) -> Entry:
        with self._database.transaction():
            self._set(entry_id, EntryState.UPLOADING)
            changed = self._database.write(
                "UPDATE parcel SET offset=?, location=? WHERE entry=? AND sealed_sha256=?",
                offset,
                location,
                entry_id,
                sealed_sha256,
            )
            if not changed:
                raise KeyError(sealed_sha256)
        return self.get(entry_id)

    def _committing(self, entry_id: str) -> Entry:
        with self._database.transaction():
            self._set(entry_id, EntryState.COMMITTING)
            self._database.write("UPDATE entry SET perhaps_delivered=1 WHERE id=?", entry_id)
        return self.get(entry_id)

    def _accepted(self, entry_id: str, receipt: bytes, draft: Draft | None) -> Entry:
        with self._database.transaction():
            self._set(entry_id, EntryState.ACCEPTED)
            self._database.write(
                "UPDATE entry SET receipt=? WHERE id=?",
                self._payloads.seal({"receipt": receipt}, "receipt", entry_id),
                entry_id,
            )
            self._holdings.release(_holder(entry_id))
            if draft is not None:
                self._drafts.save(draft)
        self._holdings.sweep()
        return self.get(entry_id)

    def _waiting(self, entry_id: str, until: datetime, why: Problem) -> Entry:
        with self._database.transaction():
            self._set(entry_id, EntryState.WAITING, why)
            self._database.write(
                "UPDATE entry SET until=?, tries=tries+1 WHERE id=?", until.isoformat(), entry_id
            )
        return self.get(entry_id)

    def _needs_you(self, entry_id: str, problem: Problem) -> Entry:
        with self._database.transaction():
            self._set(entry_id, EntryState.NEEDS_YOU, problem)
            # The hub answered, and it did not take it.
            self._database.write(
                "UPDATE entry SET perhaps_delivered=0, tries=tries+1 WHERE id=?", entry_id
            )
        return self.get(entry_id)

    def _release_claim(self, entry_id: str) -> None:
        with self._claiming:
            self._claims.discard(entry_id)

    # --- rows ----------------------------------------------------------------------------------

    def _insert(
        self, operation: Operation, content: _Content, parcels: list[tuple[Parcel, str]]
    ) -> None:
        place = 1 + self._database.number(
            "SELECT max(place) FROM entry WHERE queue=?", operation.case
        )
        self._database.write(
            "INSERT INTO entry (id, queue, place, state, payload) VALUES (?, ?, ?, ?, ?)",
            operation.id,
            operation.case,
            place,
            EntryState.QUEUED.value,
            self._payloads.seal(content, "entry", operation.id),
        )
        for number, (parcel, digest) in enumerate(parcels):
            self._database.write(
                "INSERT INTO parcel (entry, place, sealed_sha256, size) VALUES (?, ?, ?, ?)",
                operation.id,
                number,
                digest,
                len(parcel.sealed),
            )

    def _set(self, entry_id: str, state: EntryState, problem: Problem | None = None) -> None:
        sealed = None if problem is None else self._payloads.seal(problem, "problem", entry_id)
        self._database.write(
            "UPDATE entry SET state=?, until=NULL, problem=? WHERE id=?",
            state.value,
            sealed,
            entry_id,
        )

    def _keep(self, entry_id: str, sealed: bytes) -> str:
        digest = hashlib.sha256(sealed).hexdigest()
        self._holdings.keep(f"blob-{digest}", {}, _holder(entry_id), sealed)
        return digest

    def _row(self, entry_id: str) -> Row | None:
        return self._database.row("SELECT * FROM entry WHERE id=?", entry_id)

    def _place(self, entry_id: str) -> int:
        return self._database.number("SELECT place FROM entry WHERE id=?", entry_id)

    def _unfinished(self, queue: str) -> list[Row]:
        return self._database.rows(
            "SELECT * FROM entry WHERE queue=? AND state NOT IN (?, ?) ORDER BY place",
            queue,
            *_FINISHED,
        )

    def _heads(self) -> list[Row]:
        """The first unfinished entry of every queue, the longest queued first."""
        return self._database.rows(
            "SELECT e.* FROM entry e WHERE e.state NOT IN (?, ?) AND e.place="
            " (SELECT min(place) FROM entry WHERE queue=e.queue AND state NOT IN (?, ?))"
            " ORDER BY e.rowid",
            *_FINISHED,
            *_FINISHED,
        )

    def _read(self, row: Row) -> Entry:
        entry_id = row["id"]
        try:
            content = self._payloads.open(_Content, row["payload"], "entry", entry_id)
            parcels = self._parcels(entry_id, content.kinds)
            problem = row["problem"] and self._payloads.open(
                Problem, row["problem"], "problem", entry_id
            )
            receipt = row["receipt"] and self._payloads.open(
                _Receipt, row["receipt"], "receipt", entry_id
            )
        except (Unreadable, ValueError) as error:
            raise RecordDamaged(thing=entry_id) from error
        return Entry(
            id=entry_id,
            queue=row["queue"],
            number=content.number,
            statement=content.statement,
            signature=content.signature,
            parcels=parcels,
            queued_at=content.queued_at,
            state=EntryState(row["state"]),
            until=_moment(row["until"]) if row["until"] else None,
            problem=problem,
            tries=row["tries"],
            perhaps_delivered=bool(row["perhaps_delivered"]),
            receipt=receipt.receipt if receipt else None,
        )

    def _parcels(self, entry_id: str, kinds: Sequence[DocumentKind]) -> tuple[ParcelState, ...]:
        rows = self._database.rows("SELECT * FROM parcel WHERE entry=? ORDER BY place", entry_id)
        return tuple(
            ParcelState(
                kind=kind,
                sealed_sha256=row["sealed_sha256"],
                size=row["size"],
                offset=row["offset"],
                location=row["location"],
            )
            for kind, row in zip(kinds, rows, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _Receipt:
    receipt: bytes


class Sending:
    """A claimed entry: the only way to move it on. Use it in a ``with``; leaving gives it back.

    Whatever was not said stays as it was, so that a sender that dies is simply followed by
    another, which goes on where the entry stands.
    """

    def __init__(self, outbox: Outbox, entry: Entry) -> None:
        self._outbox = outbox
        self.entry = entry

    def __enter__(self) -> Sending:
        return self

    def __exit__(self, *error: object) -> None:
        self._outbox._release_claim(self.entry.id)

    def uploaded(self, sealed_sha256: str, offset: int, location: str = "") -> None:
        """The hub has the first ``offset`` bytes of this document."""
        self.entry = self._outbox._uploaded(self.entry.id, sealed_sha256, offset, location)

    def committing(self) -> None:
        """From here on the operation may have taken effect, whether the answer arrives or not."""
        self.entry = self._outbox._committing(self.entry.id)

    def accepted(self, receipt: bytes, draft: Draft | None = None) -> None:
        """The hub took it and said so; the sealed documents are not needed here any more."""
        self.entry = self._outbox._accepted(self.entry.id, receipt, draft)

    def wait(self, until: datetime, why: Problem) -> None:
        """To be tried again at ``until`` (see ``retry.next_try``)."""
        self.entry = self._outbox._waiting(self.entry.id, until, why)

    def needs_you(self, problem: Problem) -> None:
        """The hub said no for good, or something here is damaged: somebody must look."""
        self.entry = self._outbox._needs_you(self.entry.id, problem)


def _holder(entry_id: str) -> str:
    return f"entry:{entry_id}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
