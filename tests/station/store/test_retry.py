"""When an outbox tries again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.store.retry import CAP, longest_wait, next_try
from tests.helpers.desk_memory import NOW


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 2), (1, 2), (2, 4), (3, 8), (7, 128), (8, 256), (9, 300), (99, 300)]
)
def test_the_longest_wait_doubles_up_to_five_minutes(tries: int, seconds: int) -> None:
    assert longest_wait(tries) == timedelta(seconds=seconds)


@given(
    tries=st.integers(min_value=0, max_value=10**9),
    chance=st.floats(min_value=0, max_value=1, exclude_max=True),
)
def test_the_next_try_lies_anywhere_between_now_and_the_longest_wait(
    tries: int, chance: float
) -> None:
    wait = next_try(NOW, tries, chance) - NOW
    assert timedelta() <= wait <= longest_wait(tries) <= CAP
    assert abs(wait - longest_wait(tries) * chance) < timedelta(milliseconds=1)
