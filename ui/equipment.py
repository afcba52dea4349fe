"""The devices with which this desk works: the ones chosen, live, and the lamps that tell of them.

What is plugged in is watched beside the window; a device that went greys its lamp at once and is
used again by itself when it is back. In training the training devices stand ready, and a real one
that was chosen goes before them. No widget is named here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

from signing.errors import ExplainedError
from station.devices.camera import DocumentCamera
from station.devices.choices import CameraUse, DeskChoices, Use
from station.devices.idcard import IdCardReader
from station.devices.presence import DeviceKind, Present
from station.devices.registry import DeviceNotChosen, Registry, finders_of_this_system
from station.devices.scanner import Cancel, ScannedPage, Scanner, Source
from station.devices.simulated import TrainingDesk
from station.paths import Home
from ui.common import language
from ui.common.messages import explained
from ui.common.page import Lamp

translate = QCoreApplication.translate

T = TypeVar("T", DocumentCamera, Scanner, IdCardReader)

_FIRST_LOOK_MS = 700  # the window is drawn before programs are started to look around

_LAMPS: tuple[tuple[Use, str, str], ...] = (
    (DeviceKind.SCANNER, "scanner", "scanner"),
    (CameraUse.PAGE, "camera", "camera"),
    (DeviceKind.CARD_READER, "card", "card"),
)


class Equipment(QObject):
    """What is there and what is used. ``changed`` tells of both, in the window's thread."""

    changed = Signal()
    _looked = Signal()

    def __init__(self, home: Home, training: TrainingDesk, *, practising: bool) -> None:
        super().__init__()
        self.choices = DeskChoices(home.station / "devices.json")
        self.registry = Registry(
            finders_of_this_system(),
            choices=self.choices,
            training=training if practising else None,
        )
        self._training, self._practising = training, practising
        self._made: dict[Use, tuple[object, DocumentCamera | Scanner | IdCardReader]] = {}
        self._problems: dict[Use, ExplainedError | None] = {}
        self._looked.connect(self.changed, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._watch)

    def start(self) -> None:
        """Begins to watch what is plugged in."""
        self._timer.start(_FIRST_LOOK_MS)

    def close(self) -> None:
        """Stops watching and lets go of everything."""
        self._timer.stop()
        self.registry.close()
        made, self._made = self._made, {}
        for _, device in made.values():
            device.close()

    def _watch(self) -> None:
        self.registry.watch(lambda came, went: self._looked.emit())

    # ---------------------------------------------------------------- what is used
    def present(self, use: Use) -> Present | None:
        """The device for this use as it is known now; None when there is none."""
        return self.registry.chosen(use, self.registry.known)

    def name(self, use: Use) -> str:
        """What the device for this use is called; empty when there is none."""
        device = self.present(use)
        return device.name if device else ""

    def report(self, use: Use, problem: Exception | None) -> None:
        """What using the device has shown: its lamp tells it until it works again."""
        told = problem if isinstance(problem, ExplainedError) else None
        if str(told or "") != str(self._problems.get(use) or ""):
            self._problems[use] = told
            self.changed.emit()

    def choose(self, device: Present, use: Use | None = None) -> None:
        """The desk uses this one from now on."""
        self.registry.choose(device, use)
        self.changed.emit()

    def forget(self, device: Present) -> None:
        """A device whose address was typed is no more; whatever used it chooses anew."""
        self.choices.remove_address(device.id)
        for use in (device.kind, CameraUse.PORTRAIT):
            if (chosen := self.choices.chosen(use)) and chosen[0] == device.id:
                self.choices.forget(use)
        self.changed.emit()

    def camera(self) -> DocumentCamera:
        """The camera over the mat. From any thread, as the other two; raises a ``DeviceError``."""
        return self._lasting(CameraUse.PAGE, self.registry.camera)

    def portrait_camera(self) -> DocumentCamera:
        """The camera that looks at the applicant: the chosen one, in training else its own."""
        if self._practising and self.present(CameraUse.PORTRAIT) is None:
            return self._training.portrait_camera
        return self._lasting(CameraUse.PORTRAIT, self.registry.camera)

    def scanner(self) -> Scanner:
        """The scanner."""
        return self._lasting(DeviceKind.SCANNER, self.registry.scanner)

    def card_reader(self) -> IdCardReader:
        """The reader of ID cards."""
        return self._lasting(DeviceKind.CARD_READER, self.registry.card_reader)

    @property
    def practice_phone(self) -> str:
        """The telephone of the villager who is played, which no card tells; empty for real ones."""
        reader = self.present(DeviceKind.CARD_READER)
        played = reader is not None and reader.id.startswith("simulated:")
        return self._training.villager.phone if played else ""

    def _lasting(self, use: Use, make: Callable[[str, str], T]) -> T:
        """The same object as long as the same device is used with the same settings."""
        device = self.present(use)
        if device is None:
            raise DeviceNotChosen.of(use)
        key = (device.id, self.choices.camera(device.id))
        kept = self._made.get(use)
        if kept is not None and kept[0] == key:
            return cast(T, kept[1])
        if kept is not None:
            kept[1].close()
        made = make(device.id, device.name)
        self._made[use] = (key, made)
        return made

    # ---------------------------------------------------------------- what the lamps say
    def lamps(self) -> tuple[Lamp, ...]:
        """One for each kind of device that an agent needs."""
        pad = translate("desk", "没有手写笔也可以用鼠标或手指签。")
        there = [one for one in self.registry.known if one.kind is DeviceKind.SIGNATURE_PAD]
        said = there[0].name if there else self._ready_words(None) if self._practising else pad
        return (
            *(self._lamp(use, id, icon) for use, id, icon in _LAMPS),
            Lamp("pad", "pen", translate("desk", "手签板"), True, said, "settings"),
        )

    def _lamp(self, use: Use, id: str, icon: str) -> Lamp:
        device = self.present(use)
        name = use.words[language.current() == "en"]
        if device is None:
            note = translate("desk", "没有找到{kind}。请插好，或者在设置里选一台。")
            return Lamp(id, icon, name, False, note.format(kind=name), "settings")
        problem = device.problem or self._problems.get(use)
        if problem is not None:
            return Lamp(id, icon, name, False, _said(problem), "settings")
        return Lamp(id, icon, name, True, self._ready_words(device), "settings")

    def _ready_words(self, device: Present | None) -> str:
        if device is None or device.id.startswith("simulated:"):
            return translate("desk", "培训设备，已就绪。")
        return translate("desk", "{name}，已就绪。").format(name=device.name)


def _said(problem: ExplainedError) -> str:
    return " ".join(part for part in explained(problem) if part)


@dataclass(slots=True)
class Scanning:
    """A scan of everything in the feeder (else of the glass); each page is told when it is whole,
    so that a jam on the thirtieth sheet costs none of those before it."""

    scanner: Callable[[], Scanner]
    dpi: int
    arrived: Callable[[bytes], None]
    cancel: Cancel = field(default_factory=Cancel)

    def __call__(self) -> int:
        """How many pages came; raises a ``ScannerError``."""
        scanner = self.scanner()
        offered = scanner.capabilities().sources
        source = Source.FEEDER if Source.FEEDER in offered else Source.FLATBED
        return scanner.scan(source=source, dpi=self.dpi, on_page=self._take, cancel=self.cancel)

    def _take(self, page: ScannedPage) -> None:
        self.arrived(page.jpeg)
