"""Programs that know nothing of us and say what they think: pdfsig, openssl, BouncyCastle."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader

_BOUNCY_JUDGE = Path(__file__).with_name("BouncyJudge.java")


@dataclass(frozen=True)
class Judged:
    """One signature as pdfsig prints it."""

    field: str
    common_name: str
    valid: bool
    trusted: bool
    kind: str
    whole_document: bool


def pdfsig(pdf: bytes, folder: Path, nss_db: Path | None = None, *options: str) -> list[Judged]:
    """What pdfsig says of each signature; ``nss_db`` gives it a trust root.

    It cannot check document time stamps (ETSI.RFC3161), which are left out here.
    """
    path = folder / "judged.pdf"
    path.write_bytes(pdf)
    trust = ["-nssdir", f"sql:{nss_db}"] if nss_db else ["-nocert"]
    said = subprocess.run(
        ["pdfsig", *options, *trust, str(path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    blocks = re.split(r"^Signature #\d+:$", said.stdout, flags=re.MULTILINE)[1:]
    return [
        judged
        for judged in map(_judged, blocks)
        if judged.kind in ("ETSI.CAdES.detached", "adbe.pkcs7.detached")
    ]


def _judged(block: str) -> Judged:
    facts = dict(re.findall(r"^  - ([^:\n]+): (.*)$", block, flags=re.MULTILINE))
    return Judged(
        field=facts.get("Signature Field Name", ""),
        common_name=facts.get("Signer Certificate Common Name", ""),
        valid=facts.get("Signature Validation") == "Signature is Valid.",
        trusted=facts.get("Certificate Validation") == "Certificate is Trusted.",
        kind=facts.get("Signature Type", ""),
        whole_document="  - Total document signed" in block,
    )


def openssl(*words: object) -> subprocess.CompletedProcess[str]:
    """Runs openssl; never raises on what it answers."""
    return subprocess.run(
        ["openssl", *map(str, words)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def bouncy_castle(pdfs: Sequence[bytes], folder: Path, root_pem: Path, at: int = 0) -> list[str]:
    """What BouncyCastle says of one signature of each PDF: ``valid OID NAME``, or why not.

    It knows nothing of OpenSSL or NSS, and CMS with Ed25519 (RFC 8419), which both do not.
    """
    jars = [f"/usr/share/java/{name}.jar" for name in ("bcprov", "bcpkix", "bcutil")]
    assert all(Path(jar).exists() for jar in jars), "the Debian package libbcpkix-java is missing"
    words: list[Path] = []
    for number, pdf in enumerate(pdfs):
        place = folder / f"bouncy{number}"
        place.mkdir(exist_ok=True)
        words += _taken_out(pdf, place, at)
    said = subprocess.run(
        ["java", "-cp", ":".join(jars), str(_BOUNCY_JUDGE), str(root_pem), *map(str, words)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return said.stdout.splitlines()


def openssl_accepts(pdf: bytes, folder: Path, root_pem: Path, at: int = -1) -> bool:
    """Whether ``openssl cms -verify`` accepts the CMS of one signature over its byte range."""
    _taken_out(pdf, folder, at)
    judged = openssl(
        "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "cms",
        "-content", folder / "signed", "-CAfile", root_pem, "-cades", "-purpose", "any",
        "-out", folder / "content",
    )  # fmt: skip
    return "Verification successful" in judged.stderr


def _taken_out(pdf: bytes, folder: Path, at: int) -> tuple[Path, Path]:
    """The CMS of one signature and what it signs, as files."""
    signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[at].sig_object
    start, first, second, rest = (int(number) for number in signature["/ByteRange"])
    contents = bytes(signature.raw_get("/Contents").original_bytes)
    (folder / "signed").write_bytes(pdf[start : start + first] + pdf[second : second + rest])
    (folder / "cms").write_bytes(contents)
    return folder / "cms", folder / "signed"
