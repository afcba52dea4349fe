"""Fixtures that every test may ask for."""

from tests.helpers.pki import pki

__all__ = ["pki"]
