"""Lists of cards: a queue of cases, search results. A model and a delegate; one can be chosen.

Each card has a bold name, a caption line and, below, the state with who holds it. The order is
the caller's; what the cards stand for too.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui.common import icons
from ui.common.buttons import ENTER, keeps_enter
from ui.common.chips import chip_height, chip_width, paint_chip
from ui.common.painting import RIGHT, advance, painter_hints, write
from ui.common.theme import look, theme
from ui.common.tones import Tone

Index = QModelIndex | QPersistentModelIndex
CARD = int(Qt.ItemDataRole.UserRole) + 1
_GAP = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A card in a list. ``plate`` draws the state as the filled plate of a yellow or red card;
    ``holder`` is who has claimed it, shown with a lock; ``figure`` stands at the right."""

    key: Hashable
    name: str
    note: str = ""
    state: str = ""
    tone: Tone = Tone.LATER
    plate: bool = False
    holder: str = ""
    figure: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """All that stands on it."""
        parts = (self.name, self.note, self.figure, self.state, self.holder)
        return tuple(part for part in parts if part)


class CardModel(QAbstractListModel):
    """The cards in their order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: list[Card] = []

    @property
    def cards(self) -> list[Card]:
        """The cards in the order shown."""
        return list(self._cards)

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Shows these. Only what differs is told, so that a refresh moves nothing."""
        if [card.key for card in cards] == [card.key for card in self._cards]:
            for at, (old, new) in enumerate(zip(self._cards, cards, strict=True)):
                if old != new:
                    self._cards[at] = new
                    self.dataChanged.emit(self.index(at), self.index(at))
            return
        self.beginResetModel()
        self._cards = list(cards)
        self.endResetModel()

    def at(self, key: Hashable) -> int | None:
        """Where the card with this key stands."""
        return next((at for at, card in enumerate(self._cards) if card.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        if role == CARD:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.tr("，").join(card.parts)
        return None


class CardDelegate(QStyledItemDelegate):
    """Paints cards."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        t = theme()
        card = index.data(CARD)
        height = round(t.px("body") * 1.45) + 18
        if isinstance(card, Card):
            height += round(t.px("caption") * 1.45) if card.note else 0
            height += chip_height(low=True) + 4 if card.state or card.holder else 0
        return QSize(160, height + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card = index.data(CARD)
        if not isinstance(card, Card):
            return
        t = theme()
        state = option.state  # type: ignore[attr-defined] # missing in the stubs
        rect = option.rect  # type: ignore[attr-defined] # missing in the stubs
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter_hints(painter)
        box = QRectF(rect).adjusted(1, 1, -1, -1 - _GAP)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setBrush(t.colour("accent_soft" if chosen else "canvas" if hover else "surface"))
        painter.setPen(QPen(t.colour("accent"), 2) if chosen else QPen(t.colour("line"), t.edge))
        painter.drawRoundedRect(box, t.radius("card"), t.radius("card"))
        self._paint_words(painter, box.adjusted(12, 8, -12, -8), card, chosen)
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRectF, card: Card, chosen: bool) -> None:
        t = theme()
        quiet, small = t.colour("text2"), t.font("caption")
        y, high = box.y(), float(round(t.px("body") * 1.45))
        room = box.width()
        if card.figure:
            figure = QRectF(box.x(), y, box.width(), high)
            write(painter, figure, card.figure, small, quiet, RIGHT)
            room -= advance(card.figure, small) + 8
        name = QRectF(box.x(), y, room, high)
        write(painter, name, card.name, t.font("body", chosen), t.colour("text"))
        y += high
        if card.note:
            high = float(round(t.px("caption") * 1.45))
            write(painter, QRectF(box.x(), y, box.width(), high), card.note, small, quiet)
            y += high
        high = float(chip_height(low=True))
        room = box.width()
        if card.holder:
            side, width = t.grown(16), advance(card.holder, small)
            x = box.right() - width
            write(painter, QRectF(x, y + 2, width + 2, high), card.holder, small, quiet)
            icons.draw(painter, "lock", x - side - 4, y + 2 + (high - side) / 2, side, quiet)
            room -= width + side + 12
        if card.state:
            wide = min(room, float(chip_width(card.state, filled=card.plate)))
            place = QRectF(box.x(), y + 2, wide, high)
            paint_chip(painter, place, card.state, card.tone, filled=card.plate)


class CardList(QListView):
    """Shows cards; ``chosen`` tells the key of the one the selection stands on, ``opened`` the
    key at Enter or a double click."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._model = CardModel(self)
        self._telling = True
        self.setAccessibleName(name)
        self.setProperty("bare", True)
        self.setModel(self._model)
        self.setItemDelegate(CardDelegate(self))
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(self._open)
        look().changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def cards(self) -> list[Card]:
        """The cards in the order shown."""
        return self._model.cards

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Shows these; the chosen one stays chosen if it is still among them."""
        held = self.current_key()
        self._telling = False
        self._model.set_cards(cards)
        at = self._model.at(held) if held is not None else None
        self.setCurrentIndex(self._model.index(at) if at is not None else QModelIndex())
        self._telling = True
        if held is not None and at is None:
            self.chosen.emit(None)

    def current_key(self) -> Hashable | None:
        """The key of the chosen card, or None."""
        index = self.currentIndex()
        return self._model.cards[index.row()].key if index.isValid() else None

    def choose(self, key: Hashable) -> None:
        """Chooses a card; one that is not there changes nothing."""
        at = self._model.at(key)
        if at is not None:
            self.setCurrentIndex(self._model.index(at))

    def step(self, by: int) -> None:
        """Chooses the next (1) or the previous (-1) card, staying within the list."""
        count = self._model.rowCount()
        if count:
            now = self.currentIndex()
            at = now.row() + by if now.isValid() else 0
            self.setCurrentIndex(self._model.index(min(count - 1, max(0, at))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in ENTER and index.isValid():
            self._open(index)
        elif event.text() and event.text().isalnum():
            event.ignore()  # a letter is a key of the screen here, not a search in the list
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        held = self.currentIndex().isValid()
        return (held and keeps_enter(event)) or super().event(event)

    def _moved(self, now: QModelIndex) -> None:
        if self._telling:
            self.chosen.emit(self._model.cards[now.row()].key if now.isValid() else None)

    def _open(self, index: Index) -> None:
        self.opened.emit(self._model.cards[index.row()].key)
