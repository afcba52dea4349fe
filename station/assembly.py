"""Puts a station together: the one place that names concrete classes.

``Office`` is what a PC has before anybody signs in: its folders, catalogue, keys and hub. A person
who signs in gets the services of their role as one ``OpenDesk``. A screen, a command and a test
hold the same objects.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from signing.authority.evidence import EvidenceUnavailable
from signing.authority.remote import HttpEvidence
from signing.keys.protocol import KeySlot
from signing.keys.ring import KeyRing
from signing.locker import open_locker
from signing.trust import Evidence, TrustStore, load_trust
from station.catalogue import Catalogue, ItemUnknown, load_calendar
from station.clock import Clock, china_now
from station.domain.deadlines import WorkingCalendar
from station.domain.items import ServiceItem
from station.domain.units import Role
from station.errors import HubError
from station.paths import Home, home, resources
from station.services.audit import Audit
from station.services.county import TRAINING_COUNTY
from station.services.embedded_hub import EmbeddedHub
from station.services.intake import Intake
from station.services.item_office import ItemOffice
from station.services.item_post import ItemPost
from station.services.keys import key_ring
from station.services.proofs import Proofs, evidence_from, stamps_from
from station.services.review import ReviewDesk
from station.services.sign_in import Candidate, SignedIn, SignIn
from station.services.staff_office import StaffOffice
from station.services.training import set_up_training
from station.settings import Settings
from station.settings import load as load_settings
from station.store import Store
from station.wire.administration import AdministratorClient
from station.wire.client import HubClient
from station.wire.messages import Directory
from station.wire.vouching import Vouching

if TYPE_CHECKING:
    from station.imaging.pipeline import PagePipeline
    from station.reading.desk import ReadingDesk
    from station.services.capture import Capture
    from station.services.handover import Handover
    from station.services.paper_reader import PaperReader
    from station.services.signing_desk import SigningDesk
    from station.services.submission import Submission

_DIRECTORY = "directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentServices:
    """What a village agent works with."""

    store: Store
    intake: Intake
    capture: Capture
    reader: PaperReader
    signing: SigningDesk
    submission: Submission
    handover: Handover


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorServices:
    """What the county's administrator works with."""

    staff: StaffOffice
    items: ItemOffice


class OpenDesk:
    """Everything that a signed-in person may use. ``agent``, ``review`` and ``administration`` by
    role, else None."""

    def __init__(
        self, office: Office, candidate: Candidate, who: SignedIn, hub: AdministratorClient
    ) -> None:
        self._candidate = candidate
        self.office = office
        self.who = who
        self.hub: HubClient = hub
        self.audit = Audit(office.trust)
        self.agent: AgentServices | None = None
        self.review: ReviewDesk | None = None
        self.administration: AdministratorServices | None = None
        self._post = ItemPost(hub, office.catalogue, office.home.catalogue)
        self._directory: Directory | None = None
        role = who.person.role
        if role is Role.AGENT:
            self.agent = self._agent()
        elif role in (Role.REVIEWER, Role.APPROVER):
            self.review = ReviewDesk(
                hub,
                who,
                self.item,
                self.vouching,
                office.trust,
                office.proofs,
                office.clock,
            )
        elif role is Role.ADMINISTRATOR:
            self.administration = AdministratorServices(
                staff=StaffOffice(hub, who.key, office.clock),
                items=ItemOffice(
                    hub,
                    who.key,
                    office.catalogue,
                    self._post,
                    office.home.last_import,
                    office.clock,
                ),
            )

    def connect(self) -> None:
        """Signs in at the hub and fetches its directory; raises a ``HubError`` when it cannot.

        Without it the agent's desk works on with what is known from last time.
        """
        self.hub.sign_in(self.who.key)
        self._directory = self.hub.directory()
        self._post.collect(self._directory.items)
        if self.agent is not None:
            self.agent.store.remember(_DIRECTORY, self._directory.model_dump_json())

    def item(self, code: str, version: int) -> ServiceItem:
        """A version of an item; one published since the sign-in is fetched from the hub."""
        try:
            return self.office.catalogue.item(code, version)
        except ItemUnknown:
            return self._post.fetch(code, version)

    def open_key_again(self, pin: str) -> None:
        """After the token was pulled out: opens its keys anew, and all goes on as before.

        Raises as ``SignIn.open_again``.
        """
        SignIn(self.office.keys).open_again(self._candidate, self.who, pin)

    @property
    def key_slot(self) -> KeySlot:
        """The person's key as it was chosen at the door."""
        return self._candidate.slot

    def directory(self) -> Directory:
        """The hub's directory; fetched when it is not known yet."""
        known = self.known_directory()
        if known is None:
            known = self._directory = self.hub.directory()
        return known

    def known_directory(self) -> Directory | None:
        """The directory as far as known without a network."""
        if self._directory is None and self.agent is not None:
            remembered = self.agent.store.remembered(_DIRECTORY)
            if remembered:
                self._directory = Directory.model_validate_json(remembered)
        return self._directory

    def vouching(self) -> Vouching:
        """The hub's directory as far as it can be believed here."""
        return self._vouching(self.directory())

    def known_vouching(self) -> Vouching | None:
        """The same without a network; None on a PC that was never connected."""
        known = self.known_directory()
        return None if known is None else self._vouching(known)

    def close(self) -> None:
        """Forgets the keys and lets others have the store."""
        if self.review is not None:
            self.review.give_all_back()
        with contextlib.suppress(HubError):
            self.hub.sign_out()
        self.hub.close()
        self.who.close()
        if self.agent is not None:
            self.agent.store.close()

    def _vouching(self, directory: Directory) -> Vouching:
        office = self.office
        return Vouching(directory, office.known_trust(), self.who.key.chain, office.clock())

    def _agent(self) -> AgentServices:
        from station.services.capture import Capture
        from station.services.handover import Handover
        from station.services.paper_reader import PaperReader
        from station.services.signing_desk import SigningDesk
        from station.services.submission import Submission

        office, who = self.office, self.who
        unit = who.person.unit.code
        folder = office.home.station / unit
        locker = open_locker(office.home.station / f"{unit}.key")
        store = Store.open(folder, locker)
        intake = Intake(store, office.catalogue, who.person, office.clock)
        capture = Capture(store, intake, office.pipeline, office.clock)
        reader = PaperReader(store, intake, capture, lambda: office.reading)
        signing = SigningDesk(
            store, intake, capture, who, self.known_vouching, office.calendar, office.clock
        )
        submission = Submission(store, intake, who, self.hub, self.known_vouching, office.clock)
        return AgentServices(
            store=store,
            intake=intake,
            capture=capture,
            reader=reader,
            signing=signing,
            submission=submission,
            handover=Handover(self.hub, who, self.vouching, office.clock),
        )


class Office:
    """A PC with its folders, catalogue, keys and hub. Use it in a ``with``, or ``close`` it."""

    def __init__(
        self,
        place: Home | None = None,
        settings: Settings | None = None,
        clock: Clock = china_now,
    ) -> None:
        self.home = place or home()
        self.settings = settings or load_settings(self.home.settings)
        self.clock = clock
        self._embedded = EmbeddedHub(self.home)
        self._evidence: tuple[Evidence, ...] = ()
        self._lock = threading.Lock()

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the hub that was started here, and the page workers."""
        self._embedded.stop()
        if "keys" in self.__dict__:
            self.keys.close()
        if "pipeline" in self.__dict__:
            self.pipeline.close()

    # ---------------------------------------------------------------- first start
    @property
    def is_set_up(self) -> bool:
        """Whether there are keys to sign in with."""
        if SignIn(self.keys.files).candidates():
            return True
        # A token alone makes no training county: it has its own hub, or is still to be enrolled.
        return bool(self.settings.hub and SignIn(self.keys).candidates())

    def set_up_training(self, progress: Callable[[str], None] | None = None) -> None:
        """Makes the training county's authority and keys, where they are missing."""
        if progress is not None:
            progress("keys")
        set_up_training(self.home.training, TRAINING_COUNTY, self.clock)

    # ---------------------------------------------------------------- what lies here
    @cached_property
    def catalogue(self) -> Catalogue:
        """The service items: those shipped, and those that came from the hub."""
        further = self.home.catalogue
        return Catalogue.load(resources("items"), *((further,) if further.is_dir() else ()))

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """Holidays and make-up working days."""
        return load_calendar(resources("calendar"))

    @cached_property
    def pipeline(self) -> PagePipeline:
        """The page pipeline (loads OpenCV)."""
        from station.imaging.pipeline import PagePipeline
        from station.reading.way_up import WayUp

        return PagePipeline(upside_down=WayUp().is_upside_down)

    @cached_property
    def reading(self) -> ReadingDesk:
        """Reads forms and cards (loads the text reader at its first use)."""
        from station.reading.desk import ReadingDesk

        return ReadingDesk(self.catalogue.item)

    @cached_property
    def keys(self) -> KeyRing:
        """The keys of this PC: in files, and on the tokens that are plugged in."""
        return key_ring(self.home, self.settings)

    @property
    def roots(self) -> tuple[Path, ...]:
        """Files and folders of trust roots."""
        return self.settings.trust or (self.home.training / "trust",)

    def trust(self) -> TrustStore:
        """Trust roots with the revocation lists known here, fetched anew when the hub answers."""
        store = load_trust(self.roots)
        with self._lock:
            if url := self._known_hub():
                with contextlib.suppress(EvidenceUnavailable):
                    self._evidence = HttpEvidence(f"{url}/authority").lists()
            return store.with_evidence(self._evidence)

    def known_trust(self) -> TrustStore:
        """The same without asking anybody."""
        return load_trust(self.roots).with_evidence(self._evidence)

    def proofs(self) -> Proofs:
        """Where time stamps and revocation evidence come from now: the settings, else the hub."""
        tsa, evidence = self.settings.tsa, self.settings.evidence
        url = self._known_hub()
        authority = f"{url}/authority" if url else ""
        if not tsa and authority:
            tsa = f"{authority}/tsa"
        return Proofs(
            stamps_from(tsa) if tsa else None,
            evidence_from([evidence or authority]) if evidence or authority else None,
        )

    # ---------------------------------------------------------------- hub and people
    def hub_url(self) -> str:
        """The hub's address: the one configured, else that of the embedded hub, started now."""
        if self.settings.hub:
            return self.settings.hub.rstrip("/")
        return self._embedded.ensure()

    def candidates(self) -> tuple[Candidate, ...]:
        """Who could sign in here."""
        return SignIn(self.keys).candidates()

    def sign_in(self, candidate: Candidate, pin: str) -> OpenDesk:
        """Opens the person's keys and desk. The hub need not answer: see ``OpenDesk.connect``."""
        who = SignIn(self.keys).sign_in(candidate, pin)
        try:
            hub = AdministratorClient(self.hub_url(), clock=self.clock)
            return OpenDesk(self, candidate, who, hub)
        except BaseException:
            who.close()
            raise

    def _known_hub(self) -> str:
        if self.settings.hub:
            return self.settings.hub.rstrip("/")
        return self._embedded.find()
