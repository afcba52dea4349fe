"""One lane per device: a thread of its own, through which every call to that device goes.

Drivers are slow, hang, and break when two threads call them at once. Here a call is work handed
to the lane; its result comes back as a future, whose callbacks run in another thread (a screen
hops to its own thread there). Between two pieces of work the lane may keep a live view
going. Nothing here knows what the device is, and nothing here knows a screen.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from station.errors import DeviceError


class Closeable(Protocol):
    """The one thing that every device can do."""

    def close(self) -> None: ...


D = TypeVar("D", bound=Closeable)
T = TypeVar("T")


class DeviceStuck(DeviceError):
    what = "The device {name} does not answer."
    cause = "It has been busy with one request for over {seconds} seconds."
    remedy = "Unplug it, wait a moment, plug it in again. What was captured before is kept."
    zh = (
        "{name}没有反应。",
        "它做一件事已经超过 {seconds} 秒。",
        "请拔下来，等一会儿再插上；之前采到的都还在。",
    )


class OutsideLane(RuntimeError):
    """A device was called from a thread that is not its lane's: a mistake in the program."""


class LaneClosed(RuntimeError):
    """Work was handed to a lane after it was closed: a mistake in the program."""


@dataclass(slots=True)
class _Work:
    do: Callable[[Any], Any]
    future: Future[Any]
    seconds: float | None


@dataclass(slots=True)
class _Stream:
    step: Callable[[Any], Any]
    failed: Callable[[Exception], None]
    pause: float
    told: str = ""  # the problem that was told last and has not gone away
    rest_until: float = 0.0


class DeviceLane(Generic[D]):
    """Owns one device and the one thread that calls it.

    ``open_device`` runs in the lane at the first work. A device that must be opened again (its
    opening failed) is opened at the next work. The device that work gets is guarded: keep it, call
    it from elsewhere, and it raises ``OutsideLane``.
    """

    def __init__(self, name: str, open_device: Callable[[], D]) -> None:
        self.name = name
        self._open_device = open_device
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stream: _Stream | None = None
        self._closed = False
        self._stuck_after: float | None = None
        self._thread: threading.Thread | None = None
        self._device: D | None = None

    def ask(self, work: Callable[[D], T], *, seconds: float | None = None) -> Future[T]:
        """Hands ``work`` to the lane; its future ends with the result or the error.

        With ``seconds``, the future fails with ``DeviceStuck`` when the work is not done by then,
        counted from now. The lane stays with the hanging call and goes on when it returns; until
        then new work fails at once, because waiting for a dead device helps nobody.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise LaneClosed(self.name)
            if self._stuck_after is not None:
                future.set_exception(DeviceStuck(name=self.name, seconds=f"{self._stuck_after:g}"))
                return future
            self._start()
            self._queue.put(_Work(work, future, seconds))
        if seconds is not None:
            self._watch(future, seconds)
        return future

    def stream(
        self,
        step: Callable[[D], object],
        *,
        failed: Callable[[Exception], None],
        pause: float = 1.0,
    ) -> None:
        """Repeats ``step`` whenever there is no other work, until ``stop_stream`` or ``close``.

        A live view: ``step`` fetches a frame and shows it, and a photograph asked for meanwhile
        goes in between. After an error ``failed`` is told and the next try waits ``pause``
        seconds; the same error is told once until a step succeeds again.
        """
        with self._lock:
            if self._closed:
                raise LaneClosed(self.name)
            self._stream = _Stream(step, failed, pause)
            self._start()
            self._queue.put(_NOTHING)  # wakes the lane

    def stop_stream(self) -> None:
        """Ends the live view; a step that is running is the last one."""
        self._stream = None

    def close(self, wait: float = 5.0) -> None:
        """Finishes the work handed over, closes the device and ends the thread.

        Waits up to ``wait`` seconds; a hanging driver is left behind (its thread ends with the
        program). May be called twice; not from the lane itself.
        """
        with self._lock:
            first, self._closed, self._stream = not self._closed, True, None
            thread = self._thread
            if first:
                self._queue.put(None)
        if thread is not None and thread is not threading.current_thread():
            thread.join(wait)

    @property
    def busy(self) -> bool:
        """Whether a request outlived its time and still occupies the device."""
        return self._stuck_after is not None

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"lane {self.name}", daemon=True)
            self._thread.start()

    def _watch(self, future: Future[Any], seconds: float) -> None:
        def expire() -> None:
            with self._lock:
                if future.done():
                    return
                self._stuck_after = seconds
            _fail(future, DeviceStuck(name=self.name, seconds=f"{seconds:g}"))

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        future.add_done_callback(lambda _: timer.cancel())

    def _run(self) -> None:
        while True:
            stream = self._stream
            rest = max(0.0, stream.rest_until - time.monotonic()) if stream else None
            try:
                work = self._queue.get(timeout=rest) if rest != 0 else self._queue.get_nowait()
            except queue.Empty:
                if stream is not None and self._stream is stream:
                    self._step(stream)
                continue
            if work is None:
                break
            if work is not _NOTHING:
                self._do(work)
        self._put_away()

    def _step(self, stream: _Stream) -> None:
        try:
            stream.step(self._guarded())
        except Exception as error:  # noqa: BLE001 - whoever shows the live view explains it
            problem = f"{type(error).__name__} {error}"
            if problem != stream.told:
                stream.told = problem
                stream.failed(error)
            stream.rest_until = time.monotonic() + stream.pause
        else:
            stream.told = ""

    def _do(self, work: _Work) -> None:
        if not work.future.done():  # cancelled and expired work counts as done
            try:
                result = work.do(self._guarded())
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
                _fail(work.future, error)
            else:
                with suppress(InvalidStateError):  # it expired or was given up meanwhile
                    work.future.set_result(result)
        with self._lock:
            self._stuck_after = None

    def _guarded(self) -> D:
        if self._device is None:
            self._device = self._open_device()
        return cast(D, _Guarded(self._device, self.name))

    def _put_away(self) -> None:
        if self._device is not None:
            with suppress(Exception):
                self._device.close()
            self._device = None


def _fail(future: Future[Any], error: Exception) -> None:
    with suppress(InvalidStateError):  # it is settled already
        future.set_exception(error)


class _Guarded:
    """A device seen from inside its lane; from any other thread every touch fails."""

    __slots__ = ("_device", "_home", "_name")

    def __init__(self, device: object, name: str) -> None:
        self._device = device
        self._home = threading.get_ident()
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if threading.get_ident() != self._home:
            raise OutsideLane(f"{self._name}.{attribute} was used outside its lane")
        return getattr(self._device, attribute)


_NOTHING = _Work(lambda _: None, Future(), None)
