"""From what was read of a document to the verdict on it: times, trust, order, the bottom line.

The same for a PDF, a container and a signature beside its file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from signing.trust import TrustStore
from signing.verify.chain import chain_of
from signing.verify.judgement import against_one, bottom_line
from signing.verify.readings import Document, Reading
from signing.verify.timeline import Timeline
from signing.verify.verdict import Kind, Outcome, PaperKind, Route, SignatureVerdict, Verdict
from signing.verify.words import Remark


def verdict_on(
    document: Document,
    data: bytes,
    trust: TrustStore,
    policy: str,
    at: datetime,
    file: str,
    doubts: Sequence[Remark] = (),
    route: Route | None = None,
) -> Verdict:
    """The verdict on ``document``, which was read from ``data``.

    ``doubts`` were found elsewhere and concern the document as a whole; ``route`` is
    the one that its chain of approval is held against.
    """
    timeline = Timeline(document, trust, at)
    findings = [_judged(timeline.finding(reading)) for reading in _in_order(document.readings)]
    signatures = tuple(f for f in findings if f.kind is Kind.SIGNATURE)
    stamps = tuple(f for f in findings if f.kind is Kind.TIME_STAMP)
    notes = (*timeline.notes(), *doubts)
    chain = chain_of(signatures, document.open_fields, route)
    outcome, reason = bottom_line(document, signatures, stamps, chain, policy, notes)
    told = any(finding.unit_code for finding in signatures) or (
        policy != "any" and not (chain.kind is PaperKind.NOTICE and not signatures)
    )
    return Verdict(
        file=file,
        outcome=outcome,
        reason=reason,
        checked_at=at,
        signatures=signatures,
        time_stamps=stamps,
        open_fields=document.open_fields,
        chain=chain if told else None,
        notes=notes,
        pages=document.pages,
        sha256=_sha256(document, data),
    )


def _sha256(document: Document, data: bytes) -> str:
    history = document.history
    if history.data is data:
        return history.digests.of("sha256", len(data)).hex()
    return hashlib.sha256(data).hexdigest()


def _judged(found: SignatureVerdict) -> SignatureVerdict:
    worst = max((outcome for outcome, _ in against_one(found)), default=Outcome.VALID, key=_gravity)
    return replace(found, outcome=worst)


def _gravity(outcome: Outcome) -> int:
    return outcome.gravity


def _in_order(readings: Sequence[Reading]) -> list[Reading]:
    """As they were made: each covers what was there before it."""
    return sorted(readings, key=lambda reading: (reading.end == 0, reading.end))
