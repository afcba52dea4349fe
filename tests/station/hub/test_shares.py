"""One desk gone wild, one unit without measure, many idle lines: the others get their turn."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from station.hub.settings import HubSettingsWrong, load_settings
from station.hub.shares import Pace, UploadShare
from station.wire.problems import HubBusy, TooManyRequests, UploadShareUsed, asked_to_wait
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.pki import TOWNSHIP, Pki

MB = 1 << 20


@pytest.fixture(scope="module")
def strict(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub with little to share: one request a second, 2 MB a day, 40 connections."""
    more = (
        "requests_per_minute = 60\nupload_mb_a_day = 2\nmost_connections = 40\n"
        "patience_seconds = 3\n"
    )
    data = tmp_path_factory.mktemp("strict") / "hub"
    with hub_process(pki.folder, data, more=more) as running:
        yield running


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_may_come_at_once_and_then_one_at_a_time() -> None:
    clock = Hand()
    pace = Pace(60, clock)
    for _ in range(60):
        pace.ask("one")
    with pytest.raises(TooManyRequests) as slow:
        pace.ask("one")
    assert asked_to_wait(slow.value) == 1
    pace.ask("another")  # who asks little is not told to wait for who asks much
    clock.now += 1
    pace.ask("one")
    with pytest.raises(TooManyRequests):
        pace.ask("one")
    clock.now += 3600
    for _ in range(60):
        pace.ask("one")
    with pytest.raises(TooManyRequests):
        pace.ask("one")  # an hour of silence is worth a minute, too


def test_a_units_uploads_of_a_day_have_an_end_until_the_oldest_is_a_day_old() -> None:
    clock = Hand()
    share = UploadShare(10 * MB, clock)
    share.announce("village", 6 * MB)
    clock.now += 3600
    share.announce("village", 4 * MB)
    with pytest.raises(UploadShareUsed) as used:
        share.announce("village", 5 * MB)
    assert asked_to_wait(used.value) == 23 * 3600
    assert used.value.facts["hours"] == 23
    share.announce("township", 10 * MB)
    clock.now += 23 * 3600
    share.announce("village", 5 * MB)


def test_without_a_limit_nobody_waits() -> None:
    pace, share = Pace(0), UploadShare(0)
    for _ in range(10_000):
        pace.ask("one")
        share.announce("village", 1 << 40)


@pytest.mark.parametrize(
    "line", ["requests_per_minute = -1", "upload_mb_a_day = -1", "most_connections = 0"]
)
def test_a_share_that_nobody_can_live_with_is_refused_at_the_start(
    line: str, tmp_path: Path
) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(f'data = "hub"\ntraining = "training"\n{line}\n')
    with pytest.raises(HubSettingsWrong) as wrong:
        load_settings(file)
    assert line.partition(" ")[0] in wrong.value.sentence("zh")


def test_a_desk_gone_wild_is_told_to_wait_and_the_next_village_is_served(
    strict: HubProcess, pki: Pki
) -> None:
    with strict.client(pki.agent.key) as wild, strict.client(pki.person("钱二").key) as calm:
        with pytest.raises(TooManyRequests) as told:
            for _ in range(200):
                wild.directory()
        seconds = asked_to_wait(told.value)
        assert 1 <= seconds <= 2
        assert f"过 {seconds:.0f} 秒就能接着办" in told.value.sentence("zh")
        assert calm.directory().items

        assert wild.session is not None
        head = {"Authorization": f"Bearer {wild.session.token}", "Accept-Language": "en"}
        answers = [
            httpx.get(f"{strict.url}/v1/directory", headers=head, trust_env=False) for _ in range(3)
        ]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["Retry-After"]) >= 1
        document = refused.json()
        assert document["type"] == "urn:yizhan:problem:too-many-requests"
        assert document["retryable"] is True
        assert document["title"] == "The hub did not take this yet."

        time.sleep(seconds + 0.5)
        assert wild.directory().items, "and then goes on"


def test_a_unit_that_sent_its_share_is_told_when_to_go_on_and_what_is_here_costs_nothing(
    strict: HubProcess, pki: Pki
) -> None:
    first, second = os.urandom(MB + 1), os.urandom(MB + 1)
    with strict.client(pki.person("孙三").key) as desk, strict.client(pki.reviewer.key) as township:
        desk.upload(first)
        with pytest.raises(UploadShareUsed) as used:
            desk.upload(second)
        assert 86_000 < asked_to_wait(used.value) <= 86_400
        assert used.value.retryable
        assert "大约 24 小时后自己再送" in used.value.sentence("zh")
        desk.upload(first)
        township.upload(second)
        desk.upload(second)  # what somebody else brought is here


def test_idle_lines_without_number_are_turned_away_with_a_word_and_the_hub_lives_on(
    strict: HubProcess, pki: Pki
) -> None:
    address = urlsplit(strict.url)
    lines = []
    for _ in range(120):
        line = socket.create_connection((address.hostname, address.port), timeout=20)
        lines.append(line)
    time.sleep(0.5)
    with strict.client() as late, pytest.raises(HubBusy) as busy:
        late.healthy()
    assert asked_to_wait(busy.value) == 5
    said = [_heard(line) for line in lines]
    turned = [answer for answer in said if answer]
    assert len(turned) >= 80
    assert all(b" 503 " in answer and b"Retry-After: 5" in answer for answer in turned)
    document = json.loads(turned[0].partition(b"\r\n\r\n")[2])
    assert document["type"] == "urn:yizhan:problem:hub-busy"
    with strict.client() as later:
        assert later.healthy(), "those that said nothing were let go after their time"


def test_a_body_without_end_and_one_that_never_comes_hold_nobody_up(
    strict: HubProcess, pki: Pki
) -> None:
    address = urlsplit(strict.url)
    with strict.client(pki.auditor.key) as desk:
        assert desk.session is not None
        head = f"Host: x\r\nAuthorization: Bearer {desk.session.token}\r\nTus-Resumable: 1.0.0\r\n"
        digest = hashlib.sha256(b"never").hexdigest()
        httpx.post(
            f"{strict.url}/v1/uploads",
            headers={
                "Authorization": f"Bearer {desk.session.token}",
                "Tus-Resumable": "1.0.0",
                "Upload-Length": "5",
                "Upload-Metadata": "sha256 " + _b64(digest),
            },
            trust_env=False,
        ).raise_for_status()
        told: list[bytes] = []

        def endless() -> None:
            with socket.create_connection((address.hostname, address.port), timeout=30) as line:
                line.sendall(
                    f"PATCH /v1/uploads/{digest} HTTP/1.1\r\n{head}Upload-Offset: 0\r\n"
                    "Content-Type: application/offset+octet-stream\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n".encode()
                )
                try:
                    for _ in range(4096):  # 256 MB, for an upload of five bytes
                        line.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
                except OSError:
                    pass
                told.append(_heard(line))

        def silent() -> None:
            with socket.create_connection((address.hostname, address.port), timeout=30) as line:
                line.sendall(
                    f"POST /v1/session HTTP/1.1\r\n{head}Content-Length: 900\r\n\r\n".encode()
                )
                told.append(_heard(line))

        threads = [threading.Thread(target=work) for work in (endless, silent)]
        for thread in threads:
            thread.start()
        begun = time.monotonic()
        assert desk.healthy()
        assert time.monotonic() - begun < 3, "nobody waits for them"
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
    answers = {answer.split(b" ")[1]: answer for answer in told if answer}
    assert b"408" in answers, "what never comes is said to be too slow"
    assert not {b"200", b"204"} & answers.keys()
    with strict.client(pki.person("赵七", role="审核员", unit=TOWNSHIP).key) as after:
        after.upload(b"never")  # the five bytes can still be sent


def _heard(line: socket.socket) -> bytes:
    """Everything that still comes until the hub ends the connection."""
    heard = b""
    with line:
        try:
            while piece := line.recv(65536):
                heard += piece
        except OSError:  # reset: the hub did not want to read the rest
            pass
    return heard


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
