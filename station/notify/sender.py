"""The SMS sender: opens the sealed contact, fills the template, hands over, keeps count.

It alone holds the key to contacts. A message goes created → sending → delivered or failed; the
step to ``sending`` is on the disk before the gateway hears of it, and a message found in
``sending`` after a crash is sent again only when the gateway says that it does not have it:
rather once too few, told to the supervisor, than twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from signing.errors import ExplainedError
from station.notify.gateway import (
    GatewayFault,
    GatewayUnreachable,
    GatewayUnsure,
    Handed,
    Sms,
    SmsGateway,
)
from station.notify.templates import Occasion, Templates
from station.wire.sealed import Contact

MOST_TRIES = 48  # with the longest wait of five minutes: about four hours of a dead gateway
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=5)
_MOBILE = re.compile(r"1\d{10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message in the outbox. Exactly one of ``contact`` (digest of the sealed contact) and
    ``unit`` (whose duty telephone is meant) is set."""

    id: str
    occasion: Occasion
    facts: Mapping[str, str]
    contact: str
    unit: str
    tries: int


class Outbox(Protocol):
    """Where messages wait. Each call is on the disk when it returns."""

    def due(self, now: datetime) -> list[Waiting]:
        """Messages in ``created`` whose time has come, the oldest first, some at a time."""

    def interrupted(self) -> list[Waiting]:
        """Messages in ``sending`` that no gateway ever acknowledged."""

    def begin(self, message: Waiting, masked_to: str) -> None:
        """To ``sending``."""

    def handed(self, message: Waiting, answer: Handed, now: datetime) -> None:
        """The gateway has it: stays ``sending`` until its report, or is ``delivered``."""

    def later(self, message: Waiting, at: datetime, problem: str) -> None:
        """Back to ``created``, not to be tried before ``at``."""

    def failed(self, message: Waiting, problem: str, now: datetime) -> None:
        """To ``failed``, for good."""


class SmsSender:
    """Empties an outbox through a gateway.

    ``contact_of`` opens the sealed contact of a digest (and may raise any ``ExplainedError``);
    ``duty_phones`` are the offices' own telephones by unit code.
    """

    def __init__(
        self,
        outbox: Outbox,
        gateway: SmsGateway,
        templates: Templates,
        contact_of: Callable[[str], Contact],
        duty_phones: Mapping[str, str],
    ) -> None:
        self._outbox = outbox
        self._gateway = gateway
        self._templates = templates
        self._contact_of = contact_of
        self._duty_phones = duty_phones

    def recover(self, now: datetime) -> None:
        """After a start: settles what a crash left between two steps."""
        for message in self._outbox.interrupted():
            match self._gateway.has_taken(message.id):
                case True:
                    self._outbox.handed(message, Handed(message.id, delivered=True), now)
                case False:
                    self._outbox.later(message, now, "")
                case None:
                    fault = GatewayUnsure(reason="the hub was stopped")
                    self._outbox.failed(message, fault.sentence("zh"), now)

    def run(self, now: datetime) -> int:
        """Sends everything that is due; returns how many were handed over."""
        handed = 0
        while due := self._outbox.due(now):  # whatever became of them, they are not due again
            handed += sum(self._send(message, now) for message in due)
        return handed

    def _send(self, message: Waiting, now: datetime) -> bool:
        try:
            contact = self._receiver(message)
        except ExplainedError as error:
            self._outbox.failed(message, error.sentence("zh"), now)
            return False
        if not _MOBILE.fullmatch(contact.phone):
            self._outbox.failed(message, "联系电话不是手机号码。", now)
            return False
        text = self._templates.render(message.occasion, message.facts, contact.salutation)
        self._outbox.begin(message, masked(contact.phone))
        try:
            answer = self._gateway.send(Sms(message.id, contact.phone, text))
        except GatewayUnreachable as error:
            self._again(message, error, now)
            return False
        except GatewayFault as error:
            self._outbox.failed(message, error.sentence("zh"), now)
            return False
        self._outbox.handed(message, answer, now)
        return True

    def _receiver(self, message: Waiting) -> Contact:
        if message.contact:
            return self._contact_of(message.contact)
        return Contact(phone=self._duty_phones.get(message.unit, ""))

    def _again(self, message: Waiting, error: GatewayFault, now: datetime) -> None:
        if message.tries + 1 >= MOST_TRIES:
            self._outbox.failed(message, error.sentence("zh"), now)
            return
        wait = min(_FIRST_WAIT * 2 ** min(message.tries, 10), _LONGEST_WAIT)
        self._outbox.later(message, now + wait, error.sentence("zh"))


def masked(phone: str) -> str:
    """A telephone number as lists show it: ``138****5678``."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"
