"""Handwriting on a document (``pades.inking``): is it on the document that its writer saw, and is
what is drawn what was kept.

Whoever signed with a key vouches for all of it; here it is found out what they vouch for. The file
must begin with the very bytes that were shown, and what came onto them before the first signature
must be the ink, its date, its record and empty signature fields, and nothing else. The strokes are
sealed for the archive: comparing them with the drawing takes its key (``same_ink``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from signing.handwriting import InkDamaged, operators
from signing.ink_note import DATE_NAME, INK_NAME, NOTE_FILE, RECORD_FILE, InkNote, is_note
from signing.ink_record import from_record
from signing.verify.attached import attached
from signing.verify.changes import compare
from signing.verify.history import History, Revision
from signing.verify.outline import Outline, Page
from signing.verify.readings import Reading
from signing.verify.syntax import Ref, Stream, Value
from signing.verify.verdict import Change, Nature
from signing.verify.words import Remark, Unreadable

# What the ink brings along beside itself: its record and the list of what is attached.
_BRINGS = frozenset({"Names", "AF"})
_FILES = (NOTE_FILE, RECORD_FILE)
_NUMBER = rb"-?[0-9.]+(?:e-?[0-9]+)?"
_MATRIX = rb"(?:" + _NUMBER + rb" ){6}cm "
_DRAWN = re.compile(
    rb"\s*Q q " + _MATRIX * 2 + re.escape(INK_NAME.encode()) + rb" Do Q q "
    + _MATRIX * 2 + re.escape(DATE_NAME.encode()) + rb" Do Q\s*"
)  # fmt: skip


def ink_remarks(history: History, readings: Sequence[Reading]) -> tuple[Remark, ...]:
    """What is wrong with the handwriting on a signed document; nothing when there is none."""
    first = min((reading.end for reading in readings if reading.end), default=0)
    if not first:
        return ()
    try:
        signed = Outline(history.until(first))
        found = attached(signed.revision, _FILES)
        if not is_note(found.get(NOTE_FILE, b"")):
            return ()  # nothing, or somebody else's file of that name
        note = InkNote.from_bytes(found[NOTE_FILE])
        return tuple(dict.fromkeys(_remarks(history, signed, note, found)))
    except (InkDamaged, Unreadable):
        return (Remark("ink_unreadable"),)


def same_ink(pdf: bytes, record: bytes) -> bool:
    """Whether an opened record is the one that this document names, and draws as it is drawn.

    For those who may open ``ink.p7m``. Raises ``InkDamaged`` or ``Unreadable``.
    """
    newest = Outline(History(pdf).newest)
    note = InkNote.from_bytes(attached(newest.revision, _FILES).get(NOTE_FILE, b""))
    bound = from_record(record)
    drawing = operators(bound.ink)
    return (
        hashlib.sha256(record).hexdigest() == note.record_sha256
        and bound.shown_digest.hex() == note.shown_sha256
        and hashlib.sha256(drawing).hexdigest() == note.drawing_sha256
        and _drawing(newest, note.page) == drawing
    )


def _remarks(
    history: History, signed: Outline, note: InkNote, found: dict[str, bytes]
) -> Iterator[Remark]:
    shown_bytes = history.data[: note.shown_size]
    end = signed.revision.end
    if not 0 < note.shown_size < end or _digest(shown_bytes) != note.shown_sha256:
        yield Remark("ink_moved")
        return
    if _digest(found.get(RECORD_FILE, b"")) != note.sealed_sha256:
        yield Remark("ink_replaced")
    if _digest(_drawing(signed, note.page)) != note.drawing_sha256:
        yield Remark("ink_replaced")
    shown = Outline(history.until(note.shown_size))
    for change in compare(shown, signed):
        if not _comes_with_ink(change, signed, note.page):
            yield Remark("changed_after_shown", detail=change.remark)
    if not _only_ink_was_drawn(shown, signed, note.page):
        yield Remark("changed_after_shown", detail=Remark("page_content", page=note.page + 1))


def _comes_with_ink(change: Change, signed: Outline, page: int) -> bool:
    if change.nature in (Nature.SIGNED, Nature.PREPARED, Nature.INFORMATION):
        return True
    facts = dict(change.remark.facts)
    match change.remark.code:
        case "catalog_changed":
            return facts.get("key") in _BRINGS
        case "field_added":  # an empty place for a stage's signature
            return any(
                field.kind == "Sig" and field.name == change.field
                for field in signed.fields.values()
            )
        case "page_content":
            return change.page == page + 1  # looked at below
    return False


def _only_ink_was_drawn(shown: Outline, signed: Outline, page: int) -> bool:
    """Whether the page's own content is there as it was, between our two pieces."""
    before = _contents(shown, page)
    around = _contents(signed, page)
    if around[1:-1] != before or len(around) != len(before) + 2:
        return False
    revision = signed.revision
    first, last = (_stream(revision, piece) for piece in (around[0], around[-1]))
    return first == b"q\n" and _DRAWN.fullmatch(last) is not None


def _contents(outline: Outline, page: int) -> list[Value]:
    """The pieces of a page's content, by reference."""
    value = _page(outline, page).dictionary.get("Contents")
    found = outline.revision.resolve(value)
    return list(found) if isinstance(found, list) else [value]


def _drawing(outline: Outline, page: int) -> bytes:
    revision = outline.revision
    resources = revision.dictionary(_page(outline, page).dictionary.get("Resources"))
    forms = revision.dictionary(resources.get("XObject"))
    return _stream(revision, forms.get(INK_NAME[1:]))


def _page(outline: Outline, page: int) -> Page:
    if not 0 <= page < len(outline.pages):
        raise Unreadable("no_such_page")
    return outline.pages[page]


def _stream(revision: Revision, value: Value) -> bytes:
    found = revision.resolve(value)
    if not isinstance(found, Stream) or not isinstance(value, Ref):
        return b""
    return revision.stream_bytes(value, found)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
