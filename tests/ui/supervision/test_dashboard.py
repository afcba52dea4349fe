"""What a supervisor sees first: figures of the record, each of which opens its list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from station.clock import CHINA
from station.domain.cases import Case
from station.domain.units import Role
from tests.helpers.office_screens import WatchDriver
from tests.helpers.waiting_cases import WaitingCases
from ui.common.tasks import Tasks
from ui.supervision.watch import Span, since


@pytest.fixture(scope="module")
def under_way(county: WaitingCases) -> Case:
    """A case that the township has on its desk."""
    return county.send_in("SB-001")


@pytest.fixture
def supervisor(
    county: WaitingCases, under_way: Case, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> Iterator[WatchDriver]:
    """赵敏 of the county."""
    driver = WatchDriver.sit_down(county.office, Role.SUPERVISOR, tasks, qtbot, tmp_path)
    assert isinstance(driver, WatchDriver)
    yield driver
    driver.leave()


def test_the_figures_are_those_of_the_hubs_record(
    county: WaitingCases, supervisor: WatchDriver
) -> None:
    with county.desk(Role.SUPERVISOR) as desk:
        total = desk.hub.statistics().total

    assert supervisor.watch.received.value == str(total.received)
    shown = supervisor.watch.trend.series
    assert [(one.name, one.values[-1]) for one in shown] == [
        ("受理", total.received),
        ("办结", total.decided),
    ], "all of it happened this week"
    assert supervisor.watch.red.value == str(total.red)
    assert [one.name for one in supervisor.watch.townships.rows] == ["东河镇便民服务中心"]
    assert supervisor.watch.townships.rows[0].figures.received == total.received


def test_cases_under_way_stand_there_with_their_time(
    supervisor: WatchDriver, under_way: Case
) -> None:
    assert not supervisor.watch.under_way.isVisible()
    supervisor.watch.show_table(1)
    assert supervisor.watch.under_way.isVisible()
    numbers = [one.row.case.number for one in supervisor.watch.cases.rows]
    assert under_way.number in numbers
    assert "余" in "".join(one.left.words for one in supervisor.watch.cases.rows if one.left)


def test_every_figure_opens_its_list(supervisor: WatchDriver, under_way: Case) -> None:
    supervisor.watch.received.click()
    supervisor.wait_for_work()

    assert supervisor.window.open_workspace == "cases"
    assert under_way.number in supervisor.numbers
    assert "只看 今天受理的" in supervisor.words
    assert f"{len(supervisor.numbers)} 件" in supervisor.words

    supervisor.open("监察")
    supervisor.wait_for_work()
    supervisor.watch.red.click()
    supervisor.wait_for_work()
    assert "没有这样的办件" in supervisor.words


def test_a_township_opens_what_it_has_under_way(supervisor: WatchDriver, under_way: Case) -> None:
    row = supervisor.watch.townships.rows[0]
    supervisor.watch.ranking.opened.emit(row)
    supervisor.wait_for_work()

    assert under_way.number in supervisor.numbers
    assert "只看 东河镇便民服务中心" in supervisor.words


def test_the_report_is_written_as_workbook_and_as_pdf(
    supervisor: WatchDriver, tmp_path: Path
) -> None:
    supervisor.watch.watch.export(tmp_path / "watch.xlsx")
    supervisor.watch.watch.export(tmp_path / "watch.pdf")
    supervisor.wait_for_work()

    assert "总览" in load_workbook(tmp_path / "watch.xlsx").sheetnames
    assert (tmp_path / "watch.pdf").read_bytes().startswith(b"%PDF")
    assert supervisor.said.startswith("已导出到 watch.")


def test_periods_begin_with_the_month_or_the_year() -> None:
    today = date(2026, 11, 23)
    assert since(Span.MONTH, today) == datetime(2026, 11, 1, tzinfo=CHINA)
    assert since(Span.YEAR, today) == datetime(2026, 1, 1, tzinfo=CHINA)
    assert since(Span.ALL, today) is None
