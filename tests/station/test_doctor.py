"""``station doctor``: what is wrong, why and what to do, for each thing that signing rests on."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signing.authority.protocol import Subject
from signing.certificates import Purpose
from signing.keys.pkcs12 import new_key, public_key_of
from station import __main__ as station
from station.clock import china_now
from station.paths import Home
from station.services.checkup import Checkup, Finding, Grade
from station.settings import Settings, Tokens, save
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.pki import VILLAGE, Pki
from tests.helpers.smart_card import CardReader
from tests.helpers.virtual_card import SIGNATURE, VirtualCard

AGENT = Subject("任春河", VILLAGE.unit_name, VILLAGE.unit_code, "邱县（培训）", "代办员", "U4001")


@pytest.fixture(scope="module")
def hub(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with hub_process(pki.folder, tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


Look = Callable[..., list[Finding]]


@pytest.fixture
def look(
    pki: Pki,
    hub: HubProcess,
    card_reader: CardReader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Look:
    """A PC where all is well but for what a story changes; everything found."""
    monkeypatch.setattr("station.devices.registry.finders_of_this_system", list)

    def looked(clock: Callable[[], datetime] = china_now, **changes: object) -> list[Finding]:
        facts = {
            "hub": hub.url,
            "trust": (pki.root_pem,),
            "keys": pki.folder / "keys",
            "tokens": Tokens.LISTED,
            "token_modules": (card_reader.module,),
        } | changes
        place = Home(tmp_path)
        save(Settings(**facts), place.settings)  # type: ignore[arg-type]
        return list(Checkup(place, clock).findings())

    return looked


def wrong(found: list[Finding]) -> set[str]:
    return {f.problem.code for f in found if f.grade is Grade.WRONG and f.problem is not None}


def soon(found: list[Finding]) -> set[str]:
    return {f.problem.code for f in found if f.grade is Grade.SOON and f.problem is not None}


def a_card(pki: Pki, number: int, **validity: datetime) -> VirtualCard:
    private = new_key("p256")
    issued = pki.authority.issue(public_key_of(private), AGENT, Purpose.SIGN, **validity)
    card = VirtualCard(serial=bytes(15) + bytes([number]))
    card.put(SIGNATURE, private, issued.certificate)  # type: ignore[arg-type]
    return card


def test_where_all_is_well_only_the_revoked_colleague_is_named(look: Look) -> None:
    found = look()
    assert wrong(found) == {"CertificateRevoked"}
    (problem,) = [f.problem for f in found if f.grade is Grade.WRONG]
    assert problem is not None and "郑旧" in problem.sentence("zh")
    areas = {f.area for f in found}
    assert areas >= {
        *("settings", "hub", "clock", "trust", "revocation", "drivers", "readers", "pcscd"),
        *("certificates", "disk", "fonts"),
    }
    assert [f.name for f in found if f.area == "readers"][:1] == ["Virtual PCD 00 00"]


def test_a_wrong_clock_and_what_it_makes_look_expired_are_told(look: Look) -> None:
    found = look(lambda: china_now() + timedelta(days=365 * 3))
    assert wrong(found) >= {"ClockWrong", "CertificateOver", "ListsOld"}
    assert "ClockWrong" in soon(look(lambda: china_now() + timedelta(minutes=5)))


def test_without_hub_lists_and_roots_it_is_said_what_is_not_known(
    look: Look, tmp_path: Path
) -> None:
    found = look(hub="http://127.0.0.1:9", trust=(tmp_path / "empty",))
    assert "NoRoots" in wrong(found)
    assert soon(found) >= {"HubUnreachable", "ClockNotCompared", "NoLists"}
    (tmp_path / "root.pem").write_text("not a certificate")
    assert "TrustHoldsNothing" in wrong(look(trust=(tmp_path / "root.pem",)))


def test_cards_that_are_locked_nearly_locked_bare_or_running_out_are_named(
    look: Look, card_reader: CardReader, pki: Pki
) -> None:
    seeing = card_reader.keys()
    first, second = a_card(pki, 20), VirtualCard(serial=bytes(15) + bytes([21]))
    first.left = 0
    card_reader.insert(first, seeing)
    card_reader.insert(second, seeing, place=1)
    found = look()
    assert "KeyLocked" in wrong(found)
    assert "TokenWithoutCertificate" in soon(found)
    card_reader.pull(first, seeing)
    card_reader.pull(second, seeing)

    third = a_card(pki, 22, not_after=china_now() + timedelta(days=10))
    third.left = 1
    card_reader.insert(third, seeing)
    found = look()
    assert soon(found) >= {"PinNearlyLocked", "CertificateEnds"}
    assert third.left == 1, "looking uses up no try"
    card_reader.pull(third, seeing)
    seeing.close()


def test_drivers_that_do_not_work_are_named_with_the_reason(look: Look, tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("not a driver")
    assert "DriverUnfit" in wrong(look(token_modules=(text,)))
    assert "DriverMissing" in wrong(look(token_modules=(tmp_path / "none.so",)))
    assert "NoDriver" in soon(look(token_modules=()))


def test_a_card_service_that_is_down_is_named(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = tmp_path / "dead"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(dead))
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(dead))
    assert "CardServiceRefuses" in wrong(look(token_modules=()))
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "none"))
    assert "CardServiceRefuses" not in wrong(look(token_modules=()))

    usb = tmp_path / "sys/bus/usb/devices/1-1:1.0"
    usb.mkdir(parents=True)
    (usb / "bInterfaceClass").write_text("0b\n")
    found = list(Checkup(Home(tmp_path), china_now, system=tmp_path / "sys").findings())
    assert "CardServiceDown" in wrong(found)


def test_a_full_disk_and_unreadable_settings_are_told(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100 << 20))
    assert "LittleRoom" in wrong(look(token_modules=()))
    Home(tmp_path).settings.write_text("hub = [")
    assert "SettingsUnreadable" in wrong(list(Checkup(Home(tmp_path), china_now).findings()))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_prints_one_document_and_says_by_its_status_whether_something_is_wrong(
    look: Look,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    look(token_modules=())  # writes the settings
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path))
    monkeypatch.setenv("YIZHAN_LANGUAGE", language)
    monkeypatch.setattr(sys, "argv", ["station", "doctor", "--json"])
    assert station.main() == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    (bad,) = [f for f in told["findings"] if f["grade"] == "wrong"]
    assert set(bad) == {"area", "name", "grade", "what", "why", "do", "code"}
    assert bad["code"] == "CertificateRevoked" and bad["what"] and bad["why"] and bad["do"]
    monkeypatch.setattr(sys, "argv", ["station", "doctor"])
    assert station.main() == 1
    printed = capsys.readouterr()
    assert ("不对" if language == "zh" else "WRONG") in printed.out
    assert "Traceback" not in printed.err
