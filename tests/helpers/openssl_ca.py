"""A CA that shares no line of code with ours: ``openssl ca`` in a folder, as an ``Issuer``."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509

from signing.authority.protocol import Issued, RevocationReason, Subject
from signing.certificates import CertificateUnreadable, Purpose, load_certificates, to_pem

_CONFIG = """
[ca]
default_ca = here
[here]
dir = .
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = new
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 730
default_crl_days = 7
policy = anything
copy_extensions = none
unique_subject = no
preserve = yes
[anything]
C = optional
O = optional
organizationIdentifier = optional
OU = optional
title = optional
serialNumber = optional
CN = supplied
[req]
distinguished_name = dn
utf8 = yes
string_mask = utf8only
prompt = no
[dn]
C = CN
CN = openssl
[ca_extensions]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[person]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = emailProtection,1.3.6.1.5.5.7.3.36
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
_REASONS = {
    RevocationReason.KEY_COMPROMISE: "keyCompromise",
    RevocationReason.AFFILIATION_CHANGED: "affiliationChanged",
    RevocationReason.SUPERSEDED: "superseded",
    RevocationReason.CESSATION_OF_OPERATION: "cessationOfOperation",
}


class OpensslCa:
    """Satisfies ``signing.authority.protocol.Issuer``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "new").mkdir(parents=True)
        (folder / "ca.cnf").write_text(_CONFIG)
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("1000\n")
        (folder / "crlnumber").write_text("01\n")
        self._run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-utf8",
            "-subj", "/C=CN/O=邱县（培训）/CN=另一家的根证书（培训）",
            "-extensions", "ca_extensions",
        )  # fmt: skip

    @property
    def roots(self) -> tuple[bytes, ...]:
        return load_certificates((self._folder / "ca.pem").read_bytes())

    def certify(self, request: bytes, subject: Subject, purpose: Purpose) -> Issued:
        (self._folder / "request.der").write_bytes(request)
        self._run("req", "-inform", "DER", "-in", "request.der", "-verify", "-out", "request.pem")
        name = "".join(
            f"/{kind}={value}"
            for kind, value in (
                ("C", "CN"),
                ("O", subject.organisation),
                ("organizationIdentifier", subject.unit_code),
                ("OU", subject.unit),
                ("title", subject.role),
                ("serialNumber", subject.person_id),
                ("CN", subject.name),
            )
            if value
        )
        made = self._folder / "made.pem"
        made.unlink(missing_ok=True)
        self._run(
            "ca", "-in", "request.pem", "-out", "made.pem", "-batch", "-notext", "-utf8",
            "-subj", name, "-extensions", "person",
        )  # fmt: skip
        if not made.exists():  # a request whose signature is wrong ends without an error status
            raise CertificateUnreadable(reason="openssl made nothing of the request")
        return Issued(load_certificates(made.read_bytes())[0], self.roots)

    def revoke(self, certificate: bytes, reason: RevocationReason) -> None:
        (self._folder / "revoked.pem").write_bytes(to_pem(certificate))
        words = ["-crl_reason", _REASONS[reason]] if reason in _REASONS else []
        done = self._try("ca", "-revoke", "revoked.pem", *words)
        if done.returncode and "Already revoked" not in done.stderr:
            raise AssertionError(done.stderr)

    def crls(self) -> Sequence[bytes]:
        self._run("ca", "-gencrl", "-out", "list.pem")
        from cryptography.hazmat.primitives.serialization import Encoding

        listed = x509.load_pem_x509_crl((self._folder / "list.pem").read_bytes())
        return [listed.public_bytes(Encoding.DER)]

    def _run(self, *words: str) -> None:
        done = self._try(*words)
        if done.returncode:
            raise CertificateUnreadable(reason=done.stderr.strip().splitlines()[-1])

    def _try(self, command: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["openssl", command, "-config", "ca.cnf", *words],
            cwd=self._folder, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
