"""The names of what a case may lack that no item gives: in the language in force.

An item's own words (fields, papers, conditions) are the county's and stay as they are.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def lack_words(words: str) -> str:
    """``words`` of a ``Missing`` as the screen says them."""
    own = {
        "申请人姓名": translate("lack", "申请人姓名"),
        "身份证号": translate("lack", "身份证号"),
        "身份证": translate("lack", "身份证"),
        "性别": translate("lack", "性别"),
        "出生日期": translate("lack", "出生日期"),
        "民族": translate("lack", "民族"),
        "户籍地址": translate("lack", "户籍地址"),
        "签发机关": translate("lack", "签发机关"),
        "本人签字": translate("lack", "本人签字"),
        "代办人签字": translate("lack", "代办人签字"),
        "代办人姓名": translate("lack", "代办人姓名"),
        "代办人身份证号": translate("lack", "代办人身份证号"),
        "代办人身份证": translate("lack", "代办人身份证"),
        "和申请人的关系": translate("lack", "和申请人的关系"),
        "委托书": translate("lack", "委托书"),
        "纸质申请表": translate("lack", "纸质申请表"),
        "申请人身份证": translate("lack", "申请人身份证"),
    }
    return own.get(words, words)
