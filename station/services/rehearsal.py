"""A whole case, rehearsed: what ``station demo`` and the story tests run.

One PC stands for all of them: the village desk, the township's and the county's, each with its own
key, and the hub as a process of its own. Only the people are invented.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signing.handwriting import synthetic_ink
from signing.trust import load_trust
from signing.verify.verdict import Verdict
from station.archive.verdict import PackageVerdict
from station.assembly import Office, OpenDesk
from station.catalogue import Catalogue
from station.devices.simulated import TrainingDesk
from station.devices.training_people import VILLAGERS, Villager
from station.domain import idnumbers
from station.domain.cases import ActionType, Case
from station.domain.completeness import Need, facts_of, materials_of, missing, rules_of
from station.domain.drafts import Draft
from station.domain.items import FieldKind, FormField, PaperProfile, ServiceItem
from station.domain.units import Level, Role
from station.domain.values import check_value
from station.errors import FolderUnusable, InputError
from station.paths import Home, resources
from station.services.archiving import archive_case
from station.services.review import Decided, Decision
from station.services.signing_desk import SignedDossier
from station.wire.messages import Accepted

STEPS: dict[str, tuple[str, str]] = {
    "set_up": ("建培训机构和密钥，启动中心", "making the training authority, starting the hub"),
    "form": ("读身份证，填表", "reading the card, filling the form"),
    "capture": ("收材料", "capturing the papers"),
    "ink": ("本人手写签名", "the applicant signs by hand"),
    "sign": ("代办员签章", "the agent signs"),
    "upload": ("加密上传", "sealing and sending"),
    "township": ("乡镇审核", "the township decides"),
    "county": ("县级审批", "the county decides"),
    "sms": ("短信", "messages"),
    "archive": ("归档", "archiving"),
    "verify": ("离线核验", "verifying offline"),
}
_CREDIT_CODE = "92130430MA0PEJXU04"  # invented, with its right check character
_ENOUGH = 14  # photographs to look at before taking the best that were seen

Step = Callable[[str], AbstractContextManager[None]]


class NoPhotographs(InputError):
    what = "The demo did not start."
    cause = "There is no photograph that can be used in {folder}."
    remedy = "Give a folder with JPEG or PNG pictures, or leave --photos out."
    zh = (
        "演示没有开始。",
        "{folder} 里没有能用的照片。",
        "请换一个有照片的文件夹，或者不写 --photos。",
    )


class RehearsalStuck(InputError):
    what = "The demo stopped at {step}."
    cause = "{reason}"
    remedy = "See {folder} for what was made so far."
    zh = ("演示停在“{step}”。", "{reason}", "做到一半的都在 {folder}。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """Where everything lies, and the verdict on dossier and result together."""

    case: str
    dossier: Path
    result: Path
    archive: Path
    trust: Path
    sms: tuple[dict[str, Any], ...]
    verdict: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        """The members that ``station demo`` prints, but for the seconds."""
        return {
            "case": self.case,
            "dossier": str(self.dossier),
            "result": str(self.result),
            "archive": str(self.archive),
            "sms": list(self.sms),
            "trust": str(self.trust),
            "verdict": self.verdict,
            "reason": self.reason,
        }


@contextmanager
def _silent(_name: str) -> Iterator[None]:
    yield


def rehearse(
    out: Path,
    *,
    photos: Path | None = None,
    item: str = "MZ-001",
    seed: int = 1,
    step: Step = _silent,
) -> Rehearsed:
    """Carries one case of ``item`` through and leaves everything in ``out``."""
    out = out.absolute()
    pictures = _photographs(photos) if photos is not None else None
    wanted = Catalogue.load(resources("items")).item(item)
    _make(out)
    with Office(Home(out / "data")) as office:
        with step("set_up"):
            office.set_up_training()
            office.hub_url()
        return Rehearsal(office, out, wanted, seed, step).run(pictures)


class Rehearsal:
    """The case of one item, step by step; ``run`` does them all."""

    def __init__(self, office: Office, out: Path, item: ServiceItem, seed: int, step: Step) -> None:
        self._office, self._out, self._item = office, out, item
        self._seed, self._step = seed, step
        self.villager = _suitable(item, office)

    def run(self, pictures: list[Path] | None) -> Rehearsed:
        with self._desk(Role.AGENT) as desk:
            draft = self.take_in(desk, pictures)
            case = self._send(desk, draft)
        decided: dict[str, Decided] = {}
        with self._step("township"):
            final = self._item.stage_at(Level.COUNTY) is None
            action = ActionType.APPROVE if final else ActionType.FORWARD
            decided["township"] = self._decide(Role.REVIEWER, case.id, action)
        with self._step("county"):
            if not final:
                decided["county"] = self._decide(Role.APPROVER, case.id, ActionType.APPROVE)
        last = decided.get("county", decided["township"])
        assert last.dossier is not None and last.result is not None
        dossier = self._out / f"{case.number}-案卷.pdf"
        result = self._out / f"{case.number}-结果.pdf"
        dossier.write_bytes(last.dossier)
        result.write_bytes(last.result)
        with self._step("sms"):
            messages = self._messages(case.id)
        archive = self._out / f"{case.number}-归档.zip"
        with self._step("archive"):
            archive.unlink(missing_ok=True)
            self._archive(case.id, archive, final)
        trust = self._out / "培训信任根.pem"
        trust.write_bytes((self._office.home.training / "trust" / "root.pem").read_bytes())
        with self._step("verify"):
            verdict, reason = _judge(dossier, result, archive, trust)
        return Rehearsed(
            case=case.number,
            dossier=dossier,
            result=result,
            archive=archive,
            trust=trust,
            sms=tuple(messages),
            verdict=verdict,
            reason=reason,
        )

    # ---------------------------------------------------------------- the village
    def take_in(self, desk: OpenDesk, pictures: list[Path] | None = None) -> Draft:
        """A case entered and inked at the agent's ``desk``, ready to be signed by the agent."""
        agent = desk.agent
        assert agent is not None
        with self._step("form"):
            draft = agent.intake.open_case(self._item.code)
            training = TrainingDesk(self.villager, hurried=True)
            training.card_reader.put(self.villager)
            reading = training.card_reader.read()
            draft = agent.intake.set_applicant(draft.id, reading.applicant(self.villager.phone))
            draft = self.fill(desk, draft)
        with self._step("capture"):
            draft = self._papers(desk, draft, pictures, training)
        lacks = [one for one in agent.intake.missing(draft) if one.blocks and one.place != "ink"]
        if lacks:
            reason = "、".join(f"{lack.words}（{lack.detail}）" for lack in lacks)
            raise RehearsalStuck(step="填表", reason=reason, folder=self._out)
        with self._step("ink"):
            shown = agent.signing.shown(draft)
            return agent.signing.keep_ink(draft.id, synthetic_ink(self._seed), shown)

    def fill(self, desk: OpenDesk, draft: Draft) -> Draft:
        """Answers what the card does not know, until nothing of form and rules is open."""
        agent = desk.agent
        assert agent is not None
        today = self._office.clock().date()
        for field in self._item.fields:
            have = draft.values.get(field.id)
            needed = any(lack.place == field.id for lack in missing(self._item, draft, today))
            if needed and (have is None or not have.value):
                value = plausible(field, self._item, self.villager)
                draft = agent.intake.set_value(draft.id, field.id, value)
        for state in rules_of(self._item, draft, today):
            if state.holds is None:
                draft = agent.intake.answer(draft.id, state.rule.id, True)
        return draft

    def _papers(
        self,
        desk: OpenDesk,
        draft: Draft,
        pictures: list[Path] | None,
        training: TrainingDesk,
    ) -> Draft:
        agent = desk.agent
        assert agent is not None
        sides = [
            (state.material.id, state.material.profile, number)
            for state in materials_of(self._item, draft, self._office.clock().date())
            if state.need is Need.NEEDED
            for number in range(len(state.material.pages))
        ]
        source = (
            _best(pictures, len(sides), self._office)
            if pictures is not None
            else _laid(training, [(profile, number) for _, profile, number in sides])
        )
        for (material, _, _), (name, data) in zip(sides, source, strict=False):
            kept = agent.capture.keep(draft.id, material, data, name)
            agent.capture.process(kept.page.id)
            draft = kept.draft
        return agent.intake.draft(draft.id)

    def _send(self, desk: OpenDesk, draft: Draft) -> Case:
        agent = desk.agent
        assert agent is not None
        with self._step("sign"):
            signed: SignedDossier = agent.signing.sign(draft.id, self._office.proofs())
            notice = agent.signing.acceptance_notice(draft, self._office.clock())
            (self._out / f"{draft.number}-受理通知书.pdf").write_bytes(notice)
        with self._step("upload"):
            entry = agent.submission.queue(signed)
            sent = agent.submission.send_due()
            if sent.problem is not None:
                raise RehearsalStuck(step="上传", reason=sent.problem.zh, folder=self._out)
        receipt = agent.store.outbox.get(entry.id).receipt
        assert receipt is not None
        return Accepted.model_validate_json(receipt).case

    # ---------------------------------------------------------------- township and county
    def _decide(self, role: Role, case: str, action: ActionType) -> Decided:
        with self._desk(role) as desk:
            assert desk.review is not None
            waiting = desk.review.queue()
            if case not in [row.case.id for row in waiting.rows]:
                raise RehearsalStuck(step=role.word, reason="待办里没有这件", folder=self._out)
            opened = desk.review.open(case)
            return desk.review.decide(opened, Decision(action=action))

    def _archive(self, case: str, path: Path, final: bool) -> None:
        with self._desk(Role.REVIEWER if final else Role.APPROVER) as desk:
            archive_case(
                desk.hub,
                desk.who,
                self._office.catalogue,
                self._office.proofs(),
                self._office.clock,
                case,
                path,
            )

    def _messages(self, case: str) -> list[dict[str, Any]]:
        with self._desk(Role.SUPERVISOR) as desk:
            page = desk.hub.sms(case)
        found = [
            {"to": entry.to, "text": entry.text, "status": entry.status.value, "case": entry.number}
            for entry in page.entries
        ]
        (self._out / "短信.json").write_text(json.dumps(found, ensure_ascii=False, indent=2))
        return found

    @contextmanager
    def _desk(self, role: Role) -> Iterator[OpenDesk]:
        from station.services.county import TRAINING_PIN

        candidate = next(c for c in self._office.candidates() if c.person.role is role)
        desk = self._office.sign_in(candidate, TRAINING_PIN)
        try:
            desk.connect()
            yield desk
        finally:
            desk.close()


def _make(out: Path) -> None:
    """The folder, and that something can be written into it, before a minute's work is done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise FolderUnusable(folder=out, reason=error.strerror or error) from error


def _photographs(folder: Path) -> list[Path]:
    kinds = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp"}
    if not folder.is_dir():
        raise NoPhotographs(folder=folder)
    found = sorted(f for f in folder.rglob("*") if f.suffix.lower() in kinds and f.is_file())
    if not found:
        raise NoPhotographs(folder=folder)
    return found


def _best(pictures: list[Path], count: int, office: Office) -> list[tuple[str, bytes]]:
    """The photographs of which the pipeline is surest, the first that will do."""
    seen: list[tuple[float, int, str, bytes]] = []
    sure = 0
    for number, path in enumerate(pictures):
        if number >= _ENOUGH and len(seen) >= count and sure >= count:
            break
        try:
            data = path.read_bytes()
            result = office.pipeline.process(data, name=path.name)
        except (InputError, OSError):
            continue  # a picture that cannot be used is passed over, as an agent would
        good = result.quad_sure and result.quad is not None and not result.notices
        sure += good
        seen.append((result.confidence + good, number, path.name, data))
    if not seen:
        raise NoPhotographs(folder=pictures[0].parent)
    best = sorted(seen, key=lambda one: (-one[0], one[1]))[:count]
    while len(best) < count:  # a folder with a single photograph must do for all papers
        best.append(best[len(best) % len(seen)])
    return [(name, data) for _, _, name, data in best]


def _laid(
    training: TrainingDesk, wanted: list[tuple[PaperProfile, int]]
) -> Iterator[tuple[str, bytes]]:
    """The training camera photographs the villager's papers one after the other."""
    by_name = {paper.id.partition(":")[0]: paper for paper in training.papers()}
    choice = {
        (PaperProfile.ID_CARD, 0): "id-front",
        (PaperProfile.ID_CARD, 1): "id-back",
        (PaperProfile.BOOKLET, 0): "register-first",
        (PaperProfile.BOOKLET, 1): "register-own",
    }
    for side in wanted:
        paper = by_name[choice.get(side, "proof")]
        training.camera.clear()
        training.camera.lay(paper, at_once=True)
        yield paper.title, training.camera.photograph().jpeg


def _suitable(item: ServiceItem, office: Office) -> Villager:
    """The first training villager whom no rule of the item excludes."""
    today = office.clock().date()
    for villager in VILLAGERS:
        applicant = villager.card.applicant(villager.phone)
        facts = facts_of(item, applicant, {}, today)
        if applicant.id_number and all(_allows(rule.holds, facts) for rule in item.rules):
            return villager
    return VILLAGERS[0]


def _allows(condition: Any, facts: dict[str, object]) -> bool:
    from station.domain.conditions import decide

    return decide(condition, facts) is not False


def plausible(field: FormField, item: ServiceItem, villager: Villager) -> str:
    """A value that the field accepts and no rule refuses."""
    from station.domain.conditions import decide

    if field.options:
        for option in field.options:
            facts = {field.id: option.value}
            if all(decide(rule.holds, facts) is not False for rule in item.rules):
                return option.value
        return field.options[0].value
    words = _words(field, villager)
    return next((text for text in words if check_value(field, text).ok), words[0])


def _words(field: FormField, villager: Villager) -> tuple[str, ...]:
    """What could be written into a field of this kind; the likeliest first."""
    match field.kind:
        case FieldKind.NAME:
            return ("任小军",)
        case FieldKind.ID_NUMBER:
            first = "13043019700102121"
            return (first + idnumbers.check_character(first),)
        case FieldKind.PHONE:
            return ("13931001234",)
        case FieldKind.DATE:
            return ("2026-11-02",)
        case FieldKind.MONEY:
            return (str(int(max(field.minimum or 0, min(300, field.maximum or 300)))),)
        case FieldKind.DIGITS:
            if field.minimum is not None or field.maximum is not None:
                low, high = field.minimum or 0, field.maximum
                return (str(int(low if high is None else min(max(low, 1), high))),)
            small = ("3", "2027")  # persons of a household, a year
            account = (villager.bank_account,)
            return account + small if field.id == "account" else small + account
        case FieldKind.ADDRESS:
            return (villager.card.address,)
    disability = f"{villager.card.id_number}43"  # physical, third degree
    return ("情况属实", "120", disability, _CREDIT_CODE)


def _judge(dossier: Path, result: Path, archive: Path, trust: Path) -> tuple[str, str]:
    """The verdict on dossier, result and package, with nothing but the trust root."""
    from station.archive.verify import verify_package
    from station.services.item_routes import ItemRoutes, verify_on_route

    roots = load_trust([trust])
    judged: list[Verdict | PackageVerdict] = [
        verify_on_route(dossier, roots, "chain", None),
        verify_on_route(result, roots, "chain", None),
        verify_package(archive, roots, ItemRoutes.known()),
    ]
    for verdict in judged:
        if not verdict.good:
            return verdict.outcome.value, verdict.reason.zh
    return judged[0].outcome.value, judged[0].reason.zh
