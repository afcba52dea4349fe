"""The supervision report: the same figures as JSON, as tables for people, as a workbook, a PDF.

Nothing is computed here; a figure that is not in ``Statistics`` is in no report either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, cast

from signing.files import write_whole
from station.supervision.statistics import Figures, Place, Rate, Saving, Statistics

Name = Callable[[str], str]


def as_json(found: Statistics, unit_name: Name) -> dict[str, Any]:
    """Plain JSON values; rates carry their share, units their name beside the code."""
    plain = cast("dict[str, Any]", _plain(found))
    plain["unit_names"] = {code: unit_name(code) for code in found.by_unit}
    return plain


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of text, ready to be laid out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def heading(found: Statistics) -> str:
    """The period in words."""
    since = f"{found.since:%Y-%m-%d}" if found.since else "开始"
    return f"{since} 至 {found.until:%Y-%m-%d %H:%M}"


def tables(found: Statistics, unit_name: Name, item_title: Name) -> tuple[Table, ...]:
    """The report's tables in reading order, in Chinese."""
    counted = ("收件", "办结", "退回", "不予受理", "在办", "黄牌", "红牌", "按时率", "提前办结率")
    return (
        Table("总览", ("项目", "数值"), tuple(_overview(found))),
        Table(
            "事项",
            ("事项", *counted),
            tuple((item_title(code), *_row(f)) for code, f in found.by_item.items()),
        ),
        Table(
            "单位",
            ("单位", "代码", *counted),
            tuple((unit_name(code), code, *_row(f)) for code, f in found.by_unit.items()),
        ),
        Table(
            "环节",
            ("事项", "层级", "次数", "平均小时", "承诺天数", "法定天数", "按时率"),
            tuple(
                (
                    item_title(stage.item),
                    stage.level.word,
                    str(stage.stints),
                    _number(stage.mean_hours),
                    str(stage.promised_days),
                    str(stage.legal_days),
                    stage.on_time.percent,
                )
                for stage in found.stages
            ),
        ),
        Table("村站排名（一次通过率）", _PLACES, _places(found.villages, unit_name)),
        Table("乡镇排名（按时率）", _PLACES, _places(found.townships, unit_name)),
        Table(
            "每周",
            ("周一", "收件", "办结"),
            tuple(
                (f"{week.begins:%Y-%m-%d}", str(week.received), str(week.decided))
                for week in found.weeks
            ),
        ),
        Table(
            "退回和不予受理的理由",
            ("理由", "次数"),
            tuple((code, str(count)) for code, count in found.reasons.items()),
        ),
    )


def write_workbook(file: Path, shown: tuple[Table, ...], period: str) -> None:
    """One sheet a table, headings frozen, columns as wide as their text."""
    import io

    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in shown:
        sheet = book.create_sheet(table.title[:31])
        sheet.append([f"{table.title}（{period}）"])
        sheet.append(list(table.columns))
        for row in table.rows:
            sheet.append([_cell(text) for text in row])
        sheet["A1"].font = sheet_bold = Font(bold=True)
        for cell in sheet[2]:
            cell.font = sheet_bold
        sheet.freeze_panes = "A3"
        for number, column in enumerate(table.columns, start=1):
            widest = max([_width(column), *(_width(row[number - 1]) for row in table.rows)])
            sheet.column_dimensions[get_column_letter(number)].width = min(widest + 3, 60)
    target = io.BytesIO()
    book.save(target)
    write_whole(file, target.getvalue())


def write_pdf(file: Path, shown: tuple[Table, ...], period: str) -> None:
    """The tables one below the other on A4 across, headings repeated on every page."""
    import io

    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
    from reportlab.platypus import Table as Grid

    from signing.fonts import FontStyle, reportlab_font

    font = reportlab_font(FontStyle.HEI)
    title = ParagraphStyle("title", fontName=font, fontSize=16, leading=22)
    heading_style = ParagraphStyle("heading", fontName=font, fontSize=12, leading=18)
    text = ParagraphStyle("text", fontName=font, fontSize=9, leading=12, wordWrap="CJK")
    story: list[Any] = [Paragraph(f"电子监察统计（{period}）", title), Spacer(0, 4 * mm)]
    for table in shown:
        story.append(Paragraph(table.title, heading_style))
        if not table.rows:
            story += [Paragraph("本期没有。", text), Spacer(0, 4 * mm)]
            continue
        widths = _shares(table, 265 * mm)
        body = [[Paragraph(_escaped(cell), text) for cell in row] for row in table.rows]
        head = [Paragraph(_escaped(cell), text) for cell in table.columns]
        grid = Grid([head, *body], colWidths=widths, repeatRows=1, hAlign="LEFT")
        grid.setStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#9aa5b1")),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eef1f4")),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
        story += [grid, Spacer(0, 5 * mm)]
    target = io.BytesIO()
    SimpleDocTemplate(
        target,
        pagesize=landscape(A4),
        leftMargin=16 * mm,
        rightMargin=16 * mm,
        topMargin=14 * mm,
        bottomMargin=14 * mm,
        title=f"电子监察统计 {period}",
        initialFontName=font,
    ).build(story)
    write_whole(file, target.getvalue())


_PLACES = ("名次", "单位", "代码", "比率", "件数")


def _overview(found: Statistics) -> list[tuple[str, str]]:
    total = found.total
    rows = [
        ("收件", str(total.received)),
        ("办结", str(total.decided)),
        ("其中通过", str(total.approved)),
        ("其中不予受理", str(total.refused)),
        ("退回补正", str(total.returned)),
        ("在办", str(total.open)),
        ("已超时在办", str(total.overdue)),
        ("黄牌", str(total.yellow)),
        ("红牌", str(total.red)),
        ("环节按时率", total.on_time.percent),
        ("提前办结率", total.early.percent),
        ("一次通过率", total.smooth.percent),
        ("平均办理小时", _number(total.mean_hours)),
        ("平均办理工作日", _number(total.mean_days)),
        ("时限压缩（全部事项）", _saving(found.catalogue_saving)),
        ("时限压缩（已办件承诺）", _saving(found.decided_saving)),
        ("时限压缩（已办件实际）", _saving(found.used_saving)),
    ]
    return rows + [(f"状态：{state.word}", str(n)) for state, n in total.by_state.items()]


def _row(figures: Figures) -> tuple[str, ...]:
    counts = (
        figures.received,
        figures.decided,
        figures.returned,
        figures.refused,
        figures.open,
        figures.yellow,
        figures.red,
    )
    return (*map(str, counts), figures.on_time.percent, figures.early.percent)


def _places(places: tuple[Place, ...], unit_name: Name) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            "件数太少" if place.place is None else str(place.place),
            unit_name(place.unit),
            place.unit,
            place.rate.percent,
            f"{place.rate.part}/{place.rate.whole}",
        )
        for place in places
    )


def _saving(saving: Saving) -> str:
    rate = saving.rate
    return f"{rate.percent}（{saving.before} → {saving.after} 工作日）"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"


def _cell(text: str) -> str | int:
    """Counts as numbers, so that a workbook can add them; codes stay text."""
    return int(text) if text.isdigit() and len(text) < 6 else text


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _shares(table: Table, total: float) -> list[float]:
    widths = [
        max([_width(column), *(min(_width(row[number]), 40) for row in table.rows)]) + 2
        for number, column in enumerate(table.columns)
    ]
    unit = min(total / sum(widths), 7.0)  # a table of two short columns need not fill the page
    return [width * unit for width in widths]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(value: object) -> object:
    match value:
        case Rate():
            return {"part": value.part, "whole": value.whole, "share": value.share}
        case Saving():
            share = value.rate.share
            return {"before": value.before, "after": value.after, "share": share}
        case date():  # a datetime is one too
            return value.isoformat()
        case Enum():
            return value.value
        case Mapping():
            return {str(_plain(key)): _plain(inner) for key, inner in value.items()}
        case tuple():
            return [_plain(inner) for inner in value]
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    return value
