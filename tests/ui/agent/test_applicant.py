"""Who asks, and who comes for them: from the chip, from a photograph of the card, by hand."""

from __future__ import annotations

from station.devices.training_people import VILLAGERS
from station.domain.applicants import IdentitySource
from station.domain.completeness import StepName
from station.domain.noticing import Sight
from station.services.case_papers import read_papers
from tests.helpers.agent_desk import AgentDriver
from tests.helpers.printed import texts


def photograph_card(desk: AgentDriver, side: int, pages: int) -> None:
    """F2, the card under the camera, F2; waits until it was read."""
    desk.key("F2")
    desk.until(lambda: desk.case.applicant.is_looking)
    desk.lay(side)
    desk.key("F2")
    desk.until(lambda: len(desk.pages("id_card")) == pages)
    desk.until(lambda: not desk.case.applicant.is_reading)


def delegate_name(desk: AgentDriver) -> str:
    """Who comes for the applicant, as saved."""
    return desk.draft.delegate.person.name if desk.draft.delegate else ""


def test_without_a_reader_the_card_is_photographed_and_read(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")

    # The back first, as happens: the front is put before it
    photograph_card(cut_off, 1, 1)
    assert cut_off.draft.applicant.issuer == "邱县公安局"
    cut_off.step_to("APPLICANT")
    photograph_card(cut_off, 0, 2)
    who = cut_off.draft.applicant
    assert (who.name, who.id_number, who.source) == (
        "李秀英",
        "13043019450316120X",
        IdentitySource.PHOTO,
    )
    capture = cut_off.case_desk.agent.capture
    sides = [capture.page(page).parameters["side"] for page in cut_off.pages("id_card")]
    assert sides == ["front", "back"], "they are the papers of the case too"
    assert cut_off.draft.card_picture
    assert "身份证" not in cut_off.missing


def test_what_the_photograph_did_not_say_surely_is_asked(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")
    cut_off.put_on_reader()
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.case.step is StepName.FORM)
    who = cut_off.draft.applicant
    unsure = type(who)(
        name=who.name,
        id_number=who.id_number,
        sex=who.sex,
        birth=who.birth,
        address=who.address,
        source=IdentitySource.PHOTO,
        doubtful=("name", "address"),
    )
    cut_off.case_desk.set_applicant(unsure)
    cut_off.step_to("APPLICANT")
    assert {"申请人姓名", "户籍地址"} <= set(cut_off.missing)
    assert "对着卡核对" in cut_off.case.applicant.person.name.problem

    cut_off.case.applicant.person.name.setFocus()
    cut_off.key("Enter")
    assert "申请人姓名" not in cut_off.missing
    cut_off.push("都对过了")
    assert "户籍地址" not in cut_off.missing
    assert cut_off.draft.applicant.source is IdentitySource.PHOTO


def test_a_picture_that_is_no_card_is_told_and_does_not_stay(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")
    cut_off.key("F2")
    cut_off.until(lambda: cut_off.case.applicant.is_looking)
    cut_off.lay(7)
    cut_off.key("F2")
    cut_off.until(lambda: cut_off.case.applicant.told != "")
    assert "没有找到" in cut_off.case.applicant.told
    assert cut_off.pages("id_card") == ()


def test_f2_takes_the_picture_that_is_wanted_next(cut_off: AgentDriver) -> None:
    cut_off.case_desk.begin("NY-002")  # this item wants a portrait
    cut_off.work.show_case()
    card, face = cut_off.button("读不了？拍身份证"), cut_off.button("给本人拍照")
    assert (card.toolTip(), face.toolTip()) == ("读不了？拍身份证（F2）", "")
    cut_off.key("F2")
    cut_off.until(lambda: cut_off.case.applicant.is_looking)
    cut_off.key("Esc")

    cut_off.put_on_reader()
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.draft.applicant.name == "李秀英")
    assert (card.toolTip(), face.toolTip()) == ("", "给本人拍照（F2）")
    cut_off.key("F2")
    cut_off.until(lambda: len(cut_off.pages("portrait")) == 1)


def test_a_portrait_is_taken_where_the_item_wants_one(cut_off: AgentDriver) -> None:
    cut_off.case_desk.begin("NY-002")
    cut_off.work.show_case()
    cut_off.put_on_reader()
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.draft.applicant.name == "李秀英")
    assert cut_off.case.step is StepName.APPLICANT, "the person is still to be photographed"
    cut_off.until(lambda: "给本人拍照" in cut_off.offered)

    cut_off.key("F2")
    cut_off.until(lambda: len(cut_off.pages("portrait")) == 1)
    cut_off.until(lambda: cut_off.case.step is StepName.FORM)

    cut_off.step_to("APPLICANT")
    assert "本人照片，拍好了" in cut_off.words
    cut_off.push("重拍")
    assert cut_off.pages("portrait") == ()
    cut_off.key("Ctrl+Z")
    assert len(cut_off.pages("portrait")) == 1
    cut_off.step_to("FORM")


def test_somebody_else_comes_with_an_authorisation(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")
    cut_off.put_on_reader()
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.case.step is StepName.FORM)
    cut_off.step_to("APPLICANT")

    cut_off.push("别人代办，要委托书、代办人身份证，代办人签字")
    assert {"代办人姓名", "和申请人的关系", "委托书", "代办人身份证"} <= set(cut_off.missing)
    assert "代办人签字" in cut_off.missing
    cut_off.state.training.card_reader.put(VILLAGERS[1])
    cut_off.key("F4")
    comes = VILLAGERS[1].name
    cut_off.until(lambda: delegate_name(cut_off) == comes)
    assert cut_off.draft.applicant.name == "李秀英", "the second card is that of who comes"
    cut_off.case.applicant.choose_relation("配偶")
    assert "和申请人的关系" not in cut_off.missing
    assert {"委托书", "代办人身份证"} <= set(cut_off.missing)

    # It stands in what is signed, in its data and in the notice
    agent = cut_off.case_desk.agent
    shown = agent.signing.shown(cut_off.draft)
    printed = "".join(texts(shown.pdf))
    assert "代办人签名：" in printed
    assert f"{comes}（配偶）受申请人委托" in printed
    assert read_papers(shown.pdf).delegate == f"{comes}（配偶）"
    notice = agent.signing.acceptance_notice(cut_off.draft, cut_off.state.desk.office.clock())
    assert f"{comes}（配偶）" in "".join(texts(notice))

    cut_off.push("本人来办，本人在场，本人签字")
    assert "委托书" not in cut_off.missing
    cut_off.key("Ctrl+Z")
    assert cut_off.draft.delegate is not None


def test_a_page_that_was_taken_out_does_not_come_back_by_itself(cut_off: AgentDriver) -> None:
    cut_off.choose_item("glbt")
    cut_off.put_on_reader()
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.case.step is StepName.FORM)
    cut_off.step_to("MATERIALS")
    cut_off.push("自动拍")
    cut_off.wait_for_picture()
    cut_off.lay(0)
    cut_off.photograph("id_card")
    cut_off.push("删掉")
    assert cut_off.pages("id_card") == ()

    cut_off.key("Esc")
    cut_off.push("接着办")
    assert cut_off.pages("id_card") == ()


def test_what_else_the_person_may_ask_for_is_seen_and_begun_without_the_card(
    cut_off: AgentDriver,
) -> None:
    cut_off.choose_item("ylrz")  # 养老认证
    cut_off.put_on_reader()
    cut_off.key("F4")
    cut_off.until(lambda: cut_off.case.step is StepName.FORM)
    first = cut_off.draft
    cut_off.step_to("APPLICANT")
    seen = cut_off.case.applicant.noticed
    cut_off.until(lambda: bool(seen.shown))
    assert {one.sight for one in seen.shown} >= {Sight.DUE, Sight.NUMBER_FITS}
    assert "还能办高龄老人生活补贴认证" in cut_off.words
    assert "年满 80 周岁" in cut_off.words

    cut_off.push("一起办")
    cut_off.until(lambda: cut_off.draft.item == "MZ-001")
    assert cut_off.draft.applicant == first.applicant
    assert cut_off.draft.card_picture == first.card_picture
    cut_off.step_to("APPLICANT")
    cut_off.until(lambda: any(one.sight is Sight.OPEN_CASE for one in seen.shown))
    assert "还有 1 件没办完" in cut_off.words
    cut_off.push("看一眼")
    cut_off.until(lambda: cut_off.draft.id == first.id)
