"""The twelve items that come with the program: complete, sound, and marked as examples."""

from __future__ import annotations

import re

import pytest

from station.catalogue import guide_elements
from station.catalogue.importing import check
from station.catalogue.item_files import item_from, structure_of
from station.domain.item_words import spoken, texts_of, without_english
from station.domain.items import ServiceItem
from station.domain.units import Level
from station.paths import resources
from tests.helpers.paperwork import catalogue

ITEMS = catalogue().items

TITLES = {
    "高龄老人生活补贴认证",
    "残疾人困难生活补贴",
    "重度残疾人护理补贴",
    "城乡居民养老认证",
    "城乡居民医保参保登记",
    "最低生活保障申请",
    "临时救助申请",
    "生育服务登记",
    "农村宅基地申请",
    "林木采伐许可",
    "食品经营许可（小食杂店）",
    "村级动物防疫员（乡村兽医）登记",
}

TEN = (
    "办理依据",
    "办理条件",
    "申请材料",
    "受理单位及办理点",
    "基本流程",
    "收费依据及标准",
    "办理时限",
    "工作时间",
    "咨询方式",
    "监督电话",
)


def each_item() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)


def test_the_twelve_items_are_there() -> None:
    assert {item.title for item in ITEMS} == TITLES


@each_item()
def test_every_word_that_a_screen_shows_has_its_english(item: ServiceItem) -> None:
    assert without_english(item) == ()
    assert set(dict(item.english)) == set(texts_of(item)), "and none is left over"
    english = spoken(item, "en")
    assert not [text for text in texts_of(english) if re.search("[\u4e00-\u9fff]", text)]
    assert [field.id for field in english.fields] == [field.id for field in item.fields]
    assert english.promise == item.promise, "what is signed stays as it is"
    assert spoken(item, "zh") is item


def test_nothing_is_wrong_with_any_of_them() -> None:
    sound, problems = check(resources("items"))
    assert [problem.sentence("en") for problem in problems] == []
    assert sound == len(ITEMS)


@each_item()
def test_every_item_is_marked_as_an_example(item: ServiceItem) -> None:
    assert item.example
    assert any("以县级公布为准" in line for line in item.guide.basis)


@each_item()
def test_the_guide_has_its_ten_elements_each_with_words(item: ServiceItem) -> None:
    elements = guide_elements(item)
    assert tuple(element.label for element in elements) == TEN
    for element in elements:
        assert element.lines and all(line.strip() for line in element.lines)
        assert element.label_en


@each_item()
def test_the_guide_promises_what_the_program_goes_by(item: ServiceItem) -> None:
    told = {element.label: element.lines for element in guide_elements(item)}
    assert f"{item.promised_days} 个工作日" in told["办理时限"][0]
    assert f"法定 {item.legal_days} 个" in told["办理时限"][0]
    for stage in item.route:
        assert any(stage.name in line for line in told["基本流程"])
    for material in item.materials:
        assert any(material.name in line for line in told["申请材料"])


@each_item()
def test_a_form_has_from_eight_to_eighteen_fields_and_fills_the_applicant_by_itself(
    item: ServiceItem,
) -> None:
    assert 8 <= len(item.fields) <= 18
    sources = {field.source for field in item.fields}
    assert {"applicant.name", "applicant.id_number", "applicant.phone"} <= sources


@each_item()
def test_the_last_stage_decides_and_seals(item: ServiceItem) -> None:
    *before, last = item.route
    assert last.decides and last.seals
    assert not any(stage.decides for stage in before)


def test_some_items_end_at_the_township_and_the_pension_is_one_of_them() -> None:
    ending = {i.title for i in ITEMS if i.stage_at(Level.COUNTY) is None}
    assert "城乡居民养老认证" in ending
    assert len(ending) >= 3


def test_the_old_age_subsidy_goes_through_all_three_levels() -> None:
    item = catalogue().item("MZ-001")
    assert [stage.level for stage in item.route] == [Level.TOWNSHIP, Level.COUNTY]
    assert item.result.title.endswith("通知书")


def test_materials_with_exemption_and_with_deferral_occur() -> None:
    materials = [material for item in ITEMS for material in item.materials]
    assert sum(material.exempt is not False for material in materials) >= 8
    assert sum(material.defer_days > 0 for material in materials) >= 8


@each_item()
def test_no_item_invents_the_number_of_an_article_or_a_telephone(item: ServiceItem) -> None:
    written = " ".join((*item.guide.basis, *item.guide.contact, *item.guide.supervision))
    assert not re.search("第[一二三四五六七八九十百0-9]+条", written)
    assert not re.search(r"\d{7,}", written), "only the short national lines are certain"


@each_item()
def test_chinese_text_is_set_with_full_width_punctuation_and_spaced_figures(
    item: ServiceItem,
) -> None:
    texts = [
        *(line for element in guide_elements(item) for line in element.lines),
        *item.result.lines,
        item.promise,
        *(rule.text for rule in item.rules),
        *(rule.failed for rule in item.rules),
    ]
    for text in texts:
        bare = re.sub(r"\{\w+\}", "", text)
        assert not re.search("[一-鿿][,;:!?()]|[,;:!?()][一-鿿]", bare), text
        assert not re.search("[一-鿿][0-9]|[0-9][一-鿿]", bare), text


@each_item()
def test_an_item_survives_being_written_and_read(item: ServiceItem) -> None:
    assert item_from(structure_of(item)) == item
