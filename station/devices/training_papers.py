"""The papers that villagers of the training county bring along, drawn when they are needed.

Every paper says 培训 and carries no emblem of the state. A paper can also be made of any picture,
for instance of the form that the station prints.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from station.devices.training_people import LI_XIUYING, Villager

if TYPE_CHECKING:
    from PIL import Image

    from station.devices.training_sheet import Sheet

A4 = (210.0, 297.0)
ID_1 = (85.6, 54.0)  # ISO/IEC 7810
_DRAWN_DPI = 300
_LABEL = (59, 120, 151)
_BROWN = (138, 75, 60)
_TRAINING = "培训样张"


@dataclass(frozen=True, slots=True)
class Paper:
    """Something flat that can be laid under a camera or into a scanner, true to size.

    ``draw`` makes its picture (RGB) at a given resolution; ``corner`` is the radius of its
    corners. Sizes are in millimetres.
    """

    id: str
    title: str
    width: float
    height: float
    draw: Callable[[float], Image.Image] = field(compare=False)
    corner: float = 0.0

    def picture(self, dpi: float = _DRAWN_DPI) -> Image.Image:
        """The paper seen straight from above, RGB."""
        return _drawn(self, dpi)


@lru_cache(maxsize=24)
def _drawn(paper: Paper, dpi: float) -> Image.Image:
    return paper.draw(dpi)


def paper_of_picture(id: str, title: str, picture: bytes, width: float, height: float) -> Paper:
    """A paper that looks like the picture file ``picture``, ``width`` by ``height`` millimetres."""

    def draw(dpi: float) -> Image.Image:
        from PIL import Image

        with Image.open(io.BytesIO(picture)) as opened:
            size = (round(width * dpi / 25.4), round(height * dpi / 25.4))
            return opened.convert("RGB").resize(size, Image.Resampling.LANCZOS)

    return Paper(id, title, width, height, draw)


def papers_of(
    villager: Villager = LI_XIUYING, today: date = date(2026, 11, 23)
) -> tuple[Paper, ...]:
    """What this person brings, in the order in which one would lay it under the camera."""
    who = villager.card.id_number

    def paper(
        name: str,
        title: str,
        size: tuple[float, float],
        draw: Callable[[Sheet, Villager, date], None],
        corner: float = 0.0,
        ground: tuple[int, int, int] = (252, 251, 247),
    ) -> Paper:
        def drawn(dpi: float) -> Image.Image:
            from station.devices.training_sheet import Sheet

            sheet = Sheet(*size, dpi, ground)
            draw(sheet, villager, today)
            return sheet.picture

        return Paper(f"{name}:{who}", title, *size, drawn, corner)

    return (
        paper("id-front", "身份证 人像面", ID_1, _id_front, 3.2, (238, 243, 241)),
        paper("id-back", "身份证 国徽面", ID_1, _id_back, 3.2, (240, 242, 238)),
        paper("register-first", "户口簿 首页", (143, 105), _register_first, ground=(243, 239, 226)),
        paper("register-own", "户口簿 本人页", (143, 105), _register_own, ground=(243, 239, 226)),
        paper("bank-book", "惠农一卡通 存折", (140, 92), _bank_book, ground=(239, 239, 230)),
        paper("form", "高龄补贴 申请表", A4, _form),
        paper("proof", "村委会 证明", A4, _proof),
        paper("blank", "白纸", A4, lambda *_: None),
    )


def _id_front(sheet: Sheet, villager: Villager, today: date) -> None:
    card = villager.card
    sheet.ripple(64, 44, (222, 234, 234), 26, 3.4)
    rows = ((9.2, "姓 名", card.name), (18.2, "性 别", card.sex))
    for y, label, value in rows:
        sheet.text(5.6, y, label, 2.7, face="hei", colour=_LABEL)
        sheet.text(15.0, y, value, 3.6, face="hei")
    sheet.text(24.5, 18.2, "民 族", 2.7, face="hei", colour=_LABEL)
    sheet.text(33.5, 18.2, card.nation, 3.4, face="hei")
    sheet.text(5.6, 26.6, "出 生", 2.7, face="hei", colour=_LABEL)
    birth = card.birth or today
    at = 15.0
    for number, unit in ((birth.year, "年"), (birth.month, "月"), (birth.day, "日")):
        sheet.text(at, 26.6, str(number), 3.2, face="hei")
        at += 1.8 * len(str(number)) + 1.4
        sheet.text(at, 26.6, unit, 2.7, face="hei", colour=_LABEL)
        at += 4.4
    sheet.text(5.6, 34.6, "住 址", 2.7, face="hei", colour=_LABEL)
    for row in range(0, len(card.address), 11):
        sheet.text(15.0, 34.6 + row / 11 * 4.6, card.address[row : row + 11], 3.2, face="hei")
    sheet.text(5.6, 48.2, "公民身份号码", 2.7, face="hei", colour=_LABEL)
    sheet.text(27.5, 48.2, " ".join(card.id_number), 3.5, face="hei")
    sheet.portrait(58.5, 7.5, 21.5, 28.5, man=card.sex == "男")
    sheet.text(69.2, 39.6, _TRAINING, 2.3, face="hei", colour=(150, 172, 178), anchor="mm")


def _id_back(sheet: Sheet, villager: Villager, today: date) -> None:
    card = villager.card
    sheet.ripple(30, 30, (226, 234, 226), 30, 3.2)
    sheet.seal(14, 14, 8, "培训用不作证件")
    sheet.text(54, 10.5, "培训用样证", 4.4, face="hei", anchor="mm")
    sheet.text(54, 20.5, "居 民 身 份 证", 6.6, face="hei", anchor="mm")
    sheet.text(20, 38.5, "签发机关", 2.7, face="hei", colour=_LABEL)
    sheet.text(35, 38.5, card.issuer, 3.2, face="hei")
    start = f"{card.valid_from:%Y.%m.%d}" if card.valid_from else ""
    end = f"{card.valid_to:%Y.%m.%d}" if card.valid_to else "长期"
    sheet.text(20, 46.5, "有效期限", 2.7, face="hei", colour=_LABEL)
    sheet.text(35, 46.5, f"{start}-{end}", 3.2, face="hei")


def _register_first(sheet: Sheet, villager: Villager, today: date) -> None:
    sheet.text(71.5, 11, "居民户口簿  首页", 5.0, colour=_BROWN, anchor="mm")
    rows = (
        ("户  别", "家庭户", "户主姓名", villager.name),
        ("户  号", "130430017", "住  址", villager.card.address[5:]),
        ("登记机关", "东河派出所（培训）", "签发日期", "2011 年 5 月 9 日"),
    )
    _register_table(sheet, rows, 20, 14)
    sheet.seal(115, 82, 13, "户口专用章培训样张")


def _register_own(sheet: Sheet, villager: Villager, today: date) -> None:
    card = villager.card
    sheet.text(71.5, 11, "常住人口登记卡", 5.0, colour=_BROWN, anchor="mm")
    birth = card.birth or today
    rows = (
        ("姓  名", card.name, "户主或与户主关系", villager.relation),
        ("性  别", card.sex, "民  族", card.nation),
        ("出生日期", f"{birth.year} 年 {birth.month} 月 {birth.day} 日", "出生地", "河北省邱县"),
        ("公民身份号码", card.id_number, "婚姻状况", ""),
        ("文化程度", villager.schooling, "职  业", villager.occupation),
        ("何时由何地迁来", "", "登记日期", "2011 年 5 月 9 日"),
    )
    _register_table(sheet, rows, 20, 10.5)
    sheet.seal(118, 88, 12, "户口专用章培训样张")


def _register_table(
    sheet: Sheet, rows: tuple[tuple[str, str, str, str], ...], top: float, height: float
) -> None:
    widths = (26.0, 45.0, 28.0, 32.0)
    for number, row in enumerate(rows):
        x, y = 6.0, top + number * height
        for index, (words, width) in enumerate(zip(row, widths, strict=True)):
            sheet.box(x, y, width, height, edge=_BROWN)
            label = index % 2 == 0
            size = 2.6 if label else 3.0 if len(words) < 13 else 2.4
            sheet.text(
                x + width / 2,
                y + height / 2,
                words,
                size,
                colour=_BROWN if label else (38, 36, 31),
                anchor="mm",
            )
            x += width


def _bank_book(sheet: Sheet, villager: Villager, today: date) -> None:
    sheet.box(0, 0, 140, 13, fill=(158, 58, 48))
    sheet.text(7, 6.5, "惠农一卡通 · 存折（培训样张）", 5.0, colour=(255, 255, 255))
    account = villager.bank_account
    grouped = " ".join(account[start : start + 4] for start in range(0, len(account), 4))
    for row, words in enumerate(
        (
            f"户名  {villager.name}",
            f"账号  {grouped}",
            "开户行  邱县农村信用联社东河分社",
            "开户日期  2014-06-12",
        )
    ):
        sheet.text(9, 26 + row * 12, words, 4.2)
    sheet.seal(113, 68, 13, "农村信用联社业务章培训")


def _form(sheet: Sheet, villager: Villager, today: date) -> None:
    card = villager.card
    sheet.text(105, 22, "高龄老人生活补贴申请审批表", 7.4, anchor="mm")
    sheet.text(18, 34, "（培训样张）", 4.0)
    sheet.text(192, 34, f"{today.year} 年 {today.month} 月 {today.day} 日", 4.0, anchor="rm")
    top, row = 39.0, 13.0
    birth = card.birth or today
    account = villager.bank_account
    lines: tuple[tuple[tuple[str, float, str], ...], ...] = (
        (("姓 名", 44, card.name), ("性 别", 14, card.sex), ("民 族", 24, card.nation)),
        (("出生日期", 60, f"{birth.year}.{birth.month}.{birth.day}"), ("年 龄", 40, "")),
        (("身份证号", 118, card.id_number),),
        (("户籍地址", 118, card.address[5:]),),
        (("联系电话", 60, villager.phone), ("家庭类型", 40, "")),
        (("开户银行", 60, "邱县农村信用联社"), ("补贴标准", 78, "")),
        (("银行账号", 156, account),),
    )
    for number, cells in enumerate(lines):
        x, y = 18.0, top + number * row
        for label, width, value in cells:
            sheet.box(x, y, 18, row, edge=(38, 36, 31))
            sheet.text(x + 9, y + row / 2, label, 3.8, anchor="mm")
            sheet.box(x + 18, y, width, row, edge=(38, 36, 31))
            sheet.hand(x + 20.5, y + row / 2, value)
            x += 18 + width
    sheet.box(154, top, 38, 5 * row, edge=(38, 36, 31))
    sheet.portrait(160.5, top + 13, 25, 34, man=card.sex == "男")
    y = top + len(lines) * row
    blocks = (
        ("申请\n事由", 32.0, ("本人年满八十周岁，户籍在本村，", "申请高龄老人生活补贴。")),
        ("本人\n承诺", 28.0, ()),
        ("村级\n受理", 32.0, ()),
        ("乡镇\n审核", 32.0, ()),
        ("县级\n审批", 32.0, ()),
    )
    for label, height, words in blocks:
        sheet.box(18, y, 18, height, edge=(38, 36, 31))
        for part, words_of_label in enumerate(label.split("\n")):
            sheet.text(27, y + height / 2 - 3 + 6 * part, words_of_label, 3.8, anchor="mm")
        sheet.box(36, y, 156, height, edge=(38, 36, 31))
        for index, line in enumerate(words):
            sheet.hand(40, y + 9 + index * 9, line)
        if label.startswith("本人"):
            sheet.text(
                40, y + 7, "以上内容和所交材料真实；家庭情况变化时，三十日内告知村委会。", 3.6
            )
            sheet.text(112, y + 19, "申请人签名：", 3.6)
            sheet.hand(136, y + 19, card.name, 7.0)
        elif not words:
            sheet.text(104, y + height - 7, "签章：              年    月    日", 3.6)
        y += height


def _proof(sheet: Sheet, villager: Villager, today: date) -> None:
    card = villager.card
    sheet.text(105, 40, "证    明", 9.0, anchor="mm")
    birth = card.birth or today
    words = (
        f"　　兹证明{villager.name}，{card.sex}，"
        f"{birth.year} 年 {birth.month} 月 {birth.day} 日出生，"
        f"身份证号 {card.id_number}，"
        "系我村村民，现在村内居住，身体健在，情况属实。"
    )
    sheet.wrapped(25, 66, words, 5.2, 160)
    sheet.text(25, 112, "　　特此证明。（培训样张）", 5.2)
    sheet.text(150, 150, "后段寨村村民委员会", 5.2, anchor="mm")
    sheet.text(150, 161, f"{today.year} 年 {today.month} 月 {today.day} 日", 5.2, anchor="mm")
    sheet.seal(150, 150, 20, "后段寨村民委员会培训")
