"""Digests of the beginnings of a file: every signature covers nearly all that the one before it
did, so the file is read once and not once for each of them."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from typing import Any

from signing.verify.words import Unreadable


class Digests:
    """Digests of one file by the digest's name; those asked for once are known."""

    def __init__(self, data: bytes) -> None:
        self._view = memoryview(data)
        self._states: dict[str, tuple[list[int], list[Any]]] = {}
        self._known: dict[tuple[str, int, int, int], bytes] = {}

    def of(self, digest: str, first: int, second: int = 0, end: int = 0) -> bytes:
        """Over [0, ``first``) and [``second``, ``end``), as far as the file goes; ``Unreadable``
        when this machine cannot compute it."""
        asked = (digest, first, second, end)
        if asked not in self._known:
            state = self._until(digest, min(first, len(self._view))).copy()
            state.update(self._view[second:end])
            # hashlib.new has no common type for what takes a length
            self._known[asked] = state.digest(64) if digest == "shake256" else state.digest()
        return self._known[asked]

    def _until(self, digest: str, end: int) -> Any:
        """The state after the first ``end`` bytes, taken up from the nearest one before."""
        if digest not in self._states:
            try:
                self._states[digest] = [0], [hashlib.new(digest, usedforsecurity=False)]
            except ValueError as error:
                raise Unreadable("unknown_algorithm", oid=digest) from error
        ends, states = self._states[digest]
        at = bisect_right(ends, end) - 1
        if ends[at] < end:
            state = states[at].copy()
            state.update(self._view[ends[at] : end])
            at += 1
            ends.insert(at, end)
            states.insert(at, state)
        return states[at]
