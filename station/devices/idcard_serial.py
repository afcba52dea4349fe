"""ID-card readers on a serial line, or on USB with a serial adapter inside (GA/T 467, GA 450).

Find, select, read, newest address: the four commands every such reader knows. Proved against a
simulator of the module over a pseudo-terminal; no real reader could be attached here.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from station.devices.idcard import (
    CardLiftedEarly,
    CardNotPresent,
    CardOfOtherKind,
    CardReaderError,
    CardReading,
    CardUnreadable,
    ReaderBusy,
    ReaderDenied,
    ReaderFault,
    ReaderGarbled,
    ReaderSilent,
    ReaderUnplugged,
)
from station.devices.idcard_frames import Command, FrameDamaged, Reply, ReplyReader, Status, frame
from station.devices.idcard_record import LENGTH, read_address, read_record

if TYPE_CHECKING:
    from serial import Serial


def _line_errors() -> tuple[type[Exception], ...]:
    try:
        import termios
    except ImportError:  # Windows has none
        return (OSError,)
    return (OSError, termios.error)  # the latter from a line that was just pulled out


_LINE_ERRORS = _line_errors()

PhotoDecoder = Callable[[bytes], bytes | None]

_TRIES = 3  # a frame that arrived damaged is asked for again
# Seconds until the last byte of the answer. Reading moves 1,295 bytes: 0.12 s at 115,200 baud,
# 1.4 s at 9,600, and as much again for the exchange with the card.
_GLANCE, _SHORT, _LONG = 0.4, 1.0, 4.0
_LENGTHS = 4  # the data of a reading begin with the lengths of text and photo


class SerialCardReader:
    """The reader at ``port`` (``/dev/ttyUSB0``, ``COM3``), opened for this program alone.

    ``decode_photo`` turns the 1,024 bytes of the stored portrait into a picture file. The method
    is not public; where the maker's decoder is not installed there is no portrait.
    """

    def __init__(
        self,
        port: str,
        *,
        name: str = "",
        baud: int = 115_200,
        decode_photo: PhotoDecoder | None = None,
    ) -> None:
        self._port = port
        self._name = name or f"身份证阅读器（{port}）"
        self._baud = baud
        self._decode_photo = decode_photo
        self._line: Serial | None = None
        self._ready = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def read(self) -> CardReading:
        self._find()
        self._select()
        text, photo = self._read_card()
        return read_record(
            text,
            newest_address=self._newest_address(),
            photo_wlt=photo,
            photo=self._decode_photo(photo) if self._decode_photo and photo else None,
        )

    def is_there(self) -> bool:
        """Whether what is connected answers as a reader does; asks for its status, no card."""
        try:
            self._ask(Command.STATUS, _GLANCE, tries=1)
        except (ReaderSilent, ReaderGarbled):
            return False
        return True

    def close(self) -> None:
        line, self._line = self._line, None
        self._ready = False
        if line is not None:
            with suppress(*_LINE_ERRORS):
                line.close()

    # The four steps.

    def _find(self) -> None:
        reply = self._ask(Command.FIND, _SHORT)
        if reply.status not in (Status.FOUND, Status.OK):
            raise self._refusal(reply.status, otherwise=CardNotPresent(name=self._name))

    def _select(self) -> None:
        reply = self._ask(Command.SELECT, _SHORT)
        if reply.status != Status.OK:
            raise self._refusal(reply.status, otherwise=CardUnreadable(status=_hex(reply.status)))

    def _read_card(self) -> tuple[bytes, bytes]:
        reply = self._ask(Command.READ, _LONG)
        if reply.status != Status.OK:
            raise self._refusal(reply.status, otherwise=CardUnreadable(status=_hex(reply.status)))
        lengths, body = reply.data[:_LENGTHS], reply.data[_LENGTHS:]
        text_length = int.from_bytes(lengths[:2], "big")
        photo_length = int.from_bytes(lengths[2:], "big")
        if text_length != LENGTH or len(body) < text_length + photo_length:
            raise CardUnreadable(status=f"{text_length} + {photo_length}")
        return body[:text_length], body[text_length : text_length + photo_length]

    def _newest_address(self) -> str:
        """The address written into the chip later, if any; a card is good without an answer."""
        with suppress(CardReaderError):
            reply = self._ask(Command.NEWEST_ADDRESS, _SHORT, tries=1)
            if reply.status == Status.OK:
                return read_address(reply.data)
        return ""

    def _refusal(self, status: int, otherwise: CardReaderError) -> CardReaderError:
        match status:
            case Status.NO_CARD:
                return CardNotPresent(name=self._name)
            case Status.SELECT_FAILED | Status.READ_FAILED:
                return CardLiftedEarly()
            case Status.CARD_KIND:
                return CardOfOtherKind()
            case (
                Status.READER_REFUSED
                | Status.CARD_REFUSED
                | Status.NOT_VERIFIED
                | Status.RANDOM_FAILED
            ):
                return CardUnreadable(status=_hex(status))
            case (
                Status.SELF_TEST_FAILED
                | Status.MODULE_NOT_AUTHORISED
                | Status.NOT_ALLOWED
                | Status.COMMAND
                | Status.COMMAND_UNKNOWN
                | Status.LENGTH
            ):
                return ReaderFault(name=self._name, status=_hex(status))
        return otherwise

    # The line.

    def _ask(self, command: Command, seconds: float, tries: int = _TRIES) -> Reply:
        """Puts one command, as often as needed for an answer that is whole."""
        for _ in range(tries):
            try:
                reply = self._exchange(frame(command), seconds)
            except FrameDamaged:
                continue
            if reply.status != Status.CHECKSUM:  # then our own frame arrived damaged
                self._ready = True
                return reply
        self._ready = False
        raise ReaderGarbled(name=self._name)

    def _exchange(self, sent: bytes, seconds: float) -> Reply:
        line = self._opened()
        replies = ReplyReader()
        deadline = time.monotonic() + seconds
        try:
            line.reset_input_buffer()
            line.write(sent)
            while (left := deadline - time.monotonic()) > 0:
                line.timeout = left
                reply = replies.feed(line.read(replies.wanted()))
                if reply is not None:
                    return reply
        except _LINE_ERRORS as error:  # serial.SerialException is an OSError
            self.close()
            raise ReaderUnplugged(name=self._name) from error
        self._ready = False
        raise ReaderSilent(name=self._name)

    def _opened(self) -> Serial:
        if self._line is None:
            from serial import Serial

            try:
                self._line = Serial(
                    self._port, self._baud, timeout=_SHORT, write_timeout=_SHORT, exclusive=True
                )
            except OSError as error:
                raise self._not_opened(error) from error
        return self._line

    def _not_opened(self, error: OSError) -> CardReaderError:
        if error.errno in (errno.EACCES, errno.EPERM):
            return ReaderDenied(name=self._name, where=self._port)
        if error.errno in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK):
            return ReaderBusy(name=self._name)
        return ReaderUnplugged(name=self._name)


def _hex(status: int) -> str:
    return f"{status:02X}"
