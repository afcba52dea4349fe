"""WIA as Microsoft describes it: what its numbers mean to the person at the desk."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from station.devices import jpeg
from station.devices.presence import DeviceKind, Present, ScannersOfWia
from station.devices.scanner import (
    CoverOpen,
    DoubleFeed,
    ScannedPage,
    ScannerBusy,
    ScannerDriverMissing,
    ScannerError,
    ScannerFault,
    ScannerJammed,
    ScannerUnplugged,
    Source,
)
from station.devices.scanner_wia import WiaScanner, scanners
from tests.helpers.wia_scanner import DEVICE, WiaPeer


@pytest.fixture
def peer() -> WiaPeer:
    return WiaPeer(sheets=4)


@pytest.fixture
def scanner(peer: WiaPeer) -> WiaScanner:
    return WiaScanner(DEVICE, manager=peer.manager)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0x80210002, ScannerJammed),
        (0x80210005, ScannerUnplugged),
        (0x80210006, ScannerBusy),
        (0x80210010, CoverOpen),
        (0x80210016, CoverOpen),  # as Microsoft's page prints it
        (0x80210014, DoubleFeed),
        (0x80210020, DoubleFeed),
        (0x80210001, ScannerFault),
    ],
)
def test_every_error_means_one_thing_and_the_pages_before_it_are_kept(
    peer: WiaPeer, scanner: WiaScanner, code: int, told: type[ScannerError]
) -> None:
    peer.fault_after = 2, code
    came: list[ScannedPage] = []
    with pytest.raises(told) as error:
        scanner.scan(source=Source.FEEDER, dpi=100, on_page=came.append)
    assert type(error.value) is told
    assert [page.number for page in came] == [1, 2]


def test_a_driver_that_says_only_general_error_is_asked_for_its_status(
    peer: WiaPeer, scanner: WiaScanner
) -> None:
    peer.fault, peer.status = 0x80210001, 0x20
    with pytest.raises(ScannerJammed):
        scanner.scan(source=Source.FEEDER, dpi=100, on_page=lambda _: None)
    peer.status = 0x10
    with pytest.raises(CoverOpen):
        scanner.scan(source=Source.FEEDER, dpi=100, on_page=lambda _: None)


def test_duplex_gives_both_sides(peer: WiaPeer, scanner: WiaScanner) -> None:
    came: list[ScannedPage] = []
    assert scanner.scan(source=Source.DUPLEX, dpi=100, on_page=came.append) == 8
    assert peer.sheets == 0


def test_a_bitmap_where_a_jpeg_was_asked_for_becomes_one(
    peer: WiaPeer, scanner: WiaScanner
) -> None:
    peer.bitmaps = True
    came: list[ScannedPage] = []
    scanner.scan(source=Source.FLATBED, dpi=200, on_page=came.append)
    (page,) = came
    assert jpeg.is_whole(page.jpeg)
    with Image.open(io.BytesIO(page.jpeg)) as picture:
        assert picture.info["dpi"] == (200, 200)


def test_scanners_that_windows_knows_are_found(peer: WiaPeer) -> None:
    found = ScannersOfWia(lambda: scanners(peer.manager)).find()
    assert list(found) == [Present(DeviceKind.SCANNER, f"wia:{DEVICE}", "Village WIA")]


def test_elsewhere_than_on_windows_it_says_what_is_missing() -> None:
    with pytest.raises(ScannerDriverMissing, match="WIA"):
        WiaScanner(DEVICE).capabilities()
    assert list(ScannersOfWia().find()) == []
