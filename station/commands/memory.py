"""``station memory``: looks after the desks' own memory on this machine.

``check`` reads everything and says what is damaged; ``rescue`` sets damaged files aside and brings
back everything readable. Neither is needed in everyday work.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    language,
    print_json,
    say,
    with_progress,
)
from station.errors import InputError
from station.paths import home

if TYPE_CHECKING:
    from signing.locker import Locker


class NoMemoryHere(InputError):
    what = "There is no desk's memory in {where}."
    cause = "No agent has worked on this machine, or the data lies elsewhere."
    remedy = "Set YIZHAN_HOME to the folder where the data lies."
    zh = (
        "{where} 里没有驿站的数据。",
        "这台电脑上还没有代办员办过事，或者数据放在别处。",
        "请用 YIZHAN_HOME 指明数据所在的文件夹。",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``station memory``."""
    deeds = parser.add_subparsers(dest="deed", metavar="check|rescue", required=True)
    check = say("检查有没有损坏", "look whether anything is damaged")
    rescue = say("抢救损坏的数据", "bring back what is readable of damaged data")
    for name, text in (("check", check), ("rescue", rescue)):
        add_json(deeds.add_parser(name, help=text, description=text))


def run(args: argparse.Namespace) -> int:
    """Looks at every memory of this machine; 1 when something is, or stays, damaged."""
    memories = list(_memories())
    if not memories:
        raise NoMemoryHere(where=home().station)
    told = []
    for folder, key in with_progress(memories, len(memories), lambda memory: memory[0].name):
        answer = _checked(folder, _locker(key))
        if args.deed == "rescue" and not answer["sound"]:
            answer = _rescued(folder, _locker(key))
        told.append(answer)
        if not args.json:
            _print(answer)
    if args.json:
        print_json(told)
    return GOOD if all(answer["sound"] for answer in told) else BAD_ANSWER


def _memories() -> Iterator[tuple[Path, Path]]:
    """The memories of this machine, each with its key file (see ``station.assembly``)."""
    for key in sorted(home().station.glob("*.key")):
        folder = key.with_suffix("")
        if folder.is_dir():
            yield folder, key


def _locker(key: Path) -> Locker:
    from signing.locker import open_locker

    return open_locker(key)


def _checked(folder: Path, locker: Locker) -> dict[str, Any]:
    from station.store import Store
    from station.store.errors import Damaged, MemoryDamaged
    from station.store.operation_log import LogBroken

    answer: dict[str, Any] = {"memory": str(folder), "sound": False, "damaged": [], "problem": ""}
    try:
        with Store.open(folder, locker) as store:
            answer["cases"] = len(store.drafts())
            answer["pages"] = store.page_count()
            answer["damaged"] = list(store.damage())
            store.log.check()
    except (MemoryDamaged, Damaged, LogBroken) as error:
        answer["problem"] = error.sentence(language())
    answer["sound"] = not answer["problem"] and not answer["damaged"]
    return answer


def _rescued(folder: Path, locker: Locker) -> dict[str, Any]:
    from station.clock import CHINA
    from station.store import rescue

    saved = rescue(folder, locker, datetime.now(CHINA))
    answer = _checked(folder, locker)
    return {**answer, "aside": str(saved.aside), "lost": list(saved.lost)}


def _print(answer: dict[str, Any]) -> None:
    lines = [f"{'✓' if answer['sound'] else '✗'} {answer['memory']}"]
    if "cases" in answer:
        cases, pages = answer["cases"], answer["pages"]
        lines.append(say(f"  {cases} 件办件，{pages} 张页面", f"  {cases} cases, {pages} pages"))
    lines += [f"  {answer['problem']}"] if answer["problem"] else []
    lines += [say(f"  损坏：{name}", f"  damaged: {name}") for name in answer["damaged"]]
    if "aside" in answer:
        lines.append(
            say(f"  坏文件放在 {answer['aside']}", f"  damaged files are in {answer['aside']}")
        )
        lines += [say(f"  没能找回：{name}", f"  lost: {name}") for name in answer["lost"]]
    sys.stdout.write("\n".join(lines) + "\n")
