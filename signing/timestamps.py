"""Time stamps (RFC 3161): asking for them and checking what comes back.

A ``TimeStamps`` turns a digest into a time-stamp token. Everything that would make the token
worthless later is checked while another server can still be asked: status, imprint, nonce, its
signature, the stamper's certificate and the clock. Whether its signer is trusted is for ``verify/``
to judge.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from asn1crypto import cms, core, tsp

from signing.authority.protocol import Authority
from signing.certificates import CertificateUnreadable, Purpose, chain_of, holder_of
from signing.errors import TimeStampUnavailable
from signing.http import Unanswered, fetch

# Bytes to reserve for a token with its chain; public servers send 5 to 7 kB.
TOKEN_ROOM = 8192

_TIMEOUT_S = 10.0
_CLOCK_SLACK = timedelta(minutes=10)  # as much as the verifier forgives


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


class TimeStamperExpired(TimeStampUnavailable):
    cause = "The server's own certificate was valid from {since} to {until} only."
    remedy = "Tell the administrator; use another time-stamp server until it has a new one."
    zh = (
        "没有从 {where} 取到时间戳。",
        "服务器自己的证书只在 {since} 到 {until} 有效。",
        "请告诉管理员，换好证书之前先用别的时间戳服务器。",
    )


class TimeStamperNotMeant(TimeStampUnavailable):
    cause = "The server's certificate ({holder}) was not issued for time stamps."
    remedy = "Tell the administrator; do not use this time-stamp server."
    zh = (
        "没有从 {where} 取到时间戳。",
        "服务器的证书（{holder}）不是签发时间戳用的。",
        "请告诉管理员，先不要用这个时间戳服务器。",
    )


class TimeStampClock(TimeStampUnavailable):
    cause = "The server says it is {stamped}, this computer says {here}."
    remedy = "Set this computer's clock; if it is right, do not use this time-stamp server."
    zh = (
        "没有从 {where} 取到时间戳。",
        "服务器的时间是 {stamped}，这台电脑的时间是 {here}。",
        "请校准这台电脑的时钟；如果它是准的，就不要用这个时间戳服务器。",
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
        token = _token_in(received, asked, self._url)
        _check_clock(stamped_at(token), self._url)
        return token


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


class StampUnreadable(Exception):
    """The bytes are no sound time stamp over what they should be over; callers tell it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp, its signature checked: when, and by whom; not whether to trust that."""

    at: datetime
    certificate: bytes
    chain: tuple[bytes, ...]


def read_token(token: bytes, digest: bytes | None = None, algorithm: str = "sha256") -> Stamp:
    """Reads a token, over ``digest`` where one is given; ``StampUnreadable`` if not sound."""
    from signing.verify.signed_data import read_stamp
    from signing.verify.words import Unreadable

    try:
        signed, statement = read_stamp(token)
    except Unreadable as error:
        raise StampUnreadable from error
    imprint = statement["message_imprint"]
    right = digest is None or (
        imprint["hashed_message"].native == digest
        and imprint["hash_algorithm"]["algorithm"].native == algorithm
    )
    if signed.problems or not right:
        raise StampUnreadable
    chain = chain_of(signed.certificate, signed.certificates)
    moment: datetime = statement["gen_time"].native
    return Stamp(moment.astimezone(UTC), signed.certificate, chain)


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
    taken = bytes(token.dump())
    _check_stamper(taken, where)
    return taken


def _check_stamper(token: bytes, where: str) -> None:
    """Whether the token is signed, and by somebody who might stamp when it was made."""
    # The verifier is loaded with the first time stamp and not with the first B-B signature.
    from signing.verify.signed_data import read_stamp
    from signing.verify.words import Unreadable

    try:
        signed, statement = read_stamp(token)
        holder = holder_of(signed.certificate)
    except Unreadable as error:
        raise TimeStampWrong(where=where, reason=error.remark.en) from error
    except CertificateUnreadable as error:
        raise TimeStampWrong(where=where, reason="its certificate cannot be read") from error
    if signed.problems:
        raise TimeStampWrong(where=where, reason=signed.problems[0].en)
    if holder.purpose is not Purpose.TIME_STAMP:
        raise TimeStamperNotMeant(where=where, holder=holder.label)
    if not holder.not_before <= statement["gen_time"].native <= holder.not_after:
        since, until = (f"{day:%Y-%m-%d}" for day in (holder.not_before, holder.not_after))
        raise TimeStamperExpired(where=where, since=since, until=until)


def _check_clock(stamped: datetime, where: str) -> None:
    """A signature whose claimed time lies after its time stamp is doubted for ever."""
    now = datetime.now(UTC)
    if abs(now - stamped) > _CLOCK_SLACK:
        shown = (f"{moment.astimezone():%Y-%m-%d %H:%M %z}" for moment in (stamped, now))
        raise TimeStampClock(where=where, stamped=next(shown), here=next(shown))
