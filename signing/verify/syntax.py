"""The syntax of PDF objects (ISO 32000-2, 7.2 and 7.3), read from bytes with nothing repaired.

A reader that repairs sees what it guesses; a verifier must see what is there, and where: strings
know their place in the file, dictionaries know whether a key stands in them twice. Where objects
lie in a file is for ``history``; what they mean is for everybody else.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from signing.verify.words import Unreadable

# None, bool, int, float, Name, Text, Ref, list, Dictionary or Stream
Value: TypeAlias = Any

_MOST_INSIDE = 1_000_000  # values of one array or dictionary
_LONGEST_ROW = 4 << 20  # bytes of numbers in a row
_DEEPEST = 64  # nesting; real files stay below 20
_LARGEST_DECODED = 64 << 20  # bytes that one stream may unfold into

_BLANK = rb"(?:[\0\t\n\f\r ]++|%[^\r\n]*+)*+"
_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
_TOKEN = re.compile(
    _BLANK + rb"(?:"
    rb"(?P<name>/" + _REGULAR + rb"*+)"
    rb"|(?P<ref>(\d{1,10})[\0\t\n\f\r ]++(\d{1,5})[\0\t\n\f\r ]++R(?!" + _REGULAR + rb"))"
    rb"|(?P<number>[+-]?(?:\d++\.?\d*+|\.\d++)(?!" + _REGULAR + rb"))"
    rb"|(?P<open><<|\[)"
    rb"|(?P<close>>>|\])"
    rb"|(?P<hex><[0-9A-Fa-f\0\t\n\f\r ]*+>)"
    rb"|(?P<text>\()"
    rb"|(?P<word>" + _REGULAR + rb"++)"
    rb")"
)
_REFS = re.compile(
    rb"(?:[\0\t\n\f\r ]*+\d{1,10}[\0\t\n\f\r ]++\d{1,5}[\0\t\n\f\r ]++R(?!" + _REGULAR + rb"))++"
)
_INTEGERS = re.compile(
    rb"(?:[\0\t\n\f\r ]*+[+-]?\d{1,18}(?!" + _REGULAR + rb")"
    rb"(?![\0\t\n\f\r ]++(?:\d{1,5}[\0\t\n\f\r ]++)?R(?!" + _REGULAR + rb")))++"
)
_DIGITS = re.compile(rb"[+-]?\d+")
_HEADER = re.compile(
    _BLANK + rb"(\d{1,10})[\0\t\n\f\r ]++(\d{1,5})[\0\t\n\f\r ]++obj(?!" + _REGULAR + rb")"
)
_STREAM = re.compile(_BLANK + rb"stream(?:\r\n|\n|\r)")
_END_STREAM = re.compile(rb"[\0\t\n\f\r ]*+endstream")
_END_OBJECT = re.compile(_BLANK + rb"(?:endobj)?")
_SKIP = re.compile(_BLANK)
_IN_TEXT = re.compile(rb"[()\\]")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\n|\r)|([\s\S]))|(\r\n|\r)")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_HASHED = re.compile(rb"#([0-9A-Fa-f]{2})")
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}


class Ref(NamedTuple):
    """An indirect reference."""

    number: int
    generation: int


_ref = partial(tuple.__new__, Ref)


def _pairs(numbers: Iterator[int]) -> Iterator[tuple[int, int]]:
    return zip(numbers, numbers, strict=False)


class Name(str):
    """A name without its slash."""

    __slots__ = ()


class Text(bytes):
    """A string's bytes, and the span of the file (``start`` to ``end``) that it is written in."""

    start: int = 0
    end: int = 0
    hexadecimal: bool = False


class Dictionary(dict[str, Value]):
    """A dictionary by names without slash; ``doubled`` are the keys that stand in it twice."""

    doubled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A stream object: its dictionary and its bytes as they are in the file.

    ``repaired`` tells that its /Length is wrong and the end was looked for.
    """

    dictionary: Dictionary
    raw: bytes
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class IndirectObject:
    """``number generation obj … endobj`` in the span from ``start`` to ``end``."""

    ref: Ref
    value: Value
    start: int
    end: int


def says_twice(value: Value) -> bool:
    """Whether a dictionary in ``value`` has a key twice: of the two, readers take either."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Stream):
            value = value.dictionary
        if isinstance(value, Dictionary):
            if value.doubled:
                return True
            waiting += [inner for inner in value.values() if type(inner) in _HOLDING]
        elif isinstance(value, list):
            waiting += [inner for inner in value if type(inner) in _HOLDING]
    return False


def values_in(value: Value) -> int:
    """How many values its arrays have, those within one another together."""
    count = 0
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Stream):
            value = value.dictionary
        if isinstance(value, Dictionary):
            waiting += [inner for inner in value.values() if type(inner) in _HOLDING]
        elif isinstance(value, list):
            count += len(value)
            waiting += [inner for inner in value if type(inner) in _HOLDING]
    return count


_HOLDING = frozenset({Stream, Dictionary, list})


def read_value(data: bytes, at: int) -> tuple[Value, int]:
    """The object that begins at ``at`` (blanks and comments passed over), and where it ends.

    Raises ``Unreadable``.
    """
    return _Reader(data).value(at, 0)


def read_object(
    data: bytes, at: int, length_of: Callable[[Value], Value], ends: int
) -> IndirectObject:
    """The indirect object at ``at``, which must end before ``ends``.

    ``length_of`` resolves a stream's /Length. Raises ``Unreadable``.
    """
    header = _HEADER.match(data, at, ends)
    if header is None:
        raise Unreadable("no_object", at=at)
    value, end = read_value(data, header.end())
    keyword = _STREAM.match(data, end, ends) if isinstance(value, Dictionary) else None
    if keyword is not None:
        value, end = _stream(data, value, keyword.end(), length_of, ends)
    closing = _END_OBJECT.match(data, end, ends)
    end = closing.end() if closing else end
    if end > ends:
        raise Unreadable("cut_off", at=at)
    ref = Ref(int(header[1]), int(header[2]))
    return IndirectObject(ref, value, header.start(1), end)


def skip_blanks(data: bytes, at: int) -> int:
    """The first place from ``at`` on that is neither blank nor comment."""
    skipped = _SKIP.match(data, at)
    return skipped.end() if skipped else at


def decoded(stream: Stream, resolve: Callable[[Value], Value], at_most: int = 0) -> bytes:
    """The stream's bytes with its filters undone; ``Unreadable`` when one is unknown or fails."""
    filters, parameters = _filters(stream.dictionary, resolve)
    data = stream.raw
    limit = at_most or _LARGEST_DECODED
    if at_most and len(data) > at_most:
        raise Unreadable("too_large")
    for name, parameter in zip(filters, parameters, strict=True):
        try:
            data = _undone(name, data, limit)
        except (ValueError, zlib.error) as error:
            raise Unreadable("filter", name=name) from error
        if name in ("FlateDecode", "Fl", "LZWDecode"):
            data = _unpredicted(data, parameter, resolve)
    return data


def _stream(
    data: bytes,
    dictionary: Dictionary,
    start: int,
    length_of: Callable[[Value], Value],
    ends: int,
) -> tuple[Stream, int]:
    length = length_of(dictionary.get("Length"))
    if isinstance(length, int) and 0 <= length <= ends - start:
        closing = _END_STREAM.match(data, start + length, ends)
        if closing is not None:
            return Stream(dictionary, data[start : start + length]), closing.end()
    # A wrong /Length: every reader looks for the keyword then.
    found = data.find(b"endstream", start, ends)
    if found < 0:
        raise Unreadable("cut_off", at=start)
    end = found
    if data[end - 2 : end] == b"\r\n":
        end -= 2
    elif data[end - 1 : end] in (b"\r", b"\n"):
        end -= 1
    raw = data[start : max(start, end)]
    return Stream(dictionary, raw, repaired=True), found + len(b"endstream")


def _not_too_far(start: int, end: int) -> int:
    """``end`` of numbers in a row; a hundred thousand pages are named in a quarter of that."""
    if end - start > _LONGEST_ROW:
        raise Unreadable("too_many_values")
    return end


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def value(self, at: int, depth: int) -> tuple[Value, int]:
        token = _TOKEN.match(self._data, at)
        if token is None:
            raise Unreadable("no_object", at=at)
        return self._meant(token, depth)

    def _meant(self, token: re.Match[bytes], depth: int) -> tuple[Value, int]:
        """What begins with ``token``, and where it ends."""
        value: Value
        match token.lastgroup:
            case "name":
                return _name(token["name"]), token.end()
            case "ref":
                return _ref((int(token[3]), int(token[4]))), token.end()
            case "number":
                return _number(token["number"]), token.end()
            case "open" if depth >= _DEEPEST:
                raise Unreadable("too_deep", at=token.start("open"))
            case "open" if token["open"] == b"[":
                return self._array(token.end(), depth + 1)
            case "open":
                return self._dictionary(token.end(), depth + 1)
            case "hex":
                value = Text(_from_hex(token["hex"][1:-1]))
                value.hexadecimal = True
                value.start, value.end = token.span("hex")
                return value, token.end()
            case "text":
                return self._text(token.start("text"))
            case "word" if token["word"] in _WORDS:
                return _WORDS[token["word"]], token.end()
        raise Unreadable("no_object", at=token.start(token.lastgroup or 0))

    def _array(self, at: int, depth: int) -> tuple[list[Value], int]:
        found: list[Value] = []
        while True:
            start = at
            if listed := _REFS.match(self._data, at):  # page trees, fields: thousands at a time
                at = _not_too_far(start, listed.end())
                found += map(_ref, _pairs(map(int, _DIGITS.findall(listed[0]))))
            elif listed := _INTEGERS.match(self._data, at):
                at = _not_too_far(start, listed.end())
                found += map(int, _DIGITS.findall(listed[0]))
            if len(found) > _MOST_INSIDE:
                raise Unreadable("too_many_values")
            token = _TOKEN.match(self._data, at)
            if token is None:
                raise Unreadable("no_object", at=at)
            if token["close"] == b"]":
                return found, token.end()
            value, at = self._meant(token, depth)
            found.append(value)

    def _dictionary(self, at: int, depth: int) -> tuple[Dictionary, int]:
        found = Dictionary()
        while True:
            token = _TOKEN.match(self._data, at)
            if token is None:
                raise Unreadable("no_object", at=at)
            if token["close"] == b">>":
                return found, token.end()
            if len(found) > _MOST_INSIDE:
                raise Unreadable("too_many_values")
            key, at = self._meant(token, depth)
            if not isinstance(key, Name):
                raise Unreadable("no_object", at=at)
            value, at = self.value(at, depth)
            if key in found:
                found.doubled |= {str(key)}
            found[str(key)] = value

    def _text(self, start: int) -> tuple[Text, int]:
        at, open_brackets = start + 1, 1
        while open_brackets:
            special = _IN_TEXT.search(self._data, at)
            if special is None:
                raise Unreadable("cut_off", at=start)
            match special[0]:
                case b"(":
                    open_brackets += 1
                case b")":
                    open_brackets -= 1
            at = special.end() + (special[0] == b"\\")
        value = Text(_ESCAPE.sub(_unescaped, self._data[start + 1 : at - 1]))
        value.start, value.end = start, at
        return value, at


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, line_break, other, bare_break = found.groups()
    if bare_break:
        return b"\n"
    if octal:
        return bytes((int(octal, 8) & 0xFF,))
    return b"" if line_break else _ESCAPED.get(other, other)


def _name(written: bytes) -> Name:
    if b"#" in written:
        written = _HASHED.sub(lambda hashed: bytes((int(hashed[1], 16),)), written)
    return Name(written[1:].decode("latin-1"))


def _number(written: bytes) -> int | float:
    if b"." in written:
        return float(written)
    if len(written) > 20:
        raise Unreadable("number")
    return int(written)


def _from_hex(written: bytes) -> bytes:
    digits = written.translate(None, b"\0\t\n\f\r ")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _filters(
    dictionary: Dictionary, resolve: Callable[[Value], Value]
) -> tuple[list[str], list[Value]]:
    filters = resolve(dictionary.get("Filter"))
    parameters = resolve(dictionary.get("DecodeParms"))
    if filters is None:
        return [], []
    if not isinstance(filters, list):
        filters, parameters = [filters], [parameters]
    names = [str(resolve(name)) for name in filters]
    if len(names) > 8:
        raise Unreadable("filter", name="…")
    listed = parameters if isinstance(parameters, list) else []
    return names, [*map(resolve, listed), *([None] * len(names))][: len(names)]


def _undone(name: str, data: bytes, limit: int) -> bytes:
    match name:
        case "FlateDecode" | "Fl":
            unfolding = zlib.decompressobj()
            unfolded = unfolding.decompress(data, limit)
            if unfolding.unconsumed_tail:
                raise Unreadable("too_large")
            return unfolded
        case "ASCIIHexDecode" | "AHx":
            return _from_hex(data.partition(b">")[0])
        case "ASCII85Decode" | "A85":
            digits = data.translate(None, b"\0\t\n\f\r ").removeprefix(b"<~")
            return base64.a85decode(digits.partition(b"~>")[0])
    raise Unreadable("filter", name=name)


def _unpredicted(data: bytes, parameters: Value, resolve: Callable[[Value], Value]) -> bytes:
    """PNG row predictors undone (the only ones that object and xref streams use)."""
    if not isinstance(parameters, Dictionary):
        return data
    predictor, colours, bits, columns = (
        resolve(parameters.get(key, default))
        for key, default in (
            ("Predictor", 1),
            ("Colors", 1),
            ("BitsPerComponent", 8),
            ("Columns", 1),
        )
    )
    if predictor == 1:
        return data
    sizes = (predictor, colours, bits, columns)
    if not all(isinstance(size, int) and 0 < size < 1 << 20 for size in sizes) or predictor < 10:
        raise Unreadable("filter", name=f"Predictor {predictor}")
    step = max(1, colours * bits // 8)
    width = (colours * bits * columns + 7) // 8
    rows = []
    above = bytes(width)
    for start in range(0, len(data), width + 1):
        row = bytearray(data[start + 1 : start + 1 + width])
        row.extend(bytes(width - len(row)))
        above = _unfiltered(data[start], row, above, step)
        rows.append(above)
    return b"".join(rows)


def _unfiltered(kind: int, row: bytearray, above: bytes, step: int) -> bytes:
    """One row with its PNG filter (W3C PNG, section 9) undone."""
    match kind:
        case 0:
            pass
        case 1:
            for i in range(step, len(row)):
                row[i] = (row[i] + row[i - step]) & 0xFF
        case 2:
            row[:] = bytes((a + b) & 0xFF for a, b in zip(row, above, strict=True))
        case 3:
            for i in range(len(row)):
                left = row[i - step] if i >= step else 0
                row[i] = (row[i] + (left + above[i]) // 2) & 0xFF
        case 4:
            for i in range(len(row)):
                left, corner = (row[i - step], above[i - step]) if i >= step else (0, 0)
                row[i] = (row[i] + _paeth(left, above[i], corner)) & 0xFF
        case _:
            raise Unreadable("filter", name="PNG")
    return bytes(row)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    distances = (abs(guess - left), abs(guess - above), abs(guess - corner))
    return (left, above, corner)[distances.index(min(distances))]
