"""What goes from the village desk to the offices, network or not, and what comes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from signing.keys.held import HeldKey
from station.domain.cases import ActionType
from station.domain.completeness import StepName
from station.domain.drafts import DraftState
from station.services.county import TRAINING_PIN
from station.store import EntryState, Problem
from station.wire.sealed import Frame, Reason
from tests.helpers.agent_desk import AgentDriver, VillageStation
from tests.helpers.county import AGENT, REVIEWER, SUPERVISOR, TOWNSHIP_ONLY, County, agent_of
from tests.helpers.hub_process import hub_process
from ui.common.dialogs import PinDialog
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
        state = desk.state
        desk.open("待传")
        assert "自己会送" in desk.words
        assert draft.number in desk.words
        assert "现在连不上中心" in desk.words
        assert "网络一通就自己送出去" in desk.words, "nobody has to do anything"
        assert "要您动手" not in desk.words
        assert "1 件是没有网络时签的，签字时间还没有凭证" in desk.words
        assert "您不用做什么" in desk.words

        hub.start()
        desk.until(lambda: "今天送到" in desk.words)  # nobody presses anything
        assert desk.lamp("network") is True
        assert "现在连不上中心" not in desk.words
        assert f"{draft.number} 已送到镇里" in desk.said
        assert "签字时间还没有凭证" in desk.words, "sent is not yet stamped"
        village.decided(REVIEWER, draft.id, ActionType.APPROVE)  # stamps what was signed without
        state.poke()
        assert state.desk.agent is not None
        submission = state.desk.agent.submission
        desk.until(lambda: submission.unproven() == ())
        desk.open("办事")
        desk.open("待传")
        assert "签字时间还没有凭证" not in desk.words
        station.close()
        with village.desk(SUPERVISOR) as county:
            record = county.hub.record(draft.id).entries
            assert [line.action for line in record] == [ActionType.SUBMIT, ActionType.APPROVE]


def test_a_key_that_was_out_wants_its_pin_once_more_and_the_case_is_signed_where_it_was(
    connected: AgentDriver, village: County
) -> None:
    desk = connected.state.desk
    draft = village.entered(desk)
    connected.work.resume(draft.id)
    connected.step_to("SIGN")
    connected.until(lambda: connected.may_send)
    assert isinstance(desk.who.key, HeldKey)
    desk.who.key.close()
    connected.key("F9")
    connected.until(lambda: desk.who.needs_pin)
    assert connected.draft.state is not DraftState.SIGNED, "nothing was signed without the key"

    connected.until(lambda: connected.may_send)
    connected.key("F9")
    dialog = connected.case.sign.dialog
    assert isinstance(dialog, PinDialog)
    connected.type("999999", dialog.pin)
    connected.key("Enter", dialog.pin)
    connected.until(lambda: "密钥不认这个 PIN" in "".join(_labels(dialog)))
    connected.type(TRAINING_PIN, dialog.pin)
    connected.key("Enter", dialog.pin)
    connected.until(lambda: connected.draft.state is DraftState.SENT)
    assert not desk.who.needs_pin


def _labels(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_a_hub_that_asks_to_wait_is_waited_for_and_the_agent_reads_until_when(
    tmp_path: Path, training_keys: Path, tasks: Tasks, qtbot: QtBot
) -> None:
    (tmp_path / "pc").mkdir()
    with hub_process(training_keys, tmp_path / "hub", more="requests_per_minute = 5\n") as hub:
        village = County(tmp_path / "pc", training_keys, hub.url)
        with village.desk(AGENT) as desk:
            agent = agent_of(desk)
            signed = agent.signing.sign(village.entered(desk).id, village.office.proofs())
            queued = agent.submission.queue(signed)
            now = village.office.clock()
            sent = agent.submission.send_due()
            assert isinstance(sent.problem, Problem)
            entry = agent.store.outbox.get(queued.id)
            assert entry.state is EntryState.WAITING
            assert entry.problem is not None and entry.problem.code == "TooManyRequests"
            assert entry.until is not None
            assert entry.until - now >= timedelta(seconds=10), "the hub asked for twelve"
            asked = agent.submission.send_due()
            assert asked.problem is None, "nothing was tried before its time"

        station = VillageStation(village.office, tasks, qtbot, tmp_path)
        driver = station.sit_down()
        driver.open("待传")
        assert "等一会儿再传" in driver.words
        assert "什么都没丢，过" in driver.words
        assert "要您动手" not in driver.words
        station.close()
