"""Draws every part of the desk in every mode to PNG: ``python -m tests.helpers.gallery OUT``.

Options: ``--mode light|dark|contrast|all``, ``--step normal|large|all``, ``--size 1366x900`` and
names of sheets. For people who build screens: look at the parts here before making a new one.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("LC_ALL", "C.UTF-8")

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.helpers import gallery_sheets
from ui.common.focus import FocusRing
from ui.common.theme import Mode, Step, look


def pictures(
    sheets: dict[str, Callable[[], QWidget]],
    names: list[str],
    modes: list[Mode],
    steps: list[Step],
    size: tuple[int, int],
    out: Path,
) -> Iterator[Path]:
    """Draws the sheets and yields the path of each picture."""
    app = QApplication.instance() or QApplication(["gallery"])
    assert isinstance(app, QApplication)
    for mode in modes:
        for step in steps:
            look().put_on(app, mode, step)
            for name in names or list(sheets):
                path = out / f"{name}-{mode}-{step}.png"
                _draw(app, sheets[name](), size, path)
                yield path


def _draw(app: QApplication, sheet: QWidget, size: tuple[int, int], path: Path) -> None:
    sheet.resize(*size)
    ring = FocusRing(sheet)
    sheet.show()
    sheet.activateWindow()
    app.processEvents()
    views = sheet.property("views") or []
    while not all(view.settled for view in views):
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    held = sheet.property("held")
    if isinstance(held, QWidget):
        held.setFocus(Qt.FocusReason.TabFocusReason)
        app.processEvents()
        ring.follow(held)
    app.processEvents()
    hint = sheet.minimumSizeHint()
    if hint.width() > size[0] or hint.height() > size[1]:
        sys.stderr.write(f"{path.stem} needs {hint.width()}x{hint.height()}\n")
    sheet.grab().save(str(path))
    sheet.close()
    sheet.deleteLater()
    app.processEvents()


def main() -> int:
    """Reads the words of the command line and draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--mode", default="all", choices=[*Mode, "all"])
    parser.add_argument("--step", default="normal", choices=[*Step, "all"])
    parser.add_argument("--size", default="1366x900")
    words = parser.parse_args()
    words.out.mkdir(parents=True, exist_ok=True)
    width, height = words.size.split("x")
    modes = list(Mode) if words.mode == "all" else [Mode(words.mode)]
    steps = [Step.NORMAL, Step.LARGE] if words.step == "all" else [Step(words.step)]
    size = (int(width), int(height))
    for path in pictures(gallery_sheets.SHEETS, words.names, modes, steps, size, words.out):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
