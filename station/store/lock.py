"""The lock on everything that the memory keeps, and records as the database holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeVar

from signing.errors import ExplainedError
from signing.locker import Locker
from station.store.codec import NotThisKind, from_json, to_json

T = TypeVar("T")


class Unreadable(Exception):
    """Something kept does not open; the caller says which thing it was."""


@dataclass(frozen=True, slots=True)
class Payloads:
    """Records as JSON, locked to the table and key of their row: no row passes for another."""

    locker: Locker

    def seal(self, value: Any, table: str, *key: object) -> bytes:
        """The record ``value`` for the row of ``table`` that ``key`` names."""
        return self.locker.lock(to_json(value), _context(table, key))

    def open(self, kind: type[T], payload: bytes, table: str, *key: object) -> T:
        """The record in ``payload``; ``Unreadable`` when it is damaged or in another's place."""
        try:
            return from_json(kind, self._unlocked(payload, table, key))
        except NotThisKind as error:
            raise Unreadable(str(error)) from error

    def open_any(self, payload: bytes, table: str, *key: object) -> Any:
        """The JSON value in ``payload``; ``Unreadable`` as ``open``."""
        try:
            return json.loads(self._unlocked(payload, table, key))
        except ValueError as error:
            raise Unreadable(str(error)) from error

    def _unlocked(self, payload: object, table: str, key: tuple[object, ...]) -> bytes:
        if not isinstance(payload, bytes):  # damage may also change what a row says it holds
            raise Unreadable("not bytes")
        try:
            return self.locker.unlock(payload, _context(table, key))
        except ExplainedError as error:
            raise Unreadable(str(error)) from error


def _context(table: str, key: tuple[object, ...]) -> bytes:
    return ":".join((table, *(str(part) for part in key))).encode()
