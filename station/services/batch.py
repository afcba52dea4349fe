"""Signing together: several cases that were opened and marked approved, signed with one PIN.

Only what this desk opened and still has in hand can be marked, so that nothing is ever signed
unseen. Each case has its own result: what is signed is signed, what is not is not, and one case
that goes wrong does not stop the others. What would go wrong for every case (the hub is out of
reach, the key was pulled) ends the round; the rest stays marked and can be signed later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from signing.errors import (
    CertificateNotUsable,
    ExplainedError,
    KeyRemoved,
    KeyUnavailable,
    PinLocked,
    PinWrong,
)
from station.domain.cases import ActionType
from station.errors import CaseError
from station.services.review import Decided, Decision, OpenCase, ReviewDesk
from station.wire.client import HubUnreachable
from station.wire.problems import AccountRefusal, LeaseLost

TOGETHER = (ActionType.APPROVE, ActionType.FORWARD)
_FOR_ALL = (
    HubUnreachable,
    AccountRefusal,
    KeyUnavailable,
    KeyRemoved,
    PinWrong,
    PinLocked,
    CertificateNotUsable,
)


class NotOpenedHere(CaseError):
    what = "Case {number} was not marked for signing."
    cause = "It has not been opened here, or is no longer in your hands."
    remedy = "Open it, look at it, then approve it."
    zh = (
        "办件 {number} 没有记上。",
        "它没有在这里打开过，或者已经不在您手里。",
        "请打开看过，再通过。",
    )


class NotForABatch(CaseError):
    what = "Case {number} was not marked for signing."
    cause = "Only approvals and cases passed on are signed together."
    remedy = "Return or refuse it by itself, with its reasons."
    zh = (
        "办件 {number} 没有记上。",
        "只有通过和转县里的才一起签。",
        "退回和不予受理请单独办，写明原因。",
    )


class MarkState(StrEnum):
    """How far a marked case is."""

    WAITING = "waiting"
    SIGNING = "signing"
    SIGNED = "signed"
    FAILED = "failed"  # not signed, or signed and not delivered; ``error`` says which
    LOST = "lost"  # the claim ran out and somebody else may have it: to be opened again


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A case that was looked at and marked, with what became of it."""

    opened: OpenCase
    decision: Decision
    state: MarkState = MarkState.WAITING
    error: Exception | None = None
    decided: Decided | None = None

    @property
    def id(self) -> str:
        """The case's id."""
        return self.opened.case.id

    @property
    def to_sign(self) -> bool:
        """Whether a round would sign it."""
        return self.state in (MarkState.WAITING, MarkState.FAILED)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of signing came to. ``halted`` is what ended it before its time."""

    signed: int
    failed: int
    left: int
    stopped: bool = False
    halted: Exception | None = None


class Batch:
    """The cases of a desk that wait to be signed together, in the order in which they were marked.

    ``sign`` runs in a worker; everything else may be asked meanwhile from another thread.
    """

    def __init__(self, desk: ReviewDesk) -> None:
        self._desk = desk
        self._marked: dict[str, Marked] = {}
        self._lock = threading.Lock()

    @property
    def marked(self) -> tuple[Marked, ...]:
        """All that was marked, with what became of each."""
        with self._lock:
            return tuple(self._marked.values())

    @property
    def waiting(self) -> int:
        """How many a round would sign now."""
        return sum(one.to_sign for one in self.marked)

    def of(self, case_id: str) -> Marked | None:
        """The mark of a case, or None."""
        with self._lock:
            return self._marked.get(case_id)

    def mark(self, opened: OpenCase, decision: Decision) -> Marked:
        """Marks a case that lies open at this desk.

        ``NotOpenedHere``, ``NotForABatch``, or what would keep it from being signed by itself.
        """
        if decision.action not in TOGETHER:
            raise NotForABatch(number=opened.case.number)
        if not self._desk.holds(opened) or decision.action not in opened.actions:
            raise NotOpenedHere(number=opened.case.number)
        self._desk.must_be_decidable(opened, decision)
        one = Marked(opened=opened, decision=decision)
        self._put(one)
        return one

    def unmark(self, case_id: str) -> OpenCase | None:
        """Takes a mark back and hands the case over, still in hand; None when there is none."""
        with self._lock:
            one = self._marked.get(case_id)
            if one is None or one.state is MarkState.SIGNING:
                return None
            del self._marked[case_id]
        return one.opened if one.to_sign else None

    def clear_done(self) -> None:
        """Forgets what was signed and what was lost; the rest stays marked."""
        with self._lock:
            self._marked = {id: one for id, one in self._marked.items() if one.to_sign}

    def keep(self) -> tuple[Marked, ...]:
        """The heartbeat of all marked cases; answers those whose claim was lost to somebody."""
        lost = []
        for one in self.marked:
            if not one.to_sign:
                continue
            try:
                lease = self._desk.keep(one.opened)
            except LeaseLost as error:
                gone = replace(one, state=MarkState.LOST, error=error)
                if self._replace(one, gone):
                    lost.append(gone)
            else:
                self._replace(one, replace(one, opened=replace(one.opened, lease=lease)))
        return tuple(lost)

    def sign(
        self,
        said: Callable[[Marked, str, float], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Round:
        """Signs, seals and delivers one case after the other.

        ``said`` hears each case with what is done to it now (as in ``ReviewDesk.decide``) and how
        far the whole round is, 0 to 1. ``stopped`` is asked before each case.
        """
        tell = said or (lambda _one, _what, _share: None)
        todo = [one for one in self.marked if one.to_sign]
        failed = signed = 0
        halted: Exception | None = None
        stop = False
        for at, waiting in enumerate(todo):
            if stop := stopped():
                break
            one = replace(waiting, state=MarkState.SIGNING, error=None)
            if not self._replace(waiting, one):
                continue  # its mark was taken back while the others were signed

            def step(what: str, share: float, one: Marked = one, at: int = at) -> None:
                tell(one, what, (at + share) / len(todo))

            step("sign", 0.0)
            after = self._signed(one, step)
            self._put(after)
            tell(after, "", (at + 1) / len(todo))
            signed += after.state is MarkState.SIGNED
            failed += after.state in (MarkState.FAILED, MarkState.LOST)
            if isinstance(after.error, _FOR_ALL):
                halted = after.error
                break
        left = sum(one.state is MarkState.WAITING for one in self.marked)
        return Round(signed, failed, left, stop, halted)

    # ---------------------------------------------------------------- inside
    def _signed(self, one: Marked, say: Callable[[str, float], None]) -> Marked:
        try:
            opened = one.opened
            if not self._desk.is_signed(opened, one.decision):
                # asked before signing: nobody's key is used for a case that somebody else has
                opened = replace(opened, lease=self._desk.keep(opened))
            decided = self._desk.decide(opened, one.decision, say)
        except LeaseLost as error:
            return replace(one, state=MarkState.LOST, error=error)
        except ExplainedError as error:
            return replace(one, state=MarkState.FAILED, error=error)
        except Exception as error:  # noqa: BLE001 - a bug met by one case is told, the others go on
            return replace(one, state=MarkState.FAILED, error=error)
        # the papers are not needed any more, and a morning's cases would fill the memory
        done = replace(one.opened, case=decided.case, dossier=b"", result=None)
        decided = replace(decided, dossier=None, result=None)
        return replace(one, opened=done, state=MarkState.SIGNED, decided=decided)

    def _put(self, one: Marked) -> None:
        with self._lock:
            self._marked[one.id] = one

    def _replace(self, old: Marked, new: Marked) -> bool:
        with self._lock:
            if self._marked.get(old.id) is not old:
                return False
            self._marked[old.id] = new
            return True
