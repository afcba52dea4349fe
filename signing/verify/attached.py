"""Files attached to a document (ISO 32000-2, 7.11.4), as one of its revisions has them."""

from __future__ import annotations

from collections.abc import Collection

from signing.verify.history import Revision
from signing.verify.outline import decoded_text
from signing.verify.readings import Document
from signing.verify.syntax import Ref, Stream, Text
from signing.verify.verdict import BoundFile, Kind
from signing.verify.words import Unreadable

_DEEPEST = 16
_LARGEST = 4 << 20  # bytes; what says of itself what it is, is short


def attached(revision: Revision, names: Collection[str], at_most: int = 0) -> dict[str, bytes]:
    """The files of these names; b"" for one that is no stream. Raises ``Unreadable`` for two of
    one name: other programs would choose among them otherwise."""
    root = revision.dictionary(revision.catalog.get("Names"))
    found: dict[str, bytes] = {}
    waiting = [(root.get("EmbeddedFiles"), 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > _DEEPEST:
            raise Unreadable("comparison_stopped")
        tree = revision.dictionary(node)
        waiting += [(kid, depth + 1) for kid in revision.array(tree.get("Kids"))]
        listed = revision.array(tree.get("Names"))
        for key, spec in zip(listed[0::2], listed[1::2], strict=False):
            written = revision.resolve(key)
            name = decoded_text(bytes(written)) if isinstance(written, Text) else ""
            if name not in names:
                continue
            if name in found:
                raise Unreadable("comparison_stopped")
            file = revision.dictionary(revision.dictionary(spec).get("EF")).get("F")
            stream = revision.resolve(file)
            whole = isinstance(stream, Stream) and isinstance(file, Ref)
            found[name] = revision.stream_bytes(file, stream, at_most) if whole else b""  # type: ignore[arg-type]
    return found


def bound_files(document: Document) -> BoundFile:
    """What is attached to a document as its first signature covers it.

    Of a document that nobody signed, which binds nothing, as it is.
    """
    ends = [r.end for r in document.readings if r.kind is Kind.SIGNATURE and r.end]
    history = document.history
    revision = history.until(min(ends)) if ends else history.newest

    def bound(name: str) -> bytes | None:
        try:
            return attached(revision, (name,), _LARGEST).get(name)
        except Unreadable:
            return b""

    return bound
