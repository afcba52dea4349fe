"""Handwritten signatures: kept as written, bound to what was shown, drawn as lines."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from io import BytesIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Pdf
from reportlab.pdfgen.canvas import Canvas

from signing.handwriting import (
    BoundInk,
    Ink,
    InkDamaged,
    InkDrawing,
    Point,
    Stroke,
    bind,
    outlines,
    synthetic_ink,
)

SHOWN = hashlib.sha256(b"the form as it was shown").digest()
OTHER = hashlib.sha256(b"another form").digest()

points = st.builds(
    Point,
    x=st.floats(-50, 400, allow_nan=False),
    y=st.floats(-50, 400, allow_nan=False),
    t=st.integers(0, 600_000),
    pressure=st.floats(0, 1, allow_nan=False),
)
inks = st.builds(
    Ink,
    strokes=st.lists(
        st.builds(Stroke, st.lists(points, min_size=1, max_size=12).map(tuple)), max_size=6
    ).map(tuple),
    width_mm=st.floats(10, 300),
    height_mm=st.floats(10, 300),
)


def test_ink_matches_the_document_it_was_put_under_and_no_other() -> None:
    bound = bind(synthetic_ink(1), SHOWN)
    assert bound.matches(SHOWN)
    assert not bound.matches(OTHER)


def test_ink_moved_to_another_document_is_found() -> None:
    bound = bind(synthetic_ink(1), SHOWN)
    moved = replace(bound, shown_digest=OTHER)
    assert not moved.matches(OTHER)
    assert not bind(synthetic_ink(1), OTHER).matches(SHOWN)


def test_a_single_point_moved_by_a_hair_is_found() -> None:
    ink = synthetic_ink(1)
    first = ink.strokes[0].points[0]
    for touched in (
        replace(first, x=first.x + 0.001),
        replace(first, t=first.t + 1),
        replace(first, pressure=first.pressure + 0.001),
    ):
        strokes = (Stroke((touched, *ink.strokes[0].points[1:])), *ink.strokes[1:])
        assert not replace(bind(ink, SHOWN), ink=replace(ink, strokes=strokes)).matches(SHOWN)


def test_a_stroke_taken_away_or_split_is_found() -> None:
    ink = synthetic_ink(1)
    first, *rest = ink.strokes
    split = (Stroke(first.points[:3]), Stroke(first.points[3:]), *rest)
    for strokes in (tuple(rest), split, ink.strokes[::-1]):
        assert not replace(bind(ink, SHOWN), ink=replace(ink, strokes=strokes)).matches(SHOWN)


@given(inks)
@settings(max_examples=60, deadline=None)
def test_the_record_in_the_archive_gives_back_the_same_ink(ink: Ink) -> None:
    bound = bind(ink, SHOWN)
    again = BoundInk.from_json(bound.to_json())
    assert again.ink.canonical() == ink.canonical()
    assert again.matches(SHOWN)
    assert again.to_json() == bound.to_json()


@given(inks)
@settings(max_examples=40, deadline=None)
def test_any_ink_at_all_can_be_drawn(ink: Ink) -> None:
    assert all(math.isfinite(x) and math.isfinite(y) for shape in outlines(ink) for x, y in shape)
    canvas = Canvas(BytesIO())
    InkDrawing(ink).draw(canvas, 60, 30)
    canvas.save()


def test_a_damaged_record_is_named_and_never_a_traceback() -> None:
    text, chance = bind(synthetic_ink(2), SHOWN).to_json(), Random(5)
    for _ in range(300):
        place = chance.randrange(len(text))
        damaged = text[:place] + chance.choice('0-"[]{},x') + text[place + 1 :]
        try:
            BoundInk.from_json(damaged)
        except InkDamaged as error:
            assert error.sentence("zh")
    record = json.loads(text)
    for key, value in (
        ("format", "else/1"), ("pad_um", [1]), ("strokes", [[[1, 2, 3]]]), ("strokes", 7),
        ("strokes", [[[10**12, 0, 0, 0]]]), ("strokes", [[[0, 0, -5, 0]]]),
        ("shown_sha256", "zz"), ("binding_sha256", "00"),
    ):  # fmt: skip
        with pytest.raises(InkDamaged):
            BoundInk.from_json(json.dumps({**record, key: value}))
    for nothing in ("", "[]", "null", "[" * 100_000):
        with pytest.raises(InkDamaged):
            BoundInk.from_json(nothing)


def test_a_digest_that_is_none_is_not_bound() -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        bind(synthetic_ink(1), b"short")


def test_practice_ink_looks_like_somebody_wrote_it_and_is_the_same_for_the_same_seed() -> None:
    for seed in range(8):
        ink = synthetic_ink(seed, letters=3)
        left, top, right, bottom = ink.extent_mm
        assert -3 < left < right < ink.width_mm + 3 and -3 < top < bottom < ink.height_mm + 3
        assert 100 < ink.length_mm < 1500
        assert 1000 < ink.duration_ms < 20_000
        times = [point.t for stroke in ink.strokes for point in stroke.points]
        assert times == sorted(times)
        assert all(0 < p.pressure <= 1 for stroke in ink.strokes for p in stroke.points)
    assert synthetic_ink(3) == synthetic_ink(3) != synthetic_ink(4)


def test_a_firm_hand_draws_a_broader_line() -> None:
    def width(pressure: float) -> float:
        stroke = Stroke(tuple(Point(x, 10, x, pressure) for x in range(20)))
        ys = [y for shape in outlines(Ink((stroke,), 30, 20)) for _, y in shape]
        return max(ys) - min(ys)

    assert 0.2 < width(0.0) < width(0.5) < width(1.0) < 1.2


def test_ink_is_drawn_as_filled_shapes_of_a_few_kilobytes() -> None:
    page = BytesIO()
    canvas = Canvas(page, pagesize=(200, 100))
    InkDrawing(synthetic_ink(1)).draw(canvas, 60, 30)
    canvas.save()
    with Pdf.open(page) as document:
        drawn = document.pages[0].Contents.read_bytes()
    words = drawn.split()
    assert words.count(b"l") > 200 and b"f" in words and b"f*" not in words
    assert b"Do" not in words, "no picture"
    assert len(page.getvalue()) < 60_000


def test_ink_that_is_no_more_than_a_dot_is_known_by_its_length() -> None:
    dot = Ink((Stroke((Point(10, 10, 0),)),), 100, 50)
    assert dot.length_mm == 0
    assert len(outlines(dot)) == 1
    assert Ink((), 100, 50).extent_mm == (0, 0, 0, 0)
