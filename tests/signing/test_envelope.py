"""Sealing dossiers for offices: who can open them, and that no changed byte slips through."""

from __future__ import annotations

import io
import random
import subprocess
from pathlib import Path

import pytest

from signing.envelope import (
    CannotReceive,
    Recipient,
    add_recipients,
    open_bytes,
    open_sealed,
    recipients,
    seal_bytes,
)
from signing.errors import EnvelopeDamaged, NotForThisKey
from tests.helpers.pki import PIN, Pki

DOSSIER = "高龄老人生活补贴认证".encode() * 40_000


def test_every_office_along_the_route_opens_the_same_dossier(pki: Pki) -> None:
    sealed = seal_bytes(DOSSIER, [pki.village.certificate, pki.township.certificate])

    assert open_bytes(sealed, pki.village.opening) == DOSSIER
    assert open_bytes(sealed, pki.township.opening) == DOSSIER
    assert DOSSIER[:64] not in sealed


def test_an_office_that_was_not_named_is_told_so(pki: Pki) -> None:
    sealed = seal_bytes(DOSSIER, [pki.village.certificate])
    with pytest.raises(NotForThisKey):
        open_bytes(sealed, pki.county.opening)


def test_an_empty_dossier_and_one_larger_than_memory_chunks_come_back_whole(pki: Pki) -> None:
    for size in (0, 1, 127, 128, (1 << 20) - 1, (9 << 20) + 3):
        plain = random.Random(size).randbytes(size)
        sealed = seal_bytes(plain, [pki.village.certificate])
        assert open_bytes(sealed, pki.village.opening) == plain


def test_a_changed_byte_anywhere_is_refused_and_nothing_is_released(pki: Pki) -> None:
    sealed = seal_bytes(DOSSIER[:3000], [pki.village.certificate])
    for place in [*range(900), *range(len(sealed) - 300, len(sealed))]:
        bad = bytearray(sealed)
        bad[place] ^= 0x10
        target = io.BytesIO()
        with pytest.raises((EnvelopeDamaged, NotForThisKey)):
            open_sealed(io.BytesIO(bytes(bad)), target, pki.village.opening)
        assert target.getvalue() == b"", place


@pytest.mark.parametrize("cut", [0, 1, 5, 200, 1000])
def test_a_dossier_that_was_cut_off_is_refused(pki: Pki, cut: int) -> None:
    sealed = seal_bytes(DOSSIER[:5000], [pki.village.certificate])
    with pytest.raises(EnvelopeDamaged):
        open_bytes(sealed[: len(sealed) - 1 - cut], pki.village.opening)
    with pytest.raises(EnvelopeDamaged):
        open_bytes(sealed + b"\0", pki.village.opening)
    with pytest.raises(EnvelopeDamaged):
        recipients(sealed[: min(cut, 300)])


def test_the_county_is_added_without_sealing_anew(pki: Pki) -> None:
    sealed = seal_bytes(DOSSIER, [pki.township.certificate])

    forwarded = add_recipients(sealed, pki.township.opening, [pki.county.certificate])

    assert open_bytes(forwarded, pki.county.opening) == DOSSIER
    assert open_bytes(forwarded, pki.township.opening) == DOSSIER
    assert set(recipients(forwarded)) == {
        Recipient.of(pki.township.certificate),
        Recipient.of(pki.county.certificate),
    }


def test_nothing_is_sealed_to_a_key_that_cannot_open(pki: Pki) -> None:
    with pytest.raises(CannotReceive):
        seal_bytes(b"x", [pki.person(kind="p256").certificate])


def test_openssl_opens_what_we_seal_and_we_open_what_openssl_seals(
    pki: Pki, tmp_path: Path
) -> None:
    key_file = pki.village.folder / f"open-{pki.village.code}.p12"
    subprocess.run(
        ["openssl", "pkcs12", "-in", key_file, "-passin", f"pass:{PIN}", "-nodes"]
        + ["-out", tmp_path / "both.pem"],
        check=True,
        capture_output=True,
    )
    ours, plain = tmp_path / "ours.cms", tmp_path / "plain"
    ours.write_bytes(seal_bytes(DOSSIER, [pki.township.certificate, pki.village.certificate]))
    subprocess.run(
        ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", ours, "-out", plain]
        + ["-recip", tmp_path / "both.pem", "-inkey", tmp_path / "both.pem"],
        check=True,
    )
    assert plain.read_bytes() == DOSSIER

    theirs = tmp_path / "theirs.cms"
    subprocess.run(
        ["openssl", "cms", "-encrypt", "-binary", "-outform", "DER", "-aes-256-gcm"]
        + ["-in", plain, "-out", theirs, "-recip", tmp_path / "both.pem"]
        + ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"],
        check=True,
    )
    assert open_bytes(theirs.read_bytes(), pki.village.opening) == DOSSIER
