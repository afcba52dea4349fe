"""Fresh revocation evidence at the moment of signing: from an authority in this process, from
files, or from the addresses that certificates carry."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from asn1crypto import x509

from signing.authority.protocol import Authority
from signing.authority.service import ocsp_request
from signing.certificates import holder_of, issued_by
from signing.http import Unanswered, fetch
from signing.trust import Evidence, EvidenceOutdated, EvidenceSource, EvidenceUnavailable

__all__ = [
    "AuthorityEvidence",
    "EvidenceUnavailable",
    "FetchedEvidence",
    "FirstAnswer",
    "complete",
]


class AuthorityEvidence:
    """An ``EvidenceSource`` that asks an ``Authority`` in this process."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def collect(self, chain: Sequence[bytes]) -> tuple[Evidence, ...]:
        """The newest revocation lists and an OCSP response about the signer."""
        found = [Evidence.from_crl(der) for der in self._authority.crls()]
        if len(chain) > 1:
            answer = self._authority.ocsp(ocsp_request(chain[0], chain[1]))
            with suppress(ValueError):  # "unauthorized": another authority's certificate
                found.insert(0, Evidence.from_ocsp(answer))
        where = holder_of(self._authority.roots[0]).label
        return complete(chain, found, where)


class FetchedEvidence:
    """An ``EvidenceSource`` of evidence already at hand, and of the certificates' own addresses.

    What is ``known`` is taken first, so that with the right files nobody is called.
    """

    def __init__(self, known: Iterable[Evidence] = ()) -> None:
        self._known = tuple(known)

    def collect(self, chain: Sequence[bytes]) -> tuple[Evidence, ...]:
        """One answer per certificate: known, else by OCSP, else the issuer's revocation list."""
        found: list[Evidence] = []
        where = "; ".join(url for der in chain for url in _addresses(der))
        where = where or ("the files given" if self._known else "no address")
        for certificate, issuer in itertools.pairwise(chain):
            piece = self._newest_known(certificate)
            if piece is None or _is_outdated(piece):
                piece = _fetched(certificate, issuer) or piece
            if piece is not None:
                found.append(piece)
        return complete(chain, found, where)

    def _newest_known(self, certificate: bytes) -> Evidence | None:
        speaking = (piece for piece in self._known if piece.covers(certificate))
        return max(speaking, key=lambda piece: piece.since, default=None)


def _is_outdated(piece: Evidence) -> bool:
    return piece.until is not None and piece.until < datetime.now(UTC)


class FirstAnswer:
    """An ``EvidenceSource`` that asks several in turn until one knows all."""

    def __init__(self, sources: Sequence[EvidenceSource]) -> None:
        self._sources = tuple(sources)

    def collect(self, chain: Sequence[bytes]) -> tuple[Evidence, ...]:
        """The answer of the first that has one; what the last one raises when none has."""
        *others, last = self._sources
        for source in others:
            with suppress(EvidenceUnavailable):
                return source.collect(chain)
        return last.collect(chain)


def complete(chain: Sequence[bytes], found: list[Evidence], where: str) -> tuple[Evidence, ...]:
    """What was found, once it speaks of every certificate but a root, and not of the past only.

    Raises ``EvidenceUnavailable``, or ``EvidenceOutdated`` for what should have been renewed: a
    revocation since would not be in it, and no verifier would take it for this signature.
    """
    now = datetime.now(UTC)
    for certificate in chain:
        if issued_by(certificate, certificate):
            continue
        speaking = [piece for piece in found if piece.covers(certificate)]
        label = holder_of(certificate).label
        if not speaking:
            raise EvidenceUnavailable(where=where, holder=label)
        until = [piece.until for piece in speaking]
        latest = max((moment for moment in until if moment is not None), default=now)
        if None not in until and latest < now:
            raise EvidenceOutdated(where=where, holder=label, date=f"{latest:%Y-%m-%d}")
    return tuple(dict.fromkeys(found))


def _fetched(certificate: bytes, issuer: bytes) -> Evidence | None:
    parsed = x509.Certificate.load(certificate)
    asks: list[tuple[str, bytes | None, str, Callable[[bytes], Evidence]]] = [
        (url, ocsp_request(certificate, issuer), "application/ocsp-request", Evidence.from_ocsp)
        for url in parsed.ocsp_urls
    ]
    asks += [(url, None, "", Evidence.from_crl) for url in _list_urls(parsed)]
    for url, question, kind, read in asks:
        with suppress(Unanswered, ValueError, TypeError, KeyError):
            piece = read(fetch(url, question, kind))
            if piece.covers(certificate):
                return piece
    return None


def _addresses(certificate: bytes) -> Iterator[str]:
    parsed = x509.Certificate.load(certificate)
    yield from parsed.ocsp_urls
    yield from _list_urls(parsed)


def _list_urls(certificate: x509.Certificate) -> Iterator[str]:
    for point in certificate.crl_distribution_points:
        if point["distribution_point"].name == "full_name":
            for name in point["distribution_point"].chosen:
                if name.name == "uniform_resource_identifier":
                    yield name.native
