"""Reasons for returning and refusing, gathered before they are sent all at once (一次性告知).

The words of a reason go to the village and into a letter: they are Chinese in every language of
the screens that write one; English is for those that count them. No widget lives here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from station.domain.cases import ActionType
from station.domain.item_words import spoken
from station.services.review import OpenCase
from station.wire.sealed import Frame, Reason
from ui.cases.reason_words import REFUSING, RETURNING, Usual
from ui.common.wording import ring

if TYPE_CHECKING:
    from station.forms.layout import FormLayout


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reason belongs: a material, a field of the form, or the case as a whole."""

    material: str = ""
    field: str = ""
    page: int | None = None  # of the dossier, from 1


class ReasonList(QObject):
    """The reasons gathered so far for one case; ``changed`` follows every change.

    A frame drawn on a page is a reason whose words are still to be said: the next usual reason
    that is picked, or the next words typed, are its own.
    """

    changed = Signal()

    def __init__(self, case: OpenCase, action: ActionType) -> None:
        super().__init__()
        self.case, self.action = case, action
        self._reasons: list[Reason] = []
        self._places: dict[str, list[tuple[Place, str]]] = {}  # asked again at every key press
        self._layout: FormLayout | None = None
        self.current = -1

    @property
    def usual(self) -> tuple[Usual, ...]:
        """What can be picked by number."""
        return REFUSING if self.action is ActionType.REFUSE else RETURNING

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All of them, in the order in which they were given."""
        return tuple(self._reasons)

    @property
    def complete(self) -> bool:
        """Whether there is a reason and each of them has its words."""
        return bool(self._reasons) and all(reason.text for reason in self._reasons)

    def add(self, code: str, text: str, place: Place, remedy: str = "") -> None:
        """One more; the very same one at the same place is not told twice. Where a frame waits
        for its words, these are they."""
        waiting = next((at for at, one in enumerate(self._reasons) if not one.text), None)
        if waiting is not None:
            self._reasons[waiting] = self._reasons[waiting].model_copy(
                update={"code": code, "text": text, "remedy": remedy}
            )
            self.current = waiting
            self.changed.emit()
            return
        reason = Reason(
            code=code,
            text=text,
            field=place.field,
            material=place.material,
            page=place.page,
            remedy=remedy,
        )
        if reason not in self._reasons:
            self._reasons.append(reason)
        self.current = self._reasons.index(reason)
        self.changed.emit()

    def frame(self, page: int, frame: Frame) -> None:
        """A place framed on a page of the dossier (from 0). A second frame before the words of
        the first replaces it."""
        place = self.place_on(page)
        field = self.field_in(page, frame) if not place.material else ""
        reason = Reason(
            code="", text="", field=field, material=place.material, page=page + 1, frame=frame
        )
        self._reasons = [one for one in self._reasons if one.text]
        self._reasons.append(reason)
        self.current = len(self._reasons) - 1
        self.changed.emit()

    def pin(self, at: int, place: Place) -> None:
        """Says where a reason belongs; a frame elsewhere is gone with it."""
        if 0 <= at < len(self._reasons):
            self._reasons[at] = self._reasons[at].model_copy(
                update={
                    "field": place.field,
                    "material": place.material,
                    "page": place.page,
                    "frame": None,
                }
            )
            self.changed.emit()

    def remove(self, at: int) -> None:
        """Takes one away."""
        del self._reasons[at]
        self.current = min(self.current, len(self._reasons) - 1)
        self.changed.emit()

    def put_back(self, at: int, reason: Reason) -> None:
        """The one that was taken away is wanted after all."""
        self._reasons.insert(min(at, len(self._reasons)), reason)
        self.current = self._reasons.index(reason)
        self.changed.emit()

    def choose(self, at: int) -> None:
        """The one that a place is picked for."""
        if at != self.current:
            self.current = at
            self.changed.emit()

    # ---------------------------------------------------------------- places
    def places(self, language: str = "zh") -> list[tuple[Place, str]]:
        """Every place a reason can be pinned to, with its name in ``zh``, as it goes out, or in
        ``en`` for who picks one."""
        if language not in self._places:
            self._places[language] = self._found_places(language)
        return self._places[language]

    def _found_places(self, language: str) -> list[tuple[Place, str]]:
        item, papers = spoken(self.case.item, language), self.case.papers
        labels = {field.id: field.label for field in item.fields} if language == "en" else {}
        found: list[tuple[Place, str]] = [(Place(), QCoreApplication.translate("review", "整件"))]
        found += [
            (Place(material=one.id, page=self.page_of(one.id)), one.name) for one in item.materials
        ]
        form = QCoreApplication.translate("review", "表单“{field}”")
        found += [
            (
                Place(field=line.id, page=1),
                form.format(field=labels[line.id]) if line.id in labels else f"表单“{line.label}”",
            )
            for line in papers.lines
        ]
        return found

    def page_of(self, material: str) -> int | None:
        """The first page of a material in the dossier, from 1; None where it has none."""
        name = next((m.name for m in self.case.item.materials if m.id == material), "")
        for mark in self.case.papers.bookmarks:
            if name and mark.title.startswith(name):
                return mark.page + 1
        return None

    def field_in(self, page: int, frame: Frame) -> str:
        """The field of the form in whose cell most of a frame lies; "" for none."""
        best, found = 0.0, ""
        for field, cell in self._cells(page):
            wide = min(frame.x + frame.width, cell.x + cell.width) - max(frame.x, cell.x)
            high = min(frame.y + frame.height, cell.y + cell.height) - max(frame.y, cell.y)
            if wide > 0 and high > 0 and wide * high > best:
                best, found = wide * high, field
        return found

    def cell_of(self, field: str) -> tuple[int, Frame] | None:
        """The page (from 0) and place of a field on the printed form; None where it has none."""
        for page in range(self._form_pages):
            for known, cell in self._cells(page):
                if known == field:
                    return page, cell
        return None

    @property
    def _form_pages(self) -> int:
        marks = [mark.page for mark in self.case.papers.bookmarks if mark.page > 0]
        return min(marks, default=self.case.papers.pages)

    def _cells(self, page: int) -> Iterator[tuple[str, Frame]]:
        """The cells of the form's fields on a page (from 0), label and all."""
        from station.forms.layout import PAGE_MM, layout

        wide, high = PAGE_MM
        if self._layout is None:
            self._layout = layout(self.case.item)
        for field in self._layout.fields:
            if field.page == page + 1:
                x, y, w, h = field.cell_mm
                left = min(x, field.label_mm[0])
                yield (
                    field.id,
                    Frame(x=left / wide, y=y / high, width=(x + w - left) / wide, height=h / high),
                )

    def place_on(self, page: int) -> Place:
        """The paper that lies on a page of the dossier (from 0); the form is the whole case."""
        title = ""
        for mark in self.case.papers.bookmarks:
            if mark.page <= page:
                title = mark.title
        for material in self.case.item.materials:
            if title.startswith(material.name):
                return Place(material=material.id, page=page + 1)
        return Place()

    def name_of(self, reason: Reason, language: str = "zh") -> str:
        """The name of the place that a reason is pinned to; "" for the whole case."""
        for place, name in self.places(language)[1:]:
            if (place.field, place.material) == (reason.field, reason.material):
                return name
        return ""

    def signs_on(self, first: int, last: int) -> str:
        """The signs of the reasons on the pages of a paper (from 0, both included)."""
        return "".join(
            ring(number)
            for number, reason in enumerate(self._reasons, 1)
            if reason.page is not None and first <= reason.page - 1 <= last
        )

    # ---------------------------------------------------------------- what goes out
    def notice(self) -> str:
        """The notice as the village reads it: every reason with its place."""
        lines = []
        for number, reason in enumerate(self._reasons, 1):
            if not reason.text:
                continue  # its words are still to be said
            place = self.name_of(reason)
            if not place and reason.page is not None:
                place = f"第 {reason.page} 页"
            where = f"{place}（圈出的地方）" if reason.frame is not None else place
            line = f"{number}. {where}：{reason.text}" if where else f"{number}. {reason.text}"
            lines.append(f"{line}。{reason.remedy}" if reason.remedy else line)
        return "\n".join(lines)

    def message(self) -> str:
        """The short message to the applicant, as the hub fills it in."""
        from station.notify.templates import Occasion, load_templates

        papers = self.case.papers
        occasion = Occasion.REFUSED if self.action is ActionType.REFUSE else Occasion.RETURNED
        facts = {
            "item": self.case.item.title,
            "number": self.case.case.number,
            "station": papers.station,
            "days": str(self.case.item.promised_days),
        }
        return load_templates().render(occasion, facts, papers.applicant.name)
