"""The hub's database on its bad days, and what a county of its own settings adds."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from signing.certificates import to_pem
from station.clock import CHINA
from station.hub import schema
from station.hub.assembly import open_hub
from station.hub.database import Database
from station.hub.settings import HubSettings, KeyFile
from station.wire.client import HubClient, HubUnreachable
from station.wire.messages import SmsStatus
from station.wire.problems import CertificateRevokedNow, HubFull
from station.wire.statements import sign_in_answer
from tests.helpers.hub_process import HubDidNotStart, HubProcess, hub_process
from tests.helpers.kannel_peer import kannel_peer
from tests.helpers.office import TOWNSHIP_ONLY, Office
from tests.helpers.pki import Pki


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.in_folder(tmp_path)
    schema.migrate(opened)
    yield opened
    opened.close()


def test_a_full_disk_is_told_and_takes_nothing_with_it(database: Database) -> None:
    with pytest.raises(HubFull) as full, database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(1000):
            connection.execute(schema.about.insert().values(name=f"n{number}", value="x" * 4000))
    assert "稍后再送" in full.value.sentence("zh")
    with database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.about)) == 1


def test_what_was_committed_is_on_the_disk_and_synchronous(database: Database) -> None:
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_times_come_back_as_they_went_in_and_sort_as_text(database: Database) -> None:
    early = datetime(2026, 3, 2, 10, tzinfo=CHINA)
    late = early + timedelta(seconds=1)
    with database.write() as connection:
        for number, moment in enumerate((late, early)):
            connection.execute(
                schema.challenges.insert().values(nonce=str(number), expires_at=moment)
            )
    with database.read() as connection:
        found = connection.scalars(
            sa.select(schema.challenges.c.expires_at).order_by(schema.challenges.c.expires_at)
        ).all()
    assert found == [early, late]
    assert found[0].utcoffset() == timedelta(hours=8)


def test_a_writer_that_fails_leaves_nothing_and_lets_the_next_one_in(database: Database) -> None:
    class Slip(Exception):
        pass

    with pytest.raises(Slip), database.write() as connection:
        connection.execute(schema.about.insert().values(name="a", value="b"))
        raise Slip
    done = threading.Thread(target=lambda: _write(database))
    done.start()
    done.join(30)
    with database.read() as connection:
        names = connection.scalars(sa.select(schema.about.c.name)).all()
    assert sorted(names) == ["second", "version"]


def _write(database: Database) -> None:
    with database.write() as connection:
        connection.execute(schema.about.insert().values(name="second", value=""))


def test_with_kannel_a_message_waits_for_its_report(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("pw")
    (tmp_path / "secret").write_text("s3cret")
    with kannel_peer() as peer:
        kannel = (
            f'[kannel]\nurl = "{peer.url}"\nusername = "hub"\npassword_file = "pw"\n'
            'report_url = "http://hub/v1/sms/report"\nreport_secret_file = "secret"\n'
        )
        with hub_process(pki.folder, tmp_path / "hub", more=kannel) as hub:
            office = Office(hub, pki)
            errand = office.errand(TOWNSHIP_ONLY)
            errand.submit()
            desk = office.at(pki.agent)
            cursor = -1
            while not peer.taken:  # the hub's own round, started by the action
                cursor = desk.changes(cursor, wait=0.2).cursor
            (entry,) = desk.sms(errand.id).entries
            report = {"id": entry.id, "secret": "s3cret", "status": "1"}
            address = f"{hub.url}/v1/sms/report"
            assert httpx.get(address, params=report | {"secret": "guess"}).status_code == 403
            assert httpx.get(address, params=report | {"status": "8"}).status_code == 400
            assert httpx.get(address, params=report).status_code == 204
            (entry,) = desk.sms(errand.id).entries
            assert entry.status is SmsStatus.DELIVERED
            office.close()
        assert peer.taken[0]["to"] == "13812345678"
        assert "任奶奶" in peer.taken[0]["text"]


def test_a_real_county_brings_its_own_keys_trust_and_archive(pki: Pki, tmp_path: Path) -> None:
    """No training folder: key files, roots, revocation lists and units' certificates are given."""
    keys = pki.folder / "keys"
    (tmp_path / "pin").write_text(pki.pin)
    trust = tmp_path / "trust"
    trust.mkdir()
    shutil.copy(pki.root_pem, trust)
    (trust / "county.pem").write_bytes(to_pem(pki.authority.chain[0]))
    _publish_revocations(pki, trust)
    leaver = pki.person("将离职")
    settings = HubSettings(
        data=tmp_path / "hub",
        organisation="邱县人民政府",
        hub_key=KeyFile(file=keys / f"seal-{pki.county.code}.p12", pin_file=tmp_path / "pin"),
        sms_key=KeyFile(file=keys / f"open-{pki.county.code}.p12", pin_file=tmp_path / "pin"),
        trust=(trust,),
        units=keys,
        archive=(keys / f"open-{pki.county.code}.pem",),
    )
    now = [datetime.now(CHINA).replace(microsecond=0)]
    hub = open_hub(settings, clock=lambda: now[0])
    said = hub.directory.message()
    assert not said.training
    assert said.archive == (pki.county.certificate,)
    assert hub.authority is None
    answer = sign_in_answer(hub.accounts.challenge(), leaver.key, now[0])
    token = hub.accounts.open(answer).token
    assert hub.accounts.of(token).person.name == "将离职"

    pki.authority.revoke(leaver.certificate)
    _publish_revocations(pki, trust)
    now[0] += timedelta(seconds=30)  # the folder is looked at again every few seconds
    with pytest.raises(CertificateRevokedNow):
        hub.accounts.of(token)
    hub.close()


def _publish_revocations(pki: Pki, folder: Path) -> None:
    for issuer in ("root", "county"):
        (folder / f"{issuer}.crl").write_bytes(pki.authority.crl(issuer))


def test_without_kannel_nobody_can_report_anything(hub: HubProcess) -> None:
    report = {"id": "x", "secret": "", "status": "1"}
    assert httpx.get(f"{hub.url}/v1/sms/report", params=report).status_code == 403


@pytest.fixture
def tls(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for the loopback address, and its key."""
    certificate, key = tmp_path / "tls.pem", tmp_path / "tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=hub",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def test_between_machines_the_hub_speaks_tls(
    pki: Pki, tmp_path: Path, tls: tuple[Path, Path]
) -> None:
    files = f'[tls]\ncertificate = "{tls[0]}"\nkey = "{tls[1]}"\n'
    with hub_process(pki.folder, tmp_path / "hub", more=files) as hub:
        assert hub.url.startswith("https://")
        with HubClient(hub.url, verify=ssl.create_default_context(cafile=str(tls[0]))) as desk:
            desk.sign_in(pki.agent.key)
            assert desk.queue().counts.waiting == 0
        with HubClient(hub.url) as careful, pytest.raises(HubUnreachable):
            careful.sign_in(pki.agent.key)  # knows no reason to trust this certificate


def test_a_hub_whose_folder_is_taken_away_ends_by_itself(pki: Pki, tmp_path: Path) -> None:
    hub = HubProcess(pki.folder, tmp_path / "hub").start()
    (tmp_path / "hub").rename(tmp_path / "elsewhere")
    hub.wait()
    assert "this hub ends" in hub.log.read_text()


def test_a_hub_whose_tls_files_are_missing_says_so_and_does_not_start(
    pki: Pki, tmp_path: Path
) -> None:
    files = '[tls]\ncertificate = "none.pem"\nkey = "none.key"\n'
    hub = HubProcess(pki.folder, tmp_path / "hub", more=files)
    with pytest.raises(HubDidNotStart) as told:
        hub.start()
    assert "none.pem" in str(told.value)
    assert "Traceback" not in str(told.value)
