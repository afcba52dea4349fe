"""Field values: how each kind of field is written, and what is wrong with one that is not.

Every value is kept as text in one normal form (dates as 2026-11-23, money as 80.00, several
choices as ``a,b`` in the form's order), so that prefill, reading and typing agree. All that is
wrong with a value is told at once. Nothing is repaired by guessing: only ways of writing the same
thing are levelled (full-width figures, blanks, separators).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from station.domain import idnumbers
from station.domain.items import FieldKind, FormField

SEPARATOR = ","  # between the values of a multiple choice


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a value, in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class CheckedValue:
    """A value in its normal form, and everything that is wrong with it.

    With faults, ``value`` is still the best normal form there is, so that nothing typed is lost.
    """

    value: str
    faults: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults

    def reason(self, language: str = "zh") -> str:
        """All faults as one sentence in ``language`` ("zh" or "en"); empty when there are none."""
        if language == "zh":
            return "；".join(fault.zh for fault in self.faults)
        return "; ".join(fault.en for fault in self.faults)


def check_value(field: FormField, text: str) -> CheckedValue:
    """``text`` in the normal form of ``field``'s kind, with its faults; empty text has none.

    Whether a field may stay empty is not asked here: that is ``station.domain.completeness``.
    """
    if not text.strip():
        return CheckedValue("")
    value, faults = _KINDS[field.kind](field, text)
    if not faults and field.pattern and not re.fullmatch(field.pattern, value):
        wanted = field.pattern_text or field.hint
        faults = [
            Fault(
                f"应是：{wanted}" if wanted else "格式不对",
                f"it should be: {wanted}" if wanted else "it is not written as it should be",
            )
        ]
    return CheckedValue(value, tuple(faults))


def chosen(value: str) -> tuple[str, ...]:
    """The values of a multiple choice."""
    return tuple(part for part in value.split(SEPARATOR) if part)


_Outcome = tuple[str, list[Fault]]


def _text(field: FormField, text: str) -> _Outcome:
    value = _without_blanks_in_chinese(_printable(text))
    faults = []
    strange = sorted({c for c in value if unicodedata.category(c) in ("Co", "Cn", "Cs")})
    if strange:
        codes = "、".join(f"U+{ord(c):04X}" for c in strange)
        faults.append(
            Fault(
                f"有认不出的字（{codes}），请换标准字",
                f"it has characters nobody else can read ({codes})",
            )
        )
    return value, faults


def _address(field: FormField, text: str) -> _Outcome:
    value, faults = _text(field, text)
    if len(value) < 4:
        faults.append(Fault("太短，请写到村、组或门牌", "it is too short for an address"))
    return value, faults


def _name(field: FormField, text: str) -> _Outcome:
    value = "".join(_printable(text).split())
    value = re.sub("[•・･．.‧∙]", "·", value)  # the middle dot of 买买提·艾力, as typed or read
    _, faults = _text(field, value)
    if any(c.isdigit() for c in value):
        faults.append(Fault("姓名里不应有数字", "a name has no digits"))
    if len(value) < 2:
        faults.append(Fault("太短，姓名至少两个字", "a name has at least two characters"))
    odd = sorted({c for c in value if not (c.isalpha() or c.isdigit() or c == "·")})
    if odd:
        faults.append(Fault(f"姓名里不应有“{''.join(odd)}”", f"a name has no “{''.join(odd)}”"))
    return value, faults


def _digits(field: FormField, text: str) -> _Outcome:
    value = re.sub(r"[\s\-]", "", _half_width(text))
    if not (value.isascii() and value.isdigit()):
        odd = "".join(sorted({c for c in value if not (c.isascii() and c.isdigit())}))
        return value, [Fault(f"应全是数字，多了“{odd}”", f"it should be digits only, not “{odd}”")]
    return value, _bounds(field, Decimal(value))


def _id_number(field: FormField, text: str) -> _Outcome:
    value = "".join(_half_width(text).split()).upper()
    try:
        return idnumbers.parse(value).text, []
    except idnumbers.IdNumberWrong as wrong:
        return value, [Fault(wrong.reason, wrong.reason_en)]


_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})?([2-8]\d{6,7})")


def _phone(field: FormField, text: str) -> _Outcome:
    value = re.sub(r"[\s\-()]", "", _half_width(text))
    value = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", value)
    if not value.isascii() or not value.isdigit():
        return value, [Fault("电话里只能有数字", "a telephone number has digits only")]
    if _MOBILE.fullmatch(value):
        return value, []
    landline = _LANDLINE.fullmatch(value)
    if landline and value[0] != "1":
        area, number = landline.groups()
        return (f"{area}-{number}" if area else number), []
    if value.startswith("1"):
        return value, [
            Fault(
                f"手机号应是 11 位，现在是 {len(value)} 位"
                if len(value) != 11
                else f"没有 {value[:2]} 开头的手机号",
                f"a mobile number has 11 digits, this has {len(value)}"
                if len(value) != 11
                else f"no mobile number begins with {value[:2]}",
            )
        ]
    return value, [
        Fault(
            "应是 11 位手机号，或带区号的座机号",
            "it should be a mobile number of 11 digits or a landline with its area code",
        )
    ]


_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*|(\d{4})(\d{2})(\d{2})")


def _date(field: FormField, text: str) -> _Outcome:
    value = "".join(_half_width(text).split())
    match = _DATE.fullmatch(value)
    if not match:
        return value, [
            Fault("应写成 2026-11-23 或 2026年11月23日", "it should be written as 2026-11-23")
        ]
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        found = date(year, month, day)
    except ValueError:
        return value, [Fault("没有这一天", "there is no such day")]
    if not 1900 <= year <= 2100:
        return found.isoformat(), [Fault(f"{year} 年不可能", f"the year {year} cannot be right")]
    return found.isoformat(), []


def _money(field: FormField, text: str) -> _Outcome:
    value = re.sub(r"[\s,¥￥]|人民币|圆整|元整|元|圆", "", _half_width(text))
    try:
        if not re.fullmatch(r"\d+(\.\d*)?", value):
            raise InvalidOperation
        amount = Decimal(value)
    except InvalidOperation:
        return value, [Fault("应是金额，如 80 或 80.50", "it should be an amount such as 80.50")]
    if -int(amount.normalize().as_tuple().exponent) > 2:
        return value, [Fault("最多到分，两位小数", "it has at most two decimals")]
    return f"{amount:.2f}", _bounds(field, amount)


def _choice(field: FormField, text: str) -> _Outcome:
    wanted = _half_width(text).strip()
    for option in field.options:
        if wanted in (option.value, _half_width(option.label)):
            return option.value, []
    labels = "、".join(option.label for option in field.options)
    return wanted, [Fault(f"应是其中一个：{labels}", f"it should be one of: {labels}")]


def _multichoice(field: FormField, text: str) -> _Outcome:
    parts = [part for part in re.split("[,，、;；\n]", text) if part.strip()]
    values: set[str] = set()
    faults: list[Fault] = []
    for part in parts:
        value, wrong = _choice(field, part)
        values.add(value)
        if wrong:
            faults.append(Fault(f"“{value}”不在选项里", f"“{value}” is not among the options"))
    ordered = [option.value for option in field.options if option.value in values]
    strangers = sorted(values - set(ordered))
    return SEPARATOR.join(ordered + strangers), faults


def _bounds(field: FormField, number: Decimal) -> list[Fault]:
    low, high, unit = field.minimum, field.maximum, f" {field.unit}" if field.unit else ""
    if low is not None and number < Decimal(str(low)):
        return [Fault(f"不应少于 {low:g}{unit}", f"it should be at least {low:g}")]
    if high is not None and number > Decimal(str(high)):
        return [Fault(f"不应超过 {high:g}{unit}", f"it should be at most {high:g}")]
    return []


def _printable(text: str) -> str:
    """Without control characters, every run of blanks as one, line breaks kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = (
        "".join(c for c in line.replace("\t", " ") if unicodedata.category(c) not in ("Cc", "Cf"))
        for line in lines
    )
    return "\n".join(" ".join(line.split()) for line in clean).strip()


def _without_blanks_in_chinese(text: str) -> str:
    """Readings put blanks between characters; between two Chinese characters they mean nothing."""
    return re.sub(r"(?<=[⺀-鿿豈-﫿]) (?=[⺀-鿿豈-﫿])", "", text)


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


_KINDS: dict[FieldKind, Callable[[FormField, str], _Outcome]] = {
    FieldKind.TEXT: _text,
    FieldKind.NAME: _name,
    FieldKind.DIGITS: _digits,
    FieldKind.ID_NUMBER: _id_number,
    FieldKind.PHONE: _phone,
    FieldKind.DATE: _date,
    FieldKind.MONEY: _money,
    FieldKind.CHOICE: _choice,
    FieldKind.MULTICHOICE: _multichoice,
    FieldKind.ADDRESS: _address,
    FieldKind.SIGNATURE: _text,
}
