"""Fixtures that every test may ask for."""

import os

# Tests see the tokens that they plug in themselves, and ask no other driver of this machine.
os.environ["YIZHAN_TOKENS"] = "listed"

from tests.helpers.pki import pki
from tests.helpers.smart_card import card_reader
from tests.helpers.soft_hsm import soft_hsm

__all__ = ["card_reader", "pki", "soft_hsm"]
