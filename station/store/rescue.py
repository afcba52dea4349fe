"""Bringing a damaged memory back: everything readable, from wherever it can be read.

The damaged database is set aside, never repaired in place. A new one is filled from three
sources, the best first: the rows of the damaged one that SQLite still reaches, the copy made at
the last start, and the vault, whose files say themselves what they are. Every row is taken only
if its payload opens, so nothing wrong can come back, only less.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signing.locker import Locker
from station.domain.drafts import Draft
from station.store.database import COPY, NAME, Database, read_tolerantly, tables
from station.store.disk import Disk, RealDisk, explained
from station.store.lock import Payloads, Unreadable
from station.store.store import Store
from station.store.turn import Turn
from station.store.vault import Vault

# The payload of each table that has one, and the columns that its lock names.
_LOCKED = {
    "draft": ("draft", ("id", "revision")),
    "page": ("page", ("id",)),
    "entry": ("entry", ("id",)),
    "line": ("line", ("number",)),
    "remembered": ("remembered", ("name",)),
}
_GAP = 100_000  # rows looked up one by one between two readable stretches, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """What came of it. ``lost`` names things that are on record but cannot be read any more."""

    aside: Path
    drafts: int
    pages: int
    entries: int
    lost: tuple[str, ...]


def rescue(folder: Path, locker: Locker, at: datetime, disk: Disk | None = None) -> Rescue:
    """Sets the damaged database of ``folder`` aside and makes a new one of all that is readable.

    Also good for a healthy memory in which single things are damaged: their files are set aside
    and drafts go back to the state saved before. Raises ``MemoryInUse`` and the disk's errors.
    """
    disk = disk or RealDisk()
    turn = Turn(folder)
    try:
        aside = folder / "damaged" / f"{at:%Y%m%d-%H%M%S}"
        with explained(folder):
            disk.make_folder(aside)
            for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
                if (folder / name).exists():
                    disk.rename(folder / name, aside / name)
            if (folder / COPY).exists():
                shutil.copy2(folder / COPY, aside / COPY)
        lost = _set_files_aside(folder, locker, disk, aside)
        database = Database(folder)
        try:
            lost += _fill(database, aside, Payloads(locker), set(lost))
        finally:
            database.close()
    finally:
        turn.give_up()
    with Store.open(folder, locker, disk) as store:
        return Rescue(
            aside=aside,
            drafts=len(store.drafts()),
            pages=store.page_count(),
            entries=len(store.outbox.entries()),
            lost=tuple(dict.fromkeys((*lost, *store.damage()))),
        )


def _set_files_aside(folder: Path, locker: Locker, disk: Disk, aside: Path) -> list[str]:
    vault = Vault(folder / "vault", locker, disk)
    broken = []
    for name in vault.names():
        try:
            vault.get(name)
        except Unreadable:
            vault.set_aside(name, aside)
            broken.append(name)
    return broken


def _fill(database: Database, aside: Path, payloads: Payloads, gone: set[str]) -> list[str]:
    """Copies the readable rows of both sources; the names of what was there but is spoilt."""
    spoilt: dict[str, None] = {}
    _graft_header(aside / NAME, aside / COPY)
    for source in (aside / NAME, aside / COPY):
        if not source.exists():
            continue
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as old:
            read_tolerantly(old)
            for table in tables():
                for row in _salvaged(old, table):
                    if not _opens(payloads, table, row):
                        spoilt[_name(table, row)] = None
                    elif not (table == "item" and row["name"] in gone):
                        _take(database, table, row)
    _smooth(database, payloads)
    here = {
        _name(table, row) for table in _LOCKED for row in database.rows(f"SELECT * FROM {table}")
    }
    return [name for name in spoilt if name not in here]


def _salvaged(old: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    """The rows that can be reached: from the front, from the back, and one by one between."""
    front = back = None
    try:
        for row in old.execute(f"SELECT rowid AS at_rowid, * FROM {table} ORDER BY rowid"):
            front = row["at_rowid"]
            yield row
        return
    except sqlite3.DatabaseError:
        pass
    try:
        for row in old.execute(f"SELECT rowid AS at_rowid, * FROM {table} ORDER BY rowid DESC"):
            if front is not None and row["at_rowid"] <= front:
                return
            back = row["at_rowid"]
            yield row
    except sqlite3.DatabaseError:
        pass
    start = front or 0
    for place in range(start + 1, min(back or start + 1000, start + _GAP)):
        with suppress(sqlite3.DatabaseError):
            found = old.execute(f"SELECT rowid AS at_rowid, * FROM {table} WHERE rowid=?", (place,))
            yield from found.fetchall()


def _opens(payloads: Payloads, table: str, row: sqlite3.Row) -> bool:
    if table not in _LOCKED:
        return True
    context, key = _LOCKED[table]
    try:
        payloads.open_any(row["payload"], context, *(row[column] for column in key))
    except (Unreadable, TypeError):
        return False
    return True


def _name(table: str, row: sqlite3.Row) -> str:
    """A row as a person reads it, e.g. ``draft 6f… revision 3``."""
    key, *more = _LOCKED[table][1]
    return " ".join((table, str(row[key]), *(f"{column} {row[column]}" for column in more)))


def _take(database: Database, table: str, row: sqlite3.Row) -> None:
    """Takes a row over; what the better source gave stays."""
    columns = [name for name in row.keys() if name != "at_rowid"]  # noqa: SIM118 - not a dict
    marks = ", ".join("?" * len(columns))
    with suppress(sqlite3.DatabaseError):  # a row whose own key is nonsense
        database.write(
            f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            *(row[name] for name in columns),
        )
    if table == "serial":
        database.write("UPDATE serial SET last=max(last, ?) WHERE day=?", row["last"], row["day"])


def _smooth(database: Database, payloads: Payloads) -> None:
    """Puts right what two sources of different age contradict each other about."""
    with database.transaction():
        database.write("DELETE FROM draft WHERE id IN (SELECT draft FROM closed)")
        database.write("DELETE FROM page WHERE draft IN (SELECT draft FROM closed)")
        # A number once given out must not be given again, even if its counter was lost.
        for row in database.rows("SELECT * FROM draft"):
            draft = payloads.open(Draft, row["payload"], "draft", row["id"], row["revision"])
            serial = draft.number.rpartition("-")[2]
            if serial.isdigit():
                day = draft.opened_at.date().isoformat()
                database.write("INSERT OR IGNORE INTO serial VALUES (?, 0)", day)
                database.write("UPDATE serial SET last=max(last, ?) WHERE day=?", int(serial), day)


def _graft_header(damaged: Path, copy: Path) -> None:
    """Gives a database whose first page is spoilt that of its copy, to reach the others.

    The first page holds the file's header and where each table begins; both are the same in the
    copy, which SQLite makes page by page. Only done on the file that was set aside.
    """
    if not (damaged.exists() and copy.exists()) or _is_readable(damaged):
        return
    with copy.open("rb") as source:
        start = source.read(100)
        size = int.from_bytes(start[16:18]) or 0
        size = 65536 if size == 1 else size
        if size < 512:
            return
        source.seek(0)
        page = bytearray(source.read(size))
    page[28:32] = (damaged.stat().st_size // size).to_bytes(4)
    with damaged.open("r+b") as file:
        file.write(page)


def _is_readable(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return False
    return True
