"""``station archive verify``: archive packages judged offline, with the operation record."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    language,
    print_json,
    say,
    with_progress,
)
from station.commands.verify import add_items, item_folders
from station.errors import FileUnreadable
from station.paths import home
from station.settings import load

if TYPE_CHECKING:
    from station.archive.verdict import PackageVerdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``station archive``."""
    deeds = parser.add_subparsers(dest="deed", metavar="verify", required=True)
    text = say("核验归档包，不用联网", "judge archive packages, offline")
    verify = deeds.add_parser("verify", help=text, description=text)
    verify.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help=say(
            "归档包（.zip 或文件夹），或装着许多归档包的文件夹",
            "a package (.zip or folder), or a folder full of packages",
        ),
    )
    verify.add_argument(
        "--trust",
        action="append",
        type=Path,
        default=[],
        metavar="PEM",
        help=say("信任的根证书（文件或文件夹）", "trust roots (file or folder)"),
    )
    add_items(verify)
    add_json(verify)


def run(args: argparse.Namespace) -> int:
    """Judges every package; 1 when one of them is not good."""
    from signing.trust import load_trust
    from station.archive.verify import verify_package
    from station.services.item_routes import ItemRoutes

    packages = list(_packages(args.paths))
    trust = load_trust(args.trust or _known_roots())
    routes = ItemRoutes.known(item_folders(args.items))
    verdicts = []
    for path in with_progress(packages, len(packages), lambda path: path.name):
        verdict = verify_package(path, trust, routes)
        verdicts.append(verdict)
        if not args.json:
            _print(verdict)
    if args.json:
        print_json([verdict.to_json(language()) for verdict in verdicts])
    return GOOD if all(verdict.good for verdict in verdicts) else BAD_ANSWER


def _packages(paths: Iterable[Path]) -> Iterator[Path]:
    """The packages named, and those in folders that are none themselves."""
    from station.archive.form import MANIFEST

    for path in paths:
        if not path.exists():
            raise FileUnreadable(
                file=path, reason=say("没有这个文件或文件夹。", "There is no such file or folder.")
            )
        if not path.is_dir() or (path / MANIFEST).exists():
            yield path
            continue
        inside = {manifest.parent for manifest in path.rglob(MANIFEST)}
        inside.update(file for file in path.rglob("*.zip") if file.is_file())
        if not inside:
            raise FileUnreadable(
                file=path, reason=say("里面没有归档包。", "There is no archive package in it.")
            )
        yield from sorted(inside)


def _known_roots() -> list[Path]:
    """What is trusted when nothing is named: the settings' roots, and the training county's."""
    here = home()
    training = here.training / "trust"
    return [*load(here.settings).trust, *([training] if training.is_dir() else [])]


def _print(verdict: PackageVerdict) -> None:
    """A package in a person's words."""
    from station.archive.verdict import Aspect, Outcome

    word = say(verdict.outcome.word, verdict.outcome.value)
    lines = [
        f"{'✓' if verdict.good else '✗'} {verdict.file}",
        f"  {word}{say('：', ': ')}{verdict.reason.in_(language())}",
    ]
    if verdict.case is not None:
        lines.append(
            f"  {verdict.case.number}  {verdict.case.item_title}  {verdict.case.state.word}"
        )
        marks = (
            f"{say(aspect.word, aspect.value)} {'✓' if verdict.holds(aspect) else '✗'}"
            for aspect in Aspect
        )
        lines.append(f"  {'  '.join(marks)}")
    for line in verdict.operations:
        when = f"{line.signed_at:%Y-%m-%d %H:%M:%S}" if line.signed_at else "-"
        did = line.operation
        deed = say(did.action.word, did.action.value) if did else "?"
        mark = "✓" if line.outcome is Outcome.VALID else "✗"
        lines.append(f"    {mark} {line.number}. {deed}  {line.signer}（{line.unit}）  {when}")
    lines += [
        f"    - {finding.words.in_(language())}"
        for finding in verdict.findings
        if finding.words != verdict.reason
    ]
    sys.stdout.write("\n".join(lines) + "\n")
