"""Marks for machines on paper: QR codes and the squares by which a photographed form is found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from station.dossier.sheet import Box, Sheet
from station.forms.layout import FIDUCIAL_RINGS


def draw_fiducial(sheet: Sheet, box: Box) -> None:
    """Nested squares, black and white in turn from outside in."""
    x, y, width, height = box
    for n, ring in enumerate(FIDUCIAL_RINGS):
        wide, tall = width * ring, height * ring
        inner = (x + (width - wide) / 2, y + (height - tall) / 2, wide, tall)
        sheet.fill(inner, float(n % 2))


def draw_code(sheet: Sheet, box: Box, text: str) -> None:
    """A QR code that fills ``box``; leave four modules of white around it."""
    modules, size = _modules(text)
    x, y, width, _ = box
    side = width / size
    sheet.fill_all(
        (x + start * side, y + row * side, length * side, side) for row, start, length in modules
    )


@lru_cache(maxsize=64)
def _modules(text: str) -> tuple[tuple[tuple[int, int, int], ...], int]:
    """The dark runs of a code (row, first module, length) and how many modules it is wide."""
    import zxingcpp

    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    pixels = memoryview(cast(bytes, image))  # its own type does not say that it is a buffer
    rows = cast(list[list[int]], pixels.tolist())
    return tuple(_dark_runs(rows)), len(rows)


def _dark_runs(rows: list[list[int]]) -> Iterator[tuple[int, int, int]]:
    for number, row in enumerate(rows):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end] < 128:
                end += 1
            if end > start:
                yield number, start, end - start
            start = end + 1
