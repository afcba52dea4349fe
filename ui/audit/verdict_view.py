"""One file opened: the verdict in a sentence, the chain village, township, county, the pages."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.units import Role
from ui.audit.changed_pages import ChangedPlace
from ui.audit.judged import (
    STAGES,
    ChangedAfter,
    Group,
    Judged,
    RouteLine,
    SignatureLine,
    stage_words,
)
from ui.common.buttons import Button
from ui.common.layout import (
    Plate,
    canvas,
    card,
    clear,
    column,
    fixed_width,
    holder,
    row,
    scroll,
    vline,
)
from ui.common.marks import Mark, MarkLook
from ui.common.messages import VerdictBanner
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.pictures import Picture
from ui.common.tasks import Tasks
from ui.common.text import Icon, Text
from ui.common.timeline import Entry, Timeline
from ui.common.tones import Tone
from ui.desk import role_words

_LEFT, _LEFT_WIDE = 600, 720
_CHANGES, _CHANGES_WIDE = 212, 300


class VerdictView(QWidget):
    """Shows a ``Judged``; ``left`` asks to go back to the list, ``export_wanted`` for a report
    (``pdf``, ``xlsx``, ``json``), ``original_wanted`` for the file as it was signed."""

    left = Signal()
    export_wanted = Signal(str)
    original_wanted = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self._judged: Judged | None = None
        self._pdf = self._signed = b""
        self._shows_signed = False
        self.places: tuple[ChangedPlace, ...] = ()
        self._back = Button(self.tr("所有文件"), "quiet", "back")
        self._back.clicked.connect(self.left)
        self._name = Text("", "caption", "text2", copy=True, elide=True)
        self.banner = VerdictBanner()
        self.timeline = Timeline()
        self._digest = Text("", "caption", "text2", copy=True, elide=True)
        self.paper = PaperView(tasks, self.tr("文件的页面"))
        self.paper.failed.connect(self.failed)
        self.paper.loaded.connect(self._mark)
        self.paper.pressed.connect(lambda word: self._go_to(int(word) - 1))
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
        self.setLayout(row(left, vline(), (self._right(), 1), gap=0))

    def _right(self) -> QWidget:
        self._plain = Text(self.tr("这份文件"), bold=True)
        self._now = Button(self.tr("现在的"), "chosen")
        self._then = Button(self.tr("签章时的"))
        self._now.clicked.connect(lambda: self._show_revision(signed=False))
        self._then.clicked.connect(lambda: self._show_revision(signed=True))
        self._cards: QVBoxLayout = column(gap=10)
        self._changes = fixed_width(
            scroll(holder(column(holder(self._cards), None, gap=0))), _CHANGES, _CHANGES_WIDE
        )
        self._original = Button(self.tr("取回原件"), "secondary", "undo")
        self._original.setToolTip(self.tr("把签章时的文件另存一份，没有后来的改动"))
        self._original.clicked.connect(lambda: self.original_wanted.emit(self._signed))
        exports = []
        for kind in ("json", "xlsx"):
            button = Button(kind.upper(), "quiet")
            button.setAccessibleName(self.tr("导出 {kind}").format(kind=kind.upper()))
            button.clicked.connect(lambda _=False, kind=kind: self.export_wanted.emit(kind))
            exports.append(button)
        report = Button(self.tr("导出报告"), "primary", "export", "Ctrl+E")
        report.clicked.connect(lambda: self.export_wanted.emit("pdf"))
        return Plate(
            column(
                row(self._plain, self._now, self._then, None, PaperTools(self.paper), gap=8),
                (
                    row(
                        (Plate(column((self.paper, 1), gap=0), "stage", (0, 0, 0, 0)), 1),
                        self._changes,
                        gap=12,
                    ),
                    1,
                ),
                row(self._original, None, *exports, report, gap=4),
                gap=10,
            ),
            "panel",
            (20, 8, 20, 12),
        )

    def show_judged(self, judged: Judged, count: int) -> None:
        """Shows one of ``count`` files. The pages follow through ``show_pages``."""
        self._judged = judged
        self._pdf = self._signed = b""
        self._back.set_text(self.tr("{n} 份文件").format(n=count))
        self._name.setText(judged.name)
        reason = judged.sentence
        if judged.change is not None:
            reason += self.tr("签章时的原件完好，可以取回。")
        self.banner.show_verdict(self._head(judged), reason, _banner_tone(judged))
        self.timeline.show_entries(self._entries(judged))
        digest = str(judged.document.get("sha256", ""))
        self._digest.setText(f"SHA-256 {digest}" if digest else str(judged.path))
        self.paper.clear()
        self.show_places(())
        self._show_tools()

    def show_pages(self, pdf: bytes, signed: bytes = b"") -> None:
        """The pages of the file now, and as it was signed where it was changed since."""
        self._pdf, self._signed = pdf, signed
        self._show_revision(signed=False)
        self._show_tools()
        if self._judged is not None and self._judged.change is not None:
            self.timeline.show_entries(self._entries(self._judged))

    @property
    def signed(self) -> bytes:
        """The file as it was when it was signed last; empty where nothing was changed since."""
        return self._signed

    def show_places(self, places: tuple[ChangedPlace, ...]) -> None:
        """Where the pages look different now, each with a card of its own."""
        self.places = places
        clear(self._cards)
        for number, place in enumerate(places, 1):
            self._cards.addWidget(self._card(number, place))
        self._changes.setVisible(bool(places))
        self._mark()
        if places and places[0].page:
            self.paper.go_to(places[0].page)

    def _show_tools(self) -> None:
        changed = bool(self._signed)
        for part in (self._now, self._then, self._original):
            part.setVisible(changed)
        self._plain.setVisible(not changed)

    def _show_revision(self, *, signed: bool) -> None:
        page = self.paper.page
        self._shows_signed = signed
        self._now.set_kind("secondary" if signed else "chosen")
        self._then.set_kind("chosen" if signed else "secondary")
        shown = self._signed if signed else self._pdf
        if shown:
            self.paper.show_pdf(shown)
            self.paper.go_to(page)

    def _mark(self) -> None:
        marks: dict[int, list[Mark]] = {}
        for number, place in enumerate(self.places, 1):
            whole = place.before is None or place.after is None
            if place.page is None or whole or place.page >= self.paper.page_count:
                continue
            wide, high = self.paper.page_size(place.page)
            share = place.share
            rect = QRectF(
                share.x() * wide, share.y() * high, share.width() * wide, share.height() * high
            )
            look = MarkLook.PLACE if self._shows_signed else MarkLook.CHANGED
            marks.setdefault(place.page, []).append(Mark(rect, look, str(number)))
        self.paper.set_marks(marks)

    def _go_to(self, at: int) -> None:
        if 0 <= at < len(self.places) and (page := self.places[at].page) is not None:
            self.paper.go_to(page)

    def _card(self, number: int, place: ChangedPlace) -> QWidget:
        where = (
            self.tr("第 {n} 页").format(n=place.page + 1)
            if place.page is not None
            else self.tr("去掉的一页")
        )
        go = Button("", "quiet", "right")
        go.setAccessibleName(self.tr("看改动 {n}").format(n=number))
        go.clicked.connect(lambda: self._go_to(number - 1))
        head = row(
            Icon.of(Tone.DANGER),
            Text(self.tr("改动 {n}").format(n=number), bold=True),
            None,
            go,
            gap=8,
        )
        parts: list[QWidget] = [holder(head), Text(where, "caption", "text2")]
        for words, ink, image, nothing in (
            (self.tr("签章时"), "text", place.before, self.tr("没有这一页")),
            (self.tr("现在"), "danger", place.after, self.tr("没有了")),
        ):
            parts.append(Text(words, "caption", ink, bold=True))
            if image is None:
                parts.append(Text(nothing, "caption", "text2"))
                continue
            room = _CHANGES - 44
            high = max(28, min(150, round(image.height() * room / max(1, image.width()))))
            parts.append(Picture(image, name=f"{words} {where}", height=high, left=True))
        return card(column(*parts, gap=6), (10, 4, 10, 10))

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
        change = judged.change
        entries = []
        for at, line in enumerate(judged.signatures):
            broken = change is not None and at == change.after
            entries.append(self._entry(line, broken_below=broken))
            if broken and change is not None:
                entries.append(self._change(change))
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
        if judged.signatures and judged.route is not None:
            entries.append(self._route(judged.route))
        if not entries:
            entries.append(
                Entry(self.tr("没有签章"), judged.reason, tone=Tone.TODO, icon="s_exempt")
            )
        return entries

    def _route(self, route: RouteLine) -> Entry:
        """How far up the case has to go, and whether just these levels signed."""
        if not route.known:
            return Entry(
                self.tr("不知道办理路线"),
                self.tr("{item}：只看了签章的先后").format(item=route.of) if route.of else "",
                route.remarks,
                Tone.WARN,
                lead=self.tr("路线"),
                state=self.tr("没对照"),
                loud=True,
            )
        tone, state = {
            True: (Tone.OK, self.tr("照路线签的")),
            False: (Tone.WARN, self.tr("没照路线")),
            None: (Tone.LATER, self.tr("还在路上")),
        }[route.kept]
        return Entry(route.way, route.of, route.remarks, tone, lead=self.tr("路线"), state=state)

    def _change(self, change: ChangedAfter) -> Entry:
        more = len(self._pdf) - len(self._signed) if self._signed and not change.until else 0
        facts = list(change.remarks)
        if more > 0:
            facts.append(self.tr("签章之后，末尾多出 {n} 字节").format(n=f"{more:,}"))
        return Entry(
            self.tr("没有签名"),
            self.tr("谁改的、什么时候改的，都没有凭据"),
            tuple(facts),
            Tone.DANGER,
            lead=self.tr("改动"),
            state=self.tr("有改动"),
            loud=True,
        )

    def _entry(self, line: SignatureLine, *, broken_below: bool = False) -> Entry:
        when = f"{line.time:%Y-%m-%d %H:%M:%S}" if line.time else self.tr("没有时间")
        proof = self.tr("时间戳可信") if line.proved else self.tr("时间是签章人自己说的")
        who = self.tr("单位章") if line.seal else role_in_words(line.role)
        facts = [
            self._level(line),
            " · ".join(part for part in (proof, self._trust(line)) if part),
        ]
        if line.document:
            facts.append(self.tr("在归档包的 {name} 里").format(name=line.document))
        if line.covered:
            facts.append(self.tr("盖住了整个文件，一个字节没变"))
        facts += line.problems
        return Entry(
            line.signer or line.unit or "?",
            " · ".join(part for part in (line.unit, who, when) if part),
            tuple(fact for fact in facts if fact),
            line.tone,
            lead=stage_words(line.stage) if line.stage in STAGES else "",
            state=self._state(line),
            loud=bool(line.problems),
            broken_below=broken_below,
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


def role_in_words(word: str) -> str:
    """The role word of a certificate in the language in force; one that is not ours as it is."""
    return next((role_words(role) for role in Role if role.word == word), word)


def _banner_tone(judged: Judged) -> Tone:
    return judged.tone if judged.tone.loud else Tone.WARN
