"""RSAES-OAEP decoding for tokens, which do the RSA alone: few know OAEP with more than SHA-1."""

from __future__ import annotations

import hashlib
import secrets


def without_oaep(block: bytes) -> bytes | None:
    """EME-OAEP decoding (RFC 8017, section 7.1.2, step 3) with SHA-256 and no label.

    Whatever is wrong, the answer is the same and as late: None.
    """
    size = hashlib.sha256().digest_size
    masked_seed, masked = block[1 : 1 + size], block[1 + size :]
    seed = _xor(masked_seed, _mask(masked, size))
    plain = _xor(masked, _mask(seed, len(masked)))
    wrong = block[0] | int(not secrets.compare_digest(plain[:size], hashlib.sha256().digest()))
    start, seen = 0, 0
    for at, byte in enumerate(plain[size:], start=size):
        one = int(byte == 1) & (seen ^ 1)
        start |= one * (at + 1)
        wrong |= int(byte != 0) & (seen ^ 1) & (one ^ 1)
        seen |= one
    return None if wrong or not seen else plain[start:]


def _mask(seed: bytes, size: int) -> bytes:
    """MGF1 with SHA-256 (RFC 8017, appendix B.2.1)."""
    rounds = -(-size // 32)
    return b"".join(
        hashlib.sha256(seed + counter.to_bytes(4, "big")).digest() for counter in range(rounds)
    )[:size]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
