"""Signing one stage of a document, as completely as the network allows.

With a network a signature is B-LT at once: time-stamped and with its revocation evidence. Without
one it is B-B, and whoever signs the next stage with a network embeds the evidence for it too. The
person is never kept waiting for an authority that does not answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing.appearance import Appearance, StagePlate
from signing.authority.evidence import EvidenceUnavailable
from signing.certificates import holder_of
from signing.errors import TimeStampUnavailable
from signing.keys.protocol import SigningKey
from signing.pades import Level, SignRequest
from signing.timestamps import TimeStamps
from signing.trust import EvidenceSource


@dataclass(frozen=True, slots=True)
class Proofs:
    """Where time stamps and revocation evidence come from; None: nowhere, we are offline."""

    stamps: TimeStamps | None = None
    evidence: EvidenceSource | None = None


@dataclass(frozen=True, slots=True)
class StageSigned:
    """A document with one more signature, and the level that was reached."""

    pdf: bytes
    level: Level


def sign_stage(
    pdf: bytes,
    key: SigningKey,
    field: str,
    stage: str,
    at: datetime,
    proofs: Proofs,
    appearance: Appearance | None = None,
) -> StageSigned:
    """Signs the prepared ``field``; ``stage`` names the act, as in 村级受理."""
    from signing.pades.signature import sign  # loads pyHanko: half a second, at the first signature

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
