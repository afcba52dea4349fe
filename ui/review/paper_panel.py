"""The papers of a dossier beside the form: pages, and below them one small picture per paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from station.domain.items import ServiceItem
from station.services.case_papers import Bookmark, CasePapers
from ui.common.language import current
from ui.common.layout import Item, Plate, clear, column, holder, row
from ui.common.pages import PdfPages
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.pictures import Thumb
from ui.common.tasks import Tasks
from ui.common.text import Text
from ui.common.theme import look, theme

translate = QCoreApplication.translate

_THUMB_PIXELS = 160
_THUMB_WIDTH = 84
_ROOM_FOR_THUMBS = 330


class PaperPanel(QWidget):
    """``failed`` tells an error of the pages; ``page_changed`` the page (from 0) in sight."""

    failed = Signal(object)
    page_changed = Signal(int)

    def __init__(self, tasks: Tasks, name: str, under: Sequence[Item] = ()) -> None:
        """``under`` stands between the page and the small pictures."""
        super().__init__()
        self._tasks = tasks
        self._marks: tuple[Bookmark, ...] = ()
        self._thumbs: list[Thumb] = []
        self._pictures: dict[int, QImage] = {}
        self._shown: PdfPages | None = None
        self._signs: Callable[[int, int], str] = lambda _first, _last: ""
        self.view = PaperView(tasks, name)
        self.view.failed.connect(self.failed)
        self.view.page_changed.connect(self._page_changed)
        self._title = Text("", "body", bold=True, elide=True)
        self._strip = row(gap=6)
        stage = Plate(column((self.view, 1), gap=0), "stage", (0, 0, 0, 0))
        self.setLayout(
            column(
                row((self._title, 1), PaperTools(self.view), gap=4),
                (stage, 1),
                *under,
                self._sideways(),
                gap=8,
            )
        )

    def _sideways(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(holder(self._strip))
        area.viewport().setAutoFillBackground(False)
        area.widget().setAutoFillBackground(False)
        self._area = area
        look().changed.connect(self._fit)
        self._fit()
        return area

    def _fit(self) -> None:
        self._area.setFixedHeight(Thumb(None, "").sizeHint().height() + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # where there is little room the page gets it; the arrows above lead to the others
        self._area.setVisible(self.height() >= theme().grown(_ROOM_FOR_THUMBS))

    def show_dossier(self, pdf: bytes, papers: CasePapers, words: Mapping[str, str]) -> None:
        """Shows another dossier from its first page on. ``words`` are those of its bookmarks in
        the language in force, where they have any."""
        first = (
            ()
            if papers.bookmarks and papers.bookmarks[0].page == 0
            else (Bookmark(self.tr("申请表"), 0),)
        )
        told = [Bookmark(_told(mark.title, words), mark.page) for mark in papers.bookmarks]
        self._marks = (*first, *told)
        self.view.show_pdf(pdf)
        clear(self._strip)
        self._thumbs, self._pictures = [], {}
        self._shown = pages = PdfPages(pdf)
        for number, mark in enumerate(self._marks):
            thumb = Thumb(None, self._label(number), width=_THUMB_WIDTH)
            thumb.clicked.connect(partial(self._go_to, mark.page))
            self._thumbs.append(thumb)
            self._strip.addWidget(thumb)
            self._tasks.start(
                partial(pages.render, mark.page, _THUMB_PIXELS),
                done=partial(self._rendered, pages, number),
                failed=lambda _error: None,  # the page itself says what is wrong
                owner=self,
                lane="pages",
            )
        self._tasks.start(pages.close, owner=self, lane="pages")
        self._strip.addStretch(1)
        self._page_changed(0)

    @property
    def thumbs(self) -> tuple[Thumb, ...]:
        """The small pictures from left to right."""
        return tuple(self._thumbs)

    def clear(self) -> None:
        """Shows nothing."""
        self._marks, self._thumbs, self._pictures, self._shown = (), [], {}, None
        self.view.clear()
        clear(self._strip)
        self._title.setText("")

    def _rendered(self, pages: PdfPages, number: int, image: QImage) -> None:
        if pages is self._shown:
            self._pictures[number] = image
            self._thumbs[number].set(image, self._label(number))

    def _label(self, number: int) -> str:
        first = self._marks[number].page
        last = self._marks[number + 1].page - 1 if number + 1 < len(self._marks) else first + 999
        signs = self._signs(first, last)
        # the sides of a card stand above the page
        name = (
            self._marks[number].title.split(" ")[0]
            if current() == "zh"
            else self._marks[number].title
        )
        return f"{name} {signs}" if signs else name

    def show_signs(self, signs: Callable[[int, int], str]) -> None:
        """Writes beside each paper what ``signs`` says of its pages (first, last, from 0)."""
        self._signs = signs
        for number, thumb in enumerate(self._thumbs):
            thumb.set(self._pictures.get(number), self._label(number))

    def _go_to(self, page: int) -> None:
        self.view.go_to(page)
        self._page_changed(page)

    def _page_changed(self, page: int) -> None:
        at = max((n for n, m in enumerate(self._marks) if m.page <= page), default=None)
        self._title.setText(self._marks[at].title if at is not None else "")
        for number, thumb in enumerate(self._thumbs):
            thumb.setChecked(number == at)
        if at is not None and at < len(self._thumbs):
            self._area.ensureWidgetVisible(self._thumbs[at], 8, 0)
        self.page_changed.emit(page)


def spoken_words(item: ServiceItem) -> dict[str, str]:
    """What a dossier of this item calls its parts, in the language in force: nothing in Chinese,
    which is the language of the dossier."""
    if current() != "en":
        return {}
    return {
        **dict(item.english),
        "签章页": translate("review", "签章页"),
        "附页": translate("review", "附页"),
    }


def _told(title: str, words: Mapping[str, str]) -> str:
    """``身份证 人像面、国徽面`` part by part."""
    parts = [[words.get(one, one) for one in part.split("、")] for part in title.split(" ")]
    return " ".join((", " if words else "、").join(part) for part in parts)
