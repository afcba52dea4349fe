"""A blank paper form that nobody prepared becomes a first definition, and copies of the same paper
are read with it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from station.__main__ import main
from station.benchmarks.blank_forms import BlankForm, forms, photographed
from station.catalogue.catalogue import check_file
from station.catalogue.checks import item_flaws
from station.catalogue.item_files import item_from, read_structure
from station.domain.items import FieldKind, ServiceItem
from station.forms.layout import SIGNATURE
from station.forms.original import paper_layout
from station.reading.desk import ReadingDesk
from station.reading.drafting import words
from station.reading.drafting.draft import NoFieldsFound, draft_item
from station.reading.drafting.marks import Marks, marks_of
from station.reading.drafting.sheet import FormTooLong, FormUnreadable, open_blank
from station.reading.engine import FoundLine, RapidReader, ReadText
from station.reading.template import template_of
from tests.helpers.papers import paper
from tests.helpers.pens import filled_page, write


class Blind:
    """A reader that sees no text."""

    def warm_up(self) -> None: ...

    def read_lines(self, lines: object) -> list[ReadText]:
        return []

    def read_page(self, page: object) -> list[FoundLine]:
        return []


@pytest.fixture(scope="module")
def printed() -> BlankForm:
    """A form with a comb, a table with a heading at its left and the family row by row."""
    return next(form for form in forms(1) if form.name.startswith("mixed"))


@pytest.fixture(scope="module")
def marks(printed: BlankForm) -> Marks:
    (page,) = open_blank(printed.pdf)
    return marks_of(page.grey)


@pytest.fixture(scope="module")
def drafted(
    printed: BlankForm, reader: RapidReader, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, object]]:
    """The item's file and what the command said, from a photograph of the form."""
    folder = tmp_path_factory.mktemp("draft")
    photo = folder / "blank.jpg"
    photo.write_bytes(photographed(printed.picture(230), 7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("station.reading.engine.RapidReader", lambda: reader)
        out, said = folder / "MZ-950.json", folder / "said.json"
        patch.setattr(
            sys, "argv", ["station", "form", "draft", str(photo), "--out", str(out), "--json"]
        )
        with said.open("w", encoding="utf-8") as stream:
            patch.setattr(sys, "stdout", stream)
            assert main() == 0
    return out, json.loads(said.read_text("utf-8"))


@pytest.fixture(scope="module")
def item(drafted: tuple[Path, dict[str, object]]) -> ServiceItem:
    return item_from(read_structure(drafted[0]))


def test_every_field_of_a_photographed_form_is_found_named_and_of_its_kind(
    printed: BlankForm, item: ServiceItem
) -> None:
    placed = {field.label: field for field in paper_layout(item).fields}
    assert item.title + "申请表" == printed.title or printed.title.startswith(item.title)
    for true in printed.fields:
        if true.kind in (FieldKind.SIGNATURE, FieldKind.DATE) and true.label not in placed:
            continue  # 日期 beside the signature may be called either way
        mine = placed[true.label]
        assert mine.kind is true.kind, true.label
        x, y, width, height = mine.box_mm
        a, b, wide, high = true.box_mm
        assert a - 5 < x + width / 2 < a + wide + 5, true.label
        assert b - 5 < y + height / 2 < b + high + 5, true.label
        assert tuple(option.label for option in mine.options) == true.options
    assert len(placed) == len(printed.fields)


def test_a_draft_is_a_sound_item_that_says_what_is_to_be_filled_in(
    drafted: tuple[Path, dict[str, object]], item: ServiceItem
) -> None:
    assert check_file(drafted[0]) == ()
    assert item.example, "no county has confirmed it"
    for line in (*item.guide.basis, *item.guide.fees, *item.guide.supervision):
        assert line.startswith("待填写")
    doubtful = drafted[1]["doubtful"]
    assert isinstance(doubtful, list)
    assert any("十个要素" in str(one["reason"]) for one in doubtful)


def test_the_command_says_where_the_fields_lie_as_form_layout_does(
    drafted: tuple[Path, dict[str, object]], item: ServiceItem
) -> None:
    said = drafted[1]
    plan = paper_layout(item).as_json()
    assert {name: said[name] for name in plan} == plan
    assert said["page_mm"] == [210.0, 297.0]
    assert said["qr_text"] == [], "it carries no code of ours"


def test_a_filled_copy_of_the_same_paper_is_read_by_its_print(
    item: ServiceItem, reader: RapidReader
) -> None:
    template = template_of(item)
    choice = next(field for field in item.fields if field.options)
    written = {
        "xing_ming_1": "李秀英",
        "lian_xi_dian_hua_1": "13932046021",
        choice.id: choice.options[1].value,
        SIGNATURE: "signed",
    }
    assert set(written) <= {placed.id for placed in template.layout.fields}
    rng = np.random.default_rng(3)
    sheet = filled_page(template, written, rng)
    written["id_number"] = "130430194103050021"
    comb = template.layout.placed("id_number")
    x, y, width, height = comb.box_mm
    for n, digit in enumerate(written["id_number"]):  # one in each box, as the paper asks
        tooth = (x + n * width / 18, y, width / 18, height)
        write(sheet, replace(comb, box_mm=tooth), digit, rng)
    small = cv2.resize(sheet, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    photo = photographed(np.asarray(small, np.uint8), 11)
    reading = ReadingDesk(lambda code, version: item, reader).read(photo, item=item.code)
    assert reading.kind == "form"
    values = {name: field.value for name, field in reading.fields.items() if field.value}
    assert values == written


def test_a_draft_can_be_printed_as_the_paper_that_it_was(
    drafted: tuple[Path, dict[str, object]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words_ = ["station", "form", "print", "--item", "MZ-950", "--out", str(tmp_path / "p.pdf")]
    monkeypatch.setattr(sys, "argv", [*words_, "--catalogue", str(drafted[0].parent / "only")])
    (drafted[0].parent / "only").mkdir()
    (drafted[0].parent / "only" / "MZ-950.json").write_bytes(drafted[0].read_bytes())
    assert main() == 0
    (page,) = open_blank((tmp_path / "p.pdf").read_bytes())
    assert page.size_mm == pytest.approx((210.0, 297.0), abs=0.2)
    again = marks_of(page.grey)
    assert len(again.combs) == 1
    assert len(again.squares) > 5, "seen again from a print of one bit"


# -- what is drawn --------------------------------------------------------------------------------


def test_cells_combs_and_squares_are_told_apart(printed: BlankForm, marks: Marks) -> None:
    assert [comb.teeth for comb in marks.combs] == [18]
    assert len(marks.squares) == sum(len(field.options) for field in printed.fields)
    boxes = [field.box_mm for field in printed.fields if field.label.endswith("（1）")]
    for x, y, _, height in boxes:
        assert any(
            abs(cell[0] / 10 - x) < 1 and abs(cell[3] / 10 - y - height) < 1 for cell in marks.cells
        )


def test_lines_to_write_on_are_found_and_underlined_words_are_not() -> None:
    page = np.full((2970, 2100), 255, np.uint8)
    cv2.line(page, (400, 500), (900, 500), 0, 3)  # to write on
    for x in range(400, 900, 12):
        cv2.line(page, (x, 800), (x + 4, 800), 0, 4)  # dotted, to write on
    cv2.line(page, (400, 1200), (1200, 1200), 0, 3)
    cv2.putText(page, "UNDERLINED WORDS", (420, 1185), 0, 1.6, 0, 4)
    found = marks_of(page).blanks
    assert [round(blank.y / 100) for blank in found] == [5, 8]
    assert all(abs(blank.left - 400) < 12 and abs(blank.right - 900) < 14 for blank in found)


# -- what the words mean --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("申请人姓名", FieldKind.NAME),
        ("公民身份号码", FieldKind.ID_NUMBER),
        ("监护人联系电话", FieldKind.PHONE),
        ("家庭年收入（元）", FieldKind.MONEY),
        ("户籍所在地", FieldKind.ADDRESS),
        ("参保时间", FieldKind.DATE),
        ("银行账号", FieldKind.DIGITS),
        ("残疾证编号", FieldKind.TEXT),
        ("申请人（签字）", FieldKind.SIGNATURE),
        ("村委会（盖章）", FieldKind.SIGNATURE),
        ("备注", FieldKind.TEXT),
    ],
)
def test_a_label_tells_the_kind_of_its_field(label: str, kind: FieldKind) -> None:
    assert words.kind_of(label) is kind


def test_a_choice_is_one_unless_the_paper_says_several_and_doubt_is_told() -> None:
    assert words.choice_kind("困难原因（可多选）", ("因病", "因学", "因灾")) == (
        FieldKind.MULTICHOICE,
        True,
    )
    assert words.choice_kind("是否低保", ("是", "否")) == (FieldKind.CHOICE, True)
    assert words.choice_kind("所附材料", ("身份证", "户口簿", "照片")) == (
        FieldKind.MULTICHOICE,
        False,
    )


# -- what cannot be drafted -----------------------------------------------------------------------


def test_a_page_with_nothing_to_fill_in_is_told() -> None:
    white = cv2.imencode(".png", np.full((1400, 990, 3), 250, np.uint8))[1].tobytes()
    with pytest.raises(NoFieldsFound, match=r"leaflet\.png"):
        draft_item(white, "leaflet.png", Blind(), code="MZ-950", today=date(2026, 1, 1))


def test_a_broken_pdf_and_one_of_many_pages_are_told() -> None:
    with pytest.raises(FormUnreadable, match=r"form\.pdf"):
        open_blank(b"%PDF-1.7 and no more", "form.pdf")
    with pytest.raises(FormTooLong, match="13 pages"):
        open_blank(paper(13), "book.pdf")


def test_an_item_whose_paper_does_not_fit_its_form_is_refused(item: ServiceItem) -> None:
    assert item_flaws(item) == ()
    assert item.paper is not None
    choice = next(field for field in item.fields if field.options)
    fewer = tuple(
        replace(field, options=field.options[:-1]) if field is choice else field
        for field in item.fields
    )
    assert any("squares" in flaw.en for flaw in item_flaws(replace(item, fields=fewer)))
    lost = replace(item, fields=tuple(f for f in item.fields if f.id != "id_number"))
    assert any("id_number" in flaw.en for flaw in item_flaws(lost))
