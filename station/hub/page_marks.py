"""Where a page ended, as a word that a client hands back without looking inside."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from station.clock import is_ours
from station.wire.problems import RequestMalformed


def mark(*key: object) -> str:
    """The word for the key of the last row of a page."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode("ascii")


def number_in(text: str) -> int:
    """The key of a page that is ordered by one number."""
    (number,) = _key(text, 1)
    if not isinstance(number, int) or abs(number) > 2**53:
        raise _no_mark()
    return number


def moment_and_id_in(text: str) -> tuple[datetime, str]:
    """The key of a page that is ordered by a time and an id."""
    moment, identity = _key(text, 2)
    try:
        parsed = datetime.fromisoformat(str(moment))
    except ValueError as error:
        raise _no_mark() from error
    if not is_ours(parsed):
        raise _no_mark()
    return parsed, str(identity)


def _key(text: str, length: int) -> list[Any]:
    try:
        key = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _no_mark() from error
    if not isinstance(key, list) or len(key) != length:
        raise _no_mark()
    return key


def _no_mark() -> RequestMalformed:
    return RequestMalformed(reason="after is no page mark")
