"""What a signature permits to come after it (ISO 32000-2, 12.8.2): DocMDP, FieldMDP, field locks.

Without any rule of its own a signature permits what signing together needs: filled-in fields,
further signatures and long-term data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from signing.verify.history import Revision
from signing.verify.outline import decoded_text
from signing.verify.syntax import Dictionary, Value
from signing.verify.verdict import Change, Nature

NO_CHANGES, FILL_FORMS, ANNOTATE = 1, 2, 3

_ALWAYS = frozenset({Nature.EVIDENCE, Nature.INFORMATION})
_FORMS = frozenset({Nature.SIGNED, Nature.PREPARED, Nature.FILLED})


@dataclass(frozen=True, slots=True)
class Lock:
    """Fields that may not be touched any more: ``All``, ``Include`` or ``Exclude`` with names."""

    action: str
    names: tuple[str, ...]

    def holds(self, field: str) -> bool:
        """Whether it locks ``field`` (its full name) or the group that it is in."""
        listed = any(field == name or field.startswith(name + ".") for name in self.names)
        return {"All": True, "Include": listed, "Exclude": not listed}.get(self.action, True)


@dataclass(frozen=True, slots=True)
class Permission:
    """What one signature permits. ``level`` is a DocMDP level, None where it does not say."""

    level: int | None
    locks: tuple[Lock, ...]
    certifies: bool

    def allows(self, change: Change) -> bool:
        """Whether ``change`` may come after the signature."""
        if change.nature in _ALWAYS:
            return True
        if change.nature in _FORMS:
            locked = any(lock.holds(change.field) for lock in self.locks)
            return self.level != NO_CHANGES and not locked
        return change.nature is Nature.ANNOTATED and self.level == ANNOTATE


def permission_of(revision: Revision, signature: Dictionary, field: Dictionary) -> Permission:
    """Reads the rules of a signature and of the field that it was put into."""
    levels: list[int] = []
    locks: list[Lock] = []
    certifies = False
    for method, rule in _rules(revision, signature, field):
        level = revision.integer(rule.get("P"))
        if method == "DocMDP":
            certifies = True
            levels.append(level if level in (NO_CHANGES, FILL_FORMS, ANNOTATE) else FILL_FORMS)
        else:
            if level in (NO_CHANGES, FILL_FORMS, ANNOTATE):
                levels.append(level)
            names = (_name(revision.resolve(n)) for n in revision.array(rule.get("Fields")))
            # Names that cannot be read may be those of any field.
            action = "All" if revision.locked else revision.name(rule.get("Action"))
            locks.append(Lock(action, tuple(names)))
    return Permission(min(levels, default=None), tuple(locks), certifies)


def _rules(
    revision: Revision, signature: Dictionary, field: Dictionary
) -> Iterator[tuple[str, Dictionary]]:
    for value in revision.array(signature.get("Reference")):
        reference = revision.dictionary(value)
        method = revision.name(reference.get("TransformMethod"))
        if method in ("DocMDP", "FieldMDP"):
            yield method, revision.dictionary(reference.get("TransformParams"))
    lock = revision.dictionary(field.get("Lock"))
    if lock:
        yield "Lock", lock


def _name(value: Value) -> str:
    return decoded_text(bytes(value)) if isinstance(value, bytes) else ""
