"""The desk's own record of who did what: each line linked to the one before by its hash.

A line that was changed, taken out or put in between shows at the next check; so does a tail that
was cut off, as long as the head (kept locked beside the lines) was not set back with it. Whoever
sets the whole memory back to an older copy is not found here, but at the hub, whose own signed
record goes on. The link is the one of ``signing.journal``, with no signature on a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from station.domain.operations import GENESIS
from station.errors import StoreError
from station.store.codec import plain
from station.store.database import Database, Row
from station.store.desk import Desk
from station.store.lock import Payloads, Unreadable

_HEAD = "operation-log-head"


class LogBroken(StoreError):
    what = "The desk's operation record does not hold from line {number} on."
    cause = "A line there was changed, taken out or put in afterwards."
    remedy = "Tell the county's supervisor; keep this machine as it is."
    zh = (
        "本机的操作记录从第 {number} 行起对不上。",
        "那里有一行事后被改过、删过或插过。",
        "请报告县里监察员，这台电脑先不要动。",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One thing that somebody did at this desk. ``person`` is an id; ``about`` a case's number."""

    number: int
    at: datetime
    person: str
    what: str
    about: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class OperationLog:
    """The lines of this desk, oldest first; lines are only ever added."""

    def __init__(self, database: Database, payloads: Payloads, desk: Desk) -> None:
        self._database = database
        self._payloads = payloads
        self._desk = desk

    def add(self, at: datetime, person: str, what: str, about: str = "", **facts: str) -> LogLine:
        """Writes a line; it is on the disk when this returns."""
        with self._database.transaction():
            last = self._last()
            number, previous = (last["number"] + 1, last["hash"]) if last else (1, GENESIS)
            line = LogLine(number=number, at=at, person=person, what=what, about=about, facts=facts)
            its_hash = _hash(previous, line)
            self._database.write(
                "INSERT INTO line VALUES (?, ?, ?)",
                number,
                its_hash,
                self._payloads.seal(line, "line", number),
            )
            self._desk.remember(_HEAD, {"number": number, "hash": its_hash})
            return line

    def lines(self, about: str | None = None) -> tuple[LogLine, ...]:
        """All readable lines, or those about one case."""
        found = []
        for row in self._rows():
            try:
                line = self._payloads.open(LogLine, row["payload"], "line", row["number"])
            except Unreadable:
                continue
            if about is None or line.about == about:
                found.append(line)
        return tuple(found)

    def check(self) -> str:
        """Goes through all links and returns the head's hash; ``LogBroken`` at the first break."""
        previous, expected = GENESIS, 1
        for row in self._rows():
            try:
                line = self._payloads.open(LogLine, row["payload"], "line", row["number"])
            except Unreadable as error:
                raise LogBroken(number=row["number"]) from error
            previous = _hash(previous, line)
            if row["number"] != expected or row["hash"] != previous:
                raise LogBroken(number=expected)
            expected += 1
        head = self._desk.remembered(_HEAD, {"number": 0, "hash": GENESIS})
        if head != {"number": expected - 1, "hash": previous}:
            raise LogBroken(number=expected)
        return previous

    def _rows(self) -> list[Row]:
        return self._database.rows("SELECT * FROM line ORDER BY number")

    def _last(self) -> Row | None:
        return self._database.row("SELECT * FROM line ORDER BY number DESC LIMIT 1")


def _hash(previous: str, line: LogLine) -> str:
    # Not at the top: it brings pyHanko's path validation, which the desktop's start can do without.
    from signing.journal import canonical, link

    return link(previous, canonical(plain(line)), b"")
