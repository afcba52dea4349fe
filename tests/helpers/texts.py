"""Keeps the English catalogue: ``python -m tests.helpers.texts`` gathers the texts of the desktop
into ``resources/texts/yizhan_en.ts``, compiles the ``.qm`` and says what still lacks English."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = _ROOT / "resources" / "texts" / "yizhan_en.ts"


def gather(catalogue: Path, sources: Iterable[Path] | None = None) -> None:
    """Brings a catalogue up to date with the sources; texts no longer there leave it."""
    files = sorted(sources or (_ROOT / "ui").rglob("*.py"))
    _tool(
        "pyside6-lupdate",
        *("-no-obsolete", "-locations", "none"),
        *("-source-language", "zh_CN", "-target-language", "en"),
        *(str(file) for file in files),
        *("-ts", str(catalogue)),
    )


def compile_catalogue(catalogue: Path, out: Path) -> None:
    """Makes the ``.qm`` that the program loads."""
    _tool("pyside6-lrelease", str(catalogue), "-qm", str(out))


def texts(catalogue: Path) -> Iterator[tuple[str, str, str]]:
    """Every (context, Chinese, English) of a catalogue; English is empty where it is missing."""
    for context in ElementTree.parse(catalogue).getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            english = message.find("translation")
            done = english is not None and english.get("type") != "unfinished"
            words = "".join(english.itertext()).strip() if done and english is not None else ""
            yield name, message.findtext("source") or "", words


def _tool(name: str, *words: str) -> None:
    program = Path(sys.executable).with_name(name)
    subprocess.run([str(program), *words], check=True, capture_output=True, cwd=_ROOT)


def main() -> int:
    """Updates catalogue and ``.qm``; 1 when English is missing somewhere."""
    gather(CATALOGUE)
    compile_catalogue(CATALOGUE, CATALOGUE.with_suffix(".qm"))
    missing = [(context, zh) for context, zh, en in texts(CATALOGUE) if not en]
    for context, zh in missing:
        sys.stderr.write(f"{context}: {zh}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
