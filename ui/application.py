"""Starts the desktop: look, language, crash window, then the door. Nothing heavy is imported
here: pictures, signatures and documents come in when a page that needs them is opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from ui.common.language import Language, speak
from ui.common.page import Desk
from ui.common.preferences import PreferenceFile
from ui.common.problems import Problems
from ui.common.resources import resource
from ui.common.sign_in import Door, KeyHolder
from ui.common.tasks import Tasks
from ui.common.theme import look
from ui.common.tokens import tokens
from ui.main_window import MainWindow


def application(arguments: Sequence[str] = ("station",)) -> QApplication:
    """The one QApplication, with its name and its fonts."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    # a signature is evidence: every point of the pen is wanted, not every other one
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    app = QApplication(list(arguments))
    app.setApplicationName("yizhan")
    app.setDesktopFileName("yizhan")
    family = str(tokens()["family"])
    if family not in QFontDatabase.families():
        for path in sorted(resource("fonts").glob("*.[ot]t[cf]")):
            QFontDatabase.addApplicationFont(str(path))
    # the plain fallback picks Japanese shapes for many characters
    QFont.insertSubstitutions(family, ["Source Han Sans SC", "WenQuanYi Micro Hei"])
    return app


def config_folder() -> Path:
    """Where this person's preferences and problem reports lie."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation))


class ClosedDoor:
    """The door of a PC on which nothing has been set up: nobody can sign in yet, and the first
    screen says what to do."""

    place = ""
    is_new = False

    def holders(self) -> Sequence[KeyHolder]:
        """Nobody."""
        return ()

    def sign_in(self, holder: KeyHolder, pin: str) -> Callable[[], Desk]:
        """Never called: there is nobody to choose."""
        raise LookupError(holder.id)


def main(open_door: Callable[[], Door] = ClosedDoor) -> int:
    """Opens the desktop and returns its exit status once it is closed."""
    app = application(sys.argv[:1])
    folder = config_folder()
    preferences = PreferenceFile(folder / "desk.json")
    wished = os.environ.get("YIZHAN_LANGUAGE")
    speak(app, _language(wished) or preferences.now.language)
    look().put_on(app, preferences.now.mode, preferences.now.step)
    problems = Problems(folder / "problems", app.applicationVersion())
    problems.install()
    tasks = Tasks()
    window = MainWindow(open_door(), tasks, preferences)
    window.resize(1366, 728)
    window.showMaximized()
    status = app.exec()
    window.sign_out()
    tasks.close()
    return status


def _language(wished: str | None) -> Language | None:
    if wished is None:
        return None
    return "en" if wished.startswith("en") else "zh"
