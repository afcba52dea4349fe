"""The history of each case, replayed from the operation log: states, stints, days, cards.

Everything that supervision says follows from here, so that an auditor with the log alone comes
to the same figures. A stint is one stay of a case at one stage; a case that was returned and came
back has two at that stage, against one limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from station.domain.cases import ActionType, CaseState
from station.domain.deadlines import Card, WorkingCalendar
from station.domain.items import ServiceItem
from station.supervision.clocks import StageClock, moved, running

DECISIONS = frozenset({ActionType.APPROVE, ActionType.REFUSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedStep:
    """One line of the operation log, as far as figures need it; ``at`` is the hub's time."""

    case: str
    number: str
    item: str
    item_version: int
    station: str
    unit: str
    actor: str
    action: ActionType
    to: CaseState
    at: datetime
    reason_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EarnedCard:
    """A card that a stage earned, at the moment it did."""

    stage: str
    unit: str
    colour: Card
    at: datetime


@dataclass(slots=True)
class CaseHistory:
    """One case from its submission on. ``stints`` are over; ``clocks`` are as they stand."""

    case: str
    number: str
    item: ServiceItem
    station: str
    agent: str
    opened_at: datetime
    state: CaseState
    clocks: dict[str, StageClock] = field(default_factory=dict)
    stints: list[StageClock] = field(default_factory=list)
    steps: list[LoggedStep] = field(default_factory=list)
    decided_at: datetime | None = None

    @property
    def returns(self) -> int:
        return sum(step.action is ActionType.RETURN for step in self.steps)

    @property
    def decision(self) -> LoggedStep | None:
        """The step that decided the case."""
        return next((step for step in self.steps if step.action in DECISIONS), None)

    def used_days(self, calendar: WorkingCalendar) -> int:
        """Working days that all review stages together have used so far."""
        return sum(days_of(clock, calendar) + clock.used_days for clock in self.clocks.values())

    def cards(self, now: datetime) -> tuple[EarnedCard, ...]:
        """Every card that was earned by ``now``, each stage and colour once, oldest first."""
        found: dict[tuple[str, Card], EarnedCard] = {}
        current = running(self.clocks)
        for stint in (*self.stints, *([current] if current else [])):
            for card in cards_of(stint, now):
                found.setdefault((card.stage, card.colour), card)
        return tuple(sorted(found.values(), key=lambda card: card.at))


def days_of(stint: StageClock, calendar: WorkingCalendar) -> int:
    """Working days of one finished stint; the day it began on is not counted."""
    if stint.stopped_at is None:
        return 0
    return calendar.between(stint.started_at.date(), stint.stopped_at.date())


def cards_of(stint: StageClock, now: datetime) -> tuple[EarnedCard, ...]:
    """What a stint has earned by its end, or by ``now`` while it runs."""
    card = stint.card(now)
    if card is Card.NONE:
        return ()
    yellow = EarnedCard(stint.stage, stint.unit, Card.YELLOW, stint.limit.warn_at)
    if card is Card.YELLOW:
        return (yellow,)
    return (yellow, EarnedCard(stint.stage, stint.unit, Card.RED, stint.limit.due_at))


def replay(
    log: Iterable[LoggedStep],
    item_of: Callable[[str, int], ServiceItem],
    calendar: WorkingCalendar,
) -> dict[str, CaseHistory]:
    """The histories of all cases in ``log`` (oldest first), by case id."""
    histories: dict[str, CaseHistory] = {}
    for step in log:
        history = histories.get(step.case)
        if history is None:
            history = histories[step.case] = CaseHistory(
                case=step.case,
                number=step.number,
                item=item_of(step.item, step.item_version),
                station=step.station,
                agent=step.actor,
                opened_at=step.at,
                state=step.to,
            )
        _advance(history, step, calendar)
    return histories


def _advance(history: CaseHistory, step: LoggedStep, calendar: WorkingCalendar) -> None:
    current = running(history.clocks)
    if current is not None:
        history.stints.append(replace(current, stopped_at=step.at))
    history.clocks = moved(history.clocks, history.item, step.station, step.to, step.at, calendar)
    history.state = step.to
    history.steps.append(step)
    if step.action in DECISIONS:
        history.decided_at = step.at
