"""Everything a verdict can say is said in both languages, with the same facts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import signing.verify
from signing.verify.words import WORDS, Remark

ROOM = Path(signing.verify.__file__).parent
FACT = re.compile(r"{(\w+)}")


@pytest.mark.parametrize("code", WORDS)
def test_both_languages_tell_the_same_facts(code: str) -> None:
    chinese, english = WORDS[code]
    assert set(FACT.findall(chinese)) == set(FACT.findall(english))
    assert re.search(r"[\u4e00-\u9fff：]", chinese)
    assert not re.search(r"[\u4e00-\u9fff]", english)


def test_every_code_is_known_and_given_its_facts() -> None:
    for file in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in ("Remark", "Unreadable") or not node.args:
                continue
            code = node.args[0]
            if isinstance(code, ast.Constant):
                facts = set(FACT.findall(WORDS[code.value][1]))
                given = {keyword.arg for keyword in node.keywords}
                assert given == facts or None in given, f"{file.name}: {code.value}"


def test_a_remark_within_a_remark_speaks_the_same_language() -> None:
    remark = Remark("cannot_check", detail=Remark("empty_file"))
    assert remark.zh == "无法核验：它是空的。"
    assert remark.en == "It cannot be checked: It is empty."
    assert remark == Remark("cannot_check", detail=Remark("empty_file"))
