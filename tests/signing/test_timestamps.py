"""Asking for time stamps: over HTTP, and from servers that answer wrongly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from signing.timestamps import (
    AuthorityTimeStamps,
    HttpTimeStamps,
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
