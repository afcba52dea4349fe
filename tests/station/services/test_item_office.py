"""The county's items: a file is compared, signed, published, and known at every desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from station.assembly import AdministratorServices, Office, OpenDesk
from station.catalogue.importing import Comparison
from station.catalogue.item_files import structure_of
from station.clock import china_now
from station.domain.items import ServiceItem
from station.services.item_office import ItemState, found_by
from station.settings import Settings
from station.wire.client import HubUnreachable
from tests.helpers.county import AGENT, REVIEWER, TOWNSHIP_ONLY, County, review_of

ADMINISTRATOR = "P9001"


@pytest.fixture
def county(tmp_path: Path, training_keys: Path) -> Iterator[County]:
    """A county of its own for each story: what is published stays in force."""
    county = County(tmp_path, training_keys)
    yield county
    county.office.close()


def services_of(desk: OpenDesk) -> AdministratorServices:
    assert desk.administration is not None
    return desk.administration


def a_file(folder: Path, *items: ServiceItem, name: str = "items.yaml") -> Path:
    file = folder / name
    structures = [json.loads(json.dumps(structure_of(item))) for item in items]
    file.write_text(yaml.safe_dump(structures, allow_unicode=True, sort_keys=False), "utf-8")
    return file


def test_a_file_changes_nothing_before_it_is_published_and_then_every_desk_knows_the_new_version(
    county: County, tmp_path: Path
) -> None:
    old = county.office.catalogue.item(TOWNSHIP_ONLY)
    new = replace(old, version=2, promise="本人承诺：今年还健在，所填属实")
    wrong = replace(
        county.office.catalogue.item("MZ-001"), version=2, route=old.route[:1], title=""
    )
    other_pc = County(tmp_path / "镇里", county.home.training, hub=county.office.hub_url())
    with other_pc.desk(REVIEWER) as reviewer:  # who was signed in before it was published
        with county.desk(ADMINISTRATOR) as desk:
            items = services_of(desk).items
            found = items.compare(a_file(tmp_path, new, wrong))
            assert [item.code for item in found.changed] == [TOWNSHIP_ONLY]
            assert {problem.item for problem in found.problems} == {"MZ-001"}
            assert county.office.catalogue.item(TOWNSHIP_ONLY).version == 1

            last = items.publish(tmp_path / "items.yaml", found)

            assert (last.published, last.left_out) == ((TOWNSHIP_ONLY,), ("MZ-001",))
            assert items.last_import() == last
            assert [one.version for one in items.versions(TOWNSHIP_ONLY)] == [2, 1]
            assert items.compare(tmp_path / "items.yaml").unchanged == (TOWNSHIP_ONLY,)
        with county.desk(AGENT) as agent:
            case = county.handed_in(agent, TOWNSHIP_ONLY)
        assert case.item_version == 2

        assert other_pc.office.catalogue.item(TOWNSHIP_ONLY).version == 1
        opened = review_of(reviewer).open(case.id)
        assert opened.item == new
    other_pc.office.close()
    with Office(other_pc.home, Settings(hub="http://127.0.0.1:9")) as without_network:
        assert without_network.catalogue.item(TOWNSHIP_ONLY) == new


def test_an_item_that_begins_later_waits_for_its_day(county: County, tmp_path: Path) -> None:
    tomorrow = china_now().date() + timedelta(days=1)
    item = replace(county.office.catalogue.item("SB-001"), version=2, valid_from=tomorrow)
    with county.desk(ADMINISTRATOR) as desk:
        found = services_of(desk).items.compare(a_file(tmp_path, item))
    assert found.changed == ()
    assert [problem.flaw.place for problem in found.problems] == ["valid_from"]


def test_a_workbook_that_was_exported_says_that_nothing_changed(
    county: County, tmp_path: Path
) -> None:
    with county.desk(ADMINISTRATOR) as desk:
        items = services_of(desk).items
        count = items.export(tmp_path / "all.xlsx")
        found = items.compare(tmp_path / "all.xlsx")
    assert len(found.unchanged) == count == len(county.office.catalogue.items)
    assert (found.added, found.changed, found.problems) == ((), (), ())


def test_what_the_hub_refuses_is_told_beside_what_was_published(
    county: County, tmp_path: Path
) -> None:
    catalogue = county.office.catalogue
    good = replace(catalogue.item("SB-001"), version=2)
    with county.desk(ADMINISTRATOR) as desk:
        items = services_of(desk).items
        slow = replace(catalogue.item("MZ-001"), version=2)
        late = replace(slow.route[0], days=slow.route[0].legal_days + 1)
        forced = replace(slow, route=(late, *slow.route[1:]))  # past the check of this PC
        steps: list[tuple[int, int]] = []
        last = items.publish(
            tmp_path / "x.yaml",
            Comparison(changed=(forced, good)),
            lambda done, total: steps.append((done, total)),
        )
    assert last.published == ("SB-001",)
    assert "没有发布" in last.problems[0].flaw.zh
    assert steps == [(0, 2), (1, 2)]


def test_a_hub_that_cannot_be_reached_publishes_nothing_and_says_so_once(
    county: County, tmp_path: Path
) -> None:
    two = tuple(
        replace(county.office.catalogue.item(code), version=2) for code in ("SB-001", "MZ-001")
    )
    with county.desk(ADMINISTRATOR) as desk:
        items = services_of(desk).items
        county.office.close()  # the hub goes away
        with pytest.raises(HubUnreachable):
            items.publish(tmp_path / "x.yaml", Comparison(changed=two))
        assert items.last_import() is None
        assert county.office.catalogue.item("SB-001").version == 1


def test_shipped_items_are_examples_that_the_check_finds_nothing_in(county: County) -> None:
    with county.desk(ADMINISTRATOR) as desk:
        listed = services_of(desk).items.listed()
    assert {one.state for one in listed} == {ItemState.EXAMPLE}
    names = [one.item.code for one in listed if found_by(one, "glbt")]
    assert names[0] == "MZ-001"
