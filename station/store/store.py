"""The station's own memory as its users see it: one object, opened once per process.

What returned is on the disk. What did not return is there whole or not at all. Everything is
locked at rest; outside the lock stand only ids, states, sizes and times (see ``database.SCHEMA``).

In the folder::

    station.sqlite       drafts, page records, outbox, operation log   (database.py)
    station.copy.sqlite  the database as it was at the last start      (rescue.py)
    vault/               pages, ink, documents; write-once             (vault.py)
    cache/               pictures that can be made again               (cache.py)
    damaged/             what a rescue set aside
    in-use               the lock of the process that works here       (turn.py)
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from signing.locker import Locker
from station.domain.drafts import Draft, DraftState
from station.errors import StoreError
from station.store.cache import Cache
from station.store.database import COPY, Database
from station.store.desk import Desk
from station.store.disk import Disk, RealDisk, explained
from station.store.drafts import Drafts
from station.store.errors import DocumentDamaged, DraftStillSending, WrongKey
from station.store.holdings import Holdings
from station.store.lock import Payloads, Unreadable
from station.store.operation_log import OperationLog
from station.store.outbox import Outbox
from station.store.pages import PageRecord, Pages
from station.store.turn import Turn
from station.store.vault import Vault

_KEY_CHECK, _FITS = "key-check", "fits"
_RENDER = "render"
_THUMBNAIL = "thumbnail"


class Store:
    """Drafts, pages, documents, ink, what the desk remembers; and ``outbox`` and ``log``.

    Usable from any thread. Every method may raise a ``StoreError`` (``DiskFull`` and the like);
    then nothing half-done is visible and everything from before is still there.
    """

    def __init__(self, folder: Path, locker: Locker, disk: Disk, turn: Turn) -> None:
        """For ``open``; nobody else has a ``Turn``."""
        self.folder = folder
        self._turn = turn
        payloads = Payloads(locker)
        self._database = Database(folder)
        try:
            vault = Vault(folder / "vault", locker, disk)
            self._holdings = Holdings(self._database, vault)
            self._drafts = Drafts(self._database, payloads)
            cache = Cache(folder / "cache", locker)
            self._pages = Pages(self._database, payloads, self._holdings, cache)
            self._desk = Desk(self._database, payloads)
            self.outbox = Outbox(self._database, payloads, self._holdings, self._drafts)
            self.log = OperationLog(self._database, payloads, self._desk)
            self._check_key()
            self._recover()
        except BaseException:
            self._database.close()
            raise

    @classmethod
    def open(cls, folder: Path, locker: Locker, disk: Disk | None = None) -> Store:
        """Opens the memory in ``folder``, making it when it is not there.

        Finishes or forgets what a crash left half-done. Raises ``MemoryInUse``,
        ``MemoryReadOnly``, ``MemoryTooNew``, ``WrongKey``, ``DiskFull``, or ``MemoryDamaged``
        (then ``rescue`` helps); none of these changes anything.
        """
        disk = disk or RealDisk()
        with explained(folder):
            disk.make_folder(folder)
        turn = Turn(folder)
        try:
            return cls(folder, locker, disk, turn)
        except BaseException:
            turn.give_up()
            raise

    def close(self) -> None:
        """Lets another process have the memory; may be called twice."""
        self._database.close()
        self._turn.give_up()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # --- drafts --------------------------------------------------------------------------------

    def save_draft(self, draft: Draft) -> None:
        """Saves ``draft``; it is on the disk when this returns.

        Raises ``DraftOvertaken`` when a newer state is saved already, ``DraftNotHere`` when the
        case was put away.
        """
        self._drafts.save(draft)

    def draft(self, draft_id: str) -> Draft:
        """The newest saved state; ``DraftNotHere`` or ``RecordDamaged``."""
        return self._drafts.get(draft_id)

    def drafts(self, states: Iterable[DraftState] = tuple(DraftState)) -> tuple[Draft, ...]:
        """The drafts in ``states``, the last changed first."""
        return self._drafts.all(states)

    def next_serial(self, day: date) -> int:
        """The next serial of a case number on ``day``, from 1; never given twice."""
        return self._drafts.next_serial(day)

    def discard_draft(self, draft_id: str) -> None:
        """Puts an unfinished case out of sight; ``restore_draft`` brings it back."""
        self._drafts.set_discarded(draft_id, True)

    def restore_draft(self, draft_id: str) -> Draft:
        """Brings a discarded case back as it was."""
        self._drafts.set_discarded(draft_id, False)
        return self._drafts.get(draft_id)

    def discarded_drafts(self) -> tuple[Draft, ...]:
        """The cases that can be brought back, the last changed first."""
        return self._drafts.discarded()

    def close_draft(self, draft_id: str) -> None:
        """Forgets a case for good: draft, pages, ink, documents. For when it is archived.

        ``DraftStillSending`` while the outbox has something of it that is not finished.
        """
        with self._database.transaction():
            if self.outbox.is_busy(draft_id):
                raise DraftStillSending(draft=draft_id)
            self.outbox.forget(draft_id)
            self._pages.forget(draft_id)
            self._holdings.release(draft_id)
            self._drafts.close(draft_id)
        self._holdings.sweep()

    def tidy(self, before: datetime) -> int:
        """Closes the discarded cases last changed before ``before``; how many."""
        old = [draft for draft in self._drafts.discarded() if draft.changed_at < before]
        for draft in old:
            self.close_draft(draft.id)
        return len(old)

    # --- pages ---------------------------------------------------------------------------------

    def add_page(
        self,
        draft_id: str,
        material_id: str,
        original: bytes,
        captured_at: datetime,
        origin: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> PageRecord:
        """Keeps a page as it came from the device; it is on the disk when this returns."""
        return self._pages.add(draft_id, material_id, original, captured_at, origin, parameters)

    def page(self, page_id: str) -> PageRecord:
        """The page's record; ``KeyError`` when there is none."""
        return self._pages.get(page_id)

    def pages(self, draft_id: str, *, removed: bool = False) -> tuple[PageRecord, ...]:
        """The pages of a case in the order of their arrival; or those that were removed."""
        return tuple(page for page in self._pages.of(draft_id) if page.removed is removed)

    def page_count(self) -> int:
        """How many pages lie on this desk."""
        return self._pages.count()

    def loose_pages(self, draft: Draft) -> tuple[PageRecord, ...]:
        """Pages that arrived for ``draft`` but that none of its materials lists.

        After a crash between camera and draft they are offered back.
        """
        listed = {page for entry in draft.materials.values() for page in entry.pages}
        return tuple(page for page in self.pages(draft.id) if page.id not in listed)

    def page_original(self, page_id: str) -> bytes:
        """The bytes as they arrived; ``PageDamaged`` when they are not intact."""
        return self._pages.original(page_id)

    def update_page(self, page_id: str, parameters: Mapping[str, Any]) -> PageRecord:
        """Replaces the parameters named (quad, rotation, filter, warnings …), keeps the others."""
        return self._pages.update(page_id, parameters)

    def move_page(self, page_id: str, material_id: str) -> PageRecord:
        """The page belongs to another material."""
        return self._pages.change(page_id, material=material_id)

    def remove_page(self, page_id: str) -> PageRecord:
        """Puts a page out of sight; ``restore_page`` brings it back until the case is closed."""
        return self._pages.change(page_id, removed=True)

    def restore_page(self, page_id: str) -> PageRecord:
        """Brings a removed page back as it was."""
        return self._pages.change(page_id, removed=False)

    def page_render(self, page: PageRecord | str) -> bytes | None:
        """The straightened picture for the page's parameters, if the cache still has it."""
        return self._pages.picture(page, _RENDER)

    def put_page_render(self, page: PageRecord | str, data: bytes) -> None:
        """Caches a straightened picture; give the record that it was made from."""
        self._pages.put_picture(page, _RENDER, data)

    def page_thumbnail(self, page: PageRecord | str) -> bytes | None:
        """The small picture for the page's parameters, if the cache still has it."""
        return self._pages.picture(page, _THUMBNAIL)

    def put_page_thumbnail(self, page: PageRecord | str, data: bytes) -> None:
        """Caches a small picture; give the record that it was made from."""
        self._pages.put_picture(page, _THUMBNAIL, data)

    # --- documents and ink ---------------------------------------------------------------------

    def put_blob(self, data: bytes, draft_id: str = "") -> str:
        """Keeps a document and returns its SHA-256 (hex); on the disk when this returns.

        It goes when the case ``draft_id`` is closed; without one it stays.
        """
        digest = hashlib.sha256(data).hexdigest()
        self._holdings.keep(f"blob-{digest}", {}, draft_id, data)
        return digest

    def blob(self, sha256: str) -> bytes:
        """The document with this digest, checked; ``DocumentDamaged`` when it is not intact.

        ``KeyError`` when it was never kept here, or is not needed any more.
        """
        if not self._holdings.has(f"blob-{sha256}"):
            raise KeyError(sha256)
        try:
            data = self._holdings.get(f"blob-{sha256}").data
        except Unreadable as error:
            raise DocumentDamaged(digest=sha256[:16]) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DocumentDamaged(digest=sha256[:16])
        return data

    def put_ink(self, draft_id: str, record: bytes) -> str:
        """Keeps the record of a handwritten signature; its id."""
        ink_id = uuid.uuid4().hex
        self._holdings.keep(f"ink-{ink_id}", {}, draft_id, record)
        return ink_id

    def ink(self, ink_id: str) -> bytes:
        """The ink record; ``KeyError`` when there is none, ``DocumentDamaged`` when spoilt."""
        if not self._holdings.has(f"ink-{ink_id}"):
            raise KeyError(ink_id)
        try:
            return self._holdings.get(f"ink-{ink_id}").data
        except Unreadable as error:
            raise DocumentDamaged(digest=ink_id[:16]) from error

    # --- what the desk remembers ---------------------------------------------------------------

    def count_use(self, item: str) -> None:
        """One more case of this item."""
        self._desk.count_use(item)

    def uses(self, item: str) -> int:
        """How often this item was used here."""
        return self._desk.uses(item)

    def most_used(self) -> tuple[str, ...]:
        """Item codes, the most used first."""
        return self._desk.most_used()

    def remember(self, name: str, value: Any) -> None:
        """Remembers a JSON value, e.g. the scanner chosen last."""
        self._desk.remember(name, value)

    def remembered(self, name: str, otherwise: Any = None) -> Any:
        """What was remembered under ``name``, else ``otherwise``."""
        return self._desk.remembered(name, otherwise)

    # --- health --------------------------------------------------------------------------------

    def damage(self) -> tuple[str, ...]:
        """Reads everything; what is damaged, as ``draft ID``, ``page-ID``, ``blob-DIGEST`` …"""
        return (
            *(f"draft {draft_id}" for draft_id in self._drafts.damaged()),
            *(f"entry {entry_id}" for entry_id in self.outbox.damaged()),
            *(f"page-{page_id}" for page_id in self._pages.damaged()),
            *self._holdings.damaged(),
        )

    def _check_key(self) -> None:
        """``WrongKey`` when nothing here opens; a single spoilt row is not a wrong key."""
        if self._desk.remembered(_KEY_CHECK) == _FITS:
            return
        locked_before = self._desk.has(_KEY_CHECK) or self._holdings.opens_nothing()
        if locked_before and not self._drafts.all():
            raise WrongKey(where=self.folder)
        self._desk.remember(_KEY_CHECK, _FITS)

    def _recover(self) -> None:
        self._pages.adopt(self._holdings.adopt())
        self.outbox.recover()
        self._holdings.sweep()
        with suppress(StoreError):  # a full disk keeps nobody from the work of yesterday
            self._database.copy_to(self.folder / COPY)
