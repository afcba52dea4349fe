"""XAdES signatures made with xmlsec1: digests, canonical octets and values are its work."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.helpers.pki import PIN, Person

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_11 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA, ECDSA = (f"http://www.w3.org/2001/04/xmldsig-more#{kind}-sha256" for kind in ("rsa", "ecdsa"))
SIGNATURES = "META-INF/signatures0.xml"


@dataclass(frozen=True)
class Shape:
    """What a signature is made like."""

    canonical: str = C14N
    properties_canonical: str = C14N
    method: str = RSA
    digest: str = SHA256
    id: str = "S0"
    moment: str = "2026-11-26T10:00:00Z"
    properties_type: str = 'Type="http://uri.etsi.org/01903#SignedProperties"'
    more_references: str = ""
    in_info: str = ""
    in_properties: str = ""


def template(names: list[str], certificates: tuple[bytes, ...], shape: Shape) -> str:
    """A ds:Signature without values; the first of the certificates is the signer's."""
    digest = base64.b64encode(hashlib.sha256(certificates[0]).digest()).decode()
    listed = "".join(
        f"<ds:X509Certificate>{base64.b64encode(one).decode()}</ds:X509Certificate>"
        for one in certificates
    )
    method = f'<ds:DigestMethod Algorithm="{shape.digest}"/><ds:DigestValue/>'
    references = "".join(
        f'<ds:Reference Id="{shape.id}-r{n}" URI="{quote(name)}">{method}</ds:Reference>'
        for n, name in enumerate(names)
    )
    return f"""<ds:Signature Id="{shape.id}"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{shape.canonical}"/>
<ds:SignatureMethod Algorithm="{shape.method}"/>{references}
<ds:Reference {shape.properties_type} URI="#{shape.id}-p"><ds:Transforms>
<ds:Transform Algorithm="{shape.properties_canonical}"/></ds:Transforms>{method}</ds:Reference>
{shape.more_references}{shape.in_info}</ds:SignedInfo>
<ds:SignatureValue Id="{shape.id}-v"/><ds:KeyInfo><ds:X509Data>
{listed}</ds:X509Data>
</ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#{shape.id}">
<xades:SignedProperties Id="{shape.id}-p"><xades:SignedSignatureProperties>
<xades:SigningTime>{shape.moment}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert>
<xades:CertDigest><ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>{digest}</ds:DigestValue>
</xades:CertDigest></xades:Cert></xades:SigningCertificateV2>{shape.in_properties}
</xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>
</ds:Signature>"""


class Maker:
    """Signs in a folder with xmlsec1."""

    def __init__(self, folder: Path, person: Person) -> None:
        self._folder, self._person = folder, person
        self._key = folder / "key.pem"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["openssl", "pkcs12", "-in", person.path, "-passin", f"pass:{PIN}", "-nodes",
             "-nocerts", "-out", self._key],
            check=True, capture_output=True,
        )  # fmt: skip

    def signed(
        self, files: Mapping[str, bytes], shape: Shape | None = None, names: list[str] | None = None
    ) -> bytes:
        """The signatures file over ``names`` (all files)."""
        shape = shape or Shape()
        for name, content in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        chain = (self._person.certificate, *self._person.key.chain)
        body = template(names or list(files), chain, shape)
        written = self._folder / "template.xml"
        written.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<asic:XAdESSignatures '
            f'xmlns:asic="{ASIC}" xmlns:ds="{DS}">{body}</asic:XAdESSignatures>'
        )
        made = subprocess.run(
            ["xmlsec1", "--sign", "--enabled-key-data", "key-name", "--privkey-pem", self._key,
             "--output", "signed.xml", *_IDS,
             "template.xml"],
            cwd=self._folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        return (self._folder / "signed.xml").read_bytes()


_IDS = (
    "--id-attr:Id", f"{XADES}:SignedProperties",
    "--id-attr:Id", f"{DS}:Object",
)  # fmt: skip
