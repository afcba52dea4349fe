"""Handing over the result (送达): the decision reaches the applicant, and who took it is recorded.

The village opens the result that was sealed for it, prints it, and signs that it was handed over:
in what way and to whom goes along as a sealed note, so that the hub learns no name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from station.clock import Clock
from station.domain.cases import ActionType, Case, CaseState
from station.domain.operations import DocumentKind
from station.errors import CaseError
from station.services.case_documents import newest_document
from station.services.deed import CasePlace, Deed, sign_deed
from station.services.sign_in import SignedIn
from station.wire.client import HubClient
from station.wire.messages import CaseFile, SignedStatement
from station.wire.sealed import Note
from station.wire.sealing import SealedDocument, seal_paper
from station.wire.vouching import Vouching


class Way(StrEnum):
    """How a result reaches the applicant."""

    COLLECTED = "collected"
    BROUGHT = "brought"
    POSTED = "posted"

    @property
    def word(self) -> str:
        """The Chinese word, as the note says it."""
        return {"collected": "到站领取", "brought": "代办员送到家", "posted": "邮寄"}[self.value]


class NotDecided(CaseError):
    what = "There is no result yet."
    cause = "Case {number} is not decided."
    remedy = "Wait for the decision; the list of cases shows it as soon as it is there."
    zh = ("还没有结果。", "{number} 还没有办结。", "请等办结；办件里一看就知道。")


class ReceiverMissing(CaseError):
    what = "The result was not recorded as handed over."
    cause = "It is not said who took it."
    remedy = "Enter the name of whoever took it."
    zh = ("没有记下送达。", "没写是谁领走的。", "请写上领取人的姓名。")


@dataclass(frozen=True, slots=True)
class Delivery:
    """In what way the result went, and who took it."""

    way: Way
    receiver: str

    @property
    def words(self) -> str:
        """As the sealed note keeps it."""
        return f"{self.way.word}，{self.receiver} 签收"


@dataclass(frozen=True, slots=True)
class _Pending:
    delivery: Delivery
    deed: Deed
    documents: tuple[SealedDocument, ...]


@dataclass(slots=True)
class Handover:
    """What an agent does with a decided case. Everything here needs the hub."""

    hub: HubClient
    who: SignedIn
    vouching: Callable[[], Vouching]
    clock: Clock
    _pending: dict[str, _Pending] = field(default_factory=dict)

    def result(self, case_id: str) -> bytes:
        """The signed and sealed decision as a PDF.

        Raises ``NotDecided`` while there is none, ``CannotRead`` without the unit's key, a
        ``HubError`` without a network.
        """
        file = self.hub.case(case_id)
        pdf = newest_document(self.hub, self.who, file, DocumentKind.RESULT)
        if pdf is None:
            raise NotDecided(number=file.case.number)
        return pdf

    def deliver(self, case_id: str, delivery: Delivery) -> Case:
        """Signs that the result was handed over, and tells the hub.

        When the answer was lost the same call delivers the same operation again: it has its
        effect once. Raises ``ReceiverMissing``, ``NotDecided`` or a ``HubError``.
        """
        if not delivery.receiver.strip():
            raise ReceiverMissing
        pending = self._pending.get(case_id)
        if pending is None or pending.delivery != delivery:
            pending = self._prepared(self.hub.case(case_id), delivery)
            self._pending[case_id] = pending
        for document in pending.documents:
            self.hub.upload(document.sealed)
        deed = pending.deed
        signed = SignedStatement(statement=deed.statement, signature=deed.signature)
        answer = self.hub.send(deed.operation, signed)
        self.vouching().receipt(answer, deed.operation, signed)
        del self._pending[case_id]
        return answer.case

    def _prepared(self, file: CaseFile, delivery: Delivery) -> _Pending:
        case = file.case
        if case.state is not CaseState.APPROVED:
            raise NotDecided(number=case.number)
        to = self.vouching().recipients(case.station)  # nothing is signed in vain
        documents = (seal_paper(DocumentKind.NOTE, Note(remark=delivery.words), to),)
        deed = sign_deed(self.who, CasePlace.of(case), ActionType.DELIVER, self.clock(), documents)
        return _Pending(delivery, deed, documents)
