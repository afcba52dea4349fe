"""The exchange with a reader over a serial line, byte by byte and when it goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.devices.idcard import (
    CardKind,
    CardLiftedEarly,
    CardNotPresent,
    CardOfOtherKind,
    CardReaderError,
    CardUnreadable,
    ReaderBusy,
    ReaderFault,
    ReaderGarbled,
    ReaderSilent,
    ReaderUnplugged,
)
from station.devices.idcard_serial import SerialCardReader
from tests.helpers.card_reader import (
    FIND,
    NEWEST_ADDRESS,
    READ,
    READING_STARTS,
    SELECT,
    CardReaderPeer,
    answer,
    resident_text,
)

CARD = resident_text(name="任福田", sex="1", nation="03", id_number="130430193809071173")


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[CardReaderPeer]:
    made = CardReaderPeer(tmp_path / "ttyUSB0")
    yield made
    made.unplug()


@pytest.fixture
def reader(peer: CardReaderPeer) -> Iterator[SerialCardReader]:
    made = SerialCardReader(str(peer.path))
    yield made
    made.close()


def test_reading_a_card_sends_the_published_frames_in_their_order(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    reader.read()
    assert peer.asked == [FIND, SELECT, READ, NEWEST_ADDRESS]


def test_the_answer_of_the_peer_starts_as_published() -> None:
    data = bytes.fromhex("01000400") + CARD + bytes(1024)
    assert answer(0x90, data).startswith(READING_STARTS)
    assert len(answer(0x90, data)) == 1295


def test_an_address_written_into_the_chip_later_is_the_applicants(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.newest_address = "河北省邱县南辛店镇南街村一组1号"
    peer.put(resident_text(name="任福田", address="河北省邱县东河镇后段寨村二组5号"))
    card = reader.read()
    assert card.address == "河北省邱县东河镇后段寨村二组5号"
    assert card.newest_address == "河北省邱县南辛店镇南街村一组1号"
    assert card.applicant().address == card.newest_address


def test_a_reader_that_does_not_know_newest_addresses_reads_all_the_same(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.instead[NEWEST_ADDRESS] = answer(0x21)
    peer.put(CARD)
    assert reader.read().name == "任福田"


def test_bytes_that_come_one_by_one_after_noise_make_an_answer(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.dribbling = True
    peer.noise = bytes.fromhex("00AAAAAA96AAAA")  # the beginning of a frame that never came
    peer.put(CARD)
    assert reader.read().name == "任福田"


def test_a_damaged_answer_is_asked_for_again(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    peer.damage.extend([9, 8])  # the status byte, twice
    assert reader.read().name == "任福田"
    assert peer.asked.count(FIND) == 3


def test_answers_that_stay_damaged_are_told_as_such(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    peer.damage.extend([9] * 3)
    with pytest.raises(ReaderGarbled):
        reader.read()


def test_a_length_that_cannot_be_is_a_damaged_answer(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    peer.damage.append(5)  # the high byte of the length
    assert reader.read().name == "任福田"


def test_a_reader_that_heard_our_frame_damaged_is_asked_again(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.instead[FIND] = answer(0x10)
    peer.put(CARD)
    with pytest.raises(ReaderGarbled):
        reader.read()
    assert peer.asked == [FIND] * 3


def test_a_line_where_nobody_answers_is_told_as_such(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.silent = True
    with pytest.raises(ReaderSilent):
        reader.read()


def test_a_card_lifted_while_its_bytes_come_is_told_as_such(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    peer.instead[READ] = answer(0x41)
    with pytest.raises(CardLiftedEarly):
        reader.read()


@pytest.mark.parametrize(
    ("command", "status", "told"),
    [
        ("find", 0x80, CardNotPresent),
        ("find", 0x66, ReaderFault),
        ("find", 0x60, ReaderFault),
        ("find", 0x11, ReaderFault),
        ("find", 0x21, ReaderFault),
        ("find", 0x23, ReaderFault),
        ("find", 0x24, ReaderFault),
        ("select", 0x81, CardLiftedEarly),
        ("select", 0x80, CardNotPresent),
        ("select", 0x31, CardUnreadable),
        ("select", 0x32, CardUnreadable),
        ("select", 0x40, CardOfOtherKind),
        ("read", 0x33, CardUnreadable),
        ("read", 0x41, CardLiftedEarly),
        ("read", 0x47, CardUnreadable),
        ("read", 0x91, CardUnreadable),
        ("read", 0xEE, CardUnreadable),
        ("select", 0xEE, CardUnreadable),
        ("find", 0xEE, CardNotPresent),
    ],
)
def test_every_status_means_one_thing_to_the_person_at_the_desk(
    peer: CardReaderPeer,
    reader: SerialCardReader,
    command: str,
    status: int,
    told: type[CardReaderError],
) -> None:
    peer.put(CARD)
    peer.instead[{"find": FIND, "select": SELECT, "read": READ}[command]] = answer(status)
    with pytest.raises(told):
        reader.read()


def test_a_reading_of_other_lengths_is_not_guessed_at(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    peer.instead[READ] = answer(0x90, bytes.fromhex("00800400") + CARD + bytes(1024))
    with pytest.raises(CardUnreadable):
        reader.read()


def test_a_card_without_a_portrait_is_read(peer: CardReaderPeer, reader: SerialCardReader) -> None:
    peer.put(CARD)
    peer.instead[READ] = answer(0x90, bytes.fromhex("01000000") + CARD)
    card = reader.read()
    assert card.name == "任福田"
    assert card.photo_wlt == b"" and card.photo is None


def test_the_portrait_goes_through_the_decoder_that_is_installed(peer: CardReaderPeer) -> None:
    peer.photo = bytes(range(256)) * 4
    peer.put(CARD)
    reader = SerialCardReader(str(peer.path), decode_photo=lambda wlt: b"BM" + wlt[:4])
    card = reader.read()
    reader.close()
    assert card.photo == b"BM\x00\x01\x02\x03"
    assert card.photo_wlt == peer.photo


def test_two_programs_cannot_read_from_one_reader(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    reader.read()
    second = SerialCardReader(str(peer.path))
    with pytest.raises(ReaderBusy):
        second.read()


def test_a_place_where_no_line_is_counts_as_unplugged(tmp_path: Path) -> None:
    with pytest.raises(ReaderUnplugged):
        SerialCardReader(str(tmp_path / "ttyUSB7")).read()
    (tmp_path / "a file").write_bytes(b"")
    with pytest.raises(ReaderUnplugged):
        SerialCardReader(str(tmp_path / "a file")).read()


def test_a_reader_pulled_out_while_it_reads_is_told_at_once(
    peer: CardReaderPeer, reader: SerialCardReader
) -> None:
    peer.put(CARD)
    assert reader.read().kind is CardKind.RESIDENT
    peer.unplug()
    with pytest.raises(ReaderUnplugged):
        reader.read()
