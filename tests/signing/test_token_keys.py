"""Keys on tokens as desks meet them: plugged, pulled, mixed up, and behind bad drivers."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.authority.protocol import Subject
from signing.certificates import Purpose
from signing.errors import ExplainedError, KeyRemoved, PinLocked, PinWrong
from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.pkcs12 import new_key, public_key_of
from signing.keys.protocol import KeySlot, PinState
from signing.keys.token_errors import (
    CertificateChanged,
    DriverCrashed,
    DriverMissing,
    DriverStuck,
    DriverUnfit,
    PinEmpty,
    TokenAmbiguous,
    TokenCannot,
    TokenFailed,
    TokenMissing,
    TokenWithoutCertificate,
    explained,
)
from signing.keys.token_uri import TokenUri
from signing.keys.tokens import slots_of
from signing.pades import SignRequest
from signing.pades.signature import sign_batch
from tests.helpers.judges import openssl_accepts, pdfsig
from tests.helpers.papers import paper
from tests.helpers.pki import PIN, Pki
from tests.helpers.smart_card import CardReader, until
from tests.helpers.soft_hsm import SoftHsm
from tests.helpers.virtual_card import SIGNATURE, VirtualCard

AGENT = Subject("任春河", "吴庄村便民服务站", "130430001001", "邱县（培训）", "代办员", "U1001")


def a_card(
    pki: Pki, *, serial: int = 1, place: int = SIGNATURE, who: Subject = AGENT
) -> VirtualCard:
    private = new_key("p256")
    issued = pki.authority.issue(public_key_of(private), who, Purpose.SIGN)
    card = VirtualCard(pin=PIN, serial=bytes(8) + serial.to_bytes(8, "big"))
    card.put(place, private, issued.certificate)  # type: ignore[arg-type]
    return card


@pytest.fixture
def cards(card_reader: CardReader, pki: Pki) -> Iterator[Pkcs11Keys]:
    keys = Pkcs11Keys([card_reader.module], lambda: pki.authority.chain)
    yield keys
    keys.close()


@pytest.fixture
def soft(soft_hsm: SoftHsm) -> Iterator[Pkcs11Keys]:
    keys = soft_hsm.keys()
    yield keys
    keys.close()


def enrolled(soft: Pkcs11Keys, hsm: SoftHsm, pki: Pki, label: str, who: Subject = AGENT) -> KeySlot:
    """A token with this label and one key for ``who``."""
    before = {token.serial for token in soft.look().tokens}
    hsm.plug_in(label)
    soft.close()
    token = next(t for t in soft.look().tokens if t.serial not in before)
    key = soft.make_key(token, PIN, "p256", "sign")
    issued = pki.authority.issue(key.public_key, who, Purpose.SIGN)
    soft.put_certificate(token, PIN, key.id, issued.certificate)
    return slots_of(soft.token(token.uri()))[0]


# ---------------------------------------------------------------- plugged and pulled
def test_a_card_shows_when_it_is_put_in_and_is_missed_when_it_is_taken_out(
    card_reader: CardReader, cards: Pkcs11Keys, pki: Pki
) -> None:
    card = a_card(pki)
    assert not cards.slots()
    token = card_reader.insert(card, cards)
    assert token.pin_state is PinState.OK
    assert [slot.label for slot in cards.slots()] == ["任春河（吴庄村便民服务站，代办员）"]
    card_reader.pull(card, cards)
    assert not cards.slots()


def test_two_cards_are_two_tokens_and_each_signs_for_its_own_holder(
    card_reader: CardReader, cards: Pkcs11Keys, pki: Pki
) -> None:
    first, second = a_card(pki, serial=1), a_card(pki, serial=2)
    card_reader.insert(first, cards)
    card_reader.insert(second, cards, place=1)
    slots = cards.slots()
    assert len({slot.id for slot in slots}) == 2
    keys = [cards.open(slot, PIN) for slot in slots]
    for key in keys:
        key.sign(b"dossier")
        key.close()
    assert (first.signed, second.signed) == (1, 1)
    assert {key.certificate for key in keys} == {
        card.keys[SIGNATURE][1] for card in (first, second)
    }
    card_reader.pull(first, cards)
    card_reader.pull(second, cards)


def test_a_key_that_wants_its_pin_for_each_signature_signs_a_batch_with_one_pin(
    card_reader: CardReader, cards: Pkcs11Keys, pki: Pki
) -> None:
    """CKA_ALWAYS_AUTHENTICATE: the signature key (9C) of every PIV card."""
    card = a_card(pki, place=SIGNATURE)
    card_reader.insert(card, cards)
    key = cards.open(cards.slots()[0], PIN)
    for number in range(3):
        key.sign(bytes([number]))
    assert card.signed == 3
    key.close()
    card_reader.pull(card, cards)


def test_a_card_pulled_in_the_middle_of_a_batch_costs_nothing_that_was_signed(
    card_reader: CardReader, cards: Pkcs11Keys, pki: Pki, tmp_path: Path
) -> None:
    card = a_card(pki)
    card_reader.insert(card, cards)
    slot = cards.slots()[0]
    documents = [(f"{number}.pdf", paper(1)) for number in range(4)]
    signed: list[bytes] = []

    def in_the_middle() -> None:
        if card.signed == 2:
            card.pull()

    card.before_signing = in_the_middle
    key = cards.open(slot, PIN)
    with pytest.raises(KeyRemoved):
        for done in sign_batch(documents, key, SignRequest(None)):
            assert done.pdf is not None
            signed.append(done.pdf)
    assert len(signed) == 2, "what was signed stays signed"
    with pytest.raises(KeyRemoved):
        key.sign(b"more")
    key.close()

    card.before_signing = None
    card_reader.insert(card, cards)
    key = cards.open(slot, PIN)
    signed_later = list(sign_batch(documents[len(signed) :], key, SignRequest(None)))
    signed += [done.pdf for done in signed_later if done.pdf is not None]
    key.close()
    assert len(signed) == 4
    for pdf in signed:
        (judged,) = pdfsig(pdf, tmp_path, pki.nss_db)
        assert judged.valid and judged.trusted and judged.common_name == "任春河"
        assert openssl_accepts(pdf, tmp_path, pki.root_pem)
    card_reader.pull(card, cards)


def test_work_begun_with_one_certificate_is_not_finished_with_another(
    card_reader: CardReader, cards: Pkcs11Keys, pki: Pki
) -> None:
    card = a_card(pki)
    card_reader.insert(card, cards)
    slot = cards.slots()[0]
    card_reader.pull(card, cards)
    other = a_card(pki)  # same holder, same label, same number: another key
    card_reader.insert(other, cards)
    with pytest.raises(CertificateChanged):
        cards.open(slot, PIN)
    assert other.left == other.tries, "its PIN was not even asked for"
    card_reader.pull(other, cards)


def test_the_last_try_is_told_before_it_is_lost_and_a_locked_card_is_not_asked_again(
    card_reader: CardReader, cards: Pkcs11Keys, pki: Pki
) -> None:
    card = a_card(pki)
    card.left = 1  # five wrong ones elsewhere
    token = card_reader.insert(card, cards)
    assert (token.pin_state, token.tries_left) == (PinState.FINAL_TRY, 1)
    with pytest.raises(PinLocked):
        cards.open(cards.slots()[0], "000000")
    assert cards.slots()[0].pin_state is PinState.LOCKED
    card.unblock()
    until(lambda: cards.slots()[0].pin_state is PinState.OK)
    cards.open(cards.slots()[0], PIN).close()
    card_reader.pull(card, cards)


def test_a_soft_token_that_went_and_came_back_is_used_again(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    slot = enrolled(soft, soft_hsm, pki, "去而复返")
    key = soft.open(slot, PIN)
    soft_hsm.pull_all()
    try:
        with pytest.raises(KeyRemoved):
            key.sign(b"dossier")
    finally:
        soft_hsm.put_back()
    soft.open(slot, PIN).close()


# ---------------------------------------------------------------- PINs
def test_an_empty_pin_uses_up_no_try(card_reader: CardReader, cards: Pkcs11Keys, pki: Pki) -> None:
    card = a_card(pki)
    card_reader.insert(card, cards)
    with pytest.raises(PinEmpty):
        cards.open(cards.slots()[0], "")
    assert card.left == card.tries
    card_reader.pull(card, cards)


def test_a_pin_of_the_wrong_length_is_refused_with_a_reason(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    slot = enrolled(soft, soft_hsm, pki, "长短")
    for pin in ("1", "９９９９９９", "x" * 400):
        with pytest.raises(PinWrong):
            soft.open(slot, pin)
    soft.open(slot, PIN).close()


def test_while_a_key_is_open_a_wrong_pin_opens_no_other_on_the_same_token(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    """A login holds for the whole token: without care any PIN would do then."""
    slot = enrolled(soft, soft_hsm, pki, "两把")
    key = soft.open(slot, PIN)
    with pytest.raises(PinWrong):
        soft.open(slot, "000000")
    other = soft.open(slot, PIN)
    key.close()
    other.sign(b"the first one's end is not the second one's")
    other.close()
    with pytest.raises(PinWrong):
        soft.open(slot, "000000")


# ---------------------------------------------------------------- finding the right one
def test_tokens_with_the_same_label_are_told_apart_by_their_serial_number(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    first = enrolled(soft, soft_hsm, pki, "同名 UKey")
    second = enrolled(soft, soft_hsm, pki, "同名 UKey")
    with pytest.raises(TokenAmbiguous) as several:
        soft.find(TokenUri.read("pkcs11:token=%E5%90%8C%E5%90%8D%20UKey"))
    serials = {TokenUri.read(slot.id).serial for slot in (first, second)}
    assert len(serials) == 2
    assert all(str(serial) in several.value.sentence("zh") for serial in serials)
    for slot in (first, second):
        assert soft.find(TokenUri.read(slot.id)) == slot


def test_an_address_that_names_nothing_says_what_is_there(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    slot = enrolled(soft, soft_hsm, pki, "在场")
    with pytest.raises(TokenMissing) as missed:
        soft.find(TokenUri(token="缺席"))
    assert "在场" in missed.value.sentence("zh")
    found = TokenUri.read(slot.id)
    with pytest.raises(TokenWithoutCertificate):
        soft.find(TokenUri(token=found.token, id=b"another"))
    with pytest.raises(TokenMissing):
        soft.find(TokenUri(token="在场", module_path=Path("/usr/lib/another.so")))


def test_a_key_without_a_certificate_is_seen_and_named_and_signs_nothing(
    soft: Pkcs11Keys, soft_hsm: SoftHsm
) -> None:
    soft_hsm.plug_in("没有证书")
    soft.close()
    token = soft_hsm.token(soft, "没有证书")
    soft.make_key(token, PIN, "p256", "new")
    (key,) = soft_hsm.token(soft, "没有证书").keys
    assert key.public_key and not key.certificate
    assert not slots_of(soft_hsm.token(soft, "没有证书"))
    with pytest.raises(TokenWithoutCertificate):
        soft.find(TokenUri(token="没有证书"))


def test_a_private_key_made_on_the_token_cannot_be_read_from_it(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    from signing.keys import cryptoki as ck

    slot = enrolled(soft, soft_hsm, pki, "不可导出")
    driver = ck.Cryptoki(str(soft_hsm.module))
    uri = TokenUri.read(slot.id)
    number = next(n for n in driver.slots() if driver.token(n).serial == uri.serial)
    session = driver.open_session(number)
    driver.login(session, PIN.encode())
    (handle,) = driver.find(session, [(ck.CKA_CLASS, ck.CKO_PRIVATE_KEY)])
    assert not driver.flag(session, handle, ck.CKA_EXTRACTABLE)
    assert driver.flag(session, handle, ck.CKA_SENSITIVE)
    assert driver.attribute(session, handle, ck.CKA_VALUE) == b""
    driver.finalize()


# ---------------------------------------------------------------- drivers
def test_what_is_no_driver_is_said_to_be_none(tmp_path: Path) -> None:
    text = tmp_path / "驱动.so"
    text.write_text("not a library")
    system = next(Path("/usr/lib").glob("*/libc.so.6"), Path("/lib/x86_64-linux-gnu/libc.so.6"))
    for module, expected in (
        (text, DriverUnfit),
        (system, DriverUnfit),  # a library, and no PKCS#11 driver
        (tmp_path, DriverMissing),
        (tmp_path / "none.so", DriverMissing),
    ):
        keys = Pkcs11Keys([module])
        ((where, problem),) = keys.look().problems
        assert where == module
        assert type(problem) is expected, module
        with pytest.raises(expected):
            keys.find(TokenUri())
        keys.close()


def test_one_bad_driver_does_not_hide_the_tokens_of_another(
    soft_hsm: SoftHsm, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.so"
    bad.write_text("")
    keys = Pkcs11Keys([bad, soft_hsm.module])
    seen = keys.look()
    assert [module for module, _ in seen.problems] == [bad]
    assert all(token.module == soft_hsm.module for token in seen.tokens)
    keys.close()


def test_a_driver_that_crashes_takes_nothing_with_it_and_is_started_again(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    slot = enrolled(soft, soft_hsm, pki, "崩溃")
    key = soft.open(slot, PIN)
    process = soft.drivers[0].process_id
    assert process is not None
    os.kill(process, signal.SIGSEGV)
    with pytest.raises((DriverCrashed, KeyRemoved)):
        key.sign(b"dossier")
    with pytest.raises((KeyRemoved, ExplainedError)):
        key.sign(b"dossier")
    key.close()
    soft.open(slot, PIN).close()


def test_a_driver_that_hangs_is_ended_after_its_time(
    soft_hsm: SoftHsm, soft: Pkcs11Keys, pki: Pki
) -> None:
    slot = enrolled(soft, soft_hsm, pki, "停住")
    keys = Pkcs11Keys([soft_hsm.module], seconds=1.0)
    key = keys.open(slot, PIN)
    process = keys.drivers[0].process_id
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    with pytest.raises(DriverStuck):
        key.sign(b"dossier")
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    key.close()
    keys.open(slot, PIN).close()
    keys.close()


def test_a_driver_that_hangs_while_it_is_looked_at_keeps_nobody_waiting_twice(
    soft_hsm: SoftHsm,
) -> None:
    keys = Pkcs11Keys([soft_hsm.module], seconds=1.0)
    keys.look()
    process = keys.drivers[0].process_id
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(5):  # as a screen does, every second
        ((_, problem),) = keys.look().problems
        assert isinstance(problem, DriverStuck)
    assert time.monotonic() - began < 3
    keys.close()


def test_ctrl_c_at_the_terminal_does_not_reach_the_driver(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    key = soft.open(enrolled(soft, soft_hsm, pki, "中断"), PIN)
    process = soft.drivers[0].process_id
    assert process is not None
    os.kill(process, signal.SIGINT)
    key.sign(b"the file at hand")
    key.close()


def test_a_card_that_two_drivers_see_is_one_key(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    slot = enrolled(soft, soft_hsm, pki, "两个驱动")
    both = Pkcs11Keys([soft_hsm.module, soft_hsm.module.resolve()])
    assert [s.certificate for s in both.slots()].count(slot.certificate) == 1
    found = both.find(TokenUri(token="两个驱动"))
    both.open(found, PIN).close()
    both.close()


def test_keys_are_used_from_many_threads_at_once(
    soft: Pkcs11Keys, soft_hsm: SoftHsm, pki: Pki
) -> None:
    slot = enrolled(soft, soft_hsm, pki, "许多线程")
    key = soft.open(slot, PIN)
    made: list[bytes] = []

    def work() -> None:
        for _ in range(5):
            made.append(key.sign(b"dossier"))
            soft.look()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 20
    key.close()


def test_every_code_of_a_driver_becomes_something_a_person_can_act_on() -> None:
    codes = [*range(0x210), 0x80000000, 0x80001234, 0xFFFFFFFF]
    for code in codes:
        problem = explained("C_Sign", code, "UKey")
        for language in ("zh", "en"):
            what, _, remedy = problem.parts(language)
            assert what and remedy
            assert "{" not in problem.sentence(language), problem
    assert type(explained("C_Sign", 0x32, "x")) is KeyRemoved
    assert type(explained("C_Sign", 0x80001234, "x")) is TokenFailed
    assert type(explained("C_Sign", 0x70, "x")) is TokenCannot
