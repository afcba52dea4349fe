"""The start: quick, nothing heavy, a Qt that does not crash, a PC where nothing is set up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ui import application
from ui.common.theme import theme
from ui.main_window import MainWindow

_ROOT = Path(application.__file__).resolve().parents[1]
HEAVY = [
    *("cv2", "numpy", "PIL", "onnxruntime", "rapidocr", "pypdfium2", "pikepdf", "reportlab"),
    *("pyhanko", "cryptography", "fastapi", "sqlalchemy", "httpx", "openpyxl", "pypinyin"),
]


def run(code: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, from the project's root."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_start_of_the_desktop_imports_nothing_heavy() -> None:
    code = f"import sys, ui.application; print([m for m in {HEAVY} if m in sys.modules])"
    done = run(code)
    assert done.stdout.strip() == "[]", done.stderr


def test_this_qt_survives_twenty_thousand_calls() -> None:
    """PySide6 6.12 drops a reference to None at every void call and kills Python 3.11 after some
    five thousand; 6.9.3 does not. Here also for whoever raises the pinned version."""
    code = (
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([])\n"
        "label = QLabel()\n"
        "for i in range(20_000): label.setText('x')\n"
        "print('alive')\n"
    )
    done = run(code)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr


def test_the_family_of_the_tokens_is_there_and_has_the_rare_characters_of_names(
    qapp: QApplication,
) -> None:
    assert "Noto Sans CJK SC" in QFontDatabase.families()
    metrics = QFontMetrics(theme().font())
    for character in ("㐂", "𠮷", "赵"):
        assert metrics.inFontUcs4(ord(character)), character


def test_a_pc_on_which_nothing_is_set_up_opens_and_says_what_to_do(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "config_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    seen: list[str] = []

    def look_and_leave() -> None:
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        words = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        if window.tasks.busy or "没有找到能登录的证书" not in words:
            QTimer.singleShot(5, look_and_leave)
            return
        seen.extend(words)
        window.close()

    QTimer.singleShot(0, look_and_leave)
    status = application.main()

    assert status == 0
    assert "插上您的 UKey，再点“再找一次”。" in seen
