"""``station verify``: the auditor's command. Files or folders, offline, no account."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path

from signing.trust import TrustStore, load_trust
from signing.verify.report import as_text
from signing.verify.verdict import Verdict
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
from station.services.audit import stay_small, verify_within_limits


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


def _verified(
    files: list[Path], trust: TrustStore, policy: str, at: datetime | None, jobs: int
) -> Iterator[Verdict]:
    if jobs == 1 or len(files) < 2:
        for file in files:
            yield verify_within_limits(file, trust, policy, at)
        return
    many = len(files)
    with ProcessPoolExecutor(min(jobs, many), initializer=stay_small) as pool:
        yield from pool.map(
            verify_within_limits, files, [trust] * many, [policy] * many, [at] * many, chunksize=4
        )


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
