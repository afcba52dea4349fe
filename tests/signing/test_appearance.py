"""How signatures and seals look, measured on what poppler draws of them."""

from __future__ import annotations

import subprocess
from collections import Counter
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from signing.appearance import (
    Appearance,
    Beside,
    OfficialSeal,
    Picture,
    PictureUnreadable,
    StagePlate,
    drawn,
)
from tests.helpers.pki import Pki

AT = datetime(2026, 11, 23, 15, 4, tzinfo=timezone(timedelta(hours=8)))
PLATE = StagePlate("审核", "李建国", "审核员", "梁二庄镇便民服务中心", AT, training=True)
SEAL = OfficialSeal("邱县行政审批局", "行政审批专用章", training=True)


def shown(appearance: Appearance, width_mm: float, height_mm: float, folder: Path) -> Image.Image:
    """What poppler draws, 10 pixels to the millimetre."""
    (folder / "drawn.pdf").write_bytes(drawn(appearance, width_mm, height_mm))
    words = ["pdftoppm", "-r", "254", "-png", "-singlefile", "drawn.pdf", "drawn"]
    subprocess.run(words, cwd=folder, check=True, timeout=60)
    return Image.open(folder / "drawn.png").convert("RGB")


def read(appearance: Appearance, width_mm: float, height_mm: float, folder: Path) -> str:
    """The words in the drawing, without the white space between them."""
    (folder / "drawn.pdf").write_bytes(drawn(appearance, width_mm, height_mm))
    text = subprocess.run(
        ["pdftotext", "-raw", "drawn.pdf", "-"], cwd=folder, capture_output=True, check=True
    )
    return "".join(text.stdout.decode().split())


def inked(picture: Image.Image) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all that is not white, in millimetres."""
    box = picture.convert("L").point(lambda value: 255 if value < 200 else 0).getbbox()
    assert box is not None
    return (box[0] / 10, box[1] / 10, box[2] / 10, box[3] / 10)


@pytest.mark.parametrize("diameter", [42.0, 40.0, 38.0])
def test_a_seal_has_its_true_size_in_whatever_box(diameter: float, tmp_path: Path) -> None:
    seal = OfficialSeal("邱县行政审批局", diameter_mm=diameter)
    left, top, right, bottom = inked(shown(seal, 70, 50, tmp_path))
    assert (right - left, bottom - top) == pytest.approx((diameter, diameter), abs=0.25)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((35, 25), abs=0.15)


def test_a_seal_in_a_box_that_is_too_small_shrinks_and_is_not_cut(tmp_path: Path) -> None:
    left, top, right, bottom = inked(shown(SEAL, 30, 42, tmp_path))
    assert (right - left, bottom - top) == pytest.approx((30, 30), abs=0.25)


@pytest.mark.parametrize(
    "unit", ["吴", "邱县行政审批局", "河北省邯郸市邱县人力资源和社会保障局行政审批服务中心"]
)
def test_a_seal_names_its_unit_and_says_that_it_is_for_training(unit: str, tmp_path: Path) -> None:
    text = read(OfficialSeal(unit, "行政审批专用章", training=True), 42, 42, tmp_path)
    assert Counter(unit) <= Counter(text), "on an arc, so in no certain order"
    for part in ("行政审批专用章", "培训专用"):
        assert part in text
    assert "培训" not in read(OfficialSeal(unit, "行政审批专用章"), 42, 42, tmp_path)


def test_the_letters_of_a_long_name_stay_inside_the_ring(tmp_path: Path) -> None:
    name = "河北省邯郸市邱县人力资源和社会保障局行政审批服务中心"
    picture = shown(OfficialSeal(name), 42, 42, tmp_path)
    gap = [
        picture.getpixel((210 + round(dx * 192), 210 + round(dy * 192)))
        for dx, dy in ((0, -1), (1, 0), (-1, 0), (0.7071, -0.7071), (-0.7071, -0.7071))
    ]
    assert gap == [(255, 255, 255)] * 5, "white between the letters and the ring"


def test_a_plate_says_what_who_where_and_when(tmp_path: Path) -> None:
    text = read(PLATE, 64, 22, tmp_path)
    for part in ("审核", "审核员", "李建国", "梁二庄镇便民服务中心", "2026年11月23日15:04", "培训"):
        assert part in text


def test_a_plate_made_from_a_certificate_has_its_words(pki: Pki, tmp_path: Path) -> None:
    text = read(StagePlate.of(pki.agent.holder, "受理", AT), 64, 22, tmp_path)
    for part in ("王秀兰", "代办员", "吴庄村便民服务站", "培训"):
        assert part in text


@pytest.mark.parametrize("box", [(64, 22), (30, 10), (120, 60), (20, 30)])
def test_a_plate_fits_its_box_however_long_the_words(box: tuple[int, int], tmp_path: Path) -> None:
    long = StagePlate("审核" * 9, "古丽·" * 9, "审核员", "便民服务中心" * 6, AT, training=True)
    picture = shown(long, *box, tmp_path)
    edge = [picture.getpixel((box[0] * 10 - 6, y)) for y in range(30, box[1] * 10 - 30)]
    assert set(edge) == {(255, 255, 255)}, "no letter crosses the right margin"


def test_a_plate_hides_nothing_that_lies_under_it(tmp_path: Path) -> None:
    content = drawn(PLATE, 64, 22)
    with pikepdf.open(BytesIO(content)) as document:
        operators = pikepdf.parse_content_stream(document.pages[0])
        white = [
            word for word in operators
            if str(word.operator) in ("rg", "g") and all(float(v) == 1 for v in word.operands)
        ]  # fmt: skip
    assert white == []


def test_a_plate_and_a_seal_stand_side_by_side(tmp_path: Path) -> None:
    both = Beside(PLATE, SEAL)
    text = read(both, 90, 42, tmp_path)
    assert "李建国" in text and "行政审批专用章" in text
    left, top, right, bottom = inked(shown(both, 90, 42, tmp_path))
    assert (left, right) == pytest.approx((0, 90), abs=0.4)
    assert (top, bottom) == pytest.approx((0, 42), abs=0.4)


def test_a_picture_keeps_its_proportions(tmp_path: Path) -> None:
    image = BytesIO()
    Image.new("RGB", (200, 100), (200, 0, 0)).save(image, "PNG")
    left, top, right, bottom = inked(shown(Picture(image.getvalue()), 40, 40, tmp_path))
    assert (right - left, bottom - top) == pytest.approx((40, 20), abs=0.2)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_picture_is_named(data: bytes) -> None:
    with pytest.raises(PictureUnreadable) as refused:
        Picture(data, "章.png")
    assert "章.png" in refused.value.sentence("zh")


def test_rare_characters_of_names_are_written_and_never_an_empty_box(tmp_path: Path) -> None:
    name = "\U00020bb7\u3402丽"  # 𠮷㐂丽
    text = read(StagePlate("审核", name, "审核员", f"{name}村", AT), 64, 22, tmp_path)
    assert name in text and f"{name}村" in text
    rim = read(OfficialSeal(f"{name}村", name), 42, 42, tmp_path)
    assert rim.count(name[0]) == 2
    nowhere = chr(0x31350)  # of Unicode 15: no font here has it
    assert "〓" in read(StagePlate("审核", nowhere, "审核员", "吴庄村", AT), 64, 22, tmp_path)


def test_the_same_drawing_is_made_once_and_always_the_same() -> None:
    assert drawn(PLATE, 64, 22) is drawn(StagePlate(*_parts(PLATE)), 64, 22)
    drawn.cache_clear()
    first = drawn(SEAL, 42, 42)
    drawn.cache_clear()
    assert drawn(SEAL, 42, 42) == first


def _parts(plate: StagePlate) -> tuple[str, str, str, str, datetime, bool]:
    return (plate.stage, plate.name, plate.role, plate.unit, plate.at, plate.training)
