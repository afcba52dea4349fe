"""When each signature was made, as far as it is proven, and what its signer was worth then.

Document time stamps are taken from the newest back: each proves that what it covers existed at
its time, so that older stamps and signatures are judged at that time (ETSI EN 319 102-1, proof of
existence). A stamper's certificate must have been good when it stamped; once it ran out, only a
newer stamp over it keeps what it proves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from asn1crypto import tsp

from signing.certificates import CertificateUnreadable, Holder, Purpose, holder_of
from signing.trust import TrustStore
from signing.verify.algorithms import hashed
from signing.verify.evidence import any_damaged
from signing.verify.readings import CADES, PADES, Document, Reading
from signing.verify.signed_data import SignedData, read_stamp, stamps_over
from signing.verify.standing import Standing, evidence_in, standing_of
from signing.verify.verdict import Change, Kind, Nature, Outcome, SignatureVerdict, Trust, in_china
from signing.verify.words import Remark, Unreadable, plain

_PDF_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-])(\d\d)'?(\d\d)?'?)?"
)
_CLOCK_SLACK = timedelta(minutes=10)
# What may follow the last signature without anybody signing for it: no page shows it.
SILENT = frozenset({Nature.EVIDENCE, Nature.INFORMATION, Nature.PREPARED})


@dataclass(frozen=True, slots=True)
class _Moment:
    """A point in time at which something is known to have existed; ``proven`` by a stamp."""

    at: datetime
    proven: bool


class Timeline:
    """Turns what was read of a document into findings, each at the time that counts for it."""

    def __init__(self, document: Document, trust: TrustStore, at: datetime) -> None:
        self._document, self._at = document, at
        brought = [r.signed for r in document.readings if r.signed is not None]
        brought += list(_stamps_of(brought))
        self._brought = tuple(brought)
        pieces = evidence_in(
            dict.fromkeys([*document.crls, *(der for s in brought for der in s.crls)]),
            dict.fromkeys([*document.ocsps, *(der for s in brought for der in s.ocsps)]),
        )
        self._trust = trust.with_evidence(pieces)
        self._evidence = pieces
        self._proofs: list[tuple[int, datetime]] = []
        self._stampers: dict[int, Standing] = {}
        stamps = [r for r in document.readings if r.kind is Kind.TIME_STAMP and r.intact]
        for reading in sorted(stamps, key=lambda r: -r.end):
            self._take_document_stamp(reading)

    def notes(self) -> tuple[Remark, ...]:
        """Doubts about what the document brings along, and not about one signature."""
        damaged = any_damaged(
            (*self._document.certificates, *(c for s in self._brought for c in s.certificates)),
            (*self._document.crls, *(der for s in self._brought for der in s.crls)),
            (*self._document.ocsps, *(der for s in self._brought for der in s.ocsps)),
            (*self._trust.roots, *self._trust.intermediates),
        )
        found = (Remark("evidence_damaged"),) if damaged else ()
        return (*found, *self._document.notes)

    def finding(self, reading: Reading) -> SignatureVerdict:
        """What is to be thought of one signature or document time stamp."""
        problems = list(reading.broken)
        if reading.unreadable is not None:
            problems.append(Remark("cannot_check", detail=reading.unreadable))
        problems += reading.notes
        changes = self._document.changes_after(reading.end) if reading.end else ()
        forbidden = tuple(c for c in changes if not reading.permission.allows(c))
        problems += [change.remark for change in forbidden]
        blank = _blank(reading, changes, forbidden)
        signed = reading.signed
        if signed is None:
            return replace(blank, problems=tuple(dict.fromkeys(problems)))
        problems += signed.weak
        if reading.kind is Kind.TIME_STAMP:
            moment, source = _stated(reading), "timestamp"
            proven = moment
            standing = self._stampers.get(id(reading), Standing(Trust.UNTRUSTED))
        else:
            moment, source, known, stamp_problems = self._signer(reading, signed)
            proven = known.at if known.proven else None
            standing = self._signer_standing(signed, known)
            problems += stamp_problems
        if standing.remark is not None:
            problems.append(standing.remark)
        holder = _holder(signed.certificate)
        return replace(
            blank,
            signer=_plain(holder.name or holder.organisation) if holder else "",
            unit=_plain(holder.unit) if holder else "",
            unit_code=_plain(holder.unit_code) if holder else "",
            role=_plain(holder.role) if holder else "",
            person_id=_plain(holder.person_id) if holder else "",
            seal=holder is not None and holder.purpose is Purpose.SEAL,
            time=moment,
            time_source=source if moment is not None else "",
            proven_at=proven,
            level=self._level(reading, signed),
            algorithm=signed.label,
            trust=standing.trust,
            doubt=standing.remark,
            problems=tuple(dict.fromkeys(problems)),
            certificate=signed.certificate,
        )

    def _take_document_stamp(self, reading: Reading) -> None:
        moment = _stated(reading)
        if reading.signed is None or moment is None:
            return
        standing = self._stamper(reading.signed, moment, self._known_at(reading.end))
        self._stampers[id(reading)] = standing
        if standing.trust is Trust.TRUSTED:
            self._proofs.append((reading.end, moment))

    def _known_at(self, end: int) -> _Moment:
        """The earliest time at which the first ``end`` bytes are proven to have existed.

        A stamp proves what it covers; ``end`` itself is a stamp's or signature's own coverage.
        """
        proven = [moment for covered, moment in self._proofs if covered > end]
        earliest = min(proven, default=None)
        if earliest is not None and earliest <= self._at:
            return _Moment(earliest, True)
        return _Moment(self._at, False)

    def _stamper(self, signed: SignedData, stamped: datetime, known: _Moment) -> Standing:
        """The standing of whoever stamped at ``stamped``, known to exist at ``known``."""
        if stamped > known.at + _CLOCK_SLACK:
            return Standing(
                Trust.UNTRUSTED, Remark("from_the_future", time=in_china(stamped) or "")
            )
        standing = self._standing(signed, stamped, Purpose.TIME_STAMP, proven=True)
        holder = _holder(signed.certificate)
        if standing.trust is Trust.TRUSTED and holder and holder.not_after < known.at:
            return Standing(Trust.UNDETERMINED, Remark("stamp_expired"))
        return standing

    def _signer(
        self, reading: Reading, signed: SignedData
    ) -> tuple[datetime | None, str, _Moment, list[Remark]]:
        """The time of signing, its source, the time that counts, and what is odd."""
        known = self._known_at(reading.end)
        problems: list[Remark] = []
        stamped: datetime | None = None
        for token in signed.stamps:
            try:
                stamp, statement = read_stamp(token)
                right = not stamp.problems and stamps_over(
                    statement, lambda name: hashed(name, signed.stamped or signed.signature)
                )
            except Unreadable as error:
                problems.append(Remark("stamp_untrusted", detail=error.remark))
                continue
            if not right:
                continue  # already told as broken
            moment = _time_in(statement)
            standing = self._stamper(stamp, moment, known)
            problems += stamp.weak
            if standing.trust is Trust.TRUSTED:
                stamped = min(moment, stamped or moment)
            elif standing.remark is not None:
                problems.append(Remark("stamp_untrusted", detail=standing.remark))
        claimed = signed.signed_at or _pdf_date(reading.claimed)
        if stamped is not None:
            known = _Moment(stamped, True)
            moment_shown, source = stamped, "timestamp"
        else:
            moment_shown, source = claimed or known.at, "signer" if claimed else "timestamp"
            if claimed is None and not known.proven:
                return None, "", known, problems
        if claimed is not None and claimed > known.at + _CLOCK_SLACK:
            problems.append(Remark("from_the_future", time=in_china(claimed) or ""))
        return moment_shown, source, known, problems

    def _signer_standing(self, signed: SignedData, known: _Moment) -> Standing:
        return self._standing(signed, known.at, Purpose.SIGN, Purpose.SEAL, proven=known.proven)

    def _standing(self, signed: SignedData, at: datetime, *uses: Purpose, proven: bool) -> Standing:
        # Many a time stamp brings the stamper's certificate alone; who issued it may have come
        # along with the signer. None of these is trusted for being there.
        came = (c for other in self._brought for c in other.certificates)
        others = tuple(dict.fromkeys((*signed.certificates, *self._document.certificates, *came)))
        return standing_of(signed.certificate, others, self._trust, at, *uses, proven=proven)

    def _level(self, reading: Reading, signed: SignedData) -> str:
        """The baseline level of EN 319 142-1 (122-1) that the signature has the parts of."""
        if reading.sub_filter not in (PADES, CADES) or not signed.bound:
            return "other"
        later = [
            r.end
            for r in self._document.readings
            if r.kind is Kind.TIME_STAMP and r.intact and r.end > reading.end
        ]
        if not signed.stamps and not later:
            return "B-B"
        stores = [end for end in self._document.stores if end > reading.end]
        if reading.sub_filter == CADES:
            return "B-LT" if self._evidenced(signed.certificate) else "B-T"
        if not stores or not self._evidenced(signed.certificate):
            return "B-T"
        return "B-LTA" if any(end >= min(stores) for end in later) else "B-LT"

    def _evidenced(self, certificate: bytes) -> bool:
        with suppress(ValueError, TypeError, KeyError):
            return any(piece.covers(certificate) for piece in self._evidence)
        return False


def _blank(
    reading: Reading, changes: tuple[Change, ...], forbidden: Sequence[Change]
) -> SignatureVerdict:
    """A finding of which nothing about the signer is known yet."""
    return SignatureVerdict(
        kind=reading.kind,
        field=_plain(reading.field.name),
        outcome=Outcome.MALFORMED,  # until somebody judges
        reason=_plain(reading.reason),
        signer="",
        unit="",
        unit_code="",
        role="",
        person_id="",
        seal=False,
        time=None,
        time_source="",
        level="other",
        algorithm="",
        intact=reading.intact,
        covers_file=reading.end > 0 and all(c.nature in SILENT for c in changes),
        modified_after=bool(forbidden),
        trust=Trust.UNTRUSTED,
        certifies=reading.permission.certifies,
        covered_end=reading.end,
        changes=changes,
    )


def _plain(text: str) -> str:
    return str(plain(text))


def _stamps_of(signatures: Sequence[SignedData]) -> Iterator[SignedData]:
    for signed in signatures:
        for token in signed.stamps:
            with suppress(Unreadable):
                yield read_stamp(token)[0]


def _stated(reading: Reading) -> datetime | None:
    return _time_in(reading.statement) if reading.statement is not None else None


def _time_in(statement: tsp.TSTInfo) -> datetime:
    moment: datetime = statement["gen_time"].native
    return moment.astimezone(UTC)


def _holder(certificate: bytes) -> Holder | None:
    try:
        return holder_of(certificate)
    except CertificateUnreadable:
        return None


def _pdf_date(text: str) -> datetime | None:
    """A PDF date (ISO 32000-2, 7.9.4); without a zone it is taken for UTC."""
    found = _PDF_DATE.match(text)
    if found is None:
        return None
    year, *rest = (int(part) if part else None for part in found.groups()[:6])
    month, day, hour, minute, second = (
        value if value is not None else least
        for value, least in zip(rest, (1, 1, 0, 0, 0), strict=True)
    )
    zone = UTC
    if found[8]:
        offset = timedelta(hours=int(found[9]), minutes=int(found[10] or 0))
        if offset < timedelta(hours=24):
            zone = timezone(offset if found[8] == "+" else -offset)
    try:
        return datetime(year or 0, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
