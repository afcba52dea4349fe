"""A case that went all the way, with real signatures, receipts and tree; ready to be archived.

``closed_case(pki)`` is a case that the township returned once, then forwarded, and the county
approved: two dossiers, a note, a result, seven signed steps. Everything else is made from it.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pikepdf

from signing import tree
from signing.handwriting import bind, synthetic_ink
from signing.journal import canonical, link, sign_statement
from signing.keys.protocol import SigningKey
from signing.pades import FieldPlan, InkPlace, Level, SignRequest
from signing.pades.fields import prepare
from signing.pades.inking import write_ink
from signing.pades.signature import sign
from station.archive.form import CaseFacts
from station.archive.package import PackageContents
from station.archive.record import ArchivedOperation, ArchivedTree, Proof, Statement
from station.clock import china_now
from station.domain.cases import ActionType, CaseState
from station.domain.operations import GENESIS, DocumentKind, DocumentRef, Operation
from station.domain.units import Role, level_of
from station.hub.receipts import Receipts
from tests.helpers.papers import paper
from tests.helpers.pki import Person, Pki

_STAGES = (
    FieldPlan("village", 0, (20, 250, 64, 22)),
    FieldPlan("township", 0, (90, 250, 64, 22)),
    FieldPlan("county", -1, (-62, -62, 42, 42)),
)
_RESULT_FIELDS = (
    FieldPlan("approver", 0, (20, 250, 64, 22)),
    FieldPlan("seal", 0, (-62, -62, 42, 42)),
)


def closed_case(pki: Pki, level: Level = Level.B_LT) -> PackageContents:
    """The case; with a lower ``level`` of its papers' signatures it is judged faster."""
    errand = Errand(pki, level)
    note = json.dumps({"format": "yizhan-note/1", "remark": "身份证缺反面"}, ensure_ascii=False)
    errand.opened()
    errand.stamped(pki.agent, "village")
    errand.step(ActionType.SUBMIT, pki.agent, dossier=True)
    errand.step(ActionType.RETURN, pki.reviewer, note=note.encode())
    errand.opened(pages=3)
    errand.stamped(pki.agent, "village")
    errand.step(ActionType.RESUBMIT, pki.agent, dossier=True)
    errand.stamped(pki.reviewer, "township")
    errand.step(ActionType.FORWARD, pki.reviewer, dossier=True)
    errand.stamped(pki.approver, "county")
    errand.decided(pki.approver, pki.county.seal)
    errand.step(ActionType.APPROVE, pki.approver, dossier=True, result=True)
    errand.step(ActionType.DELIVER, pki.agent)
    return errand.contents(CaseState.DELIVERED)


def refused_case(pki: Pki) -> PackageContents:
    """The smallest case that can be archived: taken in, and refused by the township."""
    errand = Errand(pki, Level.B_B)
    errand.opened(pages=1)
    errand.stamped(pki.agent, "village")
    errand.step(ActionType.SUBMIT, pki.agent, dossier=True)
    note = json.dumps({"format": "yizhan-note/1", "remark": "不满八十周岁"}, ensure_ascii=False)
    errand.step(ActionType.REFUSE, pki.reviewer, note=note.encode())
    return errand.contents(CaseState.REFUSED)


@dataclass
class Errand:
    """A case on its way, step by step, without a hub but with a hub's key."""

    pki: Pki
    level: Level = Level.B_LT
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: datetime = field(default_factory=lambda: china_now() - timedelta(hours=1))
    dossier: bytes = b""
    result: bytes | None = None
    ink: bytes = b""
    earlier: list[bytes] = field(default_factory=list)
    notes: list[bytes] = field(default_factory=list)
    operations: list[ArchivedOperation] = field(default_factory=list)
    head: str = GENESIS

    def __post_init__(self) -> None:
        self.opened_at = self.at
        self.number = f"{self.pki.village.code}-{self.at:%y%m%d}-001"
        self.hub: SigningKey = self.pki.county.seal  # a unit's seal, as a hub's own is

    def opened(self, pages: int = 2) -> None:
        """A fresh dossier with the applicant's ink; one that was there is an earlier one now."""
        if self.dossier:
            self.earlier.append(self.dossier)
        shown = paper(pages)
        ink = bind(synthetic_ink(pages), hashlib.sha256(shown).digest())
        place = InkPlace(0, (60, 200, 90, 28), (150, 222, 40, 5))
        keepers = [self.pki.county.opening.certificate]
        inked = write_ink(shown, ink, place, self.at, keepers)
        with pikepdf.open(io.BytesIO(inked)) as pdf:
            self.ink = pdf.attachments["ink.p7m"].get_file().read_bytes()
        self.dossier = prepare(inked, _STAGES)

    def stamped(self, person: Person, stage: str) -> None:
        """The dossier with the stage's signature, as complete as can be."""
        self.dossier = self._signed(self.dossier, person.key, stage)

    def decided(self, person: Person, seal: SigningKey) -> None:
        """The result, signed and sealed."""
        pdf = prepare(paper(1), _RESULT_FIELDS)
        self.result = self._signed(self._signed(pdf, person.key, "approver"), seal, "seal")

    def step(
        self,
        action: ActionType,
        person: Person,
        *,
        dossier: bool = False,
        result: bool = False,
        note: bytes | None = None,
        **changes: object,
    ) -> None:
        """One signed step with the documents it carries, received by the hub a minute later."""
        plain = []
        if dossier:
            plain.append((DocumentKind.DOSSIER, self.dossier))
        if result and self.result is not None:
            plain.append((DocumentKind.RESULT, self.result))
        if note is not None:
            self.notes.append(note)
            plain.append((DocumentKind.NOTE, note))
        self.at += timedelta(minutes=3)
        holder = person.holder
        operation = Operation(
            id=str(uuid.uuid4()),
            case=self.id,
            number=self.number,
            action=action,
            item="MZ-001",
            item_version=1,
            station=self.pki.village.code,
            actor=holder.person_id,
            unit=holder.unit_code,
            level=level_of(holder.unit_code),
            role=Role.from_word(holder.role),
            base_rev=len(self.operations),
            previous=self.head,
            at=self.at,
            documents=tuple(_ref(kind, data) for kind, data in plain),
        )
        operation = replace(operation, **changes)  # type: ignore[arg-type]
        body = canonical(operation.body())
        statement = Statement(body, sign_statement(body, person.key, self.at))
        self.head = link(self.head, statement.body, statement.signature)
        received = self.at + timedelta(minutes=1)
        receipt = Receipts(self.hub).receipt(
            operation, len(self.operations) + 1, self.head, received
        )
        self.operations.append(
            ArchivedOperation(
                statement=statement,
                received_at=received,
                receipt=Statement(receipt.statement, receipt.signature),
            )
        )

    def contents(self, state: CaseState) -> PackageContents:
        """The closed case, with the hub's tree over its steps and those of strangers."""
        return PackageContents(
            case=CaseFacts(
                id=self.id,
                number=self.number,
                item="MZ-001",
                item_version=1,
                item_title="高龄老人生活补贴认证",
                station=self.pki.village.code,
                station_name=self.pki.village.name,
                state=state,
                opened_at=self.opened_at,
                closed_at=self.at,
                training=True,
            ),
            dossier=self.dossier,
            result=self.result,
            earlier=tuple(self.earlier),
            papers=tuple(self.notes),
            ink=self.ink,
            operations=in_tree(self.operations, self.leaves()),
            tree=self.tree(),
        )

    def leaves(self) -> list[bytes]:
        """A hub's tree: others' entries among ours."""
        leaves, previous = [], GENESIS
        for number, operation in enumerate(self.operations):
            statement = operation.statement
            previous = link(previous, statement.body, statement.signature)
            leaves += [tree.leaf(b"another case %d" % number), tree.leaf(bytes.fromhex(previous))]
        return leaves

    def tree(self) -> ArchivedTree:
        leaves = self.leaves()
        root = tree.head(leaves)
        signed = Receipts(self.hub).tree_head(len(leaves), root.hex(), self.at)
        return ArchivedTree(
            size=len(leaves), root=root, head=Statement(signed.statement, signed.signature)
        )

    def _signed(self, pdf: bytes, key: SigningKey, stage: str) -> bytes:
        request = SignRequest(stage, self.level, reason=stage)
        return sign(pdf, key, request, stamps=self.pki.stamps, evidence=self.pki.evidence)


def in_tree(
    operations: Sequence[ArchivedOperation], leaves: Sequence[bytes]
) -> tuple[ArchivedOperation, ...]:
    """The operations with their proofs; every second leaf is one of theirs."""
    return tuple(
        replace(
            operation,
            proof=Proof(position=2 * n + 1, path=tree.inclusion(leaves, 2 * n + 1)),
        )
        for n, operation in enumerate(operations)
    )


def _ref(kind: DocumentKind, data: bytes) -> DocumentRef:
    sealed = b"sealed " + data
    return DocumentRef(
        kind=kind,
        sha256=hashlib.sha256(data).hexdigest(),
        sealed_sha256=hashlib.sha256(sealed).hexdigest(),
        size=len(sealed),
    )
