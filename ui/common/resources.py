"""Where the files that ship with the program lie: tokens, icons, texts. Never a person's data."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2] / "resources"


def resource(*parts: str) -> Path:
    """The path of a shipped file, e.g. ``resource("styles", "tokens.json")``."""
    return _ROOT.joinpath(*parts)
