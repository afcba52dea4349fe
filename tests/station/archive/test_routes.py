"""A package is held against the route of the item on its cover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signing.pades import FieldPlan, Level
from signing.pades.fields import prepare
from signing.trust import TrustStore
from station.archive.package import PackageContents
from station.archive.verdict import Outcome, PackageVerdict
from station.archive.verify import verify_package
from station.catalogue import Catalogue
from station.domain.cases import ActionType, CaseState
from station.paths import resources
from station.services.item_routes import ItemRoutes
from tests.helpers.closed_case import Errand, refused_case
from tests.helpers.pki import Pki
from tests.station.test_item_routes import eform, paper, signed_by

Archive = Callable[[PackageContents], Path]
Judge = Callable[[PackageContents], PackageVerdict]


@pytest.fixture
def judge(archive: Archive, root: TrustStore) -> Judge:
    return lambda contents: verify_package(archive(contents), root, ItemRoutes.known())


def said(verdict: PackageVerdict) -> str:
    return "".join(finding.words.zh for finding in verdict.findings)


def test_a_case_that_went_its_route_is_good(plain_contents: PackageContents, judge: Judge) -> None:
    verdict = judge(plain_contents)
    assert verdict.good, said(verdict)
    assert verdict.to_json()["chain"]["route"] == ["village", "township", "county"]
    assert verdict.to_json()["chain"]["route_kept"] is True


def test_a_refused_case_went_as_far_as_it_came(pki: Pki, judge: Judge) -> None:
    assert judge(refused_case(pki)).good


def test_an_approved_case_whose_county_never_signed_is_not_good(pki: Pki, judge: Judge) -> None:
    errand = Errand(pki, Level.B_B)
    levels = ("village", "township")
    places = [FieldPlan(name, 0, (20 + 60 * n, 220, 50, 20)) for n, name in enumerate(levels)]
    errand.dossier = prepare(paper(0), places)
    errand.stamped(pki.agent, "village")
    errand.step(ActionType.SUBMIT, pki.agent, dossier=True)
    errand.stamped(pki.reviewer, "township")
    errand.step(ActionType.APPROVE, pki.reviewer, dossier=True)
    contents = errand.contents(CaseState.APPROVED)
    verdict = judge(contents)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "县应当签名" in said(verdict)


def test_a_case_of_an_item_that_ends_below_was_not_for_the_county(
    plain_contents: PackageContents, judge: Judge
) -> None:
    short = next(i for i in Catalogue.load(resources("items")).items if len(i.route) == 1)
    case = replace(plain_contents.case, item=short.code, item_version=short.version)
    verdict = judge(replace(plain_contents, case=case))
    assert not verdict.good
    assert "办理路线不到县" in said(verdict)


def test_an_item_that_is_not_known_here_cannot_be_settled(
    plain_contents: PackageContents, judge: Judge
) -> None:
    case = replace(plain_contents.case, item_version=999)
    verdict = judge(replace(plain_contents, case=case))
    assert verdict.outcome is not Outcome.VALID
    assert "没有 MZ-001 v999 的办理路线" in said(verdict)


def test_a_dossier_of_another_item_than_the_covers_is_found(
    pki: Pki, plain_contents: PackageContents, judge: Judge
) -> None:
    other = next(i for i in Catalogue.load(resources("items")).items if i.code != "MZ-001")
    dossier = signed_by(pki, paper(2, eform=eform(other)), pki.agent, pki.reviewer)
    verdict = judge(replace(plain_contents, dossier=dossier))
    assert f"自己写的是 {other.code} v{other.version}" in said(verdict)


def test_a_dossier_in_the_results_place_is_found(
    pki: Pki, plain_contents: PackageContents, judge: Judge
) -> None:
    assert plain_contents.result is not None
    dossier = signed_by(pki, paper(2, eform=eform()), pki.approver, pki.reviewer)
    verdict = judge(replace(plain_contents, result=dossier))
    assert "自己写的是 dossier" in said(verdict)
