"""A data source manager with one source, after the TWAIN Working Group's header and its states.

It refuses what is out of order (a transfer before the source was enabled, a set while it is), so
that a client that only works by luck does not pass. It knows nothing of the program's client but
the header's structures.
"""

from __future__ import annotations

import ctypes
import io
import itertools
from collections.abc import Callable
from ctypes import POINTER, c_void_p, cast
from typing import Any

from PIL import Image, ImageDraw

from station.devices import twain as tw

PRODUCT = "Village TWAIN"
JAM, DOUBLE, OFFLINE, COVER, NO_MEDIA, BUSY, SEQUENCE = 20, 21, 23, 24, 29, 4, 11
_CLOSED, _MANAGED, _OPEN, _ENABLED, _READY = 2, 3, 4, 5, 6  # the states of TWAIN
_DEFAULTS: dict[int, tuple[int, float]] = {
    tw.CAP_XFERCOUNT: (tw.TWTY_INT16, 1),
    tw.CAP_FEEDERENABLED: (tw.TWTY_BOOL, 0),
    tw.CAP_AUTOFEED: (tw.TWTY_BOOL, 0),
    tw.CAP_INDICATORS: (tw.TWTY_BOOL, 1),
    tw.CAP_DUPLEX: (tw.TWTY_UINT16, 1),
    tw.CAP_DUPLEXENABLED: (tw.TWTY_BOOL, 0),
    tw.ICAP_PIXELTYPE: (tw.TWTY_UINT16, 0),
    tw.ICAP_UNITS: (tw.TWTY_UINT16, 0),
    tw.ICAP_XFERMECH: (tw.TWTY_UINT16, 0),
    tw.ICAP_XRESOLUTION: (tw.TWTY_FIX32, 200),
    tw.ICAP_YRESOLUTION: (tw.TWTY_FIX32, 200),
    tw.ICAP_SUPPORTEDSIZES: (tw.TWTY_UINT16, 0),
    tw.ICAP_PHYSICALWIDTH: (tw.TWTY_FIX32, 8.5),
    tw.ICAP_PHYSICALHEIGHT: (tw.TWTY_FIX32, 11.7),
}


class TwainPeer:
    """Manager and source in one: ``sheets`` in the feeder, ``fault_after`` so many sides;
    ``stop_after`` so many somebody presses the stop key. ``refused_dpi`` is offered, not taken."""

    window = 4711

    def __init__(self, sheets: int = 10) -> None:
        self.sheets = sheets
        self.plugged_in = True
        self.fault_after: tuple[int, int] | None = None
        self.silent = False
        self.stop_after: int | None = None
        self.refused_dpi = 0
        self.refuses: int = 0
        self.state = _CLOSED
        self.memory: dict[int, ctypes.Array[Any]] = {}
        self._handles = itertools.count(1)
        self._held = dict(_DEFAULTS)
        self._condition = 0
        self._sides = 0
        self._listed = False

    def manager(self) -> TwainPeer:
        return self

    # Memory.

    def allocate(self, size: int) -> int:
        handle = next(self._handles)
        self.memory[handle] = ctypes.create_string_buffer(size)
        return handle

    def lock(self, handle: int) -> int:
        return ctypes.addressof(self.memory[handle])

    def unlock(self, handle: int) -> None:
        assert handle in self.memory

    def size(self, handle: int) -> int:
        return len(self.memory[handle])

    def free(self, handle: int) -> None:
        del self.memory[handle]

    def close(self) -> None:
        assert not self.memory, "memory was not given back"

    def wait(self, deadline: float, handle: Callable[[int], bool]) -> None:
        for message in range(3):  # the first messages of a window are for others
            if handle(message + 1):
                return

    # DSM_Entry.

    def entry(self, app: Any, source: Any, group: int, kind: int, message: int, data: Any) -> int:
        held = data._obj
        if kind == tw.DAT_STATUS:
            held.ConditionCode, self._condition = self._condition, 0
            return 0
        answer = self._answer(source, kind, message, held)
        if answer is None:
            return self._fail(SEQUENCE)
        return answer

    def _fail(self, condition: int) -> int:
        self._condition = condition
        return 1

    def _answer(self, source: Any, kind: int, message: int, held: Any) -> int | None:
        match kind, message:
            case (tw.DAT_PARENT, tw.MSG_OPENDSM) if self.state == _CLOSED:
                self.state = _MANAGED
                return 0
            case (tw.DAT_PARENT, tw.MSG_CLOSEDSM) if self.state == _MANAGED:
                self.state = _CLOSED
                return 0
            case (tw.DAT_IDENTITY, tw.MSG_GETFIRST | tw.MSG_GETNEXT) if self.state >= _MANAGED:
                if not self.plugged_in or message == tw.MSG_GETNEXT:
                    return 7  # TWRC_ENDOFLIST
                held.ProductName = PRODUCT.encode()
                return 0
            case (tw.DAT_IDENTITY, tw.MSG_OPENDS) if self.state == _MANAGED:
                if self.refuses:
                    return self._fail(self.refuses)
                self.state, self._held = _OPEN, dict(_DEFAULTS)
                return 0
            case (tw.DAT_IDENTITY, tw.MSG_CLOSEDS) if self.state == _OPEN:
                self.state = _MANAGED
                return 0
        if source is None or self.state < _OPEN:
            return None
        match kind, message:
            case (tw.DAT_CAPABILITY, tw.MSG_SET) if self.state == _OPEN:
                return self._take(held)
            case (tw.DAT_CAPABILITY, tw.MSG_GETCURRENT):
                return self._give(held)
            case (tw.DAT_USERINTERFACE, tw.MSG_ENABLEDS) if self.state == _OPEN:
                assert not held.ShowUI
                self.state, self._sides = _ENABLED, 0
                return 0
            case (tw.DAT_USERINTERFACE, tw.MSG_DISABLEDS) if self.state == _ENABLED:
                self.state = _OPEN
                return 0
            case (tw.DAT_EVENT, tw.MSG_PROCESSEVENT) if self.state == _ENABLED:
                if held.pEvent == 2 and not self.silent:
                    held.TWMessage, self.state = tw.MSG_XFERREADY, _READY
                    return 4
                return 5
            case (tw.DAT_IMAGENATIVEXFER, tw.MSG_GET) if self.state == _READY:
                return self._transfer(held)
            case (tw.DAT_PENDINGXFERS, tw.MSG_ENDXFER) if self.state == _READY:
                held.Count = self._left()
                if not held.Count:
                    self.state = _ENABLED
                return 0
            case (tw.DAT_PENDINGXFERS, tw.MSG_RESET):
                if self.state == _READY:
                    self.state = _ENABLED
                return 0
        return None

    def _take(self, held: tw.Capability) -> int:
        one = cast(c_void_p(self.lock(held.hContainer)), POINTER(tw.OneValue)).contents
        known = self._held.get(held.Cap)
        value = one.Item & 0xFFFF
        if known is None or known[0] != one.ItemType:
            return self._fail(13)  # TWCC_CAPUNSUPPORTED
        if held.Cap in (tw.ICAP_XRESOLUTION, tw.ICAP_YRESOLUTION) and value not in (100, 200, 300):
            return self._fail(10)  # TWCC_BADVALUE
        if held.Cap in (tw.ICAP_XRESOLUTION, tw.ICAP_YRESOLUTION) and value == self.refused_dpi:
            return self._fail(10)
        self._held[held.Cap] = known[0], value
        return 0

    def _give(self, held: tw.Capability) -> int:
        if held.Cap == tw.CAP_DEVICEONLINE:
            kind, value = tw.TWTY_BOOL, float(self.plugged_in)
        elif held.Cap == tw.CAP_FEEDERLOADED:
            kind, value = tw.TWTY_BOOL, float(self.sheets > 0)
        elif held.Cap in self._held:
            kind, value = self._held[held.Cap]
        else:
            return self._fail(13)
        held.ConType = tw.TWON_ONEVALUE
        held.hContainer = self.allocate(ctypes.sizeof(tw.OneValue))
        one = cast(c_void_p(self.lock(held.hContainer)), POINTER(tw.OneValue)).contents
        one.ItemType = kind
        whole = int(value)
        fraction = round((value - whole) * 65536) if kind == tw.TWTY_FIX32 else 0
        one.Item = whole | fraction << 16
        return 0

    def _is(self, capability: int) -> float:
        return self._held[capability][1]

    def _left(self) -> int:
        most = int(self._is(tw.CAP_XFERCOUNT))
        if not self._is(tw.CAP_FEEDERENABLED):
            return 0
        sides = 2 if self._is(tw.CAP_DUPLEXENABLED) else 1
        odd = self._sides % sides
        there = self.sheets * sides - odd
        if self.fault_after is not None:
            there = max(there, 1)  # the sheet that will jam lies there
        return there if most == 0xFFFF else min(there, max(0, most - self._sides))

    def _transfer(self, handle: c_void_p) -> int:
        if not self.plugged_in:
            return self._fail(OFFLINE)
        if self._is(tw.CAP_FEEDERENABLED):
            if self.fault_after is not None and self._sides >= self.fault_after[0]:
                return self._fail(self.fault_after[1])
            if self._sides == self.stop_after:
                return tw.TWRC_CANCEL
            if not self.sheets:
                return self._fail(NO_MEDIA)
            self._sides += 1
            if not self._is(tw.CAP_DUPLEXENABLED) or self._sides % 2 == 0:
                self.sheets -= 1
        dpi = int(self._is(tw.ICAP_XRESOLUTION))
        paper = {5: (148, 210)}.get(int(self._is(tw.ICAP_SUPPORTEDSIZES)), (210, 297))
        wide, high = (round(mm / 25.4 * dpi) for mm in paper)
        sheet = Image.new("RGB", (wide, high), "white")
        ImageDraw.Draw(sheet).rectangle((wide // 9, high // 9, wide // 2, high // 6), fill="red")
        encoded = io.BytesIO()
        sheet.save(encoded, "BMP")
        bitmap = encoded.getvalue()[14:]  # in memory it has no file header
        handle.value = self.allocate(len(bitmap))
        ctypes.memmove(self.lock(handle.value), bitmap, len(bitmap))
        return tw.TWRC_XFERDONE
