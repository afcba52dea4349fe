"""Taking items over from a file that somebody keeps: workbook, YAML or JSON.

Sound items are taken, the others are told about and stay as they were. An item that changes needs
a higher version: cases already opened go on with the version they began with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from station.catalogue.catalogue import Catalogue, check_folder
from station.catalogue.checks import item_flaws
from station.catalogue.item_files import flaws_in, item_from, read_structure, write_item
from station.catalogue.problems import Flaw, ItemUnknown, Problem
from station.catalogue.workbook import read_workbook
from station.domain.items import ServiceItem
from station.errors import FileUnreadable

WORKBOOK = (".xlsx", ".xlsm")
STRUCTURED = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the items of a file, by code."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def check(path: Path) -> tuple[int, tuple[Problem, ...]]:
    """How many sound items there are in a file or folder, and everything that is wrong."""
    if path.is_dir():
        problems = check_folder(path)
        bad = {problem.file for problem in problems}
        return sum(one.name not in bad for one in path.glob("*.json")), problems
    structures, problems = _structures(path)
    return len(structures), problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The items of a file beside those of a catalogue; ``unchanged`` by code."""

    added: tuple[ServiceItem, ...] = ()
    changed: tuple[ServiceItem, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def compare(path: Path, there: Catalogue) -> Comparison:
    """What taking ``path`` over into the catalogue ``there`` would change. Nothing is written."""
    structures, problems = _structures(path)
    added, changed, unchanged, refused = [], [], [], []
    for structure in structures:
        item = item_from(structure)
        try:
            known = there.item(item.code)
        except ItemUnknown:
            added.append(item)
            continue
        if path.suffix.lower() in WORKBOOK:
            item = _with_paper(item, known)
        if known == item:
            unchanged.append(item.code)
        elif item.version <= known.version:
            refused.append(_needs_version(path, item, known))
        else:
            changed.append(item)
    return Comparison(
        added=tuple(added),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        problems=(*problems, *refused),
    )


def import_items(path: Path, into: Path) -> Imported:
    """Takes the sound items of ``path`` over into the folder ``into``."""
    into.mkdir(parents=True, exist_ok=True)
    there = Catalogue.load(into)
    found = compare(path, there)
    for item in found.changed:
        known = there.item(item.code)
        write_item(known, into / f"{known.code}@{known.version}.json")
    for item in (*found.added, *found.changed):
        write_item(item, into / f"{item.code}.json")
    return Imported(
        added=tuple(item.code for item in found.added),
        changed=tuple(item.code for item in found.changed),
        unchanged=found.unchanged,
        problems=found.problems,
    )


def _with_paper(item: ServiceItem, known: ServiceItem) -> ServiceItem:
    """The item with its original paper, which no workbook can hold.

    It goes where the form no longer fits it: squares without options, places without fields.
    """
    if known.paper is None:
        return item
    kept = replace(item, paper=known.paper)
    return item if any(flaw.path[:1] == ("paper",) for flaw in item_flaws(kept)) else kept


def _needs_version(path: Path, item: ServiceItem, known: ServiceItem) -> Problem:
    flaw = Flaw(
        ("version",),
        f"内容改了，版本号要高于 {known.version}（现在是 {item.version}）",
        f"it has changed, so its version must be above {known.version}, not {item.version}",
    )
    return Problem(file=path.name, item=item.code, flaw=flaw)


def _structures(path: Path) -> tuple[tuple[Mapping[str, Any], ...], tuple[Problem, ...]]:
    suffix = path.suffix.lower()
    if not path.is_file():
        raise FileUnreadable(file=str(path), reason="没有这个文件")
    if suffix in WORKBOOK:
        found = read_workbook(path)
        return found.structures, found.problems
    if suffix not in STRUCTURED:
        raise FileUnreadable(
            file=path.name, reason="事项文件应是 XLSX、YAML 或 JSON（XLSX, YAML or JSON is wanted）"
        )
    data = read_structure(path)
    entries = data if isinstance(data, list) else [data]
    sound: list[Mapping[str, Any]] = []
    problems: list[Problem] = []
    for entry in entries:
        flaws = flaws_in(entry)
        code = str(entry.get("code", "")) if isinstance(entry, Mapping) else ""
        problems += [Problem(file=path.name, item=code, flaw=flaw) for flaw in flaws]
        if not flaws:
            sound.append(entry)
    return tuple(sound), tuple(problems)
