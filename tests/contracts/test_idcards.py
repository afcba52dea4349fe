"""What every ID-card reader keeps to, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from station.devices.idcard import (
    CardLiftedEarly,
    CardNotPresent,
    CardReaderError,
    IdCardReader,
    ReaderUnplugged,
)
from station.devices.idcard_serial import SerialCardReader
from station.devices.idcard_simulated import SimulatedCardReader
from station.devices.training_people import LI_XIUYING
from station.domain.applicants import IdentitySource
from tests.helpers.card_reader import (
    NOT_READ,
    READ,
    CardReaderPeer,
    resident_text,
)


@dataclass
class Desk:
    """A reader, 李秀英's card, and a hand."""

    reader: IdCardReader
    put: Callable[[], None]
    lift: Callable[[], None]
    put_and_lift_early: Callable[[], None]
    unplug: Callable[[], None]
    replug: Callable[[], None]


def simulated_desk(_: Path) -> Iterator[Desk]:
    reader = SimulatedCardReader()

    def lifted_early() -> None:
        reader.lift_early = True
        reader.put(LI_XIUYING)

    def unplug() -> None:
        reader.plugged_in = False

    def replug() -> None:
        reader.plugged_in = True

    yield Desk(reader, lambda: reader.put(LI_XIUYING), reader.lift, lifted_early, unplug, replug)


def serial_desk(folder: Path) -> Iterator[Desk]:
    peer = CardReaderPeer(folder / "ttyUSB0")
    card = resident_text(
        name="李秀英",
        sex="2",
        nation="01",
        birth="19450316",
        address="河北省邱县东河镇后段寨村四组17号",
        id_number="13043019450316120X",
        issuer="邱县公安局",
        valid_from="20080612",
        valid_to="长期",
    )

    def put() -> None:
        peer.instead.clear()
        peer.put(card)

    def lifted_early() -> None:
        put()
        peer.instead[READ] = NOT_READ

    reader = SerialCardReader(str(peer.path))
    yield Desk(reader, put, peer.lift, lifted_early, peer.unplug, peer.plug)
    peer.unplug()


@pytest.fixture(params=[simulated_desk, serial_desk])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    desks: Iterator[Desk] = request.param(tmp_path)
    made = next(desks)
    yield made
    made.reader.close()
    assert next(desks, None) is None


def test_a_card_tells_who_its_holder_is(desk: Desk) -> None:
    desk.put()
    card = desk.reader.read()
    assert (card.name, card.sex, card.nation) == ("李秀英", "女", "汉")
    assert card.birth == date(1945, 3, 16)
    assert card.id_number == "13043019450316120X"
    assert card.address == "河北省邱县东河镇后段寨村四组17号"
    assert (card.issuer, card.valid_from) == ("邱县公安局", date(2008, 6, 12))
    assert card.valid_to is None and card.long_term
    assert card.problems(date(2026, 11, 23)) == ()


def test_the_holder_becomes_the_applicant_of_a_case(desk: Desk) -> None:
    desk.put()
    applicant = desk.reader.read().applicant(phone="13900006021")
    assert applicant.name == "李秀英"
    assert applicant.age(date(2026, 11, 23)) == 81
    assert applicant.source is IdentitySource.CARD
    assert applicant.phone == "13900006021"


def test_an_empty_reader_says_that_no_card_is_there(desk: Desk) -> None:
    with pytest.raises(CardNotPresent):
        desk.reader.read()
    assert desk.reader.ready, "the reader itself is well"


def test_a_card_is_read_once_until_it_was_lifted(desk: Desk) -> None:
    desk.put()
    desk.reader.read()
    with pytest.raises(CardNotPresent):
        desk.reader.read()
    desk.lift()
    desk.put()
    assert desk.reader.read().name == "李秀英"


def test_a_card_lifted_too_early_can_be_laid_down_again(desk: Desk) -> None:
    desk.put_and_lift_early()
    with pytest.raises(CardLiftedEarly):
        desk.reader.read()
    desk.put()
    assert desk.reader.read().name == "李秀英"


def test_a_lost_reader_says_so_and_simply_works_again_when_it_is_back(desk: Desk) -> None:
    with pytest.raises(CardNotPresent):
        desk.reader.read()
    desk.unplug()
    with pytest.raises(ReaderUnplugged):
        desk.reader.read()
    assert not desk.reader.ready
    desk.replug()
    desk.put()
    assert desk.reader.read().name == "李秀英"
    assert desk.reader.ready


def test_a_closed_reader_may_be_closed_again_and_opens_by_itself(desk: Desk) -> None:
    desk.reader.close()
    desk.put()
    desk.reader.read()
    desk.reader.close()
    desk.reader.close()
    assert not desk.reader.ready
    with pytest.raises(CardReaderError):
        desk.reader.read()  # the card has not been lifted: the reader answers


def test_a_reader_has_a_name_for_the_person_at_the_desk(desk: Desk) -> None:
    assert desk.reader.name.strip()
    assert isinstance(desk.reader, IdCardReader)
