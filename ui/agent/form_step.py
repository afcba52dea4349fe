"""Step 3: the form, field by field in the paper's order; what is wrong stands under the field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from station.domain.completeness import StepName
from station.domain.completeness import Tone as LackTone
from station.domain.drafts import ValueSource
from station.domain.items import FieldKind, FormField
from station.domain.values import SEPARATOR, check_value, chosen
from ui.agent.case_desk import CaseDesk
from ui.common.choosing import Check, Choices, Select
from ui.common.inputs import DateEdit, Labelled, LineEdit, TextArea
from ui.common.language import current
from ui.common.layout import canvas, card, clear, column, holder, row, scroll
from ui.common.text import Text
from ui.common.tones import Tone

_SOURCES = {ValueSource.APPLICANT: "card", ValueSource.PAPER: "paper", ValueSource.TYPED: None}
_WIDE = 1040


class FormStep(QWidget):
    """Typed fields of the item's form."""

    def __init__(self, desk: CaseDesk) -> None:
        super().__init__()
        self._desk = desk
        self._fields: dict[str, _Field] = {}
        self._reasons = column(gap=4)
        self._body = column(gap=16)
        body = column(
            holder(self._reasons), holder(self._body), None, gap=12, margins=(24, 20, 24, 20)
        )
        inner = canvas(body)
        inner.setMaximumWidth(_WIDE)
        self.setLayout(column(scroll(inner), gap=0))

    def forget(self) -> None:
        """Another case comes onto the desk."""
        clear(self._body)
        self._fields = {}

    def refresh(self) -> None:
        """Shows the values as saved, and what is wrong with each."""
        if not self._fields:
            self._build()
        required = self._desk.required
        lacks = {lack.place: lack for lack in self._desk.lacks if lack.step is StepName.FORM}
        for field in self._desk.item.fields:
            shown = self._fields.get(field.id)
            if shown is None:
                continue
            value = self._desk.draft.values.get(field.id)
            shown.show(value.value if value else "")
            shown.labelled.set_source(_SOURCES[value.source] if value and value.value else None)
            lack = lacks.get(field.id)
            wrong = lack is not None and lack.tone is not LackTone.MISSING
            detail = ""
            if lack is not None and wrong:
                detail = lack.detail_en if current() == "en" else lack.detail
            tone = Tone.DANGER if lack is not None and lack.tone is LackTone.WRONG else Tone.WARN
            shown.labelled.set_problem(detail, tone)
            shown.labelled.setVisible(
                field.id in required or field.required is False or bool(value)
            )
            shown.labelled.setEnabled(not self._desk.is_closed)

    def focus_on(self, place: str) -> None:
        """Puts the focus into the field that is missing or wrong."""
        if place in self._fields:
            self._fields[place].labelled.setFocus()

    def control(self, field_id: str) -> QWidget:
        """The control of a field."""
        return self._fields[field_id].labelled.control

    def _build(self) -> None:
        self._fields = {}
        group: list[FormField] = []
        name = ""
        for field in (*self._desk.item.fields, None):
            if field is None or field.group != name:
                if group:
                    self._add_group(name, group)
                group, name = [], field.group if field else ""
            if field is not None and field.kind is not FieldKind.SIGNATURE:
                group.append(field)

    def _add_group(self, name: str, fields: list[FormField]) -> None:
        rows = column(gap=12)
        line: list[tuple[QWidget, int]] = []
        used = 0.0
        for field in fields:
            shown = _Field(field, self._saver(field))
            self._fields[field.id] = shown
            wide = 1.0 if field.lines > 1 or _is_broad(field) else 0.5
            if used + wide > 1.01:
                rows.addLayout(row(*line, gap=16))
                line, used = [], 0.0
            line.append((shown.labelled, 1))
            used += wide
        if line:
            if used < 1:
                line.append((QWidget(), 1))
            rows.addLayout(row(*line, gap=16))
        head = column(gap=12)
        if name:
            head.addWidget(Text(name, "body", bold=True))
        head.addLayout(rows)
        self._body.addWidget(card(head))

    def _saver(self, field: FormField) -> Callable[[str], None]:
        def save(text: str) -> None:
            if self._desk.is_open and not self._desk.is_closed:
                checked = check_value(field, text)
                self._desk.set_value(field.id, checked.value if checked.ok else text)

        return save


def _is_broad(field: FormField) -> bool:
    if field.kind is FieldKind.ADDRESS:
        return True
    words = sum(len(option.label) for option in field.options)
    return field.kind is FieldKind.CHOICE and (len(field.options) > 3 or words > 14)


class _Field:
    """One field's control: shows normal-form text, tells what a person entered."""

    def __init__(self, field: FormField, save: Callable[[str], None]) -> None:
        self.field = field
        self._save = save
        label = f"{field.label}（{field.unit}）" if field.unit else field.label
        self._control = self._made(label)
        self.labelled = Labelled(label, self._control, must=field.required is True)

    def _made(self, label: str) -> QWidget:
        field = self.field
        if field.kind is FieldKind.CHOICE and len(field.options) <= 4:
            choices = Choices([(o.value, o.label, "") for o in field.options])
            choices.chosen.connect(lambda value: self._save(str(value)))
            return choices
        if field.kind is FieldKind.CHOICE:
            select = Select(
                label,
                [(o.value, o.label) for o in field.options],
                hint=field.hint or QCoreApplication.translate("FormStep", "请选"),
            )
            select.chosen.connect(lambda value: self._save(str(value)))
            return select
        if field.kind is FieldKind.MULTICHOICE:
            self._checks = {o.value: Check(o.label) for o in field.options}
            for check in self._checks.values():
                check.toggled.connect(lambda _: self._save(self._ticked()))
            return holder(row(*self._checks.values(), None, gap=12))
        if field.kind is FieldKind.DATE:
            day = DateEdit(label)
            day.changed.connect(lambda value: self._save(value.isoformat() if value else ""))
            return day
        if field.lines > 1:
            area = TextArea(label)
            area.textChanged.connect(lambda: self._save(area.toPlainText()))
            return area
        edit = LineEdit(label, "", field.hint)
        edit.editingFinished.connect(lambda: self._save(edit.text().strip()))
        return edit

    def show(self, text: str) -> None:
        """Shows a saved value; a control that is being edited is left alone."""
        control = self._control
        match control:
            case Choices() | Select():
                control.set_value(text)
            case DateEdit():
                control.set_day(_day(text))
            case TextArea():
                if control.toPlainText() != text and not control.hasFocus():
                    control.blockSignals(True)
                    control.setPlainText(text)
                    control.blockSignals(False)
            case LineEdit():
                if not (control.hasFocus() and control.isModified()):
                    control.set_text(text)
            case _ if self.field.kind is FieldKind.MULTICHOICE:
                wanted = set(chosen(text))
                for value, check in self._checks.items():
                    check.blockSignals(True)
                    check.setChecked(value in wanted)
                    check.blockSignals(False)

    def _ticked(self) -> str:
        return SEPARATOR.join(value for value, check in self._checks.items() if check.isChecked())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
