"""What the county's administrators and the hub say to each other: staff and service items.

Certificates have a page of their own (``enrolment.py``); what an administrator decides there and
here is signed with the administrator's own key.
"""

from __future__ import annotations

import json
from datetime import datetime

from signing.keys.protocol import SigningKey
from station.catalogue.item_files import structure_of
from station.domain.items import ServiceItem
from station.domain.units import Role
from station.wire.enrolment import EnrolmentClient
from station.wire.messages import Bytes, ItemEntry, Message

PUBLICATION_FORMAT = "yizhan-item/1"


class StaffCertificate(Message):
    """A signing certificate (DER) of somebody, with what is known of it; times are UTC."""

    certificate: Bytes
    serial: str
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None


class StaffEntry(Message):
    """A member of staff in one unit, as the newest of the certificates (first) says."""

    person: str
    name: str
    role: Role
    unit: str
    unit_name: str
    certificates: tuple[StaffCertificate, ...]
    signed_in_at: datetime | None = None


class Staff(Message):
    """Everybody of an administrator's area, by unit and person."""

    entries: tuple[StaffEntry, ...]


class AdministratorClient(EnrolmentClient):
    """A client of the hub for the administrator who is signed in."""

    def staff(self) -> tuple[StaffEntry, ...]:
        """Everybody of the administrator's area."""
        return self._read(Staff, self._ask("GET", "/v1/staff")).entries

    def publish(self, item: ServiceItem, key: SigningKey) -> ItemEntry:
        """Makes a version of an item the one in force, signed by the administrator's key.

        Publishing the very same again changes nothing.
        """
        body = {
            "format": PUBLICATION_FORMAT,
            "code": item.code,
            "version": item.version,
            "item": json.dumps(structure_of(item), ensure_ascii=False),
            "at": self._clock().isoformat(timespec="seconds"),
        }
        return self._read(ItemEntry, self._ask("POST", "/v1/items", json=self._signed(body, key)))
