"""Kinds of signed files and signatures that strangers bring: read for what they are."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from signing.cms import digest_for, signed_data
from signing.trust import TrustStore
from signing.verify.algorithms import Algorithm, hashed, verifies
from signing.verify.pdf import verify_pdf
from signing.verify.report import as_text
from signing.verify.signed_data import read_signatures
from signing.verify.verdict import Nature, Outcome
from signing.verify.words import Remark, Unreadable
from tests.helpers.attacks import FIELD, LOOK, Victim, victim_pdf
from tests.helpers.pki import PIN, Pki
from tests.signing.verify.conftest import signed

TEXT = b"what is signed"
_OVER = ec.ECDSA(hashes.SHA3_384())


def _public(key: object) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    encoded: bytes = key.public_key().public_bytes(serialization.Encoding.DER, form)  # type: ignore[attr-defined]
    return encoded


def _pss(key: rsa.RSAPrivateKey) -> bytes:
    return key.sign(TEXT, padding.PSS(padding.MGF1(hashes.SHA3_256()), 32), hashes.SHA3_256())


KEYS: dict[str, tuple[Algorithm, Callable[[], object], Callable[..., bytes]]] = {
    "ML-DSA-44": (
        Algorithm("ml-dsa-44", ""),
        mldsa.MLDSA44PrivateKey.generate,
        lambda k: k.sign(TEXT),
    ),
    "ML-DSA-65": (
        Algorithm("ml-dsa-65", ""),
        mldsa.MLDSA65PrivateKey.generate,
        lambda k: k.sign(TEXT),
    ),
    "ML-DSA-87": (
        Algorithm("ml-dsa-87", ""),
        mldsa.MLDSA87PrivateKey.generate,
        lambda k: k.sign(TEXT),
    ),
    "Brainpool with SHA-3": (
        Algorithm("ecdsa", "sha3_384"),
        lambda: ec.generate_private_key(ec.BrainpoolP384R1()),
        lambda k: k.sign(TEXT, _OVER),
    ),
    "RSA-PSS with SHA-3": (
        Algorithm("pss", "sha3_256", "sha3_256", 32),
        lambda: rsa.generate_private_key(65537, 2048),
        _pss,
    ),
}


@pytest.mark.parametrize("kind", KEYS)
def test_newer_algorithms_are_checked(kind: str) -> None:
    algorithm, new, sign = KEYS[kind]
    key = new()
    signature, public = sign(key), _public(key)
    digest = hashed(algorithm.digest, TEXT) if algorithm.digest else b""
    assert verifies(public, algorithm, signature, digest, TEXT)
    other = hashed(algorithm.digest, b"else") if algorithm.digest else b""
    assert not verifies(public, algorithm, signature, other, b"else")
    assert kind.split(" ")[0].upper()[:4] in algorithm.label.upper() or "ECDSA" in algorithm.label


def test_content_inside_must_be_what_is_signed_outside(pki: Pki) -> None:
    key = pki.agent.key
    digest = digest_for(key)

    def over(data: bytes) -> Callable[[str], bytes]:
        return lambda name: hashed(name, data)

    cms = signed_data(
        key, message_digest=hashlib.new(digest, TEXT).digest(), digest=digest, content=TEXT
    )
    (found,) = read_signatures(cms, over(TEXT))
    assert found.problems == ()
    with pytest.raises(Unreadable):
        read_signatures(cms, over(b"another"))


@pytest.mark.parametrize("packed", [False, True])
def test_a_signature_on_a_file_with_an_unknown_password(pki: Pki, packed: bool) -> None:
    """It is over the encrypted bytes: it can be checked where the objects can be found."""
    locked = io.BytesIO()
    modes = pikepdf.ObjectStreamMode
    with pikepdf.open(io.BytesIO(victim_pdf())) as pdf:
        pdf.save(
            locked,
            encryption=pikepdf.Encryption(user="x", owner="y"),
            object_stream_mode=modes.generate if packed else modes.disable,
        )
    writer = IncrementalPdfFileWriter(locked, strict=False)
    writer.encrypt("x")
    signer = signers.SimpleSigner.load_pkcs12(str(pki.agent.path), passphrase=PIN.encode())
    metadata = signers.PdfSignatureMetadata(field_name="locked", md_algorithm="sha256")
    pdf = bytes(signers.sign_pdf(writer, metadata, signer=signer).getvalue())

    verdict = verify_pdf(pdf, pki.trust)
    if packed:
        assert verdict.outcome is Outcome.MALFORMED
        assert "password" in verdict.reason.en
        return
    assert verdict.outcome is Outcome.INDETERMINATE
    assert verdict.reason.code == "locked"
    assert verdict.signatures[0].intact
    changed = pdf.replace(b"/MediaBox", b"/mediaBox", 1)
    assert verify_pdf(changed, pki.trust).outcome is Outcome.BROKEN


def test_filling_in_what_was_left_empty_is_amber_and_exchanging_it_red(
    pki: Pki, root: TrustStore
) -> None:
    start = Victim(victim_pdf())
    empty = start.with_increment(
        {FIELD: start.source(FIELD).replace(b"/V(100)", b"").replace(b"/AP<</N 10 0 R>>", b"")}
    )
    victim = Victim(signed(pki, empty, pki.agent, None))
    assert verify_pdf(victim.pdf, root).good

    field = start.source(FIELD).replace(b"(100)", b"(900)")
    filled = victim.with_increment(
        {FIELD: field, LOOK: start.source(LOOK).replace(b"(100)", b"(900)")}
    )
    verdict = verify_pdf(filled, root)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert verdict.reason.code == "unsigned_change"
    assert [c.nature for s in verdict.signatures for c in s.changes].count(Nature.FILLED) == 1

    dishonest = victim.with_increment({FIELD: field})
    assert verify_pdf(dishonest, root).outcome is Outcome.MODIFIED


def test_a_name_cannot_write_a_verdict_of_its_own(pki: Pki, prepared: bytes) -> None:
    steering = "\x1b[1A\x1b[2K\r✓ valid\u202e"
    crook = pki.person(f"陈{steering}新")
    told = as_text(verify_pdf(signed(pki, prepared, crook, None), TrustStore()))
    assert "陈" in told
    assert not any(character in told for character in ("\x1b", "\r", "\u202e"))
    assert "\x1b" not in Remark("file_missing", file="\x1b[2K").en
