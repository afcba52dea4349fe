"""Time limits in working days, and the cards they deal.

Chinese holidays and make-up working days count as the State Council's yearly notice says; the
calendar is data (``resources/calendar``) and comes in as an argument, as does the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class Card(StrEnum):
    NONE = "none"
    YELLOW = "yellow"  # 黄牌: near the end of the limit
    RED = "red"  # 红牌: past it


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked.

    ``exceptions`` maps a date to True (a make-up working day) or False (a holiday); all others
    follow the week. Years outside ``known`` are counted by the week alone, and a limit that
    reaches into them is ``provisional``.
    """

    exceptions: Mapping[date, bool]
    known: frozenset[int]

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        return self.exceptions.get(day, day.weekday() < 5)

    def plus(self, day: date, working_days: int) -> date:
        """The date ``working_days`` worked days after ``day`` (itself not counted)."""
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Worked days after ``start`` up to and with ``end``; negative when end is earlier."""
        if end < start:
            return -self.between(end, start)
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, days + 1))


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a stage may take, and from when the supervisor worries."""

    warn_at: datetime
    due_at: datetime
    provisional: bool = False

    def card(self, now: datetime) -> Card:
        """The card that the stage has earned by ``now``."""
        if now > self.due_at:
            return Card.RED
        return Card.YELLOW if now >= self.warn_at else Card.NONE


def limit(start: datetime, days: int, yellow_share: float, calendar: WorkingCalendar) -> TimeLimit:
    """The limit of a stage that began at ``start`` and may take ``days`` working days.

    The last day counts to its end. The yellow card falls at the start of the working day on
    which ``yellow_share`` of the days are used, at least one working day before the end where
    there is more than one.
    """
    due_day = calendar.plus(start.date(), days)
    due = datetime.combine(due_day, time(23, 59, 59), start.tzinfo)
    used = min(max(int(days * yellow_share), 0), max(days - 1, 0))
    warn_day = calendar.plus(start.date(), used) if used else start.date()
    warn = datetime.combine(warn_day, time(0, 0), start.tzinfo) if used else start
    if days <= 1:
        warn = datetime.combine(due_day, time(0, 0), start.tzinfo)
    known = due_day.year in calendar.known
    return TimeLimit(warn_at=max(warn, start), due_at=due, provisional=not known)
