"""A camera that hangs the wrong way round: its pictures are turned before anybody sees them."""

from __future__ import annotations

from station.devices import jpeg
from station.devices.camera import Controls, DocumentCamera, Frame, Photo, QuarterTurn


class TurnedCamera:
    """Another camera seen turned clockwise by ``degrees``.

    Live pictures are turned when their pixels are asked for; of a photograph only the Exif
    orientation is, its pixels stay as exposed.
    """

    def __init__(self, camera: DocumentCamera, degrees: QuarterTurn) -> None:
        self._camera = camera
        self._degrees = degrees

    @property
    def name(self) -> str:
        return self._camera.name

    @property
    def ready(self) -> bool:
        return self._camera.ready

    def frame(self) -> Frame:
        return self._camera.frame().turn(self._degrees)

    def photograph(self) -> Photo:
        photo = self._camera.photograph()
        data = jpeg.turned(photo.jpeg, self._degrees)
        return Photo(data, photo.width, photo.height, photo.camera, photo.dpi)

    def controls(self) -> Controls:
        return self._camera.controls()

    def close(self) -> None:
        self._camera.close()
