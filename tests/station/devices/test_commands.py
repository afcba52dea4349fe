"""``station devices``, ``station card`` and ``station scan``, as somebody types them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from station.__main__ import main
from station.devices import jpeg
from station.devices.choices import CameraSettings, DeskChoices
from tests.helpers.card_reader import CardReaderPeer, resident_text
from tests.helpers.escl_scanner import EsclScannerPeer
from tests.helpers.sane import use_driver

Station = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def station(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Station:
    """Runs a subcommand: its exit status, the JSON on stdout, the words on stderr."""
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")

    def run(*words: str) -> tuple[int, Any, str]:
        monkeypatch.setattr(sys, "argv", ["station", *words])
        capsys.readouterr()
        try:
            status = main()
        except SystemExit as left:
            status = int(str(left.code))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return (
            status,
            json.loads(said.out) if said.out.startswith(("[", "{")) else said.out,
            said.err,
        )

    return run


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[CardReaderPeer]:
    peer = CardReaderPeer(tmp_path / "ttyUSB0")
    yield peer
    peer.unplug()


def test_devices_are_listed_with_what_they_are_called(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_driver(tmp_path / "sane", monkeypatch, "test", test="number_of_devices 1\n")
    status, found, _ = station("devices", "--training", "--json")
    assert status == 0
    by_id = {device["id"]: device for device in found}
    assert by_id["sane:test:0"] == {
        "kind": "scanner",
        "id": "sane:test:0",
        "name": "Noname frontend-tester",
        "ready": True,
        "problem": None,
    }
    assert by_id["simulated:camera"]["kind"] == "camera"


def test_how_a_camera_is_set_and_what_it_lets_be_set_is_told(
    station: Station, tmp_path: Path
) -> None:
    choices = DeskChoices(tmp_path / "home/station/devices.json")
    asked = CameraSettings(still=(2080, 1560), focus=20, turned=90)
    choices.set_camera("simulated:camera", asked)
    _, found, _ = station("devices", "--training", "--seconds", "1", "--json")
    (camera,) = (one for one in found if one["id"] == "simulated:camera")
    assert CameraSettings.from_json(camera["settings"]) == asked
    assert camera["offers"]["focus"] == {"low": 0.0, "high": 100.0, "step": 5.0}
    assert [4160, 3120] in camera["offers"]["still"]
    _, said, _ = station("devices", "--training", "--seconds", "1")
    assert "照片 2080×1560（2080×1560, 4160×3120）；对焦 20（0–100）" in said
    assert "转了 90°" in said


def test_a_card_is_read_from_a_serial_reader(station: Station, reader: CardReaderPeer) -> None:
    reader.put(
        resident_text(
            name="任福田",
            sex="1",
            nation="01",
            birth="19380907",
            address="河北省邱县东河镇后段寨村二组5号",
            id_number="130430193809071173",
            issuer="邱县公安局",
            valid_from="20071120",
            valid_to="长期",
        )
    )
    status, card, _ = station("card", "--device", f"serial:{reader.path}", "--json")
    assert status == 0
    assert card["kind"] == "resident"
    assert (card["name"], card["sex"], card["nation"]) == ("任福田", "男", "汉")
    assert (card["birth"], card["id_number"]) == ("1938-09-07", "130430193809071173")
    assert (card["issuer"], card["valid_from"], card["valid_to"]) == (
        "邱县公安局",
        "2007-11-20",
        "长期",
    )
    assert (card["photo"], card["problems"]) == (None, [])


def test_a_card_with_a_wrong_number_is_read_and_the_answer_is_bad(
    station: Station, reader: CardReaderPeer
) -> None:
    reader.put(resident_text(name="任福田", id_number="130430193809071170"))
    status, card, _ = station("card", "--device", f"serial:{reader.path}", "--json")
    assert status == 1
    assert card["problems"] == ["证件号码不对：校验位不对，有一位抄错了"]


def test_an_empty_reader_is_one_sentence(station: Station, reader: CardReaderPeer) -> None:
    status, _, said = station("card", "--device", f"serial:{reader.path}", "--wait", "0", "--json")
    assert status == 2
    assert "上没有证件" in said


def test_the_portrait_is_written_where_it_is_asked_for(station: Station, tmp_path: Path) -> None:
    out = tmp_path / "photos"
    status, card, _ = station(
        "card", "--device", "simulated:card_reader", "--photo-dir", str(out), "--json"
    )
    assert status == 0
    assert Path(card["photo"]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("id", ["serial:/dev/tty-of-nobody", "teapot:1", "serial:"])
def test_a_reader_that_is_not_there_is_one_sentence(station: Station, id: str) -> None:
    status, _, said = station("card", "--device", id, "--wait", "0")
    assert status == 2
    assert len(said.strip().splitlines()) == 1


def test_a_batch_goes_through_the_page_pipeline_and_the_raw_scans_are_kept(
    station: Station, tmp_path: Path
) -> None:
    peer = EsclScannerPeer(sheets=3)
    out = tmp_path / "out"
    status, pages, _ = station(
        "scan", "--device", f"escl:{peer.url}", "--source", "adf", "--dpi", "100", "--pages", "2",
        "--out", str(out), "--json",
    )  # fmt: skip
    peer.switch_off()
    assert status == 0
    assert len(pages) == 2
    for page in pages:
        assert Path(page["file"]).is_file() and Path(page["out"]).is_file()
        assert page["kind"] in ("page", "card", "blank")
        assert set(page["ms"]) == {"decode", "detect", "warp", "enhance", "encode", "total"}
    assert len(list(out.iterdir())) == 4


def test_a_jam_in_the_middle_keeps_and_tells_the_pages_before_it(
    station: Station, tmp_path: Path
) -> None:
    peer = EsclScannerPeer(sheets=3)
    peer.fault_after = 1, "ScannerAdfJam"
    status, pages, said = station(
        "scan", "--device", f"escl:{peer.url}", "--source", "adf", "--dpi", "100",
        "--out", str(tmp_path), "--json",
    )  # fmt: skip
    peer.switch_off()
    assert status == 1
    assert len(pages) == 1
    assert "卡纸了" in said


def test_a_smaller_sheet_is_scanned_at_its_own_size(station: Station, tmp_path: Path) -> None:
    peer = EsclScannerPeer(sheets=1)
    status, (page,), _ = station(
        "scan", "--device", f"escl:{peer.url}", "--source", "adf", "--dpi", "100",
        "--paper", "a5", "--out", str(tmp_path), "--json",
    )  # fmt: skip
    peer.switch_off()
    assert status == 0
    assert jpeg.size_of(Path(page["file"]).read_bytes()) == (582, 826)


def test_a_scanner_without_paper_is_one_sentence(station: Station, tmp_path: Path) -> None:
    peer = EsclScannerPeer(sheets=0)
    status, _, said = station(
        "scan", "--device", f"escl:{peer.url}", "--source", "adf", "--out", str(tmp_path)
    )
    peer.switch_off()
    assert status == 2
    assert "进纸器里没有纸" in said


def test_a_number_of_pages_must_be_one(station: Station, tmp_path: Path) -> None:
    status, _, said = station(
        "scan", "--device", "simulated:scanner", "--pages", "0", "--out", str(tmp_path)
    )
    assert status == 2
    assert "--pages 要写不小于 1 的整数，“0”不是" in said
