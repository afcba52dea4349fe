"""Signing in with a UKey: seen when plugged, told apart from key files, opened with its own PIN."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from signing.authority.protocol import Subject
from signing.authority.training import TrainingAuthority
from signing.certificates import Purpose
from signing.errors import KeyRemoved, PinWrong
from signing.keys.pkcs12 import new_key, public_key_of
from signing.keys.protocol import PinState
from station import __main__ as station
from station.assembly import Office
from station.paths import Home
from station.services.county import HOUDUANZHAI, ORGANISATION
from station.services.sign_in import SignIn
from station.settings import Settings, Tokens
from tests.helpers.smart_card import CardReader, until
from tests.helpers.virtual_card import SIGNATURE, VirtualCard

CARD_PIN = "775533"
AGENT = Subject(
    "任春河", HOUDUANZHAI.name, HOUDUANZHAI.code, ORGANISATION, "代办员", "P1001"
)  # the same agent as in the training county, with a card instead of a file


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose training county is set up; made once, its keys are only read."""
    root = tmp_path_factory.mktemp("home")
    Office(Home(root), Settings()).set_up_training()
    return root


@pytest.fixture
def office(trained: Path, card_reader: CardReader) -> Iterator[Office]:
    settings = Settings(tokens=Tokens.LISTED, token_modules=(card_reader.module,))
    with Office(Home(trained), settings) as office:
        yield office


@pytest.fixture
def card(trained: Path) -> VirtualCard:
    authority = TrainingAuthority.at(trained / "training")
    private = new_key("p256")
    issued = authority.issue(public_key_of(private), AGENT, Purpose.SIGN)
    card = VirtualCard(pin=CARD_PIN, serial=bytes(15) + b"\7")
    card.put(SIGNATURE, private, issued.certificate)  # type: ignore[arg-type]
    return card


def test_an_agent_signs_in_with_a_card_and_signs_with_the_chain_above_it(
    office: Office, card: VirtualCard, card_reader: CardReader
) -> None:
    assert not any(candidate.on_token for candidate in office.candidates())
    card_reader.insert(card, office.keys.tokens)
    first = office.candidates()[0]
    assert (first.on_token, first.person.id, first.pin_state) == (True, "P1001", PinState.OK)
    both = [candidate for candidate in office.candidates() if candidate.person.id == "P1001"]
    assert [candidate.on_token for candidate in both] == [True, False]

    door = SignIn(office.keys)
    with pytest.raises(PinWrong):
        door.sign_in(first, "123456")
    who = door.sign_in(first, CARD_PIN)
    assert who.unit_key is not None, "the unit's key in a file opens with the practice PIN"
    assert len(who.key.chain) == 2, "a card has no room for it; this PC knows it"
    who.key.sign(b"statement")

    card_reader.pull(card, office.keys.tokens)
    assert door.key_now(first.slot) is None
    with pytest.raises(KeyRemoved):
        who.key.sign(b"statement")
    who.close()


def test_the_last_try_of_a_card_is_known_at_the_door(
    office: Office, card: VirtualCard, card_reader: CardReader
) -> None:
    card.left = 1
    card_reader.insert(card, office.keys.tokens)
    assert office.candidates()[0].pin_state is PinState.FINAL_TRY
    card_reader.pull(card, office.keys.tokens)


def test_station_devices_lists_tokens_beside_key_files_and_says_what_is_wrong_with_them(
    trained: Path,
    card: VirtualCard,
    card_reader: CardReader,
    office: Office,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = tmp_path / "坏驱动.so"
    bad.write_text("not a driver")
    card.put(0x9E, new_key("p384"), b"")  # type: ignore[arg-type]
    bare = VirtualCard(serial=bytes(15) + b"\10")
    card.left = 0
    monkeypatch.setenv("YIZHAN_HOME", str(trained))
    monkeypatch.setenv("YIZHAN_TOKEN_MODULES", f"{card_reader.module}:{bad}")
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    card_reader.insert(card, office.keys.tokens)
    card_reader.insert(bare, office.keys.tokens, place=1)

    def listed() -> dict[str, str | None]:
        monkeypatch.setattr(sys, "argv", ["station", "devices", "--seconds", "20", "--json"])
        assert station.main() == 0
        found = json.loads(capsys.readouterr().out)
        mine = [one for one in found if one["kind"] == "key_token"]
        assert "周丽萍（东河镇便民服务中心，审核员）" in [one["name"] for one in mine]
        tokens = [one for one in mine if one["id"].partition(":")[0] in ("pkcs11", "driver")]
        return {one["name"]: one["problem"] for one in tokens}

    keys = listed()
    assert "锁住" in (keys["任春河（后段寨村便民服务站，代办员）"] or "")
    without = next(problem for name, problem in keys.items() if bare.token_serial in name)
    assert without is not None and "没有证书" in without
    assert "不是这台电脑能用的 PKCS#11 驱动" in (keys["坏驱动.so"] or "")
    card_reader.pull(card, office.keys.tokens)
    card_reader.pull(bare, office.keys.tokens)


def test_of_two_certificates_of_one_person_on_a_token_the_one_that_lasts_longest_counts(
    office: Office, trained: Path, card: VirtualCard, card_reader: CardReader
) -> None:
    authority = TrainingAuthority.at(trained / "training")
    private = new_key("p256")
    long = authority.issue(
        public_key_of(private), AGENT, Purpose.SIGN,
        not_after=datetime.fromisoformat("2030-01-01T00:00:00+00:00"),
    )  # fmt: skip
    card.put(0x9A, private, long.certificate)  # type: ignore[arg-type]
    card_reader.insert(card, office.keys.tokens)
    (mine,) = [candidate for candidate in office.candidates() if candidate.on_token]
    assert mine.slot.certificate == long.certificate
    card_reader.pull(card, office.keys.tokens)
    until(lambda: not office.keys.tokens.slots())
