"""Reading the papers of a case: a filled paper form into the e-form, a card into a person.

The picture is durable before it is read, and what was read is saved with its cut-outs in one
change: a desk that dies in between reads the page again. Reading takes seconds: call it in a task.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from station.domain.drafts import Draft, FieldValue, ValueSource
from station.domain.items import FieldKind
from station.domain.side_papers import PAPER_FORM
from station.services.capture import Capture, Kept
from station.services.intake import Intake
from station.store import Store

if TYPE_CHECKING:
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
