"""Invented pictures of paper, drawn on the spot. All people and numbers are made up."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

INK, PEN, SEAL = QColor(38, 36, 31), QColor(31, 47, 102), QColor(190, 47, 36)
SHEET, MAT = QColor(252, 251, 247), QColor(58, 66, 62)
ROWS = (
    ("姓 名", "李秀英"),
    ("身份证号", "130430********122X"),
    ("户籍地址", "后段寨村四组 17 号"),
    ("联系电话", "139****6021"),
    ("开户银行", "县农村信用联社"),
    ("银行账号", "6217 0021 **** 3386 017"),
    ("补贴标准", "80 元 / 月"),
)


def field_box(row: int) -> QRectF:
    """Where the value of a row of ``invented_form`` stands, in its pixels."""
    return QRectF(330, 260 + row * 90, 800, 90)


@lru_cache(maxsize=4)
def invented_form() -> QImage:
    """An A4 form at 150 dpi: 1240 x 1754 pixels."""
    image, painter = _sheet(1240, 1754)
    _say(painter, QRectF(0, 90, 1240, 80), "残疾人困难生活补贴申请审批表", 46, bold=True)
    painter.setPen(QPen(INK, 2))
    for row, (label, value) in enumerate(ROWS):
        box = field_box(row)
        painter.setPen(QPen(INK, 2))
        painter.drawRect(box)
        painter.drawRect(QRectF(110, box.y(), 220, box.height()))
        _say(painter, QRectF(110, box.y(), 220, box.height()), label, 30)
        _say(painter, box, value, 34, PEN)
    seal(painter, QPointF(900, 1300), 110)
    painter.end()
    return image


@lru_cache(maxsize=4)
def invented_card() -> QImage:
    """An identity card: 856 x 540 pixels."""
    image, painter = _sheet(856, 540, QColor(214, 230, 232))
    _say(painter, QRectF(60, 60, 420, 60), "姓名  李秀英", 36, align=Qt.AlignmentFlag.AlignLeft)
    _say(painter, QRectF(60, 430, 740, 60), "公民身份号码  130430********122X", 34)
    painter.fillRect(QRectF(580, 80, 200, 260), QColor(186, 206, 222))
    painter.setBrush(QColor(226, 190, 160))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(680, 190), 60, 75)
    painter.end()
    return image


@lru_cache(maxsize=4)
def invented_frame() -> tuple[QImage, tuple[tuple[float, float], ...]]:
    """A camera picture of 1280 x 720 with a sheet on the mat, and the sheet's corners."""
    image, painter = _sheet(1280, 720, MAT)
    corners = ((330.0, 60.0), (960.0, 40.0), (985.0, 660.0), (305.0, 680.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(SHEET)
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    for row, (label, value) in enumerate(ROWS):
        _say(painter, QRectF(380, 150 + row * 60, 180, 50), label, 24)
        _say(painter, QRectF(580, 150 + row * 60, 340, 50), value, 26, PEN)
    painter.end()
    return image, corners


def cut_out(row: int) -> QImage:
    """The picture of one field of ``invented_form``."""
    return invented_form().copy(field_box(row).toRect())


def seal(painter: QPainter, centre: QPointF, radius: float) -> None:
    """A round seal with a star."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(SEAL, 6))
    painter.drawEllipse(centre, radius, radius)
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    _say(painter, box, "★", round(radius * 0.8), SEAL)


def _sheet(width: int, height: int, ground: QColor = SHEET) -> tuple[QImage, QPainter]:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    return image, painter


def _say(
    painter: QPainter,
    box: QRectF,
    words: str,
    px: int,
    ink: QColor = INK,
    *,
    bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
) -> None:
    font = QFont("Noto Serif CJK SC")
    font.setPixelSize(px)
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, words)
