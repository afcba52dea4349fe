"""The working calendar's files, held against an independent table of the same notices."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from station.catalogue import load_calendar
from station.catalogue.working_days import CalendarDamaged
from station.paths import resources

CALENDAR = load_calendar(resources("calendar"))


def test_the_years_that_were_published_are_known_and_no_other() -> None:
    assert CALENDAR.known == {2025, 2026}


@pytest.mark.parametrize("year", sorted(CALENDAR.known))
def test_every_day_of_a_known_year_agrees_with_an_independent_table(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_all_make_up_days_of_2026_are_worked() -> None:
    for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)):
        assert CALENDAR.is_working(date(2026, month, day))


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"year": 2030, "holidays": []}',
        '{"year": 2027}',
        '{"year": 2027, "holidays": [{"name": "x", "from": "2027-02-05", "to": "2027-02-01"}]}',
        '{"year": 2027, "holidays": [{"name": "x", "from": "2072-02-05", "to": "2072-02-06"}]}',
        '{"year": 2027, "holidays": [{"name": "x", "from": "2027-02-30", "to": "2027-03-01"}]}',
    ],
)
def test_a_damaged_year_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "2027.json").write_text(content, "utf-8")
    with pytest.raises(CalendarDamaged) as caught:
        load_calendar(tmp_path)
    assert "2027.json" in caught.value.sentence("zh")


def test_a_new_year_needs_only_its_file(tmp_path: Path) -> None:
    year = {
        "year": 2027,
        "holidays": [
            {"name": "元旦", "from": "2026-12-31", "to": "2027-01-02", "worked": ["2027-01-03"]}
        ],
    }
    (tmp_path / "2027.json").write_text(json.dumps(year), "utf-8")
    (tmp_path / "notes.json").write_text("no year", "utf-8")
    calendar = load_calendar(tmp_path)
    assert calendar.known == {2027}
    assert not calendar.is_working(date(2026, 12, 31)), "a holiday may begin in the old year"
    assert calendar.is_working(date(2027, 1, 3)), "a Sunday that is worked"
