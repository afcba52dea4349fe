"""The hub's authority as an ``Issuer``, for an administrator who is signed in: asks, approves and
fetches as one."""

from __future__ import annotations

from signing.authority.protocol import Issued, RevocationReason, Subject
from signing.authority.remote import HttpEvidence
from signing.certificates import Purpose
from signing.keys.protocol import SigningKey
from station.wire.enrolment import EnrolmentClient, Wanted
from station.wire.messages import Directory


class HubIssuer:
    """Satisfies ``signing.authority.protocol.Issuer``."""

    def __init__(self, client: EnrolmentClient, key: SigningKey) -> None:
        self._client, self._key = client, key
        self._directory: Directory | None = None

    @property
    def roots(self) -> tuple[bytes, ...]:
        if self._directory is None:
            self._directory = self._client.directory()
        return self._directory.roots

    def certify(self, request: bytes, subject: Subject, purpose: Purpose) -> Issued:
        """Asks, approves and fetches, all as one."""
        wanted = Wanted(
            name=subject.name,
            unit=subject.unit_code,
            role=subject.role,
            person=subject.person_id,
            purpose=purpose,
        )
        ticket = self._client.ask_for_certificate(request, wanted)
        self._client.decide(self._client.enrolment(ticket), self._key, issue=True)
        made = self._client.enrolment(ticket)
        return Issued(made.certificate, made.chain)

    def revoke(self, certificate: bytes, reason: RevocationReason) -> None:
        self._client.revoke(certificate, reason, self._key)

    def crls(self) -> tuple[bytes, ...]:
        return tuple(piece.der for piece in HttpEvidence(f"{self._client.url}/authority").lists())
