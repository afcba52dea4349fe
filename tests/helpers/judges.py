"""Programs that know nothing of us and say what they think: pdfsig (poppler, NSS) and openssl."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader


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


def openssl_accepts(pdf: bytes, folder: Path, root_pem: Path, at: int = -1) -> bool:
    """Whether ``openssl cms -verify`` accepts the CMS of one signature over its byte range."""
    signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[at].sig_object
    start, first, second, rest = (int(number) for number in signature["/ByteRange"])
    contents = bytes(signature.raw_get("/Contents").original_bytes)
    (folder / "signed").write_bytes(pdf[start : start + first] + pdf[second : second + rest])
    (folder / "cms").write_bytes(contents)
    judged = openssl(
        "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "cms",
        "-content", folder / "signed", "-CAfile", root_pem, "-cades", "-purpose", "any",
        "-out", folder / "content",
    )  # fmt: skip
    return "Verification successful" in judged.stderr
