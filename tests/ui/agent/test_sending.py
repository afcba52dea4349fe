"""What comes back from the offices to the village desk."""

from __future__ import annotations

from station.domain.cases import ActionType
from station.domain.completeness import StepName
from station.domain.drafts import DraftState
from station.wire.sealed import Frame, Reason
from tests.helpers.agent_desk import AgentDriver
from tests.helpers.county import REVIEWER, County


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

    assert "这件退回来要补正" in connected.words
    assert "身份证第 1 页看不清" in connected.words
    assert connected.draft.state is DraftState.RETURNED

    connected.push("看圈出的地方")
    returned = connected.case.returned
    connected.until(lambda: returned.paper.page == 1 and returned.enlarged.isVisible())
    assert "怎么补：关掉台灯，重拍这一页" in connected.words
    assert "身份证 · 第 2 页" in connected.words
    connected.push("去改")
    assert connected.case.step is StepName.MATERIALS, "from the reason straight to the paper"
    assert not returned.isVisible()
