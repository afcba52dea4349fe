"""Frames between a PC and the security module of an ID-card reader, byte by byte (GA/T 467).

To the reader:    AA AA AA 96 69 | length | command, parameter | data | check
From the reader:  AA AA AA 96 69 | length | SW1 SW2 SW3        | data | check

``length`` is two bytes, the high one first, and counts everything after itself. ``check`` is the
exclusive or of all bytes after the preamble but itself. What a status means to a person is said
in ``idcard_serial``; here are bytes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
LONGEST = 4 * 1024  # text, photo and two fingerprints are 2,321 bytes


class Command(Enum):
    """Command and parameter byte."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    MODULE_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"  # text and photo
    NEWEST_ADDRESS = b"\x30\x03"


class Status:
    """The third status byte, SW3."""

    OK = 0x90
    NO_SUCH_CONTENT = 0x91
    FOUND = 0x9F
    CHECKSUM = 0x10
    LENGTH = 0x11
    COMMAND = 0x21
    NOT_ALLOWED = 0x23
    COMMAND_UNKNOWN = 0x24
    READER_REFUSED = 0x31  # the card does not accept the module
    CARD_REFUSED = 0x32  # the module does not accept the card
    NOT_VERIFIED = 0x33
    CARD_KIND = 0x40
    READ_FAILED = 0x41
    RANDOM_FAILED = 0x47
    SELF_TEST_FAILED = 0x60
    MODULE_NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81


class FrameDamaged(ValueError):
    """The bytes between preamble and check are not what was sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose check was right: its status SW3 and its data."""

    status: int
    data: bytes = b""


def frame(command: Command, data: bytes = b"") -> bytes:
    """The bytes that put ``command`` to the reader."""
    body = command.value + data
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes((check(counted),))


def check(counted: bytes) -> int:
    """The check byte over length, status or command, and data."""
    return reduce(xor, counted, 0)


class ReplyReader:
    """Finds the next answer in bytes as they come, one or many at a time.

    Whatever stands before a preamble is noise and is dropped: readers send an extra AA at times,
    and a serial line that was just opened holds what was left of before.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def wanted(self) -> int:
        """How many bytes are surely still missing: at least 1."""
        have = len(self._buffer)
        if have < 7:
            return 7 - have
        return max(1, 7 + self._length() - have)

    def feed(self, received: bytes) -> Reply | None:
        """Takes bytes in; the answer once it is complete. Raises ``FrameDamaged``."""
        self._buffer += received
        self._drop_noise()
        if len(self._buffer) < 7:
            return None
        length = self._length()
        if not 4 <= length <= LONGEST:
            raise FrameDamaged(f"length {length}")
        if len(self._buffer) < 7 + length:
            return None
        counted, claimed = bytes(self._buffer[5 : 6 + length]), self._buffer[6 + length]
        if check(counted) != claimed:
            raise FrameDamaged("check byte")
        if len(self._buffer) > 7 + length:
            # An XOR fits by chance when one bit of the length and the data behind it agree. A
            # reader answers once for each question, so nothing may follow its answer.
            raise FrameDamaged("bytes behind the end")
        return Reply(status=counted[4], data=counted[5:])

    def _length(self) -> int:
        return int.from_bytes(self._buffer[5:7], "big")

    def _drop_noise(self) -> None:
        start = self._buffer.find(PREAMBLE)
        if start < 0:  # keep what may be the beginning of one
            start = max(0, len(self._buffer) - len(PREAMBLE) + 1)
        del self._buffer[:start]
