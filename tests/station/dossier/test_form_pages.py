"""Forms on paper: what a camera finds again, and what stands in each box."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import pytest
import zxingcpp

from station.__main__ import main
from station.clock import CHINA
from station.domain.items import ServiceItem
from station.dossier.book import Book
from station.dossier.form_pages import blank_form, filled_form
from station.forms.layout import SIGN_DATE, SIGNATURE, layout
from station.forms.values import printed
from tests.helpers.paperwork import applicant, catalogue, jpeg, plausible
from tests.helpers.printed import is_blank, part, rendered, texts

WHEN = datetime(2026, 1, 1, tzinfo=CHINA)
ITEMS = catalogue().items


def form(item: ServiceItem, **values: str) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    book = Book("表", WHEN)
    too_long = filled_form(book, item, values, number="130430104213-261123-007", day="今天")
    return book.write(), too_long


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_a_blank_form_says_which_form_it_is_and_where_its_corners_are(item: ServiceItem) -> None:
    page = rendered(blank_form(item, WHEN))
    (code,) = zxingcpp.read_barcodes(page)
    assert code.text == layout(item).qr_text() == f"YZFORM:{item.code};v={item.version}"
    for x, y, side, _ in layout(item).fiducials_mm:
        shades = [
            part(page, (x + side * at, y + side / 2 - 0.2, 0.4, 0.4), 0.0)
            .resize((1, 1))
            .getpixel((0, 0))
            for at in (1 / 14 - 0.02, 3 / 14 - 0.02, 5 / 14 - 0.02, 7 / 14 - 0.02)
        ]
        black_white = [int(str(shade)) > 128 for shade in shades]
        assert black_white == [False, True, False, True]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_on_a_blank_form_the_boxes_are_empty_and_every_label_is_there(item: ServiceItem) -> None:
    pdf = blank_form(item, WHEN)
    page, (text,) = rendered(pdf), texts(pdf)
    plan = layout(item)
    assert plan.title in text
    for placed in plan.fields:
        assert placed.label in text
        for option in placed.options:
            assert option.label in text
            assert is_blank(part(page, option.box_mm, 0.6))
        if not placed.options and placed.id != SIGN_DATE:
            assert is_blank(part(page, placed.box_mm, 0.8)), placed.id
    assert "".join(item.promise.split()) in text


def test_the_blank_form_is_the_same_file_every_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.pdf", "b.pdf"):
        words = ["station", "form", "print", "--item", "MZ-001", "--out", str(tmp_path / name)]
        monkeypatch.setattr(sys, "argv", [*words, "--json"])
        assert main() == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert '"item": "MZ-001"' in capsys.readouterr().out


def test_a_form_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "station",
        "form",
        "print",
        "--item",
        "MZ-001",
        "--out",
        str(tmp_path / "no" / "x.pdf"),
    ]
    monkeypatch.setattr(sys, "argv", words)
    assert main() == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_a_filled_form_shows_every_value_and_ticks_only_what_was_chosen(item: ServiceItem) -> None:
    person = applicant()
    values = {field.id: plausible(field, person) for field in item.fields}
    pdf, too_long = form(item, **values)
    assert too_long == ()
    page, (text,) = rendered(pdf), texts(pdf)
    for placed in layout(item).fields:
        if placed.id in (SIGNATURE, SIGN_DATE):
            continue
        field = item.form_field(placed.id)
        value = values[placed.id]
        if placed.options:
            for option in placed.options:
                ticked = not is_blank(part(page, option.box_mm, 0.6))
                assert ticked == (option.value in value.split(",")), (placed.id, option.label)
        else:
            assert "".join(printed(field, value).split()) in text, placed.id


def test_a_value_never_leaves_its_cell() -> None:
    item = catalogue().item("MZ-001")
    plan = layout(item)
    empty = rendered(form(item)[0])
    for field_id in ("name", "nation", "address", "bank", "contact_name", "remark"):
        for length in (1, 8, 20, 40, 80, 160):
            page = rendered(form(item, **{field_id: "测" * length})[0])
            x, y, width, height = plan.placed(field_id).cell_mm
            for beside in (
                (0.0, 0.0, x, 297.0),
                (x + width, 0.0, 210.0 - x - width, 297.0),
                (0.0, 0.0, 210.0, y),
                (0.0, y + height, 210.0, 297.0 - y - height),
            ):
                assert part(page, beside).tobytes() == part(empty, beside).tobytes(), field_id


def test_what_is_too_long_for_its_box_is_handed_back_whole_and_referred_to() -> None:
    item = catalogue().item("MZ-001")
    story = "他说的话很长，" * 60
    pdf, too_long = form(item, remark=story, bank="行" * 300)
    assert too_long == (("开户银行", "行" * 300), ("备注", story))
    (text,) = texts(pdf)
    assert "见附页第1项" in text
    assert "见附页第2项" in text


def test_an_empty_field_is_shown_as_left_empty() -> None:
    item = catalogue().item("MZ-001")
    page = rendered(form(item)[0])
    assert not is_blank(part(page, layout(item).placed("remark").cell_mm, 0.8))


def test_the_portrait_stands_in_its_frame_in_its_own_proportions() -> None:
    item = catalogue().item("NY-002")
    frame = layout(item).photo_mm
    assert frame is not None
    book = Book("表", WHEN)
    filled_form(book, item, {}, number="1", day="", portrait=jpeg(590, 826, (60, 60, 60)))
    page = rendered(book.write())
    dark = part(page, frame).point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark is not None
    width, height = dark[2] - dark[0], dark[3] - dark[1]
    assert abs(width / height - 590 / 826) < 0.02
