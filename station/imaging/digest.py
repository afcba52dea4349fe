"""Whether two pages are the same sheet photographed twice.

A coarse picture of the ink, not of the light: two photographs of one sheet agree everywhere, two
forms printed from one layout and filled by different people do not. Not a cryptographic digest.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Floats32, as_floats32
from station.imaging.clean import Light

_SHORT: Final = 48
_LONG: Final = 64
_SAME: Final = (0.92, 0.75)
"""Correlation of the whole page and of its five least alike parts, for finished pages."""
_SAME_LIVE: Final = (0.86, 0.45)
"""The same for frames of a live view, whose outlines are rougher. There a sheet taken twice is the
worse mistake: the person can always press the key for another one."""


@dataclass(frozen=True, slots=True)
class Digest:
    """``_LONG`` x ``_SHORT`` values of ink, one byte each, row by row; upright or lying."""

    ink: bytes
    lying: bool

    def on_its_head(self) -> Digest:
        """The digest of the same page turned round."""
        return Digest(self.ink[::-1], self.lying)

    def text(self) -> str:
        """For a page's record; ``of_text`` reads it back."""
        return ("lying:" if self.lying else "upright:") + base64.b64encode(self.ink).decode("ascii")

    @classmethod
    def of_text(cls, text: str) -> Digest | None:
        """None for what ``text`` did not write."""
        way, _, ink = text.partition(":")
        try:
            data = base64.b64decode(ink, validate=True)
        except ValueError:
            return None
        known = way in ("lying", "upright") and len(data) == _SHORT * _LONG
        return cls(data, way == "lying") if known else None

    def same_sheet(self, other: Digest, *, live: bool = False) -> bool:
        """Whether both show one sheet; ``live`` for frames of a live view."""
        if self.lying != other.lying:
            return False
        a, b = self.map(), other.map()
        if min(a.std(), b.std()) < 0.5:
            return False  # blank sides say nothing
        whole, parts = _SAME_LIVE if live else _SAME
        a, b = (as_floats32(cv2.GaussianBlur(page, (0, 0), 0.8)) for page in (a, b))
        b = _aligned(a, b)
        return _correlation(a[3:-3, 3:-3], b[3:-3, 3:-3]) > whole and _least_alike(a, b) > parts

    def map(self) -> Floats32:
        """Ink on a coarse grid, 0..255."""
        shape = (_SHORT, _LONG) if self.lying else (_LONG, _SHORT)
        return np.frombuffer(self.ink, np.uint8).reshape(shape).astype(np.float32)


class Seen:
    """The pages of one batch by their digests: tells a page that was there before.

    Thousands of pages are no burden: only those alike at a glance are compared closely.
    """

    _GLANCE: Final = (12, 16)
    _ALIKE: Final = 0.75

    def __init__(self) -> None:
        self._digests: list[Digest] = []
        self._glances: list[Floats32] = []

    def before(self, digest: Digest) -> int | None:
        """The number, from 0, of an earlier page that shows the same sheet; and remembers this
        one."""
        found = self._find(digest)
        if found is None:
            found = self._find(digest.on_its_head())
        self.remember(digest)
        return found

    def remember(self, digest: Digest) -> None:
        """Counts as an earlier page from now on."""
        self._digests.append(digest)
        self._glances.append(self._glance(digest))

    def _find(self, digest: Digest) -> int | None:
        glance = self._glance(digest)
        for number, other in enumerate(self._glances):
            alike = float((glance * other).sum())
            if alike > self._ALIKE and digest.same_sheet(self._digests[number]):
                return number
        return None

    def _glance(self, digest: Digest) -> Floats32:
        coarse = as_floats32(
            cv2.resize(digest.map(), self._GLANCE, interpolation=cv2.INTER_AREA).ravel()
        )
        coarse = coarse - coarse.mean()
        return as_floats32(coarse / (np.sqrt((coarse * coarse).sum()) + 1e-6))


def digest_of(light: Light) -> Digest:
    """The digest of a straight page, from the small copy that its light was read from."""
    height, width = light.small.shape[:2]
    lying = width > height
    small = light.small.min(axis=2).astype(np.float32)
    ink = np.clip(1 - small / np.maximum(light.paper * min(light.tint), 1), 0, 1)
    to = (_LONG, _SHORT) if lying else (_SHORT, _LONG)
    coarse = cv2.resize(as_floats32(ink), to, interpolation=cv2.INTER_AREA)
    return Digest(np.rint(np.sqrt(coarse) * 255).astype(np.uint8).tobytes(), lying)


def _aligned(a: Floats32, b: Floats32) -> Floats32:
    """``b`` moved onto ``a`` as well as an affine map can; as it is when they have little in
    common (Evangelidis and Psarakis, ECC, 2008, does not converge then)."""
    stop = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 30, 1e-3)
    everywhere = np.full(a.shape, 255, np.uint8)
    try:
        _, warp = cv2.findTransformECC(
            a, b, np.eye(2, 3, dtype=np.float32), cv2.MOTION_AFFINE, stop, everywhere, 1
        )
    except cv2.error:
        return b
    if np.abs(np.asarray(warp) - np.eye(2, 3)).max() > 4:
        return b
    size = (a.shape[1], a.shape[0])
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return as_floats32(cv2.warpAffine(b, warp, size, flags=way, borderMode=cv2.BORDER_REPLICATE))


def _least_alike(a: Floats32, b: Floats32) -> float:
    """Mean correlation of the five parts with ink that are least alike; 1 where there is none."""
    found = []
    for top in range(3, a.shape[0] - 11, 6):
        for left in range(3, a.shape[1] - 15, 6):
            p, q = a[top : top + 8, left : left + 12], b[top : top + 8, left : left + 12]
            if max(p.std(), q.std()) > 8:
                found.append(_correlation(p, q))
    return float(np.mean(sorted(found)[:5])) if found else 1.0


def _correlation(a: Floats32, b: Floats32) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))
