"""``station form``: an item's paper form to print, and where its fields lie."""

from __future__ import annotations

import argparse
from datetime import datetime, time
from pathlib import Path

from station.catalogue.catalogue import Catalogue
from station.commands.console import GOOD, add_json, note, print_json, say
from station.domain.items import ServiceItem
from station.errors import InputError
from station.paths import resources


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


def run(args: argparse.Namespace) -> int:
    """Prints the form, or its layout as JSON."""
    item = Catalogue.load(args.catalogue or resources("items")).item(args.item)
    return _print(args, item) if args.action == "print" else _layout(args, item)


def _print(args: argparse.Namespace, item: ServiceItem) -> int:
    from station.clock import CHINA
    from station.dossier.form_pages import blank_form

    # Dated by the item's version, not by today: the same form is the same file.
    pdf = blank_form(item, datetime.combine(item.valid_from, time(), CHINA))
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
    from station.forms.layout import layout

    plan = layout(item)
    if args.json:
        print_json(plan.as_json())
        return GOOD
    print(f"{plan.title}  {plan.item} v{plan.version}  {plan.pages} × A4")
    for placed in plan.fields:
        x, y, width, height = placed.box_mm
        print(
            f"{placed.page}  {x:6.1f} {y:6.1f} {width:6.1f} {height:5.1f} mm  "
            f"{placed.kind.value:<12}{placed.id:<18}{placed.label}"
        )
    return GOOD
