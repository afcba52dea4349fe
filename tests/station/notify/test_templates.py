"""What short messages say."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.notify.templates import Occasion, TemplatesWrong, load_templates

FACTS = {
    "item": "高龄老人生活补贴认证",
    "number": "130430104213-261123-001",
    "station": "后段寨村便民服务站",
    "days": "5",
    "unit": "东河镇便民服务中心",
    "due": "11月26日",
}


def test_the_shipped_templates_cover_every_occasion() -> None:
    templates = load_templates()
    for occasion in Occasion:
        text = templates.render(occasion, FACTS, "任奶奶")
        assert text.startswith("【一网通】")
        assert FACTS["number"] in text
        assert "{" not in text
        assert len(text) <= 134, "two parts at most: the operator bills each"


def test_without_a_name_nobody_is_greeted_by_name() -> None:
    templates = load_templates()
    assert templates.render(Occasion.ACCEPTED, FACTS).startswith("【一网通】您好，")
    assert templates.render(Occasion.ACCEPTED, FACTS, "任奶奶").startswith("【一网通】任奶奶，")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("{number}", "{phone}"), "phone"),
        (("[returned]", "[returnd]"), "returned"),
        (("{station}", "{station"), "accepted"),
        (('signature = "', "signature = "), "messages.toml"),
    ],
)
def test_a_spoilt_template_is_found_before_anything_is_sent(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    from station.paths import resources

    text = resources("sms", "messages.toml").read_text("utf-8")
    spoilt = tmp_path / "messages.toml"
    spoilt.write_text(text.replace(*change), "utf-8")
    with pytest.raises(TemplatesWrong) as wrong:
        load_templates(spoilt)
    assert complaint in wrong.value.sentence("en")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplatesWrong):
        load_templates(tmp_path / "none.toml")
