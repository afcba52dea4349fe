"""What people see of the cases: queues, lists, documents, news, and nothing beyond their area."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from signing import tree
from signing.authority.service import ocsp_request
from signing.certificates import to_pem
from signing.envelope import open_bytes
from signing.errors import NotForThisKey
from signing.keys.pkcs12 import open_p12_decryption
from signing.timestamps import HttpTimeStamps, stamped_at
from signing.trust import Evidence
from station.domain.cases import ActionType, CaseState
from station.domain.deadlines import Card
from station.domain.operations import DocumentKind
from station.wire import problems
from station.wire.messages import SmsStatus
from station.wire.sealed import Header
from station.wire.statements import check_head
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.office import OTHER_TOWNSHIP, PHONE, TOWNSHIP_ONLY, Errand, Office
from tests.helpers.pki import Pki


@pytest.fixture(scope="module")
def hub(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub whose cases are this file's alone, for its tests count them."""
    with hub_process(pki.folder, tmp_path_factory.mktemp("lists") / "hub") as running:
        yield running


@pytest.fixture(scope="module")
def office(hub: HubProcess, pki: Pki) -> Iterator[Office]:
    opened = Office(hub, pki)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def seven(office: Office, pki: Pki) -> list[Errand]:
    """Seven cases at the township, the first of them forwarded, the second returned."""
    errands = [office.errand() for _ in range(7)]
    for errand in errands:
        errand.submit()
    errands[0].review(ActionType.FORWARD, pki.reviewer)
    errands[1].review(ActionType.RETURN, pki.reviewer)
    return errands


def test_each_sees_what_waits_for_them(office: Office, pki: Pki, seven: list[Errand]) -> None:
    township = office.at(pki.reviewer).queue()
    assert {row.case.id for row in township.rows} == {errand.id for errand in seven[2:]}
    assert (township.counts.waiting, township.counts.yellow, township.counts.red) == (5, 0, 0)
    county = office.at(pki.approver).queue()
    assert [row.case.id for row in county.rows] == [seven[0].id]
    village = office.at(pki.agent).queue()
    assert [row.case.id for row in village.rows] == [seven[1].id], "returned: the village's turn"
    with pytest.raises(problems.RoleNotAllowed):
        office.at(pki.supervisor).queue()


def test_the_queue_is_read_in_pages_without_gaps(
    office: Office, pki: Pki, seven: list[Errand]
) -> None:
    desk = office.at(pki.reviewer)
    seen: list[str] = []
    after = None
    while True:
        page = desk.queue(after=after, limit=2)
        seen += [row.case.id for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 5
    with pytest.raises(problems.RequestMalformed):
        desk.queue(after="nonsense")


def test_a_row_is_filled_from_its_sealed_header_on_the_reviewers_pc(
    office: Office, pki: Pki, seven: list[Errand]
) -> None:
    row = office.at(pki.reviewer).queue().rows[0]
    assert row.header is not None
    assert Header.read(open_bytes(row.header, pki.township.opening)).applicant == "任春早"
    everywhere = office.at(pki.supervisor).cases()
    assert all(row.header is None for row in everywhere.rows), "supervision needs no names"


def test_lists_are_filtered_and_paged(office: Office, pki: Pki, seven: list[Errand]) -> None:
    desk = office.at(pki.supervisor)
    assert desk.cases().total == 7
    third = sorted(one.case.opened_at for one in seven)[2]
    assert {row.case.id for row in desk.cases(opened_from=third).rows} == {
        one.id for one in seven if one.case.opened_at >= third
    }
    returned = desk.cases(states=[CaseState.RETURNED])
    assert [row.case.id for row in returned.rows] == [seven[1].id]
    assert desk.cases(item=TOWNSHIP_ONLY).total == 0
    assert desk.cases(unit="130430001").total == 7
    assert desk.cases(unit="130430002").total == 0
    assert desk.cases(card=Card.RED).total == 0
    by_number = desk.cases(number=seven[3].number)
    assert [row.case.number for row in by_number.rows] == [seven[3].number]
    assert [r.case.id for r in desk.cases(number=seven[3].number[-7:]).rows] == [seven[3].id]
    assert desk.cases(number="%").total == 0, "a percent sign is a percent sign"
    first = desk.cases(limit=4)
    second = desk.cases(limit=4, after=first.next)
    ids = [row.case.id for row in (*first.rows, *second.rows)]
    assert len(ids) == len(set(ids)) == 7
    assert second.next is None


def test_a_case_file_holds_times_documents_and_no_content(
    office: Office, pki: Pki, seven: list[Errand], hub: HubProcess
) -> None:
    file = office.at(pki.reviewer).case(seven[2].id)
    assert {document.kind for document in file.documents} == {
        DocumentKind.DOSSIER,
        DocumentKind.HEADER,
        DocumentKind.CONTACT,
    }
    (running,) = file.times
    assert running.unit == "130430001"
    assert running.stopped_at is None
    assert file.case.due_at == running.due_at
    stored = (hub.data / "hub.sqlite").read_bytes() + b"".join(
        wal.read_bytes() for wal in hub.data.glob("hub.sqlite-wal")
    )
    for secret in ("任春早", "任奶奶", PHONE, "缺户口簿本人页"):
        assert secret.encode() not in stored


def test_documents_come_back_as_they_were_sealed(
    office: Office, pki: Pki, seven: list[Errand], hub: HubProcess
) -> None:
    desk = office.at(pki.reviewer)
    file = desk.case(seven[2].id)
    dossier = next(d for d in file.documents if d.kind is DocumentKind.DOSSIER)
    sealed = desk.document(dossier.sealed_sha256)
    assert hashlib.sha256(open_bytes(sealed, pki.township.opening)).hexdigest() == dossier.sha256

    assert desk.session is not None
    headers = {"Authorization": f"Bearer {desk.session.token}"}
    place = f"{hub.url}/v1/documents/{dossier.sealed_sha256}"
    part = httpx.get(place, headers=headers | {"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, sealed[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(sealed)}"
    rest = httpx.get(place, headers=headers | {"Range": f"bytes={len(sealed) - 5}-"})
    assert rest.content == sealed[-5:]
    beyond = httpx.get(place, headers=headers | {"Range": f"bytes={len(sealed)}-"})
    assert beyond.status_code == 400
    nonsense = httpx.get(place, headers=headers | {"Range": "lines=1-2"})
    assert nonsense.content == sealed, "what is not understood is ignored, as RFC 9110 says"


def test_only_the_sms_sender_can_open_the_telephone_number(
    office: Office, pki: Pki, seven: list[Errand], hub: HubProcess
) -> None:
    desk = office.at(pki.reviewer)
    contact = next(d for d in desk.case(seven[2].id).documents if d.kind is DocumentKind.CONTACT)
    sealed = desk.document(contact.sealed_sha256)
    for key in (pki.village.opening, pki.township.opening, pki.county.opening):
        with pytest.raises(NotForThisKey):
            open_bytes(sealed, key)
    pin = (hub.data / "keys" / "sms.pin").read_text()
    sender = open_p12_decryption(hub.data / "keys" / "sms.p12", pin)
    assert PHONE.encode() in open_bytes(sealed, sender)


def test_documents_nobody_here_refers_to_are_not_given_out(
    office: Office, pki: Pki, seven: list[Errand]
) -> None:
    orphan = office.at(pki.agent).upload(b"sealed, but named by no action")
    for digest in (orphan, "0" * 64, "..%2f..%2fhub.sqlite"):
        with pytest.raises((problems.DocumentUnknown, problems.RefusedOtherwise)):
            office.at(pki.agent).document(digest)


def test_news_come_at_once_to_who_waits(office: Office, pki: Pki) -> None:
    desk = office.hub.client(pki.reviewer.key)
    cursor = desk.changes().cursor
    errand = office.errand()
    prepared = errand.prepare(ActionType.SUBMIT, pki.agent)
    heard: list[object] = []
    listener = threading.Thread(target=lambda: heard.append(desk.changes(cursor, wait=50)))
    listener.start()
    errand.deliver(prepared, pki.agent)
    listener.join(40)
    desk.close()
    (changes,) = heard
    (change,) = changes.changes  # type: ignore[attr-defined]
    assert (change.case, change.action, change.rev) == (errand.id, ActionType.SUBMIT, 1)
    assert change.actor_name == "王秀兰"
    quiet = office.at(pki.reviewer).changes(changes.cursor)  # type: ignore[attr-defined]
    assert quiet.changes == ()


def test_news_of_other_areas_are_passed_over(office: Office, pki: Pki) -> None:
    stranger = office.at(pki.person("外镇", role="审核员", unit=OTHER_TOWNSHIP))
    office.errand().submit()
    assert stranger.changes(-1).changes == ()
    assert stranger.changes(-1).cursor == office.at(pki.reviewer).changes().cursor
    assert len(office.at(pki.reviewer).changes(-1).changes) > 0


def test_the_applicant_is_told_at_acceptance_return_and_decision(
    office: Office, pki: Pki, hub: HubProcess
) -> None:
    errand = office.errand(TOWNSHIP_ONLY)
    errand.submit()
    errand.review(ActionType.RETURN, pki.reviewer)
    errand.resubmit()
    errand.review(ActionType.APPROVE, pki.reviewer)
    desk = office.at(pki.agent)
    cursor = -1
    while True:  # messages go out on the hub's own round, started by each action
        entries = desk.sms(errand.id).entries
        if len(entries) == 3 and all(e.status is SmsStatus.DELIVERED for e in entries):
            break
        cursor = desk.changes(cursor, wait=0.2).cursor
    assert [entry.template for entry in reversed(entries)] == ["accepted", "returned", "approved"]
    assert {entry.to for entry in entries} == {"138****5678"}
    assert all("任奶奶" not in entry.text and errand.number in entry.text for entry in entries)
    sent = [line for line in hub.sms() if errand.number in line["text"]]
    assert len(sent) == 3
    assert {line["to"] for line in sent} == {PHONE}
    assert all("任奶奶，" in line["text"] for line in sent)
    assert desk.sms(limit=2).next is not None


def test_an_auditor_needs_to_trust_only_signed_heads(office: Office, pki: Pki) -> None:
    desk = office.at(pki.auditor)
    errand = office.errand()
    operation = errand.submit().operation
    early = desk.tree_head()
    check_head(early, office.directory.hub_certificate)
    office.errand().submit()
    late = desk.tree_head()
    assert late.size == early.size + 1

    proof = desk.inclusion(operation, late.size)
    assert tree.check_inclusion(
        tree.leaf(bytes.fromhex(proof.hash)),
        proof.position,
        proof.size,
        [bytes.fromhex(node) for node in proof.path],
        bytes.fromhex(late.root),
    )
    grown = desk.consistency(early.size, late.size)
    assert tree.check_consistency(
        early.size,
        bytes.fromhex(early.root),
        late.size,
        bytes.fromhex(late.root),
        [bytes.fromhex(node) for node in grown.path],
    )
    with pytest.raises(problems.RequestMalformed):
        desk.consistency(late.size + 5)
    with pytest.raises(problems.CaseUnknown):
        desk.inclusion("nothing")


def test_supervision_sees_figures_and_others_do_not(office: Office, pki: Pki) -> None:
    found = office.at(pki.supervisor).statistics()
    assert found.total.received > 0
    assert found.by_unit["130430001001"].received == found.total.received
    assert found.reasons["material-missing"] >= 1
    with pytest.raises(problems.RoleNotAllowed):
        office.at(pki.agent).statistics()
    with pytest.raises(problems.RoleNotAllowed):
        office.at(pki.supervisor).statistics(unit="130431")
    assert office.at(pki.supervisor).cards().cards == ()


def test_the_training_authority_answers_below_the_hub(
    hub: HubProcess, pki: Pki, tmp_path: Path
) -> None:
    chain = tmp_path / "county.pem"
    chain.write_bytes(to_pem(*pki.authority.chain))
    leaf = tmp_path / "leaf.pem"
    leaf.write_bytes(to_pem(pki.agent.certificate))
    asked = subprocess.run(
        ["openssl", "ocsp", "-issuer", chain, "-cert", leaf, "-url", f"{hub.url}/authority/ocsp",
         "-CAfile", pki.root_pem, "-VAfile", chain, "-no_nonce"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "good" in asked.stdout, asked.stderr
    request = ocsp_request(pki.agent.certificate, pki.authority.chain[0])
    asked_by_get = httpx.get(f"{hub.url}/authority/ocsp/{quote(b64encode(request), safe='')}")
    assert Evidence.from_ocsp(asked_by_get.content).revoked_at(pki.agent.certificate) is None
    crl = httpx.get(f"{hub.url}/authority/crl/county.crl")
    assert crl.headers["Content-Type"] == "application/pkix-crl"
    assert httpx.get(f"{hub.url}/authority/crl/nobody.crl").status_code == 400
    assert httpx.get(f"{hub.url}/authority/ocsp/%%%").status_code == 400
    assert httpx.get(f"{hub.url}/authority/root.pem").content == pki.root_pem.read_bytes()

    token = HttpTimeStamps(f"{hub.url}/authority/tsa").stamp(hashlib.sha256(b"x").digest())
    assert stamped_at(token).year >= 2026
