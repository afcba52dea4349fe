"""``station key`` with a PIV card: the card makes its key itself, behind pcscd, vpcd and OpenSC.

What makes the key and what signs with it are two ways to the same card: PIV commands over PC/SC for
the first, OpenSC's PKCS#11 for the second. The card is software; that the private key stays in it
is the card's own matter, and that nothing here ever asks for it is seen in what it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.certificates import holder_of, to_pem
from signing.errors import KeyRemoved, PinLocked, PinWrong
from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.token_errors import TokenFull
from signing.keys.tokens import Token, slots_of
from signing.pades import SignRequest
from signing.pades.signature import sign
from station.wire.enrolment import EnrolmentClient
from station.wire.problems import CertificateRevokedNow
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.judges import openssl_accepts, pdfsig
from tests.helpers.key_command import Key, key_command
from tests.helpers.papers import paper
from tests.helpers.pki import PIN, VILLAGE, Pki
from tests.helpers.smart_card import CardReader
from tests.helpers.virtual_card import AUTHENTICATION, MANAGEMENT_KEY, SIGNATURE, VirtualCard


@pytest.fixture(scope="module")
def hub(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with hub_process(pki.folder, tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def cards(card_reader: CardReader) -> Iterator[Pkcs11Keys]:
    keys = card_reader.keys()
    yield keys
    keys.close()


@pytest.fixture
def card(card_reader: CardReader, cards: Pkcs11Keys) -> Iterator[VirtualCard]:
    """An empty card, as its maker sends it."""
    card = VirtualCard(pin=PIN, serial=bytes(15) + b"\x31")
    card_reader.insert(card, cards)
    yield card
    card_reader.pull(card, cards)


@pytest.fixture
def managing(tmp_path: Path) -> Path:
    """The file with the card's management key."""
    file = tmp_path / "management.txt"
    file.write_text(MANAGEMENT_KEY.hex(":") + "\n")
    return file


@pytest.fixture
def key(
    hub: HubProcess,
    card_reader: CardReader,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Key:
    """``station key`` of this PC."""
    return key_command(card_reader.module, hub.url, tmp_path / "home", PIN, capsys, monkeypatch)


def enrol(card: VirtualCard, *more: object, person: str) -> list[object]:
    who = ["--name", "顾新月", "--unit", VILLAGE.unit_code, "--role", "代办员", "--id", person]
    return ["enrol", "--token", f"pkcs11:serial={card.token_serial}", *who, *more]


def seen(cards: Pkcs11Keys, card: VirtualCard) -> Token:
    """The card as a process sees it that never saw it before."""
    for driver in cards.drivers:
        driver.start_anew()
    return next(t for t in cards.look().tokens if t.serial == card.token_serial)


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa2048"])
def test_a_card_makes_its_key_gets_its_certificate_is_renewed_lost_and_revoked(
    key: Key,
    card: VirtualCard,
    cards: Pkcs11Keys,
    managing: Path,
    pki: Pki,
    hub: HubProcess,
    kind: str,
    tmp_path: Path,
) -> None:
    administrator, with_key = f"p12:{pki.administrator.path}", ["--management-key", managing]
    person = f"C{kind}"
    status, (asked,), _ = key(*enrol(card, *with_key, "--kind", kind, person=person))
    assert (status, asked["state"]) == (1, "waiting")
    assert (card.made, card.signed) == (1, 1), "one key made, one request signed, by the card"
    assert key("approve", asked["id"], "--code", asked["code"], "--key", administrator)[0] == 0
    status, (fetched,), said = key("enrol", "--fetch", *with_key)
    assert (status, fetched["state"]) == (0, "issued"), said

    (slot,) = slots_of(seen(cards, card))
    assert card.keys[SIGNATURE][1] == slot.certificate, "the certificate lies on the card"
    assert holder_of(slot.certificate).person_id == person
    cards._issuers = lambda: pki.authority.chain
    opened = cards.open(slot, PIN)
    signed = sign(paper(1), opened, SignRequest(None))
    (judged,) = pdfsig(signed, tmp_path, pki.nss_db)
    assert judged.valid and judged.trusted and judged.common_name == "顾新月"
    assert openssl_accepts(signed, tmp_path, pki.root_pem)
    with EnrolmentClient(hub.url) as client:
        assert client.sign_in(opened).person == person
    opened.close()

    # Renewal: another place, and of the old key nothing is left that anybody could use.
    before, made = card.keys[SIGNATURE][0], card.made
    _, listed, _ = key("list")
    (mine,) = [one for one in listed["keys"] if one["person"] == person]
    status, _, said = key("renew", "--key", mine["key"], "--kind", kind, *with_key)
    assert status == 0, said
    (now,) = slots_of(seen(cards, card))
    assert now.certificate != slot.certificate
    assert card.keys[AUTHENTICATION][1] == now.certificate
    assert card.keys[SIGNATURE][1] == b""
    assert card.keys[SIGNATURE][0] is not before, "another key took its place"
    assert card.made == made + 2

    # Lost, and then revoked.
    lost = tmp_path / "lost.pem"
    lost.write_bytes(to_pem(now.certificate))
    assert key("revoke", "--certificate", lost, "--key", administrator)[0] == 0
    opened = cards.open(now, PIN)
    with EnrolmentClient(hub.url) as client, pytest.raises(CertificateRevokedNow):
        client.sign_in(opened)
    opened.close()


def test_without_the_right_management_key_the_card_makes_nothing_and_says_why(
    key: Key, card: VirtualCard, tmp_path: Path
) -> None:
    status, _, said = key(*enrol(card, person="C2"))
    assert status == 2 and "PIV 卡要有它的管理密钥" in said and "--management-key" in said
    wrong = tmp_path / "wrong"
    wrong.write_text("00" * 24)
    status, _, said = key(*enrol(card, "--management-key", wrong, person="C2"))
    assert status == 2 and "卡不认这个管理密钥" in said
    for nonsense in ("", "xyz", "00" * 23, "管理"):
        wrong.write_text(nonsense)
        status, _, said = key(*enrol(card, "--management-key", wrong, person="C2"))
        assert status == 2 and "里面不是管理密钥" in said
    status, _, said = key(*enrol(card, "--management-key", tmp_path / "none", person="C2"))
    assert status == 2
    assert (card.made, card.signed, card.left) == (0, 0, card.tries)


def test_a_card_whose_management_key_is_aes_and_a_kind_that_it_cannot_make(
    key: Key, card: VirtualCard, tmp_path: Path
) -> None:
    for size in (16, 24, 32):
        card.management = bytes(range(size))
        card.management_cipher = "aes"
        file = tmp_path / f"aes{size}"
        file.write_text(card.management.hex())
        made = card.made
        status, _, said = key(
            *enrol(card, "--management-key", file, "--kind", "ed25519", person="C3")
        )
        assert status == 2 and "这个 UKey 做不了这件事" in said
        card.keys.clear()
        status, (asked,), _ = key(*enrol(card, "--management-key", file, person=f"C3{size}"))
        assert (status, asked["state"], card.made) == (1, "waiting", made + 1)
        for request in (tmp_path / "home" / "enrolments").iterdir():
            request.unlink()


def test_a_key_that_waits_for_its_certificate_is_not_written_over(
    key: Key, card: VirtualCard, managing: Path
) -> None:
    with_key = ["--management-key", managing]
    _, (first,), _ = key(*enrol(card, *with_key, person="C4"))
    waiting = card.keys[SIGNATURE][0]
    _, (second,), _ = key(*enrol(card, *with_key, person="C5"))
    assert first["code"] != second["code"]
    assert card.keys[SIGNATURE][0] is waiting
    status, _, said = key(*enrol(card, *with_key, person="C6"))
    assert status == 2 and TokenFull.zh[1].split("（")[0] in said
    assert card.made == 2


def test_a_card_pulled_while_it_makes_its_key_is_missed_and_a_wrong_pin_counts(
    key: Key, card: VirtualCard, cards: Pkcs11Keys, card_reader: CardReader, managing: Path
) -> None:
    with_key = ["--management-key", managing]
    status, _, said = key(*enrol(card, *with_key, person="C7"), pin="000000")
    assert status == 2 and PinWrong.zh[1] in said
    assert card.left == card.tries - 1
    token = seen(cards, card)
    cards.management_key = MANAGEMENT_KEY
    card_reader.pull(card, cards)
    with pytest.raises(KeyRemoved):
        cards.make_key(token, PIN, "p256", "顾新月")
    card_reader.insert(card, cards)
    card.left = 0
    status, _, said = key(*enrol(card, *with_key, person="C8"))
    assert status == 2 and PinLocked.zh[1] in said
