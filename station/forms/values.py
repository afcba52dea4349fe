"""Values on their way into a form and out of it: checking what comes in, printing what is there.

The checks themselves are rules of the domain (``station.domain.values``), because what is missing
from a case depends on them; how a value stands on paper is said here. No drawing.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from station.domain.items import FieldKind, FormField
from station.domain.values import CheckedValue, Fault, check_value, chosen

__all__ = ["CheckedValue", "Fault", "check_value", "chosen", "printed", "printed_date"]


def printed_date(day: date) -> str:
    """A date as official papers write it: ``2026 年 11 月 23 日``."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def printed(field: FormField, value: str) -> str:
    """The value as the filled form shows it; what is not in normal form stands as it is."""
    if not value:
        return ""
    match field.kind:
        case FieldKind.DATE:
            try:
                return printed_date(date.fromisoformat(value))
            except ValueError:
                return value
        case FieldKind.MONEY:
            try:
                amount = f"{Decimal(value):,.2f}".removesuffix(".00")
            except InvalidOperation:
                return value
            return f"{amount} {field.unit or '元'}"
        case FieldKind.CHOICE | FieldKind.MULTICHOICE:
            labels = {option.value: option.label for option in field.options}
            return "、".join(labels.get(part, part) for part in chosen(value))
        case FieldKind.DIGITS if len(value) > 12:  # account numbers: read aloud in fours
            grouped = " ".join(value[n : n + 4] for n in range(0, len(value), 4))
            return f"{grouped} {field.unit}".rstrip()
    return f"{value} {field.unit}".rstrip()
