"""Auditing: files and archive packages judged offline, one verdict each.

Files of strangers are judged in processes of their own, each within its time and memory: a file
that was made to keep a reader busy for ever, or to eat all memory, costs its own verdict and
nothing else. What a verdict says is for ``signing.verify`` and ``station.archive``.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from signing.errors import ExplainedError
from signing.trust import TrustStore
from signing.verify.files import SUFFIXES
from signing.verify.verdict import Outcome, Verdict
from signing.verify.words import Remark

if TYPE_CHECKING:
    from station.archive.verdict import PackageVerdict

T = TypeVar("T")
MOST_SECONDS = 60  # for one file: a file that keeps a reader busy for ever is an attack
_MOST_BYTES = 3 << 30  # of address space for a worker, likewise
_AHEAD = 3  # files per worker that are handed out; the rest can still be called off
PACKAGE = ".zip"
ENDINGS = SUFFIXES | {PACKAGE}  # what is looked for below a folder


class Audit:
    """An auditor's bench: knows the trust roots and nothing of hubs or accounts."""

    def __init__(self, trust: Callable[[], TrustStore]) -> None:
        self._trust = trust

    @staticmethod
    def files(paths: Iterable[Path]) -> list[Path]:
        """What can be judged below folders, and every file that is named itself, each once, in
        order."""
        found: dict[Path, None] = {}
        for path in paths:
            if path.is_dir():
                below = sorted(f for f in path.rglob("*") if f.suffix.lower() in ENDINGS)
                found.update(dict.fromkeys(f for f in below if f.is_file()))
            else:
                found[path] = None
        return list(found)

    def trust(self) -> TrustStore:
        """The trust roots in force."""
        return self._trust()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of one file: the verdict on a PDF, on an archive package, or why there is none
    (what, cause and remedy in Chinese and in English)."""

    path: Path
    verdict: Verdict | PackageVerdict | None
    trouble: tuple[tuple[str, str, str], tuple[str, str, str]] | None = None

    def to_json(self, language: str) -> dict[str, Any]:
        """As ``station verify --json`` and ``station archive verify --json`` print it."""
        if self.verdict is not None:
            return self.verdict.to_json(language)
        told = self.trouble or (("", "", ""), ("", "", ""))
        return {
            "file": str(self.path),
            "verdict": Outcome.MALFORMED.value,
            "reason": told[language == "en"][1],
            "signatures": [],
            "chain": None,
        }


# ---------------------------------------------------------------- in the worker
def verify_within_limits(
    path: Path, trust: TrustStore, policy: str, at: datetime | None
) -> Verdict:
    """The verdict on one file within its time and memory; called in the main thread."""
    from signing.verify.many import Question, within_limits
    from station.services.item_routes import verify_on_route

    return within_limits(path, Question(trust, policy, at), verify_on_route)


def _in_time(work: Callable[[], T], too_late: Callable[[], T]) -> T:
    class TooLong(BaseException):  # not an Exception: nothing on the way may take it for its own
        pass

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    if not hasattr(signal, "setitimer"):
        return work()
    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
    try:
        return work()
    except TooLong:
        return too_late()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def judge(path: Path, trust: TrustStore, policy: str, at: datetime | None = None) -> Judgement:
    """What is to be thought of one file or package; never raises for what it holds."""
    try:
        if path.suffix.lower() == PACKAGE:
            from signing import parsed
            from signing.verify.pdf import without_check
            from station.archive.verify import verify_package
            from station.services.item_routes import ItemRoutes

            def late() -> Judgement:
                parsed.forget()  # what was interrupted may be half filled in
                why = Remark("too_long", seconds=MOST_SECONDS)
                return Judgement(path, without_check(str(path), why, at))

            routes = ItemRoutes.known()
            return _in_time(lambda: Judgement(path, verify_package(path, trust, routes)), late)
        return Judgement(path, verify_within_limits(path, trust, policy, at))
    except ExplainedError as error:
        return Judgement(path, None, (error.parts("zh"), error.parts("en")))


def stay_small() -> None:
    """Keeps a worker from taking all the memory; it says so of the one file and goes on."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = _held_already() + _MOST_BYTES
    allowed = allowed if most == resource.RLIM_INFINITY else min(allowed, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))


def _held_already() -> int:
    """Bytes of address space that a worker has from the process it was forked from."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


# ---------------------------------------------------------------- beside a window
class Judges:
    """Worker processes that judge files for a window; started at the first file, then kept.

    They are never forked from this process: it has threads, and a lock that one of them holds
    would stay locked in the fork for ever.
    """

    def __init__(self, jobs: int = 0) -> None:
        self._jobs = jobs or max(1, min(4, os.cpu_count() or 1))
        self._pool: ProcessPoolExecutor | None = None

    def judged(
        self,
        files: Iterable[Path],
        trust: TrustStore,
        policy: str = "any",
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Judgement]:
        """The files in their order, each with what came of it, until ``stopped`` says yes."""
        waiting = iter(files)
        handed_out: deque[tuple[Path, Future[Judgement]]] = deque()
        try:
            while not stopped():
                while len(handed_out) < self._jobs * _AHEAD:
                    path = next(waiting, None)
                    if path is None:
                        break
                    handed_out.append((path, self._submit(judge, path, trust, policy)))
                if not handed_out:
                    return
                path, future = handed_out.popleft()
                yield self._answer(path, future)
        finally:
            for _, future in handed_out:
                future.cancel()

    def report(
        self, judged: Sequence[Judgement], trust: TrustStore, at: datetime, language: str
    ) -> bytes:
        """The PDF report; made in a worker because it can take seconds."""
        future = self._submit(report_of, list(judged), trust, at, language)
        return cast("bytes", future.result())

    def close(self) -> None:
        """Ends the workers; files still handed out are given up."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, work: Callable[..., Any], *words: Any) -> Future[Any]:
        for _ in range(2):
            if self._pool is None:
                methods = multiprocessing.get_all_start_methods()
                how = "forkserver" if "forkserver" in methods else "spawn"
                self._pool = ProcessPoolExecutor(
                    self._jobs, multiprocessing.get_context(how), stay_small
                )
            with contextlib.suppress(BrokenExecutor):
                return self._pool.submit(work, *words)
            self.close()  # a worker died of an earlier file: new ones for the next
        raise BrokenExecutor

    @staticmethod
    def _answer(path: Path, future: Future[Judgement]) -> Judgement:
        from signing.verify.pdf import without_check

        try:
            return future.result()
        except BrokenExecutor:  # whoever judged it, or a file beside it, died of it
            return Judgement(path, without_check(str(path), Remark("unexpected", kind="died")))


@lru_cache
def shared_judges() -> Judges:
    """The workers of this program, for all of its windows."""
    return Judges()


def report_of(judged: Sequence[Judgement], trust: TrustStore, at: datetime, language: str) -> bytes:
    """The PDF report on files and packages."""
    from signing.verify.report import report_pdf

    verdicts = [verdict for one in judged for verdict in _reported(one, trust)]
    return report_pdf(verdicts, at, language)


def _reported(one: Judgement, trust: TrustStore) -> list[Verdict]:
    """The verdicts that a report shows of a file: of a package what was found about it as a
    whole, then each PDF inside."""
    from signing.verify.pdf import verify_pdf, without_check
    from station.archive.container import NoPackage, read
    from station.archive.verdict import Words

    if isinstance(one.verdict, Verdict):
        return [one.verdict]
    package = one.verdict
    # A package is told in ``Words``; a report asks them for nothing but what a Remark has: in_().
    if package is None:
        zh, en = one.trouble or (("",) * 3, ("",) * 3)
        return [without_check(str(one.path), cast("Remark", Words(zh[1], en[1])))]
    try:
        files = read(one.path).files
    except (NoPackage, OSError):
        files = {}
    inside = [
        verify_pdf(data, trust, file=f"{one.path.name}：{name}")
        for name, data in sorted(files.items())
        if name.endswith(".pdf")
    ]
    if package.good and inside:
        return inside
    whole = Verdict(
        file=str(one.path),
        outcome=Outcome.INDETERMINATE if package.good else Outcome(package.outcome.value),
        reason=cast("Remark", package.reason),
        checked_at=datetime.now(UTC),
        notes=tuple(cast("Remark", finding.words) for finding in package.findings),
    )
    return [whole, *inside]
