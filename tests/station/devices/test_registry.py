"""The devices of one desk: found in time, chosen, remembered, come and gone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from station.devices.camera_folder import FolderCamera
from station.devices.camera_mjpeg import MjpegCamera
from station.devices.camera_opencv import OpenCvCamera
from station.devices.idcard_serial import SerialCardReader
from station.devices.presence import DeviceKind, Present
from station.devices.registry import (
    DeskChoices,
    DeviceGone,
    DeviceNotChosen,
    DeviceUnknown,
    Registry,
    open_camera,
    open_card_reader,
    open_scanner,
)
from station.devices.scanner import ScannerBusy
from station.devices.scanner_escl import EsclScanner
from station.devices.scanner_sane import SaneScanner
from station.devices.simulated import TrainingDesk

CAMERA = Present(DeviceKind.CAMERA, "uvc:/dev/video0", "高拍仪一")
SECOND = Present(DeviceKind.CAMERA, "uvc:/dev/video2", "高拍仪二")
SCANNER = Present(DeviceKind.SCANNER, "sane:test:0", "扫描仪")


class Ports:
    """What a test plugs in; can also hang, as a driver does."""

    every = 0.0

    def __init__(self, *devices: Present) -> None:
        self.devices = list(devices)
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def find(self) -> Sequence[Present]:
        self.may_go_on.wait(20)
        return tuple(self.devices)


@pytest.fixture
def ports() -> Iterator[Ports]:
    made = Ports(CAMERA, SCANNER)
    yield made
    made.may_go_on.set()


def test_what_is_plugged_in_is_there(ports: Ports) -> None:
    registry = Registry([ports])
    assert set(registry.present()) == {CAMERA, SCANNER}
    ports.devices.remove(SCANNER)
    assert registry.present() == (CAMERA,)


def test_a_look_that_hangs_holds_nobody_up_and_the_last_answer_stands(ports: Ports) -> None:
    quick = Ports(SECOND)
    registry = Registry([ports, quick])
    assert set(registry.present()) == {CAMERA, SCANNER, SECOND}
    ports.may_go_on.clear()
    quick.devices.clear()
    assert set(registry.present(seconds=0.1)) == {CAMERA, SCANNER}


def test_without_a_choice_the_first_that_works_is_used(ports: Ports) -> None:
    broken = Present(DeviceKind.SCANNER, "sane:a", "忙的", ScannerBusy(name="忙的"))
    ports.devices = [broken, SCANNER, CAMERA]
    registry = Registry([ports])
    assert registry.chosen(DeviceKind.SCANNER) == SCANNER
    ports.devices = [broken]
    assert registry.chosen(DeviceKind.SCANNER) == broken, "better one that says why than none"
    assert registry.chosen(DeviceKind.CAMERA) is None


def test_a_choice_is_remembered_over_a_restart(ports: Ports, tmp_path: Path) -> None:
    ports.devices = [CAMERA, SECOND]
    Registry([ports], choices=DeskChoices(tmp_path / "desk/devices.json")).choose(SECOND)
    after = Registry([ports], choices=DeskChoices(tmp_path / "desk/devices.json"))
    assert after.chosen(DeviceKind.CAMERA) == SECOND


def test_a_chosen_device_that_is_away_is_told_and_not_replaced_by_another(
    ports: Ports, tmp_path: Path
) -> None:
    choices = DeskChoices(tmp_path / "devices.json")
    ports.devices = [CAMERA, SECOND]
    registry = Registry([ports], choices=choices)
    registry.choose(SECOND)
    ports.devices = [CAMERA]
    away = registry.chosen(DeviceKind.CAMERA)
    assert away is not None and isinstance(away.problem, DeviceGone)
    assert "高拍仪二" in away.problem.sentence("zh")
    choices.forget(DeviceKind.CAMERA)
    assert registry.chosen(DeviceKind.CAMERA) == CAMERA


def test_a_damaged_file_of_choices_counts_as_empty(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    for damaged in ("", "[]", '{"chosen": {"teapot": {}}}', '{"chosen": 3, "addresses": 4}'):
        file.write_text(damaged)
        choices = DeskChoices(file)
        assert choices.chosen(DeviceKind.CAMERA) is None
        assert choices.addresses == ()
    choices.choose(DeviceKind.CAMERA, "uvc:/dev/video0", "高拍仪")
    assert DeskChoices(file).chosen(DeviceKind.CAMERA) == ("uvc:/dev/video0", "高拍仪")


def test_a_network_address_that_was_typed_in_is_there_without_its_secret(tmp_path: Path) -> None:
    choices = DeskChoices(tmp_path / "devices.json")
    choices.add_address("mjpeg:http://user:secret@10.0.0.7/video")
    choices.add_address("escl:http://10.0.0.8/eSCL")
    choices.add_address("escl:http://10.0.0.8/eSCL")
    camera, scanner = Registry([], choices=DeskChoices(tmp_path / "devices.json")).present()
    assert (camera.kind, camera.name) == (DeviceKind.CAMERA, "http://10.0.0.7/video")
    assert (scanner.kind, scanner.name) == (DeviceKind.SCANNER, "http://10.0.0.8/eSCL")
    choices.remove_address("escl:http://10.0.0.8/eSCL")
    assert len(DeskChoices(tmp_path / "devices.json").addresses) == 1


def test_plugging_in_and_pulling_out_are_told_as_they_happen(ports: Ports) -> None:
    events: list[tuple[list[str], list[str]]] = []
    news = threading.Event()

    def changed(came: tuple[Present, ...], went: tuple[Present, ...]) -> None:
        events.append(([device.name for device in came], [device.name for device in went]))
        news.set()

    def next_news() -> tuple[list[str], list[str]]:
        assert news.wait(10)
        news.clear()
        return events[-1]

    registry = Registry([ports])
    registry.watch(changed)
    assert next_news() == (["高拍仪一", "扫描仪"], [])
    ports.devices.remove(CAMERA)
    assert next_news() == ([], ["高拍仪一"])
    ports.devices.append(SECOND)
    assert next_news() == (["高拍仪二"], [])
    ports.devices[0] = Present(SCANNER.kind, SCANNER.id, SCANNER.name, ScannerBusy(name="扫描仪"))
    assert next_news() == (["扫描仪"], ["扫描仪"])
    registry.close()
    before = len(events)
    ports.devices.clear()
    registry.present()
    assert len(events) == before, "closed: nothing more is told"


def test_the_training_desk_is_one_desk_whoever_asks() -> None:
    desk = TrainingDesk(hurried=True)
    registry = Registry([], training=desk)
    assert registry.camera() is desk.camera
    assert registry.scanner("simulated:scanner") is desk.scanner
    assert registry.card_reader() is desk.card_reader
    assert {device.kind for device in registry.present()} == {
        DeviceKind.CAMERA,
        DeviceKind.SCANNER,
        DeviceKind.CARD_READER,
    }


def test_without_any_device_there_is_a_sentence_about_it() -> None:
    with pytest.raises(DeviceNotChosen) as told:
        Registry([]).scanner()
    assert "没有可用的扫描仪" in told.value.sentence("zh")


@pytest.mark.parametrize(
    ("id", "backend"),
    [
        ("uvc:/dev/video0", OpenCvCamera),
        ("uvc:1", OpenCvCamera),
        ("rtsp://10.0.0.7/live", OpenCvCamera),
        ("mjpeg:http://10.0.0.7/video", MjpegCamera),
        ("folder:/somewhere", FolderCamera),
    ],
)
def test_the_first_word_of_an_id_says_how_a_camera_is_spoken_to(id: str, backend: type) -> None:
    assert isinstance(open_camera(id), backend)


def test_scanners_and_readers_are_made_by_their_ids_too() -> None:
    assert isinstance(open_scanner("sane:airscan:e0:Office"), SaneScanner)
    assert isinstance(open_scanner("escl:10.0.0.8"), EsclScanner)
    assert isinstance(open_card_reader("serial:/dev/ttyUSB0"), SerialCardReader)


@pytest.mark.parametrize("id", ["", "uvc", "uvc:", "teapot:1", "sane:test:0"])
def test_an_id_that_names_no_camera_is_told_with_the_ways_there_are(id: str) -> None:
    with pytest.raises(DeviceUnknown, match="mjpeg:URL"):
        open_camera(id)


def test_knowing_the_devices_loads_nothing_heavy() -> None:
    code = (
        "import sys, station.devices.registry, station.devices.presence, station.devices.lane\n"
        "heavy = {'cv2', 'numpy', 'PIL', 'serial', 'xml.etree.ElementTree'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
