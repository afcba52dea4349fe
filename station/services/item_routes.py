"""The route of the item that a dossier is about: how far up its chain of approval has to go.

The dossier names item and version in its e-form, which the village signed with everything else;
the route is in the catalogue that comes with the program, or that this PC has fetched from its
hub before, so that an auditor needs nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from signing.trust import TrustStore
from signing.verify.files import verify_any
from signing.verify.verdict import Route, Verdict
from station.catalogue import Catalogue
from station.domain.units import Level
from station.errors import StationError
from station.paths import home, resources

_CODE = re.compile(r"[A-Z0-9-]{1,24}", re.ASCII)  # what a stranger wrote is shown only if it is one
_NOT_NAMED = Route("")


def verify_on_route(path: Path, trust: TrustStore, policy: str, at: datetime | None) -> Verdict:
    """The verdict on a file; under the policy ``chain`` also against the route of its item.

    A ``signing.verify.many.Judge``: call it where a file of strangers may be opened.
    """
    route = route_of(path) if policy == "chain" else None
    return verify_any(path, trust, policy=policy, at=at, route=route)


def route_of(path: Path) -> Route | None:
    """The route of the item that a PDF is about, without levels when it is not known here; None
    for what is no PDF."""
    import pikepdf

    try:
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                return None
        with pikepdf.open(path, attempt_recovery=False) as document:
            form = json.loads(document.attachments["eform.json"].get_file().read_bytes())
        code, version = form["item"], form["item_version"]
    except MemoryError:
        raise  # for whoever set the limit
    except Exception:  # noqa: BLE001 - whatever is wrong with the file is for its verdict to say
        return _NOT_NAMED
    if not isinstance(code, str) or type(version) is not int or not _CODE.fullmatch(code):
        return _NOT_NAMED
    return Route(f"{code} v{version}", known_routes().get((code, version), ()))


@cache
def known_routes() -> Mapping[tuple[str, int], tuple[str, ...]]:
    """The levels that sign, by item and version; read once, before workers are forked."""
    try:
        catalogue = Catalogue.load(resources("items"), *_further(home().catalogue))
    except StationError:  # then no item is known here, which every verdict says
        return {}
    return {
        (item.code, item.version): (
            Level.VILLAGE.value,
            *dict.fromkeys(stage.level.value for stage in item.route),
        )
        for item in catalogue.every_version
    }


def _further(folder: Path) -> tuple[Path, ...]:
    return (folder,) if folder.is_dir() else ()
