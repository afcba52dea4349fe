"""Field values: one normal form, and everything that is wrong told in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.items import FieldKind, FormField, Option
from station.domain.values import check_value, chosen

OPTIONS = (Option("1", "一级"), Option("2", "二级"), Option("3", "三级"))


def field(kind: FieldKind, **more: object) -> FormField:
    options = OPTIONS if kind in (FieldKind.CHOICE, FieldKind.MULTICHOICE) else ()
    return FormField(id="x", label="字段", kind=kind, options=options, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.NAME, " 李 秀英 ", "李秀英"),
        (FieldKind.NAME, "买买提•艾力", "买买提·艾力"),
        (FieldKind.NAME, "任𠮷㐂", "任𠮷㐂"),
        (FieldKind.TEXT, "低保 家庭\t一户", "低保家庭一户"),
        (FieldKind.TEXT, "第一行\r\n第二行", "第一行\n第二行"),
        (FieldKind.TEXT, "Room 17 号", "Room 17 号"),
        (FieldKind.DIGITS, "６２１７ ００２１-3386", "621700213386"),
        (FieldKind.ID_NUMBER, "11010519491231002x", "11010519491231002X"),
        (FieldKind.ID_NUMBER, "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        (FieldKind.PHONE, "+86 139-3100-6021", "13931006021"),
        (FieldKind.PHONE, "0310 8369901", "0310-8369901"),
        (FieldKind.PHONE, "8369901", "8369901"),
        (FieldKind.DATE, "2026年8月6日", "2026-08-06"),
        (FieldKind.DATE, "2026.8.6", "2026-08-06"),
        (FieldKind.DATE, "20260806", "2026-08-06"),
        (FieldKind.MONEY, "￥1,234.5元", "1234.50"),
        (FieldKind.MONEY, "80", "80.00"),
        (FieldKind.CHOICE, "二级", "2"),
        (FieldKind.CHOICE, "2", "2"),
        (FieldKind.MULTICHOICE, "三级、1", "1,3"),
        (FieldKind.ADDRESS, "后段寨村 四组", "后段寨村四组"),
    ],
)
def test_ways_of_writing_the_same_thing_become_one(kind: FieldKind, typed: str, kept: str) -> None:
    checked = check_value(field(kind), typed)
    assert checked.ok, checked.reason()
    assert checked.value == kept


@pytest.mark.parametrize(
    ("kind", "typed", "word"),
    [
        (FieldKind.NAME, "李", "两个字"),
        (FieldKind.NAME, "李秀3", "数字"),
        (FieldKind.NAME, "李秀？", "？"),
        (FieldKind.TEXT, "字\ue000", "U+E000"),
        (FieldKind.DIGITS, "12a4", "a"),
        (FieldKind.ID_NUMBER, "110105194912310021", "校验位"),
        (FieldKind.PHONE, "1393100602", "10 位"),
        (FieldKind.PHONE, "11931006021", "11 开头"),
        (FieldKind.PHONE, "四个八", "数字"),
        (FieldKind.PHONE, "12", "11 位"),
        (FieldKind.DATE, "2026-02-30", "没有这一天"),
        (FieldKind.DATE, "去年春天", "2026-11-23"),
        (FieldKind.DATE, "1026-01-01", "不可能"),
        (FieldKind.MONEY, "八十", "金额"),
        (FieldKind.MONEY, "1.234", "两位小数"),
        (FieldKind.MONEY, "-5", "金额"),
        (FieldKind.CHOICE, "五级", "一级"),
        (FieldKind.MULTICHOICE, "一级,五级", "五级"),
        (FieldKind.ADDRESS, "村", "太短"),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(kind: FieldKind, typed: str, word: str) -> None:
    checked = check_value(field(kind), typed)
    assert not checked.ok
    assert word in checked.reason("zh")
    assert checked.reason("en")
    assert checked.value, "what was typed is kept"


def test_all_faults_are_told_at_once() -> None:
    checked = check_value(field(FieldKind.NAME), "7？")
    assert len(checked.faults) == 2
    assert "；" in checked.reason("zh")


def test_bounds_and_patterns_belong_to_the_field() -> None:
    people = field(FieldKind.DIGITS, minimum=1, maximum=20, unit="人")
    assert check_value(people, "20").ok
    assert check_value(people, "21").reason() == "不应超过 20 人"
    assert check_value(people, "0").reason() == "不应少于 1 人"
    card = field(FieldKind.DIGITS, pattern="[0-9]{16,19}", pattern_text="16 到 19 位数字")
    assert check_value(card, "123").reason() == "应是：16 到 19 位数字"
    assert check_value(card, "6217002100003386017").ok


def test_nothing_typed_is_nothing_wrong() -> None:
    for kind in FieldKind:
        checked = check_value(field(kind), "  \n ")
        assert checked.ok
        assert checked.value == ""


@given(st.sampled_from(list(FieldKind)), st.text(max_size=40))
def test_nothing_that_can_be_typed_breaks_a_check_and_normal_form_is_final(
    kind: FieldKind, text: str
) -> None:
    once = check_value(field(kind), text)
    again = check_value(field(kind), once.value)
    if once.ok:
        assert again == once


def test_a_multiple_choice_is_taken_apart_again() -> None:
    assert chosen("1,3") == ("1", "3")
    assert chosen("") == ()
