"""The signing field keeps the course of the pen as it came."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QImage,
    QInputDevice,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.common.sign_pad import Ink, SignPad

PEN = QPointingDevice(
    "Huion pad",
    1,
    QInputDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Pen,
    QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
    1,
    1,
    "seat",
    QPointingDeviceUniqueId.fromNumericId(7),
)


@pytest.fixture
def pad(qtbot: QtBot) -> SignPad:
    pad = SignPad("申请人签名")
    qtbot.addWidget(pad)
    pad.resize(420, 150)
    with qtbot.waitExposed(pad):
        pad.show()
    return pad


def pen(pad: SignPad, kind: QEvent.Type, x: float, y: float, pressure: float, t: int) -> None:
    place = QPointF(x, y)
    event = QTabletEvent(
        kind,
        PEN,
        place,
        QPointF(pad.mapToGlobal(place)),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
    )
    event.setTimestamp(t)
    QApplication.sendEvent(pad, event)


def write_with_pen(pad: SignPad, start: float = 20, at: int = 5000) -> None:
    pen(pad, QEvent.Type.TabletPress, start, 40, 0.2, at)
    for i in range(1, 40):
        pen(pad, QEvent.Type.TabletMove, start + i, 40 + i / 2, 0.2 + i / 60, at + 5 * i)
    pen(pad, QEvent.Type.TabletRelease, start + 40, 60, 0.0, at + 200)


def dark_pixels(image: QImage) -> int:
    return sum(
        image.pixelColor(x, y).lightness() < 80
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )


def test_every_point_of_the_pen_is_kept_with_time_and_pressure(pad: SignPad) -> None:
    inks: list[Ink] = []
    pad.changed.connect(inks.append)

    write_with_pen(pad)
    write_with_pen(pad, start=120, at=5600)

    first, second = pad.ink.strokes
    assert len(first.points) == 41
    assert first.hand == "pen"
    assert (first.points[0].x, first.points[0].y, first.points[0].t) == (20, 40, 0)
    assert first.points[10].t == 50
    assert first.points[10].pressure == pytest.approx(0.2 + 10 / 60)
    assert second.points[0].t == 600, "one clock runs through the whole signature"
    assert pad.ink.device == "Huion pad"
    assert len(inks) == 2, "told after each stroke"


def test_a_pen_that_only_hovers_writes_nothing(pad: SignPad) -> None:
    pen(pad, QEvent.Type.TabletMove, 50, 50, 0.0, 10)
    assert pad.empty


def test_the_mouse_signs_too_and_its_points_are_not_doubled(pad: SignPad, qtbot: QtBot) -> None:
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=pad.rect().topLeft())
    for x in range(10, 60, 10):
        qtbot.mouseMove(pad, pad.rect().topLeft() + pad.rect().topLeft().__class__(x, 30))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=pad.rect().center())

    (stroke,) = pad.ink.strokes
    assert stroke.hand == "mouse"
    assert {point.pressure for point in stroke.points} == {0.5}
    times = [point.t for point in stroke.points]
    assert times == sorted(times)


def test_a_finger_signs_and_a_palm_beside_it_does_not(pad: SignPad) -> None:
    screen = QTest.createTouchDevice()
    place = pad.rect().center()
    palm = pad.rect().bottomRight()
    QTest.touchEvent(pad, screen).press(0, place).commit()
    QTest.touchEvent(pad, screen).move(0, place * 1.1).press(1, palm).commit()
    QTest.touchEvent(pad, screen).move(0, place * 1.2).move(1, palm * 0.9).commit()
    QTest.touchEvent(pad, screen).release(0, place * 1.2).release(1, palm * 0.9).commit()

    (stroke,) = pad.ink.strokes
    assert stroke.hand == "touch"
    assert all(point.x < palm.x() * 0.8 for point in stroke.points)


def test_what_is_written_is_seen_and_wiped_again(pad: SignPad) -> None:
    blank = dark_pixels(pad.grab().toImage())
    write_with_pen(pad)
    assert dark_pixels(pad.grab().toImage()) > blank + 10

    pad.clear()
    assert pad.empty
    assert dark_pixels(pad.grab().toImage()) == blank


def test_a_signature_shown_again_is_the_same_and_takes_no_stroke_until_wiped(
    pad: SignPad,
) -> None:
    write_with_pen(pad)
    ink = pad.ink
    other = SignPad("申请人签名")
    other.resize(840, 300)
    other.show_ink(ink)

    write_with_pen(other)
    assert other.ink.strokes == ink.strokes
    assert other.ink.size == (420, 150), "the points belong to the field they were written in"

    other.clear()
    write_with_pen(other)
    assert len(other.ink.strokes) == 1
    other.deleteLater()


def test_a_change_of_size_in_the_middle_does_not_bend_the_signature(pad: SignPad) -> None:
    write_with_pen(pad, start=20)
    pad.resize(840, 300)
    write_with_pen(pad, start=40, at=6000)

    assert pad.ink.size == (420, 150)
    assert pad.ink.strokes[1].points[0].x == pytest.approx(20), "twice as large, half the units"


def test_a_signature_kept_in_millimetres_is_written_as_thick_as_it_was(pad: SignPad) -> None:
    write_with_pen(pad)
    as_written, ink = dark_pixels(pad.grab().toImage()), pad.ink
    in_mm = Ink(
        tuple(
            replace(
                stroke,
                points=tuple(replace(one, x=one.x / 4, y=one.y / 4) for one in stroke.points),
            )
            for stroke in ink.strokes
        ),
        (105, 37.5),
        (105, 37.5),
        ink.device,
    )
    pad.clear()
    pad.show_ink(in_mm)
    assert dark_pixels(pad.grab().toImage()) == pytest.approx(as_written, rel=0.2)


def test_the_frame_on_the_screen_follows_when_the_field_becomes_higher_or_lower(
    qtbot: QtBot,
) -> None:
    window, pad = QWidget(), SignPad("申请人签名")
    qtbot.addWidget(window)
    window.resize(440, 260)
    pad.setParent(window)
    pad.setGeometry(10, 10, 420, 150)
    pad.show()
    with qtbot.waitExposed(window):
        window.show()
    for height in (200, 130):
        QTest.qWait(50)
        pad.resize(420, height)
        QTest.qWait(50)
        on_screen = window.screen().grabWindow(window.winId()).toImage()
        whole = window.grab().toImage()
        for y in range(10, 220):
            assert on_screen.pixelColor(200, y) == whole.pixelColor(200, y), (height, y)


def test_a_screen_reader_hears_whether_anything_is_written(pad: SignPad) -> None:
    assert pad.accessibleName() == "申请人签名，还没写"
    write_with_pen(pad)
    assert pad.accessibleName() == "申请人签名，已写 1 笔"
