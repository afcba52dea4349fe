"""A page on its head is known by its print; what cannot be known is not guessed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from station.imaging.arrays import Pixels
from station.imaging.judge import Notice
from station.imaging.pipeline import PagePipeline
from station.reading.template import Template
from station.reading.way_up import WayUp


@pytest.fixture(scope="module")
def way_up() -> WayUp:
    return WayUp()


@pytest.fixture(scope="module")
def form(template: Template) -> Pixels:
    return np.asarray(cv2.cvtColor(template.pages[0], cv2.COLOR_GRAY2BGR), np.uint8)


def on_its_head(page: Pixels) -> Pixels:
    return np.ascontiguousarray(page[::-1, ::-1])


def test_a_printed_form_tells_its_way_up(way_up: WayUp, form: Pixels) -> None:
    assert way_up.is_upside_down(form) is False
    assert way_up.is_upside_down(on_its_head(form)) is True


def test_blurred_crooked_and_dim_it_still_does(way_up: WayUp, form: Pixels) -> None:
    height, width = form.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.5, 1)
    poor = cv2.warpAffine(form, turn, (width, height), borderValue=(255, 255, 255))
    poor = np.asarray(cv2.GaussianBlur(poor, (0, 0), 1.5) * 0.6, np.uint8)
    assert way_up.is_upside_down(poor) is False
    assert way_up.is_upside_down(on_its_head(poor)) is True


def test_an_empty_page_and_a_page_of_scribble_say_nothing(way_up: WayUp) -> None:
    blank = np.full((1754, 1240, 3), 245, np.uint8)
    assert way_up.is_upside_down(blank) is None
    rng = np.random.default_rng(1)
    for row in range(200, 1500, 90):
        points = np.cumsum(rng.normal(0, 18, (60, 2)), axis=0) * (1, 0.2) + (500, row)
        cv2.polylines(blank, [points.astype(np.int32)], False, (40, 40, 40), 3)
    assert way_up.is_upside_down(blank) is not True


def test_the_person_is_told_on_the_page(way_up: WayUp, form: Pixels) -> None:
    with PagePipeline(upside_down=way_up.is_upside_down) as pipeline:
        for page, told in ((form, False), (on_its_head(form), True)):
            _, data = cv2.imencode(".png", page)
            result = pipeline.process(data.tobytes())
            assert (Notice.UPSIDE_DOWN in result.notices) is told
