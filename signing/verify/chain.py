"""The chain village → township → county, read off the signers' certificates.

Unit codes are statistical codes: 12 digits for a village, 9 for its township, 6 for its county;
a unit stands above another when its code begins the other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from signing.verify.verdict import Chain, ChainStep, SignatureVerdict, Words

_LEVELS = {12: "village", 9: "township", 6: "county"}
_ORDER = ("village", "township", "county")
_ROLES = {"village": "代办员", "township": "审核员", "county": "审批员"}
_WORDS = {"village": "村级", "township": "乡镇", "county": "县级"}


def chain_of(signatures: Sequence[SignatureVerdict]) -> Chain | None:
    """The chain that a file's personal signatures make; None when no unit codes are there."""
    people = [s for s in signatures if s.role and len(s.unit_code) in _LEVELS]
    if not people:
        return None
    steps = tuple(
        ChainStep(
            level=_LEVELS[len(s.unit_code)],
            signer=s.signer,
            unit=s.unit,
            unit_code=s.unit_code,
            role=s.role,
            time=s.time,
        )
        for s in people
    )
    return Chain(steps=steps, problems=tuple(_problems(people, steps)))


def _problems(people: Sequence[SignatureVerdict], steps: Sequence[ChainStep]) -> list[Words]:
    found = []
    for step in steps:
        if step.role != _ROLES[step.level]:
            found.append(
                Words(
                    f"{_WORDS[step.level]}的签名人 {step.signer} 是{step.role}，"
                    f"应是{_ROLES[step.level]}。",
                    f"{step.signer}, who signed for the {step.level}, is not in the right role.",
                )
            )
    for before, after in pairwise(steps):
        if _ORDER.index(after.level) <= _ORDER.index(before.level):
            found.append(
                Words(
                    f"{after.signer}（{_WORDS[after.level]}）签在 {before.signer}"
                    f"（{_WORDS[before.level]}）之后，次序不对。",
                    f"{after.signer} ({after.level}) signed after {before.signer} "
                    f"({before.level}), which is out of order.",
                )
            )
        if not before.unit_code.startswith(after.unit_code):
            found.append(
                Words(
                    f"{after.unit}不是{before.unit}的上级。",
                    f"{after.unit} does not stand above {before.unit}.",
                )
            )
        if before.time and after.time and after.time < before.time:
            found.append(
                Words(
                    f"{after.signer} 的签名时间早于 {before.signer} 的。",
                    f"{after.signer} signed earlier than {before.signer}.",
                )
            )
    seen: dict[str, str] = {}
    for person in people:
        key = person.person_id or person.certificate.hex()
        if key in seen:
            found.append(
                Words(
                    f"{person.signer} 在这份文件上签了两级。",
                    f"{person.signer} signed at two levels of this file.",
                )
            )
        seen[key] = person.signer
    if steps[0].level != "village":
        found.append(Words("缺少村级代办员的签名。", "The village agent's signature is missing."))
    return found
