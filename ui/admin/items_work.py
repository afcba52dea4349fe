"""What the administrator does on the items screen. Signals, no widget: ``changed`` follows every
answer, ``compared`` tells what a file would change, ``done`` says in words what was done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from station.assembly import AdministratorServices
from station.catalogue.importing import Comparison
from station.catalogue.problems import Problem
from station.domain.item_words import spoken
from station.domain.items import ServiceItem
from station.services.item_office import ItemState, LastImport, ListedItem, found_by, kinds
from ui.common.language import current
from ui.common.page import Host, WorkLine
from ui.common.saving import written
from ui.common.tasks import Running
from ui.desk import DeskState

LANE = "administration"


class Shown(StrEnum):
    """The filters above the table."""

    ALL = "all"
    USED = "used"
    EXAMPLE = "example"
    WRONG = "wrong"


_STATES = {
    Shown.USED: ItemState.USED,
    Shown.EXAMPLE: ItemState.EXAMPLE,
    Shown.WRONG: ItemState.WRONG,
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item of the last file that was not taken: why, and which version goes on meanwhile (None
    when there is none)."""

    title: str
    problems: tuple[Problem, ...]
    in_force: ServiceItem | None


class ItemsWork(QObject):
    """The items in force, and a file on its way into them."""

    changed = Signal()
    compared = Signal(object, object)
    done = Signal(str)
    failed = Signal(object)

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        services = state.desk.administration
        assert services is not None, "only an administrator's rail leads here"
        self._services: AdministratorServices = services
        self._host = host
        self._listed: tuple[ListedItem, ...] = ()
        self.known = False
        self.busy = False
        self.shown = Shown.ALL
        self.words = ""
        self.last: LastImport | None = None

    # ---------------------------------------------------------------- what is shown
    def refresh(self) -> None:
        """Reads and checks the catalogue; the first time takes a moment."""
        office = self._services.items

        def told(answer: tuple[tuple[ListedItem, ...], LastImport | None]) -> None:
            self._listed, self.last = answer
            self.known = True
            self.changed.emit()

        self._host.tasks.start(
            lambda: (office.listed(), office.last_import()),
            done=told,
            failed=self._failed,
            owner=self,
            lane=LANE,
        )

    def look_at(self, *, shown: Shown | None = None, words: str | None = None) -> None:
        """Another filter, other words to search for."""
        self.shown = self.shown if shown is None else shown
        self.words = self.words if words is None else words
        self.changed.emit()

    @property
    def items(self) -> tuple[ListedItem, ...]:
        """Those looked at; what has something wrong first, then by code."""
        found = [one for one in self._searched if self._has(one, self.shown)]
        return tuple(sorted(found, key=lambda one: not one.flaws))

    def count(self, shown: Shown) -> int:
        """How many a filter would show."""
        return sum(self._has(one, shown) for one in self._searched)

    @property
    def kinds(self) -> tuple[int, int]:
        """How many convenience and licensing items there are in all."""
        return kinds(self._listed)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What the last file did not bring in, each with what goes on instead."""
        if self.last is None:
            return ()
        known = {one.item.code: spoken(one.item, current()) for one in self._listed}
        return tuple(
            LeftOut(
                title=known[mark].title if mark in known else mark,
                problems=tuple(p for p in self.last.problems if mark == (p.item or p.file)),
                in_force=known.get(mark),
            )
            for mark in self.last.left_out
        )

    def versions(self, code: str) -> tuple[ServiceItem, ...]:
        """All versions of an item, the newest first."""
        return self._services.items.versions(code)

    @property
    def _searched(self) -> list[ListedItem]:
        return [one for one in self._listed if not self.words or found_by(one, self.words)]

    @staticmethod
    def _has(one: ListedItem, shown: Shown) -> bool:
        return shown not in _STATES or one.state is _STATES[shown]

    # ---------------------------------------------------------------- import and export
    def compare(self, file: Path) -> None:
        """Looks what a file would change; ``compared`` tells."""
        self._start()

        def told(found: Comparison) -> None:
            self.busy = False
            self.changed.emit()
            if found.added or found.changed:
                self.compared.emit(file, found)
            else:
                self.publish(file, found)  # nothing is signed; what is wrong in it is kept to see

        self._host.tasks.start(
            lambda: self._services.items.compare(file),
            done=told,
            failed=self._failed,
            owner=self,
            lane=LANE,
        )

    def publish(self, file: Path, found: Comparison) -> None:
        """Signs and publishes what is new in a file."""
        self._start()
        total = len(found.added) + len(found.changed)
        line: WorkLine | None = None
        if total:
            line = self._host.work(self.tr("正在发布 {n} 项").format(n=total))

        def work(running: Running) -> LastImport:
            return self._services.items.publish(
                file, found, lambda done, of: running.progress(done / of, "")
            )

        def end() -> None:
            if line is not None:
                line.end()

        def told(last: LastImport) -> None:
            end()
            self.busy, self.last = False, last
            self.done.emit(self._told(last))
            self.refresh()

        def failed(error: Exception) -> None:
            end()
            self._failed(error)

        self._host.tasks.start_long(
            work,
            done=told,
            failed=failed,
            progress=lambda share, _words: line.progress(share) if line is not None else None,
            owner=self,
            lane=LANE,
        )

    def export(self, file: Path) -> None:
        """Writes all items as a workbook."""
        self._host.tasks.start(
            lambda: written(file, lambda: _exported(self._services, file)),
            done=lambda made: self.done.emit(self.tr("事项都写进了 {file}").format(file=made.name)),
            failed=self._failed,
            owner=self,
            lane=LANE,
        )

    def _told(self, last: LastImport) -> str:
        if last.published and last.problems:
            words = self.tr("发布了 {n} 项，{left} 项没进来")
        elif last.published:
            words = self.tr("发布了 {n} 项")
        elif last.problems:
            words = self.tr("{left} 项没进来，什么都没改")
        else:
            words = self.tr("和现在的一样，什么都没改")
        return words.format(n=len(last.published), left=len(last.left_out))

    def _start(self) -> None:
        self.busy = True
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.busy = False
        self.failed.emit(error)
        self.changed.emit()


def _exported(services: AdministratorServices, file: Path) -> None:
    services.items.export(file)
