"""Service items (事项): what can be asked for, what it needs, who decides it, and by when.

Frozen data only. Loading and checking the files of ``resources/items`` is the catalogue's work;
laying a form out on paper is the work of ``station.forms``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from station.domain.conditions import Condition
from station.domain.units import Level, Role


class ItemKind(StrEnum):
    CONVENIENCE = "convenience"  # 便民服务事项
    LICENSING = "licensing"  # 行政许可事项


class FieldKind(StrEnum):
    """What a form field holds; the words are those of ``station form layout``."""

    TEXT = "text"
    NAME = "name"
    DIGITS = "digits"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    DATE = "date"
    MONEY = "money"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    ADDRESS = "address"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of the e-form, in the order of the paper.

    ``source`` names what fills it by itself: ``applicant.name``, ``applicant.id_number`` …;
    ``lines`` is its height on paper in lines; ``width`` the share of the page's width it asks for.
    ``pattern`` is a regular expression for the whole value; ``minimum``/``maximum`` bound numbers.
    """

    id: str
    label: str
    kind: FieldKind
    required: Condition = True
    options: tuple[Option, ...] = ()
    source: str = ""
    hint: str = ""
    unit: str = ""
    lines: int = 1
    width: float = 1.0
    pattern: str = ""
    pattern_text: str = ""
    minimum: float | None = None
    maximum: float | None = None
    group: str = ""


class PaperProfile(StrEnum):
    """What kind of paper a material is; decides resolution, size budget and detector hints."""

    A4 = "a4_form"
    ID_CARD = "id_card"
    BOOKLET = "booklet"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A paper that the item asks for (材料).

    Needed when ``required`` holds; exempt (免交) when ``exempt`` holds, with ``exempt_reason``
    said aloud; may follow within ``defer_days`` working days when that is set (容缺受理).
    """

    id: str
    name: str
    profile: PaperProfile
    pages: tuple[str, ...] = ("",)
    required: Condition = True
    exempt: Condition = False
    exempt_reason: str = ""
    defer_days: int = 0
    hint: str = ""
    original: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStage:
    """One stage of the route; working days of promised and legal limit."""

    id: str
    name: str
    level: Level
    role: Role
    days: int
    legal_days: int
    decides: bool = False
    seals: bool = False
    yellow_share: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition of acceptance (办理条件) that the program answers, or else asks of the agent."""

    id: str
    text: str
    holds: Condition
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The written part of the ten guide elements; the other three come from the item itself."""

    basis: tuple[str, ...]  # 办理依据
    conditions: tuple[str, ...]  # 办理条件
    places: tuple[str, ...]  # 受理单位及办理点
    fees: tuple[str, ...]  # 收费依据及标准
    hours: tuple[str, ...]  # 工作时间
    contact: tuple[str, ...]  # 咨询方式
    supervision: tuple[str, ...]  # 监督电话


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPlan:
    """What the applicant gets in the end: the result document's title and its sentences.

    ``lines`` are templates over the form's field ids, e.g. ``{name}``.
    """

    title: str
    lines: tuple[str, ...]
    valid_months: int = 0


BoxMm = tuple[float, float, float, float]  # x, y, width, height in millimetres, origin top left


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPlace:
    """Where something is filled in on the original paper.

    ``id`` is that of a form field; a place that is none (a signature, a seal) says its own
    ``label`` and ``kind``. ``options_mm`` are the tick squares in the order of the field's options.
    """

    id: str
    page: int  # from 1
    box_mm: BoxMm
    cell_mm: BoxMm
    label_mm: BoxMm
    options_mm: tuple[BoxMm, ...] = ()
    label: str = ""
    kind: FieldKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalPaper:
    """The paper form as another office printed it (原表): copies filled in by pen are still about.

    ``prints`` are its blank pages, black on white, as PNG files in base64: a filled copy is found
    again by what is printed on it, as it carries no code of ours.
    """

    page_mm: tuple[float, float]
    prints: tuple[str, ...]
    places: tuple[PaperPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItem:
    """A service item in one version; a case is pinned to the version it was opened with."""

    code: str
    title: str
    category: str
    department: str
    kind: ItemKind
    version: int
    valid_from: date
    example: bool  # 示例: the county has not confirmed it
    guide: Guide
    fields: tuple[FormField, ...]
    materials: tuple[Material, ...]
    route: tuple[RouteStage, ...]
    rules: tuple[Rule, ...]
    result: ResultPlan
    promise: str = ""  # what the applicant declares above the signature
    aliases: tuple[str, ...] = field(default=())
    paper: OriginalPaper | None = None  # without one, the paper form is the one that we print
    english: tuple[tuple[str, str], ...] = ()  # Chinese and English, see ``item_words``

    def form_field(self, field_id: str) -> FormField:
        """The field named ``field_id``; ``KeyError`` when the form has none."""
        for candidate in self.fields:
            if candidate.id == field_id:
                return candidate
        raise KeyError(field_id)

    def material(self, material_id: str) -> Material:
        """The material named ``material_id``; ``KeyError`` when the item has none."""
        for candidate in self.materials:
            if candidate.id == material_id:
                return candidate
        raise KeyError(material_id)

    def stage_at(self, level: Level) -> RouteStage | None:
        """The stage that is handled at ``level``, if the route has one."""
        return next((stage for stage in self.route if stage.level is level), None)

    @property
    def promised_days(self) -> int:
        """The promised limit of all review stages together, in working days."""
        return sum(stage.days for stage in self.route)

    @property
    def legal_days(self) -> int:
        """The legal limit of all review stages together, in working days."""
        return sum(stage.legal_days for stage in self.route)
