"""A village's PC for the tests of its screens; the hub is out of reach unless it is started."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from station.assembly import Office
from station.settings import Settings
from tests.helpers.agent_desk import AgentDriver, VillageStation
from tests.helpers.county import County, training_keys
from ui.common.tasks import Tasks

__all__ = ["training_keys"]


@pytest.fixture
def village(tmp_path: Path, training_keys: Path) -> Iterator[County]:
    """The training county on one PC, with a hub that answers once ``hub_url`` was asked for."""
    village = County(tmp_path, training_keys)
    yield village
    village.office.close()


@pytest.fixture
def cut_off(village: County, tasks: Tasks, qtbot: QtBot, tmp_path: Path) -> Iterator[AgentDriver]:
    """An agent at a desk whose hub cannot be reached."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listening: every call is refused
        office = Office(village.home, Settings(hub=f"http://127.0.0.1:{taken.getsockname()[1]}"))
        station = VillageStation(office, tasks, qtbot, tmp_path)
        yield station.sit_down()
        station.close()
        office.close()


@pytest.fixture
def connected(village: County, tasks: Tasks, qtbot: QtBot, tmp_path: Path) -> Iterator[AgentDriver]:
    """An agent at a desk with the hub in reach; ``village.office`` is the hub's."""
    office = Office(village.home, Settings(hub=village.office.hub_url()))
    station = VillageStation(office, tasks, qtbot, tmp_path)
    yield station.sit_down()
    station.close()
    office.close()
