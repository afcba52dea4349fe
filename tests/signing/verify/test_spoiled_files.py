"""Hundreds of spoiled files: each gets a verdict, none crashes or hangs, none is green.

The files are checked in worker processes with a time limit, as ``station verify --jobs`` does.
"""

from __future__ import annotations

import random
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from signing.trust import TrustStore
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome

COUNT = 300
_HANGS_AFTER = 120  # seconds; an answer takes hundredths of one


def spoiled(pdf: bytes, seed: int) -> bytes:
    """``pdf`` with one to three random accidents."""
    chance = random.Random(seed)
    data = bytearray(pdf)
    for _ in range(chance.randint(1, 3)):
        _SPOILERS[chance.randrange(len(_SPOILERS))](data, chance)
    return bytes(data)


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) // 2, len(data)) :]


def _drop(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 2000)]


def _double(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    piece = bytes(data[start : start + chance.randint(1, 3000)])
    place = chance.randrange(len(data))
    data[place:place] = piece


def _noise(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data))
    data[place : place + 200] = chance.randbytes(200)


def _number(data: bytearray, chance: random.Random) -> None:
    numbers = list(re.finditer(rb"\d+", bytes(data)))
    found = numbers[chance.randrange(len(numbers))]
    other = chance.choice([b"0", b"-1", b"1", b"65535", b"4294967296", b"9" * 25, b"1.5", b"2 0 R"])
    data[found.start() : found.end()] = other


def _keyword(data: bytearray, chance: random.Random) -> None:
    words = [
        b"endobj", b"endstream", b"stream\n", b"<<", b">>", b"[", b"(", b"%", b"/Length", b"xref",
        b"trailer", b"startxref", b"%%EOF", b"/Kids[2 0 R]", b"/Prev 0", b"/ByteRange",
    ]  # fmt: skip
    place = chance.randrange(len(data))
    data[place:place] = chance.choice(words)


def _swap(data: bytearray, chance: random.Random) -> None:
    objects = list(re.finditer(rb"\n\d+ 0 obj\n.*?endobj", bytes(data), re.DOTALL))
    if len(objects) > 1:
        one, other = sorted(chance.sample(objects, 2), key=lambda found: found.start())
        data[other.start() : other.end()], data[one.start() : one.end()] = one[0], other[0]


_SPOILERS = (_flip, _cut, _drop, _double, _noise, _number, _keyword, _swap)


def judged(pdf: bytes, seed: int, trust: TrustStore) -> Outcome:
    """In a worker: the outcome over one spoiled file."""
    return verify_pdf(spoiled(pdf, seed), trust).outcome


def test_no_spoiled_file_crashes_hangs_or_passes(village_only: bytes, root: TrustStore) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(judged, village_only, seed, root) for seed in range(COUNT)]
        outcomes = [future.result(timeout=_HANGS_AFTER) for future in waiting]
    green = [
        seed
        for seed, outcome in enumerate(outcomes)
        if outcome is Outcome.VALID and spoiled(village_only, seed) != village_only
    ]
    assert green == []
    assert len(set(outcomes)) >= 3, "the accidents are of many kinds"
