"""Scanners: what every one of them must do, and what can go wrong with one.

Backends lie beside this module (``scanner_*.py``); the registry makes them. A page goes to
whoever asked as soon as it is whole: a jam on page 31 costs no page of the thirty before it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from station.errors import DeviceError

_KEPT = "Pages already scanned are kept."
_KEPT_ZH = "已经扫好的都还在。"


class ScannerError(DeviceError):
    """A page was not scanned."""


class ScannerUnplugged(ScannerError):
    what = "The scanner {name} cannot be reached."
    cause = "It is unplugged, switched off or asleep."
    remedy = f"Check its cable and its switch, then scan again. {_KEPT}"
    zh = (
        "{name}连不上。",
        "它没有插好、没有开，或者睡着了。",
        f"请检查线和开关，再扫一次；{_KEPT_ZH}",
    )


class ScannerBusy(ScannerError):
    what = "The scanner {name} is in use."
    cause = "Another program or another desk is scanning with it."
    remedy = f"Wait until it is free, then scan again. {_KEPT}"
    zh = (
        "{name}正被占用。",
        "另一个程序或另一台电脑在用它扫描。",
        f"等它空下来再扫；{_KEPT_ZH}",
    )


class ScannerJammed(ScannerError):
    what = "A sheet is stuck in the scanner {name}."
    cause = "It was drawn in askew, or is creased or stapled."
    remedy = f"Open the cover, take the sheet out, lay it in again and scan on. {_KEPT}"
    zh = (
        "{name}卡纸了。",
        "纸进歪了，或者有折痕、订书钉。",
        f"请打开盖子取出这张，理平再放上，接着扫；{_KEPT_ZH}",
    )


class DoubleFeed(ScannerError):
    what = "The scanner {name} drew in two sheets at once."
    cause = "They stick together."
    remedy = f"Fan the sheets and lay in again from the last page shown. {_KEPT}"
    zh = (
        "{name}一次进了两张纸。",
        "纸粘在一起了。",
        f"请把纸搓开，从最后显示的那页之后重新放；{_KEPT_ZH}",
    )


class CoverOpen(ScannerError):
    what = "The scanner {name} does not scan."
    cause = "Its cover is open."
    remedy = f"Close the cover and scan again. {_KEPT}"
    zh = ("{name}没有扫。", "盖子开着。", f"请盖好再扫；{_KEPT_ZH}")


class OutOfPaper(ScannerError):
    what = "The scanner {name} does not scan."
    cause = "Its feeder is empty."
    remedy = "Lay the sheets into the feeder up to the stop, or scan from the glass."
    zh = ("{name}没有扫。", "进纸器里没有纸。", "请把纸放到底，或者改用平板扫。")


class ScannerDenied(ScannerError):
    what = "The scanner {name} cannot be opened."
    cause = "This user may not use it."
    remedy = "Have the administrator add the user to the group “scanner”, then sign in again."
    zh = (
        "{name}打不开。",
        "当前用户没有权限用它。",
        "请让管理员把用户加进 scanner 组，再重新登录。",
    )


class ScannerFault(ScannerError):
    what = "The scanner {name} broke off."
    cause = "It reports a fault ({reason})."
    remedy = (
        "See whether a sheet is stuck, two went in at once or the cover is open; if not, switch it "
        f"off and on again. Then scan on. {_KEPT}"
    )
    zh = (
        "{name}中途停了。",
        "它报告故障（{reason}）。",
        "请看看有没有卡纸、一次进了两张、盖子没盖好；都没有就关掉电源再打开，然后接着扫；"
        f"{_KEPT_ZH}",
    )


class ScannerSilent(ScannerError):
    what = "The scanner {name} does not go on."
    cause = "It has sent nothing for {seconds} seconds."
    remedy = f"Look whether it waits for something, switch it off and on again. {_KEPT}"
    zh = (
        "{name}不动了。",
        "{seconds} 秒没有送来数据。",
        f"请看看它在等什么，或关掉电源再打开；{_KEPT_ZH}",
    )


class SourceMissing(ScannerError):
    what = "The scanner {name} cannot scan that way."
    cause = "It has no {source}."
    remedy = "Choose one of: {offered}."
    zh = ("{name}不能这样扫。", "它没有 {source}。", "请从这些里选：{offered}。")


class SettingsRefused(ScannerError):
    what = "The scanner {name} did not scan."
    cause = "It does not take {dpi} dpi now, although it offers it."
    remedy = "Choose another resolution, one of: {offered}."
    zh = (
        "{name}没有扫。",
        "它说能用 {dpi} dpi，这回却不接受。",
        "请换一个分辨率，可选：{offered}。",
    )


class ScanStopped(ScannerError):
    what = "The scan was stopped at the scanner {name}."
    cause = "Somebody pressed its stop key."
    remedy = f"Lay the sheets that are left in again and scan on. {_KEPT}"
    zh = (
        "{name}那边停了扫描。",
        "有人按了它的停止键。",
        f"请把剩下的纸重新放好，接着扫；{_KEPT_ZH}",
    )


class ScannerDriverMissing(ScannerError):
    what = "Scanners cannot be used on this PC."
    cause = "The scanner software of the system ({program}) is not installed."
    remedy = "Install the package {package}; network scanners work without it."
    zh = (
        "这台电脑还不能用扫描仪。",
        "系统里没有装扫描软件（{program}）。",
        "请安装 {package}；网络扫描仪不装也能用。",
    )


class Source(StrEnum):
    """Where the scanner takes the paper from."""

    FLATBED = "flatbed"  # 平板
    FEEDER = "adf"  # 进纸器, one side
    DUPLEX = "duplex"  # 进纸器, both sides


class PaperSize(StrEnum):
    """How large the sheets are, upright."""

    A3 = "a3"
    A4 = "a4"
    A5 = "a5"

    @property
    def mm(self) -> tuple[float, float]:
        """Width and height (ISO 216)."""
        return _SIZES[self]


_SIZES = {
    PaperSize.A3: (297.0, 420.0),
    PaperSize.A4: (210.0, 297.0),
    PaperSize.A5: (148.0, 210.0),
}


@dataclass(frozen=True, slots=True)
class Order:
    """One scan as this very scanner can do it: ``most`` sides (None: all), ``width`` by
    ``height`` millimetres from the paper's top left."""

    source: Source
    dpi: int
    most: int | None
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a scanner offers: its sources, resolutions in dpi (rising), largest area in mm.

    ``apart`` holds what a source offers by itself, where the sources differ.
    """

    sources: tuple[Source, ...]
    resolutions: tuple[int, ...]
    width: float = 210.0
    height: float = 297.0
    apart: Mapping[Source, Capabilities] = field(default_factory=dict)

    def resolution(self, wanted: int) -> int:
        """The resolution offered that is nearest to ``wanted``; of two the finer one."""
        return min(self.resolutions, key=lambda dpi: (abs(dpi - wanted), -dpi))

    def order(
        self, name: str, source: Source, dpi: int, pages: int | None, paper: PaperSize
    ) -> Order:
        """What a wish comes to: the nearest resolution, one page from the glass, as much of the
        paper as the scanner (called ``name``) reaches. Raises ``SourceMissing``."""
        if source not in self.sources:
            raise SourceMissing(name=name, source=source.value, offered=", ".join(self.sources))
        able = self.apart.get(source, self)
        width, height = paper.mm
        return Order(
            source,
            able.resolution(dpi),
            1 if source is Source.FLATBED else pages,
            min(width, able.width),
            min(height, able.height),
        )

    def refused(self, name: str, order: Order) -> SettingsRefused:
        """That the scanner does not take the resolution that it offers."""
        others = [f"{dpi}" for dpi in self.resolutions if dpi != order.dpi]
        return SettingsRefused(name=name, dpi=order.dpi, offered=", ".join(others) or "—")


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One side of a sheet, whole: a JPEG file, its size in pixels and its true resolution."""

    number: int  # from 1 within one scan
    jpeg: bytes
    width: int
    height: int
    dpi: int
    source: Source


Cancel = threading.Event
OnPage = Callable[[ScannedPage], None]


@runtime_checkable
class Scanner(Protocol):
    """What every scanner does; ``tests/contracts/test_scanners.py`` holds each backend to it.

    Calls come from this device's own lane (``lane.py``), never two at once. After a failure, and
    after ``close``, the next call opens the device anew.
    """

    @property
    def name(self) -> str:
        """What the person at the desk calls it."""

    @property
    def ready(self) -> bool:
        """Whether the last call reached the scanner. Asks the device nothing."""

    def capabilities(self) -> Capabilities:
        """What it offers, asked of the device at the first call. Raises as ``scan`` does."""

    def scan(
        self,
        *,
        source: Source,
        dpi: int,
        on_page: OnPage,
        pages: int | None = None,
        cancel: Cancel | None = None,
        paper: PaperSize = PaperSize.A4,
    ) -> int:
        """Scans and returns how many pages it handed to ``on_page``, each when it was whole.

        ``pages`` is the most to take; without it the feeder is emptied, and the flatbed gives
        one. A resolution that is not offered is replaced by the nearest one; the page says which.
        ``paper`` is how large the sheets are; a scanner that reaches less gives what it reaches.
        ``cancel`` may be set from any thread: the page under way is dropped, and the call
        returns. An error that ``on_page`` raises stops the scan and is passed on.

        Raises ``OutOfPaper`` only when not one sheet was there, ``ScannerJammed``,
        ``DoubleFeed``, ``CoverOpen``, ``ScannerBusy``, ``ScannerUnplugged``, ``ScannerDenied``,
        ``ScannerFault``, ``ScannerSilent``, ``SourceMissing``, ``SettingsRefused``,
        ``ScanStopped`` (at the device; by ``cancel`` is no error). Pages handed over stay valid.
        """

    def close(self) -> None:
        """Lets go of the device; may be called twice."""
