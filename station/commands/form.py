"""``station form``: an item's paper form to print, where its fields lie, and a first definition
from a blank paper form that nobody prepared."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.catalogue.catalogue import Catalogue
from station.clock import china_now
from station.commands.console import GOOD, add_json, note, print_json, say
from station.domain.items import ServiceItem
from station.errors import InputError, UsageWrong
from station.paths import resources

if TYPE_CHECKING:
    from station.reading.drafting.draft import Draft


class NotWritten(InputError):
    what = "{file} was not written."
    cause = "{reason}"
    remedy = "Choose another place, or free some space, and try again."
    zh = ("{file} 没有写成。", "{reason}。", "请换个地方或腾出空间再试。")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the subcommand."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    printed = actions.add_parser("print", help=say("打印空白表", "the blank paper form"))
    printed.add_argument("--out", type=Path, required=True, metavar="PDF")
    laid_out = actions.add_parser("layout", help=say("各栏的位置", "where the fields are"))
    for action in (printed, laid_out):
        action.add_argument("--item", required=True, metavar="CODE")
        action.add_argument("--catalogue", type=Path, metavar="DIR", help=argparse.SUPPRESS)
        add_json(action)
    drafted = actions.add_parser(
        "draft", help=say("从空白纸表起草", "a first definition from a blank paper form")
    )
    drafted.add_argument(
        "blank",
        type=Path,
        metavar="BLANK_IMAGE_OR_PDF",
        help=say("空白表的照片、扫描件或 PDF", "photograph, scan or PDF of the blank form"),
    )
    drafted.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="ITEM",
        help=say(
            "写成哪个事项文件（.json）或放进哪个文件夹", "the item's file (.json) or its folder"
        ),
    )
    drafted.add_argument(
        "--code", type=_code, metavar="CODE", help=say("事项编号", "the item's code")
    )
    add_json(drafted)


def run(args: argparse.Namespace) -> int:
    """Prints the form, its layout, or drafts one."""
    if args.action == "draft":
        return _draft(args)
    item = Catalogue.load(args.catalogue or resources("items")).item(args.item)
    return _print(args, item) if args.action == "print" else _layout(args, item)


def _print(args: argparse.Namespace, item: ServiceItem) -> int:
    from station.clock import CHINA
    from station.dossier.form_pages import blank_form, original_form

    # Dated by the item's version, not by today: the same form is the same file.
    created = datetime.combine(item.valid_from, time(), CHINA)
    pdf = original_form(item, created) if item.paper else blank_form(item, created)
    try:
        args.out.write_bytes(pdf)
    except OSError as error:
        raise NotWritten(file=str(args.out), reason=error.strerror or str(error)) from None
    if args.json:
        print_json({"item": item.code, "out": str(args.out)})
    else:
        note(say(f"空白表写进了 {args.out}。", f"The blank form is in {args.out}."))
    return GOOD


def _layout(args: argparse.Namespace, item: ServiceItem) -> int:
    from station.forms.original import paper_layout

    plan = paper_layout(item)
    if args.json:
        print_json(plan.as_json())
        return GOOD
    print(f"{plan.title}  {plan.item} v{plan.version}  {plan.pages} × {_paper(plan.page_mm)}")
    for placed in plan.fields:
        x, y, width, height = placed.box_mm
        print(
            f"{placed.page}  {x:6.1f} {y:6.1f} {width:6.1f} {height:5.1f} mm  "
            f"{placed.kind.value:<12}{placed.id:<18}{placed.label}"
        )
    return GOOD


def _paper(size_mm: tuple[float, float]) -> str:
    return "A4" if size_mm == (210.0, 297.0) else "{:g} × {:g} mm".format(*size_mm)


# -- drafting -------------------------------------------------------------------------------------

_CODE = re.compile(r"^[A-Z]{2,4}-[0-9]{3}$")
_NO_CODE = "CG-001"  # 草稿


def _code(word: str) -> str:
    if not _CODE.match(word):
        raise argparse.ArgumentTypeError(
            say(f"“{word}”不像事项编号（如 MZ-001）", f"“{word}” is no code such as MZ-001")
        )
    return word


def _draft(args: argparse.Namespace) -> int:

    from station.catalogue.item_files import structure_of, write_item
    from station.commands.page import read_file
    from station.reading.drafting.draft import draft_item
    from station.reading.engine import RapidReader

    out: Path = args.out
    named = out.stem if _CODE.match(out.stem) else _NO_CODE
    code = args.code or named
    if out.is_dir():
        out /= f"{code}.json"
    if out.suffix.lower() != ".json":
        raise UsageWrong(
            problem=say("事项文件要以 .json 结尾。", "The item's file must end in .json."),
            command="form draft",
        )
    data = read_file(args.blank)
    draft = draft_item(data, args.blank.name, RapidReader(), code=code, today=china_now().date())
    try:
        write_item(draft.item, out)
    except OSError as error:
        raise NotWritten(file=str(out), reason=error.strerror or str(error)) from None
    if args.json:
        definition = structure_of(draft.item)
        definition["paper"] = {**definition["paper"], "prints": len(definition["paper"]["prints"])}
        print_json(
            paper_layout_json(draft.item)
            | {
                "out": str(out),
                "definition": definition,
                "doubtful": [
                    {
                        "field": doubt.field or None,
                        "reason": say(doubt.zh, doubt.en),
                        "page": doubt.page or None,
                        "box_mm": list(doubt.box_mm) if doubt.box_mm else None,
                    }
                    for doubt in draft.doubts
                ],
            }
        )
    else:
        _tell_draft(draft)
    note(say(f"草稿写进了 {out}。", f"The draft is in {out}."))
    return GOOD


def paper_layout_json(item: ServiceItem) -> dict[str, Any]:
    """Where the fields lie on the paper, as ``form layout`` prints it."""
    from station.forms.original import paper_layout

    return paper_layout(item).as_json()


def _tell_draft(draft: Draft) -> None:
    from station.forms.original import paper_layout

    plan = paper_layout(draft.item)
    print(f"{draft.item.title}  {draft.item.code}  {plan.pages} × {_paper(plan.page_mm)}")
    reasons: dict[str, list[str]] = {}
    for doubt in draft.doubts:
        reasons.setdefault(doubt.field, []).append(say(doubt.zh, doubt.en))
    for placed in plan.fields:
        options = " / ".join(option.label for option in placed.options)
        doubtful = "；".join(reasons.get(placed.id, ()))
        print(
            f"{placed.page}  {placed.kind.value:<12}{placed.label}"
            + (f"（{placed.unit}）" if placed.unit else "")
            + (f"  [{options}]" if options else "")
            + (f"  ? {doubtful}" if doubtful else "")
        )
    for reason in reasons.get("", ()):
        print(f"? {reason}")
