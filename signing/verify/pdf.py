"""A signed PDF, judged: every signature, what it covers, what came after it, whom to believe.

pyHanko reads the file, does the mathematics and compares revisions; the judgement is ours, and
stricter in four places (each closed a file that should not have been called good):

- the last signature must cover the file, or be followed by long-term evidence alone;
- an object behind it that no cross-reference section names is a change (``tail``);
- the time stamp's own verdict and the algorithm policy count, not only ``intact and valid``;
- a certificate nobody can vouch for is ``indeterminate``, however good the signature.

No network is ever asked. Nothing here raises for what a file contains: what cannot be read is
``malformed``, and says why.
"""

from __future__ import annotations

import asyncio
import io
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.certificates import holder_of
from signing.trust import TrustStore
from signing.verify.chain import chain_of
from signing.verify.evidence import Carried, carried_by, context
from signing.verify.tail import unlisted_objects
from signing.verify.verdict import Outcome, SignatureVerdict, Verdict, Words

_KNOWN = ("/adbe.pkcs7.detached", "/ETSI.CAdES.detached", "/ETSI.RFC3161", "/adbe.pkcs7.sha1")
_WEAK_DIGESTS = ("md5", "sha1")
_SMALLEST_RSA = 2048
_EITHER_USE = KeyUsageConstraints({"non_repudiation", "digital_signature"})

# What pyHanko logs while it reads broken files is in the verdict already.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())
logging.getLogger("pyhanko").propagate = False
logging.getLogger("pyhanko_certvalidator").propagate = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A filled signature field as the file has it."""

    field: str
    sub_filter: str
    signature: EmbeddedPdfSignature | None
    error: str = ""

    @property
    def is_time_stamp(self) -> bool:
        return self.sub_filter == "/ETSI.RFC3161"

    @property
    def end(self) -> int:
        """Where the bytes that it covers end."""
        if self.signature is None:
            return -1
        span = self.signature.byte_range
        return int(span[-2]) + int(span[-1]) if len(span) >= 2 else -1


def verify_file(
    path: Path, trust: TrustStore, *, policy: str = "any", at: datetime | None = None
) -> Verdict:
    """The verdict on a file; an unreadable one is ``malformed``. See ``verify_pdf``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        return _malformed(str(path), Words(f"文件读不出来：{why}。", f"It cannot be read: {why}."))
    return verify_pdf(data, trust, policy=policy, at=at, file=str(path))


def verify_pdf(
    data: bytes,
    trust: TrustStore,
    *,
    policy: str = "any",
    at: datetime | None = None,
    file: str = "document",
) -> Verdict:
    """The verdict on a PDF.

    ``at`` is the moment to judge at where no time stamp proves an earlier one (default: now).
    With ``policy="chain"`` the signatures must also make a complete chain of levels.
    """
    if b"%PDF-" not in data[:1024]:
        return _malformed(file, Words("这不是 PDF 文件。", "This is no PDF file."))
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted:
            return _malformed(
                file,
                Words("文件加了密，没法检查。", "The file is encrypted and cannot be checked."),
            )
        places = _places(reader)
    except RecursionError:
        return _malformed(file, _unreadable("它嵌套得太深", "it is nested too deeply"))
    except Exception as error:  # noqa: BLE001 - any failure to read is the verdict, not a crash
        return _malformed(file, _unreadable(_say(error), _say(error)))
    if not places:
        return Verdict(
            file=file,
            outcome=Outcome.UNSIGNED,
            reason=Words("文件里没有签名。", "The file carries no signature."),
        )
    now = (at or datetime.now(UTC)).astimezone(UTC)
    signatures = _Examination(data, reader, trust, now).of(places)
    return _concluded(file, signatures, policy)


def _places(reader: PdfFileReader) -> list[_Place]:
    found = []
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        sub_filter = ""
        try:
            sub_filter = str(value.get_object().get("/SubFilter", ""))
            if sub_filter in _KNOWN:
                found.append(_Place(name, sub_filter, EmbeddedPdfSignature(reader, field, name)))
            else:
                found.append(_Place(name, sub_filter, None))
        except Exception as error:  # noqa: BLE001 - one bad signature must not hide the others
            found.append(_Place(name, sub_filter, None, _say(error)))
    return sorted(found, key=lambda place: place.end)


class _Examination:
    """All signatures of one file, examined from the last to the first.

    Later time stamps prove that earlier signatures existed, so ``_proved`` is carried backwards.
    """

    def __init__(self, data: bytes, reader: Any, trust: TrustStore, now: datetime) -> None:
        self._data, self._reader, self._trust, self._now = data, reader, trust, now
        self._carried: Carried = carried_by(reader)
        self._proved: datetime | None = None
        self._archived = False

    def of(self, places: list[_Place]) -> tuple[SignatureVerdict, ...]:
        examined = []
        for place in reversed(places):
            try:
                examined.append(self._one(place))
            except RecursionError:
                examined.append(_uncheckable(place, "它嵌套得太深", "it is nested too deeply"))
            except Exception as error:  # noqa: BLE001 - a library's failure is a finding here
                examined.append(_uncheckable(place, _say(error), _say(error)))
        return tuple(reversed(examined))

    def _one(self, place: _Place) -> SignatureVerdict:
        if place.signature is None:
            if place.error:
                return _uncheckable(place, place.error, place.error)
            kind = place.sub_filter or "?"
            return _uncheckable(place, f"签名格式 {kind} 不认识", f"its format {kind} is unknown")
        if place.is_time_stamp:
            return self._time_stamp(place, place.signature)
        return self._signature(place, place.signature)

    # ---------------------------------------------------------------- somebody's signature
    def _signature(self, place: _Place, embedded: EmbeddedPdfSignature) -> SignatureVerdict:
        own_time = _stamped_time(embedded)
        moment = own_time or self._proved or self._now
        extra = tuple(embedded.other_embedded_certs)
        status = asyncio.run(
            async_validate_pdf_signature(
                embedded,
                signer_validation_context=context(self._trust, self._carried, extra, moment),
                ts_validation_context=context(
                    self._trust, self._carried, (*extra, *_stamp_certificates(embedded)), moment
                ),
                key_usage_settings=_EITHER_USE,
            )
        )
        problems: list[Words] = []
        outcome = Outcome.VALID
        intact = bool(status.intact and status.valid)
        if not intact:
            outcome = Outcome.BROKEN
            problems.append(
                Words("被签的内容变过，签名对不上。", "The signed bytes were changed.")
                if not status.intact
                else Words("签名值本身不成立。", "The signature value does not verify.")
            )
        trust, finding, words = _trust_of(status)
        outcome = outcome.worse(finding)
        problems += words
        stamp_good = True
        stamp = status.timestamp_validity
        if own_time is not None:
            stamp_good, words = self._stamp_verdict(stamp)
            problems += words
            if not stamp_good:
                outcome = outcome.worse(
                    Outcome.INDETERMINATE
                    if stamp is not None and stamp.intact and stamp.valid
                    else Outcome.BROKEN
                )
        outcome, weak = _strength(embedded, outcome)
        problems += weak
        covers, modified, words = self._aftermath(place, status)
        problems += words
        if modified:
            outcome = outcome.worse(Outcome.MODIFIED)
        if own_time is not None and stamp_good and intact:
            self._proved = min(self._proved, own_time) if self._proved else own_time
        holder = holder_of(embedded.signer_cert.dump())
        proved = own_time if own_time is not None and stamp_good else None
        reason = embedded.sig_object.get("/Reason", "")
        return SignatureVerdict(
            field=place.field,
            outcome=outcome,
            signer=holder.name,
            unit=holder.unit,
            unit_code=holder.unit_code,
            role=holder.role,
            person_id=holder.person_id,
            time=proved or embedded.self_reported_timestamp,
            time_source="timestamp" if proved else "signer",
            level=self._level(place, proved is not None, trust),
            algorithm=_algorithm(embedded),
            intact=intact,
            covers_file=covers,
            modified_after=modified,
            trust=trust,
            problems=tuple(problems),
            certificate=embedded.signer_cert.dump(),
            reason=str(reason),
        )

    def _level(self, place: _Place, stamped: bool, trust: str) -> str:
        if place.sub_filter != "/ETSI.CAdES.detached":
            return "other"
        if not stamped:
            return "B-B"
        if not self._carried.has_revocation or trust not in ("trusted", "untrusted"):
            return "B-T"
        return "B-LTA" if self._archived else "B-LT"

    def _stamp_verdict(self, stamp: Any) -> tuple[bool, list[Words]]:
        if stamp is None or not (stamp.intact and stamp.valid):
            return False, [Words("时间戳不成立。", "The time stamp does not verify.")]
        if not stamp.trusted:
            return False, [
                Words(
                    "时间戳的签发机构不可信或查不清。", "The time stamp's authority is not trusted."
                )
            ]
        expires = stamp.signing_cert.not_valid_after
        if expires < self._now and not self._archived:
            return False, [
                Words(
                    "时间戳证书已过期，又没有续加存档时间戳。",
                    "The time stamp's certificate expired and no archive time stamp renews it.",
                )
            ]
        return True, []

    # ---------------------------------------------------------------- a document time stamp
    def _time_stamp(self, place: _Place, embedded: EmbeddedPdfSignature) -> SignatureVerdict:
        made = embedded.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
        moment = self._proved or made
        status = asyncio.run(
            async_validate_pdf_timestamp(
                embedded,
                context(self._trust, self._carried, tuple(embedded.other_embedded_certs), moment),
            )
        )
        intact = bool(status.intact and status.valid)
        good, problems = self._stamp_verdict(status)
        covers, modified, words = self._aftermath(place, status)
        outcome = Outcome.VALID if good else Outcome.INDETERMINATE
        if not intact:
            outcome = Outcome.BROKEN
        elif not good and _trust_of(status)[0] == "untrusted":
            outcome = Outcome.UNTRUSTED
        if modified:
            outcome = outcome.worse(Outcome.MODIFIED)
        if good:
            self._proved = min(self._proved, made) if self._proved else made
            self._archived = True
        holder = holder_of(embedded.signer_cert.dump())
        return SignatureVerdict(
            field=place.field,
            outcome=outcome,
            signer=holder.name,
            unit=holder.unit,
            time=made,
            time_source="timestamp",
            level="other",
            algorithm=_algorithm(embedded),
            intact=intact,
            covers_file=covers,
            modified_after=modified,
            trust=_trust_of(status)[0],
            problems=(*problems, *words),
            is_time_stamp=True,
            certificate=embedded.signer_cert.dump(),
        )

    # ---------------------------------------------------------------- what came afterwards
    def _aftermath(self, place: _Place, status: Any) -> tuple[bool, bool, list[Words]]:
        """Whether it covers the file, whether something forbidden followed, and in words."""
        coverage = status.coverage
        difference = status.diff_result
        if coverage is SignatureCoverageLevel.ENTIRE_FILE:
            return True, False, []
        if coverage in (
            SignatureCoverageLevel.UNCLEAR,
            SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START,
        ):
            return (
                False,
                True,
                [
                    Words(
                        "签名只盖住了文件的一部分，说不清后面加了什么。",
                        "It covers the file in an unusual way; what was added cannot be told.",
                    )
                ],
            )
        strays = unlisted_objects(self._data, place.end, self._reader)
        if strays:
            return (
                False,
                True,
                [
                    Words(
                        f"签名之后藏着 {len(strays)} 个没有登记的对象。",
                        f"{len(strays)} objects that no table names lie behind it.",
                    )
                ],
            )
        if difference is None or isinstance(difference, SuspiciousModification):
            detail = _say(difference) if difference is not None else ""
            return (
                False,
                True,
                [
                    Words(
                        f"签名之后的改动不在允许之列（{detail}）。",
                        f"What was changed after it is not permitted ({detail}).",
                    )
                ],
            )
        if status.docmdp_ok is False:
            return (
                False,
                True,
                [
                    Words(
                        "签名人不允许的内容后来被改了。",
                        "Something that the signer had locked was changed.",
                    )
                ],
            )
        return difference.modification_level <= ModificationLevel.LTA_UPDATES, False, []


def _concluded(file: str, signatures: tuple[SignatureVerdict, ...], policy: str) -> Verdict:
    chain = chain_of([s for s in signatures if not s.is_time_stamp])
    people = [s for s in signatures if not s.is_time_stamp]
    if not people:
        return Verdict(
            file=file,
            outcome=Outcome.UNSIGNED,
            reason=Words("只有时间戳，没有人签名。", "It has a time stamp, but nobody signed it."),
            signatures=signatures,
        )
    worst = Outcome.VALID
    for signature in signatures:
        worst = worst.worse(signature.outcome)
    if not any(s.covers_file for s in signatures if s.intact) and worst not in (
        Outcome.BROKEN,
        Outcome.MALFORMED,
    ):
        worst = worst.worse(Outcome.MODIFIED)
        last = signatures[-1]
        note = Words(
            "最后一个签名之后还改过内容。", "The content was changed after the last signature."
        )
        if not last.modified_after:
            last = replace(
                last,
                modified_after=True,
                outcome=last.outcome.worse(Outcome.MODIFIED),
                problems=(*last.problems, note),
            )
            signatures = (*signatures[:-1], last)
    reason = _reason(worst, signatures)
    if policy == "chain" and worst is Outcome.VALID:
        if chain is None:
            worst = Outcome.INDETERMINATE
            reason = Words("签名人不属于村、镇、县任何一级。", "No signer belongs to a level.")
        elif chain.problems:
            worst, reason = Outcome.INDETERMINATE, chain.problems[0]
    return Verdict(file=file, outcome=worst, reason=reason, signatures=signatures, chain=chain)


def _reason(outcome: Outcome, signatures: tuple[SignatureVerdict, ...]) -> Words:
    if outcome is Outcome.VALID:
        count = sum(not s.is_time_stamp for s in signatures)
        return Words(
            f"{count} 个签名都有效，签后没有改动。",
            f"All {count} signatures are valid and nothing was changed afterwards.",
        )
    for signature in signatures:
        if signature.outcome is outcome and signature.problems:
            who = signature.signer or signature.field
            problem = signature.problems[-1 if outcome is Outcome.MODIFIED else 0]
            return Words(f"{who}：{problem.zh}", f"{who}: {problem.en}")
    return Words(f"{outcome.word}。", f"{outcome.value}.")


def _trust_of(status: Any) -> tuple[str, Outcome, list[Words]]:
    indication = status.trust_problem_indic
    if status.trusted and indication is None:
        return "trusted", Outcome.VALID, []
    match indication:
        case AdESFailure.REVOKED | AdESIndeterminate.REVOKED_NO_POE:
            words = Words("签名时证书已被吊销。", "The certificate was revoked.")
            return "revoked", Outcome.UNTRUSTED, [words]
        case AdESIndeterminate.REVOKED_CA_NO_POE:
            words = Words("签发机构的证书已被吊销。", "The authority's certificate was revoked.")
            return "revoked", Outcome.UNTRUSTED, [words]
        case (
            AdESIndeterminate.EXPIRED
            | AdESIndeterminate.NOT_YET_VALID
            | AdESIndeterminate.OUT_OF_BOUNDS_NO_POE
            | AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED
            | AdESFailure.NOT_YET_VALID
        ):
            words = Words(
                "不能证明签名时证书在有效期内。",
                "It cannot be proved that the certificate was valid when it signed.",
            )
            return "expired", Outcome.INDETERMINATE, [words]
        case (
            AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE
            | AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
        ):
            words = Words("用了太弱的算法。", "It uses an algorithm that is too weak.")
            return "unknown", Outcome.INDETERMINATE, [words]
        case AdESIndeterminate.TRY_LATER | AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE:
            words = Words(
                "查不清证书有没有被吊销。",
                "It cannot be settled whether the certificate was revoked.",
            )
            return "unknown", Outcome.INDETERMINATE, [words]
        case _:
            words = Words(
                "证书不是所信任的机构签发的。",
                "The certificate does not lead to a root that is trusted here.",
            )
            return "untrusted", Outcome.UNTRUSTED, [words]


def _strength(embedded: EmbeddedPdfSignature, outcome: Outcome) -> tuple[Outcome, list[Words]]:
    found = []
    digest = embedded.md_algorithm
    if digest in _WEAK_DIGESTS or embedded.sig_object.get("/SubFilter") == "/adbe.pkcs7.sha1":
        name = digest.upper()
        found.append(Words(f"用了过时的摘要算法 {name}。", f"It uses the outdated digest {name}."))
    key = embedded.signer_cert.public_key
    if key.algorithm == "rsa" and key.bit_size < _SMALLEST_RSA:
        found.append(
            Words(f"RSA 密钥只有 {key.bit_size} 位。", f"Its RSA key has only {key.bit_size} bits.")
        )
    return (outcome.worse(Outcome.INDETERMINATE) if found else outcome), found


def _algorithm(embedded: EmbeddedPdfSignature) -> str:
    key = embedded.signer_cert.public_key
    digest = embedded.md_algorithm.upper().replace("SHA", "SHA-").replace("SHA--", "SHA-")
    match key.algorithm:
        case "rsa":
            return f"RSA-{key.bit_size} {digest}"
        case "ec":
            kind, curve = key.curve
            return f"ECDSA {curve if kind == 'named' else key.bit_size} {digest}"
        case other:
            return f"{other} {digest}"


def _token(embedded: EmbeddedPdfSignature) -> cms.SignedData | None:
    attributes = embedded.signer_info["unsigned_attrs"]
    for attribute in attributes or ():
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


def _stamped_time(embedded: EmbeddedPdfSignature) -> datetime | None:
    token = _token(embedded)
    if token is None:
        return None
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment.astimezone(UTC)


def _stamp_certificates(embedded: EmbeddedPdfSignature) -> tuple[x509.Certificate, ...]:
    token = _token(embedded)
    if token is None:
        return ()
    return tuple(c.chosen for c in token["certificates"] if c.name == "certificate")


def _uncheckable(place: _Place, zh: str, en: str) -> SignatureVerdict:
    return SignatureVerdict(
        field=place.field,
        outcome=Outcome.MALFORMED,
        is_time_stamp=False,
        problems=(Words(f"签名无法检查：{zh}。", f"It cannot be checked: {en}."),),
    )


def _malformed(file: str, reason: Words) -> Verdict:
    return Verdict(file=file, outcome=Outcome.MALFORMED, reason=reason)


def _unreadable(zh: str, en: str) -> Words:
    return Words(
        f"文件坏了或不完整，没法检查：{zh}。", f"It is damaged and cannot be checked: {en}."
    )


def _say(error: object) -> str:
    text = str(error).strip()
    first = text.splitlines()[0] if text else type(error).__name__
    return first.rstrip(".")[:160]
