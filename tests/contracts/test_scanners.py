"""What every scanner keeps to, whatever it is made of."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from station.devices import jpeg
from station.devices.scanner import (
    Cancel,
    OutOfPaper,
    ScannedPage,
    Scanner,
    ScannerJammed,
    ScannerUnplugged,
    Source,
)
from station.devices.scanner_escl import EsclScanner
from station.devices.scanner_sane import SaneScanner
from station.devices.scanner_simulated import SimulatedScanner
from station.devices.scanner_twain import TwainScanner
from station.devices.scanner_wia import WiaScanner
from station.devices.training_papers import papers_of
from tests.helpers.escl_scanner import EsclScannerPeer
from tests.helpers.sane import airscan_config, use_driver
from tests.helpers.twain_scanner import JAM, PRODUCT, TwainPeer
from tests.helpers.wia_scanner import DEVICE, PAPER_JAM, WiaPeer


@dataclass
class Desk:
    """A scanner with ten sheets in its feeder, and the hands that serve it."""

    scanner: Scanner
    empty_feeder: Callable[[], None]
    jam_after: Callable[[int], int]  # the sheet after so many; says how many still come through
    clear_jam: Callable[[], None]
    unplug: Callable[[], None]
    replug: Callable[[], None]
    sheets: int = 10

    def scan(
        self,
        source: Source = Source.FEEDER,
        *,
        pages: int | None = None,
        dpi: int = 100,
        on_page: Callable[[ScannedPage], None] | None = None,
        cancel: Cancel | None = None,
    ) -> list[ScannedPage]:
        """Scans; the number that the scanner counts is the number of pages that came."""
        came: list[ScannedPage] = []

        def take(page: ScannedPage) -> None:
            came.append(page)
            if on_page is not None:
                on_page(page)

        counted = self.scanner.scan(
            source=source, dpi=dpi, pages=pages, on_page=take, cancel=cancel
        )
        assert counted == len(came)
        return came


Make = Callable[[Path, pytest.MonkeyPatch], Iterator[Desk]]


def simulated_desk(_: Path, __: pytest.MonkeyPatch) -> Iterator[Desk]:
    scanner = SimulatedScanner(seconds_per_page=0.0)
    form = next(paper for paper in papers_of() if paper.id.startswith("form"))
    scanner.load(*[form] * 10)
    scanner.on_glass = form

    def jam_after(sheets: int) -> int:
        scanner.jam_at = sheets + 1
        return sheets

    def clear_jam() -> None:
        scanner.jam_at = None

    def unplug() -> None:
        scanner.plugged_in = False

    def replug() -> None:
        scanner.plugged_in = True

    yield Desk(scanner, scanner.unload, jam_after, clear_jam, unplug, replug)


def sane_test_desk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """SANE's own test driver: its feeder is full again at every scan."""
    monkeypatch.setattr("station.devices.scanner_sane._PAGE_SECONDS", 5)
    use_driver(folder / "sane", monkeypatch, "test", test="number_of_devices 1\n")
    extra = {"test-picture": "Grid"}
    scanner = SaneScanner("test:0", extra=extra)

    def answers(status: str) -> Callable[[], None]:
        def set_answer() -> None:
            scanner._extra = {**extra, "read-return-value": status}

        return set_answer

    def jam_after(_: int) -> int:
        answers("SANE_STATUS_JAMMED")()
        return 0

    yield Desk(
        scanner,
        answers("SANE_STATUS_NO_DOCS"),
        jam_after,
        answers("Default"),
        lambda: setattr(scanner, "_device", "test:7"),  # what SANE says of one that has gone
        lambda: setattr(scanner, "_device", "test:0"),
    )


def escl_desk(_: Path, __: pytest.MonkeyPatch) -> Iterator[Desk]:
    peer = EsclScannerPeer(sheets=10)
    yield escl_hands(peer, EsclScanner(peer.url, patience=0.2))
    assert peer.jobs == 0, "a job was left with the scanner"
    peer.switch_off()


def airscan_desk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The client of others (Debian's sane-airscan) with the same peer, driven through SANE."""
    peer = EsclScannerPeer(sheets=10)
    peer.names_a_strange_host = False
    use_driver(folder / "sane", monkeypatch, "airscan", airscan=airscan_config(peer.url))
    yield escl_hands(peer, SaneScanner("airscan:e0:Village Test"))
    peer.switch_off()


def wia_desk(_: Path, __: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Windows' interface as Microsoft describes it; no Windows is in it."""
    peer = WiaPeer(sheets=10)
    scanner = WiaScanner(DEVICE, manager=peer.manager)

    def empty() -> None:
        peer.sheets = 0

    def jam_after(sheets: int) -> int:
        peer.fault_after = sheets, PAPER_JAM
        return sheets

    def clear_jam() -> None:
        peer.fault_after = None

    def plug(there: bool) -> Callable[[], None]:
        return lambda: setattr(peer, "plugged_in", there)

    yield Desk(scanner, empty, jam_after, clear_jam, plug(False), plug(True))


def twain_desk(_: Path, __: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A data source manager after TWAIN's header, which refuses what is out of order."""
    peer = TwainPeer(sheets=10)
    scanner = TwainScanner(PRODUCT, manager=peer.manager)

    def empty() -> None:
        peer.sheets = 0

    def jam_after(sheets: int) -> int:
        peer.fault_after = sheets, JAM
        return sheets

    def clear_jam() -> None:
        peer.fault_after = None

    def plug(there: bool) -> Callable[[], None]:
        return lambda: setattr(peer, "plugged_in", there)

    yield Desk(scanner, empty, jam_after, clear_jam, plug(False), plug(True))
    assert not peer.memory


def escl_hands(peer: EsclScannerPeer, scanner: Scanner) -> Desk:
    def empty() -> None:
        peer.sheets = 0

    def jam_after(sheets: int) -> int:
        peer.fault_after = sheets, "ScannerAdfJam"
        return sheets

    def clear_jam() -> None:
        peer.fault_after, peer.fault = None, ""

    return Desk(scanner, empty, jam_after, clear_jam, peer.switch_off, peer.switch_on)


@pytest.fixture(
    params=[simulated_desk, sane_test_desk, escl_desk, airscan_desk, wia_desk, twain_desk]
)
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    before = set(threading.enumerate())
    make: Make = request.param
    desks = make(tmp_path, monkeypatch)
    made = next(desks)
    yield made
    made.scanner.close()
    assert next(desks, None) is None
    assert set(threading.enumerate()) <= before, "a scanner left a thread behind"


def test_a_scanner_says_what_it_can_do(desk: Desk) -> None:
    offered = desk.scanner.capabilities()
    assert {Source.FLATBED, Source.FEEDER} <= set(offered.sources)
    assert list(offered.resolutions) == sorted(set(offered.resolutions))
    assert 300 in offered.resolutions
    assert offered.width >= 200


def test_the_glass_gives_one_page(desk: Desk) -> None:
    (page,) = desk.scan(Source.FLATBED)
    assert jpeg.is_whole(page.jpeg)
    assert jpeg.size_of(page.jpeg) == (page.width, page.height)
    assert (page.number, page.source) == (1, Source.FLATBED)


def test_a_page_has_the_resolution_that_it_says(desk: Desk) -> None:
    (fine,) = desk.scan(Source.FLATBED, dpi=200)
    (coarse,) = desk.scan(Source.FLATBED, dpi=100)
    assert (fine.dpi, coarse.dpi) == (200, 100)
    assert fine.width == pytest.approx(2 * coarse.width, abs=3)
    assert fine.height == pytest.approx(2 * coarse.height, abs=3)


def test_a_resolution_that_is_not_offered_is_replaced_by_the_nearest(desk: Desk) -> None:
    (page,) = desk.scan(Source.FLATBED, dpi=110)
    assert page.dpi == 100


def test_the_feeder_is_emptied_page_after_page(desk: Desk) -> None:
    pages = desk.scan()
    assert [page.number for page in pages] == list(range(1, desk.sheets + 1))
    assert {page.source for page in pages} == {Source.FEEDER}


def test_no_more_pages_are_scanned_than_were_asked_for(desk: Desk) -> None:
    assert len(desk.scan(pages=3)) == 3
    assert len(desk.scan(Source.FLATBED, pages=3)) == 1, "the glass has one"


def test_pages_are_in_colour(desk: Desk) -> None:
    (page,) = desk.scan(Source.FLATBED)
    with Image.open(io.BytesIO(page.jpeg)) as picture:
        assert picture.mode == "RGB"


def test_a_scan_can_be_cancelled_and_keeps_the_pages_that_came(desk: Desk) -> None:
    cancel = Cancel()
    came = desk.scan(on_page=lambda page: cancel.set() if page.number == 2 else None, cancel=cancel)
    assert [page.number for page in came] == [1, 2]
    assert desk.scan(Source.FLATBED), "and the scanner goes on working"


def test_a_scan_cancelled_before_it_began_gives_nothing(desk: Desk) -> None:
    cancel = Cancel()
    cancel.set()
    assert desk.scan(cancel=cancel) == []


def test_an_error_of_whoever_takes_the_pages_stops_the_scan(desk: Desk) -> None:
    def full(page: ScannedPage) -> None:
        if page.number == 2:
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        desk.scan(on_page=full)
    assert desk.scan(Source.FLATBED)


def test_an_empty_feeder_is_told(desk: Desk) -> None:
    desk.empty_feeder()
    with pytest.raises(OutOfPaper):
        desk.scan()


def test_a_jam_is_told_and_the_pages_before_it_are_kept(desk: Desk) -> None:
    through = desk.jam_after(2)
    came: list[int] = []
    with pytest.raises(ScannerJammed):
        desk.scan(on_page=lambda page: came.append(page.number))
    assert came == list(range(1, through + 1))
    desk.clear_jam()
    assert desk.scan(pages=1), "once the sheet is out, it scans on"


def test_a_lost_scanner_says_so_and_simply_works_again_when_it_is_back(desk: Desk) -> None:
    assert desk.scan(Source.FLATBED)
    assert desk.scanner.ready
    desk.unplug()
    with pytest.raises(ScannerUnplugged):
        desk.scan()
    assert not desk.scanner.ready
    desk.replug()
    assert desk.scan(Source.FLATBED)


def test_a_closed_scanner_may_be_closed_again_and_opens_by_itself(desk: Desk) -> None:
    desk.scanner.capabilities()
    desk.scanner.close()
    desk.scanner.close()
    assert not desk.scanner.ready
    assert desk.scan(Source.FLATBED)


def test_a_scanner_has_a_name_for_the_person_at_the_desk(desk: Desk) -> None:
    assert desk.scanner.name.strip()
    assert isinstance(desk.scanner, Scanner)
