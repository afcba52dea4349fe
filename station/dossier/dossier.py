"""The dossier (案卷): filled form, papers and signature page as one PDF/A.

Built twice from the same content: without ink it is what the applicant is shown, and its digest is
what the ink is bound to; with ink it is what the agent signs. The same content always gives the
same bytes, so anybody who has the final dossier's parts can take the digest again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from signing.pades.plans import FieldPlan, InkPlace
from station.domain.applicants import Applicant, Delegate
from station.domain.completeness import MaterialState, Need, materials_of
from station.domain.drafts import Draft, Provision
from station.domain.items import PaperProfile, ServiceItem
from station.dossier.annex import annex
from station.dossier.book import Attachment, Book
from station.dossier.form_pages import filled_form
from station.dossier.paper_pages import PageImage, paper_pages
from station.dossier.records import EFORM_FILE
from station.dossier.sheet import Align
from station.dossier.signature_page import provision_words, signature_page
from station.dossier.text import Style
from station.dossier.typefaces import Face, lacking
from station.forms.layout import LEFT, RIGHT
from station.forms.values import printed, printed_date

_FOOT = Style(Face.SONG, 8.5, grey=0.35)
_MARK = Style(Face.HEI_BOLD, 9, grey=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierContent:
    """Everything that stands in a dossier, but for signatures.

    ``values`` are the form's values in normal form; ``pages`` the papers in their order within
    each material; ``portrait`` a JPEG; ``mark`` a line at the head of the form, e.g. that the
    case is for training. ``opened_at`` is aware and dates the document.
    """

    item: ServiceItem
    number: str
    station: str
    agent: str
    opened_at: datetime
    applicant: Applicant
    delegate: Delegate | None = None
    values: Mapping[str, str]
    materials: tuple[MaterialState, ...]
    pages: tuple[PageImage, ...] = ()
    portrait: bytes | None = None
    mark: str = ""

    @classmethod
    def of(
        cls,
        item: ServiceItem,
        draft: Draft,
        pages: Sequence[PageImage],
        *,
        station: str,
        agent: str,
        today: date,
        portrait: bytes | None = None,
        mark: str = "",
    ) -> DossierContent:
        """The content of a draft; without a ``portrait`` the first page of a photo material is it.

        ``today`` decides exemptions: give the same day for both builds.
        """
        photos = {m.id for m in item.materials if m.profile is PaperProfile.PHOTO}
        own = next((page.jpeg for page in pages if page.material in photos), None)
        return cls(
            item=item,
            number=draft.number,
            station=station,
            agent=agent,
            opened_at=draft.opened_at,
            applicant=draft.applicant,
            delegate=draft.delegate,
            values={key: value.value for key, value in draft.values.items()},
            materials=materials_of(item, draft, today),
            pages=tuple(pages),
            portrait=portrait if portrait is not None else own,
            mark=mark,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltDossier:
    """A dossier's bytes and where its signatures go.

    ``fields`` are ready for ``signing.pades.prepare``; ``ink`` is where the applicant signs.
    ``unprintable`` holds characters for which no typeface here has a
    glyph: a mark stands in their place, and the person must be told.
    """

    pdf: bytes
    pages: int
    fields: tuple[FieldPlan, ...]
    ink: InkPlace
    unprintable: str = ""
    digest: bytes = field(default=b"")  # SHA-256 of ``pdf``: what ink is bound to

    @property
    def sha256(self) -> str:
        """The digest in hexadecimal."""
        return self.digest.hex()


def build_dossier(content: DossierContent) -> BuiltDossier:
    """The dossier as PDF/A-3b, as the applicant is shown it.

    Ink and signatures come behind these bytes (``signing.pades.inking``). Raises
    ``PictureUnusable`` for a page that is no picture, ``FontsMissing`` when the computer has no
    Chinese typeface.
    """
    item = content.item
    book = Book(
        f"{item.title} {content.number}",
        content.opened_at,
        subject=f"{content.applicant.name} {item.title}".strip(),
        author=f"{content.station} {content.agent}",
    )
    too_long = filled_form(
        book,
        item,
        content.values,
        number=content.number,
        day=printed_date(content.opened_at.date()),
        portrait=content.portrait,
    )
    if too_long:
        annex(book, too_long, content.number)
    materials = [state.material for state in content.materials]
    where = paper_pages(book, materials, content.pages, content.number)
    places = signature_page(
        book,
        item,
        number=content.number,
        applicant=content.applicant.name,
        delegate=delegate_words(content),
        materials=content.materials,
        where=where,
    )
    papers = {page for own in where.values() for page in own}
    for page, sheet in enumerate(book.sheets(), start=1):
        if page in papers:
            continue
        if content.mark:
            sheet.text(LEFT, 12.0, content.mark, _MARK)
        sheet.text(LEFT, 290.0, f"{content.station}    代办员：{content.agent}", _FOOT)
        sheet.text(RIGHT, 290.0, f"第 {page} 页，共 {book.pages} 页", _FOOT, Align.RIGHT)
    book.attach(
        Attachment(
            EFORM_FILE,
            json.dumps(eform(content), ensure_ascii=False, indent=1).encode(),
            "application/json",
            "电子表单",
        )
    )
    pdf = book.write()
    return BuiltDossier(
        pdf=pdf,
        pages=book.pages,
        fields=places.fields,
        ink=places.ink,
        unprintable=lacking("".join((content.applicant.name, *content.values.values()))),
        digest=hashlib.sha256(pdf).digest(),
    )


def delegate_words(content: DossierContent) -> str:
    """Who comes for the applicant: name and relation; empty when nobody does."""
    if content.delegate is None:
        return ""
    return f"{content.delegate.person.name}（{content.delegate.relation}）"


def _delegate_of(content: DossierContent) -> dict[str, Any]:
    """A member of its own, only where somebody comes for the applicant."""
    if content.delegate is None:
        return {}
    person = content.delegate.person
    return {
        "delegate": {
            "name": person.name,
            "relation": content.delegate.relation,
            "id_number": person.id_number,
            "phone": person.phone,
            "source": person.source.value,
        }
    }


def eform(content: DossierContent) -> dict[str, Any]:
    """The e-form as data: what machines read where people read the page."""
    item, applicant = content.item, content.applicant
    return {
        "format": "yizhan-eform/1",
        "item": item.code,
        "item_version": item.version,
        "title": item.title,
        "number": content.number,
        "station": content.station,
        "agent": content.agent,
        "opened_at": content.opened_at.isoformat(),
        "applicant": {
            "name": applicant.name,
            "sex": applicant.sex,
            "nation": applicant.nation,
            "birth": applicant.birth.isoformat() if applicant.birth else "",
            "address": applicant.address,
            "id_number": applicant.id_number,
            "phone": applicant.phone,
            "source": applicant.source.value,
        },
        **_delegate_of(content),
        "fields": [
            {
                "id": entry.id,
                "label": entry.label,
                "kind": entry.kind.value,
                "value": content.values.get(entry.id, ""),
                "printed": printed(entry, content.values.get(entry.id, "")),
            }
            for entry in item.fields
        ],
        "materials": [
            {
                "id": state.material.id,
                "name": state.material.name,
                "need": state.need.value,
                "provision": provision_words(state),
                "promised_by": (
                    state.entry.promised_by.isoformat()
                    if state.entry.provision is Provision.DEFERRED and state.entry.promised_by
                    else ""
                ),
                "pages": [
                    {"title": page.title, "sha256": hashlib.sha256(page.jpeg).hexdigest()}
                    for page in content.pages
                    if page.material == state.material.id
                ],
            }
            for state in content.materials
            if state.need is not Need.NOT_NEEDED
        ],
        "declaration": item.promise,
    }
