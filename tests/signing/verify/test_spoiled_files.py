"""Spoiled files: each gets a verdict, none crashes, hangs or grows, none is green.

A small slice of what ``python -m tests.helpers.fuzzing`` tries for hours.
"""

from __future__ import annotations

from tests.helpers.fuzzing import run
from tests.helpers.pki import Pki

COUNT = 120


def test_no_spoiled_file_crashes_hangs_grows_or_passes(
    pki: Pki, village_only: bytes, archived: bytes
) -> None:
    files = {"village": village_only, "archived": archived}
    fates = list(run(files, pki.trust, 0, COUNT, jobs=2))
    assert len(fates) == COUNT
    assert [fate for fate in fates if fate.wrong] == []
    assert len({fate.outcome for fate in fates}) >= 5, "the accidents are of many kinds"
