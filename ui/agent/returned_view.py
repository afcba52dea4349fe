"""Why a case came back: the dossier as it was sent with what the reviewer framed on it, the
reasons beside it, each with how to make it good. The numbers are those of the notice."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QRectF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.items import ServiceItem
from station.wire.sealed import Note, Reason
from ui.common.buttons import Button, press_by_key
from ui.common.layout import Plate, canvas, clear, column, fixed_width, holder, row, scroll
from ui.common.marks import Mark, MarkLook
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.tasks import Tasks
from ui.common.text import Icon, Text
from ui.common.wording import ring

translate = QCoreApplication.translate


class ReturnBar(Plate):
    """One line above the steps of a case that came back: why, and the way to what was framed.
    ``pressed`` asks for that."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__(name="warn")
        self._has_reasons = False
        self._why = Text("", bold=True, elide=True)
        show = Button(self.tr("看圈出的地方"), icon="crop")
        show.clicked.connect(self.pressed)
        self.setLayout(
            row(
                Icon("s_warn", 20, "warn"),
                (self._why, 1),
                show,
                gap=10,
                margins=(16, 4, 16, 4),
            )
        )
        self.hide()

    def tell(self, note: Note | None) -> None:
        """Says why a case came back; with None it did not."""
        self._has_reasons = note is not None
        if note is not None:
            reasons = [ring(at) + one.text for at, one in enumerate(note.reasons, 1)]
            words = " ".join((*reasons, note.remark)).strip()
            self._why.setText(self.tr("这件退回来要补正：{why}").format(why=words))
            self._why.setToolTip(words)
        self.come_back()

    def come_back(self) -> None:
        """Stands there again, if there is something to say."""
        self.setVisible(self._has_reasons)


class ReturnedView(QWidget):
    """``done`` asks to go on with mending, ``jump`` for the material or field of a reason."""

    done = Signal()
    jump = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._note = Note()
        self._pdf = b""
        self._current = -1
        self.paper = PaperView(tasks, self.tr("送上去的案卷"))
        self.paper.loaded.connect(lambda _count: self.choose(self._current))
        self.paper.pressed.connect(lambda word: self.choose(int(word) - 1))
        self._cards: QVBoxLayout = column(gap=8)
        self.cards: list[Button] = []
        on = Button(self.tr("接着补"), "primary", key="Ctrl+Enter", big=True)
        on.clicked.connect(self.done)
        left = canvas(
            column(
                row(
                    Text(self.tr("圈出来的就是要补的地方"), "title", bold=True),
                    None,
                    PaperTools(self.paper),
                    gap=8,
                ),
                (Plate(column((self.paper, 1), gap=0), "stage", (0, 0, 0, 0)), 1),
                gap=8,
                margins=(16, 12, 16, 12),
            )
        )
        right = Plate(
            column(
                Text(self.tr("退回的原因"), bold=True),
                Text(
                    self.tr("改好以后请申请人重新看、重新签，再送一次。"),
                    "caption",
                    "text2",
                    wrap=True,
                ),
                (scroll(holder(column(holder(self._cards), None, gap=0))), 1),
                on,
                gap=10,
            ),
            "panel",
            (16, 14, 16, 12),
        )
        self.setLayout(row((left, 1), fixed_width(right, 400, 520), gap=0))

    def show_note(self, note: Note, pdf: bytes, item: ServiceItem) -> None:
        """Shows the reasons of a return; without the dossier they are told in words alone."""
        self._note, self._pdf, self._current = note, pdf, -1
        clear(self._cards)
        self.cards = []
        for at, reason in enumerate(note.reasons):
            block = Plate(name="card")
            take = Button(self.tr("去改"), "secondary", "arrow")
            take.clicked.connect(partial(self.jump.emit, reason))
            take.setVisible(bool(reason.material or reason.field))
            head = Button(ring(at + 1), "tile")
            if at < 9:
                press_by_key(head, str(at + 1))
            head.setAccessibleName(self.tr("第 {n} 条在哪里").format(n=at + 1))
            head.clicked.connect(partial(self.choose, at))
            words = column(
                Text(reason.text, bold=True, wrap=True, copy=True),
                Text(_place(reason, item), "caption", "text2", wrap=True),
                gap=0,
            )
            if reason.remedy:
                words.addWidget(
                    Text(self.tr("怎么补：{how}").format(how=reason.remedy), "caption", wrap=True)
                )
            block.setLayout(
                row(
                    (column(head, None, gap=0), 0),
                    (words, 1),
                    (column(take, None, gap=0), 0),
                    gap=10,
                    margins=(10, 8, 8, 8),
                )
            )
            self.cards.append(head)
            self._cards.addWidget(block)
        if note.remark:
            self._cards.addWidget(Text(note.remark, wrap=True, copy=True))
        if pdf:
            self.paper.show_pdf(pdf)
        else:
            self.paper.clear()
        self.choose(0)

    def choose(self, at: int) -> None:
        """Brings the place of a reason into sight."""
        if not 0 <= at < len(self._note.reasons):
            return
        self._current = at
        reason = self._note.reasons[at]
        if reason.page is not None and 0 < reason.page <= self.paper.page_count:
            framed = self._place(reason.page - 1, reason) if reason.frame is not None else None
            self.paper.go_to(reason.page - 1, framed)
        self._mark()

    def _mark(self) -> None:
        marks: dict[int, list[Mark]] = {}
        for at, reason in enumerate(self._note.reasons):
            if reason.page is None or not 0 < reason.page <= self.paper.page_count:
                continue
            place = self._place(reason.page - 1, reason)
            marks.setdefault(reason.page - 1, []).append(
                Mark(place, MarkLook.REGION, str(at + 1), held=False)
            )
        self.paper.set_marks(marks)

    def _place(self, page: int, reason: Reason) -> QRectF:
        """Where a reason stands on its page (from 0), in the document's units."""
        wide, high = self.paper.page_size(page)
        share = _share(reason)
        return QRectF(
            share.x() * wide, share.y() * high, share.width() * wide, share.height() * high
        )


def _share(reason: Reason) -> QRectF:
    frame = reason.frame
    if frame is None:
        return QRectF(0.06, 0.045, 0.0, 0.0)  # the page's corner
    return QRectF(frame.x, frame.y, frame.width, frame.height)


def _place(reason: Reason, item: ServiceItem) -> str:
    """The name of the paper or field that a reason is pinned to."""
    name = next((m.name for m in item.materials if m.id == reason.material), "") or next(
        (f.label for f in item.fields if f.id == reason.field), ""
    )
    if reason.page is None:
        return name
    page = translate("ReturnedView", "第 {n} 页").format(n=reason.page)
    return f"{name} · {page}" if name else page
