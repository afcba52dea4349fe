"""Fixtures that every test may ask for."""

from tests.helpers.pki import pki
from tests.helpers.smart_card import card_reader
from tests.helpers.soft_hsm import soft_hsm

__all__ = ["card_reader", "pki", "soft_hsm"]
