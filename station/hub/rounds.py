"""The hub's rounds: what it does by itself, every few seconds and whenever it is called.

One thread walks all rounds (cards, messages, tidying), so that none of them meets itself. What
goes wrong in one is logged and does not keep the others from their turn.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping

from signing.errors import ExplainedError

_log = logging.getLogger(__name__)


class Rounds:
    """A thread that calls each duty in turn, every ``seconds`` or when ``call`` is called."""

    def __init__(self, duties: Mapping[str, Callable[[], object]], seconds: float) -> None:
        self.duties = dict(duties)
        self._seconds = seconds
        self._called = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._walk, name="hub-rounds", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def call(self) -> None:
        """Something happened: walk at once instead of waiting for the time."""
        self._called.set()

    def stop(self) -> None:
        """Ends after the duty that is under way."""
        self._stopped.set()
        self._called.set()
        if self._thread.is_alive():
            self._thread.join()

    def _walk(self) -> None:
        while not self._stopped.is_set():
            self._called.clear()
            for name, duty in tuple(self.duties.items()):
                if self._stopped.is_set():
                    return
                try:
                    duty()
                except ExplainedError as error:  # a full disk needs no more than its sentence
                    _log.error("the round “%s” is tried again: %s", name, error.sentence())
                except Exception:  # noqa: BLE001 - logged; the other duties still have their turn
                    _log.exception("the round “%s” failed; it is tried again", name)
            self._called.wait(self._seconds)


class Bell:
    """Wakes everybody who waits for news. Rung from any thread, waited for in the event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.ended = False

    def ring(self) -> None:
        """There is news."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def end(self) -> None:
        """The hub ends: nobody needs to wait any longer."""
        self.ended = True
        self.ring()

    def expect(self) -> asyncio.Future[None]:
        """A future that the next ring completes; ask for it *before* looking for news."""
        self._loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = self._loop.create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def _wake(self) -> None:
        for future in tuple(self._waiting):
            if not future.done():
                future.set_result(None)
