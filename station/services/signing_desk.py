"""Signing at the village desk: exactly what is shown is what is signed.

The villager sees the dossier as it will be, without ink; the digest of those bytes is bound into
the ink. The agent's signature then goes over the dossier with the ink in it. Both builds come
from the same draft, and a draft that changed in between loses its ink.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from signing.handwriting import BoundInk, Ink, bind
from signing.ink_record import from_record, to_record
from station.clock import Clock
from station.domain.completeness import Missing, blocking
from station.domain.deadlines import WorkingCalendar
from station.domain.drafts import Draft, InkEntry
from station.domain.items import FieldKind, ServiceItem
from station.errors import CaseError
from station.forms.values import printed
from station.services.capture import Capture
from station.services.intake import Intake
from station.services.proofs import Proofs, sign_stage
from station.services.sign_in import SignedIn
from station.services.unproven import Unproven, note_signed
from station.store import Store
from station.wire.vouching import Vouching

if TYPE_CHECKING:
    from station.dossier.dossier import DossierContent

_LEAST_INK_MM = 12.0  # shorter is a slip of the pen, not a name
VILLAGE_FIELD, TOWNSHIP_FIELD, COUNTY_FIELD = "village", "township", "county"


class NotReadyToSign(CaseError):
    what = "Case {number} was not signed."
    cause = "It still lacks: {lacks}."
    remedy = "Complete these first; a click on each line leads there."
    zh = ("办件 {number} 没有签。", "还缺：{lacks}。", "请先补齐，点每一行就到那里。")


class InkTooShort(CaseError):
    what = "The signature was not taken."
    cause = "It is too short to be a name."
    remedy = "Let the applicant sign once more."
    zh = ("签名没有收下。", "太短了，不像一个名字。", "请申请人再签一次。")


class ShownHasChanged(CaseError):
    what = "The signature was not taken."
    cause = "The form was changed after it was shown."
    remedy = "Show the new form to the applicant and let them sign that."
    zh = ("签名没有收下。", "给人看过以后表又改了。", "请把新表给申请人看过再签。")


class DirectoryMissing(CaseError):
    what = "The case was not sealed."
    cause = "This station has never spoken with the hub, so it does not know whom to seal for."
    remedy = "Connect to the network once; everything entered is kept."
    zh = (
        "办件没有封好。",
        "这台电脑还没有连过中心，不知道该封给谁。",
        "请先连一次网，填好的都在。",
    )


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """The dossier as the villager sees it; ``ink_mm`` on ``ink_page`` (from 0) is to be signed."""

    pdf: bytes
    sha256: str
    pages: int
    ink_page: int
    ink_mm: tuple[float, float, float, float]
    unprintable: str = ""


@dataclass(frozen=True, slots=True)
class SignedDossier:
    """The dossier with the agent's signature, kept in the store under ``sha256``."""

    draft: Draft
    pdf: bytes
    sha256: str
    level: str


class SigningDesk:
    """Shows, takes the ink, signs. Building takes some hundred milliseconds: call it in a task."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        capture: Capture,
        who: SignedIn,
        vouching: Callable[[], Vouching | None],
        calendar: WorkingCalendar,
        clock: Clock,
    ) -> None:
        self._store = store
        self._intake = intake
        self._capture = capture
        self._who = who
        self._vouching = vouching
        self._calendar = calendar
        self._clock = clock

    def shown(self, draft: Draft) -> ShownDocument:
        """What the villager must see before signing."""
        from station.dossier.dossier import build_dossier

        built = build_dossier(self._content(draft))
        return ShownDocument(
            built.pdf,
            built.sha256,
            built.pages,
            built.ink.page,
            built.ink.ink_mm,
            built.unprintable,
        )

    def keep_ink(self, draft_id: str, ink: Ink, shown: ShownDocument) -> Draft:
        """Binds the strokes to the document that was shown, and keeps them.

        Raises ``InkTooShort`` for a slip and ``ShownHasChanged`` when the draft has moved on.
        """
        if ink.length_mm < _LEAST_INK_MM:
            raise InkTooShort
        draft = self._store.draft(draft_id)
        if self.shown(draft).sha256 != shown.sha256:
            raise ShownHasChanged
        bound = bind(ink, bytes.fromhex(shown.sha256))
        ink_id = self._store.put_ink(draft.id, to_record(bound))
        now = self._clock()
        changed = draft.changed(
            now, ink=InkEntry(ink=ink_id, shown_sha256=shown.sha256, signed_at=now)
        )
        self._store.save_draft(changed)
        return changed

    def wipe_ink(self, draft_id: str) -> Draft:
        """The villager signs once more."""
        changed = self._store.draft(draft_id).changed(self._clock(), ink=None)
        self._store.save_draft(changed)
        return changed

    def ink_of(self, draft: Draft) -> BoundInk | None:
        """The ink that was taken for this draft."""
        if draft.ink is None:
            return None
        return from_record(self._store.ink(draft.ink.ink))

    def lacks(self, draft: Draft) -> tuple[Missing, ...]:
        """What keeps the case from being signed by the agent."""
        return blocking(self._intake.missing(draft))

    def sign(self, draft_id: str, proofs: Proofs) -> SignedDossier:
        """The agent's signature over the dossier with the ink in it.

        The ink's strokes go into it sealed for the archive. Raises ``NotReadyToSign`` with
        everything that is missing, ``DirectoryMissing`` on a PC that does not know the archive
        yet, or a ``SigningError``; then the draft is as it was.
        """
        from signing.pades.fields import prepare
        from signing.pades.inking import write_ink
        from station.dossier.dossier import build_dossier

        draft = self._store.draft(draft_id)
        lacks = self.lacks(draft)
        bound = self.ink_of(draft)
        if lacks or bound is None or draft.ink is None:
            words = "、".join(dict.fromkeys(lack.words for lack in lacks)) or "本人签字"
            raise NotReadyToSign(number=draft.number, lacks=words)
        vouching = self._vouching()
        if vouching is None:
            raise DirectoryMissing
        built = build_dossier(self._content(draft))
        if not bound.matches(built.digest):
            raise ShownHasChanged
        inked = write_ink(
            built.pdf,
            bound,
            built.ink,
            draft.ink.signed_at,
            vouching.keepers(draft.station),
            file=draft.number,
        )
        prepared = prepare(inked, built.fields, file=draft.number)
        at = self._clock()
        signed = sign_stage(prepared, self._who.key, VILLAGE_FIELD, "村级受理", at, proofs)
        digest = self._store.put_blob(signed.pdf, draft.id)
        entry = Unproven(draft.id, draft.number, digest, at)
        note_signed(self._store, entry, proven=signed.level.stamped)
        return SignedDossier(draft, signed.pdf, digest, signed.level.value)

    def acceptance_notice(self, draft: Draft, accepted_at: datetime) -> bytes:
        """The 受理通知书 to be handed over."""
        from station.dossier.notices import acceptance_notice

        item = self._intake.item_of(draft)
        due = self._calendar.plus(accepted_at.date(), item.promised_days)
        letter = acceptance_notice(
            self._content(draft),
            accepted_at=accepted_at,
            due=due,
            provisional=due.year not in self._calendar.known,
            phone=masked_phone(phone_of(draft)),
        )
        return letter.pdf

    def due(self, draft: Draft, day: date) -> date:
        """The last promised day for a case accepted on ``day``."""
        return self._calendar.plus(day, self._intake.item_of(draft).promised_days)

    def _content(self, draft: Draft) -> DossierContent:
        from station.dossier.dossier import DossierContent

        person = self._who.person
        return DossierContent.of(
            self._intake.item_of(draft),
            draft,
            self._capture.page_images(draft),
            station=person.unit.name,
            agent=person.name,
            today=draft.opened_at.date(),
            mark="培训用，不具效力" if self._who.training else "",
        )


def gist(item: ServiceItem, draft: Draft) -> tuple[tuple[str, str, bool], ...]:
    """What money the form speaks of, as (label, value, whether it is whole): an amount is told
    whole, an account by its last four digits."""
    found: list[tuple[str, str, bool]] = []
    for field in item.fields:
        value = draft.values.get(field.id)
        text = value.value if value else ""
        if field.kind is FieldKind.MONEY and text:
            found.append((field.label, printed(field, text), True))
        elif field.kind is FieldKind.DIGITS and len(text) > 12:
            found.append((field.label, text[-4:], False))
    return tuple(found[:2])


def masked_phone(phone: str) -> str:
    """``139****6021``."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else phone


def phone_of(draft: Draft) -> str:
    """Where the applicant is told: the form's telephone field, else the applicant's own."""
    value = draft.values.get("phone")
    return (value.value if value else "") or draft.applicant.phone
