"""Who is speaking: accounts by certificate, without passwords.

The hub asks a question that is good once and for two minutes, the person's key signs it, and a
bearer token stands for that certificate for an hour. The certificate is asked about again at
every call: a token ends with the certificate it was given for.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from signing.certificates import fingerprint
from signing.errors import StatementForged
from signing.journal import read_canonical
from station.clock import Clock
from station.domain.units import Person
from station.hub import schema
from station.hub.database import Database
from station.hub.witness import Witness
from station.wire.messages import Challenge, Session, SignedStatement
from station.wire.problems import ChallengeStale, SignInNeeded, StatementMalformed
from station.wire.statements import SIGN_IN_FORMAT

_ANSWER_WITHIN = timedelta(minutes=2)
_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Account:
    """The person behind a token. ``fingerprint`` is of the certificate that signed in."""

    person: Person
    fingerprint: str


class Accounts:
    """Opens sessions and recognises them. ``hub`` names this hub inside what is signed."""

    def __init__(self, database: Database, witness: Witness, hub: str, clock: Clock) -> None:
        self._database = database
        self._witness = witness
        self._hub = hub
        self._clock = clock
        self._secret = _secret_in(database)

    def challenge(self) -> Challenge:
        """A fresh question. Nothing is written for it: whoever only asks costs the disk nothing."""
        expires_at = self._clock() + _ANSWER_WITHIN
        asked = f"{int(expires_at.timestamp())}.{secrets.token_urlsafe(16)}"
        return Challenge(
            nonce=f"{asked}.{self._seal_of(asked)}", hub=self._hub, expires_at=expires_at
        )

    def open(self, answer: SignedStatement) -> Session:
        """A session for whoever signed the answer to an open question."""
        now = self._clock()
        signer = self._witness.staff(answer, now)
        nonce = _nonce_in(answer.statement, self._hub)
        expires_at = self._asked_until(nonce)
        if expires_at <= now:
            raise ChallengeStale()
        token = secrets.token_urlsafe(32)
        challenges, sessions, known = schema.challenges, schema.sessions, schema.certificates
        with self._database.write() as connection:
            connection.execute(challenges.delete().where(challenges.c.expires_at <= now))
            used = connection.scalar(
                sa.select(challenges.c.nonce).where(challenges.c.nonce == nonce)
            )
            if used is not None:
                raise ChallengeStale()
            connection.execute(challenges.insert().values(nonce=nonce, expires_at=expires_at))
            connection.execute(sessions.delete().where(sessions.c.expires_at <= now))
            keep_certificate(connection, signer.certificate)
            connection.execute(
                known.update()
                .where(known.c.fingerprint == signer.fingerprint)
                .values(signed_in_at=now)
            )
            connection.execute(
                sessions.insert().values(
                    token_sha256=_digest(token),
                    certificate=signer.fingerprint,
                    expires_at=now + _LASTS,
                )
            )
        person = signer.person
        return Session(
            token=token,
            expires_at=now + _LASTS,
            person=person.id,
            name=person.name,
            role=person.role,
            unit=person.unit.code,
            unit_name=person.unit.name,
        )

    def of(self, token: str) -> Account:
        """Whose token it is, when the session runs and the certificate is still good.

        Raises ``SignInNeeded``, or the refusal that says what became of the certificate.
        """
        now = self._clock()
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(schema.certificates.c.der)
                .select_from(
                    schema.sessions.join(
                        schema.certificates,
                        schema.certificates.c.fingerprint == schema.sessions.c.certificate,
                    )
                )
                .where(
                    schema.sessions.c.token_sha256 == _digest(token),
                    schema.sessions.c.expires_at > now,
                )
            ).one_or_none()
        if row is None:
            raise SignInNeeded()
        signer = self._witness.still_staff(row.der, now)
        return Account(signer.person, signer.fingerprint)

    def close(self, token: str) -> None:
        """Ends a session; one that is not there is ended already."""
        with self._database.write() as connection:
            connection.execute(
                schema.sessions.delete().where(schema.sessions.c.token_sha256 == _digest(token))
            )

    def _asked_until(self, nonce: str) -> datetime:
        """Until when the question may be answered, if it was this hub that asked."""
        asked, _, seal = nonce.rpartition(".")
        if not hmac.compare_digest(seal.encode(), self._seal_of(asked).encode()):
            raise ChallengeStale()
        return datetime.fromtimestamp(int(asked.partition(".")[0]), UTC)

    def _seal_of(self, asked: str) -> str:
        return hmac.new(self._secret, asked.encode(), hashlib.sha256).hexdigest()


def keep_certificate(connection: sa.Connection, certificate: bytes) -> None:
    """Remembers a certificate of the staff for the record."""
    mark = fingerprint(certificate)
    known = connection.scalar(
        sa.select(schema.certificates.c.fingerprint).where(
            schema.certificates.c.fingerprint == mark
        )
    )
    if known is None:
        connection.execute(schema.certificates.insert().values(fingerprint=mark, der=certificate))


def _secret_in(database: Database) -> bytes:
    """What makes a question recognisable as this hub's own; made once, kept with the data."""
    about = schema.about
    with database.write() as connection:
        kept = connection.scalar(sa.select(about.c.value).where(about.c.name == "questions"))
        if kept is None:
            kept = secrets.token_hex(32)
            connection.execute(about.insert().values(name="questions", value=kept))
    return bytes.fromhex(kept)


def _nonce_in(statement: bytes, hub: str) -> str:
    try:
        body = read_canonical(statement)
        if body["format"] != SIGN_IN_FORMAT:
            raise StatementMalformed(reason=f"format {body['format']}")
        if body["hub"] != hub:
            raise ChallengeStale()
        return str(body["nonce"])
    except StatementForged as error:
        raise StatementMalformed(reason=str(error.facts.get("reason"))) from error
    except KeyError as error:
        raise StatementMalformed(reason=str(error)) from error


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
