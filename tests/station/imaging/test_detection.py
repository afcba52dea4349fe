"""Where the sheet is, and whether the program may be sure of it. Every scene is drawn here."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from station.imaging.detection import Find, find_page, find_pages
from station.imaging.geometry import Quad
from station.imaging.mat import Mat
from station.imaging.picture import Picture, open_picture
from tests.helpers.scenes import (
    Light,
    Scene,
    desk_scene,
    draw_mat,
    draw_sheet,
    hard_scene,
    photograph,
    place,
)

SHAPE = (1000, 750)


def find(scene: Scene, mat: Mat | None = None) -> tuple[Find, float]:
    found = find_page(open_picture(scene.jpeg()), mat)
    truth = Quad.exactly(scene.corners)
    return found, found.quad.iou(truth) if found.quad is not None else 0.0


def on_mat(mat: str, sheet: str = "form", seed: int = 1, light: Light | None = None) -> Scene:
    rng = np.random.default_rng(seed)
    paper = draw_sheet(sheet, rng, 1200)
    corners = place(SHAPE, paper.shape[0] / paper.shape[1], rng, tilt=0.04, fill=(0.75, 0.9))
    rounded = 0.06 if sheet == "card" else 0.0
    ground = draw_mat(mat, rng, SHAPE)
    return photograph(paper, ground, corners, rng, light or Light(), rounded=rounded)


@pytest.mark.parametrize("mat", ["plain", "wood", "tiles", "cloth", "marble"])
@pytest.mark.parametrize("sheet", ["form", "card", "receipt"])
def test_a_sheet_on_a_usual_ground_is_found_to_the_pixel(mat: str, sheet: str) -> None:
    _, overlap = find(on_mat(mat, sheet))
    assert overlap > 0.97


def test_on_a_cutting_mat_the_program_is_sure() -> None:
    for seed in range(4):
        found, overlap = find(on_mat("plain", seed=seed))
        assert overlap > 0.98
        assert found.sure


def test_over_many_desks_it_is_right_mostly_and_never_sure_and_wrong() -> None:
    overlaps, wrongly_sure = [], []
    for seed in range(7_000, 7_040):
        scene = hard_scene(seed, SHAPE) if seed % 4 == 3 else desk_scene(seed, SHAPE)
        found, overlap = find(scene)
        overlaps.append(overlap)
        if found.sure and overlap < 0.8:
            wrongly_sure.append((seed, round(overlap, 2)))
    assert wrongly_sure == []
    assert np.mean(overlaps) > 0.88
    assert np.mean(np.array(overlaps) > 0.95) > 0.75


def test_the_photograph_on_a_card_is_not_taken_for_the_sheet() -> None:
    """A pale card on a pale table: the strongest outline is that of the portrait printed on it."""
    found, overlap = find(desk_scene(7_026, SHAPE))
    assert not found.sure or overlap >= 0.8


def test_the_printed_border_of_a_certificate_is_not_surely_the_sheet() -> None:
    for seed in (20_080, 20_339, 30_049):  # its paper is as white as the table
        scene = hard_scene(seed, SHAPE) if seed >= 30_000 else desk_scene(seed, SHAPE)
        found, overlap = find(scene)
        assert not found.sure or overlap > 0.9


def test_a_sleeve_with_a_sheet_in_it_is_not_surely_the_sheet() -> None:
    rng = np.random.default_rng(4)
    ground = draw_mat("plain", rng, SHAPE)
    sleeve = np.array([[110, 120], [640, 130], [630, 880], [100, 870]], np.float32)
    cv2.fillConvexPoly(ground, sleeve.astype(np.int32), (120, 118, 116))
    inner = sleeve.mean(axis=0) + (sleeve - sleeve.mean(axis=0)) * 0.7
    scene = photograph(draw_sheet("form", rng, 1200), ground, inner, rng, Light(0, 0))
    found, overlap = find(scene)
    assert overlap > 0.9 or not found.sure


def test_a_picture_of_no_sheet_is_not_sure_of_anything() -> None:
    rng = np.random.default_rng(3)
    for mat in ("wood", "cloth", "marble", "plain"):
        ground = draw_mat(mat, rng, SHAPE).astype(np.float32)
        noisy = np.clip(ground + rng.normal(0, 3, ground.shape), 0, 255).astype(np.uint8)
        found = find_page(picture_of(noisy))
        assert not found.sure, mat


def test_a_single_colour_is_no_sheet_and_no_crash() -> None:
    for value in (0, 90, 255):
        found = find_page(picture_of(np.full((300, 400, 3), value, np.uint8)))
        assert found.quad is None


def picture_of(pixels: np.ndarray) -> Picture:
    return Picture(pixels, 1, None)


def test_of_two_sheets_that_are_as_good_as_each_other_it_asks_which() -> None:
    rng = np.random.default_rng(5)
    ground = draw_mat("plain", rng, SHAPE)
    for top in (70, 560):
        card = draw_sheet("card", np.random.default_rng(1), 600)
        corners = np.float32([[110, top], [640, top + 6], [634, top + 340], [106, top + 334]])
        ground = photograph(card, ground, corners, rng, Light(0, 0), rounded=0.06).picture
    assert not find_page(picture_of(ground)).sure
    both = find_pages(picture_of(ground))
    assert [found.sure for found in both] == [True, True]


# -- scans ----------------------------------------------------------------------------------------


def scan_of(page: np.ndarray, dpi: float | None = 300.0) -> Picture:
    return Picture(page, 1, dpi)


def test_a_scan_is_the_page_and_its_table_is_not_mistaken_for_the_sheet() -> None:
    rng = np.random.default_rng(5)
    page = draw_sheet("form", rng, 1200)
    page[(page > 200).all(axis=2)] = 255
    found = find_page(scan_of(page, None))
    assert found.fills_picture and found.sure
    assert found.quad is None


def test_a_card_alone_on_the_scanners_glass_is_cut_out() -> None:
    rng = np.random.default_rng(6)
    glass = np.full((1400, 1000, 3), 253, np.uint8)
    card = cv2.resize(draw_sheet("card", rng, 400), (600, 378))
    card = (card * 0.9).astype(np.uint8)
    glass[300:678, 150:750] = card
    found = find_page(scan_of(glass))
    assert found.quad is not None
    assert found.quad.iou(Quad.exactly([(150, 300), (750, 300), (750, 678), (150, 678)])) > 0.97


# -- the mat that was learned ---------------------------------------------------------------------


def test_knowing_the_empty_mat_makes_every_outline_exact() -> None:
    rng = np.random.default_rng(8)
    bare = draw_mat("cloth", rng, SHAPE)
    mat = Mat.learned(bare)
    overlaps = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        paper = draw_sheet(["form", "card", "receipt", "letter"][seed % 4], rng, 1200)
        corners = place(SHAPE, paper.shape[0] / paper.shape[1], rng, tilt=0.03, fill=(0.5, 0.9))
        light = Light(shade=0, slope=0, shadow=0, noise=3)
        overlaps.append(find(photograph(paper, bare, corners, rng, light), mat)[1])
    assert np.mean(overlaps) > 0.985
    assert min(overlaps) > 0.97


def test_a_shadow_is_not_foreign_to_the_mat_but_a_hand_and_paper_are() -> None:
    bare = np.full((360, 480, 3), (80, 110, 70), np.uint8)
    mat = Mat.learned(bare)
    seen = bare.copy()
    seen[:, :160] = (seen[:, :160] * 0.6).astype(np.uint8)
    seen[:, 320:] = (240, 242, 243)
    seen[100:200, 200:300] = (120, 150, 205)
    foreign = mat.foreign(seen)
    assert foreign[:, 10:150].max() < 2, "shadow"
    assert foreign[:, 330:].min() > 8, "paper"
    assert foreign[110:190, 210:290].min() > 4, "hand"
    assert mat.is_empty(bare)
    assert mat.is_empty((bare * 0.7).astype(np.uint8)), "the light was turned down"
    assert not mat.is_empty(seen)


def test_a_mat_survives_being_kept_in_the_settings() -> None:
    mat = Mat.learned(draw_mat("wood", np.random.default_rng(1), (600, 800)))
    again = Mat.from_png(mat.png(), 0.5)
    np.testing.assert_array_equal(again.picture, mat.picture)
    with pytest.raises(ValueError):
        Mat.from_png(b"\x89PNG nothing")


def test_a_sheet_of_known_size_gives_the_mat_its_scale() -> None:
    from station.imaging.rectify import A4

    mat = Mat.learned(np.full((900, 1200, 3), 80, np.uint8))
    a4 = Quad.exactly([(100, 100), (520, 100), (520, 694), (100, 694)])
    scaled = mat.measured(a4, A4, (1200, 900))
    card = Quad.exactly([(600, 200), (771, 200), (771, 308), (600, 308)])
    size = scaled.size_mm(card, (1200, 900))
    assert size is not None
    assert size[0] == pytest.approx(85.5, abs=0.5)
    assert size[1] == pytest.approx(54, abs=0.5)
