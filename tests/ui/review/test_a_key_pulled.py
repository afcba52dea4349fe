"""The reviewer's card is pulled out in the middle of signing together, on a real desk.

Real are the window, the hub, pcscd, its reader, OpenSC and the driver's process; the card is
software, and the hand that pulls it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from signing.authority.protocol import Subject
from signing.authority.training import TrainingAuthority
from signing.certificates import Purpose
from signing.errors import KeyRemoved, PinLocked
from signing.keys.pkcs12 import new_key, public_key_of
from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from station.assembly import Office
from station.domain.cases import Case, CaseState
from station.domain.units import Role
from station.services.batch import MarkState
from station.services.county import DONGHE, ORGANISATION
from station.settings import Settings, Tokens
from tests.helpers.office_screens import QueueDriver
from tests.helpers.smart_card import CardReader
from tests.helpers.virtual_card import SIGNATURE, VirtualCard
from tests.helpers.waiting_cases import WaitingCases
from ui.common.dialogs import PinDialog
from ui.common.preferences import PreferenceFile
from ui.common.tasks import Tasks
from ui.desk import OfficeDoor
from ui.main_window import MainWindow

PIN = "775533"
_REVIEWER = Subject("周丽萍", DONGHE.name, DONGHE.code, ORGANISATION, "审核员", "P2001")


@pytest.fixture
def office(county: WaitingCases, card_reader: CardReader) -> Iterator[Office]:
    """The same PC, with a reader for cards."""
    settings = Settings(
        hub=county.office.hub_url(), tokens=Tokens.LISTED, token_modules=(card_reader.module,)
    )
    with Office(county.office.home, settings) as office:
        yield office


def a_card(office: Office, serial: bytes) -> VirtualCard:
    """A reviewer's card whose key wants its PIN for each signature."""
    private = new_key("p256")
    issued = TrainingAuthority.at(office.home.training).issue(
        public_key_of(private), _REVIEWER, Purpose.SIGN
    )
    card = VirtualCard(pin=PIN, serial=bytes(15) + serial)
    card.put(SIGNATURE, private, issued.certificate)  # type: ignore[arg-type]
    return card


@pytest.fixture
def card(office: Office, card_reader: CardReader) -> Iterator[VirtualCard]:
    card = a_card(office, b"\21")
    card_reader.insert(card, office.keys.tokens)
    yield card
    card.before_signing = None
    card.pull()


@pytest.fixture
def other(office: Office) -> Iterator[VirtualCard]:
    """Another card: the same label, the same person, another serial number."""
    other = a_card(office, b"\22")
    yield other
    other.pull()


@pytest.fixture
def desk(
    office: Office, card: VirtualCard, tasks: Tasks, qtbot: QtBot, tmp_path: Path
) -> Iterator[QueueDriver]:
    """周丽萍 signed in with her card."""
    window = MainWindow(OfficeDoor(office), tasks, PreferenceFile(tmp_path / "desk.json"))
    qtbot.addWidget(window)
    window.resize(1366, 728)
    window.show()
    driver = QueueDriver(window, qtbot)
    qtbot.waitUntil(lambda: "插好了" in driver.words, timeout=20_000)
    driver.wait_for_work()
    driver.sign_in(PIN)
    qtbot.waitUntil(lambda: window.page is not None, timeout=20_000)
    driver.wait_for_work()
    yield driver
    driver.leave()


def approved(county: WaitingCases, desk: QueueDriver, count: int) -> list[Case]:
    """So many cases, opened, looked at and marked."""
    cases = [county.send_in("SB-001") for _ in range(count)]
    desk.look_again()
    for case in cases:
        desk.open_case(case.number)
        desk.key("A")
        desk.wait_for_work()
    return cases


def states(desk: QueueDriver) -> list[MarkState]:
    return [row.state for row in desk.queue.batch_view.model.rows]


def asked(desk: QueueDriver) -> PinDialog:
    """The dialog that wants the PIN."""
    dialog = desk.queue.dialog
    assert isinstance(dialog, PinDialog)
    return dialog


def type_pin(desk: QueueDriver, pin: str) -> None:
    dialog = asked(desk)
    desk.type(pin, dialog.pin)
    desk.key("Enter", dialog.pin)
    desk.wait_for_work()


def sign_and_pull(desk: QueueDriver, card: VirtualCard, after: int) -> None:
    """Signs together; the card is torn out within its signature number ``after`` + 1."""
    before = card.signed

    def torn() -> None:
        if card.signed - before == after:
            card.pull()

    card.before_signing = torn
    desk.key("S")
    desk.confirm()
    card.before_signing = None


def test_a_card_pulled_in_the_middle_leaves_the_signed_signed_and_the_rest_goes_on_with_the_pin(
    county: WaitingCases,
    office: Office,
    card: VirtualCard,
    card_reader: CardReader,
    desk: QueueDriver,
    qtbot: QtBot,
) -> None:
    cases = approved(county, desk, 3)
    sign_and_pull(desk, card, after=4)  # three signatures a case: dossier, letter, statement

    assert states(desk) == [MarkState.SIGNED, MarkState.FAILED, MarkState.WAITING]
    assert isinstance(desk.queue.work.together.last.halted, KeyRemoved)  # type: ignore[union-attr]
    assert "签好 1 件，1 件没签成，1 件还没签" in desk.said
    assert "请插回密钥再签一次，已经签好的不受影响。" in desk.words
    with county.desk(Role.REVIEWER, 1) as other:
        found = [other.hub.case(case.id).case for case in cases]
    assert [case.state for case in found] == [
        CaseState.APPROVED, *[CaseState.TOWNSHIP_REVIEW] * 2
    ]  # fmt: skip
    assert all(case.lease is not None and case.lease.holder_name == "周丽萍" for case in found[1:])
    qtbot.waitUntil(lambda: not desk.lamp("key"), timeout=20_000)

    # the question comes while the card is still out
    desk.press("接着签 2 件")
    assert "再输一次口令" in desk.dialog()
    type_pin(desk, PIN)
    assert "没有看到登录时用的 UKey" in desk.dialog()
    assert asked(desk).isVisible()

    # put in while the question is open; a wrong PIN first
    card_reader.insert(card, office.keys.tokens)
    type_pin(desk, "000000")
    assert "密钥不认这个 PIN。" in desk.dialog()
    assert card.left == card.tries - 1
    type_pin(desk, PIN)

    assert states(desk) == [MarkState.SIGNED] * 3
    qtbot.waitUntil(lambda: bool(desk.lamp("key")), timeout=20_000)
    with county.desk(Role.REVIEWER, 1) as other:
        assert other.review is not None
        for case in cases:
            seen = other.review.open(case.id, take=False)
            assert seen.case.state is CaseState.APPROVED
            trust = load_trust(county.office.roots)
            assert seen.result is not None
            assert verify_pdf(seen.dossier, trust).good
            assert verify_pdf(seen.result, trust).good
            names = [s.signer for s in seen.verdict.signatures if not s.is_time_stamp]
            assert names == ["任春河", "周丽萍"], "no stage was signed twice"


def test_another_card_or_another_certificate_on_it_is_refused_and_the_first_goes_on(
    county: WaitingCases,
    office: Office,
    card: VirtualCard,
    other: VirtualCard,
    card_reader: CardReader,
    desk: QueueDriver,
) -> None:
    approved(county, desk, 2)
    sign_and_pull(desk, card, after=0)
    assert states(desk) == [MarkState.FAILED, MarkState.WAITING]
    card_reader.pull(card, office.keys.tokens)  # as slowly as a hand does it

    card_reader.insert(other, office.keys.tokens)
    desk.press("接着签 2 件")
    type_pin(desk, PIN)
    assert "没有看到登录时用的 UKey" in desk.dialog()
    assert (other.signed, other.left) == (0, other.tries), "its PIN was not even asked"
    card_reader.pull(other, office.keys.tokens)

    was = dict(card.keys)
    card.keys = a_card(office, b"\21").keys  # renewed elsewhere meanwhile
    card_reader.insert(card, office.keys.tokens)
    type_pin(desk, PIN)
    assert "UKey 里的证书和开始时的不是同一张" in desk.dialog()
    assert card.left == card.tries
    card_reader.pull(card, office.keys.tokens)

    card.keys = was
    card_reader.insert(card, office.keys.tokens)
    type_pin(desk, PIN)
    assert states(desk) == [MarkState.SIGNED] * 2


def test_a_pin_that_locks_in_the_middle_is_said_and_the_rest_waits_for_the_administrator(
    county: WaitingCases,
    office: Office,
    card: VirtualCard,
    card_reader: CardReader,
    desk: QueueDriver,
) -> None:
    approved(county, desk, 2)
    before = card.signed

    def locked() -> None:  # another program types wrong PINs at the same card
        if card.signed - before == 3:
            card.left = 0

    card.before_signing = locked
    desk.key("S")
    desk.confirm()
    card.before_signing = None

    assert states(desk)[0] is MarkState.SIGNED
    assert states(desk)[1] is MarkState.FAILED
    assert isinstance(desk.queue.work.together.last.halted, PinLocked)  # type: ignore[union-attr]
    assert "请带密钥到县里找管理员解锁。" in desk.words
    desk.press("接着签 1 件")
    type_pin(desk, PIN)
    assert "口令锁住了，要去县里解锁。" in desk.dialog()
    assert not asked(desk).act_button.isEnabled()
    desk.key("Esc", asked(desk))

    card.unblock()
    desk.press("接着签 1 件")
    type_pin(desk, PIN)
    assert states(desk) == [MarkState.SIGNED] * 2


def test_pcscd_started_anew_in_the_middle_costs_a_pin_and_nothing_else(
    county: WaitingCases,
    office: Office,
    card: VirtualCard,
    card_reader: CardReader,
    desk: QueueDriver,
) -> None:
    approved(county, desk, 2)
    before = card.signed
    ended: list[bool] = []

    def end() -> None:
        if card.signed - before == 3:
            card.pull()
            card_reader.end()
            ended.append(True)

    def start_again() -> None:  # in the window's thread: it ends with the thread that started it
        if ended:
            starting.stop()
            card_reader.start()

    card.before_signing = end
    starting = QTimer(desk.window)
    starting.timeout.connect(start_again)
    starting.start(200)
    desk.key("S")
    desk.confirm()
    card.before_signing = None
    assert states(desk) == [MarkState.SIGNED, MarkState.FAILED]

    card_reader.insert(card, office.keys.tokens)
    desk.press("接着签 1 件")
    type_pin(desk, PIN)
    assert states(desk) == [MarkState.SIGNED] * 2


def test_a_single_decision_asks_for_the_pin_too_once_the_card_was_out(
    county: WaitingCases,
    office: Office,
    card: VirtualCard,
    card_reader: CardReader,
    desk: QueueDriver,
    qtbot: QtBot,
) -> None:
    case = county.send_in("SB-001")
    desk.look_again()
    desk.open_case(case.number)
    card_reader.pull(card, office.keys.tokens)
    qtbot.waitUntil(lambda: not desk.lamp("key"), timeout=20_000)
    card_reader.insert(card, office.keys.tokens)

    desk.key("R")
    desk.key("1")
    desk.key("Ctrl+Enter")
    type_pin(desk, PIN)
    with county.desk(Role.REVIEWER, 1) as other:
        assert other.hub.case(case.id).case.state is CaseState.RETURNED
