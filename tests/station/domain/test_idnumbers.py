"""The resident identity number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.idnumbers import IdNumberWrong, check_character, parse

# The worked example of GB 11643-1999 itself.
STANDARD = "11010519491231002X"


def test_the_example_of_the_standard_is_right_and_says_who_it_is() -> None:
    number = parse(STANDARD)
    assert number.birth == date(1949, 12, 31)
    assert number.sex == "女"
    assert number.division == "110105"


def test_a_small_x_and_blanks_are_forgiven() -> None:
    assert parse(" 110105 19491231 002x ").text == STANDARD


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("11010519491231002", "17 位"),
        ("110105194912310020", "校验位"),
        ("11010519490231002X", "19490231"),
        ("1101051949123l002X", "数字"),
        ("１１０１０５１９４９１２３１００２Ｘ", "数字"),
    ],
)
def test_each_way_of_being_wrong_is_told_in_both_languages(text: str, word: str) -> None:
    with pytest.raises(IdNumberWrong) as caught:
        parse(text)
    assert word in caught.value.reason
    assert caught.value.reason_en.isascii()


@given(
    st.dates(date(1900, 1, 1), date(2026, 11, 23)), st.integers(0, 999), st.integers(110000, 659004)
)
def test_every_number_with_its_own_check_character_is_right(
    born: date, serial: int, division: int
) -> None:
    first = f"{division}{born:%Y%m%d}{serial:03d}"
    number = parse(first + check_character(first))
    assert number.birth == born
    assert number.sex == ("男" if serial % 2 else "女")


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_miscopied_digit_never_passes_unseen(place: int, shift: int) -> None:
    digits = list(STANDARD)
    digits[place] = str((int(digits[place]) + shift) % 10)
    with pytest.raises(IdNumberWrong):
        parse("".join(digits))
