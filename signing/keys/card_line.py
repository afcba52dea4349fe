"""A line to the card in a reader (PC/SC, ISO 7816-4): commands go out, answers come back.

For what no PKCS#11 driver has a word for, such as making keys on a PIV card. The system's own
PC/SC is asked by ctypes: pcsc-lite on Linux, winscard on Windows.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from signing.errors import KeyRemoved
from signing.keys.token_errors import ReadersUnreachable

_SYSTEM, _SHARED, _T0_OR_T1, _RESET = 2, 2, 3, 1
_NO_CARD = {0x8010000C, 0x80100069, 0x80100068, 0x80100009, 0x80100017, 0x80100066}
_HANDLE = ctypes.c_size_t if sys.platform == "win32" else ctypes.c_long
_NUMBER = ctypes.c_ulong
_LONGEST = 255  # bytes of a short command


class _Protocol(ctypes.Structure):
    _fields_ = (("number", _NUMBER), ("size", _NUMBER))


class CardLine:
    """The card, held for this process alone until ``card_in`` ends."""

    def __init__(self, library: Any, card: Any, protocol: int) -> None:
        self._library, self._card = library, card
        self._protocol = _Protocol(protocol, ctypes.sizeof(_Protocol))

    def ask(self, head: bytes, data: bytes = b"") -> tuple[bytes, int]:
        """Sends a command (CLA INS P1 P2), in a chain where ``data`` is long; answer and status."""
        while len(data) > _LONGEST:
            part, data = data[:_LONGEST], data[_LONGEST:]
            _, status = self._exchange(bytes([head[0] | 0x10]) + head[1:] + b"\xff" + part)
            if status != 0x9000:
                return b"", status
        body = bytes([len(data)]) + data if data else b""
        answer, status = self._exchange(head + body + b"\0")
        while status >> 8 == 0x61:
            more, status = self._exchange(b"\0\xc0\0\0" + bytes([status & 0xFF]))
            answer += more
        return answer, status

    def _exchange(self, command: bytes) -> tuple[bytes, int]:
        room = ctypes.create_string_buffer(66_000)
        size = _NUMBER(len(room))
        _checked(
            self._library.SCardTransmit(
                self._card, ctypes.byref(self._protocol), command, _NUMBER(len(command)), None,
                room, ctypes.byref(size),
            )
        )  # fmt: skip
        answer = room.raw[: size.value]
        if len(answer) < 2:
            raise KeyRemoved
        return answer[:-2], int.from_bytes(answer[-2:], "big")


@contextmanager
def card_in(reader: str) -> Iterator[CardLine]:
    """The card in the reader of this name; afterwards it is as if it had just been put in.

    Raises ``KeyRemoved`` when there is none, ``ReadersUnreachable`` without a PC/SC service.
    """
    library = _pcsc()
    context, card, protocol = _HANDLE(), _HANDLE(), _NUMBER()
    _checked(library.SCardEstablishContext(_NUMBER(_SYSTEM), None, None, ctypes.byref(context)))
    try:
        _checked(
            library.SCardConnect(
                context, reader.encode(), _NUMBER(_SHARED), _NUMBER(_T0_OR_T1),
                ctypes.byref(card), ctypes.byref(protocol),
            )
        )  # fmt: skip
        try:
            _checked(library.SCardBeginTransaction(card))
            yield CardLine(library, card, protocol.value)
        finally:
            library.SCardEndTransaction(card, _NUMBER(_RESET))
            library.SCardDisconnect(card, _NUMBER(_RESET))
    finally:
        library.SCardReleaseContext(context)


def _pcsc() -> Any:
    try:
        if sys.platform == "win32":
            library: Any = ctypes.WinDLL("winscard")
            library.SCardConnect = library.SCardConnectA
        else:
            library = ctypes.CDLL("libpcsclite.so.1")
    except OSError as error:
        raise ReadersUnreachable(code=error) from error
    return library


def _checked(answer: int) -> None:
    code = answer & 0xFFFFFFFF
    if code in _NO_CARD:
        raise KeyRemoved
    if code:
        raise ReadersUnreachable(code=f"0x{code:08X}")
