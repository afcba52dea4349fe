"""A network scanner spoken to directly: what it answers, and what a person is told."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from station.devices.scanner import (
    Cancel,
    CoverOpen,
    DoubleFeed,
    ScannedPage,
    ScannerBusy,
    ScannerDenied,
    ScannerError,
    ScannerFault,
    ScannerJammed,
    ScannerUnplugged,
    Source,
    SourceMissing,
)
from station.devices.scanner_escl import EsclScanner
from tests.helpers.escl_scanner import EsclScannerPeer


@pytest.fixture
def peer() -> Iterator[EsclScannerPeer]:
    made = EsclScannerPeer(sheets=4)
    yield made
    made.switch_off()


@pytest.fixture
def scanner(peer: EsclScannerPeer) -> EsclScanner:
    return EsclScanner(peer.url, patience=0.2)


def scan(scanner: EsclScanner, source: Source = Source.FEEDER, dpi: int = 100) -> list[ScannedPage]:
    pages: list[ScannedPage] = []
    scanner.scan(source=source, dpi=dpi, on_page=pages.append)
    return pages


def test_a_scanner_tells_its_model_sources_and_resolutions(
    peer: EsclScannerPeer, scanner: EsclScanner
) -> None:
    assert scanner.name == "网络扫描仪（127.0.0.1）"
    offered = scanner.capabilities()
    assert scanner.name == "Village Test eSCL"
    assert offered.sources == (Source.FLATBED, Source.FEEDER, Source.DUPLEX)
    assert offered.resolutions == (100, 200, 300)
    assert round(offered.width) == 216


def test_an_address_without_a_path_is_enough(peer: EsclScannerPeer) -> None:
    assert EsclScanner(peer.url.removeprefix("http://").removesuffix("/eSCL")).capabilities()


def test_duplex_gives_both_sides_of_every_sheet(scanner: EsclScanner) -> None:
    assert [page.number for page in scan(scanner, Source.DUPLEX)] == list(range(1, 9))


def test_an_a4_page_comes_at_a4_size_and_says_its_resolution(scanner: EsclScanner) -> None:
    (page,) = scan(scanner, Source.FLATBED, dpi=300)
    assert (page.width, page.height) == (2480, 3508)
    with Image.open(io.BytesIO(page.jpeg)) as picture:
        assert round(picture.info["dpi"][0]) == 300


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("ScannerAdfJam", ScannerJammed),
        ("ScannerAdfMispick", ScannerJammed),
        ("ScannerAdfInputTrayFailed", ScannerJammed),
        ("ScannerAdfMultipickDetected", DoubleFeed),
        ("ScannerAdfHatchOpen", CoverOpen),
        ("ScannerAdfDoorOpen", CoverOpen),
    ],
)
@pytest.mark.parametrize("after", [0, 2])
def test_every_state_of_the_feeder_is_told_and_pages_before_it_are_kept(
    peer: EsclScannerPeer,
    scanner: EsclScanner,
    state: str,
    told: type[ScannerError],
    after: int,
) -> None:
    if after:
        peer.fault_after = after, state
    else:
        peer.fault = state
    pages: list[ScannedPage] = []
    with pytest.raises(told):
        scanner.scan(source=Source.FEEDER, dpi=100, on_page=pages.append)
    assert len(pages) == after
    assert peer.jobs == 0


def test_a_fault_of_the_feeder_does_not_hinder_the_glass(
    peer: EsclScannerPeer, scanner: EsclScanner
) -> None:
    peer.fault = "ScannerAdfHatchOpen"
    assert len(scan(scanner, Source.FLATBED)) == 1


def test_a_scanner_that_is_busy_for_a_moment_is_asked_again(peer: EsclScannerPeer) -> None:
    peer.busy = 1
    assert len(scan(EsclScanner(peer.url, patience=5))) == 4


def test_a_scanner_that_stays_busy_is_told(peer: EsclScannerPeer, scanner: EsclScanner) -> None:
    peer.busy = 1000
    with pytest.raises(ScannerBusy):
        scan(scanner)


@pytest.mark.parametrize(("status", "told"), [(403, ScannerDenied), (400, ScannerFault)])
def test_a_scanner_that_refuses_is_told(
    peer: EsclScannerPeer, scanner: EsclScanner, status: int, told: type[ScannerError]
) -> None:
    peer.refuse = status
    with pytest.raises(told):
        scan(scanner)


def test_a_page_that_arrives_in_part_is_no_page(
    peer: EsclScannerPeer, scanner: EsclScanner
) -> None:
    peer.broken_pages = True
    with pytest.raises(ScannerFault, match="page 1 is no JPEG"):
        scan(scanner)
    assert peer.jobs == 0


def test_cancelling_does_not_wait_for_the_page_under_way(
    peer: EsclScannerPeer, scanner: EsclScanner
) -> None:
    peer.hold.clear()
    cancel = Cancel()
    threading.Timer(0.1, cancel.set).start()
    pages: list[ScannedPage] = []
    assert scanner.scan(source=Source.FEEDER, dpi=100, on_page=pages.append, cancel=cancel) == 0
    assert peer.requests[-1].startswith("DELETE"), "the scanner is told to stop"
    peer.hold.set()


def test_a_source_that_is_not_there_is_told_with_those_that_are(
    peer: EsclScannerPeer, scanner: EsclScanner
) -> None:
    adf = peer.capabilities.index(b"<scan:Adf>")
    peer.capabilities = (
        peer.capabilities[:adf] + peer.capabilities[peer.capabilities.index(b"</scan:Adf>") + 11 :]
    )
    with pytest.raises(SourceMissing, match="flatbed"):
        scan(scanner)


@pytest.mark.parametrize("answer", [b"<html>a router</html>", b"not xml", b"<a><b></a>"])
def test_an_address_where_something_else_answers_is_told(
    peer: EsclScannerPeer, scanner: EsclScanner, answer: bytes
) -> None:
    peer.capabilities = answer
    with pytest.raises(ScannerFault):
        scanner.capabilities()


def test_an_answer_without_end_is_cut_off(peer: EsclScannerPeer, scanner: EsclScanner) -> None:
    peer.capabilities = b"<a>" + b" " * (2 * 1024 * 1024) + b"</a>"
    with pytest.raises(ScannerUnplugged):
        scanner.capabilities()


def test_a_range_of_resolutions_becomes_the_usual_ones(
    peer: EsclScannerPeer, scanner: EsclScanner
) -> None:
    text = peer.capabilities.decode()
    start, end = text.index("<scan:DiscreteResolutions>"), text.index("</scan:DiscreteResolutions>")
    discrete = text[start : end + len("</scan:DiscreteResolutions>")]
    span = (
        "<scan:ResolutionRange><scan:XResolutionRange><scan:Min>90</scan:Min>"
        "<scan:Max>650</scan:Max></scan:XResolutionRange></scan:ResolutionRange>"
    )
    peer.capabilities = text.replace(discrete, span).encode()
    assert scanner.capabilities().resolutions == (100, 150, 200, 300, 400, 600)
