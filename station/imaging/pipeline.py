"""The page pipeline: a photograph or scan in, a straight, clean, judged page out.

Non-destructive: the original bytes are the evidence and are never changed; what is done to them is
data (``PageParameters``) and can be changed and done again at any time. The steps live in the
modules beside this one; here is only their order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

import cv2

from station.imaging import encode
from station.imaging.arrays import Pixels, as_pixels
from station.imaging.clean import Light, black_and_white, colour_share, evened, light_on
from station.imaging.deskew import SKEW_SIDE, skew_of
from station.imaging.detection import Find, exact, find_pages, look_for_page
from station.imaging.digest import Digest, digest_of
from station.imaging.evidence import WORK_SIDE
from station.imaging.geometry import Quad
from station.imaging.judge import BLURRED_BELOW, GLARE_ABOVE, Notice, Quality, judge
from station.imaging.mat import Mat
from station.imaging.picture import Picture, inspect, open_picture
from station.imaging.profiles import A4_FORM, ID_CARD, PROFILES, Finish, Profile
from station.imaging.rectify import A4, ID_1, Plan, aspect_of, cut_out, plan, recognised

T = TypeVar("T")


class PageKind(StrEnum):
    PAGE = "page"
    CARD = "card"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class PageParameters:
    """Everything that makes a page out of the original picture; kept beside it, as data."""

    quad: Quad | None = None
    """The sheet's corners in the picture the right way up; None: the whole picture."""
    quarter_turns: int = 0
    """Clockwise, of the finished page."""
    skew_deg: float = 0.0
    """Turned back by this much where there is no quad."""
    profile: str = A4_FORM.name
    finish: Finish | None = None
    """None: as the profile says, where the page allows it."""

    def as_json(self) -> dict[str, Any]:
        """For the page record; ``from_json`` reads it back."""
        return {
            "quad": [list(c) for c in self.quad.corners] if self.quad else None,
            "quarter_turns": self.quarter_turns,
            "skew_deg": self.skew_deg,
            "profile": self.profile,
            "finish": self.finish.value if self.finish else None,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PageParameters:
        """The reverse of ``as_json``; raises ``KeyError`` or ``ValueError`` for anything else."""
        if value["profile"] not in PROFILES:
            raise ValueError(f"no profile {value['profile']!r}")
        return cls(
            quad=Quad.exactly(value["quad"]) if value["quad"] else None,
            quarter_turns=int(value["quarter_turns"]) % 4,
            skew_deg=float(value["skew_deg"]),
            profile=str(value["profile"]),
            finish=Finish(value["finish"]) if value["finish"] else None,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page."""

    jpeg: bytes
    width: int
    height: int
    dpi: float
    thumbnail: bytes


@dataclass(frozen=True, slots=True)
class PageResult:
    """All that the pipeline has to say about one picture."""

    kind: PageKind
    quad: Quad | None
    """Pixels of the source, EXIF rotation applied; None when the whole picture is the page or
    when no sheet was found."""
    quad_sure: bool
    """False: the person is asked to set the corners."""
    confidence: float
    skew_deg: float
    quality: Quality
    notices: tuple[Notice, ...]
    parameters: PageParameters
    page: Page
    digest: Digest
    source_size: tuple[int, int]
    ms: dict[str, float] = field(compare=False)
    """decode, detect, warp, enhance, encode, total."""


class PagePipeline:
    """Makes pages. Holds no page; one object serves a whole desk, from any thread."""

    def __init__(
        self,
        workers: int = 2,
        mat: Mat | None = None,
        upside_down: Callable[[Pixels], bool | None] | None = None,
    ) -> None:
        """``upside_down`` tells of a straight page whether it lies on its head (None: it cannot
        say); ``reading.way_up`` does. Without it, nothing is said about that."""
        self._mat = mat
        self._upside_down = upside_down
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="page")

    def close(self) -> None:
        self._pool.shutdown()

    def __enter__(self) -> PagePipeline:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def process(
        self,
        data: bytes,
        profile: str = "auto",
        name: str = "picture",
        number: int | None = None,
    ) -> PageResult:
        """The page in the picture file ``data``.

        Where a file holds several, ``number`` says which, from 0; None takes the first and says
        that there are more.

        ``profile`` is a name in ``PROFILES``, or ``auto``: card or form by its shape. ``name`` is
        what errors call the file. Raises a ``PictureError`` for what is not a usable picture;
        a picture without a page is no error: it comes back whole and unsure.
        """
        clock = Clock()
        picture, find = self._found(data, name, number or 0, clock)
        return self._made(picture, find, profile, clock, number is None and picture.pages > 1)

    def process_several(
        self, data: bytes, profile: str = "auto", name: str = "picture"
    ) -> list[PageResult]:
        """A page for every sheet that lies in the picture: several cards, both pages of a booklet
        cut apart. One that is not sure of its corners is made only when it is alone."""
        picture = open_picture(data, name)
        return [
            self._made(picture, find, profile, Clock(), picture.pages > 1)
            for find in find_pages(picture, self._mat)
        ]

    def _made(
        self, picture: Picture, find: Find, profile: str, clock: Clock, first_of_more: bool
    ) -> PageResult:
        with clock.step("detect"):
            skew = _skew(picture, find)
        parameters = PageParameters(
            quad=find.quad if find.sure or find.confidence >= _LIKELY else None,
            skew_deg=skew if find.quad is None and find.sure else 0.0,
            profile=_profile(picture, find, profile),
        )
        cut, straight, light = self._straight(picture, parameters, clock)
        # judged on one core while the other cleans and packs
        judging = self._pool.submit(judge, straight, light, parameters.quad, picture.size)
        digesting = self._pool.submit(digest_of, light)
        asking = self._pool.submit(self._upside_down, straight) if self._upside_down else None
        with clock.step("enhance"):
            pixels = self._cleaned(straight, light, parameters)
        with clock.step("encode"):
            page = self._encoded(pixels, light, cut, parameters)
        with clock.step("enhance"):
            digest = digesting.result()
            quality = judging.result()
            turned = bool(asking.result()) if asking is not None else False
        notices = _notices(find, quality, cut, PROFILES[parameters.profile], first_of_more)
        if turned and not quality.blank:
            notices = (*notices, Notice.UPSIDE_DOWN)
        if profile in PROFILES and _is_another_kind(find, cut, PROFILES[profile]):
            notices = (*notices, Notice.WRONG_KIND)
        return PageResult(
            kind=_kind(quality, find, cut),
            quad=find.quad,
            quad_sure=find.sure,
            confidence=round(find.confidence, 3),
            skew_deg=skew,
            quality=quality,
            notices=notices,
            parameters=parameters,
            page=page,
            digest=digest,
            source_size=picture.size,
            ms=clock.milliseconds(),
        )

    def render(self, data: bytes, parameters: PageParameters, name: str = "picture") -> Page:
        """The page again from the original and (perhaps changed) parameters."""
        clock = Clock()
        picture = open_picture(data, name)
        cut, straight, light = self._straight(picture, parameters, clock)
        cleaned = self._cleaned(straight, light, parameters)
        return self._encoded(cleaned, light, cut, parameters)

    def _found(self, data: bytes, name: str, number: int, clock: Clock) -> tuple[Picture, Find]:
        """Unpacks the picture and, meanwhile on the other core, finds the page in a small copy."""
        with clock.step("decode"):
            file = inspect(data, name, number)
        unpacking = self._pool.submit(clock.timed("decode", file.unpack))
        with clock.step("detect"):
            small = file.glimpse(WORK_SIDE)
            rough = None if small is None else look_for_page(small, file.dpi, self._mat)
        picture = unpacking.result()
        with clock.step("detect"):
            if rough is None:
                rough = look_for_page(picture.small(WORK_SIDE)[0], picture.dpi, self._mat)
            return picture, exact(picture, rough)

    def _straight(
        self, picture: Picture, parameters: PageParameters, clock: Clock
    ) -> tuple[Plan, Pixels, Light]:
        profile = PROFILES[parameters.profile]
        with clock.step("warp"):
            cut = plan(
                picture,
                parameters.quad,
                quarter_turns=parameters.quarter_turns,
                skew_deg=parameters.skew_deg,
                dpi=profile.dpi,
                sheets=profile.sheets,
            )
            pixels = cut_out(picture, cut)
        with clock.step("enhance"):
            return cut, pixels, light_on(pixels)

    def _cleaned(self, pixels: Pixels, light: Light, parameters: PageParameters) -> Pixels:
        finish = parameters.finish or PROFILES[parameters.profile].finish
        if finish is Finish.NATURAL:
            return pixels
        if finish is Finish.EVENED and not light.shows_paper:
            return pixels  # a leaflet or a photograph: there is no paper to make white
        if finish is Finish.BLACK_WHITE and colour_share(pixels) < _COLOURLESS:
            return black_and_white(pixels, light)
        even = evened(pixels, light)
        if finish is Finish.GREY:
            return as_pixels(cv2.cvtColor(even, cv2.COLOR_BGR2GRAY))
        return even

    def _encoded(self, pixels: Pixels, light: Light, cut: Plan, parameters: PageParameters) -> Page:
        """The finished page as files; its small view is made from the small copy, in no time."""
        small = pixels
        if max(light.small.shape[:2]) >= encode.THUMBNAIL_SIDE:
            small = self._cleaned(light.small, light, parameters)
        return Page(
            jpeg=encode.jpeg(pixels, dpi=cut.dpi, budget=PROFILES[parameters.profile].budget),
            width=cut.width,
            height=cut.height,
            dpi=cut.dpi,
            thumbnail=encode.thumbnail(small),
        )


_LIKELY: Final = 0.5
"""Below this an outline is only shown to the person, and the whole picture is kept: a border too
much is a blemish, a line of writing cut off is a loss."""

_COLOURLESS: Final = 0.0005
"""A seal of 4 cm takes up ten times as much of an A4 sheet."""


class Clock:
    """Adds up what each step took, in milliseconds. Steps on two cores overlap, so their sum may
    exceed the total."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._steps = dict.fromkeys(("decode", "detect", "warp", "enhance", "encode"), 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._steps[name] += (time.perf_counter() - start) * 1000

    def timed(self, name: str, work: Callable[[], T]) -> Callable[[], T]:
        """``work``, counted as ``name`` wherever it runs."""

        def run() -> T:
            with self.step(name):
                return work()

        return run

    def milliseconds(self) -> dict[str, float]:
        total = (time.perf_counter() - self._start) * 1000
        return {name: round(ms, 1) for name, ms in (*self._steps.items(), ("total", total))}


def _skew(picture: Picture, find: Find) -> float:
    if find.quad is not None:
        return round(find.quad.tilt_deg, 1)
    return skew_of(picture.small(SKEW_SIDE)[0])


def _profile(picture: Picture, find: Find, wanted: str) -> str:
    if wanted in PROFILES:
        return wanted
    return ID_CARD.name if _is_card(picture, find.quad) else A4_FORM.name


def _is_card(picture: Picture, quad: Quad | None) -> bool:
    if quad is None:
        return False
    aspect = aspect_of(quad, *picture.size)
    return recognised(aspect, (A4, ID_1), within=0.06) is ID_1


def _kind(quality: Quality, find: Find, cut: Plan) -> PageKind:
    if quality.blank:
        return PageKind.BLANK
    if find.quad is not None and cut.sheet is ID_1:
        return PageKind.CARD
    return PageKind.PAGE


def _notices(
    find: Find, quality: Quality, cut: Plan, profile: Profile, first_of_more: bool
) -> tuple[Notice, ...]:
    said = {
        Notice.CORNERS_UNSURE: not find.sure,
        Notice.CUT_OFF: quality.cut_off,
        Notice.BLANK: quality.blank,
        # what is dark or empty has no edges to be judged by
        Notice.BLURRED: quality.sharpness < BLURRED_BELOW and not (quality.blank or quality.dark),
        Notice.GLARE: quality.glare > GLARE_ABOVE,
        Notice.DARK: quality.dark,
        Notice.LOW_RESOLUTION: cut.dpi < profile.least_dpi,
        Notice.FIRST_PAGE_ONLY: first_of_more,
        Notice.FINGER: quality.finger,
    }
    return tuple(notice for notice, holds in said.items() if holds)


def _is_another_kind(find: Find, cut: Plan, profile: Profile) -> bool:
    """Whether the sheet has a size that the paper asked for cannot have."""
    if find.quad is None or not find.sure:
        return False
    ratio = max(cut.width / cut.height, cut.height / cut.width)
    if profile is ID_CARD:
        return cut.sheet is not ID_1
    return profile is A4_FORM and (ratio > _STRIP or abs(ratio / ID_1.aspect - 1) < 0.05)


_STRIP: Final = 1.9
"""Longer than this is a receipt, not a form."""
