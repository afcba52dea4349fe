"""Which devices are there now: one quick look per kind of connection.

A look asks the system, not the device, wherever that will do, and never keeps a device open. It
may take long (SANE looks around in the network): the registry gives each its own thread and time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from signing.errors import ExplainedError
from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.protocol import KeyProvider, PinState
from signing.keys.token_errors import DriverCrashed, DriverStuck, TokenWithoutCertificate
from signing.keys.tokens import slots_of
from station.devices.camera import CameraDenied
from station.devices.idcard import CardReaderError, ReaderBusy, ReaderDenied
from station.devices.scanner import ScannerDriverMissing
from station.errors import DeviceError


class DeviceKind(StrEnum):
    """What a device is for; also its name in ``station devices``."""

    CAMERA = "camera"
    SCANNER = "scanner"
    CARD_READER = "card_reader"
    SIGNATURE_PAD = "signature_pad"
    KEY = "key_token"

    @property
    def words(self) -> tuple[str, str]:
        """What people call it, in Chinese and in English."""
        return _WORDS[self]


_WORDS = {
    DeviceKind.CAMERA: ("高拍仪", "document camera"),
    DeviceKind.SCANNER: ("扫描仪", "scanner"),
    DeviceKind.CARD_READER: ("读卡器", "card reader"),
    DeviceKind.SIGNATURE_PAD: ("手签板", "signature pad"),
    DeviceKind.KEY: ("密钥", "key"),
}


class KeyLocked(DeviceError):
    what = "The key {name} cannot sign."
    cause = "It is locked after too many wrong PINs."
    remedy = "Take it to the county administrator to have it unlocked."
    zh = ("密钥 {name} 不能签名。", "PIN 输错次数太多，已锁住。", "请带到县里找管理员解锁。")


class ReaderSpeaksUsbOnly(CardReaderError):
    what = "The card reader {name} is not used."
    cause = "It is connected by USB without a serial line, which this version does not speak."
    remedy = "Use a reader with a serial line (or a USB serial adapter), or photograph the card."
    zh = (
        "{name}还不能用。",
        "它走 USB 专用通道，不是串口，这个版本还不支持。",
        "请换串口（或 USB 转串口）的读卡器；也可以拍照识别身份证。",
    )


@dataclass(frozen=True, slots=True)
class Present:
    """A device that is there. ``problem`` says why it cannot be used, if it cannot."""

    kind: DeviceKind
    id: str
    name: str
    problem: ExplainedError | None = None

    @property
    def ready(self) -> bool:
        return self.problem is None

    def same_as(self, other: Present) -> bool:
        """Whether a person would see no difference."""
        return (self.kind, self.id, self.name) == (other.kind, other.id, other.name) and str(
            self.problem or ""
        ) == str(other.problem or "")


class Finder(Protocol):
    """One way of looking. ``every`` is after how many seconds it is worth looking again."""

    every: float

    def find(self) -> Sequence[Present]:
        """What is there now; an empty list, never an error, when nothing can be found out."""


class CamerasOfLinux:
    """USB cameras, from ``/sys/class/video4linux``."""

    every = 1.0

    def __init__(self, system: Path = Path("/sys"), nodes: Path = Path("/dev")) -> None:
        self._sys, self._dev = system, nodes

    def find(self) -> Sequence[Present]:
        lasting = _lasting_names(self._dev / "v4l/by-id")
        found = []
        for entry in sorted(self._sys.glob("class/video4linux/video*")):
            if _line(entry / "index") != "0":
                continue  # the second node of a camera carries metadata, no pictures
            node = self._dev / entry.name
            name = _line(entry / "name").partition(":")[0] or entry.name
            problem = None
            if not os.access(node, os.R_OK | os.W_OK):
                problem = CameraDenied(name=name, where=str(node))
            path = lasting.get(node, node)
            found.append(Present(DeviceKind.CAMERA, f"uvc:{path}", name, problem))
        return found


class ScannersOfSane:
    """Scanners that SANE knows. It looks around in the network for that and takes seconds."""

    every = 30.0

    def __init__(self, seconds: float = 20.0) -> None:
        self._seconds = seconds

    def find(self) -> Sequence[Present]:
        program = shutil.which("scanimage")
        if program is None:
            return []
        command = [program, "--formatted-device-list=%d\t%v\t%m\t%t%n"]
        try:
            answer = subprocess.run(
                command,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=self._seconds,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError):
            return []
        found = []
        for line in answer.stdout.decode(errors="replace").splitlines():
            device, maker, model, kind, *_ = [*line.split("\t"), "", "", ""]
            # SANE offers cameras too; they are used as cameras.
            if device and not device.startswith("v4l:") and "camera" not in kind:
                name = " ".join(part for part in (maker, model) if part) or device
                found.append(Present(DeviceKind.SCANNER, f"sane:{device}", name))
        return found


class ScannersOfWia:
    """Scanners that Windows knows."""

    every = 5.0

    def __init__(self, scanners: Callable[[], Iterable[tuple[str, str]]] | None = None) -> None:
        self._scanners = scanners

    def find(self) -> Sequence[Present]:
        from station.devices import scanner_wia

        try:
            found = list((self._scanners or scanner_wia.scanners)())
        except ScannerDriverMissing:
            return []
        return [Present(DeviceKind.SCANNER, f"wia:{id}", name) for id, name in found]


@dataclass(frozen=True, slots=True)
class SerialLine:
    """A serial line on USB, as the system describes it."""

    path: str
    name: str
    serial: str = ""


def lines_on_usb() -> Iterator[SerialLine]:
    """The serial lines that came with a USB device; those soldered in are nobody's card reader."""
    from serial.tools.list_ports import comports

    for port in comports():
        if port.vid is not None:
            yield SerialLine(port.device, port.description or port.name, port.serial_number or "")


class CardReadersOnSerial:
    """ID-card readers on USB serial lines: each new line is asked once whether it is one.

    The question is the module's own status command. A line that is open in this program, or in
    another one, is not asked; what it was is remembered for as long as it stays plugged in.
    """

    every = 1.0

    def __init__(
        self,
        lines: Callable[[], Iterator[SerialLine]] = lines_on_usb,
        answers: Callable[[str], bool] | None = None,
    ) -> None:
        self._lines = lines
        self._answers = answers or _answers_as_reader
        self._known: dict[SerialLine, Present | None] = {}

    def find(self) -> Sequence[Present]:
        now = list(self._lines())
        self._known = {line: seen for line, seen in self._known.items() if line in now}
        for line in now:
            before = self._known.get(line)
            if line not in self._known or (before is not None and before.problem is not None):
                self._known[line] = self._look(line)
        return [seen for seen in self._known.values() if seen is not None]

    def _look(self, line: SerialLine) -> Present | None:
        name = f"身份证阅读器（{line.name}）"
        found = Present(DeviceKind.CARD_READER, f"serial:{line.path}", name)
        try:
            return found if self._answers(line.path) else None
        except (ReaderBusy, ReaderDenied) as problem:
            return Present(found.kind, found.id, found.name, problem)
        except CardReaderError:
            return None


def _answers_as_reader(path: str) -> bool:
    from station.devices.idcard_serial import SerialCardReader

    reader = SerialCardReader(path)
    try:
        return reader.is_there()
    finally:
        reader.close()


class CardReadersOnUsb:
    """ID-card readers on USB bulk pipes: seen, and told that they cannot be used yet."""

    every = 1.0
    # The identity that makers' drivers name for the common security module; seen on no device here.
    _IDS = frozenset({("0400", "c35a")})

    def __init__(self, system: Path = Path("/sys")) -> None:
        self._sys = system

    def find(self) -> Sequence[Present]:
        found = []
        for entry in sorted(self._sys.glob("bus/usb/devices/*")):
            identity = (_line(entry / "idVendor"), _line(entry / "idProduct"))
            if identity in self._IDS:
                name = _line(entry / "product") or "USB 身份证阅读器"
                problem = ReaderSpeaksUsbOnly(name=name)
                found.append(Present(DeviceKind.CARD_READER, f"usb:{entry.name}", name, problem))
        return found


class PadsOfLinux:
    """Pens that report pressure, from ``/sys/class/input``; the desktop draws with them."""

    every = 1.0
    _PEN_KEY, _PRESSURE = 0x140, 0x18  # BTN_TOOL_PEN, ABS_PRESSURE (linux/input-event-codes.h)

    def __init__(self, system: Path = Path("/sys")) -> None:
        self._sys = system

    def find(self) -> Sequence[Present]:
        found = []
        for entry in sorted(self._sys.glob("class/input/event*")):
            able = entry / "device/capabilities"
            if _has_bit(_line(able / "key"), self._PEN_KEY) and _has_bit(
                _line(able / "abs"), self._PRESSURE
            ):
                name = _line(entry / "device/name") or entry.name
                found.append(Present(DeviceKind.SIGNATURE_PAD, f"pen:{entry.name}", name))
        return found


class KeysOfProvider:
    """The keys that a key provider can open, seen without their PINs."""

    every = 2.0

    def __init__(self, provider: KeyProvider) -> None:
        self._provider = provider

    def find(self) -> Sequence[Present]:
        found = []
        for slot in self._provider.slots():
            locked = slot.pin_state is PinState.LOCKED
            problem = KeyLocked(name=slot.label) if locked else None
            found.append(Present(DeviceKind.KEY, slot.id, slot.label, problem))
        return found


class KeysOnTokens:
    """The keys on tokens: also tokens that hold none yet, and named drivers that do not work."""

    every = 1.0

    def __init__(self, tokens: Pkcs11Keys, named: Sequence[Path] = ()) -> None:
        self._tokens, self._named = tokens, frozenset(named)

    def find(self) -> Sequence[Present]:
        seen = self._tokens.look()
        found = []
        for token in seen.tokens:
            slots = slots_of(token)
            for slot in slots:
                locked = slot.pin_state is PinState.LOCKED
                problem = KeyLocked(name=slot.label) if locked else None
                found.append(Present(DeviceKind.KEY, slot.id, slot.label, problem))
            if not slots:
                bare = TokenWithoutCertificate(where=token.name)
                found.append(Present(DeviceKind.KEY, token.uri().text(), token.name, bare))
        for module, trouble in seen.problems:
            # A driver that the system knows and that finds nothing to do here is no news.
            if module in self._named or isinstance(trouble, DriverCrashed | DriverStuck):
                found.append(Present(DeviceKind.KEY, f"driver:{module}", module.name, trouble))
        return found


def _lasting_names(folder: Path) -> dict[Path, Path]:
    """Device node -> the name that stays the same when it is plugged in elsewhere."""
    try:
        links = sorted(folder.iterdir())
    except OSError:
        return {}
    return {folder.parent.parent / link.readlink().name: link for link in links}


def _line(path: Path) -> str:
    """The first line of a small file of the system; empty when it is not there."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _has_bit(words: str, bit: int) -> bool:
    """Whether a bit is set in a bit map of the kernel: words of a long each, the highest first."""
    try:
        longs = [int(word, 16) for word in words.split()]
    except ValueError:
        return False
    width = 64 if sys.maxsize > 2**32 else 32
    index, offset = divmod(bit, width)
    return index < len(longs) and bool(longs[-1 - index] >> offset & 1)
