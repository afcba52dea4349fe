"""``station bench``: the project's own benchmarks, each beside its peer or bound."""

from __future__ import annotations

import argparse
from pathlib import Path

from station.benchmarks import BENCHMARKS, Conditions, Measured, benchmark
from station.commands.console import GOOD, add_json, print_json, say, with_progress
from station.commands.usage import whole_number
from station.errors import UsageWrong


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the subcommand."""
    names = "; ".join(f"{name}: {say(zh, en)}" for name, (_, zh, en) in BENCHMARKS.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=names)
    parser.add_argument(
        "--rounds",
        type=whole_number(),
        default=9,
        metavar="N",
        help=say("每项跑几遍", "times each is run"),
    )
    parser.add_argument(
        "--photos",
        type=Path,
        metavar="DIR",
        help=say("照片，index.tsv 里有准确的四角", "photographs with true corners in index.tsv"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Measures and prints."""
    names: list[str] = args.names or list(BENCHMARKS)
    strangers = [name for name in names if name not in BENCHMARKS]
    if strangers or args.rounds < 1:
        known = "、".join(BENCHMARKS)
        raise UsageWrong(
            problem=say(
                f"没有叫 {'、'.join(strangers)} 的测速项，有的是：{known}。"
                if strangers
                else "次数至少是 1。",
                f"There is no benchmark {', '.join(strangers)}; there are {', '.join(BENCHMARKS)}."
                if strangers
                else "At least one round is needed.",
            ),
            command="bench",
        )
    conditions = Conditions(args.rounds, args.photos)
    measured: list[Measured] = []
    for name in with_progress(names, len(names), lambda n: n):
        for figure in benchmark(name)(conditions):
            measured.append(figure)
            if not args.json:
                print(
                    f"{figure.name:28} {figure.ours:9.2f} / {figure.peer:9.2f} {figure.unit:6}"
                    f" = {figure.ratio:6.2f}   ({figure.against})"
                )
    if args.json:
        print_json([figure.as_json() for figure in measured])
    return GOOD
