"""What files share is what they would have read themselves."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from asn1crypto import ocsp, x509

from signing import parsed
from signing.pades import Level
from signing.paths import _SIGNATURES, _Registry
from signing.verify.digests import Digests
from signing.verify.many import Question, within_limits
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome
from signing.verify.words import Unreadable
from tests.helpers.attacks import victim_pdf
from tests.helpers.pki import Pki
from tests.signing.verify.conftest import signed


def test_a_shared_certificate_says_what_a_fresh_one_says(pki: Pki) -> None:
    for der in (*pki.trust.roots, pki.agent.certificate, pki.reviewer.certificate):
        shared, fresh = parsed.certificate(der), x509.Certificate.load(der)
        assert parsed.certificate(der) is shared
        assert shared.dump() == shared.dump() == der
        assert shared.public_key.dump() == fresh.public_key.dump()
        assert shared["tbs_certificate"].dump() == fresh["tbs_certificate"].dump()
        assert shared.subject.hashable == fresh.subject.hashable
        assert shared.issuer == fresh.issuer
        assert fresh.issuer == shared.issuer
        assert (shared.subject == shared.issuer) == (fresh.subject == fresh.issuer)
        assert shared.native == fresh.native


def test_names_are_the_same_whatever_their_letters_and_not_for_being_shared(pki: Pki) -> None:
    mine = parsed.certificate(pki.agent.certificate).subject
    shouted = x509.Name.build({"common_name": "COUNTY  office"})
    quiet = x509.Name.build({"common_name": "county office"})
    assert mine != shouted
    assert shouted == quiet  # the library's rule, which ours leaves alone


def test_a_registry_finds_what_the_librarys_finds(pki: Pki) -> None:
    from pyhanko_certvalidator.registry import CertificateRegistry

    ders = (*pki.trust.roots, pki.agent.certificate, pki.agent.certificate)
    ours = _Registry.build(map(parsed.certificate, ders))
    theirs = CertificateRegistry.build(map(x509.Certificate.load, ders))
    assert [c.dump() for c in ours] == [c.dump() for c in theirs]
    for cert in theirs:
        for ask in ("retrieve_many_by_key_identifier", "retrieve_many_by_key_hash"):
            key = cert.key_identifier if "identifier" in ask else cert.public_key.sha1
            assert [c.dump() for c in getattr(ours, ask)(key)] == [
                c.dump() for c in getattr(theirs, ask)(key)
            ]
        assert [c.dump() for c in ours.retrieve_by_name(cert.subject)] == [cert.dump()]


def test_threads_do_not_share_what_is_filled_in_lazily(pki: Pki) -> None:
    here = parsed.certificate(pki.agent.certificate)
    with ThreadPoolExecutor(1) as aside:
        there = aside.submit(parsed.certificate, pki.agent.certificate).result()
    assert there is not here


def test_bytes_behind_an_answer_make_it_none(pki: Pki) -> None:
    pdf = signed(pki, victim_pdf(), pki.agent, None, Level.B_LT)
    assert verify_pdf(pdf, pki.trust).good
    with pytest.raises(ValueError, match="trailing"):
        parsed.ocsp_response(ocsp.OCSPResponse({"response_status": "unauthorized"}).dump() + b"\0")


def test_a_signature_that_does_not_hold_is_never_remembered_as_one_that_does(pki: Pki) -> None:
    from cryptography.exceptions import InvalidSignature

    cert = parsed.certificate(pki.agent.certificate)
    issuer = next(
        one
        for der in (*pki.trust.roots, *pki.trust.intermediates, *pki.agent.key.chain)
        if (one := parsed.certificate(der)).subject == cert.issuer
    )
    body, value = cert["tbs_certificate"].dump(), cert["signature_value"].native
    for _ in range(2):
        _SIGNATURES.validate_signature(value, body, issuer.public_key, cert["signature_algorithm"])
        with pytest.raises(InvalidSignature):
            _SIGNATURES.validate_signature(
                value, body + b"\0", issuer.public_key, cert["signature_algorithm"]
            )


def test_one_file_after_another_is_judged_like_alone(pki: Pki) -> None:
    good = signed(pki, victim_pdf(), pki.agent, None, Level.B_LT)
    other = signed(pki, victim_pdf(), pki.reviewer, None, Level.B_T)
    stranger = signed(pki, victim_pdf(), pki.revoked, None, Level.B_B)
    files = (good, other, stranger, good, stranger, other)
    alone = []
    for pdf in files:
        parsed.forget()
        alone.append(verify_pdf(pdf, pki.trust).outcome)
    assert [verify_pdf(pdf, pki.trust).outcome for pdf in files] == alone
    assert alone[0] is Outcome.VALID


def test_a_reading_cut_short_leaves_nothing_half_read_behind(pki: Pki, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "one.pdf"
    file.write_bytes(signed(pki, victim_pdf(), pki.agent, None, Level.B_LT))
    kept = parsed.certificate(pki.agent.certificate)

    def starves(*_: object) -> object:
        raise MemoryError

    verdict = within_limits(file, Question(pki.trust), starves)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.MALFORMED
    assert parsed.certificate(pki.agent.certificate) is not kept
    assert within_limits(file, Question(pki.trust)).good


def test_digests_of_beginnings_are_those_of_the_bytes() -> None:
    data = bytes(range(256)) * 40
    digests = Digests(data)
    for digest in ("sha256", "sha512", "shake256"):
        for first, second, end in ((900, 1000, 5000), (100, 200, 300), (900, 0, 0), (4000, 9, 12)):
            state = hashlib.new(digest, data[:first] + data[second:end])
            wanted = state.digest(64) if digest == "shake256" else state.digest()  # type: ignore[call-arg]
            assert digests.of(digest, first, second, end) == wanted
    assert digests.of("sha256", len(data) + 5) == hashlib.sha256(data).digest()
    with pytest.raises(Unreadable):
        digests.of("md99", 1)
