"""A form printed by the station, filled with a pen, photographed, and read back."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from station.catalogue.catalogue import Catalogue
from station.domain import idnumbers
from station.imaging.picture import Picture
from station.reading.engine import RapidReader
from station.reading.fields import FieldReading, FormReading, read_form
from station.reading.registration import FormNotFound, FormOfOtherItem, form_code, register
from station.reading.template import PX_PER_MM, Template, pixels_of, template_of
from tests.helpers.filled_form import NUMBER, UNDERSTOOD, WRITTEN
from tests.helpers.scenes import Light

from .conftest import Photographer


def read(picture: Picture, template: Template, reader: RapidReader) -> FormReading:
    registration = register(picture, template, form_code(picture))
    return read_form([(picture, registration)], template, reader)


def values(reading: FormReading) -> dict[str, str]:
    return {name: field.value for name, field in reading.fields.items()}


def test_every_field_comes_back_as_it_was_written(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    reading = read(photographed(), template, reader)
    assert values(reading) == UNDERSTOOD
    assert [name for name, field in reading.fields.items() if not field.ok] == []


def test_a_form_lying_upside_down_in_poor_light_is_read_all_the_same(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    poor = Light(shade=0.4, slope=0.4, shadow=0.35, noise=6, blur=0.9, curl=0.004)
    picture = photographed(2, light=poor, upside_down=True, mat="cloth")
    assert values(read(picture, template, reader)) == UNDERSTOOD


def test_an_empty_form_is_empty_and_nothing_is_wrong_with_it(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    reading = read(photographed(3, written={}), template, reader)
    assert set(values(reading).values()) == {""}
    assert all(field.ok for field in reading.fields.values())


def test_an_id_number_with_one_wrong_digit_is_told_and_not_repaired(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    right = NUMBER + idnumbers.check_character(NUMBER)
    wrong = right[:16] + ("3" if right[16] != "3" else "8") + right[17]
    reading = read(photographed(4, written=WRITTEN | {"id_number": wrong}), template, reader)
    field = reading.fields["id_number"]
    assert field.value == field.raw == wrong
    assert not field.ok
    assert "校验位" in field.problem


def test_two_ticks_where_one_is_asked_are_told(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    written = WRITTEN | {"living": "alone,children"}
    field = read(photographed(5, written=written), template, reader).fields["living"]
    assert field.value == ""
    assert field.raw == "独居、与子女同住"
    assert "只能选一个" in field.problem


def test_a_speck_in_a_tick_square_is_asked_about_and_not_taken_for_a_tick(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    square = next(o for o in template.layout.placed("living").options if o.value == "alone")
    left, top, right, bottom = pixels_of(square.box_mm)

    def dotted(sheet: np.ndarray) -> None:
        cv2.circle(sheet, ((left + right) // 2, (top + bottom) // 2), 5, (60, 40, 40), -1)

    field = read(photographed(6, spoiled=dotted), template, reader).fields["living"]
    assert field.value == "children"
    assert not field.ok
    assert "独居" in field.problem


def test_an_unsigned_form_says_that_it_is_not_signed(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    unsigned = {k: v for k, v in WRITTEN.items() if k not in ("signature", "sign_date")}
    reading = read(photographed(7, written=unsigned), template, reader)
    assert reading.fields["signature"].value == ""
    assert reading.fields["sign_date"].value == "", "the printed 年 月 日 are no date"
    assert reading.fields["name"].value == "李秀英"


def test_a_smudged_digit_is_offered_as_it_may_have_been(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    def smudged(sheet: np.ndarray) -> None:
        left, top, right, bottom = pixels_of(template.layout.placed("phone").box_mm)
        x, y = left + (right - left) // 5, (top + bottom) // 2
        digit = sheet[y - 50 : y + 50, x - 14 : x + 14]
        digit[:] = cv2.GaussianBlur(digit, (0, 0), 6)

    field = read(photographed(1, spoiled=smudged), template, reader).fields["phone"]
    assert not field.ok
    assert UNDERSTOOD["phone"] in (field.value, *field.others)
    assert "像" in field.problem


def boxed(field: FieldReading, picture: Picture) -> np.ndarray:
    x, y, width, height = field.box
    seen, _ = picture.small(max(picture.size))
    return seen[y : y + height, x : x + width]


def test_each_field_says_where_it_stands_in_the_picture(
    photographed: Photographer, template: Template, reader: RapidReader
) -> None:
    picture = photographed(8)
    reading = read(picture, template, reader)
    for name in ("name", "id_number", "remark"):
        assert boxed(reading.fields[name], picture).std() > 12, "there is writing in the box"
    cut = reading.cut_out(template, "name")
    assert cut is not None
    _, _, width_mm, height_mm = template.layout.placed("name").cell_mm
    assert cut.shape[0] == pytest.approx(height_mm * PX_PER_MM, abs=2)
    assert 0.2 < cut.shape[1] / (width_mm * PX_PER_MM) < 0.8, "cut to where something is written"


# -- finding the form -----------------------------------------------------------------------------


def covered(*corners: int) -> Callable[[np.ndarray], None]:
    """Lays something white over some of the four squares."""

    def cover(sheet: np.ndarray) -> None:
        height, width = sheet.shape[:2]
        size = round(22 * PX_PER_MM)
        places = [(0, 0), (width - size, 0), (width - size, height - size), (0, height - size)]
        for corner in corners:
            x, y = places[corner]
            if corner == 1:  # the code is near the second square and stays
                sheet[: round(17.5 * PX_PER_MM), x:] = 240
            else:
                sheet[y : y + size, x : x + size] = 240

    return cover


@pytest.mark.parametrize(
    ("hidden", "method"),
    [((0,), "code+squares"), ((2,), "code+squares"), ((0, 1, 3), "print")],
)
def test_covered_squares_do_not_hide_the_form(
    photographed: Photographer, template: Template, hidden: tuple[int, ...], method: str
) -> None:
    whole = photographed(9)
    truth = register(whole, template, form_code(whole))
    spoiled = photographed(9, spoiled=covered(*hidden))
    found = register(spoiled, template, form_code(spoiled))
    assert found.method == method
    for x, y in ((20, 50), (190, 50), (190, 240), (20, 240)):
        gap = np.hypot(*(np.array(found.point(x, y)) - truth.point(x, y)))
        assert gap < 12, "within a millimetre and a half at eight pixels each"


def test_a_form_whose_code_is_torn_off_is_found_by_its_squares(
    photographed: Photographer, template: Template
) -> None:
    def torn(sheet: np.ndarray) -> None:
        left, top, right, bottom = pixels_of(template.layout.qr_mm)
        sheet[top - 10 : bottom + 10, left - 10 : right + 10] = 245

    picture = photographed(10, spoiled=torn, upside_down=True)
    assert form_code(picture) is None
    whole = photographed(10, upside_down=True)
    truth = register(whole, template, form_code(whole))
    found = register(picture, template, None)
    assert found.method == "squares"
    gap = np.hypot(*(np.array(found.point(30, 60)) - truth.point(30, 60)))
    assert gap < 10


def test_the_form_of_another_item_is_refused_by_name(
    photographed: Photographer, catalogue: Catalogue, template: Template
) -> None:
    other = template_of(catalogue.item("MZ-002"))
    picture = photographed(11, written={})
    with pytest.raises(FormOfOtherItem) as refused:
        register(picture, other, form_code(picture), "IMG_1.jpg")
    assert "MZ-001" in refused.value.sentence("zh")


def test_a_photograph_of_something_else_is_not_taken_for_the_form(
    photographed: Photographer, template: Template
) -> None:
    def other_paper(sheet: np.ndarray) -> None:
        sheet[:] = 240
        rng = np.random.default_rng(0)
        for _ in range(400):
            x, y = int(rng.integers(100, 2300)), int(rng.integers(100, 3300))
            cv2.line(sheet, (x, y), (x + int(rng.integers(5, 80)), y), (30, 30, 30), 3)

    picture = photographed(12, spoiled=other_paper)
    with pytest.raises(FormNotFound):
        register(picture, template, form_code(picture))
