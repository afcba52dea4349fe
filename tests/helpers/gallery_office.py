"""Draws the offices' screens, with cases of a training county, to PNG:
``python -m tests.helpers.gallery_office OUT``.

Options as in ``gallery``, and ``--language en``. ``--county FOLDER`` keeps the county and its hub's
data for the next call, so that only the first one has to make them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("LC_ALL", "C.UTF-8")

from PySide6.QtCore import QEventLoop, QRectF
from PySide6.QtWidgets import QApplication, QScrollArea

from station.catalogue.item_files import structure_of
from station.domain.cases import ActionType
from station.domain.completeness import StepName
from station.domain.units import Role
from station.services.county import TRAINING_PIN
from station.services.review import Decision
from station.wire.sealed import Frame, Reason
from tests.helpers.waiting_cases import WaitingCases
from ui.application import application
from ui.common.language import Language, speak
from ui.common.preferences import PreferenceFile
from ui.common.tasks import Tasks
from ui.common.theme import Mode, Step, look
from ui.desk import OfficeDoor
from ui.main_window import MainWindow

_ITEMS = ("MZ-001", "SB-001", "MZ-001", "SB-001", "SB-001", "MZ-001")


class Screens:
    """A window of the county's PC at which anybody sits down."""

    def __init__(self, cases: WaitingCases, folder: Path, size: tuple[int, int]) -> None:
        self.cases, self.tasks = cases, Tasks()
        self.door = OfficeDoor(cases.office)
        self.window = MainWindow(self.door, self.tasks, PreferenceFile(folder / "desk.json"))
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        self.settle()

    def settle(self) -> None:
        """Until nothing runs any more."""
        app = QApplication.instance()
        assert app is not None
        app.processEvents()
        while self.tasks.busy:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        app.processEvents()

    @contextmanager
    def seat(self, role: Role, number: int = 0) -> Iterator[MainWindow]:
        """Somebody with this role signs in, and out afterwards."""
        slots = [c.slot.id for c in self.cases.office.candidates() if c.person.role is role]
        holder = next(h for h in self.door.holders() if h.id == slots[number])
        self.window.sit_down(self.door.sign_in(holder, TRAINING_PIN)())
        self.settle()
        yield self.window
        self.window.sign_out()
        self.settle()

    # ---------------------------------------------------------------- screens
    def queue(self) -> Iterator[str]:
        """A case side by side; what was approved; the round; a return with frames."""
        from ui.review.queue_view import QueuePage

        with self.seat(Role.REVIEWER) as window:
            page = window.page
            assert isinstance(page, QueuePage)
            rows = page.work.rows
            pension = next(row for row in rows if row.case.item == "SB-001")
            page.list.choose(pension.case.id)
            self.settle()
            page.case_view.lines[3].click()
            self.settle()
            yield "review"
            page.act(ActionType.RETURN)
            self.settle()
            view = page.return_view
            wide, high = view.papers.view.page_size(0)
            view.papers.view.drawn.emit(0, QRectF(wide * 0.3, high * 0.3, wide * 0.5, high * 0.06))
            view._add_usual(2)
            view.papers.view.go_to(1)
            self.settle()
            view.papers.view.drawn.emit(1, QRectF(wide * 0.3, high * 0.1, wide * 0.3, high * 0.1))
            view._add_usual(0)
            view.papers.view.drawn.emit(1, QRectF(wide * 0.3, high * 0.3, wide * 0.3, high * 0.05))
            self.settle()
            yield "return"
            page.back()
            page.act(ActionType.APPROVE)
            self.settle()
            page.act(ActionType.FORWARD)
            page.act(ActionType.APPROVE)
            self.settle()
            yield "marked"
            page.sign_together()
            self.settle()
            yield "dialog"
            assert page.dialog is not None
            page.dialog.reject()
            self.settle()
            page._results = True
            page._show_stage()
            self.settle()
            yield "together"
            page._results = False

    def village(self) -> Iterator[str]:
        """What the village sees of a return."""
        from station.domain.drafts import DraftState
        from ui.agent.work_view import WorkPage

        with self.seat(Role.AGENT) as window:
            page = window.page
            assert isinstance(page, WorkPage)
            self.settle()
            drafts = page.desk.agent.intake.unfinished()
            back = next(one for one in drafts if one.state is DraftState.RETURNED)
            page.resume(back.id)
            self.settle()
            yield "village"
            page.case.show_returned()
            self.settle()
            yield "returned"

    def person(self) -> Iterator[str]:
        """What is noticed of somebody who comes for the pension's certification."""
        from ui.agent.work_view import WorkPage

        with self.seat(Role.AGENT) as window:
            page = window.page
            assert isinstance(page, WorkPage)
            page.begin("SB-001")
            training = page.desk.state.training
            training.card_reader.put(training.villager)
            page.case.applicant.read_card()
            self.settle()
            page.case.go(StepName.APPLICANT)
            self.settle()
            page.case.applicant.noticed.setFocus()
            area = page.case.applicant.noticed.parentWidget().parentWidget().parentWidget()
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(page.case.applicant.noticed)
            self.settle()
            yield "noticed"
            page.desk.agent.intake.discard(page.desk.draft.id)
            page.go_home()

    def verdict(self) -> Iterator[str]:
        """Many files, and one of them opened."""
        from ui.audit.verify_view import VerifyPage

        folder = self.cases.root / "files"
        with self.seat(Role.AUDITOR) as window:
            page = window.page
            assert isinstance(page, VerifyPage)
            page.policy.set_value("chain")
            page.take([folder])
            self.settle()
            yield "files"
            for name in ("改过的.pdf", "案卷.pdf"):
                row = next((one for one in page.model.rows if one.name == name), None)
                if row is not None:
                    page.table.opened.emit(row)
                    self.settle()
                    yield f"verdict-{'changed' if name == '改过的.pdf' else 'sound'}"
                    page.back()

    def watch(self) -> Iterator[str]:
        """The figures, the list of cases, one case's story."""
        with self.seat(Role.SUPERVISOR) as window:
            self.settle()
            yield "supervision"
            window.go("cases")
            self.settle()
            yield "cases"
            page = window.page
            rows = page.model.rows  # type: ignore[union-attr]
            page.table.opened.emit(rows[-1])  # type: ignore[union-attr]
            self.settle()
            yield "story"

    def settings(self) -> Iterator[str]:
        """What can be set, and the devices."""
        with self.seat(Role.REVIEWER) as window:
            window.go("settings")
            self.settle()
            yield "settings"

    def administration(self) -> Iterator[str]:
        """People, a request, the items, one of them, and a file on its way in."""
        from ui.admin.items_page import ItemsPage
        from ui.admin.people_page import PeoplePage
        from ui.admin.people_work import Shown

        asked(self.cases.office.hub_url())
        with self.seat(Role.ADMINISTRATOR) as window:
            page = window.page
            assert isinstance(page, ItemsPage)
            self.settle()
            yield "items"
            page.table.opened.emit(page.model.rows[1])
            self.settle()
            yield "item"
            page.back()
            page.take(changed_items(self.cases))
            self.settle()
            if page.dialog is not None:
                yield "publish"
                page.dialog.accept()
                self.settle()
            page.drawer()
            self.settle()
            yield "imported"
            page.drawer()
            window.go("people")
            self.settle()
            people = window.page
            assert isinstance(people, PeoplePage)
            people.work.look_at(unit="130430104")
            people.table.select(("130430104213", "P1001"))
            people.drawer()
            self.settle()
            yield "people"
            people.drawer()
            people.work.look_at(unit="130430", shown=Shown.WAITING)
            people.drawer()
            self.settle()
            yield "requests"
            people.drawer()
            people.request.approve_button.click()
            self.settle()
            assert people.dialog is not None
            yield "approve"
            people.dialog.reject()

    @property
    def sheets(self) -> dict[str, Callable[[], Iterator[str]]]:
        """The groups of screens by name."""
        return {
            "queue": self.queue,
            "village": self.village,
            "person": self.person,
            "verdict": self.verdict,
            "watch": self.watch,
            "settings": self.settings,
            "administration": self.administration,
        }


def asked(hub: str) -> None:
    """Two people ask for certificates."""
    from signing.authority.enrolment import certificate_request
    from signing.authority.protocol import Subject
    from signing.keys.pkcs12 import new_key, public_key_of, soft_key
    from station.wire.enrolment import EnrolmentClient, Wanted

    for name, unit, role, number in (
        ("韩建军", "130430104213", "代办员", "P1004"),
        ("任小梅", "130430104215", "代办员", "P1002"),
    ):
        private = new_key("p256")
        request = certificate_request(
            soft_key(private), public_key_of(private), Subject(name, "", unit, "", role, number)
        )
        with EnrolmentClient(hub) as client:
            client.ask_for_certificate(
                request, Wanted(name=name, unit=unit, role=role, person=number)
            )


def changed_items(cases: WaitingCases) -> Path:
    """A file with an item that changed, and one in which the limits are wrong."""
    catalogue = cases.office.catalogue
    structures = []
    for code, wrong in (("MZ-001", False), ("LY-001", True), ("SB-001", False)):
        structure = structure_of(catalogue.item(code))
        structure |= {"version": structure["version"] + 1, "example": False}
        if wrong:
            stage = {**structure["route"][0], "days": "十个工", "legal_days": 10}
            structure["route"] = [stage, *structure["route"][1:]]
        structures.append(structure)
    file = cases.root / "事项目录.json"
    file.write_text(json.dumps(structures, ensure_ascii=False), "utf-8")
    return file


def filled(folder: Path) -> WaitingCases:
    """The county with cases at every stage and files to be judged; made at the first call."""
    cases = WaitingCases(folder)
    if (folder / "files").is_dir():
        return cases
    sent = [cases.send_in(item) for item in _ITEMS]
    cases.forward(sent[0])
    with cases.desk(Role.REVIEWER) as desk:
        assert desk.review is not None
        opened = desk.review.open(sent[1].id)
        done = desk.review.decide(opened, Decision(action=ActionType.APPROVE))
        back = desk.review.open(sent[4].id)
        unclear = Reason(
            code="picture-unclear",
            text="照片看不清",
            material="id_card",
            page=2,
            frame=Frame(x=0.3, y=0.16, width=0.4, height=0.12),
            remedy="关掉台灯，重拍这一页",
        )
        wrong = Reason(
            code="mismatch", text="住址和身份证对不上", field="address", page=1, remedy="写全门牌号"
        )
        desk.review.decide(back, Decision(action=ActionType.RETURN, reasons=(unclear, wrong)))
    assert done.dossier is not None
    files = folder / "files"
    files.mkdir()
    (files / "案卷.pdf").write_bytes(done.dossier)
    assert done.result is not None
    (files / "结果.pdf").write_bytes(done.result)
    (files / "没签的.pdf").write_bytes(b"%PDF-1.4\nnothing\n")
    _changed(files / "改过的.pdf", done.dossier)
    return cases


def _changed(file: Path, pdf: bytes) -> None:
    """A figure on the first page is painted over after the last signature, in an increment."""
    from tests.helpers.overpainting import overpainted

    file.write_bytes(overpainted(pdf))


def main() -> int:
    """Reads the words of the command line and draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--mode", default="light", choices=[*Mode, "all"])
    parser.add_argument("--step", default="normal", choices=[*Step, "all"])
    parser.add_argument("--size", default="1366x728")
    parser.add_argument("--language", default="zh", choices=["zh", "en"])
    parser.add_argument("--county", type=Path)
    words = parser.parse_args()
    words.out.mkdir(parents=True, exist_ok=True)
    width, height = map(int, words.size.split("x"))
    app = application(["gallery"])
    language: Language = words.language
    speak(app, language)
    cases = filled(words.county or Path(tempfile.mkdtemp()))
    modes = list(Mode) if words.mode == "all" else [Mode(words.mode)]
    steps = [Step.NORMAL, Step.LARGE] if words.step == "all" else [Step(words.step)]
    try:
        for mode in modes:
            for step in steps:
                look().put_on(app, mode, step)
                screens = Screens(cases, words.out, (width, height))
                for name in words.names or list(screens.sheets):
                    for shown in screens.sheets[name]():
                        path = words.out / f"{shown}-{mode}-{step}-{words.size}-{language}.png"
                        target = QApplication.activeModalWidget() or screens.window
                        target.grab().save(str(path))
                        sys.stdout.write(f"{path}\n")
                screens.window.close()
                screens.tasks.close()
    finally:
        cases.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
