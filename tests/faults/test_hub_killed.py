"""The hub is killed (kill -9) at every step that touches its disk, and the case goes on."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from station.domain.cases import ActionType, CaseState
from station.wire import problems
from station.wire.client import HubAnswerUnclear, HubClient, HubUnreachable
from station.wire.messages import Accepted, SmsStatus
from station.wire.statements import check_head, check_receipt, check_record, sign_operation
from tests.helpers.crashing_hub import CrashingHub
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.office import TOWNSHIP_ONLY, Errand, Office, Prepared
from tests.helpers.pki import Person, Pki

GONE = (HubUnreachable, HubAnswerUnclear)
T = TypeVar("T")


@pytest.fixture
def hub(pki: Pki, tmp_path: Path) -> Iterator[CrashingHub]:
    with CrashingHub(pki.folder, tmp_path / "hub") as crashing:
        (tmp_path / "hub").mkdir()
        yield crashing


class Persistence:
    """Somebody who simply tries again whenever the hub was gone, as an outbox does."""

    def __init__(self, hub: CrashingHub, lives: Iterator[int]) -> None:
        self._hub = hub
        self._lives = lives
        self._running = False

    def __call__(self, work: Callable[[], T]) -> T:
        """Repeats ``work`` until it went through, starting the hub anew after each crash."""
        while True:
            if not self._running:
                self._running = self._hub.start(next(self._lives))
                continue
            try:
                return work()
            except GONE:
                self._hub.wait_until_dead()
                self._running = False

    def rest(self) -> None:
        """The hub lives on from here."""
        if self._running:
            self._hub.kill()
        self._running = self._hub.start()


def test_killed_at_every_step_the_hub_loses_nothing_and_does_nothing_twice(
    hub: CrashingHub, pki: Pki
) -> None:
    # Lives of different length, so that death comes at every place between two others: first
    # short ones, which never get farther than making keys, then longer ones, which answer.
    lives = itertools.chain(range(1, 60, 7), itertools.cycle(range(18, 50)))
    persist = Persistence(hub, lives)
    office = Office(hub, pki)
    errand = persist(lambda: office.errand(TOWNSHIP_ONLY))
    _carry_through(persist, errand, ActionType.SUBMIT, pki.agent)
    _carry_through(persist, errand, ActionType.RETURN, pki.reviewer)
    _carry_through(persist, errand, ActionType.RESUBMIT, pki.agent)
    _carry_through(persist, errand, ActionType.APPROVE, pki.reviewer)
    _carry_through(persist, errand, ActionType.DELIVER, pki.agent)

    places = {line.split(" of ")[1] for line in hub.crashes}
    assert len(hub.crashes) >= 18, hub.crashes
    assert {"identity.identity_of", "uploads.begin", "uploads.settle"} <= places, hub.crashes

    persist.rest()
    auditor = office.at(pki.auditor)
    file = auditor.case(errand.id)
    assert file.case.state is CaseState.DELIVERED
    assert file.case.rev == 5
    record = auditor.record(errand.id)
    assert [entry.seq for entry in record.entries] == [1, 2, 3, 4, 5]
    assert len(check_record(record, pki.trust)) == 5
    _all_told_once(auditor, hub, errand)
    head = auditor.tree_head()
    check_head(head, office.directory.hub_certificate)
    assert head.size == 5, "no operation twice, none lost"
    office.close()
    assert list((hub.data / "uploads").glob("*.part")) == []


def _carry_through(
    persist: Persistence, errand: Errand, action: ActionType, person: Person
) -> None:
    """One action, whatever happens to the hub meanwhile: documents, statement, receipt."""
    office = errand.office
    documents = errand.documents(action)
    operation = errand.operation(
        action, person, documents=tuple(document.ref for document in documents)
    )
    prepared = Prepared(operation, sign_operation(operation, person.key))

    def deliver() -> Accepted:
        try:
            return errand.deliver(prepared, person)
        except problems.LeaseLost:
            return errand.deliver(prepared, person, errand.take(person).token)
        except problems.DocumentMissing:
            # The hub died between the last byte and taking the document over.
            for document in documents:
                office.at(person).upload(document.sealed)
            return errand.deliver(prepared, person)

    for document in documents:
        persist(lambda sealed=document.sealed: office.at(person).upload(sealed))  # type: ignore[misc]
    accepted = persist(deliver)
    check_receipt(accepted, operation, prepared.signed, office.directory.hub_certificate)


def _all_told_once(auditor: HubClient, hub: CrashingHub, errand: Errand) -> None:
    cursor = -1
    while True:
        entries = auditor.sms(errand.id).entries
        if all(entry.status is SmsStatus.DELIVERED for entry in entries):
            break
        cursor = auditor.changes(cursor, wait=0.2).cursor
    told = [entry.template for entry in reversed(entries)]
    assert told == ["accepted", "returned", "approved"]
    lines = [
        json.loads(line)
        for line in (hub.data / "sms" / "outbox.jsonl").read_text("utf-8").splitlines()
        if line
    ]
    ids = [line["id"] for line in lines if errand.number in line["text"]]
    assert sorted(ids) == sorted(entry.id for entry in entries), "each message exactly once"


def test_a_hub_killed_in_the_middle_of_an_upload_goes_on_where_it_was(
    pki: Pki, tmp_path: Path
) -> None:
    sealed = os.urandom(6 << 20)
    with hub_process(pki.folder, tmp_path / "hub") as hub:

        def kill_half_way(so_far: int, total: int) -> None:
            if so_far > total // 2 and hub.running:
                while sum(part.stat().st_size for part in _parts(hub)) < 2 << 20:
                    pass  # what is sent may still be on its way through the machine's buffers
                hub.kill()

        with hub.client(pki.agent.key) as desk, pytest.raises(HubUnreachable):
            desk.upload(sealed, kill_half_way)
        assert [part.stat().st_size >= 2 << 20 for part in _parts(hub)] == [True]
        hub.start()
        with hub.client(pki.agent.key) as desk:
            steps: list[int] = []
            desk.upload(sealed, lambda so_far, total: steps.append(so_far))
            assert steps[0] >= 2 << 20, "what the hub had is still there"
            assert steps[-1] == len(sealed)


def _parts(hub: HubProcess) -> list[Path]:
    return list((hub.data / "uploads").glob("*.part"))


def test_a_killed_hub_comes_back_knows_its_sessions_and_repeats_its_answers(
    pki: Pki, tmp_path: Path
) -> None:
    with hub_process(pki.folder, tmp_path / "hub") as hub:
        office = Office(hub, pki)
        desk = office.at(pki.agent)
        before = desk.session
        errand = office.errand()
        prepared = errand.prepare(ActionType.SUBMIT, pki.agent)
        first = errand.deliver(prepared, pki.agent)
        hub.kill()
        assert (hub.data / "hub.json").exists(), "nobody had time to take it away"
        hub.start()
        again = desk.send(prepared.operation, prepared.signed)
        assert again == first, "the answer that got lost on the way is given again"
        assert desk.session is before, "the same token is still good"
        office.close()
