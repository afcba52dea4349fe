"""One catalogue item, its blank form, and a text reader that is loaded once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.catalogue.catalogue import Catalogue
from station.imaging.picture import Picture, open_picture
from station.paths import resources
from station.reading.desk import ReadingDesk
from station.reading.engine import RapidReader
from station.reading.template import Template, template_of
from tests.helpers.filled_form import photographed_form


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load(resources("items"))


@pytest.fixture(scope="session")
def template(catalogue: Catalogue) -> Template:
    return template_of(catalogue.item("MZ-001"))


@pytest.fixture(scope="session")
def reader() -> RapidReader:
    reader = RapidReader()
    reader.warm_up()
    return reader


@pytest.fixture(scope="session")
def desk(catalogue: Catalogue, reader: RapidReader) -> ReadingDesk:
    return ReadingDesk(catalogue.item, reader)


Photographer = Callable[..., Picture]


@pytest.fixture(scope="session")
def photographed(template: Template) -> Photographer:
    """Fills in the form, lays it on a mat and photographs it."""
    return lambda seed=1, **how: open_picture(photographed_form(template, seed, **how))
