"""Where data and shipped files lie."""

from pathlib import Path

import pytest

from station.paths import ResourcesMissing, home, resources


def test_everything_of_this_machine_lies_under_the_folder_that_is_named(tmp_path: Path) -> None:
    here = home({"YIZHAN_HOME": str(tmp_path)})
    for folder in (here.settings, here.training, here.station, here.hub, here.logs):
        assert folder.parent == tmp_path


def test_a_home_with_a_tilde_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ren")
    assert home({"YIZHAN_HOME": "~/yizhan"}).root == Path("/home/ren/yizhan")


def test_without_a_word_it_is_where_the_system_keeps_a_persons_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/ren")
    assert home({}).root == Path("/home/ren/.local/share/yizhan")


def test_a_checkout_finds_its_own_resources() -> None:
    assert resources("styles", "tokens.json", environment={}).is_file()


def test_resources_can_lie_elsewhere(tmp_path: Path) -> None:
    assert resources("items", environment={"YIZHAN_RESOURCES": str(tmp_path)}) == tmp_path / "items"


def test_resources_that_are_nowhere_are_told_with_the_places(tmp_path: Path) -> None:
    with pytest.raises(ResourcesMissing) as told:
        resources(environment={"YIZHAN_RESOURCES": str(tmp_path / "no")})
    assert str(tmp_path / "no") in told.value.sentence("zh")
