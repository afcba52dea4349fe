"""办件 of an office: found by number or state, and everything that happened to one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from station.catalogue import load_calendar
from station.clock import CHINA
from station.domain.cases import Case, CaseState
from station.domain.deadlines import Card
from station.domain.units import Level, Role
from station.paths import resources
from station.wire.messages import StageTime
from tests.helpers.office_screens import CasesDriver
from tests.helpers.waiting_cases import WaitingCases
from ui.cases.case_query import CaseQuery
from ui.cases.case_words import time_left
from ui.cases.story_view import limit_days
from ui.common.limit_bar import Day
from ui.common.tasks import Tasks


@pytest.fixture(scope="module")
def forwarded(county: WaitingCases) -> Case:
    """A case that lies at the county."""
    case = county.send_in("MZ-001")
    county.forward(case)
    return case


@pytest.fixture
def approver(
    county: WaitingCases, forwarded: Case, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> Iterator[CasesDriver]:
    """马建国 of the county before the list of cases."""
    driver = CasesDriver.sit_down(county.office, Role.APPROVER, tasks, qtbot, tmp_path)
    assert isinstance(driver, CasesDriver)
    driver.open("办件")
    driver.wait_for_work()
    yield driver
    driver.leave()


def test_a_case_is_found_by_its_number(approver: CasesDriver, forwarded: Case) -> None:
    approver.find(forwarded.number)

    assert approver.numbers == [forwarded.number]
    assert "1 件" in approver.words


def test_a_number_that_nobody_has_shows_that_there_is_none(approver: CasesDriver) -> None:
    approver.find("999999999999-000000-999")
    assert "没有这样的办件" in approver.words


def test_the_story_of_a_case_is_told_from_its_signed_record(
    approver: CasesDriver, forwarded: Case
) -> None:
    approver.find(forwarded.number)
    approver.open_story(forwarded.number)

    assert "高龄老人生活补贴认证 · 李秀英" in approver.words
    assert "转县里" in approver.words
    assert "受理，送镇里" in approver.words
    assert "2 步操作都有签名，前后相扣" in approver.words
    assert "现在：县级审批中" in approver.words
    assert "【一网通】" in approver.words, "the message that went out"

    approver.key("Esc")
    assert approver.numbers == [forwarded.number]


def test_from_its_story_a_case_is_taken_in_hand(approver: CasesDriver, forwarded: Case) -> None:
    approver.find(forwarded.number)
    approver.open_story(forwarded.number)
    approver.key("F2")
    approver.wait_for_work()

    assert approver.window.open_workspace == "queue"
    assert "您在办，保留到" in approver.words


def test_a_supervisor_sees_the_cases_but_not_the_names_in_them(
    county: WaitingCases, forwarded: Case, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    driver = CasesDriver.sit_down(county.office, Role.SUPERVISOR, tasks, qtbot, tmp_path)
    assert isinstance(driver, CasesDriver)
    driver.window.go("cases", CaseQuery(number=forwarded.number))
    driver.wait_for_work()

    assert driver.numbers == [forwarded.number]
    assert driver.cases.model.rows[0].who == ""
    assert driver.cases.model.rows[0].station == "后段寨村便民服务站"
    driver.leave()


# ---------------------------------------------------------------- words of time
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
CALENDAR = load_calendar(resources("calendar"))


def case_due(due: datetime, state: CaseState = CaseState.TOWNSHIP_REVIEW) -> Case:
    return Case(
        id="1",
        number="130430104213-261120-001",
        item="MZ-001",
        item_version=1,
        station="130430104213",
        state=state,
        rev=1,
        head="",
        opened_at=FRIDAY,
        updated_at=FRIDAY,
        due_at=due,
    )


def test_time_left_is_counted_in_working_days_and_at_last_in_hours() -> None:
    monday = datetime(2026, 11, 23, 23, 59, tzinfo=CHINA)
    today = FRIDAY.replace(hour=17)

    over_the_weekend = time_left(case_due(monday), Card.NONE, FRIDAY, CALENDAR)
    near = time_left(case_due(today), Card.YELLOW, FRIDAY, CALENDAR)
    late = time_left(case_due(FRIDAY), Card.RED, monday, CALENDAR)

    assert over_the_weekend is not None
    assert over_the_weekend.words == "余 1 天"
    assert near is not None
    assert (near.words, near.plate) == ("黄牌 余 7 小时", True)
    assert late is not None
    assert late.words == "红牌 超 1 天"


def test_no_time_runs_while_the_applicant_owes_something_or_all_is_decided() -> None:
    for state in (CaseState.RETURNED, CaseState.APPROVED):
        assert time_left(case_due(FRIDAY, state), Card.NONE, FRIDAY, CALENDAR) is None


def test_the_bar_shows_working_days_only_and_where_the_yellow_card_falls() -> None:
    stage = StageTime(
        stage="township",
        level=Level.TOWNSHIP,
        unit="130430104",
        started_at=FRIDAY,
        warn_at=datetime(2026, 11, 24, tzinfo=CHINA),
        due_at=datetime(2026, 11, 25, 23, 59, 59, tzinfo=CHINA),
        stopped_at=None,
        used_days=0,
        provisional=False,
    )
    days, yellow = limit_days(stage, FRIDAY + timedelta(days=4), CALENDAR)

    assert days == [Day.USED, Day.NOW, Day.LEFT]
    assert yellow == 1


def test_while_a_correction_is_owed_its_days_stand_in_the_bar_and_do_not_count() -> None:
    monday = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
    stopped = StageTime(
        stage="township",
        level=Level.TOWNSHIP,
        unit="130430104",
        started_at=FRIDAY,
        warn_at=datetime(2026, 11, 25, tzinfo=CHINA),
        due_at=datetime(2026, 11, 26, 23, 59, 59, tzinfo=CHINA),
        stopped_at=monday,
        used_days=0,
        provisional=False,
    )
    days, yellow = limit_days(stopped, monday + timedelta(days=2), CALENDAR, waiting=True)
    assert days == [Day.USED, Day.PAUSED, Day.PAUSED_NOW, Day.LEFT, Day.LEFT, Day.LEFT]
    assert yellow == 4, "the warning moves with what is left"

    again = stopped.model_copy(
        update={
            "started_at": datetime(2026, 11, 27, 9, 0, tzinfo=CHINA),
            "warn_at": datetime(2026, 12, 1, tzinfo=CHINA),
            "due_at": datetime(2026, 12, 2, 23, 59, 59, tzinfo=CHINA),
            "stopped_at": None,
            "used_days": 1,
        }
    )
    days, _ = limit_days(again, datetime(2026, 11, 30, 9, 0, tzinfo=CHINA), CALENDAR, owed=4)
    assert days[:6] == [Day.USED, *[Day.PAUSED] * 4, Day.NOW], "used, owed, and today"
