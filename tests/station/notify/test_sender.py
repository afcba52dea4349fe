"""Messages go out once: whatever breaks, none is sent twice and none is forgotten in silence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from signing.envelope import open_bytes, seal_bytes
from station.clock import CHINA
from station.hub import schema
from station.hub.database import Database
from station.hub.sms_outbox import SmsOutbox, put_in_outbox
from station.notify.folder import FolderGateway
from station.notify.gateway import GatewayUnreachable, Handed, Sms
from station.notify.kannel import KannelSettings
from station.notify.kannel_gateway import KannelGateway
from station.notify.occasions import Announcement
from station.notify.sender import MOST_TRIES, SmsSender, masked
from station.notify.templates import Occasion, load_templates
from station.wire.sealed import Contact
from tests.helpers.kannel_peer import kannel_peer
from tests.helpers.pki import Pki

NOW = datetime(2026, 11, 23, 10, tzinfo=CHINA)
FACTS = {"item": "认证", "number": "130430001001-261123-001", "station": "吴庄村", "days": "5"}
PHONES = {"130430001": "13900000001"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.in_folder(tmp_path)
    schema.migrate(opened)
    with opened.write() as connection:
        connection.execute(
            schema.cases.insert().values(
                id="case-1", number=FACTS["number"], item="MZ-001", item_version=1,
                station="130430001001", state="approved", rev=1, head="0" * 64, opened_at=NOW,
                updated_at=NOW, order_at=NOW, returns=0,
            )
        )  # fmt: skip
    yield opened
    opened.close()


def announce(database: Database, key: str, contact: str | None = "grandma", **more: str) -> None:
    told = Announcement(key, Occasion.ACCEPTED, FACTS)
    with database.write() as connection:
        put_in_outbox(connection, told, "case-1", "130430001001", NOW, contact=contact, **more)


def statuses(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(sa.select(schema.sms.c.status).order_by("position")))


CONTACTS = {
    "grandma": Contact(phone="13812345678", salutation="任奶奶"),
    "landline": Contact(phone="0310-8888888"),
}


def sender_over(database: Database, gateway: object) -> SmsSender:
    return SmsSender(
        SmsOutbox(database),
        gateway,  # type: ignore[arg-type]
        load_templates(),
        CONTACTS.__getitem__,
        PHONES,
    )


@pytest.fixture
def folder(tmp_path: Path) -> FolderGateway:
    return FolderGateway(tmp_path / "sms", lambda: NOW)


def test_a_message_is_sent_with_the_name_and_kept_without_it(
    database: Database, folder: FolderGateway
) -> None:
    announce(database, "a")
    assert sender_over(database, folder).run(NOW) == 1
    (line,) = folder.lines()
    assert line["to"] == "13812345678"
    assert "任奶奶，您申请的“认证”" in str(line["text"])
    with database.read() as connection:
        row = connection.execute(sa.select(schema.sms)).one()
    assert (row.status, row.masked_to) == ("delivered", "138****5678")
    assert "任奶奶" not in str(tuple(row))


def test_one_event_is_told_once_however_often_it_is_announced(
    database: Database, folder: FolderGateway
) -> None:
    for _ in range(3):
        announce(database, "same event")
    sender = sender_over(database, folder)
    assert sender.run(NOW) + sender.run(NOW) == 1


def test_an_office_is_reached_on_its_duty_telephone(
    database: Database, folder: FolderGateway
) -> None:
    announce(database, "a", contact=None, unit="130430001")
    announce(database, "b", contact=None, unit="130430999")
    sender_over(database, folder).run(NOW)
    assert [line["to"] for line in folder.lines()] == ["13900000001"]
    assert statuses(database) == ["delivered", "failed"], "an office without a number is told"


def test_a_number_that_is_no_mobile_fails_with_its_reason(
    database: Database, folder: FolderGateway
) -> None:
    announce(database, "a", contact="landline")
    sender_over(database, folder).run(NOW)
    assert statuses(database) == ["failed"]
    with database.read() as connection:
        assert connection.scalar(sa.select(schema.sms.c.problem)) == "联系电话不是手机号码。"


def test_a_contact_sealed_for_somebody_else_fails_and_the_others_go_on(
    database: Database, folder: FolderGateway, pki: Pki
) -> None:
    sealed = seal_bytes(CONTACTS["grandma"].to_bytes(), [pki.county.certificate])

    def contact_of(digest: str) -> Contact:
        if digest == "foreign":
            return Contact.read(open_bytes(sealed, pki.township.opening))
        return CONTACTS[digest]

    announce(database, "a", contact="foreign")
    announce(database, "b")
    SmsSender(SmsOutbox(database), folder, load_templates(), contact_of, PHONES).run(NOW)
    assert statuses(database) == ["failed", "delivered"]


class DeadGateway:
    """Nobody answers."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, message: Sms) -> Handed:
        self.asked += 1
        raise GatewayUnreachable(reason="no route")

    def has_taken(self, message_id: str) -> bool | None:
        return False

    def close(self) -> None:
        pass


def test_a_dead_gateway_is_asked_ever_more_rarely_and_given_up_after_hours(
    database: Database,
) -> None:
    announce(database, "a")
    gateway = DeadGateway()
    sender = sender_over(database, gateway)
    now, waits = NOW, []
    while statuses(database) == ["created"]:
        before = gateway.asked
        sender.run(now)
        if gateway.asked > before:
            waits.append(now)
        now += timedelta(seconds=10)
    assert gateway.asked == MOST_TRIES
    pauses = [later - earlier for earlier, later in itertools.pairwise(waits)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=5)
    assert now - NOW > timedelta(hours=3)
    assert statuses(database) == ["failed"]


class Crash(BaseException):
    """The power goes: nothing after it happens."""


def test_after_a_crash_before_the_gateway_had_it_the_message_is_sent(
    database: Database, folder: FolderGateway
) -> None:
    class CrashingBefore(FolderGateway):
        def send(self, message: Sms) -> Handed:
            raise Crash

    announce(database, "a")
    with pytest.raises(Crash):
        sender_over(database, CrashingBefore(folder.file.parent, lambda: NOW)).run(NOW)
    assert statuses(database) == ["sending"]
    sender = sender_over(database, folder)
    assert sender.run(NOW) == 0, "what hangs in the middle is not simply sent again"
    sender.recover(NOW)
    sender.run(NOW)
    assert statuses(database) == ["delivered"]
    assert len(list(folder.lines())) == 1


def test_after_a_crash_behind_the_gateway_the_message_is_not_sent_again(
    database: Database, folder: FolderGateway
) -> None:
    class CrashingAfter(FolderGateway):
        def send(self, message: Sms) -> Handed:
            super().send(message)
            raise Crash

    announce(database, "a")
    with pytest.raises(Crash):
        sender_over(database, CrashingAfter(folder.file.parent, lambda: NOW)).run(NOW)
    sender = sender_over(database, folder)
    sender.recover(NOW)
    sender.run(NOW)
    assert statuses(database) == ["delivered"]
    assert len(list(folder.lines())) == 1


def test_with_a_gateway_that_cannot_know_a_crash_is_told_and_nothing_repeated(
    database: Database,
) -> None:
    with kannel_peer() as peer:
        settings = KannelSettings(url=peer.url, username="hub", password="pw")
        gateway = KannelGateway(settings)
        announce(database, "a")
        outbox = SmsOutbox(database)
        (message,) = outbox.due(NOW)
        outbox.begin(message, "138****5678")  # and here the power went
        sender = sender_over(database, gateway)
        sender.recover(NOW)
        sender.run(NOW)
        gateway.close()
        assert peer.taken == []
    assert statuses(database) == ["failed"]


def test_a_broken_line_after_sending_is_told_and_not_repeated(database: Database) -> None:
    with kannel_peer() as peer:
        peer.mood = "silent"
        gateway = KannelGateway(KannelSettings(url=peer.url, username="hub", password="pw"))
        announce(database, "a")
        sender = sender_over(database, gateway)
        sender.run(NOW)
        sender.run(NOW + timedelta(days=1))
        gateway.close()
        assert len(peer.taken) == 1
    assert statuses(database) == ["failed"]


def test_a_delivery_report_ends_the_waiting(database: Database) -> None:
    with kannel_peer() as peer:
        settings = KannelSettings(
            url=peer.url, username="hub", password="pw", report_url="http://hub", report_secret="s"
        )
        gateway = KannelGateway(settings)
        announce(database, "a")
        announce(database, "b")
        sender_over(database, gateway).run(NOW)
        gateway.close()
    assert statuses(database) == ["sending", "sending"]
    outbox = SmsOutbox(database)
    assert outbox.interrupted() == [], "they are with the gateway, not lost"
    with database.read() as connection:
        first, second = connection.scalars(sa.select(schema.sms.c.id).order_by("position"))
    assert outbox.report(first, True, NOW)
    assert outbox.report(second, False, NOW)
    assert not outbox.report(first, False, NOW), "a second report changes nothing"
    assert not outbox.report("unknown", True, NOW)
    assert statuses(database) == ["delivered", "failed"]


def test_numbers_are_masked() -> None:
    assert masked("13812345678") == "138****5678"
    assert masked("110") == "****"
