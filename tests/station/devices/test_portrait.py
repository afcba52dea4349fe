"""The portrait decoder is somebody else's program: it may be missing, wrong or stuck."""

from __future__ import annotations

import sys

import pytest

from station.devices.portrait import VARIABLE, decoded, installed_decoder

STORED = bytes(range(256)) * 4


def python(code: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; data = sys.stdin.buffer.read(); {code}"]


def test_a_decoder_gets_the_stored_bytes_and_gives_a_picture() -> None:
    code = "sys.stdout.buffer.write(b'BM' + str(len(data)).encode())"
    assert decoded(python(code), STORED) == b"BM1024"


@pytest.mark.parametrize("code", ["sys.exit(3)", "print('no picture')", "pass"])
def test_a_decoder_that_fails_costs_the_portrait_and_nothing_else(code: str) -> None:
    assert decoded(python(code), STORED) is None


def test_a_decoder_that_is_not_there_is_no_error() -> None:
    assert decoded(["a-program-of-nobody"], STORED) is None


def test_the_environment_names_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert installed_decoder() is None
    monkeypatch.setenv(VARIABLE, f"{sys.executable} -c 'print(end=\"BM\")'")
    decode = installed_decoder()
    assert decode is not None
    assert decode(STORED) == b"BM"
