"""The approval chain: the village accepts, the township reviews, the county decides.

Which level a signature belongs to is read from the length of the unit's code in the signer's
certificate, which unit is above which from its beginning. A unit's seal belongs to the decision
of a person of the same unit and replaces none. A decision that is a document of its own (a result,
a refusal) has no chain: one unit's person and seal make it, of the level that the route names.
How far up a case has to go is told by the route, which whoever asks brings along; a document with
fields still open is on its way there. Whether the signatures themselves hold is told by their
findings; here only who, in which role and order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from signing.verify.verdict import Chain, ChainStep, PaperKind, Route, SignatureVerdict
from signing.verify.words import Remark

_LEVELS = {12: "village", 9: "township", 6: "county"}  # by the length of the unit's code
_ORDER = tuple(_LEVELS.values())
_ROLES = {  # who may sign at a level, by the role word of the certificate
    "village": frozenset({"代办员"}),
    "township": frozenset({"审核员", "审批员"}),
    "county": frozenset({"审核员", "审批员"}),
}
# Times come from different clocks, stamped ones and signers' own.
_CLOCK_SLACK = timedelta(minutes=10)


def chain_of(
    signatures: Sequence[SignatureVerdict],
    open_fields: Sequence[str],
    route: Route | None = None,
) -> Chain:
    """The chain that ``signatures``, in the order in which they were made, form.

    ``open_fields`` are prepared signature fields that nobody signed yet. Without a ``route`` the
    chain may end at any level above the village.
    """
    people = [s for s in signatures if not s.seal and level_of(s)]
    if route is not None and route.kind is PaperKind.DECISION:
        return _decision(signatures, people, open_fields, route)
    beyond = tuple(_beyond(people, route))
    short = () if open_fields else tuple(_short(people, route))
    problems = (
        *_outside(signatures, people),
        *_shape(people),
        *_order(people),
        *_roles(people),
        *_same_people(people),
        *beyond,
    )
    missing = [*(Remark("chain_open", field=field) for field in open_fields), *short]
    if {level_of(person) for person in people} == {"village"}:
        missing.insert(0, Remark("chain_one"))
    known = route is not None and route.levels
    if route is not None and route.kind is PaperKind.DOSSIER and not known:
        missing.append(_unknown(route))
    return Chain(
        steps=_steps(signatures, people),
        problems=tuple(dict.fromkeys(problems)),
        missing=tuple(missing),
        route=route,
        route_kept=None if not known or (open_fields and not beyond) else not (beyond or short),
    )


def _decision(
    signatures: Sequence[SignatureVerdict],
    people: Sequence[SignatureVerdict],
    open_fields: Sequence[str],
    route: Route,
) -> Chain:
    """What a unit decides alone: a person of it who may, and its seal, and nobody else."""
    wrong = tuple(_undecided(people, route))
    problems = (
        *_outside(signatures, people),
        *(() if people else (Remark("chain_nobody"),)),
        *_of_one_unit(people),
        *wrong,
    )
    sealed = {s.unit_code for s in signatures if s.seal}
    missing = [
        *(Remark("chain_open", field=field) for field in open_fields),
        *(
            Remark("letter_unsealed", unit=person.unit or person.unit_code)
            for person in people
            if person.unit_code not in sealed
        ),
        *(() if route.levels else (_unknown(route),)),
    ]
    return Chain(
        steps=_steps(signatures, people),
        problems=tuple(dict.fromkeys(problems)),
        missing=tuple(dict.fromkeys(missing)),
        route=route,
        route_kept=not wrong if route.levels and people else None,
    )


def _undecided(people: Sequence[SignatureVerdict], route: Route) -> Iterator[Remark]:
    """Signers who may not decide by the route."""
    roles = dict(zip(route.levels, route.roles, strict=False))
    for person in people:
        level = level_of(person)
        named = Remark(f"level_{level}")
        if level == _ORDER[0] or (route.levels and level not in route.levels):
            yield Remark("letter_level", who=person.label, level=named, route=route.of)
        elif person.role not in ({roles[level]} if level in roles else _ROLES[level]):
            yield Remark("chain_role", who=person.label, role=person.role or "-", level=named)
        if not route.place.startswith(person.unit_code):
            yield Remark("letter_place", who=person.label, place=route.place or "?")


def _of_one_unit(people: Sequence[SignatureVerdict]) -> Iterator[Remark]:
    for person in people[1:]:
        if person.unit_code != people[0].unit_code:
            yield Remark("letter_units", who=person.label, other=people[0].label)


def _unknown(route: Route) -> Remark:
    return Remark("route_missing", route=route.of) if route.of else Remark("route_illegible")


def _steps(
    signatures: Sequence[SignatureVerdict], people: Sequence[SignatureVerdict]
) -> tuple[ChainStep, ...]:
    sealed = {s.unit_code for s in signatures if s.seal}
    return tuple(
        ChainStep(
            level=level_of(person),
            signer=person.signer,
            unit=person.unit,
            unit_code=person.unit_code,
            role=person.role,
            time=person.time,
            sealed=person.unit_code in sealed,
        )
        for person in people
    )


def level_of(signature: SignatureVerdict) -> str:
    """``village``, ``township`` or ``county``; "" when the unit's code is none of the three."""
    code = signature.unit_code
    return _LEVELS.get(len(code), "") if code.isdecimal() else ""


def _outside(
    signatures: Sequence[SignatureVerdict], people: Sequence[SignatureVerdict]
) -> Iterator[Remark]:
    """Signatures that belong to no level, and seals without a person's decision."""
    deciding = {person.unit_code for person in people}
    for signature in signatures:
        if signature.seal and signature.unit_code not in deciding:
            yield Remark("chain_seal", who=signature.label)
        elif not signature.seal and not level_of(signature):
            yield Remark("chain_unit", who=signature.label)


def _shape(people: Sequence[SignatureVerdict]) -> Iterator[Remark]:
    present = {level_of(person) for person in people}
    if not people:
        yield Remark("chain_nobody")
    elif level_of(people[0]) != "village":
        yield Remark("chain_start", who=people[0].label)
    elif "township" not in present and "county" in present:
        yield Remark("chain_gap")


def _short(people: Sequence[SignatureVerdict], route: Route | None) -> Iterator[Remark]:
    """Levels of the route that did not sign."""
    if route is None:
        return
    present = {level_of(person) for person in people}
    for level in route.levels:
        if level not in present:
            yield Remark("chain_short", level=Remark(f"level_{level}"), route=route.of)


def _beyond(people: Sequence[SignatureVerdict], route: Route | None) -> Iterator[Remark]:
    """People of a level that the route does not reach."""
    if route is None or not route.levels:
        return
    for person in people:
        level = level_of(person)
        if level not in route.levels:
            yield Remark(
                "chain_beyond",
                who=person.label,
                level=Remark(f"level_{level}"),
                route=route.of,
            )


def _order(people: Sequence[SignatureVerdict]) -> Iterator[Remark]:
    """Each level after the one below, by a unit above it, and not at an earlier time."""
    for below, above in pairwise(people):
        if _ORDER.index(level_of(above)) < _ORDER.index(level_of(below)):
            yield Remark("chain_order", who=above.label, after=below.label)
        elif not below.unit_code.startswith(above.unit_code):
            yield Remark("chain_above", above=above.label, below=below.label)
        if below.time and above.time and above.time < below.time - _CLOCK_SLACK:
            yield Remark("chain_time", who=above.label)


def _roles(people: Sequence[SignatureVerdict]) -> Iterator[Remark]:
    for person in people:
        level = level_of(person)
        if person.role not in _ROLES[level]:
            yield Remark(
                "chain_role",
                who=person.label,
                role=person.role or "-",
                level=Remark(f"level_{level}"),
            )


def _same_people(people: Sequence[SignatureVerdict]) -> Iterator[Remark]:
    for index, person in enumerate(people):
        for other in people[:index]:
            if level_of(other) != level_of(person) and _same_person(other, person):
                yield Remark("chain_same", who=person.label)


def _same_person(one: SignatureVerdict, other: SignatureVerdict) -> bool:
    if one.person_id or other.person_id:
        return one.person_id == other.person_id
    return one.certificate == other.certificate or (one.signer == other.signer != "")
