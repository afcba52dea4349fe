"""The county as the hub knows it: its units and the certificates that things are sealed to.

Read from a folder of public certificates; whoever is to be reachable has one there. People are
not listed: they introduce themselves by their own certificates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signing.certificates import Purpose, fingerprint, holder_of, load_certificates
from signing.errors import VerificationError
from station.catalogue import Catalogue
from station.clock import Clock
from station.domain.deadlines import WorkingCalendar
from station.domain.units import Unit, level_of
from station.wire.messages import Directory, ItemEntry, UnitEntry


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit and its sealing certificates (DER), the newest first."""

    unit: Unit
    encryption: tuple[bytes, ...]


def units_in(folder: Path, clock: Clock) -> dict[str, ListedUnit]:
    """The units whose sealing certificates lie in ``folder`` (``*.pem``) and are valid now."""
    now = clock()
    found: dict[str, list[tuple[bytes, str]]] = {}
    for file in sorted(folder.glob("*.pem")):
        try:
            certificate = load_certificates(file.read_bytes())[0]
        except (OSError, VerificationError):
            continue  # not ours to read; a missing unit is noticed where it is needed
        holder = holder_of(certificate)
        if holder.purpose is not Purpose.ENCRYPT or not _is_unit(holder.unit_code):
            continue
        if holder.not_before <= now <= holder.not_after:
            found.setdefault(holder.unit_code, []).append((certificate, holder.unit))
    return {
        code: ListedUnit(
            Unit(code, certificates[0][1]),
            tuple(
                sorted(
                    (certificate for certificate, _ in certificates),
                    key=lambda der: holder_of(der).not_before,
                    reverse=True,
                )
            ),
        )
        for code, certificates in sorted(found.items())
    }


class CountyDirectory:
    """Answers who is where; reads its folder again whenever it is asked for the whole."""

    def __init__(
        self,
        folder: Path,
        *,
        county: str,
        organisation: str,
        training: bool,
        hub_certificate: bytes,
        sms_certificate: bytes,
        archive: tuple[bytes, ...],
        roots: tuple[bytes, ...],
        intermediates: tuple[bytes, ...],
        catalogue: Catalogue,
        calendar: WorkingCalendar,
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._county = county
        self._organisation = organisation
        self._training = training
        self._hub_certificate = hub_certificate
        self._sms_certificate = sms_certificate
        self._archive = archive
        self._roots = roots
        self._intermediates = intermediates
        self._catalogue = catalogue
        self._calendar = calendar
        self._clock = clock
        self._units: Mapping[str, ListedUnit] = units_in(folder, clock)

    @property
    def training(self) -> bool:
        return self._training

    def unit_name(self, code: str) -> str:
        """The unit's name; its code when it is not listed."""
        listed = self._units.get(code)
        return listed.unit.name if listed else code

    def unit_codes(self) -> tuple[str, ...]:
        return tuple(self._units)

    def message(self) -> Directory:
        """The whole directory as stations fetch it."""
        self._units = units_in(self._folder, self._clock)
        return Directory(
            county=self._county,
            organisation=self._organisation,
            training=self._training,
            hub_certificate=self._hub_certificate,
            sms_certificate=self._sms_certificate,
            archive=self._archive,
            units=tuple(
                UnitEntry(
                    code=listed.unit.code,
                    name=listed.unit.name,
                    level=listed.unit.level,
                    encryption=listed.encryption,
                )
                for listed in self._units.values()
            ),
            roots=self._roots,
            intermediates=self._intermediates,
            root_fingerprints=tuple(fingerprint(root) for root in self._roots),
            calendar_years=tuple(sorted(self._calendar.known)),
            items=tuple(
                ItemEntry(code=item.code, version=item.version, title=item.title)
                for item in self._catalogue.items
            ),
            server_time=self._clock(),
        )


def _is_unit(code: str) -> bool:
    try:
        level_of(code)
    except ValueError:
        return False
    return code.isdigit()
