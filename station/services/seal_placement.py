"""Where the seal goes on each paper of a batch, and that it covers no text unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from signing.errors import DocumentNotSignable, ExplainedError
from signing.pades import FieldPlan
from signing.pades.riding import Riding, groups
from signing.placement import Box, Covered, Hit, PageUnseen, PageView, viewing

_CORNER_MM = 20.0  # from the right and the bottom edge, where nothing else is asked for
_FIRST_WORDS = 24


class KeywordMissing(DocumentNotSignable):
    cause = "“{keyword}” stands nowhere in it, or only as a picture."
    remedy = "Give another keyword, or a place with --page and --place."
    zh = (
        "{file} 没有签。",
        "里面找不到“{keyword}”，或者它只是图片上的字。",
        "请换个关键词，或用 --page 和 --place 指定位置。",
    )


class KeywordAmbiguous(DocumentNotSignable):
    cause = "“{keyword}” stands in it {count} times: {places}."
    remedy = "Say which with --hit: a number, first or last."
    zh = (
        "{file} 没有签。",
        "“{keyword}”出现了 {count} 处：{places}。",
        "请用 --hit 说明是哪一处：第几处，或 first、last。",
    )


class KeywordHitMissing(DocumentNotSignable):
    cause = "“{keyword}” stands in it {count} times only: {places}."
    remedy = "Choose one of these with --hit."
    zh = (
        "{file} 没有签。",
        "“{keyword}”只出现了 {count} 处：{places}。",
        "请用 --hit 选其中一处。",
    )


class SealOverText(DocumentNotSignable):
    cause = "The seal would stand on text on page {page}: {text}."
    remedy = "Choose another place, or --cover avoid for the nearest free one, or --cover allow."
    zh = (
        "{file} 没有签。",
        "章会压在第 {page} 页的文字上：{text}。",
        "请换个位置；--cover avoid 会放到最近的空白处，--cover allow 就这样盖。",
    )


class SealOnText(ExplainedError):
    """Not raised: told beside the signed file."""

    what = "{file}: the seal stands on text on page {page}: {text}."
    cause = "The text can still be read under it."
    remedy = "Look at the page; --cover avoid puts the seal at the nearest free place."
    zh = (
        "{file}：章压在了第 {page} 页的文字上：{text}。",
        "下面的字仍看得见。",
        "请看一眼这一页；--cover avoid 会放到最近的空白处。",
    )


class RidingOverText(DocumentNotSignable):
    cause = "The riding seal would stand on text at the edge of page {page}."
    remedy = "Use --cover avoid, or --cover allow, or leave out --riding."
    zh = (
        "{file} 没有签。",
        "骑缝章会压在第 {page} 页边上的文字上。",
        "请用 --cover avoid 或 --cover allow，或者不盖骑缝章。",
    )


class RidingOnText(ExplainedError):
    """Not raised: told beside the signed file."""

    what = "{file}: the riding seal stands on text at the edge of page {page}."
    cause = "The text can still be read under it."
    remedy = "Look at the page; --cover avoid looks for a height where nothing stands."
    zh = (
        "{file}：骑缝章压在了第 {page} 页边上的文字上。",
        "下面的字仍看得见。",
        "请看一眼这一页；--cover avoid 会找一个没有字的高度。",
    )


class NoFreePlace(DocumentNotSignable):
    cause = "Page {page} has no free place of {width:g} × {height:g} mm."
    remedy = "Choose another page, a smaller seal, or --cover allow."
    zh = (
        "{file} 没有签。",
        "第 {page} 页没有 {width:g} × {height:g} 毫米的空白处。",
        "请换一页、换小一点的章，或用 --cover allow。",
    )


class Cover(StrEnum):
    """What to do where the seal would stand on text."""

    WARN = "warn"
    REFUSE = "refuse"
    AVOID = "avoid"  # the nearest free place on the page
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class SealWish:
    """Where somebody wants the seal, whatever the paper.

    At a ``keyword``: its middle stands on the middle of the text, as a seal stands on a name or a
    date; ``hit`` chooses among several (1, 2, …, -1 the last; 0: there must be only one). Else
    with its top left corner at ``place_mm`` on ``page`` (from 0, negative from the end); else at
    the bottom right.
    """

    width_mm: float
    height_mm: float
    page: int = -1
    place_mm: tuple[float, float] | None = None
    keyword: str = ""
    hit: int = 0
    cover: Cover = Cover.WARN
    middle_mm: tuple[float, float] | None = None
    """What of the box is put at the keyword; its middle where nothing is said."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The field for the seal, and what the person has to know."""

    plan: FieldPlan
    warnings: tuple[ExplainedError, ...] = ()


@dataclass(frozen=True, slots=True)
class Ridden:
    """The riding seal at its height, and what the person has to know."""

    riding: Riding
    warnings: tuple[ExplainedError, ...] = ()


def placed(pdf: bytes, wish: SealWish, file: str) -> Placed:
    """The place for the seal on this paper. Raises a ``DocumentNotSignable`` where there is none.

    At a keyword the text of the keyword itself may be covered, and nothing else unnoticed.
    """
    with _seen(pdf, file) as view:
        hit = _hit(view, wish, file) if wish.keyword else None
        page = hit.page if hit else wish.page + view.pages * (wish.page < 0)
        if not 0 <= page < view.pages:
            # The signing room says it better than anybody: it knows the pages.
            return Placed(FieldPlan(page=wish.page, box_mm=_box(view, 0, wish, None)))
        box = _box(view, page, wish, hit)
        if wish.cover is Cover.ALLOW:
            return Placed(FieldPlan(page=page, box_mm=box))
        covered = view.under(page, box, but=hit.box_mm if hit else None)
        if not covered.matters:
            return Placed(FieldPlan(page=page, box_mm=box))
        if wish.cover is Cover.REFUSE:
            raise SealOverText(file=file, page=page + 1, text=_words(covered))
        if wish.cover is Cover.WARN:
            told = SealOnText(file=file, page=page + 1, text=_words(covered))
            return Placed(FieldPlan(page=page, box_mm=box), (told,))
        size = (wish.width_mm, wish.height_mm)
        free = view.free_place(page, size, (box[0] + box[2] / 2, box[1] + box[3] / 2))
        if free is None:
            raise NoFreePlace(file=file, page=page + 1, width=size[0], height=size[1])
        return Placed(FieldPlan(page=page, box_mm=free))


def ridden(pdf: bytes, riding: Riding, cover: Cover, file: str) -> Ridden:
    """The riding seal at a height where it covers no text, as ``cover`` says."""
    if cover is Cover.ALLOW:
        return Ridden(riding)
    with _seen(pdf, file) as view:
        strips = [
            (page, riding.size_mm / len(group))
            for group in groups(view.pages, riding.most)
            for page in group
        ]

        def covered(down: float) -> int | None:
            edges = (
                page
                for page, strip in strips
                if view.edge_covered(page, strip, riding.size_mm, down)
            )
            return next(edges, None)

        first = covered(riding.down)
        if first is None:
            return Ridden(riding)
        facts = {"file": file, "page": first + 1}
        if cover is Cover.REFUSE:
            raise RidingOverText(**facts)
        if cover is Cover.WARN:
            return Ridden(riding, (RidingOnText(**facts),))
        for step in range(1, 17):
            for down in (riding.down - 0.025 * step, riding.down + 0.025 * step):
                if 0.08 <= down <= 0.92 and covered(down) is None:
                    return Ridden(replace(riding, down=down))
    raise RidingOverText(**facts)


@contextmanager
def _seen(pdf: bytes, file: str) -> Iterator[PageView]:
    """The pages; a file that could not be signed anyway is refused for that reason."""
    from signing.pades.document import open_document

    try:
        with viewing(pdf, file) as view:
            yield view
    except PageUnseen:
        open_document(pdf, file)
        raise


def _hit(view: PageView, wish: SealWish, file: str) -> Hit:
    hits = view.find(wish.keyword)
    if not hits:
        raise KeywordMissing(file=file, keyword=wish.keyword)
    if len(hits) == 1 and wish.hit == 0:
        return hits[0]
    facts = {
        "file": file,
        "keyword": wish.keyword,
        "count": len(hits),
        "places": "; ".join(
            f"{number}) p.{hit.page + 1} ({hit.box_mm[0]:.0f}, {hit.box_mm[1]:.0f}) mm"
            for number, hit in enumerate(hits[:9], start=1)
        ),
    }
    if wish.hit == 0:
        raise KeywordAmbiguous(**facts)
    index = wish.hit - 1 if wish.hit > 0 else len(hits) + wish.hit
    if not 0 <= index < len(hits):
        raise KeywordHitMissing(**facts)
    return hits[index]


def _box(view: PageView, page: int, wish: SealWish, hit: Hit | None) -> Box:
    wide, high = view.size_mm(page)
    width, height = wish.width_mm, wish.height_mm
    if hit is not None:
        x, y = hit.centre_mm
        across, down = wish.middle_mm or (width / 2, height / 2)
        x, y = x - across, y - down
        # At the edge of the sheet it moves inwards rather than being cut.
        return (max(0.0, min(x, wide - width)), max(0.0, min(y, high - height)), width, height)
    if wish.place_mm is not None:
        x, y = wish.place_mm
        return (x + wide * (x < 0), y + high * (y < 0), width, height)
    return (wide - _CORNER_MM - width, high - _CORNER_MM - height, width, height)


def _words(covered: Covered) -> str:
    if covered.text:
        more = "…" if len(covered.text) > _FIRST_WORDS else ""
        return f"“{covered.text[:_FIRST_WORDS]}{more}”"
    return f"{covered.ink:.0%}"
