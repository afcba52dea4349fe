"""What every scanner keeps to, whatever it is made of."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
from PIL import Image

from station.devices import jpeg
from station.devices.scanner import (
    Cancel,
    CoverOpen,
    DoubleFeed,
    OutOfPaper,
    PaperSize,
    ScannedPage,
    Scanner,
    ScannerBusy,
    ScannerError,
    ScannerFault,
    ScannerJammed,
    ScannerUnplugged,
    ScanStopped,
    SettingsRefused,
    Source,
    SourceMissing,
)
from station.devices.scanner_escl import EsclScanner
from station.devices.scanner_sane import SaneScanner
from station.devices.scanner_simulated import SimulatedScanner
from station.devices.scanner_twain import TwainScanner
from station.devices.scanner_wia import WiaScanner
from station.devices.training_papers import papers_of
from tests.helpers import twain_scanner, wia_scanner
from tests.helpers.escl_scanner import EsclScannerPeer
from tests.helpers.sane import airscan_config, use_driver
from tests.helpers.twain_scanner import TwainPeer
from tests.helpers.wia_scanner import WiaPeer


class Trouble(StrEnum):
    """What befalls a scanner."""

    JAM = "a sheet jams"
    DOUBLE_FEED = "two sheets come at once"
    COVER = "the cover is lifted"
    STOPPED = "the stop key is pressed"
    UNPLUGGED = "the plug is pulled"
    EMPTY = "the feeder is empty"
    BUSY = "somebody else scans"
    REFUSED = "a resolution that it offers is not taken"


OWN_WORDS: dict[Trouble, type[ScannerError]] = {
    Trouble.JAM: ScannerJammed,
    Trouble.DOUBLE_FEED: DoubleFeed,
    Trouble.COVER: CoverOpen,
    Trouble.STOPPED: ScanStopped,
    Trouble.UNPLUGGED: ScannerUnplugged,
    Trouble.EMPTY: OutOfPaper,
    Trouble.BUSY: ScannerBusy,
    Trouble.REFUSED: SettingsRefused,
}
MIDWAY = {Trouble.JAM, Trouble.DOUBLE_FEED, Trouble.COVER, Trouble.STOPPED, Trouble.UNPLUGGED}
REFUSED_DPI = 200


@dataclass
class Desk:
    """A scanner with ten sheets in its feeder, and what befalls it.

    ``befall`` makes a trouble come after so many sheets, at once where that is 0, and says how many
    come through before it; ``mend`` puts right whatever was wrong. ``lay_in`` fills the feeder with
    so many sheets, as far as it takes them.
    """

    scanner: Scanner
    befall: Callable[[Trouble, int], int]
    mend: Callable[[], None]
    lay_in: Callable[[int], int]
    sheets: int = 10

    def scan(
        self,
        source: Source = Source.FEEDER,
        *,
        pages: int | None = None,
        dpi: int = 100,
        on_page: Callable[[ScannedPage], None] | None = None,
        cancel: Cancel | None = None,
        paper: PaperSize = PaperSize.A4,
    ) -> list[ScannedPage]:
        """Scans; the number that the scanner counts is the number of pages that came."""
        came: list[ScannedPage] = []

        def take(page: ScannedPage) -> None:
            came.append(page)
            if on_page is not None:
                on_page(page)

        counted = self.scanner.scan(
            source=source, dpi=dpi, pages=pages, on_page=take, cancel=cancel, paper=paper
        )
        assert counted == len(came)
        return came


Make = Callable[[Path, pytest.MonkeyPatch], Iterator[Desk]]


def simulated_desk(_: Path, __: pytest.MonkeyPatch) -> Iterator[Desk]:
    scanner = SimulatedScanner(seconds_per_page=0.0)
    form = next(paper for paper in papers_of() if paper.id.startswith("form"))
    scanner.on_glass = form

    def lay_in(sheets: int) -> int:
        scanner.unload()
        scanner.load(*[form] * sheets)
        return sheets

    def befall(trouble: Trouble, after: int) -> int:
        match trouble:
            case Trouble.JAM:
                scanner.jam_at = after + 1
            case Trouble.DOUBLE_FEED:
                scanner.double_feed_at = after + 1
            case Trouble.COVER:
                scanner.open_at = after + 1
            case Trouble.STOPPED:
                scanner.stop_at = after + 1
            case Trouble.UNPLUGGED:
                scanner.plugged_in = False
            case Trouble.EMPTY:
                scanner.unload()
            case Trouble.BUSY:
                scanner.busy = True
            case Trouble.REFUSED:
                scanner.refused_dpi = REFUSED_DPI
        return after

    def mend() -> None:
        scanner.jam_at = scanner.double_feed_at = scanner.open_at = scanner.stop_at = None
        scanner.plugged_in, scanner.busy, scanner.refused_dpi = True, False, None

    lay_in(10)
    yield Desk(scanner, befall, mend, lay_in)


SANE_STATUS = {
    Trouble.JAM: "JAMMED",
    Trouble.COVER: "COVER_OPEN",
    Trouble.STOPPED: "CANCELLED",
    Trouble.EMPTY: "NO_DOCS",
    Trouble.BUSY: "DEVICE_BUSY",
}


def sane_test_desk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """SANE's own test driver: its feeder holds ten sheets at every scan, and what it reports it
    reports before the first."""
    monkeypatch.setattr("station.devices.scanner_sane._PAGE_SECONDS", 5)
    use_driver(folder / "sane", monkeypatch, "test", test="number_of_devices 1\n")
    extra = {"test-picture": "Grid"}
    scanner = SaneScanner("test:0", extra=extra)

    def befall(trouble: Trouble, _: int) -> int:
        if trouble is Trouble.UNPLUGGED:
            scanner._device = "test:7"  # what SANE says of one that has gone
        else:
            scanner._extra = {**extra, "read-return-value": f"SANE_STATUS_{SANE_STATUS[trouble]}"}
        return 0

    def mend() -> None:
        scanner._device, scanner._extra = "test:0", extra

    yield Desk(scanner, befall, mend, lambda _: 10)


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


UNSAID_BY_AIRSCAN = {Trouble.DOUBLE_FEED, Trouble.COVER, Trouble.REFUSED}

ESCL_STATES = {
    Trouble.JAM: "ScannerAdfJam",
    Trouble.DOUBLE_FEED: "ScannerAdfMultipickDetected",
    Trouble.COVER: "ScannerAdfHatchOpen",
}


def escl_hands(peer: EsclScannerPeer, scanner: Scanner) -> Desk:
    def lay_in(sheets: int) -> int:
        peer.sheets = sheets
        return sheets

    def befall(trouble: Trouble, after: int) -> int:
        match trouble:
            case Trouble.STOPPED:
                peer.stop_after = after
            case Trouble.UNPLUGGED:
                peer.switch_off()
            case Trouble.EMPTY:
                peer.sheets = 0
            case Trouble.BUSY:
                peer.busy = 1000
            case Trouble.REFUSED:
                peer.refuse_dpi = REFUSED_DPI
            case _:
                peer.fault_after = after, ESCL_STATES[trouble]
        return after

    def mend() -> None:
        peer.fault_after, peer.fault, peer.stop_after = None, "", None
        peer.busy = peer.refuse_dpi = 0
        if not peer.is_on:
            peer.switch_on()

    return Desk(scanner, befall, mend, lay_in)


WIA_CODES = {
    Trouble.JAM: wia_scanner.PAPER_JAM,
    Trouble.DOUBLE_FEED: wia_scanner.MULTI_FEED,
    Trouble.COVER: wia_scanner.COVER_OPEN,
    Trouble.STOPPED: wia_scanner.CANCELLED,
    Trouble.BUSY: wia_scanner.BUSY,
}


def wia_desk(_: Path, __: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Windows' interface as Microsoft describes it; no Windows is in it."""
    peer = WiaPeer(sheets=10)
    scanner = WiaScanner(wia_scanner.DEVICE, manager=peer.manager)

    def lay_in(sheets: int) -> int:
        peer.sheets = sheets
        return sheets

    def befall(trouble: Trouble, after: int) -> int:
        match trouble:
            case Trouble.UNPLUGGED:
                peer.plugged_in = False
            case Trouble.EMPTY:
                peer.sheets = 0
            case Trouble.REFUSED:
                peer.refused.append(REFUSED_DPI)
            case _:
                peer.fault_after = after, WIA_CODES[trouble]
        return after

    def mend() -> None:
        peer.plugged_in, peer.fault_after = True, None
        peer.refused.clear()

    yield Desk(scanner, befall, mend, lay_in)


TWAIN_CONDITIONS = {
    Trouble.JAM: twain_scanner.JAM,
    Trouble.DOUBLE_FEED: twain_scanner.DOUBLE,
    Trouble.COVER: twain_scanner.COVER,
    Trouble.BUSY: twain_scanner.BUSY,
}


def twain_desk(_: Path, __: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A data source manager after TWAIN's header, which refuses what is out of order."""
    peer = TwainPeer(sheets=10)
    scanner = TwainScanner(twain_scanner.PRODUCT, manager=peer.manager)

    def lay_in(sheets: int) -> int:
        peer.sheets = sheets
        return sheets

    def befall(trouble: Trouble, after: int) -> int:
        match trouble:
            case Trouble.STOPPED:
                peer.stop_after = after
            case Trouble.UNPLUGGED:
                peer.plugged_in = False
            case Trouble.EMPTY:
                peer.sheets = 0
            case Trouble.REFUSED:
                scanner.capabilities()
                peer.refused_dpi = REFUSED_DPI
            case _:
                peer.fault_after = after, TWAIN_CONDITIONS[trouble]
        return after

    def mend() -> None:
        peer.plugged_in, peer.fault_after, peer.stop_after = True, None, None
        peer.refused_dpi = 0

    yield Desk(scanner, befall, mend, lay_in)
    assert not peer.memory


TOLD: dict[Make, dict[Trouble, type[ScannerError]]] = {
    simulated_desk: OWN_WORDS,
    # SANE has no status for two sheets, and its test driver takes every resolution
    sane_test_desk: {trouble: OWN_WORDS[trouble] for trouble in (*SANE_STATUS, Trouble.UNPLUGGED)},
    escl_desk: OWN_WORDS,
    # sane-airscan calls these three an error of input and output, and takes a scan that was stopped
    # at the device for one whose feeder ran empty
    airscan_desk: {
        trouble: ScannerFault if trouble in UNSAID_BY_AIRSCAN else told
        for trouble, told in OWN_WORDS.items()
        if trouble is not Trouble.STOPPED
    },
    wia_desk: OWN_WORDS,
    twain_desk: OWN_WORDS,
}
"""What befalls each, and what the person is told then."""


@contextmanager
def standing(make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    before = set(threading.enumerate())
    desks = make(folder, monkeypatch)
    made = next(desks)
    yield made
    made.scanner.close()
    assert next(desks, None) is None
    assert set(threading.enumerate()) <= before, "a scanner left a thread behind"


@pytest.fixture(params=list(TOLD))
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    with standing(request.param, tmp_path, monkeypatch) as made:
        yield made


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


@pytest.mark.parametrize(
    ("make", "trouble"),
    [(make, trouble) for make, told in TOLD.items() for trouble in told],
    ids=lambda part: part.value if isinstance(part, Trouble) else part.__name__,
)
def test_every_trouble_has_its_own_words_and_costs_no_page_before_it(
    make: Make, trouble: Trouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing(make, tmp_path, monkeypatch) as desk:
        assert desk.scan(Source.FLATBED), "all is well at first"
        after = 2 if trouble in MIDWAY else 0
        pulled_midway = trouble is Trouble.UNPLUGGED and make is not sane_test_desk
        through = None if pulled_midway else desk.befall(trouble, after)
        came: list[ScannedPage] = []

        def take(page: ScannedPage) -> None:
            came.append(page)
            if pulled_midway and page.number == 2:
                desk.befall(trouble, 0)

        with pytest.raises(ScannerError) as told:
            desk.scan(on_page=take, dpi=REFUSED_DPI if trouble is Trouble.REFUSED else 100)
        assert type(told.value) is TOLD[make][trouble]
        assert told.value.remedy
        # some scanners had sheets under way when the plug was pulled
        assert len(came) == through if through is not None else 2 <= len(came) < 10
        assert [page.number for page in came] == list(range(1, len(came) + 1))
        assert all(jpeg.is_whole(page.jpeg) for page in came), "and those are whole"

        desk.mend()
        desk.lay_in(10)
        assert desk.scan(pages=1), "once it is put right, it scans on"


def test_a_long_batch_comes_whole_and_page_by_page(desk: Desk) -> None:
    sheets = desk.lay_in(40)
    seen: list[int] = []
    pages = desk.scan(on_page=lambda page: seen.append(page.number))
    assert seen == list(range(1, sheets + 1))
    assert all(jpeg.is_whole(page.jpeg) for page in pages)


def test_a_page_is_as_large_as_the_paper_as_far_as_the_scanner_reaches(desk: Desk) -> None:
    offered = desk.scanner.capabilities()
    for paper in (PaperSize.A4, PaperSize.A5):
        (page,) = desk.scan(Source.FLATBED, paper=paper)
        for pixels, wanted, most in zip(
            (page.width, page.height), paper.mm, (offered.width, offered.height), strict=True
        ):
            assert pixels / page.dpi * 25.4 == pytest.approx(min(wanted, most), abs=0.6)


def test_a_source_that_it_lacks_is_told_with_those_that_it_has(desk: Desk) -> None:
    offered = desk.scanner.capabilities().sources
    lacked = [source for source in Source if source not in offered]
    for source in lacked:
        with pytest.raises(SourceMissing, match=source.value) as told:
            desk.scan(source)
        assert set(str(told.value.facts["offered"]).split(", ")) == set(offered)
    for source in offered:
        assert desk.scan(source, pages=1)


def test_a_lost_scanner_says_so_and_simply_works_again_when_it_is_back(desk: Desk) -> None:
    assert desk.scan(Source.FLATBED)
    assert desk.scanner.ready
    desk.befall(Trouble.UNPLUGGED, 0)
    with pytest.raises(ScannerUnplugged):
        desk.scan()
    assert not desk.scanner.ready
    desk.mend()
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
