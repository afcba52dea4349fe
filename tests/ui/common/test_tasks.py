"""Slow work: delivered in the window's thread, in its lane's order, never to a closed page."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from types import TracebackType

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from station.errors import FileUnreadable
from ui.common.tasks import Running, Task, Tasks


@pytest.fixture
def bugs(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What reaches the crash window."""
    caught: list[BaseException] = []

    def catch(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        caught.append(error)

    monkeypatch.setattr(sys, "excepthook", catch)
    return caught


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Holds work back until the test lets it go; opened at the end in any case."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_work_runs_beside_the_window_and_the_answer_comes_back_to_it(
    tasks: Tasks, qtbot: QtBot
) -> None:
    here = threading.get_ident()
    worked: list[int] = []
    answered: list[tuple[int, int]] = []

    def work() -> int:
        worked.append(threading.get_ident())
        return 42

    tasks.start(work, done=lambda answer: answered.append((answer, threading.get_ident())))
    qtbot.waitUntil(lambda: not tasks.busy)

    assert worked[0] != here
    assert answered == [(42, here)]


def test_work_of_one_lane_keeps_its_order_and_its_thread(tasks: Tasks, qtbot: QtBot) -> None:
    threads: set[int] = set()
    answers: list[int] = []

    def piece(number: int) -> Callable[[], int]:
        def work() -> int:
            threads.add(threading.get_ident())
            return number

        return work

    for number in range(20):
        tasks.start(piece(number), done=answers.append, lane="camera")
    qtbot.waitUntil(lambda: not tasks.busy)

    assert answers == list(range(20))
    assert len(threads) == 1


def test_a_lane_that_waits_holds_up_no_other(
    tasks: Tasks, qtbot: QtBot, gate: threading.Event
) -> None:
    answers: list[str] = []
    tasks.start(lambda: gate.wait(30), lane="scanner")

    tasks.start(lambda: "read", done=answers.append, lane="card")
    qtbot.waitUntil(lambda: answers == ["read"])

    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy)


def test_an_error_that_explains_itself_goes_to_the_page_and_nowhere_else(
    tasks: Tasks, qtbot: QtBot, bugs: list[BaseException]
) -> None:
    failed: list[Exception] = []

    def work() -> None:
        raise FileUnreadable(file="a.pdf", reason="gone")

    tasks.start(work, failed=failed.append)
    qtbot.waitUntil(lambda: not tasks.busy)

    assert isinstance(failed[0], FileUnreadable)
    assert bugs == []


def test_a_bug_puts_the_page_right_and_reaches_the_crash_window_with_its_trace(
    tasks: Tasks, qtbot: QtBot, bugs: list[BaseException]
) -> None:
    failed: list[Exception] = []

    def work() -> None:
        raise KeyError("slip")

    tasks.start(work, failed=failed.append)
    qtbot.waitUntil(lambda: not tasks.busy)

    assert isinstance(failed[0], KeyError)
    assert bugs == failed
    assert bugs[0].__traceback__ is not None


def test_an_error_that_nobody_waits_for_is_not_lost(
    tasks: Tasks, qtbot: QtBot, bugs: list[BaseException]
) -> None:
    def work() -> None:
        raise FileUnreadable(file="a.pdf", reason="gone")

    tasks.start(work)
    qtbot.waitUntil(lambda: not tasks.busy)

    assert isinstance(bugs[0], FileUnreadable)


def test_an_answer_for_a_closed_page_is_dropped(
    tasks: Tasks, qtbot: QtBot, gate: threading.Event
) -> None:
    page, answers = QObject(), []
    tasks.start(lambda: gate.wait(30), done=answers.append, owner=page)

    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy)

    assert answers == []


def test_a_page_that_listens_with_its_own_method_is_the_owner_without_saying_so(
    tasks: Tasks, qtbot: QtBot, gate: threading.Event
) -> None:
    heard: list[str] = []

    class Page(QObject):
        def show(self, answer: str) -> None:
            heard.append(answer)

    page = Page()

    def work() -> str:
        gate.wait(30)
        return "late"

    tasks.start(work, done=page.show)
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy)

    assert heard == []


def test_long_work_tells_how_far_it_is_and_only_the_newest_counts(
    tasks: Tasks, qtbot: QtBot
) -> None:
    told: list[tuple[float | None, str]] = []

    def work(running: Running) -> str:
        for number in range(1, 10_001):
            running.progress(number / 10_000, f"{number}")
        return "done"

    ended: list[str] = []
    tasks.start_long(work, done=ended.append, progress=lambda *news: told.append(news))
    qtbot.waitUntil(lambda: ended == ["done"])

    assert told[-1] == (1.0, "10000")
    assert len(told) < 10_000, "the window is not flooded"


def test_cancelled_work_stops_at_its_next_step_and_says_so_once(tasks: Tasks, qtbot: QtBot) -> None:
    begun, ends = threading.Event(), []

    def work(running: Running) -> None:
        begun.set()
        while True:
            running.check()
            threading.Event().wait(0.001)

    task = tasks.start_long(
        work,
        done=lambda _: ends.append("done"),
        failed=lambda _: ends.append("failed"),
        cancelled=lambda: ends.append("cancelled"),
    )
    assert begun.wait(30)
    task.cancel()
    qtbot.waitUntil(lambda: not tasks.busy)

    assert ends == ["cancelled"]


def test_work_cancelled_before_it_begins_never_begins(
    tasks: Tasks, qtbot: QtBot, gate: threading.Event
) -> None:
    begun: list[str] = []
    tasks.start(lambda: gate.wait(30), lane="pages")
    waiting: Task = tasks.start(lambda: begun.append("begun"), lane="pages")

    waiting.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy)

    assert begun == []


def test_closing_waits_for_work_that_stops_and_tells_of_work_that_will_not(
    qtbot: QtBot, gate: threading.Event
) -> None:
    tasks, begun = Tasks(), threading.Event()
    tasks.start(lambda: begun.set() or gate.wait(30))
    assert begun.wait(30)
    assert not tasks.close(patience_ms=20)

    gate.set()
    assert tasks.close()
