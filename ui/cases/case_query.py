"""Which cases a list shall show: what 办件 and the figures of 监察 say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from station.domain.cases import CaseState
from station.domain.deadlines import Card

OPEN = (CaseState.TOWNSHIP_REVIEW, CaseState.COUNTY_REVIEW, CaseState.RETURNED)
DECIDED = (
    CaseState.APPROVED,
    CaseState.REFUSED,
    CaseState.DELIVERED,
    CaseState.ARCHIVED,
)


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """A list of cases: only these states (none: all), this unit and below, this card, taken in
    from this moment on; ``title`` says what list it is where the other members do not."""

    states: tuple[CaseState, ...] = ()
    unit: str = ""
    card: Card = Card.NONE
    number: str = ""
    opened_from: datetime | None = None
    title: str = ""
