"""``station demo``: one whole case on an embedded hub with a training authority.

Nothing here is a short cut: it sits down at the same desks and calls the same services as the
screens do, and the hub is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.commands.console import BAD_ANSWER, GOOD, add_json, note, print_json, say
from station.commands.usage import whole_number

_BAR = 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help=say("都放到哪里", "where all goes")
    )
    parser.add_argument(
        "--photos",
        type=Path,
        metavar="DIR",
        help=say("拿来当材料的照片", "photographs to take as the villager's papers"),
    )
    parser.add_argument(
        "--item", default="MZ-001", metavar="CODE", help=say("事项编码", "service item")
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0),
        default=1,
        metavar="N",
        help=say("笔迹的随机种子", "the handwriting's seed"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from station.services.rehearsal import STEPS, rehearse

    steps = _Steps(STEPS)
    outcome = rehearse(
        args.out, photos=args.photos, item=args.item, seed=args.seed, step=steps.step
    )
    steps.end()
    document = outcome.to_json() | {"seconds": steps.seconds}
    (args.out / "demo.json").write_text(json.dumps(document, ensure_ascii=False, indent=2))
    if args.json:
        print_json(document)
    else:
        _tell(document)
    return GOOD if outcome.verdict == "valid" else BAD_ANSWER


class _Steps:
    """Times the steps and, on a terminal, draws one progress line."""

    def __init__(self, names: dict[str, tuple[str, str]]) -> None:
        self.seconds: dict[str, float] = {}
        self._names = names
        self._lively = sys.stderr.isatty()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        number = list(self._names).index(name) + 1
        words = say(*self._names[name])
        if self._lively:
            filled = _BAR * (number - 1) // len(self._names)  # what is done
            bar = "█" * filled + "░" * (_BAR - filled)
            sys.stderr.write(f"\r\x1b[K{bar} {number}/{len(self._names)} {words}")
            sys.stderr.flush()
        else:
            note(f"{number}/{len(self._names)} {words}")
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)

    def end(self) -> None:
        if self._lively:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _tell(document: dict[str, object]) -> None:
    rows = (
        (say("办件编号", "case"), document["case"]),
        (say("案卷", "dossier"), document["dossier"]),
        (say("结果", "result"), document["result"]),
        (say("归档包", "archive"), document["archive"]),
        (say("信任根", "trust root"), document["trust"]),
        (say("核验", "verdict"), say(_word(document["verdict"]), str(document["verdict"]))),
    )
    colon = say("：", ": ")
    for label, value in rows:
        print(f"{label}{colon}{value}")
    messages = document["sms"]
    assert isinstance(messages, list)
    for message in messages:
        print(f"{say('短信', 'SMS')} {message['to']}{colon}{message['text']}")


def _word(verdict: object) -> str:
    from signing.verify.verdict import Outcome

    return Outcome(str(verdict)).word
