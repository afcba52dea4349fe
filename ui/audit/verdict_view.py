"""One file opened: the verdict in a sentence, the chain village, township, county, the pages."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.audit.judged import STAGES, Group, Judged, SignatureLine, stage_words
from ui.common.buttons import Button
from ui.common.layout import Plate, canvas, card, column, fixed_width, holder, row, scroll, vline
from ui.common.messages import VerdictBanner
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.tasks import Tasks
from ui.common.text import Text
from ui.common.timeline import Entry, Timeline
from ui.common.tones import Tone

_LEFT, _LEFT_WIDE = 640, 760


class VerdictView(QWidget):
    """Shows a ``Judged``; ``left`` asks to go back to the list."""

    left = Signal()
    export_wanted = Signal()
    failed = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self._back = Button(self.tr("所有文件"), "quiet", "back")
        self._back.clicked.connect(self.left)
        self._name = Text("", "caption", "text2", copy=True, elide=True)
        self.banner = VerdictBanner()
        self.timeline = Timeline()
        self._digest = Text("", "caption", "text2", copy=True, elide=True)
        self.paper = PaperView(tasks, self.tr("文件的页面"))
        self.paper.failed.connect(self.failed)
        export = Button(self.tr("导出这一份"), "primary", "export", "Ctrl+E")
        export.clicked.connect(self.export_wanted)
        left = fixed_width(
            canvas(
                column(
                    row(self._back, (self._name, 1), gap=8),
                    self.banner,
                    (
                        card(
                            column((scroll(holder(column(self.timeline, None, gap=0))), 1), gap=0),
                            (12, 10, 12, 4),
                        ),
                        1,
                    ),
                    self._digest,
                    gap=12,
                    margins=(24, 8, 16, 12),
                )
            ),
            _LEFT,
            _LEFT_WIDE,
        )
        right = Plate(
            column(
                row(Text(self.tr("这份文件"), bold=True), None, PaperTools(self.paper), gap=8),
                (Plate(column((self.paper, 1), gap=0), "stage", (0, 0, 0, 0)), 1),
                row(None, export, gap=8),
                gap=10,
            ),
            "panel",
            (20, 8, 20, 12),
        )
        self.setLayout(row(left, vline(), (right, 1), gap=0))

    def show_judged(self, judged: Judged, count: int) -> None:
        """Shows one of ``count`` files. The pages follow through ``show_pages``."""
        self._back.set_text(self.tr("{n} 份文件").format(n=count))
        self._name.setText(judged.name)
        self.banner.show_verdict(self._head(judged), judged.reason, _banner_tone(judged))
        self.timeline.show_entries(self._entries(judged))
        digest = str(judged.document.get("sha256", ""))
        self._digest.setText(f"SHA-256 {digest}" if digest else str(judged.path))
        self.paper.clear()

    def show_pages(self, pdf: bytes) -> None:
        """The pages of the file."""
        if pdf:
            self.paper.show_pdf(pdf)

    def _head(self, judged: Judged) -> str:
        return {
            Group.SOUND: self.tr("真实、完整，没有改动"),
            Group.CHANGED: self.tr("签完以后被改过，不能采信"),
            Group.UNTRUSTED: self.tr("签章的人不可信，不能采信"),
            Group.DOUBTFUL: self.tr("说不准，还缺证据"),
            Group.UNSIGNED: self.tr("没有签章，谁都可能改过"),
            Group.UNREADABLE: self.tr("打不开，没法核"),
        }[judged.group]

    def _entries(self, judged: Judged) -> list[Entry]:
        entries = [self._entry(line) for line in judged.signatures]
        # a result document is signed by one level only: its verdict already says that it is sound
        chain = () if judged.group is Group.SOUND else judged.chain_problems
        problems = (*chain, *judged.findings)
        if problems:
            entries.append(
                Entry(
                    self.tr("还有这些问题"),
                    facts=problems,
                    tone=judged.tone if judged.tone.loud else Tone.WARN,
                    loud=True,
                )
            )
        if not entries:
            entries.append(
                Entry(self.tr("没有签章"), judged.reason, tone=Tone.TODO, icon="s_exempt")
            )
        return entries

    def _entry(self, line: SignatureLine) -> Entry:
        when = f"{line.time:%Y-%m-%d %H:%M:%S}" if line.time else self.tr("没有时间")
        proof = self.tr("时间戳可信") if line.proved else self.tr("时间是签章人自己说的")
        who = self.tr("单位章") if line.seal else line.role
        facts = [
            self._level(line),
            " · ".join(part for part in (proof, self._trust(line)) if part),
        ]
        if line.document:
            facts.append(self.tr("在归档包的 {name} 里").format(name=line.document))
        facts += line.problems
        return Entry(
            line.signer or line.unit or "?",
            " · ".join(part for part in (line.unit, who, when) if part),
            tuple(fact for fact in facts if fact),
            line.tone,
            lead=stage_words(line.stage) if line.stage in STAGES else "",
            state=self._state(line),
            loud=bool(line.problems),
        )

    @staticmethod
    def _level(line: SignatureLine) -> str:
        level = f"PAdES {line.level}" if line.level.startswith("B-") else line.level
        return " · ".join(part for part in (level, line.algorithm) if part)

    def _trust(self, line: SignatureLine) -> str:
        return {
            "trusted": self.tr("签时证书有效"),
            "untrusted": self.tr("证书不在信任的根下"),
            "revoked": self.tr("证书作废了"),
            "expired": self.tr("证书过期了"),
        }.get(line.trust, self.tr("证书的状态说不准"))

    def _state(self, line: SignatureLine) -> str:
        return {
            Tone.OK: self.tr("有效"),
            Tone.DANGER: self.tr("不成立"),
        }.get(line.tone, self.tr("说不准"))


def _banner_tone(judged: Judged) -> Tone:
    return judged.tone if judged.tone.loud else Tone.WARN
