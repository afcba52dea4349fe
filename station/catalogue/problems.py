"""What is wrong with a service item, said to the person who keeps the catalogue.

A ``Flaw`` knows where in the item it lies; a ``Problem`` is the flaw with the file and, for a
workbook, the sheet, row and column to click on. Nothing here reads files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from station.errors import CatalogueError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong in an item, at ``path`` in its file's structure."""

    path: Path
    zh: str
    en: str

    @property
    def place(self) -> str:
        """The path as people write it: ``materials[2].defer_days``."""
        text = ""
        for part in self.path:
            text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A flaw and where to find it; sheet, row and column only for workbooks, rows from 1."""

    file: str
    flaw: Flaw
    item: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def sentence(self, language: str = "zh") -> str:
        """Where and what, on one line."""
        zh = language == "zh"
        where = self.file
        if self.sheet:
            where += f"“{self.sheet}”表" if zh else f", sheet “{self.sheet}”"
        if self.row is not None:
            where += f"第 {self.row} 行" if zh else f", row {self.row}"
        if self.column:
            where += f"“{self.column}”列" if zh else f", column “{self.column}”"
        if not self.sheet and self.flaw.place:
            where += f" {self.flaw.place}"
        return f"{where}：{self.flaw.zh}" if zh else f"{where}: {self.flaw.en}"

    def as_json(self) -> dict[str, Any]:
        """The problem as ``station catalogue --json`` prints it."""
        return {
            "file": self.file,
            "item": self.item,
            "sheet": self.sheet or None,
            "row": self.row,
            "column": self.column or None,
            "place": self.flaw.place or None,
            "problem": self.flaw.zh,
            "problem_en": self.flaw.en,
        }


class ItemUnknown(CatalogueError):
    what = "There is no service item {code}."
    cause = "The catalogue has {known}."
    remedy = "Check the code, or import the item."
    zh = ("没有编码为 {code} 的事项。", "目录里有：{known}。", "请核对编码，或先导入这个事项。")


class CatalogueDamaged(CatalogueError):
    """Items that cannot be used; ``problems`` holds every one of them."""

    what = "The catalogue was not loaded."
    cause = "It has {count} problems; the first: {first}."
    remedy = "Run “station catalogue check {path}” to see them all."
    zh = (
        "事项目录没有读进来。",
        "有 {count} 处不对，第一处：{first_zh}。",
        "请运行“station catalogue check {path}”看全部。",
    )

    def __init__(self, path: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(
            path=path,
            count=len(problems),
            first=problems[0].sentence("en"),
            first_zh=problems[0].sentence("zh"),
        )


def schema_flaws(data: object) -> Iterator[Flaw]:
    """Every way in which ``data`` is not shaped like an item."""
    from jsonschema import Draft202012Validator  # slow to import, needed only when checking

    from station.catalogue.schema import ITEM

    for error in Draft202012Validator(ITEM).iter_errors(data):
        yield from _in_words(error)


_TYPES = {
    "string": ("文字", "text"),
    "integer": ("整数", "a whole number"),
    "number": ("数", "a number"),
    "boolean": ("是或否", "true or false"),
    "array": ("一列", "a list"),
    "object": ("一组", "a record"),
}


def _in_words(error: ValidationError) -> Iterator[Flaw]:
    path: Path = tuple(error.absolute_path)
    wanted: Any = error.validator_value
    found: Any = error.instance
    match error.validator:
        case "required":
            for name in wanted:
                if name not in found:
                    yield Flaw((*path, name), "没有填", "it is missing")
        case "additionalProperties":
            known: Any = error.schema
            for name in found:
                if name not in known["properties"]:
                    yield Flaw(
                        (*path, name), f"没有“{name}”这一项", f"there is no such word as “{name}”"
                    )
        case "type":
            names = wanted if isinstance(wanted, list) else [wanted]
            zh = "或".join(_TYPES[name][0] for name in names)
            en = " or ".join(_TYPES[name][1] for name in names)
            yield Flaw(path, f"应是{zh}，现在是 {_shown(found)}", f"{_shown(found)} is not {en}")
        case "enum":
            words = "、".join(str(word) for word in wanted)
            yield Flaw(
                path,
                f"应是其中一个：{words}；现在是 {_shown(found)}",
                f"{_shown(found)} is none of: {', '.join(str(word) for word in wanted)}",
            )
        case "const":
            yield Flaw(path, f"应是 {wanted}", f"it should be {wanted}")
        case "pattern":
            yield Flaw(
                path, f"{_shown(found)} 写法不对", f"{_shown(found)} is not written as {wanted}"
            )
        case "minLength" | "minItems":
            yield Flaw(path, f"至少要有 {wanted} 个", f"it needs at least {wanted}")
        case "maxItems":
            yield Flaw(path, f"最多 {wanted} 个", f"it has at most {wanted}")
        case "minimum" | "exclusiveMinimum":
            yield Flaw(path, f"{found} 太小，最小 {wanted}", f"{found} is below {wanted}")
        case "maximum":
            yield Flaw(path, f"{found} 太大，最大 {wanted}", f"{found} is above {wanted}")
        case "oneOf":
            yield Flaw(
                path,
                f"条件写法不对：{_shown(found)}",
                f"this is not a condition: {_shown(found)}",
            )
        case other:
            yield Flaw(path, f"不符合 {other}", str(error.message))


def _shown(value: object) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:38] + "…"
