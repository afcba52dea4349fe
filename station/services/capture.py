"""Capturing papers: a page is on the disk before anything is done to it.

Two calls for one photograph: ``keep`` makes the original durable and gives it its place in the
case (milliseconds), ``process`` straightens and judges it (to be called beside the window). What
is done to a page is data; ``page_picture`` makes the picture anew whenever the cache lost it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from station.clock import Clock
from station.domain.drafts import Draft, DraftState, MaterialEntry
from station.domain.items import PaperProfile
from station.domain.side_papers import material_of, side_papers_of
from station.dossier.paper_pages import PageImage
from station.services.intake import Intake
from station.store import PageRecord, Store

if TYPE_CHECKING:
    from station.imaging.digest import Digest
    from station.imaging.pipeline import PagePipeline, PageResult

_PARAMETERS = "page"  # the key of the pipeline's own parameters in a page's record
_NOTICES = "notices"
_SURE = "quad_sure"
_LISTED = "listed"
_DIGEST = "digest"  # by which the same sheet is known again
_SIZE = "size"  # of the source picture, for the corner editor


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that is durable, and the draft that lists it."""

    draft: Draft
    page: PageRecord


class Capture:
    """Takes pages into the cases of one desk."""

    def __init__(self, store: Store, intake: Intake, pipeline: PagePipeline, clock: Clock) -> None:
        self._store = store
        self._intake = intake
        self._pipeline = pipeline
        self._clock = clock

    def keep(self, draft_id: str, material_id: str, picture: bytes, origin: str) -> Kept:
        """Makes a photograph durable as the next page of a material.

        Nothing is looked at yet: even a picture that proves unusable is kept until the case is
        archived. Raises a ``StoreError`` when the disk refuses; then nothing has changed.
        """
        page = self._store.add_page(draft_id, material_id, picture, self._clock(), origin)
        entry = self._store.draft(draft_id).materials.get(material_id, MaterialEntry())
        draft = self._intake.set_pages(draft_id, material_id, (*entry.pages, page.id))
        return Kept(draft, self._listed(page))

    def process(self, page_id: str) -> PageRecord:
        """Straightens and judges a kept page; its record then carries parameters and notices.

        Raises a ``PictureError`` when it is no usable picture; the page stays, to be removed or
        taken again.
        """
        page = self._store.page(page_id)
        result = self._pipeline.process(
            self._store.page_original(page_id), self._profile(page), page.origin
        )
        return self._accept(page_id, result)

    def set_corners(self, page_id: str, corners: tuple[tuple[float, float], ...]) -> PageRecord:
        """The person has set the corners (pixels of the original, clockwise from top left)."""
        from station.imaging.geometry import Quad

        return self._change(
            page_id, {"quad": [list(corner) for corner in Quad.exactly(corners).corners]}, sure=True
        )

    def turn(self, page_id: str, quarters: int = 1) -> PageRecord:
        """Turns the finished page clockwise by quarters."""
        turned = (self._parameters(self._store.page(page_id))["quarter_turns"] + quarters) % 4
        return self._change(page_id, {"quarter_turns": turned})

    def remove(self, draft_id: str, page_id: str) -> Draft:
        """Takes a page out of its material; ``Intake.undo`` brings it back."""
        draft = self._store.draft(draft_id)
        for material_id, entry in draft.materials.items():
            if page_id in entry.pages:
                pages = tuple(other for other in entry.pages if other != page_id)
                return self._intake.set_pages(draft_id, material_id, pages)
        return draft

    def retake(self, draft_id: str, page_id: str, picture: bytes, origin: str) -> Kept:
        """A new photograph in the place of ``page_id``."""
        old = self._store.page(page_id)
        page = self._store.add_page(draft_id, old.material, picture, self._clock(), origin)
        entry = self._store.draft(draft_id).materials[old.material]
        pages = tuple(page.id if other == page_id else other for other in entry.pages)
        draft = self._intake.set_pages(draft_id, old.material, pages)
        return Kept(draft, self._listed(page))

    def recover(self, draft_id: str) -> Draft:
        """Lists the pages that arrived just before a crash and were not listed yet; pages that a
        person took out stay out."""
        draft = self._store.draft(draft_id)
        if draft.state not in (DraftState.OPEN, DraftState.RETURNED):
            return draft
        for page in self._store.loose_pages(draft):
            if page.parameters.get(_LISTED):
                continue
            entry = draft.materials.get(page.material, MaterialEntry())
            draft = self._intake.set_pages(draft_id, page.material, (*entry.pages, page.id))
            self._listed(page)
        return draft

    def _listed(self, page: PageRecord) -> PageRecord:
        """It has had its place: whoever takes it out again means it."""
        return self._store.update_page(page.id, {_LISTED: True})

    # ---------------------------------------------------------------- looking at pages
    def page(self, page_id: str) -> PageRecord:
        """The record of a page."""
        return self._store.page(page_id)

    def notices(self, page: PageRecord) -> tuple[str, ...]:
        """What was noticed: names of ``imaging.judge.Notice``; empty when all is well."""
        return tuple(page.parameters.get(_NOTICES, ()))

    def notice(self, page_id: str, name: str) -> PageRecord:
        """Notices something more about a page."""
        notices = self.notices(self._store.page(page_id))
        if name in notices:
            return self._store.page(page_id)
        return self._store.update_page(page_id, {_NOTICES: [*notices, name]})

    def is_processed(self, page: PageRecord) -> bool:
        """Whether the page was straightened and judged."""
        return _PARAMETERS in page.parameters

    def quad_sure(self, page: PageRecord) -> bool:
        """Whether the corners may be believed without a person looking."""
        return bool(page.parameters.get(_SURE, False))

    def corners(self, page: PageRecord) -> tuple[tuple[float, float], ...] | None:
        """The corners in the original, clockwise from top left; None: the whole picture."""
        quad = page.parameters.get(_PARAMETERS, {}).get("quad")
        return tuple((float(x), float(y)) for x, y in quad) if quad else None

    def source_size(self, page: PageRecord) -> tuple[int, int] | None:
        """Width and height of the original the right way up, once it was processed."""
        size = page.parameters.get(_SIZE)
        return (int(size[0]), int(size[1])) if size else None

    def original(self, page_id: str) -> bytes:
        """The bytes as they came from the device."""
        return self._store.page_original(page_id)

    def picture(self, page_id: str) -> bytes:
        """The finished page as JPEG, from the cache or made anew."""
        page = self._store.page(page_id)
        found = self._store.page_render(page)
        if found is None:
            found = self._rendered(page).jpeg
        return found

    def thumbnail(self, page_id: str) -> bytes:
        """The small picture as JPEG, from the cache or made anew."""
        page = self._store.page(page_id)
        found = self._store.page_thumbnail(page)
        if found is None:
            found = self._rendered(page).thumbnail
        return found

    def page_images(self, draft: Draft) -> tuple[PageImage, ...]:
        """All papers of a case as the dossier takes them, in the order of the item's materials;
        side papers come last."""
        item = self._intake.item_of(draft)
        found = []
        for material in (*item.materials, *side_papers_of(draft)):
            entry = draft.materials.get(material.id, MaterialEntry())
            for number, page_id in enumerate(entry.pages):
                title = material.pages[number] if number < len(material.pages) else ""
                page = self._store.page(page_id)
                jpeg = self.picture(page_id)
                dpi = float(self._store.page(page_id).parameters.get("dpi") or 200.0)
                found.append(PageImage(jpeg=jpeg, dpi=dpi, material=page.material, title=title))
        return tuple(found)

    # ---------------------------------------------------------------- inside
    def _profile(self, page: PageRecord) -> str:
        item = self._intake.item_of(self._store.draft(page.draft))
        try:
            return material_of(item, page.material).profile.value
        except KeyError:
            return PaperProfile.A4.value  # a paper that a newer item does not ask for

    def _accept(self, page_id: str, result: PageResult) -> PageRecord:
        notices = [notice.value for notice in result.notices]
        if self._is_there_already(self._store.page(page_id), result.digest):
            notices.append("same_as_before")
        page = self._store.update_page(
            page_id,
            {
                _PARAMETERS: result.parameters.as_json(),
                _NOTICES: notices,
                _DIGEST: result.digest.text(),
                _SURE: result.quad_sure,
                _SIZE: list(result.source_size),
                "dpi": result.page.dpi,
                "kind": result.kind.value,
            },
        )
        self._store.put_page_render(page, result.page.jpeg)
        self._store.put_page_thumbnail(page, result.page.thumbnail)
        return page

    def _is_there_already(self, page: PageRecord, digest: Digest) -> bool:
        """Whether another page that the case lists shows the same sheet."""
        from station.imaging.digest import Digest, Seen

        seen = Seen()
        for entry in self._store.draft(page.draft).materials.values():
            for other_id in entry.pages:
                known = self._store.page(other_id).parameters.get(_DIGEST)
                other = Digest.of_text(known) if known and other_id != page.id else None
                if other is not None:
                    seen.remember(other)
        return seen.before(digest) is not None

    def _parameters(self, page: PageRecord) -> dict[str, Any]:
        if _PARAMETERS not in page.parameters:
            page = self.process(page.id)
        return dict(page.parameters[_PARAMETERS])

    def _change(self, page_id: str, changes: dict[str, Any], *, sure: bool = False) -> PageRecord:
        page = self._store.page(page_id)
        parameters = self._parameters(page) | changes
        page = self._store.page(page_id)
        notices = [
            n for n in page.parameters.get(_NOTICES, ()) if not sure or n != "corners_unsure"
        ]
        page = self._store.update_page(
            page_id,
            {
                _PARAMETERS: parameters,
                _NOTICES: notices,
                _SURE: sure or self.quad_sure(page),
            },
        )
        self._rendered(page)
        self._touch(page)
        return self._store.page(page_id)

    def _touch(self, page: PageRecord) -> None:
        """A page that looks different is no longer what the applicant signed under."""
        draft = self._store.draft(page.draft)
        if draft.ink is not None:
            self._store.save_draft(
                replace(draft, ink=None, revision=draft.revision + 1, changed_at=self._clock())
            )

    def _rendered(self, page: PageRecord) -> Any:
        from station.imaging.pipeline import PageParameters

        parameters = PageParameters.from_json(self._parameters(page))
        made = self._pipeline.render(self._store.page_original(page.id), parameters, page.origin)
        page = self._store.update_page(page.id, {"dpi": made.dpi})
        self._store.put_page_render(page, made.jpeg)
        self._store.put_page_thumbnail(page, made.thumbnail)
        return made
