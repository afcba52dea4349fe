"""``station sign``: signs PDFs in one batch with one PIN.

What is signed is on the disk before the next file is begun. A file that cannot be signed does not
stop the others; a key that is pulled out does, and what was signed before stays.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from signing.pades import FieldPlan, Level, SignRequest
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
from station.commands.named_key import check_key, check_pin, opened_key
from station.errors import FileUnreadable, UsageWrong
from station.paths import home
from station.services.batch_signing import (
    ABOUT_ONE_FILE,
    BatchStopped,
    Outcome,
    errands,
    read,
    refuse_another_key,
    sign_files,
    signed_before,
)
from station.settings import Settings
from station.settings import load as load_settings

if TYPE_CHECKING:
    from signing.appearance import Appearance, Picture
    from signing.keys.protocol import SigningKey
    from signing.timestamps import TimeStamps
    from signing.trust import EvidenceSource

# At the bottom right of the page, 20 mm from its edges; 42 mm is the size of an official seal.
_CORNER_MM = (-62.0, -62.0, 42.0, 42.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``station sign``."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=say("要签的 PDF", "PDF to sign")
    )
    parser.add_argument(
        "--key", required=True, metavar="p12:PATH|pkcs11:URI", help=say("签名密钥", "the key")
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help=say("存到哪里", "where to save")
    )
    parser.add_argument(
        "--level", type=Level, choices=list(Level), default=Level.B_B, metavar="LEVEL",
        help=say("B-B（默认）、B-T、B-LT 或 B-LTA", "B-B (default), B-T, B-LT or B-LTA"),
    )  # fmt: skip
    parser.add_argument(
        "--tsa", metavar="URL",
        help=say(
            "B-T 级起用的时间戳服务器，不给就用设置里的 tsa",
            "time-stamp server, from level B-T on; else the setting tsa",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--evidence", action="append", default=[], metavar="FILE|URL",
        help=say(
            "B-LT 和 B-LTA 用的吊销列表、OCSP 应答文件，或签发机构的网址；"
            "不给就用设置里的 evidence，再不然向证书里的网址取",
            "revocation lists or OCSP responses for B-LT and B-LTA, or the authority's address; "
            "else the setting evidence, else they are fetched from the certificates' addresses",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--seal", type=Path, metavar="IMAGE", help=say("签章图", "picture of the seal")
    )
    parser.add_argument(
        "--field", metavar="NAME", help=say("要签的预留签名域", "the prepared field to sign")
    )
    parser.add_argument(
        "--page", type=int, default=-1, metavar="N",
        help=say(
            "没有 --field 时签章在第几页，默认最后一页",
            "page of the seal when there is no --field, from 1; the last if not given",
        ),
    )  # fmt: skip
    parser.add_argument("--reason", default="", help=say("签名事由", "what it is signed for"))
    parser.add_argument("--location", default="", help=say("签名地点", "where it is signed"))
    parser.add_argument(
        "--pin-file", metavar="FILE",
        help=say("从文件读 PIN（- 为标准输入）", "read the PIN from FILE (- for standard input)"),
    )  # fmt: skip
    parser.add_argument(
        "--resume", action="store_true",
        help=say(
            "接着上次没签完的签，已经签好的不再签", "go on with a batch: what is signed is kept"
        ),
    )  # fmt: skip
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Signs every file; 1 when at least one was not signed."""
    from signing.appearance import Picture
    from signing.pades.signature import sign

    _check_usage(args)
    seal = Picture(read(args.seal), str(args.seal)) if args.seal else None
    stamps, evidence = _services(args)
    key = opened_key(args.key, args.pin_file)
    request = _request(args, seal, key)
    work = errands(args.files, args.out)
    if args.resume:
        refuse_another_key(work, key.certificate)
    results: list[Outcome] = []

    def signed(pdf: bytes, file: str) -> bytes:
        return sign(pdf, key, request, stamps=stamps, evidence=evidence, file=file)

    try:
        with _stopped_gently() as stopping:
            outcomes = sign_files(
                work,
                signed,
                done=lambda errand: (
                    args.resume and signed_before(errand, key.certificate, args.level)
                ),
                stop=stopping,
            )
            results += with_progress(outcomes, len(work), lambda outcome: outcome.source.name)
    finally:
        key.close()
    return _told(args, results)


@contextmanager
def _stopped_gently() -> Iterator[Callable[[], bool]]:
    """While it lasts the first Ctrl+C lets the file at hand be finished; the second does not."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        note(say("签完手头这一份就停……", "Stopping after the file at hand…"))

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _told(args: argparse.Namespace, results: list[Outcome]) -> int:
    failed = [outcome for outcome in results if outcome.problem is not None]
    if failed and len(failed) == len(results):
        for outcome in failed:
            problem = outcome.problem
            if problem is not None and not isinstance(problem, (*ABOUT_ONE_FILE, BatchStopped)):
                raise problem  # the key, the time stamps, the disk: nothing was done at all
    if args.json:
        print_json([_as_json(outcome, args.level) for outcome in results])
    for outcome in results:
        if outcome.target is not None and not args.json:
            print(outcome.target)
        for warning in outcome.warnings:
            note(warning.sentence(language()))
    unreached = [o for o in failed if isinstance(o.problem, BatchStopped)]
    for outcome in failed:
        if outcome.problem is not None and (outcome not in unreached or outcome is unreached[0]):
            note(outcome.problem.sentence(language()))
    if len(unreached) > 1:
        more = len(unreached) - 1
        note(say(f"后面还有 {more} 份也没有签。", f"{more} more files after it were not signed."))
    return BAD_ANSWER if failed else GOOD


def _as_json(outcome: Outcome, level: Level) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file": str(outcome.source),
        "out": str(outcome.target) if outcome.target is not None else None,
        "level": level if outcome.target is not None else None,
        "seconds": round(outcome.seconds, 4),
    }
    if outcome.problem is not None:
        told["problem"] = outcome.problem.sentence(language())
    if outcome.warnings:
        told["warnings"] = [warning.sentence(language()) for warning in outcome.warnings]
    if outcome.already:
        told["already"] = True
    return told


def _check_usage(args: argparse.Namespace) -> None:
    """What is wrong with the words is told before a PIN is asked for."""
    check_key(args.key)
    for path in args.files:
        if not path.is_file():
            raise FileUnreadable(file=path, reason=say("没有这个文件", "there is no such file"))
    if args.level.stamped and not (args.tsa or _settings().tsa):
        problem = say(
            f"{args.level} 级签名需要时间戳服务器：--tsa 网址，或者设置里写 tsa。",
            f"Level {args.level} needs a time-stamp server: --tsa URL, or the setting tsa.",
        )
        raise UsageWrong(problem=problem, command="sign")
    check_pin(args.key, args.pin_file, "sign")


def _settings() -> Settings:
    return load_settings(home().settings)


def _services(args: argparse.Namespace) -> tuple[TimeStamps | None, EvidenceSource | None]:
    from station.services.proofs import evidence_from, stamps_from

    if not args.level.stamped:
        return None, None
    stamps = stamps_from(args.tsa or _settings().tsa)
    if not args.level.evidenced:
        return stamps, None
    return stamps, evidence_from(
        args.evidence or [place for place in [_settings().evidence] if place]
    )


def _request(args: argparse.Namespace, seal: Picture | None, key: SigningKey) -> SignRequest:
    from signing.appearance import StagePlate
    from signing.certificates import holder_of

    at = datetime.now().astimezone()
    look: Appearance | None = seal
    if seal is None and args.field:
        look = StagePlate.of(holder_of(key.certificate), args.reason or say("签署", "Signed"), at)
    place = None
    if seal is not None and not args.field:
        page = args.page - 1 if args.page > 0 else args.page
        place = FieldPlan(page=page, box_mm=_CORNER_MM)
    return SignRequest(
        args.field, args.level, args.reason, args.location, at=at, appearance=look, place=place
    )
