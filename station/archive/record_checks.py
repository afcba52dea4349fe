"""Judging the operation record: is each step signed by whom it says, in its place, with the right,
and about the very documents that lie in the package."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing import tree
from signing.certificates import Holder, Purpose, fingerprint
from signing.errors import CertificateNotUsable, StatementForged
from signing.journal import Checked, check_statement, link, read_canonical
from signing.paths import CertificateStatusUnknown
from signing.trust import TrustStore
from station.archive.form import KEPT_KINDS, CaseFacts
from station.archive.record import ArchivedTree, Line, Statement
from station.archive.verdict import Aspect, Finding, OperationVerdict, Outcome, Words
from station.domain.cases import ActionType, CaseState
from station.domain.operations import GENESIS, DocumentKind, Operation
from station.domain.units import Level, Role, covers, level_of
from station.staff import person_of
from station.wire.statements import RECEIPT_FORMAT, TREE_FORMAT

_VILLAGE = (Level.VILLAGE, Role.AGENT)
_TOWNSHIP = (Level.TOWNSHIP, Role.REVIEWER)
_COUNTY = (Level.COUNTY, Role.APPROVER)
_MAY: dict[ActionType, tuple[tuple[Level, Role], ...]] = {
    ActionType.SUBMIT: (_VILLAGE,),
    ActionType.RESUBMIT: (_VILLAGE,),
    ActionType.WITHDRAW: (_VILLAGE,),
    ActionType.DELIVER: (_VILLAGE,),
    ActionType.FORWARD: (_TOWNSHIP,),
    ActionType.APPROVE: (_TOWNSHIP, _COUNTY),
    ActionType.RETURN: (_TOWNSHIP, _COUNTY),
    ActionType.REFUSE: (_TOWNSHIP, _COUNTY),
}
_REVIEWING = (ActionType.FORWARD, ActionType.APPROVE, ActionType.RETURN, ActionType.REFUSE)
_ENDS = {
    ActionType.APPROVE: CaseState.APPROVED,
    ActionType.REFUSE: CaseState.REFUSED,
    ActionType.WITHDRAW: CaseState.WITHDRAWN,
    ActionType.DELIVER: CaseState.DELIVERED,
    ActionType.ARCHIVE: CaseState.ARCHIVED,
}
# Who takes one of these steps has signed the dossier that it carries.
SIGNING = (ActionType.SUBMIT, ActionType.RESUBMIT, ActionType.FORWARD, ActionType.APPROVE)

_DOCUMENT_WORDS = {
    DocumentKind.DOSSIER: "案卷",
    DocumentKind.RESULT: "结果",
    DocumentKind.NOTE: "便笺",
}


@dataclass
class _Line:
    """What is found out about one line while it is judged."""

    number: int
    outcome: Outcome
    problems: list[Words]

    def is_wrong(self, outcome: Outcome, zh: str, en: str) -> None:
        self.outcome = self.outcome.worse(outcome)
        self.problems.append(Words(zh, en))


class RecordExamination:
    """All lines of one package's record. ``found`` are the digests of the package's documents."""

    def __init__(
        self,
        trust: TrustStore,
        case: CaseFacts,
        found: Collection[str],
        hub_tree: ArchivedTree | None,
    ) -> None:
        self._trust = trust
        self._case = case
        self._found = found
        self._tree = hub_tree
        self._hub: Holder | None = None
        self._agents: set[str] = set()
        self.findings: list[Finding] = []

    def of(self, lines: Sequence[Line]) -> tuple[OperationVerdict, ...]:
        """The verdict on each line; what concerns the whole record goes into ``findings``."""
        if self._tree is not None:
            self._judge_tree_head(self._tree)
        verdicts = []
        previous = GENESIS
        for number, line in enumerate(lines, start=1):
            verdicts.append(self._judge(number, line, previous))
            statement = line.operation.statement
            previous = link(previous, statement.body, statement.signature)
        self._judge_the_end(verdicts)
        for verdict in verdicts:
            self.findings += [
                Finding(
                    Aspect.AUTHENTIC,
                    verdict.outcome,
                    Words(
                        f"办理过程第 {verdict.number} 步：{problem.zh}",
                        f"Step {verdict.number} of the record: {problem.en}",
                    ),
                )
                for problem in verdict.problems
            ]
        return tuple(verdicts)

    def _judge(self, number: int, line: Line, previous: str) -> OperationVerdict:
        state = _Line(number, Outcome.VALID, [])
        statement = line.operation.statement
        try:
            operation = Operation.from_body(json.loads(statement.body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            state.is_wrong(
                Outcome.MALFORMED, "这一步的内容读不懂。", f"It cannot be read ({error})."
            )
            return OperationVerdict(
                number=number, outcome=state.outcome, problems=tuple(state.problems)
            )
        its_hash = link(previous, statement.body, statement.signature)
        received = self._receipt(state, line, operation, its_hash)
        if operation.previous != previous or line.hash != its_hash:
            state.is_wrong(
                Outcome.MODIFIED,
                "接不上前一步，记录被改过、删过或插过。",
                "It does not follow the step before: the record was changed, cut or added to.",
            )
        checked = self._signer(state, statement, received)
        if checked is not None:
            self._judge_person(state, checked, operation)
        self._judge_place(state, operation)
        self._judge_documents(state, operation)
        in_tree = self._in_tree(state, line, its_hash)
        return OperationVerdict(
            number=number,
            outcome=state.outcome,
            operation=operation,
            signer=checked.holder.name if checked else "",
            unit=checked.holder.unit if checked else "",
            role=checked.holder.role if checked else "",
            signed_at=checked.signed_at.astimezone(operation.at.tzinfo) if checked else None,
            received_at=received or line.operation.received_at,
            received_proved=received is not None,
            in_tree=in_tree,
            problems=tuple(state.problems),
        )

    def _signer(
        self, state: _Line, statement: Statement, received: datetime | None
    ) -> Checked | None:
        try:
            return check_statement(statement.body, statement.signature, self._trust, received)
        except StatementForged as error:
            reason = error.facts.get("reason", "")
            state.is_wrong(
                Outcome.BROKEN, "签名不成立。", f"Its signature does not hold. {reason}".strip()
            )
        except CertificateNotUsable as error:
            outcome, words = certificate_problem(error)
            state.is_wrong(outcome, words.zh, words.en)
        return None

    def _judge_person(self, state: _Line, checked: Checked, operation: Operation) -> None:
        person = person_of(checked.holder)
        named = (operation.actor, operation.unit, operation.role)
        if person is None or (person.id, person.unit.code, person.role) != named:
            state.is_wrong(
                Outcome.BROKEN,
                f"写的是 {operation.actor} 办的，签名的却是 {checked.holder.label}。",
                f"It says that {operation.actor} did it, but {checked.holder.label} signed.",
            )

    def _judge_place(self, state: _Line, operation: Operation) -> None:
        case = self._case
        ours = (case.id, case.number, case.item, case.item_version, case.station)
        its = (
            operation.case,
            operation.number,
            operation.item,
            operation.item_version,
            operation.station,
        )
        if its != ours:
            state.is_wrong(
                Outcome.MODIFIED,
                f"这是办件 {operation.number} 的，不是本件的。",
                f"It belongs to case {operation.number}, not to this one.",
            )
        first = state.number == 1
        if first != (operation.action is ActionType.SUBMIT) or (
            operation.base_rev != state.number - 1
        ):
            state.is_wrong(
                Outcome.MODIFIED,
                "次序不对，中间有缺。",
                "It is out of order: something is missing.",
            )
        allowed = _MAY.get(operation.action)
        has_right = (
            (allowed is None or (operation.level, operation.role) in allowed)
            and _level(operation.unit) is operation.level
            and covers(operation.unit, operation.station)
        )
        if not has_right:
            state.is_wrong(
                Outcome.INDETERMINATE,
                f"{operation.actor}（{operation.level.word}{operation.role.word}）"
                f"无权“{operation.action.word}”。",
                f"{operation.actor} had no right to {operation.action.value} this case.",
            )
        if operation.role is Role.AGENT:
            self._agents.add(operation.actor)
        elif operation.action in _REVIEWING and operation.actor in self._agents:
            state.is_wrong(
                Outcome.INDETERMINATE,
                f"{operation.actor} 自己受理、自己审。",
                f"{operation.actor} reviewed an own case.",
            )

    def _judge_documents(self, state: _Line, operation: Operation) -> None:
        for ref in operation.documents:
            if ref.kind in KEPT_KINDS and ref.sha256 not in self._found:
                word = _DOCUMENT_WORDS[ref.kind]
                state.is_wrong(
                    Outcome.MODIFIED,
                    f"它送出的{word}（SHA-256 {ref.sha256[:16]}…）不在包里，或者变了。",
                    f"The {ref.kind.value} that it names (SHA-256 {ref.sha256[:16]}…) is not in "
                    "the package, or was changed.",
                )

    # --- the hub's word --------------------------------------------------------------------------

    def _receipt(
        self, state: _Line, line: Line, operation: Operation, its_hash: str
    ) -> datetime | None:
        """The time of receipt that the hub's signature proves; None without one."""
        if line.operation.receipt is None:
            return None
        try:
            body = self._said_by_hub(line.operation.receipt)
            expected = {
                "format": RECEIPT_FORMAT,
                "operation": operation.id,
                "case": operation.case,
                "number": operation.number,
                "rev": operation.base_rev + 1,
                "hash": its_hash,
            }
            if any(body.get(name) != value for name, value in expected.items()):
                raise StatementForged(reason="It speaks of something else.")
            return datetime.fromisoformat(str(body["received_at"]))
        except CertificateNotUsable as error:
            outcome, words = certificate_problem(error)
            state.is_wrong(outcome, f"中心的回执：{words.zh}", f"The hub's receipt: {words.en}")
        except (StatementForged, ValueError, KeyError):
            state.is_wrong(Outcome.BROKEN, "中心的回执不成立。", "The hub's receipt does not hold.")
        return None

    def _judge_tree_head(self, hub_tree: ArchivedTree) -> None:
        try:
            body = self._said_by_hub(hub_tree.head)
            its = (body.get("format"), body.get("size"), body.get("root"))
            if its != (TREE_FORMAT, hub_tree.size, hub_tree.root.hex()):
                raise StatementForged(reason="It speaks of another tree.")
        except CertificateNotUsable as error:
            outcome, words = certificate_problem(error)
            self._no_tree(
                outcome, f"中心的记录树根：{words.zh}", f"The hub's tree head: {words.en}"
            )
        except StatementForged:
            self._no_tree(
                Outcome.BROKEN, "中心的记录树根不成立。", "The hub's tree head does not hold."
            )

    def _no_tree(self, outcome: Outcome, zh: str, en: str) -> None:
        self._tree = None
        self.findings.append(Finding(Aspect.AUTHENTIC, outcome, Words(zh, en)))

    def _in_tree(self, state: _Line, line: Line, its_hash: str) -> bool | None:
        proof = line.operation.proof
        if proof is None or self._tree is None:
            return None
        leaf = tree.leaf(bytes.fromhex(its_hash))
        if tree.check_inclusion(leaf, proof.position, self._tree.size, proof.path, self._tree.root):
            return True
        state.is_wrong(
            Outcome.MODIFIED,
            "中心的记录树里没有这一步。",
            "The hub's tree does not hold it.",
        )
        return False

    def _said_by_hub(self, statement: Statement) -> dict[str, Any]:
        """The body of what the hub signed, by one and the same office throughout the package."""
        checked = check_statement(statement.body, statement.signature, self._trust)
        body = read_canonical(statement.body)
        is_seal = checked.holder.purpose is Purpose.SEAL and not checked.holder.person_id
        same = self._hub is None or checked.holder.is_also(self._hub)
        if not is_seal or not same or body.get("hub") != fingerprint(checked.certificate):
            raise StatementForged(reason="It is not signed by the hub.")
        self._hub = checked.holder
        return body

    # --- the whole -------------------------------------------------------------------------------

    def _judge_the_end(self, verdicts: Sequence[OperationVerdict]) -> None:
        if not verdicts:
            self._incomplete("办理过程的记录是空的。", "The operation record is empty.")
            return
        last = verdicts[-1].operation
        if last is not None and _ENDS.get(last.action) is not self._case.state:
            self._incomplete(
                f"封面写的是“{self._case.state.word}”，记录的最后一步却是“{last.action.word}”。",
                f"The cover says {self._case.state.value}, but the last step is "
                f"{last.action.value}.",
            )

    def _incomplete(self, zh: str, en: str) -> None:
        self.findings.append(Finding(Aspect.WHOLE, Outcome.MODIFIED, Words(zh, en)))


def certificate_problem(error: CertificateNotUsable) -> tuple[Outcome, Words]:
    """What a certificate that cannot be relied on means for the bottom line, and in words."""
    zh, en = error.parts("zh"), error.parts("en")
    words = Words(zh[0] + zh[1], f"{en[0]} {en[1]}")
    if isinstance(error, CertificateStatusUnknown):
        return Outcome.INDETERMINATE, words
    return Outcome.UNTRUSTED, words


def _level(unit: str) -> Level | None:
    try:
        return level_of(unit)
    except ValueError:
        return None
