"""One item in force: what is wrong in it, the guide's ten elements, papers, route and limits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.catalogue.guide import guide_elements
from station.domain.item_words import spoken
from station.domain.items import Material, ServiceItem
from station.services.item_office import ListedItem
from ui.admin.admin_words import ITEM_TONES, flaw_words, item_state_words, route_words
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.language import current
from ui.common.layout import Plate, canvas, card, clear, column, holder, row, scroll
from ui.common.text import Icon, Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.common.wording import day_words
from ui.desk import role_words


class ItemView(QWidget):
    """``left`` tells that the list is wanted again."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        back = Button(self.tr("所有事项"), "secondary", "back", "Esc")
        back.clicked.connect(self.left)
        self._title = Text("", "title", bold=True, elide=True, copy=True)
        self._chip = Chip("", Tone.OK)
        self._under = Text("", "caption", "text2", elide=True, copy=True)
        self._body: QVBoxLayout = column(gap=0)
        self.setLayout(
            column(
                row(back, (column(self._title, self._under, gap=0), 1), self._chip, gap=12),
                (scroll(canvas(column(holder(self._body), None, gap=0))), 1),
                gap=10,
            )
        )
        self._shown: tuple[ListedItem, tuple[ServiceItem, ...]] | None = None
        look().changed.connect(self._show)

    def show_item(self, listed: ListedItem, versions: tuple[ServiceItem, ...]) -> None:
        """Shows an item in force; ``versions`` are all that are known, the newest first."""
        self._shown = (listed, versions)
        self._show()

    def _show(self) -> None:
        if self._shown is None:
            return
        listed, versions = self._shown
        item = spoken(listed.item, current())
        self._title.setText(item.title)
        self._chip.set(item_state_words(listed), ITEM_TONES[listed.state])
        self._under.setText(
            self.tr("{code} · {department} · 第 {version} 版，{day} 起 · {route}").format(
                code=item.code,
                department=item.department,
                version=item.version,
                day=day_words(item.valid_from),
                route=route_words(item),
            )
        )
        clear(self._body)
        guide = self._guide(listed.item)  # as it is read on paper: Chinese
        rest = column(
            self._route(item), self._materials(item), self._versions(versions), None, gap=12
        )
        if listed.flaws:
            self._body.addWidget(self._flaws(listed))
            self._body.addSpacing(12)
        if theme().large:
            self._body.addLayout(column(rest, guide, gap=12))
        else:
            self._body.addLayout(row((column(guide, None, gap=0), 3), (rest, 2), gap=12))

    def _flaws(self, listed: ListedItem) -> QWidget:
        lines = [
            row(Icon("s_warn", 20, "warn"), (Text(flaw_words(flaw), wrap=True, copy=True), 1))
            for flaw in listed.flaws
        ]
        note = self.tr("这一版照用。在文件里改好，版本号加一，再导入。")
        return Plate(
            column(*lines, Text(note, "caption", "text2"), gap=6), "warn", (14, 10, 14, 10)
        )

    def _guide(self, item: ServiceItem) -> QWidget:
        body = column(Text(self.tr("办事指南"), bold=True), gap=10)
        for element in guide_elements(item):
            label = element.label_en if current() == "en" else element.label
            words = "\n".join(element.lines) or "—"
            body.addLayout(
                column(Text(label, "caption", "text2"), Text(words, wrap=True, copy=True), gap=2)
            )
        return card(body, (16, 12, 16, 12))

    def _route(self, item: ServiceItem) -> QWidget:
        body = column(Text(self.tr("谁办、几天"), bold=True), gap=8)
        for stage in item.route:
            does = self.tr("作决定，盖章") if stage.decides else self.tr("审核")
            body.addLayout(
                row(
                    (
                        column(
                            Text(stage.name, elide=True),
                            Text(f"{role_words(stage.role)} · {does}", "caption", "text2"),
                            gap=0,
                        ),
                        1,
                    ),
                    column(
                        Text(self.tr("{n} 个工作日").format(n=stage.days)),
                        Text(self.tr("法定 {n} 个").format(n=stage.legal_days), "caption", "text2"),
                        gap=0,
                    ),
                    gap=8,
                )
            )
        total = self.tr("一共承诺 {days} 个工作日，法定 {legal} 个").format(
            days=item.promised_days, legal=item.legal_days
        )
        body.addWidget(Text(total, "caption", "text2", wrap=True))
        return card(body, (16, 12, 16, 12))

    def _materials(self, item: ServiceItem) -> QWidget:
        head = self.tr("材料 {n} 样").format(n=len(item.materials))
        body = column(Text(head, bold=True), gap=8)
        for material in item.materials:
            pages = self.tr("、").join(page for page in material.pages if page)
            name = self.tr("{name}（{pages}）") if pages else "{name}"
            lines = [
                Text(name.format(name=material.name, pages=pages), wrap=True, copy=True),
                *(Text(note, "caption", "text2", wrap=True) for note in self._notes(material)),
            ]
            body.addLayout(column(*lines, gap=0))
        if not item.materials:
            body.addWidget(Text(self.tr("不用带材料"), "body", "text2"))
        return card(body, (16, 12, 16, 12))

    def _notes(self, material: Material) -> list[str]:
        """What makes a paper easier, or needed at all."""
        notes = [material.hint] if material.hint else []
        if material.required is not True:
            notes.append(self.tr("符合情形的才交"))
        if material.exempt is not False:
            notes.append(self.tr("可以免交：{why}").format(why=material.exempt_reason))
        if material.defer_days:
            words = self.tr("可以承诺 {n} 个工作日内补交")
            notes.append(words.format(n=material.defer_days))
        return notes

    def _versions(self, versions: tuple[ServiceItem, ...]) -> QWidget:
        body = column(Text(self.tr("版本"), bold=True), gap=6)
        for n, item in enumerate(versions):
            words = self.tr("第 {version} 版，{day} 起").format(
                version=item.version, day=day_words(item.valid_from)
            )
            body.addLayout(
                row(
                    (Text(words, elide=True), 1),
                    Text(
                        self.tr("新办件用") if n == 0 else self.tr("旧办件接着用"),
                        "caption",
                        "text2",
                    ),
                    gap=8,
                )
            )
        return card(body, (16, 12, 16, 12))
