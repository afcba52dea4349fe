"""What every SMS gateway must do, held against each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from station.clock import china_now
from station.notify.folder import FolderGateway
from station.notify.gateway import (
    GatewayRefused,
    GatewayUnreachable,
    GatewayUnsure,
    Sms,
    SmsGateway,
)
from station.notify.kannel import KannelSettings
from station.notify.kannel_gateway import KannelGateway
from tests.helpers.kannel_peer import KannelPeer, kannel_peer

MESSAGE = Sms("message-1", "13812345678", "【一网通】任奶奶，您申请的“高龄补贴”已受理。")


@dataclass
class Bench:
    """A gateway, what came out at its far end, and a way to cut it off."""

    gateway: SmsGateway
    received: Callable[[], list[tuple[str, str]]]
    break_off: Callable[[], object]


@pytest.fixture(params=["folder", "kannel"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "folder":
        folder = FolderGateway(tmp_path / "sms", china_now)

        def lines() -> list[tuple[str, str]]:
            return [(str(line["to"]), str(line["text"])) for line in folder.lines()]

        def cut() -> None:
            folder.file.unlink(missing_ok=True)
            folder.file.mkdir()

        yield Bench(folder, lines, cut)
        return
    with kannel_peer() as peer:
        gateway = KannelGateway(KannelSettings(url=peer.url, username="hub", password="pw"))
        yield Bench(gateway, lambda: [(m["to"], m["text"]) for m in peer.taken], peer.close)
        gateway.close()


def test_a_message_arrives_as_it_was_sent(bench: Bench) -> None:
    handed = bench.gateway.send(MESSAGE)
    assert handed.reference
    assert bench.received() == [(MESSAGE.to, MESSAGE.text)]


def test_a_gateway_that_cannot_be_reached_says_so_and_sends_nothing(bench: Bench) -> None:
    bench.break_off()
    with pytest.raises(GatewayUnreachable) as unreachable:
        bench.gateway.send(MESSAGE)
    assert "稍后" in unreachable.value.sentence("zh")


def test_a_gateway_never_claims_to_have_what_it_never_got(bench: Bench) -> None:
    assert bench.gateway.has_taken("never sent") is not True
    bench.gateway.send(MESSAGE)
    assert bench.gateway.has_taken(MESSAGE.id) is not False


def test_closing_twice_is_no_harm(bench: Bench) -> None:
    bench.gateway.close()
    bench.gateway.close()


def test_the_folder_knows_after_a_crash_what_it_has(tmp_path: Path) -> None:
    first = FolderGateway(tmp_path, lambda: datetime(2026, 3, 2))
    first.send(MESSAGE)
    with first.file.open("ab") as file:
        file.write(b'{"id": "message-2", "to": "138')  # the power went in the middle of a line
    again = FolderGateway(tmp_path, china_now)
    assert again.has_taken("message-1") is True
    assert again.has_taken("message-2") is False
    again.send(Sms("message-2", "13900000000", "second"))
    assert again.has_taken("message-2") is True


@pytest.fixture
def peer() -> Iterator[KannelPeer]:
    with kannel_peer() as running:
        yield running


@pytest.fixture
def kannel(peer: KannelPeer) -> Iterator[KannelGateway]:
    settings = KannelSettings(
        url=peer.url,
        username="hub",
        password="pw",
        sender="10690000",
        smsc="county",
        report_url="http://127.0.0.1:1/v1/sms/report",
        report_secret="s&cret",
    )
    gateway = KannelGateway(settings)
    yield gateway
    gateway.close()


def test_kannel_is_asked_in_its_own_words(kannel: KannelGateway, peer: KannelPeer) -> None:
    handed = kannel.send(MESSAGE)
    (asked,) = peer.taken
    assert not handed.delivered, "its delivery report is still to come"
    assert (asked["coding"], asked["charset"]) == ("2", "UTF-8")
    assert (asked["from"], asked["smsc"]) == ("10690000", "county")
    assert asked["dlr-mask"] == "19"
    assert asked["dlr-url"] == (
        "http://127.0.0.1:1/v1/sms/report?id=message-1&secret=s%26cret&status=%d"
    )


def test_kannels_answers_are_told_apart(kannel: KannelGateway, peer: KannelPeer) -> None:
    peer.mood = "queued"
    assert kannel.send(MESSAGE).reference.startswith("3:")
    peer.mood = "busy"
    with pytest.raises(GatewayUnreachable):
        kannel.send(MESSAGE)
    peer.mood = "denied"
    with pytest.raises(GatewayRefused):
        kannel.send(MESSAGE)
    peer.mood = "silent"
    with pytest.raises(GatewayUnsure) as unsure:
        kannel.send(MESSAGE)
    assert "不能确定" in unsure.value.sentence("zh")
