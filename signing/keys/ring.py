"""All keys of one machine: those in files and those on tokens, as one place."""

from __future__ import annotations

from collections.abc import Sequence

from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.pkcs12 import Pkcs12Keys
from signing.keys.protocol import DecryptionKey, KeyProvider, KeySlot, SigningKey
from signing.keys.token_uri import SCHEME


class KeyRing:
    """A ``KeyProvider`` over key files and tokens; each keeps the ids it has."""

    def __init__(self, files: Pkcs12Keys, tokens: Pkcs11Keys) -> None:
        self.files, self.tokens = files, tokens

    def slots(self) -> Sequence[KeySlot]:
        """Tokens first: who plugs one in wants to use it."""
        return [*self.tokens.slots(), *self.files.slots()]

    def open(self, slot: KeySlot, pin: str) -> SigningKey:
        return self._place_of(slot).open(slot, pin)

    def open_decryption(self, slot: KeySlot, pin: str) -> DecryptionKey:
        return self._place_of(slot).open_decryption(slot, pin)

    def close(self) -> None:
        """Ends the drivers' processes."""
        self.tokens.close()

    def _place_of(self, slot: KeySlot) -> KeyProvider:
        return self.tokens if slot.id.startswith(SCHEME) else self.files
