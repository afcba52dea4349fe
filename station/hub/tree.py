"""The tree over all operations of this hub: heads that the hub signs, proofs that it is honest.

The leaves are the link hashes of the record in the order of arrival; what a tree is, and how a
proof is checked, is in ``signing.tree``. The leaf hashes are kept in memory and grow with the
record.
"""

from __future__ import annotations

import threading

import sqlalchemy as sa

from signing import tree
from station.clock import Clock
from station.domain.units import Person, covers
from station.hub import schema
from station.hub.database import Database
from station.hub.receipts import Receipts
from station.wire.messages import Consistency, Inclusion, TreeHead
from station.wire.problems import CaseUnknown, RequestMalformed


class Tree:
    """Answers for the whole record at once."""

    def __init__(self, database: Database, receipts: Receipts, clock: Clock) -> None:
        self._database = database
        self._receipts = receipts
        self._clock = clock
        self._leaves: list[bytes] = []
        self._lock = threading.Lock()

    def head(self) -> TreeHead:
        """The newest head, signed by the hub."""
        leaves, now = self._grown(), self._clock()
        root = tree.head(leaves).hex()
        return TreeHead(
            size=len(leaves),
            root=root,
            at=now,
            signed=self._receipts.tree_head(len(leaves), root, now),
        )

    def inclusion(self, person: Person, operation: str, size: int | None) -> Inclusion:
        """That an operation of this person's area stands in the tree of ``size``."""
        operations = schema.operations
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(operations.c.position, operations.c.hash, operations.c.station).where(
                    operations.c.id == operation
                )
            ).one_or_none()
        if row is None or not covers(person.unit.code, row.station):
            raise CaseUnknown(case=operation)
        leaves = self._first(size)
        if row.position >= len(leaves):
            raise RequestMalformed(reason=f"a tree of {len(leaves)} does not hold it yet")
        return Inclusion(
            operation=operation,
            hash=row.hash,
            position=row.position,
            size=len(leaves),
            root=tree.head(leaves).hex(),
            path=tuple(node.hex() for node in tree.inclusion(leaves, row.position)),
        )

    def consistency(self, old_size: int, size: int | None) -> Consistency:
        """That the tree of ``size`` grew out of the one of ``old_size``."""
        leaves = self._first(size)
        if not 0 < old_size <= len(leaves):
            raise RequestMalformed(reason=f"there is no tree of {old_size} in one of {len(leaves)}")
        return Consistency(
            old_size=old_size,
            size=len(leaves),
            old_root=tree.head(leaves[:old_size]).hex(),
            root=tree.head(leaves).hex(),
            path=tuple(node.hex() for node in tree.consistency(leaves, old_size)),
        )

    def _first(self, size: int | None) -> list[bytes]:
        leaves = self._grown()
        if size is None:
            return leaves
        if not 0 < size <= len(leaves):
            raise RequestMalformed(reason=f"there is no tree of {size}")
        return leaves[:size]

    def _grown(self) -> list[bytes]:
        operations = schema.operations
        with self._lock:
            with self._database.read() as connection:
                fresh = connection.scalars(
                    sa.select(operations.c.hash)
                    .where(operations.c.position >= len(self._leaves))
                    .order_by(operations.c.position)
                ).all()
            self._leaves.extend(tree.leaf(bytes.fromhex(hash_)) for hash_ in fresh)
            return list(self._leaves)
