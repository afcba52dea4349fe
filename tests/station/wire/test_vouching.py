"""For whom a desk seals, and whom it takes for the hub: by its own trust, not by the hub's word."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signing.authority.protocol import Subject
from signing.authority.training import CountyPlan, TrainingAuthority, UnitPlan
from signing.certificates import Purpose, load_certificates
from signing.keys.pkcs12 import new_key, public_key_of, soft_key
from signing.trust import Evidence, TrustStore, load_trust
from station.clock import china_now
from station.domain.cases import ActionType, Case, CaseState
from station.domain.operations import GENESIS, Operation
from station.domain.units import Level, Role
from station.hub.receipts import Receipts
from station.wire.messages import Accepted, Directory, UnitEntry
from station.wire.statements import ReceiptWrong, sign_operation
from station.wire.vouching import AddressNotTrusted, UnitUnknown, Vouching
from tests.helpers.pki import PIN, Pki

STATION = "130430001001"
Change = Callable[[Vouching], Vouching]


def a_hub_key(pki: Pki, name: str = "一网通中心（培训）") -> object:
    private = new_key("p256")
    subject = Subject(name, name, "", pki.authority.organisation)
    issued = pki.authority.issue(public_key_of(private), subject, Purpose.SEAL)
    return soft_key(private, issued.certificate, issued.chain)


@pytest.fixture
def hub_key(pki: Pki):  # type: ignore[no-untyped-def]
    return a_hub_key(pki)


@pytest.fixture
def book(pki: Pki, hub_key) -> Vouching:  # type: ignore[no-untyped-def]
    """An honest hub's directory, as a desk of the county holds it."""
    units = tuple(
        UnitEntry(code=unit.code, name=unit.name, level=level, encryption=(unit.certificate,))
        for unit, level in zip((pki.village, pki.township, pki.county), Level, strict=True)
    )
    directory = Directory(
        county="130430",
        organisation=pki.authority.organisation,
        training=True,
        hub_certificate=hub_key.certificate,
        sms_certificate=pki.county.certificate,
        archive=(pki.county.certificate,),
        units=units,
        roots=pki.authority.roots,
        root_fingerprints=(),
        calendar_years=(),
        items=(),
        server_time=china_now(),
    )
    return Vouching(directory, load_trust([pki.root_pem]), pki.agent.key.chain, china_now())


def with_units(book: Vouching, code: str, *certificates: bytes) -> Vouching:
    units = tuple(
        unit.model_copy(update={"encryption": certificates}) if unit.code == code else unit
        for unit in book.directory.units
    )
    return replace(book, directory=book.directory.model_copy(update={"units": units}))


def test_a_case_is_sealed_for_its_village_its_township_the_county_and_the_archive(
    book: Vouching, pki: Pki
) -> None:
    wanted = [unit.certificate for unit in (pki.village, pki.township, pki.county, pki.county)]
    assert list(book.recipients(STATION)) == wanted
    assert book.sms_sender() == pki.county.certificate


def test_without_a_network_no_revocation_list_is_needed(book: Vouching) -> None:
    assert book.trust.evidence == ()
    assert book.recipients(STATION)


def test_the_way_up_to_the_root_may_come_from_the_hub_but_not_the_root(
    book: Vouching, pki: Pki
) -> None:
    """A token that holds no certificate but its own knows no authority in between."""
    bare = replace(book, chain=())
    with pytest.raises(AddressNotTrusted):
        bare.recipients(STATION)
    helped = bare.directory.model_copy(update={"intermediates": pki.authority.chain[:1]})
    assert replace(bare, directory=helped).recipients(STATION)
    with pytest.raises(AddressNotTrusted):
        replace(bare, directory=helped, trust=TrustStore()).recipients(STATION)


def test_a_key_of_another_authority_is_sealed_to_by_nobody(
    book: Vouching, pki: Pki, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("stranger")
    unit = UnitPlan(pki.township.code, pki.township.name)
    plan = CountyPlan("邱县", "邱县行政审批局（培训）", units=(unit,))
    TrainingAuthority.set_up(folder, plan, PIN)
    pem = folder / "keys" / f"open-{pki.township.code}.pem"
    foreign = load_certificates(pem.read_bytes())[0]
    with pytest.raises(AddressNotTrusted) as refused:
        with_units(book, pki.township.code, foreign).recipients(STATION)
    assert pki.township.name in refused.value.sentence("zh")
    beside = with_units(book, pki.township.code, foreign, pki.township.certificate)
    assert foreign not in beside.recipients(STATION), "it is passed over beside a good one"


@pytest.mark.parametrize("whose", ["village", "agent", "seal"])
def test_a_certificate_of_somebody_else_in_a_units_place_is_refused(
    book: Vouching, pki: Pki, whose: str
) -> None:
    certificate = {
        "village": pki.village.certificate,
        "agent": pki.agent.certificate,
        "seal": pki.township.seal.certificate,
    }[whose]
    with pytest.raises(AddressNotTrusted):
        with_units(book, pki.township.code, certificate).recipients(STATION)


def test_an_archive_that_is_not_the_countys_own_is_refused(book: Vouching, pki: Pki) -> None:
    directory = book.directory.model_copy(update={"archive": (pki.village.certificate,)})
    with pytest.raises(AddressNotTrusted):
        replace(book, directory=directory).recipients(STATION)


def test_what_is_no_certificate_at_all_is_refused_in_a_sentence(book: Vouching, pki: Pki) -> None:
    with pytest.raises(AddressNotTrusted):
        with_units(book, pki.township.code, b"\x30\x00").recipients(STATION)
    directory = book.directory.model_copy(update={"sms_certificate": pki.agent.certificate})
    with pytest.raises(AddressNotTrusted):
        replace(book, directory=directory).sms_sender()


def test_a_unit_without_a_certificate_is_missed_by_its_code(book: Vouching, pki: Pki) -> None:
    with pytest.raises(UnitUnknown) as missed:
        with_units(book, pki.township.code).recipients(STATION)
    assert pki.township.code in missed.value.sentence("zh")


def test_a_unit_key_known_to_be_revoked_and_one_that_ran_out_are_not_sealed_to(
    book: Vouching, pki: Pki
) -> None:
    subject = Subject(
        pki.township.name, pki.township.name, pki.township.code, pki.authority.organisation
    )
    now = china_now()
    public = public_key_of(new_key("rsa2048"))
    stolen = pki.authority.issue(public, subject, Purpose.ENCRYPT).certificate
    old = pki.authority.issue(
        public, subject, Purpose.ENCRYPT, not_after=now - timedelta(hours=1)
    ).certificate
    pki.authority.revoke(stolen)
    lists = [Evidence.from_crl(der) for der in pki.authority.crls()]
    informed = replace(book, trust=book.trust.with_evidence(lists))
    for bad in (stolen, old):
        with pytest.raises(AddressNotTrusted):
            with_units(informed, pki.township.code, bad).recipients(STATION)


def _delivered(pki: Pki, hub_key: object, **changes: object) -> tuple:  # type: ignore[type-arg]
    operation = Operation(
        id=str(uuid.uuid4()),
        case=str(uuid.uuid4()),
        number=f"{STATION}-261126-001",
        action=ActionType.SUBMIT,
        item="MZ-001",
        item_version=1,
        station=STATION,
        actor=pki.agent.holder.person_id,
        unit=STATION,
        level=Level.VILLAGE,
        role=Role.AGENT,
        base_rev=0,
        previous=GENESIS,
        at=china_now(),
    )
    sent = sign_operation(operation, pki.agent.key)
    from signing.journal import link

    head = link(GENESIS, sent.statement, sent.signature)
    receipt = Receipts(hub_key).receipt(operation, 1, head, china_now())  # type: ignore[arg-type]
    case = Case(
        id=operation.case,
        number=operation.number,
        item="MZ-001",
        item_version=1,
        station=STATION,
        state=CaseState.TOWNSHIP_REVIEW,
        rev=1,
        head=head,
        opened_at=china_now(),
        updated_at=china_now(),
    )
    case = replace(case, **changes)  # type: ignore[arg-type]
    return Accepted(case=case, operation=operation.id, receipt=receipt), operation, sent


def test_a_hub_whose_certificate_was_renewed_is_still_the_hub(book: Vouching, pki: Pki) -> None:
    assert book.receipt(*_delivered(pki, a_hub_key(pki)))


def test_a_receipt_by_any_other_office_or_person_is_none(book: Vouching, pki: Pki) -> None:
    for key in (pki.county.seal, pki.supervisor.key, a_hub_key(pki, "另一个中心（培训）")):
        with pytest.raises(ReceiptWrong):
            book.receipt(*_delivered(pki, key))


def test_a_receipt_by_the_hubs_name_from_another_authority_is_none(
    book: Vouching, pki: Pki, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("stranger")
    stranger = TrainingAuthority.set_up(folder, CountyPlan("邱县", "邱县行政审批局（培训）"), PIN)
    private, name = new_key("p256"), "一网通中心（培训）"
    issued = stranger.issue(
        public_key_of(private), Subject(name, name, "", pki.authority.organisation), Purpose.SEAL
    )
    with pytest.raises(ReceiptWrong):
        book.receipt(*_delivered(pki, soft_key(private, issued.certificate, issued.chain)))


def test_a_true_receipt_under_another_answer_is_none(book: Vouching, pki: Pki, hub_key) -> None:  # type: ignore[no-untyped-def]
    assert book.receipt(*_delivered(pki, hub_key))
    for change in ({"rev": 2}, {"head": "0" * 64}, {"id": "another"}):
        with pytest.raises(ReceiptWrong):
            book.receipt(*_delivered(pki, hub_key, **change))
