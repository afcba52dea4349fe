"""The invented villagers: their numbers add up, and their papers say that they are for training."""

from __future__ import annotations

from datetime import date

import pytest

from station.devices.idcard import CardKind
from station.devices.training_papers import papers_of
from station.devices.training_people import LI_XIUYING, VILLAGERS, Villager
from station.domain.idnumbers import parse

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("villager", VILLAGERS, ids=lambda villager: villager.name)
def test_every_number_fits_birth_date_and_sex(villager: Villager) -> None:
    number = parse(villager.card.id_number)
    assert (number.birth, number.sex) == (villager.card.birth, villager.card.sex)


def test_only_the_card_that_has_expired_has_a_problem() -> None:
    troubled = [v.name for v in VILLAGERS if v.card.problems(TODAY)]
    assert troubled == ["马文山"]


def test_there_is_somebody_for_every_rule_of_the_old_age_subsidy() -> None:
    ages = [v.card.applicant().age(TODAY) for v in VILLAGERS]
    assert any(age is not None and age >= 90 for age in ages)
    assert any(age is not None and 80 <= age < 90 for age in ages)
    assert any(age is not None and age < 80 for age in ages)
    assert any(age is not None and age < 18 for age in ages)
    assert {v.card.kind for v in VILLAGERS} == set(CardKind)


def test_everybody_brings_papers_of_true_size() -> None:
    papers = papers_of(LI_XIUYING)
    sizes = {paper.id.partition(":")[0]: (paper.width, paper.height) for paper in papers}
    assert sizes["id-front"] == (85.6, 54.0)
    assert sizes["form"] == (210.0, 297.0)
    for paper in papers:
        drawn = paper.picture(50)
        assert drawn.width == pytest.approx(paper.width / 25.4 * 50, abs=1)
        assert drawn.height == pytest.approx(paper.height / 25.4 * 50, abs=1)


@pytest.mark.parametrize("villager", VILLAGERS, ids=lambda villager: villager.name)
def test_the_papers_of_everybody_can_be_drawn(villager: Villager) -> None:
    for paper in papers_of(villager):
        assert paper.picture(30).getextrema() is not None
