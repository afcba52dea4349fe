"""How this person of this PC likes the desk: colours, type size, language. Never anything about
a case."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ui.common.language import Language
from ui.common.tokens import Mode, Step


@dataclass(frozen=True, slots=True)
class Preferences:
    """What can be chosen about the look."""

    mode: Mode = Mode.LIGHT
    step: Step = Step.NORMAL
    language: Language = "zh"


class PreferenceFile:
    """Preferences kept in a small JSON file. One that is missing, damaged or read-only costs
    nothing but the choice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now = self._loaded()

    @property
    def now(self) -> Preferences:
        """The preferences in force."""
        return self._now

    def change(
        self,
        *,
        mode: Mode | None = None,
        step: Step | None = None,
        language: Language | None = None,
    ) -> Preferences:
        """Changes some of them and keeps them for the next start."""
        self._now = replace(
            self._now,
            mode=mode or self._now.mode,
            step=step or self._now.step,
            language=language or self._now.language,
        )
        part = self._path.with_suffix(".part")
        with suppress(OSError):  # then it holds until the program is closed
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(asdict(self._now)), encoding="utf-8")
            part.replace(self._path)
        return self._now

    def _loaded(self) -> Preferences:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            language: Language = "en" if kept.get("language") == "en" else "zh"
            return Preferences(
                Mode(kept.get("mode", Mode.LIGHT)), Step(kept.get("step", Step.NORMAL)), language
            )
        except (OSError, ValueError, AttributeError):
            return Preferences()
