"""The English catalogue: complete for every room, compiled, with the same places in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import ui
from tests.helpers.texts import CATALOGUE, compile_catalogue, gather, texts

_ROOT = Path(ui.__file__).parent
_SOURCES = sorted(_ROOT.rglob("*.py"))
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*[\u4e00-\u9fff](?:[^"\\\n]|\\.)*)"')
_CHINESE_ON_PURPOSE = {
    # a date as people type it
    (
        "common/inputs.py",
        "^(\\d{4})\\s*[-./年]\\s*(\\d{1,2})\\s*[-./月]\\s*(\\d{1,2})\\s*日?$",
    ),
    # a language is named in itself
    ("admin/settings_view.py", "中文"),
    # the end of a unit's name, as the directory has it
    ("supervision/watch.py", "便民服务中心"),
    # the villager's notice, which is Chinese whatever the reviewer reads
    ("review/reasons.py", "表单“{line.label}”"),
    ("review/reasons.py", "第 {reason.page} 页"),
    ("review/reasons.py", "{place}（圈出的地方）"),
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """(context, Chinese) of every text that the desktop says."""
    catalogue = tmp_path_factory.mktemp("texts") / "gathered.ts"
    gather(catalogue)
    return {(context, zh) for context, zh, _ in texts(catalogue)}


def test_everything_that_the_desktop_says_has_its_english(spoken: set[tuple[str, str]]) -> None:
    english = {(context, zh): en for context, zh, en in texts(CATALOGUE)}
    assert len(spoken) > 600
    assert {context for context, _ in spoken} > {"desk", "review", "audit", "WorkPage", "Button"}
    assert sorted(text for text in spoken if not english.get(text)) == []


def test_english_has_the_same_places_to_fill_in_and_no_chinese(qapp: QApplication) -> None:
    for _, zh, en in texts(CATALOGUE):
        if en:
            assert sorted(set(re.findall(r"\{\w*\}|%n", zh))) == sorted(
                set(re.findall(r"\{\w*\}|%n", en))
            ), zh
            assert not _CHINESE.search(en), en


def test_the_compiled_catalogue_is_that_of_the_source(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.qm"
    compile_catalogue(CATALOGUE, fresh)
    assert fresh.read_bytes() == CATALOGUE.with_suffix(".qm").read_bytes()


def test_no_chinese_on_the_screen_goes_past_the_catalogue(spoken: set[tuple[str, str]]) -> None:
    said = {zh for _, zh in spoken}
    loose = set()
    for path in _SOURCES:
        source = path.read_text(encoding="utf-8")
        code = re.sub(r'"""[\s\S]*?"""|#.*', "", source)
        # errors carry both languages
        code = re.sub(r"zh = \((?:[^\n]*\)$|[\s\S]*?\n    \))", "", code, flags=re.MULTILINE)
        place = path.relative_to(_ROOT).as_posix()
        loose |= {(place, text) for text in _LITERAL.findall(code) if text not in said}
    assert loose - _CHINESE_ON_PURPOSE == set()
    assert _CHINESE_ON_PURPOSE - loose == set()
