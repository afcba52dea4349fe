"""Fixtures of this room."""

from tests.helpers.county import county, training_keys

__all__ = ["county", "training_keys"]
