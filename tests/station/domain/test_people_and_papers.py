"""Units, applicants, drafts and operations."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from station.domain.applicants import Applicant
from station.domain.cases import ActionType
from station.domain.drafts import FieldValue, MaterialEntry
from station.domain.operations import GENESIS, DocumentKind, DocumentRef, Operation
from station.domain.units import Level, Role, Unit, above, covers, level_of
from tests.helpers.paperwork import NOW, applicant, catalogue, filled

ITEM = catalogue().item("MZ-001")


def test_the_length_of_a_code_says_the_level() -> None:
    assert Unit("130430104213", "后段寨村便民服务站").level is Level.VILLAGE
    assert level_of("130430104") is Level.TOWNSHIP
    assert level_of("130430") is Level.COUNTY
    with pytest.raises(ValueError):
        level_of("1304")


def test_a_unit_stands_above_those_whose_code_begins_with_its_own() -> None:
    assert covers("130430104", "130430104213")
    assert not covers("130430105", "130430104213")
    assert above("130430104213", Level.TOWNSHIP) == "130430104"
    assert above("130430104213", Level.VILLAGE) == "130430104213"
    with pytest.raises(ValueError):
        above("130430", Level.TOWNSHIP)


def test_roles_are_read_back_from_certificates() -> None:
    for role in Role:
        assert Role.from_word(role.word) is role
    with pytest.raises(ValueError):
        Role.from_word("村长")


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(1946, 11, 23), 80),
        (date(1946, 11, 24), 79),
        (date(1944, 2, 29), 82),
    ],
)
def test_age_counts_full_years(born: date, age: int) -> None:
    assert Applicant(birth=born).age(date(2026, 11, 23)) == age
    assert Applicant().age(date(2026, 11, 23)) is None


def test_who_was_born_on_a_leap_day_has_the_birthday_in_march() -> None:
    person = Applicant(birth=date(1944, 2, 29))
    assert person.age(date(2026, 2, 28)) == 81
    assert person.age(date(2026, 3, 1)) == 82


def test_the_number_is_masked_in_lists() -> None:
    assert applicant().masked_id == f"130430********{applicant().id_number[-4:]}"
    assert Applicant(id_number="130430").masked_id == "130430", "half typed, nothing to hide yet"


def test_a_changed_form_takes_the_signature_off() -> None:
    draft = filled(ITEM)
    later = NOW + timedelta(minutes=1)
    changed = draft.changed(later, values={**draft.values, "remark": FieldValue(value="新")})
    assert changed.ink is None
    assert changed.revision == draft.revision + 1
    papers = {**draft.materials, "id_card": MaterialEntry()}
    assert draft.changed(later, materials=papers).ink is None
    assert draft.changed(later, applicant=replace(draft.applicant, phone="")).ink is None


def test_the_agents_own_answers_leave_the_signature_on() -> None:
    draft = filled(ITEM)
    assert draft.changed(NOW, answers={"seen": False}).ink == draft.ink


def test_an_operation_survives_being_written_and_read() -> None:
    operation = Operation(
        id="a" * 8,
        case="c",
        number="130430104213-261123-001",
        action=ActionType.SUBMIT,
        item="MZ-001",
        item_version=1,
        station="130430104213",
        actor="P1001",
        unit="130430104213",
        level=Level.VILLAGE,
        role=Role.AGENT,
        base_rev=0,
        previous=GENESIS,
        at=NOW,
        documents=(
            DocumentRef(kind=DocumentKind.DOSSIER, sha256="1" * 64, sealed_sha256="2" * 64, size=9),
        ),
        reason_codes=("blurred",),
    )
    body = json.loads(json.dumps(operation.body()))
    assert Operation.from_body(body) == operation
    with pytest.raises(ValueError):
        Operation.from_body({**body, "format": "yizhan-operation/2"})
    with pytest.raises(KeyError):
        Operation.from_body({"format": "yizhan-operation/1"})


def test_an_item_gives_its_parts_by_name() -> None:
    assert ITEM.form_field("name").label == "姓名"
    assert ITEM.material("id_card").name == "身份证"
    assert ITEM.promised_days == 5
    assert ITEM.legal_days == 15
    with pytest.raises(KeyError):
        ITEM.form_field("no_such")
    with pytest.raises(KeyError):
        ITEM.material("no_such")
