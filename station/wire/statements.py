"""Signed statements on the wire: making them with a person's key, checking what the hub signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from signing.certificates import fingerprint
from signing.errors import StatementForged
from signing.journal import (
    Checked,
    Entry,
    canonical,
    link,
    read_canonical,
    sign_statement,
    signer_of,
    verify_chain,
)
from signing.keys.protocol import SigningKey
from signing.trust import TrustStore
from station.domain.operations import Operation
from station.errors import HubError
from station.wire.messages import Accepted, Challenge, Record, SignedStatement, TreeHead

SIGN_IN_FORMAT = "yizhan-sign-in/1"
RECEIPT_FORMAT = "yizhan-receipt/1"
TREE_FORMAT = "yizhan-tree-head/1"


class ReceiptWrong(HubError):
    what = "The hub's receipt was not accepted."
    cause = "{reason}"
    remedy = "Keep the documents and tell the county administrator."
    zh = ("中心的回执没有通过核对。", "{reason}", "请保留材料，并告诉县里管理员。")


def sign_operation(operation: Operation, key: SigningKey) -> SignedStatement:
    """The operation, signed by the person whose it is; make it once and keep these bytes."""
    return signed(operation.body(), key, operation.at)


def sign_in_answer(challenge: Challenge, key: SigningKey, at: datetime) -> SignedStatement:
    """The answer to the hub's question."""
    body = {
        "format": SIGN_IN_FORMAT,
        "nonce": challenge.nonce,
        "hub": challenge.hub,
        "at": at.isoformat(timespec="seconds"),
    }
    return signed(body, key, at)


def signed(body: dict[str, Any], key: SigningKey, at: datetime) -> SignedStatement:
    """``body`` in canonical form with the key's signature over exactly these bytes."""
    statement = canonical(body)
    return SignedStatement(statement=statement, signature=sign_statement(statement, key, at))


def check_receipt(
    accepted: Accepted, operation: Operation, sent: SignedStatement, hub_certificate: bytes
) -> datetime:
    """When the hub received the operation, by a receipt that is its own and about these bytes.

    ``ReceiptWrong`` when it is another hub's, speaks of something else, or is forged.
    """
    received_at, signer = receipt_in(accepted, operation, sent)
    if signer.certificate != hub_certificate:
        raise ReceiptWrong(reason=signer.holder.label)
    return received_at


def receipt_in(
    accepted: Accepted, operation: Operation, sent: SignedStatement
) -> tuple[datetime, Checked]:
    """The time in a receipt about exactly these bytes, and who signed it: not asked yet is
    whether that is the hub (``Vouching.receipt``)."""
    body, signer = _said(accepted.receipt)
    expected = {
        "format": RECEIPT_FORMAT,
        "hub": fingerprint(signer.certificate),
        "operation": operation.id,
        "case": operation.case,
        "number": operation.number,
        "rev": operation.base_rev + 1,
        "hash": link(operation.previous, sent.statement, sent.signature),
    }
    for name, value in expected.items():
        if body.get(name) != value:
            raise ReceiptWrong(reason=f"{name} {body.get(name)!r} ≠ {value!r}")
    try:
        received_at = datetime.fromisoformat(str(body.get("received_at")))
    except ValueError as error:
        raise ReceiptWrong(reason=f"received_at {body.get('received_at')!r}") from error
    if received_at.utcoffset() is None:
        raise ReceiptWrong(reason=f"received_at {body['received_at']!r}")
    case = accepted.case
    if (case.id, case.rev, case.head) != (operation.case, body["rev"], body["hash"]):
        raise ReceiptWrong(reason=f"rev {case.rev}")
    return received_at, signer


def check_head(head: TreeHead, hub_certificate: bytes) -> None:
    """That the hub itself signed this head; ``ReceiptWrong`` when not."""
    body = _signed_by(head.signed, hub_certificate)
    if (body.get("format"), body.get("size"), body.get("root")) != (
        TREE_FORMAT,
        head.size,
        head.root,
    ):
        raise ReceiptWrong(reason="size / root")


def check_record(record: Record, trust: TrustStore) -> tuple[Checked, ...]:
    """Who signed each entry of a case's record, oldest first; raises where the chain breaks."""
    return verify_chain(
        (Entry(entry.previous, entry.statement, entry.signature) for entry in record.entries),
        trust,
    )


def _signed_by(statement: SignedStatement, certificate: bytes) -> dict[str, Any]:
    body, signer = _said(statement)
    if signer.certificate != certificate:
        raise ReceiptWrong(reason=signer.holder.label)
    return body


def _said(statement: SignedStatement) -> tuple[dict[str, Any], Checked]:
    """What was signed, and by whom."""
    try:
        signer = signer_of(statement.statement, statement.signature)
        return read_canonical(statement.statement), signer
    except StatementForged as error:
        raise ReceiptWrong(reason=error.facts.get("reason", "")) from error
