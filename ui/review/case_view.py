"""A case side by side: the form as filled in, the papers it was taken from, and what was checked.

The view shows an ``OpenCase``; which paper shows a field is looked up in the dossier's bookmarks.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.item_words import spoken
from station.domain.items import FormField, PaperProfile
from station.services.case_papers import FormLine
from station.services.page_places import PagePlace, PlaceFinder, form_place, paper_pages
from station.services.review import Check, CheckTone, OpenCase
from ui.cases.case_words import minute_words
from ui.common.buttons import Button
from ui.common.enlarged import Enlarged
from ui.common.language import current
from ui.common.layout import (
    Plate,
    canvas,
    card,
    clear,
    column,
    fixed_width,
    holder,
    row,
    scroll,
    vline,
)
from ui.common.marks import Mark, MarkLook
from ui.common.tasks import Tasks
from ui.common.text import Icon, Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.review.field_line import FieldLine
from ui.review.paper_panel import PaperPanel, spoken_words
from ui.review.place_search import PlaceSearch

_TONES = {
    CheckTone.GOOD: Tone.OK,
    CheckTone.WARN: Tone.WARN,
    CheckTone.BAD: Tone.DANGER,
    CheckTone.LATER: Tone.LATER,
}
_CHECKS, _CHECKS_WIDE = 268, 344
_ON_CARD = ("name", "sex", "nation", "birth", "address", "id_number")


def check_block(check: Check) -> QWidget:
    """One line of 核对 with its shape."""
    tone = _TONES[check.tone]
    head, detail = check.in_(current())
    words = column(Text(head, "body", wrap=True, copy=True), gap=0)
    if detail:
        for line in detail.replace("; ", "；").split("；"):
            words.addWidget(Text(line, "caption", "text2", wrap=True, copy=True))
    block = holder(row((column(3, Icon.of(tone, 18), None, gap=0), 0), (words, 1), gap=8))
    block.setAccessibleName(f"{head} {detail}")
    return block


class CaseView(QWidget):
    """``failed`` tells an error of the pages."""

    failed = Signal(object)

    def __init__(self, tasks: Tasks, finder: PlaceFinder) -> None:
        super().__init__()
        self._case: OpenCase | None = None
        self._form_place: PagePlace | None = None
        self.place: PagePlace | None = None
        self.search = PlaceSearch(tasks, finder)
        self.search.found.connect(self._found)
        self.enlarged = Enlarged(tasks, height=44)
        self._open = True
        self._title = Text("", "title", bold=True, elide=True, copy=True)
        self._under = Text("", "caption", "text2", elide=True)
        self._fold = Button(self.tr("核对"), "secondary", key="F6")
        self._fold.clicked.connect(self.toggle_checks)
        self._fields: QVBoxLayout = column(gap=1)
        self._proofread = Text("", "caption", "text2")
        self.lines: list[FieldLine] = []
        self.papers = PaperPanel(tasks, self.tr("案卷的页面"), (self.enlarged,))
        self.papers.failed.connect(self.failed)
        self.papers.view.loaded.connect(lambda _pages: self._mark())
        sheet = card(
            column(
                row(
                    Text(self.tr("电子表单"), bold=True),
                    None,
                    self._proofread,
                    margins=(10, 0, 8, 0),
                ),
                (scroll(holder(column(holder(self._fields), None, gap=0))), 1),
                gap=6,
            ),
            (4, 10, 4, 8),
        )
        paper = card(column((self.papers, 1), gap=0), (10, 6, 10, 8))
        self._checks: QVBoxLayout = column(gap=12)
        inner = column(Text(self.tr("核对"), bold=True), holder(self._checks), None, gap=12)
        self._side = fixed_width(
            Plate(column((scroll(holder(inner)), 1), gap=0), "panel", (16, 14, 12, 12)),
            _CHECKS,
            _CHECKS_WIDE,
        )
        self._side_line = vline()
        middle = column(
            row((column(self._title, self._under, gap=0), 1), self._fold, gap=8),
            (row((sheet, 10), (paper, 11), gap=12), 1),
            gap=10,
            margins=(16, 10, 16, 12),
        )
        self.setLayout(row((canvas(middle), 1), self._side_line, self._side, gap=0))
        look().changed.connect(self._unfold)
        self._unfold()

    # ---------------------------------------------------------------- shown
    def show_case(self, case: OpenCase, today: date) -> None:
        """Shows a case from its first page on."""
        self._case = case
        self._frame(None)
        papers = case.papers
        item = spoken(case.item, current())
        self._title.setText(f"{item.title} · {papers.applicant.name}")
        taken = self.tr("{station}{agent} {time} 受理").format(
            station=papers.station,
            agent=f" {papers.agent}" if papers.agent else "",
            time=minute_words(case.case.opened_at, today),
        )
        held = (
            self.tr("您在办，保留到 {time}").format(time=minute_words(case.lease.until, today))
            if case.lease is not None
            else self.tr("只看，没有领到手里")
        )
        self._under.setText(f"{case.case.number} · {taken} · {held}")
        clear(self._fields)
        self.lines = []
        forms = {field.id: field for field in item.fields}
        for line in papers.lines:
            form = forms.get(line.id)
            label = form.label if form else line.label
            field = FieldLine(label, self._value(line, form))
            field.clicked.connect(lambda _=False, id=line.id, field=field: self._pressed(id, field))
            self.lines.append(field)
            self._fields.addWidget(field)
        self._proofread.setText(self.tr("{n} 格").format(n=len(papers.lines)))
        self.papers.show_dossier(case.dossier, papers, spoken_words(case.item))
        clear(self._checks)
        for check in case.checks:
            self._checks.addWidget(check_block(check))
        wrong = sum(check.tone in (CheckTone.WARN, CheckTone.BAD) for check in case.checks)
        self._fold.set_text(
            self.tr("核对：{n} 处要看").format(n=wrong) if wrong else self.tr("核对：都对得上")
        )
        self._fold.set_icon("s_warn" if wrong else "s_ok")

    @staticmethod
    def _value(line: FormLine, form: FormField | None) -> str:
        """What a field says, as it was printed; a choice in the language in force."""
        if current() == "en" and form is not None and form.options and line.value:
            labels = {option.value: option.label for option in form.options}
            return ", ".join(labels.get(one, one) for one in line.value.split(","))
        return line.printed or line.value

    def clear(self) -> None:
        """Shows nothing."""
        self._case = None
        self._frame(None)
        self.lines = []
        clear(self._fields)
        clear(self._checks)
        self.papers.clear()
        self._title.setText("")
        self._under.setText("")

    @property
    def title(self) -> str:
        """What case is shown."""
        return self._title.text()

    def toggle_checks(self) -> None:
        """Folds the checks away or back; they fold at large type only."""
        if not theme().large:
            return
        self._open = not self._open
        self._fit()

    def _unfold(self) -> None:
        self._open = not theme().large
        self._fold.setVisible(theme().large)
        self._fit()

    def _fit(self) -> None:
        self._side.setVisible(self._open)
        self._side_line.setVisible(self._open)

    # ---------------------------------------------------------------- form and paper
    def _pressed(self, field_id: str, pressed: FieldLine) -> None:
        for line in self.lines:
            line.setChecked(line is pressed)
        case = self._case
        if case is None:
            return
        place = self._form_place = form_place(case.item, field_id)
        self._frame(place)
        expected = self.page_of(field_id)
        if expected or place is None:  # the card's page at once, its frame when it was read
            self.papers.view.go_to(expected)
            self.enlarged.show_nothing()
        field = next((one for one in case.item.fields if one.id == field_id), None)
        said = next((one for one in case.papers.lines if one.id == field_id), None)
        if field is None or said is None:
            return
        pages = sorted(paper_pages(case.item, case.papers), key=lambda page: page != expected)
        texts = [text for text in (said.printed, said.value) if text]
        self.search.look(case.dossier, case.case.id, pages, field, texts)

    def _found(self, field_id: str, place: object) -> None:
        """The paper on which it stands was found: it is shown, unless the person went elsewhere."""
        assert isinstance(place, PagePlace)
        here = {self.page_of(field_id), self._form_place.page if self._form_place else 0}
        self._frame(place, turn=self.papers.view.page in here)

    def _frame(self, place: PagePlace | None, *, turn: bool = True) -> None:
        """The same blue frame on the form and on the paper, and the place enlarged below."""
        self.place = place
        if place is None:
            self._form_place = None
            self.search.stop()
            self.enlarged.show_nothing()
        elif self._case is not None and turn:
            self.papers.view.go_to(place.page)
            self.enlarged.show_place(self._case.dossier, place.page, QRectF(*place.box))
        self._mark()

    def _mark(self) -> None:
        """Frames what there is to frame, once the pages have a size."""
        view, marks = self.papers.view, {}
        for place in (self._form_place, self.place):
            if place is not None and place.page < view.page_count:
                wide, high = view.page_size(place.page)
                x, y, width, height = place.box
                rect = QRectF(x * wide, y * high, width * wide, height * high)
                marks[place.page] = [Mark(rect, MarkLook.PLACE)]
        view.set_marks(marks)

    def page_of(self, field_id: str) -> int:
        """The page of the dossier (from 0) on which a field can be compared with its paper."""
        case = self._case
        if case is None:
            return 0
        source = next((f.source for f in case.item.fields if f.id == field_id), "")
        if field_id in _ON_CARD or source.removeprefix("applicant.") in _ON_CARD:
            for material in case.item.materials:
                if material.profile is PaperProfile.ID_CARD:
                    for mark in case.papers.bookmarks:
                        if mark.title.startswith(material.name):
                            return mark.page
        return 0
