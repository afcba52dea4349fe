"""What a signed dossier says of itself: the e-form inside it, its papers, its ink.

A reviewer's PC and an auditor's read the same attached data that the village desk wrote; where it
cannot be read, the pages are still there to be looked at.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from signing.errors import ExplainedError
from signing.ink_note import NOTE_FILE, RECORD_FILE, InkNote
from station.domain.applicants import Applicant, IdentitySource
from station.domain.drafts import Draft, FieldValue


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place in the dossier: its title and page, from 0."""

    title: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One line of the e-form as it was printed."""

    id: str
    label: str
    value: str
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePapers:
    """A dossier, read. ``lines`` are in the form's order; ``pages`` is the number of pages."""

    number: str = ""
    station: str = ""
    agent: str = ""
    opened_at: datetime | None = None
    applicant: Applicant = field(default_factory=Applicant)
    delegate: str = ""
    """Who came for the applicant, with the relation; empty when nobody did."""
    lines: tuple[FormLine, ...] = ()
    materials: tuple[Mapping[str, Any], ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    pages: int = 0
    ink: InkNote | None = None
    ink_record: bytes = b""  # the strokes, sealed for the archive

    @property
    def values(self) -> dict[str, str]:
        """The form's values in normal form."""
        return {line.id: line.value for line in self.lines}

    def as_draft(self, item: str, version: int) -> Draft:
        """The case as a draft, for the rules that are written over drafts."""
        moment = self.opened_at or datetime.now().astimezone()
        return Draft(
            id="",
            number=self.number,
            item=item,
            item_version=version,
            station="",
            agent=self.agent,
            opened_at=moment,
            changed_at=moment,
            applicant=self.applicant,
            values={line.id: FieldValue(value=line.value) for line in self.lines},
        )


def read_papers(pdf: bytes) -> CasePapers:
    """Reads a dossier; what is missing or damaged in it is simply empty."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            attached = {
                name: bytes(spec.get_file().read_bytes())
                for name, spec in document.attachments.items()
                if name in ("eform.json", NOTE_FILE, RECORD_FILE)
            }
            bookmarks = _bookmarks(document)
            pages = len(document.pages)
    except (pikepdf.PdfError, ValueError, KeyError, TypeError):
        return CasePapers()
    form = _json(attached.get("eform.json", b""))
    person = form.get("applicant", {})
    return CasePapers(
        number=str(form.get("number", "")),
        station=str(form.get("station", "")),
        agent=str(form.get("agent", "")),
        opened_at=_moment(form.get("opened_at")),
        applicant=Applicant(
            name=str(person.get("name", "")),
            sex=str(person.get("sex", "")),
            nation=str(person.get("nation", "")),
            birth=_day(person.get("birth")),
            address=str(person.get("address", "")),
            id_number=str(person.get("id_number", "")),
            phone=str(person.get("phone", "")),
            source=_source(person.get("source")),
        ),
        delegate=_delegate(form.get("delegate")),
        lines=tuple(
            FormLine(
                id=str(line.get("id", "")),
                label=str(line.get("label", "")),
                value=str(line.get("value", "")),
                printed=str(line.get("printed", "")),
            )
            for line in form.get("fields", ())
        ),
        materials=tuple(form.get("materials", ())),
        bookmarks=bookmarks,
        pages=pages,
        ink=_ink(attached.get(NOTE_FILE, b"")),
        ink_record=attached.get(RECORD_FILE, b""),
    )


def _bookmarks(document: Any) -> tuple[Bookmark, ...]:
    pages = {page.objgen: number for number, page in enumerate(document.pages)}
    found = []
    with document.open_outline() as outline:
        for entry in outline.root:
            target = entry.destination
            if isinstance(target, int):
                found.append(Bookmark(str(entry.title), target))
            elif target is not None and len(target) and hasattr(target[0], "objgen"):
                found.append(Bookmark(str(entry.title), pages.get(target[0].objgen, 0)))
    return tuple(found)


def _delegate(value: object) -> str:
    if not isinstance(value, dict) or not value.get("name"):
        return ""
    return f"{value['name']}（{value.get('relation', '')}）"


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data) if data else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _ink(data: bytes) -> InkNote | None:
    try:
        return InkNote.from_bytes(data) if data else None
    except ExplainedError:
        return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _source(value: object) -> IdentitySource:
    try:
        return IdentitySource(str(value))
    except ValueError:
        return IdentitySource.TYPED
