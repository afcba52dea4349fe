"""Whatever is given to the commands: one plain sentence, the right exit status, nothing lost."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from signing.pades import FieldPlan
from signing.pades.fields import prepare
from tests.helpers.county import AGENT, County, a_paper
from tests.helpers.papers import paper
from tests.helpers.program import ROOT, Said, is_one_plain_sentence, station

WRONG_PIN = "999999\n"
_LIBJPEG = "Corrupt JPEG data: premature end of data segment\n"  # the C library speaks for itself


# --- station page -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "really-a-pdf.jpg").write_bytes(paper(1))
    (folder / "text.jpg").write_text("姓名：任春早\n", "utf-8")
    (folder / "torn.jpg").write_bytes(a_paper()[:4000])
    (folder / "200-megapixels.png").write_bytes(huge_png(20_000, 10_000))
    (folder / "bomb.png").write_bytes(huge_png(60_000, 60_000))
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "empty.jpg",
        "really-a-pdf.jpg",
        "text.jpg",
        "torn.jpg",
        "bomb.png",
        "not-there.jpg",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_that_is_no_usable_picture_is_told_in_one_sentence(
    pictures: Path, tmp_path: Path, name: str, language: str
) -> None:
    said = station("page", pictures / name, "--out", tmp_path / "out", language=language)
    assert said.status == 2, said.out + said.err
    told = said.err.replace(_LIBJPEG, "")
    assert is_one_plain_sentence(told), said.err
    assert name in told, "it says which file"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_picture_of_two_hundred_megapixels_is_taken_or_told_and_never_a_crash(
    pictures: Path, tmp_path: Path
) -> None:
    said = station("page", pictures / "200-megapixels.png", "--out", tmp_path / "out")
    assert said.status in (0, 2)
    assert said.status == 0 or is_one_plain_sentence(said.err)
    assert "Traceback" not in said.err


def test_a_photograph_of_no_document_is_kept_and_the_corners_are_asked_for(tmp_path: Path) -> None:
    noise = Image.effect_noise((1600, 1200), 90).filter(ImageFilter.GaussianBlur(14))
    noise.convert("RGB").save(tmp_path / "grass.jpg", quality=90)
    said = station("page", tmp_path / "grass.jpg", "--out", tmp_path / "out", "--json")
    assert said.status == 0, said.err
    (page,) = said.json
    assert page["quad_sure"] is False, "nobody is told that this is a straight page"
    assert Path(page["out"]).is_file()


def test_one_bad_picture_among_good_ones_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(a_paper())
    (tmp_path / "bad.jpg").write_bytes(b"")
    said = station(
        "page", tmp_path / "bad.jpg", tmp_path / "good.jpg", "--out", tmp_path / "out", "--json"
    )
    assert said.status == 1
    bad, good = said.json
    assert bad["out"] is None
    assert Path(good["out"]).is_file()
    assert is_one_plain_sentence(said.err)


# --- station verify -----------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"hello\n", b"%PDF-1.7 and nothing more"])
def test_a_file_that_is_no_pdf_gets_a_verdict_and_no_crash(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.pdf"
    file.write_bytes(content)
    said = station("verify", file, "--json", home=tmp_path / "home")
    assert said.status == 1, said.err
    (verdict,) = said.json
    assert verdict["verdict"] == "malformed"
    assert verdict["reason"]
    assert file.read_bytes() == content


def test_a_pdf_cut_off_in_the_middle_is_malformed_and_one_without_signatures_unsigned(
    tmp_path: Path,
) -> None:
    (tmp_path / "cut.pdf").write_bytes(paper(2)[:-400])
    (tmp_path / "plain.pdf").write_bytes(paper(2))
    said = station("verify", tmp_path, "--json", home=tmp_path / "home")
    assert said.status == 1
    assert [verdict["verdict"] for verdict in said.json] == ["malformed", "unsigned"]


def test_a_path_that_is_not_there_and_a_folder_without_a_pdf_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for words in ([tmp_path / "gone.pdf"], [tmp_path / "empty"]):
        said = station("verify", *words, home=tmp_path / "home")
        assert said.status == 2, said.out
        assert is_one_plain_sentence(said.err), said.err
        assert said.out == ""


def test_a_trust_root_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain.pdf").write_bytes(paper(1))
    (tmp_path / "root.pem").write_text("not a certificate")
    for root in ("root.pem", "gone.pem"):
        said = station("verify", tmp_path / "plain.pdf", "--trust", tmp_path / root)
        assert said.status == 2, said.out
        assert is_one_plain_sentence(said.err), said.err


# --- station sign -------------------------------------------------------------------------------


def test_a_wrong_pin_counts_down_locks_at_the_end_and_signs_nothing(
    county: County, tmp_path: Path
) -> None:
    key = county.home.training / "keys" / f"{AGENT}.p12"
    document = tmp_path / "paper.pdf"
    document.write_bytes(prepare(paper(1), [FieldPlan("village", 0, (20, 250, 64, 22))]))
    before = document.read_bytes()

    def sign(pin: str) -> Said:
        words = ("--key", f"p12:{key}", "--pin-file", "-", "--out", tmp_path / "signed")
        return station("sign", document, *words, stdin=pin, home=county.home.root)

    told = []
    while "锁" not in (said := sign(WRONG_PIN)).err:
        assert said.status == 2
        assert is_one_plain_sentence(said.err), said.err
        told.append(int("".join(letter for letter in said.err if letter.isdigit())))
        assert len(told) < 12, "it never locks"
    assert told == sorted(told, reverse=True)
    assert len(told) >= 2
    assert told[-1] >= 1
    assert said.status == 2
    assert is_one_plain_sentence(said.err), said.err

    locked = sign("123456\n")
    assert locked.status == 2
    assert "锁" in locked.err, "the right PIN comes too late"
    assert document.read_bytes() == before
    assert not list(tmp_path.glob("signed/*"))


def test_a_full_disk_stops_the_signing_with_a_sentence_and_leaves_no_half_file(
    county: County, tmp_path: Path
) -> None:
    """A real limit of the system on what a process may write, as a full disk answers."""
    document = tmp_path / "paper.pdf"
    document.write_bytes(paper(3))
    key = county.home.training / "keys" / f"{AGENT}.p12"
    (tmp_path / "pin").write_text("123456")
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "sys.argv = ['station', *sys.argv[1:]]\n"
        "import signing.pades.signature, station.__main__ as program\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
        "sys.exit(program.main())\n"
    )
    words = ["sign", document, "--key", f"p12:{key}", "--pin-file", tmp_path / "pin"]
    done = subprocess.run(
        [sys.executable, "-c", limited, *map(str, words), "--out", str(tmp_path / "signed")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert [f for f in (tmp_path / "signed").iterdir() if f.stat().st_size] == []
    assert document.read_bytes() == paper(3)


def huge_png(width: int, height: int) -> bytes:
    """A small file that unfolds into an enormous black picture of one bit a pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    squeezer = zlib.compressobj(9)
    row = b"\0" * ((width + 7) // 8 + 1)
    squeezed = b"".join(squeezer.compress(row * 1000) for _ in range(height // 1000))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", squeezed + squeezer.flush())
        + chunk(b"IEND", b"")
    )
