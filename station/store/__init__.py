"""The station's own durable memory: drafts, pages as they arrive, outbox, operation log.

What returned is on the disk; everything is locked at rest. No rule about cases lives here.
"""

from station.store.entries import Entry, EntryState, Parcel, ParcelState, Problem
from station.store.outbox import Outbox, Sending
from station.store.pages import PageRecord
from station.store.rescue import Rescue, rescue
from station.store.retry import next_try
from station.store.store import Store

__all__ = [
    "Entry",
    "EntryState",
    "Outbox",
    "PageRecord",
    "Parcel",
    "ParcelState",
    "Problem",
    "Rescue",
    "Sending",
    "Store",
    "next_try",
    "rescue",
]
