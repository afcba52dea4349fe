"""What was changed between two revisions of a file, in a person's words, with page numbers.

Everything that can be reached from the catalog is compared; what differs is either one of the
changes that signing and filling in bring about, each recognised by what it may touch, or it is
``Nature.OTHER``. Whether a change is permitted is for ``permissions`` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from signing.verify.appearances import shown_text, shows
from signing.verify.history import Revision
from signing.verify.outline import Field, Key, Outline, Page
from signing.verify.sameness import Sameness
from signing.verify.syntax import Dictionary, Ref, Stream, Value
from signing.verify.verdict import Change, Nature, Region
from signing.verify.words import Remark

# /Perms repeats what a signature's own /Reference says, which is what counts here.
_FILE_NOTES = frozenset({"Version", "Extensions", "Metadata", "PieceInfo", "Perms"})
_PAGE_NOTES = frozenset({"LastModified", "PieceInfo", "Tabs", "Metadata"})
_SIGNING = frozenset(
    {"V", "AP", "AS", "F", "M", "MK", "P", "DA", "DR", "Lock", "SV", "StructParent", "Ff"}
)
_WIDGET = frozenset({"Type", "Subtype", "Rect", "Border", "BS", "H", "TU"})
_FILLING = frozenset({"V", "AP", "AS", "I", "RV", "M", "TI"})
_STRUCTURE = frozenset({"StructTreeRoot", "MarkInfo"})
# Of the form's default resources only fonts and colours serve to draw a field anew; some signing
# tools leave the pictures of their own seals there.
_UNUSED_RESOURCES = frozenset({"XObject", "ProcSet"})
_MOST_LOOKS = 1000


def compare(old: Outline, new: Outline) -> tuple[Change, ...]:
    """Every change from ``old`` to ``new``. Raises ``Unreadable`` when it cannot be told."""
    return tuple(dict.fromkeys(_Comparison(old, new).changes()))


class _Comparison:
    def __init__(self, old: Outline, new: Outline) -> None:
        self._old, self._new = old, new
        landmarks = {
            key
            for listed in (
                {page.key for page in old.pages} & {page.key for page in new.pages},
                old.page_of.keys() & new.page_of.keys(),
                old.fields.keys() & new.fields.keys(),
            )
            for key in listed
            if isinstance(key, Ref)
        }
        # What a FieldMDP signature speaks of (/Data) is the catalog, compared on its own account.
        root = old.revision.trailer.get("Root")
        if isinstance(root, Ref) and root == new.revision.trailer.get("Root"):
            landmarks.add(root)
        self._same = Sameness(old.revision, new.revision, landmarks)
        self._signed = False

    def changes(self) -> Iterator[Change]:
        """All changes; the form first, because it explains others."""
        yield from self._trailer()
        old, new = self._old.revision.trailer, self._new.revision.trailer
        if self._same.nothing_touched and old.get("Root") == new.get("Root"):
            return
        form = tuple(self._form())
        self._signed = any(c.nature is Nature.SIGNED for c in form)
        yield from form
        yield from self._catalog()
        yield from self._pages()

    # the file as a whole

    def _trailer(self) -> Iterator[Change]:
        old, new = self._old.revision.trailer, self._new.revision.trailer
        if not self._same.of(old.get("Encrypt"), new.get("Encrypt")):
            yield Change(Nature.OTHER, Remark("encryption_changed"))
        if not self._same.of(old.get("Info"), new.get("Info")):
            yield Change(Nature.INFORMATION, Remark("information_changed"))

    def _catalog(self) -> Iterator[Change]:
        old, new = self._old.revision.catalog, self._new.revision.catalog
        for key in sorted(old.keys() | new.keys()):
            if key in ("Pages", "AcroForm") or self._same.of(old.get(key), new.get(key)):
                continue
            if key == "DSS":
                yield self._evidence(old.get(key), new.get(key))
            elif key in _FILE_NOTES or (self._signed and key in _STRUCTURE):
                # A tagged document gets a structure element for a new signature's widget.
                yield Change(Nature.INFORMATION, Remark("information_changed"))
            else:
                yield Change(Nature.OTHER, Remark("catalog_changed", key=key))

    def _evidence(self, old: Value, new: Value) -> Change:
        if _holds_evidence(self._old, old) and not _holds_evidence(self._new, new):
            return Change(Nature.OTHER, Remark("evidence_removed"))
        return Change(Nature.EVIDENCE, Remark("evidence_added"))

    # pages

    def _pages(self) -> Iterator[Change]:
        old, new = self._old.pages, self._new.pages
        before, after = [page.key for page in old], [page.key for page in new]
        gone = [page.number for page in old if page.key not in set(after)]
        come = [page.number for page in new if page.key not in set(before)]
        if gone:
            yield Change(Nature.OTHER, _counted("pages_removed", gone), gone[0])
        if come:
            yield Change(Nature.OTHER, _counted("pages_added", come), come[0])
        kept = [key for key in before if key in set(after)]
        if kept != [key for key in after if key in set(before)]:
            yield Change(Nature.OTHER, Remark("catalog_changed", key="Pages"))
        newer = {page.key: page for page in new}
        for page in old:
            if page.key in newer:
                yield from self._page(page, newer[page.key])

    def _page(self, old: Page, new: Page) -> Iterator[Change]:
        number = new.number
        content = False
        for key in sorted(old.dictionary.keys() | new.dictionary.keys()):
            if key in ("Parent", "Annots"):
                continue
            if self._same.of(old.dictionary.get(key), new.dictionary.get(key)):
                continue
            if key in ("Contents", "Resources"):
                content = True
            elif key in _PAGE_NOTES or (key == "StructParents" and self._signed):
                yield Change(Nature.INFORMATION, Remark("information_changed"), number)
            else:
                remark = Remark("page_setting", page=number, key=key)
                yield Change(Nature.OTHER, remark, number)
        if content:
            yield Change(Nature.OTHER, Remark("page_content", page=number), number)
        yield from self._annotations(old.number, number)

    def _annotations(self, before: int, number: int) -> Iterator[Change]:
        old = self._old.annotations[before]
        new = self._new.annotations[number]
        newer = dict(new)
        for key, annotation in old:
            kind = self._old.revision.name(annotation.get("Subtype")) or "?"
            if key not in newer:
                remark = Remark("annotation_removed", page=number, kind=kind)
                where = region_of(self._old.revision, annotation)
                yield Change(Nature.OTHER, remark, number, region=where)
            elif key in self._old.fields and key in self._new.fields:
                continue  # a widget: the form tells
            elif not self._same_annotation(annotation, newer[key]):
                remark = Remark("annotation_changed", page=number, kind=kind)
                where = region_of(self._new.revision, newer[key])
                yield Change(Nature.ANNOTATED, remark, number, region=where)
        known = {key for key, _ in old}
        if [k for k, _ in old if k in newer] != [k for k, _ in new if k in known]:
            remark = Remark("annotation_changed", page=number, kind="order")
            yield Change(Nature.OTHER, remark, number)
        for key, annotation in new:
            if key in known or self._is_new_signature(key):
                continue
            kind = self._new.revision.name(annotation.get("Subtype")) or "?"
            remark = Remark("annotation_added", page=number, kind=kind)
            nature = Nature.OTHER if kind == "Widget" else Nature.ANNOTATED
            where = region_of(self._new.revision, annotation)
            yield Change(nature, remark, number, region=where)

    def _same_annotation(self, old: Dictionary, new: Dictionary) -> bool:
        return all(self._same.of(old.get(key), new.get(key)) for key in old.keys() | new.keys())

    def _is_new_signature(self, key: Key) -> bool:
        """Whether a widget came with a signature; the form tells of both."""
        field = self._new.fields.get(key)
        if field is None or field.kind != "Sig":
            return False
        before = self._old.fields.get(key)
        if before is None:
            return True
        return not self._value(self._old, before) and bool(self._value(self._new, field))

    # the form

    def _form(self) -> Iterator[Change]:
        old, new = self._old.form, self._new.form
        for key in sorted(old.keys() | new.keys()):
            if key not in ("Fields", "SigFlags") and not self._same_form_setting(key, old, new):
                yield Change(Nature.OTHER, Remark("form_changed", key=key))
        before, after = self._old.fields, self._new.fields
        for known, field in before.items():
            if known not in after:
                yield Change(
                    Nature.OTHER,
                    Remark("field_removed", field=field.name),
                    self._old.page_of.get(known),
                    field.name,
                    region=region_of(self._old.revision, field.dictionary),
                )
            else:
                yield from self._field(field, after[known])
        for known, field in after.items():
            if known not in before:
                yield from self._new_field(field)

    def _same_form_setting(self, key: str, old: Dictionary, new: Dictionary) -> bool:
        if self._same.of(old.get(key), new.get(key)):
            return True
        if key == "DA":
            return key not in old
        if key == "NeedAppearances":
            return self._new.revision.resolve(new.get(key)) is not True
        return key == "DR" and self._only_grew(old.get(key), new.get(key))

    def _only_grew(self, old: Value, new: Value) -> bool:
        """Whether resources were added to and none was exchanged for another."""
        before, after = self._old.revision.dictionary(old), self._new.revision.dictionary(new)
        for kind, listed in before.items():
            if kind in _UNUSED_RESOURCES and self._looks_stand_alone():
                continue
            have = self._old.revision.dictionary(listed)
            want = self._new.revision.dictionary(after.get(kind))
            if not have and not self._same.of(listed, after.get(kind)):
                return False
            if any(not self._same.of(value, want.get(name)) for name, value in have.items()):
                return False
        return True

    def _looks_stand_alone(self) -> bool:
        """Whether no field's look falls back on the form's resources for want of its own."""
        revision = self._new.revision
        for field in self._new.fields.values():
            looks = revision.dictionary(field.dictionary.get("AP"))
            waiting = list(looks.values())
            for value in waiting:
                look = revision.resolve(value)
                if isinstance(look, Stream) and not revision.dictionary(
                    look.dictionary.get("Resources")
                ):
                    if look.raw.strip():
                        return False
                elif isinstance(look, Dictionary) and len(waiting) < _MOST_LOOKS:
                    waiting += look.values()  # one for each state of a box
        return True

    def _field(self, old: Field, new: Field) -> Iterator[Change]:
        differing = {
            key
            for key in old.dictionary.keys() | new.dictionary.keys()
            if key not in ("Kids", "Parent")
            and not self._same.of(old.dictionary.get(key), new.dictionary.get(key))
        }
        if old.parent != new.parent or old.kind != new.kind or self._kids_lost(old, new):
            differing.add("Parent")
        if not differing:
            return
        if new.kind == "Sig":
            yield from self._signature_field(old, new, differing)
        elif differing <= _FILLING:
            yield self._filled(old, new, differing)
        else:
            yield self._told(new, differing - _FILLING)

    def _kids_lost(self, old: Field, new: Field) -> bool:
        """Whether a kid was taken away; new ones are told as new fields."""
        listed = self._new.revision.array(new.dictionary.get("Kids"))
        had = self._old.revision.array(old.dictionary.get("Kids"))
        return any(isinstance(kid, Ref) and kid not in listed for kid in had)

    def _signature_field(self, old: Field, new: Field, differing: set[str]) -> Iterator[Change]:
        was, is_now = self._value(self._old, old), self._value(self._new, new)
        # A field that had no place on a page gets one when it is signed.
        differing -= {key for key in _WIDGET if key not in old.dictionary}
        if was:
            yield Change(Nature.OTHER, Remark("signature_changed", field=new.name), field=new.name)
        elif is_now and differing <= _SIGNING:
            if "V" in differing:  # else it is a widget of the field that tells
                yield self._signature_added(new, is_now)
        else:
            yield self._told(new, differing - (_SIGNING if is_now else frozenset()))

    def _value(self, outline: Outline, field: Field) -> Dictionary:
        """The signature in a field or in the field that it is a widget of."""
        node: Field | None = field
        for _ in range(8):
            if node is None:
                break
            if found := outline.revision.dictionary(node.dictionary.get("V")):
                return found
            node = outline.fields.get(node.parent) if node.parent is not None else None
        return Dictionary()

    def _signature_added(self, field: Field, value: Dictionary) -> Change:
        revision = self._new.revision
        page = self._new.page_of.get(field.key)
        if revision.name(value.get("SubFilter")) == "ETSI.RFC3161" and not self._covers(field):
            return Change(
                Nature.EVIDENCE, Remark("stamp_added", field=field.name), field=field.name
            )
        if page is not None and self._covers(field):
            remark = Remark("signature_added", page=page, field=field.name)
            where = region_of(revision, field.dictionary)
            return Change(Nature.SIGNED, remark, page, field.name, region=where)
        remark = Remark("invisible_signature_added", field=field.name)
        return Change(Nature.SIGNED, remark, field=field.name)

    def _new_field(self, field: Field) -> Iterator[Change]:
        name = field.name
        if field.kind == "Sig":
            parent = self._old.fields.get(field.parent) if field.parent is not None else None
            value = self._value(self._new, field)
            if parent is not None and parent.kind == "Sig":
                yield self._told(field, {"Kids"})  # one more place for a signature that was there
            elif "T" not in field.dictionary:
                return  # a new field's widget: the field tells
            elif value:
                yield self._signature_added(field, value)
            elif self._covers(field) and "AP" in field.dictionary:
                yield self._added(field)
            else:
                yield Change(Nature.PREPARED, Remark("field_prepared", field=name), field=name)
        elif field.kind or field.is_widget:
            yield self._added(field)

    def _added(self, field: Field) -> Change:
        return Change(
            Nature.OTHER,
            Remark("field_added", field=field.name),
            self._new.page_of.get(field.key),
            field.name,
            region=region_of(self._new.revision, field.dictionary),
        )

    def _covers(self, field: Field) -> bool:
        """Whether a widget takes up room on its page."""
        revision = self._new.revision
        box = [revision.resolve(edge) for edge in revision.array(field.dictionary.get("Rect"))]
        if len(box) != 4 or not all(isinstance(edge, int | float) for edge in box):
            return bool(box)
        return bool(box[2] != box[0] and box[3] != box[1])

    def _filled(self, old: Field, new: Field, differing: set[str]) -> Change:
        page, where = self._place(new)
        before, after = self._shown(self._old, old), self._shown(self._new, new)
        if "AP" in differing and not self._is_honest(old, new, before, after):
            remark = Remark("appearance_changed", page=page or "?", field=new.name)
            return Change(Nature.OTHER, remark, page, new.name, region=where)
        remark = Remark(
            "field_filled", page=page or "?", field=new.name, before=before, after=after
        )
        return Change(Nature.FILLED, remark, page, new.name, was_empty=not before, region=where)

    def _is_honest(self, old: Field, new: Field, before: str, after: str) -> bool:
        """Whether the new look of a field shows its value and nothing else.

        Where the value stayed, the old look must have shown it, too: else what was signed under
        one look is turned to another (a shadow attack).
        """
        if not self._look_says(self._new, new, after):
            return False
        had_look = self._old.revision.dictionary(old.dictionary.get("AP"))
        return before != after or not had_look or self._look_says(self._old, old, before)

    def _look_says(self, outline: Outline, field: Field, value: str) -> bool:
        revision = outline.revision
        normal = revision.dictionary(field.dictionary.get("AP")).get("N")
        stream = revision.resolve(normal)
        if field.kind != "Tx" or not isinstance(stream, Stream):
            return False  # boxes and buttons choose among looks that they have
        ref = normal if isinstance(normal, Ref) else Ref(0, 0)
        return shows(shown_text(revision, ref, stream), value)

    def _shown(self, outline: Outline, field: Field) -> str:
        node: Field | None = field
        while node is not None:
            value = outline.revision.resolve(node.dictionary.get("V"))
            if value is not None:
                if isinstance(value, list):
                    return ", ".join(outline.text(part, node.holder) for part in value)
                return outline.text(node.dictionary["V"], node.holder) or outline.revision.name(
                    value
                )
            node = outline.fields.get(node.parent) if node.parent is not None else None
        return ""

    def _told(self, field: Field, keys: set[str] | frozenset[str]) -> Change:
        page, where = self._place(field)
        remark = Remark("field_changed", field=field.name, key=", ".join(sorted(keys)) or "Kids")
        return Change(Nature.OTHER, remark, page, field.name, region=where)

    def _place(self, field: Field) -> tuple[int | None, Region | None]:
        """The page and the place that a field, or the first of its widgets, stands at."""
        revision = self._new.revision
        page = self._new.page_of.get(field.key)
        if page is not None:
            return page, region_of(revision, field.dictionary)
        for kid in revision.array(field.dictionary.get("Kids")):
            if isinstance(kid, Ref) and (page := self._new.page_of.get(kid)) is not None:
                return page, region_of(revision, revision.dictionary(kid))
        return None, None


def region_of(revision: Revision, node: Dictionary) -> Region | None:
    """The rectangle of an annotation, its edges in order; None when it has none."""
    box = [revision.resolve(edge) for edge in revision.array(node.get("Rect"))]
    if len(box) != 4 or not all(isinstance(edge, int | float) for edge in box):
        return None
    (left, right), (low, high) = sorted((box[0], box[2])), sorted((box[1], box[3]))
    return float(left), float(low), float(right), float(high)


def _holds_evidence(outline: Outline, store: Value) -> bool:
    listed = outline.revision.dictionary(store)
    return any(outline.revision.array(listed.get(kind)) for kind in ("Certs", "CRLs", "OCSPs"))


def _counted(code: str, pages: Sequence[int]) -> Remark:
    listed = ", ".join(map(str, pages[:5])) + (" …" if len(pages) > 5 else "")
    return Remark(code, count=len(pages), pages=listed)
