"""The strokes of a signature as bytes, in the manner of ISO/IEC 19794-7 (signature time series).

Channels X, Y (2 bytes, excess 32768), DT (ms since the sample before), F (pressure), S (1: the pen
touches), and, where the pad told the pen's tilt at every point, TX and TY (2 bytes, excess 32768).
Every number big-endian. Behind the samples, as extended data, what the pen was put
under: the size of the pad and the digest of the document shown. ``FORMATS.md``, section 5, has it
byte by byte. Coordinates are kept to 1/128 mm (1/64 on a pad wider than 255 mm).
"""

from __future__ import annotations

import struct

from signing.handwriting import BoundInk, Ink, InkDamaged, Point, Stroke

_FORMAT, _VERSION = b"SDI\0", b" 10\0"
_X, _Y, _DT, _F, _S, _TX, _TY = 0x8000, 0x4000, 0x0080, 0x0040, 0x0020, 0x0010, 0x0008
_CHANNELS = _X | _Y | _DT | _F | _S
_TILTED = _CHANNELS | _TX | _TY
_SCALED = 0x80  # the preamble of a channel that says its scaling value
_EXTENDED = b"YZ1\0"
_SAMPLE = struct.Struct(">HHHHB")
_TILT = struct.Struct(">HH")
_PER_DEGREE = 8  # 2 to this power to the degree: a pen lies flat at 90
_ZERO = 32768
_LONGEST_MS = 65535
_FULL_PRESSURE = 65535


def to_record(bound: BoundInk) -> bytes:
    """The ink and what it was put under. Two points further apart in time than 65 s are as if
    they were 65 s apart."""
    ink = bound.ink
    reach = max(map(abs, (*ink.extent_mm, ink.width_mm, ink.height_mm)), default=0.0)
    power = 7 if reach < 255 else 6  # 128 or 64 to the millimetre
    every = [point for stroke in ink.strokes for point in stroke.points]
    tilted = bool(every) and all(point.tilt is not None for point in every)
    samples: list[bytes] = []
    clock = 0
    for number, stroke in enumerate(ink.strokes):
        if number and samples and stroke.points:
            last = samples[-1]  # the pen is lifted where it was
            samples.append(last[:4] + struct.pack(">HHB", 0, 0, 0) + last[_SAMPLE.size :])
        for point in stroke.points:
            waited = min(max(round(point.t) - clock, 0), _LONGEST_MS)
            clock += waited
            x, y = (_excess(value * (1 << power)) for value in (point.x, point.y))
            pressure = round(min(1.0, max(0.0, point.pressure)) * _FULL_PRESSURE)
            sample = _SAMPLE.pack(x, y, waited, pressure, 1)
            if tilted and point.tilt is not None:
                sample += _TILT.pack(*(_excess(angle * (1 << _PER_DEGREE)) for angle in point.tilt))
            samples.append(sample)
    extended = _EXTENDED + struct.pack(
        ">II", round(ink.width_mm * 1000), round(ink.height_mm * 1000)
    )
    extended += bound.shown_digest
    per_mm, per_ms, per_full = _scaling(power), _scaling(0), _scaling(15)
    per_degree = bytes([_SCALED]) + _scaling(_PER_DEGREE)
    return b"".join(
        (
            _FORMAT,
            _VERSION,
            struct.pack(">H", _TILTED if tilted else _CHANNELS),
            *(bytes([_SCALED]) + scaling for scaling in (per_mm, per_mm, per_ms, per_full)),
            b"\0",  # S needs no scaling
            2 * per_degree if tilted else b"",
            len(samples).to_bytes(3, "big"),
            *samples,
            struct.pack(">H", len(extended)),
            extended,
        )
    )


def from_record(record: bytes) -> BoundInk:
    """Reads a record; ``InkDamaged`` when it is none of this form, to the last byte."""
    try:
        return _read(record)
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise InkDamaged(reason=f"{type(error).__name__}: {error}") from error


def _read(record: bytes) -> BoundInk:
    head = _FORMAT + _VERSION
    at = len(head) + 2
    tilted = record[at - 2 : at] == struct.pack(">H", _TILTED)
    if record[:at] != head + struct.pack(">H", _TILTED if tilted else _CHANNELS):
        raise ValueError("not a signature record of this form")
    scales = []
    for scaled in (True, True, True, True, False, *((True, True) if tilted else ())):
        if record[at] != (_SCALED if scaled else 0):
            raise ValueError("a channel is described otherwise")
        if scaled:
            scales.append(_scale(record[at + 1 : at + 3]))
        at += 3 if scaled else 1
    count = int.from_bytes(record[at : at + 3], "big")
    at += 3
    size = _SAMPLE.size + (_TILT.size if tilted else 0)
    end = at + count * size
    samples = [record[start : start + size] for start in range(at, min(end, len(record)), size)]
    (length,) = struct.unpack(">H", record[end : end + 2])
    extended = record[end + 2 :]
    if len(samples) != count or len(extended) != length or length != len(_EXTENDED) + 40:
        raise ValueError("it is cut off, or something follows it")
    if not extended.startswith(_EXTENDED):
        raise ValueError("it does not say what it was put under")
    width, height = struct.unpack(">II", extended[4:12])
    strokes: list[Stroke] = []
    points: list[Point] = []
    clock = 0
    for sample in samples:
        x, y, waited, pressure, touching = _SAMPLE.unpack(sample[: _SAMPLE.size])
        if touching not in (0, 1):
            raise ValueError("the pen neither touches nor does not")
        clock += waited
        if touching:
            place = ((x - _ZERO) / scales[0], (y - _ZERO) / scales[1])
            tilt = _tilt(sample, scales[4:]) if tilted else None
            points.append(Point(*place, clock, pressure / _FULL_PRESSURE, tilt))
        elif points:
            strokes.append(Stroke(tuple(points)))
            points = []
    if points:
        strokes.append(Stroke(tuple(points)))
    ink = Ink(tuple(strokes), width / 1000, height / 1000)
    bound = BoundInk(ink, extended[12:44])
    if to_record(bound) != record:
        raise ValueError("it is not written as it should be")
    return bound


def _tilt(sample: bytes, scales: list[float]) -> tuple[float, float]:
    right, near = _TILT.unpack(sample[_SAMPLE.size :])
    return ((right - _ZERO) / scales[0], (near - _ZERO) / scales[1])


def _excess(value: float) -> int:
    return min(max(round(value) + _ZERO, 0), 65535)


def _scaling(power: int) -> bytes:
    """A scaling value: 5 bits of exponent (excess 16), 11 bits of fraction, here 2 ** power."""
    return struct.pack(">H", (power + 16) << 11)


def _scale(packed: bytes) -> float:
    (value,) = struct.unpack(">H", packed)
    scale: float = (1 + (value & 0x7FF) / 2048) * 2.0 ** ((value >> 11) - 16)
    return scale
