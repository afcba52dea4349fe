"""A learned function of marks: a sum, and a few soft switches that see marks together.

``weights.py`` holds the numbers, ``tests/helpers/learn_outlines.py`` learns them. A mark that can
only speak for an outline has no negative number on its way to the answer, so that what was learned
from drawn scenes cannot turn into its opposite on photographs. Nothing here knows what is judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from station.imaging.arrays import Floats


@dataclass(frozen=True, slots=True)
class Opinion:
    """``plain`` says what each mark adds by itself, ``switches`` how it moves each switch."""

    plain: Floats
    """M marks."""
    switches: Floats
    """M x S."""
    thresholds: Floats
    """S."""
    worth: Floats
    """S: what each switch adds when it is fully on, and takes away when off."""
    base: float = 0.0

    @classmethod
    def written(
        cls,
        rows: Mapping[str, Sequence[float]],
        names: Sequence[str],
        thresholds: Sequence[float],
        worth: Sequence[float],
        base: float = 0.0,
    ) -> Opinion:
        """As ``weights.py`` has it: for each mark its plain number and one for each switch."""
        table = np.array([rows[name] for name in names], np.float64)
        return cls(
            table[:, 0], table[:, 1:], np.array(thresholds, float), np.array(worth, float), base
        )

    def of(self, table: Floats) -> Floats:
        """N values for N x M marks."""
        on = np.tanh(table @ self.switches + self.thresholds)
        return np.asarray(table @ self.plain + on @ self.worth + self.base)
