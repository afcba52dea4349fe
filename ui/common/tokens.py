"""Design tokens: what a colour, a size, a radius is in a mode at a type size.

All of them come from ``resources/styles/tokens.json``; nothing else in the program contains a
hex colour or a pixel size of type. Which theme is in force is said in ``theme.py``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from PySide6.QtGui import QColor, QFont, QPalette

from ui.common.resources import resource


class Mode(StrEnum):
    """Which colours are in force."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Step(StrEnum):
    """How large the type is; ``VILLAGER`` is for a second screen read from one metre."""

    NORMAL = "normal"
    LARGE = "large"
    VILLAGER = "villager"


@lru_cache(maxsize=1)
def tokens() -> dict[str, Any]:
    """The content of ``tokens.json``."""
    text = resource("styles", "tokens.json").read_text(encoding="utf-8")
    return cast(dict[str, Any], json.loads(text))


@lru_cache(maxsize=256)
def _shared_colour(value: str) -> QColor:
    return QColor(value)


@dataclass(frozen=True)
class Theme:
    """One mode at one type size. Lengths are in logical pixels."""

    mode: Mode = Mode.LIGHT
    step: Step = Step.NORMAL

    @property
    def large(self) -> bool:
        """Whether screens should fold their side columns."""
        return self.step is Step.LARGE

    @property
    def scale(self) -> float:
        """How much larger than normal the type is."""
        return float(tokens()["type_scale"][self.step])

    @property
    def edge(self) -> int:
        """The width of a control's edge."""
        return 2 if self.mode is Mode.CONTRAST else 1

    def hex(self, name: str) -> str:
        """The colour as ``#RRGGBB``, for style sheets."""
        return str(tokens()["modes"][self.mode][name])

    def colour(self, name: str) -> QColor:
        """A colour of this mode, such as ``accent`` or ``warn_soft``."""
        return QColor(_shared_colour(self.hex(name)))

    def px(self, role: str) -> int:
        """The pixel size of a type role: caption, body, title or figure."""
        return round(float(tokens()["type_pt"][role]) * 96 / 72 * self.scale)

    def height(self, name: str) -> int:
        """The height of a kind of control; grows with the type, on the 4 px half grid."""
        return round(int(tokens()["height_px"][name]) * (1 + (self.scale - 1) * 0.8) / 4) * 4

    def grown(self, px: float, share: float = 1.0) -> int:
        """A length that follows the type size by ``share`` (1 = as much as the type)."""
        return round(px * (1 + (self.scale - 1) * share))

    def radius(self, name: str) -> int:
        """The radius of the corners of a control, card, pill or tag."""
        return int(tokens()["radius_px"][name])

    def font(self, role: str = "body", bold: bool = False) -> QFont:
        """The font of a type role."""
        return QFont(_shared_font(str(tokens()["family"]), self.px(role), bold))

    def palette(self) -> QPalette:
        """The palette for what Qt paints itself."""
        role = QPalette.ColorRole
        palette = QPalette()
        for part, name in (
            (role.Window, "canvas"),
            (role.Base, "surface"),
            (role.AlternateBase, "canvas"),
            (role.Button, "surface"),
            (role.WindowText, "text"),
            (role.Text, "text"),
            (role.ButtonText, "text"),
            (role.PlaceholderText, "text2"),
            (role.Highlight, "accent"),
            (role.HighlightedText, "on_accent"),
            (role.Link, "accent"),
            (role.ToolTipBase, "text"),
            (role.ToolTipText, "surface"),
        ):
            palette.setColor(part, self.colour(name))
        return palette


@lru_cache(maxsize=64)
def _shared_font(family: str, px: int, bold: bool) -> QFont:
    font = QFont(family)
    font.setPixelSize(px)
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def paper_colour(name: str, alpha: str = "") -> QColor:
    """A colour of paper or of a mark on it: the same in every mode. ``alpha`` names a veil."""
    colour = QColor(str(tokens()["paper"][name]))
    if alpha:
        colour.setAlpha(tokens()["alpha"][alpha])
    return colour


def faded(colour: QColor, alpha: str) -> QColor:
    """The colour at one of the named opacities."""
    softer = QColor(colour)
    softer.setAlpha(tokens()["alpha"][alpha])
    return softer


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of ``#RRGGBB``, 0 to 1."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)
