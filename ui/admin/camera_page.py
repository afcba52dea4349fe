"""A camera being set: its live picture, and beside it what it lets be set and nothing else."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.devices.camera import Size, Span
from station.devices.presence import Present
from ui.admin.camera_bench import CameraBench
from ui.common.buttons import Button
from ui.common.choosing import Select, Slider, Toggle
from ui.common.layout import card, clear, column, fixed_width, holder, row, scroll
from ui.common.live_camera import LiveShot
from ui.common.live_view import LiveView
from ui.common.messages import explained
from ui.common.text import Text

_MOST_STEPS = 50


class CameraPage(QWidget):
    """``left`` tells that the person is done."""

    left = Signal()

    def __init__(self, bench: CameraBench) -> None:
        super().__init__()
        self._bench = bench
        self._title = Text("", "title", bold=True, elide=True)
        self._view = LiveView(self.tr("这台的画面"))
        self._parts = column(gap=12)
        done = Button(self.tr("好了"), "primary", "check", "Esc")
        done.clicked.connect(self.left)
        self.turn = Button(self.tr("转 90 度"), "secondary", "rotate")
        self.turn.clicked.connect(bench.turn)
        self.usual = Button(self.tr("都还给它自动"), "quiet", "undo")
        self.usual.clicked.connect(self._leave_to_itself)
        side = card(column(scroll(holder(self._parts)), row(self.turn, None, gap=8), self.usual))
        self.setLayout(
            column(
                row((self._title, 1), done, gap=8),
                (holder(row((self._view, 1), fixed_width(side, 300, 380), gap=16)), 1),
                gap=12,
            )
        )
        bench.known.connect(self._fill)
        bench.seen.connect(self._show)
        bench.lost.connect(self._lose)

    def open(self, device: Present) -> None:
        """Shows this camera."""
        self._title.setText(device.name)
        self._view.show_absence(self.tr("正在打开"))
        clear(self._parts)
        self._bench.open(device)

    @property
    def is_looking(self) -> bool:
        """Whether its live picture is in sight."""
        return not self._view.absence

    @property
    def said(self) -> str:
        """What stands where the picture would be."""
        return self._view.absence

    def _show(self, shot: LiveShot) -> None:
        self._view.show_frame(shot.image)
        self._view.say(
            self.tr("{w} × {h} 像素").format(w=shot.image.width(), h=shot.image.height())
        )

    def _lose(self, error: Exception) -> None:
        what, cause, remedy = explained(error)
        self._view.show_absence(what, f"{cause}{remedy}")

    def _leave_to_itself(self) -> None:
        self._bench.leave_to_itself()
        self._fill()

    # ---------------------------------------------------------------- what can be set
    def _fill(self) -> None:
        clear(self._parts)
        offered, now = self._bench.offered, self._bench.settings
        parts: list[QWidget] = []
        if len(offered.still) > 1:
            parts.append(self._sizes("still", self.tr("照片大小"), offered.still, now.still))
        if len(offered.live) > 1:
            parts.append(self._sizes("live", self.tr("实时画面大小"), offered.live, now.live))
        if offered.focus is not None:
            parts.append(self._by_hand("focus", self.tr("对焦"), offered.focus, now.focus))
        if offered.exposure is not None:
            parts.append(self._by_hand("exposure", self.tr("亮度"), offered.exposure, now.exposure))
        if not parts:
            parts.append(
                Text(
                    self.tr("大小、对焦和亮度在这台自己的设置里调；这里可以转画面。"),
                    "caption",
                    "text2",
                    wrap=True,
                )
            )
        for part in parts:
            self._parts.addWidget(part)
        self._parts.addStretch(1)

    def _sizes(self, what: str, name: str, sizes: tuple[Size, ...], now: Size | None) -> QWidget:
        choice = Select(
            name,
            [
                (None, self.tr("自动")),
                *((size, f"{size[0]} × {size[1]}") for size in reversed(sizes)),
            ],
        )
        choice.set_value(now)
        choice.chosen.connect(lambda size: self._bench.set(**{what: size}))
        return holder(column(Text(name, "caption", "text2"), choice, gap=4))

    def _by_hand(self, what: str, name: str, span: Span, now: float | None) -> QWidget:
        """Automatic or a value: moving the knob means by hand."""
        automatic = Toggle(self.tr("{what}自动").format(what=name), now is None)
        steps = min(_MOST_STEPS, max(1, round((span.high - span.low) / span.step)))
        middle = span.low + (span.high - span.low) / 2
        knob = Slider(name, middle if now is None else now, _number, span.low, span.high, steps)

        def by_hand(value: float) -> None:
            automatic.blockSignals(True)
            automatic.setChecked(False)
            automatic.blockSignals(False)
            automatic.update()
            self._bench.set(**{what: float(round(value))})

        def by_itself(on: bool) -> None:
            self._bench.set(**{what: None if on else float(round(knob.value()))})

        knob.moved.connect(by_hand)
        automatic.toggled.connect(by_itself)
        return holder(column(automatic, knob, gap=4))


def _number(value: float) -> str:
    return f"{value:.0f}"
