"""What administrators may do at the hub beside deciding about certificates, and others may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from signing.authority.protocol import RevocationReason
from signing.certificates import holder_of
from signing.keys.protocol import SigningKey
from station.catalogue import Catalogue
from station.catalogue.item_files import item_from, structure_of
from station.clock import china_now
from station.domain.items import ServiceItem
from station.hub import schema
from station.hub.database import Database
from station.hub.publishing import published
from station.paths import resources
from station.wire.administration import PUBLICATION_FORMAT, AdministratorClient, StaffEntry
from station.wire.problems import (
    ClockSkew,
    ItemNotHere,
    ItemUnfit,
    OutsideYourArea,
    RequestMalformed,
    RoleNotAllowed,
    SignInNeeded,
    StatementMalformed,
    StatementOfAnother,
    UploadTooLarge,
)
from station.wire.statements import signed
from tests.helpers.hub_process import HubProcess, hub_process
from tests.helpers.pki import TOWNSHIP, Pki


@pytest.fixture
def administrator(hub: HubProcess, pki: Pki) -> Iterator[AdministratorClient]:
    with AdministratorClient(hub.url) as opened:
        opened.sign_in(pki.administrator.key)
        yield opened


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return Catalogue.load(resources("items"))


def newer(shipped: Catalogue, code: str, version: int = 2, **changes: object) -> ServiceItem:
    """The next version of an item that ships."""
    return replace(shipped.item(code), version=version, **changes)  # type: ignore[arg-type]


def find(staff: tuple[StaffEntry, ...], person: str) -> StaffEntry:
    return next(entry for entry in staff if entry.person == person)


# ---------------------------------------------------------------- staff
def test_the_administrator_sees_everybody_with_unit_role_and_how_long_the_certificate_is_good(
    administrator: AdministratorClient, pki: Pki
) -> None:
    staff = administrator.staff()

    agent = find(staff, holder_of(pki.agent.certificate).person_id)
    wanted = holder_of(pki.agent.certificate)
    assert (agent.name, agent.role.word, agent.unit) == (wanted.name, wanted.role, wanted.unit_code)
    assert agent.certificates[0].not_after == wanted.not_after
    assert agent.certificates[0].revoked_at is None
    me = find(staff, holder_of(pki.administrator.certificate).person_id)
    assert me.signed_in_at is not None
    assert abs(china_now() - me.signed_in_at) < timedelta(minutes=5)


def test_who_was_revoked_is_shown_as_revoked(administrator: AdministratorClient, pki: Pki) -> None:
    lost = pki.person("丢钥匙的人")
    with AdministratorClient(administrator.url) as own:
        own.sign_in(lost.key)
    administrator.revoke(lost.certificate, RevocationReason.KEY_COMPROMISE, pki.administrator.key)

    entry = find(administrator.staff(), holder_of(lost.certificate).person_id)
    assert entry.certificates[0].revoked_at is not None


def test_nobody_but_an_administrator_is_told_who_the_staff_are(hub: HubProcess, pki: Pki) -> None:
    for person in (pki.agent, pki.reviewer, pki.approver, pki.supervisor):
        with AdministratorClient(hub.url) as other:
            other.sign_in(person.key)
            with pytest.raises(RoleNotAllowed):
                other.staff()
    with AdministratorClient(hub.url) as nobody, pytest.raises(SignInNeeded):
        nobody.staff()


def test_a_township_administrator_is_told_of_the_township_alone(hub: HubProcess, pki: Pki) -> None:
    below = pki.person("镇管理员乙", role="管理员", unit=TOWNSHIP)
    with AdministratorClient(hub.url) as other:
        other.sign_in(below.key)
        units = {entry.unit for entry in other.staff()}
    assert units
    assert all(unit.startswith(TOWNSHIP.unit_code) for unit in units)


# ---------------------------------------------------------------- items
def test_a_published_version_is_in_force_at_once_and_the_old_one_stays_known(
    administrator: AdministratorClient, pki: Pki, shipped: Catalogue
) -> None:
    item = newer(shipped, "CL-001", promise="本人承诺所填属实")
    entry = administrator.publish(item, pki.administrator.key)

    assert (entry.code, entry.version) == ("CL-001", 2)
    in_force = {one.code: one.version for one in administrator.directory().items}
    assert in_force["CL-001"] == 2
    assert item_from(json.loads(administrator.item("CL-001", 2).structure)) == item
    assert item_from(json.loads(administrator.item("CL-001", 1).structure)) == shipped.item(
        "CL-001"
    )
    with pytest.raises(ItemNotHere):
        administrator.item("CL-001", 9)


def test_publishing_the_same_again_changes_nothing_and_another_text_needs_a_higher_version(
    administrator: AdministratorClient, pki: Pki, shipped: Catalogue
) -> None:
    key, item = pki.administrator.key, newer(shipped, "CL-002")
    administrator.publish(item, key)
    administrator.publish(item, key)
    with pytest.raises(ItemUnfit, match="version"):
        administrator.publish(replace(item, title="残疾人护理补贴（改）"), key)
    with pytest.raises(ItemUnfit, match="version"):
        administrator.publish(shipped.item("CL-002"), key)


def test_nobody_but_the_countys_administrator_publishes_items(
    hub: HubProcess, pki: Pki, shipped: Catalogue
) -> None:
    item = newer(shipped, "LY-001")
    below = pki.person("镇管理员丙", role="管理员", unit=TOWNSHIP)
    refused = (
        (pki.agent, RoleNotAllowed),
        (pki.reviewer, RoleNotAllowed),
        (pki.approver, RoleNotAllowed),
        (pki.supervisor, RoleNotAllowed),
        (below, OutsideYourArea),
    )
    for person, refusal in refused:
        with AdministratorClient(hub.url) as other:
            other.sign_in(person.key)
            with pytest.raises(refusal):
                other.publish(item, person.key)
    with AdministratorClient(hub.url) as nobody, pytest.raises(SignInNeeded):
        nobody.publish(item, pki.administrator.key)
    with AdministratorClient(hub.url) as other:
        other.sign_in(pki.agent.key)
        with pytest.raises(StatementOfAnother):  # an administrator's words in somebody else's mouth
            other.publish(item, pki.administrator.key)
        assert {one.code: one.version for one in other.directory().items}["LY-001"] == 1


def test_what_the_check_finds_is_not_published_and_the_finding_is_told(
    administrator: AdministratorClient, pki: Pki, shipped: Catalogue
) -> None:
    item = newer(shipped, "NY-001")
    slow = replace(item.route[0], days=item.route[0].legal_days + 1)
    with pytest.raises(ItemUnfit, match="days"):
        administrator.publish(replace(item, route=(slow, *item.route[1:])), pki.administrator.key)
    for changes in ({"version": 2**40}, {"code": "X-" + "9" * 100}):
        with pytest.raises(ItemUnfit):
            administrator.publish(replace(item, **changes), pki.administrator.key)  # type: ignore[arg-type]
    with pytest.raises(RequestMalformed):
        administrator.item("NY-001", 10**30)
    tomorrow = china_now().date() + timedelta(days=1)
    with pytest.raises(ItemUnfit, match="valid_from"):
        administrator.publish(replace(item, valid_from=tomorrow), pki.administrator.key)


def said(item: ServiceItem, key: SigningKey, /, **changes: object) -> dict[str, object]:
    """A publication with something changed in the statement, as somebody would forge it."""
    now = china_now()
    body = {
        "format": PUBLICATION_FORMAT,
        "code": item.code,
        "version": item.version,
        "item": json.dumps(structure_of(item), ensure_ascii=False),
        "at": now.isoformat(timespec="seconds"),
    } | changes
    return signed(body, key, now).model_dump(mode="json")


def test_statements_that_are_stale_contradict_themselves_or_hold_nothing_are_refused(
    administrator: AdministratorClient, pki: Pki, shipped: Catalogue
) -> None:
    key, item = pki.administrator.key, newer(shipped, "NY-002")
    yesterday = (china_now() - timedelta(days=1)).isoformat(timespec="seconds")
    for changes, refusal in (
        ({"at": yesterday}, ClockSkew),
        ({"code": "NY-001"}, StatementMalformed),
        ({"version": 3}, StatementMalformed),
        ({"item": "{"}, StatementMalformed),
        ({"item": "[" * 100_000}, StatementMalformed),
        ({"item": "[]"}, ItemUnfit),
        ({"format": "yizhan-enrolment/1"}, StatementMalformed),
    ):
        with pytest.raises(refusal):
            administrator._ask("POST", "/v1/items", json=said(item, key, **changes))
    tampered = said(item, key)
    tampered["statement"] = said(replace(item, title="别的"), key)["statement"]
    with pytest.raises(Exception, match="SignatureInvalid"):
        administrator._ask("POST", "/v1/items", json=tampered)
    with pytest.raises(UploadTooLarge):
        administrator._ask("POST", "/v1/items", json=said(item, key, item="x" * 5_000_000))


def test_what_was_published_is_still_in_force_after_a_power_cut(
    pki: Pki, shipped: Catalogue, tmp_path: Path
) -> None:
    with hub_process(pki.folder, tmp_path / "hub") as hub:
        with AdministratorClient(hub.url) as client:
            client.sign_in(pki.administrator.key)
            client.publish(newer(shipped, "SB-001"), pki.administrator.key)
        hub.kill()
        hub.start()
        with AdministratorClient(hub.url) as client:
            client.sign_in(pki.agent.key)
            assert {one.code: one.version for one in client.directory().items}["SB-001"] == 2


def test_a_database_of_the_version_before_learns_of_sign_ins_and_published_items(
    tmp_path: Path,
) -> None:
    database = Database.in_folder(tmp_path)
    schema.migrate(database)
    with database.write() as connection:  # as version 3 left it
        schema.published_items.drop(connection)
        connection.exec_driver_sql("ALTER TABLE certificates DROP COLUMN signed_in_at")
        connection.execute(
            sa.update(schema.about).where(schema.about.c.name == "version").values(value="3")
        )
        connection.exec_driver_sql("INSERT INTO certificates (fingerprint, der) VALUES ('a', x'')")
    assert schema.migrate(database) == (3, schema.VERSION)
    with database.read() as connection:
        kept = connection.execute(sa.select(schema.certificates)).one()
    assert (kept.fingerprint, kept.signed_in_at) == ("a", None)
    assert published(database) == ()
    database.close()
