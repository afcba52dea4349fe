"""What the administrator does on the people screen. Signals, no widget: ``changed`` follows every
answer, ``done`` tells in words what was decided, ``failed`` an error that explains itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from signing.authority.protocol import RevocationReason
from signing.certificates import to_pem
from signing.files import write_whole
from station.assembly import AdministratorServices
from station.catalogue.search import answers
from station.domain.staffing import Member, Staff, StaffKey, Standing, actions_of
from station.domain.units import Level, Role, Unit, covers
from station.services.staff_office import StaffToday, check_code
from station.wire.client import HubUnreachable
from station.wire.enrolment import Enrolment
from ui.admin.admin_words import action_words, translate
from ui.common.page import Host
from ui.common.saving import written
from ui.desk import DeskState, role_words

LANE = "administration"


class Shown(StrEnum):
    """The filters above the table."""

    ALL = "all"
    WAITING = "waiting"
    SOON = "soon"
    NONE = "none"
    REVOKED = "revoked"


_STANDINGS = {
    Shown.SOON: Standing.SOON,
    Shown.NONE: Standing.NONE,
    Shown.REVOKED: Standing.REVOKED,
}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A line of the tree of units: how deep it stands, and how many people are there and below."""

    unit: Unit
    depth: int
    people: int


class PeopleWork(QObject):
    """Staff and requests as far as the hub told them, and what is looked at of them."""

    changed = Signal()
    done = Signal(str)
    failed = Signal(object)

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        services = state.desk.administration
        assert services is not None, "only an administrator's rail leads here"
        self._services: AdministratorServices = services
        self._state, self._host = state, host
        self._today: StaffToday | None = None
        self.unit = state.desk.who.person.unit.code
        self.shown = Shown.ALL
        self.words = ""
        self.busy = False

    # ---------------------------------------------------------------- what is known
    @property
    def known(self) -> bool:
        """Whether the hub has answered at all."""
        return self._today is not None

    @property
    def now(self) -> datetime:
        """The moment that days are counted from."""
        return self._state.desk.office.clock()

    def refresh(self) -> None:
        """Asks the hub anew."""
        office = self._services.staff

        def told(today: StaffToday) -> None:
            self._today = today
            self._state.show_link(True, 0)
            self._state.waiting.set(len(today.requests))
            self.changed.emit()

        self._host.tasks.start(office.today, done=told, failed=self._failed, owner=self, lane=LANE)

    def look_at(
        self, *, unit: str | None = None, shown: Shown | None = None, words: str | None = None
    ) -> None:
        """Another unit, another filter, other words to search for."""
        self.unit = self.unit if unit is None else unit
        self.shown = self.shown if shown is None else shown
        self.words = self.words if words is None else words
        self.changed.emit()

    # ---------------------------------------------------------------- what is shown
    @property
    def members(self) -> tuple[Member, ...]:
        """Those looked at: who cannot sign first, then who soon cannot, then by unit."""
        staff = self._staff
        if self.shown in _STANDINGS:
            staff = staff.standing(_STANDINGS[self.shown], now=self.now)
        return staff.by_urgency(self.now).members

    @property
    def requests(self) -> tuple[Enrolment, ...]:
        """The requests that wait in the unit looked at, the oldest first."""
        if self._today is None:
            return ()
        return tuple(
            one
            for one in self._today.requests
            if covers(self.unit, one.wanted.unit)
            and (
                not self.words
                or any(answers(self.words, t) for t in (one.wanted.name, one.unit_name))
            )
        )

    def count(self, shown: Shown) -> int:
        """How many a filter would show."""
        if shown is Shown.WAITING:
            return len(self.requests)
        staff = self._staff
        if shown in _STANDINGS:
            staff = staff.standing(_STANDINGS[shown], now=self.now)
        return len(staff.members)

    @property
    def all_soon(self) -> int:
        """How many certificates of the whole area run out soon."""
        return self._everybody_who(Standing.SOON)

    @property
    def all_without(self) -> int:
        """How many people of the whole area cannot sign."""
        return self._everybody_who(Standing.NONE, Standing.REVOKED)

    @property
    def all_waiting(self) -> int:
        """How many requests of the whole area wait."""
        return len(self._today.requests) if self._today else 0

    @property
    def units(self) -> tuple[UnitLine, ...]:
        """The county, its townships, and the villages of the township looked at."""
        township = self.unit[:9] if len(self.unit) >= 9 else ""
        return tuple(
            self._line(unit)
            for unit in self._known_units
            if unit.level is not Level.VILLAGE or (township and unit.code.startswith(township))
        )

    @property
    def all_units(self) -> tuple[UnitLine, ...]:
        """Every unit, for where there is no room for a tree."""
        return tuple(self._line(unit) for unit in self._known_units)

    @property
    def levels(self) -> tuple[int, int, int]:
        """How many units of the county, the townships and the villages there are."""
        levels = [unit.level for unit in self._known_units]
        order = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
        county, townships, villages = (levels.count(level) for level in order)
        return county, townships, villages

    def holder_of_number(self, request: Enrolment) -> Member | None:
        """Who has the number already that a request is for; None when nobody has."""
        members = self._today.staff.members if self._today else ()
        wanted = request.wanted.person
        return next((one for one in members if wanted and one.person.id == wanted), None)

    def unit_name(self, code: str) -> str:
        """A unit's name, its code where the hub has not told it."""
        units = self._today.units if self._today else ()
        return next((unit.name for unit in units if unit.code == code), code)

    def may_do(self, member: Member) -> tuple[tuple[str, int], ...]:
        """What the person may do with cases, each with how many items let the role do it."""
        person = member.person
        items = self._state.desk.office.catalogue.items
        actions = actions_of(person.role, person.unit.level, items)
        return tuple((action_words(action), count) for action, count in actions)

    @property
    def _known_units(self) -> tuple[Unit, ...]:
        units = self._today.units if self._today else ()
        area = self._state.desk.who.person.unit.code
        return tuple(sorted((u for u in units if covers(area, u.code)), key=lambda u: u.code))

    def _line(self, unit: Unit) -> UnitLine:
        depth = {Level.COUNTY: 0, Level.TOWNSHIP: 1, Level.VILLAGE: 2}[unit.level]
        staff = self._today.staff if self._today else Staff()
        return UnitLine(unit, depth, len(staff.of_unit(unit.code).members))

    @property
    def _staff(self) -> Staff:
        staff = self._today.staff.of_unit(self.unit) if self._today else Staff()
        return staff.named(self.words, answers) if self.words else staff

    def _everybody_who(self, *standings: Standing) -> int:
        staff = self._today.staff if self._today else Staff()
        return len(staff.standing(*standings, now=self.now).members)

    # ---------------------------------------------------------------- deciding
    def fits(self, request: Enrolment, code: str) -> None:
        """Raises ``CodeDiffers`` when the holder's code is not that of the request's key."""
        check_code(request, code)

    def approve(self, request: Enrolment, code: str) -> None:
        """Issues the certificate."""
        name = request.wanted.name
        self._decide(
            lambda: self._services.staff.approve(request, code),
            self.tr("{name} 的证书签发了，请本人取回：station key enrol --fetch").format(name=name),
        )

    def decline(self, request: Enrolment, reason: str) -> None:
        """Refuses the request."""
        name = request.wanted.name
        self._decide(
            lambda: self._services.staff.decline(request, reason),
            self.tr("{name} 的申请退回了").format(name=name),
        )

    def revoke(self, member: Member, key: StaffKey, reason: RevocationReason) -> None:
        """Revokes a certificate."""
        self._decide(
            lambda: self._services.staff.revoke(key, reason),
            self.tr("{name} 的证书作废了，从现在起签不了").format(name=member.person.name),
        )

    def save(self, key: StaffKey, file: Path) -> None:
        """Writes a certificate as PEM."""
        pem = to_pem(self._services.staff.certificate(key))
        self._host.tasks.start(
            lambda: written(file, lambda: write_whole(file, pem)),
            done=lambda made: self.done.emit(self.tr("证书存到了 {file}").format(file=made.name)),
            failed=self._failed,
            owner=self,
        )

    def _decide(self, act: Callable[[], object], words: str) -> None:
        self.busy = True
        self.changed.emit()

        def told(_answer: object) -> None:
            self.busy = False
            self.done.emit(words)
            self.refresh()

        self._host.tasks.start(act, done=told, failed=self._failed, owner=self, lane=LANE)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if isinstance(error, HubUnreachable):
            self._state.show_link(False, 0)
        self.failed.emit(error)
        self.changed.emit()


def who_words(request: Enrolment) -> str:
    """Whom a certificate is to be for, in one line."""
    parts = (request.unit_name, wanted_role(request), request.wanted.person)
    return " · ".join(part for part in parts if part)


def wanted_role(request: Enrolment) -> str:
    """The role that somebody asks for; a unit's seal has none."""
    word = request.wanted.role
    return role_words(Role.from_word(word)) if word else translate("admin", "单位印章")


def member_words(member: Member) -> str:
    """Where somebody works, and as what."""
    person = member.person
    return f"{person.unit.name} · {role_words(person.role)}"
