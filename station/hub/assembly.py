"""Putting a hub together from its settings: the one place that names its concrete parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signing.authority.training import TrainingAuthority
from signing.certificates import fingerprint, load_certificates
from signing.envelope import open_bytes
from signing.keys.protocol import DecryptionKey
from signing.trust import TrustStore
from station.catalogue import Catalogue, load_calendar
from station.clock import Clock, china_now
from station.hub.accounts import Accounts
from station.hub.blobs import Blobs, FolderBlobs
from station.hub.casework import Casework
from station.hub.database import Database
from station.hub.directory import CountyDirectory
from station.hub.enrolments import EnrolmentDesk
from station.hub.figures import Figures
from station.hub.fresh_statements import FreshStatements
from station.hub.identity import Identity, identity_of
from station.hub.items import Items
from station.hub.leases import Leases
from station.hub.lookup import Lookup
from station.hub.messages_view import MessagesView
from station.hub.people import People
from station.hub.publishing import ItemDesk, published
from station.hub.receipts import Receipts
from station.hub.rounds import Bell, Rounds
from station.hub.schema import migrate
from station.hub.settings import HubSettings, HubSettingsWrong
from station.hub.shares import Pace, UploadShare
from station.hub.sms_outbox import SmsOutbox
from station.hub.sweep import Sweep
from station.hub.tidying import Tidying
from station.hub.tree import Tree
from station.hub.trust import FileTrust, TrainingTrust
from station.hub.uploads import Uploads
from station.hub.witness import Witness
from station.notify.folder import FolderGateway
from station.notify.gateway import SmsGateway
from station.notify.sender import SmsSender
from station.notify.templates import load_templates
from station.wire.sealed import Contact


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub, ready to be asked; nothing of it runs by itself before ``rounds.start()``."""

    settings: HubSettings
    clock: Clock
    database: Database
    blobs: Blobs
    uploads: Uploads
    pace: Pace
    upload_share: UploadShare
    directory: CountyDirectory
    accounts: Accounts
    enrolments: EnrolmentDesk
    people: People
    publishing: ItemDesk
    casework: Casework
    leases: Leases
    lookup: Lookup
    figures: Figures
    tree: Tree
    sms: SmsOutbox
    messages: MessagesView
    gateway: SmsGateway
    rounds: Rounds
    bell: Bell
    identity: Identity
    authority: TrainingAuthority | None

    def news(self) -> None:
        """Something was accepted: wakes who waits, and what goes round."""
        self.bell.ring()
        self.rounds.call()

    def close(self) -> None:
        """Stops what runs and lets go of files and keys."""
        self.rounds.stop()
        self.gateway.close()
        self.identity.close()
        self.database.close()


def open_hub(settings: HubSettings, clock: Clock = china_now) -> Hub:
    """Opens the hub's data, brings its database up to date, and connects the parts.

    Raises the ``ExplainedError`` of whatever is missing (keys, trust, catalogue, disk).
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.data.chmod(0o700)  # keys, record and documents are nobody else's to read
    authority = TrainingAuthority.at(settings.training, clock=clock) if settings.training else None
    identity = identity_of(settings, authority, clock)
    catalogue = Catalogue.load(*settings.item_folders)
    calendar = load_calendar(settings.calendar_folder)
    trust: Callable[[], TrustStore]
    if authority is not None:
        trust = TrainingTrust(authority, clock)
    else:
        trust = FileTrust(settings.trust, clock)
    units = settings.unit_folder
    if units is None:
        raise HubSettingsWrong(file=settings.data, reason="units is missing")
    organisation = settings.organisation or (authority.organisation if authority else "")
    directory = CountyDirectory(
        units,
        county=settings.county,
        organisation=organisation,
        training=authority is not None,
        hub_certificate=identity.key.certificate,
        sms_certificate=identity.contacts.certificate,
        archive=tuple(_certificate(file) for file in settings.archive),
        roots=trust().roots,
        intermediates=trust().intermediates,
        catalogue=catalogue,
        calendar=calendar,
        clock=clock,
    )
    database = Database.in_folder(settings.data)
    migrate(database)
    catalogue.grow(published(database))
    items = Items(database, catalogue)
    blobs = FolderBlobs(settings.data / "blobs")
    uploads = Uploads(settings.data / "uploads", blobs, settings.most_document_bytes)
    witness = Witness(trust, settings.county)
    statements = FreshStatements(witness, clock)
    sweep = Sweep(database, items, directory.unit_name)
    outbox = SmsOutbox(database)
    gateway = _gateway(settings, clock)
    templates = load_templates(settings.sms_templates)
    sender = SmsSender(
        outbox,
        gateway,
        templates,
        lambda digest: _contact(blobs, identity.contacts, digest),
        _duty_phones(settings, directory),
    )
    tidying = Tidying(database, blobs, uploads)
    sender.recover(clock())
    return Hub(
        settings=settings,
        clock=clock,
        database=database,
        blobs=blobs,
        uploads=uploads,
        pace=Pace(settings.requests_per_minute),
        upload_share=UploadShare(settings.upload_mb_a_day << 20),
        directory=directory,
        accounts=Accounts(database, witness, fingerprint(identity.key.certificate), clock),
        enrolments=EnrolmentDesk(database, authority, statements, directory, organisation, clock),
        people=People(database, units, directory, trust),
        publishing=ItemDesk(database, items, statements, settings.county, clock),
        casework=Casework(
            database=database,
            blobs=blobs,
            items=items,
            calendar=calendar,
            witness=witness,
            receipts=(receipts := Receipts(identity.key)),
            sweep=sweep,
            unit_name=directory.unit_name,
            clock=clock,
        ),
        leases=Leases(database, items, clock),
        lookup=Lookup(database, blobs, clock),
        figures=Figures(database, items, calendar),
        tree=Tree(database, receipts, clock),
        sms=outbox,
        messages=MessagesView(database, templates),
        gateway=gateway,
        rounds=Rounds(
            {
                "cards": lambda: sweep.run(clock()),
                "messages": lambda: sender.run(clock()),
                "tidying": lambda: tidying.run(clock()),
            },
            settings.sweep_seconds,
        ),
        bell=Bell(),
        identity=identity,
        authority=authority,
    )


def _certificate(file: Path) -> bytes:
    try:
        return load_certificates(file.read_bytes())[0]
    except OSError as error:
        raise HubSettingsWrong(file=file, reason=error) from error


def _gateway(settings: HubSettings, clock: Clock) -> SmsGateway:
    if settings.kannel is not None:
        from station.notify.kannel_gateway import KannelGateway

        return KannelGateway(settings.kannel)
    return FolderGateway(settings.data / "sms", clock)


def _contact(blobs: Blobs, key: DecryptionKey, digest: str) -> Contact:
    return Contact.read(open_bytes(b"".join(blobs.read(digest)), key))


def _duty_phones(settings: HubSettings, directory: CountyDirectory) -> dict[str, str]:
    """The offices' telephones; in training invented ones, so that reminders can be seen."""
    invented = {}
    if directory.training:
        invented = {code: f"139{code[-8:]:0>8}" for code in directory.unit_codes()}
    return invented | dict(settings.duty_phones)
