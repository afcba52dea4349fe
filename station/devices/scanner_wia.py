"""Scanners on Windows through WIA, which every scanner's maker delivers a driver for.

Written against the published Automation interface (``WIA.DeviceManager``, wiaaut.dll) and the
property and error numbers of Windows' own headers. Proved on a stand-in for that interface, made
from the same documents (``tests/helpers/wia_scanner.py``), by the suite that all scanners pass;
neither Windows nor a WIA driver could be had where this was written. Not proved in particular:
whether a driver hands over the second side at the next transfer in duplex, and how it reports
what went wrong.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from station.devices import jpeg
from station.devices.scanner import (
    Cancel,
    Capabilities,
    CoverOpen,
    DoubleFeed,
    OnPage,
    Order,
    OutOfPaper,
    PaperSize,
    ScannedPage,
    ScannerBusy,
    ScannerDriverMissing,
    ScannerError,
    ScannerFault,
    ScannerJammed,
    ScannerUnplugged,
    ScanStopped,
    Source,
)

_SCANNER = 1  # WiaDeviceType
_JPEG = "{B96B3CAE-0728-11D3-9D7B-0000F81EF32E}"  # wiaFormatJPEG
_USUAL = (75, 100, 150, 200, 300, 400, 600)
_A4 = (210.0, 297.0)
_MM_PER_INCH = 25.4
_QUALITY = 92

# Properties of a device (WIA_DPS_…) and of an item (WIA_IPS_…), by their numbers.
_BED_WIDTH, _BED_HEIGHT = "3074", "3075"  # thousandths of an inch
_HANDLING, _STATUS, _SELECT, _PAGES = "3086", "3087", "3088", "3096"
_INTENT, _X_DPI, _Y_DPI, _LEFT, _TOP, _WIDTH, _HEIGHT = (
    "6146", "6147", "6148", "6149", "6150", "6151", "6152",
)  # fmt: skip
_CAN_FEED, _CAN_FLATBED, _CAN_DUPLEX = 1, 2, 4
_FEEDER, _FLATBED, _DUPLEX = 1, 2, 4
_COLOUR = 1
_COVER_UP, _JAMMED = 0x18, 0x20
_RANGE, _LIST = 1, 2  # WiaSubType

# HRESULTs of facility WIA. wiadef.h counts cover, lamp and double feed in decimal (16, 17, 20),
# Microsoft's page of error codes prints those decimals as if they were hexadecimal: both are taken.
_TOLD: dict[int, type[ScannerError]] = {
    0x80210002: ScannerJammed,
    0x80210003: OutOfPaper,
    0x80210004: ScannerJammed,  # “a problem with the feeder”
    0x80210005: ScannerUnplugged,  # offline
    0x80210006: ScannerBusy,
    0x80210007: ScannerBusy,  # warming up
    0x80210009: ScannerUnplugged,  # the device was deleted
    0x8021000A: ScannerUnplugged,  # communication
    0x8021000D: ScannerBusy,  # locked
    0x80210010: CoverOpen,
    0x80210014: DoubleFeed,
    0x80210015: ScannerUnplugged,  # no device is available
    0x80210016: CoverOpen,
    0x80210020: DoubleFeed,
    0x800704C7: ScanStopped,  # ERROR_CANCELLED
}
_EMPTY = 0x80210003


def automation() -> Any:
    """``WIA.DeviceManager`` of this thread. Raises ``ScannerDriverMissing``."""
    try:
        importlib.import_module("pythoncom").CoInitialize()  # each lane is a thread of its own
        return importlib.import_module("win32com.client").Dispatch("WIA.DeviceManager")
    except Exception as error:
        raise ScannerDriverMissing(program="WIA", package="pywin32") from error


class WiaScanner:
    """The scanner that WIA calls ``device`` (``{6BDD1FC6-…}\\0001``)."""

    def __init__(
        self, device: str, *, name: str = "", manager: Callable[[], Any] = automation
    ) -> None:
        self._id = device
        self._given_name = name
        self._manager = manager
        self._device: Any = None
        self._ready = False

    @property
    def name(self) -> str:
        return self._given_name or "扫描仪（WIA）"

    @property
    def ready(self) -> bool:
        return self._ready

    def capabilities(self) -> Capabilities:
        try:
            return self._offered(self._connected())
        except ScannerError:
            raise
        except Exception as error:
            self.close()
            raise self._explained(error) from error

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
        order = self.capabilities().order(self.name, source, dpi, pages, paper)
        cancel = cancel or Cancel()
        done = 0
        while done != order.most and not cancel.is_set():
            data = self._next(order, none_yet=done == 0)
            if data is None:
                break
            if cancel.is_set():
                break  # a transfer cannot be broken off: its page is dropped
            done += 1
            on_page(self._page(done, data, order))
        return done

    def close(self) -> None:
        self._device = None
        self._ready = False

    # What happens on the way.

    def _connected(self) -> Any:
        if self._device is None:
            self._ready = False
            for info in _each(self._manager().DeviceInfos):
                if info.Type == _SCANNER and info.DeviceID == self._id:
                    if not self._given_name:
                        self._given_name = str(info.Properties("Name").Value)
                    self._device = info.Connect()
                    self._ready = True
                    break
            else:
                raise ScannerUnplugged(name=self.name)
        return self._device

    def _offered(self, device: Any) -> Capabilities:
        able = int(_value(device, _HANDLING, _CAN_FLATBED))
        sources = [Source.FLATBED] if able & _CAN_FLATBED or not able & _CAN_FEED else []
        if able & _CAN_FEED:
            sources.append(Source.FEEDER)
            if able & _CAN_DUPLEX:
                sources.append(Source.DUPLEX)
        width, height = (
            float(_value(device, side, 0)) / 1000 * _MM_PER_INCH
            for side in (_BED_WIDTH, _BED_HEIGHT)
        )
        resolutions = _resolutions(device.Items(1))
        return Capabilities(
            tuple(sources), resolutions, round(width or _A4[0], 1), round(height or _A4[1], 1)
        )

    def _next(self, order: Order, *, none_yet: bool) -> bytes | None:
        """The next side as the driver gives it; None when the feeder is empty after some."""
        try:
            device = self._connected()
            item = device.Items(1)
            if none_yet:
                self._choose(device, item, order)
            image = item.Transfer(_JPEG)
            return bytes(image.FileData.BinaryData)
        except ScannerError:
            raise
        except Exception as error:
            if _hresult(error) == _EMPTY and not none_yet:
                return None
            problem = self._explained(error)
            self.close()
            raise problem from error

    def _choose(self, device: Any, item: Any, order: Order) -> None:
        select = {
            Source.FLATBED: _FLATBED,
            Source.FEEDER: _FEEDER,
            Source.DUPLEX: _FEEDER | _DUPLEX,
        }[order.source]
        _set(device, _SELECT, select)
        _set(device, _PAGES, 1)  # one side a transfer: what came before a jam is here already
        _set(item, _INTENT, _COLOUR)
        _set(item, _X_DPI, order.dpi)
        _set(item, _Y_DPI, order.dpi)
        if round(_value(item, _X_DPI, order.dpi)) != order.dpi:  # the page would lie about its size
            raise self._offered(device).refused(self.name, order)
        _set(item, _LEFT, 0)
        _set(item, _TOP, 0)
        _set(item, _WIDTH, round(order.width / _MM_PER_INCH * order.dpi))
        _set(item, _HEIGHT, round(order.height / _MM_PER_INCH * order.dpi))

    def _page(self, number: int, data: bytes, order: Order) -> ScannedPage:
        """Many drivers answer a wish for JPEG with a bitmap."""
        try:
            if not jpeg.is_whole(data):
                data = _as_jpeg(data)
            width, height = jpeg.size_of(data)
        except (jpeg.NotJpeg, OSError, ValueError, SyntaxError) as error:
            raise ScannerFault(name=self.name, reason=f"page {number}: {error}") from error
        data = jpeg.with_resolution(data, order.dpi)
        return ScannedPage(number, data, width, height, order.dpi, order.source)

    def _explained(self, error: Exception) -> ScannerError:
        code = _hresult(error)
        if told := _TOLD.get(code):
            return told(name=self.name)
        # a driver that says no more than “general error” often says it in the status
        status = 0
        if self._device is not None:
            with suppress(Exception):
                status = int(_value(self._device, _STATUS, 0))
        if status & _JAMMED:
            return ScannerJammed(name=self.name)
        if status & _COVER_UP:
            return CoverOpen(name=self.name)
        return ScannerFault(name=self.name, reason=f"0x{code:08X}" if code else str(error))


def scanners(manager: Callable[[], Any] = automation) -> Iterator[tuple[str, str]]:
    """Id and name of every scanner that WIA knows."""
    for info in _each(manager().DeviceInfos):
        if info.Type == _SCANNER:
            yield str(info.DeviceID), str(info.Properties("Name").Value)


def _each(collection: Any) -> Iterator[Any]:
    """The members of an Automation collection, which count from 1."""
    for number in range(1, int(collection.Count) + 1):
        yield collection.Item(number)


def _value(owner: Any, property_id: str, otherwise: float) -> float:
    return float(owner.Properties(property_id).Value) if _has(owner, property_id) else otherwise


def _has(owner: Any, property_id: str) -> bool:
    return bool(owner.Properties.Exists(property_id))


def _set(owner: Any, property_id: str, value: int) -> None:
    """Sets what the driver has; one that refuses a value goes on with its own."""
    if _has(owner, property_id):
        with suppress(Exception):
            owner.Properties(property_id).Value = value


def _resolutions(item: Any) -> tuple[int, ...]:
    if not _has(item, _X_DPI):
        return (300,)
    offered = item.Properties(_X_DPI)
    if offered.SubType == _RANGE:
        low, high = int(offered.SubTypeMin), int(offered.SubTypeMax)
        return tuple(dpi for dpi in _USUAL if low <= dpi <= high) or (low,)
    if offered.SubType == _LIST:
        listed = sorted({int(dpi) for dpi in _each(offered.SubTypeValues)})
        return tuple(dpi for dpi in listed if dpi <= _USUAL[-1]) or tuple(listed[:1]) or (300,)
    return (int(offered.Value),)


def _hresult(error: Exception) -> int:
    """The number in a COM error: that of the server goes before that of the call."""
    details = getattr(error, "excepinfo", None)
    code = details[5] if details and len(details) > 5 and details[5] else None
    return int(code or getattr(error, "hresult", 0) or 0) & 0xFFFFFFFF


def _as_jpeg(data: bytes) -> bytes:
    from PIL import Image

    encoded = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").save(encoded, "JPEG", quality=_QUALITY)
    return encoded.getvalue()
