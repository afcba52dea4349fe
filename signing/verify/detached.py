"""A CMS signature beside the file that it signs (``contract.pdf`` and ``contract.pdf.p7s``), or
around it (``contract.p7m``): judged like one in a PDF.

The signature names no file. What is beside it under its own name without the ending is what it is
held against; whatever else it may be over is not known here, and then it does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import pem

from signing.trust import TrustStore
from signing.verify.algorithms import hashed
from signing.verify.conclusion import verdict_on
from signing.verify.coverage import Coverage, padding_of
from signing.verify.history import History
from signing.verify.outline import Field
from signing.verify.permissions import Permission
from signing.verify.readings import CADES, Document, Reading, stamp_problems
from signing.verify.signed_data import read_signatures, read_stamp, stamps_over
from signing.verify.syntax import Dictionary, Text
from signing.verify.verdict import Kind, Verdict
from signing.verify.words import Remark, Unreadable

_LARGEST_SIGNATURE = 32 << 20


def verify_detached(
    path: Path, data: bytes, trust: TrustStore, *, policy: str = "any", at: datetime | None = None
) -> Verdict:
    """The verdict on the signature ``data``, which is the file ``path``; never raises."""
    from signing.verify.pdf import without_check

    try:
        if len(data) > _LARGEST_SIGNATURE:
            raise Unreadable("too_large")
        content = _beside(path)
        readings = signature_readings(path.name, data, content)
        document = document_of(readings)
        moment = (at or datetime.now(UTC)).astimezone(UTC)
        return verdict_on(document, data, trust, policy, moment, str(path))
    except Unreadable as error:
        return without_check(str(path), error.remark, at)
    except Exception as error:  # noqa: BLE001 - a file nobody foresaw: said so, and never good
        return without_check(str(path), Remark("unexpected", kind=type(error).__name__), at)


def signature_readings(
    name: str, encoded: bytes, content: bytes | None, order: int = 1
) -> tuple[Reading, ...]:
    """Every signer of a CMS over ``content`` (what lies inside it when None).

    ``name`` stands for the field of a PDF; signatures of a greater ``order`` came later.
    """
    der = _der(encoded)
    blank = blank_reading(name, order, Kind.SIGNATURE)
    try:
        if content is None:
            everyone = read_signatures(der, None)
        else:
            everyone = read_signatures(der, digests_of(content))
    except Unreadable as error:
        return (replace(blank, unreadable=error.remark),)
    notes = (Remark("padding_used"),) if padding_of(der).strip(b"\0\r\n") else ()
    return tuple(
        replace(
            blank,
            signed=signed,
            broken=tuple(dict.fromkeys((*signed.problems, *stamp_problems(signed)))),
            notes=notes,
        )
        for signed in everyone
    )


def stamp_reading(name: str, token: bytes, content: bytes, order: int = 1) -> Reading:
    """A time-stamp token over ``content``."""
    blank = blank_reading(name, order, Kind.TIME_STAMP)
    try:
        signed, statement = read_stamp(token)
        right = stamps_over(statement, digests_of(content))
    except Unreadable as error:
        return replace(blank, unreadable=error.remark)
    problems = signed.problems if right else (*signed.problems, Remark("digest_wrong"))
    return replace(blank, signed=signed, statement=statement, broken=problems)


def blank_reading(name: str, order: int, kind: Kind) -> Reading:
    """A reading of which only name and order are known."""
    field = Field((None, order), None, name, "Sig", Dictionary(), None)
    return Reading(
        kind=kind,
        field=field,
        sub_filter=CADES,
        claimed="",
        reason="",
        permission=Permission(None, (), False),
        coverage=Coverage(0, 0, order, Text()),
    )


def document_of(readings: tuple[Reading, ...], notes: tuple[Remark, ...] = ()) -> Document:
    """What was read, in the form that the verdict is made of."""
    return Document(History(b""), readings, (), (), 0, False, notes=notes)


def digests_of(content: bytes) -> Callable[[str], bytes]:
    """The digest of ``content``, by name; each computed once."""
    known: dict[str, bytes] = {}

    def digest(name: str) -> bytes:
        if name not in known:
            known[name] = hashed(name, content)
        return known[name]

    return digest


def _beside(path: Path) -> bytes | None:
    """The file that a signature is over; None for one that holds it."""
    if path.suffix.lower() == ".p7m":
        return None
    content = path.with_suffix("")
    try:
        return content.read_bytes()
    except OSError as error:
        raise Unreadable("content_missing", file=content.name) from error


def _der(encoded: bytes) -> bytes:
    """The signature out of its text wrapping (PEM) where it has one."""
    if not pem.detect(encoded):
        return encoded
    try:
        _, _, der = pem.unarmor(encoded)
        return bytes(der)
    except ValueError as error:
        raise Unreadable("no_cms") from error
