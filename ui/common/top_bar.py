"""The top bar: left who and where, right what is connected and who is signed in.

It shows what ``page.Desk`` says; what happens at a press is the main window's business.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from ui.common import icons
from ui.common.buttons import PressedByEnter
from ui.common.chips import DeviceChip
from ui.common.layout import Plate, clear, row, themed_height, vline
from ui.common.page import Desk, Lamp, Lamps
from ui.common.painting import advance, painter_for, write
from ui.common.text import Icon, Text
from ui.common.theme import theme


class TopBar(Plate):
    """Mark, place, devices, links, person."""

    lamp_pressed = Signal(object)

    def __init__(self) -> None:
        super().__init__(name="bar")
        self._place = Text("", elide=True)
        self._place.setMinimumWidth(96)
        self._place_line = vline()
        self._devices = LampRow()
        self._links = LampRow()
        self._device_line, self._person_line = vline(), vline()
        self.person = PersonButton()
        for lamps in (self._devices, self._links):
            lamps.pressed.connect(self.lamp_pressed)
        box: QHBoxLayout = row(
            Icon("mark", 28, "accent"),
            Text(self.tr("驿站"), bold=True),
            8,
            self._place_line,
            8,
            (self._place, 1),
            self._devices,
            4,
            self._device_line,
            4,
            self._links,
            4,
            self._person_line,
            4,
            self.person,
            margins=(16, 0, 8, 0),
        )
        self.setLayout(box)
        themed_height(self, "topbar")
        self.show_place("")
        self.show_desk(None)

    def show_place(self, words: str) -> None:
        """The unit, or nothing before anyone signed in."""
        self._place.setText(words)
        self._place_line.setVisible(bool(words))

    def show_lamps(self, devices: Lamps | None, links: Lamps | None) -> None:
        """The devices and links of this PC; they stay live from now on."""
        self._devices.follow(devices)
        self._links.follow(links)
        self._device_line.setVisible(devices is not None and links is not None)

    def show_desk(self, desk: Desk | None) -> None:
        """The person signed in, or nobody."""
        self.person.setVisible(desk is not None)
        self._person_line.setVisible(desk is not None)
        if desk is not None:
            self.show_place(desk.unit)
            self.show_lamps(desk.devices, desk.links)
            self.person.show_person(desk.person, desk.role)

    def chip(self, lamp_id: str) -> DeviceChip | None:
        """The chip of a lamp."""
        return self._devices.chips.get(lamp_id) or self._links.chips.get(lamp_id)

    def mark_open(self, workspace: str) -> None:
        """Marks the chips whose page is open."""
        for lamps in (self._devices, self._links):
            lamps.mark_open(workspace)


class LampRow(QWidget):
    """The chips of some lamps, live."""

    pressed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lamps: Lamps | None = None
        self._workspace = ""
        self.chips: dict[str, DeviceChip] = {}
        self._box: QHBoxLayout = row(gap=8)
        self.setLayout(self._box)

    def follow(self, lamps: Lamps | None) -> None:
        """Shows these lamps and their changes."""
        if self._lamps is not None:
            self._lamps.changed.disconnect(self._refresh)
        self._lamps = lamps
        if lamps is not None:
            lamps.changed.connect(self._refresh)
        self._refresh()

    def mark_open(self, workspace: str) -> None:
        """Marks the chip whose page is open."""
        self._workspace = workspace
        for lamp in self._shown():
            self.chips[lamp.id].set_chosen(bool(workspace) and lamp.workspace == workspace)

    def _shown(self) -> tuple[Lamp, ...]:
        return self._lamps.lamps if self._lamps is not None else ()

    def _refresh(self) -> None:
        shown = self._shown()
        if list(self.chips) != [lamp.id for lamp in shown]:
            clear(self._box)
            self.chips = {lamp.id: DeviceChip(lamp.icon, lamp.name, lamp.ready) for lamp in shown}
            for lamp_id, chip in self.chips.items():
                chip.clicked.connect(partial(self._press, lamp_id))
                self._box.addWidget(chip)
        for lamp in shown:
            self.chips[lamp.id].set(lamp.name, lamp.ready, lamp.note)
        self.setVisible(bool(shown))
        self.mark_open(self._workspace)

    def _press(self, lamp_id: str) -> None:
        for lamp in self._shown():
            if lamp.id == lamp_id:
                self.pressed.emit(lamp)


class PersonButton(PressedByEnter):
    """Who is signed in; opens the menu with the look, the keys and signing out."""

    def __init__(self) -> None:
        super().__init__()
        self._role = ""
        self.menu = QMenu(self)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)

    def show_person(self, name: str, role: str) -> None:
        """The name and what they do here."""
        self._role = role
        self.setText(name)
        self.setAccessibleName(self.tr("{name}，{role}，打开菜单").format(name=name, role=role))
        self.updateGeometry()
        self.update()

    def _open(self) -> None:
        size = self.menu.sizeHint()
        corner = self.mapToGlobal(QPoint(self.width() - size.width(), self.height() + 4))
        self.menu.popup(corner)

    @property
    def _shown_role(self) -> str:
        """At large type the role gives its room to the devices."""
        return "" if theme().large else self._role

    def sizeHint(self) -> QSize:
        t = theme()
        font = t.font("caption")
        role = advance(self._shown_role, font) + 8 if self._shown_role else 0
        width = t.grown(20) + 8 + advance(self.text(), font) + role + 4 + t.grown(16) + 16
        return QSize(width, t.height("control") - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        if self.underMouse() or self.menu.isVisible():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.colour("sunken"))
            radius = t.radius("control")
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        side, font, quiet = t.grown(20), t.font("caption"), t.colour("text2")
        icons.draw(painter, "person", 8, (self.height() - side) / 2, side, quiet)
        x = side + 16.0
        for words, ink in ((self.text(), t.colour("text")), (self._shown_role, quiet)):
            width = advance(words, font)
            write(painter, QRectF(x, 0, width + 2, self.height()), words, font, ink)
            x += width + (8 if words else 0)
        small = t.grown(16)
        icons.draw(painter, "down", x - 4, (self.height() - small) / 2, small, quiet)
