"""Frozen data as JSON and back."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.drafts import Draft, FieldValue, ValueSource
from station.store.codec import NotThisKind, from_json, to_json
from tests.helpers.desk_memory import a_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    name: str
    since: date | None = None
    words: tuple[str, ...] = field(default=("new",))
    data: bytes = b""


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Painted:
    colour: Colour
    share: float
    count: int


@given(
    value=st.text(), raw=st.text(), confidence=st.floats(0, 1), source=st.sampled_from(ValueSource)
)
def test_any_draft_comes_back_equal(
    value: str, raw: str, confidence: float, source: ValueSource
) -> None:
    typed = FieldValue(value=value, raw=raw, confidence=confidence, source=source)
    try:
        value.encode()
        raw.encode()
    except UnicodeEncodeError:
        return  # lone surrogates are no text that a person can type
    draft = replace(a_draft(), values={"field": typed}, return_note=value)
    assert from_json(Draft, to_json(draft)) == draft


def test_a_record_from_before_a_field_was_added_gets_its_default() -> None:
    assert from_json(Newer, to_json(Older(name="任"))) == Newer(name="任")
    full = Newer(name="任", since=date(2026, 11, 23), words=("a", "b"), data=b"\x00\xff")
    assert from_json(Newer, to_json(full)) == full


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Older, b'{"name":"x","since":null}'),
        (Older, b'{"name":1}'),
        (Older, b"{}"),
        (Older, b"[]"),
        (Older, b"not json"),
        (Older, b"\xff\xfe"),
        (Painted, b'{"colour":"blue","share":1.0,"count":1}'),
        (Painted, b'{"colour":"red","share":"1","count":1}'),
        (Painted, b'{"colour":"red","share":1.0,"count":true}'),
        (Newer, b'{"name":"x","since":"2026-13-01"}'),
        (Newer, b'{"name":"x","words":"ab"}'),
        (Newer, b'{"name":"x","data":"?"}'),
    ],
)
def test_what_the_class_does_not_know_is_refused_rather_than_lost(
    kind: type[object], text: bytes
) -> None:
    with pytest.raises(NotThisKind):
        from_json(kind, text)


def test_a_whole_number_is_a_share_too() -> None:
    assert from_json(Painted, b'{"colour":"red","share":1,"count":2}') == Painted(
        Colour.RED, 1.0, 2
    )
