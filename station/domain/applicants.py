"""The applicant (申请人): who asks, and how we know who it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class IdentitySource(StrEnum):
    """How the identity came in, the most trustworthy first."""

    CARD = "card"  # read from the chip
    PHOTO = "photo"  # read from a picture of the card
    TYPED = "typed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A villager as the ID card describes them; empty text where it is not known yet."""

    name: str = ""
    sex: str = ""  # 男 / 女
    nation: str = ""
    birth: date | None = None
    address: str = ""
    id_number: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None  # None: 长期, or not known
    phone: str = ""
    source: IdentitySource = IdentitySource.TYPED
    doubtful: tuple[str, ...] = ()  # what a photograph of the card did not say surely, by name

    def age(self, today: date) -> int | None:
        """Full years on ``today``; None while the birth date is unknown."""
        if self.birth is None:
            return None
        had_birthday = (today.month, today.day) >= (self.birth.month, self.birth.day)
        return today.year - self.birth.year - (0 if had_birthday else 1)

    @property
    def masked_id(self) -> str:
        """The number with the middle hidden, as lists show it: ``130430********122X``."""
        if len(self.id_number) != 18:
            return self.id_number
        return f"{self.id_number[:6]}********{self.id_number[-4:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """Who comes for the applicant (代办人): kin or neighbour, with an authorisation."""

    person: Applicant
    relation: str = ""  # to the applicant: 子女, 配偶 …
    picture: str = ""  # as ``Draft.card_picture``, of this person's card
