"""The one place where station and hub ask what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")

Clock = Callable[[], datetime]


def china_now() -> datetime:
    """Now, in China's single time zone, to the second."""
    return datetime.now(CHINA).replace(microsecond=0)


def is_ours(moment: datetime) -> bool:
    """Whether a moment has its offset and lies in times that can be reckoned with: the first and
    the last year of the calendar cannot be carried over into another zone."""
    return moment.utcoffset() is not None and 1900 <= moment.year <= 2999
