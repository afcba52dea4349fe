"""What can be said of an archive package: a bottom line, the four properties, the record.

The four properties (四性, DA/T 70) are what an archivist asks of an electronic file: is it the
real one, is it whole, can it be used, is it safe to open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from signing.verify.verdict import Outcome, Verdict, Words
from station.archive.form import CaseFacts
from station.domain.operations import Operation


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
class PackageVerdict:
    """What can be said of one package. ``documents`` are the verdicts on its PDFs, by name."""

    file: str
    outcome: Outcome
    reason: Words
    case: CaseFacts | None = None
    archivist: str = ""
    archived_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    documents: tuple[Verdict, ...] = ()
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
        dossier = next((v for v in self.documents if v.chain is not None), None)
        return {
            "file": self.file,
            "verdict": self.outcome.value,
            "reason": self.reason.in_(language),
            "case": None if self.case is None else self.case.number,
            "item": None if self.case is None else self.case.item_title,
            "state": None if self.case is None else self.case.state.value,
            "archivist": self.archivist,
            "archived_at": self.archived_at.isoformat() if self.archived_at else None,
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
                {"document": document.file, **signature.to_json(language)}
                for document in self.documents
                for signature in document.signatures
            ],
            "chain": dossier.chain.to_json(language) if dossier and dossier.chain else None,
            "operations": [line.to_json(language) for line in self.operations],
        }
