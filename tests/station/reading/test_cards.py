"""Identity cards of invented people, photographed and read."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from station.devices.training_papers import papers_of
from station.devices.training_people import VILLAGERS, Villager
from station.imaging.arrays import Pixels
from station.imaging.picture import Picture, open_picture
from station.reading.card import CardNotFound, CardPhotoReading, read_card
from station.reading.engine import FoundLine, RapidReader, ReadText
from tests.helpers.scenes import Light, draw_mat, photograph, place


def card_of(villager: Villager, side: int) -> Pixels:
    return np.asarray(papers_of(villager)[side].draw(400))[:, :, ::-1].copy()


def photographed(card: Pixels, seed: int, *, upside_down: bool = False) -> Picture:
    rng = np.random.default_rng(seed)
    shape = (1100, 1500)
    corners = place(shape, card.shape[0] / card.shape[1], rng, tilt=0.03, turn=8, fill=(0.7, 0.9))
    if upside_down:
        corners = np.roll(corners, 2, axis=0)
    light = Light(shade=0.2, slope=0.2, noise=3, blur=0.6)
    scene = photograph(card, draw_mat("plain", rng, shape), corners, rng, light, rounded=0.06)
    return open_picture(scene.jpeg())


def said(reading: CardPhotoReading) -> dict[str, str]:
    return {name: field.value for name, field in reading.fields.items()}


def test_the_front_tells_who_it_is(reader: RapidReader) -> None:
    villager = VILLAGERS[0]
    reading = read_card(photographed(card_of(villager, 0), 1), reader)
    assert reading.side == "front"
    assert villager.card.birth is not None
    assert said(reading) == {
        "name": villager.card.name,
        "sex": villager.card.sex,
        "nation": villager.card.nation,
        "birth": villager.card.birth.isoformat(),
        "address": villager.card.address,
        "id_number": villager.card.id_number,
    }
    assert reading.problems == ()
    assert reading.quad is not None


def test_a_card_lying_upside_down_is_turned(reader: RapidReader) -> None:
    villager = VILLAGERS[1]
    reading = read_card(photographed(card_of(villager, 0), 2, upside_down=True), reader)
    assert reading.fields["id_number"].value == villager.card.id_number
    assert reading.fields["name"].value == villager.card.name


def test_the_back_tells_who_issued_it_and_until_when_it_is_valid(reader: RapidReader) -> None:
    villager = VILLAGERS[0]
    reading = read_card(photographed(card_of(villager, 1), 3), reader)
    assert reading.side == "back"
    assert villager.card.valid_from is not None
    assert said(reading) == {
        "issuer": villager.card.issuer,
        "valid_from": villager.card.valid_from.isoformat(),
        "valid_to": "长期",
    }


def test_a_paper_that_is_no_card_is_refused_in_one_sentence(reader: RapidReader) -> None:
    paper = np.full((540, 856, 3), 230, np.uint8)
    paper[200:340, 100:700] = 60
    with pytest.raises(CardNotFound) as refused:
        read_card(photographed(paper, 4), reader, "IMG_2.jpg")
    assert "IMG_2.jpg" in refused.value.sentence("zh")


class DictatedReader:
    """A text reader that reads what it is told to, line by line down the card."""

    def __init__(self, *lines: str) -> None:
        self._lines = lines

    def warm_up(self) -> None: ...

    def read_lines(self, lines: object) -> list[ReadText]:
        raise AssertionError("cards are read as pages")

    def read_page(self, page: Pixels) -> list[FoundLine]:
        height = page.shape[0] / (len(self._lines) + 1)
        return [
            FoundLine(
                text,
                0.99,
                np.array(
                    [
                        [50, n * height],
                        [600, n * height],
                        [600, n * height + 40],
                        [50, n * height + 40],
                    ]
                ),
            )
            for n, text in enumerate(self._lines)
        ]


FRONT = (
    "姓名李秀英",
    "性别女民族汉",
    "出生1945年3月16日",
    "住址河北省邱县东河镇",
    "后段寨村四组17号",
)


def dictated(*lines: str) -> CardPhotoReading:
    blank = np.full((540, 856, 3), 220, np.uint8)
    return read_card(photographed(blank, 5), DictatedReader(*lines))


def test_an_address_of_two_lines_is_one_address() -> None:
    reading = dictated(*FRONT, "公民身份号码13043019450316120X")
    assert reading.fields["address"].value == "河北省邱县东河镇后段寨村四组17号"


def test_a_birth_date_that_contradicts_the_number_makes_both_doubtful() -> None:
    lines = [line.replace("3月16日", "3月18日") for line in FRONT]
    reading = dictated(*lines, "公民身份号码13043019450316120X")
    assert reading.fields["birth"].value == date(1945, 3, 18).isoformat()
    for name in ("birth", "id_number"):
        assert not reading.fields[name].ok
        assert "对不上" in reading.fields[name].problem
    assert reading.fields["sex"].ok


def test_a_number_that_fails_its_check_is_shown_as_read() -> None:
    reading = dictated(*FRONT, "公民身份号码130430194503161201")
    field = reading.fields["id_number"]
    assert field.value == "130430194503161201"
    assert not field.ok


def test_what_was_not_found_is_said() -> None:
    reading = dictated(*FRONT)
    assert reading.fields["id_number"].value == ""
    assert "没有读出来" in reading.problems


def test_a_nation_that_does_not_exist_is_doubted() -> None:
    lines = [line.replace("民族汉", "民族汊") for line in FRONT]
    reading = dictated(*lines, "公民身份号码13043019450316120X")
    assert not reading.fields["nation"].ok
