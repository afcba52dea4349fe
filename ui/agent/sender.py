"""What runs beside the agent's screens: the outbox empties itself, news come in, lamps tell.

One round at a time, every few seconds and at once when something was queued. A session that ended
is opened again by itself; without a network nothing is lost and the lamp says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from station.assembly import AgentServices, OpenDesk
from station.errors import HubError
from station.services.submission import News, Sent
from ui.common.messages import explained
from ui.common.tasks import Tasks

_EVERY_MS = 5000
_LANE = "hub"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round brought."""

    online: bool
    sent: Sent
    news: tuple[News, ...] = ()
    problem: str = ""


class Sender(QObject):
    """``rounded`` tells each round; ``progress`` case number, bytes done and in all."""

    rounded = Signal(object)
    progress = Signal(str, int, int)

    def __init__(self, desk: OpenDesk, agent: AgentServices, tasks: Tasks) -> None:
        super().__init__()
        self._desk, self._agent, self._tasks = desk, agent, tasks
        self._busy = False
        self._again = False
        self._cut_off = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.poke)

    def start(self) -> None:
        """Begins."""
        self._timer.start()
        self.poke()

    def stop(self) -> None:
        """Ends; a round under way is finished by the worker and told to nobody."""
        self._timer.stop()
        self._tasks.drop(self)

    def poke(self) -> None:
        """A round now, or right after the one under way."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._tasks.start(self._round, done=self._done, failed=self._failed, owner=self, lane=_LANE)

    def _round(self) -> Round:
        submission = self._agent.submission
        try:
            if self._cut_off:
                self._desk.office.hub_url()  # a hub of this PC that died is started again
            if self._desk.hub.session is None:
                self._desk.connect()
                submission.line_is_up()
            else:
                self._desk.hub.healthy()
                if self._cut_off:
                    submission.line_is_up()
            self._cut_off = False
        except HubError as error:
            self._cut_off = True
            return Round(False, Sent(waiting=self._waiting()), problem=explained(error)[0])
        sent = submission.send_due(self.progress.emit)
        try:
            news = submission.news()
        except HubError as error:
            return Round(False, sent, problem=explained(error)[0])
        return Round(True, sent, news)

    def _waiting(self) -> int:
        return sum(not entry.state.is_finished for entry in self._agent.submission.entries())

    def _done(self, result: Round) -> None:
        self._busy = False
        self.rounded.emit(result)
        if self._again:
            self._again = False
            self.poke()

    def _failed(self, _error: Exception) -> None:
        self._busy = False
