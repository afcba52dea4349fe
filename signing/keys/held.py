"""A key that stays the same thing to all who hold it, while it is pulled out and opened again.

Whoever signs in hands the key to many: the desk, the client of the hub, a batch under way. Pulled
out and put back, a token wants its PIN once more, and the opened key is another one; nobody but
these wrappers has to know. Whose key it is cannot change: another certificate is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, Self, TypeVar

from signing.certificates import holder_of
from signing.errors import KeyRemoved, KeyUnavailable, PinLocked, PinWrong
from signing.keys.protocol import DecryptionKey, SigningKey
from signing.keys.token_errors import CertificateChanged

K = TypeVar("K", bound=SigningKey | DecryptionKey)
_NOT_OPEN_ANY_MORE = (KeyRemoved, KeyUnavailable, PinWrong, PinLocked)


class _Held(Generic[K]):
    """``place`` names the token that the key is on, "" for a file.

    ``lost``: it was pulled out, or failed as a key does whose session is gone; until ``take`` it
    signs nothing.
    """

    def __init__(self, key: K, place: str = "") -> None:
        self._key = key
        self.place = place
        self.lost = False

    @property
    def certificate(self) -> bytes:
        return self._key.certificate

    def take(self, other: Self) -> None:
        """Goes on with the same key, as ``other`` has it open; ``CertificateChanged`` if it is not
        the same."""
        if other.certificate != self.certificate:
            raise CertificateChanged(holder=holder_of(self.certificate).label)
        self._key.close()
        self._key, self.lost = other._key, False

    def close(self) -> None:
        self._key.close()

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except _NOT_OPEN_ANY_MORE:
            self.lost = True
            raise


class HeldKey(_Held[SigningKey]):
    """A ``SigningKey`` that can be opened again in its place."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self._key.chain

    @property
    def algorithm(self) -> str:
        with self._noticing():
            return self._key.algorithm

    def sign(self, data: bytes, digest: str = "sha256") -> bytes:
        with self._noticing():
            return self._key.sign(data, digest)


class HeldDecryptionKey(_Held[DecryptionKey]):
    """A ``DecryptionKey`` that can be opened again in its place."""

    def unwrap(self, wrapped: bytes) -> bytes:
        with self._noticing():
            return self._key.unwrap(wrapped)
