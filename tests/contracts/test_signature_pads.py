"""What every way of signing keeps to: pen with and without tilt, finger, mouse, the training's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from signing.handwriting import Ink, bind, operators, synthetic_ink
from signing.ink_record import from_record, to_record
from ui.agent.pad_ink import written
from ui.common.sign_pad import SignPad

Place = tuple[int, int]
STROKES: tuple[tuple[Place, ...], ...] = (
    tuple((40 + 4 * i, 30 + i) for i in range(20)),
    tuple((200 - 3 * i, 40 + 4 * i) for i in range(20)),
)
"""Two strokes, in pixels of the field."""

Can = QInputDevice.Capability


def stylus(can: QInputDevice.Capability) -> QPointingDevice:
    """A pen as its driver describes it."""
    return QPointingDevice(
        "Huion pad", 1, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen, can, 1, 1,
        "seat", QPointingDeviceUniqueId.fromNumericId(7),
    )  # fmt: skip


class PenHand:
    """Writes as a tablet's driver reports it, with its own clock."""

    def __init__(self, *, tilt: bool) -> None:
        extra = Can.XTilt | Can.YTilt if tilt else Can.Position
        self._pen = stylus(Can.Position | Can.Pressure | extra)
        self._clock = 5000

    def __call__(self, pad: SignPad) -> None:
        for stroke in STROKES:
            last = len(stroke) - 1
            for number, (x, y) in enumerate(stroke):
                kind = QEvent.Type.TabletMove
                if number in (0, last):
                    kind = QEvent.Type.TabletRelease if number else QEvent.Type.TabletPress
                self._event(pad, kind, x, y, 0.3 + number / 40)
            self._clock += 90

    def _event(self, pad: SignPad, kind: QEvent.Type, x: int, y: int, pressure: float) -> None:
        place, left = QPointF(x, y), Qt.MouseButton.LeftButton
        event = QTabletEvent(
            kind, self._pen, place, QPointF(pad.mapToGlobal(place)), pressure, 12.0, -7.5 + x / 10,
            0.0, 0.0, 0.0, Qt.KeyboardModifier.NoModifier, left, left,
        )  # fmt: skip
        event.setTimestamp(self._clock)
        self._clock += 5
        QApplication.sendEvent(pad, event)


def mouse_hand(pad: SignPad) -> None:
    left = Qt.MouseButton.LeftButton
    for stroke in STROKES:
        QTest.mousePress(pad, left, pos=QPoint(*stroke[0]))
        for place in stroke[1:-1]:
            QTest.mouseMove(pad, QPoint(*place))
        QTest.mouseRelease(pad, left, pos=QPoint(*stroke[-1]))


SCREEN: list[QPointingDevice] = []


def touch_hand(pad: SignPad) -> None:
    if not SCREEN:
        SCREEN.append(QTest.createTouchDevice())
    for stroke in STROKES:
        QTest.touchEvent(pad, SCREEN[0]).press(0, QPoint(*stroke[0])).commit()
        for place in stroke[1:-1]:
            QTest.touchEvent(pad, SCREEN[0]).move(0, QPoint(*place)).commit()
        QTest.touchEvent(pad, SCREEN[0]).release(0, QPoint(*stroke[-1])).commit()


@dataclass(frozen=True)
class Way:
    """A way of signing: how it is done on the field (None: without one), and what it can tell."""

    hand: Callable[[], Callable[[SignPad], None]] | None
    presses: bool
    tilts: bool = False


WAYS = {
    "pen with tilt": Way(lambda: PenHand(tilt=True), presses=True, tilts=True),
    "pen": Way(lambda: PenHand(tilt=False), presses=True),
    "finger": Way(lambda: touch_hand, presses=False),
    "mouse": Way(lambda: mouse_hand, presses=False),
    "training": Way(None, presses=True),
}


@pytest.fixture
def pad(qtbot: QtBot) -> SignPad:
    made = SignPad("申请人签名")
    qtbot.addWidget(made)
    made.resize(420, 150)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture(params=list(WAYS))
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


@pytest.fixture
def ink(way: Way, pad: SignPad) -> Ink:
    """What was written, as it is kept."""
    if way.hand is None:
        return synthetic_ink(7)
    way.hand()(pad)
    return written(pad.ink)


def test_every_stroke_is_kept_from_touching_to_leaving(way: Way, ink: Ink) -> None:
    if way.hand is None:
        assert len(ink.strokes) > 2
        return
    assert len(ink.strokes) == len(STROKES)
    for stroke, drawn in zip(ink.strokes, STROKES, strict=True):
        first, last = stroke.points[0], stroke.points[-1]
        for point, (x, y) in ((first, drawn[0]), (last, drawn[-1])):
            # a window without a frame may lie two pixels off for Qt's own touch events
            assert point.x / ink.width_mm == pytest.approx(x / 420, abs=2.5 / 420)
            assert point.y / ink.height_mm == pytest.approx(y / 150, abs=2.5 / 150)


def test_one_clock_runs_through_the_whole_signature(ink: Ink) -> None:
    times = [point.t for stroke in ink.strokes for point in stroke.points]
    assert times[0] == 0
    assert all(before <= after for before, after in pairwise(times))


def test_all_points_lie_on_the_pad(ink: Ink) -> None:
    left, top, right, bottom = ink.extent_mm
    assert left >= 0 and top >= 0
    assert right <= ink.width_mm and bottom <= ink.height_mm


def test_pressure_is_told_or_the_same_throughout(way: Way, ink: Ink) -> None:
    pressures = {point.pressure for stroke in ink.strokes for point in stroke.points}
    assert all(0 <= pressure <= 1 for pressure in pressures)
    assert len(pressures) > 5 if way.presses else pressures == {0.5}


def test_tilt_is_kept_where_the_pad_tells_it_and_never_invented(way: Way, ink: Ink) -> None:
    tilts = [point.tilt for stroke in ink.strokes for point in stroke.points]
    if way.tilts:
        assert tilts[0] == pytest.approx((12.0, -7.5 + STROKES[0][0][0] / 10))
        assert len(set(tilts)) > 5
    else:
        assert set(tilts) == {None}


def test_it_comes_back_from_its_record_and_is_drawn_the_same(ink: Ink) -> None:
    bound = bind(ink, hashlib.sha256(b"the form").digest())
    read = from_record(to_record(bound))
    assert [len(stroke.points) for stroke in read.ink.strokes] == [
        len(stroke.points) for stroke in ink.strokes
    ]
    for ours, kept in zip(ink.strokes, read.ink.strokes, strict=True):
        for point, other in zip(ours.points, kept.points, strict=True):
            assert (other.x, other.y) == pytest.approx((point.x, point.y), abs=0.01)
            assert other.t == point.t
            finest = 1 / 512  # of a degree
            kept_tilt = None if point.tilt is None else pytest.approx(point.tilt, abs=finest)
            assert other.tilt == kept_tilt
    assert to_record(read) == to_record(bound)
    assert operators(read.ink).count(b" m ") == operators(ink).count(b" m ")


def test_while_the_pen_is_down_no_other_hand_writes(pad: SignPad) -> None:
    PenHand(tilt=False)._event(pad, QEvent.Type.TabletPress, 100, 100, 0.5)
    for hand in (mouse_hand, touch_hand):  # the palm, and the mouse that a system makes of a pen
        hand(pad)
        assert pad.ink.strokes == ()


@pytest.mark.parametrize("hand", [way.hand for way in WAYS.values() if way.hand is not None])
def test_a_wiped_field_begins_anew(
    hand: Callable[[], Callable[[SignPad], None]], pad: SignPad
) -> None:
    hand()(pad)
    pad.clear()
    hand()(pad)
    assert len(pad.ink.strokes) == len(STROKES)
    assert pad.ink.strokes[0].points[0].t == 0
