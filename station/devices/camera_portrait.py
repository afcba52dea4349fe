"""A camera that looks at a person: of a training desk, where nobody sits. See ``simulated``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from station.devices.camera import CameraUnplugged, Controls, Frame, Photo
from station.devices.training_people import LI_XIUYING, Villager

if TYPE_CHECKING:
    from station.devices.camera import Pixels

_LIVE, _SENSOR = (640, 480), (1280, 960)
_WALL = (143, 150, 158)
_QUALITY = 90


class SimulatedPortraitCamera:
    """Keeps the contract of a ``DocumentCamera``. ``seat`` says who sits before it."""

    def __init__(self, *, name: str = "培训人像摄像头", fps: float = 12.0) -> None:
        self._name = name
        self._pause = 1.0 / fps if fps else 0.0
        self._number = 0
        self._ready = False
        self._villager: Villager = LI_XIUYING
        self.plugged_in = True

    def seat(self, villager: Villager) -> None:
        """This person sits down."""
        self._villager = villager

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def frame(self) -> Frame:
        from station.devices.mat import with_noise

        self._must_work()
        time.sleep(self._pause)
        self._number += 1
        return Frame.of_pixels(self._number, with_noise(self._seen(*_LIVE), self._number))

    def photograph(self) -> Photo:
        import cv2

        self._must_work()
        width, height = _SENSOR
        done = cv2.imencode(".jpg", self._seen(*_SENSOR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
        return Photo(done.tobytes(), width, height, self._name)

    def controls(self) -> Controls:
        return Controls()

    def close(self) -> None:
        self._ready = False

    def _must_work(self) -> None:
        self._ready = False
        if not self.plugged_in:
            raise CameraUnplugged(name=self._name)
        self._ready = True

    def _seen(self, width: int, height: int) -> Pixels:
        import numpy as np
        from PIL import Image

        from station.devices.training_sheet import portrait

        room = Image.new("RGB", (width, height), _WALL)
        face = portrait(
            round(height * 0.72),
            round(height * 0.9),
            man=self._villager.card.sex == "男",
            ground=_WALL,
        )
        room.paste(face, ((width - face.width) // 2, height - face.height))
        return np.ascontiguousarray(np.asarray(room, np.uint8)[:, :, ::-1])
