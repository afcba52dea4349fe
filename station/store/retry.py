"""When to try again: full jitter, so that 217 stations do not knock at the same moment.

Exponential growth with a cap, and a uniformly random share of it (Marc Brooker, "Exponential
Backoff And Jitter", 2015). Time and chance are arguments.
"""

from __future__ import annotations

from datetime import datetime, timedelta

BASE = timedelta(seconds=2)
CAP = timedelta(minutes=5)
_MOST_DOUBLINGS = 16  # far beyond the cap; keeps the power small after a month offline


def longest_wait(tries: int) -> timedelta:
    """The longest wait after ``tries`` failed tries: 2 s, 4 s, 8 s … 5 min."""
    doublings = min(max(tries - 1, 0), _MOST_DOUBLINGS)
    return min(CAP, BASE * (1 << doublings))


def next_try(now: datetime, tries: int, chance: float) -> datetime:
    """When to try again after ``tries`` failed tries; ``chance`` is drawn from [0, 1)."""
    return now + longest_wait(tries) * chance
