"""Signatures made here without a network: whose time nothing proves yet, and since when.

They are B-B. Whoever handles the case next with a network adds time stamp and evidence
(``proofs.completed``); until this desk hears that somebody did, they stand on this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from station.domain.cases import ActionType
from station.store import Store

_NAME = "unproven-signatures"

# After one of these the dossier was completed by whoever did it, or will be signed anew.
_SETTLING = frozenset(
    {
        ActionType.FORWARD,
        ActionType.APPROVE,
        ActionType.RETURN,
        ActionType.REFUSE,
        ActionType.WITHDRAW,
        ActionType.ARCHIVE,
    }
)


@dataclass(frozen=True, slots=True)
class Unproven:
    """A dossier signed without a network: its case, digest (hex) and the time it claims."""

    case: str
    number: str
    dossier: str
    signed_at: datetime


def unproven(store: Store) -> tuple[Unproven, ...]:
    """What waits for a time stamp, oldest first."""
    return tuple(
        Unproven(case, str(entry["number"]), str(entry["dossier"]), _time(entry["signed_at"]))
        for case, entry in dict(store.remembered(_NAME) or {}).items()
    )


def note_signed(store: Store, case: Unproven, *, proven: bool) -> None:
    """Puts a signature on the list, or takes an earlier one of the case off it."""
    waiting = dict(store.remembered(_NAME) or {})
    waiting.pop(case.case, None)
    if not proven:
        waiting[case.case] = {
            "number": case.number,
            "dossier": case.dossier,
            "signed_at": case.signed_at.isoformat(),
        }
    store.remember(_NAME, waiting)


def note_change(store: Store, case: str, action: ActionType) -> None:
    """Takes a case off the list when the next stage has handled it."""
    waiting = dict(store.remembered(_NAME) or {})
    if action in _SETTLING and waiting.pop(case, None) is not None:
        store.remember(_NAME, waiting)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
