"""Conditions in a service item: a closed subset of JSON, decided over known facts.

A condition is one of ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": c}``,
``{"eq": [name, value]}``, ``{"in": [name, [values]]}``, ``{"ge": [name, number]}``,
``{"le": [name, number]}``, ``{"contains": [name, text]}``, ``{"filled": name}`` or
``true``/``false``. Names are field ids of the form and facts computed from the applicant (``age``,
``sex``, ``birth`` …). A multiple choice is a tuple: ``eq`` asks whether it holds the value, ``in``
whether it holds any of them. The answer is True, False, or None when a fact that it needs is not
known yet: what is unknown is asked, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Condition = bool | Mapping[str, Any]
Facts = Mapping[str, object]

_COMPARISONS = ("eq", "in", "ge", "le", "contains")


class ConditionWrong(ValueError):
    """The condition is not written in the closed subset."""


def decide(condition: Condition, facts: Facts) -> bool | None:
    """Whether ``condition`` holds; None when a needed fact is missing or empty."""
    if isinstance(condition, bool):
        return condition
    if len(condition) != 1:
        raise ConditionWrong(f"one operator at a time, not {sorted(condition)}")
    ((operator, operand),) = condition.items()
    match operator:
        case "all":
            return _all([decide(part, facts) for part in operand])
        case "any":
            negated = _all([_negate(decide(part, facts)) for part in operand])
            return _negate(negated)
        case "not":
            return _negate(decide(operand, facts))
        case "filled":
            return bool(facts.get(operand))
    if operator not in _COMPARISONS:
        raise ConditionWrong(f"unknown operator {operator!r}")
    name, wanted = operand
    value = facts.get(name)
    if value is None or value in ("", ()):
        return None
    held = value if isinstance(value, tuple) else (value,)
    match operator:
        case "eq":
            return wanted in held
        case "in":
            return any(one in wanted for one in held)
        case "contains":
            return str(wanted) in str(value)
        case _:
            number = _number(value)
            if number is None:
                return None
            return bool(number >= wanted if operator == "ge" else number <= wanted)


def names_in(condition: Condition) -> frozenset[str]:
    """The facts that ``condition`` looks at."""
    if isinstance(condition, bool):
        return frozenset()
    ((operator, operand),) = condition.items()
    match operator:
        case "all" | "any":
            return frozenset().union(*(names_in(part) for part in operand))
        case "not":
            return names_in(operand)
        case "filled":
            return frozenset({operand})
        case _ if operator in _COMPARISONS:
            return frozenset({operand[0]})
    raise ConditionWrong(f"unknown operator {operator!r}")


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _negate(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
