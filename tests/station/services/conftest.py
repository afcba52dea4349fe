"""Fixtures of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.county import County, training_keys

__all__ = ["county", "training_keys"]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory, training_keys: Path) -> Iterator[County]:
    """One PC of the training county for all stories of a file: each hands in its own cases."""
    county = County(tmp_path_factory.mktemp("county"), training_keys)
    try:
        yield county
    finally:
        county.office.close()
