"""``station verify`` as an auditor or a script uses it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from signing.pades import FieldPlan, Level, SignRequest
from signing.pades.fields import prepare
from signing.pades.signature import sign
from station import __main__ as station
from station.catalogue import Catalogue
from station.dossier.records import RECORD_FILE, LetterKind, LetterRecord
from station.paths import resources
from tests.helpers.attacks import ATTACKS, Victim, victim_pdf
from tests.helpers.pki import Pki


class Auditor:
    """A folder with files and the command line; what it said is in ``answered`` and ``said``."""

    def __init__(
        self, folder: Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self._capture, self._patch = capture, patch

    def keep(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def verify(self, *words: object) -> int:
        self._patch.setattr(sys, "argv", ["station", "verify", *map(str, words)])
        try:
            status = station.main()
        except SystemExit as left:
            status = int(str(left.code))
        self.answered, self.said = self._capture.readouterr()
        assert "Traceback" not in self.answered + self.said
        return status

    @property
    def json(self) -> list[dict[str, Any]]:
        """The one document on standard output."""
        told: list[dict[str, Any]] = json.loads(self.answered)
        return told


@pytest.fixture
def auditor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Auditor:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path / "home"))
    return Auditor(tmp_path, capsys, monkeypatch)


@pytest.fixture(scope="session")
def letter(pki: Pki) -> bytes:
    """One signature with long-term evidence."""
    request = SignRequest(None, Level.B_LT)
    return sign(victim_pdf(), pki.agent.key, request, stamps=pki.stamps, evidence=pki.evidence)


def test_a_good_file_ends_with_zero_and_says_who_signed(
    auditor: Auditor, pki: Pki, letter: bytes
) -> None:
    file = auditor.keep("letter.pdf", letter)
    assert auditor.verify(file, "--trust", pki.root_pem) == 0
    assert "完好有效" in auditor.answered
    assert "王秀兰（吴庄村便民服务站，代办员）" in auditor.answered


def test_json_is_one_document_and_nothing_else(auditor: Auditor, pki: Pki, letter: bytes) -> None:
    auditor.keep("a/letter.pdf", letter)
    auditor.keep("a/b/unsigned.PDF", victim_pdf())
    auditor.keep("a/notes.txt", b"not asked for")
    assert auditor.verify(auditor.folder / "a", "--trust", pki.root_pem, "--json") == 1
    assert [Path(v["file"]).name for v in auditor.json] == ["unsigned.PDF", "letter.pdf"]
    assert [v["verdict"] for v in auditor.json] == ["unsigned", "valid"]


def test_several_processes_give_the_same_answers(auditor: Auditor, pki: Pki, letter: bytes) -> None:
    for number in range(5):
        auditor.keep(f"many/{number}.pdf", letter[: len(letter) - 300 * (number % 2)])
    words = (auditor.folder / "many", "--trust", pki.root_pem, "--json")
    assert auditor.verify(*words) == 1
    alone = [{**v, "checked_at": ""} for v in auditor.json]
    assert auditor.verify(*words, "--jobs", 2) == 1
    assert [{**v, "checked_at": ""} for v in auditor.json] == alone


def test_one_bad_file_among_good_ones_shows_in_the_exit_status(
    auditor: Auditor, pki: Pki, letter: bytes
) -> None:
    good = auditor.keep("good.pdf", letter)
    bad = auditor.keep("bad.pdf", ATTACKS["incremental saving: a page is added"](Victim(letter)))
    assert auditor.verify(good, bad, "--trust", pki.root_pem) == 1
    assert "增加了 1 页（第 3 页）" in auditor.answered


def test_without_a_root_nobody_is_believed(auditor: Auditor, letter: bytes) -> None:
    assert auditor.verify(auditor.keep("letter.pdf", letter), "--json") == 1
    assert auditor.json[0]["verdict"] == "untrusted"


def test_the_chain_is_demanded_on_request(auditor: Auditor, pki: Pki, letter: bytes) -> None:
    file = auditor.keep("letter.pdf", letter)
    assert auditor.verify(file, "--trust", pki.root_pem, "--policy", "chain", "--json") == 1
    assert auditor.json[0]["verdict"] == "indeterminate"
    assert auditor.json[0]["chain"]["steps"][0]["level"] == "village"


def finished_below_the_county(pki: Pki, form: object) -> bytes:
    """A dossier with this e-form, prepared for village and township only and signed by both."""
    blank = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.attachments["eform.json"] = pikepdf.AttachedFileSpec(
            pdf, json.dumps(form).encode(), filename="eform.json"
        )
        pdf.save(blank)
    places = [FieldPlan(f"f{n}", 0, (20 + 60 * n, 220, 50, 20)) for n in range(2)]
    signed = prepare(blank.getvalue(), places)
    for field, person in zip(("f0", "f1"), (pki.agent, pki.reviewer), strict=True):
        request = SignRequest(field, Level.B_LT)
        signed = sign(signed, person.key, request, stamps=pki.stamps, evidence=pki.evidence)
    return signed


def test_the_chain_is_held_against_the_route_of_the_item(auditor: Auditor, pki: Pki) -> None:
    to_the_township, to_the_county = (
        next(i for i in Catalogue.load(resources("items")).items if len(i.route) == stages)
        for stages in (1, 2)
    )
    for name, item, version in (
        ("1-kept", to_the_township.code, to_the_township.version),
        ("2-short", to_the_county.code, to_the_county.version),
        ("3-unknown", to_the_county.code, 999),
        ("4-nonsense", ["\x1b[2J"], True),
    ):
        form = {"item": item, "item_version": version}
        auditor.keep(f"d/{name}.pdf", finished_below_the_county(pki, form))
    asked = (auditor.folder / "d", "--trust", pki.root_pem, "--policy", "chain")
    assert auditor.verify(*asked, "--json", "--jobs", 2) == 1
    kept, short, unknown, nonsense = auditor.json
    assert kept["verdict"] == "valid", kept["reason"]
    assert kept["chain"]["route"] == ["village", "township"]
    assert kept["chain"]["route_kept"] is True
    assert short["verdict"] == "indeterminate"
    assert short["chain"]["route_kept"] is False
    assert "县应当签名" in short["reason"]
    assert unknown["verdict"] == nonsense["verdict"] == "indeterminate", "nobody can settle it here"
    assert unknown["chain"]["route"] is None
    assert f"没有 {to_the_county.code} v999 的办理路线" in unknown["reason"]
    assert "没有写清办的是什么事项" in nonsense["reason"]


def test_a_notice_that_nobody_signs_fails_a_folder_unless_the_auditor_lets_it_pass(
    auditor: Auditor, pki: Pki, letter: bytes
) -> None:
    auditor.keep("d/1-letter.pdf", letter)
    record = LetterRecord(LetterKind.NOTICE, "MZ-001", 1, "130430001001-261126-001")
    with pikepdf.open(io.BytesIO(victim_pdf())) as pdf:
        pdf.attachments[RECORD_FILE] = pikepdf.AttachedFileSpec(
            pdf, record.attachment.content, filename=RECORD_FILE
        )
        pdf.save(auditor.folder / "d" / "2-notice.pdf")
    asked = (auditor.folder / "d", "--trust", pki.root_pem)
    assert auditor.verify(*asked) == 1
    assert "它自称是通知" in auditor.answered
    assert auditor.verify(*asked, "--pass-notices", "--json") == 0
    assert [v["verdict"] for v in auditor.json] == ["valid", "unsigned"]
    auditor.keep("d/3-unsigned.pdf", victim_pdf())
    assert auditor.verify(*asked, "--pass-notices") == 1


def test_a_folder_of_items_that_is_none_is_said(auditor: Auditor, letter: bytes) -> None:
    file = auditor.keep("letter.pdf", letter)
    assert auditor.verify(file, "--policy", "chain", "--items", auditor.folder / "none") == 2
    assert len(auditor.said.strip().splitlines()) == 1
    assert "没有这个文件夹。" in auditor.said


def test_a_file_is_judged_as_of_another_day(auditor: Auditor, pki: Pki, letter: bytes) -> None:
    file = auditor.keep("letter.pdf", letter)
    trusting = (file, "--trust", pki.root_pem, "--json")
    assert auditor.verify(*trusting, "--at", "2029-01-01T00:00:00+08:00") == 0
    assert auditor.verify(*trusting, "--at", "2046-01-01") == 1
    assert auditor.verify(*trusting, "--at", "soon") == 2
    assert "soon" in auditor.said


def test_the_report_is_written_beside_the_answer(auditor: Auditor, pki: Pki, letter: bytes) -> None:
    report = auditor.folder / "report.pdf"
    file = auditor.keep("letter.pdf", letter)
    assert auditor.verify(file, "--trust", pki.root_pem, "--report", report) == 0
    assert report.read_bytes().startswith(b"%PDF-")


def test_a_report_that_cannot_be_written_is_said_in_one_sentence(
    auditor: Auditor, pki: Pki, letter: bytes
) -> None:
    file = auditor.keep("letter.pdf", letter)
    nowhere = auditor.folder / "no" / "such" / "report.pdf"
    assert auditor.verify(file, "--trust", pki.root_pem, "--report", nowhere) == 2
    assert "没有写成" in auditor.said


@pytest.mark.parametrize(
    "words", [("missing.pdf",), (), ("--policy", "none", "x.pdf"), ("x.pdf", "--jobs", "many")]
)
def test_what_cannot_run_ends_with_two_and_one_sentence(
    auditor: Auditor, words: tuple[str, ...]
) -> None:
    assert auditor.verify(*words) == 2
    assert len(auditor.said.strip().splitlines()) == 1
    assert auditor.answered == ""


def test_a_trust_file_that_is_none_is_named(auditor: Auditor, letter: bytes) -> None:
    wrong = auditor.keep("root.pem", b"hello")
    assert auditor.verify(auditor.keep("letter.pdf", letter), "--trust", wrong) == 2
    assert "root.pem" in auditor.said


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0JFIF", b"%PDF-1.7 cut"])
def test_what_is_no_pdf_is_a_verdict_and_no_crash(auditor: Auditor, data: bytes) -> None:
    assert auditor.verify(auditor.keep("odd.pdf", data), "--json") == 1
    assert auditor.json[0]["verdict"] == "malformed"
    assert auditor.json[0]["reason"].startswith("无法核验：")
