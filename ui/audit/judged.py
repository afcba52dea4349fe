"""Files as an auditor sees them judged: one verdict each, told from the same document that
``station verify --json`` prints, so that screen, script and export never differ.

No widget lives here, and nothing is judged here: that is for ``signing`` and ``station.archive``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from signing.trust import TrustStore
from signing.verify.verdict import Nature, Outcome, PaperKind, Verdict
from station.clock import CHINA
from station.services.audit import Judgement
from ui.common import language
from ui.common.tones import Tone

translate = QCoreApplication.translate

LEVELS = {12: "village", 9: "township", 6: "county"}  # by the length of a unit's code
STAGES = ("village", "township", "county")


class Order(StrEnum):
    """How the files are sorted in the table."""

    PROBLEMS = "problems"
    NAME = "name"
    NEWEST = "newest"
    OLDEST = "oldest"
    FOLDER = "folder"


def in_order(files: Iterable[Judged], order: Order) -> list[Judged]:
    """The files as ``order`` wants them; by name where it does not tell them apart. Files that
    nobody signed have no time and come last."""
    named = sorted(files, key=lambda one: (one.name, str(one.path)))
    match order:
        case Order.PROBLEMS:
            return sorted(named, key=lambda one: list(Group).index(one.group))
        case Order.NEWEST:
            return sorted(named, key=lambda one: -one.last.timestamp() if one.last else inf)
        case Order.OLDEST:
            return sorted(named, key=lambda one: one.last.timestamp() if one.last else inf)
        case Order.FOLDER:
            return sorted(named, key=lambda one: str(one.path.parent))
    return named


class Group(StrEnum):
    """What an auditor sorts files by, the most urgent first."""

    CHANGED = "changed"
    UNTRUSTED = "untrusted"
    DOUBTFUL = "doubtful"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    SOUND = "sound"


_GROUPS = {
    "valid": Group.SOUND,
    "modified": Group.CHANGED,
    "broken": Group.CHANGED,
    "untrusted": Group.UNTRUSTED,
    "indeterminate": Group.DOUBTFUL,
    "unsigned": Group.UNSIGNED,
    "malformed": Group.UNREADABLE,
}
TONES = {
    Group.CHANGED: Tone.DANGER,
    Group.UNTRUSTED: Tone.DANGER,
    Group.DOUBTFUL: Tone.WARN,
    Group.UNSIGNED: Tone.EXEMPT,
    Group.UNREADABLE: Tone.OFF,
    Group.SOUND: Tone.OK,
}


def group_words(group: Group) -> str:
    """The word of a group on chips and filters."""
    return {
        Group.CHANGED: translate("audit", "有改动"),
        Group.UNTRUSTED: translate("audit", "不可信"),
        Group.DOUBTFUL: translate("audit", "说不准"),
        Group.UNSIGNED: translate("audit", "没签章"),
        Group.UNREADABLE: translate("audit", "打不开"),
        Group.SOUND: translate("audit", "完好"),
    }[group]


def stage_words(stage: str) -> str:
    """村, 镇, 县."""
    return {
        "village": translate("audit", "村"),
        "township": translate("audit", "镇"),
        "county": translate("audit", "县"),
    }[stage]


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature with what is known of it."""

    stage: str  # village, township, county; "" when its unit has no such code
    signer: str
    unit: str
    role: str
    seal: bool
    time: datetime | None
    proved: bool  # the time comes from a time stamp
    level: str
    algorithm: str
    trust: str
    tone: Tone
    problems: tuple[str, ...]
    covered: bool = False  # the whole file, but for long-term data
    document: str = ""  # inside an archive package: which of its files


@dataclass(frozen=True, slots=True)
class ChangedAfter:
    """A change that no signature permits: after which of them (``after`` counts the signatures),
    at which byte the file ends that it signed, and what was changed in words. ``until`` is where
    the next signature's file ends (0: nobody signed since), in whose ``later_fields`` new plates
    stand that are no change."""

    end: int
    after: int
    until: int
    later_fields: frozenset[str]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RouteLine:
    """The route of a document's item: which item, village → …, whether just these signed (None:
    not settled), and what is missing. ``way`` is empty where the route is not known here."""

    of: str
    way: str
    kept: bool | None
    remarks: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether the chain could be held against it at all."""
        return bool(self.way)


_MOST_REVISIONS = 8
HARMLESS = (Nature.EVIDENCE, Nature.INFORMATION, Nature.SIGNED, Nature.PREPARED)


@dataclass(frozen=True, slots=True)
class Judged:
    """One file with its verdict. ``document`` is what ``station verify --json`` prints for it."""

    path: Path
    document: Mapping[str, Any]
    judgement: Judgement

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def is_package(self) -> bool:
        """Whether it is an archive package and not a PDF."""
        return "properties" in self.document

    @property
    def group(self) -> Group:
        """What it is sorted under."""
        return _GROUPS.get(str(self.document.get("verdict")), Group.UNREADABLE)

    @property
    def tone(self) -> Tone:
        """The tone of the verdict."""
        return TONES[self.group]

    @property
    def reason(self) -> str:
        """The bottom line in one sentence."""
        return str(self.document.get("reason", ""))

    @property
    def sentence(self) -> str:
        """The bottom line as short as a row of the table wants it."""
        change = self.change
        if change is None or not change.remarks:
            if self.route is not None and not self.route.known and self.group is Group.SOUND:
                return translate("audit", "{reason}（不知道办理路线）").format(reason=self.reason)
            return self.reason
        line = self.signatures[change.after]
        who = stage_words(line.stage) if line.stage else line.signer
        return translate("audit", "{who}签章之后，{what}").format(who=who, what=change.remarks[0])

    @property
    def signatures(self) -> tuple[SignatureLine, ...]:
        """The signatures in the order in which they were made."""
        found: Sequence[Mapping[str, Any]] = self.document.get("signatures", ())
        apart = self.change is not None
        return tuple(_line(one, apart) for one in found)

    @property
    def change(self) -> ChangedAfter | None:
        """What was changed that nobody signed for; None for a file without such a change."""
        verdict = self.judgement.verdict
        if not isinstance(verdict, Verdict):
            return None
        sound = [s for s in verdict.signatures if s.intact and s.covered_end]
        before = [s for s in sound if s.modified_after]
        if not before and verdict.outcome is Outcome.MODIFIED:
            before = sound  # nobody forbade it, but nobody signed for it either
        if not before:
            return None
        last = max(before, key=lambda signature: signature.covered_end)
        after = [s for s in verdict.signatures if s.covered_end > last.covered_end]
        return ChangedAfter(
            end=last.covered_end,
            after=verdict.signatures.index(last),
            until=min((s.covered_end for s in after), default=0),
            later_fields=frozenset(s.field for s in after),
            remarks=tuple(
                change.remark.in_(language.current())
                for change in last.changes
                if change.nature not in HARMLESS
            ),
        )

    @property
    def chain_problems(self) -> tuple[str, ...]:
        """What is wrong with the order village, township, county."""
        chain = self.document.get("chain") or {}
        return tuple(str(problem) for problem in chain.get("problems", ()))

    @property
    def route(self) -> RouteLine | None:
        """How the chain stands to the route of its item; None where nobody asked for that."""
        chain = self.document.get("chain") or {}
        levels, of = chain.get("route"), str(chain.get("route_of", ""))
        told = (*chain.get("missing", ()), *chain.get("notes", ()))
        if levels is not None:
            way = "→".join(stage_words(level) for level in levels)
            return RouteLine(of, way, chain.get("route_kept"), tuple(map(str, told)))
        if chain.get("kind") in (PaperKind.DOSSIER, PaperKind.DECISION) or (
            chain.get("notes") and chain.get("kind") != PaperKind.NOTICE
        ):
            return RouteLine(of, "", None, tuple(map(str, told)))
        return None

    @property
    def findings(self) -> tuple[str, ...]:
        """What an archive package was found to lack or to hide."""
        return tuple(
            str(one["text"])
            for one in self.document.get("findings", ())
            if one.get("verdict") != "valid"
        )

    @property
    def last(self) -> datetime | None:
        """When it was last signed."""
        times = [one.time for one in self.signatures if one.time is not None]
        return max(times) if times else None

    def mark(self, stage: str) -> Tone:
        """What is known of the signatures of one level; the worst counts."""
        tones = [one.tone for one in self.signatures if one.stage == stage]
        for tone in (Tone.DANGER, Tone.WARN, Tone.OK):
            if tone in tones:
                return tone
        return Tone.EXEMPT

    def facts(self) -> Mapping[str, Any]:
        """Everything, for an export."""
        return self.document


def _line(one: Mapping[str, Any], apart: bool) -> SignatureLine:
    """One signature. ``apart`` says that what was changed after it has an entry of its own: the
    signature then holds for what it signed."""
    trust = str(one.get("trust", ""))
    changed = one.get("verdict") == "modified" and one.get("modified_after")
    bad = (
        not one.get("intact")
        or trust in ("untrusted", "revoked")
        or one.get("verdict") == "broken"
        or (changed and not apart)
    )
    fine = trust == "trusted" and (one.get("verdict", "valid") == "valid" or changed)
    told_apart = {change["text"] for change in one.get("changes", ())} if apart else set()
    time = one.get("time")
    return SignatureLine(
        stage=LEVELS.get(len(str(one.get("unit_code", ""))), ""),
        signer=str(one.get("signer", "")),
        unit=str(one.get("unit", "")),
        role=str(one.get("role", "")),
        seal=bool(one.get("seal", not one.get("role"))),
        time=datetime.fromisoformat(time).astimezone(CHINA) if time else None,
        proved=one.get("time_source") == "timestamp",
        level=str(one.get("level", "")),
        algorithm=str(one.get("algorithm", "")),
        trust=trust,
        tone=Tone.DANGER if bad else Tone.OK if fine else Tone.WARN,
        covered=bool(one.get("covers_file") and one.get("intact")),
        problems=tuple(str(p) for p in one.get("problems", ()) if p not in told_apart),
        document=Path(str(one.get("document", ""))).name,
    )


def judged(judgement: Judgement) -> Judged:
    """A judgement as the screen tells it, in the language in force."""
    return Judged(judgement.path, judgement.to_json(language.current()), judgement)


def as_signed(pdf: bytes, change: ChangedAfter, trust: TrustStore) -> bytes:
    """The longest beginning of a changed file in which nothing is changed yet: what was signed,
    with the evidence that was added to it since."""
    from signing.verify.pdf import verify_pdf

    signed, at = pdf[: change.end], change.end
    for _ in range(_MOST_REVISIONS):
        at = pdf.find(b"%%EOF", at)
        if at < 0 or (change.until and at >= change.until):
            break
        at += len(b"%%EOF")
        while pdf[at : at + 1] in (b"\r", b"\n"):
            at += 1
        bad = (Outcome.MODIFIED, Outcome.BROKEN, Outcome.MALFORMED)
        if verify_pdf(pdf[:at], trust).outcome in bad:
            break
        signed = pdf[:at]
    return signed


def pages(one: Judged) -> bytes:
    """The PDF to look at: the file itself, or the dossier of an archive package; empty for what
    has no pages."""
    if one.is_package:
        from station.archive.container import read
        from station.archive.form import DOSSIER

        return read(one.path).files.get(DOSSIER, b"")
    data = one.path.read_bytes()
    return data if b"%PDF-" in data[:1024] else b""
