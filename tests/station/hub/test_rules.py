"""The hub permits exactly what the desk offers: every role in every state of every item."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.catalogue import Catalogue
from station.clock import CHINA
from station.domain.cases import ActionType, Case, CaseState, Lease, offered
from station.domain.items import ServiceItem
from station.domain.operations import GENESIS, DocumentRef, Operation
from station.domain.units import Level, Role
from station.hub.rules import PastAction, check_step
from station.paths import resources
from station.wire.documents import LOADS
from station.wire.problems import (
    NotYourLevel,
    Refusal,
    SelfApproval,
    WrongOrder,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=CHINA)
STATION = "130430001001"
UNITS = {Level.VILLAGE: STATION, Level.TOWNSHIP: "130430001", Level.COUNTY: "130430"}
ITEMS = Catalogue.load(resources("items")).items


def operation(item: ServiceItem, action: ActionType, level: Level, role: Role) -> Operation:
    """A faultless operation of this action."""
    documents = tuple(
        DocumentRef(kind=kind, sha256="0" * 64, sealed_sha256="1" * 64, size=1)
        for kind in LOADS[action].needed
    )
    return Operation(
        id="operation-1", case="case-0001", number=f"{STATION}-261123-001", action=action,
        item=item.code, item_version=item.version, station=STATION, actor="me",
        unit=UNITS[level], level=level, role=role, base_rev=1, previous="a" * 64, at=NOW,
        documents=documents, reason_codes=("missing",),
    )  # fmt: skip


def case_in(item: ServiceItem, state: CaseState) -> Case:
    """A case in this state, in the hands of the one who asks."""
    lease = Lease(holder="me", holder_name="我", token=7, until=NOW + timedelta(minutes=5))
    return Case(
        id="case-0001", number=f"{STATION}-261123-001", item=item.code,
        item_version=item.version, station=STATION, state=state, rev=1, head="a" * 64,
        opened_at=NOW, updated_at=NOW, lease=lease,
    )  # fmt: skip


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_every_cell_of_role_state_and_action_is_what_the_screens_offer(item: ServiceItem) -> None:
    allowed = 0
    for state, action, level, role in itertools.product(CaseState, ActionType, Level, Role):
        if action is ActionType.SUBMIT:
            continue
        wanted = action in offered(item, state, level, role)
        try:
            step = check_step(
                operation(item, action, level, role), "mine", item, case_in(item, state), (), 7, NOW
            )
        except (NotYourLevel, WrongOrder):
            assert not wanted, (state, action, level, role)
        else:
            assert wanted, (state, action, level, role)
            assert step.to != state
            allowed += 1
    assert allowed >= 6


@given(
    actor=st.sampled_from(["me", "other"]),
    certificate=st.sampled_from(["mine", "theirs"]),
    level=st.sampled_from(list(Level)),
)
def test_no_person_and_no_key_acts_at_two_levels(
    actor: str, certificate: str, level: Level
) -> None:
    item = next(item for item in ITEMS if item.stage_at(Level.COUNTY))
    past = [PastAction(actor, "某人", certificate, level, NOW)]
    asked = operation(item, ActionType.APPROVE, Level.COUNTY, Role.APPROVER)
    case = case_in(item, CaseState.COUNTY_REVIEW)
    forbidden = level is not Level.COUNTY and (actor == "me" or certificate == "mine")
    try:
        check_step(asked, "mine", item, case, past, 7, NOW)
    except SelfApproval:
        assert forbidden
    else:
        assert not forbidden


@given(
    token=st.sampled_from([None, 6, 7, 8]),
    holder=st.sampled_from(["me", "other", None]),
    minutes=st.integers(-5, 5),
)
def test_without_a_live_lease_of_ones_own_nothing_is_decided(
    token: int | None, holder: str | None, minutes: int
) -> None:
    item = ITEMS[0]
    lease = None
    if holder is not None:
        until = NOW + timedelta(minutes=minutes)
        lease = Lease(holder=holder, holder_name="某人", token=7, until=until)
    case = replace(case_in(item, CaseState.TOWNSHIP_REVIEW), lease=lease)
    asked = operation(item, ActionType.RETURN, Level.TOWNSHIP, Role.REVIEWER)
    try:
        check_step(asked, "mine", item, case, (), token, NOW)
    except Refusal:
        permitted = False
    else:
        permitted = True
    assert permitted == (holder == "me" and token == 7 and minutes > 0)


def test_only_a_village_agent_begins_a_case() -> None:
    for item, level, role in itertools.product(ITEMS[:2], Level, Role):
        asked = replace(
            operation(item, ActionType.SUBMIT, level, role), base_rev=0, previous=GENESIS
        )
        try:
            check_step(asked, "mine", item, None, (), None, NOW)
        except Refusal:
            assert (level, role) != (Level.VILLAGE, Role.AGENT)
        else:
            assert (level, role) == (Level.VILLAGE, Role.AGENT)
