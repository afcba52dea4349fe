"""Step 2: who asks, and who comes for them.

The card reader fills it; else a photograph of the card is read; else it is typed, checked as one
types. Where the item wants a portrait it is taken here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from signing.errors import ExplainedError
from station.devices.idcard import CardReading
from station.devices.training_papers import Paper, papers_of
from station.devices.training_people import VILLAGERS, Villager
from station.domain.applicants import Applicant, Delegate, IdentitySource
from station.domain.completeness import MaterialState, Need
from station.domain.drafts import Draft
from station.domain.items import PaperProfile
from station.domain.noticing import Noticed, Sight
from ui.agent.camera_stage import CameraStage, PracticeStrip
from ui.agent.case_desk import CaseDesk
from ui.agent.delegate_card import DelegateCard
from ui.agent.noticed_view import NoticedView
from ui.agent.person_form import PersonForm, SourceChip
from ui.agent.portrait import CARD_FACE, FaceView, PortraitCamera
from ui.agent.reading_line import ReadingLine
from ui.common.buttons import Button
from ui.common.choosing import Choices
from ui.common.layout import canvas, card, clear, column, holder, row, scroll
from ui.common.messages import Message
from ui.common.page import Host
from ui.common.pictures import picture_of_file
from ui.common.text import Icon, Text

_SEEN = (196, 152)


class ApplicantStep(QWidget):
    """The applicant's data. ``read`` tells that a card was read, or a portrait taken;
    ``beside_wanted`` an item (code) that is to be done along with this one, ``case_wanted``
    another case (id) of the same person."""

    read = Signal()
    authorisation_wanted = Signal()
    beside_wanted = Signal(str)
    case_wanted = Signal(str)

    def __init__(self, desk: CaseDesk, host: Host) -> None:
        super().__init__()
        self._desk, self._host = desk, host
        self._for_delegate = False
        self._looked: tuple[str, Applicant] | None = None
        self._pictures: dict[str, QImage] = {}
        self._fetching: set[str] = set()
        self._message = Message(compact=True)
        self.person = PersonForm()
        self._delegate_card = DelegateCard()
        self.delegate = self._delegate_card.person
        self._delegate_card.relation_chosen.connect(self.choose_relation)
        self._delegate_card.reading_wanted.connect(lambda: self.read_card(delegate=True))
        self._delegate_card.picture_wanted.connect(lambda: self.take_card(delegate=True))
        self._delegate_card.authorisation_wanted.connect(self.authorisation_wanted)
        self.person.changed.connect(self._person_changed)
        self.delegate.changed.connect(self._delegate_changed)
        self._stack = QStackedWidget()
        self._filling, self._taking = self._filling_page(), self._taking_page()
        self._stack.addWidget(self._filling)
        self._stack.addWidget(self._taking)
        # one key, two buttons: which picture is the next one, the state of the case says
        QShortcut(QKeySequence("F2"), self._filling).activated.connect(self.take)
        self.setLayout(column((self._stack, 1), gap=0))
        if desk.state.desk.who.training:
            self._fill_practice()

    # ---------------------------------------------------------------- layout
    def _filling_page(self) -> QWidget:
        self._who = Choices(
            [
                ("self", self.tr("本人来办"), self.tr("本人在场，本人签字")),
                ("other", self.tr("别人代办"), self.tr("要委托书、代办人身份证，代办人签字")),
            ],
            "self",
        )
        self._who.chosen.connect(self._who_comes)
        self._source = SourceChip()
        self._age = Text("", "body", "text2")
        self._read = Button(self.tr("读身份证"), "primary", "card", "F4")
        self._read.clicked.connect(lambda: self.read_card())
        self._shoot = Button(self.tr("读不了？拍身份证"), "quiet", "camera")
        self._shoot.clicked.connect(lambda: self.take_card())
        self._compared = Button(self.tr("都对过了"), "secondary", "check")
        self._compared.clicked.connect(self.person.compared_all)
        self._reading = ReadingLine(self._host)
        self._card_face = FaceView(self.tr("身份证上的照片"), *CARD_FACE)
        self._card_side = holder(
            column(Text(self.tr("卡上的照片"), "caption", "text2"), self._card_face, None, gap=4)
        )
        applicant = card(
            column(
                row(
                    Text(self.tr("申请人"), "body", bold=True),
                    self._source,
                    self._age,
                    None,
                    self._compared,
                    self._shoot,
                    self._read,
                    gap=8,
                ),
                row(self._card_side, (self.person, 1), self._portrait_side(), gap=16),
                gap=10,
            )
        )
        self.noticed = NoticedView()
        self.noticed.begin_wanted.connect(self.beside_wanted)
        self.noticed.case_wanted.connect(self.case_wanted)
        self._practice = row(gap=8)
        body = column(
            self._who,
            self._message,
            self._reading,
            applicant,
            self._delegate_card,
            self.noticed,
            holder(self._practice),
            None,
            gap=12,
            margins=(24, 12, 24, 16),
        )
        return canvas(column(scroll(canvas(body)), gap=0))

    def _portrait_side(self) -> QWidget:
        self._camera_view = PortraitCamera(self._desk.state, self._host, *_SEEN)
        self._camera_view.taken.connect(self._portrait_taken)
        self._camera_view.refused.connect(self._failed)
        self._taken_face = FaceView(self.tr("拍好的照片"), *_SEEN)
        self._portrait_words = Text("", "caption", "text2")
        self._portrait = Button(self.tr("给本人拍照"), "secondary", "camera")
        self._portrait.clicked.connect(self.take_portrait)
        self._portrait_box = holder(
            column(
                self._portrait_words,
                self._camera_view,
                self._taken_face,
                self._portrait,
                None,
                gap=4,
            )
        )
        self._portrait_box.hide()
        return self._portrait_box

    def _taking_page(self) -> QWidget:
        self._camera = CameraStage(self._desk.state, self._host, self.tr("高拍仪画面"))
        self._camera.due.connect(self._camera.photograph)
        self._camera.taken.connect(self._card_photographed)
        self._camera.refused.connect(self._failed)
        self._papers = PracticeStrip(self._desk.state, self._practice_cards)
        self._taking_title = Text("", "title", bold=True)
        self._taking_message = Message(compact=True)
        shoot = Button(self.tr("拍照"), "primary", "camera", "F2", big=True)
        shoot.clicked.connect(self._camera.photograph)
        back = Button(self.tr("不拍了"), "secondary", "undo", "Esc", big=True)
        back.clicked.connect(self.back)
        return canvas(
            column(
                self._taking_title,
                (self._camera, 1),
                self._taking_message,
                self._papers,
                row(shoot, back, None, gap=8),
                gap=12,
                margins=(24, 12, 24, 16),
            )
        )

    # ---------------------------------------------------------------- as a step
    @property
    def name(self) -> QWidget:
        """The field of the applicant's name."""
        return self.person.name

    def start(self) -> None:
        """The step comes into sight."""
        self._look_at_person()

    def stop(self) -> None:
        """The step goes out of sight."""
        self._camera.stop()
        self._camera_view.stop()
        self._stack.setCurrentWidget(self._filling)

    def forget(self) -> None:
        """Another case comes onto the desk."""
        self._reading.drop()
        self._message.clear_away()
        self._pictures, self._fetching = {}, set()
        self._looked = None
        self.noticed.show_noticed((), None)
        self._stack.setCurrentWidget(self._filling)

    def back(self) -> bool:
        """Esc: from the camera to the fields; false if they are in sight already."""
        if self._stack.currentWidget() is self._filling:
            return False
        self._camera.stop()
        self._stack.setCurrentWidget(self._filling)
        self.refresh()
        return True

    def refresh(self) -> None:
        """Shows the persons as saved; what is being typed is left alone."""
        draft, closed = self._desk.draft, self._desk.is_closed
        who = draft.applicant
        self.person.show_person(who, closed=closed)
        age = who.age(self._desk.today)
        self._age.setText(self.tr("{n} 岁").format(n=age) if age is not None else "")
        self._source.show_source(who)
        self._compared.setVisible(bool(who.doubtful) and not closed)
        self._read.set_kind("secondary" if who.id_number else "primary")
        for button in (self._read, self._shoot):
            button.setVisible(not closed and not self._reading.is_reading)
        self._show_face(self._card_face, draft.card_picture)
        self._card_side.setVisible(bool(draft.card_picture))
        self._who.set_value("self" if draft.delegate is None else "other")
        self._delegate_card.show_delegate(draft.delegate, closed=closed)
        if draft.delegate is not None:
            self._show_face(self._delegate_card.face, draft.delegate.picture)
        self._show_portrait(draft)
        self._look_along(draft)
        portrait = self._portrait_is_next
        self._portrait.show_key("F2" if portrait else "")
        self._shoot.show_key("" if portrait else "F2")

    def _look_along(self, draft: Draft) -> None:
        """What is to be seen of the person along the way, whenever the person is another."""
        looked = (draft.id, draft.applicant)
        if self._looked == looked:
            return
        self._looked = looked
        if self._desk.is_closed:
            self.noticed.show_noticed((), None)
            return
        intake = self._desk.agent.intake

        def told(seen: tuple[Noticed, ...]) -> None:
            if self._looked != looked:
                return  # somebody else by now
            age = draft.applicant.age(self._desk.today)
            self.noticed.show_noticed(seen, age)
            due = next((one for one in seen if one.sight is Sight.DUE), None)
            if due is not None:  # the card leads on at once: this must not be missed
                self._host.say(self.noticed.words(due, age)[0])

        self._host.tasks.start(
            lambda: intake.noticed(draft), done=told, failed=lambda _error: None, owner=self
        )

    @property
    def told(self) -> str:
        """What went wrong with the card, as it stands on the screen."""
        for message in (self._message, self._taking_message):
            if message.isVisible():
                return message.words
        return ""

    @property
    def is_looking(self) -> bool:
        """Whether the document camera's live picture is in sight."""
        return self._stack.currentWidget() is self._taking and bool(self._camera.hint)

    @property
    def is_reading(self) -> bool:
        """Whether a photograph of a card is being read."""
        return self._reading.is_reading

    def focus_on(self, place: str) -> None:
        """Puts the focus on what is missing."""
        owner, _, attribute = place.partition(".")
        if place == "delegate.relation":
            self._delegate_card.relation.setFocus()
        elif owner == "delegate":
            self.delegate.field(attribute).setFocus()
        elif place.startswith("applicant."):
            self.person.field(attribute).setFocus()
        else:
            self.person.name.setFocus()

    # ---------------------------------------------------------------- by hand
    def _person_changed(self, who: Applicant) -> None:
        if self._desk.is_open and not self._desk.is_closed:
            self._desk.set_applicant(who)

    def _delegate_changed(self, who: Applicant) -> None:
        comes = self._desk.draft.delegate if self._desk.is_open else None
        if comes is not None and not self._desk.is_closed:
            self._desk.set_delegate(replace(comes, person=who))

    def choose_relation(self, relation: str) -> None:
        """What the one who comes is to the applicant."""
        comes = self._desk.draft.delegate
        if comes is not None and not self._desk.is_closed:
            self._desk.set_delegate(replace(comes, relation=relation))

    def _who_comes(self, who: object) -> None:
        if self._desk.is_closed:
            return
        if who == "self":
            before = self._desk.draft.delegate
            self._desk.set_delegate(None)
            if before is not None:
                self._host.say(self.tr("改成本人来办"), self._desk.undo)
        elif self._desk.draft.delegate is None:
            self._desk.set_delegate(Delegate(person=Applicant()))
            self.delegate.name.setFocus()

    # ---------------------------------------------------------------- the card on the reader
    def read_card(self, *, delegate: bool = False) -> None:
        """F4: reads the card that lies on the reader; once the applicant's was read, it is that of
        the one who comes."""
        if self._desk.is_closed:
            return
        comes = self._desk.draft.delegate
        known = self._desk.draft.applicant.source is IdentitySource.CARD
        self._for_delegate = delegate or (known and comes is not None and not comes.person.name)
        equipment = self._desk.state.equipment
        self._read.setEnabled(False)
        self._message.clear_away()
        self._host.tasks.start(
            lambda: equipment.card_reader().read(),
            done=self._card_read,
            failed=self._card_failed,
            owner=self,
            lane="card",
        )

    def _card_read(self, reading: CardReading) -> None:
        self._read.setEnabled(True)
        if not self._desk.is_open or self._desk.is_closed:
            return
        if self._for_delegate:
            known = self._desk.draft.delegate
            phone = known.person.phone if known else ""
        else:
            known_phone = self._desk.state.equipment.practice_phone
            phone = self._desk.draft.applicant.phone or known_phone
        self._desk.take_card(reading, phone, delegate=self._for_delegate)
        self._show_fresh()
        self._host.say(self.tr("读到了 {name} 的身份证").format(name=reading.name))
        self._go_on()

    def _show_fresh(self) -> None:
        """The card knows better than what was being typed."""
        draft = self._desk.draft
        if not self._for_delegate:
            self.person.show_person(draft.applicant, closed=False, fresh=True)
        elif draft.delegate is not None:
            self.delegate.show_person(draft.delegate.person, closed=False, fresh=True)

    def _go_on(self) -> None:
        """On to the next step, unless a picture of the person is wanted first."""
        if self._wants_portrait:
            self._portrait.setFocus()
        else:
            self.read.emit()

    def _card_failed(self, error: Exception) -> None:
        self._read.setEnabled(True)
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ExplainedError):
            here = self._stack.currentWidget() is self._taking
            (self._taking_message if here else self._message).tell_error(error)

    # ---------------------------------------------------------------- a photograph of the card
    def take_card(self, *, delegate: bool = False) -> None:
        """The document camera looks for the card."""
        if self._desk.is_closed:
            return
        self._for_delegate = delegate
        self._camera_view.stop()
        self._message.clear_away()
        self._taking_message.clear_away()
        self._taking_title.setText(
            self.tr("放上代办人的身份证，人像面朝上")
            if delegate
            else self.tr("放上申请人的身份证，人像面朝上")
        )
        self._papers.fill()
        self._stack.setCurrentWidget(self._taking)
        self._camera.start(automatic=True)
        reader = self._desk.agent.reader
        self._host.tasks.start(reader.warm_up, failed=self._failed, owner=self, lane="reading")

    def _card_photographed(self, data: bytes) -> None:
        if not self._desk.is_open or self._desk.is_closed or self._reading.is_reading:
            return
        draft_id, reader = self._desk.draft.id, self._desk.agent.reader
        delegate, origin = self._for_delegate, self._camera.camera().name
        try:
            page = reader.keep_card(draft_id, data, origin, delegate=delegate).page.id
        except ExplainedError as error:
            self._failed(error)
            return

        self._desk.reload()
        self._reading.read(
            self.tr("正在认身份证"),
            lambda told: reader.read_card(draft_id, page, told, delegate=delegate),
            done=self._card_taken,
            failed=self._card_not_read,
            stopped=self.refresh,
        )
        self.back()

    def _card_taken(self, draft: Draft) -> None:
        self._desk.reload()
        self._show_fresh()
        self.refresh()
        who = draft.delegate.person if self._for_delegate and draft.delegate else draft.applicant
        self._host.say(self.tr("认出了 {name} 的身份证").format(name=who.name))
        if who.doubtful:
            form = self.delegate if self._for_delegate else self.person
            form.field(who.doubtful[0]).setFocus()
        else:
            self._go_on()

    def _card_not_read(self, error: Exception) -> None:
        self._desk.reload()
        self._failed(error)

    # ---------------------------------------------------------------- the portrait
    @property
    def _portrait_state(self) -> MaterialState | None:
        """The photograph that the item asks for, if it does."""
        photos = (s for s in self._desk.materials if s.material.profile is PaperProfile.PHOTO)
        return next((s for s in photos if s.need is not Need.NOT_NEEDED), None)

    @property
    def _wants_portrait(self) -> bool:
        state = self._portrait_state
        return state is not None and state.need is Need.NEEDED and not state.entry.pages

    def _show_portrait(self, draft: Draft) -> None:
        state = self._portrait_state
        wanted = state is not None and (state.need is Need.NEEDED or bool(state.entry.pages))
        self._portrait_box.setVisible(wanted and not self._desk.is_closed)
        if state is None or not wanted:
            self._camera_view.stop()
            return
        page = state.entry.pages[0] if state.entry.pages else ""
        self._taken_face.setVisible(bool(page))
        self._camera_view.setVisible(not page)
        self._portrait_words.setText(
            self.tr("本人照片，拍好了") if page else self.tr("镜头里（请坐正）")
        )
        self._portrait.set_text(self.tr("重拍") if page else self.tr("给本人拍照"))
        ready = bool(draft.applicant.id_number)
        self._portrait.set_kind("primary" if not page and ready else "secondary")
        if page:
            self._show_page(page)
        self._look_at_person()

    def _look_at_person(self) -> None:
        """The portrait camera looks only while its picture is in sight."""
        if self._wants_portrait and self.isVisible() and not self._desk.is_closed:
            self._camera_view.start()
        else:
            self._camera_view.stop()

    @property
    def _portrait_is_next(self) -> bool:
        """Whether F2 is for the face: whose it is, is known from the card, which comes first."""
        return self._portrait_box.isVisibleTo(self) and bool(self._desk.draft.applicant.id_number)

    def take(self) -> None:
        """F2: the picture that is wanted next, of the card or of the person."""
        if self._stack.currentWidget() is self._taking:
            self._camera.photograph()
        elif self._portrait_is_next:
            self.take_portrait()
        elif self._desk.is_open:
            comes = self._desk.draft.delegate
            known = bool(self._desk.draft.applicant.id_number)
            self.take_card(delegate=known and comes is not None and not comes.person.name)

    def take_portrait(self) -> None:
        """Photographs the person, or does away with the picture that there is for another one."""
        state = self._portrait_state
        if state is None or self._desk.is_closed:
            return
        if state.entry.pages:
            self._desk.remove_page(state.entry.pages[0])
            self._host.say(self.tr("请再拍一张"), self._desk.undo)
            return
        self._camera_view.photograph()

    def _portrait_taken(self, data: bytes) -> None:
        state = self._portrait_state
        if state is None or self._desk.is_closed:
            return
        capture, draft = self._desk.agent.capture, self._desk.draft
        try:
            kept = capture.keep(draft.id, state.material.id, data, self._camera_view.camera().name)
        except ExplainedError as error:
            self._failed(error)
            return
        self._desk.reload()
        self._host.tasks.start(
            lambda: capture.process(kept.page.id),
            done=lambda _: self._portrait_judged(),
            failed=self._failed,
            owner=self,
            lane="pages-work",
        )

    def _portrait_judged(self) -> None:
        if self._desk.is_open:
            self._desk.reload()
            self._host.say(self.tr("本人照片拍好了"))
            self._go_on()

    # ---------------------------------------------------------------- pictures
    def _show_face(self, view: FaceView, digest: str) -> None:
        view.show_picture(self._pictures.get(digest))
        if digest:
            reader = self._desk.agent.reader
            self._fetch(digest, lambda: reader.cut_out(digest))

    def _show_page(self, page: str) -> None:
        self._taken_face.show_picture(self._pictures.get(page))
        capture = self._desk.agent.capture
        if capture.is_processed(capture.page(page)):
            self._fetch(page, lambda: capture.picture(page))

    def _fetch(self, name: str, load: Callable[[], bytes]) -> None:
        if name in self._pictures or name in self._fetching:
            return
        self._fetching.add(name)

        def work() -> QImage:
            picture = picture_of_file(load())
            return picture.scaledToHeight(480) if picture.height() > 480 else picture

        def show(picture: QImage) -> None:
            self._fetching.discard(name)
            if not picture.isNull() and self._desk.is_open:
                self._pictures[name] = picture
                self.refresh()

        self._host.tasks.start(work, done=show, failed=self._failed, owner=self, lane="pages-work")

    # ---------------------------------------------------------------- practising
    def _fill_practice(self) -> None:
        """Training only: which villager's card lies on the reader."""
        clear(self._practice)
        self._practice.addWidget(Icon("practice", 20, "warn"))
        self._practice.addWidget(Text(self.tr("练习：把谁的身份证放上读卡器"), "caption", "warn"))
        for villager in VILLAGERS[:4]:
            button = Button(villager.name)
            button.setToolTip(villager.note)
            button.clicked.connect(self._placer(villager))
            self._practice.addWidget(button)
        self._practice.addStretch(1)

    def _placer(self, villager: Villager) -> Callable[[], None]:
        def put() -> None:
            training = self._desk.state.training
            comes = self._desk.draft.delegate
            if comes is None or comes.person.name or not self._desk.draft.applicant.name:
                training.receive(villager)
            training.card_reader.put(villager)
            self.read_card()

        return put

    def _practice_cards(self) -> list[Paper]:
        who = VILLAGERS[1] if self._for_delegate else self._desk.state.training.villager
        return list(papers_of(who)[:2])
