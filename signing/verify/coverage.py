"""Which bytes of the file a signature covers, and that it leaves out nothing but itself.

A byte range that leaves a larger gap, or one elsewhere than at the signature's own value, is how
signed content is moved aside and other content put in its place (signature wrapping).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import parser

from signing.verify.history import History, Revision
from signing.verify.syntax import Dictionary, Ref, Text, Value
from signing.verify.words import Unreadable


def padding_of(contents: bytes) -> bytes:
    """What follows the DER or BER value in a signature's /Contents: zeros, if all is well."""
    try:
        _, _, _, head, inner, trailer = parser.parse(contents)
    except ValueError:
        return b""
    return contents[len(head) + len(inner) + len(trailer) :]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Two spans, [0, ``first``) and [``second``, ``end``), with the signature value between."""

    first: int
    second: int
    end: int
    contents: Text

    def digest_of(self, history: History) -> Callable[[str], bytes]:
        """The digest of what is covered, by the digest's name."""
        return lambda name: history.digests.of(name, self.first, self.second, self.end)


def covered(history: History, revision: Revision, value: Value, holder: Ref | None) -> Coverage:
    """What the signature dictionary ``value``, found within object ``holder``, covers.

    Raises ``Unreadable`` when its byte range is anything but the whole of some revision without
    the signature's own value.
    """
    home = value if isinstance(value, Ref) else holder
    signature = revision.dictionary(value)
    contents = signature.get("Contents")
    if isinstance(contents, Ref):
        home, contents = contents, revision.resolve(contents)
    if not isinstance(contents, Text) or not contents.strip(b"\0"):
        raise Unreadable("no_contents")
    if signature.doubled & {"ByteRange", "Contents", "SubFilter", "Filter", "Type", "Reference"}:
        raise Unreadable("keys_doubled")
    first, second, end = _spans(revision, signature)
    if end > len(history.data):
        raise Unreadable("byte_range_beyond")
    place = revision.place_of(home) if home is not None else None
    if place is None or place.offset < 0 or not contents.hexadecimal:
        raise Unreadable("byte_range_odd")
    # The gap is the value with its angle brackets and not a blank more; some writers sign the
    # brackets, too.
    gap = history.data[first:second]
    written = history.data[contents.start : contents.end]
    shapes = (written, written[1:-1], written[1:], written[:-1])
    if gap not in shapes or first > contents.start + 1 or second < contents.end - 1:
        raise Unreadable("byte_range_odd")
    return Coverage(first, second, end, contents)


def _spans(revision: Revision, signature: Dictionary) -> tuple[int, int, int]:
    numbers = [revision.resolve(number) for number in revision.array(signature.get("ByteRange"))]
    if not numbers:
        raise Unreadable("no_byte_range")
    if len(numbers) != 4 or not all(type(number) is int for number in numbers):
        raise Unreadable("byte_range_odd")
    start, first, second, rest = numbers
    if start != 0 or not 0 < first < second or rest <= 0:
        raise Unreadable("byte_range_odd")
    return first, second, second + rest
