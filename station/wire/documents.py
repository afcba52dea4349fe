"""Which sealed documents each action carries: the same table for the desk that makes them and
the hub that asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from station.domain.cases import ActionType
from station.domain.operations import DocumentKind

REVIEWING = frozenset(
    {ActionType.APPROVE, ActionType.FORWARD, ActionType.RETURN, ActionType.REFUSE}
)  # need the case in hand (a lease)
REASONED = frozenset({ActionType.RETURN, ActionType.REFUSE})  # need reason codes


@dataclass(frozen=True, slots=True)
class Load:
    """What an action must carry and what it may carry, at most one of each kind."""

    needed: frozenset[DocumentKind] = frozenset()
    allowed: frozenset[DocumentKind] = frozenset()

    def problem(self, kinds: Iterable[DocumentKind]) -> str:
        """What is wrong with these kinds, as ``no dossier``; "" when nothing is."""
        given = list(kinds)
        for kind in sorted(self.needed):
            if kind not in given:
                return f"no {kind.value}"
        for kind in sorted(set(given)):
            if kind not in self.needed | self.allowed:
                return f"a {kind.value} does not belong"
            if given.count(kind) > 1:
                return f"more than one {kind.value}"
        return ""


_DOSSIER, _RESULT = DocumentKind.DOSSIER, DocumentKind.RESULT
_HEADER, _NOTE, _CONTACT = DocumentKind.HEADER, DocumentKind.NOTE, DocumentKind.CONTACT

# A villager may have no telephone, so nothing waits for a contact.
_SUBMISSION = Load(frozenset({_DOSSIER, _HEADER}), frozenset({_CONTACT, _NOTE}))

LOADS: dict[ActionType, Load] = {
    ActionType.SUBMIT: _SUBMISSION,
    ActionType.RESUBMIT: _SUBMISSION,
    ActionType.FORWARD: Load(frozenset({_DOSSIER}), frozenset({_NOTE, _HEADER})),
    ActionType.APPROVE: Load(frozenset({_DOSSIER, _RESULT}), frozenset({_NOTE, _HEADER})),
    ActionType.RETURN: Load(frozenset({_NOTE}), frozenset({_DOSSIER})),
    ActionType.REFUSE: Load(frozenset({_NOTE}), frozenset({_DOSSIER, _RESULT})),
    ActionType.WITHDRAW: Load(allowed=frozenset({_NOTE})),
    ActionType.DELIVER: Load(allowed=frozenset({_NOTE, _RESULT})),
    ActionType.ARCHIVE: Load(),
}
