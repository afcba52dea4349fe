"""The result of a verification: plain frozen data with a bottom line.

Everything that a screen, a report or a script shows of a verified file is in a ``Verdict``; how it
came about is for the rooms beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, TypeAlias

from signing.verify.words import Remark

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class Outcome(StrEnum):
    """The bottom line over a file."""

    VALID = "valid"
    UNTRUSTED = "untrusted"  # intact, but nobody trusted vouches for a signer, or no longer
    INDETERMINATE = "indeterminate"  # intact, but status, time or strength cannot be settled
    MODIFIED = "modified"  # changed in a way that a signature does not permit
    BROKEN = "broken"  # a signature does not verify
    UNSIGNED = "unsigned"
    MALFORMED = "malformed"  # cannot be checked

    @property
    def word(self) -> str:
        """The Chinese word."""
        return _WORDS[self]

    @property
    def gravity(self) -> int:
        """How bad it is: 0 for valid, the worst highest."""
        return _BEST_FIRST.index(self)

    def worse(self, other: Outcome) -> Outcome:
        """The worse of the two."""
        return max(self, other, key=lambda outcome: outcome.gravity)


_WORDS = {
    Outcome.VALID: "完好有效",
    Outcome.UNTRUSTED: "签名人不可信",
    Outcome.INDETERMINATE: "说不准",
    Outcome.MODIFIED: "签后有改动",
    Outcome.BROKEN: "签名不成立",
    Outcome.UNSIGNED: "没有签名",
    Outcome.MALFORMED: "无法核验",
}
_BEST_FIRST = (
    Outcome.VALID,
    Outcome.INDETERMINATE,
    Outcome.UNTRUSTED,
    Outcome.UNSIGNED,
    Outcome.MODIFIED,
    Outcome.BROKEN,
    Outcome.MALFORMED,
)


class Kind(StrEnum):
    """Who put it there."""

    SIGNATURE = "signature"  # a person or a unit
    TIME_STAMP = "time_stamp"  # a document time stamp


class Trust(StrEnum):
    """How far a signer can be trusted."""

    TRUSTED = "trusted"
    UNDETERMINED = "indeterminate"  # a path to a root, but status or time cannot be settled
    UNTRUSTED = "untrusted"  # no path to a root, or not valid or not made for this then
    REVOKED = "revoked"


class Nature(StrEnum):
    """What kind of change it is, from the harmless to the unexplained."""

    EVIDENCE = "evidence"  # long-term data, also archive time stamps
    INFORMATION = "information"  # title, dates, version: nothing on a page
    SIGNED = "signed"
    PREPARED = "prepared"  # an empty signature field nobody sees
    FILLED = "filled"  # a form field
    ANNOTATED = "annotated"
    OTHER = "other"


Region: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``page`` counts from 1; ``field`` is the full name of a form field."""

    nature: Nature
    remark: Remark
    page: int | None = None
    field: str = ""
    was_empty: bool = False
    """Of a filled-in form field: whether nothing stood in it before."""

    region: Region | None = None
    """Where on the page, where one annotation or field is meant: left, bottom, right, top in
    points of the page's own coordinates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureVerdict:
    """One signature, or one document time stamp, and what is to be thought of it.

    What could not be read is "" or None.
    """

    kind: Kind
    """A signature, or a time stamp over the whole document."""

    field: str
    """The full name of the field it is in."""

    outcome: Outcome
    """The bottom line of this signature alone."""

    signer: str
    """The name in the signer's certificate."""

    unit: str
    """The unit in the signer's certificate."""

    unit_code: str
    """The unit's code: 12 digits village, 9 township, 6 county."""

    role: str
    """The role word (职务) in the signer's certificate; "" for a seal."""

    person_id: str
    """The person's id in the signer's certificate; "" for a seal."""

    seal: bool
    """Whether it is a unit's seal and not a person's signature."""

    time: datetime | None
    """When it was signed, UTC: by the time stamp where there is one, else as the signer says."""

    time_source: str
    """``timestamp`` or ``signer``; "" when no time is known."""

    level: str
    """The PAdES level it reaches: B-B, B-T, B-LT or B-LTA; ``other`` when it is no PAdES."""

    algorithm: str
    """The signature algorithm, for instance ``RSA SHA-256``."""

    intact: bool
    """Whether the signature verifies: nothing that it covers was changed."""

    covers_file: bool
    """Whether it covers the whole file, or all of it but long-term data added later."""

    modified_after: bool
    """Whether something was changed after it that it does not permit."""

    trust: Trust
    """What is known of the signer's certificate at the time that counts."""

    reason: str
    """What the signer's program wrote down as the reason for signing; nobody checked it."""

    certifies: bool
    """Whether it is the signature that fixes what may be changed later (DocMDP)."""

    covered_end: int
    """The first byte of the file that it does not cover; 0 when it covers nothing sound."""

    proven_at: datetime | None = None
    """The earliest time at which the signature is proven to have existed, UTC: its own time stamp
    or a later one over the document. The signer's certificate must have been good then; None:
    nothing proves it, and the certificate must be good when it is verified."""

    doubt: Remark | None = None
    """Why the trust in the signer is not more; None when it is full."""

    problems: tuple[Remark, ...] = ()
    """What is wrong, doubtful or weak about it, worst first; ``doubt`` is among them."""

    changes: tuple[Change, ...] = ()
    """Everything that was changed after it, permitted or not."""

    certificate: bytes = b""
    """The signer's certificate, DER."""

    @property
    def is_time_stamp(self) -> bool:
        """Whether it is a document time stamp and nobody's signature."""
        return self.kind is Kind.TIME_STAMP

    @property
    def label(self) -> str:
        """The signer in one line."""
        name = self.signer or self.field or "?"
        rest = "，".join(part for part in (self.unit, self.role) if part and part != name)
        return f"{name}（{rest}）" if rest else name

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "signer": self.signer,
            "unit": self.unit,
            "role": self.role,
            "time": in_china(self.time),
            "time_source": self.time_source or None,
            "proven_at": in_china(self.proven_at),
            "level": self.level,
            "algorithm": self.algorithm,
            "intact": self.intact,
            "covers_file": self.covers_file,
            "modified_after": self.modified_after,
            "trust": self.trust.value,
            "problems": [remark.in_(language) for remark in self.problems],
            "verdict": self.outcome.value,
            "field": self.field,
            "reason": self.reason,
            "unit_code": self.unit_code,
            "person_id": self.person_id,
            "seal": self.seal,
            "certifies": self.certifies,
            "changes": [
                {
                    "nature": change.nature.value,
                    "page": change.page,
                    "region": list(change.region) if change.region else None,
                    "text": change.remark.in_(language),
                }
                for change in self.changes
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """One level of the approval chain: who decided there, and when."""

    level: str  # village, township or county
    signer: str
    unit: str
    unit_code: str
    role: str
    time: datetime | None
    sealed: bool = False
    """Whether the same unit set its seal as well."""


class PaperKind(StrEnum):
    """What a document is, by what its first signature covers; each kind demands other signatures.

    Whoever signs first says it, so no kind demands less than what only those can give who may say
    such a thing: a decision that is none has no approver's signature and no seal.
    """

    UNSAID = "unsaid"  # it says nothing of it: held against the chain
    DOSSIER = "dossier"  # approved level by level
    DECISION = "decision"  # one unit's letter: a result, a refusal, a return
    NOTICE = "notice"  # handed over without a signature; one that is signed is held like UNSAID


@dataclass(frozen=True, slots=True)
class Route:
    """The levels that have to sign a finished document, lowest first; whoever asks knows them.

    Of a decision they are those of which one may decide.
    """

    of: str
    """What the route belongs to, in a word; "" when the document does not tell."""

    levels: tuple[str, ...] = ()
    """village, township, county; empty when the route is not known here."""

    kind: PaperKind = PaperKind.UNSAID

    roles: tuple[str, ...] = ()
    """Of a decision: for each level the role word of who decides there."""

    place: str = ""
    """Of a decision: the code of the village that the case comes from; "" when it does not tell."""


BoundFile: TypeAlias = "Callable[[str], bytes | None]"
"""What is attached to a document under a name, as its first signature covers it (the newest state
of one that nobody signed): None when there is no such file, b"" when readers would differ."""

RouteFinder: TypeAlias = "Callable[[BoundFile], Route | None]"
"""What a document's route is, by what is attached to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The chain village → township → county as the signatures show it."""

    steps: tuple[ChainStep, ...]
    """Who decided, in the order in which they signed."""

    problems: tuple[Remark, ...]
    """What must not be: a wrong order, a wrong role, one person on two levels."""

    missing: tuple[Remark, ...] = ()
    """What is not there yet: nobody above the village, fields that are still empty, a level of
    the route."""

    route: Route | None = None
    """The route that the chain was held against; None when none was asked for."""

    route_kept: bool | None = None
    """Whether just the levels of the route signed; None while fields are still open, and when the
    route is not known."""

    @property
    def kind(self) -> PaperKind:
        """What the document is by its own, signed words."""
        return self.route.kind if self.route else PaperKind.UNSAID

    @property
    def notes(self) -> tuple[Remark, ...]:
        """What was not looked at."""
        if self.route is None or self.route.levels:
            return ()
        if self.kind in (PaperKind.DOSSIER, PaperKind.DECISION):
            return ()  # it is missing, and said there
        if self.kind is PaperKind.NOTICE:
            return (Remark("notice"),)
        unknown = Remark("route_unknown", route=self.route.of)
        return (unknown if self.route.of else Remark("route_unnamed"),)

    @property
    def complete(self) -> bool:
        """Whether the right people signed in the right order, and nobody is missing."""
        return not self.problems and not self.missing

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "complete": self.complete,
            "kind": self.kind.value,
            "steps": [
                {
                    "level": step.level,
                    "signer": step.signer,
                    "unit": step.unit,
                    "unit_code": step.unit_code,
                    "role": step.role,
                    "time": in_china(step.time),
                    "sealed": step.sealed,
                    "seconds_after": _between(before, step),
                }
                for before, step in zip((None, *self.steps), self.steps, strict=False)
            ],
            "problems": [remark.in_(language) for remark in self.problems],
            "missing": [remark.in_(language) for remark in self.missing],
            "route_of": self.route.of if self.route else "",
            "route": list(self.route.levels) if self.route and self.route.levels else None,
            "route_kept": self.route_kept,
            "notes": [remark.in_(language) for remark in self.notes],
        }


def _between(before: ChainStep | None, step: ChainStep) -> int | None:
    """How long a step took after the one before it, in seconds."""
    if before is None or before.time is None or step.time is None:
        return None
    return round((step.time - before.time).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be thought of one file.

    ``valid`` is the only good answer: every signature verifies, its signer is trusted and was not
    revoked, nothing was changed that a signature does not permit, and nothing but long-term data
    follows the last one. ``untrusted`` also stands for a signer who was trusted once but revoked;
    ``indeterminate`` also for weak algorithms and, where the approval chain is demanded, for one
    that does not hold.
    """

    file: str
    """The file as it was named."""

    outcome: Outcome
    """The bottom line."""

    reason: Remark
    """Why, in one sentence."""

    checked_at: datetime
    """The moment for which it was checked, UTC."""

    signatures: tuple[SignatureVerdict, ...] = ()
    """The signatures in the order in which they were made."""

    time_stamps: tuple[SignatureVerdict, ...] = ()
    """The document time stamps in the order in which they were made."""

    open_fields: tuple[str, ...] = ()
    """The names of prepared signature fields that are still empty."""

    chain: Chain | None = None
    """The approval chain; None when no signature names a unit's code and none was asked for."""

    notes: tuple[Remark, ...] = ()
    """Doubts about the file as a whole."""

    pages: int = 0
    """How many pages the file shows."""

    sha256: str = ""
    """The digest of the file that was checked, lower-case hexadecimal."""

    def __post_init__(self) -> None:
        if self.outcome is Outcome.VALID and not self.signatures:
            raise ValueError("a file without signatures is not valid")

    @property
    def good(self) -> bool:
        """Whether the answer is ``valid``."""
        return self.outcome is Outcome.VALID

    @property
    def is_bare_notice(self) -> bool:
        """Whether it is unsigned and says of itself, as anybody could, that it is a notice."""
        return self.reason.code == "notice_unsigned"

    def to_json(self, language: str = "zh") -> dict[str, Any]:
        """The object that ``station verify --json`` prints for one file."""
        return {
            "file": self.file,
            "verdict": self.outcome.value,
            "reason": self.reason.in_(language),
            "signatures": [finding.to_json(language) for finding in self.signatures],
            "chain": self.chain.to_json(language) if self.chain is not None else None,
            "time_stamps": [finding.to_json(language) for finding in self.time_stamps],
            "open_fields": list(self.open_fields),
            "notes": [remark.in_(language) for remark in self.notes],
            "pages": self.pages,
            "sha256": self.sha256,
            "checked_at": in_china(self.checked_at),
        }


def in_china(moment: datetime | None) -> str | None:
    """A time as people here read it: ISO 8601 at UTC+08:00, to the second."""
    if moment is None:
        return None
    return moment.astimezone(CHINA).isoformat(timespec="seconds")
