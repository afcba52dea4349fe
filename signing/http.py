"""One question to a server of the PKI, and its answer as bytes."""

from __future__ import annotations

import urllib.parse
import urllib.request

_LARGEST_ANSWER = 64 << 20  # revocation lists of large authorities have megabytes


class Unanswered(Exception):
    """No answer came; the text says why. Callers turn it into an error of theirs."""


def fetch(url: str, question: bytes | None = None, kind: str = "", timeout_s: float = 10) -> bytes:
    """GETs ``url``, or POSTs ``question`` of media type ``kind``; raises ``Unanswered``."""
    # urllib would open file: and ftp: as well, and some of these addresses come from strangers.
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise Unanswered("not an http address")
    headers = {"Content-Type": kind} if kind else {}
    try:
        message = urllib.request.Request(url, data=question, headers=headers)
        with urllib.request.urlopen(message, timeout=timeout_s) as answer:
            data: bytes = answer.read(_LARGEST_ANSWER + 1)
    except (OSError, ValueError) as error:
        raise Unanswered(str(getattr(error, "reason", None) or error)) from error
    if len(data) > _LARGEST_ANSWER:
        raise Unanswered("the answer is too long")
    return data
