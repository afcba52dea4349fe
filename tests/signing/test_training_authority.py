"""What the training authority says, judged by openssl, which knows nothing of us."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509 as crypto_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from signing.authority.profiles import public_key_in
from signing.authority.protocol import RevocationReason
from signing.authority.service import ocsp_request, ocsp_request_in
from signing.authority.training import CountyPlan, PersonPlan, TrainingAuthority, UnitPlan
from signing.certificates import CertificateUnreadable, Purpose, holder_of, load_certificates
from signing.keys.pkcs12 import KeyFileMissing, new_key, public_key_of
from signing.trust import Evidence, load_trust
from tests.helpers.pki import PIN, Pki

AGENT = PersonPlan("王秀兰", "1001", "代办员", "130430001001", "吴庄村便民服务站")
OFFICE = UnitPlan("130430001", "梁二庄镇便民服务中心")


def openssl(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *map(str, words)], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def files(pki: Pki, tmp_path: Path) -> Path:
    """The chain and the newest revocation lists as files, the way openssl wants them."""
    county = pki.folder / "authority" / "county.pem"
    (tmp_path / "county.pem").write_bytes(county.read_bytes())
    (tmp_path / "agent.pem").write_bytes((pki.folder / "keys" / "agent.pem").read_bytes())
    for name in ("root", "county"):
        (tmp_path / f"{name}.crl").write_bytes(pki.authority.crl(name))
    return tmp_path


def test_openssl_finds_every_certificate_good_up_to_the_root(pki: Pki, files: Path) -> None:
    certificates = [slot.certificate for slot in pki.keys.slots()]
    certificates += [pki.authority.chain[0], pki.stranger.certificate]
    found = []
    for der in certificates:
        (files / "one.der").write_bytes(der)
        checked = openssl(
            "verify", "-x509_strict", "-CAfile", pki.root_pem, "-untrusted", files / "county.pem",
            files / "one.der",
        )  # fmt: skip
        found.append(checked.returncode == 0)
    assert found == [True] * (len(found) - 1) + [False], "the stranger's is under another root"


def test_every_subject_says_that_it_is_for_training(pki: Pki) -> None:
    everybody = [slot.certificate for slot in pki.keys.slots()]
    services = [
        load_certificates(path.read_bytes())[0] for path in (pki.folder / "authority").glob("*.pem")
    ]
    assert len(services) == 4
    for der in everybody + services:
        assert holder_of(der).training, holder_of(der)


def test_openssl_refuses_the_revoked_agent_by_the_revocation_list(pki: Pki, files: Path) -> None:
    lists = ("-CRLfile", files / "root.crl", "-CRLfile", files / "county.crl")
    for person, good in ((pki.agent, True), (pki.revoked, False)):
        (files / "one.der").write_bytes(person.certificate)
        checked = openssl(
            "verify", "-crl_check_all", *lists, "-CAfile", pki.root_pem,
            "-untrusted", files / "county.pem", files / "one.der",
        )  # fmt: skip
        assert (checked.returncode == 0) is good, checked.stderr
        assert good or "certificate revoked" in checked.stderr


def test_openssl_accepts_the_signature_of_the_revocation_lists(pki: Pki, files: Path) -> None:
    for name, issuer in (("root", pki.root_pem), ("county", files / "county.pem")):
        checked = openssl(
            "crl", "-inform", "DER", "-in", files / f"{name}.crl", "-CAfile", issuer, "-noout"
        )
        assert "verify OK" in checked.stderr


@pytest.mark.parametrize(("who", "answer"), [("agent", "good"), ("revoked", "revoked")])
def test_openssl_accepts_the_ocsp_answer(pki: Pki, files: Path, who: str, answer: str) -> None:
    (files / "one.pem").write_bytes((pki.folder / "keys" / f"{who}.pem").read_bytes())
    asked = openssl(
        "ocsp", "-issuer", files / "county.pem", "-cert", files / "one.pem",
        "-reqout", files / "request",
    )  # fmt: skip
    assert asked.returncode == 0
    (files / "response").write_bytes(pki.authority.ocsp((files / "request").read_bytes()))
    read = openssl(
        "ocsp", "-respin", files / "response", "-reqin", files / "request", "-text",
        "-CAfile", pki.root_pem, "-verify_other", files / "county.pem",
    )  # fmt: skip
    assert "Response verify OK" in read.stderr
    assert f"Cert Status: {answer}\n" in read.stdout
    assert "WARNING" not in read.stderr, "the nonce came back"


def test_an_ocsp_question_may_come_in_the_path_of_a_get(pki: Pki) -> None:
    import base64
    import urllib.parse

    request = ocsp_request(pki.agent.certificate, pki.authority.chain[0])
    plain = base64.b64encode(request).decode()
    assert ocsp_request_in(plain) == request
    assert ocsp_request_in("/" + urllib.parse.quote(plain, safe="")) == request
    assert ocsp_request_in("not base64!") != request


def test_ocsp_says_nothing_about_certificates_of_others(pki: Pki) -> None:
    foreign = ocsp_request(pki.stranger.certificate, pki.stranger.key.chain[0])
    made_up = b"\x30\x03\x02\x01\x01"
    for request, status in ((foreign, 6), (made_up, 1), (b"", 1), (b"\xff" * 40, 1)):
        answer = pki.authority.ocsp(request)
        assert answer == bytes([0x30, 3, 0x0A, 1, status]), "unauthorized or malformed, unsigned"


def test_ocsp_does_not_know_a_certificate_that_was_never_issued(pki: Pki) -> None:
    from asn1crypto import ocsp, x509

    invented = x509.Certificate.load(pki.agent.certificate).copy()
    invented["tbs_certificate"]["serial_number"] = 4711
    request = ocsp_request(invented.dump(force=True), pki.authority.chain[0])
    answer = ocsp.OCSPResponse.load(pki.authority.ocsp(request))
    assert answer.response_data["responses"][0]["cert_status"].name == "unknown"


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_openssl_accepts_the_time_stamps(pki: Pki, tmp_path: Path, digest: str) -> None:
    data = tmp_path / "data"
    data.write_bytes("邱县".encode() * 1000)
    openssl("ts", "-query", "-data", data, f"-{digest}", "-cert", "-out", tmp_path / "request")
    answer = pki.authority.timestamp((tmp_path / "request").read_bytes())
    (tmp_path / "response").write_bytes(answer)
    judged = (
        "ts", "-verify", "-in", tmp_path / "response", "-queryfile", tmp_path / "request",
        "-CAfile", pki.root_pem, "-untrusted", pki.folder / "authority" / "county.pem",
    )  # fmt: skip
    assert "Verification: OK" in openssl(*judged).stdout
    text = openssl("ts", "-reply", "-in", tmp_path / "response", "-text").stdout
    assert "Accuracy: 0x01 seconds" in text

    openssl("ts", "-query", "-data", __file__, "-sha256", "-cert", "-out", tmp_path / "request")
    assert "Verification: FAILED" in openssl(*judged).stdout, "a stamp is for one document"


def test_the_time_stamp_service_refuses_weak_digests_and_nonsense(pki: Pki, tmp_path: Path) -> None:
    openssl("ts", "-query", "-data", __file__, "-sha1", "-out", tmp_path / "sha1")
    for request in ((tmp_path / "sha1").read_bytes(), b"", b"\x30\x00", b"garbage"):
        (tmp_path / "response").write_bytes(pki.authority.timestamp(request))
        text = openssl("ts", "-reply", "-in", tmp_path / "response", "-text").stdout
        assert "Status: Rejected." in text


def test_a_set_up_that_is_run_again_makes_nothing_new(tmp_path: Path) -> None:
    plan = CountyPlan("邱县", "邱县行政审批局", persons=(AGENT,), units=(OFFICE,))
    TrainingAuthority.set_up(tmp_path, plan, PIN)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    TrainingAuthority.set_up(tmp_path, plan, PIN)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_set_up_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    plan = CountyPlan("邱县", "邱县行政审批局", persons=(AGENT,), units=(OFFICE,))
    TrainingAuthority.set_up(tmp_path, plan, PIN)
    root = (tmp_path / "trust" / "root.pem").read_bytes()
    (tmp_path / "authority" / "tsa.pem").unlink()
    (tmp_path / "keys" / "1001.pem").unlink()
    authority = TrainingAuthority.set_up(tmp_path, plan, PIN)
    assert (tmp_path / "trust" / "root.pem").read_bytes() == root
    assert [slot.id for slot in authority.keys.slots()] == [
        "1001", "open-130430001", "seal-130430001",
    ]  # fmt: skip


def test_a_person_who_moves_to_another_role_gets_a_new_certificate(tmp_path: Path) -> None:
    authority = TrainingAuthority.set_up(tmp_path, CountyPlan("邱县", "审批局", (AGENT,)), PIN)
    old = authority.keys.slots()[0].certificate
    moved = PersonPlan("王秀兰", "1001", "审核员", "130430001", "梁二庄镇便民服务中心")
    new = authority.enrol_person(moved, PIN).certificate
    assert new != old
    assert (holder_of(new).role, holder_of(new).unit_code) == ("审核员", "130430001")


def test_a_revoked_person_gets_a_new_certificate_at_the_next_enrolment(tmp_path: Path) -> None:
    authority = TrainingAuthority.set_up(tmp_path, CountyPlan("邱县", "审批局", (AGENT,)), PIN)
    old = authority.keys.slots()[0].certificate
    authority.revoke(old, RevocationReason.KEY_COMPROMISE)
    authority.revoke(old, RevocationReason.SUPERSEDED)
    assert authority.enrol_person(AGENT, PIN).certificate != old
    openssl_text = Evidence.from_crl(authority.crl("county"))
    assert openssl_text.revoked_at(old) is not None


def test_a_revocation_is_seen_by_another_process_that_holds_the_same_folder(
    tmp_path: Path,
) -> None:
    here = TrainingAuthority.set_up(tmp_path, CountyPlan("邱县", "审批局", (AGENT,)), PIN)
    there = TrainingAuthority.at(tmp_path)
    certificate = here.keys.slots()[0].certificate
    assert Evidence.from_crl(there.crl("county")).revoked_at(certificate) is None
    here.revoke(certificate)
    assert Evidence.from_crl(there.crl("county")).revoked_at(certificate) is not None


def test_a_line_torn_by_a_power_cut_spoils_only_itself(tmp_path: Path) -> None:
    authority = TrainingAuthority.set_up(tmp_path, CountyPlan("邱县", "审批局", (AGENT,)), PIN)
    certificate = authority.keys.slots()[0].certificate
    with (tmp_path / "register.jsonl").open("ab") as register:
        register.write(b'{"revoked": "47')
    TrainingAuthority.at(tmp_path).revoke(certificate)
    revoked = Evidence.from_crl(TrainingAuthority.at(tmp_path).crl("county"))
    assert revoked.revoked_at(certificate) is not None


def test_private_keys_are_readable_by_their_owner_alone(pki: Pki) -> None:
    secret = [*pki.folder.rglob("*.p12"), pki.folder / "authority" / "pin"]
    assert {path.stat().st_mode & 0o777 for path in secret} == {0o600}


def test_a_person_id_that_leads_out_of_the_folder_is_refused(pki: Pki) -> None:
    with pytest.raises(ValueError, match="file name"):
        pki.authority.enrol_person(PersonPlan("甲", "../甲", "代办员", "1", "村"), PIN)


def test_a_request_made_on_a_key_proves_that_the_key_is_held() -> None:
    key = new_key("p256")
    request = (
        crypto_x509.CertificateSigningRequestBuilder()
        .subject_name(crypto_x509.Name([]))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    assert public_key_in(request) == public_key_of(key)
    forged = request.replace(public_key_of(key), public_key_of(new_key("p256")))
    for bad in (forged, b"", b"\x30\x00"):
        with pytest.raises(CertificateUnreadable):
            public_key_in(bad)


def test_an_authority_that_was_never_set_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing):
        TrainingAuthority.at(tmp_path)


def test_the_clock_is_the_callers(tmp_path: Path) -> None:
    then = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
    authority = TrainingAuthority.set_up(
        tmp_path, CountyPlan("邱县", "审批局", (AGENT,)), PIN, clock=lambda: then
    )
    holder = holder_of(authority.keys.slots()[0].certificate)
    assert holder.purpose is Purpose.SIGN
    assert holder.not_before == then - timedelta(days=1)
    assert Evidence.from_crl(authority.crl("county")).since == then


def test_the_trust_folder_holds_the_root_and_nothing_secret(pki: Pki) -> None:
    assert load_trust([pki.folder / "trust"]).roots == pki.authority.roots
    assert b"PRIVATE" not in pki.root_pem.read_bytes()


def test_an_authority_killed_while_it_opens_its_own_keys_opens_them_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    TrainingAuthority.set_up(tmp_path, CountyPlan("邱县", "审批局"), PIN)

    def power_cut(*_: object) -> None:
        raise SystemExit("the lights went out")

    with monkeypatch.context() as patch:
        patch.setattr("signing.keys.pkcs12.pkcs12.load_pkcs12", power_cut)
        for _ in range(12):
            with pytest.raises(SystemExit):
                TrainingAuthority.at(tmp_path)
    # What an earlier version of the program left there.
    (tmp_path / "authority" / "root.tries").write_text("6")
    assert TrainingAuthority.at(tmp_path).crls()
