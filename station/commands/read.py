"""``station read``: photographed paper forms and identity cards into typed fields."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signing.errors import ExplainedError
from station.commands.console import (
    BAD_ANSWER,
    COULD_NOT_RUN,
    GOOD,
    add_json,
    language,
    note,
    print_json,
    say,
    with_progress,
)
from station.commands.page import pictures_in, read_file
from station.paths import resources

if TYPE_CHECKING:
    from station.reading.desk import PaperReading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the subcommand."""
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="IMAGE",
        help=say("照片文件或文件夹", "picture files or folders"),
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--item",
        metavar="CODE",
        help=say("是哪个事项的表；不写就看表上的码", "the item whose form it is; else by its code"),
    )
    kind.add_argument(
        "--card", action="store_true", help=say("是居民身份证", "it is a resident identity card")
    )
    parser.add_argument("--catalogue", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Reads each picture; a bad one does not stop the others."""
    from station.catalogue.catalogue import Catalogue
    from station.reading.desk import ReadingDesk

    files = pictures_in(args.pictures)
    catalogue = Catalogue.load(args.catalogue or resources("items"))
    if args.item:
        catalogue.item(args.item)  # an unknown item is told before anything is read
    desk = ReadingDesk(catalogue.item)
    answers: list[dict[str, Any]] = []
    failed = doubtful = 0
    for file in with_progress(files, len(files), lambda f: f.name):
        try:
            reading = desk.read(read_file(file), file.name, item=args.item, card=args.card)
        except ExplainedError as error:
            failed += 1
            note(error.sentence(language()))
            answers.append(_failure(file, error))
            continue
        doubtful += not reading.all_ok
        answers.append(_as_json(file, reading))
        if not args.json:
            _print(file, reading)
    if args.json:
        print_json(answers)
    if failed == len(files):
        return COULD_NOT_RUN
    return BAD_ANSWER if failed or doubtful else GOOD


def _as_json(file: Path, reading: PaperReading) -> dict[str, Any]:
    return {
        "file": str(file),
        "kind": reading.kind,
        "item": reading.item or None,
        "page": reading.page,
        "fields": {
            name: {
                "value": one.value,
                "raw": one.raw,
                "confidence": one.confidence,
                "box": list(one.box),
                "ok": one.ok,
                "problem": (say(one.problem, one.problem_en) or None),
            }
            for name, one in reading.fields.items()
        },
        "ms": reading.ms,
    }


def _failure(file: Path, error: ExplainedError) -> dict[str, Any]:
    return {
        "file": str(file),
        "kind": None,
        "item": None,
        "fields": {},
        "ms": None,
        "error": {"code": error.code, "text": error.sentence(language())},
    }


def _print(file: Path, reading: PaperReading) -> None:
    print(file.name)
    for name, one in reading.fields.items():
        mark = " " if one.ok else "?"
        problem = f"  ({say(one.problem, one.problem_en)})" if one.problem else ""
        print(f"  {mark} {name}: {one.value}{problem}")
