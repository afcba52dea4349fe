"""The service guide (办事指南): an item told in its ten elements.

Seven elements are written in the item; materials, process and time limit follow from what the
program itself goes by, so that the guide cannot promise anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.domain.items import Material, ServiceItem


@dataclass(frozen=True, slots=True)
class GuideElement:
    """One of the ten elements: its label in both languages and its lines."""

    label: str
    label_en: str
    lines: tuple[str, ...]


def guide_elements(item: ServiceItem) -> tuple[GuideElement, ...]:
    """The ten elements in the order in which every guide of the field has them."""
    guide = item.guide
    return (
        GuideElement("办理依据", "Legal basis", guide.basis),
        GuideElement("办理条件", "Conditions", guide.conditions),
        GuideElement(
            "申请材料",
            "Papers to bring",
            material_lines(item),
        ),
        GuideElement("受理单位及办理点", "Where", guide.places),
        GuideElement("基本流程", "Process", process_lines(item)),
        GuideElement("收费依据及标准", "Fees", guide.fees),
        GuideElement("办理时限", "Time limit", (limit_line(item),)),
        GuideElement("工作时间", "Opening hours", guide.hours),
        GuideElement("咨询方式", "Enquiries", guide.contact),
        GuideElement("监督电话", "Complaints", guide.supervision),
    )


def material_lines(item: ServiceItem) -> tuple[str, ...]:
    """All papers to bring, and what happens to them."""
    if not item.materials:
        return ("不需要材料",)
    lines = [material_line(material) for material in item.materials]
    if any(material.original for material in item.materials):
        lines.append("都带原件，当场拍照后退回，不收复印件")
    return tuple(lines)


def material_line(material: Material) -> str:
    """A material as the guide lists it: what, which pages, and what makes it easier."""
    pages = "、".join(page for page in material.pages if page)
    said = [f"{material.name}（{pages}）" if pages else material.name]
    if material.hint:
        said.append(material.hint)
    if material.required is not True:
        said.append("符合情形的才交")
    if material.exempt is not False:
        said.append(f"{material.exempt_reason}的免交")
    if material.defer_days:
        said.append(f"可承诺 {material.defer_days} 个工作日内补交")
    return "；".join(said)


def process_lines(item: ServiceItem) -> tuple[str, ...]:
    """The way of a case from the village to the result."""
    lines = ["村级受理：代办员当场核对材料、录入表单，本人手写签字"]
    for stage in item.route:
        does = "作出决定，加盖电子公章" if stage.decides else "核对表单和材料"
        lines.append(f"{stage.name}：{does}，{stage.days} 个工作日内")
    lines.append("结果送达：短信告知，代办员送到手里或本人来取")
    return tuple(lines)


def limit_line(item: ServiceItem) -> str:
    """The promised limit beside the legal one."""
    return f"承诺 {item.promised_days} 个工作日办结（法定 {item.legal_days} 个工作日）"
