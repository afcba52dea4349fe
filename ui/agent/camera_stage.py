"""The document camera in a step: its live picture, what to do in words, and the papers to practise
with. Who gets the picture decides what it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.devices.camera import DocumentCamera
from station.devices.choices import CameraUse
from station.devices.training_papers import Paper
from ui.common.buttons import Button
from ui.common.layout import clear, column, row
from ui.common.live_camera import LiveCamera, LiveShot
from ui.common.live_view import LiveView
from ui.common.messages import explained
from ui.common.page import Host
from ui.common.text import Icon, Text
from ui.common.tones import Tone
from ui.desk import DeskState


class CameraStage(QWidget):
    """``taken`` tells a photograph's bytes; ``due`` that a sheet lies still and may be taken by
    itself; ``refused`` what went wrong."""

    taken = Signal(bytes)
    due = Signal()
    refused = Signal(object)

    def __init__(self, state: DeskState, host: Host, name: str) -> None:
        super().__init__()
        self._state = state
        self._live = LiveCamera(self.camera, host.tasks)
        self._view = LiveView(name)
        self._live.seen.connect(self._show)
        self._live.lost.connect(self._lose)
        self._live.take.connect(self.due)
        self._live.taken.connect(self.taken)
        self._live.refused.connect(self.refused)
        self.setLayout(column((self._view, 1), gap=0))

    def camera(self) -> DocumentCamera:
        """The camera of this desk."""
        return self._state.equipment.camera()

    @property
    def name(self) -> str:
        """What the pages say they were taken with."""
        return self._state.equipment.name(CameraUse.PAGE)

    def start(self, automatic: bool) -> None:
        """Begins to look."""
        self._live.automatic = automatic
        self._live.start()

    def stop(self) -> None:
        """Stops looking and lets go of the camera."""
        self._live.stop()

    @property
    def automatic(self) -> bool:
        """Whether ``due`` is told by itself."""
        return self._live.automatic

    @automatic.setter
    def automatic(self, on: bool) -> None:
        self._live.automatic = on

    def photograph(self) -> None:
        """Takes a picture now."""
        self._live.photograph()

    @property
    def absence(self) -> str:
        """Why there is no picture; empty while there is one."""
        return self._view.absence

    @property
    def hint(self) -> str:
        """What is said above the picture."""
        return self._view.hint

    def _show(self, shot: LiveShot) -> None:
        hints = {
            "empty": self.tr("把纸放到高拍仪下面"),
            "moving": self.tr("放稳，别动"),
            "settling": self.tr("放稳了，马上自动拍"),
            "take": self.tr("拍好了"),
            "taken": self.tr("拍过了，换下一张"),
        }
        if not self._live.automatic and shot.moment in ("settling", "moving"):
            hint = self.tr("按 F2 拍照")
        else:
            hint = hints.get(shot.moment, "")
        qualities = [(self.tr("四角齐"), Tone.OK)] if shot.corners else []
        self._state.equipment.report(CameraUse.PAGE, None)
        self._view.show_frame(shot.image, shot.corners)
        self._view.say(hint, shot.ring, qualities)

    def _lose(self, error: Exception) -> None:
        what, cause, remedy = explained(error)
        self._view.show_absence(what, f"{cause}{remedy}")
        self._state.equipment.report(CameraUse.PAGE, error)


class PracticeStrip(QWidget):
    """Training only: what to lay under the camera."""

    def __init__(self, state: DeskState, papers: Callable[[], Sequence[Paper]]) -> None:
        super().__init__()
        self._state, self._papers = state, papers
        self._row = row(gap=6)
        self.setLayout(self._row)
        self.setVisible(False)

    def fill(self) -> None:
        """The papers of the villager who sits there now."""
        clear(self._row)
        self.setVisible(self._state.desk.who.training)
        if not self._state.desk.who.training:
            return
        self._row.addWidget(Icon("practice", 20, "warn"))
        self._row.addWidget(Text(self.tr("练习：放上"), "caption", "warn"))
        camera = self._state.training.camera
        for paper in self._papers():
            button = Button(paper.title.split(" ")[-1], "quiet", role="caption")
            button.setAccessibleName(self.tr("放上 {title}").format(title=paper.title))
            button.setToolTip(paper.title)
            button.clicked.connect(lambda _=False, laid=paper: camera.lay(laid))
            self._row.addWidget(button)
        self._row.addStretch(1)
