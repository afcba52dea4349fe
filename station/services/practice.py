"""Papers to practise with that depend on the item: its own form, filled in with a pen.

Only the training desk lays them under its camera. The form is the one that ``station form print``
makes; the writing is that of the practice villager, with one slip of the pen that is asked about.
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
        _doubt(sheet, template.fields(1), rules)
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
    if not value:
        return
    if placed.options:
        for option in placed.options:
            if option.value == value:
                x, y, width, height = option.box_mm
                sheet.hand(x + 0.1 * width, y + height / 2, "√", 1.5 * height)
        return
    if placed.kind is FieldKind.DATE:
        year, month, day = value.split("-")
        value = f"{year}.{int(month)}.{int(day)}"
    x, y, width, height = placed.box_mm
    size = min(_SIZE, max(_SMALLEST, width / len(value) / _advance(value)))
    sheet.hand(x + 2.0, y + height / 2, value, size)


def _advance(value: str) -> float:
    """The width of a letter as a share of its height, on average."""
    wide = sum(1.05 if ord(letter) > 0x2E80 else 0.6 for letter in value)
    return wide / len(value)


def _doubt(sheet: Sheet, fields: tuple[PlacedField, ...], rules: dict[str, FormField]) -> None:
    """A slip of the pen in a box that was not meant: the trainee is asked whether it counts."""
    for placed in fields:
        rule = rules.get(placed.id)
        if rule is not None and not rule.source and len(placed.options) > 1:
            x, y, width, height = placed.options[-1].box_mm
            sheet.hand(x + 0.3 * width, y + height / 2, "-", 1.15 * height)
            return
