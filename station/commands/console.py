"""What every subcommand shares: its shape, its answer, its progress bar, its way to fail.

A subcommand is a module of this package with ``add_arguments(parser)`` and ``run(args)``.
``run`` returns the exit status: 0 good, 1 it ran and the answer is bad. Anything that could not
run raises an ``ExplainedError``; ``station.__main__`` prints it as one sentence and exits with 2.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TextIO, TypeVar

T = TypeVar("T")

GOOD = 0
BAD_ANSWER = 1
COULD_NOT_RUN = 2


class Command(Protocol):
    """The two functions a command module has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, args: argparse.Namespace) -> int: ...


def language() -> str:
    """``zh`` or ``en``: YIZHAN_LANGUAGE, else the locale; Chinese unless it says English."""
    for name in ("YIZHAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value and value not in ("C", "POSIX") and not value.startswith("C."):
            return "en" if value.startswith("en") else "zh"
    return "zh"


def say(zh: str, en: str) -> str:
    """The text in the language of this terminal."""
    return en if language() == "en" else zh


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds ``--json``: exactly one JSON document on stdout, everything else on stderr."""
    parser.add_argument(
        "--json",
        action="store_true",
        help=say("标准输出只打印一份 JSON", "print one JSON document on stdout and nothing else"),
    )


def print_json(value: object) -> None:
    """Writes ``value`` as the one JSON document of this run."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """A line for the person, on stderr; on a terminal in the place of a progress line."""
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    print(clear + text, file=sys.stderr, flush=True)


def with_progress(
    items: Iterable[T], total: int, label: Callable[[T], str], stream: TextIO | None = None
) -> Iterator[T]:
    """Yields the items and, on a terminal, keeps one progress line up to date."""
    stream = stream or sys.stderr
    lively = stream.isatty() and total > 1
    for number, item in enumerate(items, start=1):
        if lively:
            filled = 20 * number // total
            bar = "█" * filled + "░" * (20 - filled)
            stream.write(f"\r\x1b[K{bar} {number}/{total} {label(item)[:50]}")
            stream.flush()
        yield item
    if lively:
        stream.write("\r\x1b[K")
        stream.flush()
