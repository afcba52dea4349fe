"""Trust roots and evidence from files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.authority.evidence import AuthorityEvidence, EvidenceUnavailable, FetchedEvidence
from signing.authority.profiles import Profile, certificate, name_of
from signing.authority.protocol import Subject
from signing.authority.remote import HttpEvidence
from signing.authority.service import ocsp_request
from signing.authority.training import TrainingAuthority
from signing.certificates import CertificateRevoked, Purpose, to_pem
from signing.errors import TrustUnreadable
from signing.keys.pkcs12 import new_key, open_p12, public_key_of
from signing.trust import (
    Evidence,
    EvidenceKind,
    EvidenceOutdated,
    TrustStore,
    load_trust,
    refuse_revoked,
)
from tests.helpers.authority_server import serving, serving_authority
from tests.helpers.pki import Pki


def test_a_root_is_read_from_pem_and_from_der(pki: Pki, tmp_path: Path) -> None:
    (root,) = pki.authority.roots
    (tmp_path / "root.der").write_bytes(root)
    assert load_trust([pki.root_pem]) == load_trust([tmp_path / "root.der"]) == TrustStore((root,))


def test_a_bundle_is_sorted_into_roots_and_what_lies_between(pki: Pki, tmp_path: Path) -> None:
    county, root = pki.authority.chain
    (tmp_path / "bundle.pem").write_bytes(to_pem(county, root, county))
    store = load_trust([tmp_path / "bundle.pem"])
    assert (store.roots, store.intermediates) == ((root,), (county,))


def test_who_names_a_county_authority_alone_trusts_it(pki: Pki, tmp_path: Path) -> None:
    county = pki.authority.chain[0]
    (tmp_path / "county.pem").write_bytes(to_pem(county))
    assert load_trust([tmp_path / "county.pem"]).roots == (county,)


def test_a_folder_brings_roots_and_evidence_with_its_time(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(pki.root_pem.read_bytes())
    (tmp_path / "county.crl").write_bytes(pki.authority.crl("county"))
    request = ocsp_request(pki.agent.certificate, pki.authority.chain[0])
    (tmp_path / "agent.ocsp").write_bytes(pki.authority.ocsp(request))
    (tmp_path / "notes.txt").write_text("not looked at")
    store = load_trust([tmp_path])
    assert store.roots == pki.authority.roots
    assert {piece.kind for piece in store.evidence} == {EvidenceKind.CRL, EvidenceKind.OCSP}
    assert store.known_since == min(piece.since for piece in store.evidence)
    for piece in store.evidence:
        assert piece.until is not None and piece.since < piece.until
        assert piece.covers(pki.agent.certificate)
        assert not piece.covers(pki.stranger.certificate)
        assert not piece.covers(pki.authority.chain[0])


def test_the_same_evidence_is_kept_once(pki: Pki) -> None:
    piece = Evidence.from_crl(pki.authority.crl("root"))
    assert TrustStore().with_evidence([piece, piece]).with_evidence([piece]).evidence == (piece,)
    assert TrustStore().known_since is None


@pytest.mark.parametrize("content", [b"", b"hello", b"\x30\x03\x0a\x01\x06", b"\x30\x00"])
def test_a_file_that_holds_no_trust_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "root.pem").write_bytes(content)
    for path in (tmp_path / "root.pem", tmp_path):
        with pytest.raises(TrustUnreadable) as refused:
            load_trust([path])
        assert "root.pem" in refused.value.sentence("zh")


def test_a_path_that_is_not_there_or_an_empty_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.pem", tmp_path):
        with pytest.raises(TrustUnreadable):
            load_trust([path])


def test_both_kinds_of_evidence_tell_of_a_revocation(pki: Pki) -> None:
    county = pki.authority.chain[0]
    listed = Evidence.from_crl(pki.authority.crl("county"))
    for person, gone in ((pki.agent, False), (pki.revoked, True)):
        answer = pki.authority.ocsp(ocsp_request(person.certificate, county))
        for piece in (listed, Evidence.from_ocsp(answer)):
            assert (piece.revoked_at(person.certificate) is not None) is gone
            assert piece.revoked_at(pki.stranger.certificate) is None
    with pytest.raises(CertificateRevoked) as refused:
        refuse_revoked([county, pki.revoked.certificate], [listed])
    assert "郑旧" in refused.value.sentence("zh")
    refuse_revoked([pki.agent.certificate], [listed])


def test_an_authority_has_evidence_for_its_own_people_only(pki: Pki) -> None:
    source = AuthorityEvidence(pki.authority)
    chain = (pki.agent.certificate, *pki.agent.key.chain)
    found = source.collect(chain)
    assert all(any(piece.covers(der) for piece in found) for der in chain[:-1])
    with pytest.raises(EvidenceUnavailable) as missed:
        source.collect((pki.stranger.certificate, *pki.stranger.key.chain))
    assert "王秀兰" in missed.value.sentence("zh")


def test_evidence_at_hand_is_used_and_nobody_is_called(pki: Pki) -> None:
    chain = (pki.agent.certificate, *pki.agent.key.chain)
    known = [Evidence.from_crl(der) for der in pki.authority.crls()]
    assert set(FetchedEvidence(known).collect(chain)) == set(known)
    with pytest.raises(EvidenceUnavailable):
        FetchedEvidence().collect(chain)


def test_a_list_that_should_have_been_renewed_is_not_taken_for_a_new_signature(pki: Pki) -> None:
    chain = (pki.agent.certificate, *pki.agent.key.chain)
    past = TrainingAuthority.at(pki.folder, clock=lambda: datetime.now(UTC) - timedelta(days=400))
    stale = [Evidence.from_crl(der) for der in past.crls()]
    with pytest.raises(EvidenceOutdated) as refused:
        FetchedEvidence(stale).collect(chain)
    for language in ("zh", "en"):
        assert "{" not in refused.value.sentence(language)
    fresh = [Evidence.from_crl(der) for der in pki.authority.crls()]
    assert set(FetchedEvidence([*stale, *fresh]).collect(chain)) == set(fresh), "the newest counts"


def _with_addresses(pki: Pki, base: str) -> tuple[bytes, bytes, bytes]:
    """An agent of the county whose certificate says where to ask."""
    holder = pki.agent.holder
    subject = Subject("周远", holder.unit, holder.unit_code, holder.organisation)
    issuer = open_p12(
        pki.folder / "authority" / "county.p12", (pki.folder / "authority" / "pin").read_text()
    )
    profile = Profile(
        Purpose.SIGN, name_of(subject), holder.not_before, holder.not_after,
        crl_url=f"{base}/crl/county.crl", ocsp_url=f"{base}/ocsp",
    )  # fmt: skip
    return (certificate(public_key_of(new_key("p256")), profile, issuer), *pki.authority.chain)


def test_evidence_is_fetched_from_the_addresses_in_the_certificate(pki: Pki) -> None:
    root_list = Evidence.from_crl(pki.authority.crl("root"))
    with serving_authority(pki.authority) as url:
        chain = _with_addresses(pki, url)
        found = FetchedEvidence([root_list]).collect(chain)
    # The authority never issued this one, so its responder does not vouch: the list does.
    assert [piece.kind for piece in found] == [EvidenceKind.CRL, EvidenceKind.CRL]
    assert all(any(piece.covers(der) for piece in found) for der in chain[:-1])


@pytest.mark.parametrize("answer", [b"", b"hello", b"\x30\x03\x0a\x01\x06", None])
def test_a_server_that_answers_nonsense_gives_no_evidence(pki: Pki, answer: bytes | None) -> None:
    root_list = Evidence.from_crl(pki.authority.crl("root"))
    with serving(lambda path, body: answer) as url, pytest.raises(EvidenceUnavailable) as missed:
        FetchedEvidence([root_list]).collect(_with_addresses(pki, url))
    assert url in missed.value.sentence("en")


def test_an_authority_behind_http_gives_lists_and_an_answer_about_the_signer(pki: Pki) -> None:
    chain = (pki.revoked.certificate, *pki.authority.chain)
    with serving_authority(pki.authority) as url:
        source = HttpEvidence(f"{url}/")
        found = source.collect(chain)
        assert [piece.kind for piece in found] == ["ocsp", "crl", "crl"]
        assert found[0].revoked_at(pki.revoked.certificate) is not None
        assert {piece.kind for piece in source.lists()} == {EvidenceKind.CRL}
        with pytest.raises(EvidenceUnavailable):
            source.collect((pki.stranger.certificate, *pki.stranger.key.chain))
    for ask in (lambda: source.collect(chain), source.lists):
        with pytest.raises(EvidenceUnavailable) as gone:
            ask()
        assert url in gone.value.sentence("zh")


def test_an_address_that_is_a_file_is_never_opened(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "crl").mkdir()
    (tmp_path / "crl" / "county.crl").write_bytes(pki.authority.crl("county"))
    root_list = Evidence.from_crl(pki.authority.crl("root"))
    with pytest.raises(EvidenceUnavailable):
        FetchedEvidence([root_list]).collect(_with_addresses(pki, f"file://{tmp_path}"))
