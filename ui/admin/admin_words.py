"""How certificates, rights and items are told to the administrator: words and tones only."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from signing.authority.protocol import RevocationReason
from station.catalogue.problems import Flaw
from station.clock import CHINA
from station.domain.cases import ActionType
from station.domain.items import ServiceItem
from station.domain.staffing import Member, Standing
from station.domain.units import Level, Role
from station.services.item_office import ItemState, ListedItem
from ui.common.language import current
from ui.common.tones import Tone
from ui.common.wording import short_day_words

translate = QCoreApplication.translate

TONES = {
    Standing.GOOD: Tone.OK,
    Standing.SOON: Tone.WARN,
    Standing.NONE: Tone.TODO,
    Standing.REVOKED: Tone.OFF,
}


def standing_words(member: Member, now: datetime) -> str:
    """How somebody's certificate stands."""
    match member.standing(now):
        case Standing.GOOD:
            return translate("admin", "好")
        case Standing.SOON:
            return translate("admin", "还有 {n} 天").format(n=member.days_left(now))
        case Standing.NONE:
            return translate("admin", "过期了")
    return translate("admin", "作废了")


def seen_words(moment: datetime | None, today: date) -> str:
    """When somebody was here last: today, yesterday, so many days ago, or the day."""
    if moment is None:
        return ""
    day = moment.astimezone(CHINA).date()
    days = (today - day).days
    if days <= 0:
        return translate("admin", "今天")
    if days == 1:
        return translate("admin", "昨天")
    if days <= 30:
        return translate("admin", "{n} 天前").format(n=days)
    return short_day_words(day) if day.year == today.year else f"{day:%Y-%m}"


def action_words(action: ActionType) -> str:
    """What a role may do with a case."""
    return {
        ActionType.SUBMIT: translate("admin", "受理、初审，签章上报"),
        ActionType.RESUBMIT: translate("admin", "补正后再报"),
        ActionType.APPROVE: translate("admin", "通过，签章办结"),
        ActionType.FORWARD: translate("admin", "审核后转县里"),
        ActionType.RETURN: translate("admin", "退回补正"),
        ActionType.REFUSE: translate("admin", "不予受理"),
        ActionType.WITHDRAW: translate("admin", "撤回"),
        ActionType.DELIVER: translate("admin", "送达结果"),
        ActionType.ARCHIVE: translate("admin", "归档"),
    }[action]


def other_rights(role: Role) -> tuple[str, ...]:
    """What a role may do besides cases; the hub's doors hold it to that."""
    oversees = (
        translate("admin", "看全辖区的办件、监察和统计"),
        translate("admin", "核验签章"),
    )
    return {
        Role.SUPERVISOR: oversees,
        Role.AUDITOR: oversees,
        Role.ADMINISTRATOR: (
            *oversees,
            translate("admin", "批证书、作废证书"),
            translate("admin", "发布事项（县级）"),
        ),
    }.get(role, (translate("admin", "看本单位的办件"), translate("admin", "核验签章")))


def reason_words(reason: RevocationReason) -> str:
    """Why a certificate is revoked."""
    return {
        RevocationReason.KEY_COMPROMISE: translate("admin", "UKey 丢了，或口令被人知道了"),
        RevocationReason.AFFILIATION_CHANGED: translate("admin", "调到别的单位或岗位"),
        RevocationReason.CESSATION_OF_OPERATION: translate("admin", "不再做这个工作"),
        RevocationReason.SUPERSEDED: translate("admin", "已经换了新证书"),
        RevocationReason.UNSPECIFIED: translate("admin", "别的原因"),
    }[reason]


ITEM_TONES = {
    ItemState.WRONG: Tone.WARN,
    ItemState.EXAMPLE: Tone.TODO,
    ItemState.USED: Tone.OK,
}


def item_state_words(listed: ListedItem) -> str:
    """How an item in force stands."""
    match listed.state:
        case ItemState.WRONG:
            return translate("admin", "有 {n} 处要改").format(n=len(listed.flaws))
        case ItemState.EXAMPLE:
            return translate("admin", "示例，待确认")
    return translate("admin", "在用")


def route_words(item: ServiceItem) -> str:
    """Who handles an item: 村→镇→县."""
    words = {
        Level.VILLAGE: translate("admin", "村"),
        Level.TOWNSHIP: translate("admin", "镇"),
        Level.COUNTY: translate("admin", "县"),
    }
    levels = dict.fromkeys((Level.VILLAGE, *(stage.level for stage in item.route)))
    return "→".join(words[level] for level in levels)


def flaw_words(flaw: Flaw) -> str:
    """What is wrong and where, in the language in force."""
    words = flaw.en if current() == "en" else flaw.zh
    return f"{flaw.place}：{words}" if flaw.place else words
