"""Devices that are not there: the camera, the scanner and the card reader of a training desk.

They ship with the program. Whoever practises lays papers under the camera, loads the scanner and
puts cards on the reader, and can make each of them misbehave as real ones do: unplugged, busy,
stalled, jammed, a card lifted too early. They keep the same contracts as real devices.

Hands (``lay``, ``load``, ``put`` …) may be called from any thread; the rest from the lane.
"""

from __future__ import annotations

from station.devices.camera_portrait import SimulatedPortraitCamera
from station.devices.camera_simulated import SimulatedCamera
from station.devices.idcard_simulated import SimulatedCardReader
from station.devices.scanner_simulated import SimulatedScanner
from station.devices.training_papers import Paper, papers_of
from station.devices.training_people import LI_XIUYING, Villager


class TrainingDesk:
    """The devices of one training desk, and the villager who sits beside it."""

    def __init__(self, villager: Villager = LI_XIUYING, *, hurried: bool = False) -> None:
        """``hurried`` spares all waiting that only imitates the speed of real devices."""
        self.camera = SimulatedCamera(fps=0.0) if hurried else SimulatedCamera()
        self.portrait_camera = SimulatedPortraitCamera(fps=0.0 if hurried else 12.0)
        self.portrait_camera.seat(villager)
        self.scanner = SimulatedScanner(seconds_per_page=0.0 if hurried else 0.6)
        self.card_reader = SimulatedCardReader()
        self._villager = villager

    @property
    def villager(self) -> Villager:
        """Who sits beside the desk."""
        return self._villager

    def papers(self) -> tuple[Paper, ...]:
        """What the villager brought along."""
        return papers_of(self._villager)

    def receive(self, villager: Villager) -> None:
        """The next villager: mat, feeder and reader are empty again."""
        self._villager = villager
        self.camera.clear()
        self.portrait_camera.seat(villager)
        self.scanner.unload()
        self.scanner.on_glass = None
        self.card_reader.lift()
