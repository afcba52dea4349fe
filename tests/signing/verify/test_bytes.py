"""One flipped bit, in every kind of byte that a signed file has."""

from __future__ import annotations

import random
import re

import pytest

from signing.trust import TrustStore
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome, Verdict

GREEN_OR_BELIEVED = {Outcome.VALID, Outcome.UNTRUSTED}

# Where in a file the byte is: a pattern, which of its finds, how far behind its beginning.
PLACES = {
    "header": (rb"%PDF-", 0, 5),
    "text of a page": (rb"Pay 100", 0, 4),
    "drawing over a page": (rb"90 640 300", 0, 3),
    "number of an object": (rb"\n7 0 obj", 0, 1),
    "page tree": (rb"/Kids\[", 0, 6),
    "cross-reference entry": (rb"\d{10} 00000 n", 3, 9),
    "trailer": (rb"/Root", 0, 6),
    "start of cross-reference": (rb"startxref\n\d", 0, 10),
    "end of file": (rb"%%EOF", 0, 3),
    "signature dictionary": (rb"/ETSI.CAdES", 0, 8),
    "byte range": (rb"/ByteRange", 0, 14),
    "name of a field": (rb"\(township\)", 0, 3),
    "permission": (rb"/DocMDP", 0, 3),
    "first signature: type": (rb"/Contents <3", 0, 30),
    "first signature: certificates": (rb"/Contents <3", 0, 800),
    "last signature: type": (rb"/Contents <3", -1, 34),
    "last signature: version": (rb"/Contents <3", -1, 11),
    "last signature: certificates": (rb"/Contents <3", -1, 1500),
    "last signature: room behind it": (rb"0{400}>", -1, 200),
    "later: catalog": (rb"/Type /Catalog", -1, 8),
    "later: evidence": (rb"stream\n0\x82", -1, 60),
    "later: issuer of the evidence": (rb"stream\n0\x82", -2, 100),
    "later: length": (rb"/Length \d+\n>>\nstream\n0\x82", -1, 8),
    "later: place of an object": (rb"\d{10} 00000 n", -1, 7),
    "later: previous section": (rb"/Prev \d", -1, 7),
    "later: start of cross-reference": (rb"startxref\n\d", -1, 10),
}


def flipped(pdf: bytes, at: int, bit: int = 0) -> bytes:
    changed = bytearray(pdf)
    changed[at] ^= 1 << bit
    return bytes(changed)


@pytest.mark.parametrize("place", PLACES)
def test_a_flipped_bit_is_found(place: str, dossier: bytes, root: TrustStore) -> None:
    pattern, which, offset = PLACES[place]
    found = list(re.finditer(pattern, dossier))
    verdict = verify_pdf(flipped(dossier, found[which].start() + offset), root)
    assert verdict.outcome not in GREEN_OR_BELIEVED


def test_no_bit_of_what_was_signed_can_be_flipped(dossier: bytes, root: TrustStore) -> None:
    chance = random.Random(20261123)
    first = verify_pdf(dossier, root).signatures[0].covered_end
    for _ in range(40):
        place, bit = chance.randrange(first), chance.randrange(8)
        changed = flipped(dossier, place, bit)
        if changed[place : place + 1].lower() == dossier[place : place + 1].lower():
            continue  # a hexadecimal digit written small or large is the same digit
        assert verify_pdf(changed, root).outcome not in GREEN_OR_BELIEVED, (place, bit)


def test_under_an_archive_time_stamp_not_one_bit_escapes(archived: bytes, root: TrustStore) -> None:
    chance = random.Random(7)
    for _ in range(40):
        place = chance.randrange(len(archived) - 8)
        verdict = verify_pdf(flipped(archived, place), root)
        assert verdict.outcome not in GREEN_OR_BELIEVED, place


def test_every_byte_that_is_cut_off_is_missed(village_only: bytes, root: TrustStore) -> None:
    chance = random.Random(3)
    cuts = [1, 2, 7, 100, *(chance.randrange(1, len(village_only)) for _ in range(20))]
    for cut in cuts:
        verdict: Verdict = verify_pdf(village_only[:-cut], root)
        assert not verdict.good or not village_only[-cut:].strip(), cut
