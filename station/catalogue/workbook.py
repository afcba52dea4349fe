"""Items in a workbook (XLSX): what a county office keeps its catalogue in, read and written.

Five sheets: 事项, 表单, 材料, 条件, 环节; one row an item, field, material, rule or stage. A cell
that cannot be understood is handed on as it is, so that the one check of items finds it and can
name sheet, row and column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from station.catalogue.item_files import GUIDE_PARTS, flaws_in, structure_of
from station.catalogue.problems import Flaw, Problem
from station.catalogue.problems import Path as Place
from station.catalogue.schema import FORMAT
from station.domain.items import ServiceItem
from station.domain.units import Level, Role
from station.errors import FileUnreadable

_LIST = "\n"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its heading, where its value lies in the record, how it is read and written."""

    heading: str
    name: str
    read: Callable[[Any], Any] = lambda value: value
    write: Callable[[Any], Any] = lambda value: value
    width: int = 14
    optional: bool = False  # workbooks of before this column came are read as they are


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    part: str  # the list in the item that its rows make; empty for the items themselves
    columns: tuple[_Column, ...]


@dataclass(slots=True)
class _Gathered:
    """An item being gathered from rows, and where each of its parts was found."""

    data: dict[str, Any]
    places: dict[Place, tuple[str, int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkbookItems:
    """What a workbook holds: sound items as plain structures, and everything that is wrong."""

    structures: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]


def read_workbook(path: Path) -> WorkbookItems:
    """The items of a workbook; ``FileUnreadable`` when it is none."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook  # slow to import, and only for authors
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=False, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise FileUnreadable(file=path.name, reason=str(error)) from None
    problems: list[Problem] = []
    gathered: dict[str, _Gathered] = {}

    def wrong(sheet: str, row: int | None, column: str, zh: str, en: str) -> None:
        flaw = Flaw((), zh, en)
        problems.append(Problem(file=path.name, sheet=sheet, row=row, column=column, flaw=flaw))

    for sheet in _SHEETS:
        if sheet.title not in book.sheetnames:
            wrong(sheet.title, None, "", "没有这张表", "there is no such sheet")
            continue
        rows = book[sheet.title].iter_rows(values_only=True)
        headings = [str(cell or "").strip() for cell in next(rows, ())]
        absent = [
            column.heading
            for column in (_CODE, *sheet.columns)
            if column.heading not in headings and not column.optional
        ]
        for heading in absent:
            wrong(sheet.title, 1, heading, "没有这一列", "there is no such column")
        if _CODE.heading in absent:
            continue
        for number, cells in enumerate(rows, start=2):
            values = dict(zip(headings, cells, strict=False))
            if all(value is None or str(value).strip() == "" for value in values.values()):
                continue
            code = str(values.get(_CODE.heading) or "").strip()
            if not sheet.part:
                if code in gathered:
                    wrong(sheet.title, number, _CODE.heading, "编码重复", "this code occurs twice")
                    continue
                gathered[code] = _Gathered(_empty_item(code))
                place: Place = ()
            elif code not in gathered:
                wrong(
                    sheet.title,
                    number,
                    _CODE.heading,
                    f"“{code}”不在事项表里",
                    f"“{code}” is not in the sheet of items",
                )
                continue
            else:
                place = (sheet.part, len(gathered[code].data[sheet.part]))
                gathered[code].data[sheet.part].append({})
            _take_row(gathered[code], sheet, number, values, place)
    sound = []
    for code, item in gathered.items():
        flaws = flaws_in(item.data)
        problems += [_located(path.name, code, item, flaw) for flaw in flaws]
        if not flaws:
            sound.append(item.data)
    return WorkbookItems(tuple(sound), tuple(problems))


def write_workbook(items: Iterable[ServiceItem], path: Path) -> None:
    """Writes the items; ``read_workbook`` reads the same items back."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    structures = [structure_of(item) for item in items]
    book = Workbook(write_only=False)
    for page in list(book.worksheets):
        book.remove(page)
    for sheet in _SHEETS:
        page = book.create_sheet(sheet.title)
        columns = (_CODE, *sheet.columns)
        page.append([column.heading for column in columns])
        for structure in structures:
            for record in structure[sheet.part] if sheet.part else [structure]:
                page.append(
                    [structure["code"], *(_written(column, record) for column in sheet.columns)]
                )
        for cell in page[1]:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="E8EEF6")
        for row in page.iter_rows(min_row=2):
            for cell in row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if cell.data_type == "f":  # words that begin with "=" are words, no formula
                    cell.data_type = "s"
        for letter, column in zip(_letters(len(columns)), columns, strict=True):
            page.column_dimensions[letter].width = column.width
        page.freeze_panes = "B2"
    fresh = path.with_name(path.name + ".new")
    book.save(fresh)
    fresh.replace(path)


def _take_row(
    item: _Gathered, sheet: _Sheet, number: int, values: Mapping[str, Any], place: Place
) -> None:
    record: Any = item.data
    for part in place:
        record = record[part]
    item.places[place] = (sheet.title, number, "")
    for column in sheet.columns:
        where = _where(column.name)
        item.places[(*place, *where)] = (sheet.title, number, column.heading)
        value = values.get(column.heading)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        target = record
        for part in where[:-1]:
            target = target.setdefault(part, {})
        target[where[-1]] = column.read(value.strip() if isinstance(value, str) else value)


def _located(file: str, code: str, item: _Gathered, flaw: Flaw) -> Problem:
    """The flaw at its cell, or at the row or sheet that is nearest to it."""
    path = flaw.path
    while path and path not in item.places:
        path = path[:-1]
    sheet, row, column = item.places.get(path, ("事项", None, ""))
    if not path and flaw.path:
        titles = {one.part: one.title for one in _SHEETS}
        if flaw.path[0] in titles:
            sheet, row = titles[str(flaw.path[0])], None
    return Problem(file=file, item=code, sheet=sheet, row=row, column=column, flaw=flaw)


def _empty_item(code: str) -> dict[str, Any]:
    parts: dict[str, Any] = {sheet.part: [] for sheet in _SHEETS if sheet.part}
    return {"format": FORMAT, "code": code, "guide": {}, "result": {}, **parts}


def _written(column: _Column, record: Mapping[str, Any]) -> Any:
    value: Any = record
    for part in _where(column.name):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return column.write(value)


def _where(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))


def _letters(count: int) -> list[str]:
    from openpyxl.utils import get_column_letter

    return [get_column_letter(n) for n in range(1, count + 1)]


def _lines(value: Any) -> Any:
    return [line.strip() for line in str(value).split(_LIST) if line.strip()]


def _joined(value: Any) -> str:
    return _LIST.join(value)


def _pages(value: Any) -> Any:
    return [line.strip() for line in str(value).split(_LIST)]


_YES = {"是": True, "否": False}


def _boolean(value: Any) -> Any:
    return _YES.get(value, value) if isinstance(value, str) else value


def _yes(value: Any) -> str:
    return "是" if value else "否"


def _condition(value: Any) -> Any:
    if isinstance(value, str) and value not in _YES:
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return _boolean(value)


def _condition_text(value: Any) -> str:
    return _yes(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def _whole(value: Any) -> Any:
    """Workbooks keep whole numbers as floats now and then, and figures as text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _option_lines(value: Any) -> Any:
    options = []
    for line in _lines(value):
        code, separator, label = line.partition("=")
        options.append({"value": code.strip(), "label": label.strip() if separator else code})
    return options


def _option_text(value: Any) -> str:
    return _LIST.join(f"{option['value']}={option['label']}" for option in value)


def _read_english(value: Any) -> Any:
    pairs = (line.partition(" = ") for line in _lines(value))
    return {zh.strip(): en.strip() for zh, _, en in pairs}


def _english_text(value: Any) -> str:
    return _LIST.join(f"{zh} = {en}" for zh, en in value.items())


def _words(pairs: Mapping[str, str]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Reading and writing a code by its Chinese word; codes themselves are understood too."""
    codes = {word: code for code, word in pairs.items()}
    return (lambda value: codes.get(value, value)), (lambda value: pairs.get(value, value))


_ITEM_KIND = _words({"convenience": "便民服务", "licensing": "行政许可"})
_FIELD_KIND = _words(
    {
        "text": "文字",
        "name": "姓名",
        "digits": "数字",
        "id_number": "身份证号",
        "phone": "电话",
        "date": "日期",
        "money": "金额",
        "choice": "单选",
        "multichoice": "多选",
        "address": "地址",
        "signature": "签名",
    }
)
_PROFILE = _words({"a4_form": "A4 纸", "id_card": "身份证", "booklet": "证件本", "photo": "照片"})
_LEVEL = _words({level.value: level.word for level in Level})
_ROLE = _words({role.value: role.word for role in Role})
_GUIDE_WORDS = dict(
    zip(
        GUIDE_PARTS,
        (
            "办理依据",
            "办理条件",
            "受理单位及办理点",
            "收费依据及标准",
            "工作时间",
            "咨询方式",
            "监督电话",
        ),
        strict=True,
    )
)

_CODE = _Column("编码", "code", width=10)
_SHEETS = (
    _Sheet(
        "事项",
        "",
        (
            _Column("名称", "title", width=28),
            _Column("类别", "category", width=10),
            _Column("部门", "department", width=20),
            _Column("性质", "kind", *_ITEM_KIND, width=10),
            _Column("版本", "version", _whole, width=6),
            _Column("生效日期", "valid_from", _day, width=12),
            _Column("示例", "example", _boolean, _yes, width=6),
            _Column("别名", "aliases", _lines, _joined),
            *(
                _Column(word, f"guide.{part}", _lines, _joined, width=32)
                for part, word in _GUIDE_WORDS.items()
            ),
            _Column("申请人承诺", "promise", width=32),
            _Column("结果名称", "result.title", width=24),
            _Column("结果内容", "result.lines", _lines, _joined, width=40),
            _Column("有效月数", "result.valid_months", _whole, width=9),
            _Column("英文", "english", _read_english, _english_text, width=40, optional=True),
        ),
    ),
    _Sheet(
        "表单",
        "fields",
        (
            _Column("字段", "id"),
            _Column("名称", "label"),
            _Column("类型", "kind", *_FIELD_KIND, width=9),
            _Column("分组", "group"),
            _Column("必填", "required", _condition, _condition_text),
            _Column("选项", "options", _option_lines, _option_text, width=24),
            _Column("来源", "source", width=20),
            _Column("单位", "unit", str, width=8),
            _Column("宽度", "width", width=7),
            _Column("行数", "lines", _whole, width=7),
            _Column("提示", "hint", str),
            _Column("格式", "pattern", str),
            _Column("格式说明", "pattern_text", str),
            _Column("最小", "minimum", width=8),
            _Column("最大", "maximum", width=8),
        ),
    ),
    _Sheet(
        "材料",
        "materials",
        (
            _Column("材料", "id"),
            _Column("名称", "name", width=22),
            _Column("纸张", "profile", *_PROFILE, width=9),
            _Column("页", "pages", _pages, _joined),
            _Column("必交", "required", _condition, _condition_text, width=24),
            _Column("免交条件", "exempt", _condition, _condition_text, width=24),
            _Column("免交理由", "exempt_reason", str, width=20),
            _Column("后补天数", "defer_days", _whole, width=9),
            _Column("交原件", "original", _boolean, _yes, width=8),
            _Column("提示", "hint", str, width=24),
        ),
    ),
    _Sheet(
        "条件",
        "rules",
        (
            _Column("条件", "id"),
            _Column("内容", "text", str, width=32),
            _Column("怎么判断", "holds", _condition, _condition_text, width=32),
            _Column("不符合时", "failed", str, width=32),
        ),
    ),
    _Sheet(
        "环节",
        "route",
        (
            _Column("环节", "id"),
            _Column("名称", "name"),
            _Column("级别", "level", *_LEVEL, width=8),
            _Column("岗位", "role", *_ROLE, width=9),
            _Column("承诺天数", "days", _whole, width=9),
            _Column("法定天数", "legal_days", _whole, width=9),
            _Column("作决定", "decides", _boolean, _yes, width=8),
            _Column("盖章", "seals", _boolean, _yes, width=8),
            _Column("黄牌比例", "yellow_share", width=9),
        ),
    ),
)
