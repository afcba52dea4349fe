"""How fast a photographed form becomes fields, beside reading its whole page as text."""

from __future__ import annotations

from collections.abc import Iterator

import cv2

from station.benchmarks import Conditions, Measured, in_turn
from station.catalogue.catalogue import Catalogue
from station.imaging.picture import open_picture
from station.paths import resources
from station.reading.desk import ReadingDesk
from station.reading.engine import RapidReader
from station.reading.template import template_of


def reading(conditions: Conditions) -> Iterator[Measured]:
    """The blank form's own page, printed and scanned: code, registration, crops, text."""
    catalogue = Catalogue.load(resources("items"))
    template = template_of(catalogue.items[0])
    page = cv2.cvtColor(template.pages[0], cv2.COLOR_GRAY2BGR)
    for placed in template.fields(1):
        x, y, width, height = (round(v * 300 / 25.4) for v in placed.box_mm)
        at = (x + 10, y + height // 2 + 12)
        cv2.putText(page, "13932046021"[: max(2, width // 45)], at, 0, 1.3, (60, 30, 30), 3)
    _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 90])
    photo = data.tobytes()
    reader = RapidReader()
    desk = ReadingDesk(catalogue.item, reader)
    desk.warm_up()
    ours, whole = in_turn(
        max(3, conditions.rounds // 3),
        lambda: desk.read(photo),
        lambda: reader.read_page(open_picture(photo).pixels),
    )
    yield Measured("reading.form", ours, whole, "ms", "the same reader on the whole page")
