"""What every text reader must do (``station.reading.engine.TextReader``)."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from station.imaging.arrays import Pixels
from station.reading.engine import RapidReader, TextReader
from tests.helpers.pens import line_of_text

SENTENCE = "三、村级初审：经核对，申请人提交的材料齐全，情况属实，同意上报乡镇审核办理"


@pytest.fixture(scope="module", params=[RapidReader])
def reader(request: pytest.FixtureRequest) -> Iterator[TextReader]:
    made: TextReader = request.param()
    made.warm_up()
    yield made


def page_of(*lines: str) -> Pixels:
    page = np.full((120 + 110 * len(lines), 1900, 3), 255, np.uint8)
    for number, text in enumerate(lines):
        line = line_of_text(text, 44)
        top = 60 + 110 * number
        page[top : top + line.shape[0], 60 : 60 + line.shape[1]] = line
    return page


def test_lines_come_back_in_the_order_in_which_they_were_given(reader: TextReader) -> None:
    texts = ["李秀英", "130430194503161207", "河北省邱县东河镇后段寨村四组17号", "80.50元"]
    answers = reader.read_lines([line_of_text(text, 40) for text in texts])
    assert [answer.text for answer in answers] == texts
    assert all(answer.confidence > 0.9 for answer in answers)
    assert all(answer.least <= answer.confidence + 1e-6 for answer in answers)


def test_nothing_in_nothing_out(reader: TextReader) -> None:
    assert reader.read_lines([]) == []
    blank = np.full((48, 300, 3), 255, np.uint8)
    sliver = np.full((3, 300, 3), 255, np.uint8)
    for answer in reader.read_lines([blank, sliver]):
        assert answer.text == ""
        assert answer.confidence == 0


def test_a_blank_page_has_no_lines(reader: TextReader) -> None:
    assert reader.read_page(np.full((600, 900, 3), 255, np.uint8)) == []


def test_a_long_upright_line_is_not_turned_round(reader: TextReader) -> None:
    lines = reader.read_page(page_of(SENTENCE))
    assert "".join(line.text for line in lines) == SENTENCE


def test_a_doubtful_line_is_told_and_not_dropped(reader: TextReader) -> None:
    page = page_of("申请人姓名", "联系电话 13932046021")
    faint = cv2.GaussianBlur(page, (0, 0), 4)
    page[150:] = faint[150:]
    lines = reader.read_page(page)
    assert len(lines) >= 2
    assert lines[-1].top > 150


def test_lines_are_found_where_they_stand_and_in_reading_order(reader: TextReader) -> None:
    lines = reader.read_page(page_of("第一行文字", "第二行文字", "第三行文字"))
    assert [line.text for line in lines] == ["第一行文字", "第二行文字", "第三行文字"]
    for number, line in enumerate(lines):
        assert 40 < line.left < 90
        assert 60 + 110 * number - 20 < line.middle[1] < 60 + 110 * number + 80


def test_what_a_spoilt_character_may_be_instead_is_told(reader: TextReader) -> None:
    line = line_of_text("13932046021", 60)
    spoilt = line.copy()
    spoilt[:, 62:92] = cv2.GaussianBlur(line[:, 62:92], (0, 0), 4)
    (answer,) = reader.read_lines([spoilt])
    texts = [text for text, _ in answer.others]
    chances = [chance for _, chance in answer.others]
    assert "13932046021" in (answer.text, *texts)
    assert answer.others
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance <= 1 for chance in chances)
    assert answer.text not in texts


def test_a_clear_line_has_no_likely_other_reading(reader: TextReader) -> None:
    (answer,) = reader.read_lines([line_of_text("130430194503161207", 44)])
    assert all(chance < 0.15 for _, chance in answer.others)
