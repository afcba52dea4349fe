"""A life in entries: a disc with the act's icon on a line, the act, who and when, facts.

The line turns to red dashes where trust ends. Which entries there are is the screen's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.common import icons
from ui.common.chips import Chip
from ui.common.layout import clear, column, row
from ui.common.painting import painter_for
from ui.common.text import Text
from ui.common.theme import theme
from ui.common.tones import Tone

_ICONS = {
    Tone.OK: "check",
    Tone.DANGER: "cross",
    Tone.NOW: "clock",
    Tone.LATER: "clock",
    Tone.WARN: "undo",
    Tone.TODO: "arrow",
    Tone.INFO: "message",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``lead`` stands bold before ``title``; ``state`` is a chip at the right with
    its own ``state_icon``; ``facts`` are captions, ``loud`` ones in full ink; with
    ``broken_below`` the line under it is dashed red."""

    title: str
    note: str = ""
    facts: tuple[str, ...] = ()
    tone: Tone = Tone.OK
    icon: str = ""
    lead: str = ""
    state: str = ""
    state_icon: str = ""
    loud: bool = False
    broken_below: bool = False


class TimelineDot(QWidget):
    """The mark of an entry and its piece of the line."""

    def __init__(
        self,
        tone: Tone,
        *,
        first: bool = False,
        last: bool = False,
        broken_below: bool = False,
        icon: str = "",
    ) -> None:
        super().__init__()
        self._tone, self._first, self._last, self._broken = tone, first, last, broken_below
        self._icon = icon or _ICONS.get(tone, tone.shape)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(theme().grown(40), theme().grown(40))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        centre, radius, side = t.grown(20), t.grown(16), t.grown(20)
        firm = QPen(t.colour("line_strong"), 2)
        if not self._first:
            painter.setPen(firm)
            painter.drawLine(QPointF(centre, 0), QPointF(centre, centre - radius))
        if not self._last:
            broken = QPen(t.colour("danger"), 2, Qt.PenStyle.DashLine)
            painter.setPen(broken if self._broken else firm)
            painter.drawLine(QPointF(centre, centre + radius + 2), QPointF(centre, self.height()))
        painter.setBrush(self._tone.soft)
        painter.setPen(QPen(self._tone.ink, 1.75))
        painter.drawEllipse(QPointF(centre, centre), radius, radius)
        corner = centre - side / 2
        icons.draw(painter, self._icon, corner, corner, side, self._tone.ink, 2.2)


class Timeline(QWidget):
    """Entries from top to bottom, in the order given."""

    def __init__(self) -> None:
        super().__init__()
        self._box: QVBoxLayout = column(gap=0)
        self.setLayout(self._box)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Shows these."""
        clear(self._box)
        for at, entry in enumerate(entries):
            self._box.addWidget(_entry(entry, at == 0, at == len(entries) - 1))
        self._box.addStretch(1)


def _entry(entry: Entry, first: bool, last: bool) -> QWidget:
    dot = TimelineDot(
        entry.tone, first=first, last=last, broken_below=entry.broken_below, icon=entry.icon
    )
    leads = [Text(entry.lead, bold=True)] if entry.lead else []
    title = Text(entry.title, bold=not entry.lead, elide=True)
    states = [Chip(entry.state, entry.tone, entry.state_icon, plain=True)] if entry.state else []
    words: QVBoxLayout = column(
        row(*leads, (title, 1), *states, gap=10), gap=1, margins=(0, 5, 0, 6)
    )
    if entry.note:
        words.addWidget(Text(entry.note, "caption", "text2", copy=True, elide=True))
    ink = "text" if entry.loud else "text2"
    for fact in entry.facts:
        words.addWidget(Text(fact, "caption", ink, wrap=True, copy=True))
    holder = QWidget()
    holder.setLayout(row(dot, (words, 1), gap=12))
    holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    parts = (entry.lead, entry.title, entry.state, entry.note, *entry.facts)
    holder.setAccessibleName(" ".join(part for part in parts if part))
    return holder
