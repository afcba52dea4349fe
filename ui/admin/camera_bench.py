"""One camera being set: what it offers, how it is set, its live picture. No widget is named here.

What is changed is kept at once and holds from the next picture on, at the desk as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from station.devices.camera import Controls, DocumentCamera
from station.devices.choices import CameraSettings
from station.devices.presence import Present
from ui.common.live_camera import LiveCamera
from ui.common.page import Host
from ui.desk import DeskState

_LANE = "camera"  # that of the desk: no camera can be opened twice


class CameraBench(QObject):
    """``known`` tells that the camera said what it offers, ``changed`` how it is set now; ``seen``
    and ``lost`` are those of its live picture."""

    known = Signal()
    changed = Signal()
    seen = Signal(object)
    lost = Signal(object)

    def __init__(self, state: DeskState, host: Host, used: Callable[[Present], bool]) -> None:
        super().__init__()
        self._state, self._host, self._used = state, host, used
        self._registry = state.equipment.registry
        self.device: Present | None = None
        self.offered = Controls()
        self._made: tuple[str, CameraSettings, DocumentCamera] | None = None
        self._live = LiveCamera(self._camera, host.tasks, lane=_LANE, sheets=False)
        self._live.seen.connect(self.seen)
        self._live.lost.connect(self.lost)

    @property
    def settings(self) -> CameraSettings:
        """How the camera is set."""
        return self._registry.camera_settings(self.device.id) if self.device else CameraSettings()

    def open(self, device: Present) -> None:
        """This camera from now on."""
        self.close()
        self.device, self.offered = device, Controls()
        self._host.tasks.start(
            lambda: self._camera().controls(), done=self._told, owner=self, lane=_LANE
        )
        self._live.start()

    def _told(self, offered: Controls) -> None:
        self.offered = offered
        self.known.emit()

    def close(self) -> None:
        """Lets go of the camera."""
        self._live.stop()

    def set(self, **changes: Any) -> None:
        """Changes some of ``CameraSettings``; None leaves it to the camera."""
        if self.device is None:
            return
        self._registry.set_camera(self.device.id, replace(self.settings, **changes))
        self.changed.emit()

    def turn(self) -> None:
        """Turns the picture a quarter clockwise."""
        self.set(turned=self.settings.turned_once_more().turned)

    def leave_to_itself(self) -> None:
        """As if nobody had set anything."""
        usual = CameraSettings()
        self.set(**{name: getattr(usual, name) for name in CameraSettings.__slots__})

    def _camera(self) -> DocumentCamera:
        """In the camera's lane: the desk's own if it is the one in use, as it is set now."""
        device, settings = self.device, self.settings
        assert device is not None
        if self._used(device):
            return self._state.equipment.camera()
        if self._made is None or self._made[:2] != (device.id, settings):
            if self._made is not None:
                self._made[2].close()
            self._made = device.id, settings, self._registry.camera(device.id, device.name)
        return self._made[2]
