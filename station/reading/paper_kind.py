"""Whether a page shows another paper than the one asked for, told by its code or its heading.

Only what speaks for another kind counts: a heading that belongs to it, or the code of our own
form. A page that says nothing, or is read badly, is never another kind; papers that prove
something in words of their own (证明材料) may carry any heading. The person is warned and decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from station.domain.items import Material, PaperProfile, ServiceItem
from station.domain.side_papers import PAPER_FORM, SIDE_PAPERS
from station.imaging.arrays import as_pixels
from station.imaging.picture import Picture
from station.reading.engine import FoundLine, TextReader
from station.reading.registration import form_code

_READ_SIDE: Final = 900
"""Longest side of the copy that is read: headings are large."""
_HEAD_SHARE: Final = 0.4
"""The upper part of an upright page, in which its heading stands; of a booklet or a card that lies
across, the whole is read."""
_BY_HEIGHT: Final = 1.15
"""A heading is so much higher than the middle of the lines, or stands above them all."""
_LEAST_CONFIDENCE: Final = 0.6
_LONGEST_REST: Final = 6
"""Characters that may stand beside the words of a heading; a sentence has more."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of paper: by what a material's name tells it, and what stands on it as a heading."""

    names: tuple[str, ...]
    headings: tuple[str, ...]


_KINDS: Final = (
    _Kind(("身份证",), ("居民身份证",)),
    _Kind(("户口",), ("居民户口簿", "户口簿", "常住人口登记卡")),
    _Kind(("残疾人证",), ("残疾人证",)),
    _Kind(("一卡通", "银行卡", "存折"), ("惠农一卡通", "一卡通", "存折", "储蓄卡", "借记卡")),
    _Kind(("结婚证",), ("结婚证",)),
    _Kind(("营业执照",), ("营业执照",)),
    _Kind(("不动产权", "林权"), ("不动产权证书", "林权证", "不动产权证")),
    _Kind(
        ("表", "申请书", "承诺", "授权", "委托"),
        ("申请表", "登记表", "审批表", "申请书", "承诺书", "授权书", "委托书"),
    ),
)
_ANYTHING: Final = ("材料", "近照")
"""A material with such a word in its name may be any paper."""
_FILLERS: Final = re.compile(r"原件|复印件|本人|老人|登记人|经营者|监护人|照护人|代办人|申请人")
_BLANKS: Final = re.compile(r"[\s·•.,，。:：()（）《》〈〉“”\"'_—-]+")
_LEAST_NAME: Final = 4


def is_another_kind(page: Picture, asked: Material, item: ServiceItem, reader: TextReader) -> bool:
    """Whether ``page`` (straight, the right way up) is surely not ``asked`` of ``item``.

    Reading takes seconds: not for the window's thread. Raises ``ReaderMissing``.
    """
    if asked.profile is PaperProfile.PHOTO or any(word in asked.name for word in _ANYTHING):
        return False
    own = _kinds_of(asked)
    if asked.id != PAPER_FORM.id and _FORM not in own and form_code(page) is not None:
        return True
    others = [other for other in (*item.materials, *SIDE_PAPERS) if other.id != asked.id]
    small, _ = page.small(_READ_SIDE)
    upright = small.shape[0] > small.shape[1]
    head = small[: round(small.shape[0] * _HEAD_SHARE)] if upright else small
    lines = reader.read_page(as_pixels(np.ascontiguousarray(head)))
    found = _headings(lines)
    if not found:
        return False
    words = "".join(_plain(line.text) for line in lines)
    if own & _kinds_in([words]) or _core(asked.name) in words:
        return False  # its own name stands somewhere: a heading read in part misleads nobody
    kinds = _kinds_in(found)
    if own:
        return bool(kinds) or any(_is_named(other, found) for other in others)
    wanted_elsewhere = set().union(*(_kinds_of(other) for other in others))
    return bool(kinds & wanted_elsewhere) or any(_is_named(other, found) for other in others)


def _kinds_of(material: Material) -> set[_Kind]:
    """The kinds that a material may be, by its name, its hint and what its pages are called."""
    told = " ".join((material.name, material.hint, *material.pages))
    return {kind for kind in _KINDS if any(name in told for name in kind.names)}


_FORM: Final = _KINDS[-1]


def _kinds_in(headings: Iterable[str]) -> set[_Kind]:
    found = list(headings)
    return {
        kind
        for kind in _KINDS
        if any(mark in heading for heading in found for mark in kind.headings)
    }


def _is_named(material: Material, headings: list[str]) -> bool:
    """Whether a heading is the very name of a material that no general kind covers."""
    core = _core(material.name)
    return len(core) >= _LEAST_NAME and any(core in heading for heading in headings)


def _core(name: str) -> str:
    return _plain(_FILLERS.sub("", name))


def _plain(text: str) -> str:
    return _BLANKS.sub("", text)


def _headings(lines: list[FoundLine]) -> list[str]:
    """What stands there as a heading, without blanks."""
    sure = [line for line in lines if line.confidence >= _LEAST_CONFIDENCE]
    if not sure:
        return []
    heights = sorted(line.height for line in sure)
    middle = heights[len(heights) // 2]
    top = min(line.top for line in sure)
    found = []
    for line in sure:
        text = _plain(line.text).removeprefix("中华人民共和国")
        first = line.top <= top + line.height
        if not first and line.height < _BY_HEIGHT * middle:
            continue
        marks = [mark for kind in _KINDS for mark in kind.headings if mark in text]
        longest = max(map(len, marks), default=0)
        whole_title = text.endswith(tuple(_FORM.headings))
        if not longest or whole_title or len(text) - longest <= _LONGEST_REST:
            found.append(text)
    return found
