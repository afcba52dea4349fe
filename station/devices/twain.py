"""What TWAIN's published header (twain.h 2.4) says, as far as scanning needs it; and the seam to a
data source manager, Windows' or a test's.
"""

from __future__ import annotations

from collections.abc import Callable
from ctypes import Structure, c_char, c_uint16, c_uint32, c_void_p
from typing import Any, Protocol

# twain.h: data groups, data argument types, messages, return codes, condition codes, capabilities.
DG_CONTROL, DG_IMAGE = 1, 2
DAT_CAPABILITY, DAT_EVENT, DAT_IDENTITY, DAT_PARENT, DAT_PENDINGXFERS = 1, 2, 3, 4, 5
DAT_STATUS, DAT_USERINTERFACE, DAT_IMAGENATIVEXFER = 8, 9, 0x0104
MSG_GET, MSG_GETCURRENT, MSG_GETFIRST, MSG_GETNEXT, MSG_SET, MSG_RESET = 1, 2, 4, 5, 6, 7
MSG_XFERREADY, MSG_CLOSEDSREQ = 0x0101, 0x0102
MSG_OPENDSM, MSG_CLOSEDSM, MSG_OPENDS, MSG_CLOSEDS = 0x0301, 0x0302, 0x0401, 0x0402
MSG_DISABLEDS, MSG_ENABLEDS, MSG_PROCESSEVENT, MSG_ENDXFER = 0x0501, 0x0502, 0x0601, 0x0701
TWRC_SUCCESS, TWRC_FAILURE, TWRC_CANCEL, TWRC_DSEVENT = 0, 1, 3, 4
TWRC_XFERDONE, TWRC_ENDOFLIST = 6, 7
TWON_ONEVALUE = 5
TWTY_UINT16, TWTY_INT16, TWTY_BOOL, TWTY_FIX32 = 4, 1, 6, 7
CAP_XFERCOUNT, CAP_FEEDERENABLED, CAP_FEEDERLOADED = 0x0001, 0x1002, 0x1003
CAP_AUTOFEED, CAP_INDICATORS, CAP_DEVICEONLINE = 0x1007, 0x100B, 0x100F
CAP_DUPLEX, CAP_DUPLEXENABLED = 0x1012, 0x1013
ICAP_PIXELTYPE, ICAP_UNITS, ICAP_XFERMECH = 0x0101, 0x0102, 0x0103
ICAP_XRESOLUTION, ICAP_YRESOLUTION, ICAP_SUPPORTEDSIZES = 0x1118, 0x1119, 0x1122
ICAP_PHYSICALWIDTH, ICAP_PHYSICALHEIGHT = 0x1111, 0x1112


class Version(Structure):
    """TW_VERSION."""

    _pack_ = 2
    _fields_ = [
        ("MajorNum", c_uint16),
        ("MinorNum", c_uint16),
        ("Language", c_uint16),
        ("Country", c_uint16),
        ("Info", c_char * 34),
    ]


class Identity(Structure):
    """TW_IDENTITY."""

    _pack_ = 2
    _fields_ = [
        ("Id", c_uint32),
        ("Version", Version),
        ("ProtocolMajor", c_uint16),
        ("ProtocolMinor", c_uint16),
        ("SupportedGroups", c_uint32),
        ("Manufacturer", c_char * 34),
        ("ProductFamily", c_char * 34),
        ("ProductName", c_char * 34),
    ]


class Capability(Structure):
    """TW_CAPABILITY."""

    _pack_ = 2
    _fields_ = [("Cap", c_uint16), ("ConType", c_uint16), ("hContainer", c_void_p)]


class OneValue(Structure):
    """TW_ONEVALUE."""

    _pack_ = 2
    _fields_ = [("ItemType", c_uint16), ("Item", c_uint32)]


class UserInterface(Structure):
    """TW_USERINTERFACE."""

    _pack_ = 2
    _fields_ = [("ShowUI", c_uint16), ("ModalUI", c_uint16), ("hParent", c_void_p)]


class Event(Structure):
    """TW_EVENT."""

    _pack_ = 2
    _fields_ = [("pEvent", c_void_p), ("TWMessage", c_uint16)]


class PendingTransfers(Structure):
    """TW_PENDINGXFERS."""

    _pack_ = 2
    _fields_ = [("Count", c_uint16), ("EOJ", c_uint32)]


class Status(Structure):
    """TW_STATUS."""

    _pack_ = 2
    _fields_ = [("ConditionCode", c_uint16), ("Data", c_uint16)]


class Manager(Protocol):
    """A data source manager and what of Windows it needs."""

    window: int
    """A window of this thread, to which a source may send messages."""

    def entry(self, app: Any, source: Any, group: int, kind: int, message: int, data: Any) -> int:
        """DSM_Entry: pointers to structures, or None; the return code."""

    def wait(self, deadline: float, handle: Callable[[int], bool]) -> None:
        """Hands every message of this thread to ``handle`` (its address) until that returns true
        or ``deadline`` (monotonic) passes."""

    def allocate(self, size: int) -> int:
        """A handle of moveable memory."""

    def lock(self, handle: int) -> int:
        """The memory's address, until ``unlock``."""

    def unlock(self, handle: int) -> None: ...

    def size(self, handle: int) -> int:
        """How large the memory is."""

    def free(self, handle: int) -> None: ...

    def close(self) -> None: ...
