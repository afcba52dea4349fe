"""How long a signed PDF can still be verified, and what it needs for longer.

A signature holds as long as something proves when it was made: the newest time stamp over it, and
of that the stamper's certificate. Before it runs out a newer stamp must stand over everything
(``longterm.prolong``). Here only the file is read; whether it is sound is for ``verify/`` to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from signing.certificates import holder_of, issued_by
from signing.pades.document import open_document, reading
from signing.pades.longterm import Signed, signed_in
from signing.trust import Evidence

_NEVER = (datetime.max.replace(tzinfo=UTC), "")


class Need(StrEnum):
    """Why a file should be prolonged now, or that it need not."""

    NONE = "none"
    UNSIGNED = "unsigned"  # nothing to prolong
    UNPROVEN = "unproven"  # a signature whose time nothing proves
    UNEVIDENCED = "unevidenced"  # revocation evidence is missing
    ENDS_SOON = "ends_soon"
    ENDED = "ended"  # too late for certainty; a stamp now still proves the rest


@dataclass(frozen=True, slots=True)
class Outlook:
    """What protects a file, until when. ``by`` is whose certificate ends first."""

    need: Need
    until: datetime | None = None
    by: str = ""


def outlook(pdf: bytes, at: datetime, within: timedelta, *, file: str = "document") -> Outlook:
    """What a PDF needs at ``at`` so that it will still be verifiable ``within`` from then.

    Raises a ``DocumentNotSignable`` for a file that cannot be read.
    """
    signed = signed_in(pdf, file)
    signatures = [one for one in signed if not one.is_stamp]
    if not signatures:
        return Outlook(Need.UNSIGNED)
    until, by = min(_ends(signatures, [one for one in signed if one.is_stamp]))
    if until <= at:
        return Outlook(Need.ENDED, until, by)
    if not all(_proven(one, signed) for one in signatures):
        return Outlook(Need.UNPROVEN, until, by)
    if not _evidenced(pdf, signed, file):
        return Outlook(Need.UNEVIDENCED, until, by)
    return Outlook(Need.ENDS_SOON if until <= at + within else Need.NONE, until, by)


def _ends(signatures: Sequence[Signed], stamps: Sequence[Signed]) -> Iterator[tuple[datetime, str]]:
    """When the proof of each signature's time ends, and whose certificate that is."""
    for one in signatures:
        over = [stamp for stamp in stamps if stamp.covered > one.covered]
        newest = max(over, key=lambda stamp: stamp.covered, default=None)
        chains = newest.chains[:1] if newest is not None else one.chains[1:] or one.chains[:1]
        # Of several stamps on one signature the one that lasts longest counts.
        yield max((_end_of(chain[0]) for chain in chains), default=_NEVER)


def _end_of(certificate: bytes) -> tuple[datetime, str]:
    holder = holder_of(certificate)
    return holder.not_after, holder.label


def _proven(one: Signed, signed: Sequence[Signed]) -> bool:
    return len(one.chains) > 1 or any(s.is_stamp and s.covered > one.covered for s in signed)


def _evidenced(pdf: bytes, signed: Sequence[Signed], file: str) -> bool:
    """Whether the store speaks of every certificate but roots and the newest stamper's."""
    with reading(file):
        try:
            store = DocumentSecurityStore.read_dss(open_document(pdf, file).writer.prev)
        except NoDSSFoundError:
            return False
        evidence = [Evidence.from_crl(bytes(ref.get_object().data)) for ref in store.crls]
        evidence += [Evidence.from_ocsp(bytes(ref.get_object().data)) for ref in store.ocsps]
    newest = max((one.covered for one in signed if one.is_stamp), default=0)
    needed = {
        certificate
        for one in signed
        if not (one.is_stamp and one.covered == newest)
        for chain in one.chains
        for certificate in chain
        if not issued_by(certificate, certificate)
    }
    return all(any(piece.covers(certificate) for piece in evidence) for certificate in needed)
