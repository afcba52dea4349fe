"""Fixtures that every test may ask for."""

import os

import pytest

from station.services import keys
from tests.helpers.pki import pki
from tests.helpers.smart_card import card_reader
from tests.helpers.soft_hsm import soft_hsm

__all__ = ["card_reader", "pki", "soft_hsm"]

# Tests see the tokens that they plug in themselves, and ask no other driver of this machine:
# programs that they start by the setting, the objects that they make by what the system knows.
os.environ["YIZHAN_TOKENS"] = "listed"


@pytest.fixture(scope="session", autouse=True)
def _no_drivers_of_this_machine() -> None:
    keys.drivers_of_this_system = tuple
