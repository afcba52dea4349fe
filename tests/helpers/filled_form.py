"""The old-age subsidy's paper form as a villager brings it: filled with a pen, photographed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from station.domain import idnumbers
from station.reading.template import Template
from tests.helpers.pens import filled_page
from tests.helpers.scenes import Light, draw_mat, photograph, place

NUMBER = "13043019410305002"
WRITTEN = {
    "name": "李秀英",
    "sex": "女",
    "nation": "汉族",
    "id_number": NUMBER + idnumbers.check_character(NUMBER),
    "birth": "1941年3月5日",
    "address": "邱县新马头镇后段寨村四组17号",
    "phone": "139 3204 6021",
    "living": "children",
    "care": "part",
    "method": "station",
    "account_same": "new",
    "bank": "邱县农村信用联社",
    "account": "6217003380017263860",
    "contact_name": "任春河",
    "relation": "child",
    "contact_phone": "0310-8361234",
    "remark": "腿脚不便，请上门\n每月十日前后来",
    "signature": "signed",
    "sign_date": "2026-11-23",
}
"""What the pen writes on the old-age subsidy's form."""

UNDERSTOOD = WRITTEN | {
    "birth": "1941-03-05",
    "phone": "13932046021",
    "remark": "腿脚不便，请上门每月十日前后来",
}
"""The same as values of the e-form."""


def photographed_form(
    template: Template,
    seed: int = 1,
    *,
    written: dict[str, str] | None = None,
    light: Light | None = None,
    upside_down: bool = False,
    mat: str = "wood",
    spoiled: Callable[[np.ndarray], None] = lambda _: None,
) -> bytes:
    """Fills the form in, lays it on a mat and photographs it; JPEG."""
    rng = np.random.default_rng(seed)
    sheet = filled_page(template, WRITTEN if written is None else written, rng)
    spoiled(sheet)
    shape = (2300, 1740)
    corners = place(shape, 297 / 210, rng, tilt=0.03, turn=5, fill=(0.9, 0.96))
    if upside_down:
        corners = np.roll(corners, 2, axis=0)
    light = light or Light(shade=0.3, slope=0.3, noise=3, blur=0.6, curl=0.003)
    return photograph(sheet, draw_mat(mat, rng, shape), corners, rng, light).jpeg()
