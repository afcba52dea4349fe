"""What a document says of the handwriting on it, for everybody to check: digests, and no stroke."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from signing.handwriting import InkDamaged

NOTE_FILE, RECORD_FILE = "ink.json", "ink.p7m"
INK_NAME, DATE_NAME = "/YzInk", "/YzInkDate"  # the drawings' names among the page's resources

_FORMAT = "yizhan-ink/2"
_DIGESTS = ("shown_sha256", "record_sha256", "sealed_sha256", "drawing_sha256")


def is_note(data: bytes) -> bool:
    """Whether it means to be such a note, of whatever version; not whether it can be read."""
    return b'"yizhan-ink/' in data


@dataclass(frozen=True, slots=True, kw_only=True)
class InkNote:
    """Digests are SHA-256 in lower-case hexadecimal.

    The first ``shown_size`` bytes of the file are what was shown. ``record_sha256`` is that of the
    strokes' record, ``sealed_sha256`` of the envelope it lies in, ``drawing_sha256`` of the
    operators that draw it on ``page`` (from 0). ``signed_at`` is what the desk's clock said.
    """

    shown_size: int
    shown_sha256: str
    record_sha256: str
    sealed_sha256: str
    drawing_sha256: str
    page: int
    signed_at: datetime

    def to_bytes(self) -> bytes:
        """The note as it is attached."""
        value: dict[str, object] = {"format": _FORMAT, "shown_size": self.shown_size}
        value |= {name: getattr(self, name) for name in _DIGESTS}
        value |= {"page": self.page, "signed_at": self.signed_at.isoformat(timespec="seconds")}
        return (json.dumps(value, indent=1) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> InkNote:
        """Reads a note; ``InkDamaged`` when it is none."""
        try:
            value = json.loads(data)
            if value["format"] != _FORMAT:
                raise ValueError("unknown format")
            digests = {name: str(value[name]) for name in _DIGESTS}
            if any(len(bytes.fromhex(digest)) != 32 for digest in digests.values()):
                raise ValueError("not a SHA-256 digest")
            return cls(
                shown_size=int(value["shown_size"]),
                page=int(value["page"]),
                signed_at=datetime.fromisoformat(value["signed_at"]),
                **digests,
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise InkDamaged(reason=f"{type(error).__name__}: {error}") from error
