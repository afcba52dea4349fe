"""Signing in: which keys are here, whose they are, and opening one with its PIN.

Before the PIN nothing is known but what stands in the certificates. Opening a person's key also
opens the sealing key of the person's unit, so that what was sealed for the unit can be read.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime

from signing.certificates import holder_of
from signing.keys.protocol import DecryptionKey, KeyProvider, KeySlot, PinState, SigningKey
from station.domain.units import Level, Person, Role
from station.services.county import TRAINING_PIN
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
    def on_token(self) -> bool:
        """Whether the key is on a UKey or card, and not in a file of this PC."""
        return self.slot.id.startswith("pkcs11:")

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
        """The people whose keys are here now: on tokens first, then in the order of their levels.

        Of several certificates of one person in one place the one that lasts longest counts.
        """
        found: list[Candidate] = []
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
        found.sort(key=lambda c: (order.index(c.person.unit.level), c.person.id, c.valid_until))
        newest = {(c.on_token, c.person.id, c.person.unit.code): c for c in found}
        return tuple(sorted(newest.values(), key=lambda c: not c.on_token))

    def key_now(self, slot: KeySlot) -> KeySlot | None:
        """The key as it is now; None when it is not plugged in any more."""
        return next((now for now in self._keys.slots() if now.id == slot.id), None)

    def sign_in(self, candidate: Candidate, pin: str) -> SignedIn:
        """Opens the person's key and the unit's; ``PinWrong`` says how many tries are left."""
        person = candidate.person
        with contextlib.ExitStack() as opened:
            key = self._keys.open(candidate.slot, pin)
            opened.callback(key.close)
            unit_key: DecryptionKey | None = None
            seal_key: SigningKey | None = None
            for slot in self._unit_slots(candidate):
                purpose, its_pin = (
                    holder_of(slot.certificate).purpose,
                    _pin_of(slot, candidate, pin),
                )
                if purpose == "encrypt" and person.role in _READERS and unit_key is None:
                    unit_key = self._keys.open_decryption(slot, its_pin)
                    opened.callback(unit_key.close)
                elif purpose == "seal" and person.role in _SEALERS and seal_key is None:
                    seal_key = self._keys.open(slot, its_pin)
                    opened.callback(seal_key.close)
            opened.pop_all()  # they stay open
        return SignedIn(
            person=person,
            key=key,
            unit_key=unit_key,
            seal_key=seal_key,
            training=candidate.training,
        )

    def _unit_slots(self, candidate: Candidate) -> list[KeySlot]:
        """The keys of the person's unit, those in the same place as the person's own first."""
        found = []
        for slot in self._keys.slots():
            holder = holder_of(slot.certificate)
            if holder.unit_code == candidate.person.unit.code and not holder.person_id:
                found.append(slot)
        return sorted(found, key=lambda slot: _place(slot) != _place(candidate.slot))


def _place(slot: KeySlot) -> str:
    """The token that a key is on, without which of its keys; "" for files."""
    token, mark, _ = slot.id.partition(";id=")
    return token if mark else ""


def _pin_of(slot: KeySlot, candidate: Candidate, pin: str) -> str:
    """Whoever signs in with a token has a PIN of their own; practice files all have the same."""
    return TRAINING_PIN if candidate.on_token and slot.training and not _place(slot) else pin


_READERS = (Role.AGENT, Role.REVIEWER, Role.APPROVER)
_SEALERS = (Role.REVIEWER, Role.APPROVER)
