"""Slow work beside the window: the only module of the desktop that knows threads.

A presenter hands in what is to be done and what to do with the answer; both ends are typed. The
answer comes back in the thread of the window, in the order of the lane, and is dropped when the
page that asked has been closed meanwhile. No rule, no widget and no device lives here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from signing.errors import ExplainedError

T = TypeVar("T")
Failed = Callable[[Exception], None]


class Cancelled(Exception):
    """Raised inside work by ``Running.check`` once the person has pressed 取消."""


class Running:
    """What long work holds: it tells how far it is and asks whether it should stop.

    All of it may be called from the worker's thread.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._told: tuple[float | None, str] | None = None
        self.cancelled = False

    def progress(self, share: float | None, words: str = "") -> None:
        """How much is done, 0 to 1, or None when nobody knows; ``words`` says what goes on.

        May be called as often as one likes: only the newest is delivered.
        """
        waiting = self._told is not None
        self._told = (share, words)
        if not waiting:
            self._tell()

    def check(self) -> None:
        """Raises ``Cancelled`` if the person no longer wants it. Call it between pieces."""
        if self.cancelled:
            raise Cancelled

    def take(self) -> tuple[float | None, str] | None:
        """The newest progress, once."""
        told, self._told = self._told, None
        return told


class Task:
    """Work under way, as the one who started it sees it."""

    def __init__(self, owner: QObject | None) -> None:
        self._owner = owner
        self._dropped = False
        self.finished = False
        self.running = Running(lambda: None)

    def cancel(self) -> None:
        """Asks the work to stop at its next ``Running.check``; work not yet begun never begins."""
        self.running.cancelled = True

    def drop(self) -> None:
        """Cancels, and wants no answer any more."""
        self.cancel()
        self._dropped = True

    @property
    def wanted(self) -> bool:
        """Whether the one who asked is still there to hear the answer."""
        gone = self._owner is not None and not shiboken6.isValid(self._owner)
        return not (self._dropped or gone)


class Tasks(QObject):
    """Starts slow work and brings its answers back.

    ``lane`` names a queue: work of one lane runs one after the other, in the order given, on one
    thread of its own, e.g. one per device. Without a lane it runs beside the others.
    ``owner`` is the page that asked: once it is closed its answers are dropped. When ``done`` is
    a method of a QObject, that object is the owner if none is given.

    ``failed`` hears every error. An error that does not explain itself is a bug: after
    ``failed`` has put the page right it goes to ``sys.excepthook`` too, which is the crash
    window. Without ``failed``, all errors go there, so that none is lost.
    """

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = self._new_pool(max(2, os.cpu_count() or 2))
        self._lanes: dict[str, QThreadPool] = {}
        self._under_way: set[Task] = set()
        self._arrived.connect(self._deliver)  # queued across threads: runs in this one

    def start(
        self,
        work: Callable[[], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
        lane: str = "",
    ) -> Task:
        """Runs ``work`` beside the window and gives its answer to ``done``."""
        return self.start_long(
            lambda _running: work(), done=done, failed=failed, owner=owner, lane=lane
        )

    def start_long(
        self,
        work: Callable[[Running], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        progress: Callable[[float | None, str], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        owner: QObject | None = None,
        lane: str = "",
    ) -> Task:
        """As ``start``, for work that tells how far it is and can be cancelled.

        Exactly one of ``done``, ``failed`` and ``cancelled`` is called at the end.
        """
        task = Task(owner or _owner_of(done) or _owner_of(failed))
        self._under_way.add(task)

        def tell() -> None:
            self._arrived.emit(lambda: _pass_on(task, progress))

        def run() -> None:
            try:
                task.running.check()
                result = work(task.running)
            except Cancelled:
                self._arrived.emit(lambda: self._end(task, cancelled or _nothing))
            except Exception as error:  # noqa: BLE001 - each is for ``failed`` or the crash window
                trouble = error
                self._arrived.emit(lambda: self._end(task, lambda: _fail(trouble, failed)))
            else:
                answer = result
                self._arrived.emit(lambda: self._end(task, lambda: done(answer) if done else None))

        task.running = Running(tell)
        self._pool_of(lane).start(run)
        return task

    def drop(self, owner: QObject) -> None:
        """Cancels what an object has started and drops its answers, e.g. when a page closes."""
        for task in self._under_way:
            if task._owner is owner:
                task.drop()

    @property
    def busy(self) -> bool:
        """Whether any answer is still awaited."""
        return bool(self._under_way)

    def close(self, patience_ms: int = 5000) -> bool:
        """Cancels everything and waits; false if some work would not stop in time."""
        for task in self._under_way:
            task.drop()
        pools = (self._pool, *self._lanes.values())
        for pool in pools:
            pool.clear()
        self._under_way.clear()
        return all(pool.waitForDone(patience_ms) for pool in pools)

    def _pool_of(self, lane: str) -> QThreadPool:
        if not lane:
            return self._pool
        if lane not in self._lanes:
            self._lanes[lane] = self._new_pool(1)
        return self._lanes[lane]

    def _new_pool(self, threads: int) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setMaxThreadCount(threads)
        if threads == 1:
            pool.setExpiryTimeout(-1)  # some drivers insist on the thread that opened the device
        return pool

    def _end(self, task: Task, tell: Callable[[], None]) -> None:
        task.finished = True
        self._under_way.discard(task)
        if task.wanted:
            tell()

    @Slot(object)
    def _deliver(self, arrived: Callable[[], None]) -> None:
        arrived()


def _nothing() -> None:
    """For those who need not know that their work was cancelled."""


def _pass_on(task: Task, progress: Callable[[float | None, str], None] | None) -> None:
    told = task.running.take()
    if told is not None and progress is not None and task.wanted and not task.finished:
        progress(*told)


def _fail(error: Exception, failed: Failed | None) -> None:
    if failed is not None:
        failed(error)
    if failed is None or not isinstance(error, ExplainedError):
        sys.excepthook(type(error), error, error.__traceback__)


def _owner_of(callback: object) -> QObject | None:
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, QObject) else None
