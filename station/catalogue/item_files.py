"""Item files: a service item as JSON (or YAML) and back.

The plain structure is the same everywhere: what JSON holds is what a workbook's rows are gathered
into. Reading is lenient about nothing; what does not fit is listed by ``flaws_in``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from station.catalogue.checks import item_flaws
from station.catalogue.problems import Flaw, schema_flaws
from station.catalogue.schema import FORMAT
from station.domain.conditions import Condition
from station.domain.items import (
    BoxMm,
    FieldKind,
    FormField,
    Guide,
    ItemKind,
    Material,
    Option,
    OriginalPaper,
    PaperPlace,
    PaperProfile,
    ResultPlan,
    RouteStage,
    Rule,
    ServiceItem,
)
from station.domain.units import Level, Role
from station.errors import FileUnreadable

GUIDE_PARTS = ("basis", "conditions", "places", "fees", "hours", "contact", "supervision")


def asked(rule_id: str) -> Condition:
    """The condition of a rule that only the agent can answer: that the agent said yes."""
    return {"eq": [rule_id, True]}


def read_structure(path: Path) -> Any:
    """The plain structure in a JSON or YAML file; ``FileUnreadable`` says why there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(file=path.name, reason=str(error)) from None
    if path.suffix.lower() == ".json":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            reason = f"第 {error.lineno} 行第 {error.colno} 列：{error.msg}"
            raise FileUnreadable(file=path.name, reason=reason) from None
    import yaml  # slow to import, and only for authors

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise FileUnreadable(file=path.name, reason=" ".join(str(error).split())) from None


def flaws_in(data: object) -> tuple[Flaw, ...]:
    """Everything that is wrong with an item's structure.

    Its meaning is asked only once its shape fits.
    """
    found = tuple(schema_flaws(data))
    if found or not isinstance(data, Mapping):
        return found
    try:
        item = item_from(data)
    except (KeyError, ValueError, TypeError) as error:
        return (Flaw((), f"读不懂：{error}", f"it cannot be read: {error}"),)
    return item_flaws(item)


def item_from(data: Mapping[str, Any]) -> ServiceItem:
    """The item in a plain structure; ``KeyError`` or ``ValueError`` when it does not fit."""
    result = data["result"]
    return ServiceItem(
        code=str(data["code"]),
        title=str(data["title"]),
        category=str(data["category"]),
        department=str(data["department"]),
        kind=ItemKind(data["kind"]),
        version=int(data["version"]),
        valid_from=date.fromisoformat(data["valid_from"]),
        example=bool(data["example"]),
        guide=Guide(**{part: tuple(data["guide"][part]) for part in GUIDE_PARTS}),
        fields=tuple(_field(entry) for entry in data["fields"]),
        materials=tuple(_material(entry) for entry in data["materials"]),
        route=tuple(_stage(entry) for entry in data["route"]),
        rules=tuple(
            Rule(
                id=entry["id"],
                text=entry["text"],
                holds=entry.get("holds", asked(entry["id"])),
                failed=entry.get("failed", ""),
            )
            for entry in data["rules"]
        ),
        result=ResultPlan(
            title=result["title"],
            lines=tuple(result["lines"]),
            valid_months=int(result.get("valid_months", 0)),
        ),
        promise=str(data["promise"]),
        aliases=tuple(data.get("aliases", ())),
        paper=_paper(data["paper"]) if data.get("paper") else None,
        english=tuple((zh, str(en)) for zh, en in data.get("english", {}).items()),
    )


def structure_of(item: ServiceItem) -> dict[str, Any]:
    """The item as a plain structure; ``item_from`` makes the same item of it."""
    return {
        "format": FORMAT,
        "code": item.code,
        "title": item.title,
        "category": item.category,
        "department": item.department,
        "kind": item.kind.value,
        "version": item.version,
        "valid_from": item.valid_from.isoformat(),
        "example": item.example,
        "aliases": list(item.aliases),
        "guide": {part: list(getattr(item.guide, part)) for part in GUIDE_PARTS},
        "rules": [
            {"id": rule.id, "text": rule.text}
            | ({} if rule.holds == asked(rule.id) else {"holds": rule.holds})
            | ({"failed": rule.failed} if rule.failed else {})
            for rule in item.rules
        ],
        "fields": [_field_structure(field) for field in item.fields],
        "materials": [_material_structure(material) for material in item.materials],
        "route": [_stage_structure(stage) for stage in item.route],
        "promise": item.promise,
        "result": {"title": item.result.title, "lines": list(item.result.lines)}
        | _unusual(item.result, ResultPlan(title="", lines=()), "valid_months"),
        **({"english": dict(item.english)} if item.english else {}),
    } | ({"paper": _paper_structure(item.paper)} if item.paper else {})


def write_item(item: ServiceItem, path: Path) -> None:
    """Writes the item's JSON file, whole or not at all."""
    text = json.dumps(structure_of(item), ensure_ascii=False, indent=2) + "\n"
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


_FIELD_WORDS = (
    "group",
    "required",
    "source",
    "hint",
    "unit",
    "lines",
    "width",
    "pattern",
    "pattern_text",
    "minimum",
    "maximum",
)


def _field(entry: Mapping[str, Any]) -> FormField:
    rest = {name: entry[name] for name in _FIELD_WORDS if name in entry}
    return FormField(
        id=entry["id"],
        label=entry["label"],
        kind=FieldKind(entry["kind"]),
        options=tuple(Option(one["value"], one["label"]) for one in entry.get("options", ())),
        **rest,
    )


def _field_structure(field: FormField) -> dict[str, Any]:
    options = [{"value": one.value, "label": one.label} for one in field.options]
    return (
        {"id": field.id, "label": field.label, "kind": field.kind.value}
        | ({"options": options} if options else {})
        | _unusual(field, FormField(id="", label="", kind=FieldKind.TEXT), *_FIELD_WORDS)
    )


def _material(entry: Mapping[str, Any]) -> Material:
    rest = {name: entry[name] for name in entry if name not in ("profile", "pages")}
    return Material(
        profile=PaperProfile(entry["profile"]), pages=tuple(entry.get("pages", ("",))), **rest
    )


def _stage(entry: Mapping[str, Any]) -> RouteStage:
    rest = {name: entry[name] for name in entry if name not in ("level", "role")}
    return RouteStage(level=Level(entry["level"]), role=Role(entry["role"]), **rest)


def _material_structure(material: Material) -> dict[str, Any]:
    usual = Material(id="", name="", profile=PaperProfile.A4)
    pages = {} if material.pages == usual.pages else {"pages": list(material.pages)}
    return (
        {"id": material.id, "name": material.name, "profile": material.profile.value}
        | pages
        | _unusual(
            material,
            usual,
            "required",
            "exempt",
            "exempt_reason",
            "defer_days",
            "hint",
            "original",
        )
    )


def _stage_structure(stage: RouteStage) -> dict[str, Any]:
    usual = RouteStage(id="", name="", level=stage.level, role=stage.role, days=0, legal_days=0)
    return {
        "id": stage.id,
        "name": stage.name,
        "level": stage.level.value,
        "role": stage.role.value,
        "days": stage.days,
        "legal_days": stage.legal_days,
    } | _unusual(stage, usual, "decides", "seals", "yellow_share")


def _paper(entry: Mapping[str, Any]) -> OriginalPaper:
    width, height = entry["page_mm"]
    return OriginalPaper(
        page_mm=(float(width), float(height)),
        prints=tuple(entry["prints"]),
        places=tuple(
            PaperPlace(
                id=place["id"],
                page=int(place["page"]),
                box_mm=_box(place["box_mm"]),
                cell_mm=_box(place["cell_mm"]),
                label_mm=_box(place["label_mm"]),
                options_mm=tuple(_box(box) for box in place.get("options_mm", ())),
                label=place.get("label", ""),
                kind=FieldKind(place["kind"]) if "kind" in place else None,
            )
            for place in entry["places"]
        ),
    )


def _box(numbers: Sequence[float]) -> BoxMm:
    x, y, width, height = (float(number) for number in numbers)
    return x, y, width, height


def _paper_structure(paper: OriginalPaper) -> dict[str, Any]:
    return {
        "page_mm": list(paper.page_mm),
        "places": [
            {
                "id": place.id,
                "page": place.page,
                "box_mm": list(place.box_mm),
                "cell_mm": list(place.cell_mm),
                "label_mm": list(place.label_mm),
            }
            | ({"options_mm": [list(box) for box in place.options_mm]} if place.options_mm else {})
            | ({"label": place.label} if place.label else {})
            | ({"kind": place.kind.value} if place.kind else {})
            for place in paper.places
        ],
        "prints": list(paper.prints),
    }


def _unusual(record: object, usual: object, *names: str) -> dict[str, Any]:
    """The named attributes that hold something else than when nothing is said."""
    return {
        name: getattr(record, name)
        for name in names
        if getattr(record, name) != getattr(usual, name)
    }
