"""The paper that people fill in by pen: ours as laid out, or another office's original.

An item drafted from a paper that was there before keeps that paper's places; its e-form is laid
out and printed like every other, but copies of the paper are read where the paper has its fields.
"""

from __future__ import annotations

from station.domain.items import FieldKind, OriginalPaper, PaperPlace, ServiceItem
from station.forms.layout import FormLayout, PlacedField, PlacedOption, form_title, layout


def paper_layout(item: ServiceItem) -> FormLayout:
    """Where the fields lie on the paper that is filled in by pen."""
    return layout(item) if item.paper is None else _of_original(item, item.paper)


def _of_original(item: ServiceItem, paper: OriginalPaper) -> FormLayout:
    return FormLayout(
        item=item.code,
        version=item.version,
        title=form_title(item),
        pages=len(paper.prints),
        fields=tuple(_placed(item, place) for place in paper.places),
        groups=(),
        promise=item.promise,
        promise_mm=(0.0, 0.0, 0.0, 0.0),
        promise_page=1,
        photo_mm=None,
        page_mm=paper.page_mm,
        fiducials_mm=(),
        qr_mm=None,
    )


def _placed(item: ServiceItem, place: PaperPlace) -> PlacedField:
    field = next((one for one in item.fields if one.id == place.id), None)
    options = field.options if field is not None else ()
    return PlacedField(
        id=place.id,
        label=place.label or (field.label if field else place.id),
        kind=place.kind or (field.kind if field else FieldKind.TEXT),
        page=place.page,
        label_mm=place.label_mm,
        cell_mm=place.cell_mm,
        box_mm=place.box_mm,
        options=tuple(
            PlacedOption(option.value, option.label, box)
            for option, box in zip(options, place.options_mm, strict=False)
        ),
        unit=field.unit if field else "",
        lines=field.lines if field else 1,
    )
