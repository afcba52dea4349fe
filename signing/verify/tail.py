"""What lies behind the last signature, byte by byte.

A revision that a signature does not cover may only bring long-term evidence. Readers that repair
damaged files look for objects everywhere, not only where the cross-reference sections point; an
object that no section names is therefore an attack or damage, never an innocent update
(incremental saving behind an empty xref, pdf-insecurity.org).
"""

from __future__ import annotations

import re
from typing import Any

_OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_END = b"endstream"


def unlisted_objects(data: bytes, start: int, reader: Any) -> tuple[int, ...]:
    """Numbers of objects after byte ``start`` that no cross-reference section points to.

    ``reader`` is pyHanko's; object numbers inside streams' bytes do not count.
    """
    listed = _listed_offsets(reader)
    inside_until = start
    found = []
    for match in _OBJECT.finditer(data, start):
        if match.start() < inside_until:
            continue
        if match.start() not in listed:
            found.append(int(match[1]))
            continue
        inside_until = max(inside_until, _end_of_stream(data, match.end()))
    return tuple(found)


def _listed_offsets(reader: Any) -> set[int]:
    listed: set[int] = set()
    xrefs = reader.xrefs
    for revision in range(xrefs.total_revisions):
        meta = xrefs.get_xref_container_info(revision)
        listed.add(meta.start_location)
        for ref in xrefs.explicit_refs_in_revision(revision):
            place = xrefs.get_historical_ref(ref, revision)
            if isinstance(place, int):
                listed.add(place)
    return listed


def _end_of_stream(data: bytes, after: int) -> int:
    """Where the object that begins before ``after`` has its stream's end; ``after`` if none."""
    end_of_object = data.find(b"endobj", after)
    stream = _STREAM.search(data, after)
    if stream is None or (end_of_object != -1 and stream.start() > end_of_object):
        return after
    end = data.find(_END, stream.end())
    return end if end != -1 else after
