"""The form's layout: every field has its place, and no two share one."""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.__main__ import main
from station.domain.items import FieldKind, FormField, Option, ServiceItem
from station.forms.layout import (
    BOTTOM,
    FIDUCIAL_RINGS,
    LEFT,
    PAGE_MM,
    RIGHT,
    SIGN_DATE,
    SIGNATURE,
    TOP,
    Box,
    FormLayout,
    layout,
)
from tests.helpers.paperwork import catalogue

ITEMS = catalogue().items
KINDS = {kind.value for kind in FieldKind}


def overlap(a: Box, b: Box) -> bool:
    slack = 0.01
    return (
        a[0] < b[0] + b[2] - slack
        and b[0] < a[0] + a[2] - slack
        and a[1] < b[1] + b[3] - slack
        and b[1] < a[1] + a[3] - slack
    )


def inside(inner: Box, outer: Box) -> bool:
    slack = 0.01
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[0] + inner[2] <= outer[0] + outer[2] + slack
        and inner[1] + inner[3] <= outer[1] + outer[3] + slack
    )


def occupied(plan: FormLayout) -> list[tuple[int, Box]]:
    places = [(one.page, box) for one in plan.fields for box in (one.label_mm, one.cell_mm)]
    places += [(bar.page, bar.box_mm) for bar in plan.groups]
    return places + ([(1, plan.photo_mm)] if plan.photo_mm else [])


def hold(plan: FormLayout, item: ServiceItem) -> None:
    """What must be true of every layout."""
    assert [one.id for one in plan.fields] == [*(f.id for f in item.fields), SIGNATURE, SIGN_DATE]
    table: Box = (LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)
    for (page, box), (other_page, other) in itertools.combinations(occupied(plan), 2):
        assert page != other_page or not overlap(box, other), (box, other)
    for one in plan.fields:
        assert inside(one.cell_mm, table), one.id
        assert inside(one.box_mm, one.cell_mm), one.id
        assert min(one.box_mm[2:]) > 3.0, one.id
        assert 1 <= one.page <= plan.pages
        for option in one.options:
            assert inside(option.box_mm, one.cell_mm), (one.id, option.label)
        for a, b in itertools.combinations(one.options, 2):
            assert not overlap(a.box_mm, b.box_mm)
    for mark in (*plan.fiducials_mm, plan.qr_mm):
        assert inside(mark, (0.0, 0.0, *PAGE_MM))
        assert not any(overlap(mark, box) for _, box in occupied(plan))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_the_form_of_every_item_holds_together_on_one_page(item: ServiceItem) -> None:
    plan = layout(item)
    hold(plan, item)
    assert plan.pages == 1


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_the_same_version_is_always_laid_out_the_same(item: ServiceItem) -> None:
    assert layout(item) == layout(replace(item))


_KINDS = st.sampled_from([kind for kind in FieldKind if kind is not FieldKind.SIGNATURE])
_LABELS = st.text("姓名身份证号码联系电话户籍地址申请事由", min_size=1, max_size=9)


@st.composite
def _fields(draw: st.DrawFn) -> tuple[FormField, ...]:
    count = draw(st.integers(1, 60))
    found = []
    for n in range(count):
        kind = draw(_KINDS)
        choice = kind in (FieldKind.CHOICE, FieldKind.MULTICHOICE)
        labels = draw(st.lists(_LABELS, min_size=2, max_size=8)) if choice else []
        found.append(
            FormField(
                id=f"f{n}",
                label=draw(_LABELS),
                kind=kind,
                options=tuple(Option(str(k), label) for k, label in enumerate(labels)),
                width=1.0 if choice else draw(st.sampled_from([1.0, 0.6, 0.5, 0.4, 0.34])),
                lines=draw(st.integers(1, 6)),
                unit=draw(st.sampled_from(["", "元/月", "平方米"])),
                group=draw(st.sampled_from(["甲", "乙"])),
            )
        )
    return tuple(found)


@given(_fields())
def test_whatever_an_author_writes_nothing_lies_over_anything_else(
    fields: tuple[FormField, ...],
) -> None:
    item = replace(catalogue().item("NY-002"), fields=fields)
    hold(layout(item), item)


def test_a_long_form_goes_on_to_further_pages_that_say_which_they_are() -> None:
    item = catalogue().item("MZ-001")
    many = tuple(
        replace(item.fields[-1], id=f"f{n}", label=f"第{n}项", lines=4, group="") for n in range(20)
    )
    plan = layout(replace(item, fields=many))
    assert plan.pages > 2
    assert plan.qr_text(1) == "YZFORM:MZ-001;v=1"
    assert plan.qr_text(2) == "YZFORM:MZ-001;v=1;p=2"
    assert plan.placed(SIGNATURE).page == plan.pages, "one signs at the end"


def test_the_squares_cannot_be_mistaken_for_a_qr_codes_finders() -> None:
    edges = [0.0, *((1 - ring) / 2 for ring in FIDUCIAL_RINGS[1:])]
    half = [b - a for a, b in itertools.pairwise([*edges, 0.5])]
    bars = [*half[:-1], half[-1] * 2, *reversed(half[:-1])]
    assert [round(bar * 7, 3) for bar in bars] == [1.0] * 7


def test_an_item_with_a_portrait_leaves_room_for_it_beside_the_first_rows() -> None:
    plan = layout(catalogue().item("NY-002"))
    assert plan.photo_mm is not None
    assert plan.photo_mm[3] >= 42.0
    assert layout(catalogue().item("MZ-001")).photo_mm is None, "only where everybody needs one"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["station", *words])
    return main()


def test_the_command_prints_what_outside_readers_rely_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "form", "layout", "--item", "CL-001", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["item"], told["version"], told["page_mm"]) == ("CL-001", 1, [210.0, 297.0])
    assert told["pages"] == 1
    for field in told["fields"]:
        assert {"id", "label", "kind", "page", "box_mm", "options"} <= field.keys()
        assert field["kind"] in KINDS
        assert len(field["box_mm"]) == 4
        assert (field["kind"] in ("choice", "multichoice")) == bool(field["options"])
        for option in field["options"]:
            assert option.keys() == {"value", "label", "box_mm"}
    kinds = {field["id"]: field["kind"] for field in told["fields"]}
    assert kinds["signature"] == "signature"
    assert kinds["id_number"] == "id_number"


def test_without_json_the_command_prints_a_table_for_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "form", "layout", "--item", "MZ-001") == 0
    told = capsys.readouterr().out
    assert "高龄老人生活补贴认证表" in told
    assert "申请人签名" in told


def test_an_unknown_item_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "form", "layout", "--item", "ZZ-001") == 2
    assert "ZZ-001" in capsys.readouterr().err
