"""What lies in the vault, and who still needs it.

Every file has holders: a case on the desk, an entry of the outbox. The last one to let go dooms
the file; it is taken away after that is on record, so that a crash between the two is finished at
the next start and never leaves a row without its file.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from station.store.database import Database
from station.store.lock import Unreadable
from station.store.vault import Kept, Vault


class Holdings:
    """The vault's register; usable from any thread."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        # So that no file is taken away while the same one is being kept again.
        self._files = threading.RLock()

    def keep(self, name: str, head: Mapping[str, Any], holder: str, data: bytes) -> None:
        """Keeps ``data`` for ``holder``; both file and row are on the disk when this returns.

        Never call it inside a transaction: another thread may wait for that with the files.
        """
        with self._files:
            if not self._is_intact(name):
                self._vault.put(name, {**head, "holder": holder}, data)
            self._enter(name, holder, len(data))

    def get(self, name: str) -> Kept:
        """What is kept under ``name``; ``Unreadable`` when it is gone or damaged."""
        return self._vault.get(name)

    def has(self, name: str) -> bool:
        """Whether ``name`` is on record."""
        return self._database.row("SELECT 1 FROM item WHERE name=? AND doomed=0", name) is not None

    def release(self, holder: str) -> None:
        """``holder`` needs nothing any more; ``sweep`` takes away what nobody needs then."""
        with self._database.transaction():
            self._database.write("DELETE FROM holding WHERE holder=?", holder)
            self._database.write(
                "UPDATE item SET doomed=1 WHERE name NOT IN (SELECT item FROM holding)"
            )

    def sweep(self) -> tuple[str, ...]:
        """Takes away the files that nobody needs; their names."""
        with self._files:
            rows = self._database.rows("SELECT name FROM item WHERE doomed=1")
            names = tuple(str(row["name"]) for row in rows)
            for name in names:
                self._vault.remove(name)
                self._database.write("DELETE FROM item WHERE name=?", name)
            return names

    def adopt(self) -> dict[str, Kept]:
        """Enters files that a crash left without a row, and returns them.

        They are whole, only the word that they are kept was never given.
        """
        with self._files:
            self._vault.sweep()
            known = {row["name"] for row in self._database.rows("SELECT name FROM item")}
            adopted = {}
            for name in self._vault.names():
                if name in known:
                    continue
                try:
                    kept = self._vault.get(name)
                except Unreadable:
                    continue
                self._enter(name, str(kept.head.get("holder", "")), len(kept.data))
                adopted[name] = kept
            return adopted

    def opens_nothing(self) -> bool:
        """Whether there are files, and not one of them opens."""
        names = self._vault.names()
        return bool(names) and not any(self._is_intact(name) for name in names)

    def damaged(self) -> tuple[str, ...]:
        """The names on record whose files are gone or damaged; reads every file."""
        rows = self._database.rows("SELECT name FROM item WHERE doomed=0 ORDER BY name")
        return tuple(row["name"] for row in rows if not self._is_intact(row["name"]))

    def _enter(self, name: str, holder: str, size: int) -> None:
        with self._database.transaction():
            self._database.write("INSERT OR REPLACE INTO item VALUES (?, ?, 0)", name, size)
            self._database.write("INSERT OR IGNORE INTO holding VALUES (?, ?)", name, holder)

    def _is_intact(self, name: str) -> bool:
        try:
            self._vault.get(name)
        except Unreadable:
            return False
        return True
