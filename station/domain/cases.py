"""Cases (办件) as the hub knows them: states, actions, and who may do what when.

The hub sees no content: a case here is numbers, units, states and times. The same table decides
what a screen offers and what the hub permits, so the two cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from station.domain.items import ServiceItem
from station.domain.units import Level, Role


class CaseState(StrEnum):
    TOWNSHIP_REVIEW = "township_review"
    COUNTY_REVIEW = "county_review"
    RETURNED = "returned"  # 补正: the applicant owes something
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DELIVERED = "delivered"  # the result is in the applicant's hands
    ARCHIVED = "archived"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act before the applicant has a decision."""
        return self in (self.TOWNSHIP_REVIEW, self.COUNTY_REVIEW, self.RETURNED)

    @property
    def word(self) -> str:
        """The Chinese word on screens and in reports."""
        return _STATE_WORDS[self]


_STATE_WORDS = {
    CaseState.TOWNSHIP_REVIEW: "乡镇审核中",
    CaseState.COUNTY_REVIEW: "县级审批中",
    CaseState.RETURNED: "待补正",
    CaseState.APPROVED: "已办结",
    CaseState.REFUSED: "不予受理",
    CaseState.WITHDRAWN: "已撤回",
    CaseState.DELIVERED: "已送达",
    CaseState.ARCHIVED: "已归档",
}


class ActionType(StrEnum):
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    FORWARD = "forward"
    RETURN = "return"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    DELIVER = "deliver"
    ARCHIVE = "archive"

    @property
    def word(self) -> str:
        """The Chinese word on buttons and in the record."""
        return _ACTION_WORDS[self]


_ACTION_WORDS = {
    ActionType.SUBMIT: "受理上报",
    ActionType.RESUBMIT: "补正上报",
    ActionType.APPROVE: "通过",
    ActionType.FORWARD: "转县级",
    ActionType.RETURN: "退回补正",
    ActionType.REFUSE: "不予受理",
    ActionType.WITHDRAW: "撤回",
    ActionType.DELIVER: "送达",
    ActionType.ARCHIVE: "归档",
}

MAX_RETURNS = 2  # 一次性告知: all reasons at once, so twice is the end


@dataclass(frozen=True, slots=True)
class Step:
    """One way on: who may take it from where, and where it leads."""

    action: ActionType
    state: CaseState | None  # None: the case does not exist yet
    level: Level
    role: Role
    to: CaseState


def steps(item: ServiceItem) -> tuple[Step, ...]:
    """Every step that a case of ``item`` can take.

    An item without a county stage is decided by the township; one with a county stage can only
    be forwarded by it. Refusing and returning are open to both reviewing levels.
    """
    township, county = CaseState.TOWNSHIP_REVIEW, CaseState.COUNTY_REVIEW
    agent = (Level.VILLAGE, Role.AGENT)
    reviewer = (Level.TOWNSHIP, Role.REVIEWER)
    approver = (Level.COUNTY, Role.APPROVER)
    first = township if item.stage_at(Level.TOWNSHIP) else county
    found = [
        Step(ActionType.SUBMIT, None, *agent, first),
        Step(ActionType.RESUBMIT, CaseState.RETURNED, *agent, first),
        Step(ActionType.WITHDRAW, CaseState.RETURNED, *agent, CaseState.WITHDRAWN),
        Step(ActionType.DELIVER, CaseState.APPROVED, *agent, CaseState.DELIVERED),
    ]
    if first is township:
        found += [
            Step(ActionType.RETURN, township, *reviewer, CaseState.RETURNED),
            Step(ActionType.REFUSE, township, *reviewer, CaseState.REFUSED),
        ]
        if item.stage_at(Level.COUNTY):
            found.append(Step(ActionType.FORWARD, township, *reviewer, county))
        else:
            found.append(Step(ActionType.APPROVE, township, *reviewer, CaseState.APPROVED))
    if item.stage_at(Level.COUNTY):
        found += [
            Step(ActionType.APPROVE, county, *approver, CaseState.APPROVED),
            Step(ActionType.RETURN, county, *approver, CaseState.RETURNED),
            Step(ActionType.REFUSE, county, *approver, CaseState.REFUSED),
        ]
    return tuple(found)


def step_for(
    item: ServiceItem, state: CaseState | None, action: ActionType, level: Level, role: Role
) -> Step | None:
    """The step that ``action`` is for this person in this state; None when it is not allowed."""
    for step in steps(item):
        if (step.state, step.action, step.level, step.role) == (state, action, level, role):
            return step
    return None


def offered(
    item: ServiceItem, state: CaseState, level: Level, role: Role
) -> tuple[ActionType, ...]:
    """The actions that a person of this level and role is offered for a case in ``state``."""
    return tuple(
        step.action
        for step in steps(item)
        if (step.state, step.level, step.role) == (state, level, role)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who works on a case now; another may only after ``until`` or when it is given back."""

    holder: str
    holder_name: str
    token: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the hub knows of a case."""

    id: str
    number: str
    item: str
    item_version: int
    station: str
    state: CaseState
    rev: int
    head: str  # hash of the last action, hex
    opened_at: datetime
    updated_at: datetime
    warn_at: datetime | None = None
    due_at: datetime | None = None
    returns: int = 0
    lease: Lease | None = None
