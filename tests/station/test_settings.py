"""Settings: each declared once, changed by file or environment, wrong ones told plainly."""

import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from station.settings import (
    Colours,
    Language,
    Settings,
    SettingsUnreadable,
    SettingUnknown,
    SettingWrong,
    TextSize,
    declared,
    load,
    save,
    written,
)


def test_without_a_file_every_setting_has_its_default(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml", {}) == Settings()


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(
    tmp_path: Path,
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('hub = "https://a.example"\ncolours = "dark"\n', encoding="utf-8")

    found = load(file, {"YIZHAN_HUB": "https://b.example", "YIZHAN_TEXT_SIZE": "large"})

    assert found.hub == "https://b.example"
    assert found.colours is Colours.DARK
    assert found.text_size is TextSize.LARGE
    assert found.language is Language.AUTO


def test_what_was_saved_is_what_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.toml"
    wanted = Settings(
        language=Language.EN,
        hub='https://hub.example/?q="quoted"\\\n',
        keys=tmp_path / "密钥",
        trust=(tmp_path / "a.pem", tmp_path / "b"),
    )
    save(wanted, file)
    assert load(file, {}) == replace(wanted, hub=wanted.hub.strip())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_explains_itself_and_names_every_setting(language: str) -> None:
    text = written(replace(Settings(), colours=Colours.CONTRAST), language)
    assert tomllib.loads(text) == {"colours": "contrast"}, "defaults are commented out"
    for entry in declared():
        assert f"{entry.name} = " in text
        assert (entry.en if language == "en" else entry.zh) in text
        assert entry.variable == f"YIZHAN_{entry.name.upper()}"
    uncommented = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line)
    assert set(tomllib.loads(uncommented)) == {entry.name for entry in declared()}


def test_choices_are_offered_where_there_are_any() -> None:
    assert {e.name: e.choices for e in declared()}["colours"] == ("light", "dark", "contrast")


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ('colours = "pink"', SettingWrong, "light / dark / contrast"),
        ("hub = 3", SettingWrong, "hub"),
        ('trust = "a.pem"', SettingWrong, "列表"),
        ("trust = [1]", SettingWrong, "trust"),
        ('color = "dark"', SettingUnknown, "colours"),
        ("hub = ", SettingsUnreadable, "settings.toml"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_right(
    tmp_path: Path, text: str, error: type[Exception], said: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(error) as told:
        load(file, {})
    assert said in told.value.sentence("zh")  # type: ignore[attr-defined]
    assert "{" not in told.value.sentence("en")  # type: ignore[attr-defined]


def test_a_wrong_word_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingWrong) as told:
        load(tmp_path / "none", {"YIZHAN_COLOURS": "pink"})
    assert "YIZHAN_COLOURS" in told.value.sentence("zh")


def test_several_trust_roots_in_the_environment_are_separated_as_in_path(tmp_path: Path) -> None:
    roots = (tmp_path / "a.pem", tmp_path / "b.pem")
    found = load(tmp_path / "none", {"YIZHAN_TRUST": os.pathsep.join(map(str, roots))})
    assert found.trust == roots


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes('hub = "县"'.encode("gb18030"))
    with pytest.raises(SettingsUnreadable):
        load(file, {})
