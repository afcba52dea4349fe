"""XAdES in containers: made by xmlsec1, judged by us; and what is tried with XML signatures."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from signing.pades import Level
from signing.trust import TrustStore
from signing.verify.files import verify_any
from signing.verify.verdict import Outcome, Verdict
from tests.helpers.pki import Person, Pki
from tests.helpers.xades import (
    ASIC,
    C14N,
    C14N_11,
    DS,
    ECDSA,
    EXCLUSIVE,
    RSA,
    SIGNATURES,
    XADES,
    Maker,
    Shape,
)
from tests.signing.verify.test_containers import ASIC_E, ASIC_S, packed

FILES = {"form.txt": "高龄补贴认定表\n".encode(), "scan 1.bin": bytes(range(256)) * 9}
NEVER = (Outcome.BROKEN, Outcome.MALFORMED)


@pytest.fixture(scope="module")
def trust(pki: Pki) -> TrustStore:
    return pki.trust


@pytest.fixture(scope="module")
def maker(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("agent"), pki.agent)


@pytest.fixture(scope="module")
def signatures(maker: Maker) -> bytes:
    return maker.signed(FILES)


@pytest.fixture
def judge(tmp_path: Path, trust: TrustStore) -> Callable[..., Verdict]:
    def judged(
        signatures: bytes, files: dict[str, bytes] = FILES, kind: bytes = ASIC_E, **more: bytes
    ) -> Verdict:
        path = tmp_path / "case.asice"
        path.write_bytes(packed({**files, SIGNATURES: signatures, **more}, kind))
        return verify_any(path, trust)

    return judged


Judge = Callable[..., Verdict]


# ---------------------------------------------------------------- what is right
@pytest.mark.parametrize(
    "canonical",
    [C14N, C14N_11, EXCLUSIVE, f"{C14N}#WithComments", f"{EXCLUSIVE}WithComments"],
)
def test_what_another_program_signed_is_judged(maker: Maker, judge: Judge, canonical: str) -> None:
    made = maker.signed(FILES, Shape(canonical=canonical, properties_canonical=canonical))
    verdict = judge(made)
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    (signature,) = verdict.signatures
    assert signature.signer == "王秀兰"
    assert signature.level == "B-B"
    assert signature.algorithm == "RSA-2048 SHA-256"
    assert f"{signature.time:%Y-%m-%d %H:%M}" == "2026-11-26 10:00"
    assert signature.covers_file


def test_elliptic_curves_have_their_own_writing_in_xml(
    pki: Pki, tmp_path: Path, judge: Judge
) -> None:
    person = pki.person()
    made = Maker(tmp_path / "other", person).signed(FILES, Shape(method=ECDSA))
    verdict = judge(made)
    assert verdict.signatures[0].intact
    assert verdict.signatures[0].algorithm == "ECDSA-256 SHA-256"


def test_weak_digests_are_amber(maker: Maker, judge: Judge) -> None:
    verdict = judge(maker.signed(FILES, Shape(digest=f"{DS}sha1")))
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "SHA-1" in verdict.reason.en


def test_one_file_with_its_signature_is_a_simple_container(maker: Maker, judge: Judge) -> None:
    one = {"form.txt": FILES["form.txt"]}
    assert judge(maker.signed(one), one, ASIC_S).good


def test_nobody_is_trusted_for_being_inside(
    signatures: bytes, pki: Pki, tmp_path: Path, judge: Judge
) -> None:
    path = tmp_path / "x.asice"
    path.write_bytes(packed({**FILES, SIGNATURES: signatures}, ASIC_E))
    assert verify_any(path, TrustStore()).outcome is Outcome.UNTRUSTED
    stranger = Maker(tmp_path / "stranger", pki.stranger).signed(FILES)
    assert judge(stranger).outcome is Outcome.UNTRUSTED
    revoked = Maker(tmp_path / "revoked", pki.revoked).signed(FILES)
    assert judge(revoked).outcome is Outcome.UNTRUSTED


def test_a_time_stamp_over_the_value_proves_its_time(
    signatures: bytes, pki: Pki, judge: Judge
) -> None:
    verdict = judge(stamped(signatures, pki))
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    assert verdict.signatures[0].time_source == "timestamp"
    assert verdict.signatures[0].level in ("B-T", "B-LT")
    moved = stamped(signatures, pki, over=b"something else")
    assert judge(moved).outcome is Outcome.BROKEN


def stamped(signatures: bytes, pki: Pki, over: bytes = b"") -> bytes:
    """With a signature time stamp. The octets that it is over are written by hand here."""
    found = re.search(rb"<ds:SignatureValue Id=\"S0-v\">([^<]*)</ds:SignatureValue>", signatures)
    assert found is not None
    octets = over or (
        b'<ds:SignatureValue xmlns:ds="%b" Id="S0-v">%b</ds:SignatureValue>'
        % (DS.encode(), found[1])
    )
    token = base64.b64encode(pki.stamps.stamp(hashlib.sha256(octets).digest(), "sha256"))
    return signatures.replace(
        b"</xades:QualifyingProperties>",
        b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>"
        b'<ds:CanonicalizationMethod Algorithm="%b"/><xades:EncapsulatedTimeStamp>%b'
        b"</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>"
        b"</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
        b"</xades:QualifyingProperties>" % (EXCLUSIVE.encode(), token),
    )


# ---------------------------------------------------------------- files
def test_whoever_touches_a_file_is_found_out(signatures: bytes, judge: Judge) -> None:
    exchanged = judge(signatures, {**FILES, "form.txt": b"another"})
    assert exchanged.outcome is Outcome.BROKEN
    assert "form.txt" in exchanged.reason.en
    taken = judge(signatures, {"form.txt": FILES["form.txt"]})
    assert taken.outcome is Outcome.BROKEN
    added = judge(signatures, {**FILES, "more.txt": b"more"})
    assert added.outcome is Outcome.MODIFIED
    renamed = {"form2.txt": FILES["form.txt"], "scan 1.bin": FILES["scan 1.bin"]}
    assert judge(signatures, renamed).outcome is Outcome.BROKEN


def test_two_signers_who_signed_different_files_are_not_one_that_signed_all(
    maker: Maker, judge: Judge
) -> None:
    one = maker.signed(FILES, Shape(id="A"), ["form.txt"])
    other = maker.signed(FILES, Shape(id="B"), ["scan 1.bin"])
    verdict = judge(one, **{"META-INF/signatures1.xml": other})
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "does not cover" in verdict.reason.en


# ---------------------------------------------------------------- wrapping and other arts
def inner(signatures: bytes) -> bytes:
    found = re.search(rb"<ds:Signature .*</ds:Signature>", signatures, re.DOTALL)
    assert found is not None
    return found[0]


def outer(*signatures: bytes) -> bytes:
    return b'<asic:XAdESSignatures xmlns:asic="%b" xmlns:ds="%b">%b</asic:XAdESSignatures>' % (
        ASIC.encode(),
        DS.encode(),
        b"".join(signatures),
    )


def properties(signatures: bytes) -> bytes:
    found = re.search(rb"<xades:SignedProperties.*</xades:SignedProperties>", signatures, re.DOTALL)
    assert found is not None
    return found[0]


EVIL = dict(FILES, **{"form.txt": b"evil\n"})


def _evil_digest(signatures: bytes) -> bytes:
    def of(content: bytes) -> bytes:
        return base64.b64encode(hashlib.sha256(content).digest())

    return signatures.replace(of(FILES["form.txt"]), of(EVIL["form.txt"]))


def _wrapped_info(good: bytes) -> bytes:
    """The good SignedInfo moved aside, an evil one in its place."""
    info = re.search(rb"<ds:SignedInfo>.*?</ds:SignedInfo>", good, re.DOTALL)
    assert info is not None
    evil = _evil_digest(info[0])
    return good.replace(info[0], evil).replace(
        b"</ds:Signature>", b"<ds:Object>" + info[0] + b"</ds:Object></ds:Signature>"
    )


def _two_infos(good: bytes) -> bytes:
    info = re.search(rb"<ds:SignedInfo>.*?</ds:SignedInfo>", good, re.DOTALL)
    assert info is not None
    return good.replace(info[0], info[0] + _evil_digest(info[0]))


def _signature_in_signature(good: bytes) -> bytes:
    evil = _evil_digest(inner(good)).replace(b'"S0', b'"S1').replace(b"#S0", b"#S1")
    nested = b"<ds:Object>" + inner(good) + b"</ds:Object></ds:Signature>"
    return outer(evil.replace(b"</ds:Signature>", nested))


def _properties_twice(good: bytes) -> bytes:
    """The digested properties stay somewhere; others, of another time, are in their place."""
    evil = properties(good).replace(b"2026-11-26", b"2020-01-01")
    return good.replace(properties(good), evil).replace(
        b"</ds:Signature>",
        b'<ds:Object><x:Keep xmlns:x="urn:x" xmlns:xades="%b">%b</x:Keep></ds:Object>'
        b"</ds:Signature>" % (XADES.encode(), properties(good)),
    )


def _same_id_elsewhere(good: bytes) -> bytes:
    return good.replace(b"</ds:Signature>", b'<ds:Object Id="S0-p">evil</ds:Object></ds:Signature>')


def _id_in_other_letters(good: bytes) -> bytes:
    return good.replace(b"</ds:Signature>", b'<ds:Object><x ID="S0-p"/></ds:Object></ds:Signature>')


def _second_qualifying(good: bytes) -> bytes:
    found = re.search(
        rb"<xades:QualifyingProperties.*</xades:QualifyingProperties>", good, re.DOTALL
    )
    assert found is not None
    evil = found[0].replace(b"2026-11-26", b"2020-01-01").replace(b'"S0-p"', b'"S9-p"')
    return good.replace(b"</ds:Signature>", b"<ds:Object>" + evil + b"</ds:Object></ds:Signature>")


def _other_target(good: bytes) -> bytes:
    return good.replace(b'Target="#S0"', b'Target="#S7"')


def _document_type(good: bytes) -> bytes:
    return good.replace(
        b"<asic:XAdES", b'<!DOCTYPE x [<!ATTLIST x id ID "S0-p"><!ENTITY e "1">]><asic:XAdES', 1
    )


def _other_encoding(good: bytes) -> bytes:
    return _document_type(good).decode().replace("UTF-8", "UTF-16").encode("utf-16")


def _value_emptied(good: bytes) -> bytes:
    return re.sub(rb"(<ds:SignatureValue[^>]*>)[^<]*", rb"\1", good)


def _value_of_zeros(good: bytes) -> bytes:
    zeros = base64.b64encode(bytes(256))
    return re.sub(rb"(<ds:SignatureValue[^>]*>)[^<]*", rb"\g<1>" + zeros, good)


def _hmac(good: bytes) -> bytes:
    return good.replace(RSA.encode(), b"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")


def _evil_digests(good: bytes) -> bytes:
    return _evil_digest(good)


def _comment_in_digest(good: bytes) -> bytes:
    return re.sub(rb"<ds:DigestValue>(.{10})", rb"<ds:DigestValue>\1<!-- -->", good)


def _space_from_above(good: bytes) -> bytes:
    return good.replace(b"<asic:XAdESSignatures", b'<asic:XAdESSignatures xml:base="/evil/"', 1)


def _no_key_info(good: bytes) -> bytes:
    return re.sub(rb"<ds:KeyInfo>.*</ds:KeyInfo>", b"", good, flags=re.DOTALL)


def _foreign_root(good: bytes) -> bytes:
    return good.replace(b"asic:XAdESSignatures", b"asic:Others")


def _cut(good: bytes) -> bytes:
    return good[: len(good) // 2]


def _namespaces_without_end(good: bytes) -> bytes:
    many = b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(20_000))
    return good.replace(b"<asic:XAdESSignatures", b"<asic:XAdESSignatures " + many, 1)


def _stamps_without_end(good: bytes) -> bytes:
    stamps = b"<xades:SignatureTimeStamp/>" * 50_000
    return good.replace(
        b"</xades:QualifyingProperties>",
        b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties>%b"
        b"</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
        b"</xades:QualifyingProperties>" % stamps,
    )


def _too_deep(good: bytes) -> bytes:
    deep = b"<ds:Object>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</ds:Object>"
    return good.replace(b"</ds:Signature>", deep + b"</ds:Signature>")


ATTACKS = (
    _wrapped_info, _two_infos, _signature_in_signature, _properties_twice, _same_id_elsewhere,
    _id_in_other_letters, _second_qualifying, _other_target, _document_type, _other_encoding,
    _value_emptied, _value_of_zeros, _hmac, _evil_digests, _comment_in_digest, _space_from_above,
    _no_key_info, _foreign_root, _cut, _namespaces_without_end, _stamps_without_end, _too_deep,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("files", [FILES, EVIL], ids=["files kept", "file exchanged"])
def test_no_art_makes_it_good(
    signatures: bytes, judge: Judge, attack: Callable[[bytes], bytes], files: dict[str, bytes]
) -> None:
    attacked = attack(signatures)
    assert attacked != signatures
    assert judge(attacked, files).outcome in NEVER


def _with(**changes: str) -> Shape:
    return Shape(**changes)


DIGESTED = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/>'


@pytest.mark.parametrize(
    "shape",
    [
        _with(properties_type=""),
        _with(properties_type='Type="http://uri.etsi.org/01903#Other"'),
        _with(more_references=f'<ds:Reference URI="#S0-k">{DIGESTED}</ds:Reference>',
              in_properties='<xades:SignerRole Id="S0-k"/>'),
        _with(more_references=f'<ds:Reference URI="./form.txt">{DIGESTED}</ds:Reference>'),
    ],
    ids=["no type", "another type", "an element", "a file twice"],
)  # fmt: skip
def test_what_is_signed_in_another_shape_cannot_be_checked(
    maker: Maker, judge: Judge, shape: Shape
) -> None:
    """Its signer made it so; two programs could still see two things in it."""
    assert judge(maker.signed(FILES, shape)).outcome is Outcome.MALFORMED


@pytest.mark.parametrize(
    "uri",
    ["../form.txt", "http://example.org/form.txt", "form.txt#x", "a\\form.txt", "%ff.txt", ""],
)
def test_references_lead_to_files_of_the_container_and_nowhere_else(
    signatures: bytes, judge: Judge, uri: str
) -> None:
    led_astray = signatures.replace(b'URI="form.txt"', b'URI="%b"' % uri.encode())
    assert judge(led_astray).outcome is Outcome.MALFORMED


def test_the_certificate_is_the_one_that_was_signed_with(
    signatures: bytes, pki: Pki, judge: Judge
) -> None:
    """Another certificate in KeyInfo, even one over the same key, is not the one that is named."""
    mine, other = (base64.b64encode(p.certificate) for p in (pki.agent, pki.reviewer))
    assert judge(signatures.replace(mine, other)).outcome in NEVER
    first = b"<ds:X509Certificate>"
    both = signatures.replace(first, first + other + b"</ds:X509Certificate>" + first, 1)
    assert judge(both).signatures[0].signer == "王秀兰"


def test_two_signatures_in_one_file_each_have_their_own_verdict(
    maker: Maker, pki: Pki, tmp_path: Path, judge: Judge
) -> None:
    second: Person = pki.reviewer
    one = inner(maker.signed(FILES, Shape(id="A")))
    other = inner(Maker(tmp_path / "second", second).signed(FILES, Shape(id="B")))
    verdict = judge(outer(one, other))
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    assert [s.signer for s in verdict.signatures] == ["王秀兰", "李建国"]
    twins = judge(outer(one, inner(maker.signed(FILES, Shape(id="A")))))
    assert twins.outcome is Outcome.MALFORMED
    broken = judge(outer(one, _evil_digest(other)))
    assert broken.outcome is Outcome.BROKEN


def test_a_pdf_in_a_container_is_a_file_like_others(pki: Pki, maker: Maker, judge: Judge) -> None:
    from tests.helpers.attacks import victim_pdf
    from tests.signing.verify.conftest import signed

    files = {"dossier.pdf": signed(pki, victim_pdf(), pki.agent, None, Level.B_B)}
    assert judge(maker.signed(files), files).good
