"""The cases of an office's area.

No widget is named here; everything that asks the hub runs in workers (``CaseList`` starts them).
Headers are opened only where the unit's key is here: a supervisor sees numbers, not names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from signing.errors import ExplainedError
from station.domain.deadlines import Card
from station.domain.item_words import spoken
from station.services.case_story import read_header
from station.wire.client import HubUnreachable
from station.wire.messages import CasePage, CaseRow
from ui.cases.case_query import CaseQuery
from ui.cases.case_words import TimeLeft, time_left
from ui.common.language import current
from ui.common.page import Host
from ui.desk import DeskState

LANE = "hub"
PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A row: what the hub knows, what is on it, and who it is about where that can be read."""

    row: CaseRow
    title: str
    who: str
    station: str
    left: TimeLeft | None

    @property
    def card(self) -> Card:
        """The card that it has now."""
        return self.row.card


class CaseList(QObject):
    """``changed`` follows every answer of the hub."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.query = CaseQuery()
        self.cases: tuple[ListedCase, ...] = ()
        self.total = 0
        self.known = False
        self._next: str | None = None
        self._names: Mapping[str, str] = {}

    @property
    def now(self) -> datetime:
        """The moment that time left is counted from."""
        return self._state.desk.office.clock()

    @property
    def has_more(self) -> bool:
        """Whether the hub has further pages of this list."""
        return self._next is not None

    @property
    def unit_names(self) -> Mapping[str, str]:
        """Unit names by code, as far as the hub has told them."""
        return self._names

    def show(self, query: CaseQuery) -> None:
        """Asks for another list, or for the same one anew."""
        self.query = query
        self._ask(None)

    def more(self) -> None:
        """The next page of the list."""
        if self._next is not None:
            self._ask(self._next)

    def _ask(self, after: str | None) -> None:
        query, desk = self.query, self._state.desk

        def ask() -> tuple[CasePage, tuple[ListedCase, ...], Mapping[str, str]]:
            names = {unit.code: unit.name for unit in desk.directory().units}
            page = desk.hub.cases(
                states=query.states,
                unit=query.unit,
                number=query.number,
                card=query.card,
                opened_from=query.opened_from,
                after=after,
                limit=PAGE,
            )
            return page, tuple(self._listed(row, names) for row in page.rows), names

        def told(answer: tuple[CasePage, tuple[ListedCase, ...], Mapping[str, str]]) -> None:
            page, listed, self._names = answer
            if query != self.query:
                return  # another list has been asked for meanwhile
            self.cases = (*self.cases, *listed) if after else listed
            self.total, self._next, self.known = page.total, page.next, True
            self._state.show_link(True, 0)
            self.changed.emit()

        self._host.tasks.start(ask, done=told, failed=self._failed, owner=self, lane=LANE)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, HubUnreachable):
            self._state.show_link(False, 0)
        self.failed.emit(error)

    def _listed(self, row: CaseRow, names: Mapping[str, str]) -> ListedCase:
        office = self._state.desk.office
        header = read_header(row.header, self._state.desk.who)
        case = row.case
        title = self._title(row) or (header.item_title if header else case.item)
        return ListedCase(
            row=row,
            title=title,
            who=header.applicant if header else "",
            station=header.station_name if header else names.get(case.station, case.station),
            left=time_left(case, row.card, self.now, office.calendar),
        )

    def _title(self, row: CaseRow) -> str:
        try:
            catalogue = self._state.desk.office.catalogue
            return spoken(catalogue.item(row.case.item, row.case.item_version), current()).title
        except ExplainedError:  # an item that this PC does not have
            return ""

    def unit_name(self, code: str) -> str:
        """A unit's name, its code where the hub has not told it."""
        return self._names.get(code, code)
