"""What is done with one case that is looked at: its story fetched, its papers opened, the result
handed over, the archive package written. No widget lives here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from station.domain.cases import Case
from station.domain.operations import DocumentKind
from station.services.case_story import CaseStory, case_story
from station.services.handover import Delivery, Way
from station.wire.client import HubUnreachable
from ui.common.page import Host
from ui.common.prints import show_print
from ui.desk import DeskState

LANE = "hub"
translate = QCoreApplication.translate


def document_words(kind: DocumentKind) -> str:
    """A document of a case by its name on the screens."""
    return {
        DocumentKind.DOSSIER: translate("review", "案卷"),
        DocumentKind.RESULT: translate("review", "结果文书"),
        DocumentKind.NOTE: translate("review", "原因和说明"),
    }.get(kind, kind.value)


class StoryWork(QObject):
    """``opened`` tells the story of a case, ``failed`` an error. After a delivery the story is
    fetched again."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host

    @property
    def may_read(self) -> bool:
        """Whether the key that opens this unit's cases is here."""
        return self._state.desk.who.unit_key is not None

    def show(self, case_id: str) -> None:
        """Fetches the story of a case."""
        desk = self._state.desk

        def ask() -> CaseStory:
            return case_story(desk.hub, desk.who, desk.item, desk.office.trust(), case_id)

        self._host.tasks.start(ask, done=self.opened.emit, failed=self._tell, owner=self, lane=LANE)

    def open_document(self, case: Case, kind: DocumentKind) -> None:
        """Fetches a document, keeps it in the print folder and opens it."""
        desk = self._state.desk

        def fetch() -> bytes:
            from station.services.case_documents import newest_document
            from station.services.handover import NotDecided

            pdf = newest_document(desk.hub, desk.who, desk.hub.case(case.id), kind)
            if pdf is None:
                raise NotDecided(number=case.number)
            return pdf

        name = f"{document_words(kind)}-{case.number}"
        show_print(self._host, desk.office.home.root / "prints", name, fetch, self._tell, self)

    def save_package(self, case: Case, path: Path) -> None:
        """Writes the archive package of a closed case."""
        desk = self._state.desk
        line = self._host.work(translate("review", "正在做归档包"))

        def make() -> Path:
            from station.services.archiving import archive_case
            from ui.common.saving import written

            office = desk.office
            return written(
                path,
                lambda: _none(
                    archive_case(
                        desk.hub,
                        desk.who,
                        office.catalogue,
                        office.proofs(),
                        office.clock,
                        case.id,
                        path,
                    )
                ),
            )

        def done(saved: Path) -> None:
            line.end()
            self._host.say(
                translate("review", "归档包已存到 {name}，脱网也能核").format(name=saved.name)
            )

        def failed(error: Exception) -> None:
            line.end()
            self._tell(error)

        self._host.tasks.start(make, done=done, failed=failed, owner=self, lane="dossier")

    def deliver(self, case: Case, delivery: Delivery, done: Callable[[], None]) -> None:
        """Records that the result was handed over, then shows the case anew."""
        agent = self._state.desk.agent
        assert agent is not None, "only a village hands results over"

        def delivered(_case: Case) -> None:
            self._host.say(
                translate("review", "记下了：{words}").format(
                    words=f"{way_words(delivery.way)} · {delivery.receiver}"
                )
            )
            done()
            self.show(case.id)

        self._host.tasks.start(
            lambda: agent.handover.deliver(case.id, delivery),
            done=delivered,
            failed=self._tell,
            owner=self,
            lane=LANE,
        )

    def _tell(self, error: Exception) -> None:
        if isinstance(error, HubUnreachable):
            self._state.show_link(False, self._state.outbox.value)
        self.failed.emit(error)


def way_words(way: Way) -> str:
    """How a result went, in the language in force."""
    return {
        Way.COLLECTED: translate("review", "到站领取"),
        Way.BROUGHT: translate("review", "代办员送到家"),
        Way.POSTED: translate("review", "邮寄"),
    }[way]


def _none(_made: object) -> None:
    """``written`` asks for nothing back."""
