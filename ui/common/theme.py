"""The look in force, and the one place that changes it.

No widget keeps a colour or a size: it asks ``theme()`` while it paints or is asked for its size,
so that a change of mode or type size reaches every open screen at once. What the values are is
said in ``tokens.py``.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from ui.common.style_sheet import style_sheet
from ui.common.tokens import Mode, Step, Theme, faded, paper_colour

__all__ = ["Look", "Mode", "Step", "Theme", "faded", "look", "paper_colour", "theme"]


class Look(QObject):
    """Holds the theme in force; screens that fold at large type listen to ``changed``.

    It outlives every screen: connect methods of QObjects to it, which Qt lets go with their
    object, and never a lambda.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = Theme()

    def put_on(self, app: QApplication, mode: Mode = Mode.LIGHT, step: Step = Step.NORMAL) -> None:
        """Makes this theme the one in force, in every open window."""
        self.theme = Theme(mode, step)
        app.setStyle("Fusion")
        app.setPalette(self.theme.palette())
        app.setFont(self.theme.font())
        app.setStyleSheet(style_sheet(self.theme))
        self.changed.emit()


@lru_cache(maxsize=1)
def look() -> Look:
    """The one look of this process."""
    return Look()


def theme() -> Theme:
    """The theme in force."""
    return look().theme
