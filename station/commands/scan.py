"""``station scan``: from the scanner through the page pipeline, page after page.

What the scanner gave is on disk before it is worked on, so that nothing is lost whatever comes
after: a jam, a page that cannot be straightened, the power.
"""

from __future__ import annotations

import argparse
import threading
from typing import TYPE_CHECKING, Any

from signing.errors import ExplainedError
from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    language,
    note,
    print_json,
    say,
)
from station.commands.usage import whole_number

if TYPE_CHECKING:
    from station.devices.scanner import ScannedPage, Scanner, Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device", required=True, metavar="ID", help="sane:NAME, escl:URL, simulated:scanner"
    )
    parser.add_argument(
        "--source",
        choices=("flatbed", "adf", "duplex"),
        help=say("从哪里扫；不写就用平板", "by default the glass, if there is"),
    )
    parser.add_argument("--dpi", type=whole_number(), default=300, metavar="N")
    parser.add_argument(
        "--pages",
        type=whole_number(),
        metavar="N",
        help=say("最多几页；不写就扫完进纸器里的", "at most; by default all in the feeder"),
    )
    parser.add_argument(
        "--paper",
        choices=("a3", "a4", "a5"),
        default="a4",
        help=say("纸有多大；不写就是 a4", "how large the sheets are; by default a4"),
    )
    parser.add_argument(
        "--out",
        required=True,
        metavar="DIR",
        help=say("页面存到哪里", "where the pages are written"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from station.commands.page import as_json, failure, out_folder, page_alone, write_new
    from station.devices.registry import open_scanner
    from station.errors import DiskFull
    from station.imaging.pipeline import PagePipeline
    from station.reading.way_up import WayUp

    out = out_folder(args.out)
    scanner = open_scanner(args.device)
    answers: list[dict[str, Any]] = []
    failed = 0

    with PagePipeline(upside_down=WayUp().is_upside_down) as pipeline:

        def take(scanned: ScannedPage) -> None:
            nonlocal failed
            raw = write_new(out, f"scan-{scanned.number:03}.jpg", scanned.jpeg)
            note(say(f"第 {scanned.number} 页", f"page {scanned.number}"))
            try:
                with page_alone(raw):
                    result = pipeline.process(scanned.jpeg, name=raw.name)
                target = write_new(out, f"{raw.stem}-page.jpg", result.page.jpeg)
            except DiskFull:
                raise
            except ExplainedError as error:
                failed += 1
                note(error.sentence(language()))
                answers.append(failure(raw, error))
                return
            answers.append(as_json(raw, result, target))

        try:
            _scan(scanner, args, take)
        except ExplainedError as error:
            if not answers:
                raise
            failed += 1  # what came before is good and is told
            note(error.sentence(language()))
        finally:
            scanner.close()
    if args.json:
        print_json(answers)
    else:
        for answer in answers:
            print(answer["out"] or answer["file"])
    return BAD_ANSWER if failed else GOOD


def _scan(scanner: Scanner, args: argparse.Namespace, take: Any) -> None:
    from station.devices.scanner import PaperSize

    scanner.scan(
        source=_source(scanner, args.source),
        dpi=args.dpi,
        pages=args.pages,
        on_page=take,
        cancel=threading.Event(),
        paper=PaperSize(args.paper),
    )


def _source(scanner: Scanner, wanted: str | None) -> Source:
    from station.devices.scanner import Source

    if wanted:
        return Source(wanted)
    offered = scanner.capabilities().sources
    return Source.FLATBED if Source.FLATBED in offered else offered[0]
