"""人员: who can sign, requests approved by the code that the holder reads out, revoking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from signing.authority.enrolment import certificate_request
from signing.authority.protocol import Subject
from signing.certificates import holder_of, load_certificates
from signing.keys.pkcs12 import new_key, public_key_of, soft_key
from station.domain.units import Role
from station.services.county import TRAINING_COUNTY, TRAINING_PIN
from station.wire.enrolment import EnrolmentClient, EnrolmentState, EnrolmentTicket, Wanted
from station.wire.problems import CertificateRevokedNow
from tests.helpers.office_screens import PeopleDriver, someone
from tests.helpers.waiting_cases import WaitingCases
from ui.admin.certificate_dialogs import ApproveDialog, DeclineDialog, RevokeDialog
from ui.admin.people_work import Shown
from ui.common.dialogs import PinDialog
from ui.common.tasks import Tasks

VILLAGE = "130430104213"


@pytest.fixture
def administrator(
    own_county: WaitingCases, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> Iterator[PeopleDriver]:
    """田海 before the people of the county."""
    driver = PeopleDriver.sit_down(own_county.office, Role.ADMINISTRATOR, tasks, qtbot, tmp_path)
    assert isinstance(driver, PeopleDriver)
    driver.open("人员")
    driver.wait_for_work()
    yield driver
    driver.leave()


def ask(county: WaitingCases, name: str, number: str, unit: str = VILLAGE) -> EnrolmentTicket:
    """Somebody asks for a certificate as 代办员, from another PC."""
    private = new_key("p256")
    request = certificate_request(
        soft_key(private), public_key_of(private), Subject(name, "", unit, "", "", "")
    )
    wanted = Wanted(name=name, unit=unit, role="代办员", person=number)
    with EnrolmentClient(county.office.hub_url()) as client:
        return client.ask_for_certificate(request, wanted)


def test_everybody_stands_there_with_unit_role_and_certificate(
    administrator: PeopleDriver,
) -> None:
    assert sorted(administrator.names) == sorted(p.name for p in TRAINING_COUNTY.people)
    assert "1 县 · 2 乡镇 · 3 村站" in administrator.words

    administrator.press("东河镇便民服务中心", administrator.people._units)
    assert set(administrator.names) == {"周丽萍", "赵建军", "任春河", "李春梅"}
    administrator.press("后段寨村便民服务站", administrator.people._units)
    assert administrator.names == ["任春河"]

    administrator.choose("任春河")
    assert "受理、初审，签章上报" in administrator.words
    assert "通过，签章办结" not in administrator.words, "an agent approves nothing"


def test_people_are_found_by_pinyin_initials_and_by_unit(administrator: PeopleDriver) -> None:
    administrator.key("Ctrl+K")
    administrator.type("rch", administrator.people.search_field)
    assert administrator.names == ["任春河"]
    administrator.key("Esc")
    administrator.people.search_field.setText("南辛店")  # keys have no Chinese
    assert administrator.names == ["郭建"]


def test_a_request_is_issued_only_for_the_code_that_its_holder_reads_out_and_can_then_be_fetched(
    administrator: PeopleDriver, own_county: WaitingCases
) -> None:
    ticket = ask(own_county, "韩建军", "P1004")
    administrator.people.work.refresh()
    administrator.wait_for_work()
    assert administrator.window.rail.buttons["people"].count == 1

    administrator.press("批 1 个")
    assert administrator.asking == ["韩建军"]
    assert ticket.code not in administrator.words, "nobody copies it off the screen"
    administrator.press("批准")
    dialog = administrator.people.dialog
    assert isinstance(dialog, ApproveDialog)
    administrator.type("0000-1111-2222-3333-4444", dialog.code)
    administrator.confirm()
    assert dialog.isVisible()
    assert "不是同一把密钥" in administrator.dialog()
    dialog.code.clear()
    administrator.type(ticket.code.lower().replace("-", " "), dialog.code)
    administrator.confirm()

    assert "韩建军 的证书签发了" in administrator.said
    assert administrator.asking == []
    with EnrolmentClient(own_county.office.hub_url()) as client:
        fetched = client.enrolment(ticket)
    assert fetched.state is EnrolmentState.ISSUED
    assert holder_of(fetched.certificate).role == "代办员"
    administrator.press("全部 11")
    assert "韩建军" in administrator.names


def test_a_request_is_declined_with_a_reason_that_its_holder_reads(
    administrator: PeopleDriver, own_county: WaitingCases
) -> None:
    ticket = ask(own_county, "冒名的人", "P1001")
    administrator.people.work.refresh()
    administrator.wait_for_work()
    administrator.press("等批准 1")
    assert "工号 P1001 现在是 任春河" in administrator.words

    administrator.press("退回")
    dialog = administrator.people.dialog
    assert isinstance(dialog, DeclineDialog)
    assert not dialog.act_button.isEnabled(), "not without a reason"
    dialog.reason.setPlainText("没听说过这个人")
    administrator.confirm()

    assert "退回了" in administrator.said
    with EnrolmentClient(own_county.office.hub_url()) as client:
        told = client.enrolment(ticket)
    assert (told.state, told.reason) == (EnrolmentState.REFUSED, "没听说过这个人")


def test_who_was_revoked_cannot_sign_in_from_that_moment_on(
    administrator: PeopleDriver, own_county: WaitingCases
) -> None:
    administrator.choose("李春梅")
    administrator.press("作废")
    dialog = administrator.people.dialog
    assert isinstance(dialog, RevokeDialog)
    assert "李春梅" in administrator.dialog()
    administrator.confirm()

    assert "李春梅 的证书作废了" in administrator.said
    assert administrator.names[0] == "李春梅", "who cannot sign stands first"
    assert administrator.people.work.count(Shown.REVOKED) == 1
    office = own_county.office
    lost = next(c for c in office.candidates() if c.person.name == "李春梅")
    desk = office.sign_in(lost, TRAINING_PIN)
    with pytest.raises(CertificateRevokedNow):
        desk.connect()
    desk.close()


def test_nobody_locks_themselves_out(administrator: PeopleDriver) -> None:
    administrator.choose("田海")
    assert not administrator.people.person.revoke_button.isVisible()


def test_a_certificate_is_saved_as_a_file(administrator: PeopleDriver, tmp_path: Path) -> None:
    administrator.choose("周丽萍")
    member = administrator.people.table.current_row()
    administrator.people.work.save(member.key(administrator.people.work.now), tmp_path / "z.pem")
    administrator.wait_for_work()
    (saved,) = load_certificates((tmp_path / "z.pem").read_bytes())
    assert holder_of(saved).name == "周丽萍"


def test_without_a_network_the_screen_says_so_and_nothing_is_decided(
    administrator: PeopleDriver, own_county: WaitingCases
) -> None:
    own_county.office.close()
    administrator.people.work.refresh()
    administrator.wait_for_work()
    assert "连不上中心" in administrator.words
    assert administrator.lamp("network") is False
    own_county.office.hub_url()


def test_the_rail_of_nobody_else_leads_here(own_county: WaitingCases) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        desk = someone(own_county.office, role)
        assert desk.administration is None
        desk.close()


def test_a_key_that_was_pulled_out_meanwhile_wants_its_pin_and_then_issues(
    administrator: PeopleDriver, own_county: WaitingCases
) -> None:
    ticket = ask(own_county, "韩建军", "P1004")
    administrator.people.work.refresh()
    administrator.wait_for_work()
    administrator.press("批 1 个")
    administrator.people._state.desk.who.key.lost = True
    administrator.press("批准")
    dialog = administrator.people.dialog
    assert isinstance(dialog, ApproveDialog)
    administrator.type(ticket.code, dialog.code)
    administrator.confirm()

    again = administrator.people.dialog
    assert isinstance(again, PinDialog)
    assert "UKey 拔出来过" in administrator.dialog()
    assert administrator.asking == ["韩建军"], "nothing was signed yet"
    administrator.type(TRAINING_PIN, again.pin)
    administrator.confirm()
    assert "韩建军 的证书签发了" in administrator.said
