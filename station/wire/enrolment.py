"""What is said about certificates: asking for one, deciding, renewing, revoking.

Whoever asks has no certificate yet and is nobody to the hub: the county administrator decides, by
a signed statement, after having the key's code read out. Renewing and revoking are signed by a key
that is still good.
"""

from __future__ import annotations

import base64
from datetime import datetime
from enum import StrEnum
from typing import Any

from signing.authority.protocol import Issued, RevocationReason
from signing.certificates import Purpose
from signing.keys.protocol import SigningKey
from station.wire.client import HubClient
from station.wire.messages import Bytes, Message, SignedStatement
from station.wire.statements import signed

DECISION_FORMAT = "yizhan-enrolment/1"
RENEWAL_FORMAT = "yizhan-renewal/1"
REVOCATION_FORMAT = "yizhan-revocation/1"


class EnrolmentState(StrEnum):
    WAITING = "waiting"
    ISSUED = "issued"
    REFUSED = "refused"


class Wanted(Message):
    """Whom a certificate is to be for. A unit's seal has neither role nor person."""

    name: str
    unit: str  # the unit's code
    role: str = ""
    person: str = ""
    purpose: Purpose = Purpose.SIGN


class EnrolmentAsked(Message):
    """A request for a certificate: PKCS#10 (DER), and whom it is to be for."""

    request: Bytes
    wanted: Wanted


class EnrolmentTicket(Message):
    """What the one who asked keeps: with ``secret`` the certificate is fetched."""

    id: str
    code: str
    secret: str


class Enrolment(Message):
    """How it stands with a request."""

    id: str
    code: str
    wanted: Wanted
    unit_name: str
    state: EnrolmentState
    asked_at: datetime
    reason: str = ""
    decided_by: str = ""
    certificate: Bytes = b""
    chain: tuple[Bytes, ...] = ()


class Enrolments(Message):
    """Requests that wait for the administrator, the oldest first."""

    entries: tuple[Enrolment, ...]


class Renewal(Message):
    """A request for a new key, and the old key's signature under it."""

    request: Bytes
    statement: SignedStatement


class Certified(Message):
    """A new certificate and what leads up from it."""

    certificate: Bytes
    chain: tuple[Bytes, ...]


class EnrolmentClient(HubClient):
    """A client of the hub for certificates; only some of its calls need somebody signed in."""

    def ask_for_certificate(self, request: bytes, wanted: Wanted) -> EnrolmentTicket:
        """Hands a request in; nobody need be signed in."""
        body = EnrolmentAsked(request=request, wanted=wanted).model_dump(mode="json")
        return self._read(EnrolmentTicket, self._exchange("POST", "/v1/enrolments", json=body))

    def enrolment(self, ticket: EnrolmentTicket) -> Enrolment:
        """How it stands, with the certificate once it is issued."""
        headers = {"Enrolment-Secret": ticket.secret}
        path = f"/v1/enrolments/{ticket.id}"
        return self._read(Enrolment, self._exchange("GET", path, headers=headers))

    def enrolments(self) -> tuple[Enrolment, ...]:
        """What waits for the administrator who is signed in."""
        return self._read(Enrolments, self._ask("GET", "/v1/enrolments")).entries

    def decide(
        self, entry: Enrolment, key: SigningKey, *, issue: bool, reason: str = ""
    ) -> Enrolment:
        """Approves or refuses a request, signed by the administrator's key."""
        body = {
            "format": DECISION_FORMAT,
            "id": entry.id,
            "code": entry.code,
            "issue": issue,
            "wanted": entry.wanted.model_dump(mode="json"),
            "reason": reason,
            "at": self._clock().isoformat(timespec="seconds"),
        }
        path = f"/v1/enrolments/{entry.id}/decision"
        return self._read(Enrolment, self._ask("POST", path, json=self._signed(body, key)))

    def renew(self, request: bytes, request_digest: str, key: SigningKey) -> Issued:
        """A certificate for a new key of the person whose ``key`` is still good."""
        body = {
            "format": RENEWAL_FORMAT,
            "request": request_digest,
            "at": self._clock().isoformat(timespec="seconds"),
        }
        renewal = Renewal(
            request=request, statement=SignedStatement.model_validate(self._signed(body, key))
        )
        response = self._exchange("POST", "/v1/renewals", json=renewal.model_dump(mode="json"))
        made = self._read(Certified, response)
        return Issued(made.certificate, made.chain)

    def revoke(self, certificate: bytes, reason: RevocationReason, key: SigningKey) -> None:
        """Revokes one's own certificate, or as administrator anybody's."""
        body = {
            "format": REVOCATION_FORMAT,
            "certificate": base64.b64encode(certificate).decode("ascii"),
            "reason": str(reason),
            "at": self._clock().isoformat(timespec="seconds"),
        }
        self._exchange("POST", "/v1/revocations", json=self._signed(body, key))

    def _signed(self, body: dict[str, Any], key: SigningKey) -> dict[str, Any]:
        return signed(body, key, self._clock()).model_dump(mode="json")
