"""A package as one .zip or as a folder: bytes by name, and whatever does not belong there.

Nothing is ever unpacked to the disk: names from a foreign archive reach no file system. The zip
is the plainest there is: entries stored, sorted, all of one date, nothing before, between or
after them, so that the same files always make the same bytes and nothing can hide.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from signing.files import sync_folder, write_whole
from station.archive.form import README
from station.archive.verdict import Words
from station.errors import FileUnreadable

MOST_BYTES = 2 << 30  # of all files together; far more than any case has
_MOST_FILES = 10_000
_MOST_GROWTH = 100  # papers shrink to a third when zipped; only bombs to a hundredth
_DATE = (1980, 1, 1, 0, 0, 0)
_LOCAL_HEADER = 30


class NoPackage(Exception):
    """What was given cannot be a package; ``words`` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package holds: bytes by name, and what is odd about the container itself."""

    files: Mapping[str, bytes]
    oddities: tuple[Words, ...] = ()


def write(path: Path, files: Mapping[str, bytes]) -> None:
    """Writes a package that is there whole or not at all: a zip where ``path`` ends so, else a
    folder, which must not be there. Raises ``OSError``."""
    if path.suffix.lower() == ".zip":
        write_whole(path, pack(files))
        return
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        for name, data in files.items():
            target = part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, data)
        part.chmod(0o755)
        part.rename(path)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(path.parent)


def replace(path: Path, files: Mapping[str, bytes]) -> None:
    """Puts a package in the place of the one at ``path``. Raises ``OSError``.

    A zip is exchanged in one step. A folder cannot be: for a moment the old one stands beside it
    under a name of its own, and both are whole.
    """
    if not path.is_dir():
        write_whole(path, pack(files))
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    fresh = aside / "new"
    write(fresh, files)
    path.rename(aside / "old")
    fresh.rename(path)
    sync_folder(path.parent)
    shutil.rmtree(aside, ignore_errors=True)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip, always the same bytes for the same files; the README comes first."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files, key=lambda name: (name != README, name)):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 3  # Unix, whatever this machine is
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[name])
    return buffer.getvalue()


def read(path: Path) -> Contents:
    """What lies in a package. Raises ``NoPackage``; ``FileUnreadable`` when it is not there."""
    try:
        if path.is_dir():
            return _folder(path)
        if path.stat().st_size > MOST_BYTES:
            raise NoPackage(_too_large())
        return _zip(path.read_bytes())
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror or error) from error


def _folder(folder: Path) -> Contents:
    files: dict[str, bytes] = {}
    oddities: list[Words] = []
    total = 0
    for where, folders, names in os.walk(folder):
        for name in sorted((*folders, *names)):
            path = Path(where) / name
            inside = path.relative_to(folder).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                oddities.append(
                    Words(
                        f"{inside} 不是普通文件，没有看它。",
                        f"{inside} is no ordinary file and was not looked at.",
                    )
                )
                continue
            total += path.stat().st_size
            if total > MOST_BYTES or len(files) >= _MOST_FILES:
                raise NoPackage(_too_large())
            files[inside] = path.read_bytes()
    return Contents(files, tuple(oddities))


def _zip(data: bytes) -> Contents:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise NoPackage(
            Words(
                "这不是归档包：既不是文件夹，也不是完好的 zip 文件。",
                "This is no archive package: neither a folder nor a whole zip file.",
            )
        ) from error
    _refuse_bomb(entries, len(data))
    files: dict[str, bytes] = {}
    oddities: list[Words] = []
    for entry in entries:
        oddity = _oddity(entry, files)
        if oddity is not None:
            oddities.append(oddity)
            continue
        content = _stored(data, entry)
        if content is None:
            oddities.append(
                Words(
                    f"压缩包里 {entry.filename} 的目录和内容对不上。",
                    f"The zip's directory and content disagree about {entry.filename}.",
                )
            )
            continue
        files[entry.filename] = content
    if not oddities and pack(files) != data:
        oddities.append(
            Words(
                "压缩包里除了这些文件还有别的字节，或者它的校验和不对。",
                "The zip holds bytes beside its files, or its checksums are wrong.",
            )
        )
    return Contents(files, tuple(oddities))


def _refuse_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    """A package is never compressed, so its files are never larger than itself."""
    total = sum(entry.file_size for entry in entries)
    compressed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if len(entries) > _MOST_FILES or total > size * (_MOST_GROWTH if compressed else 1):
        raise NoPackage(
            Words(
                "压缩包展开后比它自己大得多，像是“压缩炸弹”，没有打开。",
                "It would grow far beyond its own size (a “zip bomb”) and was not opened.",
            )
        )
    if compressed:
        raise NoPackage(
            Words(
                "归档包从不压缩，这个是压缩过的，可能被重新打包过；请解开成文件夹再核验。",
                "Packages are never compressed, but this one is: somebody packed it anew. "
                "Unpack it and verify the folder.",
            )
        )


def _oddity(entry: zipfile.ZipInfo, files: Mapping[str, bytes]) -> Words | None:
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    if (
        not parts
        or name.startswith("/")
        or "\\" in name
        or ":" in parts[0]
        or any(part in ("..", ".") for part in name.split("/"))
        or any(not character.isprintable() for character in name)
    ):
        shown = ascii(name)
        return Words(
            f"压缩包里有指到包外去的文件名 {shown}，没有理它。",
            f"The zip has a name that points outside of it, {shown}; it was passed over.",
        )
    if name in files:
        return Words(
            f"压缩包里有两个都叫 {name} 的文件，只看了第一个。",
            f"The zip has two files called {name}; only the first was looked at.",
        )
    if name.endswith("/"):
        return Words(
            f"压缩包里有一个多余的文件夹 {name}。",
            f"The zip has a folder {name} that does not belong.",
        )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or entry.flag_bits & 1:
        return Words(
            f"{name} 不是普通文件，没有看它。",
            f"{name} is no ordinary file and was not looked at.",
        )
    return None


def _stored(data: bytes, entry: zipfile.ZipInfo) -> bytes | None:
    """The entry's bytes, changed or not: whether they are right the manifest says, not a CRC."""
    start = entry.header_offset
    header = data[start : start + _LOCAL_HEADER]
    if header[:4] != b"PK\x03\x04" or len(header) < _LOCAL_HEADER:
        return None
    name_length = int.from_bytes(header[26:28], "little")
    extra_length = int.from_bytes(header[28:30], "little")
    name_start = start + _LOCAL_HEADER
    name = data[name_start : name_start + name_length].decode("utf-8", "replace")
    begin = name_start + name_length + extra_length
    content = data[begin : begin + entry.file_size]
    if name != entry.orig_filename or len(content) != entry.file_size:
        return None
    return content


def _too_large() -> Words:
    return Words(
        "它太大了，不会是一件办件的归档包。",
        "It is too large to be the package of one case.",
    )
