"""The approval chain as the signatures show it: who, above whom, in which order."""

from __future__ import annotations

from signing.authority.training import UnitPlan
from signing.certificates import Purpose
from signing.pades import FieldPlan, Level
from signing.pades.fields import prepare
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome, Route, Verdict
from tests.helpers.attacks import victim_pdf
from tests.helpers.pki import COUNTY, TOWNSHIP, Person, Pki
from tests.signing.verify.conftest import STAGES, signed

TO_THE_TOWNSHIP = Route("XX-001 v1", STAGES[:2])
TO_THE_COUNTY = Route("XX-002 v1", STAGES)
OTHER_TOWNSHIP = UnitPlan("130430002", "南辛店镇便民服务中心")


def chained(
    pki: Pki, *people: Person, policy: str = "chain", route: Route | None = None
) -> Verdict:
    """A form with one field for each of ``people``, signed by them in this order."""
    places = [FieldPlan(f"f{n}", 0, (20 + 40 * n, 220, 30, 15)) for n in range(len(people))]
    pdf = prepare(victim_pdf(), places)
    for number, person in enumerate(people):
        pdf = signed(pki, pdf, person, f"f{number}", Level.B_B)
    return verify_pdf(pdf, pki.trust, policy=policy, route=route)


def problems(verdict: Verdict) -> list[str]:
    assert verdict.chain is not None
    return [remark.code for remark in (*verdict.chain.problems, *verdict.chain.missing)]


def test_village_township_and_county_in_this_order_are_the_chain(pki: Pki) -> None:
    verdict = chained(pki, pki.agent, pki.reviewer, pki.approver)
    assert verdict.outcome is Outcome.VALID
    assert verdict.chain is not None and verdict.chain.complete
    assert tuple(step.level for step in verdict.chain.steps) == STAGES


def test_many_cases_end_at_the_township(pki: Pki) -> None:
    assert chained(pki, pki.agent, pki.reviewer).outcome is Outcome.VALID


def test_a_finished_case_went_as_far_as_its_route(pki: Pki) -> None:
    short = chained(pki, pki.agent, pki.reviewer, route=TO_THE_COUNTY)
    assert short.outcome is Outcome.INDETERMINATE
    assert problems(short) == ["chain_short"]
    assert "XX-002 v1" in short.reason.zh
    assert "county has to sign" in short.reason.en
    assert short.chain is not None and short.chain.route_kept is False
    whole = chained(pki, pki.agent, pki.reviewer, route=TO_THE_TOWNSHIP)
    assert whole.outcome is Outcome.VALID
    assert whole.chain is not None and whole.chain.route_kept


def test_nobody_decides_beyond_the_route(pki: Pki) -> None:
    verdict = chained(pki, pki.agent, pki.reviewer, pki.approver, route=TO_THE_TOWNSHIP)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert problems(verdict) == ["chain_beyond"]


def test_a_route_that_is_not_known_here_is_said_and_holds_nothing_up(pki: Pki) -> None:
    verdict = chained(pki, pki.agent, pki.reviewer, route=Route("XX-003 v9"))
    assert verdict.outcome is Outcome.VALID
    told = verdict.to_json("en")["chain"]
    assert (told["route"], told["route_kept"]) == (None, None)
    assert "XX-003 v9" in told["notes"][0]


def test_the_township_does_not_sign_first(pki: Pki) -> None:
    verdict = chained(pki, pki.reviewer, pki.agent, pki.approver)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert problems(verdict) == ["chain_start", "chain_order"]


def test_nobody_is_passed_over(pki: Pki) -> None:
    assert problems(chained(pki, pki.agent, pki.approver)) == ["chain_gap"]


def test_another_township_is_not_the_one_above(pki: Pki) -> None:
    stranger = pki.person("郭建", role="审核员", unit=OTHER_TOWNSHIP)
    assert problems(chained(pki, pki.agent, stranger)) == ["chain_above"]


def test_only_who_may_decide_at_a_level_decides_there(pki: Pki) -> None:
    agent_of_the_township = pki.person("钱多", role="代办员", unit=TOWNSHIP)
    verdict = chained(pki, pki.agent, agent_of_the_township)
    assert problems(verdict) == ["chain_role"]
    assert "乡镇" in verdict.reason.zh
    assert "township" in verdict.reason.en
    assert problems(chained(pki, pki.agent, pki.reviewer, pki.supervisor)) == ["chain_role"]


def test_one_person_does_not_sign_on_two_levels(pki: Pki) -> None:
    promoted = pki.person("王秀兰", role="审核员", unit=TOWNSHIP)
    twice = problems(chained(pki, pki.agent, _as(pki, pki.agent.holder.person_id, promoted)))
    assert twice == ["chain_same"]


def test_the_villages_signature_alone_is_the_beginning_of_a_chain(pki: Pki) -> None:
    assert problems(chained(pki, pki.agent)) == ["chain_one"]
    assert chained(pki, pki.agent, policy="order").outcome is Outcome.VALID
    assert chained(pki, pki.agent, policy="any").outcome is Outcome.VALID


def test_a_stage_that_was_prepared_and_not_signed_is_missing(pki: Pki, prepared: bytes) -> None:
    pdf = signed(pki, prepared, pki.agent, "village", Level.B_B)
    pdf = signed(pki, pdf, pki.reviewer, "township", Level.B_B)
    assert problems(verify_pdf(pdf, pki.trust, policy="chain")) == ["chain_open"]
    on_its_way = verify_pdf(pdf, pki.trust, policy="chain", route=TO_THE_COUNTY)
    assert problems(on_its_way) == ["chain_open"]
    assert on_its_way.chain is not None and on_its_way.chain.route_kept is None


def test_a_units_seal_beside_its_approver_belongs_to_the_step(pki: Pki) -> None:
    seal = pki.person("邱县行政审批局", role="", unit=COUNTY, purpose=Purpose.SEAL)
    verdict = chained(pki, pki.agent, pki.reviewer, pki.approver, _sealing(pki))
    assert verdict.outcome is Outcome.VALID, verdict.reason.en
    assert verdict.chain is not None
    assert [step.sealed for step in verdict.chain.steps] == [False, False, True]
    assert seal.holder.unit_code == COUNTY.unit_code


def test_a_seal_alone_stands_for_no_persons_decision(pki: Pki) -> None:
    verdict = chained(pki, pki.agent, pki.reviewer, _sealing(pki))
    assert problems(verdict) == ["chain_seal"]


def test_people_without_a_unit_make_no_chain(pki: Pki) -> None:
    nobody = pki.person("外人", unit=UnitPlan("", "某公司"))
    assert chained(pki, nobody, policy="any").chain is None
    verdict = chained(pki, nobody)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert set(problems(verdict)) == {"chain_unit", "chain_nobody"}


def _sealing(pki: Pki) -> Person:
    return Person(pki.county.folder / f"seal-{pki.county.code}.p12")


def _as(pki: Pki, person_id: str, like: Person) -> Person:
    """Somebody with the personal number ``person_id`` and the unit and role of ``like``."""
    from signing.authority.protocol import Subject
    from signing.keys.pkcs12 import new_key, public_key_of, write_p12

    private = new_key("p256")
    holder = like.holder
    subject = Subject(
        holder.name, holder.unit, holder.unit_code, holder.organisation, holder.role, person_id
    )
    issued = pki.authority.issue(public_key_of(private), subject, Purpose.SIGN)
    path = pki.folder / "others" / f"again-{person_id}.p12"
    path.parent.mkdir(exist_ok=True)
    write_p12(path, private, issued.certificate, issued.chain, pki.pin, rounds=1000)
    return Person(path)
