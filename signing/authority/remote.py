"""An authority behind HTTP, as far as it answers questions: OCSP, revocation lists.

Addresses below the base URL are those that a hub in training mode serves: ``/ocsp`` (RFC 6960 by
POST) and ``/crl/ISSUER.crl``. Issuing is not done from afar. Time stamps have a client of their
own (``timestamps.HttpTimeStamps``).
"""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence
from contextlib import suppress

from signing.authority.evidence import EvidenceUnavailable
from signing.authority.service import ocsp_request
from signing.certificates import holder_of, issued_by
from signing.trust import Evidence

_TIMEOUT_S = 10.0
_LARGEST_ANSWER = 16 << 20  # a revocation list of a whole province


class HttpEvidence:
    """An ``EvidenceSource`` that asks an authority over HTTP."""

    def __init__(
        self, url: str, issuers: Sequence[str] = ("root", "county"), timeout_s: float = _TIMEOUT_S
    ) -> None:
        self._url, self._issuers, self._timeout_s = url.rstrip("/"), issuers, timeout_s

    def collect(self, chain: Sequence[bytes]) -> tuple[Evidence, ...]:
        """The newest revocation lists and an OCSP response about the first of ``chain``."""
        label = holder_of(chain[0]).label
        try:
            found = [Evidence.from_crl(self._ask(f"/crl/{issuer}.crl")) for issuer in self._issuers]
            if len(chain) > 1:
                answer = self._ask(
                    "/ocsp", ocsp_request(chain[0], chain[1]), "application/ocsp-request"
                )
                with suppress(ValueError):  # "unauthorized": another authority's certificate
                    found.insert(0, Evidence.from_ocsp(answer))
        except (OSError, ValueError) as error:
            raise EvidenceUnavailable(where=self._url, holder=label) from error
        for certificate in chain:
            known = any(piece.covers(certificate) for piece in found)
            if not known and not issued_by(certificate, certificate):
                raise EvidenceUnavailable(where=self._url, holder=holder_of(certificate).label)
        return tuple(found)

    def _ask(self, path: str, data: bytes | None = None, kind: str = "") -> bytes:
        headers = {"Content-Type": kind} if kind else {}
        message = urllib.request.Request(self._url + path, data=data, headers=headers)
        with urllib.request.urlopen(message, timeout=self._timeout_s) as answer:
            body: bytes = answer.read(_LARGEST_ANSWER)
        return body
