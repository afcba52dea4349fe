"""The check of items: every mistake is found, all at once, each at its place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from station.catalogue.checks import route_flaws
from station.catalogue.item_files import flaws_in, structure_of
from station.domain.cases import ActionType, CaseState, Step, steps
from station.domain.units import Level, Role
from tests.helpers.paperwork import catalogue

GOOD = structure_of(catalogue().item("CL-001"))


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    change(data)
    return data


def test_a_good_item_has_no_flaw() -> None:
    assert flaws_in(GOOD) == ()


def put(path: str, value: Any) -> Callable[[dict[str, Any]], object]:
    def change(data: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        target: Any = data
        for part in way:
            target = target[part]
        target[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "place", "word"),
    [
        (lambda d: d.pop("guide"), "guide", "没有填"),
        (lambda d: d["guide"].pop("fees"), "guide.fees", "没有填"),
        (put("guide.contact", []), "guide.contact", "至少"),
        (put("code", "高龄"), "code", "写法"),
        (put("version", "1"), "version", "整数"),
        (put("kind", "free"), "kind", "convenience"),
        (put("valid_from", "2026-13-01"), "", "读不懂"),
        (put("surprise", 1), "surprise", "没有“surprise”"),
        (put("fields.0.kind", "photo"), "fields[1].kind", "其中一个"),
        (put("fields.0.require", True), "fields[1].require", "没有“require”"),
        (put("fields.1.id", "name"), "fields[2]", "两次"),
        (put("fields.0.source", "applicant.wealth"), "fields[1].source", "没有“applicant.wealth”"),
        (put("fields.0.source", ""), "fields[1].id", "申请人的信息"),
        (lambda d: d["fields"][1].pop("options"), "fields[2].options", "选项"),
        (put("fields.0.options", [{"value": "a", "label": "甲"}] * 2), "fields[1].options", "选项"),
        (put("fields.0.pattern", "("), "fields[1].pattern", "写法"),
        (put("fields.0.minimum", 3), "fields[1].minimum", "数字和金额"),
        (put("fields.7.label", "残疾人证或者其他能够证明的证件的号码"), "fields[8].label", "太长"),
        (put("fields.1.options.0.label", "男或者不愿意说明"), "fields[2].options", "印不下"),
        (put("fields.0.required", {"gt": ["age", 1]}), "fields[1].required", "条件"),
        (put("fields.0.required", {"filled": "name"}), "fields[1].required", "不能看自己"),
        (put("fields.0.required", {"eq": ["moon", 1]}), "fields[1].required", "moon"),
        (
            put("materials.0.required", {"not": {"eq": ["family", "royal"]}}),
            "materials[1].required",
            "royal",
        ),
        (put("materials.3.exempt_reason", ""), "materials[4].exempt_reason", "理由"),
        (put("materials.0.defer_days", -1), "materials[1].defer_days", "太小"),
        (put("rules.0.id", "name"), "rules[1].id", "字段的名字"),
        (put("route.0.level", "village"), "route[1].level", "村级受理"),
        (put("route.0.role", "approver"), "route[1].role", "审核员"),
        (put("route.0.days", 99), "route[1].days", "承诺"),
        (put("route.0.decides", True), "route[1].decides", "最后"),
        (put("route.1.decides", False), "route[2].decides", "最后"),
        (put("route.1.seals", False), "route[2].seals", "盖章"),
        (put("result.lines.0", "{nobody}"), "result.lines[1]", "nobody"),
        (put("result.lines.0", "{name"), "result.lines[1]", "花括号"),
    ],
)
def test_each_mistake_is_found_at_its_place(
    change: Callable[[dict[str, Any]], object], place: str, word: str
) -> None:
    flaws = flaws_in(broken(change))
    assert any(word in flaw.zh and flaw.place.startswith(place) for flaw in flaws), [
        (flaw.place, flaw.zh) for flaw in flaws
    ]
    assert all(flaw.en for flaw in flaws)


def test_many_mistakes_are_told_in_one_go() -> None:
    data = broken(put("version", 0))
    data["route"][0]["days"] = "三天"
    data["materials"][0]["profile"] = "a3"
    del data["promise"]
    assert {flaw.place for flaw in flaws_in(data)} == {
        "version",
        "route[1].days",
        "materials[1].profile",
        "promise",
    }


def test_stages_out_of_order_or_twice_at_one_level_are_refused() -> None:
    data = broken(lambda d: d["route"].reverse())
    assert any("从下级到上级" in flaw.zh for flaw in flaws_in(data))
    data = broken(lambda d: d["route"].append(copy.deepcopy(d["route"][1])))
    assert any("从下级到上级" in flaw.zh for flaw in flaws_in(data))


@pytest.mark.parametrize("data", [None, [], "text", 3, {}])
def test_what_is_no_item_at_all_is_told_so(data: object) -> None:
    assert flaws_in(data)


def test_the_routes_of_all_items_have_no_dead_end() -> None:
    for item in catalogue().items:
        assert list(route_flaws(steps(item))) == []


def test_a_route_with_a_trap_in_it_is_found() -> None:
    item = catalogue().item("MZ-001")
    table = steps(item)
    no_decision = [s for s in table if s.action not in (ActionType.APPROVE, ActionType.REFUSE)]
    words = [flaw.zh for flaw in route_flaws(no_decision)]
    assert any("正好由一级" in word for word in words)

    nowhere = Step(
        ActionType.ARCHIVE, CaseState.DELIVERED, Level.VILLAGE, Role.AGENT, CaseState.ARCHIVED
    )
    undelivered = [s for s in table if s.action is not ActionType.DELIVER]
    words = [flaw.zh for flaw in route_flaws([*undelivered, nowhere])]
    assert any("没有办法走到" in word for word in words)

    endless = [s for s in table if s.to in (CaseState.TOWNSHIP_REVIEW, CaseState.RETURNED)]
    endless = [s for s in endless if s.action is not ActionType.WITHDRAW]
    words = [flaw.zh for flaw in route_flaws(endless)]
    assert any("没有尽头" in word for word in words)

    own = Step(
        ActionType.APPROVE,
        CaseState.COUNTY_REVIEW,
        Level.VILLAGE,
        Role.AGENT,
        CaseState.APPROVED,
    )
    words = [flaw.zh for flaw in route_flaws([*table, own])]
    assert any("同一岗位" in word for word in words)
