"""TWAIN's data source manager of a Windows PC: TWAINDSM.dll, a hidden window, global memory.

Never run: no Windows could be had where this was written. Type-checked for Windows
(``mypy --platform win32``).
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from typing import Any

from station.devices.scanner import ScannerDriverMissing

_MOVEABLE = 0x0002
_REMOVE = 0x0001
_HIDDEN_CLASS = "STATIC"  # a window class that is always there

if sys.platform == "win32":
    from ctypes import wintypes

    class WindowsManager:
        """Satisfies ``twain.Manager``; made and used in one thread, the device's lane."""

        def __init__(self) -> None:
            try:
                library = ctypes.WinDLL("TWAINDSM.dll")
            except OSError as error:
                raise ScannerDriverMissing(program="TWAIN", package="TWAINDSM") from error
            self._entry = library.DSM_Entry
            self._entry.restype = ctypes.c_uint16
            self._entry.argtypes = [
                ctypes.c_void_p,
                ctypes.c_void_p,
                ctypes.c_uint32,
                ctypes.c_uint16,
                ctypes.c_uint16,
                ctypes.c_void_p,
            ]
            self._user = ctypes.WinDLL("user32", use_last_error=True)
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            for call in (self._kernel.GlobalAlloc, self._kernel.GlobalLock):
                call.restype = ctypes.c_void_p
            self._kernel.GlobalAlloc.argtypes = [ctypes.c_uint, ctypes.c_size_t]
            self._kernel.GlobalSize.restype = ctypes.c_size_t
            for call in (
                self._kernel.GlobalLock,
                self._kernel.GlobalUnlock,
                self._kernel.GlobalSize,
                self._kernel.GlobalFree,
            ):
                call.argtypes = [ctypes.c_void_p]
            self._user.CreateWindowExW.restype = ctypes.c_void_p
            self._user.DestroyWindow.argtypes = [ctypes.c_void_p]
            made = self._user.CreateWindowExW(
                0, _HIDDEN_CLASS, "Yizhan", 0, 0, 0, 0, 0, None, None, None, None
            )
            self.window = int(made or 0)

        def entry(
            self, app: Any, source: Any, group: int, kind: int, message: int, data: Any
        ) -> int:
            return int(self._entry(app, source, group, kind, message, data))

        def wait(self, deadline: float, handle: Callable[[int], bool]) -> None:
            message = wintypes.MSG()
            while time.monotonic() < deadline:
                if not self._user.PeekMessageW(ctypes.byref(message), None, 0, 0, _REMOVE):
                    time.sleep(0.01)
                    continue
                if handle(ctypes.addressof(message)):
                    return
                self._user.TranslateMessage(ctypes.byref(message))
                self._user.DispatchMessageW(ctypes.byref(message))

        def allocate(self, size: int) -> int:
            return int(self._kernel.GlobalAlloc(_MOVEABLE, size) or 0)

        def lock(self, handle: int) -> int:
            return int(self._kernel.GlobalLock(handle) or 0)

        def unlock(self, handle: int) -> None:
            self._kernel.GlobalUnlock(handle)

        def size(self, handle: int) -> int:
            return int(self._kernel.GlobalSize(handle))

        def free(self, handle: int) -> None:
            self._kernel.GlobalFree(handle)

        def close(self) -> None:
            if self.window:
                self._user.DestroyWindow(self.window)
                self.window = 0
