"""The line to the hub is down all morning; the desk works on, and everything arrives at noon."""

from __future__ import annotations

from pathlib import Path

from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from station.domain.cases import ActionType, CaseState
from station.domain.drafts import DraftState
from station.store import EntryState
from station.wire.messages import Accepted
from tests.helpers.county import AGENT, APPROVER, REVIEWER, WITH_COUNTY, County, agent_of
from tests.helpers.hub_process import hub_process


def test_a_case_entered_without_a_network_is_sent_when_the_hub_is_back(
    tmp_path: Path, training_keys: Path
) -> None:
    pc = tmp_path / "pc"
    pc.mkdir()
    with hub_process(training_keys, tmp_path / "hub") as hub:
        county = County(pc, training_keys, hub.url)
        with county.desk(AGENT):
            pass  # yesterday: the desk was connected once and knows whom to seal for
        hub.kill()

        with county.desk(AGENT, connected=False) as desk:
            agent = agent_of(desk)
            draft = county.entered(desk, WITH_COUNTY)
            signed = agent.signing.sign(draft.id, county.office.proofs())
            assert signed.level == "B-B", "time stamps come from the network"
            notice = agent.signing.acceptance_notice(draft, county.office.clock())
            assert notice.startswith(b"%PDF"), "the villager goes home with a receipt"
            entry = agent.submission.queue(signed)
            sent = agent.submission.send_due()
            assert sent.accepted == ()
            assert sent.waiting == 1
            assert sent.problem is not None
            assert sent.needs_you == 0, "nobody has to do anything"
            assert "http" not in sent.problem.zh.lower()

        hub.start()

        with county.desk(AGENT) as desk:  # another day, the same PC
            agent = agent_of(desk)
            assert agent.store.outbox.get(entry.id).state is EntryState.WAITING
            agent.submission.line_is_up()
            sent = agent.submission.send_due()
            assert sent.accepted == (draft.number,)
            assert sent.problem is None
            assert agent.intake.draft(draft.id).state is DraftState.SENT
            receipt = agent.store.outbox.get(entry.id).receipt
            assert receipt is not None
            case = Accepted.model_validate_json(receipt).case
            assert agent.submission.send_due().accepted == (), "sent once and no more"

        county.decided(REVIEWER, case.id, ActionType.FORWARD)
        decided = county.decided(APPROVER, case.id, ActionType.APPROVE)
        assert decided.case.state is CaseState.APPROVED
        assert decided.dossier is not None
        verdict = verify_pdf(
            decided.dossier, load_trust([county.root]), policy="chain", file="dossier"
        )
        assert verdict.good, verdict.reason
        told = [message["text"] for message in hub.sms()]
        assert len(told) == 2
        assert all(case.number in text for text in told)
