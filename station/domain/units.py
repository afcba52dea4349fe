"""Units and people: who belongs where, and who may stand above whom.

Unit codes are the statistical codes of China's divisions: 6 digits for a county, 9 for a
township below it, 12 for a village below that. A unit is therefore above another exactly when
its code is a prefix of the other's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Where a unit stands: the village accepts, the township reviews, the county decides."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"

    @property
    def word(self) -> str:
        """The Chinese word for people."""
        return {"village": "村级", "township": "乡镇", "county": "县级"}[self.value]


_LEVEL_BY_LENGTH = {12: Level.VILLAGE, 9: Level.TOWNSHIP, 6: Level.COUNTY}


class Role(StrEnum):
    """What a person does; one role a person, named in the certificate's title."""

    AGENT = "agent"  # 代办员
    REVIEWER = "reviewer"  # 审核员
    APPROVER = "approver"  # 审批员
    SUPERVISOR = "supervisor"  # 监察员
    AUDITOR = "auditor"  # 审计员
    ADMINISTRATOR = "administrator"  # 管理员

    @property
    def word(self) -> str:
        """The Chinese word for the role, as it stands in the certificate's title."""
        return _ROLE_WORDS[self]

    @classmethod
    def from_word(cls, word: str) -> Role:
        """The role named ``word`` in a certificate; ``ValueError`` for any other word."""
        for role, its_word in _ROLE_WORDS.items():
            if its_word == word:
                return role
        raise ValueError(f"no role is called {word!r}")


_ROLE_WORDS = {
    Role.AGENT: "代办员",
    Role.REVIEWER: "审核员",
    Role.APPROVER: "审批员",
    Role.SUPERVISOR: "监察员",
    Role.AUDITOR: "审计员",
    Role.ADMINISTRATOR: "管理员",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """An office: a village's station, a township's centre, the county's approval bureau."""

    code: str
    name: str

    @property
    def level(self) -> Level:
        return level_of(self.code)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff."""

    id: str
    name: str
    role: Role
    unit: Unit


def level_of(code: str) -> Level:
    """The level of a unit code; ``ValueError`` when it has none of the three lengths."""
    try:
        return _LEVEL_BY_LENGTH[len(code)]
    except KeyError:
        raise ValueError(f"{code!r} is not the code of a village, township or county") from None


def covers(upper: str, lower: str) -> bool:
    """Whether unit ``upper`` is the unit ``lower`` itself or stands above it."""
    return lower.startswith(upper)


def above(code: str, level: Level) -> str:
    """The code of the unit of ``level`` that stands above ``code`` (or is it)."""
    length = {Level.VILLAGE: 12, Level.TOWNSHIP: 9, Level.COUNTY: 6}[level]
    if len(code) < length:
        raise ValueError(f"{code!r} stands above every {level.value}")
    return code[:length]
