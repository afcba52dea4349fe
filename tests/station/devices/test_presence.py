"""What is plugged in, told from the system's own folders and from one quick question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.keys.protocol import KeySlot, PinState
from station.devices.camera import CameraDenied
from station.devices.idcard import ReaderBusy
from station.devices.idcard_serial import SerialCardReader
from station.devices.presence import (
    CamerasOfLinux,
    CardReadersOnSerial,
    CardReadersOnUsb,
    DeviceKind,
    KeyLocked,
    KeysOfProvider,
    PadsOfLinux,
    ReaderSpeaksUsbOnly,
    ScannersOfSane,
    SerialLine,
)
from tests.helpers.card_reader import CardReaderPeer
from tests.helpers.escl_scanner import EsclScannerPeer
from tests.helpers.sane import airscan_config, use_driver


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")


def plug_camera(system: Path, nodes: Path, number: int, name: str, index: int = 0) -> Path:
    write(system / f"class/video4linux/video{number}/name", name)
    write(system / f"class/video4linux/video{number}/index", str(index))
    node = nodes / f"video{number}"
    write(node, "")
    return node


def test_a_usb_camera_is_found_by_its_lasting_name(tmp_path: Path) -> None:
    system, nodes = tmp_path / "sys", tmp_path / "dev"
    plug_camera(system, nodes, 0, "DoccamX 1600: DoccamX 1600")
    plug_camera(system, nodes, 1, "DoccamX 1600: DoccamX 1600", index=1)
    link = nodes / "v4l/by-id/usb-Maker_DoccamX_0001-video-index0"
    link.parent.mkdir(parents=True)
    link.symlink_to("../../video0")
    (camera,) = CamerasOfLinux(system, nodes).find()
    assert camera.kind is DeviceKind.CAMERA
    assert camera.id == f"uvc:{link}"
    assert camera.name == "DoccamX 1600"
    assert camera.ready


def test_a_camera_that_this_user_may_not_open_is_told_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, nodes = tmp_path / "sys", tmp_path / "dev"
    plug_camera(system, nodes, 2, "DoccamX")
    monkeypatch.setattr("os.access", lambda *_: False)
    (camera,) = CamerasOfLinux(system, nodes).find()
    assert camera.id == f"uvc:{nodes / 'video2'}"
    assert isinstance(camera.problem, CameraDenied)


def test_a_system_without_cameras_has_none(tmp_path: Path) -> None:
    assert CamerasOfLinux(tmp_path, tmp_path).find() == []


def test_the_scanners_of_sane_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_driver(tmp_path, monkeypatch, "test", test="number_of_devices 2\n")
    found = ScannersOfSane().find()
    assert [scanner.id for scanner in found] == ["sane:test:0", "sane:test:1"]
    assert {scanner.kind for scanner in found} == {DeviceKind.SCANNER}


def test_a_network_scanner_is_found_through_sane_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = EsclScannerPeer()
    use_driver(tmp_path, monkeypatch, "airscan", airscan=airscan_config(peer.url))
    (scanner,) = ScannersOfSane().find()
    assert scanner.id == "sane:airscan:e0:Village Test"
    peer.switch_off()


def test_without_the_scanner_software_there_are_no_scanners(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    assert ScannersOfSane().find() == []


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[CardReaderPeer]:
    made = CardReaderPeer(tmp_path / "ttyUSB0")
    yield made
    made.unplug()


def lines(*found: SerialLine) -> Iterator[SerialLine]:
    yield from found


def test_a_serial_line_that_answers_as_a_reader_is_one(peer: CardReaderPeer) -> None:
    finder = CardReadersOnSerial(lambda: lines(SerialLine(str(peer.path), "USB Serial")))
    (reader,) = finder.find()
    assert reader.id == f"serial:{peer.path}"
    assert reader.ready
    assert finder.find() == [reader]
    assert len(peer.asked) == 1, "it is asked once, not at every look"


def test_a_serial_line_that_does_not_answer_is_left_alone(peer: CardReaderPeer) -> None:
    peer.silent = True
    finder = CardReadersOnSerial(lambda: lines(SerialLine(str(peer.path), "label printer")))
    assert finder.find() == []
    assert finder.find() == []
    assert len(peer.asked) == 1


def test_a_reader_that_another_program_uses_is_told_and_asked_again(peer: CardReaderPeer) -> None:
    other = SerialCardReader(str(peer.path))
    assert other.is_there()
    finder = CardReadersOnSerial(lambda: lines(SerialLine(str(peer.path), "USB Serial")))
    (reader,) = finder.find()
    assert isinstance(reader.problem, ReaderBusy)
    other.close()
    (reader,) = finder.find()
    assert reader.ready


def test_a_line_that_was_pulled_out_is_gone_and_asked_anew_when_it_is_back(
    peer: CardReaderPeer,
) -> None:
    line = SerialLine(str(peer.path), "USB Serial")
    plugged = [line]
    finder = CardReadersOnSerial(lambda: lines(*plugged))
    assert finder.find()
    plugged.clear()
    assert finder.find() == []
    plugged.append(line)
    assert finder.find()
    assert len(peer.asked) == 2


def test_a_reader_that_cannot_be_used_yet_is_shown_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path / "bus/usb/devices/1-4/idVendor", "0400")
    write(tmp_path / "bus/usb/devices/1-4/idProduct", "c35a")
    write(tmp_path / "bus/usb/devices/1-5/idVendor", "046d")
    (reader,) = CardReadersOnUsb(tmp_path).find()
    assert isinstance(reader.problem, ReaderSpeaksUsbOnly)
    assert "拍照识别" in reader.problem.sentence("zh")


def test_a_pen_with_pressure_is_a_signature_pad_and_a_mouse_is_none(tmp_path: Path) -> None:
    pen, mouse = tmp_path / "class/input/event5/device", tmp_path / "class/input/event3/device"
    write(pen / "name", "HUION Signature Pad")
    write(pen / "capabilities/key", "1c01 0 0 0 0 0")  # BTN_TOOL_PEN, BTN_TOUCH, BTN_STYLUS …
    write(pen / "capabilities/abs", "1000003")  # X, Y, PRESSURE
    write(mouse / "name", "USB Mouse")
    write(mouse / "capabilities/key", "1f0000 0 0 0 0")
    write(mouse / "capabilities/abs", "0")
    (pad,) = PadsOfLinux(tmp_path).find()
    assert (pad.kind, pad.name) == (DeviceKind.SIGNATURE_PAD, "HUION Signature Pad")


def test_keys_are_listed_without_their_pins() -> None:
    class Provider:
        def slots(self) -> list[KeySlot]:
            return [
                KeySlot("P1001", "任春河", b""),
                KeySlot("P2001", "周丽萍", b"", PinState.LOCKED, 0),
            ]

    good, locked = KeysOfProvider(Provider()).find()  # type: ignore[arg-type]
    assert (good.kind, good.ready) == (DeviceKind.KEY, True)
    assert isinstance(locked.problem, KeyLocked)
