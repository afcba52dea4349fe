"""The villager's strokes between the pad, which counts in its own unit, and the record in
millimetres."""

from __future__ import annotations

from signing import handwriting
from ui.common.sign_pad import Ink, PenPoint, PenStroke


def written(ink: Ink) -> handwriting.Ink:
    """The pad's points as they are kept: millimetres and milliseconds."""
    x = ink.size_mm[0] / ink.size[0]
    y = ink.size_mm[1] / ink.size[1]
    return handwriting.Ink(
        tuple(
            handwriting.Stroke(
                tuple(
                    handwriting.Point(point.x * x, point.y * y, point.t, point.pressure, point.tilt)
                    for point in stroke.points
                )
            )
            for stroke in ink.strokes
        ),
        ink.size_mm[0],
        ink.size_mm[1],
    )


def as_pad_ink(ink: handwriting.Ink) -> Ink:
    """A kept record as the pad shows it; what wrote it is not kept."""
    strokes = tuple(
        PenStroke(tuple(PenPoint(p.x, p.y, p.t, p.pressure, p.tilt) for p in s.points), "pen")
        for s in ink.strokes
    )
    size = (ink.width_mm, ink.height_mm)
    return Ink(strokes, size, size, "")
