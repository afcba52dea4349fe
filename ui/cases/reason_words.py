"""The usual reasons for returning and refusing, and what their codes stand for.

The words of a reason go to the village and into a letter: they are Chinese in every language of
the screens that write one; English is for those that count them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from PySide6 import QtCore
from PySide6.QtCore import QCoreApplication

# Under this name lupdate finds the texts; Qt's own is typed to give an object.
QT_TRANSLATE_NOOP = cast("Callable[[str, str], str]", QtCore.QT_TRANSLATE_NOOP)


@dataclass(frozen=True, slots=True)
class Usual:
    """A reason that is often given; ``paper`` ones concern a paper and not the form. ``remedy``
    says how the village makes it good; a notice of refusal has none."""

    code: str
    text: str
    paper: bool = True
    remedy: str = ""


RETURNING = (
    Usual(
        "picture-unclear",
        QT_TRANSLATE_NOOP("review", "照片看不清"),
        remedy=QT_TRANSLATE_NOOP("review", "关掉台灯，重拍这一页"),
    ),
    Usual(
        "page-missing",
        QT_TRANSLATE_NOOP("review", "缺页"),
        remedy=QT_TRANSLATE_NOOP("review", "把缺的那一页补拍上"),
    ),
    Usual(
        "mismatch",
        QT_TRANSLATE_NOOP("review", "对不上"),
        remedy=QT_TRANSLATE_NOOP("review", "照证件改表单，或者换对的材料"),
    ),
    Usual(
        "signature-missing",
        QT_TRANSLATE_NOOP("review", "没签字"),
        remedy=QT_TRANSLATE_NOOP("review", "本人签字；来不了可以上门签"),
    ),
    Usual(
        "expired",
        QT_TRANSLATE_NOOP("review", "过期了"),
        remedy=QT_TRANSLATE_NOOP("review", "换有效期内的材料"),
    ),
    Usual(
        "figure-wrong",
        QT_TRANSLATE_NOOP("review", "数字不对"),
        paper=False,
        remedy=QT_TRANSLATE_NOOP("review", "和材料核对以后改过来"),
    ),
)
REFUSING = (
    Usual("not-eligible", QT_TRANSLATE_NOOP("review", "不符合办理条件"), paper=False),
    Usual("not-competent", QT_TRANSLATE_NOOP("review", "不归本单位办理"), paper=False),
    Usual("duplicate", QT_TRANSLATE_NOOP("review", "已经办过，不用再办"), paper=False),
    Usual("untrue", QT_TRANSLATE_NOOP("review", "材料不真实")),
)
OWN = "other"


def reason_words(code: str) -> str:
    """What a reason's code stands for, in the language in force; for those who count or list
    reasons and may not read their words."""
    if code == OWN:
        return QCoreApplication.translate("review", "另外写的")
    known = {usual.code: usual.text for usual in (*RETURNING, *REFUSING)}
    return QCoreApplication.translate("review", known[code]) if code in known else code
