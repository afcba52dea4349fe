"""A desk's memory for tests: a store with a fixed key, and drafts, papers and parcels to put in.

Used by ``tests/station/store`` and, in a process of its own that gets killed, by
``tests/faults``. Everything is made from the arguments, so a child and its judge agree.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from signing.locker import Locker
from station.domain.applicants import Applicant, IdentitySource
from station.domain.cases import ActionType
from station.domain.drafts import (
    Draft,
    FieldValue,
    InkEntry,
    MaterialEntry,
    Provision,
    ValueSource,
)
from station.domain.operations import GENESIS, DocumentKind, DocumentRef, Operation
from station.domain.units import Level, Role
from station.store import Parcel, Store
from station.store.disk import Disk

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
KEY = bytes(range(32))
OTHER_KEY = bytes(32)


def open_store(folder: Path, disk: Disk | None = None, key: bytes = KEY) -> Store:
    """The memory in ``folder``."""
    return Store.open(folder, Locker(key), disk)


def a_draft(number: int = 1, *, at: datetime = NOW) -> Draft:
    """A case with something in every kind of field; the same for the same ``number``."""
    return Draft(
        id=str(uuid.UUID(int=number)),
        number=f"130430104213-{at:%y%m%d}-{number:03d}",
        item="gaoling",
        item_version=1,
        station="130430104213",
        agent="P1001",
        opened_at=at,
        changed_at=at,
        applicant=Applicant(
            name="任春早",
            sex="男",
            nation="汉",
            birth=date(1946, 3, 7),
            address="河北省邯郸市邱县东河镇后段寨村",
            phone="13800000000",
            source=IdentitySource.CARD,
        ),
        values={
            "name": FieldValue(value="任春早", source=ValueSource.APPLICANT),
            "bank": FieldValue(
                value="6217", source=ValueSource.PAPER, raw="62l7", confidence=0.5, confirmed=False
            ),
        },
        materials={
            "id_card": MaterialEntry(pages=("p1", "p2"), original_seen=True),
            "photo": MaterialEntry(provision=Provision.DEFERRED, promised_by=date(2026, 12, 1)),
        },
        answers={"lives_here": True},
        ink=InkEntry(ink="i1", shown_sha256="ab" * 32, signed_at=at),
    )


def paper(number: int, size: int = 3000) -> bytes:
    """Bytes that stand for a photograph; the same for the same ``number``."""
    return (f"JPEG {number} ".encode() * (size // 6))[:size]


def a_submission(draft: Draft, parcels: tuple[bytes, ...] = (b"sealed dossier",)) -> Operation:
    """The operation that sends ``draft``; its id follows from the draft's id and revision."""
    return Operation(
        id=submission_id(draft, draft.revision),
        case=draft.id,
        number=draft.number,
        action=ActionType.SUBMIT,
        item=draft.item,
        item_version=draft.item_version,
        station=draft.station,
        actor=draft.agent,
        unit=draft.station,
        level=Level.VILLAGE,
        role=Role.AGENT,
        base_rev=0,
        previous=GENESIS,
        at=draft.changed_at,
        documents=tuple(
            DocumentRef(
                kind=DocumentKind.DOSSIER, sha256="0" * 64, sealed_sha256="0" * 64, size=len(data)
            )
            for data in parcels
        ),
    )


def submission_id(draft: Draft, revision: int) -> str:
    """The id of the operation that sends this revision of ``draft``."""
    return str(uuid.uuid5(uuid.UUID(draft.id), str(revision)))


def as_parcels(*sealed: bytes) -> tuple[Parcel, ...]:
    """Sealed documents, the first the dossier, the others notes."""
    kinds = (DocumentKind.DOSSIER, *(DocumentKind.NOTE for _ in sealed[1:]))
    return tuple(Parcel(kind=kind, sealed=data) for kind, data in zip(kinds, sealed, strict=True))


def named(draft: Draft, name: str) -> Draft:
    """The next revision, with another applicant's name."""
    return draft.changed(
        draft.changed_at + timedelta(seconds=1), applicant=replace(draft.applicant, name=name)
    )
