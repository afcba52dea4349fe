"""Many files on all cores: one verdict for each, whatever a file does to the process that reads it.

Each worker is a process of its own with as much memory and processor time as one file may cost. A
worker that dies or hangs costs its own file and no other; it is said of that file, and the next
worker goes on. Verdicts come in the order of the files, with little more in memory than they.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from signing.trust import TrustStore
from signing.verify.verdict import Verdict
from signing.verify.words import Remark

SECONDS = 4  # of processor time that one file may take, and one more for every _BYTES_A_SECOND
_BYTES_A_SECOND = 20 << 20
MEMORY = 900 << 20  # of address space beyond what is held already and three times the file
_PATIENCE = 15  # how much longer than its processor time a file may take on the clock, in times
_FILES_A_WORKER = 500  # then a fresh one takes its place: what libraries keep is bounded so
_AHEAD = 16  # files a worker may be ahead of the oldest verdict that is waited for

Judge = Callable[[Path, TrustStore, str, datetime | None], Verdict]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every file. ``at`` is one moment for all, so that answers can be shared."""

    trust: TrustStore
    policy: str = "any"
    at: datetime | None = None


def verify_many(
    files: Iterable[Path], question: Question, jobs: int = 0, judge: Judge | None = None
) -> Generator[Verdict, None, None]:
    """The verdict on each of ``files``, in their order; ``jobs`` processes, 0 for one a core.

    Close the iterator to stop early: the workers end with it.
    """
    crew = _Crew(question, judge or judged, jobs or os.cpu_count() or 1)
    try:
        yield from crew.verdicts(iter(files))
    finally:
        crew.dismiss()


def judged(path: Path, trust: TrustStore, policy: str, at: datetime | None) -> Verdict:
    """One file, of whatever kind."""
    from signing.verify.files import verify_any

    return verify_any(path, trust, policy=policy, at=at)


def within_limits(path: Path, question: Question, judge: Judge = judged) -> Verdict:
    """One file in this process, within the time and memory that a file of its size may take."""
    size = 0
    with suppress(OSError):
        size = path.stat().st_size
    seconds = allowed_seconds(size)
    try:
        with _little_memory(MEMORY + 3 * size), _little_time(seconds):
            return judge(path, question.trust, question.policy, question.at)
    except (_TooLong, MemoryError):
        _forget()
        return _unchecked(path, Remark("too_long", seconds=seconds), question)
    except RecursionError:
        _forget()
        return _unchecked(path, Remark("unexpected", kind="RecursionError"), question)


def _forget() -> None:
    """What was interrupted may have left half of something in a memory that files share."""
    from signing import parsed

    parsed.forget()


def allowed_seconds(size: int) -> int:
    """The processor time that a file of ``size`` bytes may take."""
    return SECONDS + size // _BYTES_A_SECOND


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    files: int = 0
    at: tuple[int, Path, float] | None = None  # number, file, until when


@dataclass
class _Crew:
    question: Question
    judge: Judge
    size: int
    workers: list[_Worker] = field(default_factory=list)

    def verdicts(self, files: Iterator[Path]) -> Iterator[Verdict]:
        """Hands out files and gathers answers."""
        done: dict[int, Verdict] = {}
        names: deque[int] = deque()
        number, waiting = 0, True
        while waiting or names:
            while waiting and (worker := self._idle(len(names))) is not None:
                path = next(files, None)
                if path is None:
                    waiting = False
                    break
                names.append(number)
                self._hand(worker, number, path)
                number += 1
            done.update(self._answers())
            while names and names[0] in done:
                yield done.pop(names.popleft())

    def dismiss(self) -> None:
        """Ends all workers, whatever they are at."""
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join(2)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
        self.workers.clear()

    def _idle(self, waited_for: int) -> _Worker | None:
        if waited_for >= self.size * _AHEAD:
            return None
        for worker in self.workers:
            if worker.at is None:
                if worker.files < _FILES_A_WORKER:
                    return worker
                self._let_go(worker)
                break
        return self._hired() if len(self.workers) < self.size else None

    def _hired(self) -> _Worker:
        # A fork is quick and shares what is loaded, but must not copy locks other threads hold.
        quick = os.name == "posix" and threading.active_count() == 1
        context = get_context("fork") if quick else get_context("spawn")
        if quick:
            import signing.paths
            import signing.verify.files  # noqa: F401 - loaded once for all workers
        here, there = context.Pipe()
        process = context.Process(
            target=_work, args=(there, self.question, self.judge), daemon=True
        )
        process.start()
        there.close()
        worker = _Worker(process, here)
        self.workers.append(worker)
        return worker

    def _let_go(self, worker: _Worker) -> None:
        with suppress(OSError):
            worker.pipe.send(None)
        worker.process.join(5)
        worker.process.kill()
        worker.pipe.close()
        self.workers.remove(worker)

    def _hand(self, worker: _Worker, number: int, path: Path) -> None:
        size = 0
        with suppress(OSError):
            size = path.stat().st_size
        worker.files += 1
        worker.at = number, path, time.monotonic() + _PATIENCE * allowed_seconds(size)
        with suppress(OSError):  # one that died meanwhile is found out by its silent pipe
            worker.pipe.send(path)

    def _answers(self) -> Iterator[tuple[int, Verdict]]:
        busy = {worker.pipe: worker for worker in self.workers if worker.at is not None}
        if not busy:
            return
        now = time.monotonic()
        soonest = min(worker.at[2] for worker in busy.values() if worker.at)
        for pipe in wait(list(busy), timeout=max(0.0, soonest - now)):
            worker = busy[pipe]  # type: ignore[index]
            assert worker.at is not None
            number, path, _ = worker.at
            try:
                verdict = worker.pipe.recv()
            except (EOFError, OSError):
                worker.process.join(5)
                why = Remark("worker_died", how=_ending(worker.process.exitcode))
                verdict = _unchecked(path, why, self.question)
                self._let_go(worker)
            worker.at = None
            yield number, verdict
        for worker in busy.values():
            if worker.at is not None and worker.at[2] < time.monotonic():
                number, path, _ = worker.at
                worker.process.kill()
                self._let_go(worker)
                seconds = _PATIENCE * SECONDS
                yield number, _unchecked(path, Remark("too_long", seconds=seconds), self.question)


def _work(pipe: Connection, question: Question, judge: Judge) -> None:
    """A worker: a file in, its verdict out, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started the work ends it
    gc.freeze()  # what was loaded before the fork stays: nobody needs to look through it
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(EOFError, OSError):
        while (path := pipe.recv()) is not None:
            pipe.send(within_limits(path, question, judge))


def _unchecked(path: Path, why: Remark, question: Question) -> Verdict:
    from signing.verify.pdf import without_check

    return without_check(str(path), why, question.at)


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return str(code)


class _TooLong(BaseException):
    """Not an ``Exception``: nothing on the way may take it for its own."""


@contextmanager
def _little_time(seconds: int) -> Iterator[None]:
    """Ends what takes longer, in processor time: a busy machine is nobody's fault."""
    alone = threading.current_thread() is threading.main_thread()
    if not alone or not hasattr(signal, "setitimer"):
        yield
        return

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _little_memory(allowed: int) -> Iterator[None]:
    """Keeps the process from taking all the memory for one file; for Windows there is no such."""
    try:
        import resource
    except ImportError:
        yield
        return
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = _held_already() + allowed
    for bound in (before, most):
        if bound != resource.RLIM_INFINITY:
            limit = min(limit, bound)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


def _held_already() -> int:
    """Bytes of address space that the process has, also from the one it was forked from."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1 << 30


def moment(at: datetime | None) -> datetime:
    """One moment for a whole run."""
    return (at or datetime.now(UTC)).astimezone(UTC)
