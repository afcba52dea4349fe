"""Cameras that send JPEG pictures over HTTP without end (multipart/x-mixed-replace, RFC 2046).

Network document cameras, telephones that lend their camera, and adapters speak this. A reader
thread of its own keeps the newest whole picture and throws the others away, so that a slow desk
sees the present and never a queue of the past. It connects again by itself.

OpenCV could read such a stream too, but it decodes every picture whole, and after a pause of the
sender it stays dead although it claims to be open.
"""

from __future__ import annotations

import base64
import http.client
import socket
import threading
import time
from contextlib import closing, suppress
from email.message import Message
from urllib.parse import unquote, urlsplit

from station.devices import jpeg
from station.devices.camera import (
    CameraAddressWrong,
    CameraBusy,
    CameraError,
    CameraSilent,
    CameraUnplugged,
    Controls,
    Frame,
    Photo,
)

_MOST_BYTES = 64 * 1024 * 1024  # no camera's picture is larger; a sender of nonsense is cut off
_LONGEST_LINE = 8 * 1024
_FIRST_RETRY, _LAST_RETRY = 0.2, 2.0


class MjpegCamera:
    """A camera at an address such as ``http://user:secret@192.168.1.64/video``.

    ``still_url`` is where the camera gives one picture at full resolution, if it has such a
    place; otherwise a photograph is the next live picture. ``silence`` is for how many seconds
    nothing may come before the picture counts as standing still.
    """

    def __init__(
        self, url: str, *, name: str = "", still_url: str = "", silence: float = 3.0
    ) -> None:
        self._address = _Address(url)
        self._still = _Address(still_url) if still_url else None
        self._name = name or f"网络摄像头（{self._address.shown}）"
        self._silence = silence
        self._newest = _Newest()
        self._returned = 0
        self._reader: _Reader | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._newest.good

    def frame(self) -> Frame:
        frame = self._newer_than(self._returned)
        self._returned = frame.number
        return frame

    def photograph(self) -> Photo:
        if self._still is not None:
            data = self._fetch_still(self._still)
        else:
            # The next picture may have been exposed before the call; the one after it was not.
            data = self._newer_than(self._newest.number + 1).jpeg()
        return Photo(data, *jpeg.size_of(data), self._name)

    def controls(self) -> Controls:
        return Controls()

    def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.stop()
        self._newest.forget()

    def _newer_than(self, number: int) -> Frame:
        if self._reader is None:
            self._reader = _Reader(self._address, self._name, self._silence, self._newest)
        # The reader has its own limits, to connect and to wait; this one is for both together.
        limit = 2 * self._silence
        frame = self._newest.wait(number, limit)
        if frame is None:
            raise CameraSilent(name=self._name, seconds=f"{limit:g}")
        return frame

    def _fetch_still(self, address: _Address) -> bytes:
        try:
            with (
                closing(address.connection(self._silence)) as connection,
                address.answer(connection, self._name) as response,
            ):
                data = response.read(_MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise _explained(error, self._name, self._silence) from error
        if not jpeg.is_whole(data):
            raise CameraAddressWrong(where=address.shown, reason="not a JPEG picture")
        return data


class _Newest:
    """The newest picture, or what hinders it; the reader fills it, the camera waits on it."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._frame: Frame | None = None
        self._problem: CameraError | None = None
        self.number = 0

    @property
    def good(self) -> bool:
        return self._frame is not None and self._problem is None

    def arrived(self, data: bytes) -> None:
        """A picture came in; a damaged one is as if it had not come."""
        if not jpeg.is_whole(data):
            return
        try:
            frame = Frame.of_jpeg(self.number + 1, data)
        except jpeg.NotJpeg:
            return
        with self._news:
            self.number += 1
            self._frame, self._problem = frame, None
            self._news.notify_all()

    def lost(self, problem: CameraError) -> None:
        with self._news:
            self._problem = problem
            self._news.notify_all()

    def forget(self) -> None:
        with self._news:
            self._frame = self._problem = None

    def wait(self, number: int, seconds: float) -> Frame | None:
        """A picture newer than ``number``; None when none came in time. Raises what hinders it."""
        with self._news:
            if not self._news.wait_for(lambda: self._newer(number) or self._problem, seconds):
                self._frame = None
                return None
            if frame := self._newer(number):
                return frame
            problem, self._problem, self._frame = self._problem, None, None
            assert problem is not None
            raise problem

    def _newer(self, number: int) -> Frame | None:
        return self._frame if self._frame is not None and self._frame.number > number else None


class _Reader:
    """The thread that reads one camera, and connects again when the line is lost."""

    def __init__(self, address: _Address, name: str, silence: float, newest: _Newest) -> None:
        self._address = address
        self._name = name
        self._silence = silence
        self._newest = newest
        self._stop = threading.Event()
        self._line: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name=f"camera {name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, breaking off its waiting for the next bytes."""
        self._stop.set()
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        retry = _FIRST_RETRY
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._read()
            except CameraError as problem:
                self._newest.lost(problem)
            except (OSError, http.client.HTTPException) as error:
                self._newest.lost(_explained(error, self._name, self._silence))
            if time.monotonic() - began > _LAST_RETRY:
                retry = _FIRST_RETRY  # it had worked for a while
            self._stop.wait(retry)
            retry = min(2 * retry, _LAST_RETRY)

    def _read(self) -> None:
        with closing(self._address.connection(self._silence)) as connection:
            connection.connect()
            self._line = connection.sock
            try:
                with self._address.answer(connection, self._name) as response:
                    parts = _Parts(response, _boundary(response, self._address.shown))
                    while not self._stop.is_set():
                        self._newest.arrived(parts.next())
            finally:
                self._line = None


class _Parts:
    """The parts of one endless multipart answer."""

    def __init__(self, response: http.client.HTTPResponse, boundary: bytes) -> None:
        self._response = response
        self._boundary = boundary
        self._buffer = bytearray()

    def next(self) -> bytes:
        """The body of the next part."""
        while self._boundary not in (line := self._line()):
            pass
        # The parameter should lack the two dashes that the stream has; some cameras write them
        # into both. What really parts the pictures is learned from the stream.
        self._boundary = line.strip()
        length = -1
        while line := self._line().strip():
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
        return self._exactly(length) if length >= 0 else self._to_boundary()

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _LONGEST_LINE:
                raise http.client.LineTooLong("part header")
            self._more()
        return self._take(end + 1)

    def _exactly(self, length: int) -> bytes:
        if length > _MOST_BYTES:
            raise http.client.HTTPException("a part is too large")
        while len(self._buffer) < length:
            self._more()
        return self._take(length)

    def _to_boundary(self) -> bytes:
        """For cameras that give no length: up to the line break before the next boundary."""
        mark = b"\r\n" + self._boundary
        searched = 0
        while (end := self._buffer.find(mark, searched)) < 0:
            if len(self._buffer) > _MOST_BYTES:
                raise http.client.HTTPException("a part is too large")
            searched = max(0, len(self._buffer) - len(mark))
            self._more()
        return self._take(end)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _more(self) -> None:
        received = self._response.read1(256 * 1024)
        if not received:
            raise ConnectionResetError("the camera ended the stream")
        self._buffer += received


class _Address:
    """Where a camera is, and its user and secret, which are never shown."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        port = None
        try:
            port = parts.port
        except ValueError:
            self._usable = False
        self.shown = (
            f"{parts.scheme}://{parts.hostname or ''}{f':{port}' if port else ''}{parts.path}"
        )
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", port
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Accept": "multipart/x-mixed-replace, image/jpeg"}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"

    def connection(self, seconds: float) -> http.client.HTTPConnection:
        if not self._usable:
            raise CameraAddressWrong(where=self.shown, reason="not an http address")
        make = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return make(self._host, self._port, timeout=seconds)

    def answer(self, connection: http.client.HTTPConnection, name: str) -> http.client.HTTPResponse:
        connection.request("GET", self._target, headers=self._headers)
        response = connection.getresponse()
        if response.status == http.client.OK:
            return response
        response.close()
        if response.status == http.client.SERVICE_UNAVAILABLE:
            raise CameraBusy(name=name)
        raise CameraAddressWrong(where=self.shown, reason=f"{response.status} {response.reason}")


def _boundary(response: http.client.HTTPResponse, shown: str) -> bytes:
    content = Message()
    content["Content-Type"] = response.headers.get("Content-Type", "")
    boundary = content.get_param("boundary")
    if content.get_content_maintype() != "multipart" or not isinstance(boundary, str):
        raise CameraAddressWrong(where=shown, reason=content.get_content_type())
    return boundary.strip('"').encode()


def _explained(error: Exception, name: str, silence: float) -> CameraError:
    if isinstance(error, TimeoutError):
        return CameraSilent(name=name, seconds=f"{silence:g}")
    return CameraUnplugged(name=name)
