"""Items and a calendar that the tests of supervision can reckon with by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from station.catalogue import Catalogue
from station.domain.deadlines import WorkingCalendar
from station.domain.items import ServiceItem
from station.domain.units import Level
from station.paths import resources


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    return Catalogue.load(resources("items"))


@pytest.fixture(scope="session")
def item(shipped: Catalogue) -> ServiceItem:
    """Township 4 days (legal 10), county 8 days (legal 20), yellow after three quarters."""
    found = shipped.item("MZ-001")
    days = {Level.TOWNSHIP: (4, 10), Level.COUNTY: (8, 20)}
    route = tuple(
        replace(
            stage, days=days[stage.level][0], legal_days=days[stage.level][1], yellow_share=0.75
        )
        for stage in found.route
    )
    return replace(found, route=route)


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    """2026 with one holiday (Wednesday 11 March) made up for on Saturday 14 March."""
    exceptions = {date(2026, 3, 11): False, date(2026, 3, 14): True}
    return WorkingCalendar(exceptions, frozenset({2026}))
