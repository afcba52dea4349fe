"""Signing in: which keys are here, whose they are, and opening one with its PIN.

Before the PIN nothing is known but what stands in the certificates. Opening a person's key also
opens the sealing key of the person's unit, so that what was sealed for the unit can be read.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from signing.certificates import holder_of
from signing.keys.held import HeldDecryptionKey, HeldKey
from signing.keys.protocol import DecryptionKey, KeyProvider, KeySlot, PinState, SigningKey
from signing.keys.token_errors import CertificateChanged
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

    @property
    def needs_pin(self) -> bool:
        """Whether a key was pulled out: it wants ``SignIn.open_again`` before it signs."""
        return any(key.lost for key in self._held)

    def pulled_out(self) -> None:
        """The token with the person's key was seen to be gone: what was open on it is not."""
        for key in self.on_the_token():
            key.lost = True

    def take_over(self, again: SignedIn) -> None:
        """Goes on with the keys of ``again``; those that it has not stay as they are."""
        for mine, new in self._with(again):
            if new is not None and mine.certificate != new.certificate:
                raise CertificateChanged(holder=holder_of(mine.certificate).label)
        for mine, new in self._with(again):
            if new is not None:
                mine.take(new)

    def _with(self, other: SignedIn) -> list[tuple[Any, Any]]:
        """Own keys beside those of ``other`` that are for the same."""
        mine = (self.key, self.unit_key, self.seal_key)
        theirs = (other.key, other.unit_key, other.seal_key)
        return [(own, new) for own, new in zip(mine, theirs, strict=True) if own is not None]

    def close(self) -> None:
        """Forgets every key that was opened."""
        for key in (self.key, self.unit_key, self.seal_key):
            if key is not None:
                key.close()

    def on_the_token(self) -> list[HeldKey | HeldDecryptionKey]:
        """The opened keys that lie on the token of the person's own; none for key files."""
        place = self.key.place if isinstance(self.key, HeldKey) else ""
        return [key for key in self._held if place and key.place == place]

    @property
    def _held(self) -> list[HeldKey | HeldDecryptionKey]:
        keys = (self.key, self.unit_key, self.seal_key)
        return [key for key in keys if isinstance(key, HeldKey | HeldDecryptionKey)]


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
            unit_key: HeldDecryptionKey | None = None
            seal_key: HeldKey | None = None
            for slot in self._unit_slots(candidate):
                purpose, its_pin = (
                    holder_of(slot.certificate).purpose,
                    _pin_of(slot, candidate, pin),
                )
                if purpose == "encrypt" and person.role in _READERS and unit_key is None:
                    opening = self._keys.open_decryption(slot, its_pin)
                    opened.callback(opening.close)
                    unit_key = HeldDecryptionKey(opening, _place(slot))
                elif purpose == "seal" and person.role in _SEALERS and seal_key is None:
                    seal = self._keys.open(slot, its_pin)
                    opened.callback(seal.close)
                    seal_key = HeldKey(seal, _place(slot))
            opened.pop_all()  # they stay open
        return SignedIn(
            person=person,
            key=HeldKey(key, _place(candidate.slot)),
            unit_key=unit_key,
            seal_key=seal_key,
            training=candidate.training,
        )

    def open_again(self, candidate: Candidate, who: SignedIn, pin: str) -> None:
        """Opens what was lost with a token that was pulled out; ``who`` goes on as before.

        Raises as ``sign_in``, ``KeyUnavailable`` when the token is not there, and
        ``CertificateChanged`` when it carries another certificate by now. Then ``who`` still needs
        the PIN, and nothing else has changed.
        """
        who.pulled_out()
        for key in who.on_the_token():
            key.close()  # a driver begins nothing anew while something is open in it
        again = self.sign_in(candidate, pin)
        try:
            who.take_over(again)
        except BaseException:
            again.close()
            raise

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
