"""The running of time limits: which stage's clock starts, stops and goes on with which action.

Pure rules over ``station.domain``. A stage has its days once for the whole case: what it used
before a return is not given back, and the days in which the applicant owes a correction are
nobody's. When cards are looked for, and where clocks are kept, is the hub's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from station.domain.cases import CaseState
from station.domain.deadlines import Card, TimeLimit, WorkingCalendar, limit
from station.domain.items import RouteStage, ServiceItem
from station.domain.units import Level, above

_LEVEL_OF_STATE = {
    CaseState.TOWNSHIP_REVIEW: Level.TOWNSHIP,
    CaseState.COUNTY_REVIEW: Level.COUNTY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageClock:
    """The time limit of one stage of one case. ``used_days`` are working days of earlier runs."""

    stage: str
    level: Level
    unit: str
    started_at: datetime
    limit: TimeLimit
    used_days: int = 0
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    def card(self, now: datetime) -> Card:
        """The card that this stage has earned by ``now``, or had when it stopped."""
        return self.limit.card(self.stopped_at or now)


Clocks = Mapping[str, StageClock]


def stage_of(item: ServiceItem, state: CaseState) -> RouteStage | None:
    """The stage whose limit runs in ``state``; None where nobody's does."""
    level = _LEVEL_OF_STATE.get(state)
    return item.stage_at(level) if level else None


def moved(
    clocks: Clocks,
    item: ServiceItem,
    station: str,
    state: CaseState,
    at: datetime,
    calendar: WorkingCalendar,
) -> dict[str, StageClock]:
    """The clocks of a case that came into ``state`` at ``at``: one stops, another may start."""
    after = {
        name: replace(clock, stopped_at=at) if clock.running else clock
        for name, clock in clocks.items()
    }
    stage = stage_of(item, state)
    if stage is None:
        return after
    before = after.get(stage.id)
    used = 0
    if before is not None and before.stopped_at is not None:
        used = before.used_days + calendar.between(
            before.started_at.date(), before.stopped_at.date()
        )
    after[stage.id] = StageClock(
        stage=stage.id,
        level=stage.level,
        unit=above(station, stage.level),
        started_at=at,
        # However much was used before, whoever gets the case back has a day to look at it.
        limit=limit(at, max(stage.days - used, 1), stage.yellow_share, calendar),
        used_days=used,
    )
    return after


def running(clocks: Clocks) -> StageClock | None:
    """The one clock that runs; None while the case waits for the applicant or is decided."""
    return next((clock for clock in clocks.values() if clock.running), None)
