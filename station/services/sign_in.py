"""Signing in: which keys are here, whose they are, and opening one with its PIN.

Before the PIN nothing is known but what stands in the certificates. Opening a person's key also
opens the sealing key of the person's unit, so that what was sealed for the unit can be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from signing.certificates import holder_of
from signing.keys.protocol import DecryptionKey, KeyProvider, KeySlot, PinState, SigningKey
from station.domain.units import Level, Person, Role
from station.staff import person_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person who could sign in with a key that is here."""

    person: Person
    slot: KeySlot
    valid_until: datetime
    organisation: str

    @property
    def training(self) -> bool:
        return self.slot.training

    @property
    def pin_state(self) -> PinState:
        return self.slot.pin_state

    @property
    def tries_left(self) -> int | None:
        return self.slot.tries_left


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person with an opened key, until ``close``."""

    person: Person
    key: SigningKey
    unit_key: DecryptionKey | None
    seal_key: SigningKey | None = field(default=None)
    training: bool = False

    def close(self) -> None:
        """Forgets every key that was opened."""
        self.key.close()
        if self.unit_key is not None:
            self.unit_key.close()
        if self.seal_key is not None:
            self.seal_key.close()


class SignIn:
    """The door of the desk."""

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    def candidates(self) -> tuple[Candidate, ...]:
        """The people whose keys are here now, in the order of their levels."""
        found = []
        for slot in self._keys.slots():
            holder = holder_of(slot.certificate)
            person = person_of(holder)
            if person is not None:
                found.append(
                    Candidate(
                        person=person,
                        slot=slot,
                        valid_until=holder.not_after,
                        organisation=holder.organisation,
                    )
                )
        order = list(Level)
        return tuple(sorted(found, key=lambda c: (order.index(c.person.unit.level), c.person.id)))

    def sign_in(self, candidate: Candidate, pin: str) -> SignedIn:
        """Opens the person's key and the unit's; ``PinWrong`` says how many tries are left."""
        key = self._keys.open(candidate.slot, pin)
        person = candidate.person
        unit_key: DecryptionKey | None = None
        seal_key: SigningKey | None = None
        for slot in self._keys.slots():
            holder = holder_of(slot.certificate)
            if holder.unit_code != person.unit.code or holder.person_id:
                continue
            if holder.purpose == "encrypt" and person.role in _READERS:
                unit_key = self._keys.open_decryption(slot, pin)
            elif holder.purpose == "seal" and person.role in _SEALERS:
                seal_key = self._keys.open(slot, pin)
        return SignedIn(
            person=person,
            key=key,
            unit_key=unit_key,
            seal_key=seal_key,
            training=candidate.training,
        )


_READERS = (Role.AGENT, Role.REVIEWER, Role.APPROVER)
_SEALERS = (Role.REVIEWER, Role.APPROVER)
