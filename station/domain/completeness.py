"""Completeness (还缺什么): what a draft still lacks before it may be signed and sent.

Pure rules over an item, a draft and a day. They drive the list beside every step of a case, the
one-time notice, and the last check before the agent's signature; all three therefore agree. What
the program can decide it decides; what it cannot, it asks of the agent as an open rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from station.domain import idnumbers
from station.domain.applicants import Applicant, IdentitySource
from station.domain.conditions import decide, names_in
from station.domain.deadlines import WorkingCalendar
from station.domain.drafts import Draft, FieldValue, MaterialEntry, Provision
from station.domain.items import FieldKind, FormField, Material, Rule, ServiceItem
from station.domain.side_papers import PAPER_FORM, side_papers_of
from station.domain.values import check_value, chosen

# What an item's conditions may ask about besides its own fields and rules.
APPLICANT_FACTS = frozenset(
    {"name", "sex", "nation", "birth", "age", "address", "phone", "card_read", "card_valid"}
)


class StepName(StrEnum):
    """The five steps of a case at the desk."""

    ITEM = "item"
    APPLICANT = "applicant"
    FORM = "form"
    MATERIALS = "materials"
    SIGN = "sign"


class Tone(StrEnum):
    """How a line of the list speaks; the first three keep the case from being sent."""

    MISSING = "missing"
    DOUBTFUL = "doubtful"  # there, but somebody must look at it
    WRONG = "wrong"
    DEFERRED = "deferred"  # 容缺: promised for later, the case may go


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One line of the list: what, why, and where a click on it leads.

    ``place`` is a field, material or rule id, or ``applicant.<attribute>``, or ``ink``. ``words``
    names the thing as the item does; ``detail`` says what is the matter in Chinese and
    ``detail_en`` in English.
    """

    step: StepName
    place: str
    words: str
    detail: str
    detail_en: str
    tone: Tone = Tone.MISSING

    @property
    def blocks(self) -> bool:
        """Whether the case may not be sent while this stands."""
        return self.tone is not Tone.DEFERRED


class Need(StrEnum):
    """Whether a material has to be there."""

    NEEDED = "needed"
    EXEMPT = "exempt"  # 免交
    NOT_NEEDED = "not_needed"  # this applicant's case does not ask for it
    OPEN = "open"  # depends on something not known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialState:
    """A material as this draft has it."""

    material: Material
    entry: MaterialEntry
    need: Need
    reason: str = ""  # why it is exempt
    earliest_promise: date
    latest_promise: date | None = None  # the last day it may be promised for; None: not deferrable

    @property
    def complete(self) -> bool:
        """Whether nothing more is to be done about it before the case is sent."""
        if self.need in (Need.EXEMPT, Need.NOT_NEEDED):
            return True
        if self.entry.provision is Provision.DEFERRED:
            return self.promise_holds
        return len(self.entry.pages) >= len(self.material.pages)

    @property
    def promise_holds(self) -> bool:
        """Whether it is promised, for a day that the item allows."""
        promised = self.entry.promised_by
        return (
            self.entry.provision is Provision.DEFERRED
            and promised is not None
            and self.latest_promise is not None
            and self.earliest_promise <= promised <= self.latest_promise
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """A condition of acceptance as it stands; ``holds`` is None while nobody has answered."""

    rule: Rule
    holds: bool | None
    by_agent: bool  # the program cannot know: the agent answers


def facts_of(
    item: ServiceItem, applicant: Applicant, values: Mapping[str, FieldValue], today: date
) -> dict[str, object]:
    """The facts that conditions look at: the form's values, and what follows from the applicant.

    Only values in normal form are facts; a multiple choice is a tuple. ``card_valid`` is there
    only when the card was read or photographed.
    """
    facts: dict[str, object] = {
        "name": applicant.name,
        "sex": applicant.sex,
        "nation": applicant.nation,
        "birth": applicant.birth.isoformat() if applicant.birth else "",
        "age": applicant.age(today),
        "address": applicant.address,
        "phone": applicant.phone,
        "card_read": applicant.source is IdentitySource.CARD,
    }
    dated = applicant.valid_from is not None or applicant.valid_to is not None
    if applicant.source is not IdentitySource.TYPED and dated:
        facts["card_valid"] = applicant.valid_to is None or applicant.valid_to >= today
    for field in item.fields:
        entry = values.get(field.id)
        checked = check_value(field, entry.value) if entry else None
        if checked is None or not checked.ok or not checked.value:
            continue
        multiple = field.kind is FieldKind.MULTICHOICE
        facts[field.id] = chosen(checked.value) if multiple else checked.value
    return facts


def materials_of(
    item: ServiceItem, draft: Draft, today: date, calendar: WorkingCalendar | None = None
) -> tuple[MaterialState, ...]:
    """Each material of the item and each side paper of the case, decided for this draft.

    An exemption applies by itself when its condition holds, and when the agent claims one that
    the item knows but the program cannot decide. Without a ``calendar`` the promise's days are
    counted by the week alone.
    """
    calendar = calendar or WorkingCalendar({}, frozenset())
    facts = _all_facts(item, draft, today)
    states = []
    for material in (*item.materials, *side_papers_of(draft)):
        entry = draft.materials.get(material.id, MaterialEntry())
        required = decide(material.required, facts)
        exempt = decide(material.exempt, facts)
        claimed = exempt is None and entry.provision is Provision.EXEMPT
        if required is False:
            need = Need.NOT_NEEDED
        elif exempt or claimed:
            need = Need.EXEMPT
        else:
            need = Need.OPEN if required is None else Need.NEEDED
        states.append(
            MaterialState(
                material=material,
                entry=entry,
                need=need,
                reason=material.exempt_reason if need is Need.EXEMPT else "",
                earliest_promise=today,
                latest_promise=(
                    calendar.plus(today, material.defer_days) if material.defer_days else None
                ),
            )
        )
    return tuple(states)


def rules_of(item: ServiceItem, draft: Draft, today: date) -> tuple[RuleState, ...]:
    """Each condition of acceptance: decided by the program, else as the agent answered."""
    facts = _all_facts(item, draft, today)
    states = []
    for rule in item.rules:
        asked = rule.id in names_in(rule.holds)
        holds = decide(rule.holds, facts)
        if holds is None and not asked:
            holds, asked = draft.answers.get(rule.id), rule.id in draft.answers
        states.append(RuleState(rule=rule, holds=holds, by_agent=asked))
    return tuple(states)


def required_fields(item: ServiceItem, draft: Draft, today: date) -> frozenset[str]:
    """The ids of the fields that must be filled in this draft, as far as is known now."""
    facts = _all_facts(item, draft, today)
    return frozenset(f.id for f in item.fields if decide(f.required, facts))


def missing(
    item: ServiceItem, draft: Draft, today: date, calendar: WorkingCalendar | None = None
) -> tuple[Missing, ...]:
    """Everything that the draft still lacks, in the order of the five steps."""
    applicant = _applicant(draft.applicant, today)
    told = frozenset(one.place for one in applicant)
    return (
        *_rules(item, draft, today),
        *applicant,
        *_delegate(draft, today),
        *(one for one in _form(item, draft, today) if _source(item, one.place) not in told),
        *_materials(item, draft, today, calendar),
        *_ink(draft),
    )


def blocking(lacks: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """Those that keep the case from being sent."""
    return tuple(one for one in lacks if one.blocks)


def _all_facts(item: ServiceItem, draft: Draft, today: date) -> dict[str, object]:
    return {**draft.answers, **facts_of(item, draft.applicant, draft.values, today)}


def _rules(item: ServiceItem, draft: Draft, today: date) -> list[Missing]:
    found = []
    for state in rules_of(item, draft, today):
        if state.holds is False:
            found.append(
                Missing(
                    step=StepName.ITEM,
                    place=state.rule.id,
                    words=state.rule.text,
                    detail=state.rule.failed or "不符合这一条",
                    detail_en="the condition is not met",
                    tone=Tone.WRONG,
                )
            )
        elif state.holds is None:
            detail, detail_en = (
                ("请核实后回答", "please check and answer")
                if state.by_agent
                else ("资料不全，还判断不了", "not known yet")
            )
            found.append(
                Missing(
                    step=StepName.ITEM,
                    place=state.rule.id,
                    words=state.rule.text,
                    detail=detail,
                    detail_en=detail_en,
                )
            )
    return found


def _applicant(applicant: Applicant, today: date) -> list[Missing]:
    found: list[Missing] = []

    def lack(
        place: str, words: str, detail: str, detail_en: str, tone: Tone = Tone.MISSING
    ) -> None:
        found.append(
            Missing(
                step=StepName.APPLICANT,
                place=f"applicant.{place}",
                words=words,
                detail=detail,
                detail_en=detail_en,
                tone=tone,
            )
        )

    if not applicant.name:
        lack("name", "申请人姓名", "还没填", "not filled in yet")
    if not applicant.id_number:
        lack("id_number", "身份证号", "还没填", "not filled in yet")
    else:
        try:
            number = idnumbers.parse(applicant.id_number)
        except idnumbers.IdNumberWrong as wrong:
            lack("id_number", "身份证号", wrong.reason, wrong.reason_en, Tone.WRONG)
        else:
            if number.birth > today:
                lack(
                    "id_number",
                    "身份证号",
                    "出生日期还没到",
                    "its birth date lies in the future",
                    Tone.WRONG,
                )
            if applicant.birth and number.birth != applicant.birth:
                lack(
                    "birth",
                    "出生日期",
                    "和身份证号对不上",
                    "it does not agree with the ID number",
                    Tone.WRONG,
                )
            if applicant.sex and number.sex != applicant.sex:
                lack(
                    "sex",
                    "性别",
                    "和身份证号对不上",
                    "it does not agree with the ID number",
                    Tone.WRONG,
                )
    told = {one.place for one in found}
    for name, words in _CARD_WORDS.items():
        if name in applicant.doubtful and f"applicant.{name}" not in told:
            detail, detail_en = "从照片认的，请对着卡核对", "read from a photo: please compare"
            lack(name, words, detail, detail_en, Tone.DOUBTFUL)
    if applicant.valid_to is not None and applicant.valid_to < today:
        lack(
            "valid_to",
            "身份证",
            f"{applicant.valid_to.isoformat()} 已过期",
            f"it expired on {applicant.valid_to.isoformat()}",
            Tone.DOUBTFUL,
        )
    return found


_CARD_WORDS = {
    "name": "申请人姓名",
    "id_number": "身份证号",
    "sex": "性别",
    "birth": "出生日期",
    "nation": "民族",
    "address": "户籍地址",
    "issuer": "签发机关",
}


def _delegate(draft: Draft, today: date) -> list[Missing]:
    """Who comes for the applicant must be known as well as the applicant."""
    if draft.delegate is None:
        return []
    person = draft.delegate.person

    def said(place: str, words: str, zh: str, en: str, tone: Tone = Tone.MISSING) -> Missing:
        return Missing(
            step=StepName.APPLICANT,
            place=f"delegate.{place}",
            words=words,
            detail=zh,
            detail_en=en,
            tone=tone,
        )

    found = [
        replace(
            lack,
            place=lack.place.replace("applicant.", "delegate."),
            words=f"代办人{lack.words.removeprefix('申请人')}",
        )
        for lack in _applicant(person, today)
    ]
    if person.id_number and person.id_number == draft.applicant.id_number:
        zh, en = "和申请人是同一个人", "this is the applicant"
        found.append(said("id_number", "代办人身份证号", zh, en, Tone.WRONG))
    if not draft.delegate.relation:
        found.append(said("relation", "和申请人的关系", "还没选", "not chosen yet"))
    return found


def _source(item: ServiceItem, field_id: str) -> str:
    """What fills a field by itself; what is wrong with the applicant is told there, once."""
    return next((field.source for field in item.fields if field.id == field_id), "")


def _form(item: ServiceItem, draft: Draft, today: date) -> list[Missing]:
    required = required_fields(item, draft, today)
    found = []
    if draft.unread:
        found.append(
            Missing(
                step=StepName.FORM,
                place=PAPER_FORM.id,
                words=PAPER_FORM.name,
                detail="还没认完字",
                detail_en="not read yet",
                tone=Tone.DOUBTFUL,
            )
        )
    for field in item.fields:
        entry = draft.values.get(field.id)
        checked = check_value(field, entry.value) if entry else None
        if entry is not None and not entry.confirmed:
            detail = entry.problem or "请对着纸核对"
            detail_en = entry.problem_en or "please compare with the paper"
            found.append(_of_field(field, detail, detail_en, Tone.DOUBTFUL))
        elif checked is None or not checked.value:
            if field.id in required:
                found.append(_of_field(field, "还没填", "not filled in yet", Tone.MISSING))
        elif not checked.ok:
            found.append(_of_field(field, checked.reason("zh"), checked.reason("en"), Tone.WRONG))
        elif _contradicts_identity(field, checked.value, draft.applicant):
            found.append(
                _of_field(
                    field,
                    "和申请人的身份信息不一致",
                    "it does not agree with who the applicant is",
                    Tone.WRONG,
                )
            )
    return found


_IDENTITY = ("name", "sex", "birth", "id_number")  # an address or a telephone may well differ


def _contradicts_identity(field: FormField, value: str, applicant: Applicant) -> bool:
    attribute = field.source.removeprefix("applicant.")
    if attribute not in _IDENTITY or attribute == field.source:
        return False
    known = str(getattr(applicant, attribute) or "")
    return bool(known) and check_value(field, known).value != value


def _of_field(field: FormField, detail: str, detail_en: str, tone: Tone) -> Missing:
    return Missing(
        step=StepName.FORM,
        place=field.id,
        words=field.label,
        detail=detail,
        detail_en=detail_en,
        tone=tone,
    )


def _materials(
    item: ServiceItem, draft: Draft, today: date, calendar: WorkingCalendar | None
) -> list[Missing]:
    found = []
    for state in materials_of(item, draft, today, calendar):
        entry, latest = state.entry, state.latest_promise
        tone = Tone.MISSING
        if state.complete:
            if state.need in (Need.EXEMPT, Need.NOT_NEEDED) or not state.promise_holds:
                continue
            detail = f"已承诺 {_short(entry.promised_by)}前补交"
            detail_en = f"promised for {entry.promised_by}"
            tone = Tone.DEFERRED
        elif entry.provision is Provision.DEFERRED:
            tone = Tone.WRONG
            if latest is None:
                detail, detail_en = "这样材料不能后补", "it may not follow later"
            elif entry.promised_by is None:
                tone = Tone.MISSING
                detail = f"还没说哪天补，最晚 {_short(latest)}"
                detail_en = f"no date yet, {latest} at the latest"
            elif entry.promised_by < today:
                detail = f"承诺 {_short(entry.promised_by)}前补，已经过了"
                detail_en = f"promised for {entry.promised_by}, which is past"
            else:
                detail = f"承诺的日子太晚，最晚 {_short(latest)}"
                detail_en = f"promised too late, {latest} at the latest"
        elif entry.provision is Provision.EXEMPT and not entry.pages:
            tone = Tone.WRONG
            detail, detail_en = "不符合免交条件", "it is not exempt"
        elif entry.pages:
            wanted = state.material.pages
            names = "、".join(name for name in wanted[len(entry.pages) :] if name)
            short = len(wanted) - len(entry.pages)
            detail = f"还差 {short} 页" + (f"：{names}" if names else "")
            detail_en = f"{short} more page" + ("s" if short > 1 else "")
        elif state.need is Need.OPEN:
            detail, detail_en = "要不要交，还看表单怎么填", "depends on the form"
        elif latest is not None:
            detail = f"还没拍，可后补到 {_short(latest)}"
            detail_en = f"not taken yet, may follow by {latest}"
        else:
            detail, detail_en = "还没拍", "not taken yet"
        found.append(
            Missing(
                step=StepName.MATERIALS,
                place=state.material.id,
                words=state.material.name,
                detail=detail,
                detail_en=detail_en,
                tone=tone,
            )
        )
    return found


def _ink(draft: Draft) -> list[Missing]:
    if draft.ink is not None:
        return []
    return [
        Missing(
            step=StepName.SIGN,
            place="ink",
            words="本人签字" if draft.delegate is None else "代办人签字",
            detail="还没签",
            detail_en="not signed yet",
        )
    ]


def _short(day: date | None) -> str:
    return f"{day.month} 月 {day.day} 日" if day else ""
