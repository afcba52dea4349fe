"""Finding an item by what a person types: characters, pinyin, pinyin initials, or a mixture.

``glbt`` finds 高龄老人生活补贴认证, and so do ``gaoling``, ``高龄bt`` and ``高龄补贴``. A character
with several readings answers to each of them. Pure matching; what is used most is told by the
caller.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from station.domain.items import ServiceItem

_MAX_QUERY = 40  # longer than any title; a pasted page is not a search


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """How well an item answers; the smaller the better."""

    gaps: int  # jumps over characters
    where: int  # 0 title, 1 alias, 2 category
    start: int  # where in the text the match begins


@dataclass(frozen=True, slots=True)
class Index:
    """The searchable texts of a set of items, with the readings of their characters.

    Making it loads the reading tables (some 0.2 s once): do so off the GUI thread.
    """

    entries: tuple[tuple[ServiceItem, tuple[tuple[int, str], ...]], ...] = field(default=())

    @classmethod
    def of(cls, items: Iterable[ServiceItem]) -> Index:
        """The index of ``items``."""
        entries = []
        for item in items:
            texts = [(0, item.title), *((1, one) for one in item.aliases), (2, item.category)]
            entries.append((item, tuple((where, _level(text)) for where, text in texts)))
            for _, text in texts:
                for character in _level(text):
                    _readings(character)
        return cls(tuple(entries))

    def find(self, query: str, uses: Mapping[str, int] | None = None) -> tuple[ServiceItem, ...]:
        """The items that answer ``query``, best first; equal ones by how often they are used.

        An empty query answers with all items, the most used first.
        """
        uses = uses or {}
        wanted = "".join(_level(query).split())[:_MAX_QUERY]
        found = []
        for order, (item, texts) in enumerate(self.entries):
            ranks = [rank for where, text in texts if (rank := _rank(wanted, where, text))]
            if ranks:
                found.append((min(ranks), -uses.get(item.code, 0), order, item))
        if not wanted:
            found.sort(key=lambda hit: hit[1:3])
        else:
            found.sort(key=lambda hit: hit[:3])
        return tuple(item for _, _, _, item in found)


def answers(query: str, text: str) -> bool:
    """Whether a text, e.g. a person's name, answers to what was typed; to nothing everything."""
    return _rank("".join(_level(query).split())[:_MAX_QUERY], 0, _level(text)) is not None


def _rank(query: str, where: int, text: str) -> Rank | None:
    if not query:
        return Rank(0, where, 0)
    allowed = 0 if len(query) < 3 else 1 if len(query) < 6 else 2
    best: Rank | None = None
    for start in range(len(text)):
        gaps = _fewest_gaps(query, text, start, allowed)
        if gaps is not None and (best is None or Rank(gaps, where, start) < best):
            best = Rank(gaps, where, start)
    return best


def _fewest_gaps(query: str, text: str, start: int, allowed: int) -> int | None:
    """The fewest jumps with which ``query`` can be read off ``text`` from ``start`` on."""
    readings = [_readings(character) for character in text]
    frontier = {(0, start)}  # how much of the query is read, and where the text goes on
    for gaps in range(allowed + 1):
        reached = _read_on(query, readings, frontier)
        if any(at == len(query) for at, _ in reached):
            return gaps
        frontier = {
            (at, later) for at, place in reached if at > 0 for later in range(place + 1, len(text))
        }
    return None


def _read_on(
    query: str, readings: list[tuple[str, ...]], frontier: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    reached = set(frontier)
    todo = list(frontier)
    while todo:
        at, place = todo.pop()
        if at == len(query) or place == len(readings):
            continue
        for length in _consumed(query, at, readings[place]):
            further = (at + length, place + 1)
            if further not in reached:
                reached.add(further)
                todo.append(further)
    return reached


def _consumed(query: str, at: int, readings: tuple[str, ...]) -> set[int]:
    """How many characters of the query one character of the text can stand for.

    A whole reading, its initial, or what is typed so far of the last syllable.
    """
    lengths = set()
    for reading in readings:
        if query.startswith(reading, at):
            lengths.add(len(reading))
        if query[at] == reading[0]:
            lengths.add(1)
        rest = query[at:]
        if reading.startswith(rest):
            lengths.add(len(rest))
    return lengths


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    """The character itself and every way to read it, without tones."""
    if character < "⺀":  # before the first Chinese character
        return (character,)
    import pypinyin  # its tables take a moment to load

    found = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True)[0]
    spoken = {reading.replace("ü", "v") for reading in found if reading.isascii() or "ü" in reading}
    return (character, *sorted(spoken))


def _level(text: str) -> str:
    """One way of writing: half width, lower case, without punctuation."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in text if c.isalnum() or c.isspace())
