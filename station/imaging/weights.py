"""What each mark of an outline is worth.

Learned from drawn scenes by ``tests/helpers/learn_outlines.py``, which writes this file; not to be
edited by hand.
"""

from __future__ import annotations

from typing import Final

FIRST: Final[dict[str, float]] = {
    "support_mean": 2.504,
    "support_min": 1.842,
    "support_second": 0.686,
    "strength_mean": -3.110,
    "strength_min": -5.032,
    "contrast_mean": -0.148,
    "contrast_min": 1.191,
    "polarity": -0.105,
    "ground_outside": -3.212,
    "ground_outside_min": -2.721,
    "ground_inside": -2.793,
    "inside_even": -2.460,
    "paper_outside": 2.180,
    "area_root": 4.268,
    "area_large": -2.074,
    "separation": 2.733,
    "separation_near": 13.701,
    "cut_agrees": 9.887,
    "foreign_agrees": 0.592,
    "corners_square": 4.193,
    "sides_alike": 8.851,
    "on_frame": -10.346,
    "methods_agree": -5.551,
    "neighbours": 1.023,
    "beyond": -8.812,
    "crossed": -53.559,
    "overrun": -12.733,
    "nested": 0.0,
}
"""For choosing among all proposals."""

CLOSER: Final[dict[str, float]] = {
    "support_mean": 0.405,
    "support_min": 3.944,
    "support_second": 1.574,
    "strength_mean": -6.871,
    "strength_min": -4.840,
    "contrast_mean": 1.803,
    "contrast_min": 1.758,
    "polarity": 1.217,
    "ground_outside": -0.175,
    "ground_outside_min": -3.754,
    "ground_inside": -1.285,
    "inside_even": -1.107,
    "paper_outside": 2.099,
    "area_root": 7.818,
    "area_large": -2.762,
    "separation": 5.076,
    "separation_near": 19.802,
    "cut_agrees": 10.545,
    "foreign_agrees": -1.245,
    "corners_square": 6.814,
    "sides_alike": 11.240,
    "on_frame": -34.665,
    "methods_agree": -2.398,
    "neighbours": 1.704,
    "beyond": -7.373,
    "crossed": -46.018,
    "overrun": -20.855,
    "nested": 0.0,
}
"""For choosing among the best and their rivals."""

TRUST: Final[dict[str, float]] = {
    "support_mean": -7.396,
    "support_min": 2.132,
    "support_second": 4.289,
    "strength_mean": -0.273,
    "strength_min": -2.347,
    "contrast_mean": 3.567,
    "contrast_min": 0.262,
    "polarity": -1.712,
    "ground_outside": -3.212,
    "ground_outside_min": 0.093,
    "ground_inside": 0.294,
    "inside_even": 0.218,
    "paper_outside": 0.729,
    "area_root": -4.330,
    "area_large": -0.334,
    "separation": -6.954,
    "separation_near": 12.499,
    "cut_agrees": 3.406,
    "foreign_agrees": -0.663,
    "corners_square": 9.693,
    "sides_alike": -0.989,
    "on_frame": 17.950,
    "methods_agree": -2.585,
    "neighbours": 2.531,
    "beyond": -1.878,
    "crossed": -1.950,
    "overrun": -2.431,
    "nested": 0.0,
    "mass": -5.170,
    "lead": 5.809,
    "first_mass": 1.025,
}
"""For the chance that the winner is right."""

TRUST_BASE: Final = -9.093
SURE_ABOVE: Final = 0.9535
SHOW_ABOVE: Final = 0.02
