"""Signing together, as the screens share it: what is marked, the round that runs, its results.

No widget is named here. The round runs in the lane of the hub, so that nothing else asks the key
meanwhile; it goes on when the page is left and stops after the case in hand when asked to.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QObject, Signal

from signing.errors import ExplainedError
from station.services.batch import Batch, Marked, Round
from station.services.review import Decision, OpenCase
from ui.common.page import Host, WorkLine
from ui.common.tasks import Task

translate = QCoreApplication.translate


class BatchWork(QObject):
    """``changed`` follows every step, ``finished`` a round (``Round``), ``lost`` the marked cases
    whose claim ran out, ``failed`` an error of the heartbeat. ``owner`` is the page: when it is
    closed the round ends after the case in hand."""

    changed = Signal()
    finished = Signal(object)
    lost = Signal(object)
    failed = Signal(object)

    def __init__(self, batch: Batch, host: Host, owner: QObject, lane: str) -> None:
        super().__init__()
        self._host, self._owner, self._lane = host, owner, lane
        self._batch = batch
        self._task: Task | None = None
        self._line: WorkLine | None = None
        self._keeping = False
        self.last: Round | None = None

    @property
    def marked(self) -> tuple[Marked, ...]:
        """All that was marked, in order, with what became of each."""
        return self._batch.marked

    @property
    def waiting(self) -> int:
        """How many wait for the signature."""
        return self._batch.waiting

    @property
    def running(self) -> bool:
        """Whether a round is being signed."""
        return self._task is not None

    @property
    def stopping(self) -> bool:
        """Whether the round ends after the case in hand."""
        return self._task is not None and self._task.running.cancelled

    def of(self, case_id: str) -> Marked | None:
        """The mark of a case that waits to be signed, or None."""
        one = self._batch.of(case_id)
        return one if one is not None and one.to_sign else None

    def mark(self, opened: OpenCase, decision: Decision) -> None:
        """Marks a case; raises what keeps it from being signed."""
        self._batch.mark(opened, decision)
        self.changed.emit()

    def unmark(self, case_id: str) -> OpenCase | None:
        """Takes a mark back and hands the case over."""
        opened = self._batch.unmark(case_id)
        self.changed.emit()
        return opened

    def dismiss(self) -> None:
        """The results have been read: what is signed or lost is forgotten, the rest waits on."""
        self._batch.clear_done()
        self.last = None
        self.changed.emit()

    # ---------------------------------------------------------------- a round
    def sign(self) -> None:
        """Signs all that wait, one after the other."""
        if self._task is not None or not self.waiting:
            return
        batch, total = self._batch, self.waiting
        self.last = None
        line = self._line = self._host.work(self.tr("正在签章"), self.stop)
        words = self.tr("正在签第 {at} / {total} 件：{who}")
        self._task = self._host.tasks.start_long(
            lambda running: batch.sign(
                lambda one, _what, share: running.progress(
                    share,
                    words.format(
                        at=min(total, int(share * total) + 1),
                        total=total,
                        who=one.opened.papers.applicant.name,
                    ),
                ),
                lambda: running.cancelled,
            ),
            done=self._done,
            failed=self._not_done,
            progress=lambda share, said: self._told(line, share, said),
            cancelled=lambda: self._done(Round(0, 0, total, True)),
            owner=self._owner,
            lane=self._lane,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Ends the round after the case in hand; what is signed is signed."""
        if self._task is not None:
            self._task.cancel()
            if self._line is not None:
                self._line.progress(None, self.tr("签完手上这一件就停"))
            self.changed.emit()

    def _told(self, line: WorkLine, share: float | None, words: str) -> None:
        if not self.stopping:
            line.progress(share, words)
        self.changed.emit()

    def _done(self, round: Round) -> None:
        self._end()
        self.last = round
        self._host.say(round_words(round))
        self.changed.emit()
        self.finished.emit(round)
        for one in self.marked:
            error = one.error
            if error is not None and not isinstance(error, ExplainedError):
                sys.excepthook(type(error), error, error.__traceback__)  # a bug: never swallowed

    def _not_done(self, error: Exception) -> None:
        self._end()
        self.changed.emit()
        self.failed.emit(error)

    def _end(self) -> None:
        self._task = None
        if self._line is not None:
            self._line.end()
            self._line = None

    # ---------------------------------------------------------------- the heartbeat
    def keep(self) -> None:
        """Keeps the claims of all that wait; call it every two minutes."""
        if self.running or self._keeping or not self.waiting:
            return
        self._keeping = True
        self._host.tasks.start(
            self._batch.keep,
            done=self._kept,
            failed=self._not_kept,
            owner=self._owner,
            lane=self._lane,
        )

    def _kept(self, lost: tuple[Marked, ...]) -> None:
        self._keeping = False
        self.changed.emit()
        if lost:
            self.lost.emit(lost)

    def _not_kept(self, error: Exception) -> None:
        self._keeping = False
        self.failed.emit(error)


def round_words(round: Round) -> str:
    """What a round came to, in one line."""
    parts = [translate("review", "签好 {n} 件").format(n=round.signed)]
    if round.failed:
        parts.append(translate("review", "{n} 件没签成").format(n=round.failed))
    if round.left:
        parts.append(translate("review", "{n} 件还没签").format(n=round.left))
    return translate("review", "，").join(parts)
