"""Uploads that survive cut lines and a killed hub: the file side of tus 1.0.

An upload is named by the SHA-256 of the bytes it will have, so that a client that forgot
everything still finds its own beginning, and the same document is never taken in twice. What is
received lies in ``<digest>.part``; its length *is* the offset, so no second record can disagree.
Complete and right, the file moves to the blobs. HTTP lives in ``routes_uploads.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signing.files import write_whole
from station.hub.blobs import Blobs, disk_may_be_full, is_digest
from station.wire.problems import (
    ChecksumMismatch,
    OffsetConflict,
    RequestMalformed,
    UploadTooLarge,
    UploadUnknown,
)

KEPT = timedelta(days=7)  # an unfinished upload is swept away after this
_PIECE = 1 << 20


def _welcome(length: int) -> None:
    """Everybody may upload what they like."""


@dataclass(frozen=True, slots=True)
class Upload:
    """How far an upload is, in bytes."""

    digest: str
    length: int
    offset: int

    @property
    def complete(self) -> bool:
        return self.offset == self.length


class Uploads:
    """Unfinished uploads in ``folder``, on the same disk as the blobs they become.

    Not more than one caller at a time may write to one upload; the routes see to that.
    """

    def __init__(self, folder: Path, blobs: Blobs, most_bytes: int) -> None:
        self._folder = folder
        self._blobs = blobs
        self.most_bytes = most_bytes
        self._beginning = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def begin(self, digest: str, length: int, new: Callable[[int], None] = _welcome) -> Upload:
        """Opens the upload, or finds it as far as it is; complete when the hub has the blob.

        ``new`` hears the length of one that is not here yet, and may refuse it.
        """
        if not is_digest(digest):
            raise RequestMalformed(reason="sha256 must be 64 lower-case hexadecimal digits")
        if length > self.most_bytes:
            raise UploadTooLarge(size=length, most=self.most_bytes)
        if length < 1:
            raise RequestMalformed(reason="an upload has at least one byte")
        with self._beginning:  # two that begin the same at once find each other
            return self._found_or_made(digest, length, new)

    def _found_or_made(self, digest: str, length: int, new: Callable[[int], None]) -> Upload:
        try:
            found = self.find(digest)
        except UploadUnknown:
            found = None
        if found is not None and found.length == length:
            if found.complete:
                self._blobs.renew(digest)
            return found
        if found is not None and found.complete:
            raise RequestMalformed(reason=f"a document with this digest has {found.length} bytes")
        new(length)
        with disk_may_be_full():
            self._part(digest).unlink(missing_ok=True)
            write_whole(self._note(digest), json.dumps({"length": length}).encode())
            self._part(digest).touch()
        return Upload(digest, length, 0)

    def find(self, digest: str) -> Upload:
        """How far the upload is; finishes one whose last step a crash cut off."""
        if not is_digest(digest):
            raise UploadUnknown()
        size = self._blobs.size(digest)
        if size is not None:
            self._note(digest).unlink(missing_ok=True)  # left by a crash after the last step
            return Upload(digest, size, size)
        try:
            length = int(json.loads(self._note(digest).read_bytes())["length"])
            offset = self._part(digest).stat().st_size
        except FileNotFoundError:
            raise UploadUnknown() from None
        found = Upload(digest, length, offset)
        if found.complete:
            self._finish(digest)
        return found

    def append(self, upload: Upload, data: bytes) -> Upload:
        """Writes the next bytes behind the offset; they are durable only after ``settle``."""
        if upload.offset + len(data) > upload.length:
            raise RequestMalformed(reason="more bytes than the upload's length")
        with disk_may_be_full(), self._part(upload.digest).open("r+b") as file:
            if file.seek(0, os.SEEK_END) != upload.offset:
                raise OffsetConflict(offset=file.tell())
            file.write(data)
        return Upload(upload.digest, upload.length, upload.offset + len(data))

    def settle(self, upload: Upload) -> None:
        """Has what was received on the disk; a complete upload becomes a blob.

        Raises ``ChecksumMismatch`` when the whole does not have its digest; then it is gone.
        """
        if upload.complete:
            self._finish(upload.digest)
            return
        with disk_may_be_full(), self._part(upload.digest).open("r+b") as file:
            os.fsync(file.fileno())

    def take_back(self, upload: Upload, offset: int) -> None:
        """Forgets everything behind ``offset``: a part whose checksum was wrong."""
        with self._part(upload.digest).open("r+b") as file:
            file.truncate(offset)

    def drop(self, digest: str) -> None:
        """Forgets an unfinished upload; ``UploadUnknown`` when there is none."""
        if not is_digest(digest) or not self._note(digest).exists():
            raise UploadUnknown()
        self._forget(digest)

    def sweep(self, now: datetime) -> int:
        """Forgets what lay untouched too long, torn files of a crash too; returns how many."""
        swept = 0
        for file in sorted(self._folder.iterdir(), reverse=True):  # a part before its note
            newest = max(f.stat().st_mtime for f in (file, file.with_suffix(".part")) if f.exists())
            if now.timestamp() - newest > KEPT.total_seconds():
                file.unlink(missing_ok=True)
                swept += file.suffix == ".json"
        return swept

    def _finish(self, digest: str) -> None:
        part = self._part(digest)
        total = hashlib.sha256()
        with part.open("rb") as file:
            while piece := file.read(_PIECE):
                total.update(piece)
        if total.hexdigest() != digest:
            self._forget(digest)
            raise ChecksumMismatch()
        self._blobs.keep(digest, part)
        self._note(digest).unlink(missing_ok=True)

    def _forget(self, digest: str) -> None:
        # The note goes last: a part without a note could never be swept.
        self._part(digest).unlink(missing_ok=True)
        self._note(digest).unlink(missing_ok=True)

    def _part(self, digest: str) -> Path:
        return self._folder / f"{digest}.part"

    def _note(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"
