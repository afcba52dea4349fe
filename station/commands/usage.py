"""A command typed wrong: one plain sentence in the person's language, and what was perhaps meant.

``argparse`` knows what is wrong, but says it in its own English. Here its messages are taken apart
and said anew; one that is not known here leaves nothing of its English behind.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import math
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from station.commands.console import COULD_NOT_RUN, note, say

_MOST_NAMED = 8  # choices that are listed before the list gets longer than help is


class Usage(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence instead of a usage block."""

    def __init__(self, *words: object, **named: object) -> None:
        super().__init__(*words, **{"add_help": False, **named})  # type: ignore[arg-type]
        self._positionals.title = say("要写的", "what is given")
        self._optionals.title = say("选项", "options")
        self.add_argument(
            "-h",
            "--help",
            action="help",
            default=argparse.SUPPRESS,
            help=say("显示这份说明", "show this help"),
        )

    def error(self, message: str) -> NoReturn:
        parser = self._spoken_to(sys.argv[1:])
        why = parser._in_words(message)
        note(
            say(
                f"命令没有运行：{why}。请看“{parser.prog} --help”。",
                f"The command did not run: {why}. See “{parser.prog} --help”.",
            )
        )
        raise SystemExit(COULD_NOT_RUN)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", say("用法：", "usage: "), 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", say("用法：", "usage: "), 1)

    # --- inside -------------------------------------------------------------------------------

    def _spoken_to(self, words: Sequence[str]) -> Usage:
        """The subcommand's own parser as far as the words lead to it."""
        parser = self
        for word in words:
            below = parser._subcommands()
            if below is not None and word in below.choices:
                found = below.choices[word]
                assert isinstance(found, Usage)
                parser = found
        return parser

    def _subcommands(self) -> argparse._SubParsersAction[argparse.ArgumentParser] | None:
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                return action
        return None

    def _in_words(self, message: str) -> str:
        for pattern, words in _MESSAGES:
            if found := pattern.fullmatch(message):
                return words(self, *found.groups())
        # A type of ours speaks the person's language already; "argument X: " goes before it.
        about, _, said = message.rpartition("argument ")[2].partition(": ")
        if said and (own := said.removeprefix(_OURS)) != said:
            return say(f"{about} {own}", f"{about} {own}")
        return say("写法不对", "it is not written as it should be")

    def _missing(self, names: str) -> str:
        below = self._subcommands()
        if below is not None and names == (below.metavar or below.dest):
            return say("还要写明做什么：", "say what to do: ") + _listed(below.choices)
        return say(f"还少 {names.replace(', ', '、')}", f"{names} is missing")

    def _unknown(self, text: str) -> str:
        word = text.split(" ")[0].partition("=")[0] if text.startswith("-") else text
        options = [name for action in self._actions for name in action.option_strings]
        return say(f"不认识“{word}”", f"“{word}” is not known") + _perhaps(word, options)

    def _no_choice(self, name: str, value: str, choices: str) -> str:
        word, allowed = _value(value), [_value(one) for one in choices.split(", ")]
        below = self._subcommands()
        if below is None or name != (below.metavar or below.dest):
            return _not_one_of(name, word, allowed)
        said = say(f"没有“{word}”这个子命令", f"there is no subcommand “{word}”")
        others = say("，有 ", "; there are ") + _listed(allowed)
        return said + (_perhaps(word, allowed) or others)


def whole_number(least: int = 1, most: int | None = None) -> Callable[[str], int]:
    """An argument's type: a whole number from ``least`` to ``most``."""

    def read(word: str) -> int:
        try:
            value = int(word) if word.isascii() else least - 1
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            raise _not(word, least, most)
        return value

    return read


def seconds(word: str) -> float:
    """An argument's type: a time that somebody could wait."""
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError(
            _OURS + say(f"要写秒数，“{word}”不是", f"must be seconds, “{word}” is not")
        )
    return value


def _not(word: str, least: int, most: int | None) -> argparse.ArgumentTypeError:
    if most is None:
        zh, en = f"不小于 {least} 的整数", f"a whole number from {least} on"
    else:
        zh, en = f"{least} 到 {most} 的整数", f"a whole number from {least} to {most}"
    return argparse.ArgumentTypeError(
        _OURS + say(f"要写{zh}，“{word}”不是", f"must be {en}, “{word}” is not")
    )


_OURS = "\u2060"  # marks what is in the person's language already
_KINDS = {"int": ("整数", "a whole number"), "float": ("数字", "a number")}


def _wrong_value(parser: Usage, name: str, kind: str, value: str) -> str:
    word = _value(value)
    if kind in _KINDS:
        zh, en = _KINDS[kind]
        return say(f"{name} 要写{zh}，“{word}”不是", f"{name} must be {en}, “{word}” is not")
    action = next((a for a in parser._actions if name == "/".join(a.option_strings)), None)
    if action is not None and action.choices is not None:
        return _not_one_of(name, word, [str(choice) for choice in action.choices])
    return say(f"{name} 不能是“{word}”", f"{name} cannot be “{word}”")


def _not_one_of(name: str, word: str, allowed: Sequence[str]) -> str:
    named = _listed(allowed)
    return say(
        f"{name} 不能是“{word}”，可以是 {named}", f"{name} cannot be “{word}” but one of {named}"
    )


def _needs(parser: Usage, name: str, count: str) -> str:
    if count == "at most one":
        return say(f"{name} 后面最多写一个", f"{name} takes one value at most")
    return say(f"{name} 后面还少内容", f"{name} needs a value")


def _excluded(parser: Usage, name: str, other: str) -> str:
    return say(f"{name} 和 {other} 只能写一个", f"{name} and {other} exclude each other")


def _one_of(parser: Usage, names: str) -> str:
    named = names.split(" ")
    return say(f"{'、'.join(named)} 里要写一个", f"one of {', '.join(named)} is missing")


def _ambiguous(parser: Usage, option: str, matches: str) -> str:
    named = matches.split(", ")
    return say(
        f"“{option}”可以是 {'、'.join(named)}，请写全",
        f"“{option}” may be {', '.join(named)}; write it out",
    )


def _no_value(parser: Usage, name: str, value: str) -> str:
    return say(f"{name} 后面不写内容", f"{name} takes no value")


_MESSAGES: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"the following arguments are required: (.+)", Usage._missing),
        (r"unrecognized arguments: (.+)", Usage._unknown),
        (r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", Usage._no_choice),
        (r"argument (.+?): invalid (\w+) value: (.+)", _wrong_value),
        (r"argument (.+?): expected (one|at most one|at least one|\d+) arguments?", _needs),
        (r"argument (.+?): not allowed with argument (.+)", _excluded),
        (r"one of the arguments (.+) is required", _one_of),
        (r"ambiguous option: (.+) could match (.+)", _ambiguous),
        (r"argument (.+?): ignored explicit argument (.+)", _no_value),
    )
)


def _value(text: str) -> str:
    """The word that argparse quoted."""
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text


def _listed(words: Iterable[str]) -> str:
    named = list(words)
    some = say("、", ", ").join(named[:_MOST_NAMED])
    return some if len(named) <= _MOST_NAMED else some + say(" 等", " and others")


def _perhaps(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return say(f"（是不是 {close[0]}？）", f" (perhaps {close[0]}?)") if close else ""
