"""A long day at the scanner and the camera: a thousand pages, with whatever goes wrong at random.

``python -m tests.helpers.soak [PAGES] [SEED]`` scans numbered sheets from a network scanner and
photographs others, through the devices' own lanes into a desk's memory and the page pipeline.
Sheets jam, two are drawn in at once, the cover is opened, the scanner is busy, unplugged in the
middle of a page and plugged in again, scans are cancelled; the camera stalls and goes away. Whoever
serves the devices lays in again what did not come through. In the end every sheet must be in the
memory, once, whole and in order; memory, threads and open files are told every fifty pages.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from PIL import Image, ImageDraw

from station.devices.camera import CameraError
from station.devices.camera_mjpeg import MjpegCamera
from station.devices.lane import DeviceLane
from station.devices.scanner import Cancel, ScannedPage, Scanner, ScannerError, Source
from station.devices.scanner_escl import EsclScanner
from station.imaging.pipeline import PagePipeline
from station.store import Store
from tests.helpers import escl_scanner
from tests.helpers.desk_memory import NOW, a_draft, open_store
from tests.helpers.escl_scanner import EsclScannerPeer
from tests.helpers.mjpeg_camera import MjpegCameraPeer

_BITS = 12
_PATIENCE = 1800.0  # of a batch of sixty on a busy machine
_WORKED_ON = 5  # every so many pages go through the whole pipeline
_TROUBLES = (
    "ScannerAdfJam",
    "ScannerAdfMultipickDetected",
    "ScannerAdfHatchOpen",
    "busy",
    "unplug",
    "cancel",
)


def numbered(number: int, width: int = 1240, height: int = 1754) -> bytes:
    """A sheet that carries its number as a row of black and white fields."""
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    for bit in range(_BITS):
        if number >> bit & 1:
            x = width * (bit + 2) // (_BITS + 4)
            draw.rectangle((x, height // 8, x + width // (_BITS + 8), height // 6), fill=0)
    for line in range(8, 30):
        y = height * line // 34
        draw.line((width // 9, y, width * (5 + (number + line) % 4) // 9, y), fill=(60, 60, 60))
    encoded = io.BytesIO()
    sheet.save(encoded, "JPEG", quality=80)
    return encoded.getvalue()


def number_on(jpeg: bytes) -> int:
    """The number on a sheet."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        grey = picture.convert("L")
    width, height = grey.size
    number = 0
    for bit in range(_BITS):
        x = width * (bit + 2) // (_BITS + 4) + width // (_BITS + 8) // 2
        pixel = grey.getpixel((x, height * 7 // 48))
        assert isinstance(pixel, int)
        number |= (pixel < 128) << bit
    return number


@dataclass
class Day:
    """One day; ``lost`` and ``twice`` must stay empty."""

    pages: int
    seed: int = 1
    told: dict[str, int] = field(default_factory=dict)
    weights: list[tuple[int, float, int, int]] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)

    def run(self, folder: Path) -> dict[str, object]:
        chance = Random(self.seed)
        began = time.monotonic()
        with open_store(folder) as store, PagePipeline() as pipeline:
            draft = a_draft()
            store.save_draft(draft)
            keep = _Keeper(self, store, draft.id, pipeline)
            peer, camera = EsclScannerPeer(sheets=0), MjpegCameraPeer(numbered(0, 620, 877))
            try:
                self._scan_and_photograph(chance, peer, camera, keep)
            finally:
                peer.switch_off()
                camera.close()
            stored = [number_on(store.page_original(page)) for page in keep.ids]
        wanted = list(range(1, self.pages + 1))
        return {
            "pages": self.pages,
            "seed": self.seed,
            "seconds": round(time.monotonic() - began),
            "lost": sorted(set(wanted) - set(stored)),
            "twice": sorted({n for n in stored if stored.count(n) > 1}),
            "in_order": stored == wanted,
            "troubles": dict(sorted(self.told.items())),
            "memory_mb": self._trend(1),
            "threads": self._trend(2),
            "open_files": self._trend(3),
        }

    def _trend(self, column: int) -> dict[str, float]:
        """The medians of the second and of the last quarter: the first is for warming up."""
        values = [weight[column] for weight in self.weights]
        quarter = max(1, len(values) // 4)
        return {
            "second_quarter": round(median(values[quarter : 2 * quarter] or values), 1),
            "last_quarter": round(median(values[-quarter:]), 1),
        }

    def _scan_and_photograph(
        self, chance: Random, peer: EsclScannerPeer, camera: MjpegCameraPeer, keep: _Keeper
    ) -> None:
        scanner = DeviceLane[Scanner]("scanner", lambda: EsclScanner(peer.url, patience=0.2))
        eye = DeviceLane("camera", lambda: MjpegCamera(camera.url, silence=1.0))
        try:
            while len(self.kept) < self.pages:
                done = len(self.kept)
                if chance.random() < 0.1:
                    self._photograph(chance, camera, eye, keep, done + 1)
                else:
                    many = min(chance.randint(5, 60), self.pages - done)
                    self._batch(chance, peer, scanner, keep, done + many)
        finally:
            scanner.close()
            eye.close()

    def _batch(
        self,
        chance: Random,
        peer: EsclScannerPeer,
        lane: DeviceLane[Scanner],
        keep: _Keeper,
        last: int,
    ) -> None:
        """Sheets up to number ``last`` are fed, laid in again after each trouble."""
        while len(self.kept) < last:
            peer.sheets = last - len(self.kept)  # what did not come through is laid in again
            first = last - peer.sheets
            escl_scanner._page = lambda _, w, h: numbered(last - peer.sheets, w, h)
            trouble = chance.choice(_TROUBLES) if chance.random() < 0.5 else ""
            after = chance.randint(0, max(0, peer.sheets - 1))
            cancel = Cancel()
            mend = self._bring_about(trouble, first + after, peer, cancel)
            scan = lane.ask(
                lambda device, stop=cancel: device.scan(
                    source=Source.FEEDER, dpi=100, on_page=keep.scanned, cancel=stop
                )
            )
            try:
                scan.result(_PATIENCE)
            except ScannerError as error:
                name = type(error).__name__
                self.told[name] = self.told.get(name, 0) + 1
            finally:
                mend()
            if cancel.is_set():
                self.told["cancelled"] = self.told.get("cancelled", 0) + 1

    def _bring_about(
        self,
        trouble: str,
        at: int,
        peer: EsclScannerPeer,
        cancel: Cancel,
    ) -> Callable[[], None]:
        """Lets something go wrong after sheet ``at``; what is returned puts it right."""
        if trouble.startswith("ScannerAdf"):
            peer.fault_after = at - len(self.kept), trouble

            def clear() -> None:
                peer.fault_after, peer.fault = None, ""

            return clear
        if trouble == "busy":
            peer.busy = 3
            return lambda: setattr(peer, "busy", 0)
        if trouble in ("unplug", "cancel"):
            over = threading.Event()

            def wait() -> None:
                while len(self.kept) < at and not over.wait(0.005):
                    pass
                if not over.is_set():
                    peer.switch_off() if trouble == "unplug" else cancel.set()

            hand = threading.Thread(target=wait, daemon=True)
            hand.start()

            def put_right() -> None:
                over.set()
                hand.join()
                peer.switch_off()
                peer.switch_on()

            return put_right
        return lambda: None

    def _photograph(
        self,
        chance: Random,
        camera: MjpegCameraPeer,
        lane: DeviceLane[MjpegCamera],
        keep: _Keeper,
        number: int,
    ) -> None:
        camera.picture = numbered(number, 620, 877)
        trouble = chance.choice(("", "", "stall", "off"))
        if trouble == "stall":
            camera.stall()
        elif trouble == "off":
            camera.switch_off()
        for attempt in itertools.count():
            try:
                # the first picture may be of the paper before
                photo = lane.ask(lambda device: (device.frame(), device.photograph())[1]).result(60)
            except CameraError as error:
                name = type(error).__name__
                self.told[name] = self.told.get(name, 0) + 1
                if attempt == 0:
                    camera.go_on()
                    if trouble == "off":
                        camera.switch_on()
                continue
            if number_on(photo.jpeg) == number:
                keep.photographed(photo.jpeg)
                return


@dataclass
class _Keeper:
    """Durable first, worked on afterwards, as the desk does it."""

    day: Day
    store: Store
    draft: str
    pipeline: PagePipeline
    ids: list[str] = field(default_factory=list)

    def scanned(self, page: ScannedPage) -> None:
        self._keep(page.jpeg, "scanner")

    def photographed(self, jpeg: bytes) -> None:
        self._keep(jpeg, "camera")

    def _keep(self, jpeg: bytes, origin: str) -> None:
        page = self.store.add_page(self.draft, "papers", jpeg, NOW, origin)
        self.ids.append(page.id)
        if len(self.ids) % _WORKED_ON == 0:
            result = self.pipeline.process(jpeg, name=page.id)
            self.store.put_page_render(page, result.page.jpeg)
        self.day.kept.append(len(self.ids))
        if len(self.ids) % 50 == 0:
            weight = (len(self.ids), _memory_mb(), threading.active_count(), _open_files())
            self.day.weights.append(weight)
            print(*weight, file=sys.stderr, flush=True)


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main() -> int:
    """Runs a day; 1 when a page was lost or came twice."""
    words = [int(word) for word in sys.argv[1:]]
    day = Day(*(words or [1000]))
    with tempfile.TemporaryDirectory() as folder:
        told = day.run(Path(folder) / "station")
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 1 if told["lost"] or told["twice"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
