"""Which messages an action or a card calls for: pure, without a word of content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from station.domain.cases import ActionType
from station.domain.deadlines import Card
from station.domain.items import ServiceItem
from station.notify.templates import Occasion

_BY_ACTION = {
    ActionType.SUBMIT: Occasion.ACCEPTED,
    ActionType.RETURN: Occasion.RETURNED,
    ActionType.APPROVE: Occasion.APPROVED,
    ActionType.REFUSE: Occasion.REFUSED,
}
_BY_CARD = {Card.YELLOW: Occasion.YELLOW, Card.RED: Occasion.RED}


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message that is to go out once; ``dedup_key`` is the same for the same event."""

    dedup_key: str
    occasion: Occasion
    facts: Mapping[str, str]


def for_action(
    operation_id: str, action: ActionType, item: ServiceItem, number: str, station_name: str
) -> Announcement | None:
    """What the applicant is told after ``action``; None when it is none of their business."""
    occasion = _BY_ACTION.get(action)
    if occasion is None:
        return None
    facts = {
        "item": item.title,
        "number": number,
        "station": station_name,
        "days": str(item.promised_days),
    }
    return Announcement(f"{operation_id}:{occasion}", occasion, facts)


def for_card(
    case_id: str, stage: str, card: Card, item: str, number: str, unit: str, due: datetime
) -> Announcement:
    """What the office in charge is told when its case (of the item titled ``item``) has a card."""
    facts = {"unit": unit, "item": item, "number": number, "due": f"{due:%m月%d日}"}
    return Announcement(f"{case_id}:{stage}:{card}", _BY_CARD[card], facts)
