"""Breaking text into lines the way Chinese papers do: no punctuation at a line's beginning.

Figures and Latin words stay whole unless a line cannot hold them. Measures, never draws.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.dossier.typefaces import Face, ems

MM_PER_PT = 25.4 / 72

# Not at the beginning of a line, and not at its end (GB/T 15834-2011, 5.1).
_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—·％%,.;:?!)]}℃")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{￥¥")


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: face, size in points, leading as a multiple of the size, grey (0 black)."""

    face: Face
    size: float
    leading: float = 1.5
    grey: float = 0.0

    @property
    def mm(self) -> float:
        """The size in millimetres."""
        return self.size * MM_PER_PT

    @property
    def line_mm(self) -> float:
        """From one baseline to the next."""
        return self.mm * self.leading

    def sized(self, size: float) -> Style:
        """The same style in another size."""
        return Style(self.face, size, self.leading, self.grey)


def width_mm(text: str, style: Style) -> float:
    """How wide the text is on one line."""
    return ems(text, style.face) * style.mm


def wrapped(text: str, style: Style, width: float, indent: float = 0.0) -> list[str]:
    """The lines of ``text`` within ``width`` mm, the first shortened by ``indent`` mm.

    Line breaks in the text are kept. A word longer than a line is broken where it must be.
    """
    lines: list[str] = []
    room = width - indent
    for paragraph in text.split("\n"):
        pieces = _pieces(paragraph)
        line, used = "", 0.0
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            wide = width_mm(piece, style)
            if used + wide <= room + 0.01:
                line, used, at = line + piece, used + wide, at + 1
            elif line:
                lines.append(line.rstrip())
                line, used, room = "", 0.0, width
                pieces[at] = piece.lstrip()
            elif len(piece) > 1:
                fits = _most(piece, style, room)
                pieces[at : at + 1] = [piece[:fits], piece[fits:]]
            else:  # narrower than one character: stand out rather than vanish
                line, at = piece, at + 1
        lines.append(line.rstrip())
        room = width
    return lines


def _most(piece: str, style: Style, room: float) -> int:
    """How many characters of a piece fit, at least one."""
    count = 1
    while count < len(piece) and width_mm(piece[: count + 1], style) <= room:
        count += 1
    return count


def _pieces(text: str) -> list[str]:
    """The text cut wherever a line may end; a cut behind a blank leaves the blank in front."""
    pieces: list[str] = []
    for character in text:
        if pieces and not _may_break(pieces[-1][-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if after == " ":
        return False
    if before == " ":
        return True
    wordy = _in_word(before) and _in_word(after)
    return not wordy


def _in_word(character: str) -> bool:
    return character < "⺀" and not character.isspace() and character not in "—–…"
