"""The catalogue (事项目录): every service item in every version that cases were opened with.

One JSON file an item and version; the newest stands under the item's code alone, older ones as
``CODE@VERSION.json``. Items are never changed in place: a case is pinned to its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from station.catalogue.item_files import flaws_in, item_from, read_structure
from station.catalogue.problems import CatalogueDamaged, Flaw, ItemUnknown, Problem
from station.catalogue.search import Index
from station.domain.items import ServiceItem
from station.errors import FileUnreadable


class Catalogue:
    """The items of a county; searching builds an index at first use.

    It only grows: versions may come (``grow``), none is changed or goes. Whoever reads while it
    grows sees it as it was or as it is.
    """

    def __init__(self, items: Iterable[ServiceItem]) -> None:
        self._versions: dict[tuple[str, int], ServiceItem] = {}
        self._current: dict[str, ServiceItem] = {}
        self._index: Index | None = None
        self.grow(items)

    def grow(self, items: Iterable[ServiceItem]) -> None:
        """Takes further versions in; the newest of each item is the one in force."""
        versions, current = dict(self._versions), dict(self._current)
        for item in items:
            versions[item.code, item.version] = item
            known = current.get(item.code)
            if known is None or known.version <= item.version:
                current[item.code] = item
        self._versions, self._current, self._index = versions, current, None

    @classmethod
    def load(cls, *folders: Path) -> Catalogue:
        """The items in ``folders``; a later folder's version replaces an earlier one's.

        ``CatalogueDamaged`` names everything that is wrong, ``FileUnreadable`` a missing folder.
        """
        items: list[ServiceItem] = []
        for folder in folders:
            if not folder.is_dir():
                raise FileUnreadable(file=str(folder), reason="没有这个文件夹")
            for path in sorted(folder.glob("*.json")):
                data = read_structure(path)
                try:
                    # Full checks are the importer's; here the shape alone decides, to start fast.
                    items.append(item_from(data))
                except (KeyError, ValueError, TypeError, AttributeError):
                    raise CatalogueDamaged(str(folder), check_folder(folder)) from None
        return cls(items)

    @property
    def items(self) -> tuple[ServiceItem, ...]:
        """The current version of every item, by code."""
        return tuple(self._current[code] for code in sorted(self._current))

    @property
    def every_version(self) -> tuple[ServiceItem, ...]:
        """The items in all versions that are here."""
        return tuple(self._versions.values())

    def item(self, code: str, version: int | None = None) -> ServiceItem:
        """The item, in its newest version or a certain one; ``ItemUnknown`` when there is none."""
        found = self._current.get(code) if version is None else self._versions.get((code, version))
        if found is None:
            wanted = code if version is None else f"{code} v{version}"
            raise ItemUnknown(code=wanted, known="、".join(sorted(self._current)))
        return found

    def on(self, day: date) -> Catalogue:
        """The catalogue as it is in force on ``day``: versions that begin later are left out."""
        return Catalogue(item for item in self._versions.values() if item.valid_from <= day)

    def categories(self) -> tuple[tuple[str, int], ...]:
        """Each category with its number of items, the fullest first."""
        counts: dict[str, int] = {}
        for item in self.items:
            counts[item.category] = counts.get(item.category, 0) + 1
        return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))

    def of_category(self, category: str) -> tuple[ServiceItem, ...]:
        """The items of one category, by code."""
        return tuple(item for item in self.items if item.category == category)

    def search(self, query: str, uses: Mapping[str, int] | None = None) -> tuple[ServiceItem, ...]:
        """The items that answer ``query``, best first; ``uses`` counts cases by item code."""
        return self.index().find(query, uses)

    def most_used(self, uses: Mapping[str, int]) -> tuple[ServiceItem, ...]:
        """All items, the most used first, then by code."""
        return tuple(sorted(self.items, key=lambda item: -uses.get(item.code, 0)))

    def index(self) -> Index:
        """The search index, made once (some 0.2 s: ask for it off the GUI thread)."""
        if self._index is None:
            self._index = Index.of(self.items)
        return self._index


def check_folder(folder: Path) -> tuple[Problem, ...]:
    """Everything that is wrong in the item files of ``folder``."""
    found: list[Problem] = []
    seen: dict[tuple[str, int], str] = {}
    for path in sorted(folder.glob("*.json")):
        found += check_file(path, seen)
    return tuple(found)


def check_file(path: Path, seen: dict[tuple[str, int], str] | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong in one item file; ``seen`` remembers codes from file to file."""
    try:
        data = read_structure(path)
    except FileUnreadable as error:
        flaw = Flaw((), str(error.facts["reason"]), str(error.facts["reason"]))
        return (Problem(file=path.name, flaw=flaw),)
    flaws = list(flaws_in(data))
    code = data.get("code", "") if isinstance(data, dict) else ""
    if not flaws:
        wanted = {f"{code}.json", f"{code}@{data['version']}.json"}
        if path.suffix == ".json" and path.name not in wanted:
            flaws.append(
                Flaw(
                    ("code",),
                    f"文件应叫 {code}.json",
                    f"the file should be called {code}.json",
                )
            )
        if seen is not None:
            first = seen.setdefault((code, data["version"]), path.name)
            if first != path.name:
                flaws.append(
                    Flaw(
                        ("version",),
                        f"{first} 已经是 {code} 第 {data['version']} 版",
                        f"{first} already is version {data['version']} of {code}",
                    )
                )
    return tuple(Problem(file=path.name, item=str(code), flaw=flaw) for flaw in flaws)
