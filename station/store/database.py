"""The memory's database: SQLite in WAL with full sync, one connection for all threads.

How statements run, how a crash is recovered from and how SQLite's errors become ours; no
statement about cases. Which tables there are stands in ``SCHEMA``; what a row means is known by
the module that writes it.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from signing.files import sync_folder
from station.errors import DiskFull, StoreError
from station.store.disk import explanation
from station.store.errors import (
    DiskFailing,
    MemoryDamaged,
    MemoryInUse,
    MemoryReadOnly,
    MemoryTooNew,
)

NAME = "station.sqlite"
COPY = "station.copy.sqlite"
FORM = 1  # of the tables; a step to the next one goes into ``_STEPS``

# A payload is locked with the context "table:key", so that no row can take another's place.
# Outside it stands only what the memory itself searches by; never a name or a number of a person.
SCHEMA = """
CREATE TABLE draft (
    id TEXT NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, changed_at TEXT NOT NULL,
    discarded INTEGER NOT NULL DEFAULT 0, payload BLOB NOT NULL,
    PRIMARY KEY (id, revision)
);
CREATE TABLE serial (day TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE closed (draft TEXT PRIMARY KEY);
CREATE TABLE page (
    id TEXT PRIMARY KEY, draft TEXT NOT NULL, arrival INTEGER NOT NULL, payload BLOB NOT NULL
);
CREATE INDEX page_of_draft ON page (draft, arrival);
CREATE TABLE item (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, doomed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE holding (
    item TEXT NOT NULL, holder TEXT NOT NULL, PRIMARY KEY (item, holder)
);
CREATE INDEX holding_of_holder ON holding (holder);
CREATE TABLE entry (
    id TEXT PRIMARY KEY, queue TEXT NOT NULL, place INTEGER NOT NULL, state TEXT NOT NULL,
    until TEXT, tries INTEGER NOT NULL DEFAULT 0, perhaps_delivered INTEGER NOT NULL DEFAULT 0,
    payload BLOB NOT NULL, problem BLOB, receipt BLOB,
    UNIQUE (queue, place)
);
CREATE TABLE parcel (
    entry TEXT NOT NULL, place INTEGER NOT NULL, sealed_sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, offset INTEGER NOT NULL DEFAULT 0, location TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entry, place)
);
CREATE TABLE line (
    number INTEGER PRIMARY KEY, hash TEXT NOT NULL, payload BLOB NOT NULL
);
CREATE TABLE usage (item TEXT PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE remembered (name TEXT PRIMARY KEY, payload BLOB NOT NULL);
"""

_STEPS: dict[int, str] = {}  # from form n to n + 1

Row = sqlite3.Row


class Database:
    """Transactions on the memory's tables, from any thread, one at a time."""

    def __init__(self, folder: Path) -> None:
        """Opens or makes the database in ``folder``; SQLite itself finishes or undoes what a
        crash cut off. Raises a ``StoreError`` when it cannot be used as it is."""
        self._folder = folder
        self.path = folder / NAME
        self._turn = threading.RLock()
        self._depth = 0
        is_new = not self.path.exists()
        with self._explained():
            self._connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=10
            )
        try:
            self._prepare(is_new)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, is_new: bool) -> None:
        read_tolerantly(self._connection)
        with self._explained():
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",  # NORMAL may lose acknowledged transactions at a power cut
                "foreign_keys=ON",
                "secure_delete=FAST",
            ):
                self._connection.execute(f"PRAGMA {pragma}")
            found = self.pragma("user_version")
            if found > FORM:
                raise MemoryTooNew(where=self._folder, found=found, known=FORM)
            if not is_new and (reason := self._what_is_wrong()):
                raise MemoryDamaged(where=self._folder, reason=reason)
            if found < FORM:
                self._grow(found)

    def _grow(self, found: int) -> None:
        """Brings the tables from form ``found`` to this one; 0 is a file without any."""
        script = SCHEMA if found == 0 else ""
        script += "".join(_STEPS[form] for form in range(max(found, 1), FORM))
        with self.transaction():
            for statement in script.split(";"):
                if statement.strip():
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version={FORM}")
        sync_folder(self._folder)

    def _what_is_wrong(self) -> str:
        """What SQLite's own check says; "" when all is well."""
        answers = [row[0] for row in self._connection.execute("PRAGMA quick_check(1)")]
        return "" if answers == ["ok"] else "; ".join(str(answer) for answer in answers)

    def pragma(self, name: str) -> int:
        """The number that a pragma answers."""
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside is on the disk afterwards, or none of it.

        Inside another transaction of the same thread it becomes a part of that one.
        """
        with self._turn, self._explained():
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have ended it already
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def write(self, statement: str, *values: Any) -> int:
        """Runs one statement, in its own transaction unless in one; the rows it changed."""
        with self.transaction():
            return self._connection.execute(statement, values).rowcount

    def rows(self, question: str, *values: Any) -> list[Row]:
        """All rows of the answer."""
        with self._turn, self._explained():
            return self._connection.execute(question, values).fetchall()

    def row(self, question: str, *values: Any) -> Row | None:
        """The first row of the answer."""
        with self._turn, self._explained():
            row: Row | None = self._connection.execute(question, values).fetchone()
            return row

    def number(self, question: str, *values: Any) -> int:
        """The one number that the answer is; 0 where it is empty."""
        row = self.row(question, *values)
        return int(row[0] or 0) if row is not None else 0

    def copy_to(self, path: Path) -> None:
        """A whole copy of the database in another file, which appears at once or not at all."""
        part = path.with_suffix(".part")
        with self._turn, self._explained():
            part.unlink(missing_ok=True)
            other = sqlite3.connect(part, isolation_level=None)
            try:
                other.execute("PRAGMA synchronous=FULL")
                self._connection.backup(other)
            finally:
                other.close()
            part.replace(path)
            sync_folder(path.parent)

    def close(self) -> None:
        """Closes the connection; SQLite tidies its log away."""
        with self._turn:
            self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            explained = _explanation(error, self._folder)
            if explained is None:
                raise
            raise explained from error
        except OSError as error:
            raise explanation(error, self._folder) from error


def read_tolerantly(connection: sqlite3.Connection) -> None:
    """Rows by name; a spoilt text is an odd text and not the end of the whole answer."""
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda text: text.decode("utf-8", "replace")


def tables() -> Sequence[str]:
    """The names of the tables, in the order of ``SCHEMA``."""
    return [part.split()[0] for part in SCHEMA.split("CREATE TABLE ")[1:]]


def _explanation(error: sqlite3.DatabaseError, folder: Path) -> StoreError | None:
    """What an SQLite error means to the person at the desk; None for a bug of ours."""
    code = getattr(error, "sqlite_errorcode", 0)
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFull(where=folder)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return MemoryDamaged(where=folder, reason=error)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return MemoryReadOnly(where=folder)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return MemoryInUse(where=folder, process="?")
        case sqlite3.SQLITE_IOERR:
            # SQLite calls a full quota or a file limit an I/O error; only ENOSPC is "full" to it.
            return _why_not_written(folder) or DiskFailing(where=folder, reason=error)
        case sqlite3.SQLITE_CANTOPEN:
            return DiskFailing(where=folder, reason=error)
    return None


def _why_not_written(folder: Path) -> StoreError | None:
    """Tries whether the folder takes a file at all; None when it does."""
    probe = folder / "probe.part"
    try:
        with probe.open("wb") as file:
            file.write(bytes(1 << 16))
    except OSError as error:
        return explanation(error, folder) if error.errno != errno.EIO else None
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return None
