"""Time stamps (RFC 3161): asking for them and checking what comes back.

A ``TimeStamps`` turns a digest into a time-stamp token. The token's imprint, nonce and status are
checked here; whether its signer is trusted is for ``verify/`` to judge.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Protocol

from asn1crypto import cms, core, tsp

from signing.authority.protocol import Authority
from signing.errors import TimeStampUnavailable
from signing.http import Unanswered, fetch

# Bytes to reserve for a token with its chain; public servers send 5 to 7 kB.
TOKEN_ROOM = 8192

_TIMEOUT_S = 10.0


class TimeStampServerSilent(TimeStampUnavailable):
    cause = "The server did not answer ({reason})."
    zh = (
        "没有从 {where} 取到时间戳。",
        "服务器没有应答（{reason}）。",
        "请检查网络，时间戳可以以后再补。",
    )


class TimeStampRefused(TimeStampUnavailable):
    cause = "The server refused ({reason})."
    remedy = "Ask the administrator whether this time-stamp server may be used."
    zh = (
        "没有从 {where} 取到时间戳。",
        "服务器拒绝了（{reason}）。",
        "请问管理员这个时间戳服务器能不能用。",
    )


class TimeStampWrong(TimeStampUnavailable):
    cause = "What the server sent is not a time stamp over this document ({reason})."
    remedy = "Tell the administrator; do not use this time-stamp server."
    zh = (
        "没有从 {where} 取到时间戳。",
        "服务器发来的不是这份文件的时间戳（{reason}）。",
        "请告诉管理员，先不要用这个时间戳服务器。",
    )


class TimeStamps(Protocol):
    """Where time stamps come from."""

    def stamp(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        """A token (CMS ContentInfo, DER) over ``digest``; raises ``TimeStampUnavailable``."""


class HttpTimeStamps:
    """A time-stamp server behind a URL (RFC 3161, section 3.4)."""

    def __init__(self, url: str, timeout_s: float = _TIMEOUT_S) -> None:
        self._url, self._timeout_s = url, timeout_s

    def stamp(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        """Asks once; a second try is the caller's choice."""
        asked = _request(digest, algorithm)
        try:
            received = fetch(
                self._url, asked.dump(), "application/timestamp-query", self._timeout_s
            )
        except Unanswered as error:
            raise TimeStampServerSilent(where=self._url, reason=error) from error
        return _token_in(received, asked, self._url)


class AuthorityTimeStamps:
    """The time-stamp service of an ``Authority`` in this process."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def stamp(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        """Asks the authority."""
        asked = _request(digest, algorithm)
        return _token_in(self._authority.timestamp(asked.dump()), asked, "the authority")


def stamped_at(token: bytes) -> datetime:
    """The time that a token states, UTC; ``ValueError`` when it is no token."""
    moment: datetime = _statement(cms.ContentInfo.load(token))["gen_time"].native
    return moment.astimezone(UTC)


class _Answer(core.Sequence):  # type: ignore[misc]
    """TimeStampResp with its token OPTIONAL, as RFC 3161 section 2.4.2 has it."""

    _fields = [  # noqa: RUF012 - the shape asn1crypto prescribes
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _statement(token: cms.ContentInfo) -> tsp.TSTInfo:
    return token["content"]["encap_content_info"]["content"].parsed


def _request(digest: bytes, algorithm: str) -> tsp.TimeStampReq:
    return tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": algorithm},
                "hashed_message": digest,
            },
            "nonce": secrets.randbits(63),
            "cert_req": True,
        }
    )


def _token_in(answer: bytes, asked: tsp.TimeStampReq, where: str) -> bytes:
    """The token in a response that answers exactly ``asked``."""
    try:
        response = _Answer.load(answer, strict=True)
        status = response["status"]
        if status["status"].native not in ("granted", "granted_with_mods"):
            words = status["status_string"].native or [status["status"].native]
            raise TimeStampRefused(where=where, reason="; ".join(words))
        token = response["time_stamp_token"]
        statement = _statement(token)
        imprint, nonce = statement["message_imprint"].native, statement["nonce"].native
    except (ValueError, TypeError, KeyError) as error:
        raise TimeStampWrong(where=where, reason="not a TimeStampResp") from error
    if imprint["hashed_message"] != asked["message_imprint"]["hashed_message"].native:
        raise TimeStampWrong(where=where, reason="another digest")
    if imprint["hash_algorithm"]["algorithm"] != (
        asked["message_imprint"]["hash_algorithm"]["algorithm"].native
    ):
        raise TimeStampWrong(where=where, reason="another digest algorithm")
    if nonce != asked["nonce"].native:
        raise TimeStampWrong(where=where, reason="another nonce")
    return bytes(token.dump())
