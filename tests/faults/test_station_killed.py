"""The desk's process is killed in the middle of its work, again and again: nothing is lost.

Real processes and a real ``kill -9``. What the process said was done before it died must be
there, whole and newest; what it was doing is there whole or not at all.
"""

import hashlib
import json
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from station.store import EntryState, Store
from tests.helpers.broken import snapshots_of
from tests.helpers.busy_desk import digest
from tests.helpers.desk_memory import (
    NOW,
    a_draft,
    a_submission,
    as_parcels,
    named,
    open_store,
    paper,
    submission_id,
)

ROOT = Path(__file__).resolve().parents[2]
_ORDER = {"queue": 1, "upload": 2, "commit": 3, "accept": 4}
_REACHED = {
    EntryState.QUEUED: 1,
    EntryState.UPLOADING: 2,
    EntryState.COMMITTING: 3,
    EntryState.ACCEPTED: 4,
}


@dataclass
class Witness:
    """Remembers what a desk said was done, and looks whether it is."""

    drafts: dict[str, tuple[int, str]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    uploads: set[tuple[str, str]] = field(default_factory=set)
    serial: int = 0
    lines: int = 0

    def hear(self, line: str) -> None:
        fact: dict[str, Any] = json.loads(line)
        match fact["did"]:
            case "save":
                self.drafts[fact["id"]] = (fact["revision"], fact["digest"])
            case "page":
                self.pages[fact["id"]] = fact["sha256"]
            case "turn":
                self.turns[fact["id"]] = fact["revision"]
            case "upload":
                self.uploads.add((fact["id"], fact["parcel"]))
                self._reached(fact)
            case "queue" | "commit" | "accept":
                self._reached(fact)
            case "serial":
                assert fact["number"] > self.serial, "a case number was given twice"
                self.serial = fact["number"]
            case "log":
                self.lines = fact["number"]

    def _reached(self, fact: dict[str, Any]) -> None:
        now = _ORDER[fact["did"]]
        self.entries[fact["id"]] = max(now, self.entries.get(fact["id"], 0))

    def look(self, store: Store) -> None:
        """Everything that was said is so; everything that is there is whole."""
        assert store.damage() == ()
        for draft_id, (revision, content) in self.drafts.items():
            draft = store.draft(draft_id)
            assert draft.revision >= revision
            if draft.revision == revision:
                assert digest(draft) == content
        for page_id, sha256 in self.pages.items():
            assert hashlib.sha256(store.page_original(page_id)).hexdigest() == sha256
        for page_id, revision in self.turns.items():
            assert store.page(page_id).revision >= revision
        for entry_id, reached in self.entries.items():
            entry = store.outbox.get(entry_id)
            assert _REACHED[entry.state] >= reached
            if entry.state is EntryState.ACCEPTED:
                assert entry.receipt == b"receipt " + entry_id.encode()
                continue
            for parcel in entry.parcels:
                assert len(store.blob(parcel.sealed_sha256)) == parcel.size
                if (entry_id, parcel.sealed_sha256) in self.uploads:
                    assert parcel.is_uploaded
        for entry in store.outbox.entries():
            draft = store.draft(entry.queue)
            made_by = {submission_id(draft, revision) for revision in range(draft.revision + 1)}
            assert entry.id in made_by, "a case and its entry are saved in one step"
        assert len(store.log.lines()) >= self.lines
        store.log.check()
        assert not [name for name in (store.folder / "vault").iterdir() if name.suffix == ".part"]


def work_and_die(folder: Path, witness: Witness, luck: random.Random, *extra: str) -> int:
    """Lets a desk work in ``folder`` until it is killed; how much it said."""
    said = 0
    wanted = luck.randrange(1, 60)
    desk = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.busy_desk", str(folder), str(luck.random())[2:10]]
        + list(extra),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert desk.stdout is not None
    try:
        for line in desk.stdout:
            witness.hear(line)
            said += 1
            if said >= wanted and not extra:
                # Somewhere in what it does next: reading one line costs it about one step.
                for _ in range(luck.randrange(20_000)):
                    pass
                desk.kill()
    finally:
        desk.kill()
        desk.stdout.close()
        status = desk.wait()
    assert status == -9, "the desk was killed; it did not fall over by itself"
    return said


@pytest.mark.parametrize("seed", [1, 2])
def test_a_desk_that_is_killed_again_and_again_loses_nothing(tmp_path: Path, seed: int) -> None:
    luck, witness = random.Random(seed), Witness()
    folder = tmp_path / "station"
    said = 0
    for _ in range(10):
        said += work_and_die(folder, witness, luck)
        with open_store(folder) as store:
            witness.look(store)
    assert said > 100
    assert witness.drafts
    assert witness.pages
    assert 4 in witness.entries.values(), "some entries travelled all the way"


def test_a_desk_killed_just_before_a_step_of_its_disk_loses_nothing(tmp_path: Path) -> None:
    luck, witness = random.Random(3), Witness()
    folder = tmp_path / "station"
    for step in (3, 4, 5, 6, 9, 14):
        work_and_die(folder, witness, luck, str(step))
        with open_store(folder) as store:
            witness.look(store)
    assert witness.pages


def test_whatever_step_a_crash_falls_on_the_work_before_it_is_there(tmp_path: Path) -> None:
    """Every step of the disk in turn: a copy of the files there is what the next start finds."""
    folder, copies = tmp_path / "station", tmp_path / "copies"
    saved: list[tuple[int, str, bytes]] = []  # how many copies there were, page, its bytes
    with open_store(folder, snapshots_of(folder, copies)) as store:
        draft = a_draft()
        for number in range(4):
            draft = named(draft, f"任{number}")
            store.save_draft(draft)
            page = store.add_page(draft.id, "form", paper(number), NOW, "camera")
            saved.append((len(list(copies.iterdir())), page.id, paper(number)))
        sealed = (paper(7), paper(8))
        store.outbox.put(
            a_submission(draft, sealed), b"{}", b"cms", as_parcels(*sealed), NOW, draft=None
        )
        sending = store.outbox.claim(NOW)
        assert sending is not None
        with sending:
            sending.committing()
            sending.accepted(b"receipt")
        store.remove_page(page.id)
        store.discard_draft(draft.id)
        store.close_draft(draft.id)

    moments = sorted(copies.iterdir())
    assert len(moments) > 16
    closed = len(moments)
    for number, moment in enumerate(moments):
        with open_store(moment) as store:
            assert store.damage() == (), moment
            entries = store.outbox.entries()
            there = {p.id for p in (*store.pages(draft.id), *store.pages(draft.id, removed=True))}
            if not there and entries == () and number > saved[-1][0]:
                closed = min(closed, number)
            for when, page_id, data in saved:
                if number >= when and number < closed:
                    assert store.page_original(page_id) == data
            for entry in entries:
                if entry.state is not EntryState.ACCEPTED:
                    assert [store.blob(p.sealed_sha256) for p in entry.parcels] == [*sealed]
            # The next start finds nothing more to mend: what there was to finish is finished.
            kept = sorted(path.name for path in (moment / "vault").iterdir())
        with open_store(moment) as store:
            assert sorted(path.name for path in (moment / "vault").iterdir()) == kept
    assert closed < len(moments) - 1


def test_a_page_whose_saving_was_cut_off_after_its_file_is_offered_back(tmp_path: Path) -> None:
    folder, copies = tmp_path / "station", tmp_path / "copies"
    cut_off = tmp_path / "cut off"
    draft = a_draft()
    with open_store(folder, snapshots_of(folder, copies)) as store:
        store.save_draft(draft)
        page = store.add_page(draft.id, "form", paper(1), NOW, "camera", {"rotation": 90})
        store.add_page(draft.id, "form", paper(2), NOW, "camera")
    # The moment before the first row was written, with the first file already there.
    last_without = [c for c in sorted(copies.iterdir()) if not list((c / "vault").glob("page-*"))]
    last_without[-1].rename(cut_off)
    (folder / "vault" / f"page-{page.id}").rename(cut_off / "vault" / f"page-{page.id}")

    with open_store(cut_off) as store:
        assert store.loose_pages(draft) == (page,)
        assert store.page_original(page.id) == paper(1)
