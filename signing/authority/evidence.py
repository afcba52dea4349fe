"""Fresh revocation evidence from an authority, at the moment of signing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from signing.authority.protocol import Authority
from signing.authority.service import ocsp_request
from signing.certificates import holder_of, issued_by
from signing.errors import SigningError
from signing.trust import Evidence


class EvidenceUnavailable(SigningError):
    what = "The signature could not be completed for the long term."
    cause = "{where} gave no answer about the certificate of {holder}."
    remedy = "Check the network; the signature can be completed later."
    zh = (
        "签名还不能补全为长期有效。",
        "{where} 没有答复 {holder} 的证书状态。",
        "请检查网络，以后可以再补。",
    )


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
        for certificate in chain:
            known = any(piece.covers(certificate) for piece in found)
            if not known and not issued_by(certificate, certificate):
                raise EvidenceUnavailable(
                    where=holder_of(self._authority.roots[0]).label,
                    holder=holder_of(certificate).label,
                )
        return tuple(found)
