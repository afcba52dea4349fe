"""How a signature or an official seal looks on a page: vector drawings in true millimetres.

An ``Appearance`` draws itself into a box of given size on a reportlab canvas; ``drawn`` makes the
one-page PDF from it that ``pades`` puts into a signature field. The same objects may be drawn
straight onto a page that is being made. What they show proves nothing: the signature does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

from signing.certificates import Holder
from signing.errors import ExplainedError
from signing.fonts import FontStyle, reportlab_font, runs

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4

_Colour = tuple[float, float, float]
SEAL_RED: _Colour = (0.80, 0.02, 0.06)
_INK: _Colour = (0.10, 0.14, 0.22)
_QUIET: _Colour = (0.36, 0.40, 0.47)

_FAINT = 24  # of 255: what a scanner makes of white paper
_EM_ABOVE_BASELINE = 0.38  # from the middle of a Chinese glyph down to its baseline, in ems


class PictureUnreadable(ExplainedError):
    what = "The seal was not drawn."
    cause = "The picture {file} cannot be read."
    remedy = "Choose a PNG or JPEG picture."
    zh = ("签章图没有画上。", "图片 {file} 读不出来。", "请选择 PNG 或 JPEG 图片。")


class Appearance(Protocol):
    """Something to be seen in a signature field. Frozen, so that a batch draws it once."""

    def draw(self, canvas: Canvas, width_mm: float, height_mm: float) -> None:
        """Draws into the box whose bottom left corner is the canvas's origin, in points."""

    def __hash__(self) -> int: ...


class Seal(Appearance, Protocol):
    """An appearance that has a size of its own and never grows beyond it."""

    @property
    def size_mm(self) -> float: ...


@dataclass(frozen=True, slots=True)
class StagePlate:
    """A small plate: what was done, who answers for it, from which unit, when.

    ``at`` is the time the signature claims and is shown in its own time zone. Nothing is filled,
    so the plate hides no text that lies under it. Meant for boxes of about 64 × 22 mm; smaller
    and larger ones are filled alike.
    """

    stage: str
    name: str
    role: str
    unit: str
    at: datetime
    training: bool = False

    @classmethod
    def of(cls, holder: Holder, stage: str, at: datetime) -> StagePlate:
        """The plate of whoever holds the certificate."""
        return cls(stage, holder.name, holder.role, holder.unit, at, holder.training)

    def draw(self, canvas: Canvas, width_mm: float, height_mm: float) -> None:
        """Four lines in a thin frame, each shrunk where it would not fit."""
        width, height = width_mm * MM, height_mm * MM
        row = height / 22  # the plate is laid out on a grid of 22 rows
        margin = 2 * row
        canvas.saveState()
        canvas.setStrokeColorRGB(*_QUIET)
        canvas.setLineWidth(0.5)
        canvas.roundRect(0.25, 0.25, width - 0.5, height - 0.5, row)
        canvas.setFillColorRGB(*SEAL_RED)
        canvas.rect(0.5, margin, 0.6 * row, height - 2 * margin, stroke=0, fill=1)
        inner = width - 2 * margin
        heading = " · ".join(part for part in (self.stage, self.role) if part)
        mark = 5.2 * row if self.training else 0.0
        moment = self.at.strftime("%Y 年 %m 月 %d 日 %H:%M")
        _line(canvas, heading, margin, 17.3 * row, inner - mark, 3.0 * row, FontStyle.HEI, _QUIET)
        _line(canvas, self.name, margin, 10.6 * row, inner, 5.6 * row, FontStyle.KAI, _INK)
        _line(canvas, self.unit, margin, 6.1 * row, inner, 3.1 * row, FontStyle.HEI, _INK)
        _line(canvas, moment, margin, 1.9 * row, inner, 2.9 * row, FontStyle.HEI, _QUIET)
        if self.training:
            right = width - margin
            _line(
                canvas, "培训", right - mark, 17.3 * row, mark, 2.6 * row, FontStyle.HEI, SEAL_RED
            )
        canvas.restoreState()


@dataclass(frozen=True, slots=True)
class OfficialSeal:
    """A round official seal (公章): ring, star, the unit's name on the upper arc.

    42 mm is the size of a county's and township's seal, 40 mm and less that of a village's
    (国发〔1999〕25号). It keeps its true size in whatever box, centred; a box that is too small
    shrinks it. ``under`` is the line below the star, such as 行政审批专用章.
    """

    unit: str
    under: str = ""
    diameter_mm: float = 42.0
    training: bool = False

    @property
    def size_mm(self) -> float:
        """Its diameter."""
        return self.diameter_mm

    def draw(self, canvas: Canvas, width_mm: float, height_mm: float) -> None:
        """Draws the seal in the middle of the box."""
        diameter = min(self.diameter_mm, width_mm, height_mm)
        grid = diameter * MM / 42  # one millimetre of a seal of 42
        canvas.saveState()
        _as_stamped(canvas)
        canvas.translate(width_mm * MM / 2, height_mm * MM / 2)
        canvas.setStrokeColorRGB(*SEAL_RED)
        canvas.setFillColorRGB(*SEAL_RED)
        canvas.setLineWidth(1.2 * grid)
        canvas.circle(0, 0, 20.4 * grid)
        self._star(canvas, 7 * grid)
        below = [text for text in (self.under, "培训专用" if self.training else "") if text]
        self._name(canvas, grid, arc=228.0 if below else 256.0)
        for number, text in enumerate(below):
            level = (-12.2 - 4.3 * number) * grid
            half = math.sqrt((18.0 * grid) ** 2 - level**2)
            _centred(canvas, text, level, min(1.8 * half, 20 * grid), 3.7 * grid)
        canvas.restoreState()

    @staticmethod
    def _star(canvas: Canvas, radius: float) -> None:
        inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
        path = canvas.beginPath()
        for corner in range(10):
            reach = inner if corner % 2 else radius
            angle = math.radians(90 + 36 * corner)
            step = path.lineTo if corner else path.moveTo
            step(reach * math.cos(angle), reach * math.sin(angle))
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)

    def _name(self, canvas: Canvas, grid: float, arc: float) -> None:
        """The unit's name from left to right on ``arc`` degrees at most, feet to the centre."""
        letters = self.unit
        if not letters:
            return
        step = min(24.0, arc / max(1, len(letters) - 1))  # degrees between two letters
        size = (5.6 if len(letters) <= 22 else 5.6 * 22 / len(letters)) * grid
        middle = 18.4 * grid - size / 2
        foot = middle - _EM_ABOVE_BASELINE * size
        narrow = min(1.0, math.radians(step) * (middle - size / 2) / (1.02 * size))
        for number, letter in enumerate(letters):
            ((font, letter),) = runs(letter, FontStyle.HEI)
            canvas.saveState()
            canvas.setFont(font, size)
            canvas.rotate(-(number - (len(letters) - 1) / 2) * step)
            canvas.scale(narrow, 1)
            canvas.drawCentredString(0, foot, letter)
            canvas.restoreState()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a seal or a signature, its proportions kept, as large as the box allows.

    With ``size_mm`` its longer side is just that long, however much white stands around it in the
    picture, and only a box that is too small shrinks it. White counts as transparent: it is
    stamped onto the page, and black text stays black under it.
    """

    image: bytes
    file: str = "picture"
    size_mm: float = 0.0

    def __post_init__(self) -> None:
        from PIL import Image

        try:
            with Image.open(BytesIO(self.image)) as picture:
                picture.load()
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise PictureUnreadable(file=self.file) from error

    def draw(self, canvas: Canvas, width_mm: float, height_mm: float) -> None:
        """Draws the picture in the middle of the box, transparent where it is."""
        from reportlab.lib.utils import ImageReader

        picture: Any = BytesIO(self.image)
        if self.size_mm:
            picture = _trimmed(self.image)
            width = min(self.size_mm, width_mm)
            height = min(self.size_mm, height_mm)
        else:
            width, height = width_mm, height_mm
        canvas.saveState()
        _as_stamped(canvas)
        canvas.drawImage(
            ImageReader(picture), (width_mm - width) / 2 * MM, (height_mm - height) / 2 * MM,
            width * MM, height * MM, mask="auto", preserveAspectRatio=True, anchor="c",
        )  # fmt: skip
        canvas.restoreState()


@dataclass(frozen=True, slots=True)
class Beside:
    """A plate with a seal at its right edge, as on paper: the seal touches the date."""

    plate: Appearance
    seal: Seal

    def draw(self, canvas: Canvas, width_mm: float, height_mm: float) -> None:
        """The plate along the bottom left, the seal in its true size on the right."""
        size = min(self.seal.size_mm or height_mm, height_mm, width_mm)
        plate_width = max(width_mm - 0.72 * size, width_mm / 2)
        plate_height = min(height_mm, 22.0)
        canvas.saveState()
        canvas.translate(0, (height_mm - plate_height) / 2 * MM)
        self.plate.draw(canvas, plate_width, plate_height)
        canvas.restoreState()
        canvas.saveState()
        canvas.translate((width_mm - size) * MM, (height_mm - size) / 2 * MM)
        self.seal.draw(canvas, size, size)
        canvas.restoreState()


@lru_cache(maxsize=32)
def drawn(appearance: Appearance, width_mm: float, height_mm: float) -> bytes:
    """The appearance as a PDF of one page of just this size, with its font subsets inside."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0  # ASCII85 makes pictures slow and large, and no reader needs it
    # Without a first font of ours reportlab leaves an unembedded Helvetica in the page.
    page = BytesIO()
    canvas = Canvas(
        page,
        pagesize=(width_mm * MM, height_mm * MM),
        pageCompression=1,
        invariant=1,
        initialFontName=reportlab_font(FontStyle.HEI),  # type: ignore[arg-type]  # the stubs err
    )
    appearance.draw(canvas, width_mm, height_mm)
    canvas.save()
    return page.getvalue()


def _line(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    room: float,
    size: float,
    style: FontStyle,
    colour: _Colour,
) -> None:
    """One line from ``x`` on, made smaller until it fits into ``room``."""
    pieces = runs(text, style)
    wide = sum(canvas.stringWidth(piece, font, size) for font, piece in pieces)
    if wide > room:
        size *= room / wide
    canvas.setFillColorRGB(*colour)
    for font, piece in pieces:
        canvas.setFont(font, size)
        canvas.drawString(x, y, piece)
        x += canvas.stringWidth(piece, font, size)


def _as_stamped(canvas: Canvas) -> None:
    """From here on, until the state is restored, what is drawn darkens and never covers.

    Red multiplied with white paper is red, with black text it is black: as a rubber stamp does.
    PDF/A-2 and later allow it.
    """
    canvas.setBlendMode("Multiply")


def _trimmed(image: bytes) -> Any:
    """The part of a picture that is neither white nor transparent."""
    from PIL import Image, ImageChops

    with Image.open(BytesIO(image)) as opened:
        picture = opened.convert("RGBA")
    paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    shown = Image.alpha_composite(paper, picture).convert("L")
    drawn_on = ImageChops.invert(shown).point(lambda dark: 255 if dark > _FAINT else 0)
    return picture.crop(drawn_on.getbbox() or (0, 0, *picture.size))


def _centred(canvas: Canvas, text: str, y: float, room: float, size: float) -> None:
    pieces = runs(text, FontStyle.HEI)
    wide = sum(canvas.stringWidth(piece, font, size) for font, piece in pieces)
    if wide > room:
        size, wide = size * room / wide, room
    x = -wide / 2
    for font, piece in pieces:
        canvas.setFont(font, size)
        canvas.drawString(x, y, piece)
        x += canvas.stringWidth(piece, font, size)
