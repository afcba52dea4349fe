"""What an office decides, as a letter: the result, a refusal, or a return for correction.

Each has the same two prepared signature fields: ``approver`` for the person who decides and
``seal`` for the office's round seal.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from station.domain.applicants import Applicant
from station.domain.items import ServiceItem
from station.dossier.letters import Letter, LetterPaper, case_code
from station.dossier.records import LetterKind, LetterRecord
from station.forms.values import printed, printed_date


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case is refused or sent back: which field or material, what is wrong, what to do."""

    place: str
    text: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """All three as one entry of a list."""
        said = f"{self.place}：{self.text}" if self.place else self.text
        said = said.rstrip("。；")
        return (
            f"{said}。请{self.remedy.removeprefix('请').rstrip('。')}。"
            if self.remedy
            else f"{said}。"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The case that is decided, by which office and when (aware)."""

    item: ServiceItem
    number: str
    applicant: Applicant
    values: Mapping[str, str]
    office: str
    at: datetime
    mark: str = ""


def result_letter(decided: Decided) -> Letter:
    """The result that the item plans: certification, licence, notice of approval."""
    item = decided.item
    paper = _paper(item.result.title, decided, LetterKind.RESULT)
    words = result_words(decided)
    for line in item.result.lines:
        paper.paragraph(line.format_map(words))
    endings = (("通知书", "特此通知。"), ("决定书", "特此决定。"), ("证明", "特此证明。"))
    paper.paragraph(
        next((end for tail, end in endings if item.result.title.endswith(tail)), "特此告知。")
    )
    return _sealed(paper, decided, "请妥善保管。")


def refusal_letter(decided: Decided, reasons: Sequence[Reason]) -> Letter:
    """The 不予受理决定书, with every reason and with the ways to object."""
    paper = _paper("不予受理决定书", decided, LetterKind.REFUSAL)
    paper.addressed(decided.applicant.name)
    paper.paragraph(f"您提交的“{decided.item.title}”申请，经审查，因下列原因，决定不予受理：")
    paper.numbered([reason.sentence for reason in reasons])
    paper.paragraph(
        "对本决定不服的，可以自收到本决定书之日起六十日内依法申请行政复议，"
        "或者六个月内依法向人民法院提起行政诉讼。情况有变化、符合条件时，可以重新申请。"
    )
    return _sealed(paper, decided, "不清楚的，可到村便民服务站问，也可打 12345。")


def return_letter(decided: Decided, reasons: Sequence[Reason], *, until: date | None) -> Letter:
    """The 补正通知书: all that must be put right, at once, and until when."""
    paper = _paper("补正通知书", decided, LetterKind.RETURN)
    paper.addressed(decided.applicant.name)
    paper.paragraph(
        f"您申请的“{decided.item.title}”，经审核需要补正。下面是要补正的全部内容，一次告知："
    )
    paper.numbered([reason.sentence for reason in reasons])
    limit = f"请在 {printed_date(until)}前" if until else "请尽快"
    paper.paragraph(f"{limit}到村便民服务站补齐，代办员会帮您办。补正的时间不计入办理时限。")
    return _sealed(paper, decided, "不清楚的，可到村便民服务站问，也可打 12345。", "审核员签名：")


def result_words(decided: Decided) -> dict[str, str]:
    """What the sentences of a result may name, as they are printed."""
    item, applicant, day = decided.item, decided.applicant, decided.at.date()
    words = {
        "name": applicant.name,
        "sex": applicant.sex,
        "nation": applicant.nation,
        "birth": printed_date(applicant.birth) if applicant.birth else "",
        "age": str(applicant.age(day) or ""),
        "address": applicant.address,
        "phone": applicant.phone,
        "id_number": applicant.id_number,
        "card_read": "",
        "card_valid": "",
        "today": printed_date(day),
        "number": decided.number,
        "valid_to": printed_date(months_later(day, item.result.valid_months)),
    }
    for entry in item.fields:
        words[entry.id] = printed(entry, decided.values.get(entry.id, "")) or "（未填）"
    return words


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the month's last day where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _paper(title: str, decided: Decided, kind: LetterKind) -> LetterPaper:
    item, number = decided.item, decided.number
    record = LetterRecord(kind, item.code, item.version, number)
    code = case_code(number)
    return LetterPaper(title, number, decided.at, record, mark=decided.mark, code=code)


def _sealed(
    paper: LetterPaper, decided: Decided, foot: str, signer: str = "审批员签名："
) -> Letter:
    fields = paper.sealed_by(decided.office, decided.at.date(), signer)
    if decided.item.example:
        foot += "  示例事项，内容以县级公布为准。"
    return paper.finish(foot, fields)
