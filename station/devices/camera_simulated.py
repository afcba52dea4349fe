"""A document camera that is not there, for training and for tests: see ``simulated``."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.devices.camera import (
    CameraBusy,
    CameraSilent,
    CameraUnplugged,
    Controls,
    Frame,
    Photo,
    Span,
)
from station.devices.choices import CameraSettings
from station.devices.training_papers import Paper

if TYPE_CHECKING:
    from station.devices.mat import Light, Lying, Pixels

Clock = Callable[[], float]

LIVE = (1440, 1080)
SENSOR = (4160, 3120)  # 13 megapixels, as such cameras have
_OFFERED = Controls(
    live=((720, 540), LIVE),
    still=((2080, 1560), SENSOR),
    focus=Span(0.0, 100.0, 5.0),
    exposure=Span(20.0, 300.0, 10.0),
)
_SHARP_AT, _RIGHT_AT = 60.0, 100.0  # what the camera finds by itself
_SLIDE = 0.7  # seconds that a hand takes to push a paper into place
_JPEG_QUALITY = 92


@dataclass(slots=True)
class _Laid:
    """A paper on the mat, and since when it moves to its place."""

    lying: Lying
    since: float


class SimulatedCamera:
    """A document camera over a mat. ``fps`` 0 gives live pictures without waiting for the time."""

    def __init__(
        self,
        *,
        name: str = "培训高拍仪",
        live: tuple[int, int] = LIVE,
        sensor: tuple[int, int] = SENSOR,
        fps: float = 15.0,
        clock: Clock = time.monotonic,
    ) -> None:
        self._name = name
        self._live = live
        self._sensor = sensor
        self._pause = 1.0 / fps if fps else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._laid: list[_Laid] = []
        self._shaking_until = 0.0
        self._chance = random.Random(17)
        self._number = 0
        self._next_at = 0.0
        self._seen: tuple[object, Pixels] | None = None
        self._ready = False
        self.plugged_in = True
        self.busy = False
        self.stalled = False
        self.light: Light | None = None
        self.settings = CameraSettings()

    # What a hand does.

    def lay(self, paper: Paper, *, beside: bool = False, at_once: bool = False) -> None:
        """Pushes a paper under the camera, a little askew; the others are taken away first.

        ``beside`` leaves them. ``at_once`` spares the time of pushing.
        """
        from station.devices.mat import VIEW, Lying

        with self._lock:
            if not beside:
                self._laid.clear()
            place = Lying(
                paper,
                VIEW[0] / 2 + self._chance.uniform(-4, 4),
                VIEW[1] / 2 + self._chance.uniform(-2, 2),
                self._chance.uniform(-2.5, 2.5),
            )
            since = self._clock() - (_SLIDE if at_once else 0.0)
            self._laid.append(_Laid(place, since))

    def move(self, dx: float = 0.0, dy: float = 0.0, turn: float = 0.0) -> None:
        """Shifts the uppermost paper by millimetres and turns it clockwise by degrees."""
        with self._lock:
            if self._laid:
                self._laid[-1].lying = self._laid[-1].lying.moved(dx, dy, turn)

    def shake(self, seconds: float = 1.2) -> None:
        """Somebody knocks against the table."""
        self._shaking_until = self._clock() + seconds

    def clear(self) -> None:
        """Takes all papers away."""
        with self._lock:
            self._laid.clear()

    @property
    def papers(self) -> tuple[Paper, ...]:
        """What lies on the mat now, the uppermost last."""
        with self._lock:
            return tuple(laid.lying.paper for laid in self._laid)

    # What a camera does.

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def frame(self) -> Frame:
        from station.devices.mat import picture, with_noise

        self._must_work()
        if self._pause:
            time.sleep(max(0.0, self._next_at - time.monotonic()))
            self._next_at = time.monotonic() + self._pause
        present, light = self._present(), self.light
        width, height = self.settings.live or self._live
        seen = (present, light, self.settings)
        if self._seen is None or self._seen[0] != seen:
            drawn = picture(present, width, height, light=light, fine=False)
            self._seen = seen, self._as_set(drawn)
        self._number += 1
        return Frame.of_pixels(self._number, with_noise(self._seen[1], self._number))

    def photograph(self) -> Photo:
        import cv2

        from station.devices.mat import VIEW, picture, with_noise

        self._must_work()
        width, height = self.settings.still or self._sensor
        seen = picture(self._present(), width, height, light=self.light, fine=True)
        seen = with_noise(self._as_set(seen), self._number)
        _, encoded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        return Photo(encoded.tobytes(), width, height, self._name, dpi=width / VIEW[0] * 25.4)

    def controls(self) -> Controls:
        return _OFFERED

    def _as_set(self, seen: Pixels) -> Pixels:
        """Blurred as far as the focus is off, lighter or darker as the exposure says."""
        import cv2
        import numpy as np

        focus, exposure = self.settings.focus, self.settings.exposure
        if focus is not None and focus != _SHARP_AT:
            seen = np.asarray(
                cv2.GaussianBlur(seen, (0, 0), abs(focus - _SHARP_AT) * seen.shape[1] / 20_000),
                np.uint8,
            )
        if exposure is not None and exposure != _RIGHT_AT:
            seen = np.asarray(cv2.convertScaleAbs(seen, alpha=exposure / _RIGHT_AT), np.uint8)
        return seen

    def close(self) -> None:
        self._ready = False
        self._seen = None

    def _must_work(self) -> None:
        self._ready = False
        if not self.plugged_in:
            raise CameraUnplugged(name=self._name)
        if self.busy:
            raise CameraBusy(name=self._name)
        if self.stalled:
            raise CameraSilent(name=self._name, seconds="3")
        self._ready = True

    def _present(self) -> tuple[Lying, ...]:
        """Where every paper is at this moment, on its way or lying still."""
        now = self._clock()
        with self._lock:
            lying = [_on_its_way(laid, now) for laid in self._laid]
            if now < self._shaking_until and lying:
                tremble = self._chance.uniform
                lying = [
                    paper.moved(tremble(-2, 2), tremble(-2, 2), tremble(-0.4, 0.4))
                    for paper in lying
                ]
        return tuple(lying)


def _on_its_way(laid: _Laid, now: float) -> Lying:
    passed = (now - laid.since) / _SLIDE
    if passed >= 1:
        return laid.lying
    left = (1 - max(0.0, passed)) ** 2  # fast at first, gently at the end
    return laid.lying.moved(dx=30 * left, dy=330 * left, turn=9 * left)
