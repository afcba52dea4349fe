"""The one place where station and hub ask what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")

Clock = Callable[[], datetime]


def china_now() -> datetime:
    """Now, in China's single time zone, to the second."""
    return datetime.now(CHINA).replace(microsecond=0)
