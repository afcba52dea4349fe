"""The window for bugs: what was not expected, said plainly, with a report that can be sent on.

An error that explains itself is shown where it happened (``messages``). Anything else ends up
here through ``sys.excepthook``: the program goes on, nothing saved is touched, and the traceback
is written to a file instead of being shown.
"""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from signing.errors import ExplainedError
from station.clock import china_now
from ui.common.buttons import Button
from ui.common.dialogs import Sheet
from ui.common.layout import column, row
from ui.common.messages import explained
from ui.common.text import Icon, Text

translate = QCoreApplication.translate
_KEPT_REPORTS = 20


class Problems(QObject):
    """Catches what nobody expected, writes it down and shows it once at a time."""

    _caught = Signal(object)

    def __init__(self, folder: Path, version: str = "", parent: QObject | None = None) -> None:
        """``folder`` is where reports are written; it is made when the first one is."""
        super().__init__(parent)
        self._folder, self._version = folder, version
        self._window: CrashWindow | None = None
        # queued always: a bug may come from a worker thread, or out of the middle of a paint
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Takes over what nobody catches, in this thread and in all others."""
        sys.excepthook = self.catch
        threading.excepthook = lambda args: self.catch(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def catch(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Takes one error, from any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if not shiboken6.isValid(self):  # after the window has gone there is only the terminal
            sys.__excepthook__(kind, error, trace)
            return
        self._caught.emit((error, "".join(traceback.format_exception(kind, error, trace))))

    def report(self, trace: str, now: datetime) -> str:
        """The text that is written down: no personal data but what the traceback holds."""
        head = (
            f"{now:%Y-%m-%d %H:%M:%S}",
            f"yizhan {self._version}",
            f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        )
        return "\n".join((*head, "", trace))

    @Slot(object)
    def _show(self, caught: tuple[BaseException, str]) -> None:
        error, trace = caught
        try:
            self._tell(error, trace, china_now())
        except Exception as second:  # noqa: BLE001 - a bug in here must not call itself for ever
            sys.__excepthook__(type(second), second, second.__traceback__)

    def _tell(self, error: BaseException, trace: str, now: datetime) -> None:
        text = self.report(trace, now)
        path = self._written(text, now)
        if self._window is None:
            self._window = CrashWindow(QApplication.activeWindow())
            self._window.finished.connect(self._closed)
        self._window.add(error, text, path)
        self._window.show()
        self._window.raise_()

    def _closed(self) -> None:
        if self._window is not None:
            self._window.deleteLater()
            self._window = None

    def _written(self, text: str, now: datetime) -> Path | None:
        path = self._folder / f"problem-{now:%Y%m%d-%H%M%S-%f}.txt"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            for old in sorted(self._folder.glob("problem-*.txt"))[:-_KEPT_REPORTS]:
                old.unlink(missing_ok=True)
        except OSError:  # a full disk must not hide the problem itself
            return None
        return path


class CrashWindow(Sheet):
    """Says that something unexpected happened, what is kept, and offers the report."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, translate("CrashWindow", "出了没料到的错"), 640)
        self._count = 0
        self._what = Text("", "body", wrap=True, copy=True)
        self._where = Text("", "caption", "text2", wrap=True, copy=True)
        self._report = QPlainTextEdit()
        self._report.setReadOnly(True)
        self._report.setTabChangesFocus(True)
        self._report.setAccessibleName(self.tr("问题报告"))
        self._report.setMinimumHeight(200)
        self._report.hide()
        self._more = Button(self.tr("看报告"), "quiet")
        copy = Button(self.tr("复制报告"))
        on = Button(self.tr("接着用"), "primary", key="Enter")
        self._more.clicked.connect(self._unfold)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.text()))
        on.clicked.connect(self.accept)
        words = column(Text(self.windowTitle(), "title", bold=True), self._what, self._where, gap=8)
        self.fill(
            column(
                row((column(Icon("s_stop", 40, "danger"), None), 0), (words, 1), gap=16),
                self._report,
                row(self._more, None, copy, on, gap=8),
                gap=16,
            )
        )
        on.setFocus()

    def text(self) -> str:
        """The whole report."""
        return self._report.toPlainText()

    def add(self, error: BaseException, report: str, path: Path | None) -> None:
        """Shows another problem; those before it stay in the report."""
        self._count += 1
        what, cause, remedy = explained(error if isinstance(error, Exception) else Exception())
        parts = [what, cause, remedy]
        if not isinstance(error, ExplainedError):
            parts.append(f"{type(error).__name__}: {error}"[:200])
        if self._count > 1:
            parts.append(self.tr("一共 {count} 处。").format(count=self._count))
        self._what.setText("\n".join(part for part in parts if part))
        self._where.setText(
            self.tr("报告写在 {path}").format(path=path)
            if path is not None
            else self.tr("报告没能写到磁盘上，请先复制下来。")
        )
        self._report.appendPlainText(report)

    def _unfold(self) -> None:
        self._report.setVisible(self._report.isHidden())
        self.adjustSize()
