"""Time limits run in working days, stop while the applicant owes something, and go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from station.clock import CHINA
from station.domain.cases import CaseState, steps
from station.domain.deadlines import Card, WorkingCalendar
from station.domain.items import ServiceItem
from station.domain.units import Level
from station.supervision.clocks import StageClock, moved, running

STATION = "130430001001"
MONDAY = datetime(2026, 3, 2, 10, tzinfo=CHINA)


def day(number: int, hour: int = 10) -> datetime:
    """A moment in March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, number, hour, tzinfo=CHINA)


def test_the_townships_clock_starts_with_the_case(
    item: ServiceItem, calendar: WorkingCalendar
) -> None:
    clocks = moved({}, item, STATION, CaseState.TOWNSHIP_REVIEW, MONDAY, calendar)
    clock = running(clocks)
    assert clock is not None
    assert (clock.level, clock.unit) == (Level.TOWNSHIP, "130430001")
    assert clock.limit.due_at == day(6).replace(hour=23, minute=59, second=59)
    assert clock.card(day(4, 23)) is Card.NONE
    assert clock.card(day(5, 0)) is Card.YELLOW, "three of four days are used"
    assert clock.card(day(7, 0)) is Card.RED


def test_a_holiday_does_not_count_and_a_make_up_saturday_does(
    item: ServiceItem, calendar: WorkingCalendar
) -> None:
    clocks = moved({}, item, STATION, CaseState.TOWNSHIP_REVIEW, day(9), calendar)
    clock = running(clocks)
    assert clock is not None
    assert clock.limit.due_at.date() == day(14).date()


def test_days_in_which_the_applicant_owes_a_correction_are_nobodys(
    item: ServiceItem, calendar: WorkingCalendar
) -> None:
    clocks = moved({}, item, STATION, CaseState.TOWNSHIP_REVIEW, MONDAY, calendar)
    clocks = moved(clocks, item, STATION, CaseState.RETURNED, day(4), calendar)
    assert running(clocks) is None
    clocks = moved(clocks, item, STATION, CaseState.TOWNSHIP_REVIEW, day(23), calendar)
    clock = running(clocks)
    assert clock is not None
    assert clock.used_days == 2
    assert clock.limit.due_at.date() == day(25).date(), "two of four days are left"


def test_whoever_gets_a_case_back_on_the_last_day_has_a_day_for_it(
    item: ServiceItem, calendar: WorkingCalendar
) -> None:
    clocks = moved({}, item, STATION, CaseState.TOWNSHIP_REVIEW, MONDAY, calendar)
    clocks = moved(clocks, item, STATION, CaseState.RETURNED, day(6, 18), calendar)
    clocks = moved(clocks, item, STATION, CaseState.TOWNSHIP_REVIEW, day(20, 9), calendar)
    clock = running(clocks)
    assert clock is not None
    assert clock.limit.due_at.date() == day(23).date()


def test_a_case_returned_by_the_county_spends_the_townships_days_before_the_countys(
    item: ServiceItem, calendar: WorkingCalendar
) -> None:
    clocks = moved({}, item, STATION, CaseState.TOWNSHIP_REVIEW, MONDAY, calendar)
    clocks = moved(clocks, item, STATION, CaseState.COUNTY_REVIEW, day(3), calendar)
    clocks = moved(clocks, item, STATION, CaseState.RETURNED, day(6), calendar)
    clocks = moved(clocks, item, STATION, CaseState.TOWNSHIP_REVIEW, day(16), calendar)
    township = running(clocks)
    assert township is not None
    assert (township.level, township.used_days) == (Level.TOWNSHIP, 1)
    clocks = moved(clocks, item, STATION, CaseState.COUNTY_REVIEW, day(17), calendar)
    county = running(clocks)
    assert county is not None
    assert (county.level, county.used_days) == (Level.COUNTY, 3)


@given(data=st.data())
def test_whatever_happens_one_clock_runs_at_most_and_no_stage_gets_more_than_its_days(
    item: ServiceItem, calendar: WorkingCalendar, data: st.DataObject
) -> None:
    clocks: dict[str, StageClock] = {}
    state: CaseState | None = None
    now = MONDAY
    for _ in range(data.draw(st.integers(1, 9))):
        possible = [step.to for step in steps(item) if step.state is state]
        if not possible:
            break
        state = data.draw(st.sampled_from(possible))
        now += timedelta(hours=data.draw(st.integers(1, 200)))
        clocks = moved(clocks, item, STATION, state, now, calendar)
        assert sum(clock.running for clock in clocks.values()) == (
            state in (CaseState.TOWNSHIP_REVIEW, CaseState.COUNTY_REVIEW)
        )
        for clock in clocks.values():
            stage = item.stage_at(clock.level)
            assert stage is not None
            left = calendar.between(clock.started_at.date(), clock.limit.due_at.date())
            assert left == max(stage.days - clock.used_days, 1)
            assert clock.started_at <= clock.limit.warn_at <= clock.limit.due_at
