"""``station sign``: signs PDFs in one batch with one PIN.

What is signed is on the disk before the next file is begun. A file that cannot be signed does not
stop the others; a key that is pulled out does, and what was signed before stays.
"""

from __future__ import annotations

import argparse
import errno
import itertools
import sys
import time
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signing.errors import (
    DocumentNotSignable,
    ExplainedError,
    FieldAlreadySigned,
    FieldNotFound,
    PinWrong,
)
from signing.files import write_whole
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
from station.errors import DiskFull, FileUnreadable, InputError, UsageWrong

if TYPE_CHECKING:
    from signing.appearance import Appearance, Picture
    from signing.keys.protocol import SigningKey
    from signing.timestamps import TimeStamps
    from signing.trust import EvidenceSource

# At the bottom right of the page, 20 mm from its edges; 42 mm is the size of an official seal.
_CORNER_MM = (-62.0, -62.0, 42.0, 42.0)

# These concern one document; the next may well be signed.
_ABOUT_ONE_FILE = (DocumentNotSignable, FieldNotFound, FieldAlreadySigned, FileUnreadable)


class KeyKindUnknown(InputError):
    what = "Nothing was signed."
    cause = "Keys of the kind “{kind}” cannot be used yet."
    remedy = "Use a key file: --key p12:PATH."
    zh = ("没有签名。", "还不能使用“{kind}”类的密钥。", "请用密钥文件：--key p12:路径。")


class OutputUnwritable(InputError):
    what = "{file} was not saved."
    cause = "{reason}"
    remedy = "Choose another folder with --out."
    zh = ("{file} 没有保存。", "{reason}", "请用 --out 另选一个文件夹。")


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
        help=say("时间戳服务器，B-T 级起必填", "time-stamp server, from level B-T on"),
    )  # fmt: skip
    parser.add_argument(
        "--evidence", action="append", default=[], type=Path, metavar="FILE",
        help=say(
            "B-LT 和 B-LTA 用的吊销列表或 OCSP 应答，不给就向证书里的网址取",
            "revocation list or OCSP response for B-LT and B-LTA; else they are fetched",
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
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Signs every file; 1 when at least one was not signed."""
    from signing.appearance import Picture
    from signing.pades.signature import sign

    _check_usage(args)
    seal = Picture(_read(args.seal), str(args.seal)) if args.seal else None
    stamps, evidence = _services(args)
    key = _opened_key(args)
    request = _request(args, seal, key)
    results: list[dict[str, Any]] = []
    stopped: ExplainedError | None = None
    work = list(zip(args.files, _targets(args.files, args.out), strict=True))
    try:
        for path, target in with_progress(work, len(work), lambda pair: pair[0].name):
            began = time.perf_counter()
            try:
                if stopped is not None:
                    raise stopped
                pdf = _read(path)
                signed = sign(pdf, key, request, stamps=stamps, evidence=evidence, file=str(path))
                _save(target, signed)
            except _ABOUT_ONE_FILE as error:
                results.append(_failure(path, error))
            except ExplainedError as error:  # the key, the time stamps, the disk: no use going on
                if not any(result["out"] for result in results):
                    raise
                stopped = error
                results.append(_failure(path, error))
            else:
                seconds = round(time.perf_counter() - began, 4)
                results.append(
                    {"file": str(path), "out": str(target), "level": args.level, "seconds": seconds}
                )
    finally:
        key.close()
    return _told(args, results)


def _told(args: argparse.Namespace, results: list[dict[str, Any]]) -> int:
    if args.json:
        print_json(results)
    for result in results:
        if result["out"] is None:
            note(result["problem"])
        elif not args.json:
            print(result["out"])
    return BAD_ANSWER if any(result["out"] is None for result in results) else GOOD


def _failure(path: Path, error: ExplainedError) -> dict[str, Any]:
    problem = error.sentence(language())
    return {"file": str(path), "out": None, "level": None, "seconds": 0.0, "problem": problem}


def _check_usage(args: argparse.Namespace) -> None:
    """What is wrong with the words is told before a PIN is asked for."""
    kind = args.key.partition(":")[0]
    if kind != "p12":
        raise KeyKindUnknown(kind=kind)
    for path in args.files:
        if not path.is_file():
            raise FileUnreadable(file=path, reason=say("没有这个文件", "there is no such file"))
    if args.level.stamped and not args.tsa:
        problem = say(
            f"{args.level} 级签名需要时间戳服务器：--tsa 网址。",
            f"Level {args.level} needs a time-stamp server: --tsa URL.",
        )
        raise UsageWrong(problem=problem, command="sign")
    if not args.pin_file and not sys.stdin.isatty():
        problem = say(
            "这里没有终端可以输入 PIN，请用 --pin-file。",
            "There is no terminal to type the PIN on; give --pin-file.",
        )
        raise UsageWrong(problem=problem, command="sign")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror or error) from error


def _services(args: argparse.Namespace) -> tuple[TimeStamps | None, EvidenceSource | None]:
    from signing.authority.evidence import FetchedEvidence
    from signing.timestamps import HttpTimeStamps
    from signing.trust import load_trust

    stamps = HttpTimeStamps(args.tsa) if args.level.stamped else None
    evidence = FetchedEvidence(load_trust(args.evidence).evidence) if args.level.evidenced else None
    return stamps, evidence


def _opened_key(args: argparse.Namespace) -> SigningKey:
    from signing.keys.pkcs12 import open_p12

    path = Path(args.key.partition(":")[2])
    if args.pin_file == "-":
        return open_p12(path, sys.stdin.readline().rstrip("\r\n"))
    if args.pin_file:
        lines = _read(Path(args.pin_file)).decode(errors="replace").splitlines()
        return open_p12(path, lines[0] if lines else "")
    while True:
        try:
            return open_p12(path, getpass("PIN: "))
        except PinWrong as error:
            note(error.sentence(language()))


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


def _targets(files: list[Path], folder: Path) -> list[Path]:
    """Where each file goes: its own name in ``folder``, made unlike the others and the sources."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputUnwritable(file=folder, reason=error.strerror or error) from error
    taken = {path.resolve() for path in files}
    targets: list[Path] = []
    for path in files:
        names = itertools.chain(
            [f"{path.stem}.pdf", f"{path.stem}-signed.pdf"],
            (f"{path.stem}-signed-{number}.pdf" for number in itertools.count(2)),
        )
        target = next(folder / name for name in names if (folder / name).resolve() not in taken)
        taken.add(target.resolve())
        targets.append(target)
    return targets


def _save(target: Path, pdf: bytes) -> None:
    try:
        write_whole(target, pdf)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(where=target.parent) from error
        raise OutputUnwritable(file=target, reason=error.strerror or error) from error
