"""All devices of this desk: what is there, which one is used, and the backend that speaks to it.

The one module that knows the backends. A device is named by an id whose first word says how it
is spoken to: ``uvc:/dev/video0``, ``mjpeg:http://…``, ``rtsp://…``, ``folder:PATH``,
``sane:NAME``, ``escl:http://…``, ``serial:/dev/ttyUSB0``, ``simulated:camera``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from station.devices.camera import DocumentCamera
from station.devices.choices import CameraSettings, CameraUse, DeskChoices, Use
from station.devices.idcard import IdCardReader
from station.devices.presence import DeviceKind, Finder, Present
from station.devices.scanner import Scanner
from station.devices.simulated import TrainingDesk
from station.errors import DeviceError

T = TypeVar("T")

Changed = Callable[[tuple[Present, ...], tuple[Present, ...]], None]


class DeviceUnknown(DeviceError):
    what = "There is no device {id}."
    cause = "A {kind_en} is named in one of these ways: {ways}."
    remedy = "“station devices” lists what is there."
    zh = (
        "没有设备 {id}。",
        "{kind_zh}这样写：{ways}。",
        "“station devices”会列出现在有的设备。",
    )


class AddressUnknown(DeviceError):
    what = "The address {address} was not added."
    cause = "It names no device that this program speaks to."
    remedy = "Type it like these: http://192.168.1.64/video, rtsp://…, http://192.168.1.50/eSCL."
    zh = (
        "没有加上地址 {address}。",
        "它不像本程序能用的设备。",
        "请照这样写：http://192.168.1.64/video、rtsp://…、http://192.168.1.50/eSCL。",
    )


class DeviceNotChosen(DeviceError):
    what = "There is no {kind_en} to use."
    cause = "None was found, and none is chosen in the settings."
    remedy = "Plug one in, or choose one in the settings."
    zh = (
        "没有可用的{kind_zh}。",
        "没有找到，设置里也没有选。",
        "请插上一台，或者在设置里选一台。",
    )

    @classmethod
    def of(cls, use: Use) -> DeviceNotChosen:
        """That there is none for this use."""
        return cls(**_kind_words(use))


class DeviceGone(DeviceError):
    what = "{name} is not there."
    cause = "It was chosen for this desk, and is unplugged or switched off."
    remedy = "Plug it in; it is used again by itself. Or choose another one in the settings."
    zh = (
        "{name}不在。",
        "这台电脑选的是它，现在没有插好或没有开。",
        "请插好，会自己接着用；或者在设置里换一台。",
    )


class Registry:
    """The devices of one desk. Safe to use from any thread; opens no device by itself.

    ``finders`` are the ways of looking. ``training`` is the training desk whose devices are there
    too. ``choices`` remembers what the desk uses.
    """

    def __init__(
        self,
        finders: Sequence[Finder],
        *,
        choices: DeskChoices | None = None,
        training: TrainingDesk | None = None,
    ) -> None:
        self._looks = [_Look(finder) for finder in finders]
        self._choices = choices
        self._training = training
        self._watch: _Watch | None = None

    def present(self, *, seconds: float = 5.0) -> tuple[Present, ...]:
        """What is there now, looking anew, in at most ``seconds``.

        A look that takes longer goes on by itself; what it found last time is reported.
        """
        deadline = time.monotonic() + seconds
        for look in self._looks:
            look.begin()
        for look in self._looks:
            look.wait(max(0.0, deadline - time.monotonic()))
        return self._known()

    @property
    def known(self) -> tuple[Present, ...]:
        """What the last looks found; waits for nothing."""
        return self._known()

    def chosen(self, use: Use, present: Iterable[Present] | None = None) -> Present | None:
        """The device that the desk has for this use: the chosen one, else the first that works.

        A chosen device that is not there comes back with the problem ``DeviceGone``. A camera for
        portraits is used only when it was chosen: which of two looks at the face cannot be known.
        """
        kind = DeviceKind.CAMERA if isinstance(use, CameraUse) else use
        there = [
            device
            for device in (self.present() if present is None else present)
            if device.kind is kind
        ]
        wanted = self._choices.chosen(use) if self._choices else None
        if wanted is None:
            if use is CameraUse.PORTRAIT:
                return None
            return next((device for device in there if device.ready), next(iter(there), None))
        id, name = wanted
        found = next((device for device in there if device.id == id), None)
        return found or Present(kind, id, name, DeviceGone(name=name))

    def choose(self, device: Present, use: Use | None = None) -> None:
        """The desk uses this device from now on, also after a restart."""
        if self._choices is not None:
            self._choices.choose(use or device.kind, device.id, device.name)

    def camera_settings(self, id: str) -> CameraSettings:
        """How this camera is set."""
        return self._choices.camera(id) if self._choices else CameraSettings()

    def set_camera(self, id: str, settings: CameraSettings) -> None:
        """Sets a camera from its next opening on, also after a restart."""
        if self._choices is not None:
            self._choices.set_camera(id, settings)

    def camera(
        self, id: str = "", name: str = "", use: CameraUse = CameraUse.PAGE
    ) -> DocumentCamera:
        """The camera with this id, or the desk's; a lasting object that opens when first used.

        ``name`` is what people call it, in this and in the other two.
        """
        id = id or self._used(use)
        settings = self.camera_settings(id)
        if self._training is not None and id == "simulated:camera":
            self._training.camera.settings = settings
            return _turned(self._training.camera, settings)
        return open_camera(id, settings, name)

    def scanner(self, id: str = "", name: str = "") -> Scanner:
        """The scanner with this id, or the desk's."""
        id = id or self._used(DeviceKind.SCANNER)
        if self._training is not None and id == "simulated:scanner":
            return self._training.scanner
        return open_scanner(id, name)

    def card_reader(self, id: str = "", name: str = "") -> IdCardReader:
        """The ID-card reader with this id, or the desk's."""
        id = id or self._used(DeviceKind.CARD_READER)
        if self._training is not None and id == "simulated:card_reader":
            return self._training.card_reader
        return open_card_reader(id, name)

    def watch(self, changed: Changed) -> None:
        """Looks again and again and tells ``changed(came, went)``, from a thread of its own.

        A device whose problem or name changed both went and came. The first call tells all that
        are there. Ends with ``close``.
        """
        self.close()
        self._watch = _Watch(self._looks, self._known, changed)

    def close(self) -> None:
        """Stops watching; looks under way end by themselves."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()

    def _known(self) -> tuple[Present, ...]:
        found: dict[tuple[DeviceKind, str], Present] = {}
        for device in [
            *_simulated(self._training),
            *(device for look in self._looks for device in look.last),
            *(_by_address(id) for id in (self._choices.addresses if self._choices else ())),
        ]:
            found.setdefault((device.kind, device.id), device)
        return tuple(found.values())

    def _used(self, use: Use) -> str:
        device = self.chosen(use)
        if device is None:
            raise DeviceNotChosen.of(use)
        return device.id


def open_camera(id: str, settings: CameraSettings | None = None, name: str = "") -> DocumentCamera:
    """The backend for this id; nothing is opened before its first use. Raises ``DeviceUnknown``.

    Size, focus and exposure are for cameras at this PC; a network camera has them in its own
    settings. Every camera can be turned.
    """
    settings = settings or CameraSettings()
    return _turned(_camera(id, settings, name), settings)


def _turned(camera: DocumentCamera, settings: CameraSettings) -> DocumentCamera:
    if not settings.turned:
        return camera
    from station.devices.camera_turned import TurnedCamera

    return TurnedCamera(camera, settings.turned)


def _camera(id: str, settings: CameraSettings, name: str) -> DocumentCamera:
    way, _, rest = id.partition(":")
    match way:
        case "uvc" if rest:
            from station.devices.camera_opencv import OpenCvCamera

            address = int(rest) if rest.isdigit() else rest
            return OpenCvCamera(address, name=name, settings=settings)
        case "rtsp":
            from station.devices.camera_opencv import OpenCvCamera

            return OpenCvCamera(id, name=name)
        case "mjpeg" if rest:
            from station.devices.camera_mjpeg import MjpegCamera

            return MjpegCamera(rest, name=name)
        case "folder" if rest:
            from station.devices.camera_folder import FolderCamera

            return FolderCamera(Path(rest))
        case "simulated":
            return TrainingDesk().camera
    raise _unknown(DeviceKind.CAMERA, id)


def open_scanner(id: str, name: str = "") -> Scanner:
    """The backend for this id; nothing is opened before its first use. Raises ``DeviceUnknown``."""
    way, _, rest = id.partition(":")
    match way:
        case "sane" if rest:
            from station.devices.scanner_sane import SaneScanner

            return SaneScanner(rest, name=name)
        case "escl" if rest:
            from station.devices.scanner_escl import EsclScanner

            return EsclScanner(rest, name=name)
        case "twain" if rest:
            from station.devices.scanner_twain import TwainScanner

            return TwainScanner(rest, name=name)
        case "wia" if rest:
            from station.devices.scanner_wia import WiaScanner

            return WiaScanner(rest, name=name)
        case "simulated":
            desk = TrainingDesk()
            desk.scanner.load(*desk.papers())
            desk.scanner.on_glass = desk.papers()[0]
            return desk.scanner
    raise _unknown(DeviceKind.SCANNER, id)


def open_card_reader(id: str, name: str = "") -> IdCardReader:
    """The backend for this id; nothing is opened before its first use. Raises ``DeviceUnknown``."""
    way, _, rest = id.partition(":")
    match way:
        case "serial" if rest:
            from station.devices.idcard_serial import SerialCardReader
            from station.devices.portrait import installed_decoder

            return SerialCardReader(rest, name=name, decode_photo=installed_decoder())
        case "simulated":
            desk = TrainingDesk()
            desk.card_reader.put(desk.villager)
            return desk.card_reader
    raise _unknown(DeviceKind.CARD_READER, id)


_WAYS: Mapping[DeviceKind, tuple[str, ...]] = {
    DeviceKind.CAMERA: ("uvc:PATH", "mjpeg:URL", "rtsp://…", "folder:PATH", "simulated:camera"),
    DeviceKind.SCANNER: ("sane:NAME", "escl:URL", "wia:ID", "twain:PRODUCT", "simulated:scanner"),
    DeviceKind.CARD_READER: ("serial:PATH", "simulated:card_reader"),
}
_KIND_OF_WAY = {
    way.partition(":")[0]: kind
    for kind, ways in _WAYS.items()
    for way in ways
    if not way.startswith("simulated")
}


def _unknown(kind: DeviceKind, id: str) -> DeviceUnknown:
    return DeviceUnknown(id=id or "“”", ways=", ".join(_WAYS[kind]), **_kind_words(kind))


def _kind_words(kind: Use) -> dict[str, str]:
    zh, en = kind.words
    return {"kind_zh": zh, "kind_en": en}


def kind_of(id: str) -> DeviceKind | None:
    """What a device with this id would be; None when no backend knows such ids."""
    return _KIND_OF_WAY.get(id.partition(":")[0])


def id_of_address(typed: str) -> str:
    """The id of a device whose address somebody typed. Raises ``AddressUnknown``."""
    words = typed.strip()
    if kind_of(words) is not None:
        return words
    scheme, apart, rest = words.partition("://")
    if apart and rest and scheme in ("http", "https"):
        return f"escl:{words}" if words.rstrip("/").lower().endswith("escl") else f"mjpeg:{words}"
    if words.startswith(("/dev/tty", "COM")):
        return f"serial:{words}"
    raise AddressUnknown(address=words)


def _by_address(id: str) -> Present:
    """A device that a person named: it counts as there, and its first use shows whether it is."""
    kind = kind_of(id) or DeviceKind.CAMERA
    shown = id.partition(":")[2] if not id.startswith("rtsp") else id
    if "@" in shown:  # a user and a secret are nobody's business
        scheme, _, rest = shown.partition("://")
        shown = f"{scheme}://{rest.rpartition('@')[2]}"
    return Present(kind, id, shown)


def _simulated(desk: TrainingDesk | None) -> list[Present]:
    if desk is None:
        return []
    return [
        Present(DeviceKind.CAMERA, "simulated:camera", desk.camera.name),
        Present(DeviceKind.SCANNER, "simulated:scanner", desk.scanner.name),
        Present(DeviceKind.CARD_READER, "simulated:card_reader", desk.card_reader.name),
    ]


@dataclass(slots=True)
class _Look:
    """One finder with what it found last; never two looks of one finder at a time."""

    finder: Finder
    last: tuple[Present, ...] = ()
    _running: threading.Thread | None = None
    _began: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        with self._lock:  # the watch and a person may want to look at the same moment
            if self._running is None or not self._running.is_alive():
                self._began = time.monotonic()
                look = threading.Thread(target=self._run, name="look for devices", daemon=True)
                look.start()
                self._running = look

    def begin_if_due(self) -> None:
        if time.monotonic() - self._began >= self.finder.every:
            self.begin()

    def wait(self, seconds: float) -> None:
        if self._running is not None:
            self._running.join(seconds)

    def _run(self) -> None:
        self.last = tuple(self.finder.find())


class _Watch:
    """The thread that looks again and again until it is stopped."""

    _PAUSE = 0.25

    def __init__(
        self, looks: Sequence[_Look], known: Callable[[], tuple[Present, ...]], changed: Changed
    ) -> None:
        self._looks, self._known, self._changed = looks, known, changed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch devices", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join(5)

    def _run(self) -> None:
        before: tuple[Present, ...] = ()
        while not self._stop.is_set():
            for look in self._looks:
                look.begin_if_due()
            for look in self._looks:
                look.wait(self._PAUSE)
            now = self._known()
            came = tuple(d for d in now if not any(d.same_as(other) for other in before))
            went = tuple(d for d in before if not any(d.same_as(other) for other in now))
            if (came or went) and not self._stop.is_set():
                self._changed(came, went)
            before = now
            self._stop.wait(self._PAUSE)


def finders_of_this_system() -> list[Finder]:
    """The ways of looking that make sense on this system, keys excepted."""
    import sys

    from station.devices import presence

    found: list[Finder] = [presence.CardReadersOnSerial()]
    if sys.platform == "win32":
        found.append(presence.ScannersOfWia())
    if sys.platform.startswith("linux"):
        found += [
            presence.CamerasOfLinux(),
            presence.ScannersOfSane(),
            presence.CardReadersOnUsb(),
            presence.PadsOfLinux(),
        ]
    return found
