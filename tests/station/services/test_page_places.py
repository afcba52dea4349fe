"""Where a value stands: on the form by its layout, on a paper by reading it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageDraw

from station.catalogue import Catalogue
from station.domain.items import FieldKind, FormField, ServiceItem
from station.imaging.arrays import Pixels
from station.paths import resources
from station.reading.desk import ReadingDesk
from station.services.case_papers import Bookmark, CasePapers
from station.services.page_places import PlaceFinder, form_place, paper_pages
from tests.helpers.pens import face

CATALOGUE = Catalogue.load(resources("items"))
ACCOUNT = FormField(id="account", label="账号", kind=FieldKind.DIGITS)
ADDRESS = FormField(id="address", label="住址", kind=FieldKind.ADDRESS)


@pytest.fixture(scope="module")
def finder() -> Iterator[PlaceFinder]:
    desk = ReadingDesk(CATALOGUE.item)
    yield PlaceFinder(lambda: desk)


def page(*lines: str) -> Pixels:
    """A page with lines of print, the first at 200 pixels from the top, 100 apart."""
    picture = Image.new("RGB", (1240, 900), "white")
    draw = ImageDraw.Draw(picture)
    for at, line in enumerate(lines):
        draw.text((120, 200 + 100 * at), line, "black", face(30))
    return np.asarray(picture)[:, :, ::-1].copy()


def test_figures_are_framed_where_they_stand_whole_and_their_label_is_not(
    finder: PlaceFinder,
) -> None:
    picture = page("户名 李秀英", "账号 6217 0021 0000 3386 017", "开户 农村信用联社")
    box = finder.find("a", picture, ACCOUNT, ["6217002100003386017"])
    assert box is not None
    left, top, width, height = box
    assert 290 < top * 900 < 320 < (top + height) * 900 < 350
    assert 140 < left * 1240 < 220, "behind the label"
    assert width * 1240 < 600
    assert finder.knows("a")
    assert finder.find("a", None, ACCOUNT, ["6217002100003386018"]) is None, "one figure differs"


def test_an_address_that_a_paper_breaks_into_lines_is_found_by_its_longest_part(
    finder: PlaceFinder,
) -> None:
    picture = page("住址 河北省邱县东河镇后段寨", "村四组17号")
    box = finder.find("b", picture, ADDRESS, ["河北省邱县东河镇后段寨村四组17号"])
    assert box is not None and 180 < box[1] * 900 < 220
    assert finder.find("b", None, ADDRESS, ["山西省大同市平城区"]) is None


def test_what_is_ticked_or_empty_or_one_character_is_looked_for_nowhere(
    finder: PlaceFinder,
) -> None:
    choice = CATALOGUE.item("SB-001").form_field("pension_kind")
    for field, texts in (
        (choice, ["城乡居民养老"]),
        (ADDRESS, [""]),
        (ADDRESS, ["汉"]),
        (ADDRESS, []),
    ):
        assert finder.find("never", page(), field, texts) is None
    assert not finder.knows("never"), "no page is read for it"


@pytest.mark.parametrize("item", CATALOGUE.items, ids=lambda item: item.code)
def test_every_field_has_its_place_on_the_form(item: ServiceItem) -> None:
    for field in item.fields:
        place = form_place(item, field.id)
        assert place is not None
        left, top, width, height = place.box
        assert 0 < left < left + width < 1
        assert 0 < top < top + height < 1
    assert form_place(item, "nothing-of-the-kind") is None


def test_the_papers_of_a_dossier_are_the_pages_between_form_and_signature() -> None:
    item = CATALOGUE.item("SB-001")
    name = item.materials[0].name
    papers = CasePapers(
        bookmarks=(Bookmark("申请表", 0), Bookmark(f"{name} 人像面", 2), Bookmark("签章页", 4)),
        pages=5,
    )
    assert paper_pages(item, papers) == (2, 3)
    assert paper_pages(item, CasePapers()) == ()
