"""Operations: what a person did to a case, as a statement that is signed and hash-linked.

The statement's canonical bytes are what the person's key signs (``signing.journal``); each names
the hash of the action before it, so nothing can be taken out or put in between. The hub adds only
its own time of receipt. What is content (reasons in words, form, papers) is in sealed documents
that the statement names by digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from station.domain.cases import ActionType
from station.domain.units import Level, Role

GENESIS = "0" * 64  # what the first action of a case names as its predecessor


class DocumentKind(StrEnum):
    DOSSIER = "dossier"  # the signed PDF, all revisions so far
    RESULT = "result"  # the signed and sealed decision
    HEADER = "header"  # the few lines that fill a queue row
    NOTE = "note"  # reasons in words, pinned to fields and materials
    CONTACT = "contact"  # phone number and salutation, sealed to the SMS sender alone


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """A sealed document: digests of the plain and of the sealed bytes, and the sealed size."""

    kind: DocumentKind
    sha256: str
    sealed_sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One action of one person on one case, before it is signed.

    ``reason_codes`` are the only words about content that the hub sees, for its statistics.
    """

    id: str  # uuid made by the client: delivered twice, it takes effect once
    case: str
    number: str
    action: ActionType
    item: str
    item_version: int
    station: str
    actor: str  # person id
    unit: str
    level: Level
    role: Role
    base_rev: int
    previous: str  # hash of the last action of the case, or GENESIS
    at: datetime  # the client's clock: evidence, never what a time limit is counted from
    documents: tuple[DocumentRef, ...] = ()
    reason_codes: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The statement as plain JSON values, ready for canonical encoding."""
        return {
            "format": "yizhan-operation/1",
            "id": self.id,
            "case": self.case,
            "number": self.number,
            "action": self.action.value,
            "item": self.item,
            "item_version": self.item_version,
            "station": self.station,
            "actor": self.actor,
            "unit": self.unit,
            "level": self.level.value,
            "role": self.role.value,
            "base_rev": self.base_rev,
            "previous": self.previous,
            "at": self.at.isoformat(timespec="seconds"),
            "documents": [
                {
                    "kind": document.kind.value,
                    "sha256": document.sha256,
                    "sealed_sha256": document.sealed_sha256,
                    "size": document.size,
                }
                for document in self.documents
            ],
            "reason_codes": list(self.reason_codes),
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Operation:
        """The operation in a decoded statement; ``ValueError`` or ``KeyError`` when it is none."""
        if body["format"] != "yizhan-operation/1":
            raise ValueError(f"unknown format {body['format']!r}")
        return cls(
            id=str(body["id"]),
            case=str(body["case"]),
            number=str(body["number"]),
            action=ActionType(body["action"]),
            item=str(body["item"]),
            item_version=int(body["item_version"]),
            station=str(body["station"]),
            actor=str(body["actor"]),
            unit=str(body["unit"]),
            level=Level(body["level"]),
            role=Role(body["role"]),
            base_rev=int(body["base_rev"]),
            previous=str(body["previous"]),
            at=datetime.fromisoformat(body["at"]),
            documents=tuple(
                DocumentRef(
                    kind=DocumentKind(entry["kind"]),
                    sha256=str(entry["sha256"]),
                    sealed_sha256=str(entry["sealed_sha256"]),
                    size=int(entry["size"]),
                )
                for entry in body["documents"]
            ),
            reason_codes=tuple(str(code) for code in body["reason_codes"]),
        )
