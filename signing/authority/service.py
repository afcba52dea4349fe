"""What an authority answers: OCSP, revocation lists, time stamps. Bytes in, bytes out.

Pure functions: the time, the register of revocations and the key come from the caller, and no
function here raises on a malformed request; the protocols have answers for that. Mounting them
on HTTP is the hub's affair.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, core, crl, ocsp, tsp, x509

from signing.authority.profiles import encoded_time
from signing.authority.protocol import RevocationReason
from signing.cms import TST_INFO, digest_for, signature_algorithm, signed_data
from signing.keys.protocol import SigningKey

OCSP_VALID = timedelta(days=1)
CRL_VALID = timedelta(days=7)

# A UUID-derived object identifier (ITU-T X.667), so that it collides with nobody's.
TRAINING_STAMP_POLICY = "2.25.190412786312053281146937211934210472713"

_STAMP_DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(frozen=True, slots=True)
class Revocation:
    """One certificate that stopped being good; ``serial`` as an integer, ``at`` in UTC."""

    serial: int
    at: datetime
    reason: RevocationReason


@dataclass(frozen=True, slots=True)
class Good:
    """The authority issued this certificate and did not revoke it."""


Status = Good | Revocation | None  # None: the authority never issued such a certificate


def ocsp_request_in(tail: str) -> bytes:
    """The request in an OCSP GET (RFC 6960, appendix A.1): what follows the responder's own path.

    Base64, URL-escaped or not: openssl escapes "/" and "+", NSS does not. Returns b"", which
    ``ocsp_answer`` calls malformed, when it is neither.
    """
    try:
        return base64.b64decode(urllib.parse.unquote(tail).lstrip("/"))
    except (ValueError, binascii.Error):
        return b""


def ocsp_answer(
    request: bytes,
    responder: SigningKey,
    issuer: bytes,
    status: Callable[[int], Status],
    at: datetime,
) -> bytes:
    """Answers for certificates that ``issuer`` (DER) issued, signed by its delegated responder.

    Asked about anybody else's, it says ``unauthorized``, as RFC 6960 section 2.3 wants.
    """
    try:
        body = ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]
        asked = [entry["req_cert"] for entry in body["request_list"]]
        ours = [_is_about(cert_id, x509.Certificate.load(issuer)) for cert_id in asked]
        nonce = _nonce(body)
    except (ValueError, TypeError, KeyError):
        return _ocsp_refusal("malformed_request")
    if not asked or not all(ours):
        return _ocsp_refusal("unauthorized")
    now = _whole_second(at)
    answers = [
        {
            "cert_id": cert_id,
            "cert_status": _cert_status(status(cert_id["serial_number"].native)),
            "this_update": now,
            "next_update": now + OCSP_VALID,
        }
        for cert_id in asked
    ]
    certificate = x509.Certificate.load(responder.certificate)
    data: dict[str, Any] = {
        "responder_id": ocsp.ResponderId("by_key", certificate.public_key.sha1),
        "produced_at": now,
        "responses": answers,
    }
    if nonce is not None:
        data["response_extensions"] = [{"extn_id": "nonce", "extn_value": nonce}]
    signed = ocsp.ResponseData(data)
    digest = digest_for(responder)
    basic = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": signed,
            "signature_algorithm": signature_algorithm(responder, digest),
            "signature": responder.sign(signed.dump(), digest),
            "certs": [certificate],
        }
    )
    return bytes(
        ocsp.OCSPResponse(
            {
                "response_status": "successful",
                "response_bytes": {"response_type": "basic_ocsp_response", "response": basic},
            }
        ).dump()
    )


def ocsp_request(certificate: bytes, issuer: bytes) -> bytes:
    """A question about one certificate (DER), without a nonce so that answers may be kept."""
    child, parent = x509.Certificate.load(certificate), x509.Certificate.load(issuer)
    about = {
        # SHA-1 names the issuer here and protects nothing; every responder knows it.
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": child.issuer.sha1,
        "issuer_key_hash": parent.public_key.sha1,
        "serial_number": child.serial_number,
    }
    request = {"tbs_request": {"request_list": [{"req_cert": about}]}}
    return bytes(ocsp.OCSPRequest(request).dump())


def revocation_list(key: SigningKey, revoked: Sequence[Revocation], at: datetime) -> bytes:
    """The issuer's CRL (RFC 5280, section 5) as of ``at``, DER.

    Its number is the second it was made, so that it grows without a counter being kept. It
    carries no IssuingDistributionPoint: ``openssl -crl_check_all`` would then ask for one in the
    root too.
    """
    now = _whole_second(at)
    certificate = x509.Certificate.load(key.certificate)
    digest = digest_for(key)
    algorithm = signature_algorithm(key, digest)
    body: dict[str, Any] = {
        "version": "v2",
        "signature": algorithm,
        "issuer": certificate.subject,
        "this_update": encoded_time(now),
        "next_update": encoded_time(now + CRL_VALID),
        "crl_extensions": [
            {
                "extn_id": "authority_key_identifier",
                "extn_value": {"key_identifier": certificate.key_identifier},
            },
            {"extn_id": "crl_number", "extn_value": int(now.timestamp())},
        ],
    }
    if revoked:
        body["revoked_certificates"] = [_crl_entry(revocation) for revocation in revoked]
    signed = crl.TbsCertList(body)
    return bytes(
        crl.CertificateList(
            {
                "tbs_cert_list": signed,
                "signature_algorithm": algorithm,
                "signature": key.sign(signed.dump(), digest),
            }
        ).dump()
    )


def timestamp_answer(
    request: bytes,
    key: SigningKey,
    *,
    serial: int,
    at: datetime,
    policy: str = TRAINING_STAMP_POLICY,
    accuracy_s: int = 1,
) -> bytes:
    """A time-stamp response (RFC 3161): a token over the digest asked for, or a rejection."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        digest = imprint["hash_algorithm"]["algorithm"].native
        length = len(imprint["hashed_message"].native)
        wanted_policy = asked["req_policy"].native
        nonce, wants_certificate = asked["nonce"].native, asked["cert_req"].native
        extensions = list(asked["extensions"] or ())
    except (ValueError, TypeError, KeyError):
        return _stamp_refusal("bad_data_format", "the request is not a TimeStampReq")
    if digest not in _STAMP_DIGESTS:
        return _stamp_refusal("bad_alg", f"digests stamped here: {', '.join(_STAMP_DIGESTS)}")
    if length != _STAMP_DIGESTS[digest]:
        return _stamp_refusal("bad_data_format", f"not a {digest} digest")
    if wanted_policy not in (None, policy):
        return _stamp_refusal("unaccepted_policy", f"the policy here is {policy}")
    if extensions:
        return _stamp_refusal("unaccepted_extensions", "no extensions are known here")
    statement: dict[str, Any] = {
        "version": "v1",
        "policy": policy,
        "message_imprint": imprint,
        "serial_number": serial,
        "gen_time": _whole_second(at),
        "accuracy": {"seconds": accuracy_s},
    }
    if nonce is not None:
        statement["nonce"] = nonce
    content = tsp.TSTInfo(statement).dump()
    own_digest = digest_for(key)
    token = signed_data(
        key,
        message_digest=hashlib.new(own_digest, content).digest(),
        digest=own_digest,
        content_type=TST_INFO,
        content=content,
        certificates=None if wants_certificate else (),
    )
    granted = {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
    return bytes(tsp.TimeStampResp(granted).dump())


def _is_about(cert_id: ocsp.CertId, issuer: x509.Certificate) -> bool:
    digest = cert_id["hash_algorithm"]["algorithm"].native
    if digest not in ("sha1", "sha256"):
        return False
    name: bytes = getattr(issuer.subject, digest)
    public: bytes = getattr(issuer.public_key, digest)
    return (cert_id["issuer_name_hash"].native, cert_id["issuer_key_hash"].native) == (name, public)


def _nonce(body: ocsp.TBSRequest) -> core.Asn1Value | None:
    for extension in body["request_extensions"] or ():
        if extension["extn_id"].native == "nonce":
            return extension["extn_value"].parsed
    return None


def _cert_status(status: Status) -> ocsp.CertStatus:
    if isinstance(status, Good):
        return ocsp.CertStatus("good", core.Null())
    if status is None:
        return ocsp.CertStatus("unknown", core.Null())
    return ocsp.CertStatus(
        "revoked",
        {"revocation_time": _whole_second(status.at), "revocation_reason": status.reason.value},
    )


def _ocsp_refusal(status: str) -> bytes:
    return bytes(ocsp.OCSPResponse({"response_status": status}).dump())


def _crl_entry(revocation: Revocation) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "user_certificate": revocation.serial,
        "revocation_date": encoded_time(revocation.at),
    }
    if revocation.reason is not RevocationReason.UNSPECIFIED:
        reason = {"extn_id": "crl_reason", "extn_value": revocation.reason.value}
        entry["crl_entry_extensions"] = [reason]
    return entry


def _stamp_refusal(failure: str, why: str) -> bytes:
    status = {"status": "rejection", "status_string": [why], "fail_info": {failure}}
    return bytes(_Refusal({"status": status}).dump())


class _Refusal(core.Sequence):  # type: ignore[misc]
    """A TimeStampResp without a token, which asn1crypto's own class takes for mandatory."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 - the shape asn1crypto prescribes


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
