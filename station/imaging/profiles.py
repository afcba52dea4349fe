"""What each kind of paper needs: its sizes, its resolution, how it is cleaned, how large it may be.

Data only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from station.imaging.rectify import A4, ID_1, Sheet


class Finish(StrEnum):
    """How the finished page looks."""

    EVENED = "evened"  # light evened out, colours kept
    NATURAL = "natural"  # as photographed
    GREY = "grey"
    BLACK_WHITE = "black_white"  # only where no colour carries meaning


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of paper."""

    name: str
    dpi: float
    finish: Finish
    budget: int
    """Bytes; see ``encode.jpeg``."""
    sheets: tuple[Sheet, ...]
    """Standard sizes that are recognised by their proportions."""
    least_dpi: float
    """Below this, fine print on this paper cannot be read."""


A4_FORM: Final = Profile("a4_form", 300, Finish.EVENED, 1_500_000, (A4,), 110)
ID_CARD: Final = Profile("id_card", 450, Finish.NATURAL, 500_000, (ID_1,), 220)
BOOKLET: Final = Profile("booklet", 300, Finish.EVENED, 1_500_000, (), 90)
PHOTO: Final = Profile("photo", 300, Finish.NATURAL, 800_000, (), 70)

PROFILES: Final = {p.name: p for p in (A4_FORM, ID_CARD, BOOKLET, PHOTO)}
