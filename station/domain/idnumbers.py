"""The resident identity number (公民身份号码): arithmetic of GB 11643-1999.

Six digits of division, eight of birth date, three of serial (odd for men), one check character
by ISO 7064 MOD 11-2. The division is information, never a reason to refuse: lists of divisions
forget counties that were renamed, and people born there keep their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A well-formed number and what it says."""

    text: str
    birth: date
    sex: str  # 男 / 女

    @property
    def division(self) -> str:
        return self.text[:6]


class IdNumberWrong(ValueError):
    """The number cannot be right; ``reason`` says why in Chinese, ``reason_en`` in English."""

    def __init__(self, reason: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.reason = reason
        self.reason_en = reason_en


def check_character(first_17: str) -> str:
    """The 18th character that belongs to the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def parse(text: str) -> IdNumber:
    """The number in ``text`` (a lower-case x and blanks are forgiven), or ``IdNumberWrong``."""
    number = "".join(text.split()).upper()
    if len(number) != 18:
        raise IdNumberWrong(
            f"应是 18 位，现在是 {len(number)} 位", f"it has {len(number)} characters, not 18"
        )
    if not (number[:17].isascii() and number[:17].isdigit()):
        raise IdNumberWrong("前 17 位应全是数字", "the first 17 characters must be digits")
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdNumberWrong(
            f"出生日期 {number[6:14]} 不存在", f"there is no date {number[6:14]}"
        ) from None
    if check_character(number[:17]) != number[17]:
        raise IdNumberWrong("校验位不对，有一位抄错了", "the check character does not fit")
    return IdNumber(number, birth, "男" if int(number[16]) % 2 else "女")
