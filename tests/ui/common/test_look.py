"""Tokens and theme: contrast, one source of colours, a change that reaches what is open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import ui
from ui.common import icons
from ui.common.buttons import Button
from ui.common.layout import column, holder, narrow_only, room, wide_only
from ui.common.resources import resource
from ui.common.text import Text
from ui.common.theme import look, theme
from ui.common.tokens import Mode, Step, Theme, contrast, tokens
from ui.common.tones import Tone

_HEX = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b")
_TYPE_SIZE = re.compile(r"setPointSize|setPixelSize|font-size:\s*\d")
_ROOT = Path(ui.__file__).parent


@pytest.mark.parametrize("mode", list(Mode))
def test_every_pair_of_ink_and_ground_can_be_read(mode: Mode) -> None:
    weak = []
    for ink, ground, least in tokens()["pairs"]:
        ratio = contrast(Theme(mode).hex(ink), Theme(mode).hex(ground))
        if ratio < least:
            weak.append((ink, ground, round(ratio, 2)))
    assert weak == []


def test_marks_on_paper_can_be_told_from_the_sheet() -> None:
    paper = tokens()["paper"]
    for ink, ground, least in tokens()["paper_pairs"]:
        assert contrast(paper[ink], paper[ground]) >= least


def test_contrast_is_the_ratio_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_every_mode_has_the_same_colours() -> None:
    names = {mode: set(colours) for mode, colours in tokens()["modes"].items()}
    assert names[Mode.LIGHT] == names[Mode.DARK] == names[Mode.CONTRAST]


def test_no_colour_and_no_type_size_stands_outside_the_tokens() -> None:
    allowed = {_ROOT / "common" / "tokens.py", _ROOT / "common" / "style_sheet.py"}
    loose = [
        f"{path.relative_to(_ROOT)}: {found.group()}"
        for path in sorted(_ROOT.rglob("*.py"))
        for text in [path.read_text(encoding="utf-8")]
        for pattern in (_HEX, *([] if path in allowed else [_TYPE_SIZE]))
        for found in pattern.finditer(text)
        if not (pattern is _HEX and "RRGGBB" in found.group())
        if path.name != "marks.py"  # the numbers on paper shrink with the paper
    ]
    assert loose == []


def test_every_tone_has_a_shape_of_its_own_beside_its_colour() -> None:
    shapes = {tone.shape for tone in Tone if tone is not Tone.INFO}
    assert len(shapes) == len(Tone) - 1


def test_every_icon_that_a_screen_names_is_there() -> None:
    named = set()
    for path in _ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(
            re.findall(r'(?:Icon|icon=|icons\.draw\(painter, |_icon\()\(?"([a-z_]+)"', text)
        )
    there = {path.stem for path in resource("icons").glob("*.svg")}
    assert named - {"none"} <= there


def test_an_icon_takes_the_colour_it_is_asked_for(qapp: QApplication) -> None:
    red, blue = Theme().colour("danger"), Theme().colour("accent")
    for colour in (red, blue):
        picture = icons.pixmap("s_ok", 24, colour.name()).toImage()
        inks = {
            picture.pixelColor(x, y).name()
            for x in range(picture.width())
            for y in range(picture.height())
            if picture.pixelColor(x, y).alpha() == 255
        }
        assert inks == {colour.name()}


def test_a_change_of_type_size_reaches_what_is_already_open(
    qapp: QApplication, qtbot: QtBot
) -> None:
    words, button = Text("残疾人困难生活补贴", "title"), Button("通过", "primary", key="A")
    page = holder(column(words, button))
    qtbot.addWidget(page)
    page.show()
    before = words.sizeHint(), button.sizeHint()

    look().put_on(qapp, step=Step.LARGE)

    assert words.fontMetrics().height() == pytest.approx(30 * 1.45, abs=3)
    assert words.sizeHint().height() > before[0].height()
    assert button.sizeHint().height() == theme().height("control") > before[1].height()


def test_a_change_of_mode_reaches_what_is_already_open(qapp: QApplication, qtbot: QtBot) -> None:
    words = Text("黄牌", "body", "danger", bold=True)
    qtbot.addWidget(words)
    words.show()

    look().put_on(qapp, Mode.DARK)

    assert words.palette().windowText().color() == Theme(Mode.DARK).colour("danger")


def test_wide_windows_show_more_and_narrow_ones_less(qtbot: QtBot) -> None:
    room().measure(1366)
    more, less = wide_only(QWidget()), narrow_only(QWidget())
    page = holder(column(more, less))
    qtbot.addWidget(page)
    page.show()
    assert (more.isVisible(), less.isVisible()) == (False, True)

    room().measure(1920)
    assert (more.isVisible(), less.isVisible()) == (True, False)
    room().measure(1366)


def test_a_part_made_alone_in_a_wide_window_never_opens_as_a_window(qtbot: QtBot) -> None:
    room().measure(1366)
    alone = wide_only(QWidget())
    qtbot.addWidget(alone)

    room().measure(1920)

    assert not alone.isVisible()
    room().measure(1366)
