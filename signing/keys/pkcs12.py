"""Keys in PKCS#12 files (RFC 7292): for training, for tests, and for who has no UKey yet.

A folder of them is laid out as ``NAME.p12`` (mode 0600), ``NAME.pem`` beside it (the certificate
and its chain, public, so that a list needs no PIN) and, while a PIN is tried, ``NAME.tries``.

The count of tries guards against a colleague who guesses at the door. As on a UKey a try is on the
disk before the PIN is looked at and forgotten once it was right: whoever ends the program between
the two, or runs several at once, has no try for nothing. It does not stop a thief: who can copy the
file can guess as often as he likes, and only the PIN's length stands against that. Where a program
keeps the PIN beside the key, nobody guesses and nothing is counted.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from signing.certificates import (
    CertificateForOtherUse,
    CertificateUnreadable,
    holder_of,
    load_certificates,
    to_pem,
)
from signing.errors import EnvelopeDamaged, KeyUnavailable, PinLocked, PinWrong
from signing.files import append_line, sync_folder, write_whole
from signing.keys.protocol import DecryptionKey, KeySlot, PinState, SigningKey

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
KeyKind = Literal["rsa2048", "rsa3072", "p256", "p384", "ed25519"]

TRIES = 6
_LOW = 3
# The PIN is short, so guessing is slowed down: about 20 ms a guess, 60 ms for opening, unnoticed.
_KDF_ROUNDS = 100_000
_MAC_ROUNDS = 2  # times as many: one of them costs a quarter of the other's

_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class KeyFileMissing(KeyUnavailable):
    cause = "The file is not there or cannot be opened ({reason})."
    remedy = "Check the path and try again."
    zh = ("在 {where} 没有找到密钥。", "文件不在，或者打不开（{reason}）。", "请检查路径再试。")


class KeyFileDamaged(KeyUnavailable):
    cause = "The file there is not a PKCS#12 key file, or it is damaged."
    remedy = "Have the administrator issue the key file again."
    zh = (
        "在 {where} 没有找到密钥。",
        "那里的文件不是 PKCS#12 密钥文件，或者已损坏。",
        "请让管理员重新发一份密钥文件。",
    )


class KeyFileNotOpened(KeyUnavailable):
    cause = "The PIN that is kept for it does not open it, or the file is damaged."
    remedy = "Check the PIN file, or have the key file issued again."
    zh = (
        "在 {where} 没有找到密钥。",
        "存着的 PIN 打不开它，或者文件已损坏。",
        "请检查 PIN 文件，或重新发一份密钥文件。",
    )


class KeyClosed(KeyUnavailable):
    cause = "The key was already closed."
    remedy = "Type the PIN again to open it."
    zh = ("在 {where} 没有找到密钥。", "密钥已经关闭。", "请重新输入 PIN 打开。")


@dataclass(slots=True)
class Pkcs12Key:
    """An opened key file; the parsed key is kept (parsing RSA anew costs about 60 ms)."""

    certificate: bytes
    chain: tuple[bytes, ...]
    _private: PrivateKey | None
    _where: str

    @property
    def algorithm(self) -> str:
        """``rsa``, ``ecdsa`` or ``ed25519``."""
        match self._key():
            case rsa.RSAPrivateKey():
                return "rsa"
            case ec.EllipticCurvePrivateKey():
                return "ecdsa"
            case _:
                return "ed25519"

    def sign(self, data: bytes, digest: str = "sha256") -> bytes:
        """Signs ``data`` as ``SigningKey`` promises; Ed25519 hashes in its own way (RFC 8032)."""
        match self._key():
            case rsa.RSAPrivateKey() as key:
                return key.sign(data, padding.PKCS1v15(), _DIGESTS[digest]())
            case ec.EllipticCurvePrivateKey() as key:
                return key.sign(data, ec.ECDSA(_DIGESTS[digest]()))
            case key:
                return key.sign(data)

    def close(self) -> None:
        """Forgets the key."""
        self._private = None

    def _key(self) -> PrivateKey:
        if self._private is None:
            raise KeyClosed(where=self._where)
        return self._private


@dataclass(slots=True)
class RsaDecryptionKey:
    """An opened RSA key that unwraps content keys: RSAES-OAEP with SHA-256 and MGF1-SHA-256."""

    certificate: bytes
    _private: rsa.RSAPrivateKey | None
    _where: str

    def unwrap(self, wrapped: bytes) -> bytes:
        """The content key inside ``wrapped``; ``EnvelopeDamaged`` when it does not come out."""
        if self._private is None:
            raise KeyClosed(where=self._where)
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)
        try:
            return self._private.decrypt(wrapped, oaep)
        except ValueError as error:
            raise EnvelopeDamaged(reason="RSA-OAEP") from error

    def close(self) -> None:
        """Forgets the key."""
        self._private = None


class Pkcs12Keys:
    """The key files of one folder, as a ``KeyProvider``; a folder that is not there is empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def slots(self) -> Sequence[KeySlot]:
        """One slot per key file that has a readable certificate beside it, by file name."""
        if not self._folder.is_dir():
            return []
        found = (self._slot(path) for path in sorted(self._folder.glob("*.p12")))
        return [slot for slot in found if slot is not None]

    def open(self, slot: KeySlot, pin: str) -> SigningKey:
        """Opens for signing. Raises ``PinWrong``, ``PinLocked`` or ``KeyUnavailable``."""
        return open_p12(self._path(slot), pin)

    def open_decryption(self, slot: KeySlot, pin: str) -> DecryptionKey:
        """Opens for unsealing, as ``open``; ``CertificateForOtherUse`` unless it is an RSA key."""
        return open_p12_decryption(self._path(slot), pin)

    def unlock(self, slot: KeySlot) -> None:
        """Gives the holder all tries again: the administrator's act after a locked PIN."""
        _Tries(self._path(slot)).reset()

    def _path(self, slot: KeySlot) -> Path:
        return self._folder / f"{slot.id}.p12"

    def _slot(self, path: Path) -> KeySlot | None:
        try:
            certificate = load_certificates(path.with_suffix(".pem").read_bytes())[0]
        except (OSError, CertificateUnreadable):
            return None
        holder = holder_of(certificate)
        left = _Tries(path).left()
        return KeySlot(
            id=path.stem,
            label=holder.label,
            certificate=certificate,
            pin_state=_pin_state(left),
            tries_left=left,
            training=holder.training,
        )


def open_p12(path: Path, pin: str, *, counted: bool = True) -> Pkcs12Key:
    """Opens one key file for signing.

    Raises ``PinWrong`` (with the tries left), ``PinLocked``, ``KeyFileMissing`` or
    ``KeyFileDamaged``. ``counted=False`` is for a program that has the PIN from a file: such a key
    never locks, and a PIN that does not fit is ``KeyFileNotOpened``.
    """
    private, certificate, chain = _opened(path, pin, counted)
    return Pkcs12Key(certificate, chain, private, str(path))


def open_p12_decryption(path: Path, pin: str, *, counted: bool = True) -> RsaDecryptionKey:
    """Opens one key file for unsealing; raises as ``open_p12``, and unless the key is RSA."""
    private, certificate, _ = _opened(path, pin, counted)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise CertificateForOtherUse(holder=holder_of(certificate).label)
    return RsaDecryptionKey(certificate, private, str(path))


def write_p12(
    path: Path,
    key: PrivateKey,
    certificate: bytes,
    chain: Sequence[bytes],
    pin: str,
    *,
    rounds: int = _KDF_ROUNDS,
) -> None:
    """Writes a key file (AES-256, PBES2) and the public ``.pem`` beside it, each whole or not.

    ``certificate`` and ``chain`` are DER. The ``.pem`` comes last: what is listed can be opened.
    ``rounds`` may be small where the PIN is long and random.
    """
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(pin.encode())
    )
    data = pkcs12.serialize_key_and_certificates(
        holder_of(certificate).label.encode(),
        key,
        x509.load_der_x509_certificate(certificate),
        [x509.load_der_x509_certificate(der) for der in chain],
        encryption,
    )
    write_whole(path, _hard_to_guess(data, pin, _MAC_ROUNDS * rounds), mode=0o600)
    write_whole(path.with_suffix(".pem"), to_pem(certificate, *chain))


def soft_key(key: PrivateKey, certificate: bytes = b"", chain: Sequence[bytes] = ()) -> Pkcs12Key:
    """A key that lives in memory alone, such as one whose certificate is still to be issued."""
    return Pkcs12Key(certificate, tuple(chain), key, "memory")


def new_key(kind: KeyKind = "rsa2048") -> PrivateKey:
    """A fresh private key from the operating system's randomness."""
    match kind:
        case "rsa2048":
            return rsa.generate_private_key(65537, 2048)
        case "rsa3072":
            return rsa.generate_private_key(65537, 3072)
        case "p256":
            return ec.generate_private_key(ec.SECP256R1())
        case "p384":
            return ec.generate_private_key(ec.SECP384R1())
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()


def public_key_of(key: PrivateKey) -> bytes:
    """Its public half as SubjectPublicKeyInfo, DER."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _opened(path: Path, pin: str, counted: bool) -> tuple[PrivateKey, bytes, tuple[bytes, ...]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeyFileMissing(where=path, reason=error.strerror or error) from error
    if not _is_pkcs12(data):
        raise KeyFileDamaged(where=path)
    tries = _Tries(path)
    left = tries.begin() if counted else TRIES
    try:
        loaded = pkcs12.load_pkcs12(data, pin.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        # A bit flipped inside looks the same as a wrong PIN: the MAC covers both.
        if not counted:
            raise KeyFileNotOpened(where=path) from error
        raise (PinWrong(tries_left=left) if left else PinLocked()) from error
    if counted:
        tries.reset()
    private = loaded.key
    if loaded.cert is None or not isinstance(private, get_args(PrivateKey)):
        raise KeyFileDamaged(where=path)
    chain = tuple(cert.certificate.public_bytes(Encoding.DER) for cert in loaded.additional_certs)
    return private, loaded.cert.certificate.public_bytes(Encoding.DER), chain


def _hard_to_guess(data: bytes, pin: str, rounds: int) -> bytes:
    """The same key file with a MAC of ``rounds`` rounds (RFC 7292, appendix B).

    ``cryptography`` always writes 2,048 rounds, whatever the encryption has. A guesser asks the
    MAC, not the encryption: a fifth of a millisecond a guess, and a PIN of six digits in minutes.
    """
    file = asn1_pkcs12.Pfx.load(data)
    mac, block = file["mac_data"], 64  # of SHA-256
    salt, secret = mac["mac_salt"].native, f"{pin}\0".encode("utf-16-be")
    key = b"\3" * block + _filled(salt, block) + _filled(secret, block)
    for _ in range(rounds):
        key = hashlib.sha256(key).digest()
    content = file["auth_safe"]["content"].contents
    mac["mac"]["digest"] = hmac.digest(key, content, "sha256")
    mac["iterations"] = rounds
    return bytes(file.dump(force=True))


def _filled(part: bytes, block: int) -> bytes:
    """``part`` repeated up to the next multiple of ``block``."""
    size = -(-len(part) // block) * block
    return (part * (size // len(part) + 1))[:size]


def _is_pkcs12(data: bytes) -> bool:
    try:
        return bool(asn1_pkcs12.Pfx.load(data, strict=True)["version"].native == "v3")
    except (ValueError, TypeError, KeyError):
        return False


def _pin_state(left: int) -> PinState:
    if left == 0:
        return PinState.LOCKED
    if left == 1:
        return PinState.FINAL_TRY
    return PinState.LOW if left <= _LOW else PinState.OK


class _Tries:
    """How many PINs in a row were not right, kept beside the key file as a tally.

    Each line is a number and they add up. A try appends one: of two processes that try at the same
    moment neither writes over the other's.
    """

    def __init__(self, key_file: Path) -> None:
        self._path = key_file.with_suffix(".tries")

    def left(self) -> int:
        return max(0, TRIES - self._used())

    def begin(self) -> int:
        """Counts a try, on the disk before anything is tried; returns how many are left after it.

        ``PinLocked`` when there was none left.
        """
        before = self._used()
        if before >= TRIES:
            raise PinLocked
        now = before + 1
        with suppress(OSError):  # a key on a read-only medium or a full disk still signs
            append_line(self._path, b"1", mode=0o600)
            now = max(now, self._used())  # others may have counted meanwhile
        if now > TRIES:
            raise PinLocked
        return TRIES - now

    def reset(self) -> None:
        if self._path.exists():
            self._path.unlink(missing_ok=True)  # another process may have opened it too
            sync_folder(self._path.parent)

    def _used(self) -> int:
        try:
            lines = self._path.read_bytes().split()
        except OSError:
            return 0
        return sum(int(line) for line in lines if line.isdigit() and len(line) < 3)
