"""Uploads over lines that break: nothing is lost, nothing is sent twice, nothing wrong is kept."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator

import httpx
import pytest

from station.wire import problems
from station.wire.client import HubClient, HubUnreachable
from tests.helpers.cut_line import cut_line
from tests.helpers.hub_process import HubProcess
from tests.helpers.pki import Pki

MEGABYTE = 1 << 20


@pytest.fixture
def desk(hub: HubProcess, pki: Pki) -> Iterator[HubClient]:
    with hub.client(pki.agent.key) as client:
        yield client


@pytest.fixture
def raw(hub: HubProcess, desk: HubClient) -> Iterator[httpx.Client]:
    """A foreign tus client: plain HTTP with the session's token."""
    assert desk.session is not None
    headers = {"Authorization": f"Bearer {desk.session.token}", "Tus-Resumable": "1.0.0"}
    with httpx.Client(base_url=hub.url, headers=headers) as client:
        yield client


def test_an_upload_goes_on_where_the_line_broke(hub: HubProcess, pki: Pki) -> None:
    sealed = os.urandom(5 * MEGABYTE)
    with cut_line(hub.url, after=[MEGABYTE, 2 * MEGABYTE, 700_000]) as line:
        with HubClient(line.url) as desk:
            desk.sign_in(pki.agent.key)
            steps: list[int] = []
            digest = desk.upload(sealed, lambda sent, total: steps.append(sent))
        assert line.cuts == 3
    assert digest == hashlib.sha256(sealed).hexdigest()
    assert steps[-1] == len(sealed)
    with hub.client(pki.agent.key) as other:
        again: list[int] = []
        other.upload(sealed, lambda sent, total: again.append(sent))
        assert again == [len(sealed)], "the hub has it: not one byte is sent again"


def test_a_dead_line_is_told_and_the_next_day_goes_on(hub: HubProcess, pki: Pki) -> None:
    sealed = os.urandom(3 * MEGABYTE)
    cuts = [MEGABYTE + 50_000] + [900] * 20  # one megabyte arrives, then nothing more
    with cut_line(hub.url, after=cuts) as line, HubClient(line.url) as desk:
        desk.sign_in(pki.agent.key)
        with pytest.raises(HubUnreachable) as dead:
            desk.upload(sealed)
    assert "网络恢复" in dead.value.sentence("zh")
    assert problems.is_retryable(dead.value)
    with hub.client(pki.agent.key) as desk:
        steps: list[int] = []
        desk.upload(sealed, lambda sent, total: steps.append(sent))
        assert steps[0] >= MEGABYTE // 2, "yesterday's bytes are still there"


def test_the_hub_tells_a_foreign_client_what_it_can_do(raw: httpx.Client) -> None:
    answer = raw.options("/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    extensions = set(answer.headers["Tus-Extension"].split(","))
    assert {"creation", "checksum", "expiration", "termination"} <= extensions
    assert "sha256" in answer.headers["Tus-Checksum-Algorithm"]


def test_an_upload_in_two_parts_with_checksums(raw: httpx.Client) -> None:
    whole = os.urandom(40_000)
    place = _create(raw, whole)
    assert raw.head(place).headers["Upload-Offset"] == "0"
    first = _patch(raw, place, 0, whole[:15_000], checksum=whole[:15_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "15000")
    assert "Upload-Expires" in first.headers
    wrong = _patch(raw, place, 15_000, whole[15_000:20_000], checksum=b"something else")
    assert wrong.status_code == 460
    assert raw.head(place).headers["Upload-Offset"] == "15000", "the wrong part is forgotten"
    rest = _patch(raw, place, 15_000, whole[15_000:], checksum=whole[15_000:])
    assert rest.headers["Upload-Offset"] == "40000"


def test_a_part_that_does_not_fit_is_refused_with_the_place_where_to_go_on(
    raw: httpx.Client,
) -> None:
    whole = os.urandom(1_000)
    place = _create(raw, whole)
    _patch(raw, place, 0, whole[:400])
    astray = _patch(raw, place, 300, whole[300:])
    assert astray.status_code == 409
    assert astray.json()["facts"]["offset"] == 400
    too_much = _patch(raw, place, 400, whole[400:] + b"more")
    assert too_much.status_code == 400


def test_bytes_that_are_not_what_was_announced_are_not_kept(raw: httpx.Client) -> None:
    whole = os.urandom(1_000)
    place = _create(raw, whole)
    assert _patch(raw, place, 0, bytes(1_000)).status_code == 460
    assert raw.head(place).status_code == 404, "it begins anew"
    place = _create(raw, whole)
    assert _patch(raw, place, 0, whole).status_code == 204


def test_a_newer_connection_ends_one_that_hangs(raw: httpx.Client, hub: HubProcess) -> None:
    """After a cut the hub may wait for minutes on a dead line; the client must not wait for it."""
    whole = os.urandom(3 * MEGABYTE)
    place = _create(raw, whole)
    arrived: list[int] = []

    def hanging() -> Iterator[bytes]:
        yield whole[: 2 * MEGABYTE]
        # While this connection still owes its last megabyte, another one takes over.
        with httpx.Client(base_url=hub.url, headers=raw.headers) as newer:
            offset = int(newer.head(place).headers["Upload-Offset"])
            answer = _patch(newer, place, offset, whole[offset:])
            while answer.status_code == 409:  # bytes of the older line were still coming in
                offset = int(answer.json()["facts"]["offset"])
                answer = _patch(newer, place, offset, whole[offset:])
            arrived.append(answer.status_code)
        yield whole[2 * MEGABYTE :]

    headers = _patch_headers(0) | {"Content-Length": str(len(whole))}
    try:
        older = raw.patch(place, headers=headers, content=hanging())
        assert older.status_code == 423
    except httpx.TransportError:
        pass  # the hub answered and hung up before the body was through, as it may
    assert arrived == [204]
    assert raw.head(place).headers["Upload-Offset"] == str(len(whole))


def test_the_hub_refuses_what_is_too_large_or_nonsense(raw: httpx.Client) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    assert _begin(raw, digest, 10**12).status_code == 413
    assert _begin(raw, digest, 0).status_code == 400
    assert _begin(raw, "../../etc/passwd", 5).status_code == 400
    assert raw.post("/v1/uploads", headers={"Upload-Length": "5"}).status_code == 400
    assert raw.head("/v1/uploads/nothing").status_code == 404
    other = raw.head(f"/v1/uploads/{digest}", headers={"Tus-Resumable": "0.2.2"})
    assert other.status_code == 412
    place = _create(raw, b"abc")
    wrong_type = raw.patch(place, headers={"Upload-Offset": "0"}, content=b"abc")
    assert wrong_type.status_code == 400
    md5 = _patch_headers(0) | {"Upload-Checksum": "md5 abcd"}
    assert raw.patch(place, headers=md5, content=b"abc").status_code == 400


def test_an_upload_given_up_is_gone(raw: httpx.Client) -> None:
    place = _create(raw, os.urandom(100))
    assert raw.delete(place).status_code == 204
    assert raw.head(place).status_code == 404
    assert raw.delete(place).status_code == 404


def test_uploading_needs_a_session(hub: HubProcess) -> None:
    answer = httpx.post(f"{hub.url}/v1/uploads", headers={"Upload-Length": "5"})
    assert answer.status_code == 401


def _create(client: httpx.Client, whole: bytes) -> str:
    answer = _begin(client, hashlib.sha256(whole).hexdigest(), len(whole))
    assert answer.status_code == 201
    return answer.headers["Location"]


def _begin(client: httpx.Client, digest: str, length: int) -> httpx.Response:
    metadata = f"filename eC5wZGY=,sha256 {base64.b64encode(digest.encode()).decode()}"
    headers = {"Upload-Length": str(length), "Upload-Metadata": metadata}
    return client.post("/v1/uploads", headers=headers)


def _patch(
    client: httpx.Client, place: str, offset: int, part: bytes, checksum: bytes | None = None
) -> httpx.Response:
    headers = _patch_headers(offset)
    if checksum is not None:
        digest = base64.b64encode(hashlib.sha256(checksum).digest()).decode()
        headers["Upload-Checksum"] = f"sha256 {digest}"
    return client.patch(place, headers=headers, content=part)


def _patch_headers(offset: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
