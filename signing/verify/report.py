"""Reports of verdicts: as text for a terminal, as a PDF for a file or a judge.

The JSON form is the verdict's own (``Verdict.to_json``). The PDF is unsigned; it can be signed
like any other.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from signing.files import write_whole
from signing.fonts import FontStyle, reportlab_font
from signing.verify.pictures import Picture, pictures_apart
from signing.verify.verdict import (
    Chain,
    Outcome,
    PaperKind,
    SignatureVerdict,
    Trust,
    Verdict,
    in_china,
)
from signing.verify.words import plain

_MARGIN_MM = 18
_MM = 72 / 25.4
_COLOURS = {
    Outcome.VALID: "#1f7a3d",
    Outcome.INDETERMINATE: "#9a6700",
    Outcome.UNTRUSTED: "#9a6700",
    Outcome.UNSIGNED: "#57606a",
}
_RED = "#b42318"
_TRUST = {
    Trust.TRUSTED: ("可信", "trusted"),
    Trust.UNDETERMINED: ("说不准", "cannot be settled"),
    Trust.UNTRUSTED: ("不可信", "not trusted"),
    Trust.REVOKED: ("已吊销", "revoked"),
}
_LEVELS = {
    "village": ("村", "village"),
    "township": ("乡镇", "township"),
    "county": ("县", "county"),
}


def as_text(verdict: Verdict, language: str = "zh") -> str:
    """A verdict for a terminal: the bottom line first, then each signature."""
    say = _Say(language)
    word = say(verdict.outcome.word, verdict.outcome.value)
    lines = [f"{'✓' if verdict.good else '✗'} {plain(verdict.file)}"]
    lines.append(f"  {word}{say('：', ': ')}{verdict.reason.in_(language)}")
    lines += [f"  {note.in_(language)}" for note in verdict.notes]
    for signature in (*verdict.signatures, *verdict.time_stamps):
        lines.append(f"    {signature.label}  {say.when(signature)}  {signature.level}")
        lines += [f"      · {problem.in_(language)}" for problem in signature.problems]
    if verdict.chain is not None:
        lines += [f"    {line}" for line in _chain_lines(verdict.chain, say)]
    return "\n".join(lines)


def write_report(
    verdicts: Sequence[Verdict], path: Path, at: datetime, language: str = "zh"
) -> None:
    """Writes ``report_pdf`` to ``path``; raises ``OSError``, and then nothing is there."""
    write_whole(path, report_pdf(verdicts, at, language))


def report_pdf(verdicts: Sequence[Verdict], at: datetime, language: str = "zh") -> bytes:
    """A PDF with a summary of all verdicts and the details of each.

    Raises ``FontMissing`` when no Chinese font is installed.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    page = _Page(language)
    say = _Say(language)
    target = io.BytesIO()
    title = say("电子签名核验报告", "Verification of electronic signatures")
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        title=title,
        author="驿站 Yizhan",
        lang="zh-CN" if language == "zh" else "en",
        initialFontName=page.font,
        leftMargin=_MARGIN_MM * _MM,
        rightMargin=_MARGIN_MM * _MM,
        topMargin=_MARGIN_MM * _MM,
        bottomMargin=_MARGIN_MM * _MM,
    )
    good = sum(verdict.good for verdict in verdicts)
    story = [
        page.paragraph(title, "title"),
        page.paragraph(
            say(
                f"核验时间 {_day_and_time(at)} · 共 {len(verdicts)} 个文件，{good} 个有效。"
                "核验不联网，只凭文件本身和给定的信任根。",
                f"Checked {_day_and_time(at)} · {len(verdicts)} files, {good} valid. Checked "
                "offline, by the files themselves and the trust roots given.",
            ),
            "small",
        ),
        page.summary(verdicts, say),
    ]
    for verdict in verdicts:
        story += page.details(verdict, say)
    document.build(story, onFirstPage=page.foot, onLaterPages=page.foot)
    return target.getvalue()


class _Say:
    """Texts in the report's language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def yes(self, answer: bool) -> str:
        return self("是", "yes") if answer else self("否", "no")

    def when(self, signature: SignatureVerdict) -> str:
        """The time and whose word it is."""
        if signature.time is None:
            return self("时间不明", "time unknown")
        proven = signature.time_source == "timestamp"
        source = self("时间戳", "time stamp") if proven else self("签名人自述", "signer's word")
        if not proven and signature.proven_at is not None:
            at = _day_and_time(signature.proven_at)
            source += self(f"，后来的时间戳证明不晚于 {at}", f"; stamped later: not after {at}")
        return f"{_day_and_time(signature.time)}（{source}）"


class _Page:
    """How the PDF looks."""

    def __init__(self, language: str) -> None:
        from reportlab.lib.colors import HexColor
        from reportlab.lib.styles import ParagraphStyle

        self.font = reportlab_font(FontStyle.HEI)
        common: dict[str, Any] = {
            "fontName": self.font,
            "wordWrap": "CJK" if language == "zh" else None,
            "textColor": HexColor("#1f2328"),
        }
        self._styles = {
            "title": ParagraphStyle("title", fontSize=18, leading=26, spaceAfter=4, **common),
            "file": ParagraphStyle("file", fontSize=11, leading=16, spaceBefore=14, **common),
            "text": ParagraphStyle("text", fontSize=9, leading=14, **common),
            "small": ParagraphStyle("small", fontSize=8, leading=12, spaceAfter=6, **common),
        }

    def paragraph(self, text: str, style: str = "text", colour: str = "") -> Any:
        from reportlab.platypus import Paragraph

        written = escape(text)
        if colour:
            written = f'<font color="{colour}">{written}</font>'
        return Paragraph(written, self._styles[style])

    def summary(self, verdicts: Sequence[Verdict], say: _Say) -> Any:
        rows = [[say("文件", "File"), say("结论", "Verdict"), say("原因", "Reason")]]
        cells = [[self.paragraph(cell, "small") for cell in rows[0]]]
        cells += [
            [
                self.paragraph(Path(verdict.file).name, "small"),
                self.paragraph(
                    say(verdict.outcome.word, verdict.outcome.value), "small", _colour(verdict)
                ),
                self.paragraph(verdict.reason.in_(say.language), "small"),
            ]
            for verdict in verdicts
        ]
        return self._table(cells, (46, 26, 102), repeat=1)

    def details(self, verdict: Verdict, say: _Say) -> list[Any]:
        language = say.language
        word = say(verdict.outcome.word, verdict.outcome.value)
        parts = [
            self.paragraph(verdict.file, "file"),
            self.paragraph(f"{word}　{verdict.reason.in_(language)}", "text", _colour(verdict)),
            self.paragraph(
                f"SHA-256 {verdict.sha256 or '-'} · "
                + say(f"{verdict.pages} 页", f"{verdict.pages} pages"),
                "small",
            ),
        ]
        parts += [self.paragraph(note.in_(language)) for note in verdict.notes]
        for signature in (*verdict.signatures, *verdict.time_stamps):
            rows = [
                [self.paragraph(name, "small"), self.paragraph(value, "small")]
                for name, value in _facts(signature, say)
            ]
            parts.append(self._table(rows, (34, 140)))
        if verdict.chain is not None:
            parts += [self.paragraph(line, "small") for line in _chain_lines(verdict.chain, say)]
        for picture in _pictures(verdict):
            parts.append(self.before_and_after(picture, say))
        return parts

    def before_and_after(self, picture: Picture, say: _Say) -> Any:
        """A changed place as it was signed and as it is now, side by side."""
        from reportlab.platypus import KeepTogether

        left, top, right, bottom = (round(100 * share) for share in picture.region)
        title = say(
            f"第 {picture.page} 页，从左 {left}% 到 {right}%、从上 {top}% 到 {bottom}% 处：",
            f"Page {picture.page}, {left} to {right} % from the left, {top} to {bottom} % from "
            "the top:",
        )
        heads = [
            self.paragraph(say("签名时", "As it was signed"), "small"),
            self.paragraph(say("现在", "As it is now"), "small"),
        ]
        cells = [
            self._image(picture.before)
            or self.paragraph(say("没有这一页", "No such page"), "small"),
            self._image(picture.after)
            or self.paragraph(say("没有这一页", "No such page"), "small"),
        ]
        return KeepTogether([self.paragraph(title, "small"), self._table([heads, cells], (87, 87))])

    @staticmethod
    def _image(png: bytes | None) -> Any:
        if png is None:
            return None
        from reportlab.lib.utils import ImageReader
        from reportlab.platypus import Image

        wide, high = ImageReader(io.BytesIO(png)).getSize()
        scale = min(80 * _MM / wide, 100 * _MM / high, 72 / 108)
        return Image(io.BytesIO(png), wide * scale, high * scale)

    def _table(self, rows: list[list[Any]], widths_mm: Sequence[float], repeat: int = 0) -> Any:
        from reportlab.lib.colors import HexColor
        from reportlab.platypus import Table, TableStyle

        table = Table(
            rows,
            colWidths=[width * _MM for width in widths_mm],
            repeatRows=repeat,
            spaceBefore=4,
            spaceAfter=6,
        )
        table.setStyle(
            TableStyle(
                [
                    ("FONTNAME", (0, 0), (-1, -1), self.font),
                    ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#d0d7de")),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("TOPPADDING", (0, 0), (-1, -1), 2),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ]
            )
        )
        return table

    def foot(self, canvas: Any, _document: Any) -> None:
        """The page's number."""
        canvas.saveState()
        canvas.setFont(self.font, 8)
        canvas.drawCentredString(105 * _MM, 9 * _MM, str(canvas.getPageNumber()))
        canvas.restoreState()


def _pictures(verdict: Verdict) -> tuple[Picture, ...]:
    """Pictures of what was changed in a file, where it is still there and the same."""
    if verdict.outcome not in (Outcome.MODIFIED, Outcome.INDETERMINATE):
        return ()
    try:
        data = Path(verdict.file).read_bytes()
    except OSError:
        return ()
    if hashlib.sha256(data).hexdigest() != verdict.sha256:
        return ()
    return pictures_apart(data, verdict)


def _facts(signature: SignatureVerdict, say: _Say) -> Iterator[tuple[str, str]]:
    """What is told of a signature: names and values of the rows of its table."""
    language = say.language
    if signature.is_time_stamp:
        kind = say("归档时间戳", "Archive time stamp")
    elif signature.seal:
        kind = say("单位签章", "Seal of")
    else:
        kind = say("签名人", "Signed by")
    yield kind, signature.label
    yield say("时间", "Time"), say.when(signature)
    yield say("格式与算法", "Level, algorithm"), f"{signature.level} · {signature.algorithm or '-'}"
    yield say("签名成立", "Verifies"), say.yes(signature.intact)
    yield say("覆盖全文", "Covers the file"), say.yes(signature.covers_file)
    yield say("签后有不允许的改动", "Changed since"), say.yes(signature.modified_after)
    yield say("签名人", "Signer is"), say(*_TRUST[signature.trust])
    if signature.problems:
        told = [problem.in_(language) for problem in signature.problems]
        yield say("问题", "Problems"), say("", " ").join(told)
    if signature.changes:
        told = [change.remark.in_(language) for change in signature.changes]
        yield say("之后的改动", "Changes since"), say("", " ").join(told)


def _chain_lines(chain: Chain, say: _Say) -> Iterator[str]:
    """The approval chain in a line, and what is wrong with it or missing."""
    if chain.steps:
        steps = (
            f"{say(*_LEVELS[step.level])}{say('：', ': ')}{step.signer}（{step.unit}）"
            for step in chain.steps
        )
        alone = chain.kind is PaperKind.DECISION
        head = say("决定：", "Decided by: ") if alone else say("审批链：", "Chain: ")
        yield head + " → ".join(steps)
    for remark in (*chain.problems, *chain.missing, *chain.notes):
        yield f"· {remark.in_(say.language)}"


def _colour(verdict: Verdict) -> str:
    return _COLOURS.get(verdict.outcome, _RED)


def _day_and_time(moment: datetime) -> str:
    return (in_china(moment) or "").replace("T", " ")[:19]
