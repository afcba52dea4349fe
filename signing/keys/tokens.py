"""Tokens as they are seen without a PIN: whose keys they hold, how near they are to locking.

Read from what a driver's process tells (``token_process.Tokens.tokens``). Nothing here asks.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import keys, x509

from signing.certificates import CertificateUnreadable, Purpose, holder_of
from signing.errors import ExplainedError
from signing.keys.protocol import KeySlot, PinState
from signing.keys.token_errors import (
    PIN_LAST,
    PIN_LOCKED,
    PIN_LOW,
    READER_ASKS,
    KeyOfUnknownKind,
)
from signing.keys.token_uri import TokenUri


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key on a token as far as it can be seen without a PIN; DER, b"" for what is not there."""

    id: bytes
    label: str
    public_key: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is plugged in."""

    module: Path
    slot: int
    reader: str
    label: str
    serial: str
    manufacturer: str
    model: str
    flags: int
    keys: tuple[TokenKey, ...]
    issuers: tuple[bytes, ...] = ()

    @property
    def name(self) -> str:
        """As people tell tokens apart: two may well have the same label."""
        label = self.label or self.model or self.reader
        return f"{label}（{self.serial}）" if self.serial else label

    @property
    def pin_state(self) -> PinState:
        """Known before anybody types."""
        if self.flags & PIN_LOCKED:
            return PinState.LOCKED
        if self.flags & PIN_LAST:
            return PinState.FINAL_TRY
        return PinState.LOW if self.flags & PIN_LOW else PinState.OK

    @property
    def tries_left(self) -> int | None:
        """PKCS#11 tells it only at the end."""
        return {PinState.LOCKED: 0, PinState.FINAL_TRY: 1}.get(self.pin_state)

    @property
    def types_on_reader(self) -> bool:
        """Whether the PIN is typed on the reader's own keys."""
        return bool(self.flags & READER_ASKS)

    def uri(self, key: TokenKey | None = None) -> TokenUri:
        """The address of the token, or of one of its keys."""
        return TokenUri(
            token=self.label,
            serial=self.serial,
            id=key.id if key is not None else None,
            # Cards with neither label nor serial number exist; then the slot must do.
            slot=None if self.serial else self.slot,
            module_path=self.module,
        )

    def is_meant(self, uri: TokenUri) -> bool:
        """Whether ``uri`` names this token."""
        return uri.drives(self.module) and all(
            wanted is None or wanted == value
            for wanted, value in (
                (uri.token, self.label),
                (uri.serial, self.serial),
                (uri.manufacturer, self.manufacturer),
                (uri.model, self.model),
                (uri.reader, self.reader),
                (uri.slot, self.slot),
            )
        )


@dataclass(frozen=True, slots=True)
class TokensSeen:
    """What one look found: the tokens, and the drivers that could not be asked, each with why."""

    tokens: tuple[Token, ...]
    problems: tuple[tuple[Path, ExplainedError], ...] = ()


def slots_of(token: Token) -> list[KeySlot]:
    """The keys of a token that have a certificate."""
    found = []
    for key in token.keys:
        if not key.certificate:
            continue
        holder = holder_of(key.certificate)
        found.append(
            KeySlot(
                id=token.uri(key).text(),
                label=holder.label,
                certificate=key.certificate,
                pin_state=token.pin_state,
                tries_left=token.tries_left,
                training=holder.training,
                typed_on_reader=token.types_on_reader,
            )
        )
    return found


def read_token(module: Path, raw: dict[str, Any], *, mistyped: bool = False) -> Token:
    """A token as its driver's process tells it; ``mistyped``: a wrong PIN was seen here."""
    own: dict[bytes, tuple[str, bytes]] = {}
    issuers = []
    for entry in raw["certificates"]:
        try:
            holder = holder_of(entry["der"])
        except CertificateUnreadable:
            continue  # a placeholder of the maker's, or a format of its own
        if holder.purpose is Purpose.AUTHORITY:
            issuers.append(entry["der"])
            continue
        before = own.get(entry["id"])
        # Of two certificates for one key, the newer one: a renewal may have left both.
        if before is None or holder_of(before[1]).not_before <= holder.not_before:
            own[entry["id"]] = (entry["label"], entry["der"])
    public = {entry["id"]: entry for entry in raw["keys"]}
    found = [
        TokenKey(id, label, bytes(x509.Certificate.load(der).public_key.dump()), der)
        for id, (label, der) in own.items()
    ]
    for id, entry in public.items():
        if id not in own:
            with suppress(KeyOfUnknownKind):
                found.append(TokenKey(id, entry["label"], read_public_key(entry), b""))
    return Token(
        module=module,
        slot=raw["slot"],
        reader=raw["reader"],
        label=raw["label"],
        serial=raw["serial"],
        manufacturer=raw["manufacturer"],
        model=raw["model"],
        flags=raw["flags"] | (PIN_LOW if mistyped else 0),
        keys=tuple(sorted(found, key=lambda key: key.id)),
        issuers=tuple(issuers),
    )


def read_public_key(raw: dict[str, Any]) -> bytes:
    """SubjectPublicKeyInfo (DER) of a public key as the token tells it."""
    if raw["type"] == "rsa":
        number = keys.RSAPublicKey(
            {
                "modulus": int.from_bytes(raw["modulus"], "big"),
                "public_exponent": int.from_bytes(raw["exponent"], "big"),
            }
        )
        return bytes(keys.PublicKeyInfo.wrap(number, "rsa").dump())
    if raw["type"] not in ("ec", "edwards"):
        raise KeyOfUnknownKind(where="token", reason=raw["type"])
    point = raw["point"]
    # The standard wants the point in an OCTET STRING; not every driver obliges.
    if len(point) > 2 and point[0] == 0x04 and point[1] == len(point) - 2:
        point = point[2:]
    elif len(point) > 3 and point[:2] == b"\x04\x81" and point[2] == len(point) - 3:
        point = point[3:]
    if raw["type"] == "edwards":
        algorithm: dict[str, Any] = {"algorithm": "ed25519"}
        return bytes(keys.PublicKeyInfo({"algorithm": algorithm, "public_key": point}).dump())
    parameters = keys.ECDomainParameters.load(raw["curve"])
    algorithm = {"algorithm": "ec", "parameters": parameters}
    public = keys.ECPointBitString(point)
    return bytes(keys.PublicKeyInfo({"algorithm": algorithm, "public_key": public}).dump())


def family_of(public: keys.PublicKeyInfo) -> str:
    family = {"rsa": "rsa", "ec": "ecdsa", "ed25519": "ed25519"}.get(public.algorithm)
    if family is None:
        raise KeyOfUnknownKind(where="token", reason=public.algorithm)
    return family
