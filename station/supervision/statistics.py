"""The figures of supervision (电子监察): counts, rates, times, savings, cards, reasons, ranking.

All of them come from replayed histories and a period; every rate carries the numbers that it is
the quotient of, and a unit with few cases is shown but not ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from station.clock import CHINA
from station.domain.cases import ActionType, CaseState
from station.domain.deadlines import Card, WorkingCalendar
from station.domain.items import ServiceItem
from station.domain.units import Level, above
from station.supervision.clocks import StageClock
from station.supervision.history import DECISIONS, CaseHistory, EarnedCard, LoggedStep

FEWEST_TO_RANK = 5
WEEKS = 12
_Z = 1.96  # 95 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Rate:
    """``part`` of ``whole``; a share of nothing is None, never 100 %."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> str:
        """For people: ``53.39 %``, or a dash where there is nothing to divide by."""
        return "—" if self.share is None else f"{self.share:.2%}".replace("%", " %")

    @property
    def at_least(self) -> float:
        """The lower end of Wilson's 95 % interval: what the share is at least, by this sample."""
        if not self.whole:
            return 0.0
        n, p = self.whole, self.part / self.whole
        centre = p + _Z * _Z / (2 * n)
        spread = _Z * sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))
        return max((centre - spread) / (1 + _Z * _Z / n), 0.0)


@dataclass(frozen=True, slots=True)
class Saving:
    """What was ``before`` (legal days, stages of a route) and is ``after`` (promised)."""

    before: int
    after: int

    @property
    def rate(self) -> Rate:
        return Rate(self.before - self.after, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was counted in the period, for one item, one unit, or all together.

    ``open`` and ``by_state`` are as of the period's end. ``on_time`` is of stints that ended,
    ``early`` of decided cases that needed fewer working days than promised, ``smooth`` of decided
    cases that were never returned. Hours are by the wall clock without the applicant's own.
    """

    received: int
    decided: int
    approved: int
    refused: int
    returned: int
    withdrawn: int
    open: int
    yellow: int
    red: int
    overdue: int  # open and past the limit at the period's end
    on_time: Rate
    early: Rate
    smooth: Rate
    mean_hours: float | None
    mean_days: float | None
    by_state: Mapping[CaseState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigures:
    """One stage of one item: how long it took, on average, in the period."""

    item: str
    stage: str
    level: Level
    stints: int
    mean_hours: float | None
    on_time: Rate
    promised_days: int
    legal_days: int


@dataclass(frozen=True, slots=True)
class Place:
    """A unit's place in a ranking; ``place`` is None where there are too few cases to say."""

    place: int | None
    unit: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Week:
    """What came and what was decided in the week that begins on this Monday, in China."""

    begins: date
    received: int
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Everything that a supervision report says about a period."""

    since: datetime | None
    until: datetime
    total: Figures
    by_item: Mapping[str, Figures]
    by_unit: Mapping[str, Figures]  # townships and villages by code
    stages: tuple[StageFigures, ...]
    catalogue_saving: Saving  # legal and promised days of all items
    decided_saving: Saving  # … of the decided cases, each counted
    used_saving: Saving  # legal days of the decided cases, and those really used
    reasons: Mapping[str, int]
    villages: tuple[Place, ...]  # by cases that went through without a return
    townships: tuple[Place, ...]  # by stages handled on time
    weeks: tuple[Week, ...] = ()  # the last twelve up to the period's end, whatever its beginning


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` (with it; None: from the beginning) until ``until`` (without it)."""

    since: datetime | None
    until: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether ``moment`` lies in the period."""
        if moment is None or moment >= self.until:
            return False
        return self.since is None or moment >= self.since


def statistics(
    histories: Iterable[CaseHistory],
    period: Period,
    items: Iterable[ServiceItem],
    calendar: WorkingCalendar,
) -> Statistics:
    """Counts everything. ``histories`` hold what had happened by the period's end, no more."""
    counted = [_Counted.of(case, period, calendar) for case in histories]
    of_unit: dict[str, list[_Counted]] = {}
    of_item: dict[str, list[_Counted]] = {}
    for one in counted:
        of_item.setdefault(one.case.item.code, []).append(one)
        for unit in (one.case.station, above(one.case.station, Level.TOWNSHIP)):
            of_unit.setdefault(unit, []).append(one)
    by_unit = {unit: _figures(of_unit[unit], period, unit) for unit in sorted(of_unit)}
    decided = [one for one in counted if one.decided]
    catalogue = tuple(items)
    return Statistics(
        since=period.since,
        until=period.until,
        total=_figures(counted, period),
        by_item={code: _figures(of_item[code], period) for code in sorted(of_item)},
        by_unit=by_unit,
        stages=_stages(counted),
        catalogue_saving=Saving(
            sum(item.legal_days for item in catalogue),
            sum(item.promised_days for item in catalogue),
        ),
        decided_saving=Saving(
            sum(one.case.item.legal_days for one in decided),
            sum(one.case.item.promised_days for one in decided),
        ),
        used_saving=Saving(
            sum(one.case.item.legal_days for one in decided),
            sum(one.used_days for one in decided),
        ),
        reasons=_reasons(counted),
        villages=ranking({u: f.smooth for u, f in by_unit.items() if len(u) == 12}),
        townships=ranking({u: f.on_time for u, f in by_unit.items() if len(u) == 9}),
        weeks=weeks(counted, period.until),
    )


def weeks(counted: Sequence[_Counted], until: datetime) -> tuple[Week, ...]:
    """The trend: weeks from Monday on, the last one that in which ``until`` lies."""
    now = until.astimezone(CHINA).date()
    last = now - timedelta(days=now.weekday())
    received: Counter[date] = Counter()
    decided: Counter[date] = Counter()
    for one in counted:
        for step in one.case.steps:
            day = step.at.astimezone(CHINA).date()
            monday = day - timedelta(days=day.weekday())
            received[monday] += step.action is ActionType.SUBMIT
            decided[monday] += step.action in DECISIONS
    begins = [last - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    return tuple(Week(monday, received[monday], decided[monday]) for monday in begins)


def ranking(rates: Mapping[str, Rate]) -> tuple[Place, ...]:
    """Units by what their rate is at least; equal ones share a place, small ones have none."""
    ranked = sorted(
        ((unit, rate) for unit, rate in rates.items() if rate.whole >= FEWEST_TO_RANK),
        key=lambda pair: (-pair[1].at_least, pair[0]),
    )
    places: list[Place] = []
    for number, (unit, rate) in enumerate(ranked, start=1):
        same = places and places[-1].rate.at_least == rate.at_least
        places.append(Place(places[-1].place if same else number, unit, rate))
    small = sorted((unit, rate) for unit, rate in rates.items() if rate.whole < FEWEST_TO_RANK)
    return (*places, *(Place(None, unit, rate) for unit, rate in small))


@dataclass(frozen=True, slots=True)
class _Counted:
    """One case with what is counted of it again and again: by item, by unit, in all."""

    case: CaseHistory
    steps: tuple[LoggedStep, ...]  # of the period, as are the next two
    stints: tuple[StageClock, ...]
    cards: tuple[EarnedCard, ...]
    decided: bool
    used_days: int

    @classmethod
    def of(cls, case: CaseHistory, period: Period, calendar: WorkingCalendar) -> _Counted:
        return cls(
            case=case,
            steps=tuple(step for step in case.steps if period.holds(step.at)),
            stints=tuple(stint for stint in case.stints if period.holds(stint.stopped_at)),
            cards=tuple(card for card in case.cards(period.until) if period.holds(card.at)),
            decided=period.holds(case.decided_at),
            used_days=case.used_days(calendar),
        )


def _figures(counted: Sequence[_Counted], period: Period, unit: str | None = None) -> Figures:
    """``unit`` restricts stints and cards to the ones that its office had in hand."""
    stints = [s for one in counted for s in one.stints if _counts_for(s.unit, unit)]
    actions = Counter(step.action for one in counted for step in one.steps)
    decided = [one for one in counted if one.decided]
    cards = Counter(
        card.colour for one in counted for card in one.cards if _counts_for(card.unit, unit)
    )
    states = Counter(one.case.state for one in counted)
    return Figures(
        received=actions[ActionType.SUBMIT],
        decided=len(decided),
        approved=actions[ActionType.APPROVE],
        refused=actions[ActionType.REFUSE],
        returned=actions[ActionType.RETURN],
        withdrawn=actions[ActionType.WITHDRAW],
        open=sum(count for state, count in states.items() if state.is_open),
        yellow=cards[Card.YELLOW],
        red=cards[Card.RED],
        overdue=sum(
            clock.card(period.until) is Card.RED
            for one in counted
            for clock in one.case.clocks.values()
            if clock.running and _counts_for(clock.unit, unit)
        ),
        on_time=_on_time(stints),
        early=Rate(
            sum(one.used_days < one.case.item.promised_days for one in decided), len(decided)
        ),
        smooth=Rate(sum(one.case.returns == 0 for one in decided), len(decided)),
        mean_hours=_mean([_hours(one.case.stints) for one in decided]),
        mean_days=_mean([float(one.used_days) for one in decided]),
        by_state=dict(sorted(states.items())),
    )


def _stages(counted: Sequence[_Counted]) -> tuple[StageFigures, ...]:
    found: dict[tuple[str, str], list[StageClock]] = {}
    items: dict[str, ServiceItem] = {}
    for one in counted:
        items[one.case.item.code] = one.case.item
        for stint in one.stints:
            found.setdefault((one.case.item.code, stint.stage), []).append(stint)
    figures = []
    for (code, stage_id), stints in sorted(found.items()):
        stage = next((s for s in items[code].route if s.id == stage_id), None)
        figures.append(
            StageFigures(
                item=code,
                stage=stage_id,
                level=stints[-1].level,
                stints=len(stints),
                mean_hours=_mean([_hours([stint]) for stint in stints]),
                on_time=_on_time(stints),
                # A stage that the newest version of the item has no more promises nothing.
                promised_days=stage.days if stage else 0,
                legal_days=stage.legal_days if stage else 0,
            )
        )
    return tuple(figures)


def _counts_for(office: str, unit: str | None) -> bool:
    """A township answers for its own stage, a village (which reviews nothing) for its cases."""
    return unit is None or len(unit) == 12 or office == unit


def _on_time(stints: list[StageClock]) -> Rate:
    in_time = (s.stopped_at is not None and s.stopped_at <= s.limit.due_at for s in stints)
    return Rate(sum(in_time), len(stints))


def _reasons(counted: Sequence[_Counted]) -> dict[str, int]:
    codes: Counter[str] = Counter()
    for one in counted:
        for step in one.steps:
            codes.update(step.reason_codes)
    return dict(codes.most_common())


def _hours(stints: Sequence[StageClock]) -> float:
    seconds = sum(
        (stint.stopped_at - stint.started_at).total_seconds()
        for stint in stints
        if stint.stopped_at is not None
    )
    return seconds / 3600


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
