"""The reviewer's day: the queue, a case side by side, the decision, what can go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from station.domain.cases import ActionType, Case, CaseState
from station.domain.units import Role
from station.services.batch import MarkState
from station.services.page_places import form_place
from station.services.submission import reasons_of
from tests.helpers.office_screens import QueueDriver, someone
from tests.helpers.waiting_cases import WaitingCases
from ui.common.tasks import Tasks
from ui.review.case_view import CaseView


@pytest.fixture(scope="module")
def pension(county: WaitingCases) -> Case:
    """A case that the township decides."""
    return county.send_in("SB-001")


@pytest.fixture(scope="module")
def allowance(county: WaitingCases) -> Case:
    """A case that goes on to the county."""
    return county.send_in("MZ-001")


@pytest.fixture
def township(
    county: WaitingCases,
    pension: Case,
    allowance: Case,
    qtbot: QtBot,
    tasks: Tasks,
    tmp_path: Path,
) -> Iterator[QueueDriver]:
    """周丽萍 of the township at her desk."""
    driver = QueueDriver.sit_down(county.office, Role.REVIEWER, tasks, qtbot, tmp_path)
    assert isinstance(driver, QueueDriver)
    yield driver
    driver.leave()


def test_the_queue_says_who_waits_where_and_how_long_there_is(
    township: QueueDriver,
) -> None:
    assert len(township.waiting) >= 2
    assert any("高龄老人生活补贴认证" in card and "后段寨村" in card for card in township.waiting)
    assert all("余" in card for card in township.waiting)
    assert township.window.rail.buttons["queue"].accessibleName() == (
        f"待办，{len(township.waiting)} 件等着"
    )


def test_a_case_lies_side_by_side_with_its_papers_and_what_was_checked(
    township: QueueDriver, pension: Case
) -> None:
    township.open_case(pension.number)
    view = township.queue.case_view

    assert view.title == "城乡居民养老认证 · 李秀英"
    assert [line.value for line in view.lines if line.text() == "姓名"] == ["李秀英"]
    assert "签章 1 个，都有效" in township.words
    assert "您在办，保留到" in township.words
    assert township.offered == [ActionType.APPROVE, ActionType.RETURN, ActionType.REFUSE]

    next(line for line in view.lines if line.text() == "身份证号").click()
    township.wait_for_work()
    assert view.papers.view.page == 1, "the ID card lies on the second page of the dossier"


def press_field(township: QueueDriver, label: str) -> CaseView:
    """Presses a line of the form, and waits until its paper was looked for."""
    view = township.queue.case_view
    next(line for line in view.lines if line.text() == label).click()
    township.wait_for_work()
    return view


def test_the_line_in_hand_is_framed_on_the_form_on_the_card_where_it_stands_and_enlarged(
    county: WaitingCases, township: QueueDriver, pension: Case
) -> None:
    township.open_case(pension.number)
    view = press_field(township, "待遇种类")  # stands on no paper: the form shows it
    assert view.place == form_place(county.office.catalogue.item("SB-001"), "pension_kind")
    assert (view.papers.view.page, view.enlarged.isVisible()) == (0, True)

    view = press_field(township, "身份证号")
    assert view.place is not None
    assert (view.place.page, view.papers.view.page) == (1, 1)
    left, top, width, height = view.place.box
    assert 0 < left < left + width < 1
    assert height < 0.1 < width, "one line of the card and not the card"
    marks = view.papers.view._marks
    assert {page: len(some) for page, some in marks.items()} == {0: 1, 1: 1}, "form and card"
    assert view.enlarged.isVisible()

    view = press_field(township, "姓名")
    assert view.place is not None and view.place.page == 1
    assert view.place.box[1] < top, "the name stands above the number"
    township.key("J")
    township.wait_for_work()
    assert view.place is None, "another case, nothing in hand"


def test_what_the_township_cannot_decide_it_is_not_offered(
    township: QueueDriver, allowance: Case
) -> None:
    township.open_case(allowance.number)
    assert township.offered == [ActionType.FORWARD, ActionType.RETURN, ActionType.REFUSE]

    township.key("A")
    assert township.queue.dialog is None


def test_a_case_in_other_hands_is_named_and_can_still_be_looked_at(
    county: WaitingCases, township: QueueDriver, pension: Case
) -> None:
    other = someone(county.office, Role.REVIEWER, 1)
    assert other.review is not None
    held = other.review.open(pension.id)
    try:
        township.look_again()
        assert any("赵建军" in card for card in township.waiting)

        township.open_case(pension.number)
        assert "赵建军 正在办" in township.told

        township.press("只看不办")
        township.wait_for_work()
        assert "只看，没有领到手里" in township.words
        assert township.offered == []
    finally:
        other.review.give_back(held)
        other.close()


def test_leaving_the_queue_gives_the_case_back(
    county: WaitingCases, township: QueueDriver, pension: Case
) -> None:
    township.open_case(pension.number)
    township.open("设置")
    township.wait_for_work()

    other = someone(county.office, Role.REVIEWER, 1)
    assert other.review is not None
    try:
        other.review.give_back(other.review.open(pension.id))
    finally:
        other.close()


def test_j_and_k_walk_through_the_queue(township: QueueDriver) -> None:
    first, second = [row.case.id for row in township.queue.work.rows][:2]
    township.key("J")
    township.wait_for_work()
    assert township.queue.work.wanted == first
    township.key("J")
    township.wait_for_work()
    assert township.queue.work.wanted == second
    township.key("K")
    township.wait_for_work()
    assert township.queue.work.wanted == first


def test_reasons_are_gathered_all_at_once_and_kept_when_one_looks_again(
    township: QueueDriver, allowance: Case
) -> None:
    township.open_case(allowance.number)
    township.key("R")
    view = township.queue.return_view
    assert not township.queue.send.isEnabled(), "without a reason nothing can be sent"

    view.papers.view.go_to(1)
    township.wait_for_work()
    township.key("1")
    township.key("6")
    view.own.set_text("请写全门牌号")
    township.key("Enter", view.own)

    assert "1. 身份证：照片看不清。关掉台灯，重拍这一页\n2. 数字不对" in township.words
    assert "请写全门牌号" in township.words
    assert "【一网通】李秀英" in township.words
    township.button("退回，3 条一起发")

    township.key("Esc")
    assert township.queue.case_view.isVisible()
    township.key("R")
    assert "请写全门牌号" in township.words

    township.press("去掉第 2 条")
    township.button("退回，2 条一起发")


def test_a_frame_on_a_page_is_a_reason_that_wants_its_words(
    county: WaitingCases, township: QueueDriver
) -> None:
    case = county.send_in("SB-001")
    township.look_again()
    township.open_case(case.number)
    township.key("R")
    township.wait_for_work()
    view = township.queue.return_view

    township.draw(0.35, 0.22, 0.6, 0.25)
    assert "这里怎么了？按数字选，或者写一句" in township.words
    assert not township.queue.send.isEnabled(), "a frame alone says nothing"
    township.key("3")
    township.wait_for_work()
    (reason,) = township.queue.reasons_given
    assert (reason.text, reason.page) == ("对不上", 1)
    assert reason.field, "framed on the form, it is about a field"
    assert view.enlarged.isVisible()
    assert "申请表 ①" in [thumb.text() for thumb in view.papers.thumbs]

    view.papers.view.go_to(1)
    township.wait_for_work()
    township.draw(0.2, 0.15, 0.5, 0.2)
    township.draw(0.2, 0.15, 0.6, 0.25)
    view.own.set_text("人像面拍歪了")
    township.key("Enter", view.own)
    assert [reason.text for reason in township.queue.reasons_given] == ["对不上", "人像面拍歪了"], (
        "a frame drawn anew before its words replaces the first one"
    )
    township.press("去掉第 1 条")
    township.button("退回，1 条一起发")
    township.key("Ctrl+Z")
    township.button("退回，2 条一起发")
    township.press("退回，2 条一起发")
    township.confirm()

    with county.desk(Role.AGENT) as desk:
        assert desk.agent is not None
        desk.agent.submission.news()
        note = reasons_of(desk.agent.store.draft(case.id))
    assert note is not None
    first, second = note.reasons
    assert first.frame is not None
    assert first.frame.x == pytest.approx(0.35, abs=0.02)
    assert first.remedy == "照证件改表单，或者换对的材料"
    assert (second.material, second.page) == ("id_card", 2)


def test_a_case_is_returned_and_the_next_one_opens(
    county: WaitingCases, township: QueueDriver
) -> None:
    case = county.send_in("SB-001")
    township.look_again()
    township.open_case(case.number)
    township.key("R")
    township.key("4")

    township.press("退回，1 条一起发")
    assert "原因 1 条，一起发给村里" in township.dialog()
    assert "周丽萍" in township.dialog()
    township.confirm()

    assert township.said.startswith("退回补正：李秀英 的城乡居民养老认证")
    assert case.number not in [row.case.number for row in township.queue.work.rows]
    assert township.queue.work.case is not None, "the next case lies on the desk"
    with county.desk(Role.REVIEWER, 1) as other:
        assert other.hub.case(case.id).case.state is CaseState.RETURNED


def test_the_dialog_names_exactly_what_is_signed_and_no_means_no(
    township: QueueDriver, pension: Case
) -> None:
    township.open_case(pension.number)
    opened = township.queue.work.case
    assert opened is not None
    township.key("A")
    assert township.queue.dialog is None, "what can be taken back asks nothing"
    assert any("等着一起签" in card for card in township.waiting)
    township.key("S")

    words = township.dialog()
    assert "签这一件？" in words
    assert pension.number in words
    assert f"案卷 {opened.papers.pages} 页，签在“乡镇审核”一栏" in words
    assert "东河镇便民服务中心 电子公章" in words
    assert "签章人 周丽萍" in words
    assert township.queue.dialog is not None
    township.press("取消", township.queue.dialog)
    township.wait_for_work()

    township.open_case(pension.number)
    township.press("先不签，再看看")
    assert township.offered == [ActionType.APPROVE, ActionType.RETURN, ActionType.REFUSE]
    assert not township.queue.together.isVisible()


def test_what_was_approved_is_signed_together_and_each_has_its_result(
    county: WaitingCases, township: QueueDriver
) -> None:
    cases = [county.send_in("SB-001"), county.send_in("MZ-001")]
    township.look_again()
    for case, key in zip(cases, "AF", strict=True):
        township.open_case(case.number)
        township.key(key)
        township.wait_for_work()
    assert township.said.startswith("转县里，等着签：李秀英")
    township.key("Ctrl+Z")
    township.button("一起签 1 件")
    township.key("F")
    township.wait_for_work()
    with county.desk(Role.REVIEWER, 1) as other:
        lease = other.hub.case(cases[0].id).case.lease
        assert lease is not None
        assert lease.holder_name == "周丽萍", "what waits for the signature stays in hand"

    township.key("S")
    township.confirm()

    results = {row.id: row.state for row in township.queue.batch_view.model.rows}
    assert results == {case.id: MarkState.SIGNED for case in cases}
    assert township.said.startswith("签好 2 件")
    assert "每一件都签了章、送到了。" in township.words
    with county.desk(Role.REVIEWER, 1) as other:
        assert other.hub.case(cases[0].id).case.state is CaseState.APPROVED
        assert other.hub.case(cases[1].id).case.state is CaseState.COUNTY_REVIEW
    township.press("知道了")
    township.wait_for_work()
    assert not township.queue.batch_view.isVisible()
    assert not {row.case.id for row in township.queue.work.rows} & {case.id for case in cases}


def test_who_leaves_with_cases_unsigned_is_told_and_they_wait_for_others(
    county: WaitingCases, township: QueueDriver, pension: Case
) -> None:
    township.look_again()
    township.open_case(pension.number)
    township.key("A")
    township.wait_for_work()
    township.leave()

    assert "有 1 件通过了还没签，都放回待办了。" in township.words
    with county.desk(Role.REVIEWER, 1) as other:
        assert other.hub.case(pension.id).case.lease is None


def test_a_round_is_stopped_and_what_is_not_signed_is_signed_later(
    county: WaitingCases, township: QueueDriver
) -> None:
    cases = [county.send_in("SB-001") for _ in range(2)]
    township.look_again()
    for case in cases:
        township.open_case(case.number)
        township.key("A")
        township.wait_for_work()
    township.key("S")
    assert township.queue.dialog is not None
    township.press("签章，2 件", township.queue.dialog)
    township.press("停下")
    township.wait_for_work()

    states = [row.state for row in township.queue.batch_view.model.rows]
    signed = states.count(MarkState.SIGNED)
    assert signed < 2, "it stopped"
    assert states.count(MarkState.WAITING) == 2 - signed
    assert f"{2 - signed} 件还没签" in township.said
    assert "您叫停了" in township.words

    township.press(f"接着签 {2 - signed} 件")
    township.confirm()
    with county.desk(Role.REVIEWER, 1) as other:
        found = [other.hub.case(case.id).case.state for case in cases]
    assert found == [CaseState.APPROVED] * 2


def test_the_county_sees_what_the_township_sent_on(
    county: WaitingCases, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    case = county.send_in("MZ-001")
    county.forward(case)
    approver = QueueDriver.sit_down(county.office, Role.APPROVER, tasks, qtbot, tmp_path)
    assert isinstance(approver, QueueDriver)

    approver.open_case(case.number)
    assert "签章 2 个，都有效" in approver.words
    assert approver.offered == [ActionType.APPROVE, ActionType.RETURN, ActionType.REFUSE]
    approver.key("A")
    approver.key("S")
    assert "签在“县级审批”一栏" in approver.dialog()
    approver.confirm()

    assert approver.said.startswith("签好 1 件")
    with county.desk(Role.REVIEWER, 1) as other:
        assert other.hub.case(case.id).case.state is CaseState.APPROVED
    approver.leave()
