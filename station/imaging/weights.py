"""What each mark of an outline is worth.

Learned from drawn scenes by ``tests/helpers/learn_outlines.py``, which writes this file; not to be
edited by hand.
"""

from __future__ import annotations

from typing import Final

FIRST: Final[dict[str, float]] = {
    "support_mean": 2.899,
    "support_min": 1.603,
    "support_second": 2.204,
    "strength_mean": -4.557,
    "strength_min": -3.226,
    "contrast_mean": -0.399,
    "contrast_min": 1.987,
    "polarity": 0.488,
    "ground_outside": 3.029,
    "ground_outside_min": -3.759,
    "ground_inside": -2.093,
    "inside_even": -2.532,
    "paper_outside": 1.089,
    "area_root": 5.112,
    "area_large": -2.152,
    "separation": 2.759,
    "separation_near": 11.049,
    "cut_agrees": 9.871,
    "foreign_agrees": 3.414,
    "corners_square": 6.020,
    "sides_alike": 7.650,
    "on_frame": -8.739,
    "methods_agree": -3.801,
    "neighbours": -0.283,
    "beyond": -5.750,
    "crossed": -48.509,
    "overrun": -12.719,
    "nested": -0.324,
}
"""For choosing among all proposals."""

CLOSER: Final[dict[str, float]] = {
    "support_mean": 3.219,
    "support_min": 3.650,
    "support_second": 3.003,
    "strength_mean": -10.044,
    "strength_min": -3.910,
    "contrast_mean": 0.943,
    "contrast_min": 2.068,
    "polarity": 1.672,
    "ground_outside": 1.626,
    "ground_outside_min": -1.807,
    "ground_inside": -1.866,
    "inside_even": -1.726,
    "paper_outside": 0.912,
    "area_root": 3.776,
    "area_large": -0.935,
    "separation": 6.132,
    "separation_near": 15.965,
    "cut_agrees": 12.969,
    "foreign_agrees": 0.236,
    "corners_square": 11.749,
    "sides_alike": 5.907,
    "on_frame": -28.781,
    "methods_agree": -2.357,
    "neighbours": 0.703,
    "beyond": -5.277,
    "crossed": -62.417,
    "overrun": -23.007,
    "nested": 0.204,
}
"""For choosing among the best and their rivals."""

TRUST: Final[dict[str, float]] = {
    "support_mean": -0.570,
    "support_min": 0.933,
    "support_second": 1.796,
    "strength_mean": -1.957,
    "strength_min": -2.070,
    "contrast_mean": 3.112,
    "contrast_min": -2.229,
    "polarity": -1.341,
    "ground_outside": -3.719,
    "ground_outside_min": 0.682,
    "ground_inside": -0.208,
    "inside_even": 1.217,
    "paper_outside": -1.090,
    "area_root": -1.413,
    "area_large": -0.701,
    "separation": -8.308,
    "separation_near": 12.669,
    "cut_agrees": 1.828,
    "foreign_agrees": -1.243,
    "corners_square": 5.865,
    "sides_alike": -0.011,
    "on_frame": 17.453,
    "methods_agree": -0.976,
    "neighbours": 0.898,
    "beyond": -1.972,
    "crossed": -4.110,
    "overrun": 4.253,
    "nested": -0.381,
    "mass": -3.369,
    "lead": 4.014,
    "first_mass": 2.762,
}
"""For the chance that the winner is right."""

TRUST_BASE: Final = -7.305
SURE_ABOVE: Final = 0.9532
SHOW_ABOVE: Final = 0.02
