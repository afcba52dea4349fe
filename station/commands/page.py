"""``station page``: photographs and scans through the page pipeline, one finished page each."""

from __future__ import annotations

import argparse
import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signing.errors import ExplainedError
from station.commands.console import (
    BAD_ANSWER,
    COULD_NOT_RUN,
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
    from station.imaging.pipeline import Page, PagePipeline, PageResult

PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".tif", ".tiff", ".bmp", ".webp"})


class PageFailed(InputError):
    what = "No page was made of {file}."
    cause = "The program met something unforeseen in it ({reason})."
    remedy = "Take the picture again; if it happens again, send this file to those who maintain it."
    zh = (
        "{file} 没有做成页面。",
        "处理时遇到了没料到的情况（{reason}）。",
        "请重拍一张；再出现时请把这个文件发给维护的人。",
    )


class NoPictures(InputError):
    what = "There was nothing to do."
    cause = "There is no picture in {where}."
    remedy = "Name picture files, or a folder that holds some."
    zh = ("没有可处理的东西。", "{where} 里没有图片。", "请给出图片文件，或者放有图片的文件夹。")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="IMAGE",
        help=say("照片文件或文件夹", "picture files or folders"),
    )
    parser.add_argument(
        "--out",
        required=True,
        metavar="DIR",
        help=say("页面存到哪里", "where the pages are written"),
    )
    parser.add_argument(
        "--profile",
        choices=("auto", "a4_form", "id_card", "booklet", "photo"),
        default="auto",
        help=say("是哪种纸；不写就看形状", "the kind of paper; by default told by its shape"),
    )
    parser.add_argument(
        "--several",
        action="store_true",
        help=say("一张照片里有几张纸就出几页", "a page for every sheet that lies in one picture"),
    )
    parser.add_argument(
        "--cards-on-a4",
        action="store_true",
        help=say(
            "证件正反面（两张照片）按原大放到一页 A4 上",
            "both sides of a card (two pictures) onto one A4 page at true size",
        ),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from station.imaging.digest import Seen
    from station.imaging.judge import Notice
    from station.imaging.pipeline import PagePipeline
    from station.reading.way_up import WayUp

    files = pictures_in(args.pictures)
    out = out_folder(args.out)
    answers: list[dict[str, Any]] = []
    sides: list[Page] = []
    seen = Seen()
    failed = 0
    with PagePipeline(upside_down=WayUp().is_upside_down) as pipeline:
        for file in with_progress(files, len(files), lambda f: f.name):
            try:
                for result, target in _pages(pipeline, file, args, out):
                    if seen.before(result.digest) is not None:
                        result = replace(result, notices=(*result.notices, Notice.SAME_AS_BEFORE))
                    answers.append(as_json(file, result, target))
                    if args.cards_on_a4:
                        sides.append(result.page)
                    if not args.json:
                        print(_line(file, result, target), flush=True)
            except ExplainedError as error:
                if isinstance(error, DiskFull) and not answers:
                    raise
                failed += 1
                note(error.sentence(language()))
                answers.append(failure(file, error))
                if isinstance(error, DiskFull):
                    break  # what came before is good and is told; nothing more can be kept
    if sides:
        together = _together(sides, out)
        for answer in answers:
            answer["together"] = str(together)
        if not args.json:
            print(together)
    if args.json:
        print_json(answers)
    return status_of(failed, len(files))


def _together(sides: list[Page], out: Path) -> Path:
    from station.imaging.composition import MOST_SIDES, cards_on_a4

    if len(sides) > MOST_SIDES:
        raise UsageWrong(
            problem=say(
                f"一张 A4 上最多放 {MOST_SIDES} 面，这里有 {len(sides)} 面。",
                f"At most {MOST_SIDES} sides fit on one A4 page; there are {len(sides)}.",
            ),
            command="page",
        )
    return write_new(out, "cards-on-a4.jpg", cards_on_a4(sides).jpeg)


def status_of(failed: int, total: int) -> int:
    """Some files without an answer make the answer bad; all of them, and nothing could run."""
    if failed == total:
        return COULD_NOT_RUN
    return BAD_ANSWER if failed else GOOD


def _pages(
    pipeline: PagePipeline, file: Path, args: argparse.Namespace, out: Path
) -> Iterator[tuple[PageResult, Path]]:
    """Every page of one file, each on the disk before it is told. A scanner's TIFF holds many."""
    from station.imaging.picture import inspect

    data = read_file(file)
    profile: str = args.profile
    if args.cards_on_a4 and profile == "auto":
        profile = "id_card"
    if args.several:
        with page_alone(file):
            results = pipeline.process_several(data, profile, name=file.name)
        for count, result in enumerate(results, 1):
            name = f"{file.stem}.jpg" if count == 1 else f"{file.stem}-{count}.jpg"
            yield result, write_new(out, name, result.page.jpeg)
        return
    header = inspect(data, file.name)
    numbers: list[int | None] = list(range(header.pages)) if header.kind == "tiff" else [None]
    for number in numbers:
        with page_alone(file):
            result = pipeline.process(data, profile, name=file.name, number=number)
        name = f"{file.stem}.jpg" if not number else f"{file.stem}-p{number + 1}.jpg"
        yield result, write_new(out, name, result.page.jpeg)


@contextmanager
def page_alone(file: Path) -> Iterator[None]:
    """Turns whatever goes wrong with one page into that page's own failure: the others go on."""
    try:
        yield
    except (ExplainedError, MemoryError):
        raise
    except Exception as error:
        if os.environ.get("YIZHAN_TRACEBACK"):
            raise
        raise PageFailed(file=file.name, reason=f"{type(error).__name__}: {error}") from error


def read_file(file: Path) -> bytes:
    """The file's bytes. Raises ``FileUnreadable``."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=file, reason=_reason(error)) from error


def _reason(error: OSError) -> str:
    known = {
        FileNotFoundError: ("没有这个文件。", "There is no such file."),
        PermissionError: ("没有权限读它。", "You may not read it."),
        IsADirectoryError: ("它是一个文件夹。", "It is a folder."),
    }
    for kind, (zh, en) in known.items():
        if isinstance(error, kind):
            return say(zh, en)
    return error.strerror or str(error)


def pictures_in(words: list[str]) -> list[Path]:
    """The files named, and the pictures in the folders named, in order, each once.

    A file named outright is taken whatever its ending; a path that does not exist is kept, so
    that its failure is reported beside the others. Raises ``NoPictures``.
    """
    found: dict[Path, None] = {}
    for word in words:
        path = Path(word)
        for file in _in_folder(path) if path.is_dir() else [path]:
            found[file] = None
    if not found:
        raise NoPictures(where="、".join(words))
    return list(found)


def _in_folder(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in PICTURE_ENDINGS and file.is_file():
            yield file


def out_folder(word: str) -> Path:
    """The folder for results, made when missing. Raises ``FileUnreadable``."""
    folder = Path(word)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = say("这里建不了文件夹。", "No folder can be made there.")
        raise FileUnreadable(file=folder, reason=reason) from error
    return folder


def write_new(folder: Path, name: str, data: bytes) -> Path:
    """Writes ``data`` under ``name``, or ``name-2``, ``name-3`` …: no earlier page is overwritten.

    The page is whole and on the disk when this returns, and no other run can take its name: it
    is written beside, synced, and then given the first free name in one step. A process killed
    half way leaves a hidden file and no half page. Raises ``DiskFull`` or ``FileUnreadable``.
    """
    stem, ending = Path(name).stem, Path(name).suffix
    beside = folder / f".{stem[:60]}-{uuid.uuid4().hex[:12]}.part"
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        number = 1
        while True:
            target = folder / (name if number == 1 else f"{stem}-{number}{ending}")
            if _given(beside, target):
                break
            number += 1
        _sync_folder(folder)
    except OSError as error:
        raise _not_written(folder, folder / name, error) from error
    finally:
        beside.unlink(missing_ok=True)
    return target


def _given(beside: Path, target: Path) -> bool:
    """Gives the finished file its name; False when the name is taken."""
    try:
        os.link(beside, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        # a stick or a share without links: the name is reserved by an empty file first
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
        except FileExistsError:
            return False
        beside.replace(target)
    return True


def _sync_folder(folder: Path) -> None:
    """The names too are on the disk; Windows does that by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(folder: Path, target: Path, error: OSError) -> ExplainedError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(where=folder)
    return FileUnreadable(file=target, reason=say("这里写不进去。", "It cannot be written there."))


def as_json(file: Path, result: PageResult, target: Path) -> dict[str, Any]:
    """One page as ``station page`` and ``station scan`` print it."""
    quality = result.quality
    return {
        "file": str(file),
        "kind": result.kind.value,
        "quad": result.quad.rounded() if result.quad is not None else None,
        "quad_sure": result.quad_sure,
        "skew_deg": result.skew_deg,
        "quality": {
            "sharpness": quality.sharpness,
            "glare": quality.glare,
            "cut_off": quality.cut_off,
            "dark": quality.dark,
        },
        "warnings": [notice.value for notice in result.notices],
        "out": str(target),
        "ms": result.ms,
        "confidence": result.confidence,
        "profile": result.parameters.profile,
        "size": [result.page.width, result.page.height],
        "dpi": result.page.dpi,
    }


def failure(file: Path, error: ExplainedError) -> dict[str, Any]:
    """A picture that gave no page, in the same shape."""
    return {
        "file": str(file),
        "kind": None,
        "quad": None,
        "quad_sure": False,
        "skew_deg": None,
        "quality": None,
        "warnings": [],
        "out": None,
        "ms": None,
        "error": {"code": error.code, "text": error.sentence(language())},
    }


def _line(file: Path, result: PageResult, target: Path) -> str:
    from station.imaging.judge import SAID

    notices = say("；", "; ").join(say(*SAID[notice]) for notice in result.notices)
    return f"{file.name} → {target}" + (f"  {notices}" if notices else "")
