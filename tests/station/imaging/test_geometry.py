"""Corners, overlaps, and the true shape of a sheet seen at an angle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.imaging.geometry import Quad
from station.imaging.rectify import A4, ID_1, aspect_of, recognised


def seen_by_a_camera(
    width: float, height: float, tilt: float, turn: float, roll: float, focal: float
) -> Quad:
    """A sheet as a pinhole camera sees it; angles in degrees, picture 4000 x 3000."""
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * (width, height)
    points = np.concatenate([corners, np.zeros((4, 1))], axis=1)
    a, b, c = np.deg2rad((tilt, turn, roll))
    around_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    around_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    around_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    turned = points @ (around_x @ around_y @ around_z).T + (0, 0, 2.2 * max(width, height))
    return Quad.exactly(turned[:, :2] / turned[:, 2:] * focal * 4000 + (2000, 1500))


@pytest.mark.parametrize(
    ("tilt", "turn", "roll"), [(0, 0, 0), (25, 0, 0), (20, 20, 5), (-30, 15, 12), (3, -2, 0)]
)
@pytest.mark.parametrize("focal", [0.8, 1.1])
def test_an_a4_sheet_is_known_by_its_true_shape_from_any_side(
    tilt: float, turn: float, roll: float, focal: float
) -> None:
    quad = seen_by_a_camera(210, 297, tilt, turn, roll, focal)
    aspect = aspect_of(quad, 4000, 3000)
    assert aspect == pytest.approx(210 / 297, rel=0.045)
    assert recognised(aspect, (A4, ID_1)) is A4


def test_an_id_card_is_not_taken_for_a_small_a4_sheet() -> None:
    quad = seen_by_a_camera(85.6, 53.98, 15, 10, 0, 1.0)
    assert recognised(aspect_of(quad, 4000, 3000), (A4, ID_1)) is ID_1


def test_a_receipt_has_no_standard_size() -> None:
    quad = seen_by_a_camera(80, 260, 10, 0, 0, 1.0)
    assert recognised(aspect_of(quad, 4000, 3000), (A4, ID_1)) is None


corner = st.tuples(st.floats(-40, 40), st.floats(-40, 40))


@given(st.permutations([(100.0, 120.0), (480.0, 90.0), (510.0, 700.0), (80.0, 660.0)]))
def test_corners_given_in_any_order_run_clockwise_from_the_top_left(
    points: list[tuple[float, float]],
) -> None:
    quad = Quad.of(points)
    assert quad.corners == ((100, 120), (480, 90), (510, 700), (80, 660))
    assert quad.area > 0 and quad.is_convex


@given(corner, corner, corner, corner)
def test_overlap_is_the_same_from_both_sides_and_never_above_one(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]
) -> None:
    one = Quad.of([(100 + a[0], 100 + a[1]), (300 + b[0], 100), (300, 400), (100 + c[0], 400)])
    two = Quad.of([(100, 100 + d[1]), (300, 100 + b[1]), (300 + d[0], 400), (100, 400 + c[1])])
    assert one.iou(two) == pytest.approx(two.iou(one), abs=1e-9)
    assert 0 <= one.iou(two) <= 1 + 1e-9
    assert one.iou(one) == pytest.approx(1)


def test_half_a_sheet_overlaps_by_half() -> None:
    whole, half = Quad.frame(200, 100), Quad.frame(100, 100)
    assert whole.iou(half) == pytest.approx(0.5)
    assert whole.iou(Quad.exactly([(300, 0), (400, 0), (400, 50), (300, 50)])) == 0


def test_a_tilted_sheet_tells_its_tilt_clockwise() -> None:
    angle = np.deg2rad(6)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert Quad.of(Quad.frame(210, 297).array @ turn).tilt_deg == pytest.approx(6)
