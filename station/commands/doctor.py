"""``station doctor``: what is wrong on this computer with keys, time, trust, disk and devices.

Exit status 1 when something is wrong now; what somebody should see to soon is told and is no
failure. Asks for no PIN and changes nothing.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from station.commands.console import BAD_ANSWER, GOOD, add_json, language, note, print_json, say
from station.commands.usage import seconds

if TYPE_CHECKING:
    from station.services.checkup import Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the subcommand."""
    parser.add_argument(
        "--seconds", type=seconds, default=8.0, metavar="N",
        help=say("每一项最多等多久", "how long each look may take"),
    )  # fmt: skip
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Looks at everything; 1 when something is wrong."""
    from station.clock import china_now
    from station.paths import home
    from station.services.checkup import Checkup, Grade, is_wrong

    marks = {
        Grade.GOOD: say("正常", "good"),
        Grade.SOON: say("留意", "see to"),
        Grade.WRONG: say("不对", "WRONG"),
    }
    found: list[Finding] = []
    for finding in Checkup(home(), china_now, seconds=args.seconds).findings():
        found.append(finding)
        if not args.json:
            _print(finding, marks[finding.grade])
    if args.json:
        print_json({"ok": not is_wrong(found), "findings": [_as_json(f) for f in found]})
    else:
        count = sum(finding.grade is Grade.WRONG for finding in found)
        note(
            say(f"有 {count} 处不对。", f"{count} things are wrong.")
            if count
            else say("没有不对的地方。", "Nothing is wrong.")
        )
    return BAD_ANSWER if is_wrong(found) else GOOD


def _print(finding: Finding, mark: str) -> None:
    what = finding.problem.sentence(language()) if finding.problem else say(*finding.words)
    print(f"[{mark}] {say(*_AREAS[finding.area])}  {finding.name}  {what}".rstrip(), flush=True)


def _as_json(finding: Finding) -> dict[str, object]:
    told: dict[str, object] = {
        "area": finding.area,
        "name": finding.name,
        "grade": finding.grade.value,
    }
    if finding.problem is None:
        return {**told, "what": say(*finding.words), "why": "", "do": "", "code": None}
    what, why, do = finding.problem.parts(language())
    return {**told, "what": what, "why": why, "do": do, "code": finding.problem.code}


_AREAS = {
    "settings": ("设置", "settings"),
    "hub": ("中心", "hub"),
    "clock": ("时间", "clock"),
    "trust": ("信任根", "trust root"),
    "revocation": ("吊销名单", "revocation"),
    "drivers": ("密钥驱动", "key driver"),
    "readers": ("读卡器", "reader"),
    "pcscd": ("读卡服务", "card service"),
    "tokens": ("UKey", "token"),
    "pin": ("PIN", "PIN"),
    "certificates": ("证书", "certificate"),
    "disk": ("磁盘", "disk"),
    "fonts": ("字体", "typeface"),
    "devices": ("设备", "device"),
}
