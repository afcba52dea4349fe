"""Opening the memory: one window at a time, the right key, a form that is known."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from station.store import Store
from station.store.database import FORM, NAME
from station.store.errors import (
    DiskFailing,
    MemoryInUse,
    MemoryTooNew,
    RecordDamaged,
    WrongKey,
)
from tests.helpers.desk_memory import NOW, OTHER_KEY, a_draft, named, open_store, paper

ROOT = Path(__file__).resolve().parents[3]

_SECOND_WINDOW = """
import sys
from pathlib import Path
from station.errors import StoreError
from tests.helpers.desk_memory import open_store
try:
    open_store(Path(sys.argv[1]))
except StoreError as error:
    print(error.code, error.facts["process"])
"""


def test_a_second_window_is_told_which_process_has_the_memory(store: Store) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _SECOND_WINDOW, str(store.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == ["MemoryInUse", str(os.getpid())]


def test_the_same_process_does_not_open_it_twice_either(store: Store) -> None:
    with pytest.raises(MemoryInUse):
        open_store(store.folder)
    store.save_draft(a_draft())  # the first one goes on undisturbed


def test_closing_lets_the_next_one_in(folder: Path) -> None:
    store = open_store(folder)
    store.close()
    store.close()
    open_store(folder).close()


def test_a_child_process_that_outlives_us_does_not_keep_the_memory_locked(folder: Path) -> None:
    with open_store(folder):
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False
        )
    try:
        open_store(folder).close()
    finally:
        child.communicate(b"\n")


def test_another_key_opens_nothing_and_changes_nothing(folder: Path) -> None:
    with open_store(folder) as store:
        store.save_draft(a_draft())
        page = store.add_page(a_draft().id, "form", paper(1), NOW, "camera")

    with pytest.raises(WrongKey):
        open_store(folder, key=OTHER_KEY)
    (folder / NAME).unlink()
    with pytest.raises(WrongKey):
        open_store(folder, key=OTHER_KEY)

    with open_store(folder) as store:
        assert store.page_original(page.id) == paper(1)


def test_a_memory_from_a_newer_program_is_left_alone(folder: Path) -> None:
    open_store(folder).close()
    with closing(sqlite3.connect(folder / NAME)) as database:
        database.execute(f"PRAGMA user_version={FORM + 1}")
    before = (folder / NAME).read_bytes()

    with pytest.raises(MemoryTooNew):
        open_store(folder)
    assert (folder / NAME).read_bytes() == before


def test_a_folder_that_cannot_be_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("not a folder")
    with pytest.raises(DiskFailing) as told:
        open_store(tmp_path / "a file" / "station")
    assert "a file" in told.value.sentence("zh")


def test_every_commit_waits_for_the_disk(store: Store) -> None:
    assert store._database.pragma("synchronous") == 2, "FULL"
    assert store._database.row("PRAGMA journal_mode")["journal_mode"] == "wal"  # type: ignore[index]


def test_many_threads_save_at_once_and_nothing_is_lost_or_mixed(store: Store) -> None:
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            draft = a_draft(number)
            for turn in range(5):
                draft = named(draft, f"{number}-{turn}")
                store.save_draft(draft)
                store.add_page(draft.id, "form", paper(number * 10 + turn), NOW, "camera")
                store.log.add(NOW, "P1001", "saved")
                store.next_serial(NOW.date())
        except Exception as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert store.next_serial(NOW.date()) == 31
    assert {draft.applicant.name for draft in store.drafts()} == {f"{n}-4" for n in range(1, 7)}
    for number in range(1, 7):
        kept = [store.page_original(page.id) for page in store.pages(a_draft(number).id)]
        assert kept == [paper(number * 10 + turn) for turn in range(5)]
    store.log.check()


def test_one_spoilt_record_keeps_nobody_from_the_others(folder: Path) -> None:
    with open_store(folder) as store:
        store.save_draft(a_draft(1))
        store.save_draft(a_draft(2))
    with closing(sqlite3.connect(folder / NAME)) as database:
        database.execute(
            "UPDATE draft SET payload=substr(payload, 1, 40) || x'00' || substr(payload, 42)"
            " WHERE id=?",
            (a_draft(1).id,),
        )
        database.commit()

    with open_store(folder) as store:
        assert store.drafts() == (a_draft(2),)
        assert store.damage() == (f"draft {a_draft(1).id}",)
        with pytest.raises(RecordDamaged) as told:
            store.draft(a_draft(1).id)
        assert "抢救" in told.value.sentence("zh")
