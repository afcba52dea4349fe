"""Notices that the station prints: acceptance, and everything still needed, told at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from station.domain.applicants import Applicant
from station.domain.completeness import MaterialState, Missing, Need, StepName, Tone
from station.domain.drafts import Draft
from station.domain.items import ServiceItem
from station.dossier.dossier import DossierContent, delegate_words
from station.dossier.letters import BOLD, Letter, LetterPaper, case_code
from station.dossier.records import LetterKind, LetterRecord
from station.forms.values import printed_date


def acceptance_notice(
    content: DossierContent,
    *,
    accepted_at: datetime,
    due: date | None,
    provisional: bool = False,
    agent_phone: str = "",
    phone: str = "",
) -> Letter:
    """The 受理通知书: number and code, until when, what is still owed, whom to ask.

    ``due`` is the last promised day, ``provisional`` when it lies in a year whose holidays are
    not published yet; ``phone`` is where messages go, masked by the caller if it should be.
    """
    item = content.item
    paper = LetterPaper(
        "受理通知书",
        content.number,
        accepted_at,
        _record(item, content.number),
        mark=content.mark,
        code=case_code(content.number),
    )
    owed = _owed(content.materials)
    paper.addressed(content.applicant.name)
    opening = f"您申请的“{item.title}”，"
    paper.paragraph(
        opening + "主要材料已经收到，缺的按容缺受理，现在开始办理。"
        if owed
        else opening + "材料齐全，现在开始办理。"
    )
    paper.space(3.0)
    limit = f"承诺 {item.promised_days} 个工作日"
    if due is not None:
        limit += f"，最晚 {printed_date(due)}办结"
        if provisional:
            limit += "（节假日安排公布后可能有一两天出入）"
    received = [s.material.name for s in content.materials if s.entry.pages]
    exempt = [f"{s.material.name}（{s.reason}）" for s in content.materials if _exempt(s)]
    rows = [
        ("受理时间", f"{printed_date(accepted_at.date())} {accepted_at:%H:%M}"),
        ("办结时限", limit),
        ("办理路线", " → ".join(["村级受理", *(stage.name for stage in item.route)])),
        ("已收材料", "、".join(received) or "不需要材料"),
    ]
    if delegate := delegate_words(content):
        rows.append(("代办人", delegate))
    if exempt:
        rows.append(("免交材料", "、".join(exempt)))
    if owed:
        rows.append(("还要补交", "；".join(owed)))
    told = f"有结果会发短信到 {phone}，" if phone else "有结果会告诉您，"
    rows.append(("怎么等结果", told + "办好后由代办员送到您手里，也可以自己来取。这期间不用再跑。"))
    asked = f"代办员{content.agent}" + (f"，电话 {agent_phone}" if agent_phone else "")
    rows.append(("有事找谁", f"{asked}；也可以打 12345 政务服务便民热线"))
    paper.table(rows)
    paper.from_office(content.station, accepted_at.date())
    paper.receipt("申请人签收：")
    return paper.finish(_foot(item, "请保管好，取结果时带上。"))


def one_time_notice(
    item: ServiceItem,
    *,
    number: str,
    applicant: str,
    lacks: Sequence[Missing],
    materials: Sequence[MaterialState],
    station: str,
    agent: str,
    agent_phone: str = "",
    day: datetime,
    mark: str = "",
) -> Letter:
    """The 一次性告知单: everything still needed, told at once, so that one more visit will do."""
    paper = LetterPaper("一次性告知单", number or "未编号", day, _record(item, number), mark=mark)
    paper.addressed(applicant or "来办事的群众")
    paper.paragraph(f"您来办“{item.title}”，现在还差下面这些。一次说全，补齐了再来一趟就行。")
    paper.space(2.0)
    bring = [_bring(lack, materials) for lack in lacks if lack.step is StepName.MATERIALS]
    fill = [
        f"{lack.words}：{lack.detail}"
        for lack in lacks
        if lack.step in (StepName.APPLICANT, StepName.FORM) and lack.tone is not Tone.DEFERRED
    ]
    refused = [
        f"{lack.words}：{lack.detail}"
        for lack in lacks
        if lack.step is StepName.ITEM and lack.tone is Tone.WRONG
    ]
    checked = [
        lack.words for lack in lacks if lack.step is StepName.ITEM and lack.tone is not Tone.WRONG
    ]
    sections = (
        ("不符合办理条件的", refused),
        ("要带来的材料", bring),
        ("要填写或更正的", fill),
        ("还要核实的", checked),
    )
    for heading, entries in sections:
        if entries:
            paper.paragraph(heading, BOLD, indent=0.0)
            paper.numbered(entries)
            paper.space(2.0)
    if not any(entries for _, entries in sections):
        paper.paragraph("材料已经齐了，可以当场签字提交。")
    ready = [s.material.name for s in materials if s.complete and s.entry.pages]
    if ready:
        paper.paragraph(f"已经收好、不用再带的：{'、'.join(ready)}。")
    where = f"到{station}找代办员{agent}" + (f"（电话 {agent_phone}）" if agent_phone else "")
    paper.paragraph(f"{where}，腿脚不便的可以请代办员上门。")
    paper.from_office(station, day.date())
    paper.receipt("告知单收到人：")
    return paper.finish(_foot(item, "本单一式两份，群众一份，站里留一份。"))


def authorisation(item: ServiceItem, draft: Draft, station: str, day: datetime) -> Letter:
    """The 委托书 to be signed by the applicant: who is sent, for what; what is not known yet is
    left to the pen."""
    paper = LetterPaper("委托书", draft.number, day, _record(item, draft.number))
    paper.addressed(station)
    who, comes = draft.applicant, draft.delegate

    def said(name: str, number: str) -> str:
        return f"{name or '＿' * 6}（身份证号 {number or '＿' * 12}）"

    delegate = comes.person if comes else Applicant()
    relation = (comes.relation if comes else "") or "＿" * 4
    paper.paragraph(
        f"本人{said(who.name, who.id_number)}，委托{said(delegate.name, delegate.id_number)}"
        f"代为办理“{item.title}”。受托人是本人的{relation}。"
    )
    paper.paragraph(
        "受托人可以代交材料、代看表单、代为签名、代领结果。以上委托是本人的真实意思，"
        "受托人在这个范围里办的事，本人都认可。"
    )
    paper.space(4.0)
    paper.paragraph("委托有效期：自签名之日起，到本事项办结为止。")
    paper.receipt("申请人签名或按手印：")
    paper.receipt("受托人签名：")
    return paper.finish(_foot(item, "签好以后交给代办员拍照留存。"))


def _bring(lack: Missing, materials: Sequence[MaterialState]) -> str:
    state = next((s for s in materials if s.material.id == lack.place), None)
    text = lack.words
    if state is None:
        return f"{text}：{lack.detail}"
    pages = "、".join(page for page in state.material.pages if page)
    if pages:
        text += f"（{pages}）"
    if state.material.original:
        text += "原件"
    if state.entry.pages or lack.tone in (Tone.WRONG, Tone.DEFERRED):
        text += f"：{lack.detail}"
    elif state.latest_promise is not None:
        text += f"；一时没有的，可以先承诺，最晚 {printed_date(state.latest_promise)}前补交"
    if state.material.hint:
        text += f"。{state.material.hint}"
    return text


def _owed(materials: Sequence[MaterialState]) -> list[str]:
    return [
        f"{s.material.name}，{printed_date(s.entry.promised_by)}前"
        for s in materials
        if s.promise_holds and s.entry.promised_by and s.need in (Need.NEEDED, Need.OPEN)
    ]


def _exempt(state: MaterialState) -> bool:
    return state.need is Need.EXEMPT and not state.entry.pages


def _foot(item: ServiceItem, text: str) -> str:
    return f"{text}  示例事项，内容以县级公布为准。" if item.example else text


def _record(item: ServiceItem, number: str) -> LetterRecord:
    return LetterRecord(LetterKind.NOTICE, item.code, item.version, number)
