"""The devices of this PC, looked for and tried out. No widget is named here.

A look and a trial run in workers, a trial in the lane in which the desk uses the same device, so
that nobody disturbs a scan that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from station.devices.choices import CameraUse
from station.devices.presence import DeviceKind, Present
from station.devices.registry import id_of_address
from station.services.sign_in import Candidate
from ui.common.page import Host
from ui.common.pictures import picture_of_file
from ui.desk import DeskState

_LANES = {
    DeviceKind.CAMERA: "camera",
    DeviceKind.SCANNER: "scanner",
    DeviceKind.CARD_READER: "card",
}
_LOOK_S = 4.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a device: a sentence, and a picture where it makes one."""

    device: Present
    words: str
    picture: QImage | None = None


class DeviceBench(QObject):
    """``changed`` follows every look, ``tried`` every trial that went well."""

    changed = Signal()
    tried = Signal(object)
    failed = Signal(object, object)  # the device, or None for a look; the error

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.agent = state.desk.agent is not None
        self._registry = state.equipment.registry
        self.key: Candidate | None = None
        self.devices: tuple[Present, ...] = ()
        self.looking = False

    def look(self) -> None:
        """Looks what is there now."""
        if self.looking:
            return
        self.looking = True
        registry, office = self._registry, self._state.desk.office
        me = self._state.desk.who.person.id

        def work() -> tuple[tuple[Present, ...], Candidate | None]:
            mine = (one for one in office.candidates() if one.person.id == me)
            there = registry.present(seconds=_LOOK_S) if self.agent else ()
            return there, next(mine, None)

        self._host.tasks.start(
            work, done=self._seen, failed=self._not_seen, owner=self, lane="devices"
        )
        self.changed.emit()

    def _seen(self, seen: tuple[tuple[Present, ...], Candidate | None]) -> None:
        self.looking = False
        self.devices, self.key = seen
        self.changed.emit()

    def _not_seen(self, error: Exception) -> None:
        self.looking = False
        self.changed.emit()
        self.failed.emit(None, error)

    def can_try(self, device: Present) -> bool:
        """Whether there is something to try without a person's PIN."""
        return device.kind in _LANES

    def used(self, device: Present) -> bool:
        """Whether the desk uses this device of its kind."""
        chosen = self._registry.chosen(device.kind, self.devices)
        return chosen is not None and chosen.id == device.id

    def used_for_portraits(self, device: Present) -> bool:
        """Whether this camera looks at the applicant."""
        chosen = self._registry.chosen(CameraUse.PORTRAIT, self.devices)
        return chosen is not None and chosen.id == device.id

    def use(self, device: Present, use: CameraUse | None = None) -> None:
        """The desk uses this one from now on."""
        self._state.equipment.choose(device, use)
        self.changed.emit()

    def was_typed(self, device: Present) -> bool:
        """Whether somebody typed its address: no look finds it, so none can lose it."""
        return device.id in self._state.equipment.choices.addresses

    def remove(self, device: Present) -> None:
        """Forgets a typed address, and that the desk used it."""
        self._state.equipment.forget(device)
        self.look()

    def add_address(self, typed: str) -> None:
        """A network device that no look finds. Raises ``AddressUnknown``."""
        self._state.equipment.choices.add_address(id_of_address(typed))
        self.look()

    def try_out(self, device: Present) -> None:
        """Takes a picture, scans a sheet, or reads the card that lies there."""
        work: Callable[[], Trial] = {
            DeviceKind.CAMERA: lambda: self._photograph(device),
            DeviceKind.SCANNER: lambda: self._scan(device),
            DeviceKind.CARD_READER: lambda: self._read(device),
        }[device.kind]
        self._host.tasks.start(
            work,
            done=self.tried.emit,
            failed=lambda error: self.failed.emit(device, error),
            owner=self,
            lane=_LANES[device.kind],
        )

    def _photograph(self, device: Present) -> Trial:
        equipment = self._state.equipment
        # the desk's own camera is open already, and no camera can be opened twice
        camera = equipment.camera() if self.used(device) else self._registry.camera(device.id)
        try:
            photo = camera.photograph()
        finally:
            camera.close()
        picture = picture_of_file(photo.jpeg).scaledToWidth(640)
        words = self.tr("拍好了，{w} × {h} 像素").format(w=photo.width, h=photo.height)
        return Trial(device, words, picture)

    def _scan(self, device: Present) -> Trial:
        from station.devices.scanner import ScannedPage, Source

        if device.id == "simulated:scanner" and not self._state.training.scanner.waiting:
            self._state.training.scanner.load(*self._state.training.papers()[:1])
        pages: list[ScannedPage] = []
        scanner = self._registry.scanner(device.id)
        offered = scanner.capabilities().sources
        source = Source.FEEDER if Source.FEEDER in offered else next(iter(offered))
        scanner.scan(source=source, dpi=150, on_page=pages.append, pages=1)
        picture = picture_of_file(pages[0].jpeg).scaledToHeight(420) if pages else None
        return Trial(device, self.tr("扫好 {n} 页").format(n=len(pages)), picture)

    def _read(self, device: Present) -> Trial:
        training = self._state.training
        lent = device.id == "simulated:card_reader"
        if lent:
            training.card_reader.put(training.villager)
        try:
            card = self._registry.card_reader(device.id).read()
        finally:
            if lent:
                training.card_reader.lift()
        return Trial(device, self.tr("读到了：{name}").format(name=card.name))
