"""Strokes as bytes: read back as written, and by somebody who only knows FORMATS.md."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from signing.handwriting import Ink, InkDamaged, Point, Stroke, bind, synthetic_ink
from signing.ink_record import from_record, to_record
from tests.signing.test_handwriting import inks

SHOWN = hashlib.sha256(b"the form as it was shown").digest()


def stranger_reads(record: bytes) -> dict[str, Any]:
    """A reader written from FORMATS.md, section 5, that shares no line with ours."""

    def number(at: int, size: int) -> int:
        return int.from_bytes(record[at : at + size], "big")

    assert record[:8] == b"SDI\0 10\0"
    names = "X Y Z VX VY AX AY T DT F S TX TY A E R".split()  # noqa: SIM905 - as the standard lists
    channels = [name for bit, name in enumerate(names) if number(8, 2) >> (15 - bit) & 1]
    at, scale = 10, {}
    for name in channels:
        preamble = record[at]
        at += 1
        if preamble & 0x80:
            packed = number(at, 2)
            scale[name] = (1 + (packed & 2047) / 2048) * 2.0 ** ((packed >> 11) - 16)
            at += 2
    count = number(at, 3)
    at += 3
    samples = []
    for _ in range(count):
        sample = {}
        for name in channels:
            size = 1 if name == "S" else 2
            sample[name] = number(at, size)
            at += size
        samples.append(sample)
    length = number(at, 2)
    extended = record[at + 2 :]
    assert len(extended) == length and extended[:4] == b"YZ1\0"
    strokes: list[list[tuple[float, float, int, float]]] = [[]]
    tilts: list[tuple[float, ...]] = []
    clock = 0
    for sample in samples:
        clock += sample["DT"]
        if sample["S"]:
            x, y = ((sample[axis] - 32768) / scale[axis] for axis in "XY")
            strokes[-1].append((x, y, clock, sample["F"] / 65535))
            tilts.append(
                tuple(
                    (sample[axis] - 32768) / scale[axis] for axis in ("TX", "TY") if axis in sample
                )
            )
        else:
            strokes.append([])
    return {
        "pad_um": (int.from_bytes(extended[4:8], "big"), int.from_bytes(extended[8:12], "big")),
        "shown": extended[12:],
        "strokes": strokes,
        "tilts": tilts,
    }


@pytest.mark.parametrize("seed", range(4))
def test_a_stranger_who_has_only_the_description_reads_the_same_strokes(seed: int) -> None:
    ink = synthetic_ink(seed)
    read = stranger_reads(to_record(bind(ink, SHOWN)))
    assert read["shown"] == SHOWN
    assert read["pad_um"] == (120_000, 50_000)
    assert [len(stroke) for stroke in read["strokes"]] == [len(s.points) for s in ink.strokes]
    for theirs, ours in zip(read["strokes"], ink.strokes, strict=True):
        for (x, y, t, pressure), point in zip(theirs, ours.points, strict=True):
            assert (x, y) == pytest.approx((point.x, point.y), abs=1 / 256 + 1e-9)
            assert t == point.t
            assert pressure == pytest.approx(point.pressure, abs=1e-5)


def leaning(ink: Ink, *, all_but: int = -1) -> Ink:
    """The same ink by a pen that told its tilt at every point, but for one."""
    number = -1
    strokes = []
    for stroke in ink.strokes:
        points = []
        for point in stroke.points:
            number += 1
            tilt = None if number == all_but else (30.25 - number / 4, number / 8 - 20)
            points.append(replace(point, tilt=tilt))
        strokes.append(Stroke(tuple(points)))
    return replace(ink, strokes=tuple(strokes))


def test_tilt_is_kept_in_channels_of_its_own_where_every_point_has_it() -> None:
    ink = leaning(synthetic_ink(3))
    read = stranger_reads(to_record(bind(ink, SHOWN)))
    wanted = [point.tilt for stroke in ink.strokes for point in stroke.points]
    assert read["tilts"] == wanted
    again = from_record(to_record(bind(ink, SHOWN))).ink
    assert [p.tilt for s in again.strokes for p in s.points] == wanted
    assert to_record(bind(leaning(synthetic_ink(3), all_but=4), SHOWN)) == to_record(
        bind(synthetic_ink(3), SHOWN)
    ), "a tilt that is known of some points only is no tilt"


def test_a_record_that_says_tilt_and_holds_none_is_damaged() -> None:
    record = bytearray(to_record(bind(synthetic_ink(3), SHOWN)))
    record[9] |= 0x18
    with pytest.raises(InkDamaged):
        from_record(bytes(record))


@given(inks)
@settings(max_examples=60, deadline=None)
def test_a_record_once_written_is_always_the_same(ink: Ink) -> None:
    record = to_record(bind(ink, SHOWN))
    again = from_record(record)
    assert to_record(again) == record
    assert again.matches(SHOWN) and not again.matches(hashlib.sha256(b"other").digest())


def test_a_single_point_moved_by_a_hair_gives_another_record() -> None:
    bound = bind(synthetic_ink(1), SHOWN)
    first = bound.ink.strokes[0].points[0]
    for touched in (
        replace(first, x=first.x + 0.01),
        replace(first, t=first.t + 1),
        replace(first, pressure=first.pressure - 0.001),
    ):
        strokes = (Stroke((touched, *bound.ink.strokes[0].points[1:])), *bound.ink.strokes[1:])
        changed = replace(bound, ink=replace(bound.ink, strokes=strokes))
        assert to_record(changed) != to_record(bound)


def test_a_stroke_taken_away_split_or_moved_gives_another_record() -> None:
    ink = synthetic_ink(1)
    first, *rest = ink.strokes
    split = (Stroke(first.points[:3]), Stroke(first.points[3:]), *rest)
    records = {
        to_record(bind(replace(ink, strokes=strokes), SHOWN))
        for strokes in (ink.strokes, tuple(rest), split, ink.strokes[::-1])
    }
    assert len(records) == 4


def test_a_large_screen_takes_ink_too() -> None:
    point = Point(400.0, 200.0, 70_000)
    ink = Ink((Stroke((Point(1, 1, 0), point)),), 480, 270)
    last = from_record(to_record(bind(ink, SHOWN))).ink.strokes[0].points[-1]
    assert (last.x, last.y) == (400.0, 200.0)


def test_a_damaged_record_is_named_and_never_a_traceback() -> None:
    record, chance = to_record(bind(synthetic_ink(2), SHOWN)), Random(5)
    for _ in range(300):
        place = chance.randrange(len(record))
        damaged = record[:place] + bytes([record[place] ^ (1 << chance.randrange(8))])
        damaged += record[place + 1 :]
        try:
            again = from_record(damaged)
        except InkDamaged as error:
            assert error.sentence("zh")
        else:
            assert to_record(again) == damaged, "what is read is what was written"
    for nothing in (b"", b"SDI\0", record[:-1], record + b"\0", record[: len(record) // 2]):
        with pytest.raises(InkDamaged):
            from_record(nothing)
