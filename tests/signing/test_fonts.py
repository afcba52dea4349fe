"""Finding a font, or saying what to install."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing import fonts
from signing.fonts import FontMissing, FontStyle, find_font, lacking, reportlab_font


@pytest.fixture
def afresh() -> Iterator[None]:
    """Nothing is remembered from or for other tests."""
    for remembered in (find_font, reportlab_font):
        remembered.cache_clear()
    yield
    for remembered in (find_font, reportlab_font):
        remembered.cache_clear()


def test_a_font_for_names_knows_the_rare_characters_of_names() -> None:
    assert lacking("邱县王秀兰 𬭩𠮷䶮㛃 ABC 0123，。", FontStyle.KAI) == ""


def test_what_a_font_cannot_draw_is_told_once_each() -> None:
    assert lacking("好\U000e0041好\U000e0041", FontStyle.KAI) == "\U000e0041"


def test_both_styles_are_registered_under_their_own_names() -> None:
    names = {style: reportlab_font(style) for style in FontStyle}
    assert names == {style: reportlab_font(style) for style in FontStyle}
    assert len(set(names.values())) == 2


def test_a_font_put_into_the_own_folder_goes_first(
    afresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = find_font(FontStyle.KAI)
    find_font.cache_clear()
    (tmp_path / "LXGWWenKai-Regular.ttf").write_bytes(system.path.read_bytes())
    monkeypatch.setenv("YIZHAN_FONTS", str(tmp_path))
    assert find_font(FontStyle.KAI).path.parent == tmp_path


def test_without_any_font_it_says_what_to_install(
    afresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_places", lambda: iter([tmp_path]))
    with pytest.raises(FontMissing) as missing:
        find_font()
    assert "fonts-lxgw-wenkai" in missing.value.sentence("zh")
    assert str(tmp_path) in missing.value.sentence("en")


def test_one_style_stands_in_for_the_other(
    afresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hei = find_font(FontStyle.HEI)
    find_font.cache_clear()
    (tmp_path / hei.path.name).write_bytes(hei.path.read_bytes())
    monkeypatch.setattr(fonts, "_places", lambda: iter([tmp_path]))
    assert find_font(FontStyle.KAI).path.name == hei.path.name
