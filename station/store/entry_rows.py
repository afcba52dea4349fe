"""Entries of the outbox as rows of the database: written, changed, read. No rule of sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from station.domain.operations import DocumentKind, Operation
from station.store.database import Database, Row
from station.store.entries import Entry, EntryState, ParcelState, Problem
from station.store.errors import RecordDamaged
from station.store.lock import Payloads, Unreadable

_FINISHED = tuple(state.value for state in EntryState if state.is_finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What of an entry never changes, as its payload holds it."""

    number: str
    statement: bytes
    signature: bytes
    kinds: tuple[DocumentKind, ...]
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class _Receipt:
    receipt: bytes


class EntryRows:
    """The tables ``entry`` and ``parcel``."""

    def __init__(self, database: Database, payloads: Payloads) -> None:
        self._database = database
        self._payloads = payloads

    def insert(
        self, operation: Operation, content: Content, documents: Sequence[tuple[str, int]]
    ) -> None:
        """A new entry at the end of its queue; ``documents`` are sealed digests and sizes."""
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
        for number, (digest, size) in enumerate(documents):
            self._database.write(
                "INSERT INTO parcel (entry, place, sealed_sha256, size) VALUES (?, ?, ?, ?)",
                operation.id,
                number,
                digest,
                size,
            )

    def set_state(self, entry_id: str, state: EntryState, problem: Problem | None = None) -> None:
        """The entry's new state, and the problem that explains it."""
        sealed = None if problem is None else self._payloads.seal(problem, "problem", entry_id)
        self._database.write(
            "UPDATE entry SET state=?, until=NULL, problem=? WHERE id=?",
            state.value,
            sealed,
            entry_id,
        )

    def set_receipt(self, entry_id: str, receipt: bytes) -> None:
        """The hub's receipt, as it came."""
        self._database.write(
            "UPDATE entry SET receipt=? WHERE id=?",
            self._payloads.seal(_Receipt(receipt), "receipt", entry_id),
            entry_id,
        )

    def set_offset(self, entry_id: str, sealed_sha256: str, offset: int, location: str) -> None:
        """How much of a document the hub has; ``KeyError`` when the entry has no such one."""
        changed = self._database.write(
            "UPDATE parcel SET offset=?, location=? WHERE entry=? AND sealed_sha256=?",
            offset,
            location,
            entry_id,
            sealed_sha256,
        )
        if not changed:
            raise KeyError(sealed_sha256)

    def row(self, entry_id: str) -> Row | None:
        """The row of an entry, unread."""
        return self._database.row("SELECT * FROM entry WHERE id=?", entry_id)

    def rows(self, queue: str | None = None) -> list[Row]:
        """All rows, or those of one queue, in the order in which they were queued."""
        return self._database.rows(
            "SELECT * FROM entry WHERE ? IS NULL OR queue=? ORDER BY rowid", queue, queue
        )

    def unfinished(self, queue: str) -> list[Row]:
        """The rows of a queue that something will still happen to, in their order."""
        return self._database.rows(
            "SELECT * FROM entry WHERE queue=? AND state NOT IN (?, ?) ORDER BY place",
            queue,
            *_FINISHED,
        )

    def heads(self) -> list[Row]:
        """The first unfinished entry of every queue, the longest queued first."""
        return self._database.rows(
            "SELECT e.* FROM entry e WHERE e.state NOT IN (?, ?) AND e.place="
            " (SELECT min(place) FROM entry WHERE queue=e.queue AND state NOT IN (?, ?))"
            " ORDER BY e.rowid",
            *_FINISHED,
            *_FINISHED,
        )

    def delete(self, queue: str) -> None:
        """Forgets all entries of a queue."""
        self._database.write(
            "DELETE FROM parcel WHERE entry IN (SELECT id FROM entry WHERE queue=?)", queue
        )
        self._database.write("DELETE FROM entry WHERE queue=?", queue)

    def read(self, row: Row) -> Entry:
        """The entry in a row; ``RecordDamaged`` when it cannot be read."""
        entry_id = row["id"]
        try:
            content = self._payloads.open(Content, row["payload"], "entry", entry_id)
            parcels = self._parcels(entry_id, content.kinds)
            problem = row["problem"] and self._payloads.open(
                Problem, row["problem"], "problem", entry_id
            )
            receipt = row["receipt"] and self._payloads.open(
                _Receipt, row["receipt"], "receipt", entry_id
            )
            state = EntryState(row["state"])
            until = datetime.fromisoformat(row["until"]) if row["until"] else None
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
            state=state,
            until=until,
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
