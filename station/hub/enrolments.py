"""Certificates for the staff: requests that wait, the administrator's decision, what came of it.

The hub issues nothing by itself. Anybody may ask; what is issued says what the county
administrator signed, never what the request claims. The signed decision is kept with the request.
A renewal is signed by the key that it replaces and changes nothing but the key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from signing.authority.enrolment import key_code
from signing.authority.profiles import public_key_in
from signing.authority.protocol import Issued, Issuer, RevocationReason, Subject
from signing.certificates import (
    CertificateUnreadable,
    Purpose,
    fingerprint,
    holder_of,
    key_strength,
)
from station.clock import Clock
from station.domain.units import Role, covers, level_of
from station.hub import schema
from station.hub.accounts import Account, keep_certificate
from station.hub.database import Database
from station.hub.directory import CountyDirectory
from station.hub.fresh_statements import FreshStatements, administrator
from station.wire.enrolment import (
    DECISION_FORMAT,
    RENEWAL_FORMAT,
    REVOCATION_FORMAT,
    Certified,
    Enrolment,
    EnrolmentAsked,
    Enrolments,
    EnrolmentState,
    EnrolmentTicket,
    Renewal,
    Wanted,
)
from station.wire.messages import SignedStatement
from station.wire.problems import (
    EnrolmentDecided,
    EnrolmentsFull,
    EnrolmentUnfit,
    EnrolmentUnknown,
    NoIssuer,
    OutsideYourArea,
    SelfApproval,
    StatementMalformed,
    StatementOfAnother,
)

_MOST_WAITING = 500  # anybody may ask
_KEPT_FOR = timedelta(days=30)
_LONGEST_TEXT = 64
_CERTIFIED_HERE = (Purpose.SIGN, Purpose.SEAL)


class EnrolmentDesk:
    """The counter for certificates. ``issuer`` None: this hub has no CA of its own."""

    def __init__(
        self,
        database: Database,
        issuer: Issuer | None,
        statements: FreshStatements,
        directory: CountyDirectory,
        organisation: str,
        clock: Clock,
    ) -> None:
        self._database = database
        self._issuer = issuer
        self._statements = statements
        self._directory = directory
        self._organisation = organisation
        self._clock = clock

    # ---------------------------------------------------------------- asking
    def ask(self, asked: EnrolmentAsked) -> EnrolmentTicket:
        """Takes a request; the ticket's secret is kept here as a digest only."""
        self._ca()
        public_key = _public_key(asked.request)
        wanted = self._checked(asked.wanted)
        now, table = self._clock(), schema.enrolments
        ticket = EnrolmentTicket(
            id=secrets.token_hex(8), code=key_code(public_key), secret=secrets.token_urlsafe(32)
        )
        with self._database.write() as connection:
            stale = table.c.asked_at < now - _KEPT_FOR
            waits = table.c.state == EnrolmentState.WAITING
            connection.execute(table.delete().where(waits & stale))
            # The same key again: whoever lost the ticket asks anew, and one request waits.
            same = table.c.key_sha256 == hashlib.sha256(public_key).hexdigest()
            connection.execute(table.delete().where(waits & same))
            count = connection.scalar(sa.select(sa.func.count()).where(waits)) or 0
            if count >= _MOST_WAITING:
                raise EnrolmentsFull()
            connection.execute(
                table.insert().values(
                    id=ticket.id,
                    secret_sha256=_digest(ticket.secret),
                    key_sha256=hashlib.sha256(public_key).hexdigest(),
                    code=ticket.code,
                    request=asked.request,
                    wanted=wanted.model_dump_json(),
                    state=EnrolmentState.WAITING,
                    asked_at=now,
                    reason="",
                    decided_by="",
                )
            )
        return ticket

    def collect(self, id: str, secret: str) -> Enrolment:
        """How it stands with a request, for whoever has its secret."""
        row = self._row(id)
        if not hmac.compare_digest(row.secret_sha256, _digest(secret)):
            raise EnrolmentUnknown(id=id)
        return self._message(row)

    # ---------------------------------------------------------------- deciding
    def waiting(self, account: Account) -> Enrolments:
        """What waits for this administrator, the oldest first."""
        administrator(account.person.role)
        table = schema.enrolments
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(table)
                .where(table.c.state == EnrolmentState.WAITING)
                .order_by(table.c.asked_at, table.c.id)
            ).all()
        mine = [self._message(row) for row in rows]
        return Enrolments(
            entries=tuple(e for e in mine if covers(account.person.unit.code, e.wanted.unit))
        )

    def decide(self, id: str, account: Account, decision: SignedStatement) -> Enrolment:
        """Issues or refuses, as the administrator signed; deciding the same again changes nothing.

        The statement names key code and subject, so that nothing else is issued than was seen.
        """
        statement = self._statements.read(decision, DECISION_FORMAT)
        signer = statement.signer
        if signer.fingerprint != account.fingerprint:
            raise StatementOfAnother()
        administrator(signer.person.role)
        issue, reason = _decision(statement.body, id)
        wanted = self._checked(_wanted(statement.body))
        if not covers(signer.person.unit.code, wanted.unit):
            raise OutsideYourArea()
        if wanted.person and wanted.person == signer.person.id:
            raise SelfApproval()
        table, issuer = schema.enrolments, self._ca()
        with self._database.write() as connection:  # one decision at a time
            row = connection.execute(sa.select(table).where(table.c.id == id)).one_or_none()
            if row is None:
                raise EnrolmentUnknown(id=id)
            if row.code != statement.body.get("code"):
                raise StatementMalformed(reason="code")
            state = EnrolmentState.ISSUED if issue else EnrolmentState.REFUSED
            if row.state != EnrolmentState.WAITING:
                if row.state != state:
                    raise EnrolmentDecided(id=id, name=row.decided_by)
            else:
                values: dict[str, Any] = {
                    "state": state,
                    "wanted": wanted.model_dump_json(),
                    "reason": reason,
                    "decided_by": signer.person.name,
                    "statement": decision.statement,
                    "signature": decision.signature,
                }
                if issue:
                    issued = issuer.certify(row.request, self._subject(wanted), wanted.purpose)
                    values["certificate"] = issued.certificate
                    keep_certificate(connection, issued.certificate)
                    values["chain"] = b"".join(issued.chain)
                connection.execute(table.update().where(table.c.id == id).values(**values))
        return self._message(self._row(id))

    # ---------------------------------------------------------------- renewing and revoking
    def renew(self, renewal: Renewal) -> Certified:
        """A certificate for a new key, for the same person in the same place."""
        issuer = self._ca()
        statement = self._statements.read(renewal.statement, RENEWAL_FORMAT)
        if statement.body.get("request") != hashlib.sha256(renewal.request).hexdigest():
            raise StatementMalformed(reason="request")
        _public_key(renewal.request)
        holder = holder_of(statement.signer.certificate)
        subject = Subject(
            name=holder.name,
            unit=holder.unit,
            unit_code=holder.unit_code,
            organisation=holder.organisation,
            role=holder.role,
            person_id=holder.person_id,
        )
        issued = issuer.certify(renewal.request, subject, Purpose.SIGN)
        with self._database.write() as connection:
            keep_certificate(connection, issued.certificate)
        return _certified(issued)

    def revoke(self, revocation: SignedStatement) -> None:
        """Revokes the signer's own certificate, or for an administrator anybody's below."""
        statement = self._statements.read(revocation, REVOCATION_FORMAT)
        try:
            certificate = base64.b64decode(str(statement.body["certificate"]), validate=True)
            reason = RevocationReason(statement.body["reason"])
            holder = holder_of(certificate)
        except (KeyError, ValueError, binascii.Error, CertificateUnreadable) as error:
            raise StatementMalformed(reason=str(error)) from error
        signer = statement.signer
        if fingerprint(certificate) != signer.fingerprint:
            administrator(signer.person.role)
            if not covers(signer.person.unit.code, holder.unit_code):
                raise OutsideYourArea()
        self._ca().revoke(certificate, reason)

    # ---------------------------------------------------------------- below
    def _ca(self) -> Issuer:
        if self._issuer is None:
            raise NoIssuer()
        return self._issuer

    def _checked(self, wanted: Wanted) -> Wanted:
        """The wanted subject, when it is one that this county could have."""
        texts = (wanted.name, wanted.unit, wanted.role, wanted.person)
        if not wanted.name or any(len(t) > _LONGEST_TEXT or not t.isprintable() for t in texts):
            raise EnrolmentUnfit(reason="name / unit / role / person")
        if wanted.purpose not in _CERTIFIED_HERE:
            raise EnrolmentUnfit(reason=f"purpose {wanted.purpose}")
        if wanted.unit not in self._directory.unit_codes():
            raise EnrolmentUnfit(reason=f"unit {wanted.unit}")
        if wanted.purpose is Purpose.SIGN:
            try:
                Role.from_word(wanted.role)
                level_of(wanted.unit)
            except ValueError as error:
                raise EnrolmentUnfit(reason=str(error)) from error
            if not wanted.person or not wanted.person.isascii():
                raise EnrolmentUnfit(reason="person")
        elif wanted.role or wanted.person:
            raise EnrolmentUnfit(reason="a seal has no person")
        return wanted

    def _subject(self, wanted: Wanted) -> Subject:
        return Subject(
            name=wanted.name,
            unit=self._directory.unit_name(wanted.unit),
            unit_code=wanted.unit,
            organisation=self._organisation,
            role=wanted.role,
            person_id=wanted.person,
        )

    def _row(self, id: str) -> Any:
        table = schema.enrolments
        with self._database.read() as connection:
            row = connection.execute(sa.select(table).where(table.c.id == id)).one_or_none()
        if row is None:
            raise EnrolmentUnknown(id=id)
        return row

    def _message(self, row: Any) -> Enrolment:
        wanted = Wanted.model_validate_json(row.wanted)
        return Enrolment(
            id=row.id,
            code=row.code,
            wanted=wanted,
            unit_name=self._directory.unit_name(wanted.unit),
            state=EnrolmentState(row.state),
            asked_at=row.asked_at,
            reason=row.reason,
            decided_by=row.decided_by,
            certificate=row.certificate or b"",
            chain=_apart(row.chain or b""),
        )


def _public_key(request: bytes) -> bytes:
    """The key in a request that proves to be held, and is strong enough."""
    try:
        public_key = public_key_in(request)
        key_strength(public_key)
    except CertificateUnreadable as error:
        raise EnrolmentUnfit(reason=error.facts.get("reason", "")) from error
    return public_key


def _wanted(body: dict[str, Any]) -> Wanted:
    try:
        return Wanted.model_validate(body.get("wanted"))
    except ValidationError as error:
        raise StatementMalformed(reason="wanted") from error


def _decision(body: dict[str, Any], id: str) -> tuple[bool, str]:
    issue, reason = body.get("issue"), body.get("reason", "")
    if body.get("id") != id or not isinstance(issue, bool) or not isinstance(reason, str):
        raise StatementMalformed(reason="id / issue / reason")
    return issue, reason[:500]


def _certified(issued: Issued) -> Certified:
    return Certified(certificate=issued.certificate, chain=issued.chain)


def _apart(ders: bytes) -> tuple[bytes, ...]:
    """DER certificates that were written one after the other."""
    found = []
    while ders:
        first = ders[1]
        head = 2 + (first & 0x7F if first & 0x80 else 0)
        size = int.from_bytes(ders[2:head], "big") if first & 0x80 else first
        found.append(ders[: head + size])
        ders = ders[head + size :]
    return tuple(found)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
