"""``station card``: reads the resident ID card on the reader."""

from __future__ import annotations

import argparse
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    language,
    note,
    print_json,
    say,
)
from station.commands.usage import seconds

if TYPE_CHECKING:
    from station.devices.idcard import CardReading, IdCardReader

_LOOK_AGAIN = 0.3  # seconds; readers themselves look about as often


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device", required=True, metavar="ID", help="serial:/dev/ttyUSB0, simulated:card_reader"
    )
    parser.add_argument(
        "--wait",
        type=seconds,
        default=5.0,
        metavar="SECONDS",
        help=say("等卡多久", "how long to wait for a card"),
    )
    parser.add_argument(
        "--photo-dir",
        metavar="DIR",
        help=say("照片存到哪里", "where the portrait is written, if any"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from station.commands.page import out_folder
    from station.devices.registry import open_card_reader

    folder = out_folder(args.photo_dir) if args.photo_dir else None
    reader = open_card_reader(args.device)
    try:
        card = _wait_for_card(reader, args.wait)
    finally:
        reader.close()
    photo = _write_photo(card, folder) if folder else None
    problems = card.problems(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    told = [problem.en if language() == "en" else problem.zh for problem in problems]
    answer = _as_json(card, photo, told)
    if args.json:
        print_json(answer)
    else:
        _print(answer)
    return BAD_ANSWER if problems else GOOD


def _wait_for_card(reader: IdCardReader, seconds: float) -> CardReading:
    from station.devices.idcard import CardNotPresent

    deadline = time.monotonic() + seconds
    asked = False
    while True:
        try:
            return reader.read()
        except CardNotPresent:
            if time.monotonic() >= deadline:
                raise
        if not asked:
            note(say("请把身份证放到读卡器上……", "Lay the ID card on the reader…"))
            asked = True
        time.sleep(_LOOK_AGAIN)


def _write_photo(card: CardReading, folder: Path) -> Path | None:
    from station.commands.page import write_new

    if card.photo is None:
        return None
    endings = {b"BM": ".bmp", b"\xff\xd8": ".jpg"}
    return write_new(folder, f"portrait{endings.get(card.photo[:2], '.png')}", card.photo)


def _as_json(card: CardReading, photo: Path | None, problems: list[str]) -> dict[str, Any]:
    from station.devices.idcard_record import LONG_TERM

    return {
        "kind": card.kind.value,
        "name": card.name or card.english_name,
        "sex": card.sex,
        "nation": card.nation,
        "birth": _day(card.birth),
        "address": card.address,
        "id_number": card.id_number,
        "issuer": card.issuer,
        "valid_from": _day(card.valid_from),
        "valid_to": LONG_TERM if card.long_term else _day(card.valid_to),
        "photo": str(photo) if photo else None,
        "problems": problems,
        "english_name": card.english_name,
        "newest_address": card.newest_address,
        "pass_number": card.pass_number,
        "issue_count": card.issue_count,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


_LABELS = {
    "name": ("姓名", "Name"),
    "sex": ("性别", "Sex"),
    "nation": ("民族", "Nation"),
    "birth": ("出生", "Born"),
    "address": ("住址", "Address"),
    "newest_address": ("最新住址", "Newest address"),
    "id_number": ("证件号码", "Number"),
    "issuer": ("签发机关", "Issuer"),
    "valid_from": ("有效期起", "Valid from"),
    "valid_to": ("有效期止", "Valid to"),
    "photo": ("照片", "Portrait"),
}


def _print(answer: dict[str, Any]) -> None:
    for field, label in _LABELS.items():
        if answer[field]:
            print(f"{say(*label)}  {answer[field]}")
    for problem in answer["problems"]:
        print(say(f"注意：{problem}", f"Mind: {problem}"))
