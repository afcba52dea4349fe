"""What every test of the desktop may ask for: a look, slow work that ends, a window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("LC_ALL", "C.UTF-8")

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.desk import DeskDriver, VillageDoor
from tests.helpers.waiting_cases import WaitingCases
from ui.application import application
from ui.common.language import speak
from ui.common.preferences import PreferenceFile
from ui.common.tasks import Tasks
from ui.common.theme import look
from ui.main_window import MainWindow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says so for every window; it is no fault of the window."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application as the program makes it, before pytest-qt makes one of its own."""
    application(["station-tests"])
    return QApplication


@pytest.fixture(autouse=True)
def plain_look(qapp: QApplication) -> Iterator[None]:
    """Every test begins in Chinese, in the light mode, at normal type."""
    speak(qapp, "zh")
    look().put_on(qapp)
    yield
    speak(qapp, "zh")


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    """Slow work; whatever still runs at the end is stopped."""
    tasks = Tasks()
    yield tasks
    assert tasks.close(), "some work would not stop"


@pytest.fixture
def door() -> VillageDoor:
    """The door of an invented village station."""
    return VillageDoor()


@pytest.fixture
def desk(qtbot: QtBot, tasks: Tasks, door: VillageDoor, tmp_path: Path) -> DeskDriver:
    """The main window on a screen of 1366 x 768, with somebody before the door."""
    window = MainWindow(door, tasks, PreferenceFile(tmp_path / "desk.json"))
    qtbot.addWidget(window)
    window.resize(1366, 728)
    window.show()
    driver = DeskDriver(window, qtbot)
    driver.wait_for_work()
    return driver


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WaitingCases]:
    """The training county with its hub, once for all screens of the offices."""
    cases = WaitingCases(tmp_path_factory.mktemp("county"))
    yield cases
    cases.close()
