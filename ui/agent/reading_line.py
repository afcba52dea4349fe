"""A paper is being read: the bar in the step, the line in the status strip, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from ui.common.buttons import Button
from ui.common.layout import row
from ui.common.page import Host, WorkLine
from ui.common.progress import Progress
from ui.common.tasks import Running, Task
from ui.common.text import Text

T = TypeVar("T")
Told = Callable[[float], None]


class ReadingLine(QWidget):
    """Hidden until something is read; one paper at a time."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host
        self._task: Task | None = None
        self._line: WorkLine | None = None
        self._ended: Callable[[], None] = self.hide
        self._words = Text("", "body")
        self._bar = Progress(0.0, 0)
        stop = Button(self.tr("先不认"), "quiet")
        stop.clicked.connect(self.cancel)
        self.setLayout(row(self._words, (self._bar, 1), stop, gap=12))
        self.hide()

    @property
    def is_reading(self) -> bool:
        """Whether a paper is being read."""
        return self._task is not None

    def read(
        self,
        words: str,
        work: Callable[[Told], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        stopped: Callable[[], None],
    ) -> None:
        """Reads beside the window; exactly one of the three is called at the end, unless it was
        dropped. ``work`` gets what it must call between its parts."""

        def run(running: Running) -> T:
            def told(share: float) -> None:
                running.progress(share)
                running.check()

            return work(told)

        def ended() -> None:
            self._task = None
            self.hide()
            if self._line is not None:
                self._line.end()
                self._line = None

        def finish(answer: T) -> None:
            ended()
            done(answer)

        def give_up(error: Exception) -> None:
            ended()
            failed(error)

        def stop() -> None:
            ended()
            stopped()

        self._ended = ended
        self._bar.set_share(0.0)
        self._words.setText(words)
        self.show()
        self._line = self._host.work(words, self.cancel)
        self._task = self._host.tasks.start_long(
            run,
            done=finish,
            failed=give_up,
            progress=self._show,
            cancelled=stop,
            owner=self,
            lane="reading",
        )

    def _show(self, share: float | None, words: str) -> None:
        self._bar.set_share(share)
        if self._line is not None:
            self._line.progress(share, words)

    def cancel(self) -> None:
        """The agent would rather not wait."""
        if self._task is not None:
            self._task.cancel()

    def drop(self) -> None:
        """Another case comes onto the desk: what is read here is not waited for."""
        if self._task is not None:
            self._task.drop()
            self._ended()
