"""Taking a case in: opening it, who asks, the form, what is still missing.

Every change is saved before the call returns, so that closing the lid loses nothing. What is
known is filled in by itself; what was typed by a person is never overwritten by a machine.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from station.catalogue import Catalogue
from station.clock import Clock
from station.domain.applicants import Applicant, Delegate
from station.domain.completeness import Missing, missing
from station.domain.drafts import (
    Draft,
    DraftState,
    FieldValue,
    MaterialEntry,
    Provision,
    ValueSource,
)
from station.domain.items import FieldKind, FormField, ServiceItem
from station.domain.noticing import Noticed, noticed
from station.domain.side_papers import PAPER_FORM
from station.domain.units import Person
from station.domain.values import check_value
from station.errors import CaseError
from station.store import Store


class DraftClosed(CaseError):
    what = "Case {number} was not changed."
    cause = "It is already signed and on its way."
    remedy = "Wait for the township's answer; a returned case can be changed again."
    zh = (
        "办件 {number} 没有改。",
        "它已经签好送出了。",
        "请等镇里答复，退回补正后可以再改。",
    )


class Intake:
    """Opens and fills cases at one desk, for one signed-in agent."""

    def __init__(self, store: Store, catalogue: Catalogue, agent: Person, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._agent = agent
        self._clock = clock
        self._undo: dict[str, list[tuple[str, Draft]]] = {}
        self._lock = threading.Lock()  # a form is read beside the window while the agent types

    def open_case(self, item_code: str) -> Draft:
        """A new case of this item, saved, with its number taken for good."""
        item = self._catalogue.item(item_code)
        now = self._clock()
        serial = self._store.next_serial(now.date())
        draft = Draft(
            id=str(uuid.uuid4()),
            number=f"{self._agent.unit.code}-{now:%y%m%d}-{serial:03d}",
            item=item.code,
            item_version=item.version,
            station=self._agent.unit.code,
            agent=self._agent.id,
            opened_at=now,
            changed_at=now,
            materials={material.id: MaterialEntry() for material in item.materials},
        )
        self._store.save_draft(draft)
        self._store.count_use(item.code)
        return draft

    def draft(self, draft_id: str) -> Draft:
        """The newest state of a case on this desk."""
        return self._store.draft(draft_id)

    def unfinished(self) -> tuple[Draft, ...]:
        """Cases to go on with, those that came back for correction first."""
        drafts = self._store.drafts((DraftState.RETURNED, DraftState.OPEN))
        returned = [draft for draft in drafts if draft.state is DraftState.RETURNED]
        opened = [draft for draft in drafts if draft.state is DraftState.OPEN]
        newest = sorted(opened, key=lambda draft: draft.changed_at, reverse=True)
        return (*returned, *newest)

    def item_of(self, draft: Draft) -> ServiceItem:
        """The item in the version that the case was opened with."""
        return self._catalogue.item(draft.item, draft.item_version)

    def set_applicant(
        self, draft_id: str, applicant: Applicant, picture: str | None = None
    ) -> Draft:
        """Says who asks, and fills every field that follows from it and nobody has typed.

        ``picture`` is the digest of the card's picture; None leaves the one that is there.
        """
        return self._change(
            draft_id,
            "applicant",
            lambda draft: {
                "applicant": applicant,
                "card_picture": draft.card_picture if picture is None else picture,
                "values": {**draft.values, **_prefilled(self.item_of(draft), applicant, draft)},
            },
        )

    def set_value(self, draft_id: str, field_id: str, text: str) -> Draft:
        """A field as a person typed or chose it; an empty text clears it."""

        def typed(draft: Draft) -> dict[str, object]:
            before = draft.values.get(field_id)
            kept = (
                replace(before, value=text, source=ValueSource.TYPED, confirmed=True)
                if before
                else FieldValue(value=text)
            )
            return {"values": {**draft.values, field_id: kept}}

        return self._change(draft_id, f"value:{field_id}", typed)

    def confirm_value(self, draft_id: str, field_id: str) -> Draft:
        """A doubtful reading that a person looked at and found right."""
        return self._change(
            draft_id,
            f"confirm:{field_id}",
            lambda draft: {
                "values": {
                    **draft.values,
                    field_id: replace(draft.values[field_id], confirmed=True),
                }
            },
        )

    def set_delegate(self, draft_id: str, delegate: Delegate | None) -> Draft:
        """Says who comes for the applicant (代办), or that the applicant is here."""
        return self._change(draft_id, "delegate", lambda _: {"delegate": delegate})

    def take_readings(
        self, draft_id: str, readings: Mapping[str, FieldValue], page_id: str = ""
    ) -> Draft:
        """Values read from the page ``page_id`` of a paper form, which counts as read then.

        Typed values and those of the ID card stay; where the paper says something else, it is
        asked. A reading that was settled stays settled when the same is read again.
        """

        def read(draft: Draft) -> dict[str, object]:
            values = dict(draft.values)
            for field_id, reading in readings.items():
                before = values.get(field_id)
                if before is not None and before.confirmed and before.raw == reading.raw != "":
                    continue
                if before is None or not before.value or before.source is ValueSource.PAPER:
                    values[field_id] = reading
                else:
                    field = self.item_of(draft).form_field(field_id)
                    values[field_id] = compared(field, before, reading)
            return {"values": values, "unread": _without(draft.unread, page_id)}

        return self._change(draft_id, "readings", read)

    def leave_unread(self, draft_id: str) -> Draft:
        """The paper form is evidence only: the agent types what stands on it."""
        return self._change(draft_id, "unread", lambda _: {"unread": ()})

    def forget_form(self, draft_id: str, pages: tuple[str, ...]) -> Draft:
        """Takes pages of the paper form out, and what was read from it and nobody confirmed."""

        def forget(draft: Draft) -> dict[str, object]:
            entry = draft.materials.get(PAPER_FORM.id, MaterialEntry())
            left = tuple(page for page in entry.pages if page not in pages)
            return {
                "materials": {**draft.materials, PAPER_FORM.id: replace(entry, pages=left)},
                "unread": tuple(page for page in draft.unread if page in left),
                "values": {
                    key: replace(value, crop="", raw="", confirmed=True, problem="", others=())
                    for key, value in draft.values.items()
                    if value.source is not ValueSource.PAPER
                },
            }

        return self._change(draft_id, "form", forget)

    def answer(self, draft_id: str, rule_id: str, holds: bool) -> Draft:
        """The agent's answer to a rule that the program cannot decide."""
        return self._change(
            draft_id,
            f"answer:{rule_id}",
            lambda draft: {"answers": {**draft.answers, rule_id: holds}},
        )

    def provide(
        self,
        draft_id: str,
        material_id: str,
        provision: Provision,
        promised_by: date | None = None,
    ) -> Draft:
        """How a material is provided: as pages, exempt, or promised for a date (容缺)."""
        return self._change(
            draft_id,
            f"provide:{material_id}",
            lambda draft: {
                "materials": {
                    **draft.materials,
                    material_id: replace(
                        draft.materials.get(material_id, MaterialEntry()),
                        provision=provision,
                        promised_by=promised_by,
                    ),
                }
            },
        )

    def set_pages(self, draft_id: str, material_id: str, pages: tuple[str, ...]) -> Draft:
        """The pages of a material in their order, by page id; a new page of the paper form is
        still to be read."""

        def changes(draft: Draft) -> dict[str, object]:
            entry = draft.materials.get(material_id, MaterialEntry())
            changed: dict[str, object] = {
                "materials": {
                    **draft.materials,
                    material_id: replace(entry, pages=pages, provision=Provision.PAGES),
                }
            }
            if material_id == PAPER_FORM.id:
                changed["unread"] = tuple(
                    page for page in pages if page in draft.unread or page not in entry.pages
                )
            return changed

        return self._change(draft_id, f"pages:{material_id}", changes)

    def undo(self, draft_id: str) -> Draft | None:
        """Takes the last change back; None when there is nothing to take back."""
        steps = self._undo.get(draft_id)
        if not steps:
            return None
        _, before = steps.pop()
        now = self._store.draft(draft_id)
        restored = replace(before, revision=now.revision + 1, changed_at=self._clock())
        self._store.save_draft(restored)
        return restored

    def discard(self, draft_id: str) -> None:
        """Puts an unfinished case away; its pages stay until the store is tidied."""
        self._store.discard_draft(draft_id)
        self._undo.pop(draft_id, None)

    def noticed(self, draft: Draft) -> tuple[Noticed, ...]:
        """What is to be seen of the applicant along the way (顺便看到的); reads all cases here."""
        cases, today = self._store.drafts(), self._clock().date()
        return noticed(draft, self._catalogue.items, cases, today)

    def open_beside(self, draft: Draft, item_code: str) -> Draft:
        """A new case of another item for the same person, who need not show the card again."""
        fresh = self.open_case(item_code)
        return self.set_applicant(fresh.id, draft.applicant, draft.card_picture)

    def missing(self, draft: Draft) -> tuple[Missing, ...]:
        """Everything that keeps the case from being sent, this step or another."""
        return missing(self.item_of(draft), draft, self._clock().date())

    def _change(
        self, draft_id: str, what: str, changes: Callable[[Draft], Mapping[str, object]]
    ) -> Draft:
        with self._lock:
            draft = self._store.draft(draft_id)
            if draft.state not in (DraftState.OPEN, DraftState.RETURNED):
                raise DraftClosed(number=draft.number)
            changed = draft.changed(self._clock(), **changes(draft))
            self._store.save_draft(changed)
        steps = self._undo.setdefault(draft_id, [])
        # Typing a word is one step to take back, not one a letter.
        if not (what.startswith("value:") and steps and steps[-1][0] == what):
            steps.append((what, draft))
        return changed


def _prefilled(item: ServiceItem, applicant: Applicant, draft: Draft) -> dict[str, FieldValue]:
    """The fields that the applicant's data fills, in the form each field wants."""
    found: dict[str, FieldValue] = {}
    for field in item.fields:
        if not field.source.startswith("applicant."):
            continue
        before = draft.values.get(field.id)
        if before is not None and before.value and before.source is ValueSource.TYPED:
            continue
        text = applicant_text(applicant, field)
        if text:
            value = FieldValue(value=text, source=ValueSource.APPLICANT)
            found[field.id] = compared(field, value, before) if before and before.raw else value
    return found


_IDENTITY = ("applicant.name", "applicant.id_number", "applicant.birth", "applicant.sex")
_ASKED = (*_IDENTITY, "applicant.phone")  # an address may be written in many right ways


def compared(field: FormField, known: FieldValue, read: FieldValue) -> FieldValue:
    """A value known from elsewhere, beside what the paper says; where they differ it is asked."""
    paper = check_value(field, read.raw)
    said = paper.value if paper.ok else ""
    card = known.source is ValueSource.APPLICANT
    differs = bool(said) and said != known.value and (not card or field.source in _ASKED)
    identity = card and field.source in _IDENTITY
    return replace(
        known,
        raw=read.raw,
        crop=read.crop,
        confidence=read.confidence,
        confirmed=not differs,
        problem=f"纸上像是“{said}”" + ("，和身份证不一样" if identity else "") if differs else "",
        problem_en=f"the paper seems to say “{said}”" if differs else "",
        others=() if identity or not differs else (said,),
    )


def _without(pages: tuple[str, ...], page: str) -> tuple[str, ...]:
    return tuple(other for other in pages if other != page)


def applicant_text(applicant: Applicant, field: FormField) -> str:
    """What the applicant's data say in a field that they fill, in its normal form."""
    if not field.source.startswith("applicant."):
        return ""
    value = getattr(applicant, field.source.removeprefix("applicant."), "")
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    if field.kind is FieldKind.CHOICE:
        return next(
            (option.value for option in field.options if text in (option.value, option.label)), ""
        )
    return check_value(field, text).value
