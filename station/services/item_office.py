"""The county's service items as its administrator keeps them: what is in force, what a file would
change, publishing it, and taking everything out as a workbook.

A file is compared first; nothing of it counts before the administrator has signed it, and what is
wrong in it is told with its place and stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from signing.files import write_whole
from signing.keys.protocol import SigningKey
from station.catalogue import Catalogue
from station.catalogue.importing import Comparison, compare
from station.catalogue.item_files import flaws_in, structure_of
from station.catalogue.problems import Flaw, Problem
from station.catalogue.search import answers
from station.clock import Clock
from station.domain.items import ItemKind, ServiceItem
from station.errors import HubError
from station.services.item_post import ItemPost
from station.wire.administration import AdministratorClient
from station.wire.client import HubUnreachable

_FORMAT = "yizhan-last-import/1"


class ItemState(StrEnum):
    """How an item stands in the list. The first that applies counts."""

    WRONG = "wrong"  # in force, but the check finds something in it
    EXAMPLE = "example"  # 示例: shipped, the county has not confirmed it
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """An item in force, with everything that ``station catalogue check`` finds in it."""

    item: ServiceItem
    flaws: tuple[Flaw, ...]

    @property
    def state(self) -> ItemState:
        if self.flaws:
            return ItemState.WRONG
        return ItemState.EXAMPLE if self.item.example else ItemState.USED


@dataclass(frozen=True, slots=True, kw_only=True)
class LastImport:
    """What became of the last file; codes, and the problems as they were told."""

    at: datetime
    file: str
    published: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The items that were not taken, each once; what stands in no item counts as its file."""
        return tuple(dict.fromkeys(problem.item or problem.file for problem in self.problems))


class ItemOffice:
    """What an administrator who has signed in may do about service items."""

    def __init__(
        self,
        hub: AdministratorClient,
        key: SigningKey,
        catalogue: Catalogue,
        post: ItemPost,
        last_import: Path,
        clock: Clock,
    ) -> None:
        self._hub = hub
        self._key = key
        self._catalogue = catalogue
        self._post = post
        self._last_import = last_import
        self._clock = clock
        self._checked: dict[tuple[str, int], ListedItem] = {}

    # ---------------------------------------------------------------- what is in force
    def listed(self) -> tuple[ListedItem, ...]:
        """Every item in force by code, checked as ``station catalogue check`` does (slow once)."""
        return tuple(self._listed(item) for item in self._catalogue.items)

    def versions(self, code: str) -> tuple[ServiceItem, ...]:
        """All versions of an item that are known here, the newest first."""
        mine = (item for item in self._catalogue.every_version if item.code == code)
        return tuple(sorted(mine, key=lambda item: -item.version))

    def export(self, file: Path) -> int:
        """Writes every item in force as a workbook (XLSX); how many. ``OSError`` as it comes."""
        from station.catalogue.workbook import write_workbook

        items = self._catalogue.items
        write_workbook(items, file)
        return len(items)

    # ---------------------------------------------------------------- what a file would change
    def compare(self, file: Path) -> Comparison:
        """What publishing a workbook, YAML or JSON file would change. Nothing is changed yet.

        Versions that begin later are told as problems: what is published is in force at once.
        """
        found = compare(file, self._catalogue)
        today = self._clock().date()
        early = [i for i in (*found.added, *found.changed) if i.valid_from > today]
        return replace(
            found,
            added=tuple(item for item in found.added if item not in early),
            changed=tuple(item for item in found.changed if item not in early),
            problems=(*found.problems, *(_too_early(file, item, today) for item in early)),
        )

    def publish(
        self,
        file: Path,
        found: Comparison,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> LastImport:
        """Signs and publishes what is new in ``found``, one item after the other.

        What the hub refuses is told with the problems of the file. Where the hub cannot be
        reached, the rest is told so too and may be published by importing again; when nothing
        was published yet, ``HubUnreachable`` is raised instead.
        """
        wanted = (*found.added, *found.changed)
        published: list[str] = []
        problems = list(found.problems)
        for done, item in enumerate(wanted):
            progress(done, len(wanted))
            try:
                self._hub.publish(item, self._key)
            except HubUnreachable as error:
                if not published:
                    raise
                problems += [_unpublished(file, left, error) for left in wanted[done:]]
                break
            except HubError as error:
                problems.append(_unpublished(file, item, error))
                continue
            self._post.keep([item])
            published.append(item.code)
        last = LastImport(
            at=self._clock(),
            file=file.name,
            published=tuple(published),
            unchanged=found.unchanged,
            problems=tuple(problems),
        )
        self._remember(last)
        return last

    def last_import(self) -> LastImport | None:
        """What became of the last file that was published here; None when there was none."""
        try:
            kept = json.loads(self._last_import.read_text("utf-8"))
            if kept["format"] != _FORMAT:
                return None
            return LastImport(
                at=datetime.fromisoformat(kept["at"]),
                file=kept["file"],
                published=tuple(kept["published"]),
                unchanged=tuple(kept["unchanged"]),
                problems=tuple(_problem(entry) for entry in kept["problems"]),
            )
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or torn
            return None

    # ---------------------------------------------------------------- below
    def _listed(self, item: ServiceItem) -> ListedItem:
        mark = (item.code, item.version)
        known = self._checked.get(mark)
        if known is None or known.item is not item:
            flaws = flaws_in(structure_of(item))
            known = self._checked[mark] = ListedItem(item=item, flaws=flaws)
        return known

    def _remember(self, last: LastImport) -> None:
        kept = {
            "format": _FORMAT,
            "at": last.at.isoformat(timespec="seconds"),
            "file": last.file,
            "published": last.published,
            "unchanged": last.unchanged,
            "problems": [problem.as_json() for problem in last.problems],
        }
        text = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
        self._last_import.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._last_import, text.encode())


def found_by(listed: ListedItem, words: str) -> bool:
    """Whether an item answers to what was typed: name, other names, code or department."""
    item = listed.item
    return any(
        answers(words, text) for text in (item.title, *item.aliases, item.code, item.department)
    )


def kinds(listed: tuple[ListedItem, ...]) -> tuple[int, int]:
    """How many convenience and how many licensing items there are."""
    convenience = sum(one.item.kind is ItemKind.CONVENIENCE for one in listed)
    return convenience, len(listed) - convenience


def _unpublished(file: Path, item: ServiceItem, error: HubError) -> Problem:
    flaw = Flaw((), error.sentence("zh"), error.sentence("en"))
    return Problem(file=file.name, item=item.code, flaw=flaw)


def _too_early(file: Path, item: ServiceItem, today: date) -> Problem:
    flaw = Flaw(
        ("valid_from",),
        f"{item.valid_from:%Y-%m-%d} 才生效，今天是 {today:%Y-%m-%d}，到那天再导入",
        f"it begins on {item.valid_from}, today is {today}: import it on that day",
    )
    return Problem(file=file.name, item=item.code, flaw=flaw)


def _problem(entry: dict[str, object]) -> Problem:
    """A problem as it was kept; its place is a word by now."""
    place = str(entry["place"] or "")
    row = entry["row"]
    return Problem(
        file=str(entry["file"]),
        item=str(entry["item"]),
        sheet=str(entry["sheet"] or ""),
        row=row if isinstance(row, int) else None,
        column=str(entry["column"] or ""),
        flaw=Flaw((place,) if place else (), str(entry["problem"]), str(entry["problem_en"])),
    )
