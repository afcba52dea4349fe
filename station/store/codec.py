"""Frozen dataclasses as JSON and back, by their type hints.

So a field that the domain gains is stored without another word here, and with its default where
an older record lacks it. Strict the other way: what the class does not know is damage or the work
of a newer program, and saving it back would lose it.
"""

from __future__ import annotations

import base64
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class NotThisKind(ValueError):
    """The JSON does not describe a value of the wanted class."""


def to_json(value: Any) -> bytes:
    """``value`` as compact UTF-8 JSON."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def from_json(kind: type[T], data: bytes) -> T:
    """The value of class ``kind`` in ``data``; ``NotThisKind`` when it is none."""
    try:
        return read_plain(kind, json.loads(data))
    except ValueError as error:
        raise NotThisKind(f"not a {kind.__name__}: {error}") from error


def read_plain(kind: type[T], value: Any) -> T:
    """The value of class ``kind`` that ``plain`` took apart; ``NotThisKind`` when it is none."""
    try:
        return cast(T, _read(kind, value))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotThisKind(f"not a {kind.__name__}: {error}") from error


def plain(value: Any) -> Any:
    """``value`` made of JSON's own types: times in ISO 8601, bytes in base64."""
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return value


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if kind is Any or kind is object:
        return value
    if origin in (Union, types.UnionType):
        if value is None and type(None) in get_args(kind):
            return None
        (other,) = [part for part in get_args(kind) if part is not type(None)]
        return _read(other, value)
    if origin is tuple:
        (part, _) = get_args(kind)
        return tuple(_read(part, entry) for entry in _a(list, value))
    if origin is not None and issubclass(origin, Mapping):
        _, part = get_args(kind)
        return {key: _read(part, entry) for key, entry in _a(dict, value).items()}
    return _read_plain_type(kind, value)


def _read_plain_type(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        hints = _hints(cast(type, kind))
        given = _a(dict, value)
        if unknown := given.keys() - hints.keys():
            raise NotThisKind(f"it says {', '.join(sorted(unknown))}")
        return cast(type, kind)(**{name: _read(hints[name], part) for name, part in given.items()})
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(_a(str, value))
    if kind is bytes:
        return base64.b64decode(_a(str, value), validate=True)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return _a(kind, value)


def _a(kind: type[T], value: Any) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise NotThisKind(f"{value!r} is not {kind.__name__}")
    return value
