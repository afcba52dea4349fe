"""What can be said of an archive package: a bottom line, the four properties, the record.

The four properties (四性, DA/T 70) are what an archivist asks of an electronic file: is it the
real one, is it whole, can it be used, is it safe to open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from station.archive.form import DOSSIER, CaseFacts
from station.domain.operations import Operation


class Outcome(StrEnum):
    """The bottom line; the same words as for a single PDF (``station verify``)."""

    VALID = "valid"
    INDETERMINATE = "indeterminate"  # intact, but something cannot be settled
    UNTRUSTED = "untrusted"  # intact, but a signer leads to no trust root, or was revoked
    UNSIGNED = "unsigned"
    MODIFIED = "modified"  # changed, cut or added to
    BROKEN = "broken"  # a signature does not verify
    MALFORMED = "malformed"  # cannot be judged

    @property
    def word(self) -> str:
        """The Chinese word."""
        return _OUTCOME_WORDS[self]

    def worse(self, other: Outcome) -> Outcome:
        """The graver of two."""
        return max(self, other, key=_GRAVITY.index)


_OUTCOME_WORDS = {
    Outcome.VALID: "完好有效",
    Outcome.INDETERMINATE: "说不准",
    Outcome.UNTRUSTED: "签名人不可信",
    Outcome.UNSIGNED: "没有签名",
    Outcome.MODIFIED: "有改动",
    Outcome.BROKEN: "签名不成立",
    Outcome.MALFORMED: "无法核验",
}
# A broken signature inside a package that can be read says more than a part that cannot.
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


class Aspect(StrEnum):
    """One of the four properties."""

    AUTHENTIC = "authentic"
    WHOLE = "whole"
    USABLE = "usable"
    SAFE = "safe"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return _ASPECT_WORDS[self]


_ASPECT_WORDS = {
    Aspect.AUTHENTIC: "真实性",
    Aspect.WHOLE: "完整性",
    Aspect.USABLE: "可用性",
    Aspect.SAFE: "安全性",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that keeps the package from being good, or that is worth knowing (VALID)."""

    aspect: Aspect
    outcome: Outcome
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationVerdict:
    """One line of the record, judged. ``operation`` is None when it cannot be read.

    ``received_proved``: the hub's own signature vouches for ``received_at``; ``in_tree``: the
    hub's tree holds the operation, None where the package has no proof of it.
    """

    number: int
    outcome: Outcome
    operation: Operation | None = None
    signer: str = ""
    unit: str = ""
    role: str = ""
    signed_at: datetime | None = None
    received_at: datetime | None = None
    received_proved: bool = False
    in_tree: bool | None = None
    problems: tuple[Words, ...] = ()

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """The line as ``station archive verify`` prints it."""
        did = self.operation
        return {
            "number": self.number,
            "id": did.id if did else None,
            "action": did.action.value if did else None,
            "signer": self.signer,
            "unit": self.unit,
            "role": self.role,
            "time": self.signed_at.isoformat() if self.signed_at else None,
            "received_at": self.received_at.isoformat() if self.received_at else None,
            "received_proved": self.received_proved,
            "in_tree": self.in_tree,
            "reason_codes": list(did.reason_codes) if did else [],
            "documents": [
                {"kind": ref.kind.value, "sha256": ref.sha256}
                for ref in (did.documents if did else ())
            ],
            "verdict": self.outcome.value,
            "problems": [problem.in_(language) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperVerdict:
    """The verdict on one PDF of the package. ``told`` is what ``station verify`` prints of it, by
    language (``zh``, ``en``); ``signers`` are the ids of the people who signed it."""

    name: str
    outcome: Outcome
    reason: Words
    signers: frozenset[str]
    told: Mapping[str, Mapping[str, Any]]

    @property
    def signature_count(self) -> int:
        """How many signatures it carries."""
        return len(self.told["zh"]["signatures"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageVerdict:
    """What can be said of one package. ``documents`` are the verdicts on its PDFs."""

    file: str
    outcome: Outcome
    reason: Words
    case: CaseFacts | None = None
    archivist: str = ""
    archived_at: datetime | None = None
    renewed_at: tuple[datetime, ...] = ()
    findings: tuple[Finding, ...] = ()
    documents: tuple[PaperVerdict, ...] = ()
    operations: tuple[OperationVerdict, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the package may be relied on without a second look."""
        return self.outcome is Outcome.VALID

    def holds(self, aspect: Aspect) -> bool:
        """Whether nothing speaks against this property; a file never read has none of them."""
        return self.case is not None and not any(
            finding.aspect is aspect and finding.outcome is not Outcome.VALID
            for finding in self.findings
        )

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """As ``station verify``, plus the case, the four properties and the operation record."""
        told = {document.name: document.told[language] for document in self.documents}
        return {
            "file": self.file,
            "verdict": self.outcome.value,
            "reason": self.reason.in_(language),
            "case": None if self.case is None else self.case.number,
            "item": None if self.case is None else self.case.item_title,
            "state": None if self.case is None else self.case.state.value,
            "archivist": self.archivist,
            "archived_at": self.archived_at.isoformat() if self.archived_at else None,
            "renewed_at": [moment.isoformat() for moment in self.renewed_at],
            "properties": {aspect.value: self.holds(aspect) for aspect in Aspect},
            "findings": [
                {
                    "aspect": finding.aspect.value,
                    "verdict": finding.outcome.value,
                    "text": finding.words.in_(language),
                }
                for finding in self.findings
            ],
            "signatures": [
                {"document": name, **signature}
                for name, document in told.items()
                for signature in document["signatures"]
            ],
            "chain": told[DOSSIER]["chain"] if DOSSIER in told else None,
            "operations": [line.to_json(language) for line in self.operations],
        }
