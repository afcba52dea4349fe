"""Working days, limits and cards, on the calendar as it was published."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.catalogue import load_calendar
from station.clock import CHINA
from station.domain.deadlines import Card, WorkingCalendar, limit
from station.paths import resources

CALENDAR = load_calendar(resources("calendar"))


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA)


def test_holidays_do_not_count_and_make_up_days_do() -> None:
    # 27 September 2026 ends the Mid-Autumn days; the National Day week follows.
    assert not CALENDAR.is_working(date(2026, 10, 1))
    assert CALENDAR.is_working(date(2026, 10, 10)), "a Saturday that is worked"
    assert CALENDAR.plus(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_ten_working_days_from_a_monday_in_november() -> None:
    assert CALENDAR.plus(date(2026, 11, 23), 10) == date(2026, 12, 7)


@given(st.dates(date(2025, 1, 1), date(2026, 10, 1)), st.integers(0, 40))
def test_counting_forward_and_counting_between_agree(start: date, days: int) -> None:
    end = CALENDAR.plus(start, days)
    assert CALENDAR.between(start, end) == days
    assert CALENDAR.between(end, start) == -days
    assert days == 0 or CALENDAR.is_working(end)


def test_the_card_turns_yellow_near_the_end_and_red_past_it() -> None:
    found = limit(at(11, 23), 4, 0.75, CALENDAR)
    assert found.due_at.date() == date(2026, 11, 27)
    assert found.card(at(11, 25, 17)) is Card.NONE
    assert found.card(at(11, 26, 0)) is Card.YELLOW
    assert found.card(at(11, 27, 23)) is Card.YELLOW, "the last day counts to its end"
    assert found.card(at(11, 28, 0)) is Card.RED


@pytest.mark.parametrize("days", range(2, 31))
def test_the_yellow_card_comes_at_least_one_working_day_before_the_end(days: int) -> None:
    found = limit(at(3, 2), days, 0.99, CALENDAR)
    assert CALENDAR.between(found.warn_at.date(), found.due_at.date()) >= 1


def test_a_single_day_warns_on_its_last_day() -> None:
    found = limit(at(11, 27, 16), 1, 0.75, CALENDAR)  # a Friday
    assert found.due_at.date() == date(2026, 11, 30)
    assert found.card(at(11, 28)) is Card.NONE
    assert found.card(at(11, 30, 8)) is Card.YELLOW


@given(st.dates(date(2025, 1, 1), date(2026, 11, 1)), st.integers(1, 40), st.floats(0.05, 1.0))
def test_no_limit_warns_before_it_begins_or_after_it_ends(
    start: date, days: int, share: float
) -> None:
    begin = datetime.combine(start, datetime.min.time(), CHINA) + timedelta(hours=10)
    found = limit(begin, days, share, CALENDAR)
    assert begin <= found.warn_at <= found.due_at


def test_a_limit_into_a_year_without_a_notice_is_provisional() -> None:
    assert not limit(at(12, 1), 5, 0.75, CALENDAR).provisional
    assert limit(at(12, 28), 10, 0.75, CALENDAR).provisional


def test_without_any_calendar_the_week_alone_decides() -> None:
    plain = WorkingCalendar({}, frozenset())
    assert plain.plus(date(2026, 9, 30), 3) == date(2026, 10, 5)
    assert limit(at(3, 2), 3, 0.75, plain).provisional
