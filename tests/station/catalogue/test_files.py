"""Items in files: loading, workbooks there and back, taking over, the command line."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from station.__main__ import main
from station.catalogue import Catalogue, CatalogueDamaged, ItemUnknown
from station.catalogue.importing import check, import_items
from station.catalogue.item_files import item_from, structure_of, write_item
from station.catalogue.workbook import read_workbook, write_workbook
from station.domain.items import OriginalPaper, PaperPlace
from station.errors import FileUnreadable
from station.paths import resources
from tests.helpers.paperwork import catalogue

ITEMS = catalogue().items


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "items.xlsx"
    write_workbook(ITEMS, path)
    return path


def edited(book: Path, to: Path, *cells: tuple[str, str, int, object]) -> Path:
    """A copy with cells changed: sheet, heading, row, value."""
    copy = load_workbook(book)
    for sheet, heading, row, value in cells:
        page = copy[sheet]
        column = [cell.value for cell in page[1]].index(heading) + 1
        page.cell(row, column).value = value
    copy.save(to)
    return to


def test_the_items_of_a_workbook_are_the_same_items(book: Path) -> None:
    found = read_workbook(book)
    assert found.problems == ()
    assert tuple(item_from(structure) for structure in found.structures) == ITEMS


def test_a_mistake_in_a_workbook_is_told_with_sheet_row_and_column(
    book: Path, tmp_path: Path
) -> None:
    bad = edited(
        book,
        tmp_path / "bad.xlsx",
        ("环节", "承诺天数", 2, "三天"),
        ("材料", "纸张", 3, "羊皮"),
        ("表单", "必填", 4, "看情况"),
        ("表单", "编码", 5, "XX-999"),
        ("事项", "部门", 2, None),
        ("事项", "版本", 3, 0),
    )
    found = read_workbook(bad)
    places = {(one.sheet, one.row, one.column) for one in found.problems}
    assert places >= {
        ("环节", 2, "承诺天数"),
        ("材料", 3, "纸张"),
        ("表单", 4, "必填"),
        ("表单", 5, "编码"),
        ("事项", 2, "部门"),
        ("事项", 3, "版本"),
    }
    sentence = next(p for p in found.problems if p.sheet == "环节").sentence("zh")
    assert sentence.startswith("bad.xlsx“环节”表第 2 行“承诺天数”列：")
    assert len(found.structures) == len(ITEMS) - 2, "the other items are still sound"


def test_a_workbook_without_a_sheet_or_a_column_is_told_so(book: Path, tmp_path: Path) -> None:
    copy = load_workbook(book)
    del copy["材料"]
    copy["事项"].delete_cols([cell.value for cell in copy["事项"][1]].index("名称") + 1)
    copy.save(tmp_path / "torn.xlsx")
    words = [problem.sentence("zh") for problem in read_workbook(tmp_path / "torn.xlsx").problems]
    assert any("材料" in word and "没有这张表" in word for word in words)
    assert any("名称" in word and "没有这一列" in word for word in words)


def test_words_that_look_like_a_formula_stay_words(tmp_path: Path) -> None:
    data = structure_of(ITEMS[0])
    data["promise"] = "=1+1 也只是字"
    write_workbook([item_from(data)], tmp_path / "f.xlsx")
    (found,) = read_workbook(tmp_path / "f.xlsx").structures
    assert found["promise"] == data["promise"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", "文字".encode()])
def test_what_is_no_workbook_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(FileUnreadable):
        read_workbook(tmp_path / "x.xlsx")


def test_importing_adds_then_leaves_alone_then_asks_for_a_higher_version(
    book: Path, tmp_path: Path
) -> None:
    home = tmp_path / "catalogue"
    first = import_items(book, home)
    assert len(first.added) == len(ITEMS) and not first.problems
    assert Catalogue.load(home).items == ITEMS

    again = import_items(book, home)
    assert len(again.unchanged) == len(ITEMS) and not again.added

    new_title = ("事项", "名称", 2, "高龄老人生活补贴")
    sly = import_items(edited(book, tmp_path / "sly.xlsx", new_title), home)
    assert ["版本" in problem.flaw.zh for problem in sly.problems] == [True]
    assert Catalogue.load(home).items == ITEMS, "nothing changed behind a version's back"

    raised = edited(book, tmp_path / "v2.xlsx", new_title, ("事项", "版本", 2, 2))
    done = import_items(raised, home)
    code = ITEMS[0].code
    assert done.changed == (code,)
    loaded = Catalogue.load(home)
    assert loaded.item(code).version == 2
    assert loaded.item(code, 1) == ITEMS[0], "a case opened before goes on with its version"
    assert check(home)[1] == ()


def test_yaml_and_json_are_taken_too(tmp_path: Path) -> None:
    data = [structure_of(item) for item in ITEMS[:2]]
    (tmp_path / "two.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    assert import_items(tmp_path / "two.yaml", tmp_path / "a").added == (
        ITEMS[0].code,
        ITEMS[1].code,
    )
    (tmp_path / "one.json").write_text(json.dumps(data[0]), "utf-8")
    assert import_items(tmp_path / "one.json", tmp_path / "b").added == (ITEMS[0].code,)


def test_a_later_version_waits_for_its_day(tmp_path: Path) -> None:
    from datetime import date

    data = structure_of(ITEMS[0]) | {"version": 2, "valid_from": "2027-01-01"}
    both = Catalogue([ITEMS[0], item_from(data)])
    code = ITEMS[0].code
    assert both.item(code).version == 2
    assert both.on(date(2026, 11, 23)).item(code).version == 1
    assert both.on(date(2027, 1, 1)).item(code).version == 2


def test_a_countys_own_folder_goes_before_the_shipped_one(tmp_path: Path) -> None:
    data = structure_of(ITEMS[0]) | {"department": "本县自己的部门", "example": False}
    write_item(item_from(data), tmp_path / f"{ITEMS[0].code}.json")
    both = Catalogue.load(resources("items"), tmp_path)
    assert both.item(ITEMS[0].code).department == "本县自己的部门"
    assert len(both.items) == len(ITEMS)


def test_a_damaged_item_stops_loading_with_everything_that_is_wrong(tmp_path: Path) -> None:
    shutil.copytree(resources("items"), tmp_path, dirs_exist_ok=True)
    path = tmp_path / "MZ-001.json"
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    del data["route"], data["promise"]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(CatalogueDamaged) as caught:
        Catalogue.load(tmp_path)
    assert {problem.flaw.place for problem in caught.value.problems} == {"route", "promise"}
    assert "MZ-001.json" in caught.value.sentence("zh")


def test_a_file_under_the_wrong_name_or_twice_is_found(tmp_path: Path) -> None:
    write_item(ITEMS[0], tmp_path / "other.json")
    write_item(ITEMS[0], tmp_path / f"{ITEMS[0].code}.json")
    write_item(ITEMS[0], tmp_path / f"{ITEMS[0].code}@1.json")
    words = [problem.flaw.zh for problem in check(tmp_path)[1]]
    assert any("文件应叫" in word for word in words)
    assert any("已经是" in word for word in words)


def test_json_that_does_not_parse_says_where(tmp_path: Path) -> None:
    (tmp_path / "MZ-001.json").write_text('{"code": \n"MZ-001",}', "utf-8")
    (problem,) = check(tmp_path)[1]
    assert "第 2 行" in problem.flaw.zh
    with pytest.raises(FileUnreadable):
        Catalogue.load(tmp_path)


def test_an_unknown_code_names_those_that_are_there() -> None:
    with pytest.raises(ItemUnknown) as caught:
        catalogue().item("ZZ-999")
    assert "MZ-001" in caught.value.sentence("zh")
    with pytest.raises(ItemUnknown):
        catalogue().item("MZ-001", 7)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["station", *words])
    return main()


def test_the_command_checks_exports_and_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "out.xlsx"
    assert run(monkeypatch, "catalogue", "check", str(resources("items")), "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run(monkeypatch, "catalogue", "export", str(book)) == 0
    capsys.readouterr()

    bad = edited(book, tmp_path / "bad.xlsx", ("环节", "法定天数", 2, "很久"))
    assert run(monkeypatch, "catalogue", "check", str(bad), "--json") == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["sheet"], problem["row"], problem["column"]) == ("环节", 2, "法定天数")

    into = str(tmp_path / "in")
    assert run(monkeypatch, "catalogue", "import", str(bad), "--into", into) == 1
    assert len(Catalogue.load(tmp_path / "in").items) == len(ITEMS) - 1
    assert "法定天数" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("check", "nowhere"),
        ("import", "nowhere.xlsx"),
        ("export", "items.csv"),
        ("export", "no/such/folder/items.xlsx"),
    ],
)
def test_what_cannot_run_is_one_sentence_and_status_two(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path / "home"))
    assert run(monkeypatch, "catalogue", *words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1
    assert "Traceback" not in told.err


def test_an_item_drafted_from_a_paper_keeps_it_when_a_workbook_comes_back(tmp_path: Path) -> None:
    """The print of a paper has no place in a workbook."""
    field = ITEMS[0].fields[0]
    here = (20.0, 30.0, 60.0, 9.0)
    place = PaperPlace(id=field.id, page=1, box_mm=here, cell_mm=here, label_mm=here)
    paper = OriginalPaper(page_mm=(210.0, 297.0), prints=("iVBORw0KGgo=",), places=(place,))
    drafted = replace(ITEMS[0], paper=paper)
    home = tmp_path / "home"
    home.mkdir()
    write_item(drafted, home / f"{drafted.code}.json")
    book = tmp_path / "items.xlsx"

    write_workbook([drafted], book)
    assert import_items(book, home).unchanged == (drafted.code,)

    write_workbook([replace(drafted, version=2, title="改了名")], book)
    assert import_items(book, home).changed == (drafted.code,)
    assert Catalogue.load(home).item(drafted.code).paper == paper

    gone = replace(drafted, version=3, fields=drafted.fields[1:], paper=None)
    write_workbook([gone], book)
    import_items(book, home)
    assert Catalogue.load(home).item(drafted.code).paper is None, "its place has no field any more"
