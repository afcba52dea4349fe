"""What stands in a row, from left to right: label, then a line, squares, a comb, a date or room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from station.domain.items import FieldKind
from station.reading.drafting import words
from station.reading.drafting.cells import Cell
from station.reading.drafting.fields import DraftField, DraftOption, Gathering, around
from station.reading.drafting.lines import Piece
from station.reading.drafting.marks import Blank, Box, Comb, Square
from station.reading.drafting.sheet import PX

COLON: Final = ("：", ":")
ROOM: Final = 12 * PX
"""White behind a colon that is meant to be written on."""
_LINE: Final = 7 * PX
"""Room above a line to write on."""
_SIGNATURE_MOST: Final = 70 * PX


@dataclass(frozen=True, slots=True)
class Token:
    """One thing in a row."""

    left: int
    right: int
    y: float
    what: Piece | Square | Blank | Comb | str
    """A piece, something drawn, or "date" for places of year, month and day."""


class RowReader:
    """Reads the rows of one region; remembers from row to row what is still open."""

    def __init__(
        self, found: Gathering, region: Cell, outer: Cell | None, *, in_cell: bool
    ) -> None:
        """``outer`` is the label that the whole region has; ``in_cell`` is false outside of all
        tables."""
        self._found = found
        self._in_cell = in_cell
        self._region = region
        self._outer = outer
        self._pending: Token | None = None  # words that nothing has been found for yet
        self._carried: Token | None = None  # the same, from the row before
        self._options: list[DraftOption] = []
        self._choice_label: Token | None = None
        self._last: DraftField | None = None  # what a unit or a further line would belong to
        self._below: float | None = None

    def read(self, row: list[Token], below: float | None) -> None:
        self._below = below
        row = with_dates(row)
        follows = words_follow(row)
        self._last = self._last if self._last and self._ends_row(self._last) else None
        awaiting: Square | None = None
        for n, token in enumerate(row):
            what = token.what
            if isinstance(what, Piece):
                if awaiting is not None:
                    self._options.append(DraftOption(words.tidy(what.text), awaiting.box))
                    awaiting = None
                else:
                    self._words(token, row[n + 1] if n + 1 < len(row) else None, follows)
            elif isinstance(what, Square):
                if awaiting is not None:
                    self._options.append(DraftOption("", awaiting.box))
                awaiting = self._square(what, follows)
            else:
                if awaiting is not None:
                    self._options.append(DraftOption("", awaiting.box))
                    awaiting = None
                self._drawn(token, row, n)
        if awaiting is not None:
            self._options.append(DraftOption("", awaiting.box))
        self._end_row(row)

    def end(self) -> None:
        self._close_choice()

    # -- words --------------------------------------------------------------------------------

    def _words(self, token: Token, then: Token | None, follows: bool) -> None:
        piece = token.what
        assert isinstance(piece, Piece)
        text = piece.text.strip()
        if self._last is not None and not self._options:
            unit = next(
                (u for u in sorted(words.UNITS, key=len, reverse=True) if text.startswith(u)), ""
            )
            near = token.left - self._last.box[2] < 6 * PX
            rest = text[len(unit) :].lstrip("，。；、,;）) ")
            if unit and near and (not rest or text[len(unit)] in "，。；、,;）) "):
                self._give_unit(unit)
                self._last = None
                if not rest:
                    return
                text = rest
                token = replace(token, what=replace(piece, text=text))
        option_next = isinstance(then and then.what, Square) and not follows
        if self._options and (not option_next or self._splits(token)):
            self._close_choice()
        if self._pending is not None:
            self._room_after(self._pending, token.left)
        self._pending = token

    def _give_unit(self, unit: str) -> None:
        assert self._last is not None
        kind = self._last.kind
        if kind is FieldKind.TEXT:
            kind = words.kind_of("", unit)
        self._found.change(self._last, replace(self._last, unit=unit, kind=kind))

    def _room_after(self, token: Token, until: int) -> bool:
        """Words with a colon and white behind them ask for something."""
        piece = token.what
        assert isinstance(piece, Piece)
        text = piece.text.strip()
        signed = re.search(r"(签名|签字|签章|盖章|手印)[）)]?$", text) is not None
        if (
            not (text.endswith(COLON) or signed)
            or words.is_note(text)
            or until - token.right < ROOM
        ):
            return False
        label = words.tidy(text)
        if not label or words.PHOTO.match(label):
            return False
        high = max(_LINE, piece.height + 2 * PX)
        top, bottom = round(token.y - high / 2), round(token.y + high / 2)
        region = self._region.box
        if self._in_cell:
            # in a cell the room may go on below, up to what comes next
            ends = region[3] - 5 if self._below is None else round(self._below - 3 * PX)
            if until >= region[2] - PX and ends - bottom > 5 * PX:
                bottom = ends
            top, bottom = max(top, region[1]), min(max(bottom, top + 3 * PX), region[3])
        end = min(until - 5, token.right + _SIGNATURE_MOST) if signed else until - 5
        box = (token.right + 5, top, end, bottom)
        self._last = self._found.put(label, box, box, piece.box, confidence=piece.confidence)
        return True

    # -- marks --------------------------------------------------------------------------------

    def _square(self, square: Square, follows: bool) -> Square | None:
        """The square when its words are still to come."""
        if not self._options:
            self._choice_label = None
            if self._pending is not None and (follows or self._splits(self._pending)):
                self._choice_label, self._pending = self._pending, None
                if not follows:
                    head, _, tail = re.sub("：", ":", self._text(self._choice_label)).partition(":")
                    self._options.append(DraftOption(words.tidy(tail), square.box))
                    self._choice_label = self._retold(self._choice_label, head)
                    return None
        if follows:
            return square
        label = self._text(self._pending) if self._pending else ""
        self._options.append(DraftOption(words.tidy(label), square.box))
        self._pending = None
        return None

    def _splits(self, token: Token) -> bool:
        head, colon, tail = re.sub("：", ":", self._text(token)).partition(":")
        return bool(colon and head and tail)

    @staticmethod
    def _text(token: Token) -> str:
        return token.what.text if isinstance(token.what, Piece) else ""

    @staticmethod
    def _retold(token: Token, text: str) -> Token:
        assert isinstance(token.what, Piece)
        return replace(token, what=replace(token.what, text=text))

    def _close_choice(self) -> None:
        options, self._options = tuple(self._options), []
        if not options:
            return
        label_token = self._choice_label or self._carried
        self._choice_label = None
        label, box, confidence = self._label(label_token)
        texts = tuple(option.label for option in options)
        if len(options) == 1:
            # one square alone: a statement that is ticked or not
            label = label or texts[0]
        kind, sure = words.choice_kind(label, texts)
        whole = around([option.box for option in options])
        right = min(self._region.box[2], whole[2] + 14 * PX)
        self._last = self._found.put(
            label,
            (whole[0], whole[1] - 5, right, whole[3] + 5),
            self._region.box if self._in_cell else whole,
            box or whole,
            kind=kind,
            options=options,
            confidence=confidence,
            sure=sure,
        )
        self._last = None
        self._carried = None

    def _drawn(self, token: Token, row: list[Token], n: int) -> None:
        """A line to write on, a comb, or the places of a date."""
        if self._options and isinstance(token.what, Blank):
            before = row[n - 1] if n else None
            if before is not None and isinstance(before.what, Piece) and self._options[-1].label:
                # 其他______: what the option means is written behind it
                option = self._options[-1]
                if token.left - before.right < 4 * PX:
                    box = (token.left, token.what.y - _LINE, token.right, token.what.y)
                    self._after_choice(f"{option.label}（说明）", box, before)
                    return
        if self._options:
            self._close_choice()
        pending, self._pending = self._pending, None
        if token.what == "date" and pending is not None and self._is_of_other(pending, token):
            self._room_after(pending, token.left)
            pending = None
        if isinstance(token.what, Blank):
            blank = token.what
            box = (blank.left, blank.y - _LINE, blank.right, blank.y)
            if pending is None and self._last is not None and n == 0 and self._ends_row(self._last):
                self._grow(box)
                return
            self._field(pending, box, self._caption(blank) if pending is None else "")
        elif isinstance(token.what, Comb):
            comb = token.what
            label = self._text(pending) if pending else ""
            kind = words.kind_of(words.tidy(label))
            if kind in (FieldKind.TEXT, FieldKind.NAME):
                kind = {18: FieldKind.ID_NUMBER, 11: FieldKind.PHONE, 8: FieldKind.DATE}.get(
                    comb.teeth, FieldKind.DIGITS
                )
            self._field(pending, comb.box, kind=kind)
        else:
            box = (token.left, round(token.y - _LINE / 2), token.right, round(token.y + _LINE / 2))
            self._field(pending, box, "日期", kind=FieldKind.DATE)

    def _is_of_other(self, label: Token, token: Token) -> bool:
        """Whether words before a date ask for something else: 签名：      年  月  日."""
        kind = words.kind_of(words.tidy(self._text(label)))
        far = token.left - label.right > 25 * PX
        return kind is FieldKind.SIGNATURE or (far and kind is not FieldKind.DATE)

    def _after_choice(self, label: str, box: Box, before: Token) -> None:
        assert isinstance(before.what, Piece)
        self._found.put(label, box, box, before.what.box, kind=FieldKind.TEXT)

    def _field(
        self, pending: Token | None, box: Box, otherwise: str = "", kind: FieldKind | None = None
    ) -> None:
        label, label_box, confidence = self._label(pending, otherwise)
        self._last = self._found.put(
            label, box, box, label_box or box, kind=kind, confidence=confidence
        )

    def _label(self, token: Token | None, otherwise: str = "") -> tuple[str, Box | None, float]:
        """The words for a field, where they stand and how well they were read."""
        if token is None and self._carried is not None and not otherwise:
            token, self._carried = self._carried, None
        if token is not None and isinstance(token.what, Piece):
            return words.tidy(token.what.text), token.what.box, token.what.confidence
        if self._outer is not None and not (self._outer.used and otherwise):
            self._outer.used = True
            return words.tidy(self._outer.text), self._outer.box, 1.0
        return otherwise, None, 1.0

    def _caption(self, blank: Blank) -> str:
        """Words in brackets below a line."""
        for piece in self._region.pieces:
            x = (piece.box[0] + piece.box[2]) / 2
            below = 0 < piece.box[1] - blank.y < 5 * PX
            if (
                below
                and blank.left < x < blank.right
                and piece.text.strip().startswith(("（", "("))
            ):
                return words.tidy(piece.text.strip().strip("（）()"))
        return ""

    def _ends_row(self, one: DraftField) -> bool:
        return one.box[2] > self._region.box[2] - 30 * PX

    def _grow(self, box: Box) -> None:
        """A second line to write on belongs to the same field."""
        assert self._last is not None
        grown = around([self._last.box, box])
        self._last = self._found.change(self._last, replace(self._last, box=grown, cell=grown))

    def _end_row(self, row: list[Token]) -> None:
        token, self._pending = self._pending, None
        if token is None:
            if self._options and self._below is None:
                self._close_choice()
            return
        if self._options:
            self._close_choice()
        right = self._region.box[2]
        if not self._in_cell:
            right -= 14 * PX
        text = self._text(token).strip()
        if self._room_after(token, right):
            return
        if not self._in_cell:
            if re.match(r"^[一二三四五六七八九十]{1,2}[、.．]", text) and len(text) < 20:
                self._found.groups.append((words.tidy(text), token.what.box, False))  # type: ignore[union-attr]
            elif words.PROMISE.search(text) and len(text) > 12:
                self._found.promise = self._found.promise or text
        if len(row) == 1 and len(text) <= 14 and not words.is_note(text):
            self._carried = token


def rows(region: Cell) -> list[list[Token]]:
    """What is in a region in rows, each from left to right."""
    tokens = [Token(p.box[0], p.box[2], p.middle, p) for p in region.pieces]
    tokens += [Token(s.box[0], s.box[2], (s.box[1] + s.box[3]) / 2, s) for s in region.squares]
    tokens += [Token(b.left, b.right, b.y - 1.8 * PX, b) for b in region.blanks]
    tokens += [Token(c.box[0], c.box[2], (c.box[1] + c.box[3]) / 2, c) for c in region.combs]
    rows: list[list[Token]] = []
    for token in sorted(tokens, key=lambda t: t.y):
        if rows and token.y - float(np.mean([t.y for t in rows[-1]])) < 2.4 * PX:
            rows[-1].append(token)
        else:
            rows.append([token])
    return [sorted(row, key=lambda t: t.left) for row in rows]


def with_dates(row: list[Token]) -> list[Token]:
    """The row with every run of 年, 月, 日 and the room before them made one place for a date."""
    done: list[Token] = []
    n = 0
    while n < len(row):
        run = row[n:]
        texts = [re.sub(r"\s", "", t.what.text) if isinstance(t.what, Piece) else "" for t in run]
        length = _date_run(run, texts)
        if length:
            start = run[0].left
            what = run[0].what
            if isinstance(what, Piece):
                head = re.sub(r"(20|19|二〇)?\s*年.*$", "", what.text)
                if head.strip():
                    # 出生日期：  年  月  日 read as one line
                    width = (what.box[2] - what.box[0]) * len(head) / max(1, len(what.text) + 4)
                    cut = what.box[0] + round(width)
                    box = (what.box[0], what.box[1], cut, what.box[3])
                    piece = replace(what, text=head, box=box)
                    done.append(Token(box[0], box[2], run[0].y, piece))
                    start = cut + 5
                elif done:
                    start = max(done[-1].right + 5, start - 14 * PX)
                else:
                    start = max(0, start - 14 * PX)
            done.append(Token(start, run[length - 1].right, run[0].y, "date"))
            n += length
        else:
            done.append(row[n])
            n += 1
    return done


def _date_run(run: Sequence[Token], texts: Sequence[str]) -> int:
    """How many things from the beginning of ``run`` are one date to fill in."""
    first = run[0].what
    if isinstance(first, Piece) and re.search(r"(?:^|[：:）)])(?:20|19|二〇)?年月日?$", texts[0]):
        # the 日 may stand alone
        return 2 if not texts[0].endswith("日") and len(texts) > 1 and texts[1] == "日" else 1
    wanted = "年月日"
    at = used = 0
    for n, (token, text) in enumerate(zip(run, texts, strict=True)):
        if isinstance(token.what, Blank) and token.right - token.left < 45 * PX:
            continue
        if not isinstance(token.what, Piece):
            break
        plain = text.removeprefix("20").removeprefix("19")
        if n == 0 and plain[:1] != "年" and (plain != "" or len(run) < 2):
            break
        if (
            plain
            and wanted[at:].startswith(plain[: len(wanted) - at])
            and set(plain) <= set(wanted)
        ):
            at += len(plain)
            used = n + 1
            if at == len(wanted):
                return used
        elif plain == "" and text:
            continue
        else:
            break
    return used if at >= 2 else 0


def words_follow(row: Sequence[Token]) -> bool:
    """Whether a square's words stand behind it (□男) or before it (男□)."""
    before = after = 0.0
    for n, token in enumerate(row):
        if not isinstance(token.what, Square):
            continue
        left, right = (row[n - 1] if n else None), (row[n + 1] if n + 1 < len(row) else None)
        wide = 20.0 * PX
        is_left = left is not None and isinstance(left.what, Piece)
        is_right = right is not None and isinstance(right.what, Piece)
        before += min(wide, token.left - left.right) if is_left and left else wide
        after += min(wide, right.left - token.right) if is_right and right else wide
    return after <= before
