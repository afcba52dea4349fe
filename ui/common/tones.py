"""States as a person sees them: each tone has a colour, a soft ground and a shape of its own.

Colour never speaks alone: the shape says the state too, and a word always stands beside it.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import QColor

from ui.common.theme import theme


class Tone(StrEnum):
    """The states that a chip, a line or a mark can show."""

    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    TODO = "todo"
    OFF = "off"
    EXEMPT = "exempt"
    LATER = "later"
    NOW = "now"
    INFO = "info"

    @property
    def ink_name(self) -> str:
        """The token of its ink."""
        return _LOOKS[self][0]

    @property
    def ink(self) -> QColor:
        """Its ink in the theme in force."""
        return theme().colour(_LOOKS[self][0])

    @property
    def soft(self) -> QColor:
        """Its pale ground in the theme in force."""
        return theme().colour(_LOOKS[self][1])

    @property
    def shape(self) -> str:
        """The icon that says it without colour."""
        return _LOOKS[self][2]

    @property
    def loud(self) -> bool:
        """Whether words in it carry the colour too, not the shape alone."""
        return self in (Tone.OK, Tone.WARN, Tone.DANGER)


_LOOKS = {
    Tone.OK: ("ok", "ok_soft", "s_ok"),
    Tone.WARN: ("warn", "warn_soft", "s_warn"),
    Tone.DANGER: ("danger", "danger_soft", "s_stop"),
    Tone.TODO: ("text2", "sunken", "s_todo"),
    Tone.OFF: ("text2", "sunken", "s_off"),
    Tone.EXEMPT: ("text2", "sunken", "s_exempt"),
    Tone.LATER: ("text2", "sunken", "s_later"),
    Tone.NOW: ("accent", "accent_soft", "s_now"),
    Tone.INFO: ("accent", "accent_soft", "s_now"),
}
