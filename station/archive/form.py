"""What an archive package is made of: its names, its manifest, and the facts about the case.

One package per closed case (GB/T 42727, DA/T 48 in spirit): everything a stranger needs to judge
it in thirty years with nothing but the trust root. Frozen data and its JSON; reading and writing
files is ``container.py``, judging is ``verify.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from station.domain.cases import CaseState
from station.domain.operations import DocumentKind

FORMAT = "yizhan-archive/1"

MANIFEST = "manifest.json"
SIGNATURE = "manifest.p7s"
README = "README.txt"
DOSSIER = "dossier.pdf"
RESULT = "result.pdf"
OPERATIONS = "operations.jsonl"
TREE = "tree.json"
INK = "ink.p7m"
CERTIFICATES = "certificates.pem"
EARLIER = "earlier/"  # dossiers that a correction replaced
PAPERS = "papers/"  # notes and headers that operations name
EVIDENCE = "evidence/"  # revocation lists and OCSP answers

_WHAT = {
    README: "给查阅人的说明",
    DOSSIER: "案卷：电子表单、材料、手写签名、各级电子签名",
    RESULT: "办理结果：签名并加盖电子印章",
    OPERATIONS: "办理过程：每一步由本人签名，前后相接",
    TREE: "中心的记录树根及各步在其中的证明",
    INK: "手写签名的笔迹，封给档案部门，需要鉴定时才打开",
    CERTIFICATES: "签名人和签发机构的证书",
}
_WHAT_FOLDER = {
    EARLIER: "补正前的案卷",
    PAPERS: "随操作送出的便笺（告知事项等）",
    EVIDENCE: "证书状态证据",
}

# What a package must hold of the documents that its operations name. The applicant's telephone
# number went to the SMS sender alone, and the header only repeats the dossier.
KEPT_KINDS = frozenset({DocumentKind.DOSSIER, DocumentKind.RESULT, DocumentKind.NOTE})


class ManifestWrong(ValueError):
    """The bytes are no manifest of this form; the message says what is missing or odd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The case as the package's cover has it. Times are aware; ``item_title`` is for people."""

    id: str
    number: str
    item: str
    item_version: int
    item_title: str
    station: str
    station_name: str
    state: CaseState
    opened_at: datetime
    closed_at: datetime
    training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of the package as the manifest has it."""

    name: str
    size: int
    sha256: str
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The cover sheet: which case, which files, who archived it and when."""

    case: CaseFacts
    files: tuple[FileEntry, ...]
    archived_at: datetime
    archivist: str
    archivist_unit: str

    def to_bytes(self) -> bytes:
        """The manifest as the package has it: JSON in UTF-8, sorted, one line per value."""
        value = {
            "format": FORMAT,
            "case": {
                "id": self.case.id,
                "number": self.case.number,
                "item": self.case.item,
                "item_version": self.case.item_version,
                "item_title": self.case.item_title,
                "station": self.case.station,
                "station_name": self.case.station_name,
                "state": self.case.state.value,
                "opened_at": self.case.opened_at.isoformat(timespec="seconds"),
                "closed_at": self.case.closed_at.isoformat(timespec="seconds"),
                "training": self.case.training,
            },
            "archived_at": self.archived_at.isoformat(timespec="seconds"),
            "archivist": self.archivist,
            "archivist_unit": self.archivist_unit,
            "files": [
                {"name": f.name, "size": f.size, "sha256": f.sha256, "what": f.what}
                for f in self.files
            ],
        }
        return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Reads a manifest; ``ManifestWrong`` when it is none of this form."""
        try:
            value = json.loads(data)
            if value["format"] != FORMAT:
                raise ManifestWrong(f"format {value['format']!r}")
            case = value["case"]
            return cls(
                case=CaseFacts(
                    id=_text(case, "id"),
                    number=_text(case, "number"),
                    item=_text(case, "item"),
                    item_version=int(case["item_version"]),
                    item_title=_text(case, "item_title"),
                    station=_text(case, "station"),
                    station_name=_text(case, "station_name"),
                    state=CaseState(case["state"]),
                    opened_at=datetime.fromisoformat(case["opened_at"]),
                    closed_at=datetime.fromisoformat(case["closed_at"]),
                    training=bool(case["training"]),
                ),
                files=tuple(
                    FileEntry(
                        name=_text(entry, "name"),
                        size=int(entry["size"]),
                        sha256=_text(entry, "sha256"),
                        what=str(entry.get("what", "")),
                    )
                    for entry in value["files"]
                ),
                archived_at=datetime.fromisoformat(value["archived_at"]),
                archivist=_text(value, "archivist"),
                archivist_unit=_text(value, "archivist_unit"),
            )
        except ManifestWrong:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ManifestWrong(f"{type(error).__name__}: {error}") from error


def entry_of(name: str, data: bytes) -> FileEntry:
    """The manifest's line for a file."""
    folder = name[: name.rfind("/") + 1]
    return FileEntry(
        name=name,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        what=_WHAT.get(name, _WHAT_FOLDER.get(folder, "")),
    )


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value[name]
    if not isinstance(found, str):
        raise ManifestWrong(f"{name} is no text")
    return found
