"""``station catalogue``: checking service items, taking them over, writing them to a workbook."""

from __future__ import annotations

import argparse
from pathlib import Path

from station.catalogue.catalogue import Catalogue
from station.catalogue.problems import Problem
from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    language,
    note,
    print_json,
    say,
)
from station.errors import FileUnreadable, UsageWrong
from station.paths import home, resources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the subcommand."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help=say("检查文件夹或文件", "check a folder or a file"))
    check.add_argument("path", type=Path, metavar="PATH")
    taken = actions.add_parser("import", help=say("导入 XLSX、YAML 或 JSON", "take items over"))
    taken.add_argument("path", type=Path, metavar="PATH")
    taken.add_argument("--into", type=Path, metavar="DIR", help=say("放进哪里", "where to"))
    given = actions.add_parser("export", help=say("导出成 XLSX", "write a workbook"))
    given.add_argument("path", type=Path, metavar="PATH")
    given.add_argument("--from", type=Path, metavar="DIR", dest="source")
    for action in (check, taken, given):
        add_json(action)


def run(args: argparse.Namespace) -> int:
    """Checks, imports or exports."""
    if args.action == "check":
        return _check(args)
    return _import(args) if args.action == "import" else _export(args)


def _check(args: argparse.Namespace) -> int:
    from station.catalogue.importing import check

    if not args.path.exists():
        raise FileUnreadable(
            file=str(args.path), reason=say("没有这个文件或文件夹。", "There is no such path.")
        )
    sound, problems = check(args.path)
    return _told(
        args,
        problems,
        say(
            f"{sound} 个事项没有问题，{len(problems)} 处不对。",
            f"{sound} sound items, {len(problems)} problems.",
        ),
    )


def _import(args: argparse.Namespace) -> int:
    from station.catalogue.importing import import_items

    into = args.into or home().catalogue
    done = import_items(args.path, into)
    return _told(
        args,
        done.problems,
        say(
            f"新增 {len(done.added)} 个，更新 {len(done.changed)} 个，"
            f"没变 {len(done.unchanged)} 个，{len(done.problems)} 处不对；放在 {into}。",
            f"{len(done.added)} added, {len(done.changed)} changed, "
            f"{len(done.unchanged)} unchanged, {len(done.problems)} problems; in {into}.",
        ),
    )


def _export(args: argparse.Namespace) -> int:
    from station.catalogue.workbook import write_workbook

    if args.path.suffix.lower() != ".xlsx":
        raise UsageWrong(
            problem=say("导出的文件名要以 .xlsx 结尾。", "The file to write must end in .xlsx."),
            command="catalogue export",
        )
    items = Catalogue.load(args.source or resources("items")).items
    try:
        write_workbook(items, args.path)
    except OSError as error:
        raise FileUnreadable(file=str(args.path), reason=str(error)) from None
    return _told(
        args,
        (),
        say(
            f"{len(items)} 个事项写进了 {args.path}。",
            f"{len(items)} items written to {args.path}.",
        ),
    )


def _told(args: argparse.Namespace, problems: tuple[Problem, ...], summary: str) -> int:
    if args.json:
        print_json([problem.as_json() for problem in problems])
    else:
        for problem in problems:
            print(problem.sentence(language()))
    note(summary)
    return BAD_ANSWER if problems else GOOD
