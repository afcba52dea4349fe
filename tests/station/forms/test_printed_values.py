"""How values stand on paper."""

from __future__ import annotations

import pytest

from station.domain.items import FieldKind, FormField, Option
from station.forms.values import printed


def field(kind: FieldKind, unit: str = "") -> FormField:
    options = (Option("a", "甲"), Option("b", "乙"))
    return FormField(id="x", label="字段", kind=kind, options=options, unit=unit)


@pytest.mark.parametrize(
    ("kind", "unit", "value", "shown"),
    [
        (FieldKind.DATE, "", "2026-08-06", "2026 年 8 月 6 日"),
        (FieldKind.DATE, "", "去年", "去年"),
        (FieldKind.MONEY, "", "1234.50", "1,234.50 元"),
        (FieldKind.MONEY, "元/月", "80.00", "80 元/月"),
        (FieldKind.MONEY, "", "八十", "八十"),
        (FieldKind.CHOICE, "", "b", "乙"),
        (FieldKind.MULTICHOICE, "", "a,b", "甲、乙"),
        (FieldKind.CHOICE, "", "z", "z"),
        (FieldKind.DIGITS, "人", "3", "3 人"),
        (FieldKind.DIGITS, "", "6217002100003386017", "6217 0021 0000 3386 017"),
        (FieldKind.TEXT, "平方米", "200", "200 平方米"),
        (FieldKind.NAME, "", "李秀英", "李秀英"),
        (FieldKind.TEXT, "亩", "", ""),
    ],
)
def test_each_kind_is_printed_as_papers_have_it(
    kind: FieldKind, unit: str, value: str, shown: str
) -> None:
    assert printed(field(kind, unit), value) == shown
