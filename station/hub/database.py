"""The hub's database: one writer at a time, readers beside it, nothing acknowledged that a power
cut could take back.

SQLAlchemy Core over SQLite (WAL, synchronous=FULL); the address is a URL, so that PostgreSQL can
take its place. No statement of the hub lives here, only how statements run.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from station.clock import CHINA
from station.errors import StoreError
from station.hub.blobs import disk_may_be_full
from station.wire.problems import HubBusy, HubFull

_WRITING = "yizhan_writing"
_BUSY_SECONDS = 10


class HubDatabaseUnusable(StoreError):
    what = "The hub's database {where} cannot be used."
    cause = "{reason}"
    remedy = "Check the folder and its disk, or bring back the last copy."
    zh = ("中心的数据库 {where} 不能用。", "{reason}", "请检查文件夹和磁盘，或恢复最近一次备份。")


class Moment(sa.TypeDecorator[datetime]):
    """An aware time, kept as UTC text to the second so that text order is time order."""

    impl = sa.String(20)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(str(value)).astimezone(CHINA)


class Database:
    """Transactions on the hub's tables."""

    def __init__(self, url: str) -> None:
        self._writer = threading.Lock()
        self._engine = sa.create_engine(url)
        self.where = self._engine.url.database or url
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)

    @classmethod
    def in_folder(cls, folder: Path) -> Database:
        """The embedded default: ``hub.sqlite`` in ``folder``."""
        return cls(f"sqlite:///{folder / 'hub.sqlite'}")

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may write: all of it is on the disk afterwards, or none of it.

        Raises ``HubFull`` or ``HubBusy`` for the database's own bad days.
        """
        with self._writer, self._explained(), self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITING: True})
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view; what writers commit meanwhile is not seen."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Closes every connection; the database may be used again afterwards."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.OperationalError as error:
            text = str(error.orig)
            if "full" in text:
                raise HubFull() from error
            if "locked" in text or "busy" in text:
                raise HubBusy() from error
            if "disk I/O" in text:  # SQLite's word for a quota or a file limit, too
                self._try_to_write()
            raise HubDatabaseUnusable(where=self.where, reason=text) from error
        except sa.exc.DatabaseError as error:
            if isinstance(error, sa.exc.IntegrityError):
                raise
            raise HubDatabaseUnusable(where=self.where, reason=str(error.orig)) from error

    def _try_to_write(self) -> None:
        """Raises ``HubFull`` when the disk takes nothing any more."""
        probe = Path(f"{self.where}.probe")
        try:
            with disk_may_be_full():
                probe.write_bytes(bytes(1 << 16))
        finally:
            with suppress(OSError):
                probe.unlink()


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is late; ours is in _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose acknowledged transactions when the power goes
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING)
    # A transaction that starts by reading and then writes could fail with "busy" half-way.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
