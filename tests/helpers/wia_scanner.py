"""A stand-in for Windows' WIA Automation interface with one scanner, and the hands that serve it.

Made from Microsoft's description of ``WIA.DeviceManager``: collections count from 1, properties
go by their numbers as text, what goes wrong is a COM error whose ``excepinfo`` holds the HRESULT.
It knows nothing of the program's client.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw

DEVICE = "{6BDD1FC6-810F-11D0-BEC7-08002BE2092F}\\0001"
PAPER_JAM, PAPER_EMPTY, OFFLINE, BUSY = 0x80210002, 0x80210003, 0x80210005, 0x80210006
COVER_OPEN, MULTI_FEED, GENERAL = 0x80210010, 0x80210014, 0x80210001
CANCELLED = 0x800704C7


class ComError(Exception):
    """As pywin32 raises it."""

    def __init__(self, code: int) -> None:
        signed = code - (1 << 32)
        super().__init__(-2147352567, "Exception occurred.", None, None)
        self.hresult = -2147352567  # DISP_E_EXCEPTION: the server's own number is inside
        self.excepinfo = (0, "WIA", "", "", 0, signed)


class Collection:
    """Counts from 1."""

    def __init__(self, members: Sequence[Any]) -> None:
        self._members = members

    @property
    def Count(self) -> int:
        return len(self._members)

    def Item(self, number: int) -> Any:
        return self._members[number - 1]


class Property:
    def __init__(
        self, value: Any, choices: Sequence[int] = (), refuses: Sequence[int] = ()
    ) -> None:
        self._value, self._refuses = value, refuses
        self.SubType = 2 if choices else 0
        self.SubTypeValues = Collection(choices)

    @property
    def Value(self) -> Any:
        return self._value

    @Value.setter
    def Value(self, value: Any) -> None:
        if value in self._refuses:
            raise ComError(GENERAL)
        self._value = value


class Properties:
    def __init__(self, held: dict[str, Property]) -> None:
        self._held = held

    def __call__(self, name: str) -> Property:
        return self._held[name]

    def Exists(self, name: str) -> bool:
        return name in self._held


class FileData:
    def __init__(self, data: bytes) -> None:
        self.BinaryData = memoryview(data)


class ImageFile:
    def __init__(self, data: bytes) -> None:
        self.FileData = FileData(data)


class Item:
    def __init__(self, scanner: WiaPeer) -> None:
        self._scanner = scanner
        self.Properties = Properties(
            {
                "6146": Property(0),
                "6147": Property(100, (100, 200, 300), scanner.refused),
                "6148": Property(100, (100, 200, 300), scanner.refused),
                "6149": Property(0),
                "6150": Property(0),
                "6151": Property(850),
                "6152": Property(1169),
            }
        )

    def Transfer(self, format_id: str) -> ImageFile:
        wide, high = self.Properties("6151").Value, self.Properties("6152").Value
        return ImageFile(self._scanner.next_side(wide, high))


class Device:
    def __init__(self, scanner: WiaPeer) -> None:
        self.Properties = Properties(
            {
                "3074": Property(8500),
                "3075": Property(11700),
                "3086": Property(1 | 2 | 4),
                "3087": Property(1),
                "3088": Property(2),
                "3096": Property(0),
            }
        )
        scanner.device = self
        self.item = Item(scanner)

    def Items(self, number: int) -> Item:
        assert number == 1
        return self.item


class DeviceInfo:
    Type = 1
    DeviceID = DEVICE

    def __init__(self, scanner: WiaPeer) -> None:
        self._scanner = scanner
        self.Properties = Properties({"Name": Property("Village WIA")})

    def Connect(self) -> Device:
        return Device(self._scanner)


class WiaPeer:
    """The scanner: ``sheets`` in its feeder, ``fault`` (an HRESULT) at once or ``fault_after``;
    ``refused`` resolutions are offered and not taken."""

    def __init__(self, sheets: int = 10) -> None:
        self.sheets = sheets
        self.plugged_in = True
        self.fault = 0
        self.fault_after: tuple[int, int] | None = None
        self.refused: list[int] = []
        self.status = 1
        self.bitmaps = False
        self.device: Device | None = None
        self._sides = 0

    def manager(self) -> WiaPeer:
        return self

    @property
    def DeviceInfos(self) -> Collection:
        return Collection([DeviceInfo(self)] if self.plugged_in else [])

    def next_side(self, wide: int, high: int) -> bytes:
        assert self.device is not None
        self.device.Properties("3087").Value = self.status
        if not self.plugged_in:
            raise ComError(OFFLINE)
        select = self.device.Properties("3088").Value
        if select & 1:
            if self.fault_after is not None and self._sides >= self.fault_after[0]:
                raise ComError(self.fault_after[1])
            if self.fault:
                raise ComError(self.fault)
            if not self.sheets:
                self._sides = 0
                raise ComError(PAPER_EMPTY)
            self._sides += 1
            if not select & 4 or self._sides % 2 == 0:
                self.sheets -= 1
        sheet = Image.new("RGB", (wide, high), "white")
        ImageDraw.Draw(sheet).rectangle((wide // 9, high // 9, wide // 2, high // 6), fill="red")
        encoded = io.BytesIO()
        sheet.save(encoded, "BMP" if self.bitmaps else "JPEG")
        return encoded.getvalue()
