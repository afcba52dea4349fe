"""``station verify``: the auditor's command. Files or folders, offline, no account."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from signing.trust import load_trust
from signing.verify.files import files_among
from signing.verify.many import Question, moment, verify_many
from signing.verify.report import as_text
from signing.verify.verdict import Verdict
from station.clock import CHINA
from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    language,
    note,
    print_json,
    say,
    with_progress,
)
from station.commands.usage import whole_number
from station.errors import FileUnreadable, InputError, UsageWrong
from station.paths import home
from station.services.item_routes import ItemRoutes, verify_on_route

STOPPED = 130  # what shells say of a command that was interrupted


class ReportUnwritable(InputError):
    what = "The report {file} was not written."
    cause = "{reason}"
    remedy = "Choose another place for it; the verdicts stand."
    zh = ("报告 {file} 没有写成。", "{reason}", "请换一个位置；核验结果不受影响。")


class NothingToVerify(InputError):
    what = "Nothing was verified."
    cause = "There is nothing signed in {where}."
    remedy = "Name PDF, ASiC or .p7s files, or a folder that holds some."
    zh = (
        "没有核验什么。",
        "{where} 里没有可核验的文件。",
        "请给出 PDF、ASiC 或 .p7s 文件，或者放有这些文件的文件夹。",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help=say(
            "PDF、签名容器（.asice）、文件旁的签名（.p7s）或文件夹",
            "PDF, container (.asice), signature beside its file (.p7s), or folder",
        ),
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
            "chain：村、乡镇、县要依次签，事项的办理路线到哪级就签到哪级",
            "chain: village, township, county one after the other, as far as the item's route goes",
        ),
    )
    add_items(parser)
    parser.add_argument(
        "--pass-notices",
        action="store_true",
        help=say(
            "自称通知而没有签名的文件（如受理通知书）照样写明没有签名，但不算作不合格",
            "files that call themselves notices and are not signed (as acceptance notices) are "
            "told as unsigned, but do not count as bad",
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
        default=0,
        metavar="N",
        help=say("同时用几个进程（不写就一核一个）", "processes side by side (else one a core)"),
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="OUT.pdf",
        help=say("另写一份 PDF 报告", "also write a PDF report"),
    )
    add_json(parser)


def add_items(parser: argparse.ArgumentParser) -> None:
    """The option for items that are neither shipped nor this county's."""
    parser.add_argument(
        "--items",
        action="append",
        type=Path,
        default=[],
        metavar="DIR",
        help=say(
            "县里自己的事项文件夹，用来对照办理路线",
            "a folder of a county's own items, for their routes",
        ),
    )


def item_folders(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The folders named by that option; ``FileUnreadable`` for one that is none."""
    for path in paths:
        if not path.is_dir():
            raise FileUnreadable(
                file=path, reason=say("没有这个文件夹。", "There is no such folder.")
            )
    return tuple(paths)


def run(args: argparse.Namespace) -> int:
    files = list(_files(args.paths))
    if not files:
        raise NothingToVerify(where="、".join(map(str, args.paths)))
    trust = load_trust(args.trust or _own_roots())
    question = Question(trust, args.policy, moment(_moment(args.at)))
    kept: list[Verdict] = []
    told: list[dict[str, object]] = []
    bad, stopped = 0, False
    folders = item_folders(args.items)
    if args.policy == "chain":
        ItemRoutes.known(folders)  # read once, before workers are forked
    judge = partial(verify_on_route, folders=folders)
    answers = verify_many(files, question, max(0, args.jobs), judge)
    try:
        for verdict in with_progress(answers, len(files), lambda v: Path(v.file).name):
            bad += not (verdict.good or (args.pass_notices and verdict.is_bare_notice))
            if args.report:
                kept.append(verdict)
            if args.json:
                told.append(verdict.to_json(language()))
            else:
                print(as_text(verdict, language()))
    except KeyboardInterrupt:
        stopped = True
    finally:
        answers.close()
    if args.report and kept:
        _write_report(args.report, kept, question.at or datetime.now(CHINA))
    if args.json:
        print_json(told)
    if stopped:
        note(say("已停下；到这里为止的结论都有效。", "Stopped; the verdicts so far stand."))
        return STOPPED
    return BAD_ANSWER if bad else GOOD


def _write_report(path: Path, verdicts: list[Verdict], at: datetime) -> None:
    from signing.verify.report import write_report

    try:
        write_report(verdicts, path, at, language())
    except OSError as error:
        raise ReportUnwritable(file=path, reason=error.strerror or error) from error


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise FileUnreadable(
                file=path, reason=say("没有这个文件或文件夹。", "There is no such file or folder.")
            )
    yield from files_among(paths)


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
