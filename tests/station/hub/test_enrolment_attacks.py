"""What somebody without the right to a certificate tries at the hub, and gets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.authority.enrolment import certificate_request
from signing.authority.protocol import RevocationReason, Subject
from signing.certificates import Purpose, holder_of
from signing.keys.pkcs12 import new_key, public_key_of, soft_key
from station.clock import china_now
from station.wire.enrolment import Enrolment, EnrolmentClient, EnrolmentTicket, Wanted
from station.wire.problems import (
    ClockSkew,
    EnrolmentDecided,
    EnrolmentUnfit,
    EnrolmentUnknown,
    OutsideYourArea,
    Refusal,
    RoleNotAllowed,
    SignatureInvalid,
    StatementMalformed,
    StatementOfAnother,
)
from station.wire.statements import signed
from tests.helpers.hub_process import HubProcess
from tests.helpers.pki import TOWNSHIP, VILLAGE, Person, Pki

WANTED = Wanted(name="顾新月", unit=VILLAGE.unit_code, role="代办员", person="U5001")


@pytest.fixture
def client(hub: HubProcess, pki: Pki) -> Iterator[EnrolmentClient]:
    with EnrolmentClient(hub.url) as opened:
        opened.sign_in(pki.administrator.key)
        yield opened


def a_request(private: Any = None) -> bytes:
    private = private or new_key("p256")
    return certificate_request(
        soft_key(private), public_key_of(private), Subject("x", "", "1", "", "", "")
    )


def asked(client: EnrolmentClient, wanted: Wanted = WANTED) -> tuple[EnrolmentTicket, Enrolment]:
    ticket = client.ask_for_certificate(a_request(), wanted)
    return ticket, client.enrolment(ticket)


def test_a_request_is_shown_to_nobody_without_its_secret(client: EnrolmentClient) -> None:
    ticket, _ = asked(client)
    for id, secret in ((ticket.id, ""), (ticket.id, "x"), ("nobody", ticket.secret), ("../x", "")):
        with pytest.raises(Refusal):
            client.enrolment(EnrolmentTicket(id=id, code="", secret=secret))


@pytest.mark.parametrize(
    "wanted",
    [
        WANTED.model_copy(update={"name": ""}),
        WANTED.model_copy(update={"name": "顾\n新月"}),
        WANTED.model_copy(update={"name": "顾" * 65}),
        WANTED.model_copy(update={"person": ""}),
        WANTED.model_copy(update={"person": "工号"}),
        WANTED.model_copy(update={"unit": "130430009"}),
        WANTED.model_copy(update={"purpose": Purpose.AUTHORITY}),
        WANTED.model_copy(update={"purpose": Purpose.ENCRYPT}),
        WANTED.model_copy(update={"purpose": Purpose.SEAL}),
    ],
)
def test_nobody_is_certified_as_what_the_county_does_not_have(
    client: EnrolmentClient, wanted: Wanted
) -> None:
    with pytest.raises(EnrolmentUnfit):
        client.ask_for_certificate(a_request(), wanted)


def test_weak_keys_and_what_is_no_request_are_refused(client: EnrolmentClient) -> None:
    weak = rsa.generate_private_key(65537, 1024)
    for request in (a_request(weak), b"", b"\x30\x80" + bytes(50), bytes(100_000)):
        with pytest.raises(EnrolmentUnfit):
            client.ask_for_certificate(request, WANTED)


def test_only_the_administrator_who_is_signed_in_decides_with_a_statement_of_their_own(
    client: EnrolmentClient, hub: HubProcess, pki: Pki
) -> None:
    _, entry = asked(client)
    with pytest.raises(StatementOfAnother):  # the session is one person's, the signature another's
        client.decide(entry, pki.approver.key, issue=True)
    for person in (pki.approver, pki.agent, pki.supervisor):
        with EnrolmentClient(hub.url) as other:
            other.sign_in(person.key)
            with pytest.raises(RoleNotAllowed):
                other.decide(entry, person.key, issue=True)
            with pytest.raises(RoleNotAllowed):
                other.enrolments()


def test_a_township_administrator_decides_and_revokes_below_the_township_alone(
    client: EnrolmentClient, hub: HubProcess, pki: Pki
) -> None:
    below = pki.person("镇管理员", role="管理员", unit=TOWNSHIP)
    county = WANTED.model_copy(update={"unit": "130430", "role": "审批员", "person": "U5002"})
    _, entry = asked(client, county)
    with EnrolmentClient(hub.url) as other:
        other.sign_in(below.key)
        assert entry.id not in [e.id for e in other.enrolments()]
        with pytest.raises(OutsideYourArea):
            other.decide(entry, below.key, issue=True)
        with pytest.raises(OutsideYourArea):
            other.revoke(pki.approver.certificate, RevocationReason.UNSPECIFIED, below.key)


def test_what_was_decided_stays_decided_and_deciding_the_same_again_gives_the_same(
    client: EnrolmentClient, pki: Pki
) -> None:
    key = pki.administrator.key
    _, entry = asked(client)
    first = client.decide(entry, key, issue=True)
    assert client.decide(entry, key, issue=True).certificate == first.certificate
    with pytest.raises(EnrolmentDecided):
        client.decide(entry, key, issue=False, reason="too late")


def test_a_decision_about_another_key_or_from_another_day_issues_nothing(
    client: EnrolmentClient, pki: Pki
) -> None:
    key = pki.administrator.key
    ticket, entry = asked(client)
    with pytest.raises(StatementMalformed):
        client.decide(entry.model_copy(update={"code": "0000-0000"}), key, issue=True)
    with pytest.raises(EnrolmentUnknown):
        client.decide(entry.model_copy(update={"id": "0" * 16}), key, issue=True)
    stale = china_now() - timedelta(hours=1)
    body = {
        "format": "yizhan-revocation/1",
        "certificate": "",
        "reason": "unspecified",
        "at": stale.isoformat(timespec="seconds"),
    }
    with pytest.raises((ClockSkew, StatementMalformed)):
        client._exchange(
            "POST", "/v1/revocations", json=signed(body, key, stale).model_dump(mode="json")
        )
    assert client.enrolment(ticket).state == "waiting"


def test_nobody_revokes_a_colleague_or_renews_with_what_they_do_not_hold(
    client: EnrolmentClient, pki: Pki
) -> None:
    with pytest.raises(RoleNotAllowed):
        client.revoke(pki.reviewer.certificate, RevocationReason.UNSPECIFIED, pki.agent.key)
    request = a_request()
    for person in (pki.revoked, pki.expired, pki.stranger):
        with pytest.raises(Refusal):
            client.renew(request, _digest(request), person.key)
    with pytest.raises(StatementMalformed):  # signed for another request than the one sent
        client.renew(request, _digest(a_request()), pki.agent.key)


def test_a_renewal_changes_the_key_and_nothing_else(client: EnrolmentClient, pki: Pki) -> None:
    me: Person = pki.person("换证人")
    request = a_request()
    issued = client.renew(request, _digest(request), me.key)
    now, before = holder_of(issued.certificate), me.holder
    same = ("name", "unit", "unit_code", "role", "person_id", "organisation", "purpose")
    assert all(getattr(now, fact) == getattr(before, fact) for fact in same)
    assert now.serial != before.serial


def test_a_statement_that_was_changed_on_the_way_is_refused(
    client: EnrolmentClient, pki: Pki
) -> None:
    _, entry = asked(client)
    body = {"format": "yizhan-enrolment/1", "id": entry.id, "code": entry.code, "issue": False}
    statement = signed(body, pki.administrator.key, china_now()).model_dump(mode="json")
    other = signed({**body, "issue": True}, pki.administrator.key, china_now())
    statement["statement"] = other.model_dump(mode="json")["statement"]
    with pytest.raises(SignatureInvalid):
        client._ask("POST", f"/v1/enrolments/{entry.id}/decision", json=statement)


def _digest(request: bytes) -> str:
    return hashlib.sha256(request).hexdigest()
