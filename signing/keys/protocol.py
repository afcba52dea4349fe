"""What a private key must be able to do, wherever it lives.

The contract of every backend (a PKCS#12 file, a UKey behind PKCS#11 or SKF). No backend ever
hands out the private key itself. ``tests/contracts/test_keys.py`` holds each backend to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class PinState(StrEnum):
    """How near a key is to locking; known before the PIN is asked for."""

    OK = "ok"
    LOW = "low"
    FINAL_TRY = "final_try"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One key that could be opened, seen without its PIN.

    ``id`` is stable while the key is plugged in. ``certificate`` is DER. ``tries_left`` is None
    where the backend cannot tell. ``training`` keys may only be used for training.
    ``typed_on_reader``: the PIN is typed on the reader's own keys, and none is given to ``open``.
    """

    id: str
    label: str
    certificate: bytes
    pin_state: PinState = PinState.OK
    tries_left: int | None = None
    training: bool = False
    typed_on_reader: bool = False


@runtime_checkable
class SigningKey(Protocol):
    """An opened key that signs for one certificate.

    Calls may come from any one thread at a time. After ``close`` every call raises
    ``KeyUnavailable``. A token that was pulled raises ``KeyRemoved``.
    """

    @property
    def certificate(self) -> bytes:
        """The signer's certificate, DER."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The issuing certificates above it, DER, nearest first, the root last or absent."""

    @property
    def algorithm(self) -> str:
        """``rsa``, ``ecdsa``, ``ed25519`` or ``sm2``."""

    def sign(self, data: bytes, digest: str = "sha256") -> bytes:
        """Sign ``data`` (hashed here with ``digest``).

        Returns PKCS#1 v1.5 for RSA, DER (r, s) for ECDSA and SM2, the raw 64 bytes for Ed25519.
        """

    def close(self) -> None:
        """Forget the PIN and the session; may be called twice."""


@runtime_checkable
class DecryptionKey(Protocol):
    """An opened key that opens what was sealed for its certificate (RSA-OAEP-SHA256)."""

    @property
    def certificate(self) -> bytes:
        """The recipient's certificate, DER."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The content key inside ``wrapped``; ``EnvelopeDamaged`` when it cannot be had."""

    def close(self) -> None:
        """Forget the key; may be called twice."""


class KeyProvider(Protocol):
    """A place where keys are found: a folder of PKCS#12 files, the plugged tokens of a driver."""

    def slots(self) -> Sequence[KeySlot]:
        """The keys now present, in a stable order; an empty list when there are none."""

    def open(self, slot: KeySlot, pin: str) -> SigningKey:
        """Open for signing.

        Raises ``PinWrong`` (with the tries left), ``PinLocked`` or ``KeyRemoved``.
        """

    def open_decryption(self, slot: KeySlot, pin: str) -> DecryptionKey:
        """Open for unsealing. Raises as ``open``."""
