"""Signatures beside files and in containers: made by openssl and by us, judged alike."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from signing.cms import digest_for, signed_data
from signing.trust import TrustStore
from signing.verify.files import verify_any
from signing.verify.verdict import Outcome, Verdict
from tests.helpers.pki import PIN, Person, Pki

TEXT = "高龄补贴认定表\n".encode()
ASIC_E, ASIC_S = (b"application/vnd.etsi.asic-%b+zip" % kind for kind in (b"e", b"s"))


@pytest.fixture(scope="module")
def trust(pki: Pki) -> TrustStore:
    return pki.trust


@pytest.fixture(scope="module")
def by_openssl(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A detached CMS over ``TEXT`` that openssl made with the agent's key."""
    return openssl_signed(pki, tmp_path_factory.mktemp("openssl"), TEXT)


def openssl_signed(pki: Pki, folder: Path, content: bytes, *more: str) -> bytes:
    (folder / "content").write_bytes(content)
    key, chain, out = (folder / name for name in ("key.pem", "chain.pem", "out"))
    if not key.exists():
        openssl = ["openssl", "pkcs12", "-in", str(pki.agent.path), "-passin", f"pass:{PIN}"]
        subprocess.run([*openssl, "-nodes", "-out", str(key)], check=True, capture_output=True)
        subprocess.run(
            [*openssl, "-nokeys", "-cacerts", "-out", str(chain)], check=True, capture_output=True
        )
    subprocess.run(
        ["openssl", "cms", "-sign", "-binary", "-in", str(folder / "content"), "-signer", str(key),
         "-certfile", str(chain), "-md", "sha256", "-cades", "-outform", "DER", "-out", str(out),
         *more],
        check=True, capture_output=True,
    )  # fmt: skip
    return out.read_bytes()


def our_own(person: Person, content: bytes) -> bytes:
    digest = digest_for(person.key)
    return signed_data(
        person.key, message_digest=hashlib.new(digest, content).digest(), digest=digest
    )


def beside(folder: Path, signature: bytes, content: bytes | None = TEXT) -> Path:
    if content is not None:
        (folder / "form.txt").write_bytes(content)
    path = folder / "form.txt.p7s"
    path.write_bytes(signature)
    return path


def test_a_signature_beside_its_file_is_judged_with_it(
    tmp_path: Path, by_openssl: bytes, trust: TrustStore
) -> None:
    verdict = verify_any(beside(tmp_path, by_openssl), trust)
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    assert (verdict.signatures[0].signer, verdict.signatures[0].level) == ("王秀兰", "B-B")

    wrapped = base64.encodebytes(by_openssl)
    pem = b"-----BEGIN CMS-----\n%b-----END CMS-----\n" % wrapped
    assert verify_any(beside(tmp_path, pem), trust).good

    assert verify_any(beside(tmp_path, by_openssl), TrustStore()).outcome is Outcome.UNTRUSTED


def test_another_file_beside_it_or_none_is_no_good(
    tmp_path: Path, by_openssl: bytes, trust: TrustStore
) -> None:
    assert verify_any(beside(tmp_path, by_openssl, TEXT + b"x"), trust).outcome is Outcome.BROKEN
    (tmp_path / "form.txt").unlink()
    verdict = verify_any(tmp_path / "form.txt.p7s", trust)
    assert verdict.outcome is Outcome.MALFORMED
    assert "form.txt" in verdict.reason.en
    assert verify_any(beside(tmp_path, by_openssl[:-400]), trust).outcome is not Outcome.VALID
    assert verify_any(beside(tmp_path, b"no signature"), trust).outcome is Outcome.MALFORMED


def test_a_file_inside_its_signature_is_judged_too(
    pki: Pki, tmp_path: Path, trust: TrustStore
) -> None:
    path = tmp_path / "form.p7m"
    path.write_bytes(openssl_signed(pki, tmp_path, TEXT, "-nodetach"))
    assert verify_any(path, trust).good
    path.write_bytes(path.read_bytes().replace(TEXT[:6], TEXT[6:12]))
    assert verify_any(path, trust).outcome is Outcome.BROKEN


# containers

FILES = {"form.txt": TEXT, "scan/页 1.txt": b"scan"}


def manifest(files: dict[str, bytes], signature: str = "META-INF/signature.p7s") -> bytes:
    listed = "".join(
        f'<asic:DataObjectReference URI="{name}"><ds:DigestMethod '
        'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>'
        f"{base64.b64encode(hashlib.sha256(data).digest()).decode()}</ds:DigestValue>"
        "</asic:DataObjectReference>"
        for name, data in files.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><asic:ASiCManifest '
        'xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" '
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        f'<asic:SigReference URI="{signature}"/>{listed}</asic:ASiCManifest>'
    ).encode()


def packed(files: dict[str, bytes], kind: bytes = ASIC_E) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        for name, data in {"mimetype": kind, **files}.items():
            container.writestr(name, data)
    return out.getvalue()


def container(person: Person, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of an ASiC-E container, signed."""
    said = manifest(files)
    signature = our_own(person, said)
    return {**files, "META-INF/ASiCManifest.xml": said, "META-INF/signature.p7s": signature}


def judged(path: Path, trust: TrustStore, files: dict[str, bytes], kind: bytes = ASIC_E) -> Verdict:
    path = path / "case.asice"
    path.write_bytes(packed(files, kind))
    return verify_any(path, trust)


def test_a_container_is_judged_by_its_manifest(pki: Pki, tmp_path: Path, trust: TrustStore) -> None:
    whole = container(pki.agent, FILES)
    verdict = judged(tmp_path, trust, whole)
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    assert verdict.signatures[0].covers_file

    said = whole["META-INF/ASiCManifest.xml"]
    by_openssl = {**whole, "META-INF/signature.p7s": openssl_signed(pki, tmp_path, said)}
    assert judged(tmp_path, trust, by_openssl).good


def test_whoever_touches_a_container_is_found_out(
    pki: Pki, tmp_path: Path, trust: TrustStore
) -> None:
    whole = container(pki.agent, FILES)
    exchanged = judged(tmp_path, trust, {**whole, "form.txt": b"another"})
    assert (exchanged.outcome, "form.txt" in exchanged.reason.en) == (Outcome.BROKEN, True)
    taken = {name: data for name, data in whole.items() if name != "scan/页 1.txt"}
    assert judged(tmp_path, trust, taken).outcome is Outcome.BROKEN
    added = judged(tmp_path, trust, {**whole, "more.txt": b"more"})
    assert (added.outcome, "more.txt" in added.reason.en) == (Outcome.MODIFIED, True)
    other = {**whole, "META-INF/ASiCManifest.xml": manifest({"form.txt": b"another"})}
    assert judged(tmp_path, trust, {**other, "form.txt": b"another"}).outcome is Outcome.BROKEN
    unsigned = {n: d for n, d in whole.items() if not n.startswith("META-INF")}
    assert judged(tmp_path, trust, unsigned).outcome is Outcome.UNSIGNED
    lost = {n: d for n, d in whole.items() if not n.endswith("p7s")}
    assert judged(tmp_path, trust, lost).outcome is Outcome.MALFORMED


def test_what_two_programs_could_unpack_differently_is_not_judged(
    pki: Pki, tmp_path: Path, trust: TrustStore
) -> None:
    path = tmp_path / "twice.asice"
    whole = packed(container(pki.agent, FILES))
    out = io.BytesIO(whole)
    with zipfile.ZipFile(out, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("form.txt", b"another")
    for data in (out.getvalue(), whole[:-30], whole[:100], b"PK\x03\x04"):
        path.write_bytes(data)
        assert verify_any(path, trust).outcome is Outcome.MALFORMED


def test_a_second_manifest_may_cover_the_first(pki: Pki, tmp_path: Path, trust: TrustStore) -> None:
    whole = container(pki.agent, FILES)
    archive = manifest(
        {n: d for n, d in whole.items() if n.startswith("META-INF")}, "META-INF/timestamp.tst"
    )
    stamp = pki.stamps.stamp(hashlib.sha256(archive).digest(), "sha256")
    stamped = {
        **whole, "META-INF/ASiCArchiveManifest.xml": archive, "META-INF/timestamp.tst": stamp,
    }  # fmt: skip
    verdict = judged(tmp_path, trust, stamped)
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    assert len(verdict.time_stamps) == 1
    broken = {**stamped, "META-INF/signature.p7s": our_own(pki.stranger, archive)}
    assert judged(tmp_path, trust, broken).outcome is Outcome.BROKEN


def test_one_file_with_its_signature_is_a_simple_container(
    pki: Pki, tmp_path: Path, trust: TrustStore
) -> None:
    simple = {"form.txt": TEXT, "META-INF/signature.p7s": our_own(pki.agent, TEXT)}
    assert judged(tmp_path, trust, simple, ASIC_S).good
    assert not judged(tmp_path, trust, {**simple, "form.txt": b"another"}, ASIC_S).good
    assert not judged(tmp_path, trust, {**simple, "more.txt": b"more"}, ASIC_S).good


def test_xades_is_said_to_be_unchecked_and_never_good(
    pki: Pki, tmp_path: Path, trust: TrustStore
) -> None:
    xades = {**container(pki.agent, FILES), "META-INF/signatures0.xml": b"<XAdESSignatures/>"}
    verdict = judged(tmp_path, trust, xades)
    assert verdict.outcome is Outcome.MALFORMED
    assert "XAdES" in verdict.reason.en
