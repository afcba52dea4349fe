"""Scanners through SANE, the scanner software of Linux, UOS and Kylin.

``scanimage`` runs as a process of its own for every scan: drivers crash and hang, and neither
may touch the desktop. (In one process, python-sane was measured to hand over a picture cut off
in the middle without an error, and to bring the process down from a callback.) Its exit status
is SANE's own status, its standard output names every page that is whole.

Proved on SANE's test driver and on sane-airscan talking to a scanner made for the tests; no real
scanner could be attached here.
"""

from __future__ import annotations

import io
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from station.devices import sane_options
from station.devices.scanner import (
    Cancel,
    Capabilities,
    CoverOpen,
    OnPage,
    Order,
    OutOfPaper,
    PaperSize,
    ScannedPage,
    ScannerBusy,
    ScannerDenied,
    ScannerDriverMissing,
    ScannerError,
    ScannerFault,
    ScannerJammed,
    ScannerSilent,
    ScannerUnplugged,
    ScanStopped,
    Source,
)

PROGRAM = "scanimage"
_JPEG_QUALITY = 92
_ASK_SECONDS = 20.0  # some network drivers look around for that long before they answer
_PAGE_SECONDS = 120.0  # a lamp that warms up and 600 dpi
_STOP_SECONDS = 10.0
# Some drivers hang when they close (SANE's own test driver does, once in some hundred scans):
# what was said last is then taken for the end.
_LAST_WORDS = 1.0
_LOOK_AROUND = 0.1  # seconds until a wish to cancel is noticed

# SANE_Status (sane/sane.h), which scanimage also uses as its exit status. SANE has no status for
# two sheets at once; drivers report a jam, or (sane-airscan 0.99) an error of input and output, as
# for an open cover. A stop key at the device sane-airscan takes for the end of the feeder: network
# scanners are better spoken to directly (``scanner_escl``).
_CANCELLED, _BUSY, _INVALID, _JAMMED, _NO_DOCUMENTS = 2, 3, 4, 6, 7
_COVER_OPEN, _IO_ERROR, _DENIED = 8, 9, 11
_TOLD: Mapping[int, type[ScannerError]] = {
    _CANCELLED: ScanStopped,
    _BUSY: ScannerBusy,
    _JAMMED: ScannerJammed,
    _NO_DOCUMENTS: OutOfPaper,
    _COVER_OPEN: CoverOpen,
    _DENIED: ScannerDenied,
}
# Opening a device fails with exit status 1 and one of these texts.
_UNSAID = 1
_TEXTS = {
    "Device busy": _BUSY,
    "Invalid argument": _INVALID,
    "Document feeder jammed": _JAMMED,
    "Document feeder out of documents": _NO_DOCUMENTS,
    "Scanner cover is open": _COVER_OPEN,
    "Error during device I/O": _IO_ERROR,
    "Access to resource has been denied": _DENIED,
}
_OPENING = re.compile(r"open of device .* failed")
_REFUSED = re.compile(r"setting of option --resolution failed")


class SaneScanner:
    """The scanner that SANE calls ``device`` (``fujitsu:fi-7160:1``, ``airscan:e0:Office``).

    ``extra`` are options of the driver set before every scan, as a device may need.
    """

    def __init__(
        self, device: str, *, name: str = "", extra: Mapping[str, str] | None = None
    ) -> None:
        self._device = device
        self._name = name or f"扫描仪（{device}）"
        self._extra = dict(extra or {})
        self._options: dict[str, sane_options.Option] | None = None
        self._ready = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def capabilities(self) -> Capabilities:
        return sane_options.capabilities(self._asked())

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
        offered = self.capabilities()
        order = offered.order(self._name, source, dpi, pages, paper)
        settings = self._settings(order)
        done = 0
        try:
            with tempfile.TemporaryDirectory(prefix="yizhan-scan-") as folder:
                command = [
                    *self._command(),
                    *settings,
                    "--format=pnm",
                    f"--batch={folder}/%d.pnm",
                    "--batch-print",
                    "--progress",
                    *([f"--batch-count={order.most}"] if order.most else []),
                ]
                with _Scan(command) as running:
                    for path in running.pages(cancel):
                        done += 1
                        page = self._page(done, path, order)
                        path.unlink()
                        on_page(page)
                    status = running.status
        except _Silent:
            self.close()
            raise ScannerSilent(name=self._name, seconds=f"{_PAGE_SECONDS:g}") from None
        cancelled = cancel is not None and cancel.is_set()
        if cancelled or (done and status in (0, _NO_DOCUMENTS)):
            self._ready = True
            return done
        self.close()
        if any(_REFUSED.search(line) for line in running.errors):
            raise offered.refused(self._name, order)
        if status == _IO_ERROR:
            self._must_be_there()
        # A batch without a count ends with status 0 when the feeder was empty from the start.
        raise self._explained(status or _NO_DOCUMENTS, running.errors)

    def close(self) -> None:
        self._options = None
        self._ready = False

    def _settings(self, order: Order) -> list[str]:
        """Words for the command line, in an order in which none undoes one before it."""
        options = self._asked()
        settings = sane_options.source_settings(options, order.source) or {}
        settings |= sane_options.colour_settings(options)
        if "resolution" in options:
            settings["resolution"] = str(order.dpi)
        settings |= sane_options.area_settings(options, order.width, order.height) | self._extra
        words = []
        for name, value in settings.items():
            words += [f"-{name}", value] if len(name) == 1 else [f"--{name}={value}"]
        return words

    def _asked(self) -> dict[str, sane_options.Option]:
        """The options of the device; asked once, until something goes wrong."""
        if self._options is None:
            self._ready = False
            command = [*self._command(), "--all-options"]
            try:
                answer = subprocess.run(
                    command,
                    capture_output=True,
                    stdin=subprocess.DEVNULL,
                    env=environment(),
                    timeout=_ASK_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise ScannerSilent(name=self._name, seconds=f"{_ASK_SECONDS:g}") from None
            if answer.returncode != 0:
                errors = answer.stderr.decode(errors="replace").splitlines()
                status = answer.returncode
                raise self._explained(_spoken(errors) if status == _UNSAID else status, errors)
            self._options = sane_options.read_options(answer.stdout.decode(errors="replace"))
            self._ready = True
        return self._options

    def _must_be_there(self) -> None:
        """A scanner that was pulled in the middle of a page reports the same as one that is
        broken; only the former cannot be opened any more. Raises ``ScannerUnplugged``."""
        try:
            self._asked()
        except ScannerUnplugged:
            raise
        except ScannerError:
            return
        finally:
            self.close()

    def _page(self, number: int, path: Path, order: Order) -> ScannedPage:
        from PIL import Image

        encoded = io.BytesIO()
        try:
            with Image.open(path) as picture:
                size = picture.size
                colours = "RGB" if picture.mode == "RGB" else "L"
                picture.convert(colours).save(
                    encoded, "JPEG", quality=_JPEG_QUALITY, dpi=(order.dpi, order.dpi)
                )
        except (OSError, ValueError, SyntaxError) as error:
            raise ScannerFault(name=self._name, reason=f"page {number}: {error}") from error
        return ScannedPage(number, encoded.getvalue(), *size, order.dpi, order.source)

    def _explained(self, status: int, errors: Sequence[str]) -> ScannerError:
        text = _last_words(errors)
        if status in (_INVALID, _IO_ERROR) and _OPENING.search(text):
            return ScannerUnplugged(name=self._name)
        if told := _TOLD.get(status):
            return told(name=self._name)
        if status < 0:
            text = f"the driver ended by signal {-status}"
        reason = text.removeprefix(f"{PROGRAM}: ") or f"status {status}"
        return ScannerFault(name=self._name, reason=reason)

    def _command(self) -> list[str]:
        program = shutil.which(PROGRAM)
        if program is None:
            raise ScannerDriverMissing(program=PROGRAM, package="sane-utils")
        return [program, f"--device-name={self._device}"]


class _Silent(Exception):
    """Nothing came for too long."""


class _Scan:
    """One running ``scanimage --batch``; leaving the context ends it, whatever happened."""

    def __init__(self, command: Sequence[str]) -> None:
        self.errors: list[str] = []
        self._hung = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # so that helpers of a driver can be ended with it
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None and not self._hung:
            self._process.send_signal(signal.SIGINT)  # lets the driver park the scanner
            with suppress(subprocess.TimeoutExpired):
                self._process.communicate(timeout=_STOP_SECONDS)
        with suppress(ProcessLookupError):  # drivers start helpers, and some leave them behind
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def status(self) -> int:
        """SANE's status at the end."""
        if self._hung:
            return _spoken(self.errors) if _last_words(self.errors) else 0
        status = self._process.wait(_STOP_SECONDS)
        return _spoken(self.errors) if status == _UNSAID else status

    def pages(self, cancel: Cancel | None) -> Iterator[Path]:
        """The file of each page when it is whole. Raises ``_Silent``."""
        last_sign = time.monotonic()
        stopping = ended = False
        for name, line in self._lines():
            if not stopping and cancel is not None and cancel.is_set():
                self._process.send_signal(signal.SIGINT)
                stopping = True
            if line is None:
                limit = _LAST_WORDS if ended else _STOP_SECONDS if stopping else _PAGE_SECONDS
                if time.monotonic() - last_sign > limit:
                    if not ended and not stopping:
                        raise _Silent
                    self._hung = True
                    return
                continue
            last_sign = time.monotonic()
            if name == "stdout" and not stopping:
                yield Path(line)
            elif name == "stderr" and not line.startswith("Progress"):
                self.errors.append(line)
                ended = ended or line.startswith((f"{PROGRAM}: sane_", "Batch terminated"))

    def _lines(self) -> Iterator[tuple[str, str | None]]:
        """Lines as they come, with the name of their pipe; now and then None, to look around."""
        rest = {"stdout": b"", "stderr": b""}
        with selectors.DefaultSelector() as pipes:
            for name in rest:
                pipes.register(getattr(self._process, name), selectors.EVENT_READ, name)
            while pipes.get_map():
                for key, _ in pipes.select(_LOOK_AROUND):
                    received = os.read(key.fd, 64 * 1024)
                    if not received:
                        pipes.unregister(key.fileobj)
                        continue
                    *lines, rest[key.data] = re.split(rb"[\r\n]+", rest[key.data] + received)
                    for line in lines:
                        yield key.data, line.decode(errors="replace")
                yield "", None
                if self._process.poll() is not None and not pipes.select(0):
                    return  # a helper that was left behind holds the pipes open


def environment() -> dict[str, str]:
    """The environment for ``scanimage``: its texts in English, because they are compared."""
    return {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}


def _last_words(errors: Sequence[str]) -> str:
    return next((line for line in reversed(errors) if line.startswith(PROGRAM)), "")


def _spoken(errors: Sequence[str]) -> int:
    """SANE's status, from its text in the last words."""
    text = _last_words(errors)
    return next((status for words, status in _TEXTS.items() if words in text), _UNSAID)
