"""The process that loads a PKCS#11 driver, so that nobody else has to.

Started by ``token_driver.TokenDriver`` as a plain script (no site packages: it is there in a few
hundredths of a second) with the driver's path. It reads questions and writes answers as JSON, one a
line, bytes in base64. It keeps the sessions and, as long as a key is open, that key's PIN: a
signature key that wants its PIN each time (CKA_ALWAYS_AUTHENTICATE) gets it here. When the one who
asks is gone it ends at once, even when the driver hangs.
"""

from __future__ import annotations

import base64
import hmac
import itertools
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # started by path, with nothing on the way but the standard library
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from signing.keys import cryptoki as ck
from signing.keys.cryptoki import Cryptoki, CryptokiError, NotADriver

_NOT_LOGGED_IN_ANY_MORE = 0x0B3  # CKR_SESSION_HANDLE_INVALID
_PIN_INCORRECT = 0x0A0
_TOKEN_NOT_PRESENT = 0x0E0

_CURVES = {  # DER of the curve's name
    "p256": bytes.fromhex("06082a8648ce3d030107"),
    "p384": bytes.fromhex("06052b81040022"),
    "ed25519": bytes.fromhex("06032b6570"),
}
_ED25519_BY_WORD = bytes.fromhex("130c656477617264733235353139")  # PrintableString of v3.0


@dataclass
class _Seen:
    """A token that was read once; the session tells whether it is still the same one."""

    session: int
    serial: str
    label: str
    content: dict[str, Any]


@dataclass
class _Open:
    """A private key in use."""

    slot: int
    session: int
    handle: int
    always: bool


class Tokens:
    """Every question that the process answers, by method name."""

    def __init__(self, module: str) -> None:
        self._driver = Cryptoki(module)
        self._seen: dict[int, _Seen] = {}
        self._open: dict[int, _Open] = {}
        self._pins: dict[int, bytes | None] = {}  # of the slots that are logged in
        self._numbers = itertools.count(1)

    def about(self) -> dict[str, Any]:
        return {"driver": self._driver.description()}

    def readers(self) -> list[dict[str, Any]]:
        """All slots, with or without a token."""
        with_token = set(self._driver.slots())
        return [
            {"slot": slot, "reader": self._driver.reader(slot), "token": slot in with_token}
            for slot in self._driver.slots(with_token=False)
        ]

    def tokens(self, fresh: bool = False) -> list[dict[str, Any]]:
        """Every token now present, with what can be seen without a PIN."""
        if not self._seen and not self._open:
            # Some drivers see a reader or token that came later only after starting anew.
            self._driver.finalize()
            self._driver.initialize()
        slots = self._driver.slots()
        for slot in set(self._seen) - set(slots):
            self._forget(slot)
        found = []
        for slot in slots:
            with suppress(CryptokiError):  # pulled between the two calls, or a blank card
                found.append(self._token(slot, fresh))
        return found

    def open(
        self, slot: int, serial: str, label: str, id: bytes, pin: bytes | None
    ) -> dict[str, Any]:
        """Logs in and finds the private key with this id; the number it is used by."""
        info = self._driver.token(slot)
        if (info.serial, info.label) != (serial, label):
            raise CryptokiError("C_GetTokenInfo", _TOKEN_NOT_PRESENT)
        session = self._driver.open_session(slot)
        try:
            self._log_in(slot, session, pin)
            handles = self._driver.find(
                session, [(ck.CKA_CLASS, ck.CKO_PRIVATE_KEY), (ck.CKA_ID, id)]
            )
            if not handles:
                return {"number": None}
            always = self._driver.flag(session, handles[0], ck.CKA_ALWAYS_AUTHENTICATE)
            mechanisms = self._driver.mechanisms(slot)
        except BaseException:
            self._end(slot, session)
            raise
        number = next(self._numbers)
        self._open[number] = _Open(slot, session, handles[0], always)
        return {"number": number, "always": always, "mechanisms": mechanisms}

    def sign(self, number: int, mechanism: int, data: bytes) -> bytes:
        key = self._key(number)
        with self._driver.signing(key.session, mechanism, key.handle) as made:
            self._log_in_again(key)
            return made(data)

    def decrypt(self, number: int, mechanism: int, data: bytes) -> bytes:
        key = self._key(number)
        with self._driver.decrypting(key.session, mechanism, key.handle) as made:
            self._log_in_again(key)
            return made(data)

    def close(self, number: int) -> None:
        key = self._open.pop(number, None)
        if key is not None:
            self._end(key.slot, key.session)

    # ---------------------------------------------------------------- making keys
    def generate(
        self, slot: int, pin: bytes | None, kind: str, id: bytes, label: str, decrypts: bool
    ) -> dict[str, Any]:
        """A key pair on the token whose private half can never leave it; the public half."""
        session = self._driver.open_session(slot, write=True)
        try:
            self._log_in(slot, session, pin)
            name = label.encode()
            public: ck.Attributes = [(ck.CKA_TOKEN, True), (ck.CKA_ID, id), (ck.CKA_LABEL, name)]
            private: ck.Attributes = [
                *public, (ck.CKA_PRIVATE, True), (ck.CKA_SENSITIVE, True),
                (ck.CKA_EXTRACTABLE, False), (ck.CKA_SIGN, not decrypts),
            ]  # fmt: skip
            public.append((ck.CKA_VERIFY, not decrypts))
            if decrypts:
                public.append((ck.CKA_ENCRYPT, True))
                private.append((ck.CKA_DECRYPT, True))
            if kind.startswith("rsa"):
                mechanism = ck.CKM_RSA_PKCS_KEY_PAIR_GEN
                public += [
                    (ck.CKA_MODULUS_BITS, int(kind[3:])),
                    (ck.CKA_PUBLIC_EXPONENT, b"\x01\x00\x01"),
                ]
            else:
                edwards = kind == "ed25519"
                mechanism = ck.CKM_EC_EDWARDS_KEY_PAIR_GEN if edwards else ck.CKM_EC_KEY_PAIR_GEN
                public.append((ck.CKA_EC_PARAMS, _CURVES[kind]))
            made, _ = self._driver.generate_pair(session, mechanism, public, private)
            return self._public_key(session, made)
        finally:
            self._end(slot, session)
            self._forget(slot)

    def store(self, slot: int, pin: bytes | None, id: bytes, certificate: dict[str, Any]) -> None:
        """Puts a certificate onto the token, in the place of others with this id if it has one."""
        session = self._driver.open_session(slot, write=True)
        try:
            self._log_in(slot, session, pin)
            template: ck.Attributes = [
                (ck.CKA_CLASS, ck.CKO_CERTIFICATE), (ck.CKA_CERTIFICATE_TYPE, ck.CKC_X_509),
                (ck.CKA_TOKEN, True), (ck.CKA_PRIVATE, False), (ck.CKA_ID, id),
                (ck.CKA_LABEL, certificate["label"].encode()),
                (ck.CKA_SUBJECT, certificate["subject"]), (ck.CKA_ISSUER, certificate["issuer"]),
                (ck.CKA_SERIAL_NUMBER, certificate["serial"]), (ck.CKA_VALUE, certificate["der"]),
            ]  # fmt: skip
            same: ck.Attributes = [(ck.CKA_CLASS, ck.CKO_CERTIFICATE), (ck.CKA_ID, id)]
            before = self._driver.find(session, same) if id else []
            self._driver.create(session, template)  # first: a token that is full keeps its old one
            for handle in before:
                self._driver.destroy(session, handle)
        finally:
            self._end(slot, session)
            self._forget(slot)

    def destroy(self, slot: int, pin: bytes | None, id: bytes) -> int:
        """Destroys the key pair and the certificates with this id; how many objects there were."""
        session = self._driver.open_session(slot, write=True)
        try:
            self._log_in(slot, session, pin)
            handles = self._driver.find(session, [(ck.CKA_ID, id)])
            for handle in handles:
                self._driver.destroy(session, handle)
            return len(handles)
        finally:
            self._end(slot, session)
            self._forget(slot)

    # ---------------------------------------------------------------- what lies on a token
    def _token(self, slot: int, fresh: bool) -> dict[str, Any]:
        info = self._driver.token(slot)
        seen = self._seen.get(slot)
        if (
            seen is not None
            and not fresh
            and (seen.serial, seen.label) == (info.serial, info.label)
        ):
            with suppress(CryptokiError):
                self._driver.check_session(seen.session)
                return {**seen.content, "flags": info.flags}
        self._forget(slot)
        session = self._driver.open_session(slot)
        content = {
            "slot": slot,
            "reader": self._driver.reader(slot),
            "label": info.label,
            "serial": info.serial,
            "manufacturer": info.manufacturer,
            "model": info.model,
            "certificates": [
                {
                    "id": self._driver.attribute(session, handle, ck.CKA_ID),
                    "label": self._word(session, handle),
                    "der": self._driver.attribute(session, handle, ck.CKA_VALUE),
                }
                for handle in self._driver.find(session, [(ck.CKA_CLASS, ck.CKO_CERTIFICATE)])
            ],
            "keys": [
                {
                    "id": self._driver.attribute(session, handle, ck.CKA_ID),
                    "label": self._word(session, handle),
                    **self._public_key(session, handle),
                }
                for handle in self._driver.find(session, [(ck.CKA_CLASS, ck.CKO_PUBLIC_KEY)])
            ],
        }
        self._seen[slot] = _Seen(session, info.serial, info.label, content)
        # Asked again: reading a card is what tells some drivers how many tries its PIN has left.
        return {**content, "flags": self._driver.token(slot).flags}

    def _word(self, session: int, handle: int) -> str:
        return ck.text_of(self._driver.attribute(session, handle, ck.CKA_LABEL))

    def _public_key(self, session: int, handle: int) -> dict[str, Any]:
        kind = self._driver.number(session, handle, ck.CKA_KEY_TYPE)
        if kind == ck.CKK_RSA:
            return {
                "type": "rsa",
                "modulus": self._driver.attribute(session, handle, ck.CKA_MODULUS),
                "exponent": self._driver.attribute(session, handle, ck.CKA_PUBLIC_EXPONENT),
            }
        if kind in (ck.CKK_EC, ck.CKK_EC_EDWARDS):
            curve = self._driver.attribute(session, handle, ck.CKA_EC_PARAMS)
            return {
                "type": "ec" if kind == ck.CKK_EC else "edwards",
                "curve": _CURVES["ed25519"] if curve == _ED25519_BY_WORD else curve,
                "point": self._driver.attribute(session, handle, ck.CKA_EC_POINT),
            }
        return {"type": "other"}

    # ---------------------------------------------------------------- logging in and out
    def _log_in(self, slot: int, session: int, pin: bytes | None) -> None:
        """A login holds for the whole token, so a second one would not be asked for its PIN."""
        if slot in self._pins and any(key.slot == slot for key in self._open.values()):
            known = self._pins[slot]
            if known is None or (pin is not None and hmac.compare_digest(known, pin)):
                return
            raise CryptokiError("C_Login", _PIN_INCORRECT)
        try:
            self._driver.login(session, pin)
        except CryptokiError as error:
            if error.code != ck.CKR_USER_ALREADY_LOGGED_IN:
                raise
            self._driver.logout(session)  # left over from a key that ended badly
            self._driver.login(session, pin)
        self._pins[slot] = pin

    def _log_in_again(self, key: _Open) -> None:
        if key.always:
            self._driver.login(key.session, self._pins.get(key.slot), ck.CKU_CONTEXT_SPECIFIC)

    def _key(self, number: int) -> _Open:
        key = self._open.get(number)
        if key is None:
            raise CryptokiError("C_Sign", _NOT_LOGGED_IN_ANY_MORE)
        return key

    def _end(self, slot: int, session: int) -> None:
        """Closes a session; the last one to leave the token logs out and forgets the PIN."""
        if not any(key.slot == slot for key in self._open.values()):
            self._pins.pop(slot, None)
            with suppress(CryptokiError):
                self._driver.logout(session)
        with suppress(CryptokiError):
            self._driver.close_session(session)

    def _forget(self, slot: int) -> None:
        seen = self._seen.pop(slot, None)
        if seen is not None:
            with suppress(CryptokiError):
                self._driver.close_session(seen.session)


def _plain(value: object) -> object:
    """Bytes as what JSON can carry."""
    if isinstance(value, bytes):
        return {"b64": base64.b64encode(value).decode("ascii")}
    raise TypeError(type(value))


def _bytes_again(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["b64"]) if value.keys() == {"b64"} else value


def encode(message: object) -> bytes:
    """A message as one line."""
    return json.dumps(message, default=_plain, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Any:
    """The message in one line."""
    return json.loads(line, object_hook=_bytes_again)


def answer_to(tokens: Callable[[], Tokens], question: dict[str, Any]) -> dict[str, Any]:
    """Does what is asked; a driver's failure is an answer too."""
    try:
        return {"answer": getattr(tokens(), question["do"])(**question["with"])}
    except CryptokiError as error:
        return {"failed": error.call, "code": error.code}
    except NotADriver as error:
        return {"not_a_driver": str(error)}


def main() -> None:
    """Answers until nobody asks any more."""
    # Ctrl+C at a terminal is meant for whoever asks, and lets it finish the file at hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Drivers print what they like; the line of answers is kept from them.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    module = sys.argv[1]
    made: list[Tokens] = []

    def tokens() -> Tokens:
        if not made:
            made.append(Tokens(module))
        return made[0]

    questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin.buffer:
            questions.put(line)
        os._exit(0)  # whoever asked is gone; a hanging driver is left to the system

    threading.Thread(target=listen, daemon=True).start()
    while True:
        answers.write(encode(answer_to(tokens, decode(questions.get()))))


if __name__ == "__main__":
    main()
