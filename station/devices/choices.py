"""What this desk remembers of its devices: which are used, how a camera is set, typed addresses.

Kept in one file of the station. A file that cannot be read counts as empty: devices can be chosen
anew at any time.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from signing.files import write_whole
from station.devices.camera import QuarterTurn
from station.devices.presence import DeviceKind


class CameraUse(StrEnum):
    """What a camera of the desk looks at; a desk may have one for each, both at once."""

    PAGE = "camera"  # 高拍仪: the papers
    PORTRAIT = "portrait_camera"  # the applicant's face

    @property
    def words(self) -> tuple[str, str]:
        """What people call it, in Chinese and in English."""
        if self is CameraUse.PAGE:
            return DeviceKind.CAMERA.words
        return ("人像摄像头", "portrait camera")


Use = DeviceKind | CameraUse


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """How a camera is set; ``None`` leaves it to the camera.

    ``live`` and ``still`` are sizes in pixels, of the live picture and of photographs. ``focus``
    and ``exposure`` are in the driver's own units; None means automatic. ``turned`` is clockwise.
    """

    live: tuple[int, int] | None = None
    still: tuple[int, int] | None = None
    focus: float | None = None
    exposure: float | None = None
    turned: QuarterTurn = 0

    def as_json(self) -> dict[str, Any]:
        """What differs from a camera that is left to itself."""
        usual = CameraSettings()
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(usual, one.name)
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> CameraSettings:
        """``ValueError`` or ``TypeError`` when it is none."""
        turned = int(kept.get("turned", 0))
        if turned not in (0, 90, 180, 270):
            raise ValueError(turned)
        return cls(
            live=_size(kept.get("live")),
            still=_size(kept.get("still")),
            focus=_number(kept.get("focus")),
            exposure=_number(kept.get("exposure")),
            turned=cast(QuarterTurn, turned),
        )

    def turned_once_more(self) -> CameraSettings:
        """A quarter turn clockwise."""
        return replace(self, turned=cast(QuarterTurn, (self.turned + 90) % 360))


def _size(kept: Any) -> tuple[int, int] | None:
    if kept is None:
        return None
    width, height = (int(side) for side in kept)
    if not (16 <= width <= 20_000 and 16 <= height <= 20_000):
        raise ValueError(kept)
    return width, height


def _number(kept: Any) -> float | None:
    return None if kept is None else float(kept)


class DeskChoices:
    """Which devices this desk uses, and addresses that no look would find. Safe in any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._chosen: dict[str, dict[str, str]] = {}
        self._addresses: list[str] = []
        self._cameras: dict[str, CameraSettings] = {}
        self._read()

    def chosen(self, use: Use) -> tuple[str, str] | None:
        """Id and name of the chosen device."""
        entry = self._chosen.get(use.value)
        return (entry["id"], entry["name"]) if entry else None

    def choose(self, use: Use, id: str, name: str) -> None:
        self._chosen[use.value] = {"id": id, "name": name}
        self._write()

    def forget(self, use: Use) -> None:
        if self._chosen.pop(use.value, None):
            self._write()

    def camera(self, id: str) -> CameraSettings:
        """How this camera is set."""
        return self._cameras.get(id, CameraSettings())

    def set_camera(self, id: str, settings: CameraSettings) -> None:
        self._cameras[id] = settings
        self._write()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Ids of network cameras and scanners, and of serial lines, that a person typed in."""
        return tuple(self._addresses)

    def add_address(self, id: str) -> None:
        if id not in self._addresses:
            self._addresses.append(id)
            self._write()

    def remove_address(self, id: str) -> None:
        if id in self._addresses:
            self._addresses.remove(id)
            self._write()

    def _read(self) -> None:
        known = {*DeviceKind, *CameraUse}
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            self._chosen = {
                use: {"id": str(entry["id"]), "name": str(entry["name"])}
                for use, entry in kept["chosen"].items()
                if use in known
            }
            self._addresses = [str(id) for id in kept["addresses"]]
            self._cameras = {
                str(id): CameraSettings.from_json(one)
                for id, one in kept.get("cameras", {}).items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._chosen, self._addresses, self._cameras = {}, [], {}

    def _write(self) -> None:
        kept = {
            "chosen": self._chosen,
            "addresses": self._addresses,
            "cameras": {id: one.as_json() for id, one in self._cameras.items()},
        }
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        with self._lock:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, text.encode())
