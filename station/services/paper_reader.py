"""Reading the papers of a case: a filled paper form into the e-form, a card into a person.

The picture is durable before it is read, and what was read is saved with its cut-outs in one
change: a desk that dies in between reads the page again. Reading takes seconds: call it in a task.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from station.domain.applicants import Applicant, Delegate, IdentitySource
from station.domain.drafts import Draft, FieldValue, ValueSource
from station.domain.items import FieldKind, Material, PaperProfile
from station.domain.side_papers import CARD_PHOTO, DELEGATE_CARD, PAPER_FORM, material_of
from station.errors import InputError
from station.services.capture import Capture, Kept
from station.services.intake import Intake
from station.store import Store

if TYPE_CHECKING:
    from station.devices.idcard import CardReading
    from station.imaging.arrays import Pixels
    from station.reading.desk import ReadingDesk
    from station.reading.fields import FieldReading

Told = Callable[[float], None]
_QUALITY = 88  # of a cut-out: some 6 KB


class PaperReader:
    """Reads for the cases of one desk."""

    def __init__(
        self, store: Store, intake: Intake, capture: Capture, reading: Callable[[], ReadingDesk]
    ) -> None:
        """``reading`` gives the reading desk; it is loaded when the first paper is read."""
        self._store = store
        self._intake = intake
        self._capture = capture
        self._reading = reading

    def warm_up(self) -> None:
        """Loads the text reader while the paper is still being laid down."""
        self._reading().warm_up()

    def check_kind(self, page_id: str) -> bool:
        """Whether a processed page surely is another paper than the one it was taken for; its
        notices then say so. A page that has no words for it, or is blank, is left alone."""
        page = self._capture.page(page_id)
        notices = self._capture.notices(page)
        if not self._capture.is_processed(page) or {"wrong_kind", "blank"} & set(notices):
            return False
        item = self._intake.item_of(self._store.draft(page.draft))
        try:
            asked = material_of(item, page.material)
        except KeyError:
            return False  # a paper that a newer item does not ask for
        if not self._reading().is_another_kind(self._capture.picture(page_id), asked, item):
            return False
        self._capture.notice(page_id, "wrong_kind")
        return True

    # ---------------------------------------------------------------- the form
    def keep_form(self, draft_id: str, picture: bytes, origin: str) -> Kept:
        """Makes a picture of the paper form durable; it is still to be read."""
        return self._capture.keep(draft_id, PAPER_FORM.id, picture, origin)

    def read_form(self, draft_id: str, page_id: str, told: Told = lambda _: None) -> Draft:
        """Reads a kept page of the form into the draft, and straightens it for the dossier.

        ``told`` hears how much is done; what it raises ends the reading and leaves the page
        unread. Raises what ``ReadingDesk.read`` raises.
        """
        draft = self._store.draft(draft_id)
        item = self._intake.item_of(draft)
        picture = self._store.page_original(page_id)
        reading = self._reading().read(
            picture, PAPER_FORM.name, item=item.code, told=lambda share: told(0.75 * share)
        )
        told(0.8)
        self._capture.process(page_id)
        told(0.95)
        values = {}
        for field in item.fields:
            read = reading.fields.get(field.id)
            if read is None or field.kind is FieldKind.SIGNATURE or _nothing(read):
                continue
            crop = ""
            if (cut := reading.cut_outs.get(field.id)) is not None:
                crop = self._store.put_blob(_jpeg(cut), draft_id)
            values[field.id] = _value(read, crop)
        return self._intake.take_readings(draft_id, values, page_id)

    def cut_out(self, crop: str) -> bytes:
        """The picture (JPEG) of a field, by the id in its value."""
        return self._store.blob(crop)

    def drop_form(self, draft_id: str) -> Draft:
        """The paper form does not belong to this case after all."""
        entry = self._store.draft(draft_id).materials.get(PAPER_FORM.id)
        return self._intake.forget_form(draft_id, entry.pages if entry else ())

    # ---------------------------------------------------------------- the card
    def take_card(
        self, draft_id: str, card: CardReading, phone: str = "", *, delegate: bool = False
    ) -> Draft:
        """The person on a card that a reader has read, with the picture from its chip."""
        picture = self._store.put_blob(card.photo, draft_id) if card.photo else ""
        return self._set_person(draft_id, card.applicant(phone), picture, delegate)

    def keep_card(
        self, draft_id: str, picture: bytes, origin: str, *, delegate: bool = False
    ) -> Kept:
        """Makes a photograph of a card durable, where the item wants the card's pages if it does.

        A third photograph takes the place of the last: a card has two sides.
        """
        draft = self._store.draft(draft_id)
        material = self._card_material(draft, delegate)
        entry = draft.materials.get(material.id)
        if entry is not None and len(entry.pages) >= len(material.pages):
            return self._capture.retake(draft_id, entry.pages[-1], picture, origin)
        return self._capture.keep(draft_id, material.id, picture, origin)

    def read_card(
        self, draft_id: str, page_id: str, told: Told = lambda _: None, *, delegate: bool = False
    ) -> Draft:
        """Reads a kept photograph of one side of the card into the person.

        What a chip has said stays. A picture that is no card is taken out again. Raises
        ``CardNotFound`` or a ``PictureError``.
        """
        original = self._store.page_original(page_id)
        try:
            reading = self._reading().read(original, "身份证", card=True, told=told)
        except InputError:
            self._capture.remove(draft_id, page_id)
            raise
        told(0.8)
        self._capture.process(page_id)
        front = "name" in reading.fields
        self._store.update_page(page_id, {_SIDE: "front" if front else "back"})
        draft = self._front_first(self._store.draft(draft_id), delegate)
        before = draft.delegate.person if delegate and draft.delegate else draft.applicant
        if before.source is IdentitySource.CARD:
            return draft
        picture = None
        if front:
            picture = self._store.put_blob(_jpeg(_face(reading.cut_outs["card"])), draft_id)
        return self._set_person(draft_id, person_read(before, reading.fields), picture, delegate)

    def _card_material(self, draft: Draft, delegate: bool) -> Material:
        if delegate:
            return DELEGATE_CARD
        item = self._intake.item_of(draft)
        cards = (m for m in item.materials if m.profile is PaperProfile.ID_CARD)
        return next((m for m in cards if m.required is True), CARD_PHOTO)

    def _front_first(self, draft: Draft, delegate: bool) -> Draft:
        material = self._card_material(draft, delegate)
        pages = draft.materials[material.id].pages
        sides = {page: self._store.page(page).parameters.get(_SIDE, "") for page in pages}
        ordered = tuple(sorted(pages, key=lambda page: sides[page] == "back"))
        if ordered == pages:
            return draft
        return self._intake.set_pages(draft.id, material.id, ordered)

    def _set_person(
        self, draft_id: str, person: Applicant, picture: str | None, delegate: bool
    ) -> Draft:
        if not delegate:
            return self._intake.set_applicant(draft_id, person, picture)
        known = self._store.draft(draft_id).delegate or Delegate(person=person)
        picture = known.picture if picture is None else picture
        return self._intake.set_delegate(draft_id, replace(known, person=person, picture=picture))


_SIDE = "side"
_DATES = ("birth", "valid_from", "valid_to")


def person_read(before: Applicant, fields: Mapping[str, FieldReading]) -> Applicant:
    """The person as one side of a photographed card tells; what is not sure is named."""
    changes: dict[str, object] = {}
    for name, field in fields.items():
        if name in _DATES:
            changes[name] = _day(field.value)
        else:
            changes[name] = field.value
    unsure = tuple(name for name, field in fields.items() if not field.ok)
    others = tuple(name for name in before.doubtful if name not in fields)
    return replace(
        before,
        **changes,  # type: ignore[arg-type]
        source=IdentitySource.PHOTO,
        doubtful=(*others, *unsure),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # 长期, or not readable
        return None


def _face(card: Pixels) -> Pixels:
    """The portrait on the front of an identity card (GA 450), with a little room round it."""
    height, width = card.shape[:2]
    return card[
        round(0.1 * height) : round(0.72 * height), round(0.65 * width) : round(0.96 * width)
    ]


def _nothing(read: FieldReading) -> bool:
    """An empty field with which nothing is wrong says nothing."""
    return not read.value and not read.raw and read.ok


def _value(read: FieldReading, crop: str) -> FieldValue:
    return FieldValue(
        value=read.value,
        source=ValueSource.PAPER,
        raw=read.raw,
        confidence=read.confidence,
        confirmed=read.ok,
        crop=crop,
        problem=read.problem,
        problem_en=read.problem_en,
        others=read.others,
    )


def _jpeg(pixels: Pixels) -> bytes:
    import cv2

    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    data: Any = encoded
    return bytes(data.tobytes())
