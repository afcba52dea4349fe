"""A desk's memory in a fresh folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.store import Store
from tests.helpers.desk_memory import open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "station"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with open_store(folder) as store:
        yield store
