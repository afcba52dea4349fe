"""A smart card made of software: ISO 7816 and the part of PIV (SP 800-73-4) that signing needs.

It talks to a real reader driver (vpcd) of a real pcscd, so that everything above it (pcscd, OpenSC,
PKCS#11) is what a desk has. Its PIN counter counts, its signature key wants the PIN each time
(9C), and it can be pulled at any moment, also in the middle of a signature. Whoever proves its
management key (9B) may have it make keys and put certificates onto it.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PivKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

AUTHENTICATION, SIGNATURE, MANAGEMENT, CARD = 0x9A, 0x9C, 0x9D, 0x9E

MANAGEMENT_KEY = bytes.fromhex("0102030405060708" * 3)  # as cards come from their maker
_MANAGED_BY = 0x9B
_KINDS: dict[int, Callable[[], PivKey]] = {
    0x07: lambda: rsa.generate_private_key(65537, 2048),
    0x11: lambda: ec.generate_private_key(ec.SECP256R1()),
    0x14: lambda: ec.generate_private_key(ec.SECP384R1()),
}

_APPLICATION = bytes.fromhex("A000000308")
_ATR = bytes.fromhex("3bf81300008131fe15597562696b657934d4")  # what OpenSC knows as a PIV token
_CERTIFICATES = {
    AUTHENTICATION: "5FC105",
    SIGNATURE: "5FC10A",
    MANAGEMENT: "5FC10B",
    CARD: "5FC101",
}
_OK, _NOT_FOUND, _NOT_KNOWN = b"\x90\x00", b"\x6a\x82", b"\x6d\x00"
_PIN_NEEDED, _BLOCKED, _WRONG_DATA = b"\x69\x82", b"\x69\x83", b"\x6a\x80"
_WRONG_PLACE = b"\x6a\x86"


def _tlv(tag: str, value: bytes) -> bytes:
    size = len(value)
    if size < 128:
        length = bytes([size])
    else:
        raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([0x80 | len(raw)]) + raw
    return bytes.fromhex(tag) + length + value


def _parts(data: bytes) -> dict[int, bytes]:
    """The one-byte tags of a BER sequence."""
    found, at = {}, 0
    while at + 1 < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(data[at : at + more], "big"), at + more
        found[tag] = data[at : at + size]
        at += size
    return found


@dataclass
class VirtualCard:
    """One card. ``keys`` by PIV reference; ``insert`` puts it into the reader at ``port``."""

    pin: str = "654321"
    serial: bytes = bytes(range(16))
    tries: int = 6
    keys: dict[int, tuple[PivKey, bytes]] = field(default_factory=dict)
    signed: int = 0  # how many private key operations it made
    made: int = 0  # how many keys it made itself
    management: bytes = MANAGEMENT_KEY
    management_cipher: str = "3des"  # or aes, on newer cards
    before_signing: Callable[[], None] | None = None  # runs inside the operation: pull, or stall

    def __post_init__(self) -> None:
        self.left = self.tries
        self.pulled_at = 0.0
        self._line: socket.socket | None = None
        self._power_on()

    @property
    def token_serial(self) -> str:
        """Its serial number as OpenSC shows it: the end of its identity."""
        return self.serial[-8:].hex()

    def put(self, reference: int, key: PivKey, certificate: bytes) -> None:
        """Loads a key with its certificate (DER; b"" for a key without one)."""
        self.keys[reference] = (key, certificate)

    def unblock(self) -> None:
        """What an administrator does with the PUK."""
        self.left = self.tries

    # ------------------------------------------------------------------ in and out of the reader
    def insert(self, port: int) -> None:
        """Puts the card into the reader; returns once the reader's driver took the line."""
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        line.settimeout(None)
        self._line = line
        threading.Thread(target=self._serve, args=(line,), name="card", daemon=True).start()

    def pull(self) -> None:
        """Takes it out, at once and whatever it is doing."""
        line, self._line = self._line, None
        self.pulled_at = time.monotonic()
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    @property
    def inserted(self) -> bool:
        return self._line is not None

    def _serve(self, line: socket.socket) -> None:
        self._power_on()
        with line, suppress(OSError):  # pulled, or the reader is gone
            while True:
                (size,) = struct.unpack(">H", self._exactly(line, 2))
                message = self._exactly(line, size)
                if size == 1:
                    if message == b"\x04":
                        answer = _ATR
                    else:  # power off, power on, reset
                        self._power_on()
                        continue
                else:
                    answer = self._answer(message)
                line.sendall(struct.pack(">H", len(answer)) + answer)

    @staticmethod
    def _exactly(line: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            if hasattr(socket, "TCP_QUICKACK"):
                # The reader sends length and command apart; waiting for our acknowledgement would
                # cost 40 ms a command.
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            piece = line.recv(size - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data

    # ------------------------------------------------------------------ what a card does
    def _power_on(self) -> None:
        self._verified = self._fresh = self._managed = False
        self._rest = self._chained = self._witness = b""

    def _answer(self, command: bytes) -> bytes:
        head, body = command[:4], command[4:]
        data = b""
        if len(body) > 1:
            if body[0]:
                data = body[1 : 1 + body[0]]
            else:  # extended length
                (size,) = struct.unpack(">H", body[1:3])
                data = body[3 : 3 + size]
        if head[0] & 0x10:  # command chaining
            self._chained += data
            return _OK
        data, self._chained = self._chained + data, b""
        match head[1]:
            case 0xC0:
                return self._more(body[0] if body and body[0] else 256)
            case 0xA4:
                return self._select(head[2], data)
            case 0xCB:
                return self._object(data[2 : 2 + data[1]].hex().upper())
            case 0x20:
                return self._verify(data)
            case 0x87 if head[3] == _MANAGED_BY:
                return self._manage(head[2], data)
            case 0x87:
                return self._use(head[3], data)
            case 0x47:
                return self._make(head[3], data)
            case 0xDB:
                return self._put(data)
        return _NOT_KNOWN

    def _reply(self, data: bytes) -> bytes:
        self._rest = data
        return self._more(256)

    def _more(self, size: int) -> bytes:
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece + (bytes([0x61, min(len(self._rest), 255)]) if self._rest else _OK)

    def _select(self, by: int, name: bytes) -> bytes:
        if by != 4 or not name.startswith(_APPLICATION):
            return _NOT_FOUND
        version = _tlv("4F", bytes.fromhex("000010000100"))
        return self._reply(_tlv("61", version + _tlv("79", _tlv("4F", _APPLICATION))))

    def _object(self, name: str) -> bytes:
        if name == "5FC102":  # who the card is; OpenSC makes the token's serial number of it
            number = bytes.fromhex("d4e739da739ced39ce739d836858210842108421c84210c3eb")
            body = _tlv("30", number) + _tlv("34", self.serial) + _tlv("35", b"20391231")
            return self._reply(_tlv("53", body + _tlv("3E", b"") + _tlv("FE", b"")))
        if name == "7E":
            version = _tlv("4F", _APPLICATION + bytes.fromhex("000010000100"))
            return self._reply(_tlv("7E", version + _tlv("5F2F", b"\x40\x00")))
        if name == "5FC107":
            body = _tlv("F0", bytes.fromhex("a000000116ff02") + bytes(14))
            body += _tlv("F1", b"\x21") + _tlv("F2", b"\x21") + _tlv("F3", b"") + _tlv("F4", b"\0")
            body += _tlv("F5", b"\x10")
            body += b"".join(_tlv(tag, b"") for tag in ("F6", "F7", "FA", "FB", "FC", "FD", "FE"))
            return self._reply(_tlv("53", body))
        for reference, at in _CERTIFICATES.items():
            if at == name and self.keys.get(reference, (None, b""))[1]:
                certificate = self.keys[reference][1]
                body = _tlv("70", certificate) + _tlv("71", b"\0") + _tlv("FE", b"")
                return self._reply(_tlv("53", body))
        return _NOT_FOUND

    def _verify(self, typed: bytes) -> bytes:
        if not typed:  # only asks
            if self._verified:
                return _OK
            return bytes([0x63, 0xC0 | self.left]) if self.left else _BLOCKED
        if not self.left:
            return _BLOCKED
        self.left -= 1  # counted before it is compared, as a card does
        if typed == self.pin.encode().ljust(8, b"\xff"):
            self.left, self._verified, self._fresh = self.tries, True, True
            return _OK
        self._verified = self._fresh = False
        return bytes([0x63, 0xC0 | self.left]) if self.left else _BLOCKED

    def _manage(self, algorithm: int, data: bytes) -> bytes:
        """Mutual authentication (SP 800-73-4, part 2, A.1): both sides prove the management key."""
        aes = {16: 0x08, 24: 0x0A, 32: 0x0C}[len(self.management)]
        known = (0x00, 0x03) if self.management_cipher == "3des" else (aes,)
        if algorithm not in known:
            return _WRONG_PLACE
        block = TripleDES if self.management_cipher == "3des" else algorithms.AES
        asked = _parts(_parts(data)[0x7C])
        cipher = Cipher(block(self.management), modes.ECB())
        if asked.get(0x80) == b"":  # wants a witness that only the key can read
            self._witness = os.urandom(block.block_size // 8)
            return self._reply(_tlv("7C", _tlv("80", cipher.encryptor().update(self._witness))))
        witness, self._witness = self._witness, b""
        self._managed = bool(witness) and asked.get(0x80) == witness
        if not self._managed:
            return _PIN_NEEDED
        return self._reply(_tlv("7C", _tlv("82", cipher.encryptor().update(asked[0x81]))))

    def _make(self, reference: int, data: bytes) -> bytes:
        kind = _KINDS.get(_parts(_parts(data)[0xAC])[0x80][0])
        if not self._managed:
            return _PIN_NEEDED
        if kind is None or reference not in _CERTIFICATES:
            return _WRONG_DATA
        key = kind()
        self.keys[reference] = (key, self.keys.get(reference, (key, b""))[1])
        self.made += 1
        if isinstance(key, rsa.RSAPrivateKey):
            modulus = key.public_key().public_numbers().n
            public = _tlv("81", modulus.to_bytes(256, "big")) + _tlv("82", b"\1\0\1")
        else:
            form = (Encoding.X962, PublicFormat.UncompressedPoint)
            public = _tlv("86", key.public_key().public_bytes(*form))
        return self._reply(_tlv("7F49", public))

    def _put(self, data: bytes) -> bytes:
        if not self._managed:
            return _PIN_NEEDED
        parts = _parts(data)
        name = parts[0x5C].hex().upper()
        reference = next((r for r, at in _CERTIFICATES.items() if at == name), None)
        if reference is None or reference not in self.keys:
            return _NOT_FOUND
        certificate = _parts(parts[0x53]).get(0x70, b"")
        self.keys[reference] = (self.keys[reference][0], certificate)
        return _OK

    def _use(self, reference: int, data: bytes) -> bytes:
        if reference not in self.keys:
            return _NOT_FOUND
        allowed = self._fresh if reference == SIGNATURE else self._verified
        self._fresh = False
        if reference != CARD and not allowed:
            return _PIN_NEEDED
        if self.before_signing is not None:
            self.before_signing()
        key, _ = self.keys[reference]
        given = _parts(_parts(data)[0x7C])[0x81]
        if isinstance(key, rsa.RSAPrivateKey):
            numbers = key.private_numbers()
            modulus = numbers.public_numbers.n
            made = pow(int.from_bytes(given, "big"), numbers.d, modulus)
            answer = made.to_bytes((modulus.bit_length() + 7) // 8, "big")
        else:
            size = (key.curve.key_size + 7) // 8
            digest = {32: hashes.SHA256, 48: hashes.SHA384}[size]()
            answer = key.sign(given.rjust(size, b"\0"), ec.ECDSA(utils.Prehashed(digest)))
        self.signed += 1
        return self._reply(_tlv("7C", _tlv("82", answer)))
