"""Handwritten signatures: kept as written, bound to what was shown, drawn as lines."""

from __future__ import annotations

import hashlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.handwriting import (
    Ink,
    Point,
    Stroke,
    bind,
    operators,
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


@given(inks)
@settings(max_examples=40, deadline=None)
def test_any_ink_at_all_can_be_drawn(ink: Ink) -> None:
    assert all(math.isfinite(x) and math.isfinite(y) for shape in outlines(ink) for x, y in shape)
    assert operators(ink).endswith((b"f\n", b"n\n"))


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
    drawn = operators(synthetic_ink(1))
    words = drawn.split()
    assert words.count(b"l") > 200 and words[-1] == b"f"
    assert b"Do" not in words, "no picture"
    assert len(drawn) < 120_000


def test_ink_that_is_no_more_than_a_dot_is_known_by_its_length() -> None:
    dot = Ink((Stroke((Point(10, 10, 0),)),), 100, 50)
    assert dot.length_mm == 0
    assert len(outlines(dot)) == 1
    assert Ink((), 100, 50).extent_mm == (0, 0, 0, 0)
