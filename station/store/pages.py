"""The shelf of pages: what came from camera or scanner, exactly as it came, and how it is shown.

A page is never changed: its original bytes are written once, and straightening, turning and
filtering are parameters beside them. Pictures made from it are a cache that may be lost.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from station.store.cache import Cache
from station.store.codec import NotThisKind, plain, read_plain, to_json
from station.store.database import Database, Row
from station.store.errors import PageDamaged, RecordDamaged
from station.store.holdings import Holdings
from station.store.lock import Payloads, Unreadable
from station.store.vault import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """A page as it arrived and how it is to be shown.

    ``origin`` says where it came from (a device, a file's name); ``parameters`` belong to the
    imaging (``quad``, ``rotation``, ``filter``, ``warnings`` …) and are plain JSON values;
    ``revision`` grows with them. ``removed`` pages can come back until the case is closed.
    """

    id: str
    draft: str
    material: str
    captured_at: datetime
    origin: str
    sha256: str
    size: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 1
    removed: bool = False


class Pages:
    """Pages by id, and by draft in the order of their arrival."""

    def __init__(
        self, database: Database, payloads: Payloads, holdings: Holdings, cache: Cache
    ) -> None:
        self._database = database
        self._payloads = payloads
        self._holdings = holdings
        self._cache = cache

    def add(
        self,
        draft_id: str,
        material_id: str,
        original: bytes,
        captured_at: datetime,
        origin: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> PageRecord:
        """Keeps a page; the original is on the disk when this returns."""
        page = PageRecord(
            id=uuid.uuid4().hex,
            draft=draft_id,
            material=material_id,
            captured_at=captured_at,
            origin=origin,
            sha256=hashlib.sha256(original).hexdigest(),
            size=len(original),
            parameters=dict(parameters or {}),
        )
        self._holdings.keep(_file(page.id), {"page": plain(page)}, draft_id, original)
        self._enter(page)
        return page

    def get(self, page_id: str) -> PageRecord:
        """The page's record; ``KeyError`` when there is none.

        A spoilt record is read from the head of the page's file: then its parameters are those
        of its arrival. ``RecordDamaged`` when that is spoilt too.
        """
        row = self._database.row("SELECT * FROM page WHERE id=?", page_id)
        if row is None:
            raise KeyError(page_id)
        return self._read(row)

    def of(self, draft_id: str) -> tuple[PageRecord, ...]:
        """All readable pages of a draft, also the removed ones, in the order of their arrival."""
        rows = self._database.rows(
            "SELECT * FROM page WHERE draft=? ORDER BY arrival, id", draft_id
        )
        found = []
        for row in rows:
            try:
                found.append(self._read(row))
            except RecordDamaged:
                continue
        return tuple(found)

    def count(self) -> int:
        """How many pages there are in all."""
        return self._database.number("SELECT count(*) FROM page")

    def damaged(self) -> tuple[str, ...]:
        """The ids of pages on record of which no file is."""
        rows = self._database.rows(
            "SELECT id FROM page WHERE 'page-' || id NOT IN (SELECT name FROM item) ORDER BY id"
        )
        return tuple(str(row["id"]) for row in rows)

    def original(self, page_id: str) -> bytes:
        """The bytes as they arrived, checked; ``PageDamaged`` when they are not there any more."""
        page = self.get(page_id)
        try:
            data = self._holdings.get(_file(page_id)).data
        except Unreadable as error:
            raise PageDamaged(page=page_id[:8]) from error
        if hashlib.sha256(data).hexdigest() != page.sha256:
            raise PageDamaged(page=page_id[:8])
        return data

    def change(self, page_id: str, **changes: Any) -> PageRecord:
        """The page with ``changes``, one revision further and saved."""
        with self._database.transaction():
            before = self.get(page_id)
            after = replace(before, revision=before.revision + 1, **changes)
            self._database.write(
                "UPDATE page SET draft=?, payload=? WHERE id=?",
                after.draft,
                self._payloads.seal(after, "page", page_id),
                page_id,
            )
            return after

    def update(self, page_id: str, parameters: Mapping[str, Any]) -> PageRecord:
        """Replaces the parameters named in ``parameters`` and keeps the others."""
        with self._database.transaction():
            before = self.get(page_id)
            return self.change(page_id, parameters={**before.parameters, **plain(parameters)})

    def picture(self, page: PageRecord | str, kind: str) -> bytes | None:
        """The cached picture that was made with the page's parameters, if it is still there."""
        page = self.get(page) if isinstance(page, str) else page
        return self._cache.get(_picture(page, kind))

    def put_picture(self, page: PageRecord | str, kind: str, data: bytes) -> None:
        """Caches a picture made with the parameters of ``page``, in place of other ones."""
        page = self.get(page) if isinstance(page, str) else page
        self._cache.drop(f"{page.id}-{kind}-")
        self._cache.put(_picture(page, kind), data)

    def adopt(self, found: Mapping[str, Kept]) -> None:
        """Enters pages whose files were kept but whose saving a crash cut off."""
        for name, kept in found.items():
            if "page" in kept.head and name.startswith("page-"):
                try:
                    self._enter(read_plain(PageRecord, kept.head["page"]))
                except NotThisKind:
                    continue

    def forget(self, draft_id: str) -> None:
        """Forgets the pages of a draft; their files go with ``Holdings.release``."""
        for page in self.of(draft_id):
            self._cache.drop(f"{page.id}-")
        self._database.write("DELETE FROM page WHERE draft=?", draft_id)

    def _enter(self, page: PageRecord) -> None:
        with self._database.transaction():
            arrival = self._database.number("SELECT max(arrival) FROM page") + 1
            self._database.write(
                "INSERT OR IGNORE INTO page VALUES (?, ?, ?, ?)",
                page.id,
                page.draft,
                arrival,
                self._payloads.seal(page, "page", page.id),
            )

    def _read(self, row: Row) -> PageRecord:
        try:
            return self._payloads.open(PageRecord, row["payload"], "page", row["id"])
        except Unreadable as error:
            try:
                head = self._holdings.get(_file(row["id"])).head
                return read_plain(PageRecord, head["page"])
            except (Unreadable, NotThisKind, KeyError):
                raise RecordDamaged(thing=row["id"]) from error


def _file(page_id: str) -> str:
    return f"page-{page_id}"


def _picture(page: PageRecord, kind: str) -> str:
    return f"{page.id}-{kind}-{hashlib.sha256(to_json(page.parameters)).hexdigest()[:16]}"
