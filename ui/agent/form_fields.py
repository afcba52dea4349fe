"""The fields of the item's form in the paper's order; what is wrong stands under the field.

A field that was read from paper shows its cut-out beside the input; a doubtful one is a block of
its own that asks, and keeps its place after it was answered until the step is entered anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.completeness import Missing, StepName
from station.domain.completeness import Tone as LackTone
from station.domain.drafts import FieldValue, ValueSource
from station.domain.items import FieldKind, FormField
from station.domain.values import SEPARATOR, check_value, chosen
from station.forms.values import printed
from station.reading.doubts import difference
from ui.agent.case_desk import CaseDesk
from ui.agent.person_form import SOURCES
from ui.common.choosing import Check, Choices, Select
from ui.common.inputs import DateEdit, DoubtBlock, Labelled, LineEdit, TextArea
from ui.common.language import current
from ui.common.layout import card, clear, column, holder, row
from ui.common.page import Host
from ui.common.pictures import picture_of_file
from ui.common.text import Text
from ui.common.tones import Tone

_KEYS_AT_MOST = 4


class FormFields(QWidget):
    """Typed fields of the item's form. ``all_settled`` tells that no field asks any more."""

    all_settled = Signal()

    def __init__(self, desk: CaseDesk, host: Host) -> None:
        super().__init__()
        self._desk, self._host = desk, host
        self._fields: dict[str, _Field] = {}
        self._doubts: dict[str, DoubtBlock] = {}
        self._pictures: dict[str, QImage] = {}
        self._fetching: set[str] = set()
        self._laid: frozenset[str] = frozenset()
        self._body: QVBoxLayout = column(gap=16)
        self.setLayout(self._body)

    # ---------------------------------------------------------------- shown
    def forget(self) -> None:
        """Another case comes onto the desk."""
        clear(self._body)
        self._fields, self._doubts, self._pictures = {}, {}, {}
        self._fetching = set()

    def settle(self) -> None:
        """The step is entered anew: what was answered becomes a field like the others."""
        if any(not block.open for block in self._doubts.values()):
            self._build()

    def refresh(self) -> None:
        """Shows the values as saved, and what is wrong with each."""
        asked_anew = any(name not in self._doubts for name in self._doubtful)
        if not self._fields or asked_anew or not self._cut_out <= self._laid:
            self._build()
        required = self._desk.required
        lacks = {lack.place: lack for lack in self._desk.lacks if lack.step is StepName.FORM}
        for field in self._desk.item.fields:
            value = self._desk.draft.values.get(field.id)
            if value is not None and value.crop:
                self._fetch(value.crop)
            if field.id in self._doubts:
                self._show_doubt(field, value, lacks.get(field.id))
            elif field.id in self._fields:
                shown = self._fields[field.id]
                self._show_field(shown, value, lacks.get(field.id))
                filled = value is not None and bool(value.value)
                wanted = field.id in required or field.required is False or filled
                shown.labelled.setVisible(wanted)

    def _source(self, field: FormField, value: FieldValue | None) -> str | None:
        """Where a value came from; a telephone number stands on no ID card."""
        if value is None or not value.value:
            return None
        if value.source is ValueSource.APPLICANT:
            return (
                None
                if field.source == "applicant.phone"
                else SOURCES.get(self._desk.draft.applicant.source)
            )
        return "paper" if value.source is ValueSource.PAPER else None

    def _show_field(self, shown: _Field, value: FieldValue | None, lack: Missing | None) -> None:
        labelled = shown.labelled
        shown.show(value.value if value else "")
        labelled.set_source(self._source(shown.field, value))
        cut_out = value is not None and shown.field.id in self._cut_out
        labelled.set_cutout(self._pictures.get(value.crop) if value and cut_out else None)
        wrong = lack is not None and lack.tone is not LackTone.MISSING
        tone = Tone.DANGER if lack is not None and lack.tone is LackTone.WRONG else Tone.WARN
        labelled.set_problem(_detail(lack) if lack is not None and wrong else "", tone)
        labelled.setEnabled(not self._desk.is_closed)

    def _show_doubt(self, field: FormField, value: FieldValue | None, lack: Missing | None) -> None:
        block = self._doubts[field.id]
        if value is not None and not block.edit.hasFocus():
            block.edit.set_text(value.value)
        block.set_picture(self._pictures.get(value.crop) if value and value.crop else None)
        block.set_open(_detail(lack) if lack is not None else "")
        block.setEnabled(not self._desk.is_closed)

    @property
    def _doubtful(self) -> list[str]:
        """The fields that must be asked about, in the paper's order."""
        values = self._desk.draft.values
        return [f.id for f in self._desk.item.fields if f.id in values and _asks(values[f.id])]

    @property
    def _cut_out(self) -> frozenset[str]:
        """The fields beside which their picture stands; the card needs no witness."""
        return frozenset(
            name
            for name, value in self._desk.draft.values.items()
            if value.crop and value.source is not ValueSource.APPLICANT
        )

    @property
    def open_doubts(self) -> list[str]:
        """The fields that still ask, in the paper's order."""
        return [name for name, block in self._doubts.items() if block.open]

    def focus_on(self, place: str) -> None:
        """Puts the focus into the field that is missing, wrong or doubtful."""
        if place in self._doubts:
            self._focus(self._doubts[place])
        elif place in self._fields:
            self._focus(self._fields[place].labelled)

    def _focus(self, widget: QWidget) -> None:
        """At once, or with the next round of events when the widget is not yet in sight."""
        if widget.isVisible():
            widget.setFocus()
        else:
            QTimer.singleShot(0, widget, widget.setFocus)

    def control(self, field_id: str) -> QWidget:
        """The control of a field."""
        if field_id in self._doubts:
            return self._doubts[field_id].edit
        return self._fields[field_id].labelled.control

    def doubt(self, field_id: str) -> DoubtBlock:
        """The block that asks about a field."""
        return self._doubts[field_id]

    def has_picture(self, field_id: str) -> bool:
        """Whether the field's cut-out stands beside it."""
        value = self._desk.draft.values.get(field_id)
        return value is not None and value.crop in self._pictures

    # ---------------------------------------------------------------- from doubt to doubt
    def next_doubt(self, after: str = "", *, back: bool = False) -> bool:
        """Puts the focus into the next field that still asks; false if there is none other."""
        order = list(self._doubts)
        if back:
            order.reverse()
        start = order.index(after) + 1 if after in order else 0
        for name in (*order[start:], *order[:start]):
            if name != after and self._doubts[name].open:
                self._focus(self._doubts[name])
                return True
        return False

    def _settler(self, field: FormField) -> Callable[[str], None]:
        def settle(text: str) -> None:
            if not self._desk.is_open or self._desk.is_closed:
                return
            value = self._desk.draft.values.get(field.id)
            checked = check_value(field, text)
            if value is not None and checked.value == value.value:
                self._desk.confirm(field.id)
            else:
                self._desk.set_value(field.id, checked.value if checked.ok else text)
            if not self._doubts[field.id].open and not self.next_doubt(field.id):
                self.all_settled.emit()

        return settle

    # ---------------------------------------------------------------- cut-outs
    def _fetch(self, crop: str) -> None:
        """The picture of a field, read and unlocked beside the window."""
        if crop in self._pictures or crop in self._fetching:
            return
        self._fetching.add(crop)
        reader = self._desk.agent.reader

        def work() -> QImage:
            return picture_of_file(reader.cut_out(crop))

        def show(picture: QImage) -> None:
            self._fetching.discard(crop)
            if not picture.isNull():
                self._pictures[crop] = picture
                if self._desk.is_open and not self._fetching:
                    self.refresh()

        self._host.tasks.start(
            work, done=show, failed=lambda _: None, owner=self, lane="pages-work"
        )

    # ---------------------------------------------------------------- building
    def _build(self) -> None:
        clear(self._body)
        self._fields, self._doubts = {}, {}
        self._laid = self._cut_out
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
        doubtful = self._doubtful

        def end_line() -> None:
            nonlocal line, used
            if line:
                if used < 0.95:
                    line.append((QWidget(), round(100 * (1 - used))))
                rows.addLayout(row(*line, gap=16))
            line, used = [], 0.0

        for field in fields:
            if field.id in doubtful:
                end_line()
                rows.addWidget(self._asking(field, self._desk.draft.values[field.id]))
                continue
            shown = _Field(field, self._saver(field))
            self._fields[field.id] = shown
            wide = _share(field, field.id in self._laid)
            if used + wide > 1.06:  # a little more than the paper gave: the line takes it
                end_line()
            line.append((shown.labelled, round(100 * wide)))
            used += wide
        end_line()
        head = column(gap=12)
        if name:
            head.addWidget(Text(name, "body", bold=True))
        head.addLayout(rows)
        self._body.addWidget(card(head))

    def _asking(self, field: FormField, value: FieldValue) -> DoubtBlock:
        control = None
        if field.kind is FieldKind.MULTICHOICE or len(field.options) > _KEYS_AT_MOST:
            picked = _Field(field, self._settler(field))
            picked.show(value.value)
            control = picked.control
        block = DoubtBlock(
            field.label,
            value.problem_en if current() == "en" else value.problem,
            value.value,
            _keys(field, value),
            self._pictures.get(value.crop),
            typed=not field.options,
            control=control,
        )
        block.settled.connect(self._settler(field))
        block.edit.editingFinished.connect(self._typer(field, block))
        block.onward = lambda back, name=field.id: self.next_doubt(name, back=back)
        self._doubts[field.id] = block
        return block

    def _typer(self, field: FormField, block: DoubtBlock) -> Callable[[], None]:
        """What was typed is kept when the input is left; leaving alone confirms nothing."""

        def left() -> None:
            if block.edit.isModified():
                block.edit.setModified(False)
                self._saver(field)(block.edit.text().strip())

        return left

    def _saver(self, field: FormField) -> Callable[[str], None]:
        def save(text: str) -> None:
            if self._desk.is_open and not self._desk.is_closed:
                checked = check_value(field, text)
                self._desk.set_value(field.id, checked.value if checked.ok else text)

        return save


def _asks(value: FieldValue) -> bool:
    return not value.confirmed


def _detail(lack: Missing) -> str:
    return lack.detail_en if current() == "en" else lack.detail


def _keys(field: FormField, value: FieldValue) -> list[tuple[str, str]]:
    """The likely readings as words on keys: the character that differs, else the whole."""
    translate = QCoreApplication.translate
    if field.kind is FieldKind.CHOICE and len(field.options) <= _KEYS_AT_MOST:
        return [(option.label, option.value) for option in field.options]
    sound = check_value(field, value.value)
    whole = [value.value] if sound.ok and sound.value else []
    whole += [other for other in value.others if other not in whole]
    if len(whole) == 1 and value.value == whole[0]:
        return [(translate("FormStep", "没错"), whole[0])]
    apart = difference(whole[0], whole[1]) if len(whole) == 2 and not field.options else None
    if apart is not None:
        words = [translate("FormStep", "是 {word}").format(word=char) for char in apart[1:]]
        return list(zip(words, whole, strict=True))
    return [(printed(field, text) or text, text) for text in whole[:_KEYS_AT_MOST]]


def _share(field: FormField, cut_out: bool) -> float:
    """The share of a line: as on paper, but never narrower than its words and its cut-out need."""
    choice = field.kind is FieldKind.CHOICE and len(field.options) <= _KEYS_AT_MOST
    words = sum(len(option.label) for option in field.options)
    if field.lines > 1 or (choice and (words > 14 or len(field.options) > 3)):
        return 1.0
    if choice and cut_out and len(field.options) > 2:
        return 1.0
    least = 0.5 if cut_out else 0.3
    return min(1.0, max(field.width, least))


class _Field:
    """One field's control: shows normal-form text, tells what a person entered."""

    def __init__(self, field: FormField, save: Callable[[str], None]) -> None:
        self.field = field
        self._save = save
        label = f"{field.label}（{field.unit}）" if field.unit else field.label
        self.control = self._made(label)
        self.labelled = Labelled(label, self.control, must=field.required is True)

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
        control = self.control
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
