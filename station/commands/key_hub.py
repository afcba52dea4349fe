"""What the acts of ``station key`` share: the hub, who acts, and how a request is shown."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from station.commands.console import language
from station.commands.named_key import check_key, check_pin, opened_key
from station.paths import home
from station.settings import load as load_settings

if TYPE_CHECKING:
    from station.wire.enrolment import Enrolment, EnrolmentClient


@contextmanager
def hub_client(args: argparse.Namespace) -> Iterator[EnrolmentClient]:
    """A client of the hub: the one named, the settings', or the one inside this machine."""
    from station.services.embedded_hub import EmbeddedHub
    from station.wire.enrolment import EnrolmentClient

    place = home()
    embedded = EmbeddedHub(place)
    url = args.hub or load_settings(place.settings).hub or embedded.ensure()
    try:
        with EnrolmentClient(url, language=language()) as client:
            yield client
    finally:
        embedded.stop()


@contextmanager
def signed_in(args: argparse.Namespace, *, session: bool = True) -> Iterator[tuple[Any, Any]]:
    """The client and the opened key of whoever acts."""
    check_key(args.key)
    check_pin(args.key, args.pin_file, f"key {args.action}")
    with hub_client(args) as client:
        key = opened_key(args.key, args.pin_file)
        try:
            if session:
                client.sign_in(key)
            yield client, key
        finally:
            key.close()


def as_json(entry: Enrolment) -> dict[str, Any]:
    """A request for a certificate, for ``--json``."""
    return {
        "id": entry.id,
        "code": entry.code,
        "name": entry.wanted.name,
        "unit": entry.wanted.unit,
        "unit_name": entry.unit_name,
        "role": entry.wanted.role,
        "person": entry.wanted.person,
        "purpose": entry.wanted.purpose.value,
        "state": entry.state.value,
        "asked_at": entry.asked_at.isoformat(),
        "decided_by": entry.decided_by,
        "reason": entry.reason,
    }
