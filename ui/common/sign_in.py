"""Signing in: the key speaks first (whose it is, of which unit, until when), then one field.

Before the PIN only counts are shown, never a case or a villager. Who holds a key and whether a
PIN is right is known behind the ``Door``; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from signing.errors import PinLocked, PinWrong
from station.clock import china_now
from ui.common.buttons import Button
from ui.common.chips import Chip, Pips
from ui.common.dialogs import tries_words
from ui.common.inputs import Labelled, SecretEdit
from ui.common.layout import Plate, card, clear, column, hline, holder, row, scroll
from ui.common.lists import Line
from ui.common.messages import EmptyState, Message, explained
from ui.common.page import Desk
from ui.common.tasks import Tasks
from ui.common.text import Icon, Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.common.wording import greeting_words, short_day_words

_LOOK_AGAIN_MS = 1500
_OTHERS_AT_LEAST = 200


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Somebody who may sign in on this PC.

    ``where`` is the kind of key in a word (UKey, 软证书); ``until`` says until when the
    certificate can be used, in words; ``waiting`` are counts to be seen before the PIN. With
    ``typed_on_reader`` the PIN is typed on the reader's own keys.
    """

    id: str
    name: str
    unit: str
    role: str
    where: str = "UKey"
    until: str = ""
    present: bool = True
    tries: tuple[int, int] | None = None
    waiting: tuple[tuple[str, Tone], ...] = ()
    note: str = ""
    training: bool = False
    locked: bool = False
    typed_on_reader: bool = False


class Door(Protocol):
    """Where people come in. ``holders`` and ``sign_in`` may take their time: they are called in
    a worker; ``sign_in`` raises an ``ExplainedError`` such as ``PinWrong``."""

    @property
    def place(self) -> str:
        """The unit this PC stands in, or nothing before set-up."""

    @property
    def is_new(self) -> bool:
        """Whether this PC starts for the first time: its keys are made before anybody is shown."""

    def holders(self) -> Sequence[KeyHolder]:
        """Who may sign in now, the one whose key is plugged in first."""

    def sign_in(self, holder: KeyHolder, pin: str) -> Callable[[], Desk]:
        """Opens the key; what it returns builds the desk in the window's thread."""


class SignInPage(QWidget):
    """The first screen. ``signed_in`` hands over the desk; the rest is between it and the door."""

    signed_in = Signal(object)

    def __init__(self, door: Door, tasks: Tasks, now: Callable[[], datetime] = china_now):
        super().__init__()
        self._door, self._tasks, self._now = door, tasks, now
        self._holders: list[KeyHolder] = []
        self._chosen: KeyHolder | None = None
        self._left_tries: tuple[int, int] | None = None
        self._looking = self._opening = False
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_AGAIN_MS)
        self._watch.timeout.connect(self._look_again)
        self._build()

    # ---------------------------------------------------------------- layout
    def _build(self) -> None:
        self.setProperty("plate", "canvas")
        self._greeting = Text("", "title", bold=True)
        self._today = Text("", "body", "text2", elide=True)
        self._message = Message()
        self._empty = EmptyState(
            "key",
            self.tr("没有找到能登录的证书"),
            self.tr("插上您的 UKey，再点“再找一次”。"),
            self.tr("再找一次"),
        )
        self._empty.pressed.connect(self.refresh)
        self._empty.hide()
        self._preparing = EmptyState(
            "practice" if self._door.is_new else "key",
            self.tr("第一次用，正在备好练习的县")
            if self._door.is_new
            else self.tr("正在找能登录的证书"),
            self.tr("给每个岗位做一把练习用的钥匙，约半分钟，以后不用再等。")
            if self._door.is_new
            else "",
        )
        self._others: QVBoxLayout = column(gap=6)
        self._lines: list[Line] = []
        self._others_shown = scroll(holder(column(self._others, None, gap=0)))
        self._others_card = card(
            column(
                row(
                    Text(self.tr("这台电脑上的其他人"), bold=True),
                    None,
                    Text(self.tr("点名字就换人"), "caption", "text2"),
                ),
                hline(),
                self._others_shown,
                gap=6,
            ),
            (16, 14, 16, 8),
        )
        self._person_card = self._build_person()
        self._person_card.hide()
        self._others_card.hide()
        self._left = holder(column(self._person_card, self._preparing, self._empty, None, gap=0))
        self._right = holder(column(self._others_card, None, gap=16))
        self._give_room()
        look().changed.connect(self._give_room)
        body = column(
            None,
            row(
                None,
                column(
                    column(self._greeting, self._today, gap=2),
                    self._message,
                    row(self._left, self._right, gap=24),
                    gap=20,
                ),
                None,
            ),
            None,
            None,
            gap=0,
        )
        self.setLayout(column((scroll(holder(body)), 1), margins=(24, 16, 24, 16)))

    def _give_room(self) -> None:
        self._left.setFixedWidth(600 if theme().large else 540)
        self._right.setFixedWidth(600 if theme().large else 500)
        self._fit_others()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_others()

    def _fit_others(self) -> None:
        """The others scroll in their own card: whoever is chosen stands in sight beside it."""
        lines = [line.sizeHint().height() for line in self._lines]
        wanted = sum(lines) + self._others.spacing() * len(lines)
        self._others_shown.setFixedHeight(min(wanted, max(_OTHERS_AT_LEAST, self.height() - 210)))

    def _build_person(self) -> Plate:
        self._key_chip = Chip("", Tone.OK)
        again = Button(self.tr("再找一次"), "quiet")
        again.clicked.connect(self.refresh)
        self._name = Text("", "figure", bold=True, copy=True)
        self._unit = Text("", "body", elide=True)
        self._until = Text("", "caption", "text2", copy=True)
        self._until_row = holder(row(Icon("key"), self._until, None, gap=8))
        self.pin = SecretEdit(self.tr("口令"))
        self._field = Labelled(self.tr("口令"), self.pin)
        self._pips = Pips(0, 0)
        self._tries = Text("", "caption", "text2", elide=True)
        self._tries_row = holder(row(self._pips, (self._tries, 1), gap=8))
        self.enter = Button(self.tr("登录"), "primary", "key", "Enter", big=True)
        self.enter.clicked.connect(self._sign_in)
        self.pin.textChanged.connect(self._typed)
        self._waiting = row(gap=16)
        self._waiting_row = holder(
            column(
                hline(),
                row(Text(self.tr("登进去先看到"), "caption", "text2"), self._waiting, None, gap=16),
                gap=14,
            )
        )
        return card(
            column(
                row(self._key_chip, None, again),
                column(self._name, self._unit, gap=2),
                self._until_row,
                hline(),
                column(self._field, self._tries_row, gap=6),
                self.enter,
                self._waiting_row,
                gap=14,
            ),
            (28, 20, 28, 18),
        )

    # ---------------------------------------------------------------- work
    def refresh(self) -> None:
        """Looks for keys again; the page says so while it looks."""
        now = self._now()
        self._greeting.setText(self.tr("{greeting}，请登录").format(greeting=greeting_words(now)))
        self._today.setText(short_day_words(now.date(), weekday=True))
        self._looking = True
        self._tasks.start(
            self._door.holders, done=self._found, failed=self._not_found, owner=self, lane="key"
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._watch.stop()
        super().hideEvent(event)

    def _look_again(self) -> None:
        """A UKey that is plugged in or pulled out shows by itself, and disturbs nobody's typing."""
        if not (self._looking or self._opening):
            self._looking = True
            self._tasks.start(
                self._door.holders, done=self._seen, failed=self._not_seen, owner=self, lane="key"
            )

    def _seen(self, holders: Sequence[KeyHolder]) -> None:
        self._looking = False
        known = [holder.id for holder in self._holders]
        now = [holder.id for holder in holders]
        if now == known or self._opening:
            return  # what a wrong PIN changed is told already, and must stay to be read
        came = [holder for holder in holders if holder.id not in known]
        if came and not self.pin.text():  # whoever plugs in a key wants to use it
            self._chosen = came[0]
        typed = self.pin.text() if self._chosen is not None and self._chosen.id in now else ""
        self._found(holders)
        self.pin.setText(typed)

    def _not_seen(self, error: Exception) -> None:
        self._looking = False  # the next look may do better; “look again” tells what is wrong

    def _found(self, holders: Sequence[KeyHolder]) -> None:
        self._looking = False
        self._message.clear_away()
        self._holders = list(holders)
        kept = next((h for h in self._holders if self._chosen and h.id == self._chosen.id), None)
        self.choose(kept or next(iter(self._holders), None))

    def _not_found(self, error: Exception) -> None:
        self._looking = False
        self._message.tell_error(error)
        self._found([])
        self._message.show()

    def choose(self, chosen: KeyHolder | None) -> None:
        """Puts somebody in front of the PIN field; the others stand at the right."""
        self._chosen = chosen
        self._preparing.hide()
        self._person_card.setVisible(chosen is not None)
        self._empty.setVisible(chosen is None)
        clear(self._others)
        self._lines.clear()
        others = [holder for holder in self._holders if holder is not chosen]
        for other in others:
            note = self.tr("{role}，{unit}").format(role=other.role, unit=other.unit)
            line = Line(other.name, other.note or note, "practice" if other.training else "person")
            line.clicked.connect(partial(self.choose, other))
            self._others.addWidget(line)
            self._lines.append(line)
        self._others_card.setVisible(bool(others))
        self._fit_others()
        if chosen is not None:
            self._show_chosen(chosen)
        self.pin.clear()
        self._field.set_problem("")
        self._typed()
        self.pin.setFocus()

    def _show_chosen(self, chosen: KeyHolder) -> None:
        if chosen.locked:
            words = self.tr("{where} 锁住了").format(where=chosen.where)
            self._key_chip.set(words, Tone.DANGER)
        elif chosen.training:
            self._key_chip.set(self.tr("练习用的证书"), Tone.WARN, "practice")
        elif chosen.present:
            self._key_chip.set(self.tr("{where} 插好了").format(where=chosen.where), Tone.OK)
        else:
            self._key_chip.set(self.tr("{where} 没插").format(where=chosen.where), Tone.OFF)
        self._name.setText(chosen.name)
        self._unit.setText(f"{chosen.unit} · {chosen.role}")
        self._until.setText(chosen.until)
        self._until_row.setVisible(bool(chosen.until))
        self._show_tries(chosen.tries)
        if chosen.tries is None and chosen.note:
            self._tries_row.show()
            self._tries.setText(chosen.note)
        clear(self._waiting)
        for words, tone in chosen.waiting:
            self._waiting.addWidget(Chip(words, tone, plain=True))
        self._waiting_row.setVisible(bool(chosen.waiting))

    def _show_tries(self, tries: tuple[int, int] | None) -> None:
        self._left_tries = tries
        self._tries_row.setVisible(tries is not None)
        self._pips.setVisible(tries is not None)
        if tries is not None:
            self._pips.set(*tries)
            self._tries.setText(tries_words(tries[0]))

    def _typed(self) -> None:
        chosen = self._chosen
        locked = self._left_tries is not None and self._left_tries[0] <= 0
        locked = locked or (chosen is not None and chosen.locked)
        on_reader = chosen is not None and chosen.typed_on_reader
        self.pin.setEnabled(not (locked or on_reader))
        self.enter.setEnabled((bool(self.pin.text()) or on_reader) and not locked)
        if self.pin.text():
            self._field.set_problem("")

    def _sign_in(self) -> None:
        chosen, pin = self._chosen, self.pin.take()
        if chosen is None or not (pin or chosen.typed_on_reader):
            return
        self._wait(True)
        self._tasks.start(
            partial(self._door.sign_in, chosen, pin),
            done=self._opened,
            failed=self._refused,
            owner=self,
            lane="key",
        )

    def _wait(self, waiting: bool) -> None:
        self._opening = waiting
        self.enter.set_text(self.tr("正在登录……") if waiting else self.tr("登录"))
        self.enter.setEnabled(not waiting)
        self.pin.setReadOnly(waiting)

    def _opened(self, build: Callable[[], Desk]) -> None:
        self._wait(False)
        self.signed_in.emit(build())

    def _refused(self, error: Exception) -> None:
        self._wait(False)
        tries = self._left_tries
        if isinstance(error, PinWrong | PinLocked):
            _, cause, remedy = explained(error)
            self._field.set_problem(f"{cause}{remedy}" if tries is None else cause)
        else:
            self._message.tell_error(error)
        if self._chosen is not None and isinstance(error, PinLocked):
            self._chosen = replace(self._chosen, locked=True)
        if tries is not None and isinstance(error, PinLocked):
            self._show_tries((0, tries[1]))
        elif tries is not None and isinstance(error, PinWrong):
            left = error.facts.get("tries_left")
            self._show_tries((left if isinstance(left, int) else tries[0], tries[1]))
        self._typed()
        self.pin.setFocus()
