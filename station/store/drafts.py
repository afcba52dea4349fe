"""The shelf of drafts: cases in the making, each in its newest saved state and the one before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from station.domain.drafts import Draft, DraftState
from station.store.database import Database, Row
from station.store.errors import DraftNotHere, DraftOvertaken, RecordDamaged
from station.store.lock import Payloads, Unreadable

_KEPT_REVISIONS = 2  # the newest, and one to go back to should the disk spoil it


class Drafts:
    """Drafts by id. A draft is *here*, *discarded* (can come back) or *closed* (gone for good)."""

    def __init__(self, database: Database, payloads: Payloads) -> None:
        self._database = database
        self._payloads = payloads

    def save(self, draft: Draft) -> None:
        """Saves ``draft``; it is on the disk when this returns. The same one twice is one.

        Raises ``DraftOvertaken`` when this revision or a newer one is saved with other content,
        and ``DraftNotHere`` when the case was put away: a late save brings no ghost back.
        """
        with self._database.transaction():
            row = self._newest(draft.id)
            if row is None and self._is_closed(draft.id):
                raise DraftNotHere(draft=draft.number)
            if row is not None:
                if row["discarded"]:
                    raise DraftNotHere(draft=draft.number)
                if row["revision"] >= draft.revision:
                    if row["revision"] == draft.revision and self._read(row) == draft:
                        return
                    raise DraftOvertaken(
                        number=draft.number, stored=row["revision"], given=draft.revision
                    )
            self._database.write(
                "INSERT INTO draft (id, revision, state, changed_at, payload)"
                " VALUES (?, ?, ?, ?, ?)",
                draft.id,
                draft.revision,
                draft.state.value,
                draft.changed_at.isoformat(),
                self._payloads.seal(draft, "draft", draft.id, draft.revision),
            )
            self._database.write(
                "DELETE FROM draft WHERE id=? AND revision NOT IN"
                " (SELECT revision FROM draft WHERE id=? ORDER BY revision DESC LIMIT ?)",
                draft.id,
                draft.id,
                _KEPT_REVISIONS,
            )

    def get(self, draft_id: str) -> Draft:
        """The newest saved state; ``DraftNotHere`` or ``RecordDamaged``."""
        row = self._newest(draft_id)
        if row is None or row["discarded"]:
            raise DraftNotHere(draft=draft_id)
        return self._read(row)

    def all(self, states: Iterable[DraftState] = tuple(DraftState)) -> tuple[Draft, ...]:
        """The drafts in ``states``, the last changed first.

        One that is damaged is passed over, so that it keeps nobody from the others; ``get`` and
        ``damaged`` speak of it.
        """
        wanted = {state.value for state in states}
        found = []
        for row in self._newest_rows():
            if row["discarded"] or row["state"] not in wanted:
                continue
            try:
                found.append(self._read(row))
            except RecordDamaged:
                continue
        return tuple(sorted(found, key=lambda draft: draft.changed_at, reverse=True))

    def damaged(self) -> tuple[str, ...]:
        """The ids of drafts whose newest state cannot be read."""
        broken = []
        for row in self._newest_rows():
            try:
                self._read(row)
            except RecordDamaged:
                broken.append(str(row["id"]))
        return tuple(broken)

    def set_discarded(self, draft_id: str, discarded: bool) -> None:
        """Puts a draft out of sight, or back; ``DraftNotHere`` when there is none."""
        changed = self._database.write(
            "UPDATE draft SET discarded=? WHERE id=?", int(discarded), draft_id
        )
        if not changed:
            raise DraftNotHere(draft=draft_id)

    def discarded(self) -> tuple[Draft, ...]:
        """The drafts out of sight, the last changed first."""
        found = []
        for row in self._newest_rows():
            if row["discarded"]:
                try:
                    found.append(self._read(row))
                except RecordDamaged:
                    continue
        return tuple(sorted(found, key=lambda draft: draft.changed_at, reverse=True))

    def close(self, draft_id: str) -> None:
        """Forgets the draft, and that it is forgotten is remembered."""
        with self._database.transaction():
            self._database.write("DELETE FROM draft WHERE id=?", draft_id)
            self._database.write("INSERT OR IGNORE INTO closed VALUES (?)", draft_id)

    def next_serial(self, day: date) -> int:
        """The next number of ``day``, from 1, never given twice."""
        key = day.isoformat()
        with self._database.transaction():
            self._database.write("INSERT OR IGNORE INTO serial VALUES (?, 0)", key)
            self._database.write("UPDATE serial SET last=last+1 WHERE day=?", key)
            return self._database.number("SELECT last FROM serial WHERE day=?", key)

    def _newest(self, draft_id: str) -> Row | None:
        return self._database.row(
            "SELECT * FROM draft WHERE id=? ORDER BY revision DESC LIMIT 1", draft_id
        )

    def _newest_rows(self) -> list[Row]:
        return self._database.rows(
            "SELECT d.* FROM draft d WHERE d.revision="
            " (SELECT max(revision) FROM draft WHERE id=d.id) ORDER BY d.id"
        )

    def _is_closed(self, draft_id: str) -> bool:
        return self._database.row("SELECT 1 FROM closed WHERE draft=?", draft_id) is not None

    def _read(self, row: Row) -> Draft:
        try:
            return self._payloads.open(Draft, row["payload"], "draft", row["id"], row["revision"])
        except Unreadable as error:
            raise RecordDamaged(thing=row["id"]) from error
