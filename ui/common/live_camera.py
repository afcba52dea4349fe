"""The live picture: frames from the camera's lane, the sheet found in each, and the right moment.

One frame is under way at a time: the next is asked for when the last was shown, so a slow PC shows
fewer frames and never falls behind. No widget is named here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from station.devices.camera import DocumentCamera
from station.errors import DeviceError
from ui.common.pictures import picture_of_bgr
from ui.common.tasks import Tasks

_RETRY_MS = 1500


@dataclass(frozen=True, slots=True)
class LiveShot:
    """A frame as it is to be shown. ``ring`` fills while the sheet lies still."""

    image: QImage
    corners: tuple[tuple[float, float], ...]
    moment: str  # empty, moving, settling, take, taken
    ring: float | None


class LiveCamera(QObject):
    """Shows what the camera sees. ``take`` asks for a photograph at the right moment."""

    seen = Signal(object)
    lost = Signal(object)
    take = Signal()
    taken = Signal(bytes)
    refused = Signal(object)

    def __init__(
        self,
        camera: Callable[[], DocumentCamera],
        tasks: Tasks,
        *,
        lane: str = "camera",
        sheets: bool = True,
    ) -> None:
        """Without ``sheets`` no sheet is looked for, as where a person sits before the camera."""
        super().__init__()
        self._lane, self._sheets = lane, sheets
        self._camera, self._tasks = camera, tasks
        self._running = False
        self._busy = False
        self._taking = False
        self._find: Any = None
        self._rule: Any = None
        self.automatic = True

    def start(self) -> None:
        """Begins to look."""
        if not self._running:
            self._running = True
            self._next()

    def stop(self) -> None:
        """Stops looking and lets go of the camera."""
        if self._running:
            self._running = False
            self._tasks.drop(self)
            self._busy, self._taking = False, False
            self._tasks.start(self._let_go, lane=self._lane)

    def _let_go(self) -> None:
        with suppress(DeviceError):  # there may be no camera at all
            self._camera().close()

    def photograph(self) -> None:
        """Takes a picture now; ``taken`` tells its bytes. By hand and by itself in the same moment
        is one picture."""
        if self._taking:
            return
        self._taking = True

        def done(data: bytes) -> None:
            self._taking = False
            self.taken.emit(data)

        def failed(error: Exception) -> None:
            self._taking = False
            self.refused.emit(error)

        self._tasks.start(
            self._photograph,
            done=done,
            failed=failed,
            owner=self,
            lane=self._lane,
        )

    def _photograph(self) -> bytes:
        if self._sheets:  # the rule must know this very sheet, or it would take it a second time
            self._look()
            self._rule = self._rule.taken_by_hand()
        return self._camera().photograph().jpeg

    def _next(self) -> None:
        if not self._running or self._busy:
            return
        self._busy = True
        self._tasks.start(
            self._look, done=self._show, failed=self._failed, owner=self, lane=self._lane
        )

    def _look(self) -> LiveShot:
        if not self._sheets:
            return LiveShot(picture_of_bgr(self._camera().frame().bgr()), (), "", None)
        from station.imaging.live import Stillness, detect_live

        pixels = self._camera().frame().bgr(2)
        find = detect_live(pixels, None, self._find)
        self._find = find
        self._rule = (self._rule or Stillness()).after(find, time.monotonic())
        quad = self._rule.outline
        corners = tuple((float(x), float(y)) for x, y in quad.corners) if quad is not None else ()
        moment = str(self._rule.moment)
        ring = self._rule.progress if moment in ("settling", "take") else None
        return LiveShot(picture_of_bgr(pixels), corners, moment, ring)

    def _show(self, shot: LiveShot) -> None:
        self._busy = False
        if not self._running:
            return
        self.seen.emit(shot)
        if shot.moment == "take" and self.automatic:
            self.take.emit()
        self._next()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self.lost.emit(error)
        if self._running:
            QTimer.singleShot(_RETRY_MS, self, self._next)
