"""The parts of one revision that a verifier looks at: its pages, and the fields of its form.

Walks what is there and decides nothing. Loops and endless trees end the walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from signing.verify.history import Revision
from signing.verify.syntax import Dictionary, Ref, Text, Value
from signing.verify.words import Unreadable

_MOST_PAGES = 100_000
_MOST_FIELDS = 50_000
_MOST_ANNOTATIONS = 200_000
_MOST_KIDS = 400_000  # named by all nodes of one tree together
_DEEPEST = 64

INHERITED = ("Resources", "MediaBox", "CropBox", "Rotate")

# What an object is known by in every revision: its reference, or where it hangs directly.
Key: TypeAlias = "Ref | tuple[Key | None, int]"


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page; ``dictionary`` with what it inherits."""

    key: Key
    number: int  # from 1
    dictionary: Dictionary


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One node of the form's tree: a field, a group of fields, or one of a field's widgets.

    ``name`` is the full name; ``kind`` is Sig, Tx, Btn or Ch, inherited, or "". ``holder`` is the
    indirect object it lies in.
    """

    key: Key
    holder: Ref | None
    name: str
    kind: str
    dictionary: Dictionary
    parent: Key | None

    @property
    def is_widget(self) -> bool:
        """Whether it has a place on a page."""
        return "Rect" in self.dictionary


@dataclass
class Outline:
    """Pages and fields of a revision."""

    revision: Revision

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages in their order."""
        return tuple(
            Page(key, number, dictionary)
            for number, (key, dictionary) in enumerate(self._leaves(), start=1)
        )

    @cached_property
    def form(self) -> Dictionary:
        """The interactive form's dictionary."""
        return self.revision.dictionary(self.revision.catalog.get("AcroForm"))

    @cached_property
    def fields(self) -> dict[Key, Field]:
        """Every node of the form's tree, parents before their kids."""
        found: dict[Key, Field] = {}
        roots = self.revision.array(self.form.get("Fields"))
        waiting = [(value, None, index) for index, value in enumerate(roots)][::-1]
        waiting_for: list[tuple[Value, Field | None, int]] = list(waiting)
        named = len(waiting_for)
        while waiting_for:
            value, parent, index = waiting_for.pop()
            node = self._field(value, parent, index)
            if node is None or node.key in found:
                continue
            found[node.key] = node
            kids = self.revision.array(node.dictionary.get("Kids"))
            named += len(kids)
            if named > _MOST_KIDS or len(found) > _MOST_FIELDS:
                raise Unreadable("comparison_stopped")
            waiting_for += [(kid, node, number) for number, kid in enumerate(kids)][::-1]
        return found

    @cached_property
    def annotations(self) -> dict[int, list[tuple[Key, Dictionary]]]:
        """The annotations of each page, by its number, in their order."""
        found: dict[int, list[tuple[Key, Dictionary]]] = {}
        count = 0
        for page in self.pages:
            listed = self.revision.array(page.dictionary.get("Annots"))
            count += len(listed)
            if count > _MOST_ANNOTATIONS:
                raise Unreadable("comparison_stopped")
            found[page.number] = [
                (
                    value if isinstance(value, Ref) else (page.key, index),
                    self.revision.dictionary(value),
                )
                for index, value in enumerate(listed)
                if self.revision.resolve(value) is not None
            ]
        return found

    @cached_property
    def page_of(self) -> dict[Key, int]:
        """The number of the page that an annotation stands on."""
        return {
            key: number
            for number, annotations in self.annotations.items()
            for key, _ in annotations
        }

    def text(self, value: Value, holder: Ref | None) -> str:
        """A text string (ISO 32000-2, 7.9.2.2) within object ``holder``; "" when it is none."""
        written = self.revision.resolve(value)
        if not isinstance(written, Text):
            return ""
        data = bytes(written)
        if self.revision.locked:
            return ""
        if self.revision.decryption is not None and holder is not None:
            holder = value if isinstance(value, Ref) else holder
            place = self.revision.place_of(holder)
            if place is not None and place.within < 0:
                try:
                    data = self.revision.decryption.text(holder, data)
                except Unreadable:
                    return ""
        return decoded_text(data)

    def _leaves(self) -> Iterator[tuple[Key, Dictionary]]:
        revision = self.revision
        root = revision.catalog.get("Pages")
        waiting: list[tuple[Value, Key | None, int, Dictionary, int]] = [
            (root, None, 0, Dictionary(), 0)
        ]
        seen: set[Ref] = set()
        count = named = 0
        while waiting:
            value, above, index, inherited, depth = waiting.pop()
            node = revision.dictionary(value)
            if not node or depth > _DEEPEST:
                continue
            key: Key = value if isinstance(value, Ref) else (above, index)
            passed_on = Dictionary(
                {name: node.get(name, inherited.get(name)) for name in INHERITED}
            )
            if "Kids" in node and revision.name(node.get("Type")) != "Page":
                if isinstance(value, Ref):
                    if value in seen:
                        continue
                    seen.add(value)
                kids = revision.array(node["Kids"])
                named += len(kids)
                if named > _MOST_KIDS:
                    raise Unreadable("comparison_stopped")
                waiting += [(kid, key, n, passed_on, depth + 1) for n, kid in enumerate(kids)][::-1]
                continue
            count += 1
            if count > _MOST_PAGES:
                raise Unreadable("comparison_stopped")
            effective = Dictionary(node)
            effective.update({k: v for k, v in passed_on.items() if v is not None})
            yield key, effective

    def _field(self, value: Value, parent: Field | None, index: int) -> Field | None:
        node = self.revision.dictionary(value)
        if not node:
            return None
        key: Key = (
            value if isinstance(value, Ref) else (parent.key if parent is not None else None, index)
        )
        holder = value if isinstance(value, Ref) else (parent.holder if parent else None)
        own = self.text(node.get("T"), holder)
        above = parent.name if parent is not None else ""
        return Field(
            key,
            holder,
            f"{above}.{own}" if above and own else own or above,
            self.revision.name(node.get("FT")) or (parent.kind if parent is not None else ""),
            node,
            parent.key if parent is not None else None,
        )


def decoded_text(data: bytes) -> str:
    """A text string's characters: UTF-16 or UTF-8 with a mark, else PDFDocEncoding."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return data.decode("utf-16", "replace")
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace")
    return data.decode("latin-1")
