"""A line between client and server that is cut on request (a TCP proxy on the loopback address).

with cut_line(hub.url, after=[100_000, 200_000]) as line:
    HubClient(line.url)      # its 1st connection dies after 100,000 bytes sent, its 2nd after
                             # 200,000; from the 3rd on the line is good
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class CutLine:
    """Accepts connections and passes bytes on, until a connection has sent its share."""

    def __init__(self, upstream: tuple[str, int], after: Sequence[int]) -> None:
        self._upstream = upstream
        self._after = list(after)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.cuts = 0
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._start(self._accept)

    def close(self) -> None:
        """Ends every connection and waits for the threads."""
        _end(self._door)  # shutting it down wakes the thread that waits for connections
        for connection in self._open:
            _end(connection)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.create_connection(self._upstream)
            self._open += [near, far]
            share = self._after.pop(0) if self._after else None
            self._start(lambda near=near, far=far, share=share: self._pass_on(near, far, share))
            self._start(lambda near=near, far=far: self._pass_on(far, near, None))

    def _pass_on(self, source: socket.socket, target: socket.socket, share: int | None) -> None:
        sent = 0
        try:
            while data := source.recv(16384):
                if share is not None and sent + len(data) > share:
                    target.sendall(data[: share - sent])
                    self.cuts += 1
                    break
                target.sendall(data)
                sent += len(data)
        except OSError:
            pass
        _end(source)
        _end(target)

    def _start(self, work: object) -> None:
        thread = threading.Thread(target=work, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def cut_line(url: str, after: Sequence[int] = ()) -> Iterator[CutLine]:
    """A line to the server at ``url``."""
    parts = urlsplit(url)
    line = CutLine((str(parts.hostname), int(parts.port or 80)), after)
    try:
        yield line
    finally:
        line.close()
