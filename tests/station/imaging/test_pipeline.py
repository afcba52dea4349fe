"""From a photograph to a finished page, and the same page again from what was kept."""

from __future__ import annotations

import io
import json

import cv2
import numpy as np
import pytest
from PIL import Image

from station.imaging.clean import light_on
from station.imaging.composition import cards_on_a4
from station.imaging.digest import Digest, Seen, digest_of
from station.imaging.geometry import Quad
from station.imaging.judge import SAID, Notice
from station.imaging.pipeline import PageKind, PageParameters, PagePipeline
from station.imaging.profiles import Finish
from tests.helpers.scenes import Light, Scene, draw_mat, draw_sheet, photograph, place


@pytest.fixture(scope="module")
def pipeline() -> PagePipeline:
    with PagePipeline() as made:
        yield made


def scene(sheet: str = "form", seed: int = 2, light: Light | None = None, **where: object) -> Scene:
    rng = np.random.default_rng(seed)
    paper = draw_sheet(sheet, rng, 1500)
    shape = (1600, 1200)
    options = {"tilt": 0.03, "fill": (0.85, 0.93)} | where
    corners = place(shape, paper.shape[0] / paper.shape[1], rng, **options)  # type: ignore[arg-type]
    rounded = 0.06 if sheet == "card" else 0.0
    ground = draw_mat("plain", rng, shape)
    return photograph(paper, ground, corners, rng, light or Light(), rounded=rounded)


def pixels(data: bytes) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded


def test_a_photographed_form_becomes_an_a4_page_of_true_size(pipeline: PagePipeline) -> None:
    result = pipeline.process(scene().jpeg())
    assert result.kind is PageKind.PAGE
    assert result.quad_sure
    page = result.page
    assert page.height / page.width == pytest.approx(2**0.5, rel=0.002)
    with Image.open(io.BytesIO(page.jpeg)) as opened:
        assert opened.size == (page.width, page.height)
        assert opened.info["dpi"][0] == pytest.approx(page.dpi, abs=0.6)
    assert page.height / page.dpi * 25.4 == pytest.approx(297, abs=2)
    assert set(result.ms) == {"decode", "detect", "warp", "enhance", "encode", "total"}


def test_the_page_is_laid_flat(pipeline: PagePipeline) -> None:
    rng = np.random.default_rng(2)
    flat = draw_sheet("form", rng, 1500)
    result = pipeline.process(scene().jpeg())
    page = pixels(result.page.jpeg)
    wanted = cv2.resize(flat, (300, 424), interpolation=cv2.INTER_AREA)
    got = cv2.resize(page, (300, 424), interpolation=cv2.INTER_AREA)
    a, b = (cv2.cvtColor(p, cv2.COLOR_BGR2GRAY).astype(float).ravel() for p in (wanted, got))
    assert np.corrcoef(a, b)[0, 1] > 0.85


def test_uneven_light_goes_and_the_red_seal_stays_red(pipeline: PagePipeline) -> None:
    rng = np.random.default_rng(4)
    paper = np.full((1500, 1061, 3), 245, np.uint8)
    cv2.circle(paper, (760, 1150), 130, (45, 40, 210), 26)
    cv2.putText(paper, "blue ink", (150, 400), 0, 3, (150, 60, 30), 8)
    shape = (1600, 1200)
    corners = place(shape, 2**0.5, rng, tilt=0.01, fill=(0.9, 0.92))
    light = Light(shade=0.4, slope=0.5, shadow=0.3, noise=2)
    shot = photograph(paper, draw_mat("plain", rng, shape), corners, rng, light)
    page = pixels(pipeline.process(shot.jpeg()).page.jpeg)
    small = cv2.resize(page, (424, 600), interpolation=cv2.INTER_AREA).astype(int)
    margin = np.concatenate([small[15:60, 20:400], small[540:580, 20:400]]).reshape(-1, 3)
    assert margin.mean() > 238, "paper is white all over"
    assert margin.std() < 6
    blue, green, red = small[410:512, 250:360].reshape(-1, 3).T
    seal = red - green > 60
    assert seal.mean() > 0.1
    assert (red[seal] - blue[seal]).mean() > 80
    blue, green, red = small[110:165, 60:300].reshape(-1, 3).T
    assert ((blue - red) > 30).mean() > 0.02, "blue ink is still blue"


def test_a_card_is_recognised_and_keeps_its_own_colours(pipeline: PagePipeline) -> None:
    result = pipeline.process(scene("card", fill=(0.6, 0.8)).jpeg())
    assert result.kind is PageKind.CARD
    assert result.parameters.profile == "id_card"
    assert result.page.width / result.page.height == pytest.approx(85.6 / 53.98, rel=0.01)


def test_a_phone_held_sideways_gives_the_same_page(pipeline: PagePipeline) -> None:
    shot = scene()
    upright = pipeline.process(shot.jpeg())
    turned = cv2.rotate(shot.picture, cv2.ROTATE_90_COUNTERCLOCKWISE)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(turned[..., ::-1]).save(out, "JPEG", quality=90, exif=exif)
    sideways = pipeline.process(out.getvalue())
    assert sideways.source_size == upright.source_size
    assert sideways.quad is not None and upright.quad is not None
    assert sideways.quad.iou(upright.quad) > 0.995
    assert sideways.digest.same_sheet(upright.digest)


# -- kept as data ---------------------------------------------------------------------------------


def test_the_page_can_be_made_again_from_original_and_parameters(pipeline: PagePipeline) -> None:
    data = scene().jpeg()
    result = pipeline.process(data)
    kept = json.loads(json.dumps(result.parameters.as_json()))
    again = pipeline.render(data, PageParameters.from_json(kept))
    assert again.jpeg == result.page.jpeg


def test_corners_set_by_hand_and_a_quarter_turn_are_obeyed(pipeline: PagePipeline) -> None:
    shot = scene()
    data = shot.jpeg()
    quad = Quad.exactly(shot.corners)
    straight = pipeline.render(data, PageParameters(quad=quad))
    turned = pipeline.render(data, PageParameters(quad=quad, quarter_turns=1))
    assert (turned.width, turned.height) == (straight.height, straight.width)
    a = cv2.rotate(pixels(straight.jpeg), cv2.ROTATE_90_CLOCKWISE).astype(int)
    assert np.abs(a - pixels(turned.jpeg)).mean() < 4
    back = pipeline.render(data, PageParameters(quad=quad, quarter_turns=4))
    assert (back.width, back.height) == (straight.width, straight.height)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_whole_picture_is_turned_the_same_way(pipeline: PagePipeline, turns: int) -> None:
    shot = scene()
    page = pipeline.render(
        shot.jpeg(98), PageParameters(quarter_turns=turns, finish=Finish.NATURAL)
    )
    wanted = np.rot90(shot.picture, -turns).astype(int)
    assert pixels(page.jpeg).shape == wanted.shape
    assert np.abs(pixels(page.jpeg) - wanted).mean() < 4


def test_black_and_white_is_refused_where_colour_carries_meaning(pipeline: PagePipeline) -> None:
    white = np.full((800, 600, 3), 250, np.uint8)
    cv2.putText(white, "plain text", (60, 300), 0, 2, (20, 20, 20), 5)
    sealed = white.copy()
    cv2.circle(sealed, (420, 600), 70, (50, 40, 210), 12)

    def grey_levels(page: np.ndarray) -> int:
        _, data = cv2.imencode(".png", page)
        wanted = PageParameters(finish=Finish.BLACK_WHITE)
        seen = pixels(pipeline.render(data.tobytes(), wanted).jpeg)
        return int((np.ptp(seen, axis=2) > 60).sum())

    assert grey_levels(white) == 0
    assert grey_levels(sealed) > 1000, "the seal keeps its colour"


@pytest.mark.parametrize("height", [1808, 1809, 1817, 1823])
@pytest.mark.parametrize("colours", [1, 3])
def test_a_page_packed_on_two_cores_is_the_page_packed_on_one(height: int, colours: int) -> None:
    from station.imaging import encode

    page = draw_sheet("form", np.random.default_rng(4), height)
    page = page if colours == 3 else page[..., 0]
    data = encode.jpeg(page, dpi=300)
    assert page.shape[0] * page.shape[1] > encode.WORTH_TWO
    assert b"\xff\xd0" in data, "the mark between the halves"
    _, whole = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, encode.BEST_QUALITY])
    with Image.open(io.BytesIO(data)) as ours, Image.open(io.BytesIO(whole.tobytes())) as its:
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(its))
        assert ours.info["dpi"] == (300, 300)


def test_a_page_keeps_to_its_budget(pipeline: PagePipeline) -> None:
    from station.imaging import encode

    noise = np.random.default_rng(1).integers(0, 255, (1200, 900, 3)).astype(np.uint8)
    free = encode.jpeg(noise)
    tight = encode.jpeg(noise, budget=len(free) // 2)
    assert len(tight) < len(free) * 0.75


# -- what is said about a page --------------------------------------------------------------------


def test_a_good_page_is_taken_without_a_word(pipeline: PagePipeline) -> None:
    assert pipeline.process(scene().jpeg()).notices == ()


@pytest.mark.parametrize(
    ("light", "notice"),
    [
        (Light(blur=6), Notice.BLURRED),
        (Light(exposure=0.12, noise=1), Notice.DARK),
        (Light(exposure=0.75, glare=1.6), Notice.GLARE),
        (Light(hand=True), Notice.FINGER),
    ],
)
def test_what_is_wrong_is_said_while_the_villager_is_there(
    pipeline: PagePipeline, light: Light, notice: Notice
) -> None:
    notices = pipeline.process(scene(light=light).jpeg()).notices
    assert notice in notices
    assert len(notices) == 1, "one fault, one sentence"


def test_a_sheet_that_the_frame_cuts_is_told(pipeline: PagePipeline) -> None:
    shot = scene()
    cut = shot.picture[:, int(shot.corners[:, 0].min()) + 60 :]
    _, data = cv2.imencode(".jpg", cut)
    result = pipeline.process(data.tobytes())
    assert Notice.CUT_OFF in result.notices or not result.quad_sure


def test_a_small_far_away_sheet_is_said_to_be_too_small(pipeline: PagePipeline) -> None:
    result = pipeline.process(scene(fill=(0.4, 0.42)).jpeg())
    assert Notice.LOW_RESOLUTION in result.notices


def test_an_empty_side_is_marked_and_kept(pipeline: PagePipeline) -> None:
    rng = np.random.default_rng(1)
    side = np.full((1650, 1275, 3), 247, np.uint8)
    side = np.clip(side + rng.normal(0, 1.5, side.shape), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(side).save(out, "JPEG", dpi=(150, 150))
    result = pipeline.process(out.getvalue())
    assert result.kind is PageKind.BLANK
    assert Notice.BLANK in result.notices
    assert result.skew_deg == 0
    assert (result.page.width, result.page.height) == (1275, 1650)


def test_a_few_faint_words_are_not_blank(pipeline: PagePipeline) -> None:
    side = np.full((1650, 1275, 3), 247, np.uint8)
    cv2.putText(side, "signed: li xiuying", (300, 800), 0, 1.6, (120, 110, 100), 3)
    _, data = cv2.imencode(".png", side)
    assert pipeline.process(data.tobytes()).kind is PageKind.PAGE


def test_a_crooked_scan_is_straightened(pipeline: PagePipeline) -> None:
    rng = np.random.default_rng(9)
    page = draw_sheet("letter", rng, 1600)
    page[(page > 190).all(axis=2)] = 255
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -4, 1)  # clockwise
    crooked = cv2.warpAffine(page, turn, (width, height), borderValue=(255, 255, 255))
    _, data = cv2.imencode(".png", crooked)
    result = pipeline.process(data.tobytes())
    assert result.quad is None and result.quad_sure
    assert result.skew_deg == pytest.approx(4, abs=0.3)
    again = pipeline.process(result.page.jpeg)
    assert abs(again.skew_deg) < 0.3


def test_every_notice_is_said_in_both_languages() -> None:
    assert set(SAID) == set(Notice)
    assert all(zh and en for zh, en in SAID.values())


# -- the same page twice --------------------------------------------------------------------------


def test_the_same_sheet_twice_is_noticed_and_two_filled_forms_are_not_the_same() -> None:
    def form(filled: int) -> np.ndarray:
        paper = draw_sheet("form", np.random.default_rng(20), 1500)
        writing = np.random.default_rng(filled)
        for row in range(6):
            y = 500 + 130 * row
            for _ in range(18):
                x = int(writing.integers(420, 900))
                cv2.line(
                    paper, (x, y), (x + 20, y + int(writing.integers(-30, 30))), (60, 30, 30), 5
                )
        return paper

    def shot(paper: np.ndarray, seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        shape = (1600, 1200)
        corners = place(shape, paper.shape[0] / paper.shape[1], rng, tilt=0.02, fill=(0.85, 0.9))
        return photograph(paper, draw_mat("plain", rng, shape), corners, rng, Light()).jpeg()

    with PagePipeline() as pipeline:
        first = pipeline.process(shot(form(1), 31)).digest
        again = pipeline.process(shot(form(1), 32)).digest
        other = pipeline.process(shot(form(2), 33)).digest
    assert first.same_sheet(again)
    assert not first.same_sheet(other)


def test_a_batch_knows_its_pages_again_among_many() -> None:
    rng = np.random.default_rng(3)
    pages = []
    for _ in range(12):
        page = np.full((1000, 707, 3), 240, np.uint8)
        for row in range(80, 900, 60):
            x = int(rng.integers(60, 300))
            cv2.putText(page, str(rng.integers(1e6)), (x, row), 0, 1.2, (30, 30, 30), 3)
        pages.append(digest_of(light_on(page)))
    seen = Seen()
    assert [seen.before(page) for page in pages] == [None] * 12
    assert seen.before(pages[7]) == 7
    assert seen.before(pages[4].on_its_head()) == 4, "fed in the other way round"
    assert Digest.of_text(pages[2].text()) == pages[2]
    assert Digest.of_text("from an older program") is None


# -- cards and several sheets ---------------------------------------------------------------------


def test_both_sides_of_a_card_lie_on_one_a4_at_true_size(pipeline: PagePipeline) -> None:
    side = pipeline.process(scene("card", fill=(0.6, 0.8)).jpeg()).page
    together = cards_on_a4([side, side])
    assert together.width / together.dpi * 25.4 == pytest.approx(210, abs=0.1)
    assert together.height / together.dpi * 25.4 == pytest.approx(297, abs=0.1)
    dark = pixels(together.jpeg).min(axis=2) < 245
    columns, rows = np.nonzero(dark.any(axis=0))[0], np.nonzero(dark.any(axis=1))[0]
    mm = 25.4 / together.dpi
    assert (columns[-1] - columns[0]) * mm == pytest.approx(85.6, abs=0.5)
    ends = np.nonzero(np.diff(rows) > 100)[0]
    assert len(ends) == 1, "two cards, one gap"
    assert (rows[ends[0]] - rows[0]) * mm == pytest.approx(53.98, abs=0.5)
    with pytest.raises(ValueError):
        cards_on_a4([side] * 4)


def test_two_cards_in_one_shot_become_two_pages(pipeline: PagePipeline) -> None:
    rng = np.random.default_rng(5)
    ground = draw_mat("plain", rng, (1600, 1200))
    for top in (120, 900):
        card = draw_sheet("card", rng, 600)
        corners = np.float32([[180, top], [1020, top + 9], [1012, top + 540], [176, top + 528]])
        ground = photograph(card, ground, corners, rng, Light(0, 0), rounded=0.06).picture
    done, data = cv2.imencode(".jpg", ground)
    assert done
    made = pipeline.process_several(data.tobytes())
    assert [result.kind for result in made] == [PageKind.CARD, PageKind.CARD]
    tops = [min(y for _, y in result.quad.corners) for result in made if result.quad]
    assert tops == pytest.approx([120, 900], abs=12)


def test_a_form_in_the_place_of_a_card_is_noticed(pipeline: PagePipeline) -> None:
    shot = scene().jpeg()
    assert Notice.WRONG_KIND in pipeline.process(shot, "id_card").notices
    card = scene("card", fill=(0.6, 0.8)).jpeg()
    assert Notice.WRONG_KIND in pipeline.process(card, "a4_form").notices
    assert Notice.WRONG_KIND not in pipeline.process(card, "id_card").notices
    receipt = scene("receipt", seed=4).jpeg()
    assert Notice.WRONG_KIND not in pipeline.process(receipt).notices, "nothing was asked for"
