"""The applicant's portrait: the picture on the card and the camera's side by side at one height.

Nobody's picture is judged by a number: a person compares.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.devices.camera import DocumentCamera
from ui.common import icons
from ui.common.live_camera import LiveCamera, LiveShot
from ui.common.messages import explained
from ui.common.page import Host
from ui.common.painting import CENTER, painter_for, write
from ui.common.pictures import SCALED
from ui.common.theme import paper_colour, theme
from ui.desk import DeskState

CARD_FACE = (124, 152)  # the picture on a card, as wide and as high as it is shown


class FaceView(QWidget):
    """A picture of a person, filled to the frame; an oval says where to sit."""

    def __init__(self, name: str, width: int, height: int) -> None:
        super().__init__()
        self._size = QSize(width, height)
        self._image: QImage | None = None
        self._oval, self._passing = False, False
        self._absent = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_picture(self, image: QImage | None, *, oval: bool = False, live: bool = False) -> None:
        """``live`` pictures are painted once and not kept."""
        self._image, self._oval, self._passing, self._absent = image, oval, live, ""
        self.update()

    def show_absence(self, words: str) -> None:
        """No picture, and why."""
        self._image, self._absent = None, words
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        return self._size

    def minimumSizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, box = theme(), painter_for(self), QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(box, t.radius("control"), t.radius("control"))
        painter.setClipPath(clip)
        painter.fillRect(box, t.colour("sunken"))
        image = self._image
        if image is not None and not image.isNull():
            k = max(box.width() / image.width(), box.height() / image.height())
            place = QRectF(0, 0, image.width() * k, image.height() * k)
            place.moveCenter(box.center())
            if self._passing:
                painter.drawImage(place, image)
            else:
                ratio = self.devicePixelRatioF()
                scaled = SCALED.fitted(image, place.width(), place.height(), ratio)
                painter.drawPixmap(place, scaled, QRectF(scaled.rect()))
        else:
            middle = box.center()
            icons.draw(painter, "person", middle.x() - 20, middle.y() - 28, 40, t.colour("text2"))
            words = QRectF(box.x() + 4, middle.y() + 16, box.width() - 8, 24)
            write(painter, words, self._absent, t.font("caption"), t.colour("text2"), CENTER)
        if self._oval and image is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            across, down = box.height() * 0.3, box.height() * 0.38
            for name, width in (("sheet", 5.0), ("outline", 2.5)):
                painter.setPen(QPen(paper_colour(name), width))
                painter.drawEllipse(QPointF(box.center().x(), box.height() * 0.46), across, down)
        painter.setClipping(False)
        painter.setPen(QPen(t.colour("line_strong"), t.edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, t.radius("control"), t.radius("control"))


class PortraitCamera(FaceView):
    """The portrait camera's live picture. ``taken`` tells a photograph's bytes."""

    taken = Signal(bytes)
    refused = Signal(object)

    def __init__(self, state: DeskState, host: Host, width: int, height: int) -> None:
        super().__init__("", width, height)
        self.setAccessibleName(self.tr("人像摄像头画面"))
        self._state = state
        self._looking = LiveCamera(self.camera, host.tasks, lane="portrait", sheets=False)
        self._looking.seen.connect(self._show)
        self._looking.lost.connect(self._lose)
        self._looking.taken.connect(self.taken)
        self._looking.refused.connect(self.refused)

    def camera(self) -> DocumentCamera:
        """The portrait camera of this desk."""
        return self._state.equipment.portrait_camera()

    def start(self) -> None:
        """Begins to look."""
        self._looking.start()

    def stop(self) -> None:
        """Lets go of the camera."""
        self._looking.stop()

    def photograph(self) -> None:
        """Takes a picture now."""
        self._looking.photograph()

    def _show(self, shot: LiveShot) -> None:
        self.show_picture(shot.image, oval=True, live=True)

    def _lose(self, error: Exception) -> None:
        what, cause, _ = explained(error)
        self.show_absence(f"{what}{cause}")
