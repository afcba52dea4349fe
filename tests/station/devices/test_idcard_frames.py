"""Frames of GA/T 467: the published ones, and bytes in any pieces."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from station.devices.idcard_frames import Command, FrameDamaged, Reply, ReplyReader, frame
from tests.helpers.card_reader import FOUND, NOTHING_FOUND, SELECTED, answer


@pytest.mark.parametrize(
    ("command", "published"),
    [
        (Command.RESET, "AAAAAA9669000310FFEC"),
        (Command.STATUS, "AAAAAA9669000311FFED"),
        (Command.MODULE_ID, "AAAAAA9669000312FFEE"),
        (Command.FIND, "AAAAAA96690003200122"),
        (Command.SELECT, "AAAAAA96690003200221"),
        (Command.READ, "AAAAAA96690003300132"),
        (Command.NEWEST_ADDRESS, "AAAAAA96690003300330"),
    ],
)
def test_commands_are_the_published_bytes(command: Command, published: str) -> None:
    assert frame(command).hex().upper() == published


@pytest.mark.parametrize(
    ("published", "reply"),
    [
        (FOUND, Reply(0x9F, bytes(4))),
        (NOTHING_FOUND, Reply(0x80)),
        (SELECTED, Reply(0x90, bytes(8))),
    ],
)
def test_published_answers_are_understood(published: bytes, reply: Reply) -> None:
    assert ReplyReader().feed(published) == reply


@given(
    status=st.integers(0, 255),
    data=st.binary(max_size=600),
    noise=st.binary(max_size=20).filter(lambda noise: b"\xaa\xaa\xaa\x96\x69" not in noise),
    cuts=st.lists(st.integers(1, 64), max_size=30),
)
def test_an_answer_is_found_in_any_pieces_after_any_noise(
    status: int, data: bytes, noise: bytes, cuts: list[int]
) -> None:
    stream = noise + answer(status, data)
    replies, got = ReplyReader(), None
    for cut in [*cuts, len(stream)]:
        piece, stream = stream[:cut], stream[cut:]
        got = replies.feed(piece) or got
    assert got == Reply(status, data)


@example(data=b"\x12\x1f68\x8e\xa0\xaa\xea\xf1", at=36991, flip=1)  # the check byte fits by chance
@given(data=st.binary(max_size=100), at=st.integers(5, 10**6), flip=st.integers(1, 255))
def test_one_changed_byte_is_never_taken_for_an_answer(data: bytes, at: int, flip: int) -> None:
    good = bytearray(answer(0x90, data))
    good[5 + at % (len(good) - 5)] ^= flip
    try:
        reply = ReplyReader().feed(bytes(good))
    except FrameDamaged:
        return
    assert reply is None, "a changed length may at most make it wait for more"


def test_the_reader_says_how_much_is_missing() -> None:
    replies = ReplyReader()
    assert replies.wanted() == 7
    replies.feed(FOUND[:7])
    assert replies.wanted() == 8
    replies.feed(FOUND[7:14])
    assert replies.wanted() == 1
