"""Renewing a package: newer time stamps around what is in it, and not one signed byte touched.

Its PDFs grow by evidence and an archive time stamp behind what the cover lists: the first bytes,
as many as the cover says, stay what they were. Over the whole package (cover, record and all) goes
a time stamp of its own: ``renewals/0001.json`` lists every file as it then was, ``0001.tst`` is
the RFC 3161 token over that list. The next renewal lists this one too. Nobody's key is needed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signing.certificates import holder_of
from signing.errors import CertificateNotUsable, StatementForged
from signing.journal import signer_of
from signing.paths import check_path
from signing.timestamps import StampUnreadable, TimeStamps, read_token
from signing.trust import EvidenceSource, EvidenceUnavailable, TrustStore
from station.archive.form import DOSSIER, EARLIER, EVIDENCE, MANIFEST, RESULT, SIGNATURE

FORMAT = "yizhan-renewal/1"
RENEWALS = "renewals/"

_DIGEST = "sha256"


class RenewalWrong(ValueError):
    """The bytes are no list of this form."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as a renewal found it."""

    size: int
    sha256: str

    def is_still(self, data: bytes) -> bool:
        """Whether ``data`` begins with the file that was listed; a PDF may have grown since."""
        return hashlib.sha256(data[: self.size]).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True)
class Renewal:
    """One renewal: the list, the token over it, and when and by whom it was stamped."""

    number: int
    files: Mapping[str, Listed]
    stamped_at: datetime
    stamper: bytes
    chain: tuple[bytes, ...]

    @property
    def until(self) -> datetime:
        """When the stamper's certificate runs out."""
        return holder_of(self.stamper).not_after


def papers_in(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of the signed PDFs of a package."""
    return tuple(
        name
        for name in sorted(files)
        if name in (DOSSIER, RESULT) or (name.startswith(EARLIER) and name.endswith(".pdf"))
    )


def may_have_grown(name: str) -> bool:
    """Whether a renewal may append to the file."""
    return name in (DOSSIER, RESULT) or name.startswith(EARLIER)


def renewals_in(files: Mapping[str, bytes]) -> tuple[Renewal, ...]:
    """The renewals of a package, oldest first; ``RenewalWrong`` when one cannot be read."""
    found = []
    for number in range(1, len(files) + 1):
        body, token = (files.get(name) for name in _names(number))
        if body is None and token is None:
            break
        if body is None or token is None:
            raise RenewalWrong(number)
        found.append(_read(number, body, token))
    return tuple(found)


def check_stamper(renewal: Renewal, trust: TrustStore) -> None:
    """Whether the stamper might stamp then; raises a ``CertificateNotUsable``."""
    from signing.certificates import Purpose

    check_path(renewal.stamper, renewal.chain, trust, renewal.stamped_at, Purpose.TIME_STAMP)


def cover_ends(files: Mapping[str, bytes]) -> tuple[datetime, str] | None:
    """Until when something proves the age of the cover and the record, and whose certificate
    ends then; None when the cover has no signature that can be read."""
    renewals = renewals_in(files)
    if renewals:
        holder = holder_of(renewals[-1].stamper)
    else:
        try:
            signer = signer_of(files[MANIFEST], files[SIGNATURE])
        except (KeyError, StatementForged):
            return None
        holder = signer.holder
    return holder.not_after, holder.label


def cover_stamped(
    files: Mapping[str, bytes], stamps: TimeStamps, evidence: EvidenceSource
) -> dict[str, bytes]:
    """The package's files with one more renewal over all of them."""
    renewed = dict(files)
    probe = read_token(stamps.stamp(hashlib.sha256(b"").digest(), _DIGEST))
    try:
        for piece in evidence.collect((probe.certificate, *probe.chain)):
            short = hashlib.sha256(piece.der).hexdigest()[:16]
            renewed.setdefault(f"{EVIDENCE}{short}.{piece.kind.value}", piece.der)
    except EvidenceUnavailable:
        pass  # the stamper may be judged with what the next renewal brings
    number = len(renewals_in(files)) + 1
    value = {
        "format": FORMAT,
        "number": number,
        "files": [
            {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(renewed.items())
        ],
    }
    body = (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    list_name, token_name = _names(number)
    renewed[list_name] = body
    renewed[token_name] = stamps.stamp(hashlib.sha256(body).digest(), _DIGEST)
    return renewed


def needs_cover(files: Mapping[str, bytes], at: datetime, within: timedelta) -> bool:
    """Whether what proves the age of the cover ends within that time."""
    ends = cover_ends(files)
    return ends is not None and ends[0] <= at + within


def belongs(name: str, renewals: Sequence[Renewal]) -> bool:
    """Whether a file that the cover does not list was added by a renewal."""
    if name.startswith(RENEWALS):
        return any(name in _names(renewal.number) for renewal in renewals)
    return name.startswith(EVIDENCE) and any(name in renewal.files for renewal in renewals)


def problems_of(
    renewals: Sequence[Renewal], files: Mapping[str, bytes], trust: TrustStore, at: datetime
) -> Iterator[tuple[int, str, CertificateNotUsable | None]]:
    """What is wrong with renewals: number, ``changed``, ``stamper`` or ``ended``, and why."""
    for number, renewal in enumerate(renewals, start=1):
        newer = renewals[number] if number < len(renewals) else None
        for name, listed in renewal.files.items():
            data = files.get(name)
            # Whatever grew since, a later renewal has listed at its new size.
            may_be_longer = newer is not None and may_have_grown(name)
            whole = data is not None and (len(data) == listed.size or may_be_longer)
            if data is None or not whole or not listed.is_still(data):
                yield renewal.number, "changed", None
                break
        try:
            check_stamper(renewal, trust)
        except CertificateNotUsable as error:
            yield renewal.number, "stamper", error
            continue
        if renewal.until < (newer.stamped_at if newer is not None else at):
            yield renewal.number, "ended", None


def _names(number: int) -> tuple[str, str]:
    return f"{RENEWALS}{number:04}.json", f"{RENEWALS}{number:04}.tst"


def _read(number: int, body: bytes, token: bytes) -> Renewal:
    try:
        value: Any = json.loads(body)
        if value["format"] != FORMAT or value["number"] != number:
            raise RenewalWrong(number)
        files = {
            str(entry["name"]): Listed(int(entry["size"]), str(entry["sha256"]))
            for entry in value["files"]
        }
        stamp = read_token(token, hashlib.sha256(body).digest(), _DIGEST)
    except RenewalWrong:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RenewalWrong(number) from error
    except StampUnreadable as error:
        raise RenewalWrong(number) from error
    return Renewal(number, files, stamp.at, stamp.certificate, stamp.chain)
