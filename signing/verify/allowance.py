"""How much work a file may cause: enough for any sound one, too little for an endless one.

The objects of a sound file lie side by side, so that reading them all reads the file once, and
what is packed unfolds to a few times its size. A few kilobytes that say otherwise are an attack.
"""

from __future__ import annotations

from signing.verify.words import Unreadable

MOST_ENTRIES = 500_000  # of all cross-reference sections; a thousand pages have some ten thousand
_ENTRIES_IN_ALL = 4_000_000  # the same, counted again for every state of the file that is read
_LEAST_VALUES = 1_000_000  # in arrays; what a large file has most of are streams, which hold none
_LEAST = 2 << 20
_MOST_UNFOLDED = 256 << 20


class Allowance:
    """What is left of a file's allowance; ``take`` raises ``Unreadable`` when it is used up."""

    def __init__(self, size: int) -> None:
        self._objects = _LEAST + size + size // 4
        self._packed = _LEAST + 8 * size
        self._unfolded = _MOST_UNFOLDED
        self._entries = _ENTRIES_IN_ALL
        self._values = _LEAST_VALUES + size // 32

    def take_object(self, length: int) -> None:
        """For reading an object that is ``length`` bytes long where it stands in the file."""
        self._objects -= length
        if self._objects < 0:
            raise Unreadable("objects_overlap")

    def take_packed(self, length: int) -> None:
        """For reading an object that is ``length`` bytes long within an object stream."""
        self._packed -= length
        if self._packed < 0:
            raise Unreadable("too_large")

    def take_unfolded(self, length: int) -> None:
        """For a stream that unfolded into ``length`` bytes."""
        self._unfolded -= length
        if self._unfolded < 0:
            raise Unreadable("too_large")

    def take_values(self, count: int) -> None:
        """For the ``count`` values in the arrays of an object that was read."""
        self._values -= count
        if self._values < 0:
            raise Unreadable("too_many_values")

    def take_entries(self, count: int) -> None:
        """For the table of one state of the file with ``count`` cross-reference entries."""
        self._entries -= count
        if self._entries < 0:
            raise Unreadable("too_many_objects")
