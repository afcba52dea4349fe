"""One real hub for all tests of this room, and an office that works against it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.office import Office
from tests.helpers.pki import Pki


@pytest.fixture(scope="session")
def hub(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with hub_process(pki.folder, tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def office(hub: HubProcess, pki: Pki) -> Iterator[Office]:
    opened = Office(hub, pki)
    yield opened
    opened.close()
