"""The staff as the administrator looks after them: who can sign, who asks to, who must not.

People are not entered anywhere: whoever wants to be staff asks for a certificate with a key of
their own, and the administrator issues it after having that key's code read out. Every decision is
signed with the administrator's key and judged again by the hub.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing.authority.protocol import RevocationReason
from signing.keys.protocol import SigningKey
from station.clock import Clock
from station.domain.staffing import Member, Staff, StaffKey
from station.domain.units import Person, Unit
from station.errors import InputError
from station.wire.administration import AdministratorClient, StaffEntry
from station.wire.enrolment import Enrolment
from station.wire.messages import Directory


class CodeDiffers(InputError):
    what = "The request {id} was not approved."
    cause = "Its key has another code than the one given ({code})."
    remedy = "Have the holder read the code out again; a different one means a different key."
    zh = (
        "申请 {id} 没有批准。",
        "它的密钥的核对码和给出的 {code} 不一样。",
        "请让持有人再念一遍；核对码不同，就不是同一把密钥。",
    )


class ReasonMissing(InputError):
    what = "The request of {name} was not declined."
    cause = "No reason was given."
    remedy = "Write in a few words why; {name} reads it when fetching the certificate."
    zh = (
        "{name} 的申请没有退回。",
        "还没写原因。",
        "请用一句话写明原因；{name} 取证书时会看到。",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffToday:
    """Staff and requests as the hub told them at ``at``; requests the oldest first."""

    staff: Staff
    requests: tuple[Enrolment, ...]
    units: tuple[Unit, ...]
    at: datetime


class StaffOffice:
    """What an administrator who has signed in may do about certificates."""

    def __init__(self, hub: AdministratorClient, key: SigningKey, clock: Clock) -> None:
        self._hub = hub
        self._key = key
        self._clock = clock
        self._certificates: dict[str, bytes] = {}

    def today(self) -> StaffToday:
        """Everybody of one's area and every request that waits; a ``HubError`` when not known."""
        entries = self._hub.staff()
        self._certificates = {
            known.serial: known.certificate for entry in entries for known in entry.certificates
        }
        return StaffToday(
            staff=Staff(tuple(_member(entry) for entry in entries)),
            requests=self.requests(),
            units=_units(self._hub.directory()),
            at=self._clock(),
        )

    def requests(self) -> tuple[Enrolment, ...]:
        """The requests that wait, the oldest first."""
        return self._hub.enrolments()

    def approve(self, request: Enrolment, code: str) -> Enrolment:
        """Issues the certificate, when ``code`` is what the holder's key says of itself.

        Groups may be parted or not, in large or small letters. ``CodeDiffers`` otherwise.
        """
        check_code(request, code)
        return self._hub.decide(request, self._key, issue=True)

    def decline(self, request: Enrolment, reason: str) -> Enrolment:
        """Refuses a request; the holder is shown the reason. ``ReasonMissing`` without one."""
        if not reason.strip():
            raise ReasonMissing(name=request.wanted.name)
        return self._hub.decide(request, self._key, issue=False, reason=reason.strip())

    def certificate(self, key: StaffKey) -> bytes:
        """A certificate that was told of, DER."""
        return self._certificates[key.serial]

    def revoke(self, key: StaffKey, reason: RevocationReason) -> None:
        """Nobody signs with this certificate any more from now on; what was signed stays signed."""
        self._hub.revoke(self.certificate(key), reason, self._key)


def check_code(request: Enrolment, code: str) -> None:
    """Raises ``CodeDiffers`` unless ``code`` is the one of the request's key."""
    if plain_code(code) != plain_code(request.code):
        raise CodeDiffers(id=request.id, code=code.strip())


def plain_code(code: str) -> str:
    """A key's code without what people put between its groups."""
    return "".join(part for part in code.upper() if part.isalnum())


def _member(entry: StaffEntry) -> Member:
    return Member(
        person=Person(entry.person, entry.name, entry.role, Unit(entry.unit, entry.unit_name)),
        keys=tuple(
            StaffKey(
                serial=known.serial,
                not_before=known.not_before,
                not_after=known.not_after,
                revoked_at=known.revoked_at,
            )
            for known in entry.certificates
        ),
        signed_in_at=entry.signed_in_at,
    )


def _units(directory: Directory) -> tuple[Unit, ...]:
    return tuple(Unit(entry.code, entry.name) for entry in directory.units)
