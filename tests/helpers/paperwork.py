"""A case on the desk, made for tests: an applicant, a filled draft, pages of paper. Nobody real."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from station.catalogue import Catalogue
from station.clock import CHINA
from station.domain.applicants import Applicant, IdentitySource
from station.domain.drafts import Draft, FieldValue, InkEntry, MaterialEntry
from station.domain.idnumbers import check_character
from station.domain.items import FieldKind, FormField, ServiceItem
from station.dossier.paper_pages import PageImage
from station.paths import resources

NOW = datetime(2026, 11, 23, 10, 41, tzinfo=CHINA)
TODAY = NOW.date()


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    return Catalogue.load(resources("items"))


def id_number(birth: date, *, woman: bool = True, division: str = "130430") -> str:
    first = f"{division}{birth:%Y%m%d}12{2 if woman else 1}"
    return first + check_character(first)


def applicant(born: date = date(1941, 3, 16)) -> Applicant:
    return Applicant(
        name="李秀英",
        sex="女",
        nation="汉",
        birth=born,
        address="河北省邯郸市邱县东河镇后段寨村四组 17 号",
        id_number=id_number(born),
        phone="13931006021",
        valid_from=date(2016, 5, 1),
        source=IdentitySource.CARD,
    )


def plausible(field: FormField, person: Applicant) -> str:
    """A value in normal form that the field accepts."""
    if field.source.startswith("applicant."):
        return str(getattr(person, field.source.removeprefix("applicant.")) or "")
    if field.options:
        return field.options[0].value
    match field.kind:
        case FieldKind.NAME:
            return "任小军"
        case FieldKind.DIGITS:
            return {"year": "2027", "account": "6217002100003386017"}.get(field.id, "3")
        case FieldKind.ID_NUMBER:
            return id_number(date(1970, 1, 2), woman=False)
        case FieldKind.PHONE:
            return "13931001234"
        case FieldKind.DATE:
            return "2026-10-01"
        case FieldKind.MONEY:
            return "80.00"
        case FieldKind.ADDRESS:
            return "后段寨村四组"
    return {
        "disability_no": f"{person.id_number}42",
        "credit_code": "92130430MA0FFMWL8N",
    }.get(field.id, "12" if field.pattern else "照实填写的内容")


def filled(item: ServiceItem, person: Applicant | None = None) -> Draft:
    """A draft with every field filled, every rule answered, every paper there, and signed."""
    person = person or applicant()
    return Draft(
        id="5f0f3d5e-0000-4000-8000-000000000001",
        number="130430104213-261123-007",
        item=item.code,
        item_version=item.version,
        station="130430104213",
        agent="P1001",
        opened_at=NOW,
        changed_at=NOW,
        applicant=person,
        values={f.id: FieldValue(value=plausible(f, person)) for f in item.fields},
        materials={
            material.id: MaterialEntry(
                pages=tuple(f"{material.id}-{n}" for n in range(len(material.pages))),
                original_seen=True,
            )
            for material in item.materials
        },
        answers={rule.id: True for rule in item.rules},
        ink=InkEntry(ink="ink-1", shown_sha256="0" * 64, signed_at=NOW),
    )


def with_values(draft: Draft, **values: str) -> Draft:
    """The draft with some values changed, and still signed."""
    fresh = {key: FieldValue(value=value) for key, value in values.items()}
    return replace(draft, values={**draft.values, **fresh})


@lru_cache(maxsize=16)
def jpeg(width: int, height: int, colour: tuple[int, int, int] = (236, 232, 222)) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).rectangle((9, 9, width - 10, height - 10), outline=(90, 80, 70), width=5)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    return out.getvalue()


def pages_of(item: ServiceItem) -> tuple[PageImage, ...]:
    """A page for each page that each material asks for, in the sizes of the trade."""
    sizes = {"id_card": (1011, 638, 300), "booklet": (1240, 874, 200), "photo": (590, 826, 300)}
    found = []
    for material in item.materials:
        width, height, dpi = sizes.get(material.profile.value, (1654, 2339, 200))
        for title in material.pages:
            picture = jpeg(width, height)
            found.append(PageImage(jpeg=picture, dpi=dpi, material=material.id, title=title))
    return tuple(found)
