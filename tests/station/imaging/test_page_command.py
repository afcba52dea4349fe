"""``station page``: folders, bad files among good ones, names that are taken, a full disk."""

from __future__ import annotations

import argparse
import errno
import io
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from station.commands import page
from station.errors import DiskFull
from tests.helpers.scenes import Light, draw_mat, draw_sheet, photograph, place


@pytest.fixture(scope="module")
def photo() -> bytes:
    rng = np.random.default_rng(1)
    sheet = draw_sheet("form", rng, 900)
    corners = place((900, 700), 2**0.5, rng, tilt=0.02, fill=(0.85, 0.9))
    return photograph(sheet, draw_mat("plain", rng, (900, 700)), corners, rng, Light()).jpeg()


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    page.add_arguments(parser)
    return page.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")


def test_a_folder_of_photos_becomes_a_folder_of_pages(
    tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in" / "deeper"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(photo)
    (tmp_path / "in" / "b.JPEG").write_bytes(photo)
    (tmp_path / "in" / "notes.txt").write_text("not a picture")
    assert run(tmp_path / "in", "--out", tmp_path / "out", "--json") == 0
    answers = json.loads(capsys.readouterr().out)
    assert sorted(Path(a["file"]).name for a in answers) == ["a.jpg", "b.JPEG"]
    for answer in answers:
        assert cv2.imread(answer["out"]) is not None
        assert answer["kind"] == "page"
        assert len(answer["quad"]) == 4 and all(len(corner) == 2 for corner in answer["quad"])
        assert isinstance(answer["quad_sure"], bool)
        assert set(answer["quality"]) == {"sharpness", "glare", "cut_off", "dark"}
        assert set(answer["ms"]) == {"decode", "detect", "warp", "enhance", "encode", "total"}
        assert isinstance(answer["warnings"], list)


def test_a_bad_file_among_good_ones_is_told_and_the_others_are_done(
    tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1.jpg").write_bytes(photo)
    (tmp_path / "2.jpg").write_bytes(b"%PDF-1.4 really")
    (tmp_path / "3.jpg").write_bytes(photo)
    status = run(*(tmp_path / f"{n}.jpg" for n in (1, 2, 3)), "--out", tmp_path / "out", "--json")
    out, err = capsys.readouterr()
    assert status == 1
    good, bad, also_good = json.loads(out)
    assert good["out"] and also_good["out"]
    assert bad["error"]["code"] == "PictureIsPdf"
    assert bad["out"] is None
    assert err.count("\n") == 1 and "2.jpg" in err


def test_nothing_usable_means_it_could_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "gone.jpg", "--out", tmp_path) == 2
    assert "没有这个文件" in capsys.readouterr().err


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(page.NoPictures) as refused:
        run(tmp_path / "in", "--out", tmp_path / "out")
    assert "没有图片" in refused.value.sentence("zh")


def test_no_earlier_page_is_overwritten(tmp_path: Path, photo: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(photo)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "a.jpg").write_bytes(photo)
    out = tmp_path / "out"
    assert run(tmp_path / "a.jpg", tmp_path / "b" / "a.jpg", "--out", out) == 0
    assert run(tmp_path / "a.jpg", "--out", out) == 0
    assert sorted(f.name for f in out.iterdir()) == ["a-2.jpg", "a-3.jpg", "a.jpg"]


def test_a_full_disk_ends_the_run_and_leaves_no_half_page(
    tmp_path: Path, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(photo)
    out = tmp_path / "out"

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(page.os, "fsync", full)
    with pytest.raises(DiskFull):
        run(tmp_path / "a.jpg", "--out", out)
    assert list(out.iterdir()) == []


def test_pages_made_before_the_disk_was_full_are_told(
    tmp_path: Path,
    photo: bytes,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    really = page.write_new

    def full(folder: Path, name: str, data: bytes) -> Path:
        if name == "2.jpg":
            raise DiskFull(where=folder)
        return really(folder, name, data)

    monkeypatch.setattr(page, "write_new", full)
    for number in (1, 2, 3):
        (tmp_path / f"{number}.jpg").write_bytes(photo)
    assert run(tmp_path, "--out", tmp_path / "out", "--json") == 1
    answers = json.loads(capsys.readouterr().out)
    assert [Path(a["file"]).name for a in answers] == ["1.jpg", "2.jpg"]
    assert [bool(a["out"]) for a in answers] == [True, False]


def test_a_wanted_profile_is_obeyed(
    tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(photo)
    run(tmp_path / "a.jpg", "--out", tmp_path / "out", "--profile", "photo", "--json")
    assert json.loads(capsys.readouterr().out)[0]["profile"] == "photo"


def test_every_page_of_a_scanners_file_is_made(
    tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Image.open(io.BytesIO(photo))
    first.save(tmp_path / "a.tif", save_all=True, append_images=[first.rotate(180), first])
    assert run(tmp_path / "a.tif", "--out", tmp_path / "out", "--json") == 0
    answers = json.loads(capsys.readouterr().out)
    assert [Path(a["out"]).name for a in answers] == ["a.jpg", "a-p2.jpg", "a-p3.jpg"]
    assert all("first_page_only" not in a["warnings"] for a in answers)


def test_a_fault_of_the_program_costs_one_page_and_not_the_batch(
    tmp_path: Path,
    photo: bytes,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from station.imaging.pipeline import PagePipeline

    really = PagePipeline.process

    def stumbles(self: PagePipeline, data: bytes, *words: object, **more: object) -> object:
        if more["name"] == "2.jpg":
            raise ZeroDivisionError("division by zero")
        return really(self, data, *words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(PagePipeline, "process", stumbles)
    for number in (1, 2, 3):
        (tmp_path / f"{number}.jpg").write_bytes(photo)
    status = run(*(tmp_path / f"{n}.jpg" for n in (1, 2, 3)), "--out", tmp_path / "out", "--json")
    answers = json.loads(capsys.readouterr().out)
    assert status == 1
    assert [bool(a["out"]) for a in answers] == [True, False, True]
    assert answers[1]["error"]["code"] == "PageFailed"


def test_a_folder_without_links_gets_its_pages_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(page.os, "link", refused)
    assert page.write_new(tmp_path, "a.jpg", b"one").read_bytes() == b"one"
    assert page.write_new(tmp_path, "a.jpg", b"two").name == "a-2.jpg"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["a-2.jpg", "a.jpg"]


def test_a_batch_that_is_killed_has_kept_every_page_it_told_of(
    tmp_path: Path, photo: bytes
) -> None:
    (tmp_path / "in").mkdir()
    for number in range(6):
        (tmp_path / "in" / f"{number:02}.jpg").write_bytes(photo)
    out = tmp_path / "out"
    words = [sys.executable, "-m", "station", "page", tmp_path / "in", "--out", out]
    told: list[Path] = []
    with subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, text=True) as batch:
        assert batch.stdout is not None
        for line in batch.stdout:
            told.append(Path(line.split(" → ")[1].split("  ")[0].strip()))
            if len(told) == 3:
                batch.kill()
                break
    assert len(told) == 3
    for page_file in told:
        assert cv2.imread(str(page_file)) is not None
    whole = [f for f in out.iterdir() if not f.name.startswith(".")]
    assert all(cv2.imread(str(f)) is not None for f in whole), "no half page under a real name"
    assert run(tmp_path / "in", "--out", out) == 0, "the same again goes on beside them"
    assert len([f for f in out.iterdir() if not f.name.startswith(".")]) == len(whole) + 6
