"""Whoever mistypes a command reads one plain sentence in their own language, and how to go on."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from station.__main__ import COMMANDS, main
from station.commands.console import Command
from station.commands.usage import Usage
from tests.helpers.program import is_one_plain_sentence

# Words of argparse's that must be left neither in a Chinese sentence nor in a plain English one.
_ARGPARSES_OWN = re.compile(
    r"unrecognized|expected|invalid|required|choose from|argument|error:|usage|parser|explicit"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

Say = Callable[..., str]


@pytest.fixture(params=["zh", "en"])
def said(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Say:
    """Runs ``station`` with words that are wrong, and returns its sentence."""
    language = request.param
    monkeypatch.setenv("YIZHAN_LANGUAGE", language)

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["station", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert ended.value.code == 2, words
        assert out == "", words
        assert is_one_plain_sentence(err), (words, err)
        own_words = re.sub(r"“[^”]*”", "", err)  # what was typed is quoted as it was typed
        assert not _ARGPARSES_OWN.search(own_words), (words, err)
        assert bool(_CHINESE.search(err)) == (language == "zh"), (words, err)
        assert "--help”" in err, "it says where to read on"
        return err

    return run


def _all_parsers() -> Iterator[tuple[tuple[str, ...], Usage]]:
    """Every subcommand and every subcommand of one, with the words that lead there."""
    for name, (module, _, _) in COMMANDS.items():
        parser = Usage(prog=f"station {name}")
        cast(Command, importlib.import_module(module)).add_arguments(parser)
        yield (name,), parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for below, choice in action.choices.items():
                    assert isinstance(choice, Usage)
                    yield (name, below), choice


PARSERS = dict(_all_parsers())


def _must(action: argparse.Action) -> bool:
    """Whether something has to be given; argparse calls ``*`` required too."""
    return action.required and action.nargs != "*"


def _filled(parser: Usage, but: argparse.Action | None = None) -> list[str]:
    """Words with which everything that must be given is given, except ``but``."""
    words: list[str] = []
    for action in parser._actions:
        if not _must(action) or action is but:
            continue
        if isinstance(action, argparse._SubParsersAction):
            continue
        words += [*action.option_strings[:1], "1"]
    return words


@pytest.mark.parametrize("where", PARSERS, ids=" ".join)
def test_every_subcommand_takes_the_usual_slips_in_one_sentence(
    said: Say, where: tuple[str, ...]
) -> None:
    parser = PARSERS[where]
    home = f"“station {' '.join(where)} --help”"
    for action in parser._actions:
        flag = action.option_strings[-1] if action.option_strings else ""
        if _must(action) and not isinstance(action, argparse._SubParsersAction):
            words = said(*where, *_filled(parser, but=action))
            assert (flag or str(action.metavar or action.dest)) in words
            assert home in words
        if flag in ("", "--help"):
            continue
        if action.nargs == 0:
            assert flag in said(*where, *_filled(parser), f"{flag}=yes")
            continue
        assert flag in said(*where, *_filled(parser), flag), "its value is missing"
        if action.choices is not None:
            words = said(*where, *_filled(parser), flag, "nonsense")
            assert str(next(iter(action.choices))) in words, "it says what it may be"
        elif action.type is not None and action.type.__module__ == "station.commands.usage":
            for bad in ("many", "-7", "", "99999999"):
                if bad == "99999999" and action.dest not in ("port", "jobs", "stations"):
                    continue
                assert flag in said(*where, *_filled(parser), f"{flag}={bad}")
    below = parser._subcommands()
    if below is None:
        assert "--nonsense" in said(*where, *_filled(parser), "--nonsense", "x")
    else:
        assert all(name in said(*where) for name in below.choices)
        assert "“nonsense”" in said(*where, "nonsense")


def test_a_mistyped_subcommand_or_option_is_told_what_was_perhaps_meant(said: Say) -> None:
    assert "verify" in said("verfy", "x.pdf")
    assert "catalogue" in said("catalog", "check", "x")
    assert "serve" in said("hub", "sevre")
    assert "--trust" in said("verify", "x.pdf", "--turst", "root.pem")
    assert not re.search(r"是不是|perhaps", said("qqqq")), "no wild guess"


def test_options_that_exclude_each_other_or_are_cut_too_short_are_named(said: Say) -> None:
    both = said("read", "x.jpg", "--item", "MZ-001", "--card")
    assert "--item" in both and "--card" in both
    short = said("sign", "x.pdf", "--key", "p12:x", "--out", "x", "--p")
    assert "--pin-file" in short and "--page" in short


def test_a_sentence_that_is_not_known_here_leaves_no_english_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    monkeypatch.setattr(sys, "argv", ["station"])
    with pytest.raises(SystemExit):
        Usage(prog="station").error("something new in a later Python")
    assert capsys.readouterr().err == "命令没有运行：写法不对。请看“station --help”。\n"


@pytest.mark.parametrize("where", PARSERS, ids=" ".join)
def test_help_speaks_chinese_throughout(
    where: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIZHAN_LANGUAGE", "zh")
    parser = dict(_all_parsers())[where]
    told = parser.format_help()
    assert not re.search(r"usage:|options:|positional|show this help", told)
    for action in parser._actions:
        if action.help and action.help is not argparse.SUPPRESS:
            assert _CHINESE.search(action.help) or ":" in action.help, action.help
