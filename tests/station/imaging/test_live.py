"""The live view: the outline in each frame, and the rule that takes the picture by itself."""

from __future__ import annotations

import cv2
import numpy as np

from station.imaging.digest import Digest
from station.imaging.geometry import Quad
from station.imaging.live import (
    LiveFind,
    Moment,
    Stillness,
    StillnessRule,
    detect_live,
)
from station.imaging.mat import Mat
from tests.helpers.scenes import Light, Scene, draw_mat, draw_sheet, photograph

FRAME = (1080, 1920)


def frame(seed: int = 1, shift: float = 0.0, sheet: int = 1, blur: float = 0.0) -> Scene:
    """An A4 sheet lying across under the camera; ``sheet`` says which, ``shift`` moves it."""
    paper = draw_sheet("form", np.random.default_rng(sheet), 1200)
    rng = np.random.default_rng(seed)
    corners = np.array([[620, 80], [1290, 95], [1300, 1010], [600, 1000]], np.float32) + shift
    mat = np.full((*FRAME, 3), (60, 90, 55), np.uint8)
    return photograph(paper, mat, corners, rng, Light(noise=3, blur=blur))


def test_the_outline_is_found_in_a_frame_and_followed_to_the_next() -> None:
    first = frame()
    found = detect_live(first.picture)
    assert found.quad is not None
    assert found.quad.iou(Quad.exactly(first.corners)) > 0.96
    moved = frame(seed=2, shift=6.0)
    followed = detect_live(moved.picture, previous=found)
    assert followed.quad is not None
    assert followed.quad.iou(Quad.exactly(moved.corners)) > 0.96


def test_a_sheet_that_is_taken_away_is_not_followed() -> None:
    found = detect_live(frame().picture)
    bare = np.full((*FRAME, 3), (60, 90, 55), np.uint8)
    assert not detect_live(bare, previous=found).sure


def test_the_empty_mat_is_recognised_once_it_was_learned() -> None:
    bare = draw_mat("wood", np.random.default_rng(3), FRAME)
    mat = Mat.learned(bare)
    assert detect_live((bare * 0.8).astype(np.uint8), mat).empty
    assert not detect_live(frame().picture, mat).empty


def test_a_sharp_frame_is_sharper_than_a_blurred_one() -> None:
    assert (
        detect_live(frame().picture).sharpness > 1.5 * detect_live(frame(blur=3).picture).sharpness
    )


def test_a_sheet_is_known_again_by_its_face_and_another_is_not() -> None:
    one, again, other = (
        detect_live(frame(seed, shift, sheet).picture).face
        for seed, shift, sheet in ((1, 0, 1), (2, 9, 1), (3, 0, 2))
    )
    assert one is not None and again is not None and other is not None
    assert one.same_sheet(again, live=True)
    assert not one.same_sheet(other, live=True)


# -- the rule; time is an argument ----------------------------------------------------------------

HERE = Quad.exactly([(100, 100), (500, 100), (500, 700), (100, 700)])
EMPTY = LiveFind(None, 0, 0, empty=True, frame_size=(1920, 1080))
HAND = LiveFind(None, 0.1, 0, frame_size=(1920, 1080))


def seen(sheet: int = 1, shift: float = 0.0, sharpness: float = 10.0) -> LiveFind:
    face = Digest(np.random.default_rng(sheet).bytes(64 * 48), lying=False)
    quad = Quad.exactly(HERE.array + shift)
    return LiveFind(quad, 1.0, sharpness, face, frame_size=(1920, 1080))


def watched(*finds: LiveFind, start: Stillness | None = None, every: float = 0.1) -> list[Moment]:
    """What the rule says to frames that come ten times a second."""
    state = start or Stillness()
    moments = []
    for number, find in enumerate(finds):
        state = state.after(find, number * every)
        moments.append(state.moment)
    return moments


def test_a_still_sheet_is_taken_once_after_seven_tenths_of_a_second() -> None:
    moments = watched(*[seen()] * 20)
    assert moments.index(Moment.TAKE) == 7
    assert moments.count(Moment.TAKE) == 1
    assert set(moments[8:]) == {Moment.TAKEN}
    assert set(moments[1:7]) == {Moment.SETTLING}


def test_an_outline_is_drawn_when_two_frames_running_show_one() -> None:
    flash = Stillness().after(HAND, 0.0).after(seen(), 0.1)
    assert flash.outline is None, "light on an empty mat"
    assert flash.moment is Moment.EMPTY
    assert flash.after(HAND, 0.2).after(seen(), 0.3).outline is None
    moving = flash.after(seen(shift=60.0), 0.2)
    assert moving.outline == seen(shift=60.0).quad, "also while it is being moved"
    assert moving.moment is Moment.MOVING


def test_a_moving_sheet_is_not_taken() -> None:
    assert Moment.TAKE not in watched(*[seen(shift=60.0 * n) for n in range(20)])


def test_three_frames_are_needed_however_slow_the_camera() -> None:
    moments = watched(*[seen()] * 4, every=1.0)
    assert moments.index(Moment.TAKE) == 2


def test_it_waits_until_the_focus_has_settled_but_not_for_ever() -> None:
    hunting = [seen(sharpness=20)] + [seen(sharpness=5)] * 15 + [seen(sharpness=19)] * 2
    moments = watched(*hunting)
    assert moments.index(Moment.TAKE) == 16
    never_sharp = watched(seen(sharpness=20), *[seen(sharpness=5)] * 40)
    assert never_sharp.index(Moment.TAKE) == 25


def test_the_same_sheet_is_not_taken_twice_though_a_hand_passed_over_it() -> None:
    moments = watched(*[seen()] * 10, *[HAND] * 5, *[seen(shift=30)] * 15)
    assert moments.count(Moment.TAKE) == 1
    assert moments[-1] is Moment.TAKEN


def test_the_next_sheet_is_taken_without_the_mat_being_seen() -> None:
    moments = watched(*[seen(1)] * 10, *[HAND] * 3, *[seen(2)] * 12)
    assert moments.count(Moment.TAKE) == 2


def test_a_second_copy_is_taken_after_the_mat_was_seen_empty() -> None:
    moments = watched(*[seen()] * 10, EMPTY, *[seen()] * 10)
    assert moments.count(Moment.TAKE) == 2


def test_what_the_person_took_by_hand_is_not_taken_again() -> None:
    state = Stillness().after(seen(), 0.0).taken_by_hand()
    assert Moment.TAKE not in watched(*[seen()] * 15, start=state)


def test_an_unsure_outline_is_never_taken_by_itself() -> None:
    unsure = LiveFind(HERE, 0.2, 10, seen().face, frame_size=(1920, 1080))
    assert Moment.TAKE not in watched(*[unsure] * 30)


def test_the_ring_round_the_shutter_fills_while_it_settles() -> None:
    state = Stillness(StillnessRule(seconds=1.0))
    progress = []
    for number in range(6):
        state = state.after(seen(), number * 0.1)
        progress.append(state.progress)
    assert progress == sorted(progress)
    assert 0.4 < progress[-1] < 0.6


def test_a_frame_of_any_size_is_looked_at() -> None:
    for height, width in ((480, 640), (2160, 3840)):
        small = cv2.resize(frame().picture, (width, height), interpolation=cv2.INTER_AREA)
        assert detect_live(small).quad is not None
