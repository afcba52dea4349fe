"""Whom we trust, and what is known offline about revocations, since when.

A ``TrustStore`` is plain data gathered from files: trust roots, the certificates between them
and the signers, and revocation evidence (CRLs and OCSP responses) with the time from which each
speaks. Judging a signature with it is the work of ``verify/``; fetching over a network is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from asn1crypto import crl, ocsp, pem, x509

from signing import parsed
from signing.certificates import (
    CertificateRevoked,
    CertificateUnreadable,
    fingerprint,
    holder_of,
    issued_by,
    same_name,
)
from signing.errors import SigningError, TrustUnreadable

_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der", ".crl", ".ocsp"})


class TrustFileUnreadable(TrustUnreadable):
    cause = "The file could not be opened ({reason})."
    remedy = "Check the path."
    zh = ("信任根 {file} 不能用。", "文件打不开（{reason}）。", "请检查路径。")


class TrustHoldsNothing(TrustUnreadable):
    cause = "It holds neither a certificate nor a CRL nor an OCSP response."
    zh = (
        "信任根 {file} 不能用。",
        "里面既没有证书，也没有吊销列表或 OCSP 应答。",
        "请给出 PEM 或 DER 格式的证书。",
    )


class EvidenceUnavailable(SigningError):
    what = "The signature could not be completed for the long term."
    cause = "{where} gave no answer about the certificate of {holder}."
    remedy = "Check the network; the signature can be completed later."
    zh = (
        "签名还不能补全为长期有效。",
        "{where} 没有答复 {holder} 的证书状态。",
        "请检查网络，以后可以再补。",
    )


class EvidenceOutdated(EvidenceUnavailable):
    cause = "What {where} says about the certificate of {holder} was due to be renewed on {date}."
    remedy = "Fetch the newest revocation list, or check this computer's clock."
    zh = (
        EvidenceUnavailable.zh[0],
        "{where} 给出的 {holder} 的证书状态在 {date} 就该更新了。",
        "请取最新的吊销列表；也看看这台电脑的时钟对不对。",
    )


class EvidenceKind(StrEnum):
    CRL = "crl"
    OCSP = "ocsp"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One CRL or OCSP response (DER) and the span of which it speaks, UTC.

    ``until`` is when newer evidence is due; None where it does not say.
    """

    kind: EvidenceKind
    der: bytes
    since: datetime
    until: datetime | None = None

    @property
    def issuer_name(self) -> str:
        """Who speaks, in a word: the issuer of a revocation list; "" for an OCSP response."""
        if self.kind is not EvidenceKind.CRL:
            return ""
        name = parsed.revocation_list(self.der).issuer.native
        return str(name.get("common_name") or name.get("organization_name") or "")

    @classmethod
    def from_crl(cls, der: bytes) -> Evidence:
        """Reads a certificate revocation list; ``ValueError`` when it is none."""
        body = parsed.revocation_list(der)["tbs_cert_list"]
        until = body["next_update"].native
        return cls(
            EvidenceKind.CRL,
            der,
            since=body["this_update"].native.astimezone(UTC),
            until=until.astimezone(UTC) if until else None,
        )

    @classmethod
    def from_ocsp(cls, der: bytes) -> Evidence:
        """Reads a successful OCSP response; ``ValueError`` when it is none."""
        response = parsed.ocsp_response(der)
        if response["response_status"].native != "successful":
            raise ValueError("an OCSP response that answers nothing")
        answers = response.response_data["responses"]
        untils = [answer["next_update"].native for answer in answers]
        return cls(
            EvidenceKind.OCSP,
            der,
            since=min(answer["this_update"].native for answer in answers).astimezone(UTC),
            until=min(untils).astimezone(UTC) if untils and None not in untils else None,
        )

    def covers(self, certificate: bytes) -> bool:
        """Whether this evidence speaks of ``certificate`` (DER) at all, good or bad."""
        cert = parsed.certificate(certificate)
        if self.kind is EvidenceKind.CRL:
            return _lists(parsed.revocation_list(self.der), cert)
        return self._answer_about(cert) is not None

    @property
    def issuer(self) -> bytes:
        """The name (DER) of the authority whose revocation list it is; b"" for OCSP answers."""
        if self.kind is not EvidenceKind.CRL:
            return b""
        return bytes(parsed.revocation_list(self.der).issuer.dump())

    def revoked_at(self, certificate: bytes) -> datetime | None:
        """When this evidence says ``certificate`` was revoked; None when it does not say so.

        Reads the statement only; whether its signature holds is for ``verify/`` to find out.
        """
        cert = parsed.certificate(certificate)
        if self.kind is EvidenceKind.CRL:
            moment = self._listed_at(cert)
        else:
            status = self._answer_about(cert)
            if status is None or status.name != "revoked":
                return None
            moment = status.chosen["revocation_time"].native
        return moment.astimezone(UTC) if moment else None

    def _answer_about(self, cert: x509.Certificate) -> ocsp.CertStatus | None:
        for answer in parsed.ocsp_response(self.der).response_data["responses"]:
            about = answer["cert_id"]
            digest = about["hash_algorithm"]["algorithm"].native
            if (
                about["serial_number"].native == cert.serial_number
                and about["issuer_name_hash"].native == getattr(cert.issuer, digest, None)
                and answer["cert_status"].name in ("good", "revoked")
            ):
                return answer["cert_status"]
        return None

    def _listed_at(self, cert: x509.Certificate) -> datetime | None:
        listed = parsed.revocation_list(self.der)
        if not _lists(listed, cert):
            return None
        for entry in listed["tbs_cert_list"]["revoked_certificates"] or ():
            if entry["user_certificate"].native == cert.serial_number:
                moment: datetime = entry["revocation_date"].native
                return moment
        return None


class EvidenceSource(Protocol):
    """Where revocation evidence comes from at the moment of signing."""

    def collect(self, chain: Sequence[bytes]) -> tuple[Evidence, ...]:
        """Fresh evidence for every certificate of ``chain`` (DER, signer first) but a root.

        Raises ``EvidenceUnavailable`` when it cannot be had for one of them.
        """


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Trust roots and what is known beside them; all certificates DER, without duplicates."""

    roots: tuple[bytes, ...] = ()
    intermediates: tuple[bytes, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def with_evidence(self, more: Iterable[Evidence]) -> TrustStore:
        """This store and the evidence of ``more``; each piece is kept once."""
        kept = dict.fromkeys((*self.evidence, *more))
        return replace(self, evidence=tuple(kept))

    @property
    def known_since(self) -> datetime | None:
        """The time up to which *all* the evidence held here is fresh; None without evidence."""
        return min((piece.since for piece in self.evidence), default=None)

    def names(self) -> tuple[str, ...]:
        """Each root in a person's words: its name and the first of its SHA-256 digits."""
        return tuple(f"{holder_of(der).label} {fingerprint(der)[:16]}" for der in self.roots)


def refuse_revoked(chain: Iterable[bytes], evidence: Iterable[Evidence]) -> None:
    """Raises ``CertificateRevoked`` when ``evidence`` says so of a certificate of ``chain``."""
    pieces = tuple(evidence)
    for certificate in chain:
        for piece in pieces:
            if moment := piece.revoked_at(certificate):
                raise CertificateRevoked(
                    holder=holder_of(certificate).label, date=moment.strftime("%Y-%m-%d")
                )


def load_trust(paths: Iterable[Path]) -> TrustStore:
    """Reads roots, intermediates and evidence from PEM or DER files, and from folders of them.

    A certificate whose issuer is among those given too is an intermediate; every other one is a
    root, self-signed or not: whoever names it on the command line trusts it.
    Raises ``TrustUnreadable`` for a file that holds nothing of the kind.
    """
    certificates: dict[bytes, None] = {}
    evidence: dict[Evidence, None] = {}
    for path in paths:
        for file in _files(path):
            for piece in _pieces(file):
                if isinstance(piece, Evidence):
                    evidence[piece] = None
                else:
                    certificates[piece] = None
    roots, intermediates = _sorted_out(tuple(certificates))
    return TrustStore(roots, intermediates, tuple(evidence))


def _lists(listed: crl.CertificateList, cert: x509.Certificate) -> bool:
    """Whether a revocation list is the one of the certificate's issuer, by name and by key.

    The name alone would do for a list of another authority that calls itself the same.
    """
    keys = {listed.authority_key_identifier, cert.authority_key_identifier}
    return same_name(listed.issuer, cert.issuer) and (None in keys or len(keys) == 1)


def _sorted_out(certificates: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    between = tuple(
        der
        for der in certificates
        if any(other != der and issued_by(der, other) for other in certificates)
        and not issued_by(der, der)
    )
    return tuple(der for der in certificates if der not in between), between


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() in _SUFFIXES)
    if not found:
        raise TrustHoldsNothing(file=path)
    return found


def _pieces(file: Path) -> list[bytes | Evidence]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise TrustFileUnreadable(file=file, reason=error.strerror or error) from error
    try:
        blocks = (
            [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        )
    except ValueError:
        blocks = []
    pieces = [piece for block in blocks if (piece := _piece(block)) is not None]
    if not pieces:
        raise TrustHoldsNothing(file=file)
    return pieces


def _piece(der: bytes) -> bytes | Evidence | None:
    try:
        holder_of(der)
        return der
    except CertificateUnreadable:
        pass
    for read in (Evidence.from_crl, Evidence.from_ocsp):
        try:
            return read(der)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return None
