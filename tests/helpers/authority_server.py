"""An authority on a loopback port: /tsa, /ocsp (POST and GET), /crl; or made-up answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from signing.authority.service import ocsp_request_in
from signing.authority.training import TrainingAuthority

Answer = Callable[[str, bytes], bytes | None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The base URL of a server that gives ``answer(path, body)``; None is a 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._reply(b"")

        def _reply(self, body: bytes) -> None:
            data = answer(self.path, body)
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            """Says nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serving_authority(authority: TrainingAuthority) -> Iterator[str]:
    """The base URL of ``authority``."""

    def answer(path: str, body: bytes) -> bytes | None:
        if path == "/tsa":
            return authority.timestamp(body)
        if path.startswith("/ocsp"):
            return authority.ocsp(body or ocsp_request_in(path.removeprefix("/ocsp")))
        if path in ("/crl/root.crl", "/crl/county.crl"):
            return authority.crl(path.removeprefix("/crl/").removesuffix(".crl"))
        return None

    with serving(answer) as url:
        yield url
