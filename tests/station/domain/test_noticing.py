"""顺便看到的: what the desk notices of a person without being asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from station.domain.applicants import Applicant, IdentitySource
from station.domain.drafts import Draft, DraftState
from station.domain.items import Rule
from station.domain.noticing import CARD_SOON, Noticed, Sight, noticed
from tests.helpers.paperwork import TODAY, applicant, catalogue, filled

PENSION, AGED = catalogue().item("SB-001"), catalogue().item("MZ-001")
OLD = applicant(date(1941, 3, 16))


def of(who: Applicant, *others: Draft, item: str = "SB-001") -> dict[Sight, list[Noticed]]:
    """What is noticed of somebody who comes for an item, by kind."""
    draft = filled(catalogue().item(item), who)
    found: dict[Sight, list[Noticed]] = {}
    for one in noticed(draft, catalogue().items, others, TODAY):
        found.setdefault(one.sight, []).append(one)
    return found


def due(who: Applicant, *others: Draft, item: str = "SB-001") -> list[str]:
    return [one.item.code for one in of(who, *others, item=item).get(Sight.DUE, []) if one.item]


def test_whoever_is_over_eighty_is_told_of_the_old_age_subsidy_and_what_is_still_to_be_asked() -> (
    None
):
    (found,) = of(OLD)[Sight.DUE]
    assert found.item == AGED
    assert {rule.id for rule in found.rules} == {"age80", "local"}
    assert {rule.id for rule in found.ask} == {"seen"}


def test_a_condition_that_fails_by_one_day_keeps_the_item_out() -> None:
    eighty_tomorrow = date(TODAY.year - 80, TODAY.month, TODAY.day) + timedelta(days=1)
    assert due(applicant(eighty_tomorrow)) == []
    assert due(applicant(eighty_tomorrow - timedelta(days=1))) == ["MZ-001"]
    (found,) = of(replace(OLD, address="邻县某村"))[Sight.DUE]
    assert {rule.id for rule in found.ask} == {"local", "seen"}, "where they live now is asked"


def test_what_depends_on_the_form_or_on_nothing_of_the_person_is_not_guessed_at() -> None:
    young = applicant(date(1990, 6, 1))
    assert due(young, item="MZ-003") == [], "the vet's register asks for schooling first"
    offered = due(OLD, item="MZ-003")
    assert set(offered) == {"SB-001", "MZ-001"}
    assert "YB-001" not in offered, "everybody who lives here meets its condition"


def test_the_rules_of_the_item_decide_and_nothing_else() -> None:
    women = replace(
        AGED, code="XX-001", rules=(Rule(id="women", text="妇女", holds={"eq": ["sex", "女"]}),)
    )
    for sex, offered in (("女", True), ("男", False)):
        draft = filled(PENSION, replace(OLD, sex=sex))
        found = noticed(draft, [women], [], TODAY)
        assert any(one.item == women for one in found) is offered


def test_an_item_that_the_person_has_a_case_of_is_not_offered_again() -> None:
    sent = replace(filled(AGED, OLD), id="earlier", state=DraftState.SENT)
    found = of(OLD, sent)
    assert Sight.DUE not in found
    assert found[Sight.EARLIER][0].cases == (sent,)
    lying = replace(sent, state=DraftState.OPEN)
    assert of(OLD, lying)[Sight.OPEN_CASE][0].cases == (lying,)
    neighbour = replace(sent, applicant=applicant(date(1940, 1, 2)))
    assert due(OLD, neighbour) == ["MZ-001"], "somebody else's case says nothing"


def test_a_card_about_to_run_out_is_seen_unless_its_dates_were_only_typed() -> None:
    card = replace(OLD, source=IdentitySource.CARD)
    for left, sight in (
        (timedelta(days=-1), Sight.CARD_ENDED),
        (timedelta(0), Sight.CARD_ENDS),
        (CARD_SOON, Sight.CARD_ENDS),
    ):
        (found,) = of(replace(card, valid_to=TODAY + left))[sight]
        assert found.day == TODAY + left
    for quiet in (
        replace(card, valid_to=TODAY + CARD_SOON + timedelta(days=1)),
        replace(card, valid_to=None),
        replace(OLD, source=IdentitySource.TYPED, valid_to=TODAY),
    ):
        assert not {Sight.CARD_ENDS, Sight.CARD_ENDED} & set(of(quiet))


def test_a_number_that_says_the_same_as_the_card_is_told_and_one_that_does_not_is_not() -> None:
    assert Sight.NUMBER_FITS in of(OLD)
    assert Sight.NUMBER_FITS not in of(replace(OLD, birth=date(1941, 3, 17)))
    assert Sight.NUMBER_FITS not in of(replace(OLD, id_number=OLD.id_number[:-1]))


def test_before_anybody_is_known_nothing_is_noticed() -> None:
    assert of(Applicant()) == {}
    assert noticed(filled(PENSION, Applicant()), catalogue().items, [], TODAY) == ()
