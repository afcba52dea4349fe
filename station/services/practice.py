"""Papers to practise with that depend on the item: its own form, filled in with a pen.

Only the training desk lays them under its camera. The form is the one that ``station form print``
makes; the writing is that of the practice villager, with a blot where one is asked to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.devices.training_papers import A4, Paper
from station.devices.training_people import Villager
from station.domain.items import FieldKind, FormField, ServiceItem

if TYPE_CHECKING:
    from PIL import Image

    from station.devices.training_sheet import Sheet
    from station.forms.layout import PlacedField

_SIZE, _SMALLEST = 5.0, 3.0  # of the writing, in millimetres


def filled_form(item: ServiceItem, villager: Villager) -> Paper:
    """The item's paper form as this villager brings it."""

    def draw(dpi: float) -> Image.Image:
        from PIL import Image

        from station.devices.training_sheet import Sheet
        from station.forms.layout import SIGN_DATE
        from station.reading.template import template_of

        template = template_of(item)
        sheet = Sheet(*A4, dpi)
        printed = Image.fromarray(template.pages[0]).convert("RGB")
        sheet.picture.paste(printed.resize(sheet.picture.size), (0, 0))
        rules = {field.id: field for field in item.fields}
        for placed in template.fields(1):
            if placed.kind is FieldKind.SIGNATURE:
                x, y, _, height = placed.box_mm
                sheet.hand(x + 8, y + height / 2, villager.name, 9.0)
            elif placed.id != SIGN_DATE and placed.id in rules:
                _write(sheet, placed, _value(rules[placed.id], item, villager))
        if phone := next((p for p in template.fields(1) if p.kind is FieldKind.PHONE), None):
            _blot(sheet, phone)
        return sheet.picture

    return Paper(f"filled:{item.code}:{villager.card.id_number}", "填好的申请表", *A4, draw)


def _value(field: FormField, item: ServiceItem, villager: Villager) -> str:
    from station.services.intake import applicant_text
    from station.services.rehearsal import plausible

    known = applicant_text(villager.card.applicant(villager.phone), field)
    if known:
        return known
    return plausible(field, item, villager) if field.required is True else ""


def _write(sheet: Sheet, placed: PlacedField, value: str) -> None:
    if placed.options:
        for option in placed.options:
            if option.value == value:
                x, y, width, height = option.box_mm
                sheet.hand(x + 0.1 * width, y + height / 2, "√", 1.5 * height)
        return
    if placed.kind is FieldKind.DATE and value:
        year, month, day = value.split("-")
        value = f"{year}.{int(month)}.{int(day)}"
    x, y, width, height = placed.box_mm
    size = min(_SIZE, max(_SMALLEST, width / max(len(value), 1) / _advance(value)))
    sheet.hand(x + 2.0, y + height / 2, value, size)


def _advance(value: str) -> float:
    """The width of a letter as a share of its height, on average."""
    wide = sum(1.05 if ord(letter) > 0x2E80 else 0.6 for letter in value)
    return wide / max(len(value), 1)


def _blot(sheet: Sheet, placed: PlacedField) -> None:
    """A wet finger over one digit: still to be guessed, no longer to be read."""
    from PIL import ImageFilter

    x, y, _, height = placed.box_mm
    left, top = sheet.px(x + 8.5), sheet.px(y + height * 0.15)
    box = (left, top, left + sheet.px(2.4), top + sheet.px(height * 0.7))
    wet = sheet.picture.crop(box).filter(ImageFilter.GaussianBlur(sheet.px(0.5)))
    sheet.picture.paste(wet, box)
