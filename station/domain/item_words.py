"""An item's words in English: what the screens show of it besides the papers, which are Chinese.

An item file may bring English for its texts, each under its Chinese; the papers, the form that is
printed and what is signed never take it. Of the guide, the promise and the result's sentences,
which are read on paper, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from station.domain.items import ServiceItem


def texts_of(item: ServiceItem) -> tuple[str, ...]:
    """Every text of the item that a screen shows in the reader's language, each once, in order."""
    return tuple(dict.fromkeys(text for text in _texts(item) if text))


def _texts(item: ServiceItem) -> Iterator[str]:
    yield item.title
    yield item.category
    for rule in item.rules:
        yield rule.text
        yield rule.failed
    for field in item.fields:
        yield from (field.label, field.group, field.hint, field.unit, field.pattern_text)
        yield from (option.label for option in field.options)
    for material in item.materials:
        yield from (material.name, material.hint, material.exempt_reason)
        yield from material.pages
    yield from (stage.name for stage in item.route)
    yield item.result.title


def without_english(item: ServiceItem) -> tuple[str, ...]:
    """The texts that have no English. A county that changes a title need not know English: the
    items that ship must have all of it, others may have none."""
    words = dict(item.english)
    return tuple(text for text in texts_of(item) if text not in words)


def spoken(item: ServiceItem, language: str) -> ServiceItem:
    """The item with its words in ``language`` (``zh`` or ``en``), for a screen and nothing else;
    what has no English stays Chinese."""
    if language != "en" or not item.english:
        return item
    words = dict(item.english)

    def say(text: str) -> str:
        return words.get(text, text)

    return replace(
        item,
        title=say(item.title),
        category=say(item.category),
        rules=tuple(
            replace(rule, text=say(rule.text), failed=say(rule.failed)) for rule in item.rules
        ),
        fields=tuple(
            replace(
                field,
                label=say(field.label),
                group=say(field.group),
                hint=say(field.hint),
                unit=say(field.unit),
                pattern_text=say(field.pattern_text),
                options=tuple(replace(one, label=say(one.label)) for one in field.options),
            )
            for field in item.fields
        ),
        materials=tuple(
            replace(
                material,
                name=say(material.name),
                hint=say(material.hint),
                exempt_reason=say(material.exempt_reason),
                pages=tuple(say(page) for page in material.pages),
            )
            for material in item.materials
        ),
        route=tuple(replace(stage, name=say(stage.name)) for stage in item.route),
        result=replace(item.result, title=say(item.result.title)),
    )
