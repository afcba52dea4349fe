"""The right column of the people screen: one person's certificate and rights, or one request."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from station.clock import CHINA
from station.domain.staffing import Member, StaffKey, Standing
from station.wire.enrolment import Enrolment
from ui.admin.admin_words import TONES, other_rights, standing_words
from ui.admin.people_work import member_words, wanted_role
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.layout import card, clear, column, holder, row
from ui.common.text import Icon, Text
from ui.common.theme import theme
from ui.common.tones import Tone
from ui.common.wording import day_words, moment_words


class PersonCards(QWidget):
    """Certificate and rights are two cards; revoking stands outlined at the far end, with what
    follows from it below."""

    revoke_wanted = Signal(object, object)
    save_wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._name = Text("", "title", bold=True, elide=True, copy=True)
        self._where = Text("", "caption", "text2", wrap=True)
        self._chip = Chip("", Tone.OK)
        self._facts: QVBoxLayout = column(gap=6)
        self.revoke_button = Button(self.tr("作废"), "danger", "cross")
        self.save_button = Button(self.tr("存成文件"), "secondary", "export")
        self._note = Text("", "caption", "text2", wrap=True)
        self._rights: QVBoxLayout = column(gap=6)
        head = row(Icon("key", 20), (Text(self.tr("证书"), bold=True), 1), self._chip, gap=8)
        acts = row(self.save_button, None, self.revoke_button, gap=8)
        certificate = column(head, holder(self._facts), acts, self._note, gap=8)
        rights = column(Text(self.tr("能做什么"), bold=True), holder(self._rights), gap=8)
        self.setLayout(
            column(
                column(self._name, self._where, gap=0),
                card(certificate, (14, 12, 14, 12)),
                card(rights, (14, 12, 14, 12)),
                None,
                gap=12,
            )
        )
        self._shown: tuple[Member, StaffKey] | None = None
        self.revoke_button.clicked.connect(lambda: self._ask(self.revoke_wanted))
        self.save_button.clicked.connect(lambda: self._ask(self.save_wanted))

    def _ask(self, signal: object) -> None:
        if self._shown is not None:
            signal.emit(*self._shown)  # type: ignore[attr-defined] # a bound signal

    def show_member(
        self, member: Member, may_do: tuple[tuple[str, int], ...], now: datetime, *, me: bool
    ) -> None:
        """Shows somebody; ``me`` is whoever sits here, who does not lock themselves out."""
        key, standing = member.key(now), member.standing(now)
        self._shown = (member, key)
        self._name.setText(member.person.name)
        self._where.setText(f"{member_words(member)} · {member.person.id}")
        self._chip.set(standing_words(member, now), TONES[standing])
        clear(self._facts)
        seen = member.signed_in_at
        facts = [
            (self.tr("编号"), serial_words(key.serial)),
            (self.tr("从"), day_words(key.not_before.astimezone(CHINA).date())),
            (self.tr("用到"), day_words(key.not_after.astimezone(CHINA).date())),
            *(
                [(self.tr("作废于"), moment_words(key.revoked_at.astimezone(CHINA), now.date()))]
                if key.revoked_at is not None
                else []
            ),
            (
                self.tr("上次登录"),
                moment_words(seen.astimezone(CHINA), now.date()) if seen else self.tr("还没有"),
            ),
            *(
                [(self.tr("以前的"), self.tr("{n} 张").format(n=len(member.keys) - 1))]
                if len(member.keys) > 1
                else []
            ),
        ]
        for name, value in facts:
            self._facts.addLayout(_fact(name, value))
        good = standing in (Standing.GOOD, Standing.SOON)
        self.revoke_button.setVisible(good and not me)
        self._note.setText(self._what_follows(standing, me=me))
        clear(self._rights)
        for words, count in may_do:
            self._rights.addLayout(
                row(
                    Icon("s_ok", 20, "ok"),
                    (Text(words, elide=True), 1),
                    Text(self.tr("{n} 项").format(n=count), "caption", "text2"),
                    gap=8,
                )
            )
        for words in other_rights(member.person.role):
            self._rights.addLayout(row(Icon("s_ok", 20, "ok"), (Text(words, elide=True), 1), gap=8))
        self._rights.addWidget(
            Text(
                self.tr("权限跟着岗位走，写在证书里；换岗位就申请新证书。"),
                "caption",
                "text2",
                wrap=True,
            )
        )

    def _what_follows(self, standing: Standing, *, me: bool) -> str:
        if me:
            return self.tr("这是您自己的证书，请别的管理员来作废。")
        match standing:
            case Standing.SOON:
                return self.tr(
                    "请本人在到期前插着自己的 UKey 换新证书（station key renew），不用批。"
                )
            case Standing.GOOD:
                return self.tr("作废马上生效，以前签的仍有效。")
        return self.tr("现在签不了。请本人重新申请（station key enrol），在这里批。")


class RequestCards(QWidget):
    """One request: whom it is for, since when it waits, approve or decline."""

    approve_wanted = Signal(object)
    decline_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._name = Text("", "title", bold=True, elide=True, copy=True)
        self._where = Text("", "caption", "text2", wrap=True)
        self._facts: QVBoxLayout = column(gap=6)
        self.approve_button = Button(self.tr("批准"), "primary", "check")
        self.decline_button = Button(self.tr("退回"), "danger", "undo")
        self._known = Text("", "caption", "warn", wrap=True)
        self._shown: Enrolment | None = None
        head = row(
            Icon("key", 20),
            (Text(self.tr("申请证书"), bold=True), 1),
            Chip(self.tr("等批准"), Tone.NOW),
            gap=8,
        )
        note = Text(
            self.tr("批准前请本人念核对码。密钥是在本人的 UKey 里生成的，出不来，这里也看不到。"),
            "caption",
            "text2",
            wrap=True,
        )
        acts = row(self.approve_button, None, self.decline_button, gap=8)
        self.setLayout(
            column(
                column(self._name, self._where, gap=0),
                card(
                    column(head, holder(self._facts), self._known, acts, note, gap=8),
                    (14, 12, 14, 12),
                ),
                None,
                gap=12,
            )
        )
        self.approve_button.clicked.connect(lambda: self._ask(self.approve_wanted))
        self.decline_button.clicked.connect(lambda: self._ask(self.decline_wanted))

    def _ask(self, signal: object) -> None:
        if self._shown is not None:
            signal.emit(self._shown)  # type: ignore[attr-defined] # a bound signal

    def show_request(
        self, request: Enrolment, now: datetime, known: Member | None, *, busy: bool
    ) -> None:
        """Shows a request; ``known`` is whoever has the person's number already."""
        self._shown = request
        wanted = request.wanted
        self._name.setText(wanted.name)
        self._where.setText(request.unit_name)
        clear(self._facts)
        for name, value in (
            (self.tr("做什么"), wanted_role(request)),
            (self.tr("工号"), wanted.person or "—"),
            (self.tr("单位代码"), wanted.unit),
            (self.tr("申请于"), moment_words(request.asked_at.astimezone(CHINA), now.date())),
            (self.tr("核对码"), self.tr("{first} 开头").format(first=request.code[:4])),
        ):
            self._facts.addLayout(_fact(name, value))
        self._known.setVisible(known is not None)
        if known is not None:
            words = self.tr("工号 {id} 现在是 {name}（{rest}），发了就有两张证书。")
            self._known.setText(
                words.format(id=wanted.person, name=known.person.name, rest=member_words(known))
            )
        self.approve_button.setEnabled(not busy)
        self.decline_button.setEnabled(not busy)


def serial_words(serial: str) -> str:
    """A certificate's number in groups of four, so that it can be compared and fits its line."""
    return " ".join(serial[at : at + 4] for at in range(0, len(serial), 4))


def _fact(name: str, value: str) -> QHBoxLayout:
    label = Text(name, "caption", "text2")
    label.setFixedWidth(theme().grown(72))
    return row(label, (Text(value, copy=True, wrap=True), 1), gap=8)
