"""Writes installer/THIRD-PARTY.md: what others made that is installed with us, and its licence.

Run it with the program's own Python after the requirements changed:

    .venv/bin/python installer/third_party.py

Names and versions come from installer/requirements.txt, licences from what the installed packages
say of themselves; Debian packages from installer/packages-run.txt and their copyright files.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
_PINNED = re.compile(r"^([A-Za-z0-9_.\[\]-]+)==([^\s\\;]+)", re.MULTILINE)
_CLASSIFIER = "License :: "
_FONTS = (
    ("fonts-noto-cjk", "SIL Open Font License 1.1", "screens"),
    ("fonts-lxgw-wenkai", "SIL Open Font License 1.1", "handwriting and the training papers"),
    ("fonts-wqy-zenhei", "GPL-2 with font embedding exception", "forms and dossiers (TrueType)"),
)


def licence_of(name: str) -> str:
    """The licence in a package's own words, shortened to one line."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    if expression := said.get("License-Expression"):
        return str(expression)
    classified = [
        text.rpartition(" :: ")[2]
        for text in said.get_all("Classifier") or []
        if text.startswith(_CLASSIFIER) and text != "License :: OSI Approved"
    ]
    if classified:
        return ", ".join(classified)
    first = str(said.get("License") or "").strip().splitlines()
    return first[0][:80] if first else "see its own files"


def table() -> str:
    """The whole document."""
    pinned = sorted(
        set(_PINNED.findall((HERE / "requirements.txt").read_text("utf-8"))),
        key=lambda one: one[0].lower(),
    )
    lines = [
        "# What others made",
        "",
        "Installed beside the program by `installer/run.sh`, unchanged, from their own sources;"
        " none of it lies in this repository. Written by `installer/third_party.py`.",
        "",
        "## Python packages",
        "| package | version | licence |",
        "| --- | --- | --- |",
        *(f"| {name} | {version} | {licence_of(name)} |" for name, version in pinned),
        "",
        "Qt comes with PySide6 as shared libraries that may be replaced, as the LGPL asks; the "
        "program is not linked with them statically. The OCR models come inside the rapidocr "
        "package (PaddleOCR, Apache-2.0).",
        "",
        "## Fonts, as Debian packages",
        "| package | licence | used for |",
        "| --- | --- | --- |",
        *(f"| {name} | {licence} | {use} |" for name, licence, use in _FONTS),
        "",
        "Documents carry only the letters that they use.",
        "",
        "## Other Debian packages",
        "Python, fontconfig and the X11, OpenGL and GLib libraries that Qt needs, as listed in "
        "`installer/packages-run.txt`; each has its licence in `/usr/share/doc/PACKAGE/copyright`.",
        "",
        "## In this repository",
        "- `resources/colour/sRGB.icc`: see `resources/colour/README.md`.",
        "- Everything else is our own, under the Apache License 2.0 (`LICENSE`).",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    target = HERE / "THIRD-PARTY.md"
    target.write_text(table(), "utf-8")
    sys.stdout.write(f"{target}\n")
