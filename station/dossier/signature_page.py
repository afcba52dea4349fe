"""The signature page: what was handed in, what the applicant declares, room for all signatures.

Pages so far are numbered by the caller. Where the three stages sign is returned as plans for
prepared signature fields, so that what is drawn and what is signed cannot lie apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signing.pades.plans import FieldPlan, InkPlace, in_order
from station.domain.completeness import MaterialState, Need
from station.domain.drafts import Provision
from station.domain.items import ServiceItem
from station.domain.units import Level
from station.dossier.book import Book
from station.dossier.sheet import Align, Box, Sheet, rounded
from station.dossier.text import Style, wrapped
from station.dossier.typefaces import Face
from station.forms.layout import LEFT, RIGHT, WIDTH
from station.forms.values import printed_date

TITLE = Style(Face.SONG_BOLD, 20)
HEADING = Style(Face.HEI_BOLD, 11)
BODY = Style(Face.SONG, 10.5, 1.6)
CELL = Style(Face.SONG, 10, 1.3)
LABEL = Style(Face.SONG, 10.5, 1.4)
SMALL = Style(Face.SONG, 9, grey=0.25)
HINT = Style(Face.SONG, 8.5, grey=0.45)

_TOP, _BOTTOM = 45.0, 282.0
_ROW = 7.0
_COLUMNS = (12.0, 58.0, 82.0, 22.0)
_INK_BOX = (96.0, 28.0)
_STAGE_ROW = 27.0
_RULE, _EDGE = 0.22, 0.5

_STAGES = {
    Level.VILLAGE: ("村级受理", "便民服务站\n代办员签名"),
    Level.TOWNSHIP: ("乡镇审核", "便民服务中心\n审核员签名"),
    Level.COUNTY: ("县级审批", "审批部门\n审批员签名"),
}


@dataclass(frozen=True, slots=True)
class SignaturePlaces:
    """Where ink and stage signatures go; boxes as for ``FieldPlan``."""

    ink: InkPlace
    fields: tuple[FieldPlan, ...]


def signature_page(
    book: Book,
    item: ServiceItem,
    *,
    number: str,
    applicant: str,
    delegate: str = "",
    materials: Sequence[MaterialState],
    where: Mapping[str, tuple[int, ...]],
) -> SignaturePlaces:
    """Draws the page (a second one when the list is long) at the end of ``book``.

    ``where`` gives the pages of each material, as ``paper_pages`` returns them. The place for the
    applicant's hand stays empty: the ink comes onto the very bytes that the applicant was shown.
    ``delegate`` names who comes and signs for the applicant.
    """
    page = _Flow(book, item, number, applicant)
    page.materials(materials, where)
    place = page.declaration(materials, delegate)
    return SignaturePlaces(place, page.stages())


class _Flow:
    def __init__(self, book: Book, item: ServiceItem, number: str, applicant: str) -> None:
        self._book, self._item = book, item
        self._number, self._applicant = number, applicant
        self._paper_pages = book.pages
        self._begin("签章页")

    def _begin(self, title: str) -> None:
        self.sheet: Sheet = self._book.sheet()
        self._book.bookmark(title)
        self.sheet.text(self.sheet.width / 2, 27.0, title, TITLE, Align.CENTRE)
        self.sheet.text(LEFT, 38.0, f"办件编号：{self._number}", SMALL)
        head = f"{self._item.title}    申请人：{self._applicant}"
        self.sheet.text(RIGHT, 38.0, head, SMALL, Align.RIGHT)
        self.sheet.rule(LEFT, 40.5, RIGHT, 40.5, 0.35)
        self.y = _TOP

    def _room(self, height: float) -> None:
        if self.y + height > _BOTTOM:
            self._begin("签章页（续）")

    def _heading(self, text: str) -> None:
        self.sheet.text(LEFT, self.y + 4.2, text, HEADING)
        self.y += 7.0

    def materials(
        self, materials: Sequence[MaterialState], where: Mapping[str, tuple[int, ...]]
    ) -> None:
        """The list of papers with how each is provided and where it lies."""
        rows = [
            (str(n), state.material.name, provision_words(state), _pages(where, state))
            for n, state in enumerate(
                (state for state in materials if state.need is not Need.NOT_NEEDED), start=1
            )
        ]
        self._heading("一、材料清单")
        top = self.y
        self._row(("序号", "材料", "怎么交的", "案卷页"), head=True)
        for row in rows:
            if self.y + _ROW > _BOTTOM:
                self.sheet.frame((LEFT, top, WIDTH, self.y - top), _EDGE)
                self._begin("签章页（续）")
                top = self.y
            self._row(row)
        if not rows:
            self._row(("", "这个事项不需要材料", "", ""))
        self.sheet.frame((LEFT, top, WIDTH, self.y - top), _EDGE)
        self.y += 4.5

    def _row(self, cells: Sequence[str], *, head: bool = False) -> None:
        x = LEFT
        for n, (text, width) in enumerate(zip(cells, _COLUMNS, strict=True)):
            box: Box = (x, self.y, width, _ROW)
            if head:
                self.sheet.fill(box, 0.93)
            self.sheet.frame(box, _RULE)
            centred = head or n in (0, 3)
            self.sheet.fit(box, text, CELL, Align.CENTRE if centred else Align.LEFT, padding=2.0)
            x += width
        self.y += _ROW

    def declaration(self, materials: Sequence[MaterialState], delegate: str = "") -> InkPlace:
        """What the applicant declares, and the place for the handwriting."""
        paragraphs = [self._item.promise]
        if delegate:
            paragraphs.append(f"本事项由{delegate}受申请人委托代为办理，委托书附后。")
        promised = [s for s in materials if s.need is Need.NEEDED and s.promise_holds]
        if promised:
            owed = "；".join(
                f"{s.material.name}在 {printed_date(s.entry.promised_by)}前补交"
                for s in promised
                if s.entry.promised_by
            )
            paragraphs.append(f"本人同时承诺：{owed}。到期没有补交的，按规定处理。")
        paragraphs.append(
            f"本案卷的表单和材料共 {self._paper_pages} 页，本人已经看过"
            "（看不清的由代办员念给本人听），没有异议。"
        )
        inner = WIDTH - 8
        height = 3.0 + _INK_BOX[1] + 6.0
        for text in paragraphs:
            height += len(wrapped(text, BODY, inner, 2 * BODY.mm)) * BODY.line_mm + 1.0
        self._room(height + 7.0)
        self._heading("二、申请人承诺")
        top = self.y
        y = top + 2.5
        for text in paragraphs:
            y = self.sheet.paragraph(LEFT + 4, y, inner, text, BODY, indent_ems=2) + 1.0
        label = 27.0
        ink: Box = (LEFT + 4 + label, y + 2.0, *_INK_BOX)
        middle = ink[1] + ink[3] / 2 + 0.38 * LABEL.mm
        self.sheet.text(LEFT + 4, middle, "代办人签名：" if delegate else "申请人签名：", LABEL)
        self.sheet.frame(ink, 0.2, grey=0.55, dash=(1.2, 1.0))
        date: Box = (RIGHT - 44.0, ink[1] + ink[3] - 5.6, 40.0, 4.6)
        bottom = top + height
        self.sheet.frame((LEFT, top, WIDTH, height), _EDGE)
        self.y = bottom + 4.5
        return InkPlace(self._book.pages - 1, rounded(ink), rounded(date))

    def stages(self) -> tuple[FieldPlan, ...]:
        """A row for each stage of the route, with its field."""
        levels = [Level.VILLAGE, *(stage.level for stage in self._item.route)]
        self._room(7.0 + _STAGE_ROW * len(levels))
        self._heading("三、各级签章")
        top = self.y
        plans = []
        for level in levels:
            word, who = _STAGES[level]
            label: Box = (LEFT, self.y, 26.0, _STAGE_ROW)
            signer: Box = (LEFT + 26.0, self.y, 36.0, _STAGE_ROW)
            room: Box = (LEFT + 62.0, self.y, WIDTH - 62.0, _STAGE_ROW)
            for box in (label, signer, room):
                self.sheet.frame(box, _RULE)
            self.sheet.fit(label, word, LABEL, Align.CENTRE)
            self.sheet.fit(signer, who, CELL, Align.CENTRE)
            x, y, width, height = room
            field: Box = (x + 2.0, y + 2.0, width - 4.0, height - 4.0)
            plans.append(
                FieldPlan(level.value, page=self._book.pages - 1, box_mm=rounded(field), label=word)
            )
            self.y += _STAGE_ROW
        self.sheet.frame((LEFT, top, WIDTH, self.y - top), _EDGE)
        return in_order(*plans)


def provision_words(state: MaterialState) -> str:
    """How a material is provided, in the words of the list."""
    if state.need is Need.EXEMPT and not state.entry.pages:
        return f"免交：{state.reason}"
    if state.entry.provision is Provision.DEFERRED and state.entry.promised_by:
        return f"容缺：承诺 {printed_date(state.entry.promised_by)}前补交"
    count = len(state.entry.pages)
    if not count:
        return "没有交"
    seen = "，已核对原件" if state.entry.original_seen else ""
    return f"原件拍照 {count} 页{seen}" if state.material.original else f"当场拍照 {count} 页"


def _pages(where: Mapping[str, tuple[int, ...]], state: MaterialState) -> str:
    pages = where.get(state.material.id, ())
    if not pages:
        return "—"
    return str(pages[0]) if len(pages) == 1 else f"{pages[0]}—{pages[-1]}"
