"""Line icons: one SVG file each in ``resources/icons``, on a 24 grid, coloured when painted."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.common.resources import resource

_STROKE = 'stroke-width="1.75"'


@lru_cache(maxsize=128)
def _shape(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def pixmap(name: str, size: int, colour: str, width: float = 1.75, ratio: float = 2.0) -> QPixmap:
    """An icon as a picture of ``size`` logical pixels at a device ``ratio``.

    ``colour`` is ``#RRGGBB``, ``width`` the stroke on the 24 grid. An unknown name raises
    ``FileNotFoundError``: that is a slip of the programmer, not of the person.
    """
    svg = _shape(name).replace("currentColor", colour).replace(_STROKE, f'stroke-width="{width}"')
    side = round(size * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def draw(
    painter: QPainter,
    name: str,
    x: float,
    y: float,
    size: int,
    colour: QColor,
    width: float = 1.75,
) -> None:
    """Draws an icon of ``size`` logical pixels with its top left corner at ``x``, ``y``."""
    ratio = max(2.0, painter.device().devicePixelRatioF())
    painter.drawPixmap(int(x), int(y), pixmap(name, size, colour.name(), width, ratio))


def window_icon(colour: str) -> QIcon:
    """The program's mark for the window manager."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64):
        icon.addPixmap(pixmap("mark", size, colour, 1.75, 1.0))
    return icon
