"""What somebody of the staff says now: a signed statement of the right form, fresh, and whose.

For what is decided about certificates and items; operations on cases have rules of their own
(``rules.py``), because an offline desk may send them late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signing.errors import StatementForged
from signing.journal import read_canonical
from station.clock import Clock, is_ours
from station.domain.units import Role
from station.hub.witness import Signer, Witness
from station.wire.messages import SignedStatement
from station.wire.problems import ClockSkew, RoleNotAllowed, StatementMalformed

_FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Said:
    """A signed statement that was checked: what it says, and who says so."""

    body: dict[str, Any]
    signer: Signer


class FreshStatements:
    """Reads statements that are good for ten minutes."""

    def __init__(self, witness: Witness, clock: Clock) -> None:
        self._witness = witness
        self._clock = clock

    def read(self, signed: SignedStatement, form: str) -> Said:
        """The statement, when it has this format; a ``Refusal`` says what is wrong with it."""
        now = self._clock()
        signer = self._witness.staff(signed, now)
        try:
            body = read_canonical(signed.statement)
            if body["format"] != form:
                raise StatementMalformed(reason=f"format {body['format']}")
            at = datetime.fromisoformat(body["at"])
        except (StatementForged, ValueError, KeyError, TypeError) as error:
            raise StatementMalformed(reason=str(error)) from error
        if not is_ours(at):
            raise StatementMalformed(reason="at")
        if abs(at - now) > _FRESH:
            raise ClockSkew(
                station_time=f"{at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}",
                hub_time=f"{now:%Y-%m-%d %H:%M}",
            )
        return Said(body, signer)


def administrator(role: Role) -> None:
    """Raises ``RoleNotAllowed`` for everybody but an administrator."""
    if role is not Role.ADMINISTRATOR:
        raise RoleNotAllowed()
