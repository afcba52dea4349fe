"""When something has to be said: a tinted block with what happened, why, and what to do now.

Never a code alone, never a traceback. Errors explain themselves; here they are only shown, in
the language in force. Dialogs live in ``dialogs``, the window for bugs in ``problems``.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from signing.errors import ExplainedError
from ui.common import language
from ui.common.buttons import Button, Kind
from ui.common.layout import Plate, clear, column, holder, row
from ui.common.text import Icon, Text
from ui.common.tones import Tone

translate = QCoreApplication.translate


def explained(error: Exception) -> tuple[str, str, str]:
    """What, cause and remedy of an error in the language in force; a bug is told as one."""
    if isinstance(error, ExplainedError):
        return error.parts(language.current())
    return (
        translate("messages", "程序出了没料到的错，这一步没有做成。"),
        "",
        translate("messages", "已经保存的都还在。请再试一次；还不行就把问题报告发给维护的人。"),
    )


class Message(Plate):
    """A tinted block: what happened in bold, the rest below, buttons for what to do now.

    ``tone`` is danger, warn, ok or info. It is hidden until something is shown and may stay in
    its place in the layout.
    """

    closed = Signal()

    def __init__(self, *, compact: bool = False) -> None:
        super().__init__(name="warn")
        self._icon = Icon("s_warn", 20 if compact else 24, "warn")
        self._what = Text("", "body", bold=not compact, wrap=True, copy=True)
        self._why = Text("", "body", wrap=True, copy=True)
        self._how = Text("", "caption" if compact else "body", wrap=True, copy=True)
        self._acts: QHBoxLayout = row(gap=8)
        self._act_row = holder(self._acts)
        words: QVBoxLayout = column(self._what, self._why, self._how, self._act_row, gap=4)
        self.setLayout(
            row(
                (column(2, self._icon, None, gap=0), 0),
                (words, 1),
                gap=10,
                margins=(16, 12, 16, 12),
            )
        )
        self.setAccessibleName("")
        self.hide()

    def tell(
        self,
        what: str,
        why: str = "",
        how: str = "",
        tone: Tone = Tone.WARN,
        acts: list[tuple[str, Callable[[], None]]] | None = None,
    ) -> None:
        """Shows a message; ``acts`` are buttons with what they do, the first one first."""
        self.set_plate(tone.value)
        self._icon.set_tone(tone)
        for label, text in ((self._what, what), (self._why, why), (self._how, how)):
            label.setText(text)
            label.setVisible(bool(text))
        clear(self._acts)
        kind: Kind = "secondary"
        for text, act in acts or []:
            button = Button(text, kind)
            button.clicked.connect(act)
            self._acts.addWidget(button)
            kind = "quiet"
        self._acts.addStretch(1)
        self._act_row.setVisible(bool(acts))
        self.setAccessibleName(" ".join(part for part in (what, why, how) if part))
        self.show()

    def tell_error(
        self, error: Exception, acts: list[tuple[str, Callable[[], None]]] | None = None
    ) -> None:
        """Shows an error: what, cause, remedy."""
        what, cause, remedy = explained(error)
        self.tell(what, cause, remedy, Tone.DANGER, acts)

    def clear_away(self) -> None:
        """Takes the message away once it no longer holds."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    @property
    def words(self) -> str:
        """All that is said, for a test or a screen reader."""
        return self.accessibleName() if not self.isHidden() else ""


class Notice(QWidget):
    """What the program noticed: shape, one line, why; at most one thing to do."""

    pressed = Signal()

    def __init__(self, text: str, note: str, tone: Tone, act: str = "", key: str = "") -> None:
        super().__init__()
        words = column(
            Text(text, "body", elide=True), Text(note, "caption", "text2", wrap=True), gap=0
        )
        parts = row((column(2, Icon.of(tone), None, gap=0), 0), (words, 1), gap=10)
        if act:
            button = Button(act, key=key)
            button.clicked.connect(self.pressed)
            parts.addLayout(column(button, None, gap=0))
        self.setLayout(parts)


class EmptyState(QWidget):
    """Nothing here: a line icon, one bold line, one caption, one button."""

    pressed = Signal()

    def __init__(self, icon: str, text: str, note: str = "", act: str = "") -> None:
        super().__init__()
        centre = Qt.AlignmentFlag.AlignCenter
        parts: list[QWidget] = [Icon(icon, 40), Text(text, bold=True)]
        if note:
            parts.append(Text(note, "caption", "text2"))
        if act:
            button = Button(act)
            button.clicked.connect(self.pressed)
            parts.append(button)
        box = column(None, gap=10)
        for part in parts:
            box.addWidget(part, 0, centre)
        box.addStretch(1)
        self.setLayout(box)


class VerdictBanner(Plate):
    """One sentence in title size on a tinted plate with a 40 px shape, the reason below."""

    def __init__(self) -> None:
        super().__init__(name="verdict_ok")
        self._icon = Icon("s_ok", 40, "ok")
        self._head = Text("", "title", bold=True, wrap=True, copy=True)
        self._reason = Text("", "body", wrap=True, copy=True)
        self.setLayout(
            row(
                (column(self._icon, None, gap=0), 0),
                (column(self._head, self._reason, gap=4), 1),
                gap=16,
                margins=(16, 14, 16, 14),
            )
        )

    def show_verdict(self, head: str, reason: str, tone: Tone) -> None:
        """``tone`` is ok, warn or danger."""
        self.set_plate(f"verdict_{tone}")
        self._icon.set_tone(tone)
        self._head.setText(head)
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        self.setAccessibleName(f"{head} {reason}")
