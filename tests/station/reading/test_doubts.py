"""The words for a doubt: which character, what it may be, and what is worth offering."""

from __future__ import annotations

from station.domain.items import FieldKind, FormField
from station.reading.doubts import looks_like, sound_others

NUMBER = FormField(id="id_number", label="身份证号", kind=FieldKind.ID_NUMBER)
PHONE = FormField(id="phone", label="联系电话", kind=FieldKind.PHONE)


def test_the_place_of_a_doubtful_digit_is_said_from_the_nearer_end() -> None:
    digits = FieldKind.DIGITS
    assert looks_like(digits, "6217", "6211")[0] == "末位像 7，也像 1"
    assert looks_like(digits, "6217002100003386017", "6217002100003336017")[0] == (
        "倒数第 5 位像 8，也像 3"
    )
    assert looks_like(digits, "8217002100", "6217002100")[0] == "第 1 位像 8，也像 6"
    assert looks_like(digits, "6217002100", "6217002108")[1] == (
        "the last character looks like 0, or 8"
    )


def test_a_doubtful_character_of_a_name_is_named_itself() -> None:
    assert looks_like(FieldKind.NAME, "李秀英", "李秀莫") == (
        "“英”也像“莫”",
        "“英” may also be “莫”",
    )


def test_a_reading_of_another_length_is_said_whole() -> None:
    assert looks_like(FieldKind.PHONE, "1332046021", "13932046021")[0] == "也像 13932046021"


def test_only_readings_that_are_right_by_the_rule_are_offered_and_each_once() -> None:
    assert sound_others(
        NUMBER,
        "130430194503161208",
        ["130430194503161209", "13043019450316120X", "13043019450316120x"],
    ) == ("13043019450316120X",)
    assert sound_others(PHONE, "13932046021", ["139 3204 6021", "12932046021"]) == ()
