"""Certificates and revocation evidence as the library's objects, parsed once and then shared.

Reading a certificate path asks the same few certificates again and again, file after file; parsing
them anew was two thirds of a verification. The objects are lazy: asking fills them in. They are
therefore never shared between threads, and whoever interrupts a reading in the middle calls
``forget``.
"""

from __future__ import annotations

from functools import lru_cache
from threading import get_ident

from asn1crypto import crl, keys, ocsp, x509


class _Name(x509.Name):  # type: ignore[misc]
    """A name that prepares itself for comparison (RFC 5280, 7.1) once."""

    _prepared: str | None = None

    @property
    def hashable(self) -> str:
        """The prepared form, as the library has it."""
        if self._prepared is None:
            self._prepared = str(super().hashable)
        return self._prepared

    def __eq__(self, other: object) -> bool:
        if isinstance(other, x509.Name) and self.chosen.contents == other.chosen.contents:
            return True
        return bool(super().__eq__(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # as in the library


class _Unchanged:
    """Written as it was read: nobody changes what is shared, so changes are not looked for."""

    _written: bytes | None = None

    def dump(self, force: bool = False) -> bytes:
        """The encoding."""
        if force:
            return bytes(super().dump(force=True))  # type: ignore[misc]
        if self._written is None:
            self._written = bytes(super().dump())  # type: ignore[misc]
        return self._written


class _Key(_Unchanged, keys.PublicKeyInfo):  # type: ignore[misc]
    pass


_PARTS = {x509.Name: _Name, keys.PublicKeyInfo: _Key}


class _Body(_Unchanged, x509.TbsCertificate):  # type: ignore[misc]
    _fields = [  # noqa: RUF012 - the shape asn1crypto prescribes
        (name, _PARTS.get(kind, kind), *more) for name, kind, *more in x509.TbsCertificate._fields
    ]


class Certificate(_Unchanged, x509.Certificate):  # type: ignore[misc]
    """A certificate as the library has it, quicker when it is asked twice."""

    _fields = [  # noqa: RUF012
        (name, _Body if kind is x509.TbsCertificate else kind, *more)
        for name, kind, *more in x509.Certificate._fields
    ]
    _marks: tuple[bytes, str, bytes] | None = None

    @property
    def marks(self) -> tuple[bytes, str, bytes]:
        """What a registry finds it by: the key's digest, the subject, the key's identifier."""
        if self._marks is None:
            key = self.public_key.sha1
            self._marks = key, self.subject.hashable, self.key_identifier or key
        return self._marks


def certificate(der: bytes) -> Certificate:
    """The certificate that ``der`` is; errors of the library where it is none."""
    return _certificate(get_ident(), der)


def revocation_list(der: bytes) -> crl.CertificateList:
    """The revocation list that ``der`` is, and nothing behind it."""
    return _revocation_list(get_ident(), der)


def ocsp_response(der: bytes) -> ocsp.OCSPResponse:
    """The OCSP response that ``der`` is, and nothing behind it."""
    return _ocsp_response(get_ident(), der)


def forget() -> None:
    """Drops what was parsed: an interrupted reading may have left something half filled in."""
    for kept in (_certificate, _revocation_list, _ocsp_response):
        kept.cache_clear()


@lru_cache(maxsize=2048)
def _certificate(_thread: int, der: bytes) -> Certificate:
    return Certificate.load(der)  # type: ignore[no-any-return]


@lru_cache(maxsize=64)  # the lists of nations have megabytes
def _revocation_list(_thread: int, der: bytes) -> crl.CertificateList:
    return crl.CertificateList.load(der, strict=True)


@lru_cache(maxsize=512)
def _ocsp_response(_thread: int, der: bytes) -> ocsp.OCSPResponse:
    return ocsp.OCSPResponse.load(der, strict=True)
