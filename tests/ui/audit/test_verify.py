"""The auditor's bench: files in, one plain verdict each, the chain of one, what can be taken away.

What a verdict says is proved elsewhere; here it is what a person sees of it.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from signing.trust import load_trust
from signing.verify.verdict import Verdict
from station.assembly import Office
from station.catalogue.item_files import write_item
from station.domain.units import Role
from station.paths import Home
from station.services.audit import judge
from station.services.rehearsal import Rehearsed, rehearse
from station.settings import Settings
from tests.helpers.office_screens import AuditDriver
from tests.helpers.overpainting import overpainted
from tests.helpers.printed import texts
from ui.audit.changed_pages import changed_places, plates_of
from ui.audit.judged import STAGES, Group, Order
from ui.common.tasks import Tasks
from ui.common.tones import Tone


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


def test_a_signature_beside_its_file_is_found_in_a_folder_and_judged(
    auditor: AuditDriver, tmp_path: Path
) -> None:
    (tmp_path / "说明.txt").write_text("signed elsewhere")
    (tmp_path / "说明.txt.p7s").write_bytes(b"no signature")
    container = tmp_path / "容器.asice"
    with zipfile.ZipFile(container, "w") as made:
        made.writestr("mimetype", "application/vnd.etsi.asic-e+zip")
        made.writestr("form.txt", "not signed")
    auditor.drop(tmp_path)

    assert auditor.verdicts == {
        "说明.txt.p7s": Group.UNREADABLE,
        "容器.asice": Group.UNSIGNED,
    }
    auditor.open_file("容器.asice")
    assert auditor.verify.verdict_view.paper.page_count == 0


def test_a_changed_file_says_that_it_must_not_be_believed(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder / "改过的.pdf")
    auditor.open_file("改过的.pdf")

    assert "签完以后被改过，不能采信" in auditor.words


def test_a_change_after_the_last_signature_is_marked_and_shown_before_and_after(
    auditor: AuditDriver, finished: Rehearsed, tmp_path: Path
) -> None:
    dossier = finished.dossier.read_bytes()
    file = tmp_path / "补过字的.pdf"
    file.write_bytes(overpainted(dossier, box=(180, 560, 120, 18)))
    auditor.drop(file)
    row = auditor.verify.model.rows[0]
    assert [row.mark(stage) for stage in STAGES] == [Tone.OK] * 3, "what they signed holds"
    assert row.sentence == "县签章之后，第 1 页的内容变了。"

    auditor.open_file(file.name)
    view = auditor.verify.verdict_view
    assert "改动" in auditor.words
    assert "末尾多出" in auditor.words
    (place,) = view.places
    assert place.page == 0
    wide, high = view.paper.page_size(0)
    patch = QRectF(180 / wide, 1 - (560 + 18) / high, 120 / wide, 18 / high)
    assert place.share.contains(patch.center())
    assert place.share.width() < 0.35, "the place and not the page"
    assert place.before is not None
    assert place.after is not None
    assert place.before != place.after

    auditor.press("签章时的")
    auditor.wait_for_work()
    auditor.verify.save_original(tmp_path / "原件.pdf", view.signed)
    auditor.wait_for_work()
    assert (tmp_path / "原件.pdf").read_bytes() == dossier, "byte for byte what the county signed"


def test_places_where_later_signatures_stand_are_no_change(finished: Rehearsed) -> None:
    dossier = finished.dossier.read_bytes()
    judgement = judge(finished.dossier, load_trust([finished.trust]), "any")
    assert isinstance(judgement.verdict, Verdict)
    village, *later = judgement.verdict.signatures
    names = frozenset(one.field for one in later)
    first = dossier[: village.covered_end]

    assert changed_places(first, dossier, plates_of(dossier, names)) == ()
    assert changed_places(first, dossier, {}) != (), "the plates are there to be seen"


def test_judging_can_be_stopped_and_keeps_what_is_judged(
    auditor: AuditDriver, folder: Path, tmp_path: Path
) -> None:
    for number in range(60):
        shutil.copy(folder / "案卷.pdf", tmp_path / f"{number:02}.pdf")
    auditor.verify.take([tmp_path])
    auditor.qtbot.waitUntil(
        lambda: "已核" in auditor.window.strip.doing and "已核 0" not in auditor.window.strip.doing
    )
    auditor.key("Esc")
    auditor.wait_for_work()

    kept = len(auditor.verdicts)
    assert 0 < kept < 60
    assert auditor.said.startswith(f"停下了：{kept} 份核过，{60 - kept} 份没核")


def test_the_report_is_a_pdf_with_every_file_and_what_is_inside_a_package(
    auditor: AuditDriver, folder: Path, tmp_path: Path
) -> None:
    auditor.drop(folder)
    auditor.button("导出 5 份的报告")
    auditor.verify.export(tmp_path / "out.pdf")
    auditor.wait_for_work()

    words = "".join(texts((tmp_path / "out.pdf").read_bytes()))
    assert "归档.zip：dossier.pdf" in words
    assert "半个.pdf" in words


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


def by(auditor: AuditDriver, order: Order) -> list[str]:
    """The files from top to bottom once somebody chose another order."""
    auditor.verify.order.set_value(order)
    auditor.verify.order.chosen.emit(order)
    return list(auditor.verdicts)


def test_the_table_is_sorted_as_the_auditor_chooses_and_problems_stand_first_by_themselves(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder)
    first = list(auditor.verdicts)
    assert auditor.verdicts[first[0]] is Group.CHANGED
    assert by(auditor, Order.NAME) == sorted(first)
    last = {one.name: one.last for one in auditor.verify.model.rows}
    newest = by(auditor, Order.NEWEST)
    times = [last[name] for name in newest if last[name] is not None]
    assert times == sorted(times, reverse=True)
    assert all(last[name] is None for name in newest[len(times) :]), "unsigned ones at the end"
    assert by(auditor, Order.OLDEST)[: len(times)] != newest[: len(times)] or len(set(times)) == 1
    auditor.verify.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert by(auditor, Order.PROBLEMS) == first, "the choice wins over a column"


def ask_for_the_chain(auditor: AuditDriver) -> None:
    """Chooses that all levels have to have signed."""
    auditor.verify.policy.set_value("chain")
    auditor.verify.policy.chosen.emit("chain")
    auditor.wait_for_work()


def test_the_opened_file_shows_the_route_that_its_chain_was_held_against(
    auditor: AuditDriver, folder: Path
) -> None:
    auditor.drop(folder / "案卷.pdf")
    auditor.open_file("案卷.pdf")
    assert "路线" not in auditor.words, "nobody asked for it"
    auditor.key("Esc")
    ask_for_the_chain(auditor)
    auditor.open_file("案卷.pdf")
    assert "村→镇→县" in auditor.words
    assert "照路线签的" in auditor.words


def test_where_the_items_route_is_not_known_here_the_screen_says_so(
    auditor: AuditDriver, finished: Rehearsed, tmp_path: Path
) -> None:
    home = Home(tmp_path / "data")
    shutil.copytree(Home(finished.dossier.parent / "data").training, home.training)
    home.catalogue.mkdir(parents=True)
    with Office(home) as office:
        newer = replace(office.catalogue.item("SB-001"), version=7)
    write_item(newer, home.catalogue / "SB-001@7.json")
    elsewhere = rehearse(tmp_path, item="SB-001")  # a county whose items this PC has never seen
    ask_for_the_chain(auditor)
    auditor.drop(elsewhere.dossier)

    assert list(auditor.verdicts.values()) == [Group.DOUBTFUL]
    auditor.open_file(elsewhere.dossier.name)
    assert "不知道办理路线" in auditor.words
    assert "SB-001 v7" in auditor.words
    assert "没对照" in auditor.words
