"""Making keys on PIV cards (NIST SP 800-73-4), which asks for the card's management key.

PKCS#11 has no word for it: OpenSC's driver uses what is on a PIV card and makes nothing there. A
card has a place for each use; signing keys go into 9C, and while that one is taken (by the key that
a renewal replaces) into 9A. The private key is made by the card and never leaves it.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Container, Iterator
from contextlib import contextmanager

from asn1crypto import keys
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from signing.keys.card_line import CardLine, card_in
from signing.keys.pkcs12 import KeyKind
from signing.keys.token_errors import (
    ManagementKeyMissing,
    ManagementKeyWrong,
    TokenCannot,
    TokenFull,
)
from signing.keys.tokens import Token

_APPLICATION = bytes.fromhex("A000000308")
_SIGN, _AUTHENTICATE, _OPEN = 0x9C, 0x9A, 0x9D
_ID_OF = {_AUTHENTICATE: b"\1", _SIGN: b"\2", _OPEN: b"\3"}  # as OpenSC numbers them
_PLACE_OF = {id: place for place, id in _ID_OF.items()}
_CERTIFICATE_IN = {_AUTHENTICATE: "5FC105", _SIGN: "5FC10A", _OPEN: "5FC10B"}
_ALGORITHM: dict[KeyKind, int] = {"rsa2048": 0x07, "p256": 0x11, "p384": 0x14}
_CURVE = {0x11: "secp256r1", 0x14: "secp384r1"}
_MANAGEMENT = 0x9B
# The length of a management key says its cipher, except that 24 bytes are 3DES on older cards
# and AES-192 on newer ones.
_CIPHERS = {16: (0x08,), 24: (0x03, 0x0A), 32: (0x0C,)}
_OK = 0x9000


def is_piv(token: Token) -> bool:
    """Whether OpenSC sees a PIV card behind this token."""
    return token.manufacturer == "piv_II"


def key_file_word(id: bytes) -> str:
    """The environment variable by which OpenSC learns the public key of a place that has no
    certificate yet."""
    return f"PIV_{_PLACE_OF[id]:02X}_KEY"


def free_place(token: Token, *, decrypts: bool, spared: Container[bytes]) -> bytes:
    """The id of a place for a new key; ``spared`` are ids of keys that wait for a certificate.

    ``TokenFull`` when there is none.
    """
    taken = {key.id for key in token.keys}
    for place in (_OPEN,) if decrypts else (_SIGN, _AUTHENTICATE):
        id = _ID_OF[place]
        if id not in taken and id not in spared:
            return id
    raise TokenFull(where=token.name, call="PIV 9C 9A" if not decrypts else "PIV 9D", code="—")


def make(token: Token, management_key: bytes | None, id: bytes, kind: KeyKind) -> bytes:
    """A key pair made by the card in the place ``id``; the public key as SPKI (DER).

    Raises ``ManagementKeyMissing``, ``ManagementKeyWrong``, ``TokenCannot``, ``KeyRemoved``.
    """
    with _managed(token, management_key) as line:
        return _made(line, token, _PLACE_OF[id], kind)


def put(token: Token, management_key: bytes | None, id: bytes, certificate: bytes) -> None:
    """Puts a certificate (DER) beside its key; raises as ``make``."""
    with _managed(token, management_key) as line:
        _put(line, token, _PLACE_OF[id], certificate)


def destroy(token: Token, management_key: bytes | None, id: bytes) -> None:
    """Destroys a key pair for ever; raises as ``make``.

    PIV has no command for it: another key, which nobody knows of, takes its place.
    """
    with _managed(token, management_key) as line:
        _made(line, token, _PLACE_OF[id], "p256")
        _put(line, token, _PLACE_OF[id], b"")


@contextmanager
def _managed(token: Token, management_key: bytes | None) -> Iterator[CardLine]:
    if management_key is None:
        raise ManagementKeyMissing(where=token.name)
    with card_in(token.reader) as line:
        _, status = line.ask(b"\0\xa4\4\0", _APPLICATION)
        if status != _OK:
            raise TokenCannot(where=token.name, call="PIV SELECT", code=f"{status:04X}")
        ciphers = _CIPHERS.get(len(management_key), ())
        if not any(_both_know(line, cipher, management_key) for cipher in ciphers):
            raise ManagementKeyWrong(where=token.name)
        yield line


def _both_know(line: CardLine, algorithm: int, key: bytes) -> bool:
    """Mutual authentication (SP 800-73-4, part 2, A.1): the card proves the key as well."""
    block = TripleDES(key) if algorithm == 0x03 else algorithms.AES(key)
    cipher = Cipher(block, modes.ECB())  # one random block, as the standard says
    head = bytes([0, 0x87, algorithm, _MANAGEMENT])
    answer, status = line.ask(head, _tlv(0x7C, _tlv(0x80, b"")))
    witness = _inside(answer, 0x7C, 0x80)
    if status != _OK or len(witness) * 8 != block.block_size:
        return False
    challenge = os.urandom(len(witness))
    shown = _tlv(0x80, cipher.decryptor().update(witness)) + _tlv(0x81, challenge)
    answer, status = line.ask(head, _tlv(0x7C, shown))
    proof = cipher.encryptor().update(challenge)
    return status == _OK and hmac.compare_digest(_inside(answer, 0x7C, 0x82), proof)


def _made(line: CardLine, token: Token, place: int, kind: KeyKind) -> bytes:
    algorithm = _ALGORITHM.get(kind)
    if algorithm is None:
        raise TokenCannot(where=token.name, call=f"PIV {kind}", code="—")
    wanted = _tlv(0xAC, _tlv(0x80, bytes([algorithm])))
    answer, status = line.ask(bytes([0, 0x47, 0, place]), wanted)
    if status != _OK:
        raise TokenCannot(where=token.name, call="PIV GENERATE", code=f"{status:04X}")
    if algorithm in _CURVE:
        public = keys.PublicKeyInfo(
            {
                "algorithm": {
                    "algorithm": "ec",
                    "parameters": keys.ECDomainParameters("named", _CURVE[algorithm]),
                },
                "public_key": keys.ECPointBitString(_inside(answer, 0x7F49, 0x86)),
            }
        )
        return bytes(public.dump())
    number = keys.RSAPublicKey(
        {
            "modulus": int.from_bytes(_inside(answer, 0x7F49, 0x81), "big"),
            "public_exponent": int.from_bytes(_inside(answer, 0x7F49, 0x82), "big"),
        }
    )
    return bytes(keys.PublicKeyInfo.wrap(number, "rsa").dump())


def _put(line: CardLine, token: Token, place: int, certificate: bytes) -> None:
    content = b""
    if certificate:
        content = _tlv(0x70, certificate) + _tlv(0x71, b"\0") + _tlv(0xFE, b"")
    name = bytes.fromhex(_CERTIFICATE_IN[place])
    _, status = line.ask(b"\0\xdb\x3f\xff", _tlv(0x5C, name) + _tlv(0x53, content))
    if status == 0x6A84:
        raise TokenFull(where=token.name, call="PIV PUT DATA", code=f"{status:04X}")
    if status != _OK:
        raise TokenCannot(where=token.name, call="PIV PUT DATA", code=f"{status:04X}")


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    raw = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    length = bytes([size]) if size < 128 else bytes([0x80 | len(raw)]) + raw
    return tag.to_bytes(1 if tag < 256 else 2, "big") + length + value


def _inside(answer: bytes, outer: int, inner: int) -> bytes:
    """The value of ``inner`` within ``outer``; empty when the card answered something else."""
    for tag, value in _parts(answer):
        if tag == outer:
            return next((part for name, part in _parts(value) if name == inner), b"")
    return b""


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tags and values of a BER sequence, as far as it is whole."""
    at = 0
    while at + 1 < len(data):
        tag, at = data[at], at + 1
        if tag & 0x1F == 0x1F:
            tag, at = tag << 8 | data[at], at + 1
        if at >= len(data):
            return
        size, at = data[at], at + 1
        if size & 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(data[at : at + more], "big"), at + more
        if at + size > len(data):
            return
        yield tag, data[at : at + size]
        at += size
