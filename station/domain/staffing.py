"""How somebody of the staff stands: whose certificate is good, runs out soon, or is none any more.

Pure rules over what the certificates say; today is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from station.domain.cases import ActionType, steps
from station.domain.items import ServiceItem
from station.domain.units import Level, Person, Role, covers

SOON = timedelta(days=30)  # also what ``station doctor`` warns of


class Standing(StrEnum):
    """What becomes of somebody who wants to sign now."""

    GOOD = "good"
    SOON = "soon"  # good, and not for long
    NONE = "none"  # every certificate has run out
    REVOKED = "revoked"  # the newest one was revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffKey:
    """A certificate of somebody; times are aware."""

    serial: str
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it can sign at ``now``."""
        return self.revoked_at is None and self.not_before <= now <= self.not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the staff with all certificates, the newest first."""

    person: Person
    keys: tuple[StaffKey, ...]
    signed_in_at: datetime | None = None

    def key(self, now: datetime) -> StaffKey:
        """The certificate that counts: of the good ones the longest, else the newest."""
        good = [key for key in self.keys if key.is_good(now)]
        return max(good, key=lambda key: key.not_after, default=self.keys[0])

    def standing(self, now: datetime) -> Standing:
        """How the person stands at ``now``."""
        key = self.key(now)
        if not key.is_good(now):
            return Standing.REVOKED if key.revoked_at is not None else Standing.NONE
        return Standing.SOON if key.not_after - now <= SOON else Standing.GOOD

    def days_left(self, now: datetime) -> int:
        """Whole days until the certificate that counts runs out; 0 when it has."""
        return max(0, (self.key(now).not_after - now).days)


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, and who of them is looked for."""

    members: tuple[Member, ...] = ()

    def of_unit(self, code: str) -> Staff:
        """Those of a unit and of the units below it."""
        return Staff(tuple(m for m in self.members if covers(code, m.person.unit.code)))

    def standing(self, *standings: Standing, now: datetime) -> Staff:
        """Those who stand like one of these."""
        return Staff(tuple(m for m in self.members if m.standing(now) in standings))

    def named(self, words: str, answers: Callable[[str, str], bool]) -> Staff:
        """Those whose name, number or unit ``answers`` to the words that were typed."""
        return Staff(
            tuple(
                m
                for m in self.members
                if any(
                    answers(words, text)
                    for text in (m.person.name, m.person.id, m.person.unit.name)
                )
            )
        )

    def by_urgency(self, now: datetime) -> Staff:
        """Whoever cannot sign first, then whose certificate runs out next; then by unit."""
        order = {Standing.REVOKED: 0, Standing.NONE: 0, Standing.SOON: 1, Standing.GOOD: 2}

        def place(member: Member) -> tuple[int, int, str, str]:
            standing = member.standing(now)
            days = member.days_left(now) if standing is Standing.SOON else 0
            return (order[standing], days, member.person.unit.code, member.person.id)

        return Staff(tuple(sorted(self.members, key=place)))


def actions_of(
    role: Role, level: Level, items: Iterable[ServiceItem]
) -> tuple[tuple[ActionType, int], ...]:
    """What a role may do with cases at ``level``, each with the number of items that let it.

    Read off the very table of steps that the hub obeys, in the order of ``ActionType``.
    """
    counts: dict[ActionType, int] = {}
    for item in items:
        mine = {step.action for step in steps(item) if (step.role, step.level) == (role, level)}
        for action in mine:
            counts[action] = counts.get(action, 0) + 1
    return tuple((action, counts[action]) for action in ActionType if action in counts)
