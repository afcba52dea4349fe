"""Whether a signer's certificate is to be trusted at the moment that counts.

Offline: roots, intermediates and revocation evidence are what the caller's ``TrustStore`` and the
document itself hold. Evidence is required for every certificate but a root; what nobody vouches
for is undetermined and not trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from signing.certificates import (
    CertificateExpired,
    CertificateForOtherUse,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUnreadable,
    Purpose,
    holder_of,
    issued_by,
)
from signing.errors import CertificateNotUsable
from signing.trust import Evidence, TrustStore
from signing.verify.verdict import Trust
from signing.verify.words import Remark


@dataclass(frozen=True, slots=True)
class Standing:
    """The trust in one certificate, and why it is not more."""

    trust: Trust
    remark: Remark | None = None


def standing_of(
    certificate: bytes,
    others: tuple[bytes, ...],
    trust: TrustStore,
    at: datetime,
    *uses: Purpose,
    proven: bool,
) -> Standing:
    """The standing of ``certificate`` (DER) at ``at``, for any of ``uses``.

    ``others`` are certificates that came along. ``proven`` tells that a trusted time stamp shows
    the certificate to have been used no later than ``at``; without it a certificate that ran out
    may have been used in time, which then nobody can settle.
    """
    try:
        holder = holder_of(certificate)
    except CertificateUnreadable as error:
        detail = error.facts.get("reason", "")
        return Standing(Trust.UNTRUSTED, Remark("certificate_bad", holder="?", detail=detail))
    who = holder.label
    if not trust.roots:
        return Standing(Trust.UNTRUSTED, Remark("no_roots"))
    if certificate not in trust.roots and issued_by(certificate, certificate):
        return Standing(Trust.UNTRUSTED, Remark("no_path", holder=who))
    from signing.paths import CertificateNotTrusted, CertificateStatusUnknown, check_path

    try:
        check_path(certificate, others, trust, at, *uses)
    except CertificateRevoked as error:
        return Standing(
            Trust.REVOKED, Remark("revoked", holder=who, date=error.facts.get("date", ""))
        )
    except CertificateNotTrusted:
        return Standing(Trust.UNTRUSTED, Remark("no_path", holder=who))
    except CertificateStatusUnknown:
        return Standing(Trust.UNDETERMINED, Remark("status_unknown", holder=who))
    except CertificateForOtherUse:
        return Standing(Trust.UNTRUSTED, Remark("wrong_use", holder=who))
    except CertificateNotYetValid:
        date = f"{holder.not_before:%Y-%m-%d}"
        return Standing(Trust.UNTRUSTED, Remark("not_valid_yet", holder=who, date=date))
    except CertificateExpired:
        date = f"{holder.not_after:%Y-%m-%d}"
        if proven:
            return Standing(Trust.UNTRUSTED, Remark("expired_then", holder=who, date=date))
        then = holder.not_after - timedelta(seconds=1)
        before = standing_of(certificate, others, trust, then, *uses, proven=True)
        if before.trust in (Trust.TRUSTED, Trust.UNDETERMINED):
            remark = Remark("expired_unproven", holder=who, date=date)
            return Standing(Trust.UNDETERMINED, remark)
        return before
    except CertificateNotUsable as error:
        detail = error.facts.get("reason", "")
        return Standing(Trust.UNTRUSTED, Remark("certificate_bad", holder=who, detail=detail))
    return Standing(Trust.TRUSTED)


def evidence_in(crls: Iterable[bytes], ocsps: Iterable[bytes]) -> tuple[Evidence, ...]:
    """What can be read of revocation lists and OCSP responses (DER) found in a document."""
    pieces = (
        *(_piece(Evidence.from_crl, der) for der in crls),
        *(_piece(Evidence.from_ocsp, der) for der in ocsps),
    )
    return tuple(dict.fromkeys(piece for piece in pieces if piece is not None))


@lru_cache(maxsize=256)
def _piece(read: Callable[[bytes], Evidence], der: bytes) -> Evidence | None:
    # Documents carry damaged and empty ones; they vouch for nobody.
    with suppress(ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return read(der)
    return None
