"""``station verify``: the auditor's command. Files or folders, offline, no account."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from types import FrameType

from signing.trust import TrustStore, load_trust
from signing.verify.report import as_text
from signing.verify.verdict import Verdict
from signing.verify.words import Remark
from station.clock import CHINA
from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    language,
    print_json,
    say,
    with_progress,
)
from station.commands.usage import whole_number
from station.errors import FileUnreadable, InputError, UsageWrong
from station.paths import home

_MOST_SECONDS = 60  # for one file: a file that keeps a reader busy for ever is an attack
_MOST_BYTES = 3 << 30  # of address space for a worker, likewise


class ReportUnwritable(InputError):
    what = "The report {file} was not written."
    cause = "{reason}"
    remedy = "Choose another place for it; the verdicts stand."
    zh = ("报告 {file} 没有写成。", "{reason}", "请换一个位置；核验结果不受影响。")


class NothingToVerify(InputError):
    what = "Nothing was verified."
    cause = "There is no PDF in {where}."
    remedy = "Name PDF files, or a folder that holds some."
    zh = ("没有核验什么。", "{where} 里没有 PDF 文件。", "请给出 PDF 文件，或者放有 PDF 的文件夹。")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help=say("PDF 或文件夹", "PDF or folder")
    )
    parser.add_argument(
        "--trust",
        action="append",
        type=Path,
        default=[],
        metavar="PEM",
        help=say("信任根", "trust root"),
    )
    parser.add_argument(
        "--policy",
        choices=("any", "chain"),
        default="any",
        help=say(
            "chain：村、乡镇、县要依次签",
            "chain: village, township and county must follow one another",
        ),
    )
    parser.add_argument(
        "--at",
        metavar="TIME",
        help=say("按这个时间判断（ISO 8601）", "judge at this time (ISO 8601)"),
    )
    parser.add_argument(
        "--jobs",
        type=whole_number(1, 64),
        default=1,
        metavar="N",
        help=say("同时用几个进程", "processes side by side"),
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="OUT.pdf",
        help=say("另写一份 PDF 报告", "also write a PDF report"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    files = list(_files(args.paths))
    if not files:
        raise NothingToVerify(where="、".join(map(str, args.paths)))
    trust = load_trust(args.trust or _own_roots())
    at = _moment(args.at)
    jobs = max(1, args.jobs)
    verdicts = []
    for verdict in with_progress(
        _verified(files, trust, args.policy, at, jobs), len(files), lambda v: Path(v.file).name
    ):
        verdicts.append(verdict)
        if not args.json:
            print(as_text(verdict, language()))
    if args.report:
        _write_report(args.report, verdicts, at or datetime.now(CHINA))
    if args.json:
        print_json([verdict.to_json(language()) for verdict in verdicts])
    return GOOD if verdicts and all(verdict.good for verdict in verdicts) else BAD_ANSWER


def _write_report(path: Path, verdicts: list[Verdict], at: datetime) -> None:
    from signing.verify.report import write_report

    try:
        write_report(verdicts, path, at, language())
    except OSError as error:
        raise ReportUnwritable(file=path, reason=error.strerror or error) from error


def verify_one(path: Path, trust: TrustStore, policy: str, at: datetime | None) -> Verdict:
    """One file within its time; also the entry point of a worker process."""
    from signing.verify.pdf import verify_file, without_check

    class TooLong(BaseException):  # not an Exception: nothing on the way may take it for its own
        pass

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    if not hasattr(signal, "setitimer"):
        return verify_file(path, trust, policy=policy, at=at)
    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, _MOST_SECONDS)
    try:
        return verify_file(path, trust, policy=policy, at=at)
    except TooLong:
        return without_check(str(path), Remark("too_long", seconds=_MOST_SECONDS), at)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _verified(
    files: list[Path], trust: TrustStore, policy: str, at: datetime | None, jobs: int
) -> Iterator[Verdict]:
    if jobs == 1 or len(files) < 2:
        for file in files:
            yield verify_one(file, trust, policy, at)
        return
    many = len(files)
    with ProcessPoolExecutor(min(jobs, many), initializer=_stay_small) as pool:
        yield from pool.map(
            verify_one, files, [trust] * many, [policy] * many, [at] * many, chunksize=4
        )


def _stay_small() -> None:
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


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.suffix.lower() == ".pdf" and file.is_file()
            )
        elif path.exists():
            yield path
        else:
            raise FileUnreadable(
                file=path, reason=say("没有这个文件或文件夹。", "There is no such file or folder.")
            )


def _own_roots() -> list[Path]:
    folder = home().training / "trust"
    return [folder] if folder.is_dir() else []


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageWrong(
            problem=say(f"时间 {text} 看不懂，", f"The time {text} is not in ISO 8601 form. "),
            command="verify",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
