"""An ID-card reader at the far end of a pseudo-terminal: the published frames, byte by byte.

Written from the published tables alone; it shares no line with the program's own reader. It
keeps a card, answers the commands of GA/T 467, and can misbehave.
"""

from __future__ import annotations

import os
import select
import threading
import tty
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FIND = bytes.fromhex("AAAAAA96690003200122")
FOUND = bytes.fromhex("AAAAAA9669000800009F0000000097")
NOTHING_FOUND = bytes.fromhex("AAAAAA9669000400008084")
SELECT = bytes.fromhex("AAAAAA96690003200221")
SELECTED = bytes.fromhex("AAAAAA9669000C00009000000000000000009C")
NOT_SELECTED = bytes.fromhex("AAAAAA9669000400008185")
READ = bytes.fromhex("AAAAAA96690003300132")
NOT_READ = bytes.fromhex("AAAAAA9669000400004145")
NEWEST_ADDRESS = bytes.fromhex("AAAAAA96690003300330")
NO_NEWEST_ADDRESS = bytes.fromhex("AAAAAA9669000400009195")
READING_STARTS = bytes.fromhex("AAAAAA9669050800009001000400")


def resident_text(**fields: str) -> bytes:
    """The 256 bytes of a resident's card (GA/T 490), from texts and codes."""
    places = (
        ("name", 30),
        ("sex", 2),
        ("nation", 4),
        ("birth", 16),
        ("address", 70),
        ("id_number", 36),
        ("issuer", 30),
        ("valid_from", 16),
        ("valid_to", 16),
        ("spare", 36),
    )
    return b"".join(_field(fields.get(name, ""), length) for name, length in places)


def _field(text: str, length: int) -> bytes:
    encoded = text.encode("utf-16-le")
    assert len(encoded) <= length
    return encoded + " ".encode("utf-16-le") * ((length - len(encoded)) // 2)


def answer(status: int, data: bytes = b"") -> bytes:
    """A frame of the reader with this status."""
    counted = (len(data) + 4).to_bytes(2, "big") + bytes((0, 0, status)) + data
    total = 0
    for byte in counted:
        total ^= byte
    return bytes.fromhex("AAAAAA9669") + counted + bytes((total,))


@dataclass
class CardReaderPeer:
    """The reader; ``path`` is where the program finds its line, the same after replugging."""

    path: Path
    text: bytes | None = None
    photo: bytes = bytes(1024)
    newest_address: str = ""
    silent: bool = False
    deaf_to: bytes = b""  # a command that it does not answer
    dribbling: bool = False  # every byte on its own
    noise: bytes = b""  # sent before every answer
    damage: deque[int] = field(default_factory=deque)  # bytes to turn over in coming answers
    instead: dict[bytes, bytes] = field(default_factory=dict)  # command -> answer
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._was_selected = False
        self._thread: threading.Thread | None = None
        self.plug()

    def put(self, text: bytes) -> None:
        """Lays a card with this text record down."""
        self.text, self._was_selected = text, False

    def lift(self) -> None:
        self.text = None

    def plug(self) -> None:
        self._near, far = os.openpty()
        tty.setraw(far)
        self._far = far  # held open: the line must not hang up when the program closes it
        self._wake, self._waker = os.pipe()
        self.path.symlink_to(os.ttyname(far))
        self._thread = threading.Thread(
            target=self._serve, args=(self._near, self._wake), daemon=True
        )
        self._thread.start()

    def unplug(self) -> None:
        if self._thread is None:
            return
        os.write(self._waker, b"x")
        self._thread.join()
        self._thread = None
        for end in (self._near, self._far, self._wake, self._waker):
            os.close(end)
        self.path.unlink()

    def _serve(self, near: int, wake: int) -> None:
        received = b""
        while True:
            ready, _, _ = select.select([near, wake], [], [])
            if wake in ready:
                return
            received += os.read(near, 4096)
            while (start := received.find(bytes.fromhex("AAAAAA9669"))) >= 0:
                received = received[start:]
                if len(received) < 7 or len(received) < 7 + int.from_bytes(received[5:7], "big"):
                    break
                end = 7 + int.from_bytes(received[5:7], "big")
                command, received = received[:end], received[end:]
                self.asked.append(command)
                if not self.silent and command != self.deaf_to:
                    self._send(near, self.instead.get(command) or self._answer(command))

    def _answer(self, command: bytes) -> bytes:
        if command == FIND:
            return FOUND if self.text is not None and not self._was_selected else NOTHING_FOUND
        if command == SELECT:
            self._was_selected = True
            return SELECTED if self.text is not None else NOT_SELECTED
        if command == READ:
            if self.text is None:
                return NOT_READ
            return answer(0x90, bytes.fromhex("01000400") + self.text + self.photo)
        if command == NEWEST_ADDRESS:
            if not self.newest_address:
                return NO_NEWEST_ADDRESS
            return answer(0x90, _field(self.newest_address, 70))
        return answer(0x21)

    def _send(self, near: int, data: bytes) -> None:
        if self.damage:
            at = self.damage.popleft()
            data = data[:at] + bytes((data[at] ^ 0x40,)) + data[at + 1 :]
        data = self.noise + data
        with suppress(OSError):
            if self.dribbling:
                for byte in data:
                    os.write(near, bytes((byte,)))
            while not self.dribbling and data:
                data = data[os.write(near, data) :]
