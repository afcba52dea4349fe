"""The working calendar's files: one JSON a year, from the State Council's yearly notice.

A county can lay a new year's file beside the others without an update of the program. What the
days mean for time limits is ``station.domain.deadlines``.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from station.domain.deadlines import WorkingCalendar
from station.errors import CatalogueError


class CalendarDamaged(CatalogueError):
    what = "The working calendar {file} was not loaded."
    cause = "{reason}"
    remedy = "Put the year's file right; limits in this year are provisional until then."
    zh = (
        "工作日历 {file} 没有读进来。",
        "{reason}",
        "请改正这一年的文件；改好之前，这一年的时限只是暂定。",
    )


def load_calendar(folder: Path) -> WorkingCalendar:
    """The calendar of all years in ``folder`` (``2026.json`` …); other years stay unknown."""
    exceptions: dict[date, bool] = {}
    known = set()
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9].json")):
        year = int(path.stem)
        try:
            exceptions |= _year(json.loads(path.read_text(encoding="utf-8")), year)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CalendarDamaged(file=path.name, reason=str(error)) from None
        known.add(year)
    return WorkingCalendar(exceptions, frozenset(known))


def _year(data: Any, year: int) -> dict[date, bool]:
    if data["year"] != year:
        raise ValueError(f"it says it is the year {data['year']}")
    days: dict[date, bool] = {}
    for holiday in data["holidays"]:
        day, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
        if last < day:
            raise ValueError(f"{holiday['name']} ends before it begins")
        while day <= last:
            days[day] = False
            day += timedelta(days=1)
        for text in holiday.get("worked", ()):
            days[date.fromisoformat(text)] = True
    # A new year's holiday may begin in the old year; anything farther away is a slip.
    for day in days:
        if abs(day.year - year) > 1:
            raise ValueError(f"{day} is not a day of {year}")
    return days
