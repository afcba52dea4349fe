"""The small sealed papers of a case: what is inside a HEADER, a NOTE and a CONTACT.

They are plain JSON before they are sealed (``signing.envelope``). Who can open them writes and
reads them with these models; the hub, which has no key, only passes them on. Only the SMS sender
opens a CONTACT.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError

from station.errors import InputError
from station.wire.messages import Message


class SealedPaperUnreadable(InputError):
    what = "A sealed paper was opened, but could not be read."
    cause = "It is not a {kind} ({reason})."
    remedy = "Update the program on this computer."
    zh = ("加密的附页打开了，但读不懂。", "它不是{kind}（{reason}）。", "请更新这台电脑上的程序。")


class SealedPaper(Message):
    """A paper that is sealed as JSON bytes and read back from them."""

    def to_bytes(self) -> bytes:
        """The JSON bytes to be sealed."""
        return self.model_dump_json().encode()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The paper in opened bytes; ``SealedPaperUnreadable`` when it is another or none."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise SealedPaperUnreadable(kind=cls.__name__, reason=reason) from error


class Header(SealedPaper):
    """What fills a row of a queue on a PC that may read it."""

    format: Literal["yizhan-header/1"] = "yizhan-header/1"
    applicant: str
    masked_id: str = ""
    birth: date | None = None
    item_title: str
    station_name: str
    agent_name: str = ""
    pages: int = 0
    remarks: tuple[str, ...] = ()  # 容缺, 免交 and the like, in a word each


Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class Frame(Message):
    """What a reviewer framed on a page: shares of its width and height, from the top left."""

    x: Share
    y: Share
    width: Share
    height: Share


class Reason(Message):
    """One reason, pinned to a field or a material of the form where it has a place.

    ``page`` is of the dossier, from 1; ``frame`` what was framed on it; ``remedy`` how to make it
    good. Programs before 0.2 know neither of the last two: they read on without them.
    """

    code: str
    text: str
    field: str = ""
    material: str = ""
    page: int | None = Field(default=None, ge=1)
    frame: Frame | None = None
    remedy: str = ""


class Note(SealedPaper):
    """Reasons in words, all at once (一次性告知), and a remark."""

    format: Literal["yizhan-note/1"] = "yizhan-note/1"
    reasons: tuple[Reason, ...] = ()
    remark: str = ""


class Contact(SealedPaper):
    """Where the applicant is told how the case stands."""

    format: Literal["yizhan-contact/1"] = "yizhan-contact/1"
    phone: str
    salutation: str = ""
