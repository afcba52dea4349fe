"""A desk that works without rest, in a process of its own, until somebody kills it.

Everything it does is decided by its seed. It says on its standard output what is done, each line
after the store's call has returned: what is said must be found by whoever opens the memory next.
It starts from what it finds, so that a desk can be killed again and again.

    python -m tests.helpers.busy_desk FOLDER SEED [DIE_AT_DISK_STEP]
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from pathlib import Path

from station.domain.drafts import Draft
from station.store import Store
from station.store.codec import to_json
from station.store.disk import RealDisk
from tests.helpers.broken import dying_at
from tests.helpers.desk_memory import (
    NOW,
    a_draft,
    a_submission,
    as_parcels,
    named,
    open_store,
    paper,
)


def say(**fact: object) -> None:
    """Tells what is done; one line, at once."""
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def digest(draft: Draft) -> str:
    """What a draft is told by."""
    return hashlib.sha256(to_json(draft)).hexdigest()


class BusyDesk:
    """Five cases, worked on in turn, by the dice."""

    def __init__(self, store: Store, luck: random.Random) -> None:
        self.store = store
        self.luck = luck

    def work(self) -> None:
        """One thing."""
        self.luck.choices(
            (self.save, self.photograph, self.turn_page, self.queue, self.send, self.note),
            weights=(5, 3, 2, 2, 5, 1),
        )[0]()

    def case(self) -> Draft:
        draft = a_draft(self.luck.randrange(1, 6))
        for known in self.store.drafts():
            if known.id == draft.id:
                return known
        return draft

    def save(self) -> None:
        draft = named(self.case(), f"任{self.luck.randrange(10**6)}" * self.luck.randrange(1, 300))
        self.store.save_draft(draft)
        say(did="save", id=draft.id, revision=draft.revision, digest=digest(draft))

    def photograph(self) -> None:
        data = paper(self.luck.randrange(10**6), self.luck.randrange(10, 200_000))
        page = self.store.add_page(self.case().id, "form", data, NOW, "camera")
        say(did="page", id=page.id, sha256=hashlib.sha256(data).hexdigest())

    def turn_page(self) -> None:
        pages = self.store.pages(self.case().id)
        if pages:
            page = self.luck.choice(pages)
            after = self.store.update_page(page.id, {"rotation": self.luck.randrange(4) * 90})
            say(did="turn", id=page.id, revision=after.revision)

    def queue(self) -> None:
        draft = self.case().changed(NOW)
        sealed = tuple(paper(self.luck.randrange(10**6), 20_000) for _ in range(2))
        operation = a_submission(draft, sealed)
        self.store.outbox.put(operation, b"{}", b"cms", as_parcels(*sealed), NOW, draft=draft)
        say(did="queue", id=operation.id)
        say(did="save", id=draft.id, revision=draft.revision, digest=digest(draft))

    def send(self) -> None:
        sending = self.store.outbox.claim(NOW)
        if sending is None:
            return
        with sending:
            for parcel in sending.entry.parcels:
                data = self.store.blob(parcel.sealed_sha256)
                sending.uploaded(parcel.sealed_sha256, len(data))
                say(did="upload", id=sending.entry.id, parcel=parcel.sealed_sha256)
            sending.committing()
            say(did="commit", id=sending.entry.id)
            sending.accepted(b"receipt " + sending.entry.id.encode())
            say(did="accept", id=sending.entry.id)

    def note(self) -> None:
        say(did="serial", number=self.store.next_serial(NOW.date()))
        line = self.store.log.add(NOW, "P1001", "worked")
        say(did="log", number=line.number)


def main() -> None:
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    disk = dying_at(int(sys.argv[3])) if len(sys.argv) > 3 else RealDisk()
    desk = BusyDesk(open_store(folder, disk), random.Random(seed))
    say(did="start")
    while True:
        desk.work()


if __name__ == "__main__":
    main()
