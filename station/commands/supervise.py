"""``station supervise report``: statistics, cards and ranking, recomputed from the hub's record.

Works on the hub's own data folder, also while the hub runs and also on a copy of it years later:
nothing is asked of the hub, every figure is replayed from the signed operations.
"""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from station.commands.console import GOOD, add_json, note, print_json, say
from station.errors import StoreError, UsageWrong

if TYPE_CHECKING:
    from station.hub.settings import HubSettings


class NoRecordHere(StoreError):
    what = "There is nothing to report on."
    cause = "{where} holds no hub's database."
    remedy = "Name the hub's data folder with --data."
    zh = (
        "没有可统计的记录。",
        "{where} 里没有中心的数据库。",
        "请用 --data 指明中心的数据文件夹。",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="report")
    report = actions.add_parser("report", help=say("一段时间的统计", "the figures of a period"))
    report.add_argument(
        "--from",
        dest="since",
        metavar="DATE",
        help=say("从哪天起（含），如 2026-01-01", "first day, e.g. 2026-01-01"),
    )
    report.add_argument(
        "--to", dest="until", metavar="DATE", help=say("到哪天止（含）", "last day")
    )
    report.add_argument(
        "--unit", default="", metavar="CODE", help=say("只看这个单位和下级", "one unit and below")
    )
    report.add_argument("--data", type=Path, metavar="DIR", help=say("中心的数据", "hub's data"))
    report.add_argument("--config", type=Path, metavar="TOML", help=say("中心的设置", "settings"))
    report.add_argument(
        "--out", type=Path, metavar="XLSX|PDF", help=say("写成表格或 PDF", "workbook or PDF")
    )
    add_json(report)


def run(args: argparse.Namespace) -> int:
    out: Path | None = args.out
    if out is not None and out.suffix.lower() not in (".xlsx", ".pdf"):
        problem = say(
            f"{out.name} 的扩展名应是 .xlsx 或 .pdf。", f"{out.name} must end in .xlsx or .pdf."
        )
        raise UsageWrong(problem=problem, command="supervise report")
    from station.clock import CHINA, china_now

    now = china_now() + timedelta(seconds=1)  # what happened in this very second counts too
    since = datetime.combine(_day(args.since), time(), CHINA) if args.since else None
    until = now
    if args.until:
        until = datetime.combine(_day(args.until) + timedelta(days=1), time(), CHINA)

    from station.catalogue import Catalogue, load_calendar
    from station.hub.database import Database
    from station.hub.figures import Figures
    from station.hub.items import Items
    from station.hub.publishing import published
    from station.hub.settings import embedded, load_settings, with_changes
    from station.supervision.report import (
        as_json,
        heading,
        tables,
        write_pdf,
        write_workbook,
    )

    settings = load_settings(args.config) if args.config else embedded()
    settings = with_changes(settings, data=args.data)
    if not (settings.data / "hub.sqlite").exists():
        raise NoRecordHere(where=settings.data)
    catalogue = Catalogue.load(*settings.item_folders)
    database = Database.in_folder(settings.data)
    try:
        catalogue.grow(published(database))
        items = Items(database, catalogue)
        figures = Figures(database, items, load_calendar(settings.calendar_folder))
        found = figures.of(args.unit or settings.county, since, min(until, now))
    finally:
        database.close()
    names = _unit_names(settings)

    def unit_name(code: str) -> str:
        return names.get(code, code)

    titles = {item.code: item.title for item in catalogue.items}

    def item_title(code: str) -> str:
        return titles.get(code, code)  # an item that was taken out of the catalogue since

    shown = tables(found, unit_name, item_title)
    if out is not None:
        write = write_pdf if out.suffix.lower() == ".pdf" else write_workbook
        write(out, shown, heading(found))
        note(say(f"统计写在 {out}。", f"The figures are in {out}."))
    if args.json:
        print_json(as_json(found, unit_name))
    elif out is None:
        for table in shown:
            _show(table.title, (table.columns, *table.rows))
    return GOOD


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problem = say(
            f"“{text}”不是日期，请写成 2026-01-31 这样。",
            f"“{text}” is no date; write it like 2026-01-31.",
        )
        raise UsageWrong(problem=problem, command="supervise report") from None


def _unit_names(settings: HubSettings) -> dict[str, str]:
    from station.clock import china_now
    from station.hub.directory import units_in

    folder = settings.unit_folder
    if folder is None or not folder.is_dir():
        return {}
    return {code: listed.unit.name for code, listed in units_in(folder, china_now).items()}


def _show(title: str, rows: tuple[tuple[str, ...], ...]) -> None:
    if len(rows) < 2:
        return
    print(f"\n{title}")
    widths = [max(_width(row[number]) for row in rows) for number in range(len(rows[0]))]
    for row in rows:
        cells = (text + " " * (w - _width(text)) for text, w in zip(row, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
