"""A card at the door shows by itself when it is put in; its lamp goes out when it is pulled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from signing.authority.protocol import Subject
from signing.authority.training import TrainingAuthority
from signing.certificates import Purpose
from signing.keys.pkcs12 import new_key, public_key_of
from station.assembly import Office
from station.paths import Home
from station.services.county import HOUDUANZHAI, ORGANISATION
from station.settings import Settings, Tokens
from tests.helpers.desk import DeskDriver
from tests.helpers.smart_card import CardReader
from tests.helpers.virtual_card import SIGNATURE, VirtualCard
from ui.common.preferences import PreferenceFile
from ui.common.tasks import Tasks
from ui.desk import OfficeDoor
from ui.main_window import MainWindow

CARD_PIN = "775533"
AGENT = Subject("顾新月", HOUDUANZHAI.name, HOUDUANZHAI.code, ORGANISATION, "代办员", "P1009")


@pytest.fixture
def office(tmp_path: Path, card_reader: CardReader) -> Iterator[Office]:
    settings = Settings(
        hub="http://127.0.0.1:9", tokens=Tokens.LISTED, token_modules=(card_reader.module,)
    )
    with Office(Home(tmp_path), settings) as office:
        office.set_up_training()
        yield office


def test_a_card_shows_by_itself_signs_in_and_its_lamp_follows_it(
    office: Office, card_reader: CardReader, tasks: Tasks, qtbot: QtBot, tmp_path: Path
) -> None:
    authority = TrainingAuthority.at(office.home.training)
    private = new_key("p256")
    issued = authority.issue(public_key_of(private), AGENT, Purpose.SIGN)
    card = VirtualCard(pin=CARD_PIN, serial=bytes(15) + b"\11")
    card.put(SIGNATURE, private, issued.certificate)  # type: ignore[arg-type]

    window = MainWindow(OfficeDoor(office), tasks, PreferenceFile(tmp_path / "desk.json"))
    qtbot.addWidget(window)
    window.show()
    desk = DeskDriver(window, qtbot)

    def sees(words: str, shown: bool = True) -> None:
        qtbot.waitUntil(lambda: (words in desk.words) is shown, timeout=20_000)

    def note() -> str:
        chip = window.top_bar.chip("key")
        assert chip is not None
        return chip.toolTip()

    sees("任春河")
    assert "顾新月" not in desk.words

    card_reader.insert(card, office.keys.tokens)
    sees("顾新月")
    desk.sign_in("000000")
    sees("密钥不认这个 PIN")
    assert card.left == card.tries - 1
    desk.sign_in(CARD_PIN)
    qtbot.waitUntil(lambda: window.page is not None, timeout=20_000)
    assert desk.lamp("key")

    card_reader.pull(card, office.keys.tokens)
    qtbot.waitUntil(lambda: not desk.lamp("key"), timeout=20_000)
    assert "拔掉" in note()
    card_reader.insert(card, office.keys.tokens)
    qtbot.waitUntil(lambda: "再输一次口令" in note() and "插回来了" in note(), timeout=20_000)

    window.sign_out()
    sees("顾新月")
    card_reader.pull(card, office.keys.tokens)
    sees("顾新月", shown=False)
