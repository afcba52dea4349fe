"""The auditor's bench: files in, one plain verdict each, the chain of one, what can be taken away.

What a verdict says is proved elsewhere; here it is what a person sees of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from station.assembly import Office
from station.domain.units import Role
from station.paths import Home
from station.services.rehearsal import Rehearsed, rehearse
from station.settings import Settings
from tests.helpers.office_screens import AuditDriver
from ui.audit.judged import Group
from ui.common.tasks import Tasks


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """A case that went all the way, with its dossier, its result and its archive package."""
    return rehearse(tmp_path_factory.mktemp("finished"), item="MZ-001")


@pytest.fixture(scope="module")
def folder(finished: Rehearsed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as auditors are given them: good files, a changed one, a scan, half a file."""
    from reportlab.pdfgen.canvas import Canvas

    folder = tmp_path_factory.mktemp("files")
    dossier = finished.dossier.read_bytes()
    (folder / "案卷.pdf").write_bytes(dossier)
    (folder / "归档.zip").write_bytes(finished.archive.read_bytes())
    changed = bytearray(dossier)
    changed[len(changed) // 2] ^= 0xFF
    (folder / "改过的.pdf").write_bytes(changed)
    (folder / "半个.pdf").write_bytes(dossier[:20_000])
    scan = Canvas(str(folder / "扫描件.pdf"))
    scan.drawString(100, 700, "a scan")
    scan.save()
    (folder / "说明.txt").write_text("not for judging")
    return folder


@pytest.fixture
def auditor(
    finished: Rehearsed, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> Iterator[AuditDriver]:
    """孙志远 at a PC without a network: its hub is an address where nobody answers."""
    home = Home(finished.dossier.parent / "data")
    with Office(home, Settings(hub="http://127.0.0.1:9")) as office:
        driver = AuditDriver.sit_down(office, Role.AUDITOR, tasks, qtbot, tmp_path)
        assert isinstance(driver, AuditDriver)
        yield driver
        driver.leave()


def test_a_folder_becomes_a_table_with_the_problems_first(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder)

    assert auditor.verdicts == {
        "改过的.pdf": Group.CHANGED,
        "扫描件.pdf": Group.UNSIGNED,
        "半个.pdf": Group.UNREADABLE,
        "归档.zip": Group.SOUND,
        "案卷.pdf": Group.SOUND,
    }
    assert next(iter(auditor.verdicts)) == "改过的.pdf"
    assert "5 份文件，3 份要看" in auditor.words
    assert auditor.said.startswith("5 份核完：2 份完好")


def test_one_kind_of_verdict_can_be_looked_at_alone(auditor: AuditDriver, folder: Path) -> None:
    auditor.drop(folder)

    auditor.press("完好 2")
    assert list(auditor.verdicts) == ["归档.zip", "案卷.pdf"]
    auditor.press("全部 5")
    assert len(auditor.verdicts) == 5


def test_a_file_opened_shows_who_signed_at_which_level_and_its_pages(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder / "案卷.pdf")
    auditor.open_file("案卷.pdf")

    assert "真实、完整，没有改动" in auditor.words
    assert auditor.chain == [("村", "任春河"), ("镇", "周丽萍"), ("县", "马建国")]
    assert "PAdES B-LT" in auditor.words
    assert auditor.verify.verdict_view.paper.page_count > 1

    auditor.key("Esc")
    assert "1 份文件，都完好" in auditor.words


def test_an_archive_package_is_judged_like_a_file_and_shows_its_dossier(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder / "归档.zip")
    auditor.open_file("归档.zip")

    assert "在归档包的 dossier.pdf 里" in auditor.words
    assert auditor.verify.verdict_view.paper.page_count > 1


def test_a_changed_file_says_that_it_must_not_be_believed(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder / "改过的.pdf")
    auditor.open_file("改过的.pdf")

    assert "签完以后被改过，不能采信" in auditor.words


def test_verdicts_are_taken_away_as_json_and_as_a_workbook(
    auditor: AuditDriver, folder: Path, tmp_path: Path
) -> None:
    auditor.drop(folder)
    auditor.verify.export(tmp_path / "out.json")
    auditor.verify.export(tmp_path / "out.xlsx")
    auditor.wait_for_work()

    told = json.loads((tmp_path / "out.json").read_text())
    assert {Path(one["file"]).name: one["verdict"] for one in told}["案卷.pdf"] == "valid"
    book = load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["文件", "签章"]
    assert book["文件"].max_row == 2 + 5


def test_a_disk_that_takes_no_file_is_told_plainly(
    auditor: AuditDriver, folder: Path, tmp_path: Path
) -> None:
    auditor.drop(folder / "案卷.pdf")
    auditor.verify.export(tmp_path / "nowhere" / "out.json")
    auditor.wait_for_work()

    assert "out.json 没有写出来" in auditor.verify.message.words


def test_taking_a_file_off_the_table_leaves_it_on_the_disk_and_can_be_undone(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder / "案卷.pdf")
    auditor.verify.table.select(folder / "案卷.pdf")

    auditor.press("拿开")
    assert auditor.verdicts == {}
    assert (folder / "案卷.pdf").exists()
    auditor.key("Ctrl+Z")
    assert list(auditor.verdicts) == ["案卷.pdf"]


def test_a_folder_with_nothing_to_judge_says_so(auditor: AuditDriver, tmp_path: Path) -> None:
    auditor.drop(tmp_path)
    assert "里面没有能核的文件" in auditor.verify.message.words
