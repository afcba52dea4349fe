"""The live view: where the sheet is now, and when to take the picture by itself.

``detect_live`` looks at one frame; ``Stillness`` is the rule that decides from what it saw, with
the time as an argument. Nothing here holds a camera, a clock or a thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import cv2
import numpy as np

from station.imaging import weights
from station.imaging.arrays import Floats, Pixels, as_pixels
from station.imaging.clean import light_on
from station.imaging.detection import look_quickly
from station.imaging.digest import Digest, digest_of
from station.imaging.evidence import gather
from station.imaging.geometry import Quad
from station.imaging.mat import Mat

LIVE_SIDE: Final = 320
_FACE: Final = 512
"""Longer side of the picture from which a sheet's digest is made."""


@dataclass(frozen=True, slots=True)
class LiveFind:
    """What one frame shows."""

    quad: Quad | None
    """In pixels of the frame."""
    confidence: float
    sharpness: float
    """Any unit; only comparable between frames of one camera."""
    face: Digest | None = None
    """By which the sheet is known again."""
    empty: bool = False
    """Nothing lies on the (learned) mat."""
    frame_size: tuple[int, int] = (0, 0)

    @property
    def sure(self) -> bool:
        return self.quad is not None and self.confidence >= weights.SURE_ABOVE


def detect_live(
    frame: Pixels, mat: Mat | None = None, previous: LiveFind | None = None
) -> LiveFind:
    """The sheet in one frame (BGR). ``previous`` is the find in the frame before: when the sheet
    has not moved far, it is followed instead of looked for, at a quarter of the cost."""
    height, width = frame.shape[:2]
    factor = LIVE_SIDE / max(height, width)
    step = max(1, int(0.5 / factor))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = np.asarray(
        cv2.resize(np.ascontiguousarray(frame[::step, ::step]), size, interpolation=cv2.INTER_AREA),
        np.uint8,
    )
    if mat is not None and mat.is_empty(small):
        return LiveFind(None, 0.0, 0.0, empty=True, frame_size=(width, height))
    before = None
    if previous is not None and previous.sure and previous.quad is not None:
        before = previous.quad.array * factor
    quad, confidence = look_quickly(gather(small, mat), before)
    if quad is None:
        return LiveFind(None, confidence, 0.0, frame_size=(width, height))
    return LiveFind(
        quad=Quad.of(quad / factor),
        confidence=confidence,
        sharpness=_sharpness(frame, quad / factor),
        face=_face(frame, quad / factor),
        frame_size=(width, height),
    )


def _sharpness(frame: Pixels, quad: Floats) -> float:
    """Energy of the finest detail inside the sheet, on every second row."""
    low = np.maximum(quad.min(axis=0), 0).astype(int)
    high = quad.max(axis=0).astype(int)
    grey = frame[low[1] : high[1] : 2, low[0] : high[0], 1]
    if grey.size < 400:
        return 0.0
    fine = cv2.Sobel(np.ascontiguousarray(grey), cv2.CV_16S, 1, 0, ksize=1)
    return float(cv2.norm(fine, cv2.NORM_L2) ** 2 / grey.size)


def _face(frame: Pixels, quad: Floats) -> Digest:
    top, right, bottom, left = Quad.exactly(quad).side_lengths
    short = _FACE * 3 // 4
    width, height = (_FACE, short) if top + bottom > left + right else (short, _FACE)
    page = Quad.frame(width, height).array.astype(np.float32)
    # a little inside: a live outline is a few pixels off, and the mat's dark sliver is not ink
    inside = quad.mean(axis=0) + (quad - quad.mean(axis=0)) * 0.96
    warp = cv2.getPerspectiveTransform(inside.astype(np.float32), page)
    return digest_of(light_on(as_pixels(cv2.warpPerspective(frame, warp, (width, height)))))


class Moment(StrEnum):
    """What the live view should do and show now."""

    EMPTY = "empty"  # no sheet
    MOVING = "moving"  # a sheet, not still yet
    SETTLING = "settling"  # still; the picture comes soon
    TAKE = "take"  # take it now; said once
    TAKEN = "taken"  # this sheet has been taken; waiting for another


@dataclass(frozen=True, slots=True)
class StillnessRule:
    """How still, how long, how sharp."""

    frames: int = 3
    seconds: float = 0.7
    move: float = 0.02
    """Largest move of a corner between frames, as a part of the frame's longer side."""
    sharp_share: float = 0.9
    """Of the best sharpness seen while this sheet lay there: the focus has settled."""
    patience: float = 2.5
    """Seconds after which the focus is no longer waited for."""


@dataclass(frozen=True, slots=True)
class Stillness:
    """The rule's memory. ``after`` gives the next one; the old one stays as it was."""

    rule: StillnessRule = StillnessRule()
    moment: Moment = Moment.EMPTY
    last: LiveFind | None = None
    still_since: float = 0.0
    still_frames: int = 0
    best_sharpness: float = 0.0
    taken_face: Digest | None = None
    progress: float = 0.0
    """0..1 while settling, for the ring round the shutter."""
    seen_frames: int = 0
    """How many frames running showed a sure outline, moved or not."""

    @property
    def outline(self) -> Quad | None:
        """What is drawn into the view. One frame alone may be light playing on an empty mat
        (seen on the training camera); two running are a sheet."""
        return self.last.quad if self.last is not None and self.seen_frames > 1 else None

    def after(self, find: LiveFind, at: float) -> Stillness:
        """What follows when ``find`` was seen at ``at`` (seconds, any zero)."""
        if find.empty:  # the mat itself was seen: whatever comes next is a new sheet
            return Stillness(self.rule)
        if not find.sure:
            waiting = Moment.TAKEN if self.taken_face else Moment.EMPTY
            return replace(
                self,
                moment=waiting,
                last=None,
                still_frames=0,
                seen_frames=0,
                progress=0.0,
                best_sharpness=0.0,
            )
        seen = self.seen_frames + 1
        if self.last is None or self._moved(self.last, find):
            moving = Moment.MOVING if seen > 1 else self.moment
            return replace(
                self,
                moment=Moment.TAKEN if self._was_taken(find) else moving,
                last=find,
                seen_frames=seen,
                still_since=at,
                still_frames=1,
                best_sharpness=find.sharpness,
                progress=0.0,
            )
        still = replace(
            self,
            last=find,
            seen_frames=seen,
            still_frames=self.still_frames + 1,
            best_sharpness=max(self.best_sharpness, find.sharpness),
        )
        if self._was_taken(find):
            return replace(still, moment=Moment.TAKEN, progress=0.0)
        waited = at - self.still_since
        calm = still.still_frames >= self.rule.frames and waited >= self.rule.seconds
        sharp = find.sharpness >= self.rule.sharp_share * still.best_sharpness
        if calm and (sharp or waited >= self.rule.patience):
            return replace(still, moment=Moment.TAKE, taken_face=find.face, progress=1.0)
        return replace(
            still, moment=Moment.SETTLING, progress=min(waited / self.rule.seconds, 0.99)
        )

    def taken_by_hand(self) -> Stillness:
        """The person pressed the key: this sheet needs no second picture."""
        face = self.last.face if self.last is not None else None
        return replace(self, moment=Moment.TAKEN, taken_face=face, progress=0.0)

    def _was_taken(self, find: LiveFind) -> bool:
        if self.taken_face is None or find.face is None:
            return False
        return self.taken_face.same_sheet(find.face, live=True)

    def _moved(self, before: LiveFind, now: LiveFind) -> bool:
        if before.quad is None or now.quad is None:
            return True
        reach = self.rule.move * max(now.frame_size)
        return bool(np.linalg.norm(before.quad.array - now.quad.array, axis=1).max() > reach)
