"""Where things lie: a person's data under one folder, and what ships with the program.

Names only. Nothing here makes a folder, opens a file or knows what is inside one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from station.errors import StationError

HOME_VARIABLE = "YIZHAN_HOME"
RESOURCES_VARIABLE = "YIZHAN_RESOURCES"

_CHECKOUT = Path(__file__).resolve().parents[1] / "resources"
_INSTALLED = (
    Path(sys.prefix) / "share" / "yizhan" / "resources",
    Path("/usr/share/yizhan/resources"),
)


class ResourcesMissing(StationError):
    what = "The program's own files were not found."
    cause = "There is no resources folder at {places}."
    remedy = "Install the program again, or set YIZHAN_RESOURCES to where the folder lies."
    zh = (
        "找不到程序自带的文件。",
        "这些地方都没有 resources 文件夹：{places}。",
        "请重新安装程序，或用 YIZHAN_RESOURCES 指明它在哪里。",
    )


@dataclass(frozen=True, slots=True)
class Home:
    """The one folder under which everything of this machine lies; copy it and all is copied."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings that a person changed (``station.settings``)."""
        return self.root / "settings.toml"

    @property
    def training(self) -> Path:
        """The training county: its authority, keys and trust root."""
        return self.root / "training"

    @property
    def station(self) -> Path:
        """The desk's own memory (``station.store``)."""
        return self.root / "station"

    @property
    def hub(self) -> Path:
        """The embedded hub: its database and sealed documents."""
        return self.root / "hub"

    @property
    def catalogue(self) -> Path:
        """Service items that came from the hub or were imported here, beside those shipped."""
        return self.root / "catalogue"

    @property
    def last_import(self) -> Path:
        """What became of the last file of items that was imported here."""
        return self.root / "last-import.json"

    @property
    def logs(self) -> Path:
        """What the processes of this machine wrote about themselves; never content of a case."""
        return self.root / "logs"


def home(environment: Mapping[str, str] = os.environ) -> Home:
    """The data folder: YIZHAN_HOME, else the place where this system keeps a person's data."""
    named = environment.get(HOME_VARIABLE)
    if named:
        return Home(Path(named).expanduser().absolute())
    if sys.platform == "win32" and (local := environment.get("LOCALAPPDATA")):
        return Home(Path(local) / "yizhan")
    return Home(Path.home() / ".local" / "share" / "yizhan")


def resources(*parts: str, environment: Mapping[str, str] = os.environ) -> Path:
    """A shipped file or folder, e.g. ``resources("items")``.

    Looked for where YIZHAN_RESOURCES says, then beside the code of a checkout, then where an
    installed program has them. Raises ``ResourcesMissing`` when none of these is there.
    """
    named = environment.get(RESOURCES_VARIABLE)
    places = (Path(named),) if named else (_CHECKOUT, *_INSTALLED)
    for place in places:
        if place.is_dir():
            return place.joinpath(*parts)
    raise ResourcesMissing(places=", ".join(str(place) for place in places))
