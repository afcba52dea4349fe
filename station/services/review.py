"""Reviewing: the queue, a case opened side by side with its checks, and the decision.

Opening a case takes it in hand (a lease); deciding signs the dossier's next stage with the
reviewer's own key, makes the result where this level decides, seals everything for the units of
the case, and delivers one signed operation. A decision whose answer got lost is delivered again
as the very same operation.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from signing.appearance import OfficialSeal
from signing.certificates import holder_of
from signing.trust import TrustStore
from signing.verify.verdict import Outcome, Verdict
from station.clock import CHINA, Clock
from station.domain.cases import ActionType, Case, offered
from station.domain.completeness import rules_of
from station.domain.deadlines import Card
from station.domain.item_words import spoken
from station.domain.items import ServiceItem
from station.domain.operations import DocumentKind
from station.domain.units import Level, Role
from station.errors import CaseError, HubError
from station.services.case_documents import CannotRead, newest_document
from station.services.case_papers import CasePapers, read_papers
from station.services.case_story import read_header
from station.services.deed import CasePlace, Deed, sign_deed
from station.services.proofs import Proofs, sign_stage
from station.services.sign_in import SignedIn
from station.wire.client import HubClient
from station.wire.messages import (
    CaseFile,
    CaseRow,
    LeaseGrant,
    QueueCounts,
    Record,
    SignedStatement,
)
from station.wire.problems import LeaseLost
from station.wire.sealed import Header, Note, Reason
from station.wire.sealing import (
    SealedDocument,
    seal,
    seal_paper,
)
from station.wire.vouching import Vouching

if TYPE_CHECKING:
    from station.dossier import results

_FIELDS = {Level.TOWNSHIP: "township", Level.COUNTY: "county"}
_STAGE_WORDS = {Level.TOWNSHIP: "乡镇审核", Level.COUNTY: "县级审批"}


class SealMissing(CaseError):
    what = "Nothing was decided."
    cause = "The result needs the seal of {unit}, and its key is not here."
    remedy = "Plug in the unit's seal and sign in again."
    zh = ("还没有决定。", "办结要盖{unit}的章，而印章密钥不在。", "请插上印章密钥重新登录。")


class ReasonsMissing(CaseError):
    what = "Nothing was decided."
    cause = "Returning and refusing need at least one reason."
    remedy = "Choose or type every reason, all at once."
    zh = ("还没有决定。", "退回和不予受理都要写原因。", "请一次把原因都选好或写好。")


class DossierNotSound(CaseError):
    what = "The case was not approved."
    cause = "Its dossier does not verify ({reason})."
    remedy = "Return it to the village, or refuse it."
    zh = ("没有通过。", "案卷的签名有问题（{reason}）。", "请退回村里，或不予受理。")


class CheckTone(StrEnum):
    """How a check speaks, beside its words."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    LATER = "later"  # promised for later


@dataclass(frozen=True, slots=True)
class Check:
    """One line of 核对 in Chinese and English; ``；`` (``;``) parts the lines of a detail."""

    tone: CheckTone
    words: str
    english: str
    detail: str = ""
    english_detail: str = ""

    def in_(self, language: str) -> tuple[str, str]:
        """Words and detail in ``zh`` or ``en``."""
        if language == "en":
            return self.english, self.english_detail
        return self.words, self.detail


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case that waits: what the hub knows and, opened here, who it is."""

    case: Case
    card: Card
    header: Header | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of what waits for this unit, the most urgent first."""

    rows: tuple[QueueRow, ...]
    counts: QueueCounts
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case in hand."""

    case: Case
    file: CaseFile
    item: ServiceItem
    lease: LeaseGrant | None
    header: Header | None
    dossier: bytes
    papers: CasePapers
    verdict: Verdict
    checks: tuple[Check, ...]
    record: Record
    result: bytes | None = None
    actions: tuple[ActionType, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the reviewer decides. ``reasons`` are needed to return and to refuse."""

    action: ActionType
    reasons: tuple[Reason, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of it: the case as it is now, and the documents that were signed."""

    case: Case
    action: ActionType
    dossier: bytes | None
    result: bytes | None


@dataclass(frozen=True, slots=True)
class _Pending:
    """A decision that was signed and perhaps delivered."""

    decision: Decision
    deed: Deed
    documents: tuple[SealedDocument, ...]
    lease: int
    dossier: bytes | None
    result: bytes | None


class ReviewDesk:
    """The desk of a township reviewer or county approver who has signed in."""

    def __init__(
        self,
        hub: HubClient,
        who: SignedIn,
        item: Callable[[str, int], ServiceItem],
        vouching: Callable[[], Vouching],
        trust: Callable[[], TrustStore],
        proofs: Callable[[], Proofs],
        clock: Clock,
    ) -> None:
        self._hub = hub
        self._who = who
        self._item = item
        self._vouching = vouching
        self._trust = trust
        self._proofs = proofs
        self._clock = clock
        self._pending: dict[str, _Pending] = {}
        self._held: dict[str, LeaseGrant] = {}

    def queue(self, after: str | None = None, limit: int = 50) -> Queue:
        """What waits for one's unit. Raises a ``HubError`` when the hub cannot be asked."""
        page = self._hub.queue(after, limit)
        return Queue(tuple(self._row(row) for row in page.rows), page.counts, page.next)

    def open(self, case_id: str, *, take: bool = True) -> OpenCase:
        """Takes the case in hand, fetches and opens its dossier, verifies and checks it.

        With ``take=False`` it is only looked at. ``LeaseHeld`` says who has it in hand.
        """
        if self._who.unit_key is None:
            raise CannotRead
        lease = self._hub.take(case_id) if take else None
        if lease is not None:
            self._held[case_id] = lease
            # A claim that is dealt anew proves that nothing was decided with the one before.
            self._pending.pop(case_id, None)
        file = self._hub.case(case_id)
        case = file.case
        item = self._item(case.item, case.item_version)
        dossier = newest_document(self._hub, self._who, file, DocumentKind.DOSSIER)
        if dossier is None:
            raise CannotRead
        from signing.verify.pdf import verify_pdf

        verdict = verify_pdf(dossier, self._trust(), file=case.number)
        papers = read_papers(dossier)
        person = self._who.person
        return OpenCase(
            case=case,
            file=file,
            item=item,
            lease=lease,
            header=read_header(file.header, self._who),
            dossier=dossier,
            papers=papers,
            verdict=verdict,
            checks=self._checks(item, papers, verdict, case),
            record=self._hub.record(case_id),
            result=newest_document(self._hub, self._who, file, DocumentKind.RESULT),
            actions=offered(item, case.state, person.unit.level, person.role),
        )

    def keep(self, opened: OpenCase) -> LeaseGrant | None:
        """The heartbeat that keeps the case in hand; call it every two minutes.

        ``LeaseLost`` when somebody else took the case after the claim had run out.
        """
        if opened.lease is None:
            return None
        try:
            lease = self._hub.keep(opened.lease)
        except LeaseLost:
            self._held.pop(opened.case.id, None)
            raise
        self._held[opened.case.id] = lease
        return lease

    def holds(self, opened: OpenCase) -> bool:
        """Whether the case was opened at this desk and is still in hand by that very claim."""
        held = self._held.get(opened.case.id)
        return held is not None and opened.lease is not None and held.token == opened.lease.token

    def is_signed(self, opened: OpenCase, decision: Decision) -> bool:
        """Whether exactly this was signed already and only its delivery failed."""
        pending = self._pending.get(opened.case.id)
        return pending is not None and pending.decision == decision

    def must_be_decidable(self, opened: OpenCase, decision: Decision) -> None:
        """Raises what would keep ``decide`` from signing, before anything is signed."""
        action = decision.action
        if action in (ActionType.RETURN, ActionType.REFUSE) and not decision.reasons:
            raise ReasonsMissing
        if action in (ActionType.APPROVE, ActionType.FORWARD) and opened.verdict.outcome in (
            Outcome.BROKEN,
            Outcome.MODIFIED,
            Outcome.MALFORMED,
        ):
            raise DossierNotSound(reason=opened.verdict.reason.zh)
        if action in (ActionType.APPROVE, ActionType.REFUSE) and self._who.seal_key is None:
            raise SealMissing(unit=self._who.person.unit.name)

    def give_back(self, opened: OpenCase) -> None:
        """Gives the case back for others."""
        if opened.lease is not None:
            self._hub.give_back(opened.lease)
            self._held.pop(opened.case.id, None)

    def give_all_back(self) -> None:
        """Before signing out: whatever is still in hand goes back to the others."""
        while self._held:
            _, lease = self._held.popitem()
            with contextlib.suppress(HubError):  # it runs out by itself in ten minutes
                self._hub.give_back(lease)

    def decide(
        self,
        opened: OpenCase,
        decision: Decision,
        progress: Callable[[str, float], None] | None = None,
    ) -> Decided:
        """Signs, seals and delivers the decision.

        ``progress`` hears what is done now (``sign``, ``seal``, ``send``) and how far the whole is,
        never less than before. When the line breaks the same call may be repeated: it has its
        effect once.
        """
        say = progress or (lambda _what, _share: None)
        pending = self._pending.get(opened.case.id)
        if pending is None or pending.decision != decision:
            pending = self._prepared(opened, decision, say)
            self._pending[opened.case.id] = pending
        for number, document in enumerate(pending.documents):
            say("send", 0.6 + 0.4 * number / len(pending.documents))
            self._hub.upload(document.sealed)
        deed = pending.deed
        signed = SignedStatement(statement=deed.statement, signature=deed.signature)
        answer = self._hub.send(deed.operation, signed, pending.lease)
        self._vouching().receipt(answer, deed.operation, signed)
        del self._pending[opened.case.id]
        self._held.pop(opened.case.id, None)  # the hub ends the lease with the decision
        say("send", 1.0)
        return Decided(
            case=answer.case,
            action=decision.action,
            dossier=pending.dossier,
            result=pending.result,
        )

    # ---------------------------------------------------------------- inside
    def _prepared(
        self, opened: OpenCase, decision: Decision, say: Callable[[str, float], None]
    ) -> _Pending:
        self.must_be_decidable(opened, decision)
        action = decision.action
        to = self._vouching().recipients(opened.case.station)  # nothing is signed in vain
        at = self._clock()
        dossier = result = None
        say("sign", 0.0)
        if action in (ActionType.APPROVE, ActionType.FORWARD):
            level = self._who.person.unit.level
            dossier = sign_stage(
                opened.dossier,
                self._who.key,
                _FIELDS[level],
                _STAGE_WORDS[level],
                at,
                self._proofs(),
            ).pdf
        if action in (ActionType.APPROVE, ActionType.REFUSE):
            say("sign", 0.3)
            result = self._result(opened, decision, at)
        say("seal", 0.5)
        documents = []
        if dossier is not None:
            documents.append(seal(DocumentKind.DOSSIER, dossier, to))
        if result is not None:
            documents.append(seal(DocumentKind.RESULT, result, to))
        if decision.reasons or decision.remark:
            note = Note(reasons=decision.reasons, remark=decision.remark)
            documents.append(seal_paper(DocumentKind.NOTE, note, to))
        lease = opened.lease
        place = CasePlace.of(opened.case)
        if lease is not None:
            place = replace(place, rev=lease.rev, head=lease.head)
        codes = tuple(dict.fromkeys(reason.code for reason in decision.reasons))
        deed = sign_deed(self._who, place, action, at, documents, codes)
        return _Pending(
            decision, deed, tuple(documents), lease.token if lease else 0, dossier, result
        )

    def _result(self, opened: OpenCase, decision: Decision, at: datetime) -> bytes:
        from signing.pades.fields import prepare
        from signing.pades.riding import Riding
        from station.dossier import results
        from station.services.seal_placement import Cover, ridden

        who = self._who
        if who.seal_key is None:
            raise SealMissing(unit=who.person.unit.name)
        decided = results.Decided(
            item=opened.item,
            number=opened.case.number,
            applicant=opened.papers.applicant,
            values=opened.papers.values,
            office=who.person.unit.name,
            at=at,
            mark="培训用，不具效力" if who.training else "",
        )
        if decision.action is ActionType.REFUSE:
            reasons = [_letter_reason(opened.item, reason) for reason in decision.reasons]
            letter = results.refusal_letter(decided, reasons)
            stage = "不予受理"
        else:
            letter = results.result_letter(decided)
            stage = "办结"
        proofs, number = self._proofs(), opened.case.number
        unit = holder_of(who.seal_key.certificate)
        look = OfficialSeal(unit.unit or unit.name, training=who.training)
        pdf = prepare(letter.pdf, letter.fields, file=number)
        # Across the edges, so that no page can be exchanged; later no page may be drawn on.
        riding = None
        if letter.pages > 1:
            riding = ridden(pdf, Riding(look, look.size_mm), Cover.AVOID, number).riding
        pdf = sign_stage(pdf, who.key, "approver", stage, at, proofs, riding=riding).pdf
        return sign_stage(pdf, who.seal_key, "seal", "电子公章", at, proofs, look).pdf

    def _row(self, row: CaseRow) -> QueueRow:
        return QueueRow(row.case, row.card, read_header(row.header, self._who))

    def _checks(
        self, item: ServiceItem, papers: CasePapers, verdict: Verdict, case: Case
    ) -> tuple[Check, ...]:
        return (
            *_signature_checks(verdict),
            *_ink_checks(papers),
            *_rule_checks(item, papers),
            *_material_checks(item, papers),
            *_return_checks(case),
        )


def _signature_checks(verdict: Verdict) -> Sequence[Check]:
    people = [s for s in verdict.signatures if not s.is_time_stamp]
    tone = {
        Outcome.VALID: CheckTone.GOOD,
        Outcome.INDETERMINATE: CheckTone.WARN,
        Outcome.UNTRUSTED: CheckTone.WARN,
    }.get(verdict.outcome, CheckTone.BAD)
    if tone is not CheckTone.GOOD:
        return (
            Check(
                tone,
                verdict.outcome.word,
                f"Signatures: {verdict.outcome.value}",
                verdict.reason.zh,
                verdict.reason.in_("en"),
            ),
        )

    def told(role_of: Callable[[str], str], between: str) -> str:
        return between.join(
            f"{s.signer} {role_of(s.role)} {s.time.astimezone(CHINA):%m-%d %H:%M}"
            if s.time
            else s.signer
            for s in people
        )

    roles = {role.word: role.value for role in Role}
    count = len(people)
    english = f"{count} signature{'s' if count > 1 else ''}, all valid"
    return (
        Check(
            tone,
            f"签章 {count} 个，都有效",
            english,
            told(str, "；"),
            told(lambda word: roles.get(word, word), "; "),
        ),
    )


def _ink_checks(papers: CasePapers) -> Sequence[Check]:
    if papers.ink is None:
        return (
            Check(
                CheckTone.BAD,
                "没有本人手写签名",
                "No handwriting of the applicant",
                "案卷里找不到笔迹",
                "There is none in the dossier",
            ),
        )
    name = papers.applicant.name
    return (Check(CheckTone.GOOD, "本人手写签名", "Signed by the applicant's hand", name, name),)


def _rule_checks(item: ServiceItem, papers: CasePapers) -> Sequence[Check]:
    if papers.opened_at is None:
        return (
            Check(
                CheckTone.WARN,
                "电子表单读不出来",
                "The e-form cannot be read",
                "请对照页面逐项看",
                "Compare the pages line by line",
            ),
        )
    states = rules_of(item, papers.as_draft(item.code, item.version), papers.opened_at.date())
    english = {rule.id: rule.text for rule in spoken(item, "en").rules}

    def told(tone: CheckTone, zh: str, en: str, holds: bool | None) -> list[Check]:
        found = [state.rule for state in states if state.holds is holds]
        return (
            [
                Check(
                    tone,
                    zh.format(n=len(found)),
                    en.format(n=len(found)),
                    "、".join(rule.text for rule in found),
                    "; ".join(english[rule.id] for rule in found),
                )
            ]
            if found
            else []
        )

    failed = told(CheckTone.BAD, "不符合办理条件", "Does not meet the conditions", False)
    return failed or [
        *told(CheckTone.GOOD, "符合 {n} 条规则", "Meets {n} rules", True),
        *told(CheckTone.WARN, "村里核实过的", "Attested by the village", None),
    ]


def _material_checks(item: ServiceItem, papers: CasePapers) -> Sequence[Check]:
    found = []
    words = dict(item.english)
    for material in papers.materials:
        name = str(material.get("name", ""))
        english = words.get(name, name)
        if material.get("promised_by"):
            day = str(material["promised_by"])
            found.append(
                Check(
                    CheckTone.LATER,
                    f"{name}后补",
                    f"{english} to follow",
                    f"承诺 {day} 前",
                    f"promised by {day}",
                )
            )
        elif material.get("need") == "exempt" and not material.get("pages"):
            why = str(material.get("provision", ""))
            reason = why.removeprefix("免交：")
            found.append(
                Check(
                    CheckTone.GOOD,
                    f"{name}免交",
                    f"{english} exempt",
                    why,
                    words.get(reason, reason),
                )
            )
    return found


def _return_checks(case: Case) -> Sequence[Check]:
    if not case.returns:
        return ()
    times = case.returns
    return (
        Check(
            CheckTone.WARN,
            f"补正过 {times} 次",
            f"Returned {times} time{'s' if times > 1 else ''} before",
            "最多两次",
            "Twice at most",
        ),
    )


def _letter_reason(item: ServiceItem, reason: Reason) -> results.Reason:
    from station.dossier import results

    place = ""
    if reason.field:
        place = next((f.label for f in item.fields if f.id == reason.field), "")
    elif reason.material:
        place = next((m.name for m in item.materials if m.id == reason.material), "")
    return results.Reason(place, reason.text)
