"""Reading PDF syntax and history: exactly what is there, never what a repair would guess."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest

from signing.verify.allowance import Allowance
from signing.verify.history import History
from signing.verify.syntax import (
    Dictionary,
    IndirectObject,
    Name,
    Ref,
    Stream,
    Text,
    decoded,
    read_object,
    read_value,
    values_in,
)
from signing.verify.words import Unreadable
from tests.helpers.attacks import TEXT_1, Victim, raw_pdf, victim_pdf


def value(written: bytes) -> object:
    return read_value(written, 0)[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b" % comment\n 17 ", 17),
        (b"-.5", -0.5),
        (b"+4.", 4.0),
        (b"true", True),
        (b"null", None),
        (b"/A#20B#C3#A9", "A BÃ©"),
        (b"(a\\(b\\)\\134\\101(nested)\\\n)", b"a(b)\\A(nested)"),
        (b"(line\\\r\nnext\r\nend\\7)", b"linenext\nend\x07"),
        (b"<48 65 6C6c6F7>", b"Hellop"),
        (b"[1 2 0 R 3 0/N<<>>]", [1, Ref(2, 0), 3, 0, "N", {}]),
        (b"<</A<</B[(x)]>>/C 1 0 R>>", {"A": {"B": [b"x"]}, "C": Ref(1, 0)}),
    ],
)
def test_values_are_read_as_the_standard_writes_them(written: bytes, meant: object) -> None:
    assert value(written) == meant


def test_names_strings_and_booleans_are_not_confused() -> None:
    assert isinstance(value(b"/x"), Name)
    assert isinstance(value(b"(x)"), Text)
    assert value(b"(1 0 R)") == b"1 0 R"


def test_strings_know_where_they_stand() -> None:
    text = value(b"<</Contents <00ff>>>")
    assert isinstance(text, Dictionary)
    contents = text["Contents"]
    assert (contents.start, contents.end, contents.hexadecimal) == (12, 18, True)


def test_a_key_that_stands_twice_is_remembered() -> None:
    found = value(b"<</A 1/B 2/A 3>>")
    assert isinstance(found, Dictionary)
    assert found.doubled == {"A"}


@pytest.mark.parametrize(
    "written",
    [b"", b"(open", b"<</A", b"[1", b"<<1 2>>", b"foo", b"<4g>", b"]", b"[" * 200, b"9" * 30],
)
def test_what_is_no_value_is_not_read(written: bytes) -> None:
    with pytest.raises(Unreadable):
        value(written)


def test_a_stream_ends_where_its_length_says_and_a_wrong_length_shows() -> None:
    def at(written: bytes) -> IndirectObject:
        return read_object(written, 0, lambda v: v, len(written))

    right = at(b"1 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj").value
    wrong = at(b"1 0 obj\n<</Length 9>>\nstream\r\nabc\r\nendstream\nendobj").value
    assert isinstance(right, Stream) and isinstance(wrong, Stream)
    assert (right.raw, right.repaired) == (b"abc", False)
    assert (wrong.raw, wrong.repaired) == (b"abc", True)


def test_a_bomb_of_zeros_is_not_unfolded() -> None:
    bomb = zlib.compress(bytes(200 << 20), 9)
    stream = Stream(Dictionary(Filter=Name("FlateDecode")), bomb)
    with pytest.raises(Unreadable):
        decoded(stream, lambda v: v)


@pytest.mark.parametrize(
    "written",
    [b"[" + b"1 0 R " * 800_000 + b"]", b"[" + b"7 " * 1_100_000 + b"]", b"[" + b"/A" * 1_000_002],
)
def test_an_array_without_end_is_not_read_to_its_end(written: bytes) -> None:
    with pytest.raises(Unreadable) as stopped:
        read_value(written, 0)
    assert stopped.value.remark.code == "too_many_values"


def test_many_long_arrays_use_up_what_a_file_may_cost() -> None:
    value = read_value(b"<< /A [1 2 [3 4] << /B [5] >>] /C 6 >>", 0)[0]
    assert values_in(value) == 7
    allowance = Allowance(3_200_000)
    allowance.take_values(1_100_000)
    with pytest.raises(Unreadable):
        allowance.take_values(1)


@pytest.mark.parametrize("packed", [True, False])
def test_packed_and_plain_files_read_alike(packed: bool) -> None:
    target = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    with pikepdf.open(io.BytesIO(victim_pdf())) as pdf:
        pdf.save(target, object_stream_mode=mode, linearize=True)
    newest = History(target.getvalue()).newest
    pages = newest.dictionary(newest.catalog["Pages"])
    assert newest.integer(pages["Count"]) == 2
    assert any(place.within >= 0 for place in newest.places.values()) is packed


@pytest.mark.parametrize("predictor", [10, 11, 12, 13, 14, 15])
def test_cross_reference_streams_are_read_with_every_predictor(predictor: int) -> None:
    rows = [bytes((1, 0, n, 0)) for n in range(5)]
    kind = predictor - 10 if predictor < 15 else 2
    filtered, above = b"", bytes(4)
    for row in rows:
        filtered += bytes((kind,)) + _filtered(kind, row, above)
        above = row
    parameters = Dictionary(Predictor=predictor, Columns=4)
    dictionary = Dictionary(Filter=Name("FlateDecode"), DecodeParms=parameters)
    assert decoded(Stream(dictionary, zlib.compress(filtered)), lambda v: v) == b"".join(rows)


def _filtered(kind: int, row: bytes, above: bytes) -> bytes:
    out = []
    for i, byte in enumerate(row):
        left, corner = (row[i - 1], above[i - 1]) if i else (0, 0)
        guess = left + above[i] - corner
        nearest = min((left, above[i], corner), key=lambda v: abs(guess - v))
        less = (0, left, above[i], (left + above[i]) // 2, nearest)[kind]
        out.append((byte - less) & 0xFF)
    return bytes(out)


def test_every_earlier_state_of_a_file_can_be_read() -> None:
    first = victim_pdf()
    second = Victim(first).with_increment({TEXT_1: b"<</Length 1>>\nstream\nx\nendstream"})
    history = History(second)

    def text(end: int) -> bytes:
        found = history.until(end).resolve(Ref(TEXT_1, 0))
        assert isinstance(found, Stream)
        return found.raw

    assert b"Pay 100" in text(len(first))
    assert text(len(second)) == b"x"


def test_bytes_before_the_header_do_not_hide_the_objects() -> None:
    history = History(b"junk from a mail gateway\n" + victim_pdf())
    assert history.newest.integer(history.newest.dictionary(Ref(2, 0))["Count"]) == 2


@pytest.mark.parametrize(
    "damage",
    [
        (b"trailer", b"trailor"),
        (b"/Root 1 0 R", b"/Root 9 9 R"),
        (b"startxref", b"startxraf"),
        (b"0000000000 65535 f", b"000000000x 65535 f"),
    ],
)
def test_broken_cross_references_are_not_rebuilt(damage: tuple[bytes, bytes]) -> None:
    with pytest.raises(Unreadable):
        _ = History(victim_pdf().replace(*damage)).newest.catalog


def test_cross_references_in_a_circle_end() -> None:
    pdf = victim_pdf()
    start = pdf.rindex(b"xref\n0 ")
    circle = pdf.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start)
    with pytest.raises(Unreadable):
        _ = History(circle).newest


@pytest.mark.parametrize(
    "objects",
    [
        {1: b"<</Pages 2 0 R>>", 2: b"<</Kids[2 0 R 2 0 R]>>"},
        {1: b"<</Pages 2 0 R>>", 2: b"2 0 R"},
        {1: b"<</Pages 2 0 R>>", 2: b"<</Length 2 0 R>>\nstream\nx\nendstream"},
        {1: b"<</Pages 1 0 R/AcroForm 1 0 R/Fields[1 0 R]/Kids[1 0 R]/Parent 1 0 R>>"},
    ],
)
def test_objects_that_lead_back_to_themselves_end(objects: dict[int, bytes]) -> None:
    from signing.trust import TrustStore
    from signing.verify.pdf import verify_pdf

    assert not verify_pdf(raw_pdf(objects), TrustStore()).good
