"""How cases are told on the screens of the offices: time left, cards, states, who has it in hand.

Words and tones only; what counts as a working day or a card is said in ``station.domain``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from station.clock import CHINA
from station.domain.cases import ActionType, Case, CaseState
from station.domain.deadlines import Card, WorkingCalendar
from station.wire.sealed import Header
from ui.common.cards import Card as ListCard
from ui.common.tones import Tone

translate = QCoreApplication.translate

STATE_TONES = {
    CaseState.TOWNSHIP_REVIEW: Tone.NOW,
    CaseState.COUNTY_REVIEW: Tone.NOW,
    CaseState.RETURNED: Tone.WARN,
    CaseState.APPROVED: Tone.OK,
    CaseState.REFUSED: Tone.DANGER,
    CaseState.WITHDRAWN: Tone.OFF,
    CaseState.DELIVERED: Tone.OK,
    CaseState.ARCHIVED: Tone.LATER,
}


def state_words(state: CaseState) -> str:
    """A case's state in the language in force."""
    return {
        CaseState.TOWNSHIP_REVIEW: translate("review", "乡镇审核中"),
        CaseState.COUNTY_REVIEW: translate("review", "县级审批中"),
        CaseState.RETURNED: translate("review", "待补正"),
        CaseState.APPROVED: translate("review", "已办结"),
        CaseState.REFUSED: translate("review", "不予受理"),
        CaseState.WITHDRAWN: translate("review", "已撤回"),
        CaseState.DELIVERED: translate("review", "已送达"),
        CaseState.ARCHIVED: translate("review", "已归档"),
    }[state]


def action_words(action: ActionType) -> str:
    """What somebody did, as an entry of the record says it."""
    return {
        ActionType.SUBMIT: translate("review", "受理，送镇里"),
        ActionType.RESUBMIT: translate("review", "补正后再送"),
        ActionType.APPROVE: translate("review", "通过，办结"),
        ActionType.FORWARD: translate("review", "转县里"),
        ActionType.RETURN: translate("review", "退回补正"),
        ActionType.REFUSE: translate("review", "不予受理"),
        ActionType.WITHDRAW: translate("review", "撤回"),
        ActionType.DELIVER: translate("review", "结果送达"),
        ActionType.ARCHIVE: translate("review", "归档"),
    }[action]


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What a card or a row says of the time limit; ``plate`` for a dealt yellow or red card."""

    words: str
    tone: Tone
    plate: bool = False


def time_left(case: Case, card: Card, now: datetime, calendar: WorkingCalendar) -> TimeLeft | None:
    """How much of the running limit is left; None while none runs."""
    if case.due_at is None or not case.state.is_open or case.state is CaseState.RETURNED:
        return None
    span = _span(now, case.due_at, calendar)
    if card is Card.RED:
        return TimeLeft(translate("review", "红牌 超 {span}").format(span=span), Tone.DANGER, True)
    if card is Card.YELLOW:
        return TimeLeft(translate("review", "黄牌 余 {span}").format(span=span), Tone.WARN, True)
    return TimeLeft(translate("review", "余 {span}").format(span=span), Tone.LATER)


def _span(now: datetime, due: datetime, calendar: WorkingCalendar) -> str:
    """Working days between now and the end, hours where that is less than a day."""
    local, end = now.astimezone(CHINA), due.astimezone(CHINA)
    days = abs(calendar.between(local.date(), end.date()))
    if days:
        return translate("review", "{count} 天").format(count=days)
    hours = max(1, int(abs((end - local).total_seconds()) // 3600))
    return translate("review", "{count} 小时").format(count=hours)


def queue_card(
    case: Case,
    card: Card,
    header: Header | None,
    title: str,
    now: datetime,
    calendar: WorkingCalendar,
    me: str,
) -> ListCard:
    """A case of the queue as a card; ``me`` is the person whose own claim shows no lock."""
    left = time_left(case, card, now, calendar)
    who = f"{header.applicant} · {header.station_name}" if header else case.number
    lease = case.lease if case.lease and case.lease.until > now else None
    return ListCard(
        key=case.id,
        name=title,
        note=who,
        state=left.words if left else state_words(case.state),
        tone=left.tone if left else STATE_TONES[case.state],
        plate=left.plate if left else False,
        holder=lease.holder_name if lease and lease.holder != me else "",
    )


def minute_words(moment: datetime, today: date) -> str:
    """A moment in China's time: 10:42 today, 11 月 23 日 10:42 otherwise."""
    from ui.common.wording import moment_words

    return moment_words(moment.astimezone(CHINA), today)
