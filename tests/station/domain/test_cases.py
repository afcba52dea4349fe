"""Cases: who may do what when, the same on the screen and at the hub."""

from __future__ import annotations

import itertools

import pytest

from station.domain.cases import ActionType, CaseState, offered, step_for, steps
from station.domain.items import ServiceItem
from station.domain.units import Level, Role
from tests.helpers.paperwork import catalogue

COUNTY_ITEM = catalogue().item("MZ-001")
TOWNSHIP_ITEM = catalogue().item("SB-001")
AGENT = (Level.VILLAGE, Role.AGENT)
REVIEWER = (Level.TOWNSHIP, Role.REVIEWER)
APPROVER = (Level.COUNTY, Role.APPROVER)


def test_the_village_accepts_the_township_reviews_the_county_decides() -> None:
    assert step_for(COUNTY_ITEM, None, ActionType.SUBMIT, *AGENT) is not None
    forward = step_for(COUNTY_ITEM, CaseState.TOWNSHIP_REVIEW, ActionType.FORWARD, *REVIEWER)
    assert forward is not None and forward.to is CaseState.COUNTY_REVIEW
    approve = step_for(COUNTY_ITEM, CaseState.COUNTY_REVIEW, ActionType.APPROVE, *APPROVER)
    assert approve is not None and approve.to is CaseState.APPROVED


def test_an_item_that_ends_at_the_township_is_decided_there() -> None:
    assert ActionType.APPROVE in offered(TOWNSHIP_ITEM, CaseState.TOWNSHIP_REVIEW, *REVIEWER)
    assert ActionType.FORWARD not in offered(TOWNSHIP_ITEM, CaseState.TOWNSHIP_REVIEW, *REVIEWER)
    states = {step.state for step in steps(TOWNSHIP_ITEM)} | {s.to for s in steps(TOWNSHIP_ITEM)}
    assert CaseState.COUNTY_REVIEW not in states


def test_the_township_cannot_decide_what_is_the_countys() -> None:
    assert ActionType.APPROVE not in offered(COUNTY_ITEM, CaseState.TOWNSHIP_REVIEW, *REVIEWER)


def test_a_returned_case_goes_back_to_the_township_or_is_withdrawn() -> None:
    assert set(offered(COUNTY_ITEM, CaseState.RETURNED, *AGENT)) == {
        ActionType.RESUBMIT,
        ActionType.WITHDRAW,
    }
    again = step_for(COUNTY_ITEM, CaseState.RETURNED, ActionType.RESUBMIT, *AGENT)
    assert again is not None and again.to is CaseState.TOWNSHIP_REVIEW


@pytest.mark.parametrize("item", catalogue().items, ids=lambda item: item.code)
def test_nobody_but_the_three_acts_and_nobody_approves_what_they_submitted(
    item: ServiceItem,
) -> None:
    for state, level, role in itertools.product(CaseState, Level, Role):
        allowed = offered(item, state, level, role)
        if (level, role) not in (AGENT, REVIEWER, APPROVER):
            assert not allowed
        if (level, role) == AGENT:
            assert not {ActionType.APPROVE, ActionType.FORWARD, ActionType.REFUSE} & set(allowed)


@pytest.mark.parametrize("item", catalogue().items, ids=lambda item: item.code)
def test_one_action_in_one_state_leads_to_one_place(item: ServiceItem) -> None:
    taken = [(s.state, s.action, s.level, s.role) for s in steps(item)]
    assert len(taken) == len(set(taken))


def test_every_state_and_action_has_its_chinese_word() -> None:
    for state in CaseState:
        assert state.word
    for action in ActionType:
        assert action.word


def test_only_cases_that_wait_for_somebody_are_open() -> None:
    assert [state for state in CaseState if state.is_open] == [
        CaseState.TOWNSHIP_REVIEW,
        CaseState.COUNTY_REVIEW,
        CaseState.RETURNED,
    ]
