"""Who comes for the applicant (代办), what they are to them, and the authorisation."""

from __future__ import annotations

from PySide6.QtCore import Signal

from station.domain.applicants import Delegate
from ui.agent.person_form import PersonForm, SourceChip
from ui.agent.portrait import CARD_FACE, FaceView
from ui.common.buttons import Button
from ui.common.choosing import Select
from ui.common.inputs import Labelled
from ui.common.layout import CARD, Plate, column, row
from ui.common.text import Text


class DelegateCard(Plate):
    """Shown while somebody else comes. ``relation_chosen`` tells what they are to the applicant;
    the others ask for what the buttons say."""

    relation_chosen = Signal(str)
    reading_wanted = Signal()
    picture_wanted = Signal()
    authorisation_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.person = PersonForm(whole=False)
        kin = (
            ("子女", self.tr("子女")),
            ("配偶", self.tr("配偶")),
            ("父母", self.tr("父母")),
            ("孙辈", self.tr("孙辈")),
            ("监护人", self.tr("监护人")),
            ("其他亲属", self.tr("其他亲属")),
            ("邻居", self.tr("邻居")),
            ("村干部", self.tr("村干部")),
        )
        self._relation = Select(self.tr("和申请人的关系"), kin, "people", hint=self.tr("请选"))
        self._relation.chosen.connect(lambda value: self.relation_chosen.emit(str(value)))
        self.relation = Labelled(self.tr("是申请人的什么人"), self._relation, must=True)
        self._source = SourceChip()
        read = Button(self.tr("读代办人身份证"), "secondary", "card")
        read.clicked.connect(self.reading_wanted)
        shoot = Button(self.tr("拍代办人身份证"), "quiet", "camera")
        shoot.clicked.connect(self.picture_wanted)
        self._compared = Button(self.tr("代办人都对过了"), "secondary", "check")
        self._compared.clicked.connect(self.person.compared_all)
        paper = Button(self.tr("打一张委托书"), "secondary", "print", "F7")
        paper.clicked.connect(self.authorisation_wanted)
        self.face = FaceView(self.tr("代办人身份证上的照片"), *CARD_FACE)
        head = row(
            Text(self.tr("代办人"), "body", bold=True),
            self._source,
            None,
            self._compared,
            shoot,
            read,
            gap=8,
        )
        papers = self.tr("委托书和代办人身份证，在第 4 步“材料”里拍。")
        fields = column(
            self.person,
            row((self.relation, 4), (column(None, row(paper, None)), 9), gap=16),
            Text(papers, "caption", "text2", wrap=True),
            None,
            gap=8,
        )
        body = column(head, row(self.face, (fields, 1), gap=16), gap=10, margins=CARD)
        self.setLayout(body)
        self.hide()

    def show_delegate(self, comes: Delegate | None, *, closed: bool) -> None:
        """Shows who comes; nobody hides the card."""
        self.setVisible(comes is not None)
        if comes is None:
            return
        self.person.show_person(comes.person, closed=closed)
        self._relation.set_value(comes.relation)
        self._source.show_source(comes.person)
        self._compared.setVisible(bool(comes.person.doubtful))
