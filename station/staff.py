"""Staff as certificates name them: the one bridge from a certificate to a person of the domain."""

from __future__ import annotations

from signing.certificates import Holder
from station.domain.units import Person, Role, Unit, level_of


def person_of(holder: Holder) -> Person | None:
    """The member of staff that a certificate names; None when it names none."""
    try:
        role = Role.from_word(holder.role)
        level_of(holder.unit_code)
    except ValueError:
        return None
    if not holder.person_id:
        return None
    return Person(holder.person_id, holder.name, role, Unit(holder.unit_code, holder.unit))
