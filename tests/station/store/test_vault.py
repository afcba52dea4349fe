"""The vault: whole files, written once, on the disk before anybody is told so."""

import os
from pathlib import Path

import pytest

from signing.locker import Locker
from station.store import Store
from station.store.disk import RealDisk
from station.store.lock import Unreadable
from station.store.vault import Vault
from tests.helpers.broken import flip_bit
from tests.helpers.desk_memory import KEY, NOW, paper

NAME = "page-" + "0" * 32


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", Locker(KEY), RealDisk())


def test_a_file_says_itself_what_it_is(vault: Vault) -> None:
    vault.put(NAME, {"holder": "任春早"}, b"bytes")
    kept = vault.get(NAME)
    assert (kept.head, kept.data) == ({"holder": "任春早"}, b"bytes")
    assert vault.names() == [NAME]


@pytest.mark.parametrize("bit", [0, 5, 30, 200, 900, -1])
def test_no_flipped_bit_goes_unseen(vault: Vault, tmp_path: Path, bit: int) -> None:
    vault.put(NAME, {}, paper(1))
    flip_bit(tmp_path / "vault" / NAME, bit)
    with pytest.raises(Unreadable):
        vault.get(NAME)


@pytest.mark.parametrize("left", [0, 3, 18, 1000])
def test_a_file_cut_short_is_not_taken_for_whole(vault: Vault, tmp_path: Path, left: int) -> None:
    vault.put(NAME, {}, paper(1))
    file = tmp_path / "vault" / NAME
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(Unreadable):
        vault.get(NAME)


def test_names_from_outside_reach_no_other_folder(vault: Vault) -> None:
    for name in ("../station.sqlite", "page-../../x", "page-" + "0" * 31, "/etc/passwd"):
        with pytest.raises(KeyError):
            vault.get(name)


def test_the_bytes_are_synced_before_the_name_and_the_name_before_the_row(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace
    real_write = type(store._database).write

    def sync(handle: int) -> None:
        where = Path(f"/proc/self/fd/{handle}").readlink()
        steps.append(f"sync {'folder' if where.is_dir() else 'file'}")
        real_sync(handle)

    def replace(self: Path, target: Path) -> Path:
        steps.append("name")
        return real_replace(self, target)

    def write(self: object, statement: str, *values: object) -> int:
        if statement.startswith("INSERT OR IGNORE INTO page"):
            steps.append("row")
        return real_write(self, statement, *values)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(type(store._database), "write", write)
    store.add_page("d1", "form", paper(1), NOW, "camera")

    assert steps == ["sync file", "name", "sync folder", "row"]
