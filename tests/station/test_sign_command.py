"""``station sign`` as a person or a script uses it."""

from __future__ import annotations

import errno
import json
import os
import pty
import signal
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from PIL import Image

from signing.pades import FieldPlan
from signing.pades.fields import prepare
from signing.trust import load_trust
from signing.verify.pdf import verify_file
from station import __main__ as station
from tests.helpers.authority_server import serving, serving_authority
from tests.helpers.judges import pdfsig
from tests.helpers.papers import paper
from tests.helpers.pki import PIN, Person, Pki


class Desk:
    """A folder with papers, a key file and a PIN file, and the command line."""

    def __init__(
        self, folder: Path, person: Person, capture: pytest.CaptureFixture[str],
        patch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        self.folder, self.out = folder, folder / "out"
        self._capture, self._patch = capture, patch
        self.key = person.path
        self.write("pin", PIN.encode() + b"\n")

    def write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def sign(self, *words: object, pin_file: str | None = "pin", typed: str = "") -> int:
        """Runs the command in the folder; its words are then in ``said`` and ``answered``."""
        line = ["station", "sign", *map(str, words), "--out", str(self.out)]
        if "--key" not in line:
            line += ["--key", f"p12:{self.key}"]
        if pin_file:
            line += ["--pin-file", "-" if pin_file == "-" else str(self.folder / pin_file)]
        self._patch.setattr(sys, "argv", line)
        self._patch.setattr(sys, "stdin", StringIO(typed))
        try:
            status = station.main()
        except SystemExit as left:
            status = int(str(left.code))
        self.answered, self.said = self._capture.readouterr()
        assert "Traceback" not in self.said
        return status


@pytest.fixture
def desk(
    pki: Pki,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    return Desk(tmp_path, pki.person("陈新", kind="rsa2048"), capsys, monkeypatch)


def test_three_papers_are_signed_with_one_pin(pki: Pki, desk: Desk, tmp_path: Path) -> None:
    papers = [desk.write(f"{n}.pdf", paper(1, seed=n)) for n in range(3)]
    assert desk.sign(*papers, "--json", "--reason", "初审") == 0
    results = json.loads(desk.answered)
    assert [result["file"] for result in results] == [str(path) for path in papers]
    for result in results:
        assert set(result) == {"file", "out", "level", "seconds"}
        assert result["level"] == "B-B" and result["seconds"] > 0
        (judged,) = pdfsig(Path(result["out"]).read_bytes(), tmp_path, pki.nss_db)
        assert judged.valid and judged.trusted and judged.common_name == "陈新"
    assert papers[0].read_bytes() == paper(1, seed=0), "the originals are left alone"


def test_without_json_it_prints_where_each_paper_went(desk: Desk) -> None:
    assert desk.sign(desk.write("a.pdf", paper(1))) == 0
    assert desk.answered == f"{desk.out / 'a.pdf'}\n"
    assert desk.said == ""


def test_the_pin_may_come_from_standard_input(desk: Desk) -> None:
    assert desk.sign(desk.write("a.pdf", paper(1)), pin_file="-", typed=f"{PIN}\n") == 0


def test_a_file_that_is_no_pdf_is_named_and_the_others_are_signed(desk: Desk) -> None:
    photo = desk.write("photo.pdf", b"\xff\xd8\xff\xe0")
    assert desk.sign(photo, desk.write("a.pdf", paper(1)), "--json") == 1
    failed, signed = json.loads(desk.answered)
    assert failed["out"] is None and "不是 PDF" in failed["problem"]
    assert Path(signed["out"]).exists()
    assert desk.said.count("\n") == 1 and "photo.pdf" in desk.said


def test_two_papers_of_one_name_do_not_overwrite_each_other_or_the_original(desk: Desk) -> None:
    first = desk.write("a.pdf", paper(1))
    (desk.folder / "more").mkdir()
    second = desk.folder / "more" / "a.pdf"
    second.write_bytes(paper(1, seed=1))
    desk.out = desk.folder
    assert desk.sign(first, second, "--json") == 0
    outs = [Path(result["out"]).name for result in json.loads(desk.answered)]
    assert outs == ["a-signed.pdf", "a-signed-2.pdf"]
    assert first.read_bytes() == paper(1)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["nowhere.pdf"], "nowhere.pdf"),
        (["a.pdf", "--key", "pkcs11:token=x"], "pkcs11"),
        (["a.pdf", "--key", "pkcs11:tokn=x"], "token="),
        (["a.pdf", "--key", "pkcs11:token=x?pin-value=1"], "pin-value"),
        (["a.pdf", "--key", "pkcs11:token=x?module-path=/nowhere.so"], "/nowhere.so"),
        (["a.pdf", "--key", "pkcs11:token=x?module-path=a.pdf"], "PKCS#11"),
        (["a.pdf", "--key", "skf:x"], "skf"),
        (["a.pdf", "--key", "p12:nowhere.p12"], "nowhere.p12"),
        (["a.pdf", "--key", "p12:a.pdf"], "PKCS#12"),
        (["a.pdf", "--level", "B-T"], "--tsa"),
        (["a.pdf", "--level", "B-X"], "B-X"),
        (["a.pdf", "--seal", "a.pdf"], "图片"),
        (["a.pdf", "--seal", "nowhere.png"], "nowhere.png"),
        (["a.pdf", "--level", "B-LT", "--tsa", "http://x", "--evidence", "a.pdf"], "a.pdf"),
        (["a.pdf", "--level", "B-T", "--tsa", "http://127.0.0.1:9"], "时间戳"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_told_in_one_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, words: list[str], hint: str
) -> None:
    desk.write("a.pdf", paper(1))
    monkeypatch.chdir(desk.folder)
    assert desk.sign(*words) == 2
    assert hint in desk.said
    assert desk.said.count("\n") == 1 and desk.answered == ""
    assert not list(desk.out.glob("*")), "nothing is left behind"


def test_a_wrong_pin_costs_one_try_and_says_how_many_are_left(pki: Pki, desk: Desk) -> None:
    desk.write("wrong", b"000000\n")
    assert desk.sign(desk.write("a.pdf", paper(1)), pin_file="wrong") == 2
    assert "还可以试 5 次" in desk.said
    for _ in range(5):
        assert desk.sign(desk.folder / "a.pdf", pin_file="wrong") == 2
    assert "锁住" in desk.said
    assert desk.sign(desk.folder / "a.pdf") == 2, "the right PIN comes too late"


def test_no_terminal_and_no_pin_file_is_said_and_costs_no_try(pki: Pki, desk: Desk) -> None:
    assert desk.sign(desk.write("a.pdf", paper(1)), pin_file=None) == 2
    assert "--pin-file" in desk.said
    assert not desk.key.with_suffix(".tries").exists()


def test_the_pin_is_asked_on_the_terminal_until_it_is_right(desk: Desk) -> None:
    source = desk.write("a.pdf", paper(1))
    child, terminal = pty.fork()
    if child == 0:  # a process of its own, for the PIN is read from its controlling terminal
        os.execv(
            sys.executable,
            [sys.executable, "-m", "station", "sign", str(source), "--key", f"p12:{desk.key}"]
            + ["--out", str(desk.out)],
        )
    heard = b""
    for pin in (b"000000\n", PIN.encode() + b"\n"):
        heard = _until(terminal, heard, b"PIN: ")
        os.write(terminal, pin)
    heard = _until(terminal, heard, b"a.pdf\r\n")
    assert "还可以试 5 次".encode() in heard
    assert PIN.encode() not in heard, "nobody looking over the shoulder reads it"
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)


def _until(terminal: int, heard: bytes, words: bytes) -> bytes:
    """Reads on until ``words`` come after what was heard before."""
    start = len(heard)
    while words not in heard[start:]:
        heard += os.read(terminal, 1024)
    return heard


def test_a_prepared_field_is_signed_and_shows_who_signed(pki: Pki, desk: Desk) -> None:
    pdf = prepare(paper(1), [FieldPlan("village", 0, (20, 20, 64, 22))])
    source = desk.write("a.pdf", pdf)
    assert desk.sign(source, "--field", "village", "--reason", "受理", "--json") == 0
    (result,) = json.loads(desk.answered)
    text = subprocess.run(["pdftotext", result["out"], "-"], capture_output=True, check=True)
    assert "陈新" in text.stdout.decode()
    assert desk.sign(source, "--field", "hamlet") == 1
    assert "hamlet" in desk.said


def test_a_seal_stands_at_the_bottom_right_of_the_last_page(desk: Desk, tmp_path: Path) -> None:
    image = BytesIO()
    Image.new("RGB", (300, 300), (190, 10, 20)).save(image, "PNG")
    seal = desk.write("seal.png", image.getvalue())
    assert desk.sign(desk.write("a.pdf", paper(2)), "--seal", seal) == 0
    words = ["pdftoppm", "-r", "25.4", "-png", str(desk.out / "a.pdf"), str(tmp_path / "page")]
    subprocess.run(words, check=True)
    first, last = (Image.open(tmp_path / f"page-{n}.png").convert("RGB") for n in (1, 2))
    centre = (210 - 20 - 21, 297 - 20 - 21)  # one pixel is one millimetre
    assert first.getpixel(centre) == (255, 255, 255)
    assert last.getpixel(centre) == pytest.approx((190, 10, 20), abs=2)


def test_a_seal_never_covers_text_unnoticed(desk: Desk) -> None:
    image = BytesIO()
    Image.new("RGB", (300, 300), (190, 10, 20)).save(image, "PNG")
    seal = ("--seal", desk.write("seal.png", image.getvalue()))
    page = desk.write("a.pdf", paper(1))  # its one line: “page 1” at 25 mm from the left
    over = (*seal, "--place", "20,10")
    assert desk.sign(page, *over, "--json") == 0
    (told,) = json.loads(desk.answered)
    assert "page1" in told["warnings"][0] and "压在了" in desk.said
    assert desk.sign(page, *over, "--cover", "refuse") == 1
    assert "--cover avoid" in desk.said
    assert desk.sign(page, *over, "--cover", "avoid", "--json") == 0
    assert "warnings" not in json.loads(desk.answered)[0] and desk.said == ""
    assert desk.sign(page, *seal, "--keyword", "page 1") == 0
    assert desk.said == "", "the word it stands on is meant to be under it"
    assert desk.sign(page, *seal, "--keyword", "page 2") == 1
    assert "page 2" in desk.said
    photo = desk.write("photo.pdf", b"\xff\xd8\xff\xe0")
    assert desk.sign(photo, *seal) == 1
    assert "不是 PDF" in desk.said, "and not that its page cannot be drawn"
    assert desk.sign(page, *seal, "--riding") == 1
    assert "骑缝章" in desk.said
    pages = desk.write("b.pdf", paper(3))
    assert desk.sign(pages, *seal, "--riding", "--plate", "--keyword", "page", "--hit", "2") == 0
    text = subprocess.run(["pdftotext", desk.out / "b.pdf", "-"], capture_output=True, check=True)
    assert "陈新" in text.stdout.decode()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--seal-mm", "500"], "100"),
        (["--keyword", "x"], "--seal"),
        (["--riding"], "--seal"),
        (["--seal", "seal.png", "--place", "here"], "--place"),
        (["--seal", "seal.png", "--keyword", "page", "--hit", "some"], "--hit"),
    ],
)
def test_wrong_words_about_the_seal_are_told_before_the_pin(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, words: list[str], hint: str
) -> None:
    image = BytesIO()
    Image.new("RGB", (30, 30), (190, 10, 20)).save(image, "PNG")
    desk.write("seal.png", image.getvalue())
    desk.write("a.pdf", paper(1))
    monkeypatch.chdir(desk.folder)
    assert desk.sign("a.pdf", *words, pin_file="nowhere") == 2
    assert hint in desk.said and "nowhere" not in desk.said


def test_long_term_levels_take_the_servers_that_are_named(
    pki: Pki, desk: Desk, tmp_path: Path
) -> None:
    lists = [desk.write(f"{n}.crl", pki.authority.crl(n)) for n in ("root", "county")]
    evidence = [word for path in lists for word in ("--evidence", path)]
    with serving_authority(pki.authority) as url:
        server = ("--tsa", f"{url}/tsa")
        for level in ("B-T", "B-LT", "B-LTA"):
            source = desk.write(f"{level}.pdf", paper(1))
            assert desk.sign(source, "--level", level, *server, *evidence, "--json") == 0
            (result,) = json.loads(desk.answered)
            assert result["level"] == level
            (judged,) = pdfsig(Path(result["out"]).read_bytes(), tmp_path, pki.nss_db)
            assert judged.valid and judged.trusted
        assert desk.sign(desk.folder / "B-T.pdf", "--level", "B-LT", *server) == 2
        assert "陈新" in desk.said, "no evidence and no address in the certificate"


def test_a_full_disk_leaves_no_half_paper_and_keeps_what_was_signed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _full_after(1, monkeypatch)
    papers = [desk.write(f"{n}.pdf", paper(1, seed=n)) for n in range(3)]
    assert desk.sign(*papers, "--json") == 1
    outs = [result["out"] for result in json.loads(desk.answered)]
    assert outs == [str(desk.out / "0.pdf"), None, None]
    assert "磁盘满了" in desk.said
    assert [path.name for path in desk.out.iterdir()] == ["0.pdf"]


def _full_after(count: int, patch: pytest.MonkeyPatch) -> None:
    from station.services import batch_signing

    write, written = batch_signing.write_whole, []

    def filling(path: Path, data: bytes, mode: int) -> None:
        if len(written) == count:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        write(path, data, mode)

    patch.setattr(batch_signing, "write_whole", filling)


def test_a_batch_that_was_cut_short_is_resumed_and_nothing_is_signed_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [desk.write(f"{n}.pdf", paper(1, seed=n)) for n in range(4)]
    with monkeypatch.context() as patch:
        _full_after(2, patch)
        assert desk.sign(*papers) == 1
    assert "--resume" in desk.said, "it says how to go on"
    done = [(desk.out / f"{n}.pdf").read_bytes() for n in range(2)]
    (desk.out / "3.pdf").write_bytes(paper(1, seed=3))  # of the same name, but not signed
    assert desk.sign(*papers, "--resume", "--json") == 0
    results = json.loads(desk.answered)
    assert [result.get("already", False) for result in results] == [True, True, False, False]
    assert [(desk.out / f"{n}.pdf").read_bytes() for n in range(2)] == done
    assert all(b"/ByteRange" in (desk.out / f"{n}.pdf").read_bytes() for n in range(4))


def test_ctrl_c_in_the_middle_finishes_the_paper_at_hand_and_names_the_rest(
    pki: Pki, desk: Desk
) -> None:
    papers = [desk.write(f"{n}.pdf", paper(1, seed=n)) for n in range(4)]
    asked = []

    def stamping(path: str, body: bytes) -> bytes:
        asked.append(path)
        if len(asked) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return pki.authority.timestamp(body)

    with serving(stamping) as url:
        assert desk.sign(*papers, "--level", "B-T", "--tsa", url, "--json") == 1
        outs = [result["out"] is not None for result in json.loads(desk.answered)]
        assert outs == [True, True, False, False]
        assert "--resume" in desk.said
        assert sorted(path.name for path in desk.out.iterdir()) == ["0.pdf", "1.pdf"]
        assert desk.sign(*papers, "--level", "B-T", "--tsa", url, "--resume") == 0
    assert len(asked) == 4


def test_the_servers_may_stand_in_the_settings(
    pki: Pki, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving_authority(pki.authority) as url:
        monkeypatch.setenv("YIZHAN_TSA", f"{url}/tsa")
        monkeypatch.setenv("YIZHAN_EVIDENCE", url)
        assert desk.sign(desk.write("a.pdf", paper(1)), "--level", "B-LTA") == 0
    verdict = verify_file(desk.out / "a.pdf", load_trust([pki.root_pem]))
    assert verdict.good and verdict.signatures[0].level == "B-LTA"


def test_a_paper_named_twice_is_signed_once(desk: Desk) -> None:
    source = desk.write("a.pdf", paper(1))
    assert desk.sign(source, source) == 0
    assert [path.name for path in desk.out.iterdir()] == ["a.pdf"]


def test_a_folder_that_takes_no_files_is_named(desk: Desk) -> None:
    desk.out = Path("/proc/nowhere")
    assert desk.sign(desk.write("a.pdf", paper(1))) == 2
    assert "/proc/nowhere" in desk.said
