"""Step 2: who asks. The card reader fills it; otherwise it is typed, checked as one types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from signing.errors import ExplainedError
from station.domain import idnumbers
from station.domain.applicants import Applicant, IdentitySource
from ui.agent.case_desk import CaseDesk
from ui.common.buttons import Button
from ui.common.choosing import Choices
from ui.common.inputs import DateEdit, Labelled, TextField
from ui.common.language import current
from ui.common.layout import canvas, card, clear, column, grid, holder, row, scroll
from ui.common.messages import Message
from ui.common.page import Host
from ui.common.text import Icon, Text
from ui.common.tones import Tone

_MAN, _WOMAN = "男", "女"


class ApplicantStep(QWidget):
    """The applicant's data. ``read`` tells that a card was read."""

    read = Signal()

    def __init__(self, desk: CaseDesk, host: Host) -> None:
        super().__init__()
        self._desk, self._host = desk, host
        self._message = Message(compact=True)
        self._read = Button(self.tr("读身份证"), "primary", "card", "F4", big=True)
        self._read.clicked.connect(self.read_card)
        self._source = Text("", "body", "text2")
        self._practice = row(gap=8)
        self.name = TextField(self.tr("姓名"), must=True)
        self.number = TextField(self.tr("身份证号"), hint=self.tr("18 位"), must=True)
        self.phone = TextField(self.tr("联系电话"), hint=self.tr("收短信用，11 位手机号"))
        self.address = TextField(self.tr("户籍地址"))
        self.nation = TextField(self.tr("民族"))
        self.issuer = TextField(self.tr("签发机关"))
        self.sex = Choices([(_MAN, self.tr("男"), ""), (_WOMAN, self.tr("女"), "")])
        self.birth = DateEdit(self.tr("出生日期"))
        self._sex = Labelled(self.tr("性别"), self.sex)
        self._birth = Labelled(self.tr("出生日期"), self.birth)
        for field, attribute in (
            (self.name, "name"),
            (self.phone, "phone"),
            (self.address, "address"),
            (self.nation, "nation"),
            (self.issuer, "issuer"),
        ):
            field.left.connect(self._saver(attribute, field))
        self.number.edited.connect(self._check_number)
        self.number.left.connect(self._save_number)
        self.sex.chosen.connect(lambda sex: self._save(sex=str(sex)))
        self.birth.changed.connect(lambda day: self._save(birth=day))
        form = grid(
            [
                self.name,
                self.number,
                self._sex,
                self._birth,
                self.nation,
                self.phone,
                self.address,
                self.issuer,
            ],
            2,
            16,
        )
        body = column(
            row(
                Text(self.tr("申请人"), "title", bold=True),
                (self._source, 1),
                self._read,
                gap=16,
            ),
            self._message,
            card(form),
            holder(self._practice),
            None,
            gap=16,
            margins=(24, 20, 24, 20),
        )
        self.setLayout(column(scroll(canvas(body)), gap=0))
        if desk.state.desk.who.training:
            self._fill_practice()

    # ---------------------------------------------------------------- shown
    def refresh(self) -> None:
        """Shows the applicant as saved; what is being typed is left alone."""
        who = self._desk.draft.applicant
        for field, text in (
            (self.name, who.name),
            (self.number, who.id_number),
            (self.phone, who.phone),
            (self.address, who.address),
            (self.nation, who.nation),
            (self.issuer, who.issuer),
        ):
            if not field.edit.hasFocus() or not field.edit.isModified():
                field.set_text(text)
            field.set_source("card" if who.source is IdentitySource.CARD and text else None)
        self.phone.set_source(None)
        if who.sex:
            self.sex.set_value(who.sex)
        self.birth.set_day(who.birth)
        self._check_number(who.id_number)
        age = who.age(self._desk.today)
        years = self.tr("{n} 岁").format(n=age) if age is not None else ""
        words = {
            IdentitySource.CARD: self.tr("读卡得来"),
            IdentitySource.PHOTO: self.tr("从照片认出来，请核对"),
            IdentitySource.TYPED: self.tr("手工填写") if who.name else "",
        }[who.source]
        self._source.setText(" · ".join(part for part in (words, years) if part))
        for widget in (self.name, self.number, self.phone, self.address, self.nation):
            widget.setEnabled(not self._desk.is_closed)

    @property
    def told(self) -> str:
        """What went wrong with the card, as it stands on the screen."""
        return self._message.words if self._message.isVisible() else ""

    def focus_on(self, place: str) -> None:
        """Puts the focus on what is missing."""
        target = {
            "applicant.name": self.name,
            "applicant.id_number": self.number,
            "applicant.birth": self._birth,
            "applicant.sex": self._sex,
        }.get(place, self.name)
        target.setFocus()

    # ---------------------------------------------------------------- the card
    def read_card(self) -> None:
        """F4: reads the card that lies on the reader."""
        reader = self._desk.state.training.card_reader
        self._read.setEnabled(False)
        self._message.clear_away()
        self._host.tasks.start(
            lambda: reader.read().applicant(self._desk.draft.applicant.phone),
            done=self._card_read,
            failed=self._card_failed,
            owner=self,
            lane="card",
        )

    def _card_read(self, applicant: Applicant) -> None:
        self._read.setEnabled(True)
        for field in (self.name, self.number, self.address, self.nation, self.issuer):
            field.edit.setModified(False)  # the card knows better than what was being typed
        phone = applicant.phone or self._desk.state.training.villager.phone
        self._desk.set_applicant(replace(applicant, phone=phone))
        self._host.say(self.tr("读到了 {name} 的身份证").format(name=applicant.name))
        self.read.emit()

    def _card_failed(self, error: Exception) -> None:
        self._read.setEnabled(True)
        if isinstance(error, ExplainedError):
            self._message.tell_error(error)

    def _fill_practice(self) -> None:
        """Training only: which villager's card lies on the reader."""
        from station.devices.training_people import VILLAGERS

        clear(self._practice)
        self._practice.addWidget(Icon("practice", 20, "warn"))
        self._practice.addWidget(Text(self.tr("练习：把谁的身份证放上读卡器"), "caption", "warn"))
        for villager in VILLAGERS[:4]:
            button = Button(villager.name)
            button.setToolTip(villager.note)
            button.clicked.connect(self._placer(villager))
            self._practice.addWidget(button)
        self._practice.addStretch(1)

    def _placer(self, villager: object) -> Callable[[], None]:
        def put() -> None:
            training = self._desk.state.training
            training.receive(villager)  # type: ignore[arg-type]
            training.card_reader.put(villager)  # type: ignore[arg-type]
            self.read_card()

        return put

    # ---------------------------------------------------------------- typing
    def _saver(self, attribute: str, field: TextField) -> Callable[[], None]:
        return lambda: self._save(**{attribute: field.text().strip()})

    def _save(self, **changes: object) -> None:
        if not self._desk.is_open or self._desk.is_closed:
            return
        before = self._desk.draft.applicant
        after = replace(before, **changes)  # type: ignore[arg-type]
        if after != before:
            identity = changes.keys() & {"name", "id_number", "sex", "birth"}
            source = IdentitySource.TYPED if identity else before.source
            self._desk.set_applicant(replace(after, source=source))

    def _check_number(self, text: str) -> None:
        typed = "".join(text.split())
        if not typed:
            self.number.set_problem("")
            return
        try:
            idnumbers.parse(typed)
        except idnumbers.IdNumberWrong as wrong:
            words = wrong.reason_en if current() == "en" else wrong.reason
            short = len(typed) < 18 and self.number.edit.hasFocus()
            left = self.tr("还差 {n} 位").format(n=18 - len(typed))
            self.number.set_problem(left if short else words, Tone.TODO if short else Tone.DANGER)
        else:
            self.number.set_problem("")

    def _save_number(self) -> None:
        typed = "".join(self.number.text().split()).upper()
        self._check_number(typed)
        changes: dict[str, object] = {"id_number": typed}
        try:
            number = idnumbers.parse(typed)
        except idnumbers.IdNumberWrong:
            pass
        else:
            changes |= {"birth": number.birth, "sex": number.sex}
        self._save(**changes)
