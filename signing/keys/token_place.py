"""One PKCS#11 driver with what is open in it, and what is done when a token is torn out of it.

Below the provider (``pkcs11.py``) and above the driver's process (``token_driver.py``).
"""

from __future__ import annotations

import tempfile
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signing.errors import ExplainedError, KeyRemoved, PinLocked, PinWrong, SigningError
from signing.keys import piv
from signing.keys.protocol import KeySlot, PinState
from signing.keys.token_driver import TokenDriver
from signing.keys.token_errors import (
    CertificateChanged,
    DriverStuck,
    KeyNotOnToken,
    PinEmpty,
    PinWrongLastTry,
    TokenCannot,
    TokenFailed,
    TokenMissing,
)
from signing.keys.token_uri import TokenUri
from signing.keys.tokens import Token, TokenKey, read_token

_PASSES_WITH_A_NEW_PROCESS = (KeyRemoved, TokenFailed, KeyNotOnToken)
_SECONDS_TO_LOOK = 15.0  # slow cards take some seconds when they are read first
_SECONDS_TO_MISS_IT = 10.0
_REST_AFTER_STUCK = 30.0


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A private key in use: its number in the driver's process of that epoch."""

    token: Token
    number: int
    epoch: int
    mechanisms: frozenset[int]


class DriverPlace:
    """One driver with what is open in it."""

    def __init__(self, driver: TokenDriver) -> None:
        self.driver = driver
        self._in_use = 0
        self._lock = threading.Lock()
        self._stuck: tuple[float, DriverStuck] | None = None
        self._mistyped: set[str] = set()  # serials; not every driver counts before the last try

    def tokens(self, fresh: bool = False) -> list[Token]:
        if self._stuck is not None and time.monotonic() - self._stuck[0] < _REST_AFTER_STUCK:
            raise self._stuck[1]  # looks come every second: nobody waits for this one each time
        self._stuck = None
        try:
            try:
                found = self._look(fresh)
            except _PASSES_WITH_A_NEW_PROCESS:
                if self._in_use:
                    raise
                # A driver whose token was torn out may need to begin anew to see the next one.
                self.driver.start_anew()
                found = self._look(fresh)
        except DriverStuck as error:
            self._stuck = time.monotonic(), error
            raise
        return [
            read_token(self.driver.module, raw, mistyped=raw["serial"] in self._mistyped)
            for raw in found
        ]

    def _look(self, fresh: bool) -> Any:
        return self.driver.ask("tokens", fresh=fresh, most=_SECONDS_TO_LOOK)

    def open(self, uri: TokenUri, slot: KeySlot, pin: str) -> OpenedKey:
        self._stuck = None  # whoever typed a PIN is worth the wait
        for again in (True, False):
            token = next((t for t in self.tokens() if t.is_meant(uri)), None)
            if token is None:
                raise TokenMissing(where=slot.label, reason=uri.token or uri.serial or "—")
            key = next((k for k in token.keys if k.id == uri.id), None)
            if key is None or key.certificate != slot.certificate:
                raise CertificateChanged(holder=slot.label)
            try:
                return self.open_key(token, key.id, pin)
            except _PASSES_WITH_A_NEW_PROCESS:
                # The token was out and in again between two looks.
                if not again or self._in_use:
                    raise
                self.driver.start_anew()
        raise AssertionError  # the loop returns or raises

    def open_key(self, token: Token, id: bytes, pin: str) -> OpenedKey:
        with self._lock:
            answer = self._with_pin(
                "open", token, pin, slot=token.slot, serial=token.serial, label=token.label, id=id
            )
            if answer["number"] is None:
                raise KeyNotOnToken(where=token.name)
            self._in_use += 1
            return OpenedKey(
                token, answer["number"], self.driver.epoch, frozenset(answer["mechanisms"])
            )

    def change(self, do: str, token: Token, pin: str, **arguments: Any) -> Any:
        """Something that changes the token."""
        return self._with_pin(do, token, pin, slot=token.slot, **arguments)

    def use(self, do: str, key: OpenedKey, mechanism: int, data: bytes) -> bytes:
        """Signs or decrypts with an opened key."""
        if key.mechanisms and mechanism not in key.mechanisms:
            raise TokenCannot(where=key.token.name, call=do, code=f"CKM 0x{mechanism:04X}")
        raw: bytes = self.driver.ask(
            do, epoch=key.epoch, number=key.number, mechanism=mechanism, data=data
        )
        return raw

    def still_has(self, token: Token) -> bool:
        """Whether the token is there after something went wrong with it.

        Torn out and put in again, it is another one: whatever was open on it is not any more.
        """
        if self._in_use <= 1:  # nobody else's work is lost
            self.driver.start_anew()
        with suppress(ExplainedError):
            found = self.driver.ask("tokens", seconds=_SECONDS_TO_MISS_IT)
            return any((t["slot"], t["serial"]) == (token.slot, token.serial) for t in found)
        return False

    def leave(self, key: OpenedKey, *, removed: bool = False) -> None:
        """An opened key is not used any more, or ``removed``: gone with its token."""
        self._in_use -= 1
        if removed and not self._in_use:
            # Drivers keep memories of what was torn out (OpenSC: of its login); a new one has none.
            self.driver.start_anew()
            return
        with suppress(ExplainedError):  # its driver is gone: so is the key
            self.driver.ask("close", epoch=key.epoch, number=key.number)

    def _with_pin(self, do: str, token: Token, pin: str, **arguments: Any) -> Any:
        if token.pin_state is PinState.LOCKED:
            raise PinLocked
        if not pin and not token.types_on_reader:
            raise PinEmpty
        try:
            typed = None if token.types_on_reader else pin
            answer = self.driver.ask_with_pin(do, typed, **arguments)
        except PinWrong as error:
            self._mistyped.add(token.serial)
            raise self._after_a_wrong_pin(token, error) from None
        self._mistyped.discard(token.serial)
        return answer

    def _after_a_wrong_pin(self, token: Token, error: PinWrong) -> SigningError:
        """The error as it is to be told, now that the token knows of one try more."""
        with suppress(ExplainedError):
            for now in self.tokens():
                if (now.slot, now.serial) == (token.slot, token.serial):
                    if now.pin_state is PinState.LOCKED:
                        return PinLocked()
                    if now.pin_state is PinState.FINAL_TRY:
                        return PinWrongLastTry(tries_left=1)
        return error


def knowing(place: DriverPlace, key: TokenKey) -> DriverPlace:
    """The same driver in another process, told the public key of a PIV place without certificate;
    else it shows no key there. It ends when nobody uses the key any more."""
    with tempfile.NamedTemporaryFile(suffix=".der", delete=False) as file:
        file.write(key.public_key)
    told = DriverPlace(
        TokenDriver(place.driver.module, more={piv.key_file_word(key.id): file.name})
    )
    weakref.finalize(told, Path(file.name).unlink, missing_ok=True)
    return told
