"""Files as an auditor sees them judged: one verdict each, told from the same document that
``station verify --json`` prints, so that screen, script and export never differ.

No widget lives here, and nothing is judged here: that is for ``signing`` and ``station.archive``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from signing.errors import ExplainedError
from signing.trust import TrustStore
from station.clock import CHINA
from ui.common import language
from ui.common.tones import Tone

translate = QCoreApplication.translate

LEVELS = {12: "village", 9: "township", 6: "county"}  # by the length of a unit's code
STAGES = ("village", "township", "county")


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
    document: str = ""  # inside an archive package: which of its files


@dataclass(frozen=True, slots=True)
class Judged:
    """One file with its verdict. ``document`` is what ``station verify --json`` prints for it."""

    path: Path
    document: Mapping[str, Any]

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
    def signatures(self) -> tuple[SignatureLine, ...]:
        """The signatures in the order in which they were made."""
        found: Sequence[Mapping[str, Any]] = self.document.get("signatures", ())
        return tuple(_line(one) for one in found)

    @property
    def chain_problems(self) -> tuple[str, ...]:
        """What is wrong with the order village, township, county."""
        chain = self.document.get("chain") or {}
        return tuple(str(problem) for problem in chain.get("problems", ()))

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


def _line(one: Mapping[str, Any]) -> SignatureLine:
    trust = str(one.get("trust", ""))
    wrong = not one.get("intact") or one.get("modified_after")
    bad = wrong or trust in ("untrusted", "revoked") or one.get("verdict") in ("broken", "modified")
    fine = trust == "trusted" and one.get("verdict", "valid") == "valid"
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
        problems=tuple(str(problem) for problem in one.get("problems", ())),
        document=Path(str(one.get("document", ""))).name,
    )


class Bench:
    """Judges files with the trust roots of this PC and nothing else. Called in workers only."""

    def __init__(self, trust: Callable[[], TrustStore]) -> None:
        self.trust = trust

    @staticmethod
    def files(paths: Sequence[Path]) -> tuple[Path, ...]:
        """PDF files and archive packages among and below ``paths``, each once, in order."""
        found: dict[Path, None] = {}
        for path in paths:
            if path.is_dir():
                below = sorted(f for f in path.rglob("*") if f.suffix.lower() in (".pdf", ".zip"))
                found.update(dict.fromkeys(f for f in below if f.is_file()))
            else:
                found[path] = None
        return tuple(found)

    def judge(self, path: Path, policy: str, trust: TrustStore) -> Judged:
        """The verdict on one file; one that cannot be read at all is judged too."""
        try:
            if path.suffix.lower() == ".zip":
                from station.archive.verify import verify_package

                document = verify_package(path, trust).to_json(language.current())
            else:
                from signing.verify.pdf import verify_file

                document = verify_file(path, trust, policy=policy).to_json(language.current())
        except ExplainedError as error:
            document = {
                "file": str(path),
                "verdict": "malformed",
                "reason": error.parts(language.current())[1],
                "signatures": [],
                "chain": None,
            }
        return Judged(path, document)

    @staticmethod
    def pages(judged: Judged) -> bytes:
        """The PDF to look at: the file itself, or the dossier of an archive package."""
        if judged.is_package:
            from station.archive.container import read
            from station.archive.form import DOSSIER

            return read(judged.path).files.get(DOSSIER, b"")
        return judged.path.read_bytes()
