"""``station page``: photographs and scans through the page pipeline, one finished page each."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
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
from station.errors import DiskFull, FileUnreadable, InputError

if TYPE_CHECKING:
    from station.imaging.pipeline import PagePipeline, PageResult

PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".tif", ".tiff", ".bmp", ".webp"})


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
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from station.imaging.pipeline import PagePipeline

    files = pictures_in(args.pictures)
    out = out_folder(args.out)
    answers: list[dict[str, Any]] = []
    failed = 0
    with PagePipeline() as pipeline:
        for file in with_progress(files, len(files), lambda f: f.name):
            try:
                result = _page(pipeline, file, args.profile)
                target = write_new(out, f"{file.stem}.jpg", result.page.jpeg)
            except DiskFull:
                raise
            except ExplainedError as error:
                failed += 1
                note(error.sentence(language()))
                answers.append(failure(file, error))
                continue
            answers.append(as_json(file, result, target))
            if not args.json:
                print(_line(file, result, target))
    if args.json:
        print_json(answers)
    return status_of(failed, len(files))


def status_of(failed: int, total: int) -> int:
    """Some files without an answer make the answer bad; all of them, and nothing could run."""
    if failed == total:
        return COULD_NOT_RUN
    return BAD_ANSWER if failed else GOOD


def _page(pipeline: PagePipeline, file: Path, profile: str) -> PageResult:
    return pipeline.process(read_file(file), profile, name=file.name)


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

    The name is reserved by creating the file, so two runs into one folder cannot take the same
    one. Raises ``DiskFull`` or ``FileUnreadable``.
    """
    stem, ending = Path(name).stem, Path(name).suffix
    number = 1
    while True:
        target = folder / (name if number == 1 else f"{stem}-{number}{ending}")
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            number += 1
            continue
        except OSError as error:
            raise _not_written(folder, target, error) from error
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError as error:
            target.unlink(missing_ok=True)
            raise _not_written(folder, target, error) from error
        return target


def _not_written(folder: Path, target: Path, error: OSError) -> ExplainedError:
    import errno

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
