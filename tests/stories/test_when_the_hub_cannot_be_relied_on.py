"""The hub loses a parcel, or lies: the case goes through all the same, or stays where it was."""

from __future__ import annotations

from typing import Any

import pytest

from signing.keys.pkcs12 import open_p12, open_p12_decryption
from station.domain.cases import CaseState
from station.domain.drafts import DraftState
from station.services.county import TRAINING_PIN
from station.store import EntryState
from station.store.errors import EntryNotCancellable
from station.wire.messages import Accepted, Directory
from station.wire.statements import signed
from station.wire.vouching import AddressNotTrusted
from tests.helpers.county import AGENT, TOWNSHIP_ONLY, County, agent_of


def test_a_parcel_that_the_hub_lost_is_brought_again_by_itself(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    with county.desk(AGENT) as desk:
        agent = agent_of(desk)
        draft = county.entered(desk, TOWNSHIP_ONLY)
        entry = agent.submission.queue(agent.signing.sign(draft.id, county.office.proofs()))
        lost = entry.parcels[0].sealed_sha256
        deliver, deliveries = desk.hub.send, []

        def deliver_after_a_mishap(*words: Any) -> Accepted:
            deliveries.append(words)
            if len(deliveries) == 1:  # somebody tidied up too much at the hub
                (county.home.hub / "blobs" / lost[:2] / lost[2:]).unlink()
            return deliver(*words)

        monkeypatch.setattr(desk.hub, "send", deliver_after_a_mishap)
        sent = agent.submission.send_due()
        assert sent.problem is None
        assert sent.accepted == (draft.number,)
        assert len(deliveries) == 2, "the hub asked for what it lacked"
        stored = desk.hub.case(draft.id).documents
        assert lost in [document.sealed_sha256 for document in stored]
        assert len(desk.hub.document(lost)) == entry.parcels[0].size


def test_what_the_hub_says_is_believed_only_where_it_can_be_proved(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    with county.desk(AGENT) as desk:
        agent = agent_of(desk)
        draft = county.entered(desk, TOWNSHIP_ONLY)
        dossier = agent.signing.sign(draft.id, county.office.proofs())
        with monkeypatch.context() as lie:
            lie.setattr(desk, "_directory", _with_a_key_of_its_own(desk.directory(), county))
            with pytest.raises(AddressNotTrusted) as refused:
                agent.submission.queue(dossier)
            assert "一网通短信发送" in refused.value.sentence("zh"), "it says whose key it was"
        assert agent.submission.entries() == (), "nothing was sealed for a stranger"
        assert agent.intake.draft(draft.id).state is DraftState.OPEN

        entry = agent.submission.queue(dossier)
        deliver = desk.hub.send
        stamp = open_p12(county.home.training / "keys" / "seal-130430104.p12", TRAINING_PIN)

        def deliver_and_forge(*words: Any) -> Accepted:
            """Somebody on the line swallows the case and answers in the hub's place."""
            answer: Accepted = deliver(*words)
            return answer.model_copy(
                update={"receipt": signed({"format": "yizhan-receipt/1"}, stamp, draft.opened_at)}
            )

        with monkeypatch.context() as lie:
            lie.setattr(desk.hub, "send", deliver_and_forge)
            sent = agent.submission.send_due()
            assert (sent.accepted, sent.needs_you) == ((), 1)
            assert sent.problem is not None
            assert sent.problem.code == "ReceiptWrong"
            assert "回执没有通过核对" in sent.problem.zh
        assert agent.store.outbox.get(entry.id).receipt is None
        assert agent.intake.draft(draft.id).state is DraftState.SIGNED, "not taken as sent"
        with pytest.raises(EntryNotCancellable):  # for all anybody knows the hub has it
            agent.submission.take_back(entry.id)

        agent.submission.retry(entry.id)  # over an honest line
        assert agent.submission.send_due().accepted == (draft.number,)
        done = agent.store.outbox.get(entry.id)
        assert done.state is EntryState.ACCEPTED
        assert done.receipt is not None
        (line,) = desk.hub.record(draft.id).entries
        assert Accepted.model_validate_json(done.receipt).receipt == line.receipt
        assert desk.hub.case(draft.id).case.state is CaseState.TOWNSHIP_REVIEW


def _with_a_key_of_its_own(directory: Directory, county: County) -> Directory:
    """What a hub would say that wants to read along: its own key in the township's place."""
    keys = county.home.hub / "keys"
    own = open_p12_decryption(keys / "sms.p12", (keys / "sms.pin").read_text(), counted=False)
    units = tuple(
        unit.model_copy(update={"encryption": (own.certificate,)})
        if unit.code == "130430104"
        else unit
        for unit in directory.units
    )
    return directory.model_copy(update={"units": units})
