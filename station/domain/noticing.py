"""顺便看到的: what the program notices of a person along the way, without being asked.

What the villager gains stands beside what is wrong. Pure rules over the case in hand, the items in
force and the desk's earlier cases; nothing here holds up the case, that is ``completeness``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from station.domain.applicants import Applicant, IdentitySource
from station.domain.completeness import APPLICANT_FACTS, facts_of
from station.domain.conditions import decide, names_in
from station.domain.drafts import Draft, DraftState
from station.domain.idnumbers import IdNumberWrong, parse
from station.domain.items import Rule, ServiceItem

CARD_SOON = timedelta(days=90)  # a new card takes some weeks, and the villager one more way
# Facts by which people differ; an address is much the same for all who come to one desk.
_OWN_FACTS = frozenset({"birth", "age", "sex", "nation"})


class Sight(StrEnum):
    """What was noticed."""

    DUE = "due"  # the person may ask for another item as well
    CARD_ENDS = "card_ends"
    CARD_ENDED = "card_ended"
    OPEN_CASE = "open_case"  # the same person has another case lying on this desk
    EARLIER = "earlier"
    NUMBER_FITS = "number_fits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """One thing. What applies: ``item`` (due), ``rules`` that the person meets, ``ask`` those to
    be asked of the person; ``day`` (card, earlier); ``cases`` of the same person, newest first."""

    sight: Sight
    item: ServiceItem | None = None
    rules: tuple[Rule, ...] = ()
    ask: tuple[Rule, ...] = ()
    day: date | None = None
    cases: tuple[Draft, ...] = ()


def noticed(
    draft: Draft, items: Iterable[ServiceItem], others: Iterable[Draft], today: date
) -> tuple[Noticed, ...]:
    """What is to be seen of the applicant of ``draft``: what needs a hand first.

    ``items`` are those in force, ``others`` the cases on this desk.
    """
    who = draft.applicant
    if not who.id_number:
        return ()
    cases = tuple(
        sorted(
            (one for one in others if one.id != draft.id and _same(one.applicant, who)),
            key=lambda one: one.opened_at,
            reverse=True,
        )
    )
    return (
        *_card(who, today),
        *_due(draft, items, cases, today),
        *_cases(cases),
        *_number(who),
    )


def _same(one: Applicant, other: Applicant) -> bool:
    return bool(one.id_number) and one.id_number.upper() == other.id_number.upper()


def _card(who: Applicant, today: date) -> Iterable[Noticed]:
    if who.source is IdentitySource.TYPED or who.valid_to is None:
        return
    if who.valid_to < today:
        yield Noticed(sight=Sight.CARD_ENDED, day=who.valid_to)
    elif who.valid_to - today <= CARD_SOON:
        yield Noticed(sight=Sight.CARD_ENDS, day=who.valid_to)


def _due(
    draft: Draft, items: Iterable[ServiceItem], cases: tuple[Draft, ...], today: date
) -> Iterable[Noticed]:
    """Items whose conditions this person meets as far as the ID card can say.

    At least one condition looks at what sets the person apart (age, sex) and holds; none fails;
    and what the card does not say is only asked at the desk: an item that depends on what is
    written in its form first (family, grade) is not guessed at.
    """
    known = {draft.item, *(case.item for case in cases)}
    for item in items:
        if item.code in known:
            continue
        facts = facts_of(item, draft.applicant, {}, today)
        met, ask, own = [], [], False
        for rule in item.rules:
            names = names_in(rule.holds)
            holds = decide(rule.holds, facts)
            if holds:
                met.append(rule)
                own = own or bool(names & _OWN_FACTS)
            elif holds is None and names <= {rule.id} | APPLICANT_FACTS:
                ask.append(rule)
            else:
                break
        else:
            if own:
                yield Noticed(sight=Sight.DUE, item=item, rules=tuple(met), ask=tuple(ask))


def _cases(cases: tuple[Draft, ...]) -> Iterable[Noticed]:
    lying = tuple(one for one in cases if one.state in (DraftState.OPEN, DraftState.RETURNED))
    sent = tuple(one for one in cases if one.state in (DraftState.SIGNED, DraftState.SENT))
    if lying:
        yield Noticed(sight=Sight.OPEN_CASE, cases=lying)
    if sent:
        yield Noticed(sight=Sight.EARLIER, cases=sent, day=sent[0].opened_at.date())


def _number(who: Applicant) -> Iterable[Noticed]:
    try:
        number = parse(who.id_number)
    except IdNumberWrong:
        return  # what is wrong is said where it is mended
    if (number.birth, number.sex) == (who.birth, who.sex):
        yield Noticed(sight=Sight.NUMBER_FITS)
