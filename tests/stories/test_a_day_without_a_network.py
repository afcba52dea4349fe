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
            assert [one.number for one in agent.submission.unproven()] == [draft.number]
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
            assert agent.submission.unproven(), "sent, but nobody has stamped it yet"

        county.decided(REVIEWER, case.id, ActionType.FORWARD)
        decided = county.decided(APPROVER, case.id, ActionType.APPROVE)
        assert decided.case.state is CaseState.APPROVED
        assert decided.dossier is not None
        verdict = verify_pdf(
            decided.dossier, load_trust([county.root]), policy="chain", file="dossier"
        )
        assert verdict.good, verdict.reason
        assert decided.dossier.startswith(signed.pdf), "not a byte that she signed has changed"
        assert len(verdict.time_stamps) == 1, "the township's desk had it stamped"
        village, township, _ = verdict.signatures
        stamp = verdict.time_stamps[0].time
        assert village.time is not None and stamp is not None and township.time is not None
        assert (village.time_source, village.level) == ("signer", "B-LTA")
        assert village.proven_at == stamp, "that is the time that counts for her certificate"
        assert village.time < stamp <= township.time
        assert township.proven_at == township.time, "she had a network: her own time stamp"
        with county.desk(AGENT) as desk:
            submission = agent_of(desk).submission
            submission.news()
            assert submission.unproven() == ()
        told = [message["text"] for message in hub.sms()]
        assert len(told) == 2
        assert all(case.number in text for text in told)
