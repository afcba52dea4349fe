"""事项: the list with what is wrong in it, a file compared, signed, published; one item; export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from station.catalogue.importing import check
from station.catalogue.item_files import structure_of
from station.domain.units import Role
from tests.helpers.office_screens import ItemsDriver
from tests.helpers.waiting_cases import WaitingCases
from ui.admin.items_page import PublishDialog
from ui.admin.items_work import Shown
from ui.common.tasks import Tasks


@pytest.fixture
def administrator(
    own_county: WaitingCases, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> Iterator[ItemsDriver]:
    """田海 before the county's items."""
    driver = ItemsDriver.sit_down(own_county.office, Role.ADMINISTRATOR, tasks, qtbot, tmp_path)
    assert isinstance(driver, ItemsDriver)
    driver.wait_for_work()
    yield driver
    driver.leave()


def a_file(county: WaitingCases, folder: Path, **changes: dict[str, Any]) -> Path:
    """A JSON file of items, each with members changed: ``MZ_001={"version": 2}``."""
    structures = [
        structure_of(county.office.catalogue.item(code.replace("_", "-"))) | changed
        for code, changed in changes.items()
    ]
    file = folder / "事项.json"
    file.write_text(json.dumps(structures, ensure_ascii=False), "utf-8")
    return file


def test_every_item_stands_there_checked_and_is_found_by_pinyin(
    administrator: ItemsDriver,
) -> None:
    assert len(administrator.versions) == 12
    assert "便民 9 项，许可 3 项" in administrator.words
    assert administrator.items.work.count(Shown.EXAMPLE) == 12
    administrator.key("Ctrl+K")
    administrator.type("lmcf", administrator.items.search_field)
    assert list(administrator.versions) == ["LY-001"]


def test_an_item_opens_with_its_guide_papers_route_and_limits(administrator: ItemsDriver) -> None:
    row = next(one for one in administrator.items.model.rows if one.item.code == "MZ-001")
    administrator.items.table.opened.emit(row)
    words = administrator.words
    for expected in (
        "办理依据",
        "监督电话",
        "一共承诺",
        "审核员 · 审核",
        "身份证（人像面",
    ):
        assert expected in words
    administrator.key("Esc")
    assert administrator.items.table.isVisible()


def test_a_file_is_compared_and_only_what_was_signed_for_is_published(
    administrator: ItemsDriver, own_county: WaitingCases, tmp_path: Path
) -> None:
    file = a_file(
        own_county,
        tmp_path,
        MZ_001={"version": 2, "example": False},
        LY_001={"version": 2, "title": ""},
        SB_001={},
    )
    administrator.take(file)
    assert isinstance(administrator.items.dialog, PublishDialog)
    assert "1 项没变，1 项有错，不进来" in administrator.dialog()
    administrator.items.dialog.reject()
    assert administrator.versions["MZ-001"] == 1, "nothing was signed, nothing changed"

    administrator.take(file)
    administrator.items.dialog.act_button.click()
    administrator.wait_for_work()

    assert "发布了 1 项，1 项没进来" in administrator.said
    assert administrator.versions["MZ-001"] == 2
    assert administrator.items.work.count(Shown.USED) == 1
    assert "没导进来，仍用第 1 版。" in administrator.words
    assert "林木采伐许可" in administrator.words


def test_what_was_left_out_is_still_told_at_the_next_sign_in(
    own_county: WaitingCases, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    for first in (True, False):
        driver = ItemsDriver.sit_down(own_county.office, Role.ADMINISTRATOR, tasks, qtbot, tmp_path)
        assert isinstance(driver, ItemsDriver)
        driver.wait_for_work()
        if first:
            driver.take(a_file(own_county, tmp_path, LY_001={"title": "别的"}))
            assert driver.items.dialog is None, "there is nothing to sign"
        assert "版本号要高于 1" in driver.words
        driver.leave()


def test_what_is_no_item_file_is_told_in_one_sentence(
    administrator: ItemsDriver, tmp_path: Path
) -> None:
    for name, data in (("空.xlsx", b""), ("坏.json", b"{"), ("照片.jpg", b"\xff\xd8")):
        (tmp_path / name).write_bytes(data)
        administrator.take(tmp_path / name)
        assert name in administrator.items.message.words
        assert administrator.items.export_button.isEnabled()


def test_all_items_are_exported_as_a_workbook_that_the_check_finds_sound(
    administrator: ItemsDriver, tmp_path: Path
) -> None:
    administrator.items.work.export(tmp_path / "全部.xlsx")
    administrator.wait_for_work()
    assert "全部.xlsx" in administrator.said
    assert check(tmp_path / "全部.xlsx") == (12, ())
    administrator.items.work.export(tmp_path / "没有的文件夹" / "全部.xlsx")
    administrator.wait_for_work()
    assert "没有写出来" in administrator.items.message.words
