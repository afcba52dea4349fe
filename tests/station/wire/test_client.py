"""The client when the hub is gone, strange, or from the future: always an explained error."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from signing.keys.protocol import SigningKey
from station.errors import HubError
from station.wire import problems
from station.wire.client import HubAnswerUnclear, HubClient, HubUnreachable
from tests.helpers.pki import Pki

Answer = Callable[[httpx.Request], httpx.Response]


def client_of(answer: Answer) -> HubClient:
    return HubClient("http://hub.invalid", transport=httpx.MockTransport(answer))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port where surely nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    yield port


def test_a_hub_that_is_not_there_is_told_with_what_to_do(closed_port: int, pki: Pki) -> None:
    desk = HubClient(f"http://127.0.0.1:{closed_port}")
    with desk, pytest.raises(HubUnreachable) as gone:
        desk.sign_in(pki.agent.key)
    assert problems.is_retryable(gone.value)
    assert "网络恢复" in gone.value.sentence("zh")
    assert "when the network is back" in gone.value.sentence("en")


def test_work_that_outlives_a_sign_out_is_told_so_and_is_no_bug(closed_port: int) -> None:
    desk = HubClient(f"http://127.0.0.1:{closed_port}")
    desk.close()
    with pytest.raises(HubUnreachable) as late:
        desk.healthy()
    assert "退出登录" in late.value.sentence("zh")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>欢迎使用酒店无线网络</html>"),
        httpx.Response(200, json={"nonce": "x"}),
        httpx.Response(502, text="Bad Gateway"),
        httpx.Response(500, json=["not", "a", "problem"]),
        httpx.Response(302, headers={"Location": "http://login.invalid"}),
    ],
)
def test_what_no_hub_says_is_not_mistaken_for_one(answer: httpx.Response, pki: Pki) -> None:
    """A hotel's sign-on page answers everything with 200."""
    with client_of(lambda request: answer) as desk, pytest.raises(HubAnswerUnclear) as unclear:
        desk.sign_in(pki.agent.key)
    assert isinstance(unclear.value, HubError)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [({"Retry-After": "7"}, 7), ({}, 30), ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30),
     ({"Retry-After": "9999999"}, 86_400), ({"Retry-After": "9" * 5000}, 30)],
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_a_gateway_that_is_full_is_waited_for_as_it_asks(
    said: dict[str, str], seconds: int, status: int, pki: Pki
) -> None:
    answer = httpx.Response(status, headers=said, text="slow down")
    with client_of(lambda _: answer) as desk, pytest.raises(problems.TooManyRequests) as wait:
        desk.sign_in(pki.agent.key)
    assert problems.asked_to_wait(wait.value) == seconds
    assert problems.is_retryable(wait.value)


def test_a_refusal_comes_back_as_the_very_same_class_in_both_languages() -> None:
    told = problems.StaleRevision(number="1-2-3", winner="李建国", time="11-23 10:00", rev=3)
    again = problems.refusal_from(json.loads(json.dumps(told.document("zh"))))
    assert type(again) is problems.StaleRevision
    assert again.sentence("zh") == told.sentence("zh")
    assert again.sentence("en") == told.sentence("en")


def test_a_refusal_this_program_has_no_class_for_speaks_in_the_hubs_words() -> None:
    document = {
        "type": "urn:yizhan:problem:moon-too-full",
        "title": "今晚月亮太圆。",
        "detail": "满月不办公。",
        "user_action": "请明天再来。",
        "retryable": True,
        "status": 418,
        "facts": {},
    }
    refusal = problems.refusal_from(document)
    assert refusal.sentence("zh") == "今晚月亮太圆。满月不办公。请明天再来。"
    assert problems.is_retryable(refusal)
    assert isinstance(problems.refusal_from({}), problems.RefusedOtherwise)


def test_every_refusal_is_whole_in_both_languages_and_has_a_name_of_its_own() -> None:
    import string

    leaves = [kind for kind in _all(problems.Refusal) if kind.what]
    assert len(leaves) > 35
    assert len({kind.slug() for kind in leaves}) == len(leaves)
    for kind in leaves:
        assert kind.what and kind.remedy and kind.zh[0] and kind.zh[2], kind
        english = " ".join((kind.what, kind.cause, kind.remedy))
        chinese = " ".join(kind.zh)
        named = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (english, chinese)
        ]
        assert named[0] == named[1], kind
        assert 400 <= kind.status < 600


def test_before_signing_in_nothing_is_asked() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(500)

    with client_of(answer) as desk, pytest.raises(problems.SignInNeeded):
        desk.queue()
    assert asked == []


def test_a_document_that_changed_on_the_way_is_not_handed_out(pki: Pki) -> None:
    desk = signed_in(pki.agent.key, lambda request: httpx.Response(200, content=b"changed"))
    with desk, pytest.raises(problems.ChecksumMismatch):
        desk.document("ab" * 32)


def test_an_empty_file_is_refused_by_the_hub_not_by_a_crash(pki: Pki, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    refusal = problems.RequestMalformed(reason="an upload has at least one byte")

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Upload-Length"] == "0"
        return httpx.Response(400, json=refusal.document("zh"))

    with signed_in(pki.agent.key, answer) as desk, pytest.raises(problems.RequestMalformed):
        desk.upload(empty)


def signed_in(key: SigningKey, answer: Answer) -> HubClient:
    """A client whose sign-in succeeds and whose other questions ``answer`` answers."""

    def all_answers(request: httpx.Request) -> httpx.Response:
        until = "2026-11-23T12:00:00+08:00"
        match request.url.path:
            case "/v1/challenge":
                return httpx.Response(200, json={"nonce": "n", "hub": "h", "expires_at": until})
            case "/v1/session":
                session = {
                    "token": "t", "expires_at": until, "person": "P1", "name": "王秀兰",
                    "role": "agent", "unit": "130430001001", "unit_name": "吴庄村",
                    "from_the_future": {"is": "passed over"},
                }  # fmt: skip
                return httpx.Response(201, json=session)
        return answer(request)

    desk = client_of(all_answers)
    desk.sign_in(key)
    return desk


def _all(kind: type[problems.Refusal]) -> Iterator[type[problems.Refusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all(below)
