"""Nobody takes the hub for themselves: how often a person may ask, how much a unit may upload.

A desk asks some times a minute; a program gone wild, or a key in wrong hands, asks as often as it
can, and the other villages wait. Both counts live in memory and begin anew with the hub: whoever
can start the hub needs no upload to fill its disk. Who has not signed in is counted by nobody
here; limits by address are the gateway's.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from station.wire.problems import TooManyRequests, UploadShareUsed

Seconds = Callable[[], float]
_DAY = 24 * 3600.0
_MOST_REMEMBERED = 10_000


class Pace:
    """So many requests a minute for each certificate, all at once or one after the other.

    A token bucket that holds one minute's worth. ``per_minute`` 0: as many as one likes.
    """

    def __init__(self, per_minute: int, seconds: Seconds = time.monotonic) -> None:
        self._most = per_minute
        self._seconds = seconds
        self._left: dict[str, tuple[float, float]] = {}  # certificate: requests left, and when
        self._lock = threading.Lock()

    def ask(self, certificate: str) -> None:
        """Counts one request; ``TooManyRequests`` says after how many seconds the next may come."""
        if not self._most:
            return
        now, a_second = self._seconds(), self._most / 60
        with self._lock:
            left, since = self._left.get(certificate, (float(self._most), now))
            left = min(self._most, left + (now - since) * a_second)
            if left < 1:
                raise TooManyRequests(seconds=math.ceil((1 - left) / a_second))
            if len(self._left) >= _MOST_REMEMBERED:
                # Whoever asked nothing for a minute has all of it again, remembered or not.
                self._left = {k: v for k, v in self._left.items() if now - v[1] < 60}
            self._left[certificate] = (left - 1, now)


class UploadShare:
    """So many bytes a unit may announce in 24 hours. ``most_bytes`` 0: as many as it likes."""

    def __init__(self, most_bytes: int, seconds: Seconds = time.monotonic) -> None:
        self._most = most_bytes
        self._seconds = seconds
        self._begun: dict[str, deque[tuple[float, int]]] = {}
        self._lock = threading.Lock()

    def announce(self, unit: str, size: int) -> None:
        """Counts a new upload; ``UploadShareUsed`` says when there will be room for it.

        What is announced counts, sent or not: else an upload begun a thousand times would be free.
        """
        if not self._most:
            return
        now = self._seconds()
        with self._lock:
            begun = self._begun.setdefault(unit, deque())
            while begun and now - begun[0][0] >= _DAY:
                begun.popleft()
            over = sum(bytes for _, bytes in begun) + size - self._most
            if over <= 0:
                begun.append((now, size))
                return
            wait = _DAY
            for at, bytes in begun:
                over -= bytes
                if over <= 0:
                    wait = at + _DAY - now
                    break
        raise UploadShareUsed(
            seconds=math.ceil(wait), hours=math.ceil(wait / 3600), most_mb=self._most >> 20
        )
