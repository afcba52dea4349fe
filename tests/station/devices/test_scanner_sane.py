"""Scanners through SANE: drivers say things in many ways, hang and crash."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from station.devices import scanner_sane
from station.devices.sane_options import (
    area_settings,
    capabilities,
    colour_settings,
    read_options,
    source_settings,
)
from station.devices.scanner import (
    CoverOpen,
    OutOfPaper,
    ScannedPage,
    ScannerBusy,
    ScannerDenied,
    ScannerDriverMissing,
    ScannerError,
    ScannerFault,
    ScannerJammed,
    ScannerSilent,
    Source,
    SourceMissing,
)
from station.devices.scanner_sane import SaneScanner
from tests.helpers.sane import use_driver

# As drivers print them (shortened): a fujitsu, an epson, a canon sheet feeder, a flatbed.
FUJITSU = """
    --source ADF Front|ADF Back|ADF Duplex [ADF Front]
    --mode Lineart|Halftone|Gray|Color [Lineart]
    --resolution 50..600dpi (in steps of 1) [600]
    --page-width 0..221.121mm (in steps of 0.0211639) [215.872]
    --page-height 0..863.489mm (in steps of 0.0211639) [279.364]
    -l 0..215.872mm (in steps of 0.0211639) [0]
    -t 0..279.364mm (in steps of 0.0211639) [0]
    -x 0..215.872mm (in steps of 0.0211639) [215.872]
    -y 0..279.364mm (in steps of 0.0211639) [279.364]
"""
EPSON = """
    --source Flatbed|Automatic Document Feeder [Flatbed]
    --adf-mode Simplex|Duplex [inactive]
    --mode Binary|Gray|Color [Binary]
    --depth 8|16 [inactive]
    --resolution 75|100|150|300|600|1200|2400dpi [75]
    -x 0..215.9mm [215.9]
    -y 0..297.18mm [297.18]
"""
FLATBED = """
    --mode Color|Gray|Lineart [Gray]
    --resolution 2400|1200|600|300|150|75dpi [75]
    -x 0..218mm [218]
"""


def test_sources_are_sorted_by_what_they_mean() -> None:
    fujitsu, epson = read_options(FUJITSU), read_options(EPSON)
    assert capabilities(fujitsu).sources == (Source.FEEDER, Source.DUPLEX)
    assert source_settings(fujitsu, Source.FEEDER) == {"source": "ADF Front"}
    assert source_settings(fujitsu, Source.DUPLEX) == {"source": "ADF Duplex"}
    assert source_settings(fujitsu, Source.FLATBED) is None
    assert source_settings(epson, Source.DUPLEX) == {
        "source": "Automatic Document Feeder",
        "adf-mode": "Duplex",
    }
    assert source_settings(epson, Source.FEEDER) == {
        "source": "Automatic Document Feeder",
        "adf-mode": "Simplex",
    }


def test_a_scanner_with_one_source_does_not_name_it() -> None:
    flatbed = read_options(FLATBED)
    assert capabilities(flatbed).sources == (Source.FLATBED,)
    assert source_settings(flatbed, Source.FLATBED) == {}


def test_resolutions_are_listed_rising_and_not_finer_than_anybody_needs() -> None:
    assert capabilities(read_options(EPSON)).resolutions == (75, 100, 150, 300, 600)
    assert capabilities(read_options(FLATBED)).resolutions == (75, 150, 300, 600)
    assert capabilities(read_options(FUJITSU)).resolutions == (
        75,
        100,
        150,
        200,
        240,
        300,
        400,
        600,
    )


def test_colour_and_area_are_asked_for_as_far_as_the_driver_has_them() -> None:
    assert colour_settings(read_options(EPSON)) == {"mode": "Color", "depth": "8"}
    assert area_settings(read_options(FUJITSU)) == {
        "page-width": "210",
        "page-height": "297",
        "l": "0",
        "t": "0",
        "x": "210",
        "y": "279.364",
    }


def scan(scanner: SaneScanner, source: Source = Source.FLATBED) -> list[ScannedPage]:
    pages: list[ScannedPage] = []
    scanner.scan(source=source, dpi=75, on_page=pages.append)
    return pages


@pytest.fixture
def sane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_driver(tmp_path, monkeypatch, "test", test="number_of_devices 1\n")
    return tmp_path


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("JAMMED", ScannerJammed),
        ("COVER_OPEN", CoverOpen),
        ("NO_DOCS", OutOfPaper),
        ("DEVICE_BUSY", ScannerBusy),
        ("ACCESS_DENIED", ScannerDenied),
        ("IO_ERROR", ScannerFault),
        ("NO_MEM", ScannerFault),
        ("INVAL", ScannerFault),
    ],
)
def test_every_status_of_sane_means_one_thing_to_the_person_at_the_desk(
    sane: Path, status: str, told: type[ScannerError]
) -> None:
    scanner = SaneScanner("test:0", extra={"read-return-value": f"SANE_STATUS_{status}"})
    with pytest.raises(told):
        scan(scanner, Source.FEEDER)


def test_the_test_driver_has_no_duplex_and_that_is_told(sane: Path) -> None:
    with pytest.raises(SourceMissing, match="flatbed, adf"):
        scan(SaneScanner("test:0"), Source.DUPLEX)


def test_without_the_scanner_software_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ScannerDriverMissing) as told:
        SaneScanner("test:0").capabilities()
    assert "sane-utils" in told.value.sentence("zh")


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> SaneScanner:
    """A scanner whose ``scanimage`` is this shell script, run for the scan itself."""
    made = folder / "bin/scanimage"
    made.parent.mkdir()
    made.write_text(
        "#!/bin/sh\n"
        'case "$*" in *--all-options*) echo "    --source Flatbed|ADF [Flatbed]"; exit 0;; esac\n'
        'for word in "$@"; do case "$word" in --batch=*) out=${word#--batch=};; esac; done\n'
        "page() { f=$(echo $out | sed s/%d/$1/); printf 'P6\\n2 1\\n255\\nabcdef' >$f; echo $f; }\n"
        f"{script}\n"
    )
    made.chmod(0o755)
    monkeypatch.setenv("PATH", f"{made.parent}:/usr/bin:/bin")
    return SaneScanner("any:0")


def test_a_driver_that_hangs_is_told_and_its_pages_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner_sane, "_PAGE_SECONDS", 0.3)
    scanner = program(tmp_path, monkeypatch, "page 1; trap '' INT; exec sleep 30")
    monkeypatch.setattr(scanner_sane, "_STOP_SECONDS", 0.2)
    pages: list[ScannedPage] = []
    with pytest.raises(ScannerSilent):
        scanner.scan(source=Source.FEEDER, dpi=75, on_page=pages.append)
    assert [page.number for page in pages] == [1]


def test_a_driver_that_hangs_only_when_it_closes_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner_sane, "_LAST_WORDS", 0.1)
    scanner = program(
        tmp_path, monkeypatch, "page 1; page 2; echo Batch terminated >&2; exec sleep 30"
    )
    assert len(scan(scanner, Source.FEEDER)) == 2


def test_an_error_said_before_hanging_is_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner_sane, "_LAST_WORDS", 0.1)
    scanner = program(
        tmp_path,
        monkeypatch,
        "echo 'scanimage: sane_start: Scanner cover is open' >&2; exec sleep 30",
    )
    with pytest.raises(CoverOpen):
        scan(scanner, Source.FEEDER)


def test_a_driver_that_crashes_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = program(tmp_path, monkeypatch, "page 1; kill -SEGV $$")
    pages: list[ScannedPage] = []
    with pytest.raises(ScannerFault) as told:
        scanner.scan(source=Source.FEEDER, dpi=75, on_page=pages.append)
    assert f"signal {signal.SIGSEGV:d}" in told.value.sentence("en")
    assert len(pages) == 1


def test_helpers_that_a_driver_leaves_behind_are_ended_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = program(
        tmp_path, monkeypatch, f"page 1; sleep 30 & echo $! >{tmp_path}/helper; exit 0"
    )
    assert len(scan(scanner, Source.FEEDER)) == 1
    helper = Path("/proc") / (tmp_path / "helper").read_text().strip() / "stat"
    for _ in range(1000):  # it was told to end; the system takes a moment
        if not helper.exists() or helper.read_text().split()[2] in "ZX":
            return
        threading.Event().wait(0.01)
    raise AssertionError("the helper lives on")


def test_a_page_file_that_is_cut_off_is_a_fault_and_not_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "f=$(echo $out | sed s/%d/1/); printf 'P6\\n200 100\\n255\\nabc' >$f; echo $f"
    with pytest.raises(ScannerFault, match="page 1"):
        scan(program(tmp_path, monkeypatch, script))
