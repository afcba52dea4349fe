"""A person's data as fields: read from a card, from its photograph, or typed, checked as one types.

What a photograph did not say surely is marked; Enter in the field says that it was compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.domain import idnumbers
from station.domain.applicants import Applicant, IdentitySource
from ui.common.chips import Chip
from ui.common.choosing import Choices
from ui.common.inputs import DateEdit, Labelled, TextField
from ui.common.language import current
from ui.common.layout import column, row
from ui.common.tones import Tone

# How a field marks where the person came from; what was typed carries no mark.
SOURCES = {IdentitySource.CARD: "card", IdentitySource.PHOTO: "paper"}
_MAN, _WOMAN = "男", "女"
_IDENTITY = frozenset({"name", "id_number", "sex", "birth"})


class PersonForm(QWidget):
    """``changed`` tells the person as it stands after a change by hand."""

    changed = Signal(object)

    def __init__(self, *, whole: bool = True) -> None:
        """Without ``whole`` only name, number and telephone are asked."""
        super().__init__()
        self._who = Applicant()
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
        self._fields: dict[str, Labelled] = {
            "name": self.name,
            "id_number": self.number,
            "sex": self._sex,
            "birth": self._birth,
            "nation": self.nation,
            "phone": self.phone,
            "address": self.address,
            "issuer": self.issuer,
        }
        for attribute, field in self._texts.items():
            field.left.connect(self._saver(attribute, field))
            field.edit.returnPressed.connect(self._comparer(attribute))
        self.number.edited.connect(self._check_number)
        self.sex.chosen.connect(lambda sex: self._save(sex=str(sex)))
        self.birth.changed.connect(lambda day: self._save(birth=day))
        if whole:
            rows = column(
                row((self.name, 4), (self.number, 5), gap=16),
                row((self._sex, 4), (self._birth, 5), gap=16),
                self.address,
                row((self.nation, 4), (self.phone, 9), (self.issuer, 9), gap=16),
                gap=12,
            )
        else:
            rows = column(row((self.name, 4), (self.number, 5), (self.phone, 4), gap=16), gap=12)
        self.setLayout(rows)

    @property
    def _texts(self) -> dict[str, TextField]:
        return {name: f for name, f in self._fields.items() if isinstance(f, TextField)}

    def show_person(self, who: Applicant, *, closed: bool, fresh: bool = False) -> None:
        """Shows a person; what is being typed is left alone unless it is ``fresh`` from a card."""
        self._who = who
        for attribute, field in self._texts.items():
            text = str(getattr(who, attribute))
            if fresh:
                field.edit.setModified(False)
            if not field.edit.hasFocus() or not field.edit.isModified():
                field.set_text(text)
            source = SOURCES.get(who.source)
            field.set_source(source if text and attribute != "phone" else None)
            field.setEnabled(not closed)
        if who.sex:
            self.sex.set_value(who.sex)
        self.birth.set_day(who.birth)
        words = self.tr("认得不太准，请对着卡核对；没错就按 Enter")
        for attribute, labelled in self._fields.items():
            labelled.set_problem(words if attribute in who.doubtful else "", Tone.WARN)
        self._check_number(who.id_number)

    def field(self, attribute: str) -> Labelled:
        """The field of an attribute."""
        return self._fields.get(attribute, self.name)

    # ---------------------------------------------------------------- typing
    def _saver(self, attribute: str, field: TextField) -> Callable[[], None]:
        if attribute == "id_number":
            return self._save_number
        return lambda: self._save(**{attribute: field.text().strip()})

    def _comparer(self, attribute: str) -> Callable[[], None]:
        def compared() -> None:
            if attribute in self._who.doubtful:
                left = tuple(name for name in self._who.doubtful if name != attribute)
                self._tell(replace(self._who, doubtful=left))

        return compared

    def compared_all(self) -> None:
        """Everything that was doubtful was compared with the card."""
        if self._who.doubtful:
            self._tell(replace(self._who, doubtful=()))

    def _save(self, **changes: object) -> None:
        after = replace(self._who, **changes)  # type: ignore[arg-type]
        if after == self._who:
            return
        changed = {name for name, value in changes.items() if value != getattr(self._who, name)}
        left = tuple(name for name in self._who.doubtful if name not in changed)
        source = IdentitySource.TYPED if changed & _IDENTITY else self._who.source
        if source is not self._who.source and self._who.source is IdentitySource.PHOTO:
            source = IdentitySource.PHOTO  # a misread character mended: the photograph still is it
        self._tell(replace(after, source=source, doubtful=left))

    def _tell(self, who: Applicant) -> None:
        self._who = who
        self.changed.emit(who)

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
            if "id_number" not in self._who.doubtful:
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


class SourceChip(Chip):
    """How a person's data came in, and how much of it is still to be compared with the card."""

    def __init__(self) -> None:
        super().__init__("", Tone.OK)

    def show_source(self, who: Applicant) -> None:
        """Shows it for ``who``; nothing while nothing is known."""
        words, tone, icon = {
            IdentitySource.CARD: (self.tr("读卡得来"), Tone.OK, "card"),
            IdentitySource.PHOTO: (
                self.tr("照片认的，{n} 项请核对").format(n=len(who.doubtful))
                if who.doubtful
                else self.tr("照片认的，核对过了"),
                Tone.WARN if who.doubtful else Tone.OK,
                "camera",
            ),
            IdentitySource.TYPED: (self.tr("手工填写"), Tone.LATER, "form"),
        }[who.source]
        self.set(words, tone, icon)
        self.setVisible(bool(who.name or who.id_number))
