"""A dossier sealed for offices: CMS AuthEnvelopedData, AES-256-GCM, RSA-OAEP (SHA-256).

RFC 5083 and 5084; the content key is wrapped for each recipient certificate by RSAES-OAEP
(RFC 3560) with SHA-256 throughout. Content streams through in constant memory. Any holder of a
recipient's key opens it, also with ``openssl cms -decrypt``. It says nothing about who sealed it:
the signatures inside do.

GCM releases bytes before it has judged them, so ``open_sealed`` gives the caller's target nothing
until the tag is verified: it deciphers into a temporary file first.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from asn1crypto import cms, core, x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from signing import der
from signing.certificates import holder_of
from signing.errors import CertificateNotUsable, EnvelopeDamaged, NotForThisKey
from signing.keys.protocol import DecryptionKey

_AUTH_ENVELOPED = "1.2.840.113549.1.9.16.1.23"
_DATA = "1.2.840.113549.1.7.1"
_AES256_GCM = "2.16.840.1.101.3.4.1.46"
_RSAES_OAEP = "1.2.840.113549.1.1.7"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_MGF1 = "1.2.840.113549.1.1.8"
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)

_CHUNK = 1 << 20
_IN_MEMORY = 8 << 20  # larger plaintexts wait for their verdict on disk
_TAG = 16
# Long enough for any number of recipients we will ever have; a header beyond it is an attack.
_MOST_HEADER = 1 << 20


class CannotReceive(CertificateNotUsable):
    cause = "Things can be sealed to RSA certificates only."
    zh = (CertificateNotUsable.zh[0], "只能加密给 RSA 证书。", CertificateNotUsable.zh[2])


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who may open an envelope, as its header names them: issuer (DER) and serial number."""

    issuer: bytes
    serial: int

    @classmethod
    def of(cls, certificate: bytes) -> Recipient:
        """The recipient that a certificate (DER) stands for."""
        parsed = x509.Certificate.load(certificate)
        return cls(parsed.issuer.dump(), parsed.serial_number)


@dataclass(frozen=True, slots=True)
class _Wrapped:
    recipient: Recipient
    key: bytes
    by_oaep: bool  # RSA-OAEP with SHA-256 throughout, as here


def seal(source: IO[bytes], target: IO[bytes], size: int, to: Sequence[bytes]) -> None:
    """Seals ``size`` bytes of ``source`` into ``target`` for the certificates ``to`` (DER)."""
    if not to:
        raise ValueError("an envelope needs a recipient")
    content_key, nonce = os.urandom(32), os.urandom(12)
    cipher = Cipher(algorithms.AES(content_key), modes.GCM(nonce)).encryptor()
    wraps = [_wrap(content_key, certificate) for certificate in dict.fromkeys(to)]
    target.write(_head(wraps, nonce, size))
    left = size
    while left:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            raise ValueError("the source is shorter than it was said to be")
        left -= len(chunk)
        target.write(cipher.update(chunk))
    cipher.finalize()
    target.write(der.octets(cipher.tag))


def open_sealed(source: IO[bytes], target: IO[bytes], key: DecryptionKey) -> None:
    """Writes what is sealed in ``source`` to ``target`` once it is known to be whole.

    Raises ``NotForThisKey`` and ``EnvelopeDamaged``; then ``target`` has got nothing.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as plain:
        try:
            _decipher(_Reader(source), plain, key)
        except InvalidTag as error:
            raise EnvelopeDamaged(reason="the tag does not verify") from error
        except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
            raise EnvelopeDamaged(
                reason=str(error).splitlines()[0] if str(error) else ""
            ) from error
        plain.seek(0)
        shutil.copyfileobj(plain, target, _CHUNK)


def seal_bytes(plain: bytes, to: Sequence[bytes]) -> bytes:
    """``seal`` for what fits into memory."""
    target = io.BytesIO()
    seal(io.BytesIO(plain), target, len(plain), to)
    return target.getvalue()


def open_bytes(sealed: bytes, key: DecryptionKey) -> bytes:
    """``open_sealed`` for what fits into memory."""
    target = io.BytesIO()
    open_sealed(io.BytesIO(sealed), target, key)
    return target.getvalue()


def recipients(sealed: bytes) -> tuple[Recipient, ...]:
    """Whom an envelope is sealed for; ``EnvelopeDamaged`` when it is none."""
    try:
        reader = _Reader(io.BytesIO(sealed))
        return tuple(wrapped.recipient for wrapped in _wrapped_keys(reader))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise EnvelopeDamaged(reason=str(error).splitlines()[0] if str(error) else "") from error


def add_recipients(sealed: bytes, key: DecryptionKey, to: Sequence[bytes]) -> bytes:
    """The same envelope, opened by ``key``'s holder to further certificates as well.

    The content is not enciphered anew: only the content key is wrapped once more.
    """
    open_bytes(sealed, key)  # never pass on what is damaged
    reader = _Reader(io.BytesIO(sealed))
    wraps = list(_wrapped_keys(reader))
    content_key = _unwrap(wraps, key)
    present = {wrapped.recipient for wrapped in wraps}
    kept = [_recipient_info(w.recipient, w.key) for w in wraps]
    added = [_wrap(content_key, c) for c in dict.fromkeys(to) if Recipient.of(c) not in present]
    nonce, size = _content_header(reader)
    body = reader.take(size)
    tag = reader.element()
    return _head([*kept, *added], nonce, size) + body + tag


def _wrap(content_key: bytes, certificate: bytes) -> bytes:
    public = serialization.load_der_public_key(x509.Certificate.load(certificate).public_key.dump())
    if not isinstance(public, rsa.RSAPublicKey):
        raise CannotReceive(holder=holder_of(certificate).label)
    return _recipient_info(Recipient.of(certificate), public.encrypt(content_key, _OAEP))


def _recipient_info(recipient: Recipient, wrapped_key: bytes) -> bytes:
    sha256 = der.sequence(der.oid(_SHA256))
    oaep = der.sequence(
        der.oid(_RSAES_OAEP),
        der.sequence(
            der.context(0, sha256),
            der.context(1, der.sequence(der.oid(_MGF1), sha256)),
        ),
    )
    return der.sequence(
        der.integer(0),
        der.sequence(recipient.issuer, der.integer(recipient.serial)),
        oaep,
        der.octets(wrapped_key),
    )


def _head(wraps: Sequence[bytes], nonce: bytes, size: int) -> bytes:
    """Everything before the content, with definite lengths: the content's size is known."""
    algorithm = der.sequence(
        der.oid(_AES256_GCM), der.sequence(der.octets(nonce), der.integer(_TAG))
    )
    content_info = _open(0x30, len(_content_info_body(algorithm, size)) + size)
    content_info += _content_info_body(algorithm, size)
    before = der.integer(0) + der.set_of(*wraps) + content_info
    inner = len(before) + size + len(der.octets(bytes(_TAG)))
    sequence = _open(0x30, inner)
    outer = der.oid(_AUTH_ENVELOPED) + _open(0xA0, len(sequence) + inner) + sequence
    return _open(0x30, len(outer) + inner) + outer + before


def _content_info_body(algorithm: bytes, size: int) -> bytes:
    return der.oid(_DATA) + algorithm + _open(0x80, size)


def _open(tag: int, length: int) -> bytes:
    """Identifier and length octets of a value whose content follows elsewhere."""
    if length < 0x80:
        return bytes((tag, length))
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size


class _Reader:
    """DER read piece by piece from a stream; indefinite lengths (BER) are refused."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._at = 0
        self._ends: list[int] = []

    def enter(self, tag: int) -> int:
        """The length of the value with ``tag`` that begins here."""
        found, length, _ = self._head()
        if found != tag:
            raise ValueError(f"not an envelope: found tag {found:#04x}, not {tag:#04x}")
        self._ends.append(self._at + length)
        return length

    def element(self) -> bytes:
        """The whole next value, head and content."""
        _, length, head = self._head()
        if length > _MOST_HEADER:
            raise ValueError("a header field is too long")
        return head + self.take(length)

    def take(self, count: int) -> bytes:
        data = self._source.read(count)
        if len(data) != count:
            raise ValueError("it ends too early")
        self._at += count
        return data

    def pieces(self, count: int) -> Iterator[bytes]:
        while count:
            piece = self.take(min(_CHUNK, count))
            count -= len(piece)
            yield piece

    def leave(self) -> None:
        """Checks that the value entered last, and not left yet, ends here."""
        if self._ends.pop() != self._at:
            raise ValueError("a length is wrong")

    def finish(self) -> None:
        """Checks that everything entered ends here, and that nothing follows."""
        while self._ends:
            self.leave()
        if self._source.read(1):
            raise ValueError("something follows the end")

    def _head(self) -> tuple[int, int, bytes]:
        head = self.take(2)
        first = head[1]
        if first < 0x80:
            return head[0], first, head
        if first == 0x80 or first > 0x88:
            raise ValueError("a length is not DER")
        more = self.take(first & 0x7F)
        return head[0], int.from_bytes(more, "big"), head + more


def _decipher(reader: _Reader, target: IO[bytes], key: DecryptionKey) -> None:
    content_key = _unwrap(list(_wrapped_keys(reader)), key)
    nonce, size = _content_header(reader)
    cipher = Cipher(algorithms.AES(content_key), modes.GCM(nonce)).decryptor()
    for piece in reader.pieces(size):
        target.write(cipher.update(piece))
    reader.leave()
    reader.leave()  # the encrypted content, then what describes it
    tag = core.OctetString.load(reader.element(), strict=True).native
    if len(tag) != _TAG:
        raise ValueError("the tag is too short")
    reader.finish()
    cipher.finalize_with_tag(tag)


def _wrapped_keys(reader: _Reader) -> Iterator[_Wrapped]:
    """Reads up to the recipients and yields the wrapped keys that we know how to open."""
    reader.enter(0x30)
    if core.ObjectIdentifier.load(reader.element(), strict=True).dotted != _AUTH_ENVELOPED:
        raise ValueError("another kind of CMS")
    reader.enter(0xA0)
    reader.enter(0x30)
    _must_be(0, core.Integer.load(reader.element(), strict=True).native)
    found = []
    for info in cms.RecipientInfos.load(reader.element(), strict=True):
        if info.name != "ktri":
            continue
        chosen = info.chosen
        if chosen["rid"].name != "issuer_and_serial_number":
            continue
        rid = chosen["rid"].chosen
        _must_be("v0", chosen["version"].native)
        found.append(
            _Wrapped(
                Recipient(rid["issuer"].dump(), rid["serial_number"].native),
                chosen["encrypted_key"].native,
                _is_oaep(chosen["key_encryption_algorithm"]),
            )
        )
    yield from found


def _is_oaep(algorithm: cms.KeyEncryptionAlgorithm) -> bool:
    if algorithm["algorithm"].dotted != _RSAES_OAEP:
        return False
    parameters = algorithm["parameters"]
    mask = parameters["mask_gen_algorithm"]
    return bool(
        parameters["hash_algorithm"]["algorithm"].dotted == _SHA256
        and mask["algorithm"].dotted == _MGF1
        and mask["parameters"]["algorithm"].dotted == _SHA256
        and parameters["p_source_algorithm"]["parameters"].native == b""
    )


def _must_be(expected: object, found: object) -> None:
    if found != expected:
        raise ValueError(f"found {found} in place of {expected}")


def _content_header(reader: _Reader) -> tuple[bytes, int]:
    """The nonce and the content's size; the reader then stands at the content."""
    reader.enter(0x30)
    _must_be(_DATA, core.ObjectIdentifier.load(reader.element(), strict=True).dotted)
    algorithm = core.Sequence.load(reader.element(), strict=True)
    if core.ObjectIdentifier.load(algorithm[0].dump()).dotted != _AES256_GCM:
        raise ValueError("another content cipher than AES-256-GCM")
    parameters = core.Sequence.load(algorithm[1].dump())
    nonce = core.OctetString.load(parameters[0].dump()).native
    if len(nonce) != 12:
        raise ValueError("the nonce has the wrong length")
    _must_be(_TAG, core.Integer.load(parameters[1].dump(), strict=True).native)
    return nonce, reader.enter(0x80)


def _unwrap(wraps: Sequence[_Wrapped], key: DecryptionKey) -> bytes:
    mine = Recipient.of(key.certificate)
    for wrapped in wraps:
        if wrapped.recipient == mine:
            if not wrapped.by_oaep:
                raise ValueError("the key is wrapped in another way than RSA-OAEP")
            content_key = key.unwrap(wrapped.key)
            if len(content_key) != 32:
                raise ValueError("the content key has the wrong length")
            return content_key
    raise NotForThisKey(recipients=f"{len(wraps)} other keys")
