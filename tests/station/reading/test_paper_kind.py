"""Another paper than the one asked for is told by its heading or its code, and by nothing less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import cv2
import numpy as np
import pytest

from station.catalogue.catalogue import Catalogue
from station.devices.training_papers import papers_of
from station.devices.training_people import VILLAGERS
from station.domain.items import Material, ServiceItem
from station.domain.side_papers import PAPER_FORM, material_of
from station.imaging.picture import Picture
from station.reading.engine import RapidReader
from station.reading.paper_kind import is_another_kind

Judge = Callable[[Picture, str], bool]


@pytest.fixture(scope="module")
def item(catalogue: Catalogue) -> ServiceItem:
    """One that asks for ID card, household register and bank book."""
    wanted = {"id_card", "household", "bank_card"}
    return next(
        item for item in catalogue.items if wanted <= {material.id for material in item.materials}
    )


@pytest.fixture
def judge(item: ServiceItem, reader: RapidReader) -> Judge:
    return lambda page, asked: is_another_kind(page, material_of(item, asked), item, reader)


def paper(name: str, villager: int = 0) -> Picture:
    """A training paper straight from above at 200 dpi."""
    papers = papers_of(VILLAGERS[villager], date(2026, 11, 23))
    found = next(paper for paper in papers if paper.id.startswith(name))
    return Picture(np.ascontiguousarray(np.asarray(found.picture(200))[:, :, ::-1]), 1, 200.0)


RIGHT = {
    "id-front": "id_card",
    "id-back": "id_card",
    "register-first": "household",
    "register-own": "household",
    "bank-book": "bank_card",
    "form": PAPER_FORM.id,
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_paper_in_its_own_place_is_never_warned_of(judge: Judge, name: str) -> None:
    assert not judge(paper(name, villager=2), RIGHT[name])


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("register-first", "bank_card"),
        ("register-own", "id_card"),
        ("bank-book", "household"),
        ("id-back", "household"),
        ("form", "household"),
        ("form", "bank_card"),
    ],
)
def test_a_paper_in_the_place_of_another_is_told_by_its_heading(
    judge: Judge, name: str, asked: str
) -> None:
    assert judge(paper(name), asked)


def test_our_own_form_is_known_by_its_code(
    judge: Judge, photographed: Callable[..., Picture]
) -> None:
    page = photographed()
    assert judge(page, "household")
    assert not judge(page, PAPER_FORM.id)


def test_what_says_nothing_is_never_another_kind(judge: Judge) -> None:
    white = Picture(np.full((1100, 800, 3), 250, np.uint8), 1, None)
    assert not judge(white, "household")
    scrawl = white.pixels.copy()
    for row in range(100, 1000, 60):
        points = np.random.default_rng(row).integers(0, 50, (30, 2)) + [100, row]
        points[:, 0] += np.arange(30) * 18
        cv2.polylines(scrawl, [points.astype(np.int32)], False, (60, 50, 40), 2)
    assert not judge(Picture(scrawl, 1, None), "household")


def test_papers_that_may_be_anything_are_left_alone(item: ServiceItem, reader: RapidReader) -> None:
    anything = Material(id="x", name="困难证明材料", profile=item.materials[0].profile)
    assert not is_another_kind(paper("register-own"), anything, item, reader)
