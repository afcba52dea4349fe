"""What a document says of itself for machines: its kind, and the item and case that it is about.

It lies in the document before anybody signs, so the first signature covers it; a verifier takes it
from there and from nowhere else (``signing/FORMATS.md``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from station.dossier.book import Attachment

EFORM_FILE = "eform.json"  # makes a document a dossier
RECORD_FILE = "document.json"  # in every other document of ours

_FORMAT = "yizhan-document/1"


class LetterKind(StrEnum):
    """What a letter is."""

    RESULT = "result"
    REFUSAL = "refusal"
    RETURN = "return"
    NOTICE = "notice"
    """Handed over without anybody's signature: acceptance, what is still needed, an authorisation
    to be signed by hand."""


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A letter's record; ``number`` is the case's, which begins with the village's code."""

    kind: LetterKind
    item: str
    item_version: int
    number: str

    @property
    def attachment(self) -> Attachment:
        """As it lies in the document."""
        written = {
            "format": _FORMAT,
            "kind": self.kind.value,
            "item": self.item,
            "item_version": self.item_version,
            "number": self.number,
        }
        content = json.dumps(written, ensure_ascii=False, indent=1).encode()
        return Attachment(RECORD_FILE, content, "application/json", "文书类别")


def mapping_in(written: bytes) -> Mapping[str, object]:
    """What a JSON object says; nothing for what is none, or says two things of one name, of which
    readers take either."""
    try:
        found = json.loads(written, object_pairs_hook=_said_once)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def record_in(written: bytes) -> LetterRecord | None:
    """Reads a record; None for anything that is not exactly one."""
    try:
        found = mapping_in(written)
        if found["format"] != _FORMAT:
            return None
        item, number, version = found["item"], found["number"], found["item_version"]
        if not isinstance(item, str) or not isinstance(number, str) or type(version) is not int:
            return None
        return LetterRecord(LetterKind(str(found["kind"])), item, version, number)
    except (ValueError, KeyError):
        return None


def _said_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found
