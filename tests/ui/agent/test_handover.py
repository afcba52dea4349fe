"""The last minute of a case: the decision is there, the villager takes it home."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome
from station.assembly import Office
from station.domain.cases import ActionType, CaseState
from station.domain.completeness import StepName
from station.domain.drafts import Draft
from station.domain.operations import DocumentKind
from station.services.case_documents import newest_document
from station.services.handover import Delivery, NotDecided, ReceiverMissing, Way
from station.settings import Settings
from station.wire.sealed import Note
from tests.helpers.agent_desk import AgentDriver, VillageStation
from tests.helpers.county import AGENT, REVIEWER, SUPERVISOR, TOWNSHIP_ONLY, County
from ui.agent.delivery_dialog import DeliveryDialog
from ui.common.tasks import Tasks


def sent_in(agent: AgentDriver, village: County) -> Draft:
    """A case that this desk took in, and sent."""
    draft = village.entered(agent.state.desk, TOWNSHIP_ONLY)
    village.sent(agent.state.desk, draft)
    return draft


def test_the_result_is_opened_printed_and_handed_over_with_a_signature(
    connected: AgentDriver, village: County
) -> None:
    draft = sent_in(connected, village)
    village.decided(REVIEWER, draft.id, ActionType.APPROVE)
    connected.state.poke()
    connected.until(lambda: f"{draft.number} 已办结" in connected.said)

    connected.open("办件")
    cases = connected.cases
    cases.work.show(draft.id)
    connected.until(lambda: "现在：已办结" in connected.words)
    assert "通过，办结" in connected.words, "every step is told, with whose signature"

    printed = village.home.root / "prints" / f"结果文书-{draft.number}.pdf"
    cases.story_view.document_wanted.emit(cases.story_view.case, DocumentKind.RESULT)
    connected.until(printed.exists)
    verdict = verify_pdf(printed.read_bytes(), connected.state.desk.office.trust())
    assert verdict.outcome is Outcome.VALID

    connected.push("交给申请人")
    dialog = cases.dialog
    assert isinstance(dialog, DeliveryDialog)
    assert dialog.delivery.receiver == draft.applicant.name
    dialog.ways.set_value(Way.BROUGHT)
    dialog.act_button.click()
    connected.until(lambda: "现在：已送达" in connected.words)

    with village.desk(SUPERVISOR) as county:
        last = county.hub.record(draft.id).entries[-1]
        assert last.action is ActionType.DELIVER
    with village.desk(REVIEWER) as desk:
        note = newest_document(desk.hub, desk.who, desk.hub.case(draft.id), DocumentKind.NOTE)
        assert note is not None
        assert Note.read(note).remark == f"代办员送到家，{draft.applicant.name} 签收"


def test_what_became_of_a_case_is_still_known_after_signing_in_again(
    connected: AgentDriver, village: County, tasks: Tasks, qtbot: QtBot, tmp_path: Path
) -> None:
    draft = sent_in(connected, village)
    village.decided(REVIEWER, draft.id, ActionType.APPROVE)
    connected.state.poke()
    connected.until(lambda: f"{draft.number} 已办结" in connected.said)
    connected.leave()

    with Office(village.home, Settings(hub=village.office.hub_url())) as office:
        station = VillageStation(office, tasks, qtbot, tmp_path)
        again = station.sit_down()
        again.open("办件")
        again.until(lambda: [one.standing for one in again.cases.rows] == [CaseState.APPROVED])
        again.open("办事")
        again.work.resume(draft.id)
        again.step_to("SIGN")
        assert again.case.step is StepName.SIGN
        again.until(lambda: "已经有结果了" in again.words)
        station.close()


def test_a_result_goes_out_once_and_only_to_somebody_with_a_name(village: County) -> None:
    with village.desk(AGENT) as desk:
        case = village.handed_in(desk, TOWNSHIP_ONLY)
        assert desk.agent is not None
        handover = desk.agent.handover
        with pytest.raises(NotDecided):
            handover.result(case.id)
        with pytest.raises(NotDecided):
            handover.deliver(case.id, Delivery(Way.COLLECTED, "李秀英"))
        village.decided(REVIEWER, case.id, ActionType.APPROVE)
        with pytest.raises(ReceiverMissing):
            handover.deliver(case.id, Delivery(Way.COLLECTED, "  "))
        assert handover.result(case.id).startswith(b"%PDF")
        done = handover.deliver(case.id, Delivery(Way.COLLECTED, "李秀英"))
        assert done.state is CaseState.DELIVERED
        with pytest.raises(NotDecided):
            handover.deliver(case.id, Delivery(Way.POSTED, "李秀英"))
