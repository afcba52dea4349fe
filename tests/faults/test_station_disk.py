"""The desk's disk is full, read-only, failing or spoilt: told in one sentence, nothing lost."""

import errno
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing.locker import Locker
from station.domain.drafts import Draft, MaterialEntry
from station.errors import DiskFull, StoreError
from station.store import Rescue, rescue
from station.store.database import COPY, NAME
from station.store.errors import DiskFailing, MemoryDamaged
from tests.helpers.broken import FailingDisk, FullDisk, flip_bit
from tests.helpers.desk_memory import (
    KEY,
    NOW,
    a_draft,
    a_submission,
    as_parcels,
    named,
    open_store,
    paper,
)

ROOT = Path(__file__).resolve().parents[2]


# --- full, read-only, failing -------------------------------------------------------------------


def test_a_page_that_does_not_fit_leaves_nothing_behind_and_costs_no_other(tmp_path: Path) -> None:
    disk = FullDisk(room=10_000)
    with open_store(tmp_path / "station", disk) as store:
        draft = a_draft()
        store.save_draft(draft)
        first = store.add_page(draft.id, "form", paper(1), NOW, "camera")

        with pytest.raises(DiskFull) as told:
            store.add_page(draft.id, "form", paper(2, 50_000), NOW, "camera")
        assert "磁盘满了" in told.value.sentence("zh")
        assert store.pages(draft.id) == (first,)
        assert [file.name for file in (store.folder / "vault").iterdir()] == [f"page-{first.id}"]

        disk.room = 1 << 20
        again = store.add_page(draft.id, "form", paper(2, 50_000), NOW, "camera")
        assert store.page_original(again.id) == paper(2, 50_000)
        assert store.page_original(first.id) == paper(1)


def test_a_database_that_cannot_grow_keeps_every_saved_draft(tmp_path: Path) -> None:
    with open_store(tmp_path / "station") as store:
        draft = a_draft()
        store.save_draft(draft)
        pages = store._database.pragma("page_count")
        store._database._connection.execute(f"PRAGMA max_page_count={pages + 2}")

        long = draft
        with pytest.raises(DiskFull):
            for number in range(100):
                saved, long = long, named(long, "任" * 1000 * (number + 1))
                store.save_draft(long)

        assert store.draft(draft.id) == saved
        store._database._connection.execute("PRAGMA max_page_count=1073741823")
        store.save_draft(long)
        assert store.draft(draft.id) == long


_LIMITED = """
import resource, sys
from pathlib import Path
from station.errors import StoreError
from tests.helpers.desk_memory import NOW, a_draft, named, open_store, paper

store = open_store(Path(sys.argv[1]))
draft = a_draft()
store.save_draft(draft)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
try:
    store.add_page(draft.id, "form", paper(1, 200_000), NOW, "camera")
except StoreError as error:
    print("page", error.code)
try:
    for number in range(200):
        following = named(draft, "任" * 1000)
        store.save_draft(following)
        draft = following
except StoreError as error:
    print("draft", error.code, draft.revision)
assert store.draft(draft.id) == draft
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
store.save_draft(named(draft, "again"))
store.add_page(draft.id, "form", paper(1, 200_000), NOW, "camera")
store.close()
"""


def run_child(script: str, *arguments: object) -> list[list[str]]:
    """What a script printed, by line and word."""
    answer = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return [line.split() for line in answer.stdout.splitlines()]


def test_a_real_limit_on_what_may_be_written_is_a_full_disk(tmp_path: Path) -> None:
    page, draft = run_child(_LIMITED, tmp_path / "station")
    assert page == ["page", "DiskFull"]
    assert draft[:2] == ["draft", "DiskFull"]
    with open_store(tmp_path / "station") as store:
        (saved,) = store.drafts()
        assert saved.revision == int(draft[2]) + 1
        assert saved.applicant.name == "again"
        (kept,) = store.pages(saved.id)
        assert store.page_original(kept.id) == paper(1, 200_000)


_READ_ONLY = """
import os, sys
from pathlib import Path
from station.errors import StoreError
from tests.helpers.desk_memory import open_store

if os.geteuid() == 0:
    os.setuid(65534)  # nobody: root is not held up by permissions
try:
    open_store(Path(sys.argv[1]))
except StoreError as error:
    print(error.code)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users may look into; pytest's own are for its user alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_may_only_be_read_is_told_and_left_alone(public_folder: Path) -> None:
    folder = public_folder / "station"
    with open_store(folder) as store:
        store.save_draft(a_draft())
    before = (folder / NAME).read_bytes()
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)

    assert run_child(_READ_ONLY, folder) == [["MemoryReadOnly"]]

    assert (folder / NAME).read_bytes() == before


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_whichever_step_of_the_disk_fails_nothing_half_done_is_visible(
    tmp_path: Path, code: int
) -> None:
    for step in range(1, 12):
        folder = tmp_path / f"{step}"
        with open_store(folder) as store:
            store.save_draft(a_draft())
            kept = store.add_page(a_draft().id, "form", paper(1), NOW, "camera")
        disk = FailingDisk(at=step, code=code)
        failed = ""
        try:
            with open_store(folder, disk) as store:
                store.add_page(a_draft().id, "form", paper(2), NOW, "camera")
                sealed = (paper(3), paper(4))
                store.outbox.put(
                    a_submission(a_draft(), sealed), b"{}", b"c", as_parcels(*sealed), NOW
                )
        except StoreError as error:
            failed = error.code
        assert bool(failed) == (disk.steps >= step)

        with open_store(folder) as store:
            assert store.damage() == ()
            assert store.page_original(kept.id) == paper(1)
            assert len(store.pages(a_draft().id)) in (1, 2)
            for entry in store.outbox.entries():
                assert [store.blob(p.sealed_sha256) for p in entry.parcels] == [*sealed]
            names = [file.name for file in (folder / "vault").iterdir()]
            assert not [name for name in names if name.endswith(".part")]


def test_a_failing_disk_is_not_called_a_full_one(tmp_path: Path) -> None:
    disk = FailingDisk(at=4, code=errno.EIO)  # the folders, then the file, then its name
    with open_store(tmp_path / "station", disk) as store, pytest.raises(DiskFailing):
        store.add_page("d1", "form", paper(1), NOW, "camera")


# --- spoilt bytes, and the rescue ---------------------------------------------------------------


def a_used_memory(folder: Path) -> list[Draft]:
    """A memory with a day's work from before the last start; the drafts in it."""
    drafts = []
    with open_store(folder) as store:
        for number in range(1, 25):
            draft = a_draft(number, at=NOW + timedelta(minutes=number))
            store.next_serial(NOW.date())
            page = store.add_page(draft.id, "form", paper(number), NOW, "camera")
            draft = replace(draft, materials={"form": MaterialEntry(pages=(page.id,))})
            store.save_draft(draft)
            store.log.add(NOW, "P1001", "opened", draft.number)
            drafts.append(draft)
        sealed = (paper(100),)
        store.outbox.put(a_submission(drafts[0], sealed), b"{}", b"cms", as_parcels(*sealed), NOW)
    open_store(folder).close()  # the start of the next day makes the copy
    return drafts


def everything_is_back(folder: Path, drafts: list[Draft]) -> Rescue:
    """Rescues and looks: all the work from before the last start is there."""
    saved = rescue(folder, Locker(KEY), NOW)
    with open_store(folder) as store:
        assert store.damage() == ()
        assert {draft.id for draft in store.drafts()} >= {draft.id for draft in drafts}
        for number, draft in enumerate(drafts, start=1):
            back = store.draft(draft.id)
            assert back.revision >= draft.revision
            (page,) = store.pages(draft.id)
            assert store.page_original(page.id) == paper(number)
            assert store.loose_pages(draft) == ()
        (entry,) = store.outbox.entries()
        assert store.blob(entry.parcels[0].sealed_sha256) == paper(100)
        assert store.next_serial(NOW.date()) > len(drafts), "no case number is given again"
        store.log.check()
    return saved


def test_a_database_of_nothing_but_noise_is_told_and_rescued(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    (folder / NAME).write_bytes(random.Random(1).randbytes(200_000))

    with pytest.raises(MemoryDamaged) as told:
        open_store(folder)
    assert "抢救" in told.value.sentence("zh")

    saved = everything_is_back(folder, drafts)
    assert (saved.drafts, saved.pages, saved.entries, saved.lost) == (24, 24, 1, ())
    assert (saved.aside / NAME).stat().st_size == 200_000, "the damaged file is kept"


def test_a_flipped_bit_anywhere_in_the_database_is_never_served(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    said = {draft.id: draft for draft in drafts}
    sound = (folder / NAME).read_bytes()
    luck = random.Random(7)
    found = 0
    for _ in range(40):
        (folder / NAME).write_bytes(sound)
        flip_bit(folder / NAME, luck.randrange(len(sound) * 8))
        try:
            with open_store(folder) as store:
                for draft in store.drafts():
                    assert draft == said[draft.id]
                for entry in store.outbox.entries():
                    assert (entry.statement, entry.signature) == (b"{}", b"cms")
                found += bool(store.damage())
                store.log.check()
        except StoreError:  # anything else would be a traceback on the agent's screen
            found += 1
    assert found > 10


@pytest.mark.parametrize("seed", range(6))
def test_wherever_the_database_is_spoilt_yesterdays_work_comes_back(
    tmp_path: Path, seed: int
) -> None:
    luck = random.Random(seed)
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    with open_store(folder) as store:  # and some work of today
        for draft in drafts[:5]:
            store.save_draft(named(draft, "今天改的"))
    data = bytearray((folder / NAME).read_bytes())
    for _ in range(3):
        start = luck.randrange(len(data) // 4096) * 4096
        data[start : start + 4096] = luck.randbytes(4096)
    (folder / NAME).write_bytes(data)

    everything_is_back(folder, drafts)


def test_when_only_the_first_page_is_spoilt_not_even_todays_work_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    today = [named(draft, "今天改的") for draft in drafts]
    with open_store(folder) as store:
        for draft in today:
            store.save_draft(draft)
    data = bytearray((folder / NAME).read_bytes())
    data[:4096] = bytes(4096)
    (folder / NAME).write_bytes(data)
    with pytest.raises(MemoryDamaged):
        open_store(folder)

    everything_is_back(folder, today)


def test_a_database_cut_short_is_told_and_rescued(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    data = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(data[: len(data) // 3])
    with pytest.raises(MemoryDamaged):
        open_store(folder)

    everything_is_back(folder, drafts)


def test_a_database_that_is_gone_is_rescued_from_copy_and_pages(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    (folder / NAME).unlink()
    everything_is_back(folder, drafts)


def test_with_database_and_copy_gone_the_pages_still_know_their_case(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    (folder / NAME).unlink()
    (folder / COPY).unlink()

    saved = rescue(folder, Locker(KEY), NOW)

    assert (saved.drafts, saved.pages) == (0, 24)
    with open_store(folder) as store:
        for number, draft in enumerate(drafts, start=1):
            (page,) = store.pages(draft.id)
            assert store.page_original(page.id) == paper(number)
            assert page.material == "form"


def test_a_spoilt_draft_goes_back_to_the_state_saved_before(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    draft = a_draft()
    newer, newest = named(draft, "上一次"), named(named(draft, "上一次"), "这一次")
    with open_store(folder) as store:
        for state in (draft, newer, newest):
            store.save_draft(state)
    with closing(sqlite3.connect(folder / NAME)) as database:
        database.execute(
            "UPDATE draft SET payload=zeroblob(100) WHERE revision=?", (newest.revision,)
        )
        database.commit()

    saved = rescue(folder, Locker(KEY), NOW)

    with open_store(folder) as store:
        assert store.draft(draft.id) == newer
    assert saved.lost == (f"draft {draft.id} revision {newest.revision}",)


def test_a_rescue_names_the_page_that_is_spoilt_and_keeps_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    with open_store(folder) as store:
        store.save_draft(a_draft())
        good, bad = (store.add_page(a_draft().id, "form", paper(n), NOW, "camera") for n in (1, 2))
    flip_bit(folder / "vault" / f"page-{bad.id}", 5000)

    saved = rescue(folder, Locker(KEY), NOW)

    assert saved.lost == (f"page-{bad.id}",)
    assert (saved.aside / f"page-{bad.id}").exists()
    with open_store(folder) as store:
        assert store.page_original(good.id) == paper(1)


def test_a_rescue_brings_no_closed_case_back(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    drafts = a_used_memory(folder)
    with open_store(folder) as store:
        store.close_draft(drafts[5].id)

    rescue(folder, Locker(KEY), NOW)

    with open_store(folder) as store:
        assert drafts[5].id not in {draft.id for draft in store.drafts()}
        assert store.pages(drafts[5].id) == ()
