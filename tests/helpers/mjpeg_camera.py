"""A network camera on a free loopback port: JPEG pictures without end, and ways to fail.

It knows nothing of the program's reader; its framing follows RFC 2046 and what cameras do.
"""

from __future__ import annotations

import base64
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MjpegCameraPeer:
    """Serves ``/video`` at ``fps`` and one picture at ``/still``."""

    def __init__(
        self,
        picture: bytes,
        *,
        fps: float = 50.0,
        with_length: bool = True,
        boundary: str = "frame",
    ) -> None:
        self.picture = picture
        self.still = picture
        self.with_length = with_length
        self.password = ""
        self.status = 200
        self.content_type = f'multipart/x-mixed-replace; boundary="{boundary}"'
        self.boundary = boundary
        self.connections = 0
        self._pause = 1 / fps
        self._flowing = threading.Event()
        self._flowing.set()
        self._stopping = threading.Event()
        self._lines: list[socket.socket] = []
        self._handlers: list[threading.Thread] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread = threading.Thread()
        self._port = 0
        self.switch_on()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/video"

    @property
    def still_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/still"

    def show(self, picture: bytes) -> None:
        """What lies before the camera from now on."""
        self.picture = picture

    def stall(self) -> None:
        """Stays connected and sends nothing more."""
        self._flowing.clear()

    def go_on(self) -> None:
        self._flowing.set()

    def switch_off(self) -> None:
        """Drops every line and answers nobody."""
        server, self._server = self._server, None
        if server is None:
            return
        self._stopping.set()
        for line in self._lines:
            with Forgiven():
                line.shutdown(socket.SHUT_RDWR)
        server.shutdown()
        server.server_close()
        for thread in [*self._handlers, self._thread]:
            thread.join()

    def switch_on(self) -> None:
        """Answers again, at the same address."""
        self._stopping = threading.Event()
        self._lines, self._handlers = [], []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                peer.connections += 1
                peer._lines.append(self.connection)
                peer._handlers.append(threading.current_thread())
                with Forgiven():
                    peer._answer(self)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self.go_on()
        self.switch_off()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        expected = "Basic " + base64.b64encode(self.password.encode()).decode()
        if self.password and handler.headers.get("Authorization") != expected:
            handler.send_error(401)
            return
        if self.status != 200:
            handler.send_error(self.status)
            return
        handler.send_response(200)
        if handler.path == "/still":
            handler.send_header("Content-Type", "image/jpeg")
            handler.end_headers()
            handler.wfile.write(self.still)
            return
        handler.send_header("Content-Type", self.content_type)
        handler.end_headers()
        stopping = self._stopping
        while not stopping.wait(self._pause):
            if not self._flowing.is_set():
                continue
            handler.wfile.write(self._part())

    def _part(self) -> bytes:
        picture = self.picture
        length = f"Content-Length: {len(picture)}\r\n" if self.with_length else ""
        head = f"--{self.boundary}\r\nContent-Type: image/jpeg\r\n{length}\r\n"
        return head.encode() + picture + b"\r\n"


class Forgiven:
    """A line that the other side dropped is nobody's fault here."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, OSError)
