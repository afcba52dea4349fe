"""What a case still lacks: the list beside every step, and the last check before it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from station.domain.completeness import (
    MaterialState,
    Missing,
    Need,
    StepName,
    Tone,
    blocking,
    facts_of,
    materials_of,
    missing,
    required_fields,
    rules_of,
)
from station.domain.deadlines import WorkingCalendar
from station.domain.drafts import Draft, FieldValue, MaterialEntry, Provision
from station.domain.items import ServiceItem
from tests.helpers.paperwork import NOW, TODAY, applicant, catalogue, filled, id_number, with_values

AGED = catalogue().item("MZ-001")
DISABLED = catalogue().item("CL-001")


def lacks(item: ServiceItem, draft: Draft, today: date = TODAY) -> dict[str, Missing]:
    return {one.place: one for one in missing(item, draft, today)}


def material(item: ServiceItem, draft: Draft, name: str) -> MaterialState:
    return next(s for s in materials_of(item, draft, TODAY) if s.material.id == name)


def with_material(draft: Draft, name: str, entry: MaterialEntry) -> Draft:
    return replace(draft, materials={**draft.materials, name: entry})


@pytest.mark.parametrize("item", catalogue().items, ids=lambda item: item.code)
def test_a_case_with_everything_in_it_lacks_nothing(item: ServiceItem) -> None:
    young = item.code == "WJ-001"
    draft = filled(item, applicant(date(1996, 5, 1) if young else date(1941, 3, 16)))
    draft = with_values(draft, grade="1", only_prepacked="no")
    assert missing(item, draft, TODAY) == ()


@pytest.mark.parametrize("item", catalogue().items, ids=lambda item: item.code)
def test_an_empty_case_is_told_everything_at_once_in_the_order_of_the_steps(
    item: ServiceItem,
) -> None:
    empty = Draft(
        id="x",
        number="",
        item=item.code,
        item_version=1,
        station="130430104213",
        agent="P1001",
        opened_at=NOW,
        changed_at=NOW,
    )
    found = missing(item, empty, TODAY)
    order = list(StepName)
    steps = [order.index(one.step) for one in found]
    assert steps == sorted(steps)
    assert {StepName.APPLICANT, StepName.FORM, StepName.MATERIALS, StepName.SIGN} <= {
        one.step for one in found
    }
    assert blocking(found) == found
    places = [one.place for one in found]
    assert len(places) == len(set(places)), "nothing is told twice"
    for one in found:
        assert one.words and one.detail and one.detail_en


def test_a_missing_name_is_told_where_the_applicant_is_not_again_in_the_form() -> None:
    draft = filled(AGED)
    nobody = replace(draft, applicant=replace(draft.applicant, name=""))
    nobody = with_values(nobody, name="")
    assert "applicant.name" in lacks(AGED, nobody)
    assert "name" not in lacks(AGED, nobody)


def test_the_programs_own_answer_needs_no_agent() -> None:
    states = {s.rule.id: s for s in rules_of(AGED, filled(AGED), TODAY)}
    assert states["age80"].holds is True
    assert not states["age80"].by_agent
    assert states["seen"].by_agent


def test_too_young_is_said_with_what_to_do() -> None:
    young = filled(AGED, applicant(date(1950, 1, 1)))
    lack = lacks(AGED, young)["age80"]
    assert lack.tone is Tone.WRONG
    assert "80" in lack.detail


def test_on_the_birthday_the_rule_holds() -> None:
    draft = filled(AGED, applicant(date(1946, 11, 24)))
    assert "age80" in lacks(AGED, draft, TODAY)
    assert "age80" not in lacks(AGED, draft, TODAY + timedelta(days=1))


def test_an_address_elsewhere_makes_the_program_ask_instead_of_refusing() -> None:
    draft = filled(AGED)
    moved = replace(draft, applicant=replace(draft.applicant, address="河北省邯郸市曲周县"))
    moved = with_values(replace(moved, answers={"seen": True}), address="河北省邯郸市曲周县")
    assert lacks(AGED, moved)["local"].tone is Tone.MISSING
    assert "local" not in lacks(AGED, replace(moved, answers={"seen": True, "local": True}))
    denied = replace(moved, answers={"seen": True, "local": False})
    assert lacks(AGED, denied)["local"].tone is Tone.WRONG


def test_a_wrong_check_digit_a_wrong_birth_date_and_a_wrong_sex_are_all_told() -> None:
    draft = filled(AGED)
    person = draft.applicant
    miscopied = person.id_number[:-1] + ("0" if person.id_number[-1] != "0" else "1")
    wrong = replace(draft, applicant=replace(person, id_number=miscopied))
    assert lacks(AGED, wrong)["applicant.id_number"].tone is Tone.WRONG

    other = replace(person, birth=date(1941, 3, 17), sex="男")
    found = lacks(AGED, replace(draft, applicant=other))
    assert found["applicant.birth"].tone is Tone.WRONG
    assert found["applicant.sex"].tone is Tone.WRONG


def test_a_number_born_tomorrow_is_wrong_however_well_it_adds_up() -> None:
    unborn = applicant(TODAY + timedelta(days=1))
    assert "还没到" in lacks(AGED, filled(AGED, unborn))["applicant.id_number"].detail


def test_an_expired_card_is_doubted() -> None:
    draft = filled(AGED)
    old = replace(draft, applicant=replace(draft.applicant, valid_to=TODAY - timedelta(days=1)))
    assert lacks(AGED, old)["applicant.valid_to"].tone is Tone.DOUBTFUL
    assert facts_of(AGED, old.applicant, old.values, TODAY)["card_valid"] is False
    assert facts_of(AGED, draft.applicant, draft.values, TODAY)["card_valid"] is True


def test_a_form_that_names_somebody_else_is_wrong_a_different_telephone_is_not() -> None:
    draft = filled(AGED)
    found = lacks(AGED, with_values(draft, name="王桂兰", phone="13900000000"))
    assert found["name"].tone is Tone.WRONG
    assert "phone" not in found
    other = id_number(date(1941, 3, 16), woman=False)
    assert lacks(AGED, with_values(draft, id_number=other))["id_number"].tone is Tone.WRONG


def test_a_doubtful_reading_must_be_looked_at() -> None:
    draft = filled(AGED)
    read = FieldValue(value="邱县农商行", confidence=0.4, confirmed=False)
    doubtful = replace(draft, values={**draft.values, "bank": read})
    assert lacks(AGED, doubtful)["bank"].tone is Tone.DOUBTFUL
    seen = replace(draft, values={**draft.values, "bank": replace(read, confirmed=True)})
    assert "bank" not in lacks(AGED, seen)


def test_a_wrong_value_says_why() -> None:
    found = lacks(AGED, with_values(filled(AGED), contact_phone="1393100602"))
    assert found["contact_phone"].tone is Tone.WRONG
    assert "10 位" in found["contact_phone"].detail


def test_fields_are_required_only_where_they_make_sense() -> None:
    same = with_values(filled(AGED), account_same="same", account="", bank="")
    assert "account" not in lacks(AGED, same)
    new = with_values(filled(AGED), account_same="new", account="", bank="")
    assert {"account", "bank"} <= lacks(AGED, new).keys()
    assert {"account", "bank"} <= required_fields(AGED, new, TODAY)


def test_a_material_is_exempt_by_the_form_and_says_why() -> None:
    draft = with_material(filled(AGED), "bank_card", MaterialEntry())
    exempt = material(AGED, with_values(draft, account_same="same"), "bank_card")
    assert exempt.need is Need.EXEMPT
    assert exempt.reason
    assert exempt.complete
    needed = with_values(draft, account_same="new")
    assert lacks(AGED, needed)["bank_card"].tone is Tone.MISSING


def test_a_material_that_this_case_does_not_ask_for_is_not_missed() -> None:
    draft = with_material(filled(AGED), "portrait", MaterialEntry())
    assert "portrait" not in lacks(AGED, with_values(draft, method="station"))
    assert "portrait" in lacks(AGED, with_values(draft, method="home"))


def test_while_the_form_is_empty_an_open_material_is_told_as_open() -> None:
    draft = with_material(with_values(filled(AGED), method=""), "portrait", MaterialEntry())
    assert material(AGED, draft, "portrait").need is Need.OPEN
    assert "表单" in lacks(AGED, draft)["portrait"].detail


def test_one_side_of_the_card_is_not_the_card() -> None:
    draft = with_material(filled(AGED), "id_card", MaterialEntry(pages=("front",)))
    lack = lacks(AGED, draft)["id_card"]
    assert lack.detail == "还差 1 页：国徽面"
    assert lack.detail_en == "1 more page"


def test_a_promise_within_the_days_lets_the_case_go() -> None:
    promise = MaterialEntry(provision=Provision.DEFERRED, promised_by=date(2026, 12, 7))
    draft = with_values(with_material(filled(DISABLED), "dibao_proof", promise), family="dibao")
    lack = lacks(DISABLED, draft)["dibao_proof"]
    assert lack.tone is Tone.DEFERRED
    assert not lack.blocks
    assert "12 月 7 日" in lack.detail


@pytest.mark.parametrize(
    ("promised", "word"),
    [(None, "哪天"), (date(2026, 12, 8), "太晚"), (date(2026, 11, 22), "已经过了")],
)
def test_a_promise_without_a_day_too_late_or_gone_by_does_not_count(
    promised: date | None, word: str
) -> None:
    entry = MaterialEntry(provision=Provision.DEFERRED, promised_by=promised)
    draft = with_values(with_material(filled(DISABLED), "dibao_proof", entry), family="dibao")
    lack = lacks(DISABLED, draft)["dibao_proof"]
    assert lack.blocks
    assert word in lack.detail


def test_holidays_lengthen_a_promise() -> None:
    entry = MaterialEntry(provision=Provision.DEFERRED, promised_by=date(2026, 12, 8))
    draft = with_values(with_material(filled(DISABLED), "dibao_proof", entry), family="dibao")
    holiday = WorkingCalendar({date(2026, 12, 1): False}, frozenset({2026}))
    found = {one.place: one for one in missing(DISABLED, draft, TODAY, holiday)}
    assert found["dibao_proof"].tone is Tone.DEFERRED


def test_what_may_not_follow_later_cannot_be_promised() -> None:
    entry = MaterialEntry(provision=Provision.DEFERRED, promised_by=TODAY)
    lack = lacks(AGED, with_material(filled(AGED), "id_card", entry))["id_card"]
    assert lack.tone is Tone.WRONG
    assert "不能后补" in lack.detail


def test_an_exemption_cannot_be_claimed_where_the_item_knows_none() -> None:
    entry = MaterialEntry(provision=Provision.EXEMPT)
    lack = lacks(AGED, with_material(filled(AGED), "id_card", entry))["id_card"]
    assert lack.tone is Tone.WRONG
    assert "免交" in lack.detail


def test_everything_there_but_the_hand_of_the_applicant() -> None:
    draft = replace(filled(AGED), ink=None)
    assert [one.place for one in missing(AGED, draft, TODAY)] == ["ink"]


def test_facts_are_only_what_is_in_normal_form() -> None:
    draft = with_values(filled(DISABLED), phone="12", category="4")
    facts = facts_of(DISABLED, draft.applicant, draft.values, TODAY)
    assert facts["phone"] == draft.applicant.phone, "the form's wrong number is no fact"
    assert facts["category"] == "4"
    cash = catalogue().item("MZ-002")
    chosen = with_values(filled(cash), trouble="illness,old")
    assert facts_of(cash, chosen.applicant, chosen.values, TODAY)["trouble"] == ("illness", "old")
