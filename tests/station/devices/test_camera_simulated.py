"""The training camera: papers lie where its picture shows them, and move as hands move them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from station.devices.camera import CameraBusy, CameraSilent
from station.devices.camera_simulated import SimulatedCamera
from station.devices.choices import CameraSettings
from station.devices.mat import Light, Lying, outline, picture
from station.devices.training_papers import Paper, paper_of_picture, papers_of


class Watch:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def camera(watch: Watch) -> SimulatedCamera:
    return SimulatedCamera(fps=0, live=(720, 540), sensor=(1440, 1080), clock=watch)


@pytest.fixture(scope="module")
def papers() -> dict[str, Paper]:
    return {paper.id.split(":")[0]: paper for paper in papers_of()}


def brightness(camera: SimulatedCamera) -> float:
    return float(camera.frame().bgr(4).mean())


def change(first: np.ndarray, second: np.ndarray) -> float:
    """Mean difference of two pictures in grey levels, the sensor's noise smoothed away."""
    return float(np.abs(cv2.blur(first, (5, 5)).astype(int) - cv2.blur(second, (5, 5))).mean())


def test_an_empty_mat_is_dark_and_a_paper_makes_it_bright(
    camera: SimulatedCamera, papers: dict[str, Paper]
) -> None:
    empty = brightness(camera)
    camera.lay(papers["form"], at_once=True)
    assert brightness(camera) > empty + 40
    camera.clear()
    assert brightness(camera) == pytest.approx(empty, abs=1)


def test_a_paper_is_pushed_into_place_and_then_lies_still(
    camera: SimulatedCamera, watch: Watch, papers: dict[str, Paper]
) -> None:
    camera.lay(papers["register-own"])
    pushed = []
    for _ in range(8):
        pushed.append(camera.frame().bgr())
        watch.now += 0.1
    assert change(pushed[0], pushed[3]) > 3, "it moves"
    still, later = camera.frame().bgr(), camera.frame().bgr()
    assert change(still, later) < 0.5, "it lies still"


def test_a_knock_shakes_the_picture_for_a_while(
    camera: SimulatedCamera, watch: Watch, papers: dict[str, Paper]
) -> None:
    camera.lay(papers["form"], at_once=True)
    before = camera.frame().bgr()
    camera.shake(1.0)
    assert change(before, camera.frame().bgr()) > 1
    watch.now += 2
    assert change(before, camera.frame().bgr()) < 0.5


def test_the_paper_lies_where_its_outline_says(papers: dict[str, Paper]) -> None:
    lying = Lying(papers["blank"], turn=8.0)
    seen = picture([lying], 720, 540, fine=True)
    inside = np.zeros(seen.shape[:2], np.uint8)
    cv2.fillPoly(inside, [outline(lying, 720, 540).round().astype(np.int32)], 255)
    bright = (seen.min(axis=2) > 150).astype(np.uint8) * 255
    both = np.count_nonzero(inside & bright)
    either = np.count_nonzero(inside | bright)
    assert both / either > 0.98


def test_live_picture_and_photograph_show_the_same_at_other_sizes(
    camera: SimulatedCamera, papers: dict[str, Paper]
) -> None:
    camera.lay(papers["form"], at_once=True)
    live = camera.frame().bgr()
    photo = cv2.imdecode(np.frombuffer(camera.photograph().jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert photo is not None
    shrunk = cv2.resize(photo, (720, 540), interpolation=cv2.INTER_AREA)
    assert change(live, shrunk) < 4


def test_a_photograph_knows_its_resolution_on_the_mat(
    camera: SimulatedCamera, papers: dict[str, Paper]
) -> None:
    photo = camera.photograph()
    assert photo.dpi is not None
    corners = outline(Lying(papers["form"]), photo.width, photo.height)
    width_mm = float(np.linalg.norm(corners[1] - corners[0])) / photo.dpi * 25.4
    assert width_mm == pytest.approx(210, rel=0.03)


def test_a_card_beside_a_form_can_be_laid_and_moved(
    camera: SimulatedCamera, papers: dict[str, Paper]
) -> None:
    camera.lay(papers["form"], at_once=True)
    camera.lay(papers["id-front"], beside=True, at_once=True)
    assert [paper.title for paper in camera.papers] == ["高龄补贴 申请表", "身份证 人像面"]
    before = camera.frame().bgr()
    camera.move(dx=-120, turn=15)
    assert change(before, camera.frame().bgr()) > 1
    camera.lay(papers["proof"], at_once=True)
    assert [paper.title for paper in camera.papers] == ["村委会 证明"]


def test_bad_light_shows(camera: SimulatedCamera, papers: dict[str, Paper]) -> None:
    camera.lay(papers["form"], at_once=True)
    good = camera.frame().bgr()
    camera.light = Light(dark=0.8)
    assert float(camera.frame().bgr().mean()) < 0.5 * float(good.mean())
    camera.light = Light(glare=1.0)
    blown = np.count_nonzero(camera.frame().bgr().min(axis=2) >= 253)
    assert blown > 20 * np.count_nonzero(good.min(axis=2) >= 253) + 500
    camera.light = Light(blur=1.5)
    sharpness = cv2.Laplacian(cv2.blur(good, (3, 3)), cv2.CV_64F).var()
    assert cv2.Laplacian(cv2.blur(camera.frame().bgr(), (3, 3)), cv2.CV_64F).var() < sharpness / 3


def test_it_can_be_busy_and_stand_still(camera: SimulatedCamera) -> None:
    camera.busy = True
    with pytest.raises(CameraBusy):
        camera.frame()
    camera.busy, camera.stalled = False, True
    with pytest.raises(CameraSilent):
        camera.photograph()
    camera.stalled = False
    assert camera.frame().width == 720


def test_any_picture_can_be_laid_as_a_paper(camera: SimulatedCamera) -> None:
    red = cv2.imencode(".png", np.full((100, 70, 3), (0, 0, 220), np.uint8))[1].tobytes()
    camera.lay(paper_of_picture("form", "红纸", red, 210, 297), at_once=True)
    middle = camera.frame().bgr()[260:280, 350:370].mean(axis=(0, 1))
    assert middle[2] > 150 > middle[0] + 80


@pytest.mark.parametrize("name", ["id-front", "register-own", "bank-book", "form"])
def test_the_page_pipeline_is_sure_of_what_lies_under_the_training_camera(
    papers: dict[str, Paper], name: str
) -> None:
    from station.imaging.pipeline import PagePipeline

    lying = Lying(papers[name], turn=2.0)
    photo = cv2.imencode(".jpg", picture([lying], 4160, 3120, fine=True))[1].tobytes()
    with PagePipeline() as pipeline:
        found = pipeline.process(photo)
    assert found.quad is not None and found.quad_sure
    corners = np.array(found.quad.corners)
    assert np.abs(corners - outline(lying, 4160, 3120)).max() < 8, "pixels of 13 megapixels"


def test_focus_exposure_and_size_show_in_its_pictures(
    camera: SimulatedCamera, papers: dict[str, Paper]
) -> None:
    def edges() -> float:
        return float(cv2.Laplacian(camera.frame().bgr(), cv2.CV_64F).var())

    camera.lay(papers["form"], at_once=True)
    light, sharp = brightness(camera), edges()
    camera.settings = CameraSettings(focus=20)
    assert edges() < sharp * 0.8
    camera.settings = CameraSettings(exposure=50)
    assert brightness(camera) < light * 0.6
    camera.settings = CameraSettings(still=(2080, 1560))
    assert camera.photograph().width == 2080
