"""Network scanners spoken to directly, over HTTP (eSCL, Mopria Alliance; also called AirScan).

The same code on every system and no driver. Scanners on USB speak it too where ``ipp-usb`` runs.
Proved against a scanner made for the tests, which Debian's sane-airscan understands as well.
"""

from __future__ import annotations

import http.client
import select
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from station.devices import jpeg
from station.devices.scanner import (
    Cancel,
    Capabilities,
    CoverOpen,
    DoubleFeed,
    OnPage,
    Order,
    OutOfPaper,
    PaperSize,
    ScannedPage,
    ScannerBusy,
    ScannerDenied,
    ScannerError,
    ScannerFault,
    ScannerJammed,
    ScannerSilent,
    ScannerUnplugged,
    ScanStopped,
    Source,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ASK_SECONDS = 8.0
_PAGE_SECONDS = 120.0
_LOOK_AROUND = 0.1  # seconds until a wish to cancel is noticed
_MOST_XML = 1024 * 1024
_MOST_PICTURE = 256 * 1024 * 1024
_CHUNK = 256 * 1024
_UNITS_PER_MM = 300 / 25.4  # lengths are in three-hundredths of an inch
_A4 = (2480, 3508)
_USUAL = (75, 100, 150, 200, 300, 400, 600)

# AdfState -> what a person has to do. A feeder that is at work, loaded or empty is no fault.
_FEEDER_FAULTS: dict[str, type[ScannerError]] = {
    "ScannerAdfJam": ScannerJammed,
    "ScannerAdfMispick": ScannerJammed,
    "ScannerAdfDuplexPageTooShort": ScannerJammed,
    "ScannerAdfDuplexPageTooLong": ScannerJammed,
    "ScannerAdfInputTrayFailed": ScannerJammed,
    "ScannerAdfInputTrayOverloaded": ScannerJammed,
    "ScannerAdfMultipickDetected": DoubleFeed,
    "ScannerAdfHatchOpen": CoverOpen,
    "ScannerAdfDoorOpen": CoverOpen,
}
_EMPTY = "ScannerAdfEmpty"

_REQUEST = """<?xml version="1.0" encoding="UTF-8"?>
<scan:ScanSettings xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"
 xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03">
 <pwg:Version>2.0</pwg:Version>
 <pwg:ScanRegions>
  <pwg:ScanRegion>
   <pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>
   <pwg:XOffset>0</pwg:XOffset>
   <pwg:YOffset>0</pwg:YOffset>
   <pwg:Width>{width}</pwg:Width>
   <pwg:Height>{height}</pwg:Height>
  </pwg:ScanRegion>
 </pwg:ScanRegions>
 <pwg:InputSource>{source}</pwg:InputSource>
 <scan:ColorMode>RGB24</scan:ColorMode>
 <pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
 <scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>
 <scan:XResolution>{dpi}</scan:XResolution>
 <scan:YResolution>{dpi}</scan:YResolution>
 <scan:Duplex>{duplex}</scan:Duplex>
</scan:ScanSettings>
"""


class EsclScanner:
    """The scanner at ``url`` (``http://192.168.1.50/eSCL``).

    ``patience`` is for how many seconds a scanner that says it is busy is asked again; most are
    for a moment, after a page or while waking up.
    """

    def __init__(self, url: str, *, name: str = "", patience: float = 10.0) -> None:
        self._line = _Line(url)
        self._given_name = name
        self._model = ""
        self._patience = patience
        self._offered: Capabilities | None = None
        self._ready = False

    @property
    def name(self) -> str:
        return self._given_name or self._model or f"网络扫描仪（{self._line.host}）"

    @property
    def ready(self) -> bool:
        return self._ready

    def capabilities(self) -> Capabilities:
        if self._offered is None:
            self._ready = False
            root = self._understood(self._ask("GET", self._line.at("ScannerCapabilities")))
            self._model = _text(root, "MakeAndModel")
            self._offered = _capabilities(root)
            if not self._offered.sources:
                self._offered = None
                raise ScannerFault(name=self.name, reason="no source is offered")
            self._ready = True
        return self._offered

    def scan(
        self,
        *,
        source: Source,
        dpi: int,
        on_page: OnPage,
        pages: int | None = None,
        cancel: Cancel | None = None,
        paper: PaperSize = PaperSize.A4,
    ) -> int:
        cancel = cancel or Cancel()
        order = self.capabilities().order(self.name, source, dpi, pages, paper)
        job = self._start(order, cancel)
        if job is None:
            return 0
        try:
            return self._collect(job, order, on_page, cancel)
        finally:
            with suppress(OSError, http.client.HTTPException):
                self._line.ask("DELETE", job)  # ends it, or is told that it has ended

    def close(self) -> None:
        self._offered = None
        self._ready = False

    # What happens on the way.

    def _start(self, order: Order, cancel: Cancel) -> str | None:
        """The path of the job that was accepted; None when it was cancelled while waiting."""
        request = _REQUEST.format(
            width=round(order.width * _UNITS_PER_MM),
            height=round(order.height * _UNITS_PER_MM),
            source="Platen" if order.source is Source.FLATBED else "Feeder",
            dpi=order.dpi,
            duplex="true" if order.source is Source.DUPLEX else "false",
        ).encode()
        deadline = time.monotonic() + self._patience
        while True:
            answer = self._ask("POST", self._line.at("ScanJobs"), request)
            if answer.status == http.client.CREATED and answer.location:
                return answer.location
            if answer.status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN):
                raise ScannerDenied(name=self.name)
            if answer.status == http.client.CONFLICT:
                raise self.capabilities().refused(self.name, order)
            if problem := self._feeder_problem(order.source, none_scanned=True):
                raise problem
            if answer.status != http.client.SERVICE_UNAVAILABLE:
                raise ScannerFault(name=self.name, reason=f"HTTP {answer.status}")
            if time.monotonic() >= deadline:
                raise ScannerBusy(name=self.name)
            if cancel.wait(min(0.5, self._patience)):
                return None

    def _collect(
        self,
        job: str,
        order: Order,
        on_page: OnPage,
        cancel: Cancel,
    ) -> int:
        done = 0
        deadline = time.monotonic() + _PAGE_SECONDS
        while done != order.most and not cancel.is_set():
            answer = self._ask("GET", f"{job}/NextDocument", cancel=cancel)
            if answer.status == http.client.OK:
                done += 1
                on_page(self._page(done, answer.body, order))
                deadline = time.monotonic() + _PAGE_SECONDS
            elif answer.status == http.client.SERVICE_UNAVAILABLE:
                if time.monotonic() >= deadline:
                    raise ScannerSilent(name=self.name, seconds=f"{_PAGE_SECONDS:g}")
                cancel.wait(0.5)
            elif answer.status != _CANCELLED:
                if problem := self._feeder_problem(order.source, none_scanned=done == 0):
                    raise problem
                if self._was_stopped(job):
                    raise ScanStopped(name=self.name)
                if answer.status not in (http.client.NOT_FOUND, http.client.GONE):
                    raise ScannerFault(name=self.name, reason=f"HTTP {answer.status}")
                if done == 0:
                    raise ScannerFault(name=self.name, reason="no page was handed over")
                break
        return done

    def _page(self, number: int, body: bytes, order: Order) -> ScannedPage:
        if not jpeg.is_whole(body):
            raise ScannerFault(name=self.name, reason=f"page {number} is no JPEG file")
        try:
            width, height = jpeg.size_of(body)
        except jpeg.NotJpeg as error:
            raise ScannerFault(name=self.name, reason=f"page {number}: {error}") from error
        data = jpeg.with_resolution(body, order.dpi)
        return ScannedPage(number, data, width, height, order.dpi, order.source)

    def _feeder_problem(self, source: Source, *, none_scanned: bool) -> ScannerError | None:
        """What the scanner says of its feeder, as far as it hinders; the glass has no feeder."""
        if source is Source.FLATBED:
            return None
        state = _text(self._status(), "AdfState")
        if fault := _FEEDER_FAULTS.get(state):
            return fault(name=self.name)
        return OutOfPaper(name=self.name) if state == _EMPTY and none_scanned else None

    def _was_stopped(self, job: str) -> bool:
        """Whether the scanner says that this job did not come to its end. A job that ended as it
        should and one that somebody stopped at the device answer alike when asked for a page."""
        for told in _named(self._status(), "JobInfo"):
            if urlsplit(_text(told, "JobUri")).path.rstrip("/") == job:
                return _text(told, "JobState") in ("Canceled", "Aborted")
        return False

    def _status(self) -> Element:
        return self._understood(self._ask("GET", self._line.at("ScannerStatus")))

    def _understood(self, answer: _Answer) -> Element:
        from xml.etree import ElementTree

        if answer.status != http.client.OK:
            raise ScannerFault(name=self.name, reason=f"HTTP {answer.status}")
        try:
            return ElementTree.fromstring(answer.body)
        except ElementTree.ParseError as error:
            raise ScannerFault(name=self.name, reason=f"no eSCL answer: {error}") from error

    def _ask(
        self, method: str, path: str, body: bytes | None = None, cancel: Cancel | None = None
    ) -> _Answer:
        """One request; a line that fails is told as what it means to a person."""
        try:
            return self._line.ask(method, path, body, cancel)
        except TimeoutError:
            self.close()
            seconds = _PAGE_SECONDS if cancel else _ASK_SECONDS
            raise ScannerSilent(name=self.name, seconds=f"{seconds:g}") from None
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ScannerUnplugged(name=self.name) from error


_CANCELLED = 0  # no HTTP status: the answer was not waited for


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes = b""
    location: str = ""  # the path only: scanners name hosts that nobody else knows


class _Line:
    """Requests to one scanner, each on a connection of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        self.host = parts.hostname or ""
        self._port = parts.port
        self._secure = parts.scheme == "https"
        self._root = parts.path.rstrip("/") or "/eSCL"

    def at(self, resource: str) -> str:
        return f"{self._root}/{resource}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, cancel: Cancel | None = None
    ) -> _Answer:
        """One request and its answer. With ``cancel`` it may wait for a page to be scanned."""
        with closing(self._connection()) as connection:
            headers = {"Content-Type": "text/xml"} if body else {}
            connection.request(method, path, body, headers)
            if cancel is not None and not _first_byte(connection, cancel):
                return _Answer(_CANCELLED)
            with connection.getresponse() as response:
                received = bytearray()
                most = _MOST_PICTURE if cancel is not None else _MOST_XML
                while part := response.read(_CHUNK):
                    received += part
                    if cancel is not None and cancel.is_set():
                        return _Answer(_CANCELLED)
                    if len(received) > most:
                        raise http.client.HTTPException("the answer does not end")
                if response.length:
                    raise http.client.IncompleteRead(bytes(received), response.length)
                location = urlsplit(response.headers.get("Location", "")).path.rstrip("/")
                return _Answer(response.status, bytes(received), location)

    def _connection(self) -> http.client.HTTPConnection:
        if not self._secure:
            return http.client.HTTPConnection(self.host, self._port, timeout=_ASK_SECONDS)
        # Scanners sign their own certificates: there is nothing to check them against.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(
            self.host, self._port, timeout=_ASK_SECONDS, context=context
        )


def _first_byte(connection: http.client.HTTPConnection, cancel: Cancel) -> bool:
    """Waits until the answer begins; False when cancelled meanwhile. ``TimeoutError``."""
    deadline = time.monotonic() + _PAGE_SECONDS
    while not cancel.is_set():
        if select.select([connection.sock], [], [], _LOOK_AROUND)[0]:
            return True
        if time.monotonic() >= deadline:
            raise TimeoutError
    return False


def _capabilities(root: Element) -> Capabilities:
    tags = {
        Source.FLATBED: "PlatenInputCaps",
        Source.FEEDER: "AdfSimplexInputCaps",
        Source.DUPLEX: "AdfDuplexInputCaps",
    }
    apart = {
        source: Capabilities(
            (source,),
            _resolutions(element),
            _number(element, "MaxWidth", _A4[0]) / _UNITS_PER_MM,
            _number(element, "MaxHeight", _A4[1]) / _UNITS_PER_MM,
        )
        for source, tag in tags.items()
        if (element := next(_named(root, tag), None)) is not None
    }
    return Capabilities(
        tuple(apart),
        tuple(sorted({dpi for able in apart.values() for dpi in able.resolutions})),
        max((able.width for able in apart.values()), default=0.0),
        max((able.height for able in apart.values()), default=0.0),
        apart,
    )


def _resolutions(element: Element) -> tuple[int, ...]:
    found = {
        int(dpi.text)
        for discrete in _named(element, "DiscreteResolution")
        for dpi in _named(discrete, "XResolution")
        if dpi.text and dpi.text.strip().isdigit()
    }
    if not found:
        for span in _named(element, "XResolutionRange"):
            low, high = _number(span, "Min", 75), _number(span, "Max", 600)
            found = {dpi for dpi in _USUAL if low <= dpi <= high}
    usual = {dpi for dpi in found if dpi <= _USUAL[-1]}
    return tuple(sorted(usual or found)) or (300,)


def _named(element: Element, name: str) -> Iterator[Element]:
    """Descendants with this local name; scanners differ in their namespaces."""
    return (found for found in element.iter() if found.tag.rpartition("}")[2] == name)


def _text(element: Element, name: str) -> str:
    return next((found.text or "" for found in _named(element, name)), "").strip()


def _number(element: Element, name: str, otherwise: int) -> int:
    text = _text(element, name)
    return int(text) if text.isdigit() else otherwise
