"""Signing one stage of a document, as completely as the network allows.

With a network a signature is B-LT at once: time-stamped and with its revocation evidence. Without
one it is B-B; whoever signs the next stage with a network, or archives the case, first adds a time
stamp and the evidence behind it. Not a signed byte changes by that, and the server that stamps sees
a digest and nothing else. The person is never kept waiting for an authority that does not answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from signing.appearance import Appearance, StagePlate
from signing.authority.evidence import EvidenceUnavailable, FetchedEvidence, FirstAnswer
from signing.authority.remote import HttpEvidence
from signing.certificates import holder_of
from signing.errors import TimeStampUnavailable
from signing.keys.protocol import SigningKey
from signing.pades import Level, SignRequest
from signing.timestamps import HttpTimeStamps, TimeStamps
from signing.trust import EvidenceSource, load_trust

if TYPE_CHECKING:  # loads pyHanko
    from signing.pades.riding import Riding


@dataclass(frozen=True, slots=True)
class Proofs:
    """Where time stamps and revocation evidence come from; None: nowhere, we are offline."""

    stamps: TimeStamps | None = None
    evidence: EvidenceSource | None = None


def stamps_from(address: str) -> TimeStamps:
    """The time-stamp server at ``address``."""
    return HttpTimeStamps(address)


def evidence_from(places: Sequence[str]) -> EvidenceSource:
    """Evidence from files and folders, or from an authority's address; without any, from the
    addresses that the certificates name.

    Raises ``TrustUnreadable`` for a file that holds none.
    """
    addresses = [place for place in places if place.startswith(("http://", "https://"))]
    files = [Path(place) for place in places if place not in addresses]
    sources: list[EvidenceSource] = [HttpEvidence(address) for address in addresses]
    if files or not addresses:
        sources.insert(0, FetchedEvidence(load_trust(files).evidence))
    return FirstAnswer(sources)


@dataclass(frozen=True, slots=True)
class StageSigned:
    """A document with one more signature, and the level that was reached."""

    pdf: bytes
    level: Level


def completed(pdf: bytes, proofs: Proofs, at: datetime, *, evidence_too: bool = True) -> bytes:
    """The document with a time stamp and evidence for every signature, added behind what is there.

    As it was when it needs nothing or the network gives nothing: the next one may complete it.
    ``evidence_too`` False leaves alone what lacks evidence only.
    """
    from signing.pades.longterm import prolong
    from signing.pades.renewal import Need, outlook

    due = {Need.UNPROVEN, Need.UNEVIDENCED} if evidence_too else {Need.UNPROVEN}
    if proofs.stamps is None or proofs.evidence is None:
        return pdf
    if outlook(pdf, at, timedelta()).need not in due:
        return pdf
    try:
        return prolong(pdf, stamps=proofs.stamps, evidence=proofs.evidence)
    except (TimeStampUnavailable, EvidenceUnavailable):
        return pdf


def sign_stage(
    pdf: bytes,
    key: SigningKey,
    field: str,
    stage: str,
    at: datetime,
    proofs: Proofs,
    appearance: Appearance | None = None,
    riding: Riding | None = None,
) -> StageSigned:
    """Signs the prepared ``field``; ``stage`` names the act, as in 村级受理.

    ``riding`` is a seal across all pages, for the first signature of a document. What was
    signed before without a network is completed first.
    """
    from signing.pades.signature import sign  # loads pyHanko: half a second, at the first signature

    pdf = completed(pdf, proofs, at, evidence_too=False)

    holder = holder_of(key.certificate)
    look = appearance or StagePlate.of(holder, stage, at)

    def request(level: Level) -> SignRequest:
        return SignRequest(
            field=field,
            level=level,
            reason=stage,
            location=holder.unit,
            name=holder.name,
            at=at,
            appearance=look,
            riding=riding,
        )

    if proofs.stamps is not None and proofs.evidence is not None:
        try:
            complete = sign(
                pdf, key, request(Level.B_LT), stamps=proofs.stamps, evidence=proofs.evidence
            )
            return StageSigned(complete, Level.B_LT)
        except (TimeStampUnavailable, EvidenceUnavailable):
            pass  # completed by the next stage that has a network
    return StageSigned(sign(pdf, key, request(Level.B_B)), Level.B_B)
