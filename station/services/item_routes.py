"""What a document has to be signed by: its kind, and the route of the item that it is about.

A dossier names item and version in its e-form, a letter in a record of its own; whoever signed
first signed them with everything else. The route is in the catalogue that comes with the program,
in the one of this PC's county, or in a folder that the auditor names, so that it takes no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from signing.trust import TrustStore
from signing.verify.files import verify_any
from signing.verify.verdict import BoundFile, PaperKind, Route, Verdict
from station.catalogue import Catalogue
from station.domain.items import ServiceItem
from station.domain.units import Level
from station.dossier.records import EFORM_FILE, RECORD_FILE, LetterKind, mapping_in, record_in
from station.errors import StationError
from station.paths import home, resources

_CODE = re.compile(r"[A-Z0-9-]{1,24}", re.ASCII)  # what a stranger wrote is shown only if it is one
_VILLAGE = re.compile(r"\d{12}", re.ASCII)


@dataclass(frozen=True)
class ItemRoutes:
    """The routes of the items that are known here; asked about documents."""

    items: Mapping[tuple[str, int], ServiceItem]

    @classmethod
    def known(cls, folders: Iterable[Path] = ()) -> ItemRoutes:
        """Of the items in ``folders``, this county's and those shipped; read once."""
        usual = (resources("items"), home().catalogue)
        # A folder that items came to is read again.
        return _known(usual, tuple(folders), tuple(_state(f) for f in (*usual, *folders)))

    def of_document(self, bound: BoundFile) -> Route | None:
        """What a document has to be signed by; a ``signing.verify.verdict.RouteFinder``.

        What holds an e-form is a dossier whatever else it says: so the stricter demand stands.
        """
        if (eform := bound(EFORM_FILE)) is not None:
            return self.of_dossier(*_named(mapping_in(eform)))
        if (written := bound(RECORD_FILE)) is None:
            return Route("")
        record = record_in(written)
        if record is None:
            return Route("", kind=PaperKind.DECISION)
        if record.kind is LetterKind.NOTICE:
            return Route("", kind=PaperKind.NOTICE)
        code, version = _named({"item": record.item, "item_version": record.item_version})
        return self.of_decision(code, version, record.number, record.kind is LetterKind.RESULT)

    def of_dossier(self, code: str, version: int) -> Route:
        """Village first, then every stage; without levels when the item is not known here."""
        item = self.items.get((code, version))
        levels = () if item is None else (Level.VILLAGE, *(stage.level for stage in item.route))
        return Route(
            _told(code, version),
            tuple(dict.fromkeys(level.value for level in levels)),
            PaperKind.DOSSIER,
        )

    def of_decision(self, code: str, version: int, number: str, final: bool) -> Route:
        """The stage that decides (``final``), or any above the village: those may refuse."""
        item = self.items.get((code, version))
        stages = () if item is None else item.route[-1:] if final else item.route
        return Route(
            _told(code, version),
            tuple(stage.level.value for stage in stages),
            PaperKind.DECISION,
            roles=tuple(stage.role.word for stage in stages),
            place=found[0] if (found := _VILLAGE.match(number)) else "",
        )


def verify_on_route(
    path: Path,
    trust: TrustStore,
    policy: str,
    at: datetime | None,
    folders: tuple[Path, ...] = (),
) -> Verdict:
    """The verdict on a file; under the policy ``chain`` also against what it has to be signed by.

    A ``signing.verify.many.Judge``: call it where a file of strangers may be opened.
    """
    find = ItemRoutes.known(folders).of_document if policy == "chain" else _notices
    return verify_any(path, trust, policy=policy, at=at, route=find)


def _notices(bound: BoundFile) -> Route | None:
    """Where no chain is asked for: whether it is a notice, which may be unsigned; no catalogue is
    read for that."""
    if bound(EFORM_FILE) is not None or (written := bound(RECORD_FILE)) is None:
        return None
    record = record_in(written)
    notice = record is not None and record.kind is LetterKind.NOTICE
    return Route("", kind=PaperKind.NOTICE) if notice else None


@lru_cache(maxsize=8)
def _known(
    usual: tuple[Path, ...], named: tuple[Path, ...], _states: tuple[int, ...]
) -> ItemRoutes:
    found: dict[tuple[str, int], ServiceItem] = {}
    for folder in (*usual, *named):
        if folder in usual and not folder.is_dir():
            continue
        try:
            catalogue = Catalogue.load(folder)
        except StationError:
            if folder in named:
                raise
            continue  # then none of its items is known here, which every verdict says
        found |= {(item.code, item.version): item for item in catalogue.every_version}
    return ItemRoutes(found)


def _state(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _named(written: Mapping[str, object]) -> tuple[str, int]:
    """Item and version; "" and 0 for what is neither."""
    code, version = written.get("item"), written.get("item_version")
    if isinstance(code, str) and type(version) is int and _CODE.fullmatch(code):
        return code, version
    return "", 0


def _told(code: str, version: int) -> str:
    return f"{code} v{version}" if code else ""
