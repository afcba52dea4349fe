"""The register of an authority: every certificate it issued and every one it revoked.

One JSON object per line, appended and on the disk before the call returns; a line torn by a power
cut is passed over, for what it said was not yet promised to anybody. Other processes may read the
same file while one writes: a reader looks again when the file has grown.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509

from signing.authority.protocol import RevocationReason
from signing.authority.service import Good, Revocation, Status
from signing.certificates import holder_of
from signing.files import append_line


class Register:
    """Issued and revoked certificates by issuer; an issuer is named by its subject's digest."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._issued: set[tuple[str, int]] = set()
        self._revoked: dict[tuple[str, int], Revocation] = {}

    def issued(self, certificate: bytes, at: datetime) -> None:
        """Notes a new certificate (DER)."""
        issuer, serial = _key(certificate)
        holder = holder_of(certificate)
        self._append(
            {
                "issued": f"{serial:X}",
                "issuer": issuer,
                "to": holder.label,
                "purpose": holder.purpose,
                "until": holder.not_after.isoformat(),
                "at": at.astimezone(UTC).isoformat(),
            }
        )

    def revoke(self, certificate: bytes, reason: RevocationReason, at: datetime) -> None:
        """Notes that ``certificate`` is revoked from ``at`` on; the first note stands."""
        issuer, serial = _key(certificate)
        self._catch_up()
        if (issuer, serial) in self._revoked:
            return
        self._append(
            {
                "revoked": f"{serial:X}",
                "issuer": issuer,
                "reason": reason,
                "at": at.astimezone(UTC).isoformat(),
            }
        )

    def status(self, issuer: bytes, serial: int) -> Status:
        """What is known of a serial number that ``issuer`` (DER) might have given."""
        self._catch_up()
        key = (_name(x509.Certificate.load(issuer).subject), serial)
        if key in self._revoked:
            return self._revoked[key]
        return Good() if key in self._issued else None

    def revocations(self, issuer: bytes) -> tuple[Revocation, ...]:
        """All revocations by ``issuer`` (DER), in the order they were made."""
        self._catch_up()
        name = _name(x509.Certificate.load(issuer).subject)
        return tuple(entry for (by, _), entry in self._revoked.items() if by == name)

    def _append(self, entry: dict[str, Any]) -> None:
        append_line(self._path, json.dumps(entry, ensure_ascii=False).encode())
        self._catch_up()

    def _catch_up(self) -> None:
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                grown = file.read()
        except FileNotFoundError:
            return
        whole, newline, _ = grown.rpartition(b"\n")
        self._read += len(whole) + len(newline)
        for line in whole.splitlines():
            self._note(line)

    def _note(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            if "issued" in entry:
                self._issued.add((entry["issuer"], int(entry["issued"], 16)))
                return
            serial = int(entry["revoked"], 16)
            at = datetime.fromisoformat(entry["at"])
            reason = RevocationReason(entry["reason"])
        except (ValueError, KeyError, TypeError):
            return  # torn by a power cut
        self._revoked.setdefault((entry["issuer"], serial), Revocation(serial, at, reason))


def _key(certificate: bytes) -> tuple[str, int]:
    parsed = x509.Certificate.load(certificate)
    return _name(parsed.issuer), parsed.serial_number


def _name(name: x509.Name) -> str:
    digest: bytes = name.sha256
    return digest.hex()[:32]
