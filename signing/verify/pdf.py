"""Verifying a PDF: every signature, what was changed after it, and one bottom line.

Offline and without side effects. Whatever a file holds, the answer is a ``Verdict``; what cannot
be checked says so and is never good. How the parts are judged is told by the rooms beside this
one: ``coverage``, ``signed_data``, ``changes``, ``permissions``, ``standing``, ``chain``.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from signing import parsed
from signing.trust import TrustStore
from signing.verify.attached import bound_files
from signing.verify.conclusion import verdict_on
from signing.verify.history import History
from signing.verify.ink import ink_remarks
from signing.verify.readings import read_document
from signing.verify.verdict import Outcome, Route, RouteFinder, Verdict
from signing.verify.words import Remark, Unreadable


def verify_file(
    path: Path, trust: TrustStore, *, policy: str = "any", at: datetime | None = None
) -> Verdict:
    """The verdict on a file; one that cannot be opened is ``malformed``. See ``verify_pdf``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = Remark("not_opened", detail=error.strerror or type(error).__name__)
        return without_check(str(path), reason, at)
    return verify_pdf(data, trust, policy=policy, at=at, file=str(path))


def verify_pdf(
    data: bytes,
    trust: TrustStore,
    *,
    policy: str = "any",
    at: datetime | None = None,
    file: str = "document",
    route: Route | RouteFinder | None = None,
) -> Verdict:
    """What is to be thought of a PDF; never raises for what it holds.

    ``at`` (aware) is the moment for which it is asked, now if None. ``policy`` ``chain`` demands
    the approval chain village → township → county with every prepared field signed, ``order``
    the same as far as it went (a case that was returned or refused). With a ``route`` the chain
    has to end where the route does; a finder is asked for it once the file was read. ``file`` is
    how the verdict names it.
    """
    try:
        moment = (at or datetime.now(UTC)).astimezone(UTC)
        return _verdict(data, trust, policy, moment, file, route)
    except Unreadable as error:
        detail = error.remark
    except Exception as error:  # noqa: BLE001 - a file nobody foresaw: said so, and never good
        parsed.forget()
        detail = Remark("unexpected", kind=type(error).__name__)
    return without_check(file, detail, at, hashlib.sha256(data).hexdigest())


def without_check(file: str, why: Remark, at: datetime | None = None, sha256: str = "") -> Verdict:
    """The verdict on a file that could not be checked."""
    return Verdict(
        file=file,
        outcome=Outcome.MALFORMED,
        reason=Remark("cannot_check", detail=why),
        checked_at=(at or datetime.now(UTC)).astimezone(UTC),
        sha256=sha256,
    )


def _verdict(
    data: bytes,
    trust: TrustStore,
    policy: str,
    at: datetime,
    file: str,
    route: Route | RouteFinder | None,
) -> Verdict:
    if not data.strip(b"\0\t\n\f\r "):
        raise Unreadable("empty_file")
    history = History(data)
    document = read_document(history)
    doubts = ink_remarks(history, document.readings)
    if route is not None and not isinstance(route, Route):
        route = route(bound_files(document))
    return verdict_on(document, data, trust, policy, at, file, doubts, route)
