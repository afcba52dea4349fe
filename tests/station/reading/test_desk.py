"""One picture in, fields out: the reading desk decides how; the command prints."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from station.catalogue.problems import ItemUnknown
from station.commands import read
from station.devices.training_papers import papers_of
from station.domain.items import FieldKind, FormField, Option
from station.imaging.picture import PictureIsPdf
from station.reading.desk import PaperUnknown, ReadingDesk
from station.reading.engine import RapidReader
from station.reading.labels import read_by_labels
from station.reading.template import Template
from tests.helpers.filled_form import UNDERSTOOD, WRITTEN
from tests.helpers.pens import filled_page, line_of_text, tick


def as_png(page: np.ndarray) -> bytes:
    done, data = cv2.imencode(".png", page)
    assert done
    return data.tobytes()


@pytest.fixture(scope="module")
def scan(template: Template) -> bytes:
    """The filled form from a flatbed."""
    return as_png(filled_page(template, WRITTEN, np.random.default_rng(1)))


@pytest.fixture(scope="module")
def card() -> bytes:
    return as_png(np.asarray(papers_of()[0].draw(320))[:, :, ::-1].copy())


def test_a_scanned_form_says_itself_which_form_it_is(desk: ReadingDesk, scan: bytes) -> None:
    reading = desk.read(scan)
    assert (reading.kind, reading.item) == ("form", "MZ-001")
    assert {name: field.value for name, field in reading.fields.items()} == UNDERSTOOD
    assert reading.all_ok
    assert set(reading.cut_outs) == set(reading.fields)


def test_a_card_that_fills_the_picture_is_recognised(desk: ReadingDesk, card: bytes) -> None:
    reading = desk.read(card)
    assert reading.kind == "card"
    assert reading.fields["name"].value == "李秀英"


def test_what_is_neither_form_nor_card_asks_to_be_named(desk: ReadingDesk) -> None:
    page = np.full((700, 500, 3), 235, np.uint8)
    page[100:150, 60:360] = line_of_text("关于做好秋收工作的通知", 27)[:38, :300].mean()
    with pytest.raises(PaperUnknown):
        desk.read(as_png(page), "letter.png")
    with pytest.raises(PictureIsPdf):
        desk.read(b"%PDF-1.7", "letter.jpg")


def test_a_form_that_asks_for_name_sex_and_address_is_no_identity_card(desk: ReadingDesk) -> None:
    page = np.full((1754, 1240, 3), 250, np.uint8)
    asked = ("姓名", "性别", "民族", "出生日期", "住址", "公民身份号码", "联系电话", "备注")
    for row in range(20):
        for column in range(2):
            line = line_of_text(asked[(2 * row + column) % len(asked)], 30)
            top, left = 60 + 80 * row, 80 + 560 * column
            height, width = line.shape[:2]
            page[top : top + height, left : left + width] = line
    with pytest.raises(PaperUnknown):
        desk.read(as_png(page), "another-office.png")


# -- forms of other offices -----------------------------------------------------------------------

RULES = (
    FormField(id="name", label="申请人姓名", kind=FieldKind.NAME),
    FormField(id="phone", label="联系电话", kind=FieldKind.PHONE),
    FormField(id="number", label="身份证号", kind=FieldKind.ID_NUMBER),
    FormField(
        id="house",
        label="住房情况",
        kind=FieldKind.CHOICE,
        options=(Option("brick", "砖混"), Option("wood", "砖木"), Option("rent", "租住")),
    ),
    FormField(id="date", label="日期", kind=FieldKind.DATE),
)


@pytest.fixture(scope="module")
def foreign_form() -> np.ndarray:
    page = np.full((1100, 1500, 3), 255, np.uint8)

    def put(text: str, x: int, y: int) -> None:
        line = line_of_text(text, 40)
        page[y : y + line.shape[0], x : x + line.shape[1]] = line

    for row, (label, value) in enumerate(
        [("申请人姓名", "常春红"), ("联系电话", "13314759933"), ("身份证号", "13043019450316120X")]
    ):
        y = 120 + 130 * row
        cv2.rectangle(page, (60, y - 35), (1440, y + 95), (0, 0, 0), 2)
        put(label, 90, y)
        put(value, 480, y)
    put("住房情况", 90, 530)
    for n, option in enumerate(("砖混", "砖木", "租住")):
        x = 480 + 260 * n
        cv2.rectangle(page, (x, 535), (x + 44, 579), (0, 0, 0), 3)
        put(option, x + 62, 530)
    mm = 300 / 25.4
    tick(page, (740 / mm, 535 / mm, 44 / mm, 44 / mm), np.random.default_rng(2))
    put("日期：2026年11月23日", 480, 720)
    return page


def test_a_form_of_another_office_is_read_by_its_labels(
    foreign_form: np.ndarray, reader: RapidReader
) -> None:
    fields = read_by_labels(foreign_form, RULES, reader)
    assert {name: field.value for name, field in fields.items()} == {
        "name": "常春红",
        "phone": "13314759933",
        "number": "13043019450316120X",
        "house": "wood",
        "date": "2026-11-23",
    }


def test_a_label_with_nothing_beside_it_is_doubtful(
    foreign_form: np.ndarray, reader: RapidReader
) -> None:
    emptied = foreign_form.copy()
    emptied[220:330, 470:1400] = 255
    field = read_by_labels(emptied, RULES, reader)["phone"]
    assert field.value == ""
    assert not field.ok


# -- the command ----------------------------------------------------------------------------------


def run(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    read.add_arguments(parser)
    return read.run(parser.parse_args(words))


def test_the_command_reads_many_and_a_bad_one_does_not_stop_them(
    tmp_path: Path,
    scan: bytes,
    card: bytes,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    (tmp_path / "a-form.png").write_bytes(scan)
    (tmp_path / "b-broken.jpg").write_bytes(b"")
    (tmp_path / "c-card.png").write_bytes(card)
    status = run(str(tmp_path), "--json")
    out, err = capsys.readouterr()
    form, broken, person = json.loads(out)
    assert status == 1
    assert form["fields"]["id_number"]["ok"] is True
    assert form["fields"]["name"]["value"] == "李秀英"
    assert len(form["fields"]["name"]["box"]) == 4
    assert broken["error"]["code"] == "PictureEmpty"
    assert "b-broken.jpg 没有收进来" in err
    assert person["kind"] == "card"


def test_an_unknown_item_is_told_before_anything_is_read(
    tmp_path: Path,
) -> None:

    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(ItemUnknown):
        run(str(tmp_path / "a.png"), "--item", "XX-999")
