"""Writing a file that a person asked for, where the disk may be full or the folder locked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from station.errors import StoreError


class NotWritten(StoreError):
    what = "{file} was not written."
    cause = "{reason}"
    remedy = "Choose another folder, or make room on the disk."
    zh = (
        "{file} 没有写出来。",
        "{reason}",
        "请换个文件夹，或者看看盘满了没有。",
    )


def written(file: Path, write: Callable[[], None]) -> Path:
    """Runs ``write``, which writes ``file``; ``NotWritten`` when the system refuses."""
    try:
        write()
    except OSError as error:
        raise NotWritten(file=file.name, reason=error.strerror or str(error)) from error
    return file
