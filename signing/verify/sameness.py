"""Whether two revisions of a file show the same thing at one place, whatever objects it is made of.

Objects may be renumbered, rewritten or recompressed without a reader seeing anything; objects that
nothing refers to may come and go. What counts is what can be reached: two values are the same
when everything that can be reached from them is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from signing.verify.history import Revision
from signing.verify.syntax import Dictionary, Name, Ref, Stream, Text, Value
from signing.verify.words import Unreadable

_MOST_STEPS = 1_000_000
_ENCODING = frozenset({"Length", "Filter", "DecodeParms"})


class Sameness:
    """Compares values of ``old`` with values of ``new``.

    ``landmarks`` are objects of both that are compared on their own account (pages, annotations,
    fields): a reference to one is the same as a reference to it in the other revision.
    """

    def __init__(self, old: Revision, new: Revision, landmarks: Iterable[Ref]) -> None:
        self.old, self.new = old, new
        self._landmarks = frozenset(landmarks)
        self._proven: set[tuple[Ref, Ref]] = set()
        self._steps = 0
        self._encrypted = old.trailer.get("Encrypt") is not None
        self._touched = _touched(old, new)

    @property
    def nothing_touched(self) -> bool:
        """Whether no object of the old revision is another one now."""
        return not self._touched

    def of(self, old: Value, new: Value) -> bool:
        """Whether ``old`` and ``new`` show the same. Raises ``Unreadable`` when it is endless."""
        assumed: set[tuple[Ref, Ref]] = set()
        if self._same(old, new, assumed):
            self._proven |= assumed
            return True
        return False  # what was assumed on the way may be wrong, too

    def _same(self, old: Value, new: Value, assumed: set[tuple[Ref, Ref]]) -> bool:
        waiting = [(old, new)]
        while waiting:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise Unreadable("comparison_stopped")
            old, new = waiting.pop()
            if isinstance(old, Ref) and isinstance(new, Ref):
                if old == new and (old in self._landmarks or old.number not in self._touched):
                    continue
                pair = (old, new)
                if pair in self._proven or pair in assumed:
                    continue
                if self._encrypted and old != new:
                    return False  # the same bytes mean something else in another object
                assumed.add(pair)
            holder = (old, new)
            old, new = self.old.resolve(old), self.new.resolve(new)
            parts = self._parts(old, new, holder)
            if parts is None:
                return False
            waiting += parts
        return True

    def _parts(
        self, old: Value, new: Value, holder: tuple[Value, Value]
    ) -> list[tuple[Value, Value]] | None:
        """What has to be the same for ``old`` and ``new`` to be; None when they cannot be."""
        if isinstance(old, Stream) and isinstance(new, Stream):
            if old is new:
                same_length = _length(self.old, old) == _length(self.new, new)
                skip = frozenset({"Length"} if same_length else ())
            elif old.raw == new.raw:
                skip = frozenset({"Length"})
            elif self._unpacked(self.old, old, holder[0]) == self._unpacked(
                self.new, new, holder[1]
            ):
                skip = _ENCODING
            else:
                return None
            return self._entries(old.dictionary, new.dictionary, skip)
        if isinstance(old, Dictionary) and isinstance(new, Dictionary):
            return self._entries(old, new, frozenset())
        if isinstance(old, list) and isinstance(new, list):
            return list(zip(old, new, strict=True)) if len(old) == len(new) else None
        if isinstance(old, Stream | Dictionary | list) or isinstance(
            new, Stream | Dictionary | list
        ):
            return None
        return [] if _equal(old, new) else None

    def _entries(
        self, old: Dictionary, new: Dictionary, skip: frozenset[str]
    ) -> list[tuple[Value, Value]]:
        return [(old.get(key), new.get(key)) for key in (old.keys() | new.keys()) - skip]

    def _unpacked(self, revision: Revision, stream: Stream, holder: Value) -> bytes | None:
        """The decoded bytes; the stream's own when they cannot be decoded."""
        ref = holder if isinstance(holder, Ref) else Ref(0, 0)
        try:
            return revision.stream_bytes(ref, stream)
        except Unreadable:
            return stream.raw


def _touched(old: Revision, new: Revision) -> frozenset[int]:
    """The numbers of the objects from which something can be reached that is elsewhere now."""
    moved = {
        number
        for number in old.places.keys() | new.places.keys()
        if _location(old, number) != _location(new, number)
    }
    if not moved:
        return frozenset()
    users: dict[int, set[int]] = defaultdict(set)
    for number, place in old.places.items():
        if not place.free:
            for used in references(old.resolve(Ref(number, place.generation))):
                users[used].add(number)
    reached = set(moved)
    waiting = list(moved)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in reached:
                reached.add(user)
                waiting.append(user)
    return frozenset(reached)


def references(value: Value) -> Iterator[int]:
    """The numbers of the objects that ``value`` refers to directly."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Ref):
            yield value.number
        elif isinstance(value, Stream):
            waiting.append(value.dictionary)
        elif isinstance(value, Dictionary):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _location(revision: Revision, number: int) -> tuple[int, int] | None:
    """Where an object's bytes are; the same in two revisions means the same bytes."""
    place = revision.places.get(number)
    if place is None or place.free:
        return None
    if place.within < 0:
        return place.offset, place.generation
    container = revision.places.get(place.within)
    return (container.offset, -1 - place.slot) if container is not None else None


def _length(revision: Revision, stream: Stream) -> int | None:
    return revision.integer(stream.dictionary.get("Length"))


def _equal(old: Value, new: Value) -> bool:
    if isinstance(old, bool) or isinstance(new, bool) or old is None or new is None:
        return old is new
    if isinstance(old, int | float) and isinstance(new, int | float):
        return old == new
    # A name is no string, though both may hold the same characters.
    return type(old) is type(new) and isinstance(old, Name | Text) and bool(old == new)
