"""A local peer that answers as Kannel's smsbox does, and misbehaves on request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class KannelPeer:
    """``taken`` are the parameters of every message; ``mood`` is how the next ones are answered:
    ``ok``, ``queued``, ``busy``, ``denied`` or ``silent`` (takes it and hangs up)."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.mood = "ok"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"

    def close(self) -> None:
        """From now on nobody listens at ``url``."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query, encoding="utf-8")
                parameters = {name: values[0] for name, values in query.items()}
                status, text = {
                    "ok": (202, "0: Accepted for delivery"),
                    "queued": (202, "3: Queued for later delivery"),
                    "busy": (503, "Temporal failure, try again later."),
                    "denied": (403, "Authorization failed for sendsms"),
                    "silent": (0, ""),
                }[peer.mood]
                if parameters.get("password") != "pw":
                    status, text = 403, "Authorization failed for sendsms"
                if status < 300:
                    peer.taken.append(parameters)
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@contextmanager
def kannel_peer() -> Iterator[KannelPeer]:
    peer = KannelPeer()
    try:
        yield peer
    finally:
        if peer._thread.is_alive():
            peer.close()
