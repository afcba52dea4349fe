"""Finding an item by what an agent types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.paperwork import catalogue

CATALOGUE = catalogue()


def best(query: str) -> str:
    found = CATALOGUE.search(query)
    return found[0].title if found else ""


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("glbt", "高龄老人生活补贴认证"),
        ("GLBT", "高龄老人生活补贴认证"),
        ("高龄", "高龄老人生活补贴认证"),
        ("gaoling", "高龄老人生活补贴认证"),
        ("高龄bt", "高龄老人生活补贴认证"),
        ("ｇｌｂｔ", "高龄老人生活补贴认证"),
        ("cjrkn", "残疾人困难生活补贴"),
        ("hulibutie", "重度残疾人护理补贴"),
        ("zdcj", "重度残疾人护理补贴"),
        ("ylrz", "城乡居民养老认证"),
        ("canbao", "城乡居民医保参保登记"),
        ("低保", "最低生活保障申请"),
        ("lsjz", "临时救助申请"),
        ("zhunsheng", "生育服务登记"),
        ("zjd", "农村宅基地申请"),
        ("盖房", "农村宅基地申请"),
        ("kanshu", "林木采伐许可"),
        ("砍树", "林木采伐许可"),
        ("xiaomaibu", "食品经营许可（小食杂店）"),
        ("兽医", "村级动物防疫员（乡村兽医）登记"),
        ("shouyi", "村级动物防疫员（乡村兽医）登记"),
    ],
)
def test_what_an_agent_types_finds_the_item(query: str, title: str) -> None:
    assert best(query) == title


def test_a_character_with_two_readings_answers_to_both() -> None:
    # 参 is cān in 参保 and shēn in 人参; whoever types by the other reading is not sent away.
    assert best("cbdj") == best("sbdj") == "城乡居民医保参保登记"


@pytest.mark.parametrize("word", ["gaolinglaoren", "glbt", "高龄补贴"])
def test_the_item_stays_in_the_list_while_one_types_on(word: str) -> None:
    for end in range(1, len(word) + 1):
        found = {item.code for item in CATALOGUE.search(word[:end])}
        assert "MZ-001" in found, word[:end]


def test_nothing_typed_gives_all_the_most_used_first() -> None:
    found = CATALOGUE.search("", {"SB-001": 19, "MZ-001": 31})
    assert [item.code for item in found[:2]] == ["MZ-001", "SB-001"]
    assert len(found) == len(CATALOGUE.items)
    assert CATALOGUE.most_used({"YB-001": 1})[0].code == "YB-001"


def test_among_equals_the_most_used_stands_first() -> None:
    assert [item.code for item in CATALOGUE.search("残联")] == ["CL-001", "CL-002"]
    assert CATALOGUE.search("残联", {"CL-002": 5})[0].code == "CL-002"


def test_a_better_match_beats_a_more_used_item() -> None:
    assert CATALOGUE.search("临时救助", {"MZ-001": 999})[0].code == "MZ-003"


def test_what_is_not_there_is_not_found() -> None:
    assert CATALOGUE.search("xyzxyz") == ()
    assert CATALOGUE.search("护照") == ()


@given(st.text(max_size=80))
def test_no_text_breaks_the_search(query: str) -> None:
    assert len(CATALOGUE.search(query)) <= len(CATALOGUE.items)


def test_categories_count_their_items() -> None:
    counts = dict(CATALOGUE.categories())
    assert counts["民政"] == 3
    assert sum(counts.values()) == len(CATALOGUE.items)
    assert {item.category for item in CATALOGUE.of_category("残联")} == {"残联"}
