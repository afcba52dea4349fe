"""Reasons for returning and refusing, gathered before they are sent all at once (一次性告知).

The words of a reason go to the village and into a letter: they are Chinese in every language of
the screens that write one; English is for those that count them. No widget lives here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from PySide6 import QtCore
from PySide6.QtCore import QCoreApplication, QObject, Signal

from station.domain.cases import ActionType
from station.services.review import OpenCase
from station.wire.sealed import Reason

# Under this name lupdate finds the texts; Qt's own is typed to give an object.
QT_TRANSLATE_NOOP = cast("Callable[[str, str], str]", QtCore.QT_TRANSLATE_NOOP)


@dataclass(frozen=True, slots=True)
class Usual:
    """A reason that is often given; ``paper`` ones concern a paper and not the form."""

    code: str
    text: str
    paper: bool = True


RETURNING = (
    Usual("picture-unclear", QT_TRANSLATE_NOOP("review", "照片看不清")),
    Usual("page-missing", QT_TRANSLATE_NOOP("review", "缺页")),
    Usual("mismatch", QT_TRANSLATE_NOOP("review", "对不上")),
    Usual("signature-missing", QT_TRANSLATE_NOOP("review", "没签字")),
    Usual("expired", QT_TRANSLATE_NOOP("review", "过期了")),
    Usual("figure-wrong", QT_TRANSLATE_NOOP("review", "数字不对"), paper=False),
)
REFUSING = (
    Usual("not-eligible", QT_TRANSLATE_NOOP("review", "不符合办理条件"), paper=False),
    Usual("not-competent", QT_TRANSLATE_NOOP("review", "不归本单位办理"), paper=False),
    Usual("duplicate", QT_TRANSLATE_NOOP("review", "已经办过，不用再办"), paper=False),
    Usual("untrue", QT_TRANSLATE_NOOP("review", "材料不真实")),
)
OWN = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reason belongs: a material, a field of the form, or the case as a whole."""

    material: str = ""
    field: str = ""
    page: int | None = None  # of the dossier, from 1


class ReasonList(QObject):
    """The reasons gathered so far for one case; ``changed`` follows every change."""

    changed = Signal()

    def __init__(self, case: OpenCase, action: ActionType) -> None:
        super().__init__()
        self.case, self.action = case, action
        self._reasons: list[Reason] = []
        self.current = -1

    @property
    def usual(self) -> tuple[Usual, ...]:
        """What can be picked by number."""
        return REFUSING if self.action is ActionType.REFUSE else RETURNING

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All of them, in the order in which they were given."""
        return tuple(self._reasons)

    def add(self, code: str, text: str, place: Place) -> None:
        """One more; the very same one at the same place is not told twice."""
        reason = Reason(
            code=code, text=text, field=place.field, material=place.material, page=place.page
        )
        if reason not in self._reasons:
            self._reasons.append(reason)
        self.current = self._reasons.index(reason)
        self.changed.emit()

    def pin(self, at: int, place: Place) -> None:
        """Says where a reason belongs."""
        if 0 <= at < len(self._reasons):
            self._reasons[at] = self._reasons[at].model_copy(
                update={"field": place.field, "material": place.material, "page": place.page}
            )
            self.changed.emit()

    def remove(self, at: int) -> None:
        """Takes one away."""
        del self._reasons[at]
        self.current = min(self.current, len(self._reasons) - 1)
        self.changed.emit()

    def choose(self, at: int) -> None:
        """The one that a place is picked for."""
        self.current = at
        self.changed.emit()

    # ---------------------------------------------------------------- places
    def places(self) -> list[tuple[Place, str]]:
        """Every place a reason can be pinned to, with its name."""
        item, papers = self.case.item, self.case.papers
        found: list[tuple[Place, str]] = [(Place(), QCoreApplication.translate("review", "整件"))]
        found += [
            (Place(material=one.id, page=self.page_of(one.id)), one.name) for one in item.materials
        ]
        found += [(Place(field=line.id, page=1), f"表单“{line.label}”") for line in papers.lines]
        return found

    def page_of(self, material: str) -> int | None:
        """The first page of a material in the dossier, from 1; None where it has none."""
        name = next((m.name for m in self.case.item.materials if m.id == material), "")
        for mark in self.case.papers.bookmarks:
            if name and mark.title.startswith(name):
                return mark.page + 1
        return None

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

    def name_of(self, reason: Reason) -> str:
        """The name of the place that a reason is pinned to; "" for the whole case."""
        for place, name in self.places()[1:]:
            if (place.field, place.material) == (reason.field, reason.material):
                return name
        return ""

    # ---------------------------------------------------------------- what goes out
    def notice(self) -> str:
        """The notice as the village reads it: every reason with its place."""
        lines = []
        for number, reason in enumerate(self._reasons, 1):
            place = self.name_of(reason)
            lines.append(
                f"{number}. {place}：{reason.text}" if place else f"{number}. {reason.text}"
            )
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
