"""Step 4: the papers. Tray on the left, live picture in the middle, pages of the paper below.

A sheet that lies still and sharp is taken by itself, kept at once, and judged beside the window;
then the next paper is selected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from signing.errors import ExplainedError
from station.devices.presence import DeviceKind
from station.domain.completeness import MaterialState, Need
from station.domain.drafts import Provision
from station.domain.side_papers import PAPER_FORM, material_of
from station.store import PageRecord
from ui.agent.camera_stage import CameraStage, PracticeStrip
from ui.agent.case_desk import CaseDesk
from ui.agent.lack_words import lack_words
from ui.common.buttons import Button
from ui.common.choosing import Toggle
from ui.common.crop_view import CropView
from ui.common.language import current
from ui.common.layout import Plate, canvas, clear, column, fixed_width, holder, row, scroll
from ui.common.lists import TrayLine
from ui.common.messages import Message
from ui.common.page import Host
from ui.common.pictures import Thumb, picture_of_file
from ui.common.text import Text
from ui.common.tones import Tone
from ui.common.wording import short_day_words
from ui.equipment import Scanning

_SMOOTH = Qt.TransformationMode.SmoothTransformation


class MaterialsStep(QWidget):
    """``step_done`` tells that every paper is there."""

    step_done = Signal()
    _scanned = Signal(bytes)

    def __init__(self, desk: CaseDesk, host: Host) -> None:
        super().__init__()
        self._desk, self._host = desk, host
        self._chosen = ""
        self._page = ""
        self._retaking = ""
        self._pictures: dict[str, QImage] = {}
        self._fetching: set[str] = set()
        self._lines: dict[str, TrayLine] = {}
        self._crop_from = (0.0, 0.0)  # a small card is enlarged: where the part shown begins
        self._camera = CameraStage(desk.state, host, self.tr("高拍仪画面"))
        self._camera.due.connect(self.take)
        self._camera.taken.connect(lambda data: self._keep(data, self._camera.name))
        self._scanned.connect(self._keep_scanned)
        self._camera.refused.connect(self._refused)
        self.setLayout(row(self._tray_side(), (self._middle(), 1), gap=0))

    # ---------------------------------------------------------------- layout
    def _tray_side(self) -> QWidget:
        self._count = Text("", "caption", "text2")
        self._tray = column(gap=4)
        head = row(Text(self.tr("要交的材料"), bold=True), None, self._count, margins=(8, 0, 8, 0))
        side = column(head, (scroll(holder(self._tray)), 1), gap=8, margins=(8, 20, 8, 12))
        plate = Plate(name="panel")
        plate.setLayout(side)
        return fixed_width(plate, 280, 340)

    def _middle(self) -> QWidget:
        self._crop = CropView()
        self._stage = QStackedWidget()
        self._stage.addWidget(self._camera)
        self._stage.addWidget(self._crop)
        self._message = Message(compact=True)
        self._take = Button(self.tr("拍照"), "primary", "camera", "F2", big=True)
        self._take.clicked.connect(self.take)
        self._scan = Button(self.tr("进纸扫描"), "secondary", "scanner", "F3", big=True)
        self._scan.clicked.connect(self.scan)
        self._auto = Toggle(self.tr("自动拍"), True)
        self._auto.toggled.connect(self._set_automatic)
        self._sound = Toggle(self.tr("提示音"), True)
        self._camera_bar = holder(row(self._take, self._scan, None, self._auto, self._sound, gap=8))
        crop_done = Button(self.tr("就这样裁"), "primary", "check", "Enter", big=True)
        crop_done.clicked.connect(self._crop_done)
        crop_off = Button(self.tr("不裁了"), "secondary", "cross", big=True)
        crop_off.clicked.connect(self._leave_crop)
        hint = Text(self.tr("拖四个角，方向键微调。"), "caption", "text2")
        self._crop_bar = holder(row(crop_done, crop_off, None, hint, gap=8))
        self._crop_bar.hide()
        self._thumbs = row(gap=8)
        self._about = Text("", "body", "warn", wrap=True)
        self._acts = row(gap=8)
        foot = row(
            holder(self._thumbs),
            (holder(column(self._about, holder(self._acts), None, gap=4)), 1),
            gap=16,
        )
        training = self._desk.state.training
        self._practice = PracticeStrip(self._desk.state, lambda: training.papers()[:7])
        return canvas(
            column(
                (self._stage, 1),
                self._message,
                self._camera_bar,
                self._crop_bar,
                self._practice,
                foot,
                gap=8,
                margins=(16, 16, 16, 12),
            )
        )

    # ---------------------------------------------------------------- shown
    def start(self) -> None:
        """The step comes into sight: the camera begins to look."""
        if not self._desk.is_closed:
            self._camera.start(self._auto.isChecked())
        self._practice.fill()
        first = next((s.material.id for s in self._desk.materials if not s.complete), "")
        if first or not self._chosen:
            self.choose(first or self._desk.item.materials[0].id)

    def stop(self) -> None:
        """The step goes out of sight: the camera is let go."""
        self._camera.stop()
        self._leave_crop()

    def forget(self) -> None:
        """Another case comes onto the desk."""
        clear(self._tray)
        self._lines, self._pictures, self._chosen, self._page = {}, {}, "", ""

    def refresh(self) -> None:
        """Shows the tray and the chosen paper's pages as saved."""
        states = self._shown
        shown = [s.material.id for s in states]
        if list(self._lines) != shown:
            clear(self._tray)
            self._lines = {}
            for state in states:
                line = TrayLine(lack_words(state.material.name), "")
                line.clicked.connect(self._chooser(state.material.id))
                self._lines[state.material.id] = line
                self._tray.addWidget(line)
            self._tray.addStretch(1)
        for state in states:
            words, tone = self._state_words(state)
            first = state.entry.pages[0] if state.entry.pages else ""
            self._lines[state.material.id].set(words, tone, self._pictures.get(first))
            self._lines[state.material.id].setChecked(state.material.id == self._chosen)
            for page in state.entry.pages:
                self._fetch(page)
        done = sum(state.complete for state in states)
        self._count.setText(self.tr("{n} 样，齐 {m} 样").format(n=len(states), m=done))
        self._fill_thumbs()
        open_case = not self._desk.is_closed
        self._take.setEnabled(open_case)
        self._scan.setEnabled(open_case)

    @property
    def _shown(self) -> list[MaterialState]:
        """What stands in the tray; the paper form is at home in step 3."""
        return [
            state
            for state in self._desk.materials
            if state.need is not Need.NOT_NEEDED and state.material is not PAPER_FORM
        ]

    @property
    def live_absence(self) -> str:
        """Why there is no live picture; empty while there is one."""
        return self._camera.absence

    @property
    def live_hint(self) -> str:
        """What is said above the live picture."""
        return self._camera.hint

    @property
    def crop_view(self) -> CropView:
        """Where corners are drawn by hand."""
        return self._crop

    @property
    def is_looking(self) -> bool:
        """Whether the live picture is in sight."""
        return bool(self._camera.hint)

    def focus_on(self, place: str) -> None:
        """Selects the paper that is missing."""
        if place in self._lines:
            self.choose(place)

    def choose(self, material: str) -> None:
        """Selects a paper: what is taken next belongs to it."""
        self._chosen, self._page, self._retaking = material, "", ""
        self.refresh()

    def _chooser(self, material: str) -> Callable[[], None]:
        return lambda: self.choose(material)

    def _state_words(self, state: MaterialState) -> tuple[str, Tone]:
        pages, wanted = len(state.entry.pages), len(state.material.pages)
        if state.need is Need.EXEMPT and not pages:
            return self.tr("免交：{reason}").format(reason=state.reason), Tone.EXEMPT
        if state.entry.provision is Provision.DEFERRED and state.entry.promised_by:
            day = short_day_words(state.entry.promised_by)
            return self.tr("可后补，{day}前").format(day=day), Tone.LATER
        trouble = next((p for p in state.entry.pages if self._warning(p)), "")
        if trouble:
            number = state.entry.pages.index(trouble) + 1
            words = self._warning(trouble)
            return self.tr("第 {n} 页{words}").format(n=number, words=words), Tone.WARN
        if pages >= wanted:
            return self.tr("{n} 页，清楚").format(n=pages), Tone.OK
        if pages:
            return self.tr("{n} 页，还差 {m} 页").format(n=pages, m=wanted - pages), Tone.TODO
        if state.need is Need.OPEN:
            return self.tr("要不要交，看表单"), Tone.TODO
        return self.tr("还没拍"), Tone.TODO

    # ---------------------------------------------------------------- pages of the paper
    def _pages(self) -> tuple[str, ...]:
        entry = self._desk.draft.materials.get(self._chosen)
        return entry.pages if entry else ()

    def _fill_thumbs(self) -> None:
        clear(self._thumbs)
        clear(self._acts)
        self._about.setText("")
        if not self._chosen:
            return
        material = material_of(self._desk.item, self._chosen)
        pages = self._pages()
        for number, page in enumerate(pages):
            name = material.pages[number] if number < len(material.pages) else ""
            label = self.tr("第 {n} 页 {name}").format(n=number + 1, name=name).strip()
            thumb = Thumb(self._pictures.get(page), label, self._warning(page))
            thumb.setChecked(page == self._page)
            thumb.clicked.connect(self._page_chooser(page))
            self._thumbs.addWidget(thumb)
        if len(pages) < max(len(material.pages), len(pages) + (0 if pages else 1)):
            name = material.pages[len(pages)] if len(pages) < len(material.pages) else ""
            label = self.tr("第 {n} 页 {name}").format(n=len(pages) + 1, name=name).strip()
            nxt = Thumb(None, label)
            nxt.clicked.connect(self.take)
            self._thumbs.addWidget(nxt)
        self._thumbs.addStretch(1)
        if self._desk.is_closed:
            return
        if self._page in pages:
            self._fill_page_acts(pages.index(self._page))
        elif not pages:
            self._fill_paper_acts()
        elif material.hint:
            self._about.set_ink("text2")
            self._about.setText(material.hint)

    def _fill_page_acts(self, number: int) -> None:
        warning = self._long_warning(self._page)
        self._about.set_ink("warn" if warning else "text2")
        words = warning or self.tr("清楚，可以用。")
        self._about.setText(self.tr("第 {n} 页：{words}").format(n=number + 1, words=words))
        for text, icon, act in (
            (self.tr("重拍"), "camera", self._retake),
            (self.tr("转正"), "rotate", self._turn),
            (self.tr("裁边"), "crop", self._start_crop),
            (self.tr("删掉"), "cross", self._remove),
        ):
            button = Button(text, "secondary" if icon == "camera" else "quiet", icon)
            button.clicked.connect(act)
            self._acts.addWidget(button)
        self._acts.addStretch(1)

    def _fill_paper_acts(self) -> None:
        state = next((s for s in self._desk.materials if s.material.id == self._chosen), None)
        if state is None:
            return
        self._about.set_ink("text2")
        self._about.setText(state.material.hint or state.reason)
        if state.entry.provision is not Provision.PAGES and state.need is not Need.EXEMPT:
            back = Button(self.tr("改为现在交"), "quiet", "undo")
            back.clicked.connect(lambda: self._desk.provide(self._chosen, Provision.PAGES))
            self._acts.addWidget(back)
        elif state.latest_promise is not None and state.need is Need.NEEDED:
            latest = state.latest_promise
            later = Button(
                self.tr("先承诺，{day}前补").format(day=short_day_words(latest)), "quiet", "clock"
            )
            later.clicked.connect(
                lambda: self._desk.provide(self._chosen, Provision.DEFERRED, latest)
            )
            self._acts.addWidget(later)
        self._acts.addStretch(1)

    def _page_chooser(self, page: str) -> Callable[[], None]:
        def choose() -> None:
            self._page = page
            self._fill_thumbs()

        return choose

    def _record(self, page: str) -> PageRecord:
        return self._desk.agent.capture.page(page)

    def _notices(self, page: str) -> tuple[str, ...]:
        return self._desk.agent.capture.notices(self._record(page))

    def _warning(self, page: str) -> str:
        short = {
            "blurred": self.tr("模糊"),
            "glare": self.tr("反光"),
            "cut_off": self.tr("缺角"),
            "dark": self.tr("太暗"),
            "blank": self.tr("空白"),
            "low_resolution": self.tr("太小"),
            "corners_unsure": self.tr("看四角"),
            "upside_down": self.tr("倒了"),
            "same_as_before": self.tr("重复"),
            "finger": self.tr("有手指"),
            "wrong_kind": self.tr("不像这种"),
            "unusable": self.tr("打不开"),
        }
        return next((short[n] for n in self._notices(page) if n in short), "")

    def _long_warning(self, page: str) -> str:
        from station.imaging.judge import SAID

        index = 1 if current() == "en" else 0
        known = {notice.value: words[index] for notice, words in SAID.items()}
        return "；".join(known[n] for n in self._notices(page) if n in known)

    def _fetch(self, page: str) -> None:
        """The thumbnail, made beside the window when the cache has none."""
        have = page in self._pictures or page in self._fetching
        if have or not self._desk.agent.capture.is_processed(self._record(page)):
            return
        self._fetching.add(page)

        def show(data: bytes) -> None:
            self._fetching.discard(page)
            picture = picture_of_file(data)
            if not picture.isNull():  # a null picture cannot be painted
                self._pictures[page] = picture
                self.refresh()

        self._host.tasks.start(
            lambda: self._desk.agent.capture.thumbnail(page),
            done=show,
            failed=self._refused,
            owner=self,
            lane="pages-work",
        )

    # ---------------------------------------------------------------- taking
    def take(self) -> None:
        """F2, Space, or by itself: photographs for the chosen paper."""
        if self._chosen and not self._desk.is_closed and self._crop_bar.isHidden():
            self._camera.photograph()

    def scan(self) -> None:
        """F3: takes every sheet in the feeder for the chosen paper."""
        scanning = Scanning(self._desk.state.equipment.scanner, 200, self._scanned.emit)
        self._host.tasks.start(scanning, failed=self._refused, owner=self, lane="scanner")

    @Slot(bytes)
    def _keep_scanned(self, data: bytes) -> None:
        self._keep(data, self._desk.state.equipment.name(DeviceKind.SCANNER))

    def _keep(self, data: bytes, origin: str) -> None:
        """Durable first; straightened and judged beside the window; the next paper selected."""
        if not self._chosen:
            return
        capture, draft = self._desk.agent.capture, self._desk.draft
        material, retaking = self._chosen, self._retaking
        lacked = self._lacking
        try:
            kept = (
                capture.retake(draft.id, retaking, data, origin)
                if retaking
                else capture.keep(draft.id, material, data, origin)
            )
        except ExplainedError as error:
            self._refused(error)
            return
        self._retaking = ""
        if self._sound.isChecked():
            QApplication.beep()
        self._page = kept.page.id
        self._glimpse(kept.page.id, data)
        self._message.clear_away()
        self._desk.reload()
        self._host.tasks.start(
            lambda: capture.process(kept.page.id),
            done=lambda page: self._processed(page, lacked),
            failed=self._refused,
            owner=self,
            lane="pages-work",
        )

    def _glimpse(self, page: str, data: bytes) -> None:
        """The photograph as it came, small, until the page is finished. Unpacking twelve million
        pixels takes five frames of the live picture: not in the window's thread."""

        def show(picture: QImage) -> None:
            if not picture.isNull() and page not in self._pictures:
                self._pictures[page] = picture
                self.refresh()

        def small() -> QImage:
            whole = picture_of_file(data)
            return whole if whole.isNull() else whole.scaledToWidth(320, _SMOOTH)

        self._host.tasks.start(small, done=show, failed=self._refused, owner=self, lane="glimpse")

    @property
    def _lacking(self) -> list[str]:
        return [state.material.id for state in self._desk.materials if not state.complete]

    def _processed(self, page: PageRecord, lacked: list[str]) -> None:
        self._pictures.pop(page.id, None)
        self._desk.reload()
        self._check_kind(page.id)
        if page.material != self._chosen or self._notices(page.id):
            return
        state = next((s for s in self._desk.materials if s.material.id == page.material), None)
        if state is not None and state.complete:
            lacking = self._lacking
            if lacking:
                self.choose(lacking[0])
            elif lacked:
                self.step_done.emit()

    def _check_kind(self, page: str) -> None:
        """Another paper than the one asked for is said as soon as its heading was read; nobody
        waits for that, the next sheet is taken meanwhile."""

        def told(another: bool) -> None:
            if another and self._desk.is_open:
                self._desk.reload()

        self._host.tasks.start(
            lambda: self._desk.agent.reader.check_kind(page),
            done=told,
            failed=self._refused,
            owner=self,
            lane="reading",
        )

    def _refused(self, error: Exception) -> None:
        if isinstance(error, ExplainedError):
            self._message.tell_error(error)

    def _retake(self) -> None:
        self._retaking = self._page
        self._host.say(self.tr("放好再拍，新的一张会换掉这一张。"))
        self.take()

    def _turn(self) -> None:
        self._change(lambda page: self._desk.agent.capture.turn(page))

    def _remove(self) -> None:
        page, self._page = self._page, ""
        self._desk.remove_page(page)
        self._host.say(self.tr("删掉了一页"), self._desk.undo)

    def _change(self, work: Callable[[str], PageRecord]) -> None:
        page = self._page

        def done(_record: PageRecord) -> None:
            self._pictures.pop(page, None)
            self._desk.reload()

        self._host.tasks.start(
            lambda: work(page), done=done, failed=self._refused, owner=self, lane="pages-work"
        )

    # ---------------------------------------------------------------- corners by hand
    def _start_crop(self) -> None:
        page, capture = self._page, self._desk.agent.capture
        record = self._record(page)
        image = picture_of_file(capture.original(page))
        if image.isNull():
            return
        corners = capture.corners(record)
        part = _around(corners, image.rect()) if corners else image.rect()
        self._crop_from = (float(part.x()), float(part.y()))
        near = [(x - part.x(), y - part.y()) for x, y in corners] if corners else None
        self._crop.show_picture(image.copy(part), near)
        self._stage.setCurrentWidget(self._crop)
        self._camera_bar.hide()
        self._crop_bar.show()
        self._crop.setFocus()

    def _crop_done(self) -> None:
        left, top = self._crop_from
        corners = tuple((x + left, y + top) for x, y in self._crop.corners)
        self._leave_crop()
        self._change(lambda page: self._desk.agent.capture.set_corners(page, corners))

    def _leave_crop(self) -> None:
        self._stage.setCurrentWidget(self._camera)
        self._crop_bar.hide()
        self._camera_bar.show()

    # ---------------------------------------------------------------- live
    def _set_automatic(self, on: bool) -> None:
        self._camera.automatic = on


def _around(corners: Sequence[tuple[float, float]], whole: QRect) -> QRect:
    """The part of the picture in which the corners are moved: the sheet, and half as much round
    it, so that a card under a large camera is not a stamp."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    part = QRectF(min(xs) - wide / 2, min(ys) - high / 2, 2 * wide, 2 * high)
    return part.toAlignedRect().intersected(whole)
