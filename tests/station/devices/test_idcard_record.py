"""The 256 bytes of a card: four kinds of card, and bytes that make no sense."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.devices.idcard import CardKind, CardReading
from station.devices.idcard_record import NATIONS, read_record
from tests.helpers.card_reader import resident_text

TODAY = date(2026, 11, 23)


def record(*fields: tuple[str, int]) -> bytes:
    """Texts, each filled up with blanks to so many bytes of UTF-16LE."""
    made = b""
    for text, length in fields:
        encoded = text.encode("utf-16-le")
        made += encoded + b" \0" * ((length - len(encoded)) // 2)
    return made


def test_a_residents_card() -> None:
    card = read_record(
        resident_text(
            name="马文山",
            sex="1",
            nation="03",
            birth="19541130",
            address="河北省邱县东河镇后段寨村一组12号",
            id_number="130430195411302719",
            issuer="邱县公安局",
            valid_from="20050401",
            valid_to="20250401",
        )
    )
    assert card.kind is CardKind.RESIDENT
    assert (card.name, card.sex, card.nation) == ("马文山", "男", "回")
    assert (card.valid_to, card.long_term) == (date(2025, 4, 1), False)
    assert [problem.zh for problem in card.problems(TODAY)] == ["证件 2025-04-01 已到期"]


def test_the_residence_permit_of_a_hong_kong_resident() -> None:
    card = read_record(
        record(
            ("陈嘉敏", 30),
            ("2", 2),
            ("", 4),
            ("19640213", 16),
            ("河北省邱县东河镇后段寨村二组8号", 70),
            ("810000196402130026", 36),
            ("邱县公安局", 30),
            ("20230510", 16),
            ("20280510", 16),
            ("H00000018", 18),
            ("01", 4),
            ("", 6),
            ("J", 2),
            ("", 6),
        )
    )
    assert card.kind is CardKind.COMPATRIOT
    assert (card.name, card.nation) == ("陈嘉敏", "")
    assert (card.pass_number, card.issue_count) == ("H00000018", "01")
    assert card.problems(TODAY) == ()


def test_the_permanent_residence_card_of_a_foreigner_of_2017() -> None:
    card = read_record(
        record(
            ("TRAINING, ANNA", 120),
            ("2", 2),
            ("GBR110079030501", 30),
            ("GBR", 6),
            ("安娜", 30),
            ("20180108", 16),
            ("20280108", 16),
            ("19790305", 16),
            ("01", 4),
            ("1100", 8),
            ("I", 2),
            ("", 6),
        )
    )
    assert card.kind is CardKind.FOREIGNER
    assert (card.english_name, card.name, card.nation) == ("TRAINING, ANNA", "安娜", "GBR")
    assert card.id_number == "GBR110079030501"
    assert card.birth == date(1979, 3, 5)
    assert card.problems(TODAY) == ()


def test_the_permanent_residence_card_of_a_foreigner_of_2023() -> None:
    card = read_record(
        record(
            ("", 30),
            ("2", 2),
            ("01", 4),
            ("19790305", 16),
            ("AVERYLONGFAMILYNAME, ANNA MARIA TRA", 70),  # 35 letters: the rest stands below
            ("911130197903050123", 36),
            ("", 30),
            ("20240108", 16),
            ("20340108", 16),
            ("INING", 22),
            ("826", 6),
            ("Y", 2),
            ("", 6),
        )
    )
    assert card.kind is CardKind.FOREIGNER
    assert card.english_name == "AVERYLONGFAMILYNAME, ANNA MARIA TRAINING"
    assert (card.nation, card.issue_count) == ("826", "01")
    assert card.applicant().name == card.english_name, "who has no Chinese name"
    assert card.problems(TODAY) == ()


def test_a_rare_name_outside_the_first_plane_survives() -> None:
    assert read_record(resident_text(name="㐂𠮷")).name == "㐂𠮷"


def test_a_field_that_makes_no_sense_is_named_and_the_rest_is_read() -> None:
    card = read_record(
        resident_text(name="任福田", sex="7", nation="77", birth="19381399", valid_to="明年")
    )
    assert card.name == "任福田"
    assert (card.sex, card.nation, card.birth, card.valid_to) == ("", "", None, None)
    assert set(card.unclear) == {"性别", "民族", "出生日期", "有效期止"}


def test_half_a_character_does_not_spoil_the_record() -> None:
    damaged = bytearray(resident_text(name="任福田"))
    damaged[2:4] = b"\x00\xd8"  # a surrogate without its partner
    card = read_record(bytes(damaged))
    assert "姓名" in card.unclear


def test_number_birth_date_and_sex_must_agree() -> None:
    card = CardReading(
        name="李秀英", sex="男", birth=date(1945, 3, 17), id_number="13043019450316120X"
    )
    told = [problem.zh for problem in card.problems(TODAY)]
    assert told == [
        "出生日期 1945-03-17 和号码里的 1945-03-16 不一致",
        "性别“男”和号码里的“女”不一致",
    ]


def test_a_number_with_one_wrong_digit_is_told_with_its_reason() -> None:
    card = CardReading(name="李秀英", id_number="130430194503161207")
    (problem,) = card.problems(TODAY)
    assert problem.zh == "证件号码不对：校验位不对，有一位抄错了"
    assert "check character" in problem.en


def test_a_card_that_is_not_valid_yet_is_told() -> None:
    card = CardReading(name="李秀英", id_number="13043019450316120X", valid_from=date(2027, 1, 1))
    assert [problem.zh for problem in card.problems(TODAY)] == ["证件 2027-01-01 才生效"]


def test_all_56_nations_and_the_two_others_have_their_codes() -> None:
    assert len(NATIONS) == 58
    assert (NATIONS["01"], NATIONS["11"], NATIONS["34"], NATIONS["56"]) == (
        "汉",
        "满",
        "布朗",
        "基诺",
    )


def test_a_record_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="256"):
        read_record(bytes(255))


@given(st.binary(min_size=256, max_size=256))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    card = read_record(data)
    card.problems(TODAY)
    card.applicant()
