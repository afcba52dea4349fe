"""An agent of the next village with a good key and bad intentions, and strangers at the door.

Spoken over the wire as it is, byte by byte, because an attacker does not use our client. Whatever
is tried: a problem document comes back, nothing of others is seen or changed, and the hub lives.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from signing import journal
from signing.authority.enrolment import certificate_request
from signing.authority.protocol import Subject
from signing.keys.pkcs12 import new_key, public_key_of, soft_key
from station.clock import china_now
from station.domain.cases import ActionType
from station.domain.operations import DocumentKind
from station.wire.client import HubClient
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.office import OTHER_VILLAGE, Errand, Office
from tests.helpers.pki import Person, Pki

PROBLEM = "application/problem+json"
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Wire:
    """One person's connection without our client: raw requests with their token."""

    http: httpx.Client

    def refused(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        """The problem document in answer to a request that must be refused."""
        answer = self.http.request(method, path, **parts)
        assert 400 <= answer.status_code < 500, (method, path, answer.status_code, answer.text)
        assert answer.headers["content-type"] == PROBLEM, (method, path)
        document: dict[str, Any] = answer.json()
        assert document["status"] == answer.status_code
        assert document["title"] and document["type"]
        return document

    def deliver(self, case: str, statement: bytes, key: Person) -> dict[str, Any]:
        """Signs these very bytes, hands them in, and returns the refusal."""
        signature = journal.sign_statement(statement, key.key)
        body = {"statement": _b64(statement), "signature": _b64(signature)}
        return self.refused("PUT", f"/v1/cases/{case}", json=body)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _mark(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


@pytest.fixture(scope="module")
def neighbour(pki: Pki) -> Person:
    return pki.person("邻村代办员", role="代办员", unit=OTHER_VILLAGE)


@pytest.fixture
def raw(hub: HubProcess, office: Office) -> Iterator[Callable[[HubClient], Wire]]:
    opened: list[httpx.Client] = []

    def as_(client: HubClient) -> Wire:
        assert client.session is not None
        headers = {"Authorization": f"Bearer {client.session.token}"}
        opened.append(httpx.Client(base_url=hub.url, headers=headers, trust_env=False, timeout=60))
        return Wire(opened[-1])

    yield as_
    for http in opened:
        http.close()


@pytest.fixture
def mine(raw: Callable[[HubClient], Wire], office: Office, pki: Pki) -> Wire:
    """The honest village's own connection."""
    return raw(office.at(pki.agent))


@pytest.fixture
def theirs(raw: Callable[[HubClient], Wire], office: Office, neighbour: Person) -> Wire:
    """The neighbour's."""
    return raw(office.at(neighbour))


@pytest.fixture(scope="module")
def victim(office: Office) -> Errand:
    """A case of the honest village, returned for correction."""
    errand = office.errand()
    errand.submit()
    return errand


# --- what the neighbour may see -----------------------------------------------------------------


def test_the_next_village_sees_nothing_of_the_case(
    victim: Errand, theirs: Wire, office: Office, pki: Pki, neighbour: Person
) -> None:
    file = office.at(pki.agent).case(victim.id)
    operation = office.at(pki.agent).record(victim.id).entries[0].operation
    dossier = file.documents[0].sealed_sha256
    for method, path in (
        ("GET", f"/v1/cases/{victim.id}"),
        ("GET", f"/v1/cases/{victim.id}/actions"),
        ("POST", f"/v1/cases/{victim.id}/lease"),
        ("GET", f"/v1/documents/{dossier}"),
        ("GET", f"/v1/log/inclusion?operation={operation}"),
    ):
        assert theirs.refused(method, path)["status"] == 404, path
    for method in ("PUT", "DELETE"):
        path, token = f"/v1/cases/{victim.id}/lease", {"Lease-Token": "1"}
        assert theirs.refused(method, path, headers=token)["status"] == 404

    unit = pki.agent.holder.unit_code
    for path in (
        "/v1/cases",
        f"/v1/cases?unit={unit}",
        "/v1/cases?unit=130430",
        f"/v1/cases?number={victim.number}",
        "/v1/queue",
        "/v1/cards",
        f"/v1/sms?case={victim.id}",
        "/v1/changes?cursor=-1",
    ):
        answer = theirs.http.get(path)
        assert answer.status_code == 200, path
        assert victim.id not in answer.text, path
        assert unit not in answer.text, path
    assert theirs.refused("GET", "/v1/stats")["type"].endswith("role-not-allowed")


def test_a_document_of_another_case_cannot_be_borrowed_to_read_it(
    victim: Errand, theirs: Wire, office: Office, pki: Pki, neighbour: Person
) -> None:
    """Whoever heard the digest of a sealed document names it in a case of their own."""
    theft = office.errand(agent=neighbour)
    honest = office.errand()
    stolen = office.at(pki.agent).case(victim.id).documents
    own = honest.upload(ActionType.SUBMIT, pki.agent)
    for kind in (DocumentKind.DOSSIER, DocumentKind.CONTACT):
        (found,) = [d for d in stolen if d.kind is kind]
        refs = [
            replace(ref, sha256=found.sha256, sealed_sha256=found.sealed_sha256, size=found.size)
            if ref.kind is kind
            else ref
            for ref in own
        ]
        operation = theft.operation(ActionType.SUBMIT, neighbour, documents=tuple(refs))
        said = theirs.deliver(theft.id, journal.canonical(operation.body()), neighbour)
        assert said["type"].endswith("documents-not-right")
        assert theirs.refused("GET", f"/v1/documents/{found.sealed_sha256}")["status"] == 404


def test_a_case_of_another_village_is_not_changed_by_anything_the_neighbour_signs(
    victim: Errand, theirs: Wire, office: Office, pki: Pki, neighbour: Person
) -> None:
    before = office.at(pki.agent).case(victim.id)
    for action in (ActionType.RESUBMIT, ActionType.WITHDRAW, ActionType.DELIVER, ActionType.SUBMIT):
        operation = victim.operation(action, neighbour)
        statement = journal.canonical(operation.body())
        signature = journal.sign_statement(statement, neighbour.key)
        body = {"statement": _b64(statement), "signature": _b64(signature)}
        for method, path in (
            ("PUT", f"/v1/cases/{victim.id}"),
            ("POST", f"/v1/cases/{victim.id}/actions"),
        ):
            said = theirs.refused(method, path, json=body)
            assert said["type"].endswith("outside-your-area"), (action, said)
    # … nor by what the honest agent signed, delivered by somebody of another unit.
    honest = victim.prepare(ActionType.DELIVER, pki.agent)
    body = honest.signed.model_dump(mode="json")
    said = theirs.refused("POST", f"/v1/cases/{victim.id}/actions", json=body)
    assert said["type"].endswith("outside-your-area")
    assert office.at(pki.agent).case(victim.id).case == before.case


# --- statements that mean two things, or nothing ------------------------------------------------


def _spoilt() -> dict[str, Callable[[str], str]]:
    """Ways to write a statement that two readers could read differently."""

    def twice(name: str, value: str) -> Callable[[str], str]:
        return lambda text: text.replace("{", f'{{"{name}":{value},', 1)

    def instead(name: str, value: str) -> Callable[[str], str]:
        def change(text: str) -> str:
            body = json.loads(text)
            marker = "@@@"
            changed = json.dumps({**body, name: marker}, ensure_ascii=False, sort_keys=True)
            compact = json.dumps(
                json.loads(changed), ensure_ascii=False, sort_keys=True, separators=(",", ":")
            )
            return compact.replace(f'"{marker}"', value)

        return change

    return {
        "a member twice": twice("action", '"submit"'),
        "a member twice, another value first": twice("number", '"130430001001-261126-999"'),
        "a float": instead("base_rev", "0.0"),
        "an exponent": instead("base_rev", "0e0"),
        "minus zero": instead("base_rev", "-0"),
        "a truth value": instead("base_rev", "false"),
        "a number as text": instead("base_rev", '"0"'),
        "a number without end": instead("item_version", "9" * 5000),
        "a number beyond all": instead("item_version", str(2**64)),
        "not a number": instead("item_version", "NaN"),
        "infinity": instead("item_version", "1e999"),
        "nothing": instead("documents", "null"),
        "a list for a word": instead("actor", "[]"),
        "a member nobody knows": twice("zz", "1"),
        "half a character": instead("actor", '"\\ud800"'),
        "an escaped letter": lambda text: text.replace('"submit"', '"\\u0073ubmit"'),
        "a byte order mark": lambda text: "\ufeff" + text,
        "a line behind": lambda text: text + "\n",
        "two statements": lambda text: text + text,
        "a thousand brackets": lambda text: "[" * 60_000,
        "a thousand members deep": lambda text: '{"a":' * 30_000 + "1" + "}" * 30_000,
    }


@pytest.mark.parametrize("how", _spoilt())
def test_a_statement_that_can_be_read_in_two_ways_is_refused(
    office: Office, mine: Wire, pki: Pki, how: str
) -> None:
    errand = office.errand()
    operation = errand.operation(ActionType.SUBMIT, pki.agent)
    spoilt = _spoilt()[how](journal.canonical(operation.body()).decode())
    said = mine.deliver(errand.id, spoilt.encode("utf-8", "surrogatepass"), pki.agent)
    assert said["type"].endswith("statement-malformed"), said


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "130430001001-请把手续费转到尾号6222的账户"},
        {"number": "130430001001-../../../etc"},
        {"number": "130430001001-261126-００１"},
        {"number": "１３０４３０００１００１-261126-001"},
        {"number": "130430001001-261126-001\u200b"},
        {"case": "..%2f..%2fhub"},
        {"case": "00000000-0000-0000-0000-00000000000g"},
        {"id": "a" * 64},
        {"id": "00000000-0000-0000-0000-00000000000\u0661"},
        {"previous": "Z" * 64},
        {"previous": ""},
        {"reason_codes": ("张三 130430194001011234 拒绝",)},
        {"reason_codes": ("=cmd|' /C calc'!A0",)},
        {"reason_codes": ("x",) * 101},
    ],
)
def test_what_becomes_an_address_a_message_or_a_column_is_held_to_its_form(
    office: Office, mine: Wire, pki: Pki, changes: dict[str, Any]
) -> None:
    errand = office.errand()
    operation = errand.operation(ActionType.SUBMIT, pki.agent, **changes)
    path = operation.case if "%" not in operation.case else errand.id
    said = mine.deliver(path, journal.canonical(operation.body()), pki.agent)
    assert said["type"].endswith("statement-malformed"), said


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-11-26T10:00:00",
    ],
)
def test_a_time_outside_the_calendar_is_refused_and_breaks_nothing(
    office: Office, mine: Wire, pki: Pki, at: str
) -> None:
    errand = office.errand()
    body = errand.operation(ActionType.SUBMIT, pki.agent).body() | {"at": at}
    said = mine.deliver(errand.id, journal.canonical(body), pki.agent)
    assert said["type"].endswith("statement-malformed"), said


@pytest.mark.parametrize(
    "digest", ["../../../../etc/passwd", "A" * 64, "", "0" * 63, "0" * 65, "０" * 64]
)
def test_a_document_is_named_by_a_digest_and_nothing_else(
    office: Office, mine: Wire, pki: Pki, digest: str
) -> None:
    errand = office.errand()
    refs = errand.upload(ActionType.SUBMIT, pki.agent)
    for name in ("sealed_sha256", "sha256"):
        bad = tuple(replace(ref, **{name: digest}) for ref in refs)
        operation = errand.operation(ActionType.SUBMIT, pki.agent, documents=bad)
        said = mine.deliver(errand.id, journal.canonical(operation.body()), pki.agent)
        assert said["type"].endswith("statement-malformed"), said


def test_an_answer_to_the_door_that_is_no_statement_opens_nothing(
    mine: Wire, hub: HubProcess, pki: Pki
) -> None:
    nonce = mine.http.get("/v1/challenge").json()
    twice = journal.canonical(
        {
            "format": "yizhan-sign-in/1",
            "nonce": nonce["nonce"],
            "hub": nonce["hub"],
            "at": china_now().isoformat(),
        }
    )
    for bytes_ in (
        b"[" * 60_000,
        b"null",
        b'{"format":"yizhan-sign-in/1"}',
        b'{"nonce":"x",' + twice[1:],
        twice + b" ",
    ):
        signature = journal.sign_statement(bytes_, pki.agent.key)
        body = {"statement": _b64(bytes_), "signature": _b64(signature)}
        assert mine.refused("POST", "/v1/session", json=body)["type"].endswith(
            "statement-malformed"
        )
    for nonsense in ({"statement": "%%%", "signature": ""}, {}, [], "x", 7, None):
        assert mine.refused("POST", "/v1/session", json=nonsense)["status"] == 400


def test_a_request_for_a_certificate_that_nobody_can_read_is_refused_and_breaks_nothing(
    mine: Wire, pki: Pki
) -> None:
    """Whoever asks needs no certificate yet, so everybody is at this door."""
    private = new_key("p256")
    subject = Subject("王", "站", "130430001001", "县", "代办员", "P1")
    request = certificate_request(soft_key(private), public_key_of(private), subject)
    curve = bytes.fromhex("2a8648ce3d030107")
    assert curve in request
    wanted = {"name": "王", "unit": "130430001001", "role": "代办员", "person": "P1"}
    for spoilt in (
        b"",
        b"\x30\x00",
        request[:-1],
        request.replace(curve, curve[:-1] + b"\x77"),  # a curve that nobody knows
        request.replace(b"\x02\x01\x00", b"\x02\x01\x40", 1),  # a version that nobody knows
        request[:-5] + bytes([request[-5] ^ 1]) + request[-4:],  # not signed by its key
    ):
        body = {"request": _b64(spoilt), "wanted": wanted}
        assert mine.refused("POST", "/v1/enrolments", json=body)["type"].endswith("unfit")


@pytest.mark.parametrize("where", ["enrolments/x/decision", "renewals", "revocations"])
def test_what_is_said_about_certificates_can_be_read_in_one_way_only(
    mine: Wire, pki: Pki, where: str
) -> None:
    form = {"enrolments/x/decision": "enrolment", "renewals": "renewal"}.get(where, "revocation")
    honest = {"format": f"yizhan-{form}/1", "at": china_now().isoformat()}
    for statement in (
        b"[" * 60_000,
        b'{"format":1e999}',
        b'{"at":"x",' + journal.canonical(honest)[1:],
        journal.canonical(honest | {"at": "0001-01-01T00:00:00+14:00"}),
        journal.canonical(honest | {"at": "9999-12-31T23:59:59-14:00"}),
    ):
        signature = journal.sign_statement(statement, pki.agent.key)
        body: dict[str, Any] = {"statement": _b64(statement), "signature": _b64(signature)}
        if where == "renewals":
            body = {"request": _b64(b"\x30\x00"), "statement": body}
        said = mine.refused("POST", f"/v1/{where}", json=body)
        assert said["type"].endswith("statement-malformed"), said


# --- numbers and addresses that do not fit ------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v1/changes?cursor=99999999999999999999999", {}),
        ("GET", "/v1/changes?cursor=-2", {}),
        ("GET", "/v1/changes?cursor=0&wait=nan", {}),
        ("GET", "/v1/changes?cursor=0&wait=1e9", {}),
        ("GET", "/v1/cases?limit=0", {}),
        ("GET", "/v1/cases?limit=201", {}),
        ("GET", "/v1/cases?state=all", {}),
        ("GET", "/v1/cases?after=%00", {}),
        (
            "GET",
            "/v1/cards?after=" + _mark(b"[99999999999999999999]"),
            {},
        ),
        ("GET", "/v1/sms?after=" + _mark(b"[true, 1]"), {}),
        (
            "GET",
            "/v1/cases?after=" + _mark(b'["0001-01-01T00:00:00+14:00","x"]'),
            {},
        ),
        ("GET", "/v1/cards?from=0001-01-01T00:00:00%2B14:00", {}),
        ("GET", "/v1/cards?to=9999-12-31T23:59:59-14:00", {}),
        ("GET", "/v1/cards?from=2026-11-26T00:00:00", {}),
        ("GET", f"/v1/log/consistency?old_size={2**80}", {}),
        ("GET", "/v1/log/consistency?old_size=0", {}),
        ("GET", f"/v1/log/inclusion?operation=x&size={2**80}", {}),
        ("GET", "/v1/documents/..%2f..%2fhub.sqlite", {}),
        ("GET", "/v1/documents/" + "0" * 64, {}),
        ("HEAD", "/v1/uploads/..%2f..%2fhub", TUS),
        ("PATCH", "/v1/uploads/" + "0" * 64, TUS),
        ("DELETE", "/v1/uploads/%2e%2e", TUS),
        ("PUT", "/v1/cases/x/lease", {"Lease-Token": str(2**80)}),
        ("DELETE", "/v1/cases/x/lease", {"Lease-Token": "-1"}),
        ("POST", "/v1/uploads", TUS | {"Upload-Length": "-1", "Upload-Metadata": "sha256 eA=="}),
        ("POST", "/v1/uploads", TUS | {"Upload-Length": "1", "Upload-Metadata": "sha256 Li4vLi4v"}),
        ("POST", "/v1/uploads", TUS | {"Upload-Length": "1", "Upload-Metadata": "name eA=="}),
        ("GET", "/v1/nothing", {}),
        ("TRACE", "/v1/cases", {}),
    ],
)
def test_a_number_or_an_address_that_does_not_fit_is_refused_and_never_breaks_the_hub(
    mine: Wire, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = mine.http.request(method, path, headers=headers)
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    if method != "HEAD":
        assert answer.headers["content-type"] == PROBLEM


def test_a_lease_token_beyond_all_numbers_decides_nothing(victim: Errand, mine: Wire) -> None:
    body = {"statement": _b64(b"{}"), "signature": _b64(b"")}
    for token in (str(2**80), "-1", "1.5", "x"):
        said = mine.refused(
            "POST", f"/v1/cases/{victim.id}/actions", json=body, headers={"Lease-Token": token}
        )
        assert said["status"] == 400


def test_an_upload_takes_neither_more_nor_other_bytes_than_were_announced(
    mine: Wire, office: Office, pki: Pki
) -> None:
    data = uuid.uuid4().bytes * 8
    digest = hashlib.sha256(data).hexdigest()
    created = mine.http.post(
        "/v1/uploads",
        headers=TUS
        | {"Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {_b64(digest.encode())}"},
    )
    assert created.status_code == 201
    path = f"/v1/uploads/{digest}"
    kind = TUS | {"Content-Type": "application/offset+octet-stream"}
    for offset in ("1", str(2**80), "-1", "0x0", ""):
        mine.refused("PATCH", path, content=data, headers=kind | {"Upload-Offset": offset})
    more = mine.refused("PATCH", path, content=data + b"!", headers=kind | {"Upload-Offset": "0"})
    assert more["type"].endswith("request-malformed")
    wrong = mine.refused(
        "PATCH", path, content=b"?" * len(data), headers=kind | {"Upload-Offset": "0"}
    )
    assert wrong["type"].endswith("checksum-mismatch")
    assert mine.http.head(path, headers=TUS).status_code == 404, "nothing of it is kept"
    office.at(pki.agent).upload(data)  # the honest client begins anew
    assert mine.http.head(path, headers=TUS).headers["Upload-Offset"] == str(len(data))


# --- too much, too slow -------------------------------------------------------------------------


def test_a_body_beyond_all_measure_is_refused_before_it_is_read(mine: Wire) -> None:
    large = {"statement": "A" * 300_000, "signature": ""}
    said = mine.refused("POST", "/v1/session", json=large)
    assert said["type"].endswith("upload-too-large")
    assert said["status"] == 413

    def without_end() -> Iterator[bytes]:
        yield b"{"

    said = mine.refused("POST", "/v1/session", content=without_end())
    assert said["type"].endswith("request-malformed"), "no length, no reading"


def test_what_is_no_http_at_all_gets_a_problem_document_too(hub: HubProcess) -> None:
    address = urlsplit(hub.url)
    for noise in (
        b"\x16\x03\x01\x02\x00 a TLS greeting\r\n\r\n",
        b"HELO hub\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ):
        line = socket.create_connection((address.hostname, address.port), timeout=20)
        line.sendall(noise)
        answer = _rest(line)
        assert answer.startswith(b"HTTP/1.1 400"), (noise[:40], answer)
        assert PROBLEM.encode() in answer
        document = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert document["type"].endswith("request-malformed")


def test_who_lets_the_hub_wait_is_let_go_and_the_others_are_served(
    pki: Pki, tmp_path: Path
) -> None:
    """Connections that say nothing, half a request, or half a body, as many as there may be."""
    with hub_process(pki.folder, tmp_path / "hub", more="patience_seconds = 1\n") as hub:
        address = urlsplit(hub.url)
        begun = (
            b"",
            b"GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: ",
            b"POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{",
        )
        waiting = []
        for number in range(24):
            line = socket.create_connection((address.hostname, address.port), timeout=20)
            line.sendall(begun[number % 3])
            waiting.append(line)
        with hub.client(pki.agent.key) as desk:
            assert desk.cases().rows == (), "the others are served meanwhile"
            said = [_rest(line) for line in waiting]
            assert all(b"408" in answer and PROBLEM.encode() in answer for answer in said[2::3])
            assert not any(said[0::3]) and not any(said[1::3]), "let go without a word"

            # An upload over a bad line is given up only when nothing comes any more, and what
            # came is kept.
            data = b"sealed" * 1000
            digest = hashlib.sha256(data).hexdigest()
            assert desk.session is not None
            head = {
                "Authorization": f"Bearer {desk.session.token}",
                "Upload-Length": str(len(data)),
                "Upload-Metadata": f"sha256 {_b64(digest.encode())}",
            }
            httpx.post(f"{hub.url}/v1/uploads", headers=TUS | head, trust_env=False)
            with socket.create_connection((address.hostname, address.port), timeout=20) as line:
                line.sendall(
                    f"PATCH /v1/uploads/{digest} HTTP/1.1\r\nHost: x\r\n"
                    f"Authorization: {head['Authorization']}\r\nTus-Resumable: 1.0.0\r\n"
                    "Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n"
                    f"Content-Length: {len(data)}\r\n\r\n".encode()
                )
                for at in range(0, 1500, 500):
                    line.sendall(data[at : at + 500])
                    time.sleep(0.6)  # slow, but alive: longer in all than the hub waits for silence
                answer = _rest(line)
            assert b"204" in answer.split(b"\r\n")[0], answer
            assert b"upload-offset: 1500" in answer.lower()
            desk.upload(data)


def _rest(line: socket.socket) -> bytes:
    """Everything that still comes until the hub ends the connection."""
    heard = b""
    with line:
        while piece := line.recv(65536):
            heard += piece
    return heard
