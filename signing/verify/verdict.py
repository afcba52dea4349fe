"""What an auditor is told about a file: frozen results, with a bottom line and its reason.

Words are kept in both languages, Chinese first. The JSON form is that of ``station verify``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The bottom line, the best first."""

    VALID = "valid"
    UNTRUSTED = "untrusted"  # intact, but no path to a trust root, or a revoked certificate
    INDETERMINATE = "indeterminate"  # intact, but revocation, time or strength cannot be settled
    MODIFIED = "modified"  # changed in a way that the signature does not permit
    BROKEN = "broken"  # a signature does not verify
    UNSIGNED = "unsigned"
    MALFORMED = "malformed"  # cannot be checked

    @property
    def word(self) -> str:
        """The Chinese word."""
        return _WORDS[self]

    def worse(self, other: Outcome) -> Outcome:
        """The worse of two signatures' outcomes."""
        return max(self, other, key=_GRAVITY.index)


_WORDS = {
    Outcome.VALID: "完好有效",
    Outcome.UNTRUSTED: "签名人不可信",
    Outcome.INDETERMINATE: "说不准",
    Outcome.MODIFIED: "签后有改动",
    Outcome.BROKEN: "签名不成立",
    Outcome.UNSIGNED: "没有签名",
    Outcome.MALFORMED: "无法检查",
}
_GRAVITY = [
    Outcome.VALID,
    Outcome.INDETERMINATE,
    Outcome.UNTRUSTED,
    Outcome.UNSIGNED,
    Outcome.MALFORMED,
    Outcome.MODIFIED,
    Outcome.BROKEN,
]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The sentence in ``language`` (``zh`` or ``en``)."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureVerdict:
    """One signature of a file.

    Attributes:
        field: the full name of the signature field.
        outcome: the bottom line of this signature alone.
        signer, unit, unit_code, role, person_id: as the certificate says; "" where it does not.
        time: when it was made, as far as ``time_source`` can be believed; None when not said.
        time_source: ``timestamp`` (proved by a time-stamp service) or ``signer`` (claimed).
        level: B-B, B-T, B-LT, B-LTA, or ``other`` for what is no PAdES baseline signature.
        algorithm: key and digest, as in ``RSA-2048 SHA-256``.
        intact: the bytes covered are those that were signed, and the signature verifies.
        covers_file: nothing but long-term evidence and time stamps follows what it covers.
        modified_after: something that it does not permit was changed after it.
        trust: ``trusted``, ``untrusted``, ``revoked``, ``expired`` or ``unknown``.
        problems: everything that keeps it from being valid, and what is weak.
        is_time_stamp: it is a document time stamp, not somebody's signature.
    """

    field: str
    outcome: Outcome
    signer: str = ""
    unit: str = ""
    unit_code: str = ""
    role: str = ""
    person_id: str = ""
    time: datetime | None = None
    time_source: str = "signer"
    level: str = "other"
    algorithm: str = ""
    intact: bool = False
    covers_file: bool = False
    modified_after: bool = False
    trust: str = "unknown"
    problems: tuple[Words, ...] = ()
    is_time_stamp: bool = False
    certificate: bytes = b""
    reason: str = ""

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """The members that ``station verify`` prints."""
        return {
            "field": self.field,
            "signer": self.signer,
            "unit": self.unit,
            "unit_code": self.unit_code,
            "role": self.role,
            "time": self.time.isoformat() if self.time else None,
            "time_source": self.time_source,
            "level": self.level,
            "algorithm": self.algorithm,
            "intact": self.intact,
            "covers_file": self.covers_file,
            "modified_after": self.modified_after,
            "trust": self.trust,
            "verdict": self.outcome.value,
            "reason": self.reason,
            "problems": [problem.in_(language) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """One stage of a dossier: who signed it at which level."""

    level: str  # village, township, county
    signer: str
    unit: str
    unit_code: str
    role: str
    time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The stages village → township → county that a dossier's signatures make."""

    steps: tuple[ChainStep, ...]
    problems: tuple[Words, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the stages follow one another as they must."""
        return not self.problems

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """The ``chain`` member that ``station verify`` prints."""
        return {
            "complete": self.complete,
            "steps": [
                {
                    "level": step.level,
                    "signer": step.signer,
                    "unit": step.unit,
                    "unit_code": step.unit_code,
                    "role": step.role,
                    "time": step.time.isoformat() if step.time else None,
                }
                for step in self.steps
            ],
            "problems": [problem.in_(language) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What can be said of one file.

    ``reason`` is one sentence for the bottom line. ``signatures`` are in the order in which they
    were made. ``chain`` is None for a file whose signers belong to no units of the one-net system.
    """

    file: str
    outcome: Outcome
    reason: Words
    signatures: tuple[SignatureVerdict, ...] = ()
    chain: Chain | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the file may be relied on without a second look."""
        return self.outcome is Outcome.VALID

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """The document that ``station verify`` prints for the file."""
        return {
            "file": self.file,
            "verdict": self.outcome.value,
            "reason": self.reason.in_(language),
            "signatures": [signature.to_json(language) for signature in self.signatures],
            "chain": self.chain.to_json(language) if self.chain else None,
        }
