"""Every item of the catalogue is complete enough to be done: from the form to the agent's key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from station.assembly import OpenDesk
from station.catalogue import Catalogue
from station.paths import resources
from station.services.case_papers import read_papers
from tests.helpers.county import AGENT, County, agent_of

ITEMS = [item.code for item in Catalogue.load(resources("items")).items]


@pytest.fixture(scope="module")
def village(
    tmp_path_factory: pytest.TempPathFactory, training_keys: Path
) -> Iterator[tuple[County, OpenDesk]]:
    """One desk that does them all, with a hub for time stamps."""
    county = County(tmp_path_factory.mktemp("village"), training_keys)
    try:
        with county.desk(AGENT) as desk:
            yield county, desk
    finally:
        county.office.close()


def test_the_catalogue_starts_with_twelve_items() -> None:
    assert len(ITEMS) >= 12


@pytest.mark.parametrize("item", ITEMS)
def test_the_item_can_be_entered_inked_and_signed_by_the_agent(
    item: str, village: tuple[County, OpenDesk]
) -> None:
    county, desk = village
    draft = county.entered(desk, item)
    signed = agent_of(desk).signing.sign(draft.id, county.office.proofs())
    verdict = verify_pdf(signed.pdf, load_trust([county.root]), file=item)
    assert verdict.good, verdict.reason
    papers = read_papers(signed.pdf)
    assert papers.number == draft.number
    assert papers.ink is not None
    wanted = county.office.catalogue.item(item)
    given = {line.id for line in papers.lines if line.value}
    asked = {field.id for field in wanted.fields if field.required is True}
    assert {field for field in asked - given if wanted.field(field).kind != "signature"} == set()
