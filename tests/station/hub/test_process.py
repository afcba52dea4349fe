"""The hub as a process: starting, saying where it is, refusing to be two, ending."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from station.__main__ import main
from station.hub import schema
from station.hub.database import Database, HubDatabaseUnusable
from station.hub.schema import DatabaseFromTheFuture, migrate
from station.hub.settings import HubSettingsWrong, load_settings
from tests.helpers.hub_process import HubProcess
from tests.helpers.office import Office
from tests.helpers.pki import Pki


@dataclass
class Answer:
    status: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def station(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line, run inside this process."""

    def run(*words: object, language: str = "en") -> Answer:
        monkeypatch.setenv("YIZHAN_LANGUAGE", language)
        monkeypatch.setattr(sys, "argv", ["station", *map(str, words)])
        status = main()
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return run


def test_a_running_hub_says_where_it_is_and_a_stopped_one_nothing(hub: HubProcess) -> None:
    said = json.loads((hub.data / "hub.json").read_text())
    assert said == {"url": hub.url, "pid": hub.pid}


def test_one_folder_has_one_hub(hub: HubProcess) -> None:
    config = hub.data.parent / f"{hub.data.name}.toml"
    second = subprocess.run(
        [sys.executable, "-m", "station", "hub", "serve", "--config", config, "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"YIZHAN_LANGUAGE": "en"},
    )
    assert second.returncode == 2
    assert hub.url in second.stderr
    assert len(second.stderr.splitlines()) == 1, "one plain sentence"
    assert json.loads((hub.data / "hub.json").read_text())["pid"] == hub.pid


def test_a_port_that_is_taken_is_told_in_one_sentence(
    station: Run, pki: Pki, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = tmp_path / "hub.toml"
        config.write_text(f'data = "data"\ntraining = "{pki.folder}"\n')
        answer = station("hub", "serve", "--config", config, "--port", port, language="zh")
    assert answer.status == 2
    assert "中心没有启动" in answer.err
    assert str(port) in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("data = 5", "data must be str"),
        ('data = "d"\nnonsense = 1', "nonsense is not known"),
        ('data = "d"', "hub_key is missing"),
        ("training = true", "data is missing"),
        ('data = "d"\nport = true\ntraining = "t"', "port must be int"),
        ('data = "d"\ntraining = "t"\n[kannel]\nurl = "u"', "kannel.password_file is missing"),
        ('data = "d"\n[hub_key]\nfile = "k"', "hub_key.pin_file is missing"),
        ('data = "d"\ntraining = "t"\nplain_http = 1', "plain_http must be true or false"),
        ("data = ", "hub.toml"),
    ],
)
def test_settings_that_are_wrong_are_told_by_name(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(text)
    with pytest.raises(HubSettingsWrong) as wrong:
        load_settings(file)
    assert complaint in wrong.value.sentence("en")


@pytest.mark.parametrize(
    ("host", "more", "allowed"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("localhost", "", True),
        ("0.0.0.0", "", False),
        ("192.168.1.5", "", False),
        ("192.168.1.5", "plain_http = true\n", True),
        ("0.0.0.0", '[tls]\ncertificate = "c"\nkey = "k"\n', True),
    ],
)
def test_other_machines_reach_a_hub_by_tls_or_not_at_all(
    tmp_path: Path, host: str, more: str, allowed: bool
) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(f'data = "d"\ntraining = "t"\nhost = "{host}"\n{more}')
    settings = load_settings(file)
    if allowed:
        settings.check_address()
        return
    with pytest.raises(HubSettingsWrong) as refused:
        settings.check_address()
    assert "[tls]" in refused.value.sentence("zh")


def test_all_settings_of_a_real_county_are_read(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("secret\n")
    file = tmp_path / "hub.toml"
    file.write_text(
        'data = "d"\ncounty = "130430"\nhost = "0.0.0.0"\nport = 8760\nunits = "units"\n'
        'trust = ["trust"]\nitems = ["items"]\nmost_document_mb = 50\nsweep_seconds = 30\n'
        '[hub_key]\nfile = "hub.p12"\npin_file = "hub.pin"\n'
        '[sms_key]\nfile = "sms.p12"\npin_file = "sms.pin"\n'
        '[kannel]\nurl = "http://sms"\nusername = "hub"\npassword_file = "pw"\n'
        'report_url = "http://hub/v1/sms/report"\nreport_secret_file = "pw"\n'
        '[duty_phones]\n130430001 = "13900000000"\n'
    )
    settings = load_settings(file)
    assert settings.data == tmp_path / "d", "paths count from the file's folder"
    assert settings.most_document_bytes == 50 << 20
    assert settings.kannel is not None
    assert (settings.kannel.password, settings.kannel.report_secret) == ("secret", "secret")
    assert settings.duty_phones == {"130430001": "13900000000"}
    assert settings.hub_key is not None
    assert settings.hub_key.pin_file == tmp_path / "hub.pin"


def test_migrating_makes_a_database_and_does_nothing_twice(station: Run, tmp_path: Path) -> None:
    first = station("hub", "migrate", "--data", tmp_path / "hub")
    assert first.status == 0
    assert f"from version 0 to {schema.VERSION}" in first.err
    second = station("hub", "migrate", "--data", tmp_path / "hub")
    assert f"is at version {schema.VERSION}" in second.err


def test_a_database_of_the_first_version_is_brought_up_with_what_it_holds(tmp_path: Path) -> None:
    database = Database.in_folder(tmp_path)
    migrate(database)
    with database.write() as connection:
        schema.items.drop(connection)
        schema.published_items.drop(connection)
        connection.exec_driver_sql("ALTER TABLE certificates DROP COLUMN signed_in_at")
        schema.enrolments.drop(connection)
        connection.execute(sa.update(schema.about).values(value="1"))
        connection.execute(schema.about.insert().values(name="kept", value="yes"))
    assert migrate(database) == (1, schema.VERSION)
    with database.read() as connection:
        assert connection.execute(sa.select(schema.items)).all() == []
        assert connection.execute(sa.select(schema.enrolments)).all() == []
        assert connection.execute(sa.select(schema.published_items)).all() == []
        kept = sa.select(schema.about.c.value).where(schema.about.c.name == "kept")
        assert connection.scalar(kept) == "yes"
    assert migrate(database) == (schema.VERSION, schema.VERSION)
    database.close()


def test_a_database_from_the_future_is_not_touched(tmp_path: Path) -> None:
    database = Database.in_folder(tmp_path)
    migrate(database)
    with database.write() as connection:
        connection.execute(sa.update(schema.about).values(value="99"))
    with pytest.raises(DatabaseFromTheFuture) as refused:
        migrate(database)
    database.close()
    assert "没有动过" in refused.value.sentence("zh")


def test_a_damaged_database_is_told_and_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "hub.sqlite"
    file.write_bytes(b"this is no database at all, whatever its name says" * 100)
    database = Database.in_folder(tmp_path)
    with pytest.raises(HubDatabaseUnusable):
        migrate(database)
    database.close()
    assert file.read_bytes().startswith(b"this is no database")


def test_the_report_command_works_beside_a_running_hub(
    station: Run, hub: HubProcess, office: Office, pki: Pki, tmp_path: Path
) -> None:
    office.errand().submit()
    config = hub.data.parent / f"{hub.data.name}.toml"
    answer = station("supervise", "report", "--config", config, "--json")
    assert answer.status == 0, answer.err
    figures = json.loads(answer.out)
    assert figures["total"]["received"] >= 1
    over_the_wire = office.at(pki.supervisor).statistics()
    assert figures["total"]["received"] == over_the_wire.total.received

    for name in ("report.xlsx", "report.pdf"):
        written = station("supervise", "report", "--config", config, "--out", tmp_path / name)
        assert written.status == 0, written.err
        assert (tmp_path / name).stat().st_size > 1000
    table = station("supervise", "report", "--config", config, language="zh")
    assert "吴庄村便民服务站" in table.out

    empty = station("supervise", "report", "--data", tmp_path)
    assert empty.status == 2
    assert "no hub's database" in empty.err
    for words in (("--from", "gestern"), ("--out", "report.doc")):
        wrong = station("supervise", "report", "--config", config, *words)
        assert wrong.status == 2
        assert "Traceback" not in wrong.err


def test_the_hubs_bench_carries_whole_cases_and_loses_none(station: Run) -> None:
    answer = station("hub", "bench", "--stations", 2, "--cases", 3, "--dossier-kb", 4, "--json")
    assert answer.status == 0, answer.err
    found = json.loads(answer.out)
    assert (found["cases"], found["lost"], found["refused"]) == (3, 0, 0)
    assert found["cases_per_s"] > 0
    assert found["p99_ms"] >= found["p50_ms"] > 0
    wrong = station("hub", "bench", "--stations", 5, "--cases", 2)
    assert wrong.status == 2
    assert "Traceback" not in wrong.err
