"""What is to be known of a Kannel smsbox: where it listens, as whom to speak, what it reports."""

from __future__ import annotations

from dataclasses import dataclass

DELIVERED, UNDELIVERABLE, REFUSED = 1, 2, 16  # the bits of a delivery report
REPORTS = DELIVERED | UNDELIVERABLE | REFUSED


@dataclass(frozen=True, slots=True)
class KannelSettings:
    """Where Kannel's smsbox listens and as whom to speak to it.

    ``report_url`` is the hub's address as Kannel reaches it; "" asks for no delivery reports, and
    a message then counts as delivered once Kannel has it.
    """

    url: str
    username: str
    password: str
    sender: str = ""
    smsc: str = ""
    report_url: str = ""
    report_secret: str = ""
