"""Many at once: one claim, one effect, no gap, whoever comes first."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from station.domain.cases import ActionType
from station.wire import problems
from station.wire.client import HubClient
from station.wire.messages import Accepted, LeaseGrant
from tests.helpers.hub_process import HubProcess
from tests.helpers.office import Office
from tests.helpers.pki import TOWNSHIP, Person, Pki

CROWD = 40


def all_at_once(works: list[Callable[[], object]]) -> list[object]:
    """What each work returned or raised, all of them let go at the same moment."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        gate.wait()
        try:
            return work()
        except problems.Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_forty_reviewers_reach_for_one_case_and_one_gets_it(
    hub: HubProcess, office: Office, pki: Pki
) -> None:
    errand = office.errand()
    errand.submit()
    reviewers: list[Person] = [
        pki.person(f"审核{number}", role="审核员", unit=TOWNSHIP) for number in range(8)
    ]
    desks = [hub.client(reviewer.key) for reviewer in reviewers]
    crowd = [desks[number % 8] for number in range(CROWD)]
    answers = all_at_once([lambda desk=desk: desk.take(errand.id) for desk in crowd])  # type: ignore[misc]
    grants = [answer for answer in answers if isinstance(answer, LeaseGrant)]
    refusals = [answer for answer in answers if not isinstance(answer, LeaseGrant)]
    assert all(isinstance(refusal, problems.LeaseHeld) for refusal in refusals)
    # The winner may have asked several times; each time with a newer token, nobody else once.
    case = desks[0].case(errand.id).case
    assert case.lease is not None
    assert len({grant.token for grant in grants}) == len(grants)
    assert max(grant.token for grant in grants) == case.lease.token
    assert len(grants) == CROWD // 8, "all the asking of one reviewer, and of no other"
    for desk in desks:
        desk.close()


def test_forty_deliveries_of_one_operation_are_one_effect_and_one_answer(
    office: Office, pki: Pki
) -> None:
    errand = office.errand()
    prepared = errand.prepare(ActionType.SUBMIT, pki.agent)
    desk = office.at(pki.agent)
    answers = all_at_once(
        [lambda: desk.send(prepared.operation, prepared.signed) for _ in range(CROWD)]
    )
    assert len({answer.receipt for answer in answers if isinstance(answer, Accepted)}) == 1
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert len(desk.record(errand.id).entries) == 1


def test_of_many_decisions_on_one_revision_one_wins_and_the_others_learn_whose(
    office: Office, pki: Pki
) -> None:
    errand = office.errand()
    errand.submit()
    grant = errand.take(pki.reviewer)
    decisions = [
        errand.prepare(action, pki.reviewer)
        for action in (ActionType.FORWARD, ActionType.RETURN, ActionType.REFUSE) * 3
    ]
    desk = office.at(pki.reviewer)
    answers = all_at_once(
        [lambda p=p: desk.send(p.operation, p.signed, grant.token) for p in decisions]  # type: ignore[misc]
    )
    kinds = Counter(type(answer).__name__ for answer in answers)
    assert kinds == {"Accepted": 1, "StaleRevision": 8}
    assert [entry.seq for entry in desk.record(errand.id).entries] == [1, 2]


def test_many_submissions_at_once_leave_no_gap_in_the_record(
    hub: HubProcess, office: Office, pki: Pki
) -> None:
    before = office.at(pki.auditor).tree_head().size
    errands = [office.errand() for _ in range(12)]
    prepared = [errand.prepare(ActionType.SUBMIT, pki.agent) for errand in errands]
    desk = office.at(pki.agent)
    all_at_once([lambda p=p: desk.send(p.operation, p.signed) for p in prepared])  # type: ignore[misc]
    positions = [office.at(pki.agent).record(errand.id).entries[0].position for errand in errands]
    assert sorted(positions) == list(range(before, before + 12))
    assert office.at(pki.auditor).tree_head().size == before + 12


def test_two_clients_upload_the_same_document_at_once(hub: HubProcess, pki: Pki) -> None:
    sealed = bytes(range(256)) * 8192
    desks = [hub.client(pki.agent.key) for _ in range(3)]

    def upload(desk: HubClient) -> str:
        return desk.upload(sealed)

    digests = all_at_once([lambda desk=desk: upload(desk) for desk in desks])  # type: ignore[misc]
    assert len(set(digests)) == 1
    for desk in desks:
        desk.close()
