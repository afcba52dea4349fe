"""Whose signature it is: the one place of the hub that asks ``signing`` about certificates.

What comes out is a member of staff of this county, or a refusal in the wire's words. The trust
store is asked for anew each time, so that a revocation counts from the moment it is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from signing.certificates import (
    CertificateExpired,
    CertificateForOtherUse,
    CertificateNotYetValid,
    CertificateRevoked,
    Purpose,
    fingerprint,
    holder_of,
)
from signing.errors import CertificateNotUsable, StatementForged
from signing.journal import check_statement
from signing.paths import CertificateStatusUnknown
from signing.trust import TrustStore, refuse_revoked
from station.domain.units import Person, covers
from station.staff import person_of
from station.wire.messages import SignedStatement
from station.wire.problems import (
    AccountRefusal,
    CertificateForeign,
    CertificateNotForThis,
    CertificateNotValidNow,
    CertificateNotValidYet,
    CertificateRevokedNow,
    CertificateUnsettled,
    SignatureInvalid,
)


@dataclass(frozen=True, slots=True)
class Signer:
    """A member of staff, with the certificate that was used."""

    person: Person
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.certificate)


class Witness:
    """Checks signatures against what this hub trusts. ``county`` is the hub's own unit code."""

    def __init__(self, trust: Callable[[], TrustStore], county: str) -> None:
        self._trust = trust
        self._county = county
        self._unrevoked: tuple[TrustStore, frozenset[bytes]] = (TrustStore(), frozenset())

    def staff(self, signed: SignedStatement, now: datetime) -> Signer:
        """Who of this county signed, with a certificate that is good at ``now``."""
        trust = self._trust()
        try:
            checked = check_statement(signed.statement, signed.signature, trust, now)
        except StatementForged as error:
            raise SignatureInvalid() from error
        except CertificateNotUsable as error:
            raise _refusal(error) from error
        return self._staff(checked.certificate, trust)

    def still_staff(self, certificate: bytes, now: datetime) -> Signer:
        """The same of a certificate that was checked before: is it good even now?"""
        trust = self._trust()
        try:
            holder_of(certificate).check_usable(now, Purpose.SIGN)
        except CertificateNotUsable as error:
            raise _refusal(error) from error
        return self._staff(certificate, trust)

    def _staff(self, certificate: bytes, trust: TrustStore) -> Signer:
        self._refuse_revoked(certificate, trust)
        holder = holder_of(certificate)
        person = person_of(holder)
        if person is None or not covers(self._county, person.unit.code):
            raise CertificateNotForThis(holder=holder.label)
        return Signer(person, certificate)

    def _refuse_revoked(self, certificate: bytes, trust: TrustStore) -> None:
        """A path is judged to the minute; whoever was revoked seconds ago is out now."""
        known, good = self._unrevoked
        if known is not trust:
            good = frozenset()
        if certificate in good:
            return
        try:
            refuse_revoked([certificate, *trust.intermediates], trust.evidence)
        except CertificateRevoked as error:
            raise _refusal(error) from error
        self._unrevoked = (trust, good | {certificate})


def _refusal(error: CertificateNotUsable) -> AccountRefusal:
    holder = error.facts.get("holder")
    match error:
        case CertificateRevoked():
            return CertificateRevokedNow(holder=holder, date=error.facts.get("date"))
        case CertificateExpired():
            return CertificateNotValidNow(holder=holder, date=error.facts.get("date"))
        case CertificateNotYetValid():
            return CertificateNotValidYet(holder=holder, date=error.facts.get("date"))
        case CertificateForOtherUse():
            return CertificateNotForThis(holder=holder)
        case CertificateStatusUnknown():
            return CertificateUnsettled(holder=holder)
    return CertificateForeign(holder=holder)
