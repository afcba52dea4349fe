"""An authority behind HTTP, as far as it answers questions: OCSP, revocation lists.

Addresses below the base URL are those that a hub in training mode serves: ``/ocsp`` (RFC 6960 by
POST) and ``/crl/ISSUER.crl``. Issuing is not done from afar. Time stamps have a client of their
own (``timestamps.HttpTimeStamps``).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from signing.authority.evidence import EvidenceUnavailable, complete
from signing.authority.service import ocsp_request
from signing.certificates import holder_of
from signing.http import Unanswered, fetch
from signing.trust import Evidence

_TIMEOUT_S = 10.0


class HttpEvidence:
    """An ``EvidenceSource`` that asks an authority over HTTP."""

    def __init__(
        self, url: str, issuers: Sequence[str] = ("root", "county"), timeout_s: float = _TIMEOUT_S
    ) -> None:
        self._url, self._issuers, self._timeout_s = url.rstrip("/"), issuers, timeout_s

    def collect(self, chain: Sequence[bytes]) -> tuple[Evidence, ...]:
        """The newest revocation lists and an OCSP response about the first of ``chain``."""
        try:
            found = list(self._lists())
            if len(chain) > 1:
                question = ocsp_request(chain[0], chain[1])
                answer = self._ask("/ocsp", question, "application/ocsp-request")
                with suppress(ValueError):  # "unauthorized": another authority's certificate
                    found.insert(0, Evidence.from_ocsp(answer))
        except (Unanswered, ValueError, TypeError) as error:
            label = holder_of(chain[0]).label
            raise EvidenceUnavailable(where=self._url, holder=label) from error
        return complete(chain, found, self._url)

    def lists(self) -> tuple[Evidence, ...]:
        """The newest revocation lists of all issuers; ``EvidenceUnavailable``."""
        try:
            return self._lists()
        except (Unanswered, ValueError, TypeError) as error:
            raise EvidenceUnavailable(where=self._url, holder="、".join(self._issuers)) from error

    def _lists(self) -> tuple[Evidence, ...]:
        return tuple(Evidence.from_crl(self._ask(f"/crl/{issuer}.crl")) for issuer in self._issuers)

    def _ask(self, path: str, question: bytes | None = None, kind: str = "") -> bytes:
        return fetch(self._url + path, question, kind, self._timeout_s)
