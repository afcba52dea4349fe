"""Keys on tokens (UKey, smart card, HSM) behind PKCS#11 drivers.

What a person has to know is settled before a PIN is typed: which tokens are there, whose keys they
hold, how near they are to locking. The private key never leaves the token; the driver runs in a
process of its own (``token_driver.py``), and every code it answers with is explained in one place
(``token_errors.py``). A key's id is its address (``token_uri.py``).
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from asn1crypto import algos, keys, x509

from signing.certificates import CertificateForOtherUse, Purpose, chain_of, holder_of
from signing.errors import (
    EnvelopeDamaged,
    ExplainedError,
    KeyRemoved,
    PinLocked,
    PinWrong,
    SigningError,
)
from signing.keys import piv
from signing.keys.cryptoki import CKM_ECDSA, CKM_EDDSA, CKM_RSA_PKCS, CKM_RSA_X_509
from signing.keys.oaep import without_oaep
from signing.keys.pkcs12 import KeyClosed, KeyKind
from signing.keys.protocol import KeySlot, PinState
from signing.keys.token_driver import TokenDriver
from signing.keys.token_errors import (
    CertificateChanged,
    DriverStuck,
    KeyNotOnToken,
    KeyOfUnknownKind,
    PinEmpty,
    PinWrongLastTry,
    TokenAmbiguous,
    TokenCannot,
    TokenFailed,
    TokenFull,
    TokenMissing,
    TokenWithoutCertificate,
)
from signing.keys.token_uri import TokenUri
from signing.keys.tokens import (
    Token,
    TokenKey,
    TokensSeen,
    family_of,
    read_public_key,
    read_token,
    slots_of,
)

_DIGEST_INFO = {  # RFC 8017, section 9.2, note 1
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
_ORDER_BYTES = {"secp256r1": 32, "secp384r1": 48}
_PASSES_WITH_A_NEW_PROCESS = (KeyRemoved, TokenFailed, KeyNotOnToken)
_SECONDS_TO_LOOK = 15.0  # slow cards take some seconds when they are read first
_SECONDS_TO_MISS_IT = 10.0
_REST_AFTER_STUCK = 30.0


class Pkcs11Keys:
    """The tokens of some drivers, as a ``KeyProvider``. ``close`` ends the drivers' processes.

    ``issuers`` gives the authorities' certificates (DER) known on this machine: few tokens have
    room for the chain above their own certificate. ``seconds`` is how long a driver may take.
    """

    def __init__(
        self,
        modules: Iterable[Path],
        issuers: Callable[[], Iterable[bytes]] = tuple,
        *,
        seconds: float = 30.0,
    ) -> None:
        self._places = [_Place(TokenDriver(module, seconds)) for module in modules]
        self._issuers = issuers
        self.management_key: bytes | None = None
        """What PIV cards want before they make a key or take a certificate."""

    def close(self) -> None:
        """Forgets every PIN and ends what runs; a later look starts it again."""
        for place in self._places:
            place.driver.close()

    @property
    def drivers(self) -> tuple[TokenDriver, ...]:
        """The drivers, in the order given."""
        return tuple(place.driver for place in self._places)

    # ---------------------------------------------------------------- what is there
    def look(self, *, fresh: bool = False) -> TokensSeen:
        """All tokens now plugged in; with ``fresh`` their content is read anew."""
        tokens: list[Token] = []
        problems = []
        for place in self._places:
            try:
                tokens += place.tokens(fresh)
            except ExplainedError as error:
                problems.append((place.driver.module, error))
        return TokensSeen(tuple(tokens), tuple(problems))

    def slots(self) -> Sequence[KeySlot]:
        """One slot per certificate with a key; what has no certificate is seen by ``look``."""
        found: dict[bytes, KeySlot] = {}
        for token in self.look().tokens:
            for slot in slots_of(token):
                found.setdefault(slot.certificate, slot)  # two drivers may see the same card
        return list(found.values())

    def find(self, uri: TokenUri) -> KeySlot:
        """The one key that signs and that ``uri`` names.

        Raises ``TokenMissing``, ``TokenAmbiguous``, ``TokenWithoutCertificate``, or why a driver
        that would have it cannot be asked.
        """
        tokens, where = self._meant(uri), uri.shown
        found = [
            (key, slot)
            for token in tokens
            for slot in slots_of(token)
            for key in token.keys
            if slot.id == token.uri(key).text()
            and (uri.id is None or uri.id == key.id)
            and (uri.object is None or uri.object == key.label)
        ]
        if not found:
            raise TokenWithoutCertificate(where="、".join(token.name for token in tokens))
        signs = [
            pair for pair in found
            if holder_of(pair[0].certificate).purpose in (Purpose.SIGN, Purpose.SEAL)
        ]  # fmt: skip
        # Two drivers may see the same card: then the first one does.
        once = {slot.certificate: (key, slot) for key, slot in reversed(signs or found)}
        found = list(once.values())
        if len(found) > 1:
            raise TokenAmbiguous(where=where, found="；".join(slot.id for _, slot in found))
        return found[0][1]

    def token(self, uri: TokenUri) -> Token:
        """The one token that ``uri`` names; raises as ``find``."""
        tokens = self._meant(uri, fresh=True)
        if len(tokens) > 1:
            addresses = "；".join(token.uri().text() for token in tokens)
            raise TokenAmbiguous(where=uri.shown, found=addresses)
        return tokens[0]

    def _meant(self, uri: TokenUri, *, fresh: bool = False) -> list[Token]:
        seen = self.look(fresh=fresh)
        tokens = [token for token in seen.tokens if token.is_meant(uri)]
        if not tokens:
            for module, problem in seen.problems:
                if uri.drives(module):
                    raise problem
            there = "、".join(token.name for token in seen.tokens) or "—"
            raise TokenMissing(where=uri.shown, reason=there)
        return tokens

    # ---------------------------------------------------------------- using keys
    def open(self, slot: KeySlot, pin: str) -> Pkcs11Key:
        """Opens for signing.

        ``slot`` carries the certificate that the work began with: a token that has another one
        now is refused (``CertificateChanged``), so that no batch is signed by two.
        """
        place, opened = self._open(slot, pin)
        above = (*opened.token.issuers, *self._issuers())
        return Pkcs11Key(slot.certificate, chain_of(slot.certificate, above), place, opened)

    def open_decryption(self, slot: KeySlot, pin: str) -> Pkcs11DecryptionKey:
        """Opens for unsealing, as ``open``; ``CertificateForOtherUse`` unless it is RSA."""
        TokenUri.read(slot.id)
        if family_of(x509.Certificate.load(slot.certificate).public_key) != "rsa":
            raise CertificateForOtherUse(holder=holder_of(slot.certificate).label)
        place, opened = self._open(slot, pin)
        return Pkcs11DecryptionKey(slot.certificate, place, opened)

    def _open(self, slot: KeySlot, pin: str) -> tuple[_Place, _Opened]:
        uri = TokenUri.read(slot.id)
        place = next((p for p in self._places if uri.drives(p.driver.module)), None)
        if place is None:
            raise TokenMissing(where=slot.id, reason=uri.module_path or "—")
        return place, place.open(uri, slot, pin)

    # ---------------------------------------------------------------- keys made on the token
    def make_key(
        self,
        token: Token,
        pin: str,
        kind: KeyKind,
        label: str,
        *,
        decrypts: bool = False,
        spared: Container[bytes] = (),
    ) -> TokenKey:
        """A new key pair on the token, not extractable; it has no certificate yet.

        ``spared`` are ids of keys there that wait for theirs.
        """
        if piv.is_piv(token):
            id = piv.free_place(token, decrypts=decrypts, spared=spared)
            made = piv.make(token, self.management_key, id, kind)
            return TokenKey(id, label, made, b"")
        id = secrets.token_bytes(8)
        raw = self._place(token).change(
            "generate", token, pin, kind=kind, id=id, label=label, decrypts=decrypts
        )
        return TokenKey(id, label, read_public_key(raw), b"")

    def open_bare(self, token: Token, key: TokenKey, pin: str) -> Pkcs11Key:
        """Opens a key that has no certificate yet, to sign the request for one."""
        place = self._place(token)
        if piv.is_piv(token):
            place = _knowing(place, key)
        opened = place.open_key(token, key.id, pin)
        return Pkcs11Key(b"", (), place, opened, key.public_key)

    def put_certificate(self, token: Token, pin: str, id: bytes, certificate: bytes) -> None:
        """Stores a certificate (DER) beside the key ``id``; an older one gives way to it.

        With ``id`` b"" it is an authority's, of the chain above.
        """
        if piv.is_piv(token):
            if not id:
                raise TokenFull(where=token.name, call="PIV", code="—")  # has no place for it
            piv.put(token, self.management_key, id, certificate)
            self._place(token).driver.start_anew()  # it reads a card once
            return
        parsed = x509.Certificate.load(certificate)
        self._place(token).change(
            "store", token, pin, id=id,
            certificate={
                "der": certificate,
                "label": holder_of(certificate).label,
                "subject": parsed.subject.dump(),
                "issuer": parsed.issuer.dump(),
                "serial": parsed["tbs_certificate"]["serial_number"].dump(),
            },
        )  # fmt: skip

    def destroy(self, token: Token, pin: str, id: bytes) -> None:
        """Destroys a key pair and its certificate for ever."""
        if piv.is_piv(token):
            piv.destroy(token, self.management_key, id)
            self._place(token).driver.start_anew()
            return
        self._place(token).change("destroy", token, pin, id=id)

    def _place(self, token: Token) -> _Place:
        return next(p for p in self._places if p.driver.module == token.module)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A private key in use: its number in the driver's process of that epoch."""

    token: Token
    number: int
    epoch: int
    mechanisms: frozenset[int]


class _Place:
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

    def open(self, uri: TokenUri, slot: KeySlot, pin: str) -> _Opened:
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

    def open_key(self, token: Token, id: bytes, pin: str) -> _Opened:
        with self._lock:
            answer = self._with_pin(
                "open", token, pin, slot=token.slot, serial=token.serial, label=token.label, id=id
            )
            if answer["number"] is None:
                raise KeyNotOnToken(where=token.name)
            self._in_use += 1
            return _Opened(
                token, answer["number"], self.driver.epoch, frozenset(answer["mechanisms"])
            )

    def change(self, do: str, token: Token, pin: str, **arguments: Any) -> Any:
        """Something that changes the token."""
        return self._with_pin(do, token, pin, slot=token.slot, **arguments)

    def use(self, do: str, key: _Opened, mechanism: int, data: bytes) -> bytes:
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

    def leave(self, key: _Opened, *, removed: bool = False) -> None:
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


def _knowing(place: _Place, key: TokenKey) -> _Place:
    """The same driver in another process, told the public key of a PIV place without certificate;
    else it shows no key there. It ends when nobody uses the key any more."""
    with tempfile.NamedTemporaryFile(suffix=".der", delete=False) as file:
        file.write(key.public_key)
    told = _Place(TokenDriver(place.driver.module, more={piv.key_file_word(key.id): file.name}))
    weakref.finalize(told, Path(file.name).unlink, missing_ok=True)
    return told


class _Use:
    """What an opened key on a token has, whatever it is opened for."""

    def __init__(self, certificate: bytes, place: _Place, opened: _Opened) -> None:
        self.certificate = certificate
        self._place = place
        self._opened: _Opened | None = opened
        self._removed = False

    def close(self) -> None:
        """Forgets the PIN and the session; may be called twice."""
        opened, self._opened = self._opened, None
        if opened is not None:
            self._place.leave(opened, removed=self._removed)

    def _do(self, do: str, mechanism: int, data: bytes) -> bytes:
        if self._removed:
            raise KeyRemoved
        if self._opened is None:
            raise KeyClosed(where=self._place.driver.name)
        try:
            return self._place.use(do, self._opened, mechanism, data)
        except (KeyRemoved, TokenFailed) as error:
            # Torn out in the middle of a signature, many a token only says that something failed.
            if isinstance(error, TokenFailed) and self._place.still_has(self._opened.token):
                raise
            self._removed = True  # put back in, it is opened anew and with its PIN
            self.close()
            raise KeyRemoved from None


class Pkcs11Key(_Use):
    """An opened key on a token; satisfies ``SigningKey``."""

    def __init__(
        self,
        certificate: bytes,
        chain: tuple[bytes, ...],
        place: _Place,
        opened: _Opened,
        public_key: bytes = b"",
    ) -> None:
        super().__init__(certificate, place, opened)
        self.chain = chain
        self._public_key = public_key

    @cached_property
    def _public(self) -> keys.PublicKeyInfo:
        if self._public_key:
            return keys.PublicKeyInfo.load(self._public_key)
        return x509.Certificate.load(self.certificate).public_key

    @property
    def algorithm(self) -> str:
        """``rsa``, ``ecdsa`` or ``ed25519``."""
        return family_of(self._public)

    def sign(self, data: bytes, digest: str = "sha256") -> bytes:
        """Signs ``data`` as ``SigningKey`` promises; hashing is done here, not on the token."""
        match self.algorithm:
            case "rsa":
                block = _DIGEST_INFO[digest] + hashlib.new(digest, data).digest()
                return self._do("sign", CKM_RSA_PKCS, block)
            case "ecdsa":
                # FIPS 186-5, section 6.4.1: as many of the leftmost bits as the order has
                size = _ORDER_BYTES.get(self._public.curve[1])
                if size is None:
                    raise KeyOfUnknownKind(
                        where=self._place.driver.name, reason=self._public.curve[1]
                    )
                raw = self._do("sign", CKM_ECDSA, hashlib.new(digest, data).digest()[:size])
                return bytes(algos.DSASignature.from_p1363(raw).dump())
            case _:
                return self._do("sign", CKM_EDDSA, data)


class Pkcs11DecryptionKey(_Use):
    """An opened RSA key on a token that unwraps content keys; satisfies ``DecryptionKey``."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The content key inside ``wrapped`` (RSAES-OAEP, SHA-256); ``EnvelopeDamaged`` else.

        The token does the RSA alone: few tokens know OAEP with any other hash than SHA-1.
        """
        public = x509.Certificate.load(self.certificate).public_key["public_key"].parsed
        modulus = public["modulus"].native
        size = (modulus.bit_length() + 7) // 8
        fits = len(wrapped) == size and int.from_bytes(wrapped, "big") < modulus
        if self._opened is not None and not self._removed and not fits:
            raise EnvelopeDamaged(reason="RSA-OAEP")
        try:
            block = self._do("decrypt", CKM_RSA_X_509, wrapped).rjust(size, b"\0")
        except TokenCannot as error:  # a key that may sign and not decrypt
            raise EnvelopeDamaged(reason=error.facts.get("code", "RSA")) from error
        content = without_oaep(block)
        if content is None:
            raise EnvelopeDamaged(reason="RSA-OAEP")
        return content
