"""Encryption at rest for a program's own memory: records locked with one key of this machine.

AES-256-GCM, a random 96-bit nonce for each record, and the record's place as associated data, so
that a record that was moved elsewhere does not open. A locked record is ``YL1`` + nonce + text +
tag. One key may lock 2^32 records before nonces are likely to meet (NIST SP 800-38D, section 8.3);
a station writes some thousand a day.

It protects what is copied without the key file: a backup, a lost data disk. It does not protect a
stolen PC on whose disk the key file lies; that is said in FORMATS.md too.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signing.errors import ExplainedError
from signing.files import write_whole
from signing.keys.protocol import DecryptionKey

_MARK = b"YL1"
_NONCE = 12
_KEY = 32


class LockerError(ExplainedError):
    """A locked record could not be opened."""


class RecordUnreadable(LockerError):
    what = "A stored record could not be opened."
    cause = "It is damaged, or was locked with another key."
    remedy = "Restore it from a backup together with its key file."
    zh = (
        "有一条保存的记录打不开。",
        "它损坏了，或者是用别的密钥锁的。",
        "请连同密钥文件一起从备份恢复。",
    )


class LockerKeyWrong(LockerError):
    what = "The key file {file} cannot be used."
    cause = "{reason}"
    remedy = "Restore it from a backup; without it the stored cases cannot be read."
    zh = ("密钥文件 {file} 不能用。", "{reason}", "请从备份恢复；没有它，保存的办件就读不出来。")


class Locker:
    """Locks and unlocks records with one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY:
            raise ValueError("a locker key has 32 bytes")
        self._cipher = AESGCM(key)

    def lock(self, plaintext: bytes, context: bytes) -> bytes:
        """The record, locked for the place that ``context`` names."""
        nonce = os.urandom(_NONCE)
        return _MARK + nonce + self._cipher.encrypt(nonce, plaintext, context)

    def unlock(self, locked: bytes, context: bytes) -> bytes:
        """The record again; ``RecordUnreadable`` when a bit, the key or the place is wrong."""
        if not locked.startswith(_MARK) or len(locked) < len(_MARK) + _NONCE + 16:
            raise RecordUnreadable
        start = len(_MARK) + _NONCE
        try:
            return self._cipher.decrypt(locked[len(_MARK) : start], locked[start:], context)
        except InvalidTag as error:
            raise RecordUnreadable from error


def open_locker(key_file: Path) -> Locker:
    """The locker of this key file; the file is made, readable by the owner alone, if missing."""
    try:
        key = key_file.read_bytes()
    except FileNotFoundError:
        key = os.urandom(_KEY)
        key_file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(key_file, key, mode=0o600)
    except OSError as error:
        raise LockerKeyWrong(file=key_file, reason=error.strerror or error) from error
    if len(key) != _KEY:
        raise LockerKeyWrong(file=key_file, reason=f"{len(key)} bytes, not {_KEY}")
    return Locker(key)


def recovery_copy(key_file: Path, to: Sequence[bytes]) -> bytes:
    """The locker's key, sealed for the certificates ``to`` (DER); to be kept somewhere else.

    Raises ``LockerKeyWrong`` when there is no such key, ``CannotReceive`` for a certificate that
    nothing can be sealed to.
    """
    from signing.envelope import seal_bytes

    try:
        key = key_file.read_bytes()
    except OSError as error:
        raise LockerKeyWrong(file=key_file, reason=error.strerror or error) from error
    if len(key) != _KEY:
        raise LockerKeyWrong(file=key_file, reason=f"{len(key)} bytes, not {_KEY}")
    return seal_bytes(key, to)


def restore_key(copy: bytes, holder: DecryptionKey, key_file: Path) -> None:
    """Puts the key back from a recovery copy; never over another key that is there.

    Raises ``NotForThisKey``, ``EnvelopeDamaged`` or ``LockerKeyWrong``.
    """
    from signing.envelope import open_bytes

    key = open_bytes(copy, holder)
    if key_file.exists() and key_file.read_bytes() != key:
        raise LockerKeyWrong(file=key_file, reason="another key is there")
    Locker(key)
    key_file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(key_file, key, mode=0o600)
