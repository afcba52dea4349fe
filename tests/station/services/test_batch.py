"""Several reviewed cases signed together: each has its own result, and nothing is signed unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from signing.errors import KeyRemoved
from signing.keys.protocol import SigningKey
from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from station.domain.cases import ActionType, Case, CaseState
from station.services.batch import Batch, Marked, MarkState, NotForABatch, NotOpenedHere
from station.services.review import Decision, ReviewDesk
from station.wire.client import HubUnreachable
from station.wire.problems import LeaseLost
from tests.helpers.county import (
    AGENT,
    REVIEWER,
    SECOND_REVIEWER,
    TOWNSHIP_ONLY,
    WITH_COUNTY,
    County,
    review_of,
)

APPROVE, FORWARD = Decision(action=ActionType.APPROVE), Decision(action=ActionType.FORWARD)


@pytest.fixture
def cases(county: County) -> list[Case]:
    """Two cases that wait for the township to decide."""
    with county.desk(AGENT) as desk:
        return [county.handed_in(desk, TOWNSHIP_ONLY) for _ in range(2)]


@pytest.fixture
def review(county: County) -> Iterator[ReviewDesk]:
    """The reviewer at her desk."""
    with county.desk(REVIEWER) as desk:
        yield review_of(desk)


def marked(batch: Batch, review: ReviewDesk, cases: list[Case]) -> None:
    """Opens every case and marks it approved, or passed on where the county decides."""
    for case in cases:
        opened = review.open(case.id)
        batch.mark(opened, APPROVE if ActionType.APPROVE in opened.actions else FORWARD)


def states(batch: Batch) -> list[MarkState]:
    return [one.state for one in batch.marked]


def test_what_was_looked_at_and_approved_is_signed_in_one_round(
    county: County, review: ReviewDesk, cases: list[Case]
) -> None:
    with county.desk(AGENT) as desk:
        cases = [*cases, county.handed_in(desk, WITH_COUNTY)]
    batch = Batch(review)
    marked(batch, review, cases)
    assert batch.waiting == 3
    heard: list[tuple[str, float]] = []

    round = batch.sign(lambda one, what, share: heard.append((one.opened.case.number, share)))

    assert (round.signed, round.failed, round.left, round.halted) == (3, 0, 0, None)
    assert states(batch) == [MarkState.SIGNED] * 3
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {number for number, _ in heard} == {case.number for case in cases}
    assert not {row.case.id for row in review.queue().rows} & {case.id for case in cases}
    with county.desk(SECOND_REVIEWER) as desk:
        seen = review_of(desk).open(cases[0].id, take=False)
        assert seen.case.state is CaseState.APPROVED
        assert seen.result is not None
        assert verify_pdf(seen.dossier, load_trust([county.root])).good
        assert len([s for s in seen.verdict.signatures if not s.is_time_stamp]) == 2
        assert desk.hub.case(cases[2].id).case.state is CaseState.COUNTY_REVIEW
    batch.clear_done()
    assert batch.marked == ()


def test_nothing_is_signed_unseen_and_reasons_are_not_given_in_bulk(
    county: County, review: ReviewDesk, cases: list[Case]
) -> None:
    batch = Batch(review)
    only_looked_at = review.open(cases[0].id, take=False)
    with pytest.raises(NotOpenedHere):
        batch.mark(only_looked_at, APPROVE)

    opened = review.open(cases[0].id)
    another = replace(opened, case=replace(opened.case, id=cases[1].id))
    with pytest.raises(NotOpenedHere):
        batch.mark(another, APPROVE)  # a case that was never opened, under an opened one's papers
    with pytest.raises(NotForABatch):
        batch.mark(opened, Decision(action=ActionType.REFUSE))
    review.give_back(opened)
    with pytest.raises(NotOpenedHere):
        batch.mark(opened, APPROVE)
    with pytest.raises(NotOpenedHere):
        batch.mark(review.open(cases[0].id), FORWARD)  # nobody above decides it
    assert batch.marked == ()
    assert batch.sign().signed == 0


def test_stopped_in_the_middle_says_which_are_signed_and_goes_on_later(
    review: ReviewDesk, cases: list[Case]
) -> None:
    batch = Batch(review)
    marked(batch, review, cases)

    round = batch.sign(stopped=lambda: MarkState.SIGNED in states(batch))

    assert (round.signed, round.left, round.stopped) == (1, 1, True)
    assert states(batch) == [MarkState.SIGNED, MarkState.WAITING]
    assert batch.unmark(cases[0].id) is None, "what is signed is signed"
    opened = batch.unmark(cases[1].id)
    assert opened is not None, "a mark can be taken back"
    assert batch.sign().signed == 0
    batch.mark(opened, APPROVE)
    again = batch.sign()
    assert (again.signed, again.left, again.stopped) == (1, 0, False)


def test_a_claim_that_ran_out_is_said_uses_no_key_and_stops_nobody_else(
    county: County, review: ReviewDesk, cases: list[Case]
) -> None:
    batch = Batch(review)
    marked(batch, review, cases)
    _let_the_claim_run_out(county, cases[0])
    with county.desk(SECOND_REVIEWER) as desk:
        elsewhere = review_of(desk).open(cases[0].id)  # somebody else opened it meanwhile

        round = batch.sign()
        assert (round.signed, round.failed, round.halted) == (1, 1, None)
        lost = batch.of(cases[0].id)
        assert lost is not None
        assert lost.state is MarkState.LOST
        assert isinstance(lost.error, LeaseLost)
        assert not review.is_signed(lost.opened, lost.decision), "nothing was signed in vain"
        review_of(desk).give_back(elsewhere)

    batch.mark(review.open(cases[0].id), APPROVE)
    _let_the_claim_run_out(county, cases[0])
    with county.desk(SECOND_REVIEWER) as desk:
        elsewhere = review_of(desk).open(cases[0].id)
        assert [one.id for one in batch.keep()] == [cases[0].id], "the heartbeat tells it too"
        review_of(desk).give_back(elsewhere)
    batch.mark(review.open(cases[0].id), APPROVE)
    assert batch.keep() == ()
    assert batch.sign().signed == 1, "opened again it is signed like any other"


def test_a_key_that_is_pulled_ends_the_round_and_the_rest_stays_marked(
    county: County, cases: list[Case]
) -> None:
    with county.desk(AGENT) as desk:
        cases = [*cases, county.handed_in(desk, TOWNSHIP_ONLY)]
    with county.desk(REVIEWER) as desk:
        review = review_of(desk)
        batch = Batch(review)
        marked(batch, review, cases)
        key = _Pulled(desk.who.key)
        review._who = replace(desk.who, key=key)

        def pull_after_the_first(one: Marked, _what: str, _share: float) -> None:
            key.gone = key.gone or one.state is MarkState.SIGNED

        round = batch.sign(pull_after_the_first)
        assert (round.signed, round.failed, round.left) == (1, 1, 1)
        assert isinstance(round.halted, KeyRemoved)
        assert states(batch) == [MarkState.SIGNED, MarkState.FAILED, MarkState.WAITING]

        key.gone = False
        assert batch.sign().signed == 2, "plugged in again, the rest is signed"


def test_a_line_that_breaks_is_said_and_the_same_operation_is_delivered_again(
    county: County, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    with county.desk(REVIEWER) as desk:
        review = review_of(desk)
        batch = Batch(review)
        marked(batch, review, cases)
        really, sent = desk.hub.send, []

        def answer_lost(*words: object) -> object:
            sent.append(words[0])
            really(*words)  # type: ignore[arg-type]
            raise HubUnreachable(reason="cut")

        monkeypatch.setattr(desk.hub, "send", answer_lost)
        round = batch.sign()
        assert isinstance(round.halted, HubUnreachable)
        assert (round.signed, round.failed, round.left) == (0, 1, 1)

        def answer_comes(*words: object) -> object:
            sent.append(words[0])
            return really(*words)  # type: ignore[arg-type]

        monkeypatch.setattr(desk.hub, "send", answer_comes)
        assert batch.sign().signed == 2
        assert sent[0] == sent[1], "the very same operation, not a second one"


def _let_the_claim_run_out(county: County, case: Case) -> None:
    """Ten minutes pass for this claim."""
    (file,) = county.home.root.rglob("hub.sqlite")
    with sqlite3.connect(file) as database:
        database.execute(
            "UPDATE leases SET until = '2020-01-01 00:00:00' WHERE case_id = ?", (case.id,)
        )


class _Pulled:
    """A key that can be pulled out of its port."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.gone = False

    @property
    def certificate(self) -> bytes:
        return self._key.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self._key.chain

    @property
    def algorithm(self) -> str:
        return self._key.algorithm

    def sign(self, data: bytes, digest: str = "sha256") -> bytes:
        if self.gone:
            raise KeyRemoved
        return self._key.sign(data, digest)

    def close(self) -> None:
        self._key.close()
