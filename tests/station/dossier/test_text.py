"""Breaking lines as Chinese papers do."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clock import CHINA
from station.dossier.book import Book
from station.dossier.sheet import Align, fitted
from station.dossier.text import Style, width_mm, wrapped
from station.dossier.typefaces import Face

BODY = Style(Face.SONG, 12)
MIXED = st.text("中文，。（）《》“”、：； 12ab.%", max_size=120)


@given(MIXED, st.floats(20, 160))
def test_no_line_is_wider_than_its_room_and_no_word_is_lost(text: str, width: float) -> None:
    lines = wrapped(text, BODY, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert width_mm(line, BODY) <= width + 0.02


_WORDS = st.text("中文字", min_size=1, max_size=9)
_PHRASES = st.lists(
    st.tuples(_WORDS, st.sampled_from("，。；、：")).map("".join)
    | _WORDS.map("《{}》".format)
    | _WORDS.map("（{}），".format),
    min_size=1,
    max_size=12,
)


@given(_PHRASES, st.integers(6, 20))
def test_no_mark_begins_a_line_and_no_bracket_ends_one(phrases: list[str], room: int) -> None:
    lines = wrapped("".join(phrases), BODY, room * BODY.mm + 0.1)
    for before, after in itertools.pairwise(lines):
        assert after[0] not in "，。；、：》）"
        assert before[-1] not in "《（"


def test_figures_and_words_stay_whole() -> None:
    lines = wrapped("联系电话是13931006021请记好", BODY, 10 * BODY.mm)
    assert any("13931006021" in line for line in lines)


def test_a_word_longer_than_the_line_is_broken_rather_than_lost() -> None:
    lines = wrapped("1" * 80, BODY, 20.0)
    assert "".join(lines) == "1" * 80
    assert len(lines) > 3


def test_line_breaks_in_the_text_are_kept() -> None:
    assert wrapped("一\n\n二", BODY, 50.0) == ["一", "", "二"]


def test_the_first_line_is_shorter_by_its_indentation() -> None:
    lines = wrapped("中" * 30, BODY, 10 * BODY.mm + 0.1, 2 * BODY.mm)
    assert [len(line) for line in lines] == [8, 10, 10, 2]


@given(st.text("中文测试，。12ab ", min_size=1, max_size=300), st.floats(15, 120), st.floats(5, 40))
def test_what_fits_really_fits(text: str, width: float, height: float) -> None:
    found = fitted((0.0, 0.0, width, height), text, BODY)
    if found is None:
        smallest = BODY.sized(6.5)
        lines = wrapped(text, smallest, width - 3.0)
        tall = (len(lines) - 1) * smallest.line_mm + smallest.mm
        assert tall > height or max(width_mm(line, smallest) for line in lines) > width - 3.0
        return
    lines, style = found
    assert style.size >= 6.5
    assert (len(lines) - 1) * style.line_mm + style.mm <= height
    assert all(width_mm(line, style) <= width - 3.0 + 0.1 for line in lines)


@pytest.mark.parametrize("align", list(Align))
def test_text_that_does_not_fit_is_not_half_drawn(align: Align) -> None:
    sheet = Book("字", datetime(2026, 1, 1, tzinfo=CHINA)).sheet()
    before = sheet.content
    assert not sheet.fit((10.0, 10.0, 20.0, 5.0), "很长的一段话" * 30, BODY, align)
    assert sheet.content == before
