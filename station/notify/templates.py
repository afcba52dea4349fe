"""What the short messages say: templates by occasion, filled in at the moment of sending.

The words lie in ``resources/sms/messages.toml``, so that a county can change them without code.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from station.errors import InputError
from station.paths import resources


class Occasion(StrEnum):
    """When a message goes out; also the template's name."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    YELLOW = "yellow"  # to the office in charge
    RED = "red"


_APPLICANT_FACTS = frozenset({"salutation", "item", "number", "station", "days"})
_OFFICE_FACTS = frozenset({"unit", "number", "item", "due"})


class TemplatesWrong(InputError):
    what = "The message templates in {file} cannot be used."
    cause = "{reason}"
    remedy = "Correct the file, or take the shipped one."
    zh = ("{file} 里的短信模板不能用。", "{reason}", "请改正这个文件，或换回自带的。")


@dataclass(frozen=True, slots=True)
class Templates:
    """The texts by occasion, checked to name only facts that are known there."""

    signature: str
    nobody: str
    texts: Mapping[Occasion, str]

    def render(self, occasion: Occasion, facts: Mapping[str, str], salutation: str = "") -> str:
        """The whole message; without a ``salutation`` it greets nobody by name."""
        filled = {**facts, "salutation": salutation or self.nobody}
        return self.signature + self.texts[occasion].format_map(filled)


def load_templates(file: Path | None = None) -> Templates:
    """Reads the templates in ``file``, or the shipped ones.

    ``TemplatesWrong`` names what is missing or not known.
    """
    file = file or resources("sms", "messages.toml")
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        texts = {occasion: str(raw[occasion.value]["text"]) for occasion in Occasion}
        templates = Templates(str(raw["signature"]), str(raw["nobody"]), texts)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TemplatesWrong(file=file, reason=error) from error
    for occasion, text in texts.items():
        known = _OFFICE_FACTS if occasion in (Occasion.YELLOW, Occasion.RED) else _APPLICANT_FACTS
        try:
            named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise TemplatesWrong(file=file, reason=f"{occasion.value}: {error}") from error
        if unknown := sorted(named - known):
            raise TemplatesWrong(file=file, reason=f"{occasion.value}: {{{unknown[0]}}}?")
    return templates
