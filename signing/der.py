"""DER (ITU-T X.690) written by hand: the few shapes that a signature is made of.

Reading ASN.1 is asn1crypto's work everywhere in this package. Writing with it costs 6 to 8 ms per
signature on a slow PC, twenty times the key's own work, which these lines save.
"""

from __future__ import annotations

NULL = b"\x05\x00"


def tagged(tag: int, *parts: bytes) -> bytes:
    """One value: identifier octet, definite length, the parts joined."""
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE or SEQUENCE OF."""
    return tagged(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF, in the order DER demands (X.690, section 11.6)."""
    return tagged(0x31, *sorted(parts))


def context(number: int, *parts: bytes) -> bytes:
    """A constructed context-specific tag: [number] EXPLICIT, or IMPLICIT over joined content."""
    return tagged(0xA0 | number, *parts)


def octets(data: bytes) -> bytes:
    """OCTET STRING."""
    return tagged(0x04, data)


def integer(value: int) -> bytes:
    """INTEGER, not negative."""
    return tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    return tagged(0x06, *(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc: int) -> bytes:
    digits = [arc & 0x7F]
    while arc := arc >> 7:
        digits.append(0x80 | arc & 0x7F)
    return bytes(reversed(digits))


def is_neat(encoded: bytes) -> bool:
    """Whether the value at the beginning of ``encoded`` is made of whole values down to the last
    one, with nothing between them; True as well where BER leaves lengths open."""
    waiting = [(0, len(encoded))]
    outermost = True
    while waiting:
        at, end = waiting.pop()
        while at < end:
            start = at
            try:
                constructed = encoded[at] & 0x20
                if encoded[at] & 0x1F == 0x1F:
                    at += 1
                    while encoded[at] & 0x80:
                        at += 1
                length = encoded[at + 1]
                at += 2
                if length == 0x80:
                    return True
                if length > 0x80:
                    size = length & 0x7F
                    length = int.from_bytes(encoded[at : at + size], "big")
                    at += size
            except IndexError:
                return False
            if at + length > end or (encoded[start] == 0 and length == 0):
                return False
            if constructed:
                waiting.append((at, at + length))
            at += length
            if outermost:
                outermost = False
                break
    return True
