"""The outbox: signed operations on their way to the hub, one queue per case.

Each entry has an explicit state, on the disk before the next step is taken::

    queued → uploading → committing → accepted
       ↑         └──────────┴→ waiting(until, why)   the line or the hub is having a bad moment
       │         └─ the hub lacks a document: it is uploaded again
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
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from station.domain.drafts import Draft
from station.domain.operations import Operation
from station.errors import StoreError
from station.store.database import Database, Row
from station.store.drafts import Drafts
from station.store.entries import Entry, EntryState, Parcel, Problem
from station.store.entry_rows import Content, EntryRows
from station.store.errors import EntryNotCancellable, RecordDamaged
from station.store.holdings import Holdings
from station.store.lock import Payloads

_SENDABLE = (EntryState.QUEUED, EntryState.UPLOADING, EntryState.COMMITTING)


class Outbox:
    """All entries of this desk; usable from any thread."""

    def __init__(
        self, database: Database, payloads: Payloads, holdings: Holdings, drafts: Drafts
    ) -> None:
        self._database = database
        self._rows = EntryRows(database, payloads)
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
        if self._rows.row(operation.id) is not None:
            if draft is not None:
                self._drafts.save(draft)
            return self.get(operation.id)
        content = Content(
            number=operation.number,
            statement=statement,
            signature=signature,
            kinds=tuple(parcel.kind for parcel in parcels),
            queued_at=at,
        )
        try:
            digests = [self._keep(operation.id, parcel.sealed) for parcel in parcels]
            with self._database.transaction():
                sizes = [len(parcel.sealed) for parcel in parcels]
                self._rows.insert(operation, content, list(zip(digests, sizes, strict=True)))
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
        row = self._rows.row(entry_id)
        if row is None:
            raise KeyError(entry_id)
        return self._rows.read(row)

    def entries(
        self, queue: str | None = None, states: Iterable[EntryState] = tuple(EntryState)
    ) -> tuple[Entry, ...]:
        """The entries of one case or of all, in the order in which they were queued."""
        wanted = {state.value for state in states}
        return tuple(
            self._readable(row for row in self._rows.rows(queue) if row["state"] in wanted)
        )

    def claim(self, now: datetime) -> Sending | None:
        """The next entry to send, claimed for the caller; None when nothing can be sent now."""
        with self._claiming:
            for entry in self._heads():
                due = entry.state in _SENDABLE or (
                    entry.state is EntryState.WAITING
                    and (entry.until is None or entry.until <= now)
                )
                if due and entry.id not in self._claims:
                    self._claims.add(entry.id)
                    return Sending(self, entry)
        return None

    def wake_at(self) -> datetime | None:
        """When the next waiting entry is due; None when none waits."""
        waiting = [entry for entry in self._heads() if entry.state is EntryState.WAITING]
        return min((entry.until for entry in waiting if entry.until), default=None)

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
            if entry.state is EntryState.CANCELLED:
                return
            unfinished = self._rows.unfinished(entry.queue)
            order = [row["id"] for row in unfinished]
            behind = unfinished[order.index(entry_id) :] if entry_id in order else []
            if not behind or any(
                row["perhaps_delivered"] or row["id"] in self._claims for row in behind
            ):
                raise EntryNotCancellable(number=entry.number)
            with self._database.transaction():
                for row in behind:
                    self._rows.set_state(row["id"], EntryState.CANCELLED)
                    self._holdings.release(_holder(row["id"]))
                if draft is not None:
                    self._drafts.save(draft)
        self._holdings.sweep()

    def is_busy(self, queue: str) -> bool:
        """Whether a case has entries on their way."""
        return bool(self._rows.unfinished(queue))

    def damaged(self) -> tuple[str, ...]:
        """The ids of entries that cannot be read; they hold up their own queue only."""
        broken = []
        for row in self._rows.rows():
            try:
                self._rows.read(row)
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
            for row in self._rows.rows(queue):
                self._holdings.release(_holder(row["id"]))
            self._rows.delete(queue)

    # --- what a claim may do -------------------------------------------------------------------

    def _uploaded(self, entry_id: str, sealed_sha256: str, offset: int, location: str) -> Entry:
        with self._database.transaction():
            self._rows.set_state(entry_id, EntryState.UPLOADING)
            self._rows.set_offset(entry_id, sealed_sha256, offset, location)
        return self.get(entry_id)

    def _committing(self, entry_id: str) -> Entry:
        with self._database.transaction():
            self._rows.set_state(entry_id, EntryState.COMMITTING)
            self._database.write("UPDATE entry SET perhaps_delivered=1 WHERE id=?", entry_id)
        return self.get(entry_id)

    def _lacking(self, entry_id: str, sealed_sha256: Collection[str]) -> Entry:
        with self._database.transaction():
            self._rows.set_state(entry_id, EntryState.UPLOADING)
            for parcel in self.get(entry_id).parcels:
                if parcel.sealed_sha256 in sealed_sha256:
                    self._rows.set_offset(entry_id, parcel.sealed_sha256, 0, "")
            self._database.write("UPDATE entry SET perhaps_delivered=0 WHERE id=?", entry_id)
        return self.get(entry_id)

    def _accepted(self, entry_id: str, receipt: bytes, draft: Draft | None) -> Entry:
        with self._database.transaction():
            self._rows.set_state(entry_id, EntryState.ACCEPTED)
            self._rows.set_receipt(entry_id, receipt)
            self._holdings.release(_holder(entry_id))
            if draft is not None:
                self._drafts.save(draft)
        self._holdings.sweep()
        return self.get(entry_id)

    def _waiting(self, entry_id: str, until: datetime, why: Problem) -> Entry:
        with self._database.transaction():
            self._rows.set_state(entry_id, EntryState.WAITING, why)
            self._database.write(
                "UPDATE entry SET until=?, tries=tries+1 WHERE id=?", until.isoformat(), entry_id
            )
        return self.get(entry_id)

    def _needs_you(self, entry_id: str, problem: Problem, refused: bool) -> Entry:
        with self._database.transaction():
            self._rows.set_state(entry_id, EntryState.NEEDS_YOU, problem)
            self._database.write("UPDATE entry SET tries=tries+1 WHERE id=?", entry_id)
            if refused:
                self._database.write("UPDATE entry SET perhaps_delivered=0 WHERE id=?", entry_id)
        return self.get(entry_id)

    def _release_claim(self, entry_id: str) -> None:
        with self._claiming:
            self._claims.discard(entry_id)

    def _heads(self) -> Iterator[Entry]:
        return self._readable(self._rows.heads())

    def _readable(self, rows: Iterable[Row]) -> Iterator[Entry]:
        """The entries that can be read; ``damaged`` speaks of the others."""
        for row in rows:
            with suppress(RecordDamaged):
                yield self._rows.read(row)

    def _keep(self, entry_id: str, sealed: bytes) -> str:
        digest = hashlib.sha256(sealed).hexdigest()
        self._holdings.keep(f"blob-{digest}", {}, _holder(entry_id), sealed)
        return digest


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

    def lacking(self, sealed_sha256: Collection[str]) -> None:
        """The hub did not take it because it has lost these documents: they are to go again."""
        self.entry = self._outbox._lacking(self.entry.id, sealed_sha256)

    def accepted(self, receipt: bytes, draft: Draft | None = None) -> None:
        """The hub took it and said so; the sealed documents are not needed here any more."""
        self.entry = self._outbox._accepted(self.entry.id, receipt, draft)

    def wait(self, until: datetime, why: Problem) -> None:
        """To be tried again at ``until`` (see ``retry.next_try``)."""
        self.entry = self._outbox._waiting(self.entry.id, until, why)

    def needs_you(self, problem: Problem, *, refused: bool = False) -> None:
        """Somebody must look. ``refused``: the hub itself said that it did not take it, so that
        the case may be taken back; not so when its answer was odd or something here is damaged."""
        self.entry = self._outbox._needs_you(self.entry.id, problem, refused)


def _holder(entry_id: str) -> str:
    return f"entry:{entry_id}"
