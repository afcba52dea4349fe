"""Side papers (随案材料): papers of a case that no item asks for, but the way it was taken in does.

The paper form that was read, the card that was photographed because no reader was there, and what
somebody brings who comes for the applicant (代办). They lie in the dossier like every paper.
"""

from __future__ import annotations

from typing import Final

from station.domain.drafts import Draft
from station.domain.items import Material, PaperProfile, ServiceItem

PAPER_FORM: Final = Material(id="paper_form", name="纸质申请表", profile=PaperProfile.A4)
CARD_PHOTO: Final = Material(
    id="card_photo", name="申请人身份证", profile=PaperProfile.ID_CARD, pages=("人像面", "国徽面")
)
AUTHORISATION: Final = Material(
    id="authorisation",
    name="委托书",
    profile=PaperProfile.A4,
    hint="写明委托谁、办什么事，申请人签名或按手印",
)
DELEGATE_CARD: Final = Material(
    id="delegate_card",
    name="代办人身份证",
    profile=PaperProfile.ID_CARD,
    pages=("人像面", "国徽面"),
)
SIDE_PAPERS: Final = (PAPER_FORM, CARD_PHOTO, AUTHORISATION, DELEGATE_CARD)


def side_papers_of(draft: Draft) -> tuple[Material, ...]:
    """Those that belong to this case: what was taken, and what the one who comes must bring."""

    def belongs(material: Material) -> bool:
        if material in (AUTHORISATION, DELEGATE_CARD):
            return draft.delegate is not None
        entry = draft.materials.get(material.id)
        return entry is not None and bool(entry.pages)

    return tuple(material for material in SIDE_PAPERS if belongs(material))


def material_of(item: ServiceItem, material_id: str) -> Material:
    """The material of the item or the side paper with this id; ``KeyError`` when there is none."""
    for material in (*item.materials, *SIDE_PAPERS):
        if material.id == material_id:
            return material
    raise KeyError(material_id)
