"""What a supervisor watches: the figures of today and of a period, the cases under way.

No widget is named here. Every figure comes from the hub's replayed record (``Statistics``);
nothing is counted on the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from signing.errors import ExplainedError
from station.clock import CHINA
from station.domain.deadlines import Card
from station.domain.units import Level, level_of
from station.supervision.report import heading, tables, write_pdf, write_workbook
from station.supervision.statistics import Figures, Statistics
from station.wire.client import HubUnreachable
from ui.cases.case_list import CaseList, ListedCase
from ui.cases.case_query import OPEN, CaseQuery
from ui.common.page import Host
from ui.common.saving import written
from ui.desk import DeskState

LANE = "hub"
_CENTRE = "便民服务中心"  # what the names of townships' units end with


class Span(StrEnum):
    """The periods that can be looked at."""

    MONTH = "month"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Township:
    """One line of the ranking; ``place`` is None where there are too few cases to rank."""

    place: int | None
    code: str
    name: str
    figures: Figures

    @property
    def short_name(self) -> str:
        """The township alone: every one of them has a service centre."""
        return self.name.removesuffix(_CENTRE) or self.name


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything of one look: today, the period, its townships, the units' names."""

    at: datetime
    today: Figures
    found: Statistics
    names: Mapping[str, str]
    yellow: int = 0  # cases that carry the card now, as their list shows them
    red: int = 0

    @property
    def townships(self) -> tuple[Township, ...]:
        """The townships, the ranked ones first in their order."""
        places = {one.unit: one.place for one in self.found.townships}
        lines = [
            Township(places.get(code), code, self.names.get(code, code), figures)
            for code, figures in self.found.by_unit.items()
            if level_of(code) is Level.TOWNSHIP
        ]
        return tuple(sorted(lines, key=lambda one: (one.place is None, one.place or 0, one.code)))

    def dealt(self, red: bool) -> tuple[tuple[str, int], ...]:
        """The townships that got cards in the period, those with most first: name and number."""
        found = [
            (one.short_name, one.figures.red if red else one.figures.yellow)
            for one in self.townships
        ]
        return tuple(sorted((one for one in found if one[1]), key=lambda one: -one[1]))

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why cases came back, the commonest first."""
        return tuple(sorted(self.found.reasons.items(), key=lambda one: -one[1]))


class Watch(QObject):
    """``changed`` follows every answer; ``written`` tells the file of an export."""

    changed = Signal()
    written = Signal(object)
    failed = Signal(object)

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.span = Span.MONTH
        self.overview: Overview | None = None
        self.open_cases = CaseList(state, host)
        self.open_cases.changed.connect(self.changed)
        self.open_cases.failed.connect(self._failed)
        self._asking = False

    @property
    def area(self) -> str:
        """Whose cases these are."""
        return self._state.desk.who.person.unit.name

    @property
    def cases(self) -> tuple[ListedCase, ...]:
        """The cases under way, those with a card first, then by time left."""
        order = {Card.RED: 0, Card.YELLOW: 1, Card.NONE: 2}

        def urgency(one: ListedCase) -> tuple[int, bool, float]:
            due = one.row.case.due_at
            return order[one.card], due is None, due.timestamp() if due else 0.0

        return tuple(sorted(self.open_cases.cases, key=urgency))

    def refresh(self) -> None:
        """Asks for everything anew; one question at a time."""
        self.open_cases.show(CaseQuery(states=OPEN))
        if self._asking:
            return
        self._asking = True
        desk, span = self._state.desk, self.span

        def ask() -> Overview:
            now = desk.office.clock().astimezone(CHINA)

            def carrying(card: Card) -> int:
                return desk.hub.cases(states=OPEN, card=card, limit=1).total

            return Overview(
                at=now,
                today=desk.hub.statistics(start_of(now.date())).total,
                found=desk.hub.statistics(since(span, now.date())),
                names={unit.code: unit.name for unit in desk.directory().units},
                yellow=carrying(Card.YELLOW),
                red=carrying(Card.RED),
            )

        self._host.tasks.start(ask, done=self._told, failed=self._not_told, owner=self, lane=LANE)

    def rest(self) -> None:
        """The page goes out of sight: nothing is asked any more."""
        self._host.tasks.drop(self)
        self._host.tasks.drop(self.open_cases)
        self._asking = False

    def look_at(self, span: Span) -> None:
        """Another period."""
        self.span = span
        self._asking = False
        self.refresh()

    def _told(self, overview: Overview) -> None:
        self._asking = False
        self.overview = overview
        self._state.show_link(True, 0)
        self.changed.emit()

    def _not_told(self, error: Exception) -> None:
        self._asking = False
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, HubUnreachable):
            self._state.show_link(False, 0)
        self.failed.emit(error)

    def export(self, file: Path) -> None:
        """Writes the report of the period as a workbook or, by its ending, as PDF."""
        overview, catalogue = self.overview, self._state.desk.office.catalogue
        if overview is None:
            return

        def title(code: str) -> str:
            try:
                return catalogue.item(code).title
            except ExplainedError:  # an item that this PC does not have keeps its code
                return code

        def write() -> None:
            found = overview.found
            shown = tables(found, lambda code: overview.names.get(code, code), title)
            put = write_pdf if file.suffix.lower() == ".pdf" else write_workbook
            put(file, shown, heading(found))

        self._host.tasks.start(
            lambda: written(file, write),
            done=self.written.emit,
            failed=self.failed.emit,
            owner=self,
        )


def start_of(day: date) -> datetime:
    """Midnight at which a day begins, in China."""
    return datetime.combine(day, time(), CHINA)


def since(span: Span, today: date) -> datetime | None:
    """The first moment of a period that ends now; None: from the beginning."""
    if span is Span.ALL:
        return None
    return start_of(today.replace(day=1) if span is Span.MONTH else date(today.year, 1, 1))
