"""Asking for time stamps: over HTTP, and from servers that answer wrongly."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from signing.authority.protocol import Authority, Subject
from signing.authority.service import timestamp_answer
from signing.certificates import Purpose
from signing.errors import TimeStampUnavailable
from signing.keys.pkcs12 import new_key, public_key_of, soft_key
from signing.keys.protocol import SigningKey
from signing.timestamps import (
    AuthorityTimeStamps,
    HttpTimeStamps,
    TimeStampClock,
    TimeStamperExpired,
    TimeStamperNotMeant,
    TimeStampRefused,
    TimeStampServerSilent,
    TimeStampWrong,
    stamped_at,
)
from tests.helpers.authority_server import serving, serving_authority
from tests.helpers.pki import Pki

DIGEST = hashlib.sha256(b"dossier").digest()


def test_a_time_stamp_comes_over_http_and_tells_the_time(pki: Pki) -> None:
    with serving_authority(pki.authority) as url:
        token = HttpTimeStamps(f"{url}/tsa").stamp(DIGEST)
    assert abs(stamped_at(token) - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_every_digest_in_use_is_stamped(pki: Pki, algorithm: str) -> None:
    digest = hashlib.new(algorithm, b"dossier").digest()
    token = AuthorityTimeStamps(pki.authority).stamp(digest, algorithm)
    assert digest in token


def test_a_digest_that_the_server_will_not_stamp_is_refused_with_its_words(pki: Pki) -> None:
    with pytest.raises(TimeStampRefused) as refused:
        AuthorityTimeStamps(pki.authority).stamp(hashlib.sha1(b"dossier").digest(), "sha1")
    assert "sha256" in refused.value.sentence("zh")


def test_a_server_that_is_not_there_is_named(pki: Pki) -> None:
    with serving(lambda path, body: None) as url:
        absent = url
        with pytest.raises(TimeStampServerSilent):
            HttpTimeStamps(url).stamp(DIGEST)
    for address in (absent, "not an address", "file:///etc/hostname"):
        with pytest.raises(TimeStampServerSilent) as silent:
            HttpTimeStamps(address).stamp(DIGEST)
        assert address in silent.value.sentence("zh")


def _other_digest(pki: Pki) -> Callable[[str, bytes], bytes]:
    return lambda path, body: pki.authority.timestamp(body.replace(DIGEST, DIGEST[::-1]))


def _replayed(pki: Pki) -> Callable[[str, bytes], bytes]:
    kept: list[bytes] = []

    def answer(path: str, body: bytes) -> bytes:
        kept.append(pki.authority.timestamp(body))
        return kept[0]

    return answer


def test_a_stamp_over_something_else_is_not_taken(pki: Pki) -> None:
    with serving(_other_digest(pki)) as url, pytest.raises(TimeStampWrong, match="digest"):
        HttpTimeStamps(url).stamp(DIGEST)


def test_an_old_answer_played_again_is_not_taken(pki: Pki) -> None:
    with serving(_replayed(pki)) as url:
        stamps = HttpTimeStamps(url)
        assert stamps.stamp(DIGEST)
        with pytest.raises(TimeStampWrong, match="nonce"):
            stamps.stamp(DIGEST)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x05\x30\x03\x02\x01\x00", b"\x30\x80"])
def test_an_answer_that_is_no_time_stamp_is_not_taken(answer: bytes) -> None:
    with serving(lambda path, body: answer) as url, pytest.raises(TimeStampWrong):
        HttpTimeStamps(url).stamp(DIGEST)


def _stamper(pki: Pki, purpose: Purpose, until: datetime, signs: bytes = b"") -> Authority:
    """A time-stamp server with a certificate of its own, or with somebody else's signature."""
    private = new_key("p256")
    issued = pki.authority.issue(
        public_key_of(private),
        Subject("时间戳", "邱县", "130430", pki.authority.organisation),
        purpose,
        not_before=datetime(2020, 1, 1, tzinfo=UTC),
        not_after=until,
    )
    key = soft_key(private, issued.certificate, issued.chain)
    other = soft_key(new_key("p256"), issued.certificate, issued.chain) if signs else key
    return cast(Authority, _Stamping(other))


@dataclass
class _Stamping:
    key: SigningKey
    ahead: timedelta = timedelta()

    def timestamp(self, request: bytes) -> bytes:
        return timestamp_answer(request, self.key, serial=7, at=datetime.now(UTC) + self.ahead)


LATER = datetime(2040, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("purpose", "until", "forged", "refusal"),
    [
        (Purpose.TIME_STAMP, datetime(2021, 1, 1, tzinfo=UTC), b"", TimeStamperExpired),
        (Purpose.SIGN, LATER, b"", TimeStamperNotMeant),
        (Purpose.TIME_STAMP, LATER, b"yes", TimeStampWrong),
    ],
)
def test_a_stamp_that_nobody_would_believe_later_is_refused_at_once(
    pki: Pki,
    purpose: Purpose,
    until: datetime,
    forged: bytes,
    refusal: type[TimeStampUnavailable],
) -> None:
    with pytest.raises(refusal) as refused:
        AuthorityTimeStamps(_stamper(pki, purpose, until, forged)).stamp(DIGEST)
    for language in ("zh", "en"):
        assert "{" not in refused.value.sentence(language)


def test_a_clock_that_is_wrong_is_told_before_it_spoils_a_signature(pki: Pki) -> None:
    server = _stamper(pki, Purpose.TIME_STAMP, LATER)
    cast(_Stamping, server).ahead = timedelta(hours=-3)
    with (
        serving(lambda path, body: server.timestamp(body)) as url,
        pytest.raises(TimeStampClock) as refused,
    ):
        HttpTimeStamps(url).stamp(DIGEST)
    assert "时钟" in refused.value.sentence("zh")


def test_a_server_that_never_answers_is_not_waited_for_longer_than_said(pki: Pki) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/tsa"
        began = time.monotonic()
        with pytest.raises(TimeStampServerSilent):
            HttpTimeStamps(url, timeout_s=0.3).stamp(DIGEST)
        assert time.monotonic() - began < 5
