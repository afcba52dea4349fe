"""What an item must mean, beyond its shape: the static checks of fields, conditions and route.

Every check tells all that it finds. The route is checked on the very table that the hub obeys
(``station.domain.cases.steps``), so what passes here cannot get stuck there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import Formatter

from station.catalogue.problems import Flaw, Path
from station.domain.cases import ActionType, CaseState, Step, steps
from station.domain.completeness import APPLICANT_FACTS
from station.domain.conditions import Condition, names_in
from station.domain.items import FieldKind, RouteStage, ServiceItem
from station.domain.units import Level, Role
from station.forms.layout import TEXT_MM, em_width, layout

# What a field may be filled from, besides ``applicant.<attribute>``.
OTHER_SOURCES = ("today", "station.name", "agent.name", "case.number")
_APPLICANT_SOURCES = (
    "name",
    "sex",
    "nation",
    "birth",
    "address",
    "id_number",
    "issuer",
    "valid_from",
    "valid_to",
    "phone",
)
SOURCES = (*(f"applicant.{name}" for name in _APPLICANT_SOURCES), *OTHER_SOURCES)
_CHOICES = (FieldKind.CHOICE, FieldKind.MULTICHOICE)
_NUMBERS = (FieldKind.DIGITS, FieldKind.MONEY)
_ROLE_AT = {Level.TOWNSHIP: Role.REVIEWER, Level.COUNTY: Role.APPROVER}


def item_flaws(item: ServiceItem) -> tuple[Flaw, ...]:
    """Everything in the item that cannot be meant."""
    return (
        *_fields(item),
        *_conditions(item),
        *_materials(item),
        *_route(item),
        *_result(item),
        *_paper(item),
        *_original(item),
    )


def route_flaws(table: Iterable[Step]) -> Iterator[Flaw]:
    """What is wrong with a table of steps: dead ends, states nobody reaches, own approval."""
    table = tuple(table)
    reached: set[CaseState | None] = {None}
    while True:
        further = {step.to for step in table if step.state in reached} - reached
        if not further:
            break
        reached |= further
    for state in {step.state for step in table} - reached:
        assert state is not None
        yield Flaw(("route",), f"没有办法走到“{state.word}”", f"nothing leads to {state.value}")

    ends = {state for state in reached if state is not None and not state.is_open}
    finishing: set[CaseState | None] = set(ends)
    while True:
        before = {step.state for step in table if step.to in finishing} - finishing
        if not before:
            break
        finishing |= before
    for state in reached - finishing:
        word = state.word if state else "受理"
        name = state.value if state else "acceptance"
        yield Flaw(("route",), f"“{word}”之后没有尽头", f"nothing ends a case from {name}")

    deciding = {step.level for step in table if step.action is ActionType.APPROVE}
    if len(deciding) != 1:
        yield Flaw(("route",), "应当正好由一级作决定", "exactly one level must decide")
    own = {step.role for step in table if step.action is ActionType.SUBMIT} & {
        step.role for step in table if step.action is ActionType.APPROVE
    }
    if own:
        yield Flaw(("route",), "报的人和批的人是同一岗位", "the same role submits and approves")


def _fields(item: ServiceItem) -> Iterator[Flaw]:
    yield from _twice(("fields",), [field.id for field in item.fields])
    for n, field in enumerate(item.fields):
        path: Path = ("fields", n)
        if field.id in APPLICANT_FACTS and field.source != f"applicant.{field.id}":
            yield Flaw(
                (*path, "id"),
                f"“{field.id}”是申请人的信息，字段要么从它来，要么换个名字",
                f"“{field.id}” is a fact of the applicant: fill it from there or rename it",
            )
        if field.source and field.source not in SOURCES:
            yield Flaw(
                (*path, "source"),
                f"没有“{field.source}”这个来源",
                f"there is no source “{field.source}”",
            )
        if (field.kind in _CHOICES) != bool(field.options):
            zh, en = (
                ("选择题要有选项", "a choice needs options")
                if field.kind in _CHOICES
                else ("不是选择题，不应有选项", "only choices have options")
            )
            yield Flaw((*path, "options"), zh, en)
        yield from _twice((*path, "options"), [option.value for option in field.options])
        yield from _twice((*path, "options"), [option.label for option in field.options])
        if field.pattern:
            try:
                re.compile(field.pattern)
            except re.error as error:
                yield Flaw((*path, "pattern"), f"写法不对：{error}", f"it is wrong: {error}")
            if not (field.pattern_text or field.hint):
                yield Flaw(
                    (*path, "pattern_text"),
                    "要用一句话说清格式",
                    "say in words how it is written",
                )
        bounded = field.minimum is not None or field.maximum is not None
        if bounded and field.kind not in _NUMBERS:
            yield Flaw(
                (*path, "minimum"), "只有数字和金额才有上下限", "only figures and money have bounds"
            )
        if field.minimum is not None and field.maximum is not None:  # noqa: SIM102
            if field.minimum > field.maximum:
                yield Flaw((*path, "minimum"), "下限比上限大", "the minimum is above the maximum")


def _conditions(item: ServiceItem) -> Iterator[Flaw]:
    known = APPLICANT_FACTS | {field.id for field in item.fields} | {r.id for r in item.rules}
    placed: list[tuple[Path, Condition]] = []
    for n, field in enumerate(item.fields):
        placed.append((("fields", n, "required"), field.required))
        if field.id in names_in(field.required):
            yield Flaw(
                ("fields", n, "required"),
                "要不要填不能看自己",
                "whether a field is required cannot depend on itself",
            )
    for n, material in enumerate(item.materials):
        placed.append((("materials", n, "required"), material.required))
        placed.append((("materials", n, "exempt"), material.exempt))
    placed += [(("rules", n, "holds"), rule.holds) for n, rule in enumerate(item.rules)]
    for path, condition in placed:
        for name in sorted(names_in(condition) - known):
            yield Flaw(
                path,
                f"条件里的“{name}”既不是表单字段，也不是申请人的信息",
                f"“{name}” is neither a field nor a fact of the applicant",
            )
        yield from _impossible_choices(item, path, condition)


def _impossible_choices(item: ServiceItem, path: Path, condition: Condition) -> Iterator[Flaw]:
    """Comparisons with an option that the field does not have can never hold."""
    if isinstance(condition, bool):
        return
    ((operator, operand),) = condition.items()
    if operator in ("all", "any"):
        for part in operand:
            yield from _impossible_choices(item, path, part)
    elif operator == "not":
        yield from _impossible_choices(item, path, operand)
    elif operator in ("eq", "in"):
        name, wanted = operand
        field = next((one for one in item.fields if one.id == name), None)
        if field is None or field.kind not in _CHOICES:
            return
        values = {option.value for option in field.options}
        for value in wanted if operator == "in" else [wanted]:
            if value not in values:
                yield Flaw(
                    path,
                    f"“{field.label}”没有“{value}”这个选项",
                    f"“{field.label}” has no option “{value}”",
                )


def _materials(item: ServiceItem) -> Iterator[Flaw]:
    yield from _twice(("materials",), [material.id for material in item.materials])
    for n, material in enumerate(item.materials):
        if material.exempt is not False and not material.exempt_reason:
            yield Flaw(
                ("materials", n, "exempt_reason"),
                "免交要说明理由",
                "say why it is exempt",
            )
    yield from _twice(("rules",), [rule.id for rule in item.rules])
    for n, rule in enumerate(item.rules):
        if any(rule.id == field.id for field in item.fields):
            yield Flaw(
                ("rules", n, "id"),
                f"“{rule.id}”已经是字段的名字",
                f"“{rule.id}” is already the name of a field",
            )


def _route(item: ServiceItem) -> Iterator[Flaw]:
    order = list(Level)
    levels = [order.index(stage.level) for stage in item.route]
    if levels != sorted(set(levels)):
        yield Flaw(
            ("route",), "环节要从下级到上级，每级一个", "stages go upwards, one for each level"
        )
    yield from _twice(("route",), [stage.id for stage in item.route])
    for n, stage in enumerate(item.route):
        yield from _stage(("route", n), stage, last=n == len(item.route) - 1)
    yield from route_flaws(steps(item))


def _stage(path: Path, stage: RouteStage, *, last: bool) -> Iterator[Flaw]:
    role = _ROLE_AT.get(stage.level)
    if role is None:
        yield Flaw(
            (*path, "level"),
            "村级受理不用写，环节从乡镇起",
            "acceptance by the village is understood; stages begin at the township",
        )
    elif stage.role is not role:
        yield Flaw(
            (*path, "role"), f"{stage.level.word}应由{role.word}办", f"it should be {role.value}"
        )
    if stage.days > stage.legal_days:
        yield Flaw(
            (*path, "days"),
            f"承诺 {stage.days} 个工作日，比法定 {stage.legal_days} 个还长",
            f"{stage.days} promised days are more than the {stage.legal_days} legal ones",
        )
    if stage.decides != last:
        zh, en = (
            ("最后一个环节应当作决定", "the last stage must decide")
            if last
            else ("只有最后一个环节能作决定", "only the last stage decides")
        )
        yield Flaw((*path, "decides"), zh, en)
    if stage.decides and not stage.seals:
        yield Flaw((*path, "seals"), "作决定的环节要盖章", "the stage that decides must seal")


_LONGEST_LABEL = 14.0  # ems: two lines of a narrow cell, set small


def _paper(item: ServiceItem) -> Iterator[Flaw]:
    """What the paper form has no room for."""
    places = {field.id: n for n, field in enumerate(item.fields)}
    if len(places) != len(item.fields):
        return  # told already, and which is meant cannot be known
    for placed in layout(item).fields:
        n = places.get(placed.id)
        if n is None:
            continue
        if em_width(placed.label) > _LONGEST_LABEL:
            yield Flaw(
                ("fields", n, "label"),
                f"“{placed.label}”太长，格子里印不下",
                f"“{placed.label}” is too long for its cell",
            )
        right = placed.cell_mm[0] + placed.cell_mm[2]
        for option in placed.options:
            x, _, side, _ = option.box_mm
            if x + side + 1.5 + em_width(option.label) * TEXT_MM > right:
                yield Flaw(
                    ("fields", n, "options"),
                    f"“{option.label}”太长，格子里印不下，请加宽这一栏",
                    f"“{option.label}” is too long for its cell; make the field wider",
                )


def _original(item: ServiceItem) -> Iterator[Flaw]:
    """What does not fit between the form and its original paper."""
    paper = item.paper
    if paper is None:
        return
    yield from _twice(("paper", "places"), [place.id for place in paper.places])
    fields = {field.id: field for field in item.fields}
    width, height = paper.page_mm
    for n, place in enumerate(paper.places):
        path: Path = ("paper", "places", n)
        field = fields.get(place.id)
        if field is None and not (place.label and place.kind):
            yield Flaw(
                (*path, "id"),
                f"原表上的“{place.id}”不是表单字段，要写明名称和种类",
                f"“{place.id}” is no field of the form: say its label and kind",
            )
        if place.page > len(paper.prints):
            yield Flaw((*path, "page"), "原表没有这一页", "the paper has no such page")
        if field is not None and len(field.options) != len(place.options_mm):
            yield Flaw(
                (*path, "options_mm"),
                f"“{field.label}”的选项和纸上的框不一样多",
                f"“{field.label}” has not as many options as squares on the paper",
            )
        for box in (place.box_mm, place.cell_mm, *place.options_mm):
            x, y, wide, high = box
            if (
                wide <= 0
                or high <= 0
                or x < -2
                or y < -2
                or x + wide > width + 2
                or (y + high > height + 2)
            ):
                yield Flaw((*path, "box_mm"), "框不在纸上", "the box is not on the paper")
    for n, picture in enumerate(paper.prints):
        if not picture.startswith("iVBORw0KGgo"):
            yield Flaw(("paper", "prints", n), "不是 PNG 图片", "it is no PNG picture")


def _result(item: ServiceItem) -> Iterator[Flaw]:
    known = {field.id for field in item.fields} | APPLICANT_FACTS | RESULT_WORDS
    for n, line in enumerate(item.result.lines):
        try:
            names = [name for _, name, _, _ in Formatter().parse(line) if name is not None]
        except ValueError as error:
            yield Flaw(("result", "lines", n), f"花括号不对：{error}", f"braces: {error}")
            continue
        for name in names:
            if name not in known:
                yield Flaw(
                    ("result", "lines", n),
                    f"“{{{name}}}”不是表单里的字段",
                    f"“{{{name}}}” is not a field of the form",
                )


# What a result's sentences may name besides fields and facts of the applicant.
RESULT_WORDS = frozenset({"id_number", "today", "number", "valid_to"})


def _twice(path: Path, names: list[str]) -> Iterator[Flaw]:
    for n, name in enumerate(names):
        if name in names[:n]:
            yield Flaw((*path, n), f"“{name}”出现了两次", f"“{name}” occurs twice")
