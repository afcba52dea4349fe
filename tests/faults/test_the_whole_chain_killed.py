"""Real desks and a real hub are killed at any step of a real case, and it goes on where it was."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from station.assembly import OpenDesk
from station.domain.cases import ActionType, CaseState
from station.services.review import Decision
from station.wire import problems
from station.wire.client import HubAnswerUnclear, HubUnreachable
from tests.helpers.county import (
    AGENT,
    APPROVER,
    REVIEWER,
    SUPERVISOR,
    TOWNSHIP_ONLY,
    WITH_COUNTY,
    County,
    agent_of,
    review_of,
)
from tests.helpers.crashing_hub import CrashingHub
from tests.helpers.dying_desk import DyingDesk
from tests.helpers.hub_process import hub_process

T = TypeVar("T")


def test_a_desk_killed_at_any_step_finds_its_case_as_it_was_and_sends_it_once(
    tmp_path: Path, training_keys: Path
) -> None:
    luck = random.Random(20261123)
    (tmp_path / "pc").mkdir()
    with hub_process(training_keys, tmp_path / "hub") as hub:
        county = County(tmp_path / "pc", training_keys, hub.url)
        last: dict[str, Any] = {}
        deaths = 0
        with DyingDesk(county.home.root, hub.url, county.paper, TOWNSHIP_ONLY) as desk:
            for life_number in itertools.count(1):
                assert life_number < 60, "it never gets anywhere"
                life = desk.live(die_at=luck.randrange(1, 400 + 900 * life_number))
                for fact in life.said:
                    _nothing_went_back(last, fact)
                    last = fact
                deaths += life.died
                if not life.died:
                    break
        assert deaths >= 4, "it must have died often enough to mean something"
        assert last["did"] == "sent"

        with county.desk(AGENT) as open_desk:
            (draft,) = agent_of(open_desk).store.drafts()
            assert agent_of(open_desk).store.damage() == ()
            assert draft.number == last["number"]
        with county.desk(SUPERVISOR) as supervisor:
            record = supervisor.hub.record(draft.id)
            assert [entry.action for entry in record.entries] == [ActionType.SUBMIT]
        decided = county.decided(REVIEWER, draft.id, ActionType.APPROVE)
        assert decided.dossier is not None
        verdict = verify_pdf(decided.dossier, load_trust([county.root]), file="dossier")
        assert verdict.good, verdict.reason


def _nothing_went_back(before: dict[str, Any], now: dict[str, Any]) -> None:
    """What an earlier life said was done, a later one finds."""
    if not before:
        return
    assert now["case"] == before["case"], "the same case, not another"
    assert now["number"] == before["number"]
    assert now["revision"] >= before["revision"]
    assert now["name"] == before["name"] or not before["name"]
    assert now["values"] >= before["values"]
    assert set(now["pages"]) >= set(before["pages"]), "a page was lost"
    assert now["ink"] or not before["ink"]
    order = ["open", "signed", "sent"]
    assert order.index(now["state"]) >= order.index(before["state"])


def test_a_hub_killed_at_any_step_under_real_desks_takes_the_case_to_its_end(
    tmp_path: Path, training_keys: Path
) -> None:
    pc, data = tmp_path / "pc", tmp_path / "hub"
    pc.mkdir()
    data.mkdir()
    luck = random.Random(7)
    with CrashingHub(training_keys, data) as hub:
        assert hub.start()
        county = County(pc, training_keys, hub.url)
        office = _Persistent(hub, county, iter(lambda: luck.randrange(20, 90), 0))
        with county.desk(AGENT) as desk:
            draft = county.entered(desk, WITH_COUNTY)
            agent = agent_of(desk)
            agent.submission.queue(agent.signing.sign(draft.id, county.office.proofs()))
        hub.kill()
        office.alive = False

        def send(desk: OpenDesk) -> None:
            agent = agent_of(desk)
            agent.submission.line_is_up()
            sent = agent.submission.send_due()
            if sent.problem is not None and not sent.accepted:
                raise HubUnreachable(hub=hub.url, reason=sent.problem.en)

        def decide(action: ActionType) -> Callable[[OpenDesk], None]:
            def work(desk: OpenDesk) -> None:
                review = review_of(desk)
                if draft.id not in [row.case.id for row in review.queue().rows]:
                    return  # the hub had it before it died
                review.decide(review.open(draft.id), Decision(action=action))

            return work

        office.persist(AGENT, send)
        office.persist(REVIEWER, decide(ActionType.FORWARD))
        office.persist(APPROVER, decide(ActionType.APPROVE))
        assert len(hub.crashes) >= 3, hub.crashes

        office.rest()
        with county.desk(APPROVER) as desk:
            file = desk.hub.case(draft.id)
            assert file.case.state is CaseState.APPROVED
            record = desk.hub.record(draft.id)
            opened = review_of(desk).open(draft.id, take=False)
        assert [entry.action for entry in record.entries] == [
            ActionType.SUBMIT,
            ActionType.FORWARD,
            ActionType.APPROVE,
        ]
        roots = load_trust([county.root])
        assert verify_pdf(opened.dossier, roots, policy="chain", file="dossier").good
        assert opened.result is not None
        assert verify_pdf(opened.result, roots, file="result").good


class _Persistent:
    """People who come back until it went through; the hub lives a little longer each time."""

    def __init__(self, hub: CrashingHub, county: County, steps: Iterator[int]) -> None:
        self._hub = hub
        self._county = county
        self._steps = steps
        self.alive = True

    def persist(self, person: str, work: Callable[[OpenDesk], None]) -> None:
        for attempt in range(60):
            if not self.alive:
                self.alive = self._hub.start(next(self._steps) + 8 * attempt)
                if not self.alive:
                    continue
            try:
                with self._county.desk(person) as desk:
                    work(desk)
            except (HubUnreachable, HubAnswerUnclear, problems.LeaseLost):
                if not self._reachable():
                    self._hub.wait_until_dead()
                    self.alive = False
            else:
                return
        raise AssertionError("it never went through")

    def rest(self) -> None:
        """The hub lives on from here."""
        if self.alive and self._reachable():
            self._hub.kill()
        elif self.alive:
            self._hub.wait_until_dead()
        self.alive = self._hub.start()
        assert self.alive

    def _reachable(self) -> bool:
        try:
            with self._hub.client() as client:
                client.healthy()
        except (HubUnreachable, HubAnswerUnclear):
            return False
        return True
