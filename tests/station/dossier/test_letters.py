"""Notices and results: the words that people take home."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
import zxingcpp

from station.clock import CHINA
from station.domain.completeness import materials_of, missing
from station.domain.drafts import MaterialEntry, Provision
from station.domain.items import ServiceItem
from station.dossier.dossier import DossierContent
from station.dossier.guide_sheet import guide_sheet
from station.dossier.letters import Letter
from station.dossier.notices import acceptance_notice, one_time_notice
from station.dossier.results import (
    Decided,
    Reason,
    months_later,
    refusal_letter,
    result_letter,
    return_letter,
)
from tests.helpers.paperwork import (
    NOW,
    TODAY,
    applicant,
    catalogue,
    filled,
    pages_of,
    plausible,
    with_values,
)
from tests.helpers.printed import is_blank, part, rendered, texts

DISABLED = catalogue().item("CL-001")
OFFICE = "邱县行政审批局（培训）"


def decided(item: ServiceItem, **values: str) -> Decided:
    person = applicant()
    full = {field.id: plausible(field, person) for field in item.fields}
    return Decided(
        item=item,
        number="130430104213-261123-007",
        applicant=person,
        values={**full, **values},
        office=OFFICE,
        at=datetime(2026, 11, 28, 15, 0, tzinfo=CHINA),
    )


def fields_are_free(letter: Letter) -> None:
    assert [field.name for field in letter.fields] == ["approver", "seal"]
    approver, seal = letter.fields
    assert approver.box_mm and seal.box_mm
    assert is_blank(part(rendered(letter.pdf, approver.page), approver.box_mm, 0.0))
    assert seal.box_mm[2] == seal.box_mm[3], "a round seal"
    for field in letter.fields:
        assert field.box_mm is not None
        assert field.box_mm[0] + field.box_mm[2] <= 192 and field.box_mm[1] + field.box_mm[3] <= 280


@pytest.mark.parametrize("item", catalogue().items, ids=lambda item: item.code)
def test_every_item_has_its_result_with_places_for_signature_and_seal(item: ServiceItem) -> None:
    letter = result_letter(decided(item))
    text = "".join(texts(letter.pdf))
    assert item.result.title in text
    assert "李秀英" in text and applicant().id_number in text
    assert "{" not in text and "（未填）" not in text
    assert OFFICE in text and "2026年11月28日" in text
    fields_are_free(letter)


def test_the_seal_lies_over_the_office_and_the_date() -> None:
    letter = result_letter(decided(DISABLED))
    seal = letter.fields[1]
    assert seal.box_mm is not None
    x, y, side, _ = seal.box_mm
    middle = (x + side * 0.2, y + side * 0.35, side * 0.6, side * 0.35)
    assert not is_blank(part(rendered(letter.pdf, seal.page), middle))


def test_a_year_of_validity_ends_on_the_same_day() -> None:
    assert months_later(date(2026, 11, 28), 12) == date(2027, 11, 28)
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2026, 11, 28), 0) == date(2026, 11, 28)
    text = "".join(texts(result_letter(decided(catalogue().item("MZ-001"))).pdf))
    assert "2027年11月28日" in text


def test_a_field_left_empty_is_said_to_be_empty() -> None:
    text = "".join(texts(result_letter(decided(DISABLED, amount="")).pdf))
    assert "（未填）" in text


REASONS = (
    Reason("户口本 首页", "右上角反光，姓名看不清", "重新拍这一页"),
    Reason("银行账号", "和惠农一卡通上的号码不一致。", "请核对后改正。"),
    Reason("", "缺少入户核实记录"),
)


def test_a_refusal_names_every_reason_and_the_ways_to_object() -> None:
    letter = refusal_letter(decided(DISABLED), REASONS)
    text = "".join(texts(letter.pdf))
    for words in ("不予受理决定书", "姓名看不清", "号码不一致", "入户核实", "行政复议", "行政诉讼"):
        assert words in text
    assert "。。" not in text and "请请" not in text
    fields_are_free(letter)


def test_a_return_tells_everything_at_once_and_until_when() -> None:
    letter = return_letter(decided(DISABLED), REASONS, until=date(2026, 12, 7))
    text = "".join(texts(letter.pdf))
    assert "补正通知书" in text
    assert "1.户口本首页：右上角反光，姓名看不清。请重新拍这一页。" in text
    assert "3.缺少入户核实记录。" in text
    assert "2026年12月7日前" in text
    fields_are_free(letter)
    assert "尽快" in "".join(texts(return_letter(decided(DISABLED), REASONS, until=None).pdf))


def test_many_reasons_run_on_to_a_second_page_and_the_seal_comes_at_the_end() -> None:
    many = [Reason(f"第 {n} 项", "写得不清楚，" * 6, "重新填写") for n in range(30)]
    letter = refusal_letter(decided(DISABLED), many)
    assert letter.pages > 1
    assert {field.page for field in letter.fields} == {letter.pages - 1}
    fields_are_free(letter)
    text = "".join(texts(letter.pdf))
    assert all(f"第{n}项" in text for n in range(30))
    assert f"第{letter.pages}页，共{letter.pages}页" in text


def content(**changes: object) -> DossierContent:
    draft = with_values(filled(DISABLED), family="dibao", cert_way="electronic")
    promise = MaterialEntry(provision=Provision.DEFERRED, promised_by=date(2026, 12, 7))
    papers = {**draft.materials, "disability_card": MaterialEntry(), "dibao_proof": promise}
    found = DossierContent.of(
        DISABLED,
        replace(draft, materials=papers),
        pages_of(DISABLED),
        station="后段寨村便民服务站",
        agent="任春河",
        today=TODAY,
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def test_the_acceptance_notice_says_until_when_what_is_owed_and_whom_to_ask() -> None:
    letter = acceptance_notice(
        content(),
        accepted_at=NOW,
        due=date(2026, 12, 14),
        agent_phone="13900000000",
        phone="139****6021",
    )
    (text,) = texts(letter.pdf)
    for words in (
        "受理通知书",
        "130430104213-261123-007",
        "承诺15个工作日，最晚2026年12月14日办结",
        "低保证明，2026年12月7日前",
        "残疾人证（电子证照已核）",
        "容缺受理",
        "139****6021",
        "代办员任春河，电话13900000000",
        "这期间不用再跑",
    ):
        assert words in text, words
    (code,) = zxingcpp.read_barcodes(rendered(letter.pdf))
    assert code.text == "YZCASE:130430104213-261123-007"


def test_a_limit_into_an_unpublished_year_is_said_to_be_uncertain() -> None:
    letter = acceptance_notice(content(), accepted_at=NOW, due=date(2027, 1, 8), provisional=True)
    assert "可能有一两天出入" in texts(letter.pdf)[0]
    open_end = acceptance_notice(content(), accepted_at=NOW, due=None)
    assert "最晚" not in texts(open_end.pdf)[0]


def test_a_complete_case_is_accepted_as_complete() -> None:
    complete = content(
        materials=tuple(
            replace(state, entry=MaterialEntry(pages=("p",) * len(state.material.pages)))
            for state in content().materials
        )
    )
    text = texts(acceptance_notice(complete, accepted_at=NOW, due=None).pdf)[0]
    assert "材料齐全" in text
    assert "还要补交" not in text


def test_the_one_time_notice_tells_everything_at_once() -> None:
    draft = replace(with_values(filled(DISABLED), account="", phone="12"), materials={}, answers={})
    letter = one_time_notice(
        DISABLED,
        number=draft.number,
        applicant="李秀英",
        lacks=missing(DISABLED, draft, TODAY),
        materials=materials_of(DISABLED, draft, TODAY),
        station="后段寨村便民服务站",
        agent="任春河",
        day=NOW,
    )
    text = "".join(texts(letter.pdf))
    for words in (
        "一次性告知单",
        "要带来的材料",
        "身份证（人像面、国徽面）原件",
        "要填写或更正的",
        "银行账号：还没填",
        "联系电话：",
        "还要核实的",
        "没有重复领取同类补贴",
        "告知单收到人",
    ):
        assert words in text, words


def test_the_one_time_notice_of_a_complete_case_says_so() -> None:
    draft = with_values(filled(DISABLED), grade="1")
    letter = one_time_notice(
        DISABLED,
        number="",
        applicant="",
        lacks=missing(DISABLED, draft, TODAY),
        materials=materials_of(DISABLED, draft, TODAY),
        station="站",
        agent="人",
        day=NOW,
    )
    text = texts(letter.pdf)[0]
    assert "材料已经齐了" in text
    assert "来办事的群众" in text


@pytest.mark.parametrize("item", catalogue().items, ids=lambda item: item.code)
def test_the_guide_fits_on_one_page_in_large_type(item: ServiceItem) -> None:
    sheet = guide_sheet(item, NOW, "后段寨村便民服务站")
    assert sheet.pages == 1
    (text,) = texts(sheet.pdf)
    assert item.title in text
    for element in ("办理依据", "申请材料", "办理时限", "监督电话"):
        assert element in text
    assert "示例事项" in text


def test_a_guide_with_very_much_to_say_takes_a_second_page_rather_than_small_type() -> None:
    long_guide = replace(DISABLED.guide, conditions=("条件写得很长很长，" * 12,) * 12)
    sheet = guide_sheet(replace(DISABLED, guide=long_guide), NOW)
    assert sheet.pages >= 2
    assert "".join(texts(sheet.pdf)).count("条件写得很长很长，") == 144


def test_letters_are_the_same_bytes_every_time() -> None:
    assert result_letter(decided(DISABLED)).digest == result_letter(decided(DISABLED)).digest
