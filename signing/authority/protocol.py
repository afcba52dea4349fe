"""A certificate authority as everything else sees it.

The training authority (``training.py``) stands behind this interface today, a licensed one
(电子认证服务机构) can stand behind it tomorrow: nothing outside this room knows the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from signing.certificates import Purpose


class RevocationReason(StrEnum):
    """Why a certificate stops being good (RFC 5280, section 5.3.1, the ones used here)."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key_compromise"  # the UKey was lost or its PIN was seen
    AFFILIATION_CHANGED = "affiliation_changed"  # the person moved to another unit or role
    SUPERSEDED = "superseded"  # a newer certificate took its place
    CESSATION_OF_OPERATION = "cessation_of_operation"  # the person or unit left


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a certificate is to be for. A unit has neither ``role`` nor ``person_id``."""

    name: str
    unit: str
    unit_code: str
    organisation: str
    role: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new certificate and what leads up from it, DER, nearest first, the root last."""

    certificate: bytes
    chain: tuple[bytes, ...]


class Issuer(Protocol):
    """The part of a CA that enrolment needs, and all that another CA has to bring along.

    ``tests/contracts/test_issuers.py`` holds every backend to it: the training authority, the
    same behind a hub, and ``openssl ca``. All bytes are DER.
    """

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The trust roots that its certificates lead to."""

    def certify(self, request: bytes, subject: Subject, purpose: Purpose) -> Issued:
        """A certificate for one purpose over the key in a PKCS#10 ``request``.

        The subject is what the issuer was told by the administrator, never what the request
        claims; the request only proves that the key is held. Raises an ``ExplainedError``.
        """

    def revoke(self, certificate: bytes, reason: RevocationReason) -> None:
        """From now on ``certificate`` is revoked; doing it twice changes nothing."""

    def crls(self) -> Sequence[bytes]:
        """The newest revocation list of every issuer of this authority."""


class Authority(Issuer, Protocol):
    """Issues and revokes certificates, and answers for them. All bytes are DER."""

    def issue(self, public_key: bytes, subject: Subject, purpose: Purpose) -> Issued:
        """A certificate over ``public_key`` (SubjectPublicKeyInfo) for one purpose.

        For keys that were made where the authority is; whoever made one elsewhere sends a request.
        """

    def ocsp(self, request: bytes) -> bytes:
        """Answers an OCSP request (RFC 6960); a malformed one with an OCSP error, never raising."""

    def timestamp(self, request: bytes) -> bytes:
        """Answers a time-stamp request (RFC 3161); a malformed one with a rejection."""
