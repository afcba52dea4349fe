"""Reading certificates, ours and strange ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from asn1crypto import parser
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.certificates import (
    CertificateExpired,
    CertificateForOtherUse,
    CertificateNotYetValid,
    CertificateUnreadable,
    Holder,
    Purpose,
    chain_of,
    fingerprint,
    holder_of,
    load_certificates,
    to_pem,
)
from signing.keys.pkcs12 import new_key
from tests.helpers.judges import openssl
from tests.helpers.pki import Pki

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def foreign(
    name: list[tuple[x509.ObjectIdentifier, str]], *extensions: x509.ExtensionType
) -> bytes:
    """A self-signed certificate of somebody who never heard of us, DER."""
    key = new_key("p256")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in name])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(0x0F)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def usage(*bits: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in bits for name in names})


def test_a_persons_certificate_says_who_where_and_as_what(pki: Pki) -> None:
    holder = pki.reviewer.holder
    assert (holder.name, holder.person_id, holder.role) == ("李建国", "reviewer", "审核员")
    assert (holder.unit, holder.unit_code) == ("梁二庄镇便民服务中心", "130430001")
    assert holder.organisation == "邱县行政审批局（培训）"
    assert holder.purpose is Purpose.SIGN
    assert holder.issuer == "邱县（培训）证书签发"
    assert holder.training
    assert holder.label == "李建国（梁二庄镇便民服务中心，审核员）"


def test_a_units_certificates_name_no_person_and_differ_by_purpose(pki: Pki) -> None:
    seal, opening = holder_of(pki.township.seal.certificate), holder_of(pki.township.certificate)
    assert (seal.purpose, opening.purpose) == (Purpose.SEAL, Purpose.ENCRYPT)
    for holder in (seal, opening):
        assert (holder.name, holder.role, holder.person_id) == ("梁二庄镇便民服务中心", "", "")
        assert holder.label == "梁二庄镇便民服务中心"


def test_the_services_of_the_authority_are_known_by_their_purpose(pki: Pki) -> None:
    found = {
        path.stem: holder_of(load_certificates(path.read_bytes())[0]).purpose
        for path in (pki.folder / "authority").glob("*.pem")
    }
    assert found == {
        "root": Purpose.AUTHORITY,
        "county": Purpose.AUTHORITY,
        "ocsp": Purpose.OCSP,
        "tsa": Purpose.TIME_STAMP,
    }


def test_the_serial_number_and_fingerprint_are_those_that_openssl_prints(pki: Pki) -> None:
    pem = pki.folder / "keys" / "agent.pem"
    said = openssl("x509", "-in", pem, "-noout", "-serial", "-fingerprint", "-sha256").stdout
    assert f"serial={pki.agent.holder.serial}\n" in said
    assert fingerprint(pki.agent.certificate).upper() in said.replace(":", "")
    small = holder_of(foreign([(NameOID.COMMON_NAME, "x")]))
    assert small.serial == "F"


def test_a_strangers_certificate_leaves_empty_what_it_does_not_say() -> None:
    holder = holder_of(foreign([(NameOID.COMMON_NAME, "Jane Doe")]))
    assert (holder.name, holder.unit, holder.unit_code, holder.role) == ("Jane Doe", "", "", "")
    assert holder.purpose is Purpose.SIGN, "no key usage at all means no restriction"
    assert not holder.training
    assert holder_of(foreign([])).label == "F", "at least its number can be named"


def test_a_name_is_put_together_where_only_its_parts_are_given() -> None:
    parts = [(NameOID.GIVEN_NAME, "Jane"), (NameOID.SURNAME, "Doe")]
    assert holder_of(foreign(parts)).name == "Doe Jane"


@pytest.mark.parametrize(
    ("extensions", "purpose"),
    [
        ([usage("digital_signature", "content_commitment")], Purpose.SIGN),
        ([usage("content_commitment")], Purpose.SIGN),
        ([usage("key_encipherment")], Purpose.ENCRYPT),
        ([usage("key_agreement")], Purpose.ENCRYPT),
        ([usage("crl_sign")], Purpose.OTHER),
        ([x509.BasicConstraints(ca=True, path_length=None)], Purpose.AUTHORITY),
        ([x509.ExtendedKeyUsage([x509.OID_SERVER_AUTH])], Purpose.OTHER),
        ([x509.ExtendedKeyUsage([x509.OID_CODE_SIGNING])], Purpose.SIGN),
        ([x509.ExtendedKeyUsage([x509.OID_OCSP_SIGNING])], Purpose.OCSP),
        ([x509.ExtendedKeyUsage([x509.OID_TIME_STAMPING])], Purpose.TIME_STAMP),
    ],
)
def test_the_purpose_is_read_from_the_key_usage(
    extensions: list[x509.ExtensionType], purpose: Purpose
) -> None:
    assert holder_of(foreign([(NameOID.COMMON_NAME, "x")], *extensions)).purpose is purpose


def _replaced(raw: bytes, old: bytes, new: bytes) -> bytes:
    """``raw`` with ``old`` replaced and every length around it put right."""
    if raw == old:
        return new
    cls, method, tag, _, content, _ = parser.parse(raw)
    children, rest = [], content
    if not method:
        return raw
    while rest:
        child, rest = _first(rest)
        children.append(_replaced(child, old, new))
    return bytes(parser.emit(cls, method, tag, b"".join(children)))


def _first(data: bytes) -> tuple[bytes, bytes]:
    _, _, _, header, content, trailer = parser.parse(data)
    length = len(header) + len(content) + len(trailer)
    return data[:length], data[length:]


@pytest.mark.parametrize(
    ("tag", "content", "name"),
    [
        (12, "王秀兰".encode(), "王秀兰"),
        (30, "王秀兰".encode("utf-16-be"), "王秀兰"),
        (28, "王秀兰".encode("utf-32-be"), "王秀兰"),
        (19, "王秀兰".encode("gbk"), "王秀兰"),
        (20, "王秀兰".encode("gb18030"), "王秀兰"),
        (20, "王秀兰".encode(), "王秀兰"),
        (12, "王秀兰".encode("gbk"), "王秀兰"),
        (22, b"Jane\0", "Jane"),
        (20, b"Ren\xe9e \xff", "Renée ÿ"),
        (30, b"\x73", "s"),
        (12, b"", ""),
    ],
)
def test_names_are_read_in_every_encoding_seen_in_the_wild(
    tag: int, content: bytes, name: str
) -> None:
    plain = foreign([(NameOID.COMMON_NAME, "PLACEHOLDER")])
    der = _replaced(plain, b"\x0c\x0bPLACEHOLDER", bytes([tag, len(content)]) + content)
    assert der != plain
    assert holder_of(der).name == name


def test_damage_to_a_certificate_is_named_or_read_around_but_never_a_traceback(pki: Pki) -> None:
    whole, chance = pki.agent.certificate, Random(3)
    for _ in range(600):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert isinstance(holder_of(bytes(damaged)), Holder)
        except CertificateUnreadable as unreadable:
            assert unreadable.sentence("zh")


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x00", b"\x30\x82", b"%PDF-1.7"])
def test_what_is_no_certificate_is_said_to_be_none(data: bytes) -> None:
    for read in (holder_of, load_certificates):
        with pytest.raises(CertificateUnreadable):
            read(data)


def test_a_bundle_is_read_in_order_and_written_so_that_openssl_reads_it(
    pki: Pki, tmp_path: object
) -> None:
    chain = (pki.agent.certificate, *pki.authority.chain)
    bundle = to_pem(*chain)
    assert load_certificates(bundle) == chain
    assert load_certificates(chain[1]) == (chain[1],)
    assert bundle == b"".join(to_pem(der) for der in chain)
    text = openssl("x509", "-in", pki.root_pem, "-outform", "PEM").stdout
    assert to_pem(pki.authority.roots[0]).decode() == text


def test_a_pem_file_without_a_certificate_holds_none() -> None:
    with pytest.raises(CertificateUnreadable):
        load_certificates(b"-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n")


def test_a_chain_is_put_in_order_from_whatever_lies_about(pki: Pki) -> None:
    county, root = pki.authority.chain
    heap = (root, pki.reviewer.certificate, pki.stranger.certificate, county)
    assert chain_of(pki.agent.certificate, heap) == (county, root)
    assert chain_of(root, heap) == ()
    assert chain_of(pki.agent.certificate, ()) == ()


def test_a_certificate_is_usable_in_its_time_and_for_its_purpose(pki: Pki) -> None:
    holder = pki.agent.holder
    holder.check_usable(NOW + timedelta(days=30), Purpose.SIGN, Purpose.SEAL)
    holder.check_usable(holder.not_before)
    holder.check_usable(holder.not_after)
    for at, purposes, error in (
        (holder.not_before - timedelta(seconds=1), (), CertificateNotYetValid),
        (holder.not_after + timedelta(seconds=1), (), CertificateExpired),
        (holder.not_after, (Purpose.ENCRYPT,), CertificateForOtherUse),
    ):
        with pytest.raises(error) as refused:
            holder.check_usable(at, *purposes)
        assert refused.value.sentence("zh").startswith("王秀兰（吴庄村便民服务站，代办员） 的证书")
