"""The training scanner: sheets go through it as they do through a real one."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from station.devices.scanner import (
    CoverOpen,
    DoubleFeed,
    ScannedPage,
    ScannerBusy,
    Source,
)
from station.devices.scanner_simulated import SimulatedScanner
from station.devices.simulated import TrainingDesk
from station.devices.training_people import VILLAGERS


@pytest.fixture
def desk() -> TrainingDesk:
    return TrainingDesk(hurried=True)


def pixels(page: ScannedPage) -> np.ndarray:
    with Image.open(io.BytesIO(page.jpeg)) as picture:
        return np.asarray(picture.convert("L"))


def scan(scanner: SimulatedScanner, source: Source, dpi: int = 100) -> list[ScannedPage]:
    pages: list[ScannedPage] = []
    scanner.scan(source=source, dpi=dpi, on_page=pages.append)
    return pages


def test_both_sides_of_a_sheet_come_and_the_back_is_blank(desk: TrainingDesk) -> None:
    desk.scanner.load(desk.papers()[5])
    front, back = scan(desk.scanner, Source.DUPLEX)
    assert pixels(front).min() < 90
    assert pixels(back).min() > 230
    assert desk.scanner.waiting == 0


def test_a_sheet_has_its_true_size_at_the_resolution_asked_for(desk: TrainingDesk) -> None:
    form = desk.papers()[5]
    desk.scanner.load(form)
    (page,) = scan(desk.scanner, Source.FEEDER, dpi=200)
    assert page.width == pytest.approx(form.width / 25.4 * 200, abs=2)
    with Image.open(io.BytesIO(page.jpeg)) as picture:
        assert round(picture.info["dpi"][0]) == 200


def test_two_sheets_at_once_are_told_and_the_sheet_stays(desk: TrainingDesk) -> None:
    desk.scanner.load(*desk.papers()[5:8])
    desk.scanner.double_feed_at = 2
    with pytest.raises(DoubleFeed):
        scan(desk.scanner, Source.FEEDER)
    assert desk.scanner.waiting == 2


def test_an_open_cover_and_another_user_are_told(desk: TrainingDesk) -> None:
    desk.scanner.on_glass = desk.papers()[0]
    desk.scanner.cover_open = True
    with pytest.raises(CoverOpen):
        scan(desk.scanner, Source.FLATBED)
    desk.scanner.cover_open, desk.scanner.busy = False, True
    with pytest.raises(ScannerBusy):
        desk.scanner.capabilities()


def test_the_next_villager_finds_an_empty_desk(desk: TrainingDesk) -> None:
    desk.camera.lay(desk.papers()[0], at_once=True)
    desk.scanner.load(*desk.papers())
    desk.card_reader.put(desk.villager)
    desk.receive(VILLAGERS[1])
    assert desk.camera.papers == ()
    assert desk.scanner.waiting == 0
    assert desk.papers()[0].id.endswith(VILLAGERS[1].card.id_number)
