"""The five steps of a case: what is missing, what is wrong, and what can be taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt

from station.domain.completeness import StepName
from station.domain.drafts import Provision
from tests.helpers.agent_desk import AgentDriver


def begin(desk: AgentDriver) -> None:
    """A case of an old woman whose card was read."""
    desk.put_on_reader()
    desk.choose_item("glbt")
    desk.key("F4")
    desk.until(lambda: desk.case.step is StepName.FORM)


def photographed(desk: AgentDriver, sides: int = 2) -> None:
    """Her ID card lies in the tray."""
    begin(desk)
    desk.step_to("MATERIALS")
    desk.push("自动拍")
    desk.wait_for_picture()
    for side in range(sides):
        desk.lay(side)
        desk.photograph("id_card")


def test_the_search_finds_an_item_by_initials_and_esc_empties_it(cut_off: AgentDriver) -> None:
    cut_off.type("glbt")
    assert "高龄老人生活补贴认证" in cut_off.hits
    assert "年满 80 周岁" in cut_off.words, "the guide is read before the case is begun"

    cut_off.key("Esc")
    assert "常办的事" in cut_off.words


def test_a_search_that_finds_nothing_says_what_to_do(cut_off: AgentDriver) -> None:
    cut_off.type("qqqq")
    assert "找到 0 项" in cut_off.words
    assert "没有要找的？按 Esc 回到按类找。" in cut_off.words
    cut_off.key("Enter")
    assert not cut_off.case_desk.is_open


def test_a_line_of_what_is_missing_leads_to_its_place(cut_off: AgentDriver) -> None:
    begin(cut_off)

    cut_off.jump("身份证")
    assert cut_off.case.step is StepName.MATERIALS

    cut_off.jump("居住情况")
    assert cut_off.case.step is StepName.FORM
    assert cut_off.control_holds_focus("living")

    cut_off.jump("本人签字")
    assert cut_off.case.step is StepName.SIGN


def test_a_wrong_id_number_is_told_while_it_is_typed(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")
    number = cut_off.case.applicant.person.number
    number.setFocus()

    cut_off.type("1304301945")
    assert number.problem == "还差 8 位"

    cut_off.type("03161201")
    assert "校验" in number.problem or "末位" in number.problem

    number.edit.selectAll()
    cut_off.type("13043019450316120x")
    assert number.problem == ""
    cut_off.case.applicant.person.phone.setFocus()
    assert cut_off.draft.applicant.id_number == "13043019450316120X"
    assert cut_off.draft.applicant.sex == "女", "the number says so itself"


def test_a_card_that_cannot_be_read_is_told_and_nothing_is_lost(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")
    reader = cut_off.state.training.card_reader
    cut_off.case.applicant.person.name.setFocus()
    cut_off.type("Li")
    cut_off.put_on_reader()
    reader.worn_chip = True

    cut_off.key("F4")
    cut_off.until(lambda: cut_off.case.applicant.told != "")

    assert "读" in cut_off.case.applicant.told
    assert cut_off.case.step is StepName.APPLICANT
    assert cut_off.case.applicant.person.name.text() == "Li"

    cut_off.put_on_reader()
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.draft.applicant.name == "李秀英")


def test_without_a_card_on_the_reader_the_agent_is_told_what_to_do(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.case.applicant.told != "")
    assert "卡" in cut_off.case.applicant.told


def test_a_paper_may_be_exempt_by_what_the_form_says(cut_off: AgentDriver) -> None:
    begin(cut_off)
    cut_off.push("和去年一样，没有变化，")
    cut_off.step_to("MATERIALS")
    assert cut_off.tray["惠农一卡通"] == "免交：账户和去年一样，沿用已登记的"
    assert "老人近照" not in cut_off.tray or cut_off.tray["老人近照"] == "要不要交，看表单"


def test_a_paper_may_be_promised_for_later_and_the_promise_taken_back(
    cut_off: AgentDriver,
) -> None:
    begin(cut_off)
    cut_off.push("换了账户，按下面填写，")
    cut_off.step_to("MATERIALS")
    cut_off.choose_paper("惠农一卡通")

    promise = next(text for text in cut_off.offered if text.startswith("先承诺"))
    cut_off.push(promise)
    assert cut_off.draft.materials["bank_card"].provision is Provision.DEFERRED
    assert cut_off.tray["惠农一卡通"].startswith("可后补")

    cut_off.push("改为现在交")
    assert cut_off.tray["惠农一卡通"] == "还没拍"


def test_a_photograph_taken_by_hand_is_not_taken_again_by_itself(cut_off: AgentDriver) -> None:
    begin(cut_off)
    cut_off.step_to("MATERIALS")
    cut_off.wait_for_picture()

    cut_off.lay(0)
    cut_off.photograph("id_card")
    cut_off.until(lambda: cut_off.case.materials.live_hint == "拍过了，换下一张")

    assert len(cut_off.pages("id_card")) == 1


def test_a_page_is_turned_cropped_and_taken_anew(cut_off: AgentDriver) -> None:
    photographed(cut_off, 1)
    capture = cut_off.case_desk.agent.capture
    first = cut_off.pages("id_card")[0]
    before = capture.picture(first)

    cut_off.push("转正")
    cut_off.until(lambda: capture.picture(first) != before)

    cut_off.push("裁边")
    corners = capture.corners(capture.page(first))
    crop = cut_off.case.materials.crop_view
    assert crop.isVisible()
    cut_off.qtbot.keyClick(crop, Qt.Key.Key_Right)
    cut_off.push("就这样裁")
    assert not crop.isVisible()
    cut_off.until(lambda: capture.corners(capture.page(first)) != corners)

    cut_off.push("重拍")
    cut_off.until(lambda: cut_off.pages("id_card") not in ((), (first,)))
    assert len(cut_off.pages("id_card")) == 1


def test_a_page_removed_comes_back_with_undo(cut_off: AgentDriver) -> None:
    photographed(cut_off)
    pages = cut_off.pages("id_card")
    cut_off.step_to("MATERIALS")
    cut_off.choose_paper("身份证")
    cut_off.choose_page(2)

    cut_off.push("删掉")
    assert cut_off.pages("id_card") == pages[:1]
    assert cut_off.tray["身份证"] == "1 页，还差 1 页"

    cut_off.key("Ctrl+Z")
    assert cut_off.pages("id_card") == pages
