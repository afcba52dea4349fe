"""What a change looks like: places of a page as they were signed and as they are now.

What counts as a change is said by ``changes`` of the file's structure; here two revisions are
drawn and compared point by point, so that a person sees it. Drawing files of strangers is done in
a process of its own (``pictures_apart``): a page that brings the drawing down costs its pictures.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from signing.verify.verdict import Nature, Region, SignatureVerdict, Verdict

_SCALE = 1.5  # points to pixels: letters of 8 points can be read
_LARGEST = 3000  # pixels a page may be wide or high
_DIFFERENT = 40  # of 255: more than two drawings of the same letter differ by
_MARGIN = 60  # pixels around what differs
_MOST_PAGES = 60
_MOST_PICTURES = 6
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """One place that looks different. ``region`` is in shares of the page: left, top, right,
    bottom. ``before`` and ``after`` are PNG; None where the page was not there, or is no more."""

    page: int
    region: Region
    before: bytes | None
    after: bytes | None


def signed_state(verdict: Verdict) -> int:
    """The end of the last state of the file with nothing in it that is held against it.

    Its first so many bytes are the file before the changes; 0 when nothing was changed or no
    signature holds.
    """
    suspects = [s for s in (*verdict.signatures, *verdict.time_stamps) if s.covered_end]
    guilty = [s for s in suspects if s.modified_after] or [
        s for s in _last_of(suspects) if any(c.nature in _TOLD for c in s.changes)
    ]
    return max((s.covered_end for s in guilty if s.intact), default=0)


_TOLD = frozenset({Nature.FILLED, Nature.ANNOTATED, Nature.OTHER, Nature.SIGNED})


def _last_of(signatures: Sequence[SignatureVerdict]) -> Sequence[SignatureVerdict]:
    return sorted(signatures, key=lambda s: s.covered_end)[-1:]


def revisions(data: bytes, verdict: Verdict) -> tuple[bytes, bytes] | None:
    """The file as it was signed and as it is now; None where the two do not differ."""
    end = signed_state(verdict)
    return (data[:end], data) if 0 < end < len(data) else None


def later_seals(verdict: Verdict, end: int) -> dict[int, list[Region]]:
    """Where signatures that came after ``end`` show, by page: they are no changes of the page."""
    found: dict[int, list[Region]] = {}
    for signature in (*verdict.signatures, *verdict.time_stamps):
        if signature.covered_end == end:
            for change in signature.changes:
                if change.nature is Nature.SIGNED and change.page and change.region:
                    found.setdefault(change.page, []).append(change.region)
    return found


def pictures(data: bytes, verdict: Verdict) -> tuple[Picture, ...]:
    """The places of ``data`` that look other than they were signed; none when nothing can be drawn.

    In this process: only for files that are not a stranger's. See ``pictures_apart``.
    """
    states = revisions(data, verdict)
    if states is None:
        return ()
    found: list[Picture] = []
    with suppress(Exception):  # pictures are a help; the verdict tells the change in words
        for picture in _compared(*states, later_seals(verdict, len(states[0]))):
            found.append(picture)
            if len(found) == _MOST_PICTURES:
                break
    return tuple(found)


def pictures_apart(data: bytes, verdict: Verdict) -> tuple[Picture, ...]:
    """``pictures``, made in a process of its own that may die or be ended."""
    if revisions(data, verdict) is None:
        return ()
    # A fork is quick, but must not copy locks that other threads hold.
    quick = os.name == "posix" and threading.active_count() == 1
    context = get_context("fork") if quick else get_context("spawn")
    here, there = context.Pipe(False)
    process = context.Process(target=_draw, args=(there, data, verdict), daemon=True)
    process.start()
    there.close()
    try:
        if here.poll(_SECONDS):
            drawn: tuple[Picture, ...] = here.recv()
            return drawn
    except (EOFError, OSError):
        pass
    finally:
        process.kill()
        process.join()
        here.close()
    return ()


def _draw(pipe: Connection, data: bytes, verdict: Verdict) -> None:
    pipe.send(pictures(data, verdict))


def _compared(old: bytes, new: bytes, seals: dict[int, list[Region]]) -> Iterator[Picture]:
    import pypdfium2

    with pypdfium2.PdfDocument(old) as before, pypdfium2.PdfDocument(new) as after:
        for document in (before, after):
            with suppress(Exception):
                document.init_forms()
        for number in range(1, min(max(len(before), len(after)), _MOST_PAGES) + 1):
            had, has = (_page(document, number) for document in (before, after))
            if had is None or has is None or had.size != has.size:
                yield Picture(number, (0, 0, 1, 1), _png(had), _png(has))
                continue
            places = [_in_pixels(after, number, box, has.size) for box in seals.get(number, ())]
            if (where := _differing(had, has, places)) is not None:
                wide, high = has.size
                share = (where[0] / wide, where[1] / high, where[2] / wide, where[3] / high)
                yield Picture(number, share, _png(had.crop(where)), _png(has.crop(where)))


def _page(document: Any, number: int) -> Any:
    """A page drawn; None where there is none."""
    if number > len(document):
        return None
    page = document[number - 1]
    wide, high = page.get_size()
    scale = min(_SCALE, _LARGEST / max(wide, high, 1))
    return page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")


def _in_pixels(
    document: Any, number: int, box: Region, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    left, bottom, right, top = document[number - 1].get_mediabox()
    wide, high = size[0] / (right - left), size[1] / (top - bottom)
    return (
        int((box[0] - left) * wide) - 1,
        int((top - box[3]) * high) - 1,
        int((box[2] - left) * wide) + 2,
        int((top - box[1]) * high) + 2,
    )


def _differing(
    old: Any, new: Any, covered: Sequence[tuple[int, int, int, int]]
) -> tuple[int, int, int, int] | None:
    """The smallest box that holds all that differs, with a margin; None when nothing does."""
    from PIL import ImageChops, ImageDraw

    difference = (
        ImageChops.difference(old, new).convert("L").point(lambda v: 255 * (v > _DIFFERENT))
    )
    for box in covered:
        ImageDraw.Draw(difference).rectangle(box, fill=0)
    found = difference.getbbox()
    if found is None:
        return None
    wide, high = new.size
    return (
        max(0, found[0] - _MARGIN),
        max(0, found[1] - _MARGIN),
        min(wide, found[2] + _MARGIN),
        min(high, found[3] + _MARGIN),
    )


def _png(picture: Any) -> bytes | None:
    if picture is None:
        return None
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
