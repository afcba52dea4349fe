"""``station sign``: signs PDFs in one batch with one PIN.

What is signed is on the disk before the next file is begun. A file that cannot be signed does not
stop the others; a key that is pulled out does, and what was signed before stays.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from signing.errors import ExplainedError
from signing.pades import Level, SignRequest
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
from station.commands.proof_options import add_proof_options, proof_places
from station.errors import FileUnreadable, UsageWrong
from station.services.batch_signing import (
    ABOUT_ONE_FILE,
    BatchStopped,
    Outcome,
    Signed,
    errands,
    read,
    refuse_another_key,
    sign_files,
    signed_before,
)

if TYPE_CHECKING:
    from signing.appearance import Appearance, Picture
    from signing.keys.protocol import SigningKey
    from signing.timestamps import TimeStamps
    from signing.trust import EvidenceSource
    from station.services.seal_placement import SealWish

_SEAL_MM = 42.0  # the size of an official seal
_PLATE_MM = (64.0, 22.0)


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
    add_proof_options(parser)
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
    parser.add_argument(
        "--seal-mm", type=float, default=_SEAL_MM, metavar="MM",
        help=say(
            f"章有多大（图里章本身的长边，毫米），默认 {_SEAL_MM:g}",
            f"size of the seal itself in millimetres; {_SEAL_MM:g} if not given",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--place", metavar="X,Y",
        help=say(
            "章左上角离页面左边、上边多少毫米；负数从右边、下边算，写成 --place=-62,-62",
            "where the seal's top left corner is, in mm from left and top; negative from right and "
            "bottom, written --place=-62,-62",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--keyword", default="", metavar="TEXT",
        help=say("章盖在这几个字上", "put the seal on this text"),
    )  # fmt: skip
    parser.add_argument(
        "--hit", default="", metavar="N|first|last",
        help=say("关键词有多处时，盖哪一处", "which of several places of the keyword"),
    )  # fmt: skip
    parser.add_argument(
        "--cover", choices=["warn", "refuse", "avoid", "allow"], default="warn",
        help=say(
            "章会压住文字时：warn 照盖并提醒（默认），refuse 不签，avoid 放到最近的空白处，"
            "allow 不管",
            "when the seal would cover text: warn (default), refuse, avoid it by the nearest free "
            "place, or allow",
        ),
    )  # fmt: skip
    parser.add_argument(
        "--riding", action="store_true",
        help=say("加盖骑缝章", "also a riding seal across the page edges"),
    )  # fmt: skip
    parser.add_argument(
        "--plate", action="store_true",
        help=say("写明签名人、单位、日期", "show who signed, of which unit, and when"),
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
    wish = _wish(args)
    seal = Picture(read(args.seal), str(args.seal), args.seal_mm) if args.seal else None
    stamps, evidence = _services(args)
    key = opened_key(args.key, args.pin_file)
    request = _request(args, seal, key)
    work = errands(args.files, args.out)
    if args.resume:
        refuse_another_key(work, key.certificate)
    results: list[Outcome] = []

    def signed(pdf: bytes, file: str) -> Signed:
        from station.services.seal_placement import Cover, placed, ridden

        asked = request
        warnings: tuple[ExplainedError, ...] = ()
        if wish is not None:
            where = placed(pdf, wish, file)
            asked, warnings = replace(asked, place=where.plan), where.warnings
        if request.riding is not None:
            across = ridden(pdf, request.riding, Cover(args.cover), file)
            asked = replace(asked, riding=across.riding)
            warnings = (*warnings, *across.warnings)
        made = sign(pdf, key, asked, stamps=stamps, evidence=evidence, file=file)
        return Signed(made, warnings)

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
    if args.level.stamped and not proof_places(args).tsa:
        problem = say(
            f"{args.level} 级签名需要时间戳服务器：--tsa 网址，或者设置里写 tsa。",
            f"Level {args.level} needs a time-stamp server: --tsa URL, or the setting tsa.",
        )
        raise UsageWrong(problem=problem, command="sign")
    if (args.riding or args.keyword) and not args.seal:
        problem = say(
            "骑缝章和关键词都要有章：--seal 图片。", "That needs a seal to put there: --seal IMAGE."
        )
        raise UsageWrong(problem=problem, command="sign")
    if not 5 <= args.seal_mm <= 100:
        problem = say(
            "章的大小要在 5 到 100 毫米之间。", "A seal is between 5 and 100 millimetres large."
        )
        raise UsageWrong(problem=problem, command="sign")
    check_pin(args.key, args.pin_file, "sign")


def _services(args: argparse.Namespace) -> tuple[TimeStamps | None, EvidenceSource | None]:
    from station.services.proofs import evidence_from, stamps_from

    if not args.level.stamped:
        return None, None
    places = proof_places(args)
    stamps = stamps_from(places.tsa)
    return stamps, evidence_from(places.evidence) if args.level.evidenced else None


def _request(args: argparse.Namespace, seal: Picture | None, key: SigningKey) -> SignRequest:
    from signing.appearance import Beside, StagePlate
    from signing.certificates import holder_of
    from signing.pades.riding import Riding

    at = datetime.now().astimezone()
    look: Appearance | None = seal
    if args.plate or (seal is None and args.field):
        stage = args.reason or say("签署", "Signed")
        plate = StagePlate.of(holder_of(key.certificate), stage, at)
        look = Beside(plate, seal) if seal is not None else plate
    riding = Riding(seal, args.seal_mm) if seal is not None and args.riding else None
    return SignRequest(
        args.field, args.level, args.reason, args.location, at=at, appearance=look, riding=riding
    )


def _wish(args: argparse.Namespace) -> SealWish | None:
    """Where something visible is to be put; None when there is a field for it, or nothing."""
    from station.services.seal_placement import Cover, SealWish

    if args.field or not (args.seal or args.plate):
        return None
    width = height = args.seal_mm
    middle = None
    if args.plate:
        width, height = _PLATE_MM
        if args.seal:
            width, height = width + 0.72 * args.seal_mm, max(height, args.seal_mm)
            middle = (width - args.seal_mm / 2, height / 2)  # the seal's, and not the plate's
    return SealWish(
        width,
        height,
        page=args.page - 1 if args.page > 0 else args.page,
        place_mm=_pair(args.place),
        keyword=args.keyword,
        hit=_hit(args.hit),
        cover=Cover(args.cover),
        middle_mm=middle,
    )


def _pair(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        x, y = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        problem = say(f"--place {text} 看不懂，", f"The place {text} is not X,Y in millimetres. ")
        raise UsageWrong(problem=problem, command="sign") from None
    return x, y


def _hit(text: str) -> int:
    try:
        return {"": 0, "first": 1, "last": -1}.get(text) or int(text or 0)
    except ValueError:
        problem = say(f"--hit {text} 看不懂，", f"“{text}” is no number, first or last. ")
        raise UsageWrong(problem=problem, command="sign") from None
