"""Signing in: by certificate, without passwords, and only as long as the certificate is good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from signing.authority.training import UnitPlan
from signing.certificates import Purpose
from station.clock import china_now
from station.domain.units import Role
from station.wire import problems
from station.wire.messages import Challenge, SignedStatement
from station.wire.statements import sign_in_answer, signed
from tests.helpers.hub_process import HubProcess
from tests.helpers.pki import Pki


def test_a_person_is_known_by_their_certificate(hub: HubProcess, pki: Pki) -> None:
    with hub.client(pki.reviewer.key) as desk:
        session = desk.session
        assert session is not None
        assert (session.name, session.role) == ("李建国", Role.REVIEWER)
        assert (session.unit, session.unit_name) == ("130430001", "梁二庄镇便民服务中心")
        assert desk.directory().training


def test_a_revoked_certificate_is_refused_with_its_reason(hub: HubProcess, pki: Pki) -> None:
    with pytest.raises(problems.CertificateRevokedNow) as refused:
        hub.client(pki.revoked.key)
    assert "郑旧" in refused.value.sentence("zh")
    assert "吊销" in refused.value.sentence("zh")


def test_an_expired_certificate_is_refused(hub: HubProcess, pki: Pki) -> None:
    with pytest.raises(problems.CertificateNotValidNow):
        hub.client(pki.expired.key)


def test_a_certificate_that_begins_tomorrow_is_refused(hub: HubProcess, pki: Pki) -> None:
    now = datetime.now(UTC)
    early = pki.person(
        "明天", not_before=now + timedelta(days=1), not_after=now + timedelta(days=9)
    )
    with pytest.raises(problems.CertificateNotValidYet):
        hub.client(early.key)


def test_the_same_name_from_another_authority_is_refused(hub: HubProcess, pki: Pki) -> None:
    with pytest.raises(problems.CertificateForeign):
        hub.client(pki.stranger.key)


def test_a_units_seal_cannot_sign_in(hub: HubProcess, pki: Pki) -> None:
    with pytest.raises(problems.CertificateNotForThis):
        hub.client(pki.township.seal)


def test_a_certificate_for_another_use_cannot_sign_in(hub: HubProcess, pki: Pki) -> None:
    stamper = pki.person("时间戳", purpose=Purpose.TIME_STAMP)
    with pytest.raises(problems.CertificateNotForThis):
        hub.client(stamper.key)


def test_staff_of_another_county_cannot_sign_in(hub: HubProcess, pki: Pki) -> None:
    elsewhere = pki.person("外县人", unit=UnitPlan("130431001001", "外县村便民服务站"))
    with pytest.raises(problems.CertificateNotForThis):
        hub.client(elsewhere.key)


def test_a_role_that_nobody_has_cannot_sign_in(hub: HubProcess, pki: Pki) -> None:
    cook = pki.person("厨师", role="炊事员")
    with pytest.raises(problems.CertificateNotForThis):
        hub.client(cook.key)


def test_an_answer_is_good_once(hub: HubProcess, pki: Pki) -> None:
    challenge = _challenge(hub)
    answer = sign_in_answer(challenge, pki.agent.key, china_now())
    assert _post(hub, answer).status_code == 201
    again = _post(hub, answer)
    assert again.status_code == 401
    assert again.json()["type"] == "urn:yizhan:problem:challenge-stale"


def test_an_answer_to_a_question_nobody_asked_is_refused(hub: HubProcess, pki: Pki) -> None:
    invented = _challenge(hub).model_copy(update={"nonce": "invented"})
    answer = sign_in_answer(invented, pki.agent.key, china_now())
    assert _post(hub, answer).json()["type"] == "urn:yizhan:problem:challenge-stale"


def test_an_answer_meant_for_another_hub_is_refused(hub: HubProcess, pki: Pki) -> None:
    """A hub that is visited cannot pass the visitor's answer on to another one."""
    elsewhere = _challenge(hub).model_copy(update={"hub": "00" * 32})
    answer = sign_in_answer(elsewhere, pki.agent.key, china_now())
    assert _post(hub, answer).json()["type"] == "urn:yizhan:problem:challenge-stale"


def test_an_operation_cannot_be_passed_off_as_an_answer(hub: HubProcess, pki: Pki) -> None:
    challenge = _challenge(hub)
    body = {"format": "yizhan-operation/1", "nonce": challenge.nonce, "hub": challenge.hub}
    answer = signed(body, pki.agent.key, china_now())
    assert _post(hub, answer).json()["type"] == "urn:yizhan:problem:statement-malformed"


def test_a_changed_answer_is_refused(hub: HubProcess, pki: Pki) -> None:
    mine = sign_in_answer(_challenge(hub), pki.agent.key, china_now())
    other = sign_in_answer(_challenge(hub), pki.agent.key, china_now())
    mixed = SignedStatement(statement=mine.statement, signature=other.signature)
    assert _post(hub, mixed).json()["type"] == "urn:yizhan:problem:signature-invalid"


def test_a_session_ends_with_its_certificate(hub: HubProcess, pki: Pki) -> None:
    leaver = pki.person("将离职")
    with hub.client(leaver.key) as desk:
        desk.queue()
        pki.authority.revoke(leaver.certificate)
        with pytest.raises(problems.CertificateRevokedNow):
            desk.queue()


def test_an_unknown_token_is_asked_to_sign_in(hub: HubProcess) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic x"}):
        answer = httpx.get(f"{hub.url}/v1/queue", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["type"] == "urn:yizhan:problem:sign-in-needed"


def test_after_signing_out_the_token_is_dead(hub: HubProcess, pki: Pki) -> None:
    desk = hub.client(pki.agent.key)
    assert desk.session is not None
    headers = {"Authorization": f"Bearer {desk.session.token}"}
    assert httpx.get(f"{hub.url}/v1/queue", headers=headers).status_code == 200
    desk.sign_out()
    assert httpx.get(f"{hub.url}/v1/queue", headers=headers).status_code == 401
    with pytest.raises(problems.SignInNeeded):
        desk.queue()
    desk.close()


def test_an_ended_session_is_opened_again_by_itself(hub: HubProcess, pki: Pki) -> None:
    with hub.client(pki.agent.key) as desk:
        before = desk.session
        assert before is not None
        headers = {"Authorization": f"Bearer {before.token}"}
        httpx.delete(f"{hub.url}/v1/session", headers=headers)  # as if the hour were over
        desk.queue()
        assert desk.session is not None
        assert desk.session.token != before.token


def test_a_refusal_is_a_problem_document_in_the_readers_language(hub: HubProcess, pki: Pki) -> None:
    path = f"{hub.url}/v1/cases/none"
    with hub.client(pki.agent.key) as desk:
        assert desk.session is not None
        bearer = {"Authorization": f"Bearer {desk.session.token}"}
    chinese = httpx.get(path, headers=bearer)
    assert chinese.status_code == 404
    assert chinese.headers["Content-Type"] == "application/problem+json"
    document = chinese.json()
    assert document["type"] == "urn:yizhan:problem:case-unknown"
    assert document["title"] == "没有这个办件。"
    assert document["status"] == 404
    assert document["instance"] == "/v1/cases/none"
    assert document["retryable"] is False
    assert document["user_action"]

    for wish, word in (
        ("en", "There is no such case here."),
        ("en-GB,en;q=0.9,zh;q=0.5", "There is no such case here."),
        ("zh-CN,zh;q=0.9,en;q=0.8", "没有这个办件。"),
        ("fr", "没有这个办件。"),
        ("en;q=broken", "没有这个办件。"),
    ):
        answer = httpx.get(path, headers=bearer | {"Accept-Language": wish})
        assert answer.json()["title"] == word


def test_what_no_route_knows_is_a_problem_document_too(hub: HubProcess) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("POST", "/v1/queue", 405)):
        answer = httpx.request(method, hub.url + path)
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
    unreadable = httpx.post(f"{hub.url}/v1/session", content=b"not json")
    assert unreadable.status_code == 400
    assert unreadable.json()["type"] == "urn:yizhan:problem:request-malformed"
    huge = httpx.post(f"{hub.url}/v1/session", content=b" " * (5 << 20))
    assert huge.status_code == 413


def test_the_hub_describes_itself(hub: HubProcess) -> None:
    description = httpx.get(f"{hub.url}/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert {"/v1/session", "/v1/cases/{case_id}/actions", "/v1/uploads/{digest}"} <= set(
        description["paths"]
    )
    for path, operations in description["paths"].items():
        for operation in operations.values():
            problem = operation["responses"]["4XX"]["content"]
            assert list(problem) == ["application/problem+json"], path
        # What it describes is what the hub answers for a method that is none of them.
        answer = httpx.request("TRACE", hub.url + path.replace("{issuer}", "root"))
        if answer.status_code == 405:
            allowed = {method.strip().lower() for method in answer.headers["Allow"].split(",")}
            assert set(operations) <= allowed, path


def _challenge(hub: HubProcess) -> Challenge:
    return Challenge.model_validate_json(httpx.get(f"{hub.url}/v1/challenge").content)


def _post(hub: HubProcess, answer: SignedStatement) -> httpx.Response:
    return httpx.post(f"{hub.url}/v1/session", json=answer.model_dump(mode="json"))
