"""Tidying: unfinished uploads that lay too long, and documents that no action refers to.

Once an hour at most. A document is only removed when it was never named and has been here long
enough for its action to be delivered from an outbox that was offline for weeks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from station.hub import schema
from station.hub.blobs import Blobs
from station.hub.database import Database
from station.hub.uploads import Uploads

_EVERY = timedelta(hours=1)
KEPT_UNNAMED = timedelta(days=60)


class Tidying:
    """Keeps the hub's disk from filling with what nobody will ask for."""

    def __init__(self, database: Database, blobs: Blobs, uploads: Uploads) -> None:
        self._database = database
        self._blobs = blobs
        self._uploads = uploads
        self._last: datetime | None = None

    def run(self, now: datetime) -> int:
        """Tidies unless it did so within the hour; returns how much went."""
        if self._last is not None and now - self._last < _EVERY:
            return 0
        self._last = now
        return self._uploads.sweep(now) + self._orphans(now)

    def _orphans(self, now: datetime) -> int:
        documents = schema.documents
        gone = 0
        for digest, kept_at in list(self._blobs.inventory()):
            if now - kept_at < KEPT_UNNAMED:
                continue
            # Inside a writing transaction: no action can name it between look and removal.
            with self._database.write() as connection:
                named = connection.scalar(
                    sa.select(documents.c.id).where(documents.c.sealed_sha256 == digest).limit(1)
                )
                if named is None:
                    self._blobs.drop(digest)
                    gone += 1
        return gone
