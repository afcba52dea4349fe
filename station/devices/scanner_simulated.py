"""A scanner that is not there, for training and for tests: see ``simulated``."""

from __future__ import annotations

import io
import random
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    ScannerJammed,
    ScannerUnplugged,
    ScanStopped,
    Source,
)
from station.devices.training_papers import Paper

if TYPE_CHECKING:
    from PIL import Image

_JPEG_QUALITY = 92
_LID = (246, 246, 244)  # the white lid of the scanner
_BACK = (249, 248, 244)  # the empty side of a sheet
_NEVER = threading.Event()


class SimulatedScanner:
    """A scanner with glass and a duplex feeder; ``seconds_per_page`` is how long a side takes.

    ``jam_at``, ``double_feed_at``, ``open_at`` and ``stop_at`` count the sides of one scan from 1:
    where a sheet jams, two come at once, the cover is lifted, the stop key is pressed.
    ``refused_dpi`` is a resolution that it offers and does not take.
    """

    _CAPABILITIES = Capabilities(
        sources=(Source.FLATBED, Source.FEEDER, Source.DUPLEX),
        resolutions=(100, 150, 200, 300, 600),
        width=216.0,
        height=297.0,
    )

    def __init__(self, *, name: str = "培训扫描仪", seconds_per_page: float = 0.6) -> None:
        self._name = name
        self._seconds = seconds_per_page
        self._feeder: deque[Paper] = deque()
        self._chance = random.Random(23)
        self._ready = False
        self.on_glass: Paper | None = None
        self.plugged_in = True
        self.busy = False
        self.cover_open = False
        self.jam_at: int | None = None
        self.double_feed_at: int | None = None
        self.open_at: int | None = None
        self.stop_at: int | None = None
        self.refused_dpi: int | None = None

    # What a hand does.

    def load(self, *papers: Paper) -> None:
        """Lays papers into the feeder, below those that wait there."""
        self._feeder.extend(papers)

    def unload(self) -> None:
        """Takes the papers out of the feeder."""
        self._feeder.clear()

    @property
    def waiting(self) -> int:
        """How many sheets wait in the feeder."""
        return len(self._feeder)

    # What a scanner does.

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def capabilities(self) -> Capabilities:
        self._must_be_there()
        return self._CAPABILITIES

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
        self._must_be_there()
        order = self._CAPABILITIES.order(self._name, source, dpi, pages, paper)
        if order.dpi == self.refused_dpi:
            raise self._CAPABILITIES.refused(self._name, order)
        done = 0
        for side in self._sides(source):
            if done == order.most or (cancel or _NEVER).wait(self._seconds):
                break
            self._must_go_on(done + 1)
            picture = side.picture(order, self._chance.uniform(-0.7, 0.7))
            data = _jpeg(picture, order.dpi)
            if side.last:
                self._feeder.popleft()  # a sheet that jams or is not scanned stays in the feeder
            done += 1
            on_page(ScannedPage(done, data, *picture.size, order.dpi, source))
        else:
            if done == 0:
                raise OutOfPaper(name=self._name)
        return done

    def close(self) -> None:
        self._ready = False

    def _must_be_there(self) -> None:
        self._ready = False
        if not self.plugged_in:
            raise ScannerUnplugged(name=self._name)
        if self.busy:
            raise ScannerBusy(name=self._name)
        self._ready = True

    def _must_go_on(self, number: int) -> None:
        self._must_be_there()
        if self.cover_open or number == self.open_at:
            raise CoverOpen(name=self._name)
        if number == self.jam_at:
            raise ScannerJammed(name=self._name)
        if number == self.double_feed_at:
            raise DoubleFeed(name=self._name)
        if number == self.stop_at:
            raise ScanStopped(name=self._name)

    def _sides(self, source: Source) -> Iterator[_Side]:
        if source is Source.FLATBED:
            yield _Side(self.on_glass, on_glass=True)
            return
        while self._feeder:
            paper = self._feeder[0]
            if source is Source.DUPLEX:
                yield _Side(paper)
                yield _Side(paper, back=True, last=True)
            else:
                yield _Side(paper, last=True)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a sheet as the scanner sees it; ``last`` means that the sheet is through."""

    paper: Paper | None
    on_glass: bool = False
    back: bool = False
    last: bool = False

    def picture(self, order: Order, askew: float) -> Image.Image:
        from PIL import Image

        dpi = order.dpi
        seen = self.paper.picture(dpi) if self.paper else None
        if seen is not None and self.back:
            seen = Image.new("RGB", seen.size, _BACK)
        width, height = (round(mm / 25.4 * dpi) for mm in (order.width, order.height))
        if self.on_glass or seen is None:
            glass = Image.new("RGB", (width, height), _LID)
            if seen is not None:
                glass.paste(seen, (round(dpi / 12), round(dpi / 12)))
            seen = glass
        seen = seen.crop((0, 0, min(width, seen.width), min(height, seen.height)))
        return seen.rotate(askew, Image.Resampling.BILINEAR, fillcolor=_LID)


def _jpeg(picture: Image.Image, dpi: int) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=_JPEG_QUALITY, dpi=(dpi, dpi))
    return encoded.getvalue()
