"""Signing a batch of PDF files: where each goes, what is done already, what kept one unsigned.

A file is told as signed once it is on the disk, whole; while it is written the next one is signed,
and nothing else is begun. A file that cannot be signed
does not stop the others. What concerns the key, the time stamps or the disk does: the rest is
named, stays as it was, and can be signed later (``resume``) without signing anything twice.
"""

from __future__ import annotations

import errno
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from signing.certificates import holder_of
from signing.errors import (
    DocumentNotSignable,
    ExplainedError,
    FieldAlreadySigned,
    FieldNotFound,
)
from signing.files import write_whole
from signing.keys.token_errors import CertificateChanged
from signing.pades import Level
from station.errors import DiskFull, FileUnreadable, InputError

Sign = Callable[[bytes, str], "Signed"]
"""Signs one PDF; the second argument is how errors name it."""

_LARGE = 64 << 20

# These concern one document; the next may well be signed.
ABOUT_ONE_FILE = (DocumentNotSignable, FieldNotFound, FieldAlreadySigned, FileUnreadable)


class OutputUnwritable(InputError):
    what = "{file} was not saved."
    cause = "{reason}"
    remedy = "Choose another folder with --out."
    zh = ("{file} 没有保存。", "{reason}", "请用 --out 另选一个文件夹。")


class BatchStopped(InputError):
    what = "{file} was not signed."
    cause = "The batch was stopped before it."
    remedy = "Run the same command with --resume: what is signed is not signed again."
    zh = (
        "{file} 没有签。",
        "还没轮到它，这一批就停下了。",
        "请加 --resume 再运行同一条命令，签好的不会再签。",
    )


class FileTooLarge(InputError):
    what = "{file} was not signed."
    cause = "This computer has not enough memory for it."
    remedy = "Close other programs, or split the file."
    zh = ("{file} 没有签。", "这台电脑的内存放不下它。", "请关掉别的程序，或者把文件拆开。")


@dataclass(frozen=True, slots=True)
class Errand:
    """A file to be signed and where the signed one goes."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed PDF, and what the person has to know about it."""

    pdf: bytes
    warnings: tuple[ExplainedError, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. ``already``: an earlier run has signed it."""

    source: Path
    target: Path | None = None
    seconds: float = 0.0
    already: bool = False
    problem: ExplainedError | None = None
    warnings: tuple[ExplainedError, ...] = field(default=())


def errands(files: Sequence[Path], folder: Path) -> tuple[Errand, ...]:
    """Each file keeps its name in ``folder``, made unlike the others and the sources.

    A file that was named twice is signed once. Makes the folder; raises ``OutputUnwritable``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputUnwritable(file=folder, reason=error.strerror or error) from error
    sources = tuple({path.resolve(): path for path in files}.values())
    taken = {path.resolve() for path in sources}
    found: list[Errand] = []
    for path in sources:
        names = itertools.chain(
            [f"{path.stem}.pdf", f"{path.stem}-signed.pdf"],
            (f"{path.stem}-signed-{number}.pdf" for number in itertools.count(2)),
        )
        target = next(folder / name for name in names if (folder / name).resolve() not in taken)
        taken.add(target.resolve())
        found.append(Errand(path, target))
    return tuple(found)


def sign_files(
    work: Sequence[Errand],
    sign: Sign,
    *,
    done: Callable[[Errand], bool] = lambda errand: False,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Signs each in turn and yields what became of it; one outcome for every errand.

    ``done`` tells of an errand that an earlier run has finished. The first error that is about
    more than one file ends the batch; so does ``stop``, which is asked before each file, and
    Ctrl+C. None is raised: the files that were not reached are yielded with ``BatchStopped``.
    """
    stopped = False
    with ThreadPoolExecutor(1, thread_name_prefix="saving") as disk:
        saving: _Saving | None = None
        for errand in work:
            stopped = stopped or stop()
            began = time.perf_counter()
            signed, outcome = (None, None) if stopped else _attempted(errand, sign, done)
            if saving is not None:
                saved = saving.outcome()
                saving = None
                stopped = stopped or _ends_the_batch(saved)
                yield saved
            if outcome is not None:
                stopped = stopped or _ends_the_batch(outcome)
                yield outcome
            elif signed is None or stopped:
                yield Outcome(errand.source, problem=BatchStopped(file=errand.source))
            else:
                written = disk.submit(save, errand.target, signed.pdf)
                saving = _Saving(errand, written, began, signed.warnings)
                if len(signed.pdf) > _LARGE:
                    wait([written])  # two of these at once may be more than there is memory
        if saving is not None:
            yield saving.outcome()


@dataclass(frozen=True, slots=True)
class _Saving:
    """A signed file on its way to the disk while the next one is being signed."""

    errand: Errand
    written: Future[None]
    began: float
    warnings: tuple[ExplainedError, ...]

    def outcome(self) -> Outcome:
        """Waits until it is there, whole."""
        source, target = self.errand.source, self.errand.target
        try:
            self.written.result()
        except ExplainedError as error:
            return Outcome(source, problem=error)
        return Outcome(source, target, time.perf_counter() - self.began, warnings=self.warnings)


def _attempted(
    errand: Errand, sign: Sign, done: Callable[[Errand], bool]
) -> tuple[Signed | None, Outcome | None]:
    """The signed file, or what became of it without being signed now."""
    try:
        if done(errand):
            return None, Outcome(errand.source, errand.target, already=True)
        return sign(read(errand.source), str(errand.source)), None
    except ExplainedError as error:
        return None, Outcome(errand.source, problem=error)
    except MemoryError:
        return None, Outcome(errand.source, problem=FileTooLarge(file=errand.source))
    except KeyboardInterrupt:
        return None, Outcome(errand.source, problem=BatchStopped(file=errand.source))


def _ends_the_batch(outcome: Outcome) -> bool:
    """Whether the next file would fare no better."""
    return outcome.problem is not None and not isinstance(
        outcome.problem, (*ABOUT_ONE_FILE, FileTooLarge)
    )


def signed_before(errand: Errand, certificate: bytes, level: Level) -> bool:
    """Whether the target is the source with a signature of ``certificate`` at ``level`` on it.

    A signature only ever appends, so what an earlier run made begins with the source itself.
    """
    try:
        if errand.target.stat().st_size <= errand.source.stat().st_size:
            return False
        source, target = errand.source.read_bytes(), errand.target.read_bytes()
    except OSError:
        return False
    if not target.startswith(source):
        return False
    added = target[len(source) :].upper()  # the CMS is written in hexadecimal
    marks = [certificate.hex().encode().upper()]
    if level.evidenced:
        marks.append(b"/DSS")
    if level is Level.B_LTA:
        marks.append(b"/DOCTIMESTAMP")
    return all(mark in added for mark in marks)


def refuse_another_key(work: Sequence[Errand], certificate: bytes) -> None:
    """``CertificateChanged`` when an earlier run of this batch signed with another certificate."""
    for errand in work:
        try:
            source, target = errand.source.read_bytes(), errand.target.read_bytes()
        except OSError:
            continue
        added = target[len(source) :].upper() if target.startswith(source) else b""
        if b"/BYTERANGE" in added and certificate.hex().encode().upper() not in added:
            raise CertificateChanged(holder=holder_of(certificate).label)


def read(path: Path) -> bytes:
    """The bytes of a file; ``FileUnreadable``."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror or error) from error


def save(target: Path, pdf: bytes, mode: int = 0o644) -> None:
    """Writes the file whole or not at all; ``DiskFull`` or ``OutputUnwritable``."""
    try:
        write_whole(target, pdf, mode)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(where=target.parent) from error
        raise OutputUnwritable(file=target, reason=error.strerror or error) from error
