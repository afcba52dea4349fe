"""Keys on tokens (UKey, smart card, HSM) behind PKCS#11 drivers.

What a person has to know is settled before a PIN is typed: which tokens are there, whose keys they
hold, how near they are to locking. The private key never leaves the token; the driver runs in a
process of its own (``token_driver.py``), and every code it answers with is explained in one place
(``token_errors.py``). A key's id is its address (``token_uri.py``).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Container, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from asn1crypto import algos, keys, x509

from signing.certificates import CertificateForOtherUse, Purpose, chain_of, holder_of
from signing.errors import (
    EnvelopeDamaged,
    ExplainedError,
    KeyRemoved,
)
from signing.keys import piv
from signing.keys.cryptoki import CKM_ECDSA, CKM_EDDSA, CKM_RSA_PKCS, CKM_RSA_X_509
from signing.keys.oaep import without_oaep
from signing.keys.pkcs12 import KeyClosed, KeyKind
from signing.keys.protocol import KeySlot
from signing.keys.token_driver import TokenDriver
from signing.keys.token_errors import (
    KeyOfUnknownKind,
    TokenAmbiguous,
    TokenCannot,
    TokenFailed,
    TokenFull,
    TokenMissing,
    TokenWithoutCertificate,
)
from signing.keys.token_place import DriverPlace, OpenedKey, knowing
from signing.keys.token_uri import TokenUri
from signing.keys.tokens import (
    Token,
    TokenKey,
    TokensSeen,
    family_of,
    read_public_key,
    slots_of,
)

_DIGEST_INFO = {  # RFC 8017, section 9.2, note 1
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
_ORDER_BYTES = {"secp256r1": 32, "secp384r1": 48}


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
        self._places = [DriverPlace(TokenDriver(module, seconds)) for module in modules]
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

    def _open(self, slot: KeySlot, pin: str) -> tuple[DriverPlace, OpenedKey]:
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
            place = knowing(place, key)
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

    def _place(self, token: Token) -> DriverPlace:
        return next(p for p in self._places if p.driver.module == token.module)


class _Use:
    """What an opened key on a token has, whatever it is opened for."""

    def __init__(self, certificate: bytes, place: DriverPlace, opened: OpenedKey) -> None:
        self.certificate = certificate
        self._place = place
        self._opened: OpenedKey | None = opened
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
        place: DriverPlace,
        opened: OpenedKey,
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
