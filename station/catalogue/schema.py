"""The shape of an item file as JSON Schema 2020-12: which words it has and what each may hold.

What a schema cannot say (a route that ends, conditions over facts that exist) is said in
``station.catalogue.checks``. The schema is closed: a word that is not known is a mistake, because
a misspelt ``defer_days`` would otherwise silently forbid what the county allows.
"""

from __future__ import annotations

from typing import Any

from station.domain.items import FieldKind, ItemKind, PaperProfile
from station.domain.units import Level, Role

FORMAT = "yizhan-item/1"

_TEXT = {"type": "string", "minLength": 1}
_ANY_TEXT = {"type": "string"}
_ID = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_LINES = {"type": "array", "items": _TEXT, "minItems": 1}
_DAYS = {"type": "integer", "minimum": 1, "maximum": 365}
_CONDITION = {"$ref": "#/$defs/condition"}


def _record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _operator(name: str, operand: dict[str, Any]) -> dict[str, Any]:
    return _record({name: operand})


_SCALAR = {"type": ["string", "number", "boolean"]}
_CONDITIONS = {"type": "array", "items": _CONDITION, "minItems": 1}


def _pair(second: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "prefixItems": [_TEXT, second], "minItems": 2, "maxItems": 2}


CONDITION: dict[str, Any] = {
    "oneOf": [
        {"type": "boolean"},
        _operator("all", _CONDITIONS),
        _operator("any", _CONDITIONS),
        _operator("not", _CONDITION),
        _operator("filled", _TEXT),
        _operator("eq", _pair(_SCALAR)),
        _operator("in", _pair({"type": "array", "items": _SCALAR, "minItems": 1})),
        _operator("ge", _pair({"type": "number"})),
        _operator("le", _pair({"type": "number"})),
        _operator("contains", _pair(_TEXT)),
    ]
}

_GUIDE_PARTS = ("basis", "conditions", "places", "fees", "hours", "contact", "supervision")
GUIDE = _record(dict.fromkeys(_GUIDE_PARTS, _LINES))
OPTION = _record({"value": {"type": "string", "pattern": "^[^,\\s]+$"}, "label": _TEXT})
FIELD = _record(
    {"id": _ID, "label": _TEXT, "kind": {"enum": [kind.value for kind in FieldKind]}},
    {
        "required": _CONDITION,
        "options": {"type": "array", "items": OPTION, "minItems": 1},
        "source": _ANY_TEXT,
        "hint": _ANY_TEXT,
        "unit": _ANY_TEXT,
        "lines": {"type": "integer", "minimum": 1, "maximum": 12},
        "width": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "pattern": _ANY_TEXT,
        "pattern_text": _ANY_TEXT,
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "group": _ANY_TEXT,
    },
)
MATERIAL = _record(
    {"id": _ID, "name": _TEXT, "profile": {"enum": [profile.value for profile in PaperProfile]}},
    {
        "pages": {"type": "array", "items": _ANY_TEXT, "minItems": 1, "maxItems": 20},
        "required": _CONDITION,
        "exempt": _CONDITION,
        "exempt_reason": _ANY_TEXT,
        "defer_days": {"type": "integer", "minimum": 0, "maximum": 90},
        "hint": _ANY_TEXT,
        "original": {"type": "boolean"},
    },
)
RULE = _record({"id": _ID, "text": _TEXT}, {"holds": _CONDITION, "failed": _ANY_TEXT})
STAGE = _record(
    {
        "id": _ID,
        "name": _TEXT,
        "level": {"enum": [level.value for level in Level]},
        "role": {"enum": [role.value for role in Role]},
        "days": _DAYS,
        "legal_days": _DAYS,
    },
    {
        "decides": {"type": "boolean"},
        "seals": {"type": "boolean"},
        "yellow_share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    },
)
RESULT = _record(
    {"title": _TEXT, "lines": _LINES},
    {"valid_months": {"type": "integer", "minimum": 0, "maximum": 600}},
)

_BOX = {
    "type": "array",
    "items": {"type": "number", "minimum": -5, "maximum": 1000},
    "minItems": 4,
    "maxItems": 4,
}
_PAGE = {"type": "integer", "minimum": 1, "maximum": 20}
PLACE = _record(
    {"id": _ID, "page": _PAGE, "box_mm": _BOX, "cell_mm": _BOX, "label_mm": _BOX},
    {
        "options_mm": {"type": "array", "items": _BOX, "minItems": 1},
        "label": _TEXT,
        "kind": {"enum": [kind.value for kind in FieldKind]},
    },
)
_SIDE = {"type": "number", "minimum": 20, "maximum": 900}
PAPER = _record(
    {
        "page_mm": {"type": "array", "items": _SIDE, "minItems": 2, "maxItems": 2},
        "prints": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 20},
        "places": {"type": "array", "items": PLACE, "minItems": 1},
    }
)

ITEM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"condition": CONDITION},
    **_record(
        {
            "format": {"const": FORMAT},
            "code": {"type": "string", "pattern": "^[A-Z]{2,4}-[0-9]{3}$"},
            "title": _TEXT,
            "category": _TEXT,
            "department": _TEXT,
            "kind": {"enum": [kind.value for kind in ItemKind]},
            "version": {"type": "integer", "minimum": 1},
            "valid_from": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "example": {"type": "boolean"},
            "guide": GUIDE,
            "fields": {"type": "array", "items": FIELD, "minItems": 1},
            "materials": {"type": "array", "items": MATERIAL},
            "rules": {"type": "array", "items": RULE},
            "route": {"type": "array", "items": STAGE, "minItems": 1},
            "promise": _TEXT,
            "result": RESULT,
        },
        {
            "aliases": {"type": "array", "items": _TEXT},
            "paper": PAPER,
            "english": {"type": "object", "additionalProperties": _TEXT},
        },
    ),
}
