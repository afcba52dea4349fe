"""Drafts: saved at every change, found again as they were, never overtaken by an older hand."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from station.domain.drafts import DraftState
from station.store import Store
from station.store.errors import DraftNotHere, DraftOvertaken, DraftStillSending
from tests.helpers.desk_memory import NOW, a_draft, a_submission, as_parcels, named, open_store


def test_a_saved_case_lies_there_after_a_restart_with_everything_in_it(folder: Path) -> None:
    draft = a_draft()
    with open_store(folder) as store:
        store.save_draft(draft)

    with open_store(folder) as store:
        assert store.draft(draft.id) == draft
        assert store.drafts() == (draft,)


def test_the_last_state_saved_is_the_one_that_counts(store: Store) -> None:
    draft = a_draft()
    for name in ("任", "任春", "任春早"):
        draft = named(draft, name)
        store.save_draft(draft)

    assert store.draft(draft.id).applicant.name == "任春早"
    assert len(store.drafts()) == 1


def test_an_older_state_never_covers_a_newer_one(store: Store) -> None:
    old = a_draft()
    new = named(old, "任春早（新）")
    store.save_draft(new)

    with pytest.raises(DraftOvertaken):
        store.save_draft(old)
    with pytest.raises(DraftOvertaken):
        store.save_draft(named(old, "另一只手"))

    assert store.draft(old.id) == new


def test_saving_the_same_state_twice_is_saving_it_once(store: Store) -> None:
    store.save_draft(a_draft())
    store.save_draft(a_draft())
    assert store.draft(a_draft().id) == a_draft()


def test_cases_come_by_state_with_the_last_changed_first(store: Store) -> None:
    first, second, third = (a_draft(n, at=NOW + timedelta(minutes=n)) for n in (1, 2, 3))
    back = replace(third, state=DraftState.RETURNED)
    for draft in (second, first, back):
        store.save_draft(draft)

    assert store.drafts((DraftState.OPEN,)) == (second, first)
    assert store.drafts((DraftState.RETURNED,)) == (back,)
    assert store.drafts() == (back, second, first)
    assert store.drafts(()) == ()


def test_case_numbers_are_counted_by_day_and_never_given_twice(folder: Path) -> None:
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    with open_store(folder) as store:
        assert [store.next_serial(monday) for _ in range(3)] == [1, 2, 3]
    with open_store(folder) as store:
        assert store.next_serial(monday) == 4
        assert store.next_serial(tuesday) == 1


def test_a_discarded_case_is_out_of_sight_and_can_come_back(store: Store) -> None:
    draft = a_draft()
    store.save_draft(draft)

    store.discard_draft(draft.id)
    assert store.drafts() == ()
    with pytest.raises(DraftNotHere):
        store.draft(draft.id)
    assert store.discarded_drafts() == (draft,)

    assert store.restore_draft(draft.id) == draft
    assert store.drafts() == (draft,)


def test_a_late_save_brings_no_ghost_of_a_closed_case_back(store: Store) -> None:
    draft = a_draft()
    store.save_draft(draft)
    store.close_draft(draft.id)

    with pytest.raises(DraftNotHere):
        store.save_draft(named(draft, "鬼"))
    assert store.drafts() == ()


def test_closing_a_case_takes_its_pages_ink_and_documents_and_nobody_elses(store: Store) -> None:
    mine, other = a_draft(1), a_draft(2)
    store.save_draft(mine)
    store.save_draft(other)
    page = store.add_page(mine.id, "id_card", b"original", NOW, "camera")
    ink = store.put_ink(mine.id, b"strokes")
    document = store.put_blob(b"dossier", mine.id)
    shared = store.put_blob(b"the same paper", mine.id)
    assert store.put_blob(b"the same paper", other.id) == shared
    kept = store.add_page(other.id, "id_card", b"another", NOW, "camera")

    store.close_draft(mine.id)

    assert store.pages(mine.id) == ()
    for gone in (lambda: store.page(page.id), lambda: store.ink(ink), lambda: store.blob(document)):
        with pytest.raises(KeyError):
            gone()
    assert store.blob(shared) == b"the same paper"
    assert store.page_original(kept.id) == b"another"
    assert store.damage() == ()
    assert len(list((store.folder / "vault").iterdir())) == 2


def test_a_case_on_its_way_cannot_be_closed(store: Store) -> None:
    draft = a_draft()
    store.save_draft(draft)
    store.outbox.put(a_submission(draft), b"{}", b"cms", as_parcels(b"sealed"), NOW)

    with pytest.raises(DraftStillSending):
        store.close_draft(draft.id)
    assert store.draft(draft.id) == draft


def test_tidying_closes_only_what_was_discarded_long_ago(store: Store) -> None:
    old, fresh, open_one = a_draft(1), a_draft(2, at=NOW + timedelta(days=40)), a_draft(3)
    for draft in (old, fresh, open_one):
        store.save_draft(draft)
    store.discard_draft(old.id)
    store.discard_draft(fresh.id)

    assert store.tidy(before=NOW + timedelta(days=30)) == 1
    assert store.discarded_drafts() == (fresh,)
    assert store.drafts() == (open_one,)


def test_nothing_of_a_person_can_be_read_in_the_files(folder: Path) -> None:
    draft = a_draft()
    with open_store(folder) as store:
        store.save_draft(draft)
        store.add_page(draft.id, "id_card", "任春早的身份证".encode(), NOW, "camera")
        store.put_page_thumbnail(store.pages(draft.id)[0], "任春早".encode())
        store.outbox.put(a_submission(draft), "任春早".encode(), b"", as_parcels(b"sealed"), NOW)
        store.remember("last-name", "任春早")

    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for secret in ("任春早", "13800000000", "后段寨", "6217"):
        assert secret.encode() not in everything
        assert secret.encode("unicode-escape") not in everything
