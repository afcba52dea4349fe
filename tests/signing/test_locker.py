"""Records at rest: opened only whole, in their own place, with their own key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from signing.errors import NotForThisKey
from signing.locker import (
    LockerKeyWrong,
    RecordUnreadable,
    open_locker,
    recovery_copy,
    restore_key,
)
from tests.helpers.pki import Pki


def test_a_record_opens_again_with_the_key_file_beside_it(tmp_path: Path) -> None:
    locked = open_locker(tmp_path / "keys" / "store.key").lock("李秀英".encode(), b"draft/1")

    assert "李秀英".encode() not in locked
    again = open_locker(tmp_path / "keys" / "store.key")
    assert again.unlock(locked, b"draft/1").decode() == "李秀英"


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_locker(tmp_path / "store.key")
    assert stat.S_IMODE((tmp_path / "store.key").stat().st_mode) == 0o600


def test_a_record_moved_changed_or_locked_elsewhere_does_not_open(tmp_path: Path) -> None:
    locker = open_locker(tmp_path / "a.key")
    locked = locker.lock(b"some words", b"draft/1")
    for place in range(len(locked)):
        bad = bytearray(locked)
        bad[place] ^= 1
        with pytest.raises(RecordUnreadable):
            locker.unlock(bytes(bad), b"draft/1")
    for wrong in (b"", b"YL1", locked[:-1]):
        with pytest.raises(RecordUnreadable):
            locker.unlock(wrong, b"draft/1")
    with pytest.raises(RecordUnreadable):
        locker.unlock(locked, b"draft/2")
    with pytest.raises(RecordUnreadable):
        open_locker(tmp_path / "b.key").unlock(locked, b"draft/1")


def test_the_same_words_never_look_the_same_twice(tmp_path: Path) -> None:
    locker = open_locker(tmp_path / "a.key")
    assert locker.lock(b"x", b"") != locker.lock(b"x", b"")


def test_a_spoilt_key_file_is_told_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "store.key").write_bytes(b"short")
    with pytest.raises(LockerKeyWrong):
        open_locker(tmp_path / "store.key")
    assert (tmp_path / "store.key").read_bytes() == b"short"


def test_a_lost_key_file_comes_back_from_the_countys_copy(pki: Pki, tmp_path: Path) -> None:
    key_file = tmp_path / "store.key"
    locked = open_locker(key_file).lock(b"draft", b"draft/1")
    copy = recovery_copy(key_file, [pki.county.certificate])
    with pytest.raises(NotForThisKey):
        restore_key(copy, pki.village.opening, tmp_path / "elsewhere.key")
    key_file.unlink()

    restore_key(copy, pki.county.opening, key_file)

    assert open_locker(key_file).unlock(locked, b"draft/1") == b"draft"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_recovery_copy_never_replaces_another_key(pki: Pki, tmp_path: Path) -> None:
    open_locker(tmp_path / "one.key")
    copy = recovery_copy(tmp_path / "one.key", [pki.county.certificate])
    other = open_locker(tmp_path / "other.key").lock(b"kept", b"x")
    with pytest.raises(LockerKeyWrong):
        restore_key(copy, pki.county.opening, tmp_path / "other.key")
    assert open_locker(tmp_path / "other.key").unlock(other, b"x") == b"kept"
    with pytest.raises(LockerKeyWrong):
        recovery_copy(tmp_path / "none.key", [pki.county.certificate])
