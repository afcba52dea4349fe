"""Conditions: decided where the facts are there, asked where they are not."""

from __future__ import annotations

import pytest

from station.domain.conditions import Condition, ConditionWrong, Facts, decide, names_in

FACTS: Facts = {
    "age": 82,
    "family": "dibao",
    "trouble": ("illness", "old"),
    "volume": "12.5",
    "address": "河北省邯郸市邱县东河镇",
    "name": "",
    "none": None,
}


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (True, True),
        (False, False),
        ({"ge": ["age", 80]}, True),
        ({"ge": ["age", 83]}, False),
        ({"le": ["volume", 15]}, True),
        ({"eq": ["family", "dibao"]}, True),
        ({"in": ["family", ["edge", "other"]]}, False),
        ({"contains": ["address", "邱县"]}, True),
        ({"contains": ["address", "曲周县"]}, False),
        ({"not": {"eq": ["family", "other"]}}, True),
        ({"filled": "family"}, True),
        ({"filled": "name"}, False),
        ({"filled": "unheard_of"}, False),
    ],
)
def test_what_is_known_is_decided(condition: Condition, answer: bool) -> None:
    assert decide(condition, FACTS) is answer


def test_a_multiple_choice_holds_each_of_its_values() -> None:
    assert decide({"eq": ["trouble", "illness"]}, FACTS) is True
    assert decide({"eq": ["trouble", "school"]}, FACTS) is False
    assert decide({"in": ["trouble", ["school", "old"]]}, FACTS) is True
    assert decide({"eq": ["trouble", "illness"]}, {"trouble": ()}) is None


@pytest.mark.parametrize("name", ["name", "none", "unheard_of"])
def test_what_is_not_known_is_never_guessed(name: str) -> None:
    for operator, wanted in (("eq", "x"), ("in", ["x"]), ("ge", 1), ("le", 1), ("contains", "x")):
        assert decide({operator: [name, wanted]}, FACTS) is None
        assert decide({"not": {operator: [name, wanted]}}, FACTS) is None


def test_one_known_part_can_settle_the_whole() -> None:
    unknown: Condition = {"eq": ["unheard_of", 1]}
    old: Condition = {"ge": ["age", 80]}
    young: Condition = {"ge": ["age", 90]}
    assert decide({"any": [unknown, old]}, FACTS) is True
    assert decide({"all": [unknown, young]}, FACTS) is False
    assert decide({"any": [unknown, young]}, FACTS) is None
    assert decide({"all": [unknown, old]}, FACTS) is None


def test_a_word_where_a_figure_is_wanted_is_unknown_not_a_crash() -> None:
    assert decide({"ge": ["family", 3]}, FACTS) is None


@pytest.mark.parametrize("condition", [{"gt": ["age", 80]}, {"eq": ["a", 1], "ge": ["b", 2]}, {}])
def test_what_is_not_in_the_closed_subset_is_refused(condition: Condition) -> None:
    with pytest.raises(ConditionWrong):
        decide(condition, FACTS)


def test_the_facts_a_condition_looks_at_are_named() -> None:
    condition: Condition = {
        "all": [
            {"any": [{"eq": ["a", 1]}, {"in": ["b", [1]]}]},
            {"not": {"ge": ["c", 1]}},
            {"le": ["d", 1]},
            {"filled": "e"},
            {"contains": ["f", "x"]},
            True,
        ]
    }
    assert names_in(condition) == {"a", "b", "c", "d", "e", "f"}
    with pytest.raises(ConditionWrong):
        names_in({"like": ["a", 1]})
