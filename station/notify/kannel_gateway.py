"""A gateway over Kannel's HTTP interface (``sendsms``), with delivery reports.

Written against Kannel 1.4's user guide, chapter 6: the text goes as UTF-8 with ``coding=2``, and
the answer is ``0: Accepted for delivery``, ``3: Queued for later delivery`` or an HTTP error.
Kannel calls ``report_url`` with the status, which the hub's route takes. Kannel keeps no memory
of ids, so ``has_taken`` can never know.
"""

from __future__ import annotations

from urllib.parse import quote

import httpx

from station.notify.gateway import GatewayRefused, GatewayUnreachable, GatewayUnsure, Handed, Sms
from station.notify.kannel import REPORTS, KannelSettings

_TAKEN = ("0:", "3:")


class KannelGateway:
    """Sends through one smsbox; a client may be given for its settings (proxies, certificates)."""

    def __init__(self, settings: KannelSettings, client: httpx.Client | None = None) -> None:
        self._settings = settings
        # Kannel may be on the office's own network only: no proxy from the environment.
        self._client = client or httpx.Client(timeout=httpx.Timeout(10.0), trust_env=False)

    def send(self, message: Sms) -> Handed:
        try:
            answer = self._client.get(self._settings.url, params=self._parameters(message))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise GatewayUnreachable(reason=_reason(error)) from error
        except httpx.TransportError as error:
            raise GatewayUnsure(reason=_reason(error)) from error
        text = answer.text.strip()
        if answer.is_success and text.startswith(_TAKEN):
            return Handed(reference=text[:120], delivered=not self._settings.report_url)
        if answer.status_code >= 500:  # "Temporal failure, try again later"
            raise GatewayUnreachable(reason=f"{answer.status_code} {text[:80]}")
        raise GatewayRefused(reason=f"{answer.status_code} {text[:80]}")

    def has_taken(self, message_id: str) -> bool | None:
        return None

    def close(self) -> None:
        self._client.close()

    def _parameters(self, message: Sms) -> dict[str, str]:
        settings = self._settings
        parameters = {
            "username": settings.username,
            "password": settings.password,
            "to": message.to,
            "text": message.text,
            "charset": "UTF-8",
            "coding": "2",  # UCS-2 on the air: Chinese does not fit GSM's own alphabet
        }
        if settings.sender:
            parameters["from"] = settings.sender
        if settings.smsc:
            parameters["smsc"] = settings.smsc
        if settings.report_url:
            parameters["dlr-mask"] = str(REPORTS)
            secret = quote(settings.report_secret, safe="")
            # Kannel replaces %d by the status itself, so this sign must stay bare.
            parameters["dlr-url"] = (
                f"{settings.report_url}?id={quote(message.id)}&secret={secret}&status=%d"
            )
        return parameters


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
