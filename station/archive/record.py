"""The operation record in a package: every signed statement, its hash link, the hub's word for it.

One line per operation (JSON Lines), oldest first. The statement stands there as it can be read;
its canonical form are the very bytes that were signed, so a reader needs no other copy.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signing.journal import canonical, link, read_canonical
from station.domain.operations import GENESIS

if TYPE_CHECKING:
    from station.wire.messages import Inclusion, Record, TreeHead


class RecordWrong(ValueError):
    """A line of the record, or the tree, is not of this form."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The exact bytes of a statement and the detached CMS over them."""

    body: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where the operation stands in the hub's tree, and the path up to its root."""

    position: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedOperation:
    """One operation with everything that vouches for it.

    ``received_at`` is the hub's time of receipt as its record has it; only a ``receipt`` signed
    by the hub proves it.
    """

    statement: Statement
    received_at: datetime | None = None
    receipt: Statement | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedTree:
    """The head of the hub's tree that the proofs lead to, signed by the hub."""

    size: int
    root: bytes
    head: Statement


def operations_of(
    record: Record, proofs: Mapping[str, Inclusion] | None = None
) -> tuple[ArchivedOperation, ...]:
    """A case's record as the hub gives it, with the proofs known, by operation id."""
    proofs = proofs or {}
    found = []
    for entry in record.entries:
        receipt, proof = entry.receipt, proofs.get(entry.operation)
        found.append(
            ArchivedOperation(
                statement=Statement(entry.statement, entry.signature),
                received_at=entry.received_at,
                receipt=Statement(receipt.statement, receipt.signature) if receipt else None,
                proof=Proof(
                    position=proof.position, path=tuple(bytes.fromhex(node) for node in proof.path)
                )
                if proof
                else None,
            )
        )
    return tuple(found)


def tree_of(head: TreeHead) -> ArchivedTree:
    """The hub's tree head as a package has it."""
    return ArchivedTree(
        size=head.size,
        root=bytes.fromhex(head.root),
        head=Statement(head.signed.statement, head.signed.signature),
    )


def write_operations(operations: Iterable[ArchivedOperation]) -> bytes:
    """The record as JSON Lines. Raises ``StatementForged`` for a body that is not canonical."""
    lines = []
    previous = GENESIS
    for operation in operations:
        statement = operation.statement
        body = read_canonical(statement.body)
        previous = link(previous, statement.body, statement.signature)
        lines.append(
            canonical(
                {
                    "statement": body,
                    "signature": _b64(statement.signature),
                    "hash": previous,
                    "received_at": _iso(operation.received_at),
                    "receipt": _written(operation.receipt),
                    "proof": None
                    if operation.proof is None
                    else {
                        "position": operation.proof.position,
                        "path": [node.hex() for node in operation.proof.path],
                    },
                }
            )
        )
    return b"".join(line + b"\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the record as it was found: the operation, and the hash that it claims."""

    operation: ArchivedOperation
    hash: str


def read_operations(data: bytes) -> tuple[Line, ...]:
    """The lines of a record; ``RecordWrong`` names the one that cannot be read."""
    lines = []
    for number, text in enumerate(data.splitlines(), start=1):
        try:
            value = json.loads(text)
            proof, received = value["proof"], value["received_at"]
            operation = ArchivedOperation(
                statement=_statement(value),
                received_at=datetime.fromisoformat(received) if received else None,
                receipt=_statement(value["receipt"]) if value["receipt"] else None,
                proof=Proof(
                    position=int(proof["position"]),
                    path=tuple(bytes.fromhex(node) for node in proof["path"]),
                )
                if proof
                else None,
            )
            lines.append(Line(operation, str(value["hash"])))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise RecordWrong(f"{number}") from error
    return tuple(lines)


def write_tree(tree: ArchivedTree) -> bytes:
    """The tree head as JSON."""
    value = {"size": tree.size, "root": tree.root.hex(), "signed": _written(tree.head)}
    return canonical(value) + b"\n"


def read_tree(data: bytes) -> ArchivedTree:
    """The tree head; ``RecordWrong`` when it is none."""
    try:
        value = json.loads(data)
        return ArchivedTree(
            size=int(value["size"]),
            root=bytes.fromhex(value["root"]),
            head=_statement(value["signed"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RecordWrong("tree") from error


def _written(statement: Statement | None) -> dict[str, Any] | None:
    if statement is None:
        return None
    return {
        "statement": read_canonical(statement.body),
        "signature": _b64(statement.signature),
    }


def _statement(value: Any) -> Statement:
    body = value["statement"]
    if not isinstance(body, dict):
        raise ValueError("a statement is an object")
    return Statement(canonical(body), base64.b64decode(value["signature"], validate=True))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
