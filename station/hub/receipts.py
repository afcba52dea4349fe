"""What the hub signs with its own key: receipts for operations, and heads of the tree.

A receipt says that this hub took this operation as this revision at this time; whoever holds it
can show so when the hub's disk is gone, or when the hub says otherwise.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from signing.certificates import fingerprint
from signing.keys.protocol import SigningKey
from station.domain.operations import Operation
from station.wire.messages import SignedStatement
from station.wire.statements import RECEIPT_FORMAT, TREE_FORMAT, signed


class Receipts:
    """Signs with the hub's key; may be asked from any thread."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self._hub = fingerprint(key.certificate)
        self._lock = threading.Lock()

    def receipt(self, operation: Operation, rev: int, head: str, at: datetime) -> SignedStatement:
        """The receipt for an operation that became revision ``rev`` with the hash ``head``."""
        return self._signed(
            {
                "format": RECEIPT_FORMAT,
                "hub": self._hub,
                "operation": operation.id,
                "case": operation.case,
                "number": operation.number,
                "rev": rev,
                "hash": head,
                "received_at": at.isoformat(timespec="seconds"),
            },
            at,
        )

    def tree_head(self, size: int, root: str, at: datetime) -> SignedStatement:
        """The statement that the tree had ``size`` entries and this root (hex) at ``at``."""
        return self._signed(
            {
                "format": TREE_FORMAT,
                "hub": self._hub,
                "size": size,
                "root": root,
                "at": at.isoformat(timespec="seconds"),
            },
            at,
        )

    def _signed(self, body: dict[str, Any], at: datetime) -> SignedStatement:
        with self._lock:
            return signed(body, self._key, at)
