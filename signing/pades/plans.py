"""What a signature should be like: plain data, quick to import."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signing.appearance import Appearance
    from signing.pades.riding import Riding


class Level(StrEnum):
    """The baseline levels of PAdES, each with all of the one before."""

    B_B = "B-B"  # signed
    B_T = "B-T"  # and time-stamped
    B_LT = "B-LT"  # and with the evidence to verify it offline for years
    B_LTA = "B-LTA"  # and with an archive time stamp over everything

    @property
    def stamped(self) -> bool:
        """Whether the signature carries a time stamp."""
        return self is not Level.B_B

    @property
    def evidenced(self) -> bool:
        """Whether revocation evidence is embedded."""
        return self in (Level.B_LT, Level.B_LTA)


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """An empty signature field to be prepared, or made at signing.

    ``page`` counts from 0, or from the end when negative. ``box_mm`` is x, y, width and height in
    millimetres from the top left corner of the page as it is shown; a negative x or y counts from
    the right or bottom edge. None makes the signature invisible. Signing the field locks the
    fields named in ``locks``, or all but those named in ``leaves`` where that is given; ``closes``
    locks all fields and allows nothing after it but long-term evidence. ``label`` is what a reader
    shows of it. A field made at signing may leave its ``name`` empty and gets one that is free.
    """

    name: str = ""
    page: int = 0
    box_mm: tuple[float, float, float, float] | None = None
    locks: tuple[str, ...] = ()
    leaves: tuple[str, ...] | None = None
    closes: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class InkPlace:
    """Where handwriting and its date go: the boxes as for ``FieldPlan``, the date right-aligned."""

    page: int
    ink_mm: tuple[float, float, float, float]
    date_mm: tuple[float, float, float, float]


def in_order(*plans: FieldPlan) -> tuple[FieldPlan, ...]:
    """The fields of stages that sign one after the other.

    Each signature leaves open the fields of the stages after it and nothing else; the last one
    closes the document.
    """
    return tuple(
        replace(plan, leaves=tuple(later.name for later in plans[number:]))
        if number < len(plans)
        else replace(plan, closes=True)
        for number, plan in enumerate(plans, start=1)
    )


@dataclass(frozen=True, slots=True)
class SignRequest:
    """How to sign.

    ``field`` names a prepared field; None makes a new one where ``place`` says, invisible without.
    ``at`` is the time that the signature claims (aware; now if None). The document's first
    signature certifies it, so that afterwards only fields may be filled and further signatures
    added; ``certify`` False leaves that out. ``appearance`` is drawn into a visible field;
    ``riding`` is a seal across the edges of all pages, for the first signature alone.
    """

    field: str | None = None
    level: Level = Level.B_B
    reason: str = ""
    location: str = ""
    name: str = ""
    at: datetime | None = None
    certify: bool = True
    appearance: Appearance | None = None
    place: FieldPlan | None = None
    riding: Riding | None = None
