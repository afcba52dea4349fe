"""Cases that do not go straight through: sent back, refused, wanted by two at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from station.domain.applicants import Applicant
from station.domain.cases import ActionType, CaseState
from station.domain.drafts import DraftState
from station.services.intake import DraftClosed
from station.services.rehearsal import rehearse
from station.services.review import Decision, ReasonsMissing
from station.services.signing_desk import NotReadyToSign
from station.services.submission import reasons_of
from station.wire.client import HubAnswerUnclear
from station.wire.messages import Accepted
from station.wire.problems import LeaseHeld
from station.wire.sealed import Frame, Reason
from tests.helpers.county import (
    AGENT,
    REVIEWER,
    SECOND_REVIEWER,
    SUPERVISOR,
    TOWNSHIP_ONLY,
    County,
    agent_of,
    review_of,
)

NO_OWN_PAGE = Reason(code="material-missing", text="缺户口簿本人页", material="booklet")
WRONG_ADDRESS = Reason(
    code="field-wrong",
    text="住址与身份证不符",
    field="address",
    page=1,
    frame=Frame(x=0.3, y=0.25, width=0.4, height=0.05),
    remedy="写全门牌号",
)


def test_a_case_sent_back_comes_home_with_all_reasons_is_corrected_and_goes_through(
    county: County,
) -> None:
    with county.desk(AGENT) as desk:
        agent = agent_of(desk)
        draft = county.entered(desk, TOWNSHIP_ONLY)
        case = county.sent(desk, draft)
        with pytest.raises(DraftClosed):
            agent.intake.set_applicant(draft.id, Applicant())

    returned = county.decided(REVIEWER, case.id, ActionType.RETURN, NO_OWN_PAGE, WRONG_ADDRESS)
    assert returned.case.state is CaseState.RETURNED
    assert returned.dossier is None, "sending back signs nothing"

    with county.desk(AGENT) as desk:
        agent = agent_of(desk)
        news = agent.submission.news()
        assert news[-1].action is ActionType.RETURN
        assert news[-1].number == draft.number
        (back,) = agent.intake.unfinished()
        assert back.state is DraftState.RETURNED
        note = reasons_of(back)
        assert note is not None
        assert note.reasons == (NO_OWN_PAGE, WRONG_ADDRESS), "frame and remedy too"
        shown_to_the_agent = agent.submission.sent_dossier(back)
        assert shown_to_the_agent.startswith(b"%PDF"), "the page that the frame lies on"
        kept = [file.read_bytes() for file in county.home.hub.rglob("*") if file.is_file()]
        assert not any(b'"frame"' in data or "写全门牌号".encode() in data for data in kept), (
            "the hub keeps it, and cannot read it"
        )

        corrected = agent.intake.set_value(back.id, "phone", "13831000001")
        with pytest.raises(NotReadyToSign):
            agent.signing.sign(corrected.id, county.office.proofs())  # signed anew, by hand
        shown = agent.signing.shown(corrected)
        first_ink = agent.signing.ink_of(draft)
        assert first_ink is not None
        inked = agent.signing.keep_ink(corrected.id, first_ink.ink, shown)
        again = county.sent(desk, inked)
        assert again.id == case.id
        assert again.number == case.number
        assert again.state is not CaseState.RETURNED

    decided = county.decided(REVIEWER, case.id, ActionType.APPROVE)
    assert decided.case.state is CaseState.APPROVED
    assert decided.dossier is not None
    verdict = verify_pdf(decided.dossier, load_trust([county.root]), file="dossier")
    assert verdict.good, verdict.reason
    assert [s.signer for s in verdict.signatures if not s.is_time_stamp] == ["任春河", "周丽萍"]
    with county.desk(SUPERVISOR) as desk:
        actions = [entry.action for entry in desk.hub.record(case.id).entries]
    assert actions == [
        ActionType.SUBMIT,
        ActionType.RETURN,
        ActionType.RESUBMIT,
        ActionType.APPROVE,
    ]


def test_a_case_whose_receipt_got_lost_and_that_came_back_meanwhile_is_not_forgotten(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    with county.desk(AGENT) as desk:
        agent = agent_of(desk)
        draft = county.entered(desk, TOWNSHIP_ONLY)
        agent.submission.queue(agent.signing.sign(draft.id, county.office.proofs()))
        deliver = desk.hub.send

        def deliver_and_lose_the_answer(*words: Any) -> Accepted:
            deliver(*words)
            raise HubAnswerUnclear(reason="the line broke")

        with monkeypatch.context() as line:
            line.setattr(desk.hub, "send", deliver_and_lose_the_answer)
            assert agent.submission.send_due().accepted == ()

        county.decided(REVIEWER, draft.id, ActionType.RETURN, NO_OWN_PAGE)
        agent.submission.news()
        agent.submission.line_is_up()
        assert agent.submission.send_due().accepted == (draft.number,)

        (back,) = agent.intake.unfinished()
        note = reasons_of(back)
        assert note is not None
        assert note.reasons == (NO_OWN_PAGE,)
        assert len(desk.hub.record(draft.id).entries) == 2, "delivered once"


def test_a_refusal_needs_a_reason_and_becomes_a_sealed_letter_that_says_it(county: County) -> None:
    with county.desk(AGENT) as desk:
        case = county.handed_in(desk, TOWNSHIP_ONLY)
    with county.desk(REVIEWER) as desk:
        review = review_of(desk)
        opened = review.open(case.id)
        with pytest.raises(ReasonsMissing):
            review.decide(opened, Decision(action=ActionType.REFUSE))
        too_young = Reason(code="not-eligible", text="年龄未到")
        refused = review.decide(opened, Decision(action=ActionType.REFUSE, reasons=(too_young,)))

    assert refused.case.state is CaseState.REFUSED
    assert refused.result is not None
    verdict = verify_pdf(refused.result, load_trust([county.root]), file="letter")
    assert verdict.good, verdict.reason
    assert "年龄未到" in text_of(refused.result)
    with county.desk(AGENT) as desk:
        news = agent_of(desk).submission.news()
        assert news[-1].action is ActionType.REFUSE
        assert agent_of(desk).intake.unfinished() == ()


def test_of_two_reviewers_who_open_the_same_case_one_is_told_who_has_it(county: County) -> None:
    with county.desk(AGENT) as desk:
        case = county.handed_in(desk, TOWNSHIP_ONLY)
    with county.desk(REVIEWER) as first, county.desk(SECOND_REVIEWER) as second:
        opened = review_of(first).open(case.id)
        with pytest.raises(LeaseHeld) as told:
            review_of(second).open(case.id)
        assert "周丽萍" in told.value.sentence("zh") or "P2001" in told.value.sentence("zh")
        looked_at = review_of(second).open(case.id, take=False)
        assert looked_at.dossier == opened.dossier, "looking is always allowed"

        review_of(first).give_back(opened)
        taken = review_of(second).open(case.id)
        decided = review_of(second).decide(taken, Decision(action=ActionType.APPROVE))
        assert decided.case.state is CaseState.APPROVED
        assert review_of(first).queue().rows == ()


def test_a_case_that_ends_at_the_township_goes_the_whole_way_too(
    tmp_path: Path, county: County
) -> None:
    out = tmp_path / "out"
    (out / "data").mkdir(parents=True)
    county.home.training.rename(out / "data" / "training")
    done = rehearse(out, item=TOWNSHIP_ONLY, photos=county.folder)
    assert done.verdict == "valid", done.reason
    assert len(done.sms) == 2
    verdict = verify_pdf(done.dossier.read_bytes(), load_trust([done.trust]), policy="chain")
    assert [s.signer for s in verdict.signatures if not s.is_time_stamp] == ["任春河", "周丽萍"]


def text_of(pdf: bytes) -> str:
    """What a reader sees on the pages, without blanks and line ends."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return "".join("".join(pages).split())
