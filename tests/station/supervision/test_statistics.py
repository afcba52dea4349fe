"""The figures of supervision, checked by hand and against the figures that were published."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from station.clock import CHINA
from station.domain.cases import ActionType, CaseState
from station.domain.deadlines import Card, WorkingCalendar
from station.domain.items import ServiceItem
from station.supervision.history import CaseHistory, LoggedStep, replay
from station.supervision.report import as_json, heading, tables, write_pdf, write_workbook
from station.supervision.statistics import (
    Period,
    Place,
    Rate,
    Saving,
    Statistics,
    Week,
    ranking,
    statistics,
)

STATION, TOWNSHIP, COUNTY = "130430001001", "130430001", "130430"
STATES = {
    ActionType.SUBMIT: CaseState.TOWNSHIP_REVIEW,
    ActionType.RESUBMIT: CaseState.TOWNSHIP_REVIEW,
    ActionType.FORWARD: CaseState.COUNTY_REVIEW,
    ActionType.APPROVE: CaseState.APPROVED,
    ActionType.RETURN: CaseState.RETURNED,
    ActionType.REFUSE: CaseState.REFUSED,
}


def day(number: int, hour: int = 10) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=CHINA)


def told(
    item: ServiceItem, case: str, *events: tuple[ActionType, datetime], station: str = STATION
) -> list[LoggedStep]:
    """A case's log lines."""
    return [
        LoggedStep(
            case=case,
            number=f"{station}-{case}",
            item=item.code,
            item_version=item.version,
            station=station,
            unit=station,
            actor="agent",
            action=action,
            to=STATES[action],
            at=at,
            reason_codes=("material-missing",) if action is ActionType.RETURN else (),
        )
        for action, at in events
    ]


@pytest.fixture
def log(item: ServiceItem) -> list[LoggedStep]:
    """Four cases of March: smooth, returned once, late and still open, refused."""
    lines = [
        *told(
            item,
            "smooth",
            (ActionType.SUBMIT, day(2)),
            (ActionType.FORWARD, day(3)),
            (ActionType.APPROVE, day(5)),
        ),
        *told(
            item,
            "returned",
            (ActionType.SUBMIT, day(2)),
            (ActionType.RETURN, day(4)),
            (ActionType.RESUBMIT, day(12)),
            (ActionType.FORWARD, day(13)),
            (ActionType.APPROVE, day(16)),
        ),
        *told(item, "late", (ActionType.SUBMIT, day(2))),
        *told(item, "refused", (ActionType.SUBMIT, day(9)), (ActionType.REFUSE, day(14, 12))),
    ]
    return sorted(lines, key=lambda line: line.at)


def counted(
    log: Sequence[LoggedStep],
    item: ServiceItem,
    calendar: WorkingCalendar,
    since: datetime | None = None,
    until: datetime = datetime(2026, 3, 20, tzinfo=CHINA),
) -> Statistics:
    upto = [line for line in log if line.at < until]
    histories = replay(upto, lambda code, version: item, calendar)
    return statistics(histories.values(), Period(since, until), [item], calendar)


def test_the_published_compression_of_time_limits_comes_out(item: ServiceItem) -> None:
    """六枝 2019: 法定 5578 工作日，压缩 2978；1230 个环节优化为 1106 个."""
    assert Saving(5578, 5578 - 2978).rate.percent == "53.39 %"
    assert Saving(1230, 1106).rate.percent == "10.08 %"
    assert Rate(82, 141).percent == "58.16 %"
    assert Rate(0, 0).percent == "—", "a share of nothing is not everything"


def test_a_month_is_counted(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar
) -> None:
    total = counted(log, item, calendar).total
    assert (total.received, total.decided, total.approved, total.refused) == (4, 3, 2, 1)
    assert (total.returned, total.open, total.overdue) == (1, 1, 1)
    assert dict(total.by_state) == {
        CaseState.APPROVED: 2,
        CaseState.REFUSED: 1,
        CaseState.TOWNSHIP_REVIEW: 1,
    }


def test_stages_are_on_time_or_not(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar
) -> None:
    found = counted(log, item, calendar)
    # smooth: township, county; returned: township twice, county; refused: township on the last day.
    assert found.total.on_time == Rate(6, 6)
    late = [*log, *told(item, "late", (ActionType.FORWARD, day(19)))]
    assert counted(late, item, calendar).total.on_time == Rate(6, 7)


def test_times_are_without_what_the_applicant_owed(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar
) -> None:
    found = counted(log, item, calendar)
    # smooth 3 × 24; returned 2 × 24 before and 4 × 24 after the correction; refused 5 × 24 + 2.
    assert found.total.mean_hours == pytest.approx((72 + 48 + 96 + 122) / 3)
    # working days: smooth 3; returned 2 + 1 + 2; refused 10, 12, 13, 14 March.
    assert found.total.mean_days == pytest.approx((3 + 5 + 4) / 3)
    assert found.total.early == Rate(3, 3), "all below the promised twelve"
    assert found.used_saving == Saving(90, 12)
    assert found.decided_saving == Saving(90, 36)
    assert found.catalogue_saving == Saving(30, 12)


def test_cards_follow_from_the_log_alone(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar
) -> None:
    found = counted(log, item, calendar)
    # late: yellow on the 5th, red after the 6th; returned: yellow on the 13th, when one of its two
    # remaining days was used; refused: yellow on the 13th, the last day but one.
    assert (found.total.yellow, found.total.red) == (3, 1)
    first_half = counted(log, item, calendar, until=day(6))
    assert (first_half.total.yellow, first_half.total.red) == (1, 0)
    second_half = counted(log, item, calendar, since=day(6))
    assert (second_half.total.yellow, second_half.total.red) == (2, 1)


def test_each_card_is_earned_once_however_often_a_case_comes_back(
    item: ServiceItem, calendar: WorkingCalendar
) -> None:
    log = told(
        item,
        "slow",
        (ActionType.SUBMIT, day(2)),
        (ActionType.RETURN, day(5, 12)),
        (ActionType.RESUBMIT, day(12)),
        (ActionType.REFUSE, day(26)),
    )
    (history,) = replay(log, lambda code, version: item, calendar).values()
    assert isinstance(history, CaseHistory)
    assert [card.colour for card in history.cards(day(30))] == [Card.YELLOW, Card.RED]


def test_periods_neither_overlap_nor_leave_gaps(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar
) -> None:
    whole = counted(log, item, calendar).total
    for cut in (day(5), day(9), day(14, 12), day(16)):
        before = counted(log, item, calendar, until=cut).total
        after = counted(log, item, calendar, since=cut).total
        for name in ("received", "decided", "approved", "refused", "returned", "yellow", "red"):
            assert getattr(before, name) + getattr(after, name) == getattr(whole, name), name


def test_units_answer_for_what_was_in_their_hands(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar
) -> None:
    found = counted(log, item, calendar)
    assert set(found.by_unit) == {STATION, TOWNSHIP}
    assert found.by_unit[TOWNSHIP].on_time == Rate(4, 4), "without the county's two stages"
    assert found.by_unit[TOWNSHIP].red == 1
    assert found.by_unit[STATION].smooth == Rate(2, 3)
    assert found.reasons == {"material-missing": 1}
    (township, county) = sorted(found.stages, key=lambda stage: stage.promised_days)
    assert (township.stints, county.stints) == (4, 2)
    assert county.mean_hours == pytest.approx((48 + 72) / 2)


def test_a_village_with_three_cases_does_not_lead_the_ranking() -> None:
    places = ranking(
        {
            "130430001001": Rate(3, 3),
            "130430001002": Rate(190, 200),
            "130430001003": Rate(18, 20),
            "130430001004": Rate(18, 20),
            "130430001005": Rate(0, 0),
        }
    )
    assert [(place.place, place.unit[-1]) for place in places] == [
        (1, "2"),
        (2, "3"),
        (2, "4"),
        (None, "1"),
        (None, "5"),
    ]
    assert all(isinstance(place, Place) for place in places)


def test_the_same_share_counts_more_with_more_cases() -> None:
    assert Rate(95, 100).at_least > Rate(19, 20).at_least > Rate(0, 20).at_least == 0
    assert Rate(20, 20).at_least < 1


def test_the_trend_counts_whole_weeks_whatever_period_is_looked_at(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar
) -> None:
    weeks = counted(log, item, calendar, since=day(16)).weeks
    assert len(weeks) == 12
    assert [week for week in weeks if week.received or week.decided] == [
        Week(date(2026, 3, 2), 3, 1),
        Week(date(2026, 3, 9), 1, 1),
        Week(date(2026, 3, 16), 0, 1),
    ]
    assert weeks[-1].begins == date(2026, 3, 16), "the week that runs is the last"


def test_the_report_says_in_every_form_the_same(
    log: list[LoggedStep], item: ServiceItem, calendar: WorkingCalendar, tmp_path: Path
) -> None:
    found = counted(log, item, calendar)
    names = {STATION: "吴庄村便民服务站", TOWNSHIP: "梁二庄镇便民服务中心"}
    plain = as_json(found, lambda code: names[code])
    assert json.loads(json.dumps(plain, ensure_ascii=False, allow_nan=False)) == plain
    assert plain["total"]["on_time"] == {"part": 6, "whole": 6, "share": 1.0}
    assert plain["unit_names"][STATION] == "吴庄村便民服务站"

    shown = tables(found, lambda code: names[code], lambda code: item.title)
    overview = dict(shown[0].rows)
    assert overview["收件"] == "4"
    assert overview["时限压缩（全部事项）"].startswith("60.00 %")

    book = tmp_path / "report.xlsx"
    write_workbook(book, shown, heading(found))
    sheets = load_workbook(book)
    assert sheets["总览"]["B3"].value == 4, "a number, so that it can be added up"
    assert sheets["单位"]["B3"].value == TOWNSHIP, "a code stays text"

    paper = tmp_path / "report.pdf"
    write_pdf(paper, shown, heading(found))
    assert paper.read_bytes().startswith(b"%PDF")
    import pypdfium2

    document = pypdfium2.PdfDocument(str(paper))
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    assert "梁二庄镇便民服务中心" in re.sub(r"\s", "", text)
    assert item.title in re.sub(r"\s", "", text)


def test_a_report_about_nothing_says_so(
    item: ServiceItem, calendar: WorkingCalendar, tmp_path: Path
) -> None:
    found = counted([], item, calendar)
    assert found.total.received == 0
    assert found.total.mean_hours is None
    shown = tables(found, str, str)
    write_workbook(tmp_path / "empty.xlsx", shown, heading(found))
    write_pdf(tmp_path / "empty.pdf", shown, heading(replace(found, since=day(1))))
