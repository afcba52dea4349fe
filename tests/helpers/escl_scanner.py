"""A network scanner on a free loopback port: the eSCL protocol, invented sheets, ways to fail.

It knows nothing of the program's client; Debian's sane-airscan, a client of others, scans with it
too (``tests/contracts/test_scanners.py``).
"""

from __future__ import annotations

import io
import itertools
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image, ImageDraw

_PWG = "http://www.pwg.org/schemas/2010/12/sm"
_SCAN = "http://schemas.hp.com/imaging/escl/2011/05/03"
_RESOLUTIONS = (100, 200, 300)


def _input_caps(tag: str) -> str:
    resolutions = "".join(
        f"<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution>"
        f"<scan:YResolution>{dpi}</scan:YResolution></scan:DiscreteResolution>"
        for dpi in _RESOLUTIONS
    )
    return f"""<scan:{tag}>
 <scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>
 <scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>3508</scan:MaxHeight>
 <scan:MaxScanRegions>1</scan:MaxScanRegions>
 <scan:SettingProfiles><scan:SettingProfile>
  <scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode>
   <scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
  <scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
   <scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>
  <scan:SupportedResolutions><scan:DiscreteResolutions>{resolutions}</scan:DiscreteResolutions>
  </scan:SupportedResolutions>
 </scan:SettingProfile></scan:SettingProfiles>
</scan:{tag}>"""


def _document(tag: str, inside: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><scan:{tag} xmlns:pwg="{_PWG}" '
        f'xmlns:scan="{_SCAN}"><pwg:Version>2.63</pwg:Version>{inside}</scan:{tag}>'
    ).encode()


_CAPABILITIES = _document(
    "ScannerCapabilities",
    "<pwg:MakeAndModel>Village Test eSCL</pwg:MakeAndModel>"
    "<pwg:SerialNumber>VT001</pwg:SerialNumber>"
    "<scan:UUID>4509a320-00a0-008f-00b6-000000000001</scan:UUID>"
    f"<scan:Platen>{_input_caps('PlatenInputCaps')}</scan:Platen>"
    f"<scan:Adf>{_input_caps('AdfSimplexInputCaps')}{_input_caps('AdfDuplexInputCaps')}"
    "<scan:FeederCapacity>50</scan:FeederCapacity><scan:AdfOptions>"
    "<scan:AdfOption>Duplex</scan:AdfOption><scan:AdfOption>DetectPaperLoaded</scan:AdfOption>"
    "</scan:AdfOptions></scan:Adf>",
)


class EsclScannerPeer:
    """The scanner. ``sheets`` lie in its feeder; ``fault`` is an AdfState that it shows.

    ``fault_after`` sheets of a job the fault comes up by itself; ``stop_after`` so many somebody
    presses the stop key. ``busy`` answers 503. ``refuse_dpi`` is offered and not taken. ``hold``
    keeps the next page back until it is set.
    """

    def __init__(self, sheets: int = 3) -> None:
        self.sheets = sheets
        self.fault = ""
        self.fault_after: tuple[int, str] | None = None
        self.stop_after: int | None = None
        self.busy = 0
        self.refuse = 0
        self.refuse_dpi = 0
        self.hold = threading.Event()
        self.hold.set()
        self.capabilities = _CAPABILITIES
        self.broken_pages = False
        self.names_a_strange_host = True
        self.requests: list[str] = []
        self._jobs: dict[str, dict[str, int]] = {}
        self._stopped = ""
        self._numbers = itertools.count(1)
        self._port = 0
        self._handlers: list[threading.Thread] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread = threading.Thread()
        self.switch_on()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/eSCL"

    @property
    def is_on(self) -> bool:
        return self._server is not None

    @property
    def jobs(self) -> int:
        """Jobs that were begun and not ended."""
        return len(self._jobs)

    def switch_off(self) -> None:
        server, self._server = self._server, None
        self._jobs.clear()
        if server is not None:
            self.hold.set()
            server.shutdown()
            server.server_close()
            for thread in [*self._handlers, self._thread]:
                thread.join()

    def switch_on(self) -> None:
        peer = self
        self._handlers = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def setup(self) -> None:
                super().setup()
                peer._handlers.append(threading.current_thread())

            def do_GET(self) -> None:
                peer._get(self)

            def do_POST(self) -> None:
                peer._post(self)

            def do_DELETE(self) -> None:
                peer.requests.append(f"DELETE {self.path}")
                known = peer._jobs.pop(self.path.rsplit("/", 1)[-1], None)
                peer._reply(self, 200 if known else 404)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_: Any) -> None:
                pass  # a client that went away

        self._server = Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def _status(self) -> bytes:
        feeder = self.fault or ("ScannerAdfLoaded" if self.sheets else "ScannerAdfEmpty")
        states = dict.fromkeys(self._jobs, "Processing")
        if self._stopped:
            states[self._stopped] = "Aborted"
        jobs = "".join(
            f"<scan:JobInfo><pwg:JobUri>/eSCL/ScanJobs/{number}</pwg:JobUri>"
            f"<pwg:JobState>{state}</pwg:JobState></scan:JobInfo>"
            for number, state in states.items()
        )
        return _document(
            "ScannerStatus",
            f"<pwg:State>Idle</pwg:State><scan:AdfState>{feeder}</scan:AdfState>"
            f"<scan:Jobs>{jobs}</scan:Jobs>",
        )

    def _get(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append(f"GET {handler.path}")
        if handler.path == "/eSCL/ScannerCapabilities":
            self._reply(handler, 200, self.capabilities)
        elif handler.path == "/eSCL/ScannerStatus":
            self._reply(handler, 200, self._status())
        elif match := re.fullmatch(r"/eSCL/ScanJobs/(\d+)/NextDocument", handler.path):
            self._next_page(handler, match[1])
        else:
            self._reply(handler, 404)

    def _next_page(self, handler: BaseHTTPRequestHandler, number: str) -> None:
        self.hold.wait(20)
        job = self._jobs.get(number)
        if job is not None and self.stop_after == job["done"]:
            self._stopped, job["left"] = number, 0
        if job is None or job["left"] == 0:
            self._reply(handler, 404)
            return
        if self.fault_after is not None and job["done"] >= self.fault_after[0]:
            self.fault = self.fault_after[1]
        if job["feeder"] and self.fault:
            self._reply(handler, 409)
            return
        job["left"] -= 1
        job["done"] += 1
        if job["feeder"] and job["done"] % job["sides"] == 0:
            self.sheets -= 1
        body = _page(job["done"], job["width"], job["height"])
        if self.broken_pages:
            body = body[: len(body) // 2]
        self._reply(handler, 200, body, "image/jpeg")

    def _post(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        self.requests.append("POST")

        def said(tag: str, otherwise: str) -> str:
            match = re.search(rf"<(?:\w+:)?{tag}>([^<]+)<", asked)
            return match[1] if match else otherwise

        feeder = said("InputSource", "Platen") == "Feeder"
        if self.refuse:
            self._reply(handler, self.refuse)
            return
        if self.busy:
            self.busy -= 1
            self._reply(handler, 503)
            return
        if feeder and (self.fault or not self.sheets):
            self._reply(handler, 503)
            return
        dpi = int(said("XResolution", "300"))
        if dpi == self.refuse_dpi:
            self._reply(handler, 409)
            return
        sides = 2 if said("Duplex", "false") == "true" else 1
        number = str(next(self._numbers))
        self._jobs[number] = {
            "feeder": int(feeder),
            "sides": sides,
            "left": self.sheets * sides if feeder else 1,
            "done": 0,
            "width": int(said("Width", "2550")) * dpi // 300,
            "height": int(said("Height", "3508")) * dpi // 300,
        }
        host = "scanner.invalid:80" if self.names_a_strange_host else handler.headers["Host"]
        self._reply(handler, 201, location=f"http://{host}/eSCL/ScanJobs/{number}")

    def _reply(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        body: bytes = b"",
        kind: str = "text/xml",
        location: str = "",
    ) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.close_connection = True
        if location:
            handler.send_header("Location", location)
        handler.end_headers()
        handler.wfile.write(body)


def _page(number: int, width: int, height: int) -> bytes:
    sheet = Image.new("RGB", (width, height), "white")
    drawing = ImageDraw.Draw(sheet)
    drawing.rectangle((width // 20, height // 20, width // 2, height // 10), fill=(200, 30, 30))
    drawing.rectangle((width // 20, height // 5, width // 20 + 20 * number, height // 4), fill=0)
    encoded = io.BytesIO()
    sheet.save(encoded, "JPEG", quality=85)
    return encoded.getvalue()
