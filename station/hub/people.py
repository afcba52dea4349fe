"""Who of the staff is known here: everybody whose certificate this hub has met, with its standing.

People are not entered anywhere: a certificate is what makes somebody staff. It is known from the
folder of public certificates, from being issued here, or from its holder having signed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from signing.certificates import Holder, Purpose, fingerprint, holder_of, load_certificates
from signing.errors import VerificationError
from signing.trust import TrustStore
from station.domain.units import Role, covers
from station.hub import schema
from station.hub.accounts import Account
from station.hub.database import Database
from station.hub.directory import CountyDirectory
from station.hub.fresh_statements import administrator
from station.hub.trust import Trust
from station.staff import person_of
from station.wire.administration import Staff, StaffCertificate, StaffEntry


class People:
    """The county's staff, for its administrators."""

    def __init__(
        self, database: Database, folder: Path, directory: CountyDirectory, trust: Trust
    ) -> None:
        self._database = database
        self._folder = folder
        self._directory = directory
        self._trust = trust

    def staff(self, account: Account) -> Staff:
        """Everybody of this administrator's area; ``RoleNotAllowed`` for anybody else."""
        administrator(account.person.role)
        seen = self._signed_in()
        trust = self._trust()
        found: dict[tuple[str, str], list[StaffCertificate]] = {}
        for certificate in {*self._in_folder(), *self._met()}:
            holder = holder_of(certificate)
            if person_of(holder) is None or holder.purpose is not Purpose.SIGN:
                continue
            if covers(account.person.unit.code, holder.unit_code):
                known = found.setdefault((holder.unit_code, holder.person_id), [])
                known.append(_entry(certificate, holder, trust))
        return Staff(
            entries=tuple(
                self._person(certificates, seen) for _, certificates in sorted(found.items())
            )
        )

    def _person(
        self, certificates: list[StaffCertificate], seen: dict[str, datetime]
    ) -> StaffEntry:
        """One person by all certificates, the newest first: it says name and role as they are."""
        ordered = tuple(
            sorted(certificates, key=lambda one: (one.not_before, one.serial), reverse=True)
        )
        holder = holder_of(ordered[0].certificate)
        moments = [seen[mark] for one in ordered if (mark := fingerprint(one.certificate)) in seen]
        return StaffEntry(
            person=holder.person_id,
            name=holder.name,
            role=Role.from_word(holder.role),
            unit=holder.unit_code,
            unit_name=self._directory.unit_name(holder.unit_code),
            certificates=ordered,
            signed_in_at=max(moments, default=None),
        )

    def _in_folder(self) -> Iterator[bytes]:
        for file in sorted(self._folder.glob("*.pem")):
            with suppress(OSError, VerificationError):  # not ours to read
                yield load_certificates(file.read_bytes())[0]

    def _met(self) -> list[bytes]:
        with self._database.read() as connection:
            return list(connection.scalars(sa.select(schema.certificates.c.der)))

    def _signed_in(self) -> dict[str, datetime]:
        table = schema.certificates
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(table.c.fingerprint, table.c.signed_in_at).where(
                    table.c.signed_in_at.is_not(None)
                )
            ).all()
        return {row.fingerprint: row.signed_in_at for row in rows}


def _entry(certificate: bytes, holder: Holder, trust: TrustStore) -> StaffCertificate:
    revoked = (piece.revoked_at(certificate) for piece in trust.evidence)
    return StaffCertificate(
        certificate=certificate,
        serial=holder.serial,
        not_before=holder.not_before,
        not_after=holder.not_after,
        revoked_at=next((moment for moment in revoked if moment is not None), None),
    )
