"""What the desk remembers for comfort: what is used most, and how things were left."""

from __future__ import annotations

from typing import Any

from station.store.database import Database
from station.store.lock import Payloads, Unreadable


class Desk:
    """Counts and small values by name. Losing them costs a click, so damage is silence."""

    def __init__(self, database: Database, payloads: Payloads) -> None:
        self._database = database
        self._payloads = payloads

    def count_use(self, item: str) -> None:
        """One more case of this item."""
        with self._database.transaction():
            last = self._database.number("SELECT max(last) FROM usage") + 1
            self._database.write("INSERT OR IGNORE INTO usage VALUES (?, 0, 0)", item)
            self._database.write("UPDATE usage SET count=count+1, last=? WHERE item=?", last, item)

    def most_used(self) -> tuple[str, ...]:
        """Item codes, the most used first; among equals the last used."""
        rows = self._database.rows("SELECT item FROM usage ORDER BY count DESC, last DESC")
        return tuple(str(row["item"]) for row in rows)

    def uses(self, item: str) -> int:
        """How often this item was used here."""
        return self._database.number("SELECT count FROM usage WHERE item=?", item)

    def remember(self, name: str, value: Any) -> None:
        """Remembers a JSON value under ``name``, e.g. the scanner chosen last."""
        self._database.write(
            "INSERT OR REPLACE INTO remembered VALUES (?, ?)",
            name,
            self._payloads.seal(value, "remembered", name),
        )

    def has(self, name: str) -> bool:
        """Whether something, readable or not, is remembered under ``name``."""
        row = self._database.row("SELECT 1 FROM remembered WHERE name=?", name)
        return row is not None

    def remembered(self, name: str, otherwise: Any = None) -> Any:
        """What was remembered under ``name``, else ``otherwise``."""
        row = self._database.row("SELECT payload FROM remembered WHERE name=?", name)
        if row is None:
            return otherwise
        try:
            return self._payloads.open_any(row["payload"], "remembered", name)
        except Unreadable:
            return otherwise
