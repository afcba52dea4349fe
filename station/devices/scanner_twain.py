"""Scanners on Windows through TWAIN 2, for those whose maker offers no WIA driver worth its name.

Written against the TWAIN Working Group's published header (twain.h 2.4) with ctypes, no GPL binding
in between. The seam is ``DsmEntry``, the one function of a data source manager: proved on a manager
made from the same header (``tests/helpers/twain_scanner.py``), by the suite that all scanners pass.
Not proved: Windows, a real data source, its message loop and its memory. A data source has the
word size of its maker's day: a 64-bit Python loads 64-bit sources only, so most old ones need the
32-bit build of this program.
"""

from __future__ import annotations

import ctypes
import io
import sys
import time
from collections.abc import Callable, Iterator
from ctypes import POINTER, byref, c_void_p, cast
from typing import Any, Final

from station.devices import jpeg
from station.devices import twain as tw
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
    ScannerSilent,
    ScannerUnplugged,
    ScanStopped,
    Source,
)

_READY_SECONDS = 60.0
_QUALITY = 92
_RESOLUTIONS = (100, 150, 200, 300, 400, 600)

_RGB, _INCHES, _NATIVE = 2, 0, 0
_SIZES: Final = {PaperSize.A4: 1, PaperSize.A5: 5, PaperSize.A3: 11}  # TWSS_A4, _A5, _A3

_TOLD: Final[dict[int, type[ScannerError]]] = {
    4: ScannerBusy,  # TWCC_MAXCONNECTIONS
    20: ScannerJammed,
    21: DoubleFeed,
    23: ScannerUnplugged,  # TWCC_CHECKDEVICEONLINE
    24: CoverOpen,  # TWCC_INTERLOCK
    25: ScannerJammed,  # TWCC_DAMAGEDCORNER
    29: OutOfPaper,  # TWCC_NOMEDIA
}
_NO_SOURCE = 3  # TWCC_NODS
_NO_MEDIA = 29


def twain_manager() -> tw.Manager:
    """The one of this Windows. Raises ``ScannerDriverMissing``."""
    if sys.platform == "win32":
        from station.devices.twain_windows import WindowsManager

        return WindowsManager()
    raise ScannerDriverMissing(program="TWAIN", package="TWAINDSM")


class TwainScanner:
    """The scanner whose data source is called ``product``."""

    def __init__(
        self,
        product: str,
        *,
        name: str = "",
        manager: Callable[[], tw.Manager] = twain_manager,
    ) -> None:
        self._product = product
        self._name = name or product
        self._make = manager
        self._session: _Session | None = None
        self._offered: Capabilities | None = None
        self._ready = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def capabilities(self) -> Capabilities:
        session = self._opened()
        if self._offered is None:
            self._offered = session.capabilities()
        return self._offered

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
        offered = self.capabilities()
        order = offered.order(self._name, source, dpi, pages, paper)
        cancel = cancel or Cancel()
        if cancel.is_set():
            return 0
        done = 0
        try:
            for data in self._opened().images(order, paper):
                if cancel.is_set():
                    break
                done += 1
                on_page(self._page(done, data, order))
                if done == order.most or cancel.is_set():
                    break
        except OutOfPaper:
            if done:
                return done  # the feeder is empty, as it should be in the end
            self.close()
            raise
        except _Refused:
            raise offered.refused(self._name, order) from None
        except ScannerError:
            self.close()
            raise
        return done

    def close(self) -> None:
        session, self._session = self._session, None
        self._offered = None
        self._ready = False
        if session is not None:
            session.close()

    def _opened(self) -> _Session:
        if self._session is None:
            self._ready = False
            self._session = _Session(self._make(), self._product, self._name)
            self._ready = True
        return self._session

    def _page(self, number: int, data: bytes, order: Order) -> ScannedPage:
        from PIL import Image

        encoded = io.BytesIO()
        try:
            with Image.open(io.BytesIO(data)) as picture:
                picture.convert("RGB").save(
                    encoded, "JPEG", quality=_QUALITY, dpi=(order.dpi, order.dpi)
                )
        except (OSError, ValueError, SyntaxError) as error:
            raise ScannerFault(name=self._name, reason=f"page {number}: {error}") from error
        made = encoded.getvalue()
        return ScannedPage(number, made, *jpeg.size_of(made), order.dpi, order.source)


class _Refused(Exception):
    """The source does not take the resolution."""


class _Session:
    """An open data source: TWAIN's state 4, and back again by ``close``."""

    def __init__(self, manager: tw.Manager, product: str, name: str) -> None:
        self._manager, self._name = manager, name
        self._app = _application()
        self._window = c_void_p(manager.window)
        self._source: tw.Identity | None = None
        if manager.entry(
            byref(self._app),
            None,
            tw.DG_CONTROL,
            tw.DAT_PARENT,
            tw.MSG_OPENDSM,
            byref(self._window),
        ):
            manager.close()
            raise ScannerDriverMissing(program="TWAIN", package="TWAINDSM")
        try:
            self._source = self._found(product)
            self._must(self._ask(tw.DAT_IDENTITY, tw.MSG_OPENDS, byref(self._source)))
        except ScannerError:
            self._source = None
            self.close()
            raise
        for capability, kind, value in (
            (tw.CAP_INDICATORS, tw.TWTY_BOOL, 0),
            (tw.ICAP_XFERMECH, tw.TWTY_UINT16, _NATIVE),
            (tw.ICAP_UNITS, tw.TWTY_UINT16, _INCHES),
        ):
            self._set(capability, kind, value)

    def close(self) -> None:
        if self._source is not None:
            self._manager.entry(
                byref(self._app),
                None,
                tw.DG_CONTROL,
                tw.DAT_IDENTITY,
                tw.MSG_CLOSEDS,
                byref(self._source),
            )
            self._source = None
        self._manager.entry(
            byref(self._app),
            None,
            tw.DG_CONTROL,
            tw.DAT_PARENT,
            tw.MSG_CLOSEDSM,
            byref(self._window),
        )
        self._manager.close()

    def capabilities(self) -> Capabilities:
        self._must_be_online()
        sources = [Source.FLATBED]
        if self._set(tw.CAP_FEEDERENABLED, tw.TWTY_BOOL, 1):
            sources.append(Source.FEEDER)
            if self._get(tw.CAP_DUPLEX):
                sources.append(Source.DUPLEX)
            if not self._set(tw.CAP_FEEDERENABLED, tw.TWTY_BOOL, 0):
                sources.remove(Source.FLATBED)  # it has nothing but a feeder
        before = self._get(tw.ICAP_XRESOLUTION)
        resolutions = tuple(
            dpi for dpi in _RESOLUTIONS if self._set(tw.ICAP_XRESOLUTION, tw.TWTY_FIX32, dpi)
        )
        if before:
            self._set(tw.ICAP_XRESOLUTION, tw.TWTY_FIX32, round(before))
        width, height = (
            (self._get(side) or 0) * 25.4
            for side in (tw.ICAP_PHYSICALWIDTH, tw.ICAP_PHYSICALHEIGHT)
        )
        return Capabilities(
            tuple(sources), resolutions or (300,), round(width or 210.0), round(height or 297.0)
        )

    def images(self, order: Order, paper: PaperSize) -> Iterator[bytes]:
        """Each side as a bitmap file. Whatever happens, the source is disabled again."""
        self._must_be_online()
        feeding = order.source is not Source.FLATBED
        for resolution in (tw.ICAP_XRESOLUTION, tw.ICAP_YRESOLUTION):
            if not self._set(resolution, tw.TWTY_FIX32, order.dpi):
                raise _Refused  # the page would lie about its size
        for capability, kind, value in (
            (tw.CAP_FEEDERENABLED, tw.TWTY_BOOL, int(feeding)),
            (tw.CAP_AUTOFEED, tw.TWTY_BOOL, int(feeding)),
            (tw.CAP_DUPLEXENABLED, tw.TWTY_BOOL, int(order.source is Source.DUPLEX)),
            (tw.ICAP_PIXELTYPE, tw.TWTY_UINT16, _RGB),
            (tw.ICAP_SUPPORTEDSIZES, tw.TWTY_UINT16, _SIZES[paper]),
            (tw.CAP_XFERCOUNT, tw.TWTY_INT16, order.most or 0xFFFF),
        ):
            self._set(capability, kind, value)
        if feeding and self._get(tw.CAP_FEEDERLOADED) == 0:
            raise OutOfPaper(name=self._name)
        shown = tw.UserInterface(0, 0, self._manager.window)
        self._must(self._call(tw.DG_CONTROL, tw.DAT_USERINTERFACE, tw.MSG_ENABLEDS, byref(shown)))
        try:
            self._until_ready()
            yield from self._transfers()
        finally:
            left = tw.PendingTransfers()
            self._call(tw.DG_CONTROL, tw.DAT_PENDINGXFERS, tw.MSG_RESET, byref(left))
            self._call(tw.DG_CONTROL, tw.DAT_USERINTERFACE, tw.MSG_DISABLEDS, byref(shown))

    def _until_ready(self) -> None:
        """The source says by a window message that it has an image (or that it gives up)."""
        told = 0

        def handle(message: int) -> bool:
            nonlocal told
            event = tw.Event(message, 0)
            self._call(tw.DG_CONTROL, tw.DAT_EVENT, tw.MSG_PROCESSEVENT, byref(event))
            if event.TWMessage:
                told = int(event.TWMessage)
            return told in (tw.MSG_XFERREADY, tw.MSG_CLOSEDSREQ)

        self._manager.wait(time.monotonic() + _READY_SECONDS, handle)
        if told == 0:
            raise ScannerSilent(name=self._name, seconds=f"{_READY_SECONDS:g}")
        if told == tw.MSG_CLOSEDSREQ:
            raise self._problem()

    def _transfers(self) -> Iterator[bytes]:
        while True:
            handle = c_void_p()
            code = self._call(tw.DG_IMAGE, tw.DAT_IMAGENATIVEXFER, tw.MSG_GET, byref(handle))
            if code == tw.TWRC_CANCEL:
                raise ScanStopped(name=self._name)
            if code != tw.TWRC_XFERDONE or not handle.value:
                raise self._problem()
            try:
                bitmap = self._bitmap(handle.value)
            finally:
                self._manager.free(handle.value)
            left = tw.PendingTransfers()
            self._must(self._call(tw.DG_CONTROL, tw.DAT_PENDINGXFERS, tw.MSG_ENDXFER, byref(left)))
            yield bitmap
            if left.Count == 0:
                return

    def _bitmap(self, handle: int) -> bytes:
        """A device-independent bitmap with the file header that it lacks in memory."""
        address = self._manager.lock(handle)
        try:
            data = ctypes.string_at(address, self._manager.size(handle))
        finally:
            self._manager.unlock(handle)
        return _bitmap_file(data)

    # Capabilities.

    def _set(self, capability: int, kind: int, value: int) -> bool:
        """Whether the source took it."""
        handle = self._manager.allocate(ctypes.sizeof(tw.OneValue))
        try:
            container = cast(self._manager.lock(handle), POINTER(tw.OneValue)).contents
            container.ItemType = kind
            # TW_FIX32: the whole part in the lower half, the fraction above
            container.Item = value & 0xFFFF
            self._manager.unlock(handle)
            wanted = tw.Capability(capability, tw.TWON_ONEVALUE, handle)
            code = self._call(tw.DG_CONTROL, tw.DAT_CAPABILITY, tw.MSG_SET, byref(wanted))
            return code == tw.TWRC_SUCCESS
        finally:
            self._manager.free(handle)

    def _get(self, capability: int) -> float | None:
        """Its current value; None when the source has no such thing."""
        asked = tw.Capability(capability, tw.TWON_ONEVALUE, None)
        code = self._call(tw.DG_CONTROL, tw.DAT_CAPABILITY, tw.MSG_GETCURRENT, byref(asked))
        if code != tw.TWRC_SUCCESS or not asked.hContainer:
            return None
        handle = int(asked.hContainer)
        try:
            held = cast(self._manager.lock(handle), POINTER(tw.OneValue)).contents
            whole, fraction = held.Item & 0xFFFF, held.Item >> 16
            value = whole + fraction / 65536 if held.ItemType == tw.TWTY_FIX32 else held.Item
            self._manager.unlock(handle)
            return float(value)
        finally:
            self._manager.free(handle)

    # The manager.

    def _call(self, group: int, kind: int, message: int, data: Any) -> int:
        source = byref(self._source) if self._source is not None else None
        return self._manager.entry(byref(self._app), source, group, kind, message, data)

    def _ask(self, kind: int, message: int, data: Any) -> int:
        """A request to the manager itself, not to the source."""
        return self._manager.entry(byref(self._app), None, tw.DG_CONTROL, kind, message, data)

    def _found(self, product: str) -> tw.Identity:
        for identity in _sources(self._manager, self._app):
            if identity.ProductName.decode("mbcs" if sys.platform == "win32" else "utf-8") == (
                product
            ):
                return identity
        raise ScannerUnplugged(name=self._name)

    def _must_be_online(self) -> None:
        if self._get(tw.CAP_DEVICEONLINE) == 0:
            raise ScannerUnplugged(name=self._name)

    def _must(self, code: int) -> None:
        if code != tw.TWRC_SUCCESS:
            raise self._problem()

    def _problem(self) -> ScannerError:
        """What the source (or the manager) says of the failure before."""
        status = tw.Status()
        self._call(tw.DG_CONTROL, tw.DAT_STATUS, tw.MSG_GET, byref(status))
        code = int(status.ConditionCode)
        if code == _NO_SOURCE:
            return ScannerUnplugged(name=self._name)
        if told := _TOLD.get(code):
            return told(name=self._name)
        return ScannerFault(name=self._name, reason=f"TWAIN condition {code}")


def scanners(manager: Callable[[], tw.Manager] = twain_manager) -> tuple[str, ...]:
    """The product names of all data sources."""
    there = manager()
    app, window = _application(), c_void_p(there.window)
    if there.entry(byref(app), None, tw.DG_CONTROL, tw.DAT_PARENT, tw.MSG_OPENDSM, byref(window)):
        there.close()
        return ()
    try:
        return tuple(one.ProductName.decode(errors="replace") for one in _sources(there, app))
    finally:
        there.entry(byref(app), None, tw.DG_CONTROL, tw.DAT_PARENT, tw.MSG_CLOSEDSM, byref(window))
        there.close()


def _sources(manager: tw.Manager, app: tw.Identity) -> Iterator[tw.Identity]:
    message = tw.MSG_GETFIRST
    while True:
        identity = tw.Identity()
        if manager.entry(
            byref(app), None, tw.DG_CONTROL, tw.DAT_IDENTITY, message, byref(identity)
        ):
            return
        yield identity
        message = tw.MSG_GETNEXT


def _application() -> tw.Identity:
    return tw.Identity(
        0,
        tw.Version(1, 0, 103, 86, b"1"),  # TWLG_CHINESE_SIMPLIFIED, TWCY_CHINA
        2,
        4,
        tw.DG_CONTROL | tw.DG_IMAGE,
        b"Yizhan",
        b"Station",
        b"Yizhan",
    )


def _bitmap_file(data: bytes) -> bytes:
    header = int.from_bytes(data[0:4], "little")
    depth = int.from_bytes(data[14:16], "little")
    colours = int.from_bytes(data[32:36], "little")
    if depth <= 8 and not colours:
        colours = 1 << depth
    start = 14 + header + 4 * colours
    return (
        b"BM"
        + (14 + len(data)).to_bytes(4, "little")
        + bytes(4)
        + start.to_bytes(4, "little")
        + data
    )
