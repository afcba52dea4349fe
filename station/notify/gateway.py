"""What carries short messages out: the contract of every gateway, and how one says no.

Which messages there are, and that none goes out twice, is the work of ``sender.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from station.errors import StationError


@dataclass(frozen=True, slots=True)
class Sms:
    """One message as it goes out. ``id`` is the same whenever this message is tried again."""

    id: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Handed:
    """The gateway has the message. ``delivered``: it needs no delivery report."""

    reference: str
    delivered: bool


class GatewayFault(StationError):
    """A message did not go out."""


class GatewayUnreachable(GatewayFault):
    """Nothing was handed over; trying again is right."""

    what = "The message was not sent yet."
    cause = "The SMS gateway could not be reached ({reason})."
    remedy = "It is tried again by itself."
    zh = ("短信还没有发出。", "连不上短信网关（{reason}）。", "稍后会自动再发。")


class GatewayRefused(GatewayFault):
    """The gateway will never take this message; trying again is useless."""

    what = "The message was not sent."
    cause = "The SMS gateway refused it ({reason})."
    remedy = "Check the telephone number with the applicant."
    zh = ("短信没有发出。", "短信网关不接收（{reason}）。", "请和申请人核对电话号码。")


class GatewayUnsure(GatewayFault):
    """The line broke after the message was sent off: perhaps it is on its way."""

    what = "It is not certain that the message was sent."
    cause = "The line to the SMS gateway broke while it answered ({reason})."
    remedy = "Ask the applicant, or send it by hand."
    zh = (
        "不能确定短信发没发出。",
        "短信网关应答时线路断了（{reason}）。",
        "请问一下申请人，或人工补发。",
    )


class SmsGateway(Protocol):
    """A way out for messages; ``tests/contracts/test_sms_gateways.py`` holds each to it.

    ``send`` may be called from one thread at a time, blocks for seconds at most and either
    returns what the gateway answered or raises one of the three faults above.
    """

    def send(self, message: Sms) -> Handed:
        """Hands one message over."""

    def has_taken(self, message_id: str) -> bool | None:
        """Whether a message of this id was handed over before; None when it cannot be known.

        Asked after a crash, so that nothing is sent twice.
        """

    def close(self) -> None:
        """Gives up connections; may be called twice."""
