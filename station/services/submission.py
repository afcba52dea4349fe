"""Sending: a signed dossier becomes sealed parcels in the outbox, and the outbox empties itself.

Everything is made and durable before the network is asked for anything. Whoever empties the
outbox (``send_due``) may be killed at any step; the next one goes on where it stood. What comes
back (receipts, returns, decisions) is fetched here too.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signing.errors import TrustUnreadable
from station.clock import Clock
from station.domain.cases import ActionType, CaseState
from station.domain.drafts import Draft, DraftState
from station.domain.operations import DocumentKind, Operation
from station.errors import CaseError, HubError
from station.services.deed import CasePlace, read_operation, sign_deed
from station.services.intake import Intake
from station.services.sign_in import SignedIn
from station.services.signing_desk import DirectoryMissing, SignedDossier, phone_of
from station.services.unproven import Unproven, note_change, unproven
from station.store import Entry, EntryState, Parcel, Problem, Sending, Store, next_try
from station.store.errors import Damaged
from station.wire.client import HubClient
from station.wire.messages import SignedStatement
from station.wire.problems import DocumentMissing, Refusal, asked_to_wait
from station.wire.sealed import Contact, Header, Note
from station.wire.sealing import (
    SealedDocument,
    open_document,
    seal,
    seal_paper,
)
from station.wire.vouching import Vouching

_CURSOR = "changes-cursor"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending did."""

    accepted: tuple[str, ...] = ()  # case numbers
    waiting: int = 0
    needs_you: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to a case of this station since the last look."""

    case: str
    number: str
    action: ActionType
    state: CaseState
    by: str
    at: datetime


class Submission:
    """Seals, queues and sends for one signed-in agent."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        who: SignedIn,
        hub: HubClient,
        vouching: Callable[[], Vouching | None],
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._intake = intake
        self._who = who
        self._hub = hub
        self._vouching = vouching
        self._clock = clock
        self._chance = chance

    def queue(self, dossier: SignedDossier) -> Entry:
        """Seals the signed dossier for the units along the route and puts it into the outbox.

        Afterwards the draft is closed for changes; all is on the disk. Needs no network.
        """
        draft = self._store.draft(dossier.draft.id)
        known = self._known()
        to = known.recipients(draft.station)
        item = self._intake.item_of(draft)
        person = self._who.person
        documents = [
            seal(DocumentKind.DOSSIER, dossier.pdf, to),
            seal_paper(
                DocumentKind.HEADER,
                Header(
                    applicant=draft.applicant.name,
                    masked_id=draft.applicant.masked_id,
                    birth=draft.applicant.birth,
                    item_title=item.title,
                    station_name=person.unit.name,
                    agent_name=person.name,
                    pages=sum(len(entry.pages) for entry in draft.materials.values()),
                    remarks=_remarks(draft),
                ),
                to,
            ),
        ]
        phone = phone_of(draft)
        if phone:
            contact = Contact(phone=phone, salutation=draft.applicant.name)
            documents.append(seal_paper(DocumentKind.CONTACT, contact, (known.sms_sender(),)))
        action = ActionType.RESUBMIT if draft.base_rev else ActionType.SUBMIT
        return self._put(draft, dossier.sha256, action, documents)

    def withdraw(self, draft_id: str) -> Entry:
        """Takes back a case that came back for correction and will not be corrected."""
        draft = self._store.draft(draft_id)
        return self._put(draft, draft.dossier, ActionType.WITHDRAW, [])

    def take_back(self, entry_id: str) -> Draft:
        """Opens a case again that is still in the outbox and was never handed to the hub."""
        entry = self._store.outbox.get(entry_id)
        draft = self._store.draft(entry.queue)
        state = DraftState.RETURNED if draft.base_rev else DraftState.OPEN
        reopened = replace(
            draft, state=state, revision=draft.revision + 1, changed_at=self._clock()
        )
        self._store.outbox.cancel(entry_id, reopened)
        return reopened

    def entries(self) -> tuple[Entry, ...]:
        """What lies in the outbox, oldest first; accepted entries of earlier days too."""
        return self._store.outbox.entries()

    def retry(self, entry_id: str) -> Entry:
        """Somebody looked at it and says: try again."""
        return self._store.outbox.retry(entry_id)

    def send_due(self, progress: Callable[[str, int, int], None] | None = None) -> Sent:
        """Sends everything that is due now. Never raises for a network or a refusal.

        ``progress`` hears case number, bytes sent and bytes in all of the document under way.
        """
        accepted: list[str] = []
        problem: Problem | None = None
        while (sending := self._store.outbox.claim(self._clock())) is not None:
            with sending:
                trouble = self._send(sending, progress)
                if trouble is None:
                    accepted.append(sending.entry.number)
                else:
                    problem = trouble
            if trouble is None and sending.entry.perhaps_delivered:
                # The hub had it before, its answer was lost: it may have come back meanwhile.
                with contextlib.suppress(HubError):
                    self._follow(sending.entry.queue, CaseState.RETURNED)
        entries = self._store.outbox.entries()
        return Sent(
            tuple(accepted),
            waiting=sum(not entry.state.is_finished for entry in entries),
            needs_you=sum(entry.state is EntryState.NEEDS_YOU for entry in entries),
            problem=problem,
        )

    def unproven(self) -> tuple[Unproven, ...]:
        """Dossiers signed here without a network that still wait for their time stamp."""
        return unproven(self._store)

    def line_is_up(self) -> None:
        """The network is back: what waits is tried at once."""
        self._store.outbox.line_is_up()

    def news(self) -> tuple[News, ...]:
        """What happened to this station's cases; returned cases are opened again for correction.

        Raises a ``HubError`` when the hub cannot be reached; nothing is lost by that.
        """
        cursor = self._store.remembered(_CURSOR)
        # A desk that died before it first asked may have been answered already: it asks from the
        # beginning. What happened to cases it does not have is no news to it then.
        first = cursor is None
        changes = self._hub.changes(-1 if first else cursor)
        found = []
        for change in changes.changes:
            if not self._follow(change.case, change.state) and first:
                continue
            note_change(self._store, change.case, change.action)
            found.append(
                News(
                    change.case,
                    change.number,
                    change.action,
                    change.state,
                    change.actor_name,
                    change.received_at,
                )
            )
        self._store.remember(_CURSOR, changes.cursor)
        return tuple(found)

    def sent_dossier(self, draft: Draft) -> bytes:
        """The dossier as it was sent last, on whose pages a return's reasons lie; empty when this
        desk does not have it any more."""
        try:
            return self._store.blob(draft.dossier) if draft.dossier else b""
        except KeyError:
            return b""

    # ---------------------------------------------------------------- inside
    def _put(
        self, draft: Draft, dossier: str, action: ActionType, documents: list[SealedDocument]
    ) -> Entry:
        now = self._clock()
        place = CasePlace(
            case=draft.id,
            number=draft.number,
            item=draft.item,
            item_version=draft.item_version,
            station=draft.station,
            rev=draft.base_rev,
            **({"head": draft.base_head} if draft.base_head else {}),
        )
        deed = sign_deed(self._who, place, action, now, documents)
        closed = replace(
            draft,
            state=DraftState.SIGNED,
            dossier=dossier,
            revision=draft.revision + 1,
            changed_at=now,
        )
        parcels = [Parcel(kind=d.ref.kind, sealed=d.sealed) for d in documents]
        return self._store.outbox.put(
            deed.operation, deed.statement, deed.signature, parcels, now, closed
        )

    def _send(
        self, sending: Sending, progress: Callable[[str, int, int], None] | None
    ) -> Problem | None:
        entry = sending.entry
        try:
            self._upload(sending, progress)
            try:
                self._commit(sending)
            except DocumentMissing as error:  # the hub lost what it once had: all of it again
                known = {parcel.sealed_sha256 for parcel in entry.parcels}
                sending.lacking(known & error.missing or known)
                self._upload(sending, progress)
                self._commit(sending)
        except HubError as error:
            problem = Problem.of(error)
            if getattr(error, "retryable", False):
                now = self._clock()
                again = next_try(now, entry.tries + 1, self._chance())
                # the hub's own wish comes first, and not all desks come at the same moment
                wished = timedelta(seconds=asked_to_wait(error) * (1 + self._chance() / 10))
                sending.wait(max(again, now + wished), problem)
            else:
                sending.needs_you(problem, refused=isinstance(error, Refusal))
            return problem
        except (Damaged, TrustUnreadable) as error:  # something is spoilt on this disk
            problem = Problem.of(error)
            sending.needs_you(problem)
            return problem
        return None

    def _upload(self, sending: Sending, progress: Callable[[str, int, int], None] | None) -> None:
        """Brings what the hub does not have yet."""
        number = sending.entry.number
        for parcel in sending.entry.parcels:
            if parcel.is_uploaded:
                continue
            sealed = self._store.blob(parcel.sealed_sha256)
            self._hub.upload(
                sealed,
                (lambda done, total: progress(number, done, total)) if progress else None,
            )
            sending.uploaded(parcel.sealed_sha256, parcel.size)

    def _commit(self, sending: Sending) -> None:
        """Hands the operation over, and believes the answer by the hub's receipt alone."""
        entry = sending.entry
        sending.committing()
        operation = read_operation(entry.statement)
        signed = SignedStatement(statement=entry.statement, signature=entry.signature)
        answer = self._hub.send(operation, signed)
        self._known().receipt(answer, operation, signed)
        sending.accepted(
            answer.model_dump_json().encode(),
            self._delivered(operation, answer.case.rev, answer.case.head),
        )

    def _known(self) -> Vouching:
        known = self._vouching()
        if known is None:
            raise DirectoryMissing
        return known

    def _delivered(self, operation: Operation, rev: int, head: str) -> Draft:
        draft = self._store.draft(operation.case)
        return replace(
            draft,
            state=DraftState.SENT,
            standing=None,
            base_rev=rev,
            base_head=head,
            return_note="",
            revision=draft.revision + 1,
            changed_at=self._clock(),
        )

    def _follow(self, case: str, state: CaseState) -> bool:
        """Keeps where a case stands, and opens a returned one for correction; False for a case that
        this desk does not have."""
        try:
            draft = self._store.draft(case)
        except CaseError:
            return False  # another desk of this station has it
        if draft.state is not DraftState.SENT:
            return True
        if state is not CaseState.RETURNED:
            if state is not draft.standing:
                self._store.save_draft(
                    replace(
                        draft,
                        standing=state,
                        revision=draft.revision + 1,
                        changed_at=self._clock(),
                    )
                )
            return True
        file = self._hub.case(case)
        if file.case.state is not CaseState.RETURNED:
            return True
        note = next((d for d in reversed(file.documents) if d.kind is DocumentKind.NOTE), None)
        words = ""
        if note is not None and self._who.unit_key is not None:
            sealed = self._hub.document(note.sealed_sha256)
            plain = open_document(sealed, self._who.unit_key, note.sha256)
            words = plain.decode()
        self._store.save_draft(
            replace(
                draft,
                state=DraftState.RETURNED,
                standing=CaseState.RETURNED,
                return_note=words,
                ink=None,
                base_rev=file.case.rev,
                base_head=file.case.head,
                revision=draft.revision + 1,
                changed_at=self._clock(),
            )
        )
        return True


def reasons_of(draft: Draft) -> Note | None:
    """The reasons for which a case came back, pinned to fields and papers."""
    return Note.read(draft.return_note.encode()) if draft.return_note else None


def _remarks(draft: Draft) -> tuple[str, ...]:
    words = {"deferred": "容缺", "exempt": "免交"}
    found = {entry.provision.value for entry in draft.materials.values()}
    remarks = tuple(word for key, word in words.items() if key in found)
    return remarks if draft.delegate is None else (*remarks, "代办")
