"""The outbox: one queue per case, every state explicit, nothing sent twice at the same time."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from station.domain.drafts import DraftState
from station.errors import DiskFull
from station.store import Entry, EntryState, Problem, Sending, Store
from station.store.errors import DraftOvertaken, EntryNotCancellable
from tests.helpers.broken import FullDisk
from tests.helpers.desk_memory import NOW, a_draft, a_submission, as_parcels, open_store, paper

NO_LINE = Problem(code="HubUnreachable", zh="网络不通。", en="No network.")
ODD = Problem(code="AnswerOdd", zh="答复看不懂。", en="The answer cannot be read.")
REFUSED = Problem(code="StaleRevision", zh="办件已经变了。", en="The case has changed.")


def queue(store: Store, number: int = 1, *, revision: int = 1) -> Entry:
    """Puts a submission of case ``number`` into the outbox."""
    draft = replace(a_draft(number), revision=revision)
    sealed = (paper(number * 100 + revision), b"sealed header %d" % number)
    return store.outbox.put(
        a_submission(draft, sealed), b'{"statement":1}', b"cms", as_parcels(*sealed), NOW
    )


def take(store: Store) -> Sending:
    """Claims the next entry, which must be there."""
    sending = store.outbox.claim(NOW)
    assert sending is not None
    return sending


def state(store: Store, entry: Entry) -> EntryState:
    return store.outbox.get(entry.id).state


def test_an_entry_travels_from_queued_to_accepted_and_keeps_the_receipt(folder: Path) -> None:
    with open_store(folder) as store:
        entry = queue(store)
        assert entry.state is EntryState.QUEUED
        with take(store) as sending:
            for parcel in sending.entry.parcels:
                data = store.blob(parcel.sealed_sha256)
                sending.uploaded(parcel.sealed_sha256, len(data) // 2, "/uploads/1")
                assert not all(parcel.is_uploaded for parcel in sending.entry.parcels)
                sending.uploaded(parcel.sealed_sha256, len(data), "/uploads/1")
            assert all(parcel.is_uploaded for parcel in sending.entry.parcels)
            sending.committing()
            sending.accepted(b"signed receipt")

    with open_store(folder) as store:
        done = store.outbox.get(entry.id)
        assert (done.state, done.receipt) == (EntryState.ACCEPTED, b"signed receipt")
        assert (done.statement, done.signature) == (b'{"statement":1}', b"cms")
        assert store.outbox.claim(NOW) is None
        for parcel in done.parcels:
            with pytest.raises(KeyError):
                store.blob(parcel.sealed_sha256)
        assert list((folder / "vault").iterdir()) == []


def test_a_half_sent_document_goes_on_where_it_stopped_after_a_restart(folder: Path) -> None:
    with open_store(folder) as store:
        entry = queue(store)
        with take(store) as sending:
            sending.uploaded(entry.parcels[0].sealed_sha256, 1000, "/uploads/7")

    with open_store(folder) as store:
        sending = take(store)
        first = sending.entry.parcels[0]
        assert (first.offset, first.location) == (1000, "/uploads/7")
        assert sending.entry.state is EntryState.UPLOADING


def test_two_senders_never_hold_the_same_entry(store: Store) -> None:
    entry = queue(store)
    first = store.outbox.claim(NOW)
    assert first is not None
    assert store.outbox.claim(NOW) is None
    with first:
        pass
    again = store.outbox.claim(NOW)
    assert again is not None
    assert again.entry.id == entry.id


def test_a_case_is_sent_in_its_order_and_a_stuck_one_holds_up_no_other(store: Store) -> None:
    first, behind = queue(store, 1), queue(store, 1, revision=2)
    other = queue(store, 2)

    with take(store) as sending:
        assert sending.entry.id == first.id
        sending.needs_you(REFUSED, refused=True)
    with take(store) as sending:
        assert sending.entry.id == other.id
        sending.accepted(b"receipt")
    assert store.outbox.claim(NOW) is None
    assert state(store, behind) is EntryState.QUEUED

    store.outbox.retry(first.id)
    with take(store) as sending:
        assert sending.entry.id == first.id
        sending.accepted(b"receipt")
    with take(store) as sending:
        assert sending.entry.id == behind.id


def test_a_waiting_entry_says_why_and_until_when_and_is_tried_then(store: Store) -> None:
    entry = queue(store)
    until = NOW + timedelta(seconds=30)
    with take(store) as sending:
        sending.wait(until, NO_LINE)

    waiting = store.outbox.get(entry.id)
    assert (waiting.state, waiting.until, waiting.problem, waiting.tries) == (
        EntryState.WAITING,
        until,
        NO_LINE,
        1,
    )
    assert store.outbox.wake_at() == until
    assert store.outbox.claim(until - timedelta(seconds=1)) is None
    assert store.outbox.claim(until) is not None


def test_when_the_line_is_back_nothing_waits_any_longer(store: Store) -> None:
    queue(store)
    with take(store) as sending:
        sending.wait(NOW + timedelta(minutes=5), NO_LINE)

    store.outbox.line_is_up()

    assert store.outbox.wake_at() is None
    assert store.outbox.claim(NOW) is not None


def test_an_entry_that_never_left_can_be_taken_back_with_those_behind_it(store: Store) -> None:
    draft = a_draft()
    store.save_draft(draft)
    signed = draft.changed(NOW, state=DraftState.SIGNED)
    entry = store.outbox.put(
        a_submission(signed), b"{}", b"cms", as_parcels(b"sealed"), NOW, draft=signed
    )
    behind = queue(store, 1, revision=9)
    assert store.draft(draft.id).state is DraftState.SIGNED

    store.outbox.cancel(entry.id, draft=signed.changed(NOW, state=DraftState.OPEN))

    assert state(store, entry) is state(store, behind) is EntryState.CANCELLED
    assert store.draft(draft.id).state is DraftState.OPEN
    assert store.outbox.claim(NOW) is None
    assert list((store.folder / "vault").iterdir()) == []


def test_what_may_have_reached_the_hub_cannot_be_taken_back(store: Store) -> None:
    entry = queue(store)
    with take(store) as sending:
        with pytest.raises(EntryNotCancellable):
            store.outbox.cancel(entry.id)  # it is being sent
        sending.committing()
        sending.wait(NOW, NO_LINE)  # the answer was lost
    with pytest.raises(EntryNotCancellable):
        store.outbox.cancel(entry.id)

    with take(store) as sending:
        sending.needs_you(ODD, refused=False)  # an answer that nobody understands
    with pytest.raises(EntryNotCancellable):
        store.outbox.cancel(entry.id)

    store.outbox.retry(entry.id)
    with take(store) as sending:
        sending.needs_you(REFUSED, refused=True)  # now the hub did answer, and said no
    store.outbox.cancel(entry.id)
    store.outbox.cancel(entry.id)
    assert state(store, entry) is EntryState.CANCELLED


def test_what_the_hub_has_cannot_be_taken_back(store: Store) -> None:
    entry = queue(store)
    with take(store) as sending:
        sending.accepted(b"receipt")
    with pytest.raises(EntryNotCancellable):
        store.outbox.cancel(entry.id)


def test_the_same_operation_is_queued_once_however_often_it_is_put(store: Store) -> None:
    assert queue(store) == queue(store)
    with take(store) as sending:
        sending.accepted(b"receipt")
    assert queue(store).state is EntryState.ACCEPTED
    assert list((store.folder / "vault").iterdir()) == []


def test_a_case_is_signed_and_queued_in_one_step_or_not_at_all(store: Store) -> None:
    store.save_draft(a_draft().changed(NOW).changed(NOW))
    stale = a_draft().changed(NOW, state=DraftState.SIGNED)

    with pytest.raises(DraftOvertaken):
        store.outbox.put(
            a_submission(stale), b"{}", b"cms", as_parcels(b"sealed"), NOW, draft=stale
        )

    assert store.outbox.entries() == ()
    assert store.draft(stale.id).state is DraftState.OPEN
    assert list((store.folder / "vault").iterdir()) == []


def test_a_disk_that_fills_while_queuing_leaves_no_half_entry(folder: Path) -> None:
    disk = FullDisk(room=5000)
    with open_store(folder, disk) as store:
        draft = a_draft()
        store.save_draft(draft)
        with pytest.raises(DiskFull):
            store.outbox.put(
                a_submission(draft), b"{}", b"cms", as_parcels(paper(1), paper(2)), NOW
            )
        assert store.outbox.entries() == ()
        assert list((folder / "vault").iterdir()) == []

        disk.room = 1 << 20
        entry = store.outbox.put(
            a_submission(draft), b"{}", b"cms", as_parcels(paper(1), paper(2)), NOW
        )
        assert [store.blob(p.sealed_sha256) for p in entry.parcels] == [paper(1), paper(2)]


def test_the_entries_of_one_case_or_one_state_can_be_listed(store: Store) -> None:
    first, second = queue(store, 1), queue(store, 2)
    with take(store) as sending:
        sending.needs_you(REFUSED, refused=True)
    assert [entry.id for entry in store.outbox.entries()] == [first.id, second.id]
    assert [entry.id for entry in store.outbox.entries(second.queue)] == [second.id]
    (stuck,) = store.outbox.entries(states=(EntryState.NEEDS_YOU,))
    assert stuck.problem == REFUSED
    assert all(state.word for state in EntryState)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_each_operation_is_accepted_once_and_in_its_cases_order(
    folder: Path, seed: int
) -> None:
    """A sender with bad luck: the line fails, the answer is lost, the program is restarted."""
    luck = random.Random(seed)
    hub: list[str] = []  # what took effect, in order
    expected: dict[str, list[str]] = {}
    now = NOW
    store = open_store(folder)
    todo = [(case, revision) for revision in (1, 2, 3) for case in (1, 2, 3)]
    while todo or any(not e.state.is_finished for e in store.outbox.entries()):
        now += timedelta(seconds=luck.randrange(1, 60))
        if todo and luck.random() < 0.5:
            case, revision = todo.pop(0)
            entry = queue(store, case, revision=revision)
            expected.setdefault(entry.queue, []).append(entry.id)
        sending = store.outbox.claim(now)
        if sending is None:
            continue
        with sending:
            for parcel in sending.entry.parcels:
                if luck.random() < 0.7:
                    sending.uploaded(parcel.sealed_sha256, parcel.size)
            if not all(parcel.is_uploaded for parcel in sending.entry.parcels):
                sending.wait(now + timedelta(seconds=luck.randrange(90)), NO_LINE)
                continue
            sending.committing()
            if sending.entry.id not in hub and luck.random() < 0.8:
                hub.append(sending.entry.id)
            answer_arrives = luck.random() < 0.7
            if answer_arrives and sending.entry.id in hub:
                sending.accepted(b"receipt")
        if luck.random() < 0.2:
            store.close()
            store = open_store(folder)
    store.close()

    for order in expected.values():
        assert [entry for entry in hub if entry in order] == order
    assert len(hub) == len(set(hub)) == 9


def test_a_problem_speaks_both_languages() -> None:
    problem = Problem.of(DiskFull(where="/data"))
    assert problem.code == "DiskFull"
    assert "磁盘满了" in problem.zh
    assert "is full" in problem.en
