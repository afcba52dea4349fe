"""What goes from the village desk to the offices, network or not, and what comes back."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from station.domain.cases import ActionType
from station.domain.completeness import StepName
from station.domain.drafts import DraftState
from station.wire.sealed import Frame, Reason
from tests.helpers.agent_desk import AgentDriver, VillageStation
from tests.helpers.county import AGENT, REVIEWER, SUPERVISOR, TOWNSHIP_ONLY, County
from tests.helpers.hub_process import hub_process
from ui.common.tasks import Tasks


def test_a_returned_case_shows_its_reasons_and_can_be_gone_on_with(
    connected: AgentDriver, village: County
) -> None:
    draft = village.entered(connected.state.desk)
    connected.work.resume(draft.id)
    connected.step_to("SIGN")
    connected.until(lambda: connected.may_send)
    connected.key("F9")
    connected.until(lambda: connected.draft.state is DraftState.SENT)
    connected.work.go_home()

    reason = Reason(
        code="material-unclear",
        text="身份证第 1 页看不清",
        material="id_card",
        page=2,
        frame=Frame(x=0.25, y=0.1, width=0.4, height=0.2),
        remedy="关掉台灯，重拍这一页",
    )
    village.decided(REVIEWER, draft.id, ActionType.RETURN, reason)
    connected.state.poke()
    connected.until(lambda: "等您处理" in connected.words)
    connected.push("去补正")

    connected.until(lambda: "身份证第 1 页看不清" in connected.words)  # what one sees first
    assert connected.draft.state is DraftState.RETURNED

    returned = connected.case.returned
    connected.until(lambda: returned.paper.page == 1)
    assert "怎么补：关掉台灯，重拍这一页" in connected.words
    assert "身份证 · 第 2 页" in connected.words
    connected.push("去改")
    assert connected.case.step is StepName.MATERIALS, "from the reason straight to the paper"
    assert not returned.isVisible()
    assert "这件退回来要补正：①身份证第 1 页看不清" in connected.words
    connected.push("看圈出的地方")
    assert returned.isVisible()


def test_with_the_lamp_off_a_case_is_finished_waits_and_is_sent_by_itself_later(
    tmp_path: Path, training_keys: Path, tasks: Tasks, qtbot: QtBot
) -> None:
    (tmp_path / "pc").mkdir()
    with hub_process(training_keys, tmp_path / "hub") as hub:
        village = County(tmp_path / "pc", training_keys, hub.url)
        with village.desk(AGENT) as yesterday:  # the desk was connected, and a case was begun
            draft = village.entered(yesterday, TOWNSHIP_ONLY)
        hub.kill()

        station = VillageStation(village.office, tasks, qtbot, tmp_path)
        desk = station.sit_down()
        desk.until(lambda: desk.lamp("network") is False)
        desk.work.resume(draft.id)
        desk.step_to("SIGN")
        desk.until(lambda: desk.may_send)
        desk.key("F9")
        desk.until(lambda: desk.draft.state is DraftState.SIGNED)
        desk.open("待传")
        assert "自己会送" in desk.words
        assert draft.number in desk.words
        assert "现在连不上中心" in desk.words
        assert "网络一通就自己送出去" in desk.words, "nobody has to do anything"
        assert "要您动手" not in desk.words

        hub.start()
        desk.until(lambda: "今天送到" in desk.words)  # nobody presses anything
        assert desk.lamp("network") is True
        assert "现在连不上中心" not in desk.words
        assert f"{draft.number} 已送到镇里" in desk.said
        station.close()
        with village.desk(SUPERVISOR) as county:
            (line,) = county.hub.record(draft.id).entries
            assert line.action is ActionType.SUBMIT
