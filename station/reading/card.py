"""A photograph of a resident identity card (居民身份证) → a person.

The labels printed on the card say which line is what; the number, the birth date and the sex must
agree, or the reading says so. The card reader's chip is always to be preferred: this is for the
day when there is none. Nothing here touches a reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import cv2
import numpy as np

from station.devices.idcard_record import LONG_TERM, NATIONS, SEXES
from station.domain import idnumbers
from station.domain.items import FieldKind, FormField
from station.domain.values import check_value
from station.errors import InputError
from station.imaging.arrays import Pixels, as_pixels
from station.imaging.detection import Find, find_page
from station.imaging.geometry import Quad
from station.imaging.picture import Picture
from station.imaging.rectify import ID_1, MM_PER_INCH, Plan, cut_out, plan
from station.reading.engine import FoundLine, TextReader
from station.reading.fields import CONFIRMED_ABOVE, DOUBTFUL_BELOW, FieldReading

_WIDTH: Final = 1070
"""Pixels across a card: 317 dpi, at which its print is 30 pixels high."""

_FRONT: Final = ("姓名", "性别", "民族", "出生", "住址", "公民身份号码")
_BACK: Final = ("签发机关", "有效期限")
_ENOUGH: Final = 0.5
"""Share of a side's labels with which the card is surely the right way up."""
_LEAST: Final = 0.3
_MOST_LINES: Final = 30
"""More lines of text than stand on both sides of a card together: this is a form that asks for
the same things."""

_CONFIRMED: Final = ("sex", "nation", "birth", "id_number")
"""What a closed list, a check character or another field confirms."""

FRONT_FIELDS: Final = ("name", "sex", "nation", "birth", "address", "id_number")
BACK_FIELDS: Final = ("issuer", "valid_from", "valid_to")


class CardNotFound(InputError):
    what = "No identity card was read from {file}."
    cause = "The labels printed on a resident identity card were not found in the picture."
    remedy = "Lay the card flat on something dark, fill the picture with it, and take it again."
    zh = (
        "没有从 {file} 里读出身份证。",
        "照片里没有找到居民身份证上印的“姓名”“住址”这些字。",
        "请把证件平放在深色的地方，拍满画面再试。",
    )


@dataclass(frozen=True, slots=True)
class CardPhotoReading:
    """What a photograph of one side says."""

    side: str
    """front or back."""
    fields: Mapping[str, FieldReading]
    card: Pixels = field(repr=False, compare=False)
    """The card, straight and upright, BGR."""
    quad: Quad | None = None
    """Where it lay in the picture; None when the picture is the card."""
    text_lines: int = 0
    """How many lines of text were read."""

    @property
    def could_be_a_form(self) -> bool:
        """Whether more is written there than on a card."""
        return self.text_lines > _MOST_LINES

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong or doubtful, in Chinese."""
        return tuple(f.problem for f in self.fields.values() if f.problem)


def read_card(picture: Picture, reader: TextReader, name: str = "picture") -> CardPhotoReading:
    """The person on the card in ``picture``. Raises ``CardNotFound``."""
    best: tuple[float, Pixels, list[FoundLine], Plan] | None = None
    for cut in _ways_up(picture, find_page(picture)):
        card = cut_out(picture, cut)
        lines = reader.read_page(card)
        share = _share_of_labels(lines)
        if best is None or share > best[0]:
            best = (share, card, lines, cut)
        if share >= _ENOUGH:
            break
    if best is None or best[0] < _LEAST:
        raise CardNotFound(file=name)
    _, card, lines, cut = best
    rows = _rows(lines, card.shape[0])
    side = "front" if _count(rows, _FRONT) >= _count(rows, _BACK) else "back"
    texts = _front(rows, card.shape[1]) if side == "front" else _back(rows)
    fields = _checked(texts, side, _Places(picture, cut))
    return CardPhotoReading(side, fields, card, _quad_of(cut, picture), len(lines))


def _ways_up(picture: Picture, find: Find) -> list[Plan]:
    """The card cut out, upright first; then turned; then the whole picture."""
    plans = []
    if find.quad is not None:
        turned = 0 if _is_lying(find.quad) else 1
        dpi = _WIDTH / ID_1.long_mm * MM_PER_INCH
        plans = [
            plan(picture, find.quad, quarter_turns=quarter, dpi=dpi, sheet=ID_1)
            for quarter in (turned, turned + 2)
        ]
    if find.quad is None or not find.sure:
        plans.append(plan(picture, None))
    return [_enlarged(p) for p in plans]


def _is_lying(quad: Quad) -> bool:
    top, right, bottom, left = quad.side_lengths
    return top + bottom >= right + left


def _enlarged(cut: Plan) -> Plan:
    """A small card drawn out to the size at which print is read best."""
    factor = _WIDTH / max(cut.width, cut.height)
    if factor <= 1.15:
        return cut
    scale = np.diag([1 / factor, 1 / factor, 1.0])
    return Plan(
        cut.stored_from_page @ scale,
        round(cut.width * factor),
        round(cut.height * factor),
        cut.dpi * factor,
        cut.sheet,
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """From boxes on the card to boxes in the picture."""

    picture: Picture
    cut: Plan

    def box(self, lines: list[FoundLine]) -> tuple[int, int, int, int]:
        if not lines:
            return (0, 0, 0, 0)
        corners = np.concatenate([line.corners for line in lines])
        low, high = corners.min(axis=0), corners.max(axis=0)
        return _box_of(Quad.exactly([low, (high[0], low[1]), high, (low[0], high[1])]), self)

    @property
    def upright_from_card(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        matrix = np.linalg.inv(self.picture.stored_from_upright) @ self.cut.stored_from_page
        return np.asarray(matrix, np.float64)


def _box_of(quad: Quad, places: _Places) -> tuple[int, int, int, int]:
    points = np.concatenate([quad.array, np.ones((4, 1))], axis=1) @ places.upright_from_card.T
    points = points[:, :2] / points[:, 2:]
    low, high = points.min(axis=0), points.max(axis=0)
    left, top = round(float(low[0])), round(float(low[1]))
    return left, top, round(float(high[0])) - left, round(float(high[1])) - top


def _quad_of(cut: Plan, picture: Picture) -> Quad | None:
    if cut.sheet is None:
        return None
    corners = Quad.frame(cut.width, cut.height).array
    places = _Places(picture, cut)
    points = np.concatenate([corners, np.ones((4, 1))], axis=1) @ places.upright_from_card.T
    return Quad.exactly(points[:, :2] / points[:, 2:])


# -- labels and rows ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines side by side, as one text without blanks."""

    lines: tuple[FoundLine, ...]

    @property
    def text(self) -> str:
        return "".join("".join(line.text.split()) for line in self.lines)

    @property
    def confidence(self) -> float:
        return min(line.confidence for line in self.lines)

    @property
    def left(self) -> float:
        return min(line.left for line in self.lines)


def _share_of_labels(lines: list[FoundLine]) -> float:
    """How many of the labels of one side were found, 0..1."""
    text = "".join("".join(line.text.split()) for line in lines)
    return max(sum(label in text for label in side) / len(side) for side in (_FRONT, _BACK))


def _count(rows: list[_Row], labels: tuple[str, ...]) -> int:
    return sum(any(label in row.text for row in rows) for label in labels)


def _rows(lines: list[FoundLine], height: int) -> list[_Row]:
    """Lines whose middles lie at one height, from left to right; rows from the top."""
    rows: list[list[FoundLine]] = []
    for line in sorted(lines, key=lambda one: one.middle[1]):
        last = rows[-1] if rows else None
        if last and abs(last[-1].middle[1] - line.middle[1]) < 0.035 * height:
            last.append(line)
        else:
            rows.append([line])
    return [_Row(tuple(sorted(row, key=lambda one: one.left))) for row in rows]


@dataclass(frozen=True, slots=True)
class _Text:
    """What was read for one field, before any check."""

    text: str
    confidence: float
    lines: tuple[FoundLine, ...]


def _front(rows: list[_Row], width: int) -> dict[str, _Text]:
    found: dict[str, _Text] = {}
    # right of here is the portrait; what is read there is noise
    clean = []
    for row in rows:
        kept = tuple(x for x in row.lines if x.left < 0.62 * width or "号码" in row.text)
        if kept:
            clean.append(_Row(kept))
    address: list[_Row] = []
    in_address = False
    for row in clean:
        text = row.text
        if match := re.search(r"姓名?(.*)", text) if "name" not in found else None:
            found["name"] = _Text(match[1], row.confidence, row.lines)
        elif "性别" in text or "民族" in text:
            sex = re.search(r"性别(.)", text)
            nation = re.search(r"民族(.+)", text)
            if sex:
                found["sex"] = _Text(sex[1], row.confidence, row.lines)
            if nation:
                found["nation"] = _Text(nation[1], row.confidence, row.lines)
        elif "出生" in text:
            found["birth"] = _Text(text.split("出生", 1)[1], row.confidence, row.lines)
        elif match := re.search(r"(?:公民)?身份(?:证)?号码(.*)", text):
            in_address = False
            found["id_number"] = _Text(match[1], row.confidence, row.lines)
        elif "住址" in text:
            in_address = True
            address.append(row)
        elif in_address:
            address.append(row)
    if address:
        whole = "".join(row.text for row in address).split("住址", 1)[1]
        lines = tuple(line for row in address for line in row.lines)
        found["address"] = _Text(whole, min(row.confidence for row in address), lines)
    return found


def _back(rows: list[_Row]) -> dict[str, _Text]:
    found: dict[str, _Text] = {}
    for row in rows:
        text = row.text
        if "签发机关" in text:
            found["issuer"] = _Text(text.split("签发机关", 1)[1], row.confidence, row.lines)
        elif "有效期限" in text:
            period = text.split("有效期限", 1)[1]
            start, _, end = re.sub("[—–−至~一]", "-", period).partition("-")
            found["valid_from"] = _Text(start, row.confidence, row.lines)
            found["valid_to"] = _Text(end, row.confidence, row.lines)
    return found


# -- checks ---------------------------------------------------------------------------------------

_KINDS: Final = {
    "name": FieldKind.NAME,
    "birth": FieldKind.DATE,
    "address": FieldKind.ADDRESS,
    "id_number": FieldKind.ID_NUMBER,
    "valid_from": FieldKind.DATE,
    "valid_to": FieldKind.DATE,
}


def _checked(texts: Mapping[str, _Text], side: str, places: _Places) -> dict[str, FieldReading]:
    fields = {}
    for name in FRONT_FIELDS if side == "front" else BACK_FIELDS:
        fields[name] = _field(name, texts.get(name), places)
    return _agreed(fields) if side == "front" else fields


def _field(name: str, text: _Text | None, places: _Places) -> FieldReading:
    if text is None or not text.text:
        return FieldReading("", "", 0.0, (0, 0, 0, 0), False, "没有读出来", "not found")
    value, problem, problem_en = text.text, "", ""
    if name == "sex" and value not in SEXES.values():
        problem, problem_en = "应是男或女", "it should be 男 or 女"
    elif name == "nation":
        value = value.removesuffix("族") if value.removesuffix("族") in NATIONS.values() else value
        if value not in NATIONS.values():
            problem, problem_en = "没有这个民族", "there is no such nation"
    elif name == "valid_to" and value == LONG_TERM:
        pass
    elif name in _KINDS:
        rule = FormField(id=name, label=name, kind=_KINDS[name])
        checked = check_value(rule, value.replace(".", "-") if "valid" in name else value)
        value, problem, problem_en = checked.value, checked.reason("zh"), checked.reason("en")
    enough = CONFIRMED_ABOVE if name in _CONFIRMED else DOUBTFUL_BELOW
    if not problem and text.confidence < enough:
        problem, problem_en = "看不太清，请核对", "hard to read: please compare"
    box = places.box(list(text.lines))
    return FieldReading(
        value, text.text, round(text.confidence, 3), box, not problem, problem, problem_en
    )


def _agreed(fields: dict[str, FieldReading]) -> dict[str, FieldReading]:
    """Birth date and sex must be those of the number; where they differ, both are doubted."""
    number = fields["id_number"]
    if not number.ok:
        return fields
    said = idnumbers.parse(number.value)
    answers = dict(fields)
    wrong = []
    if fields["birth"].ok and date.fromisoformat(fields["birth"].value) != said.birth:
        wrong.append(("birth", "出生日期", "the birth date"))
    if fields["sex"].ok and fields["sex"].value != said.sex:
        wrong.append(("sex", "性别", "the sex"))
    for name, zh, en in wrong:
        for doubted in (name, "id_number"):
            answers[doubted] = _doubted(
                answers[doubted],
                f"身份证号和{zh}对不上，请核对",
                f"the number and {en} do not agree: please compare",
            )
    return answers


def _doubted(reading: FieldReading, problem: str, problem_en: str) -> FieldReading:
    return FieldReading(
        reading.value, reading.raw, reading.confidence, reading.box, False, problem, problem_en
    )


def upright_card(card: CardPhotoReading, width: int = 856) -> Pixels:
    """The card's picture at a common width, for showing beside the fields."""
    factor = width / card.card.shape[1]
    return as_pixels(
        cv2.resize(card.card, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    )
