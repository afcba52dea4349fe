"""A village agent's whole case at the screen: from the PIN at the door to the hub's receipt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from station.domain.completeness import StepName
from station.domain.drafts import DraftState
from tests.helpers.agent_desk import VillageStation
from tests.helpers.county import County
from tests.ui.conftest import plain_look, qapp_cls, tasks
from ui.common.tasks import Tasks

__all__ = ["plain_look", "qapp_cls", "tasks"]
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

PRESSES = 12  # of a trained agent for a typical case, besides typing and the strokes of a signature


@pytest.fixture
def station(county: County, tasks: Tasks, qtbot: QtBot, tmp_path: Path) -> Iterator[VillageStation]:
    """A village's PC with a hub of its own."""
    station = VillageStation(county.office, tasks, qtbot, tmp_path)
    yield station
    station.close()


def test_an_agent_takes_a_case_in_and_it_is_at_the_hub_after_twelve_presses(
    station: VillageStation,
) -> None:
    desk = station.sit_down()
    assert desk.rail == ["办事", "办件", "待传", "验证", "设置"]
    assert desk.lamp("network") is True

    # Item and applicant
    desk.begin_counting()
    desk.put_on_reader()
    desk.choose_item("glbt")
    assert "高龄老人生活补贴认证" in desk.words
    assert desk.case.step is StepName.APPLICANT
    desk.key("F4")
    desk.until(lambda: desk.draft.applicant.name == "李秀英")
    assert desk.draft.applicant.masked_id in desk.words

    # The card said all there is to say of her: the form is in sight
    desk.until(lambda: desk.case.step is StepName.FORM)
    for words in ("独居，", "能自理，", "到站，", "和去年一样，没有变化，"):
        desk.push(words)
    desk.key("Ctrl+Enter")

    # Papers
    assert desk.case.step is StepName.MATERIALS
    assert desk.tray["惠农一卡通"].startswith("免交")
    desk.wait_for_picture()
    for side in (0, 1):
        desk.lay(side)
        desk.photograph("id_card")
    assert len(desk.pages("id_card")) == 2

    # The one condition that only the agent knows
    desk.until(lambda: desk.case.step is StepName.ITEM)
    desk.key("Enter")

    # The villager reads and signs, the agent signs
    desk.until(lambda: desk.case.step is StepName.SIGN)
    desk.wait_for_document()
    desk.sign_on_pad()
    desk.push("签好了")
    desk.until(lambda: desk.draft.ink is not None and desk.may_send)
    desk.key("F9")
    desk.until(lambda: desk.draft.state is DraftState.SENT)
    assert desk.presses <= PRESSES

    number = desk.draft.number
    desk.until(lambda: f"{number} 已送到镇里" in desk.said)
    desk.until(lambda: "送到了" in desk.words)

    desk.open("待传")
    desk.until(lambda: "今天送到" in desk.words)
    assert number in desk.words

    desk.open("办件")
    desk.type(number, desk.cases.search_field)
    assert [draft.applicant.name for draft in desk.cases.rows] == ["李秀英"]


def test_a_window_closed_in_the_middle_of_a_case_opens_where_it_was(
    station: VillageStation,
) -> None:
    desk = station.sit_down()
    desk.put_on_reader()
    desk.choose_item("glbt")
    desk.key("F4")
    desk.until(lambda: desk.case.step is StepName.FORM)
    desk.push("与配偶同住，")
    desk.push("部分，")
    desk.field("contact_name").setFocus()
    desk.type("Li Ming")  # the cursor is still in the field
    desk.window.close()
    desk.leave()

    again = station.sit_down()
    assert "李秀英" in again.words
    again.push("接着办")
    again.step_to("FORM")

    assert again.value("living") == "spouse"
    assert again.value("care") == "part"
    assert again.value("contact_name") == "LiMing", "a name is kept without its blanks"
    assert again.draft.applicant.name == "李秀英"
    assert "认证方式" in again.missing
    assert "居住情况" not in again.missing
