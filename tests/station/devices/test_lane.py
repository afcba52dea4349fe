"""One thread per device: who may call it, what comes back, what happens when it hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from station.devices.lane import DeviceLane, DeviceStuck, LaneClosed, OutsideLane


class Lamp:
    """A device that remembers which threads touched it, and can hang."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.closed = 0
        self.release = threading.Event()

    def glow(self) -> str:
        self.threads.add(threading.get_ident())
        return "light"

    def hang(self) -> str:
        self.release.wait(20)
        return "late"

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed += 1


@pytest.fixture
def lamp() -> Lamp:
    return Lamp()


@pytest.fixture
def lane(lamp: Lamp) -> Iterator[DeviceLane[Lamp]]:
    made = DeviceLane("the lamp", lambda: lamp)
    yield made
    lamp.release.set()
    made.close()


def test_all_work_happens_in_one_thread_that_is_not_ours(
    lane: DeviceLane[Lamp], lamp: Lamp
) -> None:
    assert [lane.ask(Lamp.glow).result(5) for _ in range(3)] == ["light"] * 3
    lane.close()
    assert lamp.closed == 1
    assert len(lamp.threads) == 1
    assert threading.get_ident() not in lamp.threads


def test_a_device_taken_out_of_its_lane_fails_loudly(lane: DeviceLane[Lamp]) -> None:
    escaped = lane.ask(lambda lamp: lamp).result(5)
    with pytest.raises(OutsideLane, match=r"the lamp\.glow"):
        escaped.glow()


def test_an_error_comes_back_to_whoever_asked_and_the_lane_goes_on(
    lane: DeviceLane[Lamp],
) -> None:
    def fail(_: Lamp) -> None:
        raise LookupError("no bulb")

    with pytest.raises(LookupError, match="no bulb"):
        lane.ask(fail).result(5)
    assert lane.ask(Lamp.glow).result(5) == "light"


def test_a_device_that_could_not_be_opened_is_opened_at_the_next_work(lamp: Lamp) -> None:
    tries = iter([OSError("not yet"), None])

    def open_device() -> Lamp:
        if error := next(tries):
            raise error
        return lamp

    lane = DeviceLane("the lamp", open_device)
    with pytest.raises(OSError, match="not yet"):
        lane.ask(Lamp.glow).result(5)
    assert lane.ask(Lamp.glow).result(5) == "light"
    lane.close()


def test_a_hanging_device_is_told_and_new_work_fails_at_once(
    lane: DeviceLane[Lamp], lamp: Lamp
) -> None:
    with pytest.raises(DeviceStuck) as told:
        lane.ask(Lamp.hang, seconds=0.05).result(5)
    assert "the lamp" in told.value.sentence("en")
    assert lane.busy
    with pytest.raises(DeviceStuck):
        lane.ask(Lamp.glow).result(5)


def test_a_device_that_comes_to_itself_works_again(lane: DeviceLane[Lamp], lamp: Lamp) -> None:
    with pytest.raises(DeviceStuck):
        lane.ask(Lamp.hang, seconds=0.05).result(5)
    lamp.release.set()
    while lane.busy:
        threading.Event().wait(0.005)
    assert lane.ask(Lamp.glow, seconds=5).result(5) == "light"


def test_work_given_up_before_its_turn_is_not_done(lane: DeviceLane[Lamp], lamp: Lamp) -> None:
    hanging = lane.ask(Lamp.hang)
    waiting = lane.ask(Lamp.glow)
    assert waiting.cancel()
    lamp.release.set()
    assert hanging.result(5) == "late"
    lane.close()
    assert len(lamp.threads) == 1, "closed, and never lit"


def test_a_live_view_runs_between_other_work(lane: DeviceLane[Lamp]) -> None:
    seen: list[str] = []
    enough = threading.Event()

    def step(lamp: Lamp) -> None:
        seen.append(lamp.glow())
        if len(seen) >= 3:
            enough.set()

    lane.stream(step, failed=lambda error: pytest.fail(str(error)))
    assert lane.ask(lambda lamp: "photo").result(5) == "photo"
    assert enough.wait(5)
    lane.stop_stream()
    lane.ask(Lamp.glow).result(5)
    shown = len(seen)
    lane.ask(Lamp.glow).result(5)
    assert len(seen) == shown, "stopped"


def test_a_live_view_tells_a_problem_once_and_tries_again(lane: DeviceLane[Lamp]) -> None:
    told: list[str] = []
    tries = iter(["dark", "dark", "dark", ""])
    lit = threading.Event()

    def step(_: Lamp) -> None:
        if problem := next(tries, ""):
            raise LookupError(problem)
        lit.set()

    lane.stream(step, failed=lambda error: told.append(str(error)), pause=0.01)
    assert lit.wait(5)
    assert told == ["dark"]


def test_a_closed_lane_takes_no_work_and_may_be_closed_again(
    lane: DeviceLane[Lamp], lamp: Lamp
) -> None:
    last = lane.ask(Lamp.glow)
    lane.close()
    lane.close()
    assert last.result(5) == "light", "what was handed over before is done"
    with pytest.raises(LaneClosed):
        lane.ask(Lamp.glow)
    assert lamp.closed == 1


def test_a_lane_that_was_never_used_opens_nothing() -> None:
    lane: DeviceLane[Lamp] = DeviceLane("the lamp", lambda: pytest.fail("opened"))
    lane.close()
