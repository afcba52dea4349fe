"""Blank paper forms as offices print them, with the truth about every field.

Four looks: a ruled table, labels with lines to write on, a mixture with combs and a table of the
family, and a notice whose opinion boxes the offices fill in. Drawn as PDF by the program's own
typesetting; ``photographed`` lays a page on a desk. Nothing here knows how forms are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Final

import cv2
import numpy as np

from station.domain.items import BoxMm, FieldKind
from station.dossier.book import Book
from station.dossier.sheet import Align, Sheet
from station.dossier.text import Style, width_mm
from station.dossier.typefaces import Face
from station.imaging.arrays import Pixels, as_pixels

_LEFT, _RIGHT = 20.0, 190.0
_SQUARE: Final = 3.6


@dataclass(frozen=True, slots=True)
class TrueField:
    """One field of a form as it was drawn."""

    label: str
    kind: FieldKind
    box_mm: BoxMm
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlankForm:
    """A blank form and what is on it."""

    name: str
    title: str
    pdf: bytes
    fields: tuple[TrueField, ...]

    def picture(self, dpi: int = 200) -> Pixels:
        """The page as a scanner sees it: BGR."""
        import pypdfium2

        document = pypdfium2.PdfDocument(self.pdf)
        try:
            bitmap = document[0].render(scale=dpi / 72)
            return as_pixels(np.array(bitmap.to_numpy())[:, :, :3].copy())
        finally:
            document.close()


def forms(seed: int = 1) -> tuple[BlankForm, ...]:
    """One form of each look; another seed means other words, sizes and faces."""
    return tuple(_drawn(look, seed) for look in ("ruled", "lines", "mixed", "opinions"))


def photographed(page: Pixels, seed: int = 1) -> bytes:
    """A JPEG of the page lying a little askew on a desk, unevenly lit, with some noise."""
    rng = np.random.default_rng(seed)
    height, width = page.shape[:2]
    out_w, out_h = round(width * 1.18), round(height * 1.14)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    at = corners + np.array([(out_w - width) / 2, (out_h - height) / 2], np.float32)
    at += rng.uniform(-0.022, 0.022, (4, 2)).astype(np.float32) * width
    desk = np.empty((out_h, out_w, 3), np.float32)
    desk[:] = rng.integers(40, 120, 3)
    desk += cv2.resize(
        rng.normal(0, 14, (out_h // 9, out_w // 60, 3)).astype(np.float32), (out_w, out_h)
    )
    matrix = cv2.getPerspectiveTransform(corners, at)
    paper = cv2.warpPerspective(page, matrix, (out_w, out_h), flags=cv2.INTER_LINEAR)
    inside = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (out_w, out_h))
    mask = (np.asarray(inside, np.float32) / 255)[:, :, None]
    scene = desk * (1 - mask) + np.asarray(paper, np.float32) * mask
    across, down = np.meshgrid(np.linspace(-1, 1, out_w), np.linspace(-1, 1, out_h))
    a, b = rng.uniform(-0.14, 0.14, 2)
    scene *= (0.86 + a * across + b * down)[:, :, None]
    scene += rng.normal(0, 3.0, scene.shape)
    soft = cv2.GaussianBlur(np.clip(scene, 0, 255).astype(np.uint8), (0, 0), 0.7)
    _, data = cv2.imencode(".jpg", soft, [cv2.IMWRITE_JPEG_QUALITY, 88])
    return data.tobytes()


# -- words ----------------------------------------------------------------------------------------

_T, _N, _G = FieldKind.TEXT, FieldKind.NAME, FieldKind.DIGITS
_SINGLE: Final[tuple[tuple[str, FieldKind, str], ...]] = (
    ("民族", _T, ""), ("政治面貌", _T, ""), ("文化程度", _T, ""), ("职业", _T, ""),
    ("开户银行", _T, ""), ("银行账号", _G, ""), ("家庭人口", _G, "人"), ("年龄", _G, "岁"),
    ("耕地面积", _G, "亩"), ("住房面积", _G, "平方米"), ("年收入", FieldKind.MONEY, "元"),
    ("申请金额", FieldKind.MONEY, "元"), ("补贴标准（元）", FieldKind.MONEY, ""),
    ("联系人", _N, ""), ("户主姓名", _N, ""), ("法定代表人", _N, ""), ("监护人姓名", _N, ""),
    ("出生年月", FieldKind.DATE, ""), ("参保时间", FieldKind.DATE, ""),
    ("邮政编码", _G, ""), ("残疾证号", _T, ""), ("健康状况", _T, ""),
    ("紧急联系电话", FieldKind.PHONE, ""),
)  # fmt: skip
_WIDE: Final[tuple[tuple[str, FieldKind], ...]] = (
    ("身份证号", FieldKind.ID_NUMBER), ("公民身份号码", FieldKind.ID_NUMBER),
    ("户籍地址", FieldKind.ADDRESS), ("现住址", FieldKind.ADDRESS), ("家庭住址", FieldKind.ADDRESS),
    ("户口所在地", FieldKind.ADDRESS), ("工作单位", _T),
)  # fmt: skip
_CHOICES: Final[tuple[tuple[str, FieldKind, tuple[str, ...]], ...]] = (
    ("性别", FieldKind.CHOICE, ("男", "女")),
    ("婚姻状况", FieldKind.CHOICE, ("未婚", "已婚", "丧偶", "离异")),
    ("户籍类别", FieldKind.CHOICE, ("农业", "非农业")),
    ("是否低保户", FieldKind.CHOICE, ("是", "否")),
    ("居住情况", FieldKind.CHOICE, ("独居", "与子女同住", "养老机构")),
    ("健康情况", FieldKind.CHOICE, ("健康", "一般", "慢性病", "重病")),
    ("申请类型", FieldKind.CHOICE, ("新增", "变更", "注销")),
    ("所附材料（可多选）", FieldKind.MULTICHOICE, ("身份证", "户口簿", "残疾证", "银行卡")),
    ("困难原因（可多选）", FieldKind.MULTICHOICE, ("因病", "因残", "因学", "因灾")),
)
_TITLES: Final = (
    "高龄老人生活补贴申请表", "临时救助申请审批表", "残疾人两项补贴登记表", "农村危房改造申请表",
    "城乡居民养老保险参保登记表", "农机购置补贴申请表", "小额贷款贴息申请表",
    "计划生育奖励扶助申报表",
)  # fmt: skip


@dataclass
class _Pen:
    """What is needed to draw one form; the truth gathers as it is drawn."""

    sheet: Sheet
    chance: Random
    label: Style
    rule: float
    fields: list[TrueField] = field(default_factory=list)

    def words(self, x: float, middle: float, text: str, align: Align = Align.LEFT) -> float:
        return self.sheet.text(x, middle + 0.37 * self.label.mm, text, self.label, align)

    def width(self, text: str) -> float:
        return width_mm(text, self.label)

    def add(self, label: str, kind: FieldKind, box: BoxMm, options: Sequence[str] = ()) -> None:
        self.fields.append(TrueField(label, kind, box, tuple(options)))

    def options(self, x: float, middle: float, options: Sequence[str], *, gap: float) -> float:
        """Squares with their words; returns where they end."""
        for option in options:
            box = (x, middle - _SQUARE / 2, _SQUARE, _SQUARE)
            self.sheet.frame(box, 0.25)
            x += _SQUARE + 1.2
            x += self.words(x, middle, option) + gap
        return x - gap


def _drawn(look: str, seed: int) -> BlankForm:
    chance = Random(f"{look} {seed}")
    face = chance.choice((Face.SONG, Face.HEI, Face.KAI))
    title = chance.choice(_TITLES)
    book = Book(title, datetime(2026, 1, 1, tzinfo=UTC))
    sheet = book.sheet()
    size = chance.choice((10.5, 11, 12))
    pen = _Pen(sheet, chance, Style(face, size), chance.choice((0.2, 0.3, 0.4)))
    heading = Style(Face.SONG_BOLD if face is Face.SONG else Face.HEI_BOLD, chance.choice((18, 20)))
    sheet.text(105.0, 28.0, title, heading, Align.CENTRE)
    looks: dict[str, Callable[[_Pen], None]] = {
        "ruled": _ruled,
        "lines": _lines,
        "mixed": _mixed,
        "opinions": _opinions,
    }
    looks[look](pen)
    return BlankForm(f"{look}-{seed}", title, book.write(), tuple(pen.fields))


def _cell(pen: _Pen, box: BoxMm, label: str) -> None:
    pen.sheet.frame(box, pen.rule)
    x, y, width, height = box
    # offices space out short labels: 姓  名
    shown = "　".join(label) if len(label) == 2 and pen.chance.random() < 0.4 else label
    if pen.width(shown) > width - 2:
        half = -(-len(shown) // 2)
        pen.words(x + width / 2, y + height / 2 - 2.4, shown[:half], Align.CENTRE)
        pen.words(x + width / 2, y + height / 2 + 2.4, shown[half:], Align.CENTRE)
    else:
        pen.words(x + width / 2, y + height / 2, shown, Align.CENTRE)


def _field_cell(pen: _Pen, box: BoxMm, label: str, kind: FieldKind, unit: str = "") -> None:
    pen.sheet.frame(box, pen.rule)
    x, y, width, height = box
    if kind is FieldKind.DATE and pen.chance.random() < 0.5:
        pen.words(x + width - 2, y + height / 2, "年　　月　　日", Align.RIGHT)
    elif unit:
        pen.words(x + width - 2, y + height / 2, unit, Align.RIGHT)
    pen.add(label, kind, box)


def _table(pen: _Pen, y: float, rows: int, left: float = _LEFT) -> float:
    """Rows of label, cell, label, cell; some one wide, some with squares."""
    chance = pen.chance
    singles = chance.sample(_SINGLE, len(_SINGLE))
    wide = chance.sample(_WIDE, len(_WIDE))
    choices = chance.sample(_CHOICES, len(_CHOICES))
    label = 26.0
    half = (_RIGHT - left) / 2
    for n in range(rows):
        high = chance.choice((9.0, 10.0, 11.0))
        sort = 0 if n == 0 else chance.choice((0, 0, 1, 2))
        if sort == 1 and wide:
            name, kind = wide.pop()
            _cell(pen, (left, y, label, high), name)
            _field_cell(pen, (left + label, y, _RIGHT - left - label, high), name, kind)
        elif sort == 2 and choices:
            name, kind, options = choices.pop()
            tall = 12.0 if pen.width(name) > label - 2 else high
            _cell(pen, (left, y, label, tall), name)
            box = (left + label, y, _RIGHT - left - label, tall)
            pen.sheet.frame(box, pen.rule)
            end = pen.options(box[0] + 3, y + tall / 2, options, gap=chance.uniform(5, 9))
            pen.add(name, kind, (box[0] + 3, y + 1, end - box[0] - 3, tall - 2), options)
            high = tall
        else:
            pairs = [("姓名", _N, "")] if n == 0 else [singles.pop()]
            pairs.append(("联系电话", FieldKind.PHONE, "") if n == 0 else singles.pop())
            for side, (name, kind, unit) in enumerate(pairs):
                x = left + side * half
                _cell(pen, (x, y, label, high), name)
                _field_cell(pen, (x + label, y, half - label, high), name, kind, unit)
        y += high
    return y


def _sign(pen: _Pen, y: float) -> float:
    """A declaration, a place to sign and a date."""
    pen.words(_LEFT + 4, y, "本人承诺以上所填内容真实有效，如有虚假愿承担相应责任。")
    y += 11
    text = pen.chance.choice(("申请人签名：", "申请人（签字）：", "签字："))
    wide = pen.words(_LEFT + 4, y, text)
    pen.add(text.strip("："), FieldKind.SIGNATURE, (_LEFT + 5 + wide, y - 4, 45, 8))
    x = 128.0
    if pen.chance.random() < 0.5:
        wide = pen.words(x, y, "日期：")
        pen.add("日期", FieldKind.DATE, (x + wide, y - 4, 40, 8))
    else:
        pen.words(_RIGHT - 6, y, "年　　月　　日", Align.RIGHT)
        pen.add("日期", FieldKind.DATE, (140, y - 4, 45, 8))
    return y + 8


def _ruled(pen: _Pen) -> None:
    y = _table(pen, 38.0, pen.chance.randint(9, 12))
    high = 30.0
    name = pen.chance.choice(("申请理由", "主要事由", "情况说明"))
    _cell(pen, (_LEFT, y, 26, high), name)
    box = (_LEFT + 26, y, _RIGHT - _LEFT - 26, high)
    pen.sheet.frame(box, pen.rule)
    pen.add(name, _T, box)
    _sign(pen, y + high + 8)


def _lines(pen: _Pen) -> None:
    """Labels with a colon and a line to write on; squares and dates among them."""
    chance = pen.chance
    singles = chance.sample(_SINGLE, len(_SINGLE))
    wide = chance.sample(_WIDE, len(_WIDE))
    choices = chance.sample(_CHOICES, len(_CHOICES))
    y = 45.0
    first = True
    for _ in range(chance.randint(10, 13)):
        sort = 0 if first else chance.choice((0, 0, 1, 2, 3))
        first = False
        if sort == 1 and wide:
            name, kind = wide.pop()
            _line(pen, _LEFT, y, name, kind, _RIGHT)
        elif sort == 2 and choices:
            name, kind, options = choices.pop()
            x = _LEFT + pen.words(_LEFT, y, f"{name}：") + 2
            end = pen.options(x, y, options, gap=chance.uniform(4, 8))
            pen.add(name, kind, (x, y - 4, end - x, 7), options)
        elif sort == 3:
            name = chance.choice(("填表日期", "申请日期", "参保日期"))
            if any(name == one.label for one in pen.fields):
                continue
            x = _LEFT + pen.words(_LEFT, y, f"{name}：") + 1
            start = x
            for unit, length in (("年", 18), ("月", 12), ("日", 12)):
                pen.sheet.rule(x, y + 2.2, x + length, y + 2.2, 0.25)
                x += length + pen.words(x + length + 0.5, y, unit) + 1.5
            pen.add(name, FieldKind.DATE, (start, y - 4, x - start - 2, 7))
        else:
            name, kind, unit = ("姓名", _N, "") if y == 45.0 else singles.pop()
            end = _line(pen, _LEFT, y, name, kind, 98.0, unit)
            name, kind, unit = singles.pop()
            _line(pen, end + 6, y, name, kind, _RIGHT, unit)
        y += chance.uniform(10.5, 12.5)
    _sign(pen, y + 4)


def _line(
    pen: _Pen, x: float, y: float, name: str, kind: FieldKind, until: float, unit: str = ""
) -> float:
    x += pen.words(x, y, f"{name}：") + 0.8
    end = until - (pen.width(unit) + 1 if unit else 0)
    pen.sheet.rule(x, y + 2.2, end, y + 2.2, 0.25)
    if unit:
        pen.words(end + 0.6, y, unit)
    pen.add(name, kind, (x, y - 4.5, end - x, 6.7))
    return until


def _mixed(pen: _Pen) -> None:
    """A number with a comb, a table with a heading at its left, the family row by row."""
    y = 42.0
    x = _LEFT + pen.words(_LEFT, y, "身份证号：") + 2
    for n in range(18):
        pen.sheet.frame((x + n * 6.2, y - 3.5, 6.2, 7), 0.25)
    pen.add("身份证号", FieldKind.ID_NUMBER, (x, y - 3.5, 18 * 6.2, 7))
    y += 8
    top = y
    y = _table(pen, y, 5, left=_LEFT + 11)
    pen.sheet.frame((_LEFT, top, 11, y - top), pen.rule)
    for n, letter in enumerate("申请人情况"):
        middle = (top + y) / 2 + (n - 2) * pen.label.mm * 1.35
        pen.words(_LEFT + 5.5, middle, letter, Align.CENTRE)
    heads = (("姓名", _N, 26), ("与申请人关系", _T, 30), ("身份证号码", FieldKind.ID_NUMBER, 62),
             ("联系电话", FieldKind.PHONE, 52))  # fmt: skip
    x = _LEFT
    for name, _, wide in heads:
        _cell(pen, (x, y, wide, 9), name)
        x += wide
    y += 9
    for row in range(1, 4):
        x = _LEFT
        for name, kind, wide in heads:
            pen.sheet.frame((x, y, wide, 9), pen.rule)
            pen.add(f"{name}（{row}）", kind, (x, y, wide, 9))
            x += wide
        y += 9
    name, kind, options = pen.chance.choice(_CHOICES[3:])
    y += 8
    x = _LEFT + pen.words(_LEFT, y, f"{name}：") + 2
    end = pen.options(x, y, options, gap=6)
    pen.add(name, kind, (x, y - 4, end - x, 7), options)
    _sign(pen, y + 12)


def _opinions(pen: _Pen) -> None:
    """A short table, then boxes for the opinions of village and township."""
    y = _table(pen, 38.0, 6)
    for name in ("村委会意见", "乡镇审核意见"):
        high = 34.0
        _cell(pen, (_LEFT, y, 26, high), name)
        box = (_LEFT + 26, y, _RIGHT - _LEFT - 26, high)
        pen.sheet.frame(box, pen.rule)
        pen.add(name, _T, (box[0], y, box[2], high - 10))
        last = y + high - 5
        x = box[0] + 8
        wide = pen.words(x, last, "经办人签字：")
        pen.add("经办人签字", FieldKind.SIGNATURE, (x + wide, last - 4, 40, 8))
        pen.words(_RIGHT - 5, last, "年　　月　　日", Align.RIGHT)
        pen.add("日期", FieldKind.DATE, (_RIGHT - 50, last - 4, 45, 8))
        y += high
    _sign(pen, y + 9)
