"""A county of one's own for the administrator's stories."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.paths import Home
from tests.helpers.county import training_keys
from tests.helpers.waiting_cases import WaitingCases

__all__ = ["training_keys"]


@pytest.fixture
def own_county(tmp_path: Path, training_keys: Path) -> Iterator[WaitingCases]:
    """A county in which people and items may change without harm to other stories."""
    shutil.copytree(training_keys, Home(tmp_path / "county" / "data").training)
    cases = WaitingCases(tmp_path / "county")
    yield cases
    cases.close()
