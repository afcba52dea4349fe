"""``station memory`` on the command line."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from signing.locker import Locker, open_locker
from station.__main__ import main
from station.store import Store
from station.store.database import NAME
from station.store.errors import PageDamaged
from tests.helpers.broken import flip_bit
from tests.helpers.desk_memory import NOW, a_draft, paper


@dataclass
class Machine:
    """A PC with one desk's memory."""

    folder: Path
    locker: Locker
    run: Callable[..., tuple[int, str, str]]

    def open(self) -> Store:
        return Store.open(self.folder, self.locker)


@pytest.fixture
def machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Machine:
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path))
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["station", "memory", *words])
        status = main()
        said = capsys.readouterr()
        return status, said.out, said.err

    desks = tmp_path / "station"
    return Machine(desks / "130430104213", open_locker(desks / "130430104213.key"), run)


def test_a_sound_memory_is_said_to_be_sound(machine: Machine) -> None:
    with machine.open() as store:
        store.save_draft(a_draft())
        store.add_page(a_draft().id, "form", paper(1), NOW, "camera")
    status, out, _ = machine.run("check")
    assert status == 0
    assert "✓" in out
    assert "1 件办件，1 张页面" in out


def test_a_damaged_database_is_told_with_what_to_run_and_that_mends_it(machine: Machine) -> None:
    with machine.open() as store:
        store.save_draft(a_draft())
    machine.open().close()  # the next start makes the copy
    (machine.folder / NAME).write_bytes(b"noise" * 1000)

    status, out, _ = machine.run("check")
    assert status == 1
    assert "station memory rescue" in out

    status, out, _ = machine.run("rescue")
    assert status == 0
    assert "坏文件放在" in out
    with machine.open() as store:
        assert store.drafts() == (a_draft(),)


def test_a_page_that_is_lost_for_good_is_named(machine: Machine) -> None:
    with machine.open() as store:
        page = store.add_page("d1", "form", paper(1), NOW, "camera")
    flip_bit(machine.folder / "vault" / f"page-{page.id}", 4000)

    status, out, _ = machine.run("check", "--json")
    assert status == 1
    assert json.loads(out)[0]["damaged"] == [f"page-{page.id}"]

    status, out, _ = machine.run("rescue", "--json")
    assert status == 1, "it has to be taken again"
    assert json.loads(out)[0]["lost"] == [f"page-{page.id}"]
    with machine.open() as store, pytest.raises(PageDamaged):
        store.page_original(page.id)


def test_a_memory_in_use_and_a_machine_without_any_are_one_sentence_each(
    machine: Machine,
) -> None:
    status, _, err = machine.run("check")
    assert status == 2
    assert "没有驿站的数据" in err
    with machine.open():
        status, _, err = machine.run("check")
    assert status == 2
    assert "另一个窗口" in err
    assert err.count("\n") == 1
