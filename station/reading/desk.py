"""The reading desk: one picture in, fields out, whatever kind of paper it is.

Decides which way to read (our form by its code, another office's form by its labels, an identity
card) and keeps the text reader warm. What each way does lives beside this module.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from station.domain.items import Material, ServiceItem
from station.errors import InputError
from station.imaging.arrays import Pixels
from station.imaging.picture import Picture, open_picture
from station.reading.card import CardPhotoReading, read_card
from station.reading.engine import FoundLine, RapidReader, TextReader
from station.reading.fields import FieldReading, Told, read_form, unheard
from station.reading.labels import read_by_labels
from station.reading.registration import FormNotFound, form_code, register
from station.reading.template import template_of


class PaperUnknown(InputError):
    what = "{file} was not read."
    cause = "It carries no code of one of our forms and does not look like an identity card."
    remedy = "Say what it is: --item CODE for a form, --card for an identity card."
    zh = (
        "{file} 没有读。",
        "它上面没有我们表格的二维码，也不像身份证。",
        "请说明它是什么：表格用 --item 事项编号，身份证用 --card。",
    )


@dataclass(frozen=True, slots=True)
class PaperReading:
    """What was read from one picture."""

    kind: str
    """form, labels or card: how it was read."""
    item: str
    """Code of the form's item; empty for a card."""
    page: int
    fields: Mapping[str, FieldReading]
    ms: float
    cut_outs: Mapping[str, Pixels] = field(default_factory=dict, repr=False, compare=False)
    """Per field its picture (BGR), for showing beside what was read; where there is one."""

    @property
    def all_ok(self) -> bool:
        return all(reading.ok for reading in self.fields.values())


class ReadingDesk:
    """Reads papers. Safe to use from several threads; the first use loads the text reader."""

    def __init__(
        self, find_item: Callable[[str, int | None], ServiceItem], reader: TextReader | None = None
    ) -> None:
        """``find_item(code, version)`` is the catalogue's; version None means the newest."""
        self._find_item = find_item
        self._reader: TextReader = reader or RapidReader()

    def warm_up(self) -> None:
        """Loads the text reader, so that the first paper does not wait for it."""
        self._reader.warm_up()

    def lines(self, page: Pixels) -> list[FoundLine]:
        """All lines of text on an upright picture (BGR), in reading order."""
        return self._reader.read_page(page)

    def is_another_kind(self, page: bytes, asked: Material, item: ServiceItem) -> bool:
        """Whether the finished page (JPEG) surely is not the material asked for: see
        ``paper_kind``. Takes seconds."""
        from station.imaging.picture import open_picture
        from station.reading.paper_kind import is_another_kind

        return is_another_kind(open_picture(page, asked.name), asked, item, self._reader)

    def read(
        self,
        data: bytes,
        name: str = "picture",
        *,
        item: str | None = None,
        card: bool = False,
        told: Told = unheard,
    ) -> PaperReading:
        """The fields on the paper in the picture file ``data``.

        ``item`` names the form expected, ``card`` says that it is an identity card; with neither,
        the paper's own code decides. ``told`` hears how much is done, 0 to 1; what it raises ends
        the reading. Raises a ``PictureError``, ``FormNotFound``, ``FormOfOtherItem``,
        ``CardNotFound`` or ``PaperUnknown``.
        """
        start = time.perf_counter()
        told(0.05)
        picture = open_picture(data, name)
        told(0.15)
        if card:
            told(0.3)
            return self._card(picture, name, start)
        code = form_code(picture)
        if code is None and item is None:
            return self._card_or_unknown(picture, name, start)
        version = code.version if code is not None and item in (None, code.item) else None
        wanted = self._find_item(item or (code.item if code else ""), version)
        template = template_of(wanted)
        told(0.3)
        try:
            registration = register(picture, template, code, name)
        except FormNotFound:
            return self._by_labels(picture, wanted, name, start)
        told(0.4)
        form = read_form(
            [(picture, registration)], template, self._reader, lambda n: told(0.4 + 0.6 * n)
        )
        cut_outs = {
            field_id: cut
            for field_id in form.fields
            if (cut := form.cut_out(template, field_id)) is not None
        }
        return PaperReading(
            "form", wanted.code, registration.page, form.fields, _since(start), cut_outs
        )

    def _card(self, picture: Picture, name: str, start: float) -> PaperReading:
        return _of_card(read_card(picture, self._reader, name), start)

    def _card_or_unknown(self, picture: Picture, name: str, start: float) -> PaperReading:
        """A card that nobody announced. A form also asks for name, sex and address."""
        try:
            reading = read_card(picture, self._reader, name)
        except InputError as error:
            raise PaperUnknown(file=name) from error
        if reading.could_be_a_form:
            raise PaperUnknown(file=name)
        return _of_card(reading, start)

    def _by_labels(
        self, picture: Picture, item: ServiceItem, name: str, start: float
    ) -> PaperReading:
        from station.imaging.detection import find_page
        from station.imaging.rectify import cut_out, plan

        find = find_page(picture)
        cut = plan(picture, find.quad if find.sure else None)
        page = cut_out(picture, cut)
        fields = read_by_labels(page, item.fields, self._reader)
        if len(fields) < 2:
            raise FormNotFound(file=name, form=item.title)
        return PaperReading("labels", item.code, 1, fields, _since(start))


def _of_card(reading: CardPhotoReading, start: float) -> PaperReading:
    return PaperReading("card", "", 1, reading.fields, _since(start), {"card": reading.card})


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
