"""What is doubtful about a reading, said so that a person knows where to look.

Pure words and rules over texts; pictures and text readers live beside this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from station.domain.items import FieldKind, FormField
from station.domain.values import check_value

_BY_PLACE = (FieldKind.DIGITS, FieldKind.ID_NUMBER, FieldKind.PHONE, FieldKind.MONEY)
_OFFERED = 2


def sound_others(rule: FormField, value: str, others: Iterable[str]) -> tuple[str, ...]:
    """Those of the other readings that are right by the field's rule, in normal form."""
    found: list[str] = []
    for other in others:
        checked = check_value(rule, other)
        if checked.ok and checked.value and checked.value not in (value, *found):
            found.append(checked.value)
    return tuple(found[:_OFFERED])


def difference(one: str, other: str) -> tuple[int, str, str] | None:
    """Where two readings of one length differ in a single character: place from 0, and both."""
    if len(one) != len(other):
        return None
    places = [n for n, (a, b) in enumerate(zip_longest(one, other)) if a != b]
    return (places[0], one[places[0]], other[places[0]]) if len(places) == 1 else None


def looks_like(kind: FieldKind, value: str, other: str) -> tuple[str, str]:
    """末位像 2，也像 7: in Chinese and in English."""
    found = difference(value, other)
    if found is None:
        return f"也像 {other}", f"it may also be {other}"
    place, one, two = found
    if kind not in _BY_PLACE:
        return f"“{one}”也像“{two}”", f"“{one}” may also be “{two}”"
    back = len(value) - place
    if back == 1:
        where, where_en = "末位", "the last character"
    elif back <= 6 and place > 3:
        where, where_en = f"倒数第 {back} 位", f"character {back} from the end"
    else:
        where, where_en = f"第 {place + 1} 位", f"character {place + 1}"
    return f"{where}像 {one}，也像 {two}", f"{where_en} looks like {one}, or {two}"
