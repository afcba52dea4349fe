"""Signed documents that the tests of the verifier share; tests change copies of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from signing.pades import FieldPlan, Level, SignRequest
from signing.pades.fields import prepare
from signing.pades.signature import sign
from signing.trust import TrustStore, load_trust
from tests.helpers.attacks import victim_pdf
from tests.helpers.pki import PIN, Person, Pki

STAGES = ("village", "township", "county")


@pytest.fixture(scope="session")
def prepared() -> bytes:
    """A form of two pages with a signature field for each stage."""
    places = [FieldPlan(s, 0, (20 + 60 * n, 220, 50, 20)) for n, s in enumerate(STAGES)]
    return prepare(victim_pdf(), places)


@pytest.fixture(scope="session")
def root(pki: Pki) -> TrustStore:
    """Nothing but the trust root, as an auditor has it."""
    return load_trust([pki.root_pem])


@pytest.fixture(scope="session")
def dossier(pki: Pki, prepared: bytes) -> bytes:
    """Signed by village, township and county with long-term evidence."""
    return signed_by_all(pki, prepared, Level.B_LT)


@pytest.fixture(scope="session")
def archived(pki: Pki, prepared: bytes) -> bytes:
    """The same with an archive time stamp over everything after each stage."""
    return signed_by_all(pki, prepared, Level.B_LTA)


@pytest.fixture(scope="session")
def village_only(pki: Pki, prepared: bytes) -> bytes:
    """Signed by the village, which permits further signatures."""
    return signed(pki, prepared, pki.agent, "village", Level.B_LT)


def signed_by_all(pki: Pki, pdf: bytes, level: Level) -> bytes:
    for stage, person in zip(STAGES, (pki.agent, pki.reviewer, pki.approver), strict=True):
        pdf = signed(pki, pdf, person, stage, level)
    return pdf


def signed(
    pki: Pki, pdf: bytes, person: Person, field: str | None, level: Level = Level.B_LT, **more: Any
) -> bytes:
    """One signature by our own signer."""
    request = SignRequest(field, level, **more)
    return sign(pdf, person.key, request, stamps=pki.stamps, evidence=pki.evidence)


Foreign = Callable[..., bytes]


@pytest.fixture(scope="session")
def foreign(pki: Pki) -> Foreign:
    """Signs as another program would: with pyHanko and what its metadata take."""

    def by_pyhanko(pdf: bytes, path: Path | None = None, **metadata: Any) -> bytes:
        signer = signers.SimpleSigner.load_pkcs12(
            str(path or pki.agent.path), passphrase=PIN.encode()
        )
        options = {
            "field_name": "foreign",
            "md_algorithm": "sha256",
            "subfilter": SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
            **metadata,
        }
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        if writer.prev.encrypted:
            writer.encrypt("")
        target = signers.sign_pdf(writer, signers.PdfSignatureMetadata(**options), signer=signer)
        return bytes(target.getvalue())

    return by_pyhanko
