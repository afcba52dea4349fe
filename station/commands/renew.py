"""``station renew``: signed PDFs and archive packages get a newer time stamp before the old ends.

It also completes what was signed without a network: evidence and a time stamp are added behind
what was signed, which stays as it is.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from station.commands.proof_options import add_proof_options, proof_places
from station.errors import FileUnreadable, UsageWrong
from station.paths import home

if TYPE_CHECKING:
    from signing.trust import TrustStore
    from station.services.renewing import Renewed

_WITHIN_DAYS = 90


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``station renew``."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH",
        help=say("签过的 PDF、归档包或文件夹", "signed PDFs, packages, or folders of them"),
    )  # fmt: skip
    add_proof_options(parser)
    parser.add_argument(
        "--trust", action="append", type=Path, default=[], metavar="PEM",
        help=say("信任的根证书（文件或文件夹）", "trust roots (file or folder)"),
    )  # fmt: skip
    parser.add_argument(
        "--within", type=int, default=_WITHIN_DAYS, metavar="DAYS",
        help=say(
            f"这么多天之内到期的才续，默认 {_WITHIN_DAYS}",
            f"renew what ends within so many days; {_WITHIN_DAYS} if not given",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--all", action="store_true", dest="every",
        help=say("不管到没到期，都续", "renew everything, due or not"),
    )  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", dest="dry",
        help=say("只说哪些该续、为什么，不改文件", "only tell what is due and why"),
    )  # fmt: skip
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Renews what is due; 1 when something that is due was not renewed."""
    from station.services.proofs import evidence_from, stamps_from
    from station.services.renewing import Act, Terms, renew, renewables

    places = proof_places(args)
    for path in args.paths:
        if not path.exists():
            raise FileUnreadable(
                file=path, reason=say("没有这个文件或文件夹", "there is no such file or folder")
            )
    if not places.tsa and not args.dry:
        problem = say(
            "续期需要时间戳服务器：--tsa 网址，或者设置里写 tsa；只看哪些该续，加 --dry-run。",
            "Renewing needs a time-stamp server: --tsa URL, or the setting tsa; "
            "to see only what is due, add --dry-run.",
        )
        raise UsageWrong(problem=problem, command="renew")
    terms = Terms(
        trust=_trust(args.trust),
        at=datetime.now(UTC),
        within=timedelta(days=args.within),
        stamps=stamps_from(places.tsa) if places.tsa else None,
        evidence=evidence_from(places.evidence),
        dry=args.dry,
        every=args.every,
    )
    paths = list(renewables(args.paths))
    results = []
    for path in with_progress(paths, len(paths), lambda p: p.name):
        result = renew(path, terms)
        results.append(result)
        if not args.json and result.act is not Act.REFUSED:
            print(_line(result))
        if result.problem is not None:
            note(result.problem.sentence(language()))
    if args.json:
        print_json([_as_json(result) for result in results])
    left = [result for result in results if result.act is Act.REFUSED]
    return BAD_ANSWER if left else GOOD


def _trust(named: list[Path]) -> TrustStore:
    from signing.trust import load_trust

    here = home().training / "trust"
    return load_trust(named or ([here] if here.is_dir() else []))


def _line(result: Renewed) -> str:
    did, why = _WORDS[result.act.value], _WORDS[result.need.value]
    until = f"{result.until:%Y-%m-%d}" if result.until else "-"
    verdicts = result.before + (f" → {result.after}" if result.after != result.before else "")
    lasting = say(f"管到 {until}", f"lasts until {until}")
    by = f" ({result.by})" if result.by else ""
    return f"{say(*did)}  {result.path}  {say(*why)}  {lasting}{by}  {verdicts}"


def _as_json(result: Renewed) -> dict[str, Any]:
    return {
        "file": str(result.path),
        "act": result.act.value,
        "need": result.need.value,
        "reason": say(*_WORDS[result.need.value]),
        "until": result.until.isoformat() if result.until else None,
        "by": result.by,
        "before": result.before,
        "after": result.after,
        "problem": result.problem.sentence(language()) if result.problem else None,
    }


_WORDS = {
    "kept": ("不用续", "kept"),
    "renewed": ("续好了", "renewed"),
    "due": ("该续了", "due"),
    "refused": ("没有续", "not renewed"),
    "none": ("还早", "lasts"),
    "unsigned": ("没有签名", "unsigned"),
    "unproven": ("没有时间戳证明什么时候签的", "nothing proves when it was signed"),
    "unevidenced": ("缺证书状态证据", "revocation evidence is missing"),
    "ends_soon": ("证明快到期了", "what proves its time ends soon"),
    "ended": ("证明已经到期", "what proved its time has ended"),
}
