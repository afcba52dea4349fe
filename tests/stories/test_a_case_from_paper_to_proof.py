"""One case as ``station demo`` carries it through, judged from outside afterwards.

The command is run once, as a user would; everything is then asked of what it left behind, of
programs that know nothing of us, and of the auditor's commands in processes of their own.
"""

from __future__ import annotations

import json
import random
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from signing.errors import EnvelopeError
from signing.keys.pkcs12 import open_p12_decryption
from station.services.case_papers import read_papers
from station.services.county import TRAINING_PIN
from station.wire.sealing import open_document
from tests.helpers.judges import pdfsig
from tests.helpers.program import Said, station

STAGES = (
    ("任春河", "后段寨村便民服务站", "代办员"),
    ("周丽萍", "东河镇便民服务中心", "审核员"),
    ("马建国", "邱县行政审批局", "审批员"),
)


@dataclass(frozen=True)
class Demo:
    """What the command printed and where it left things."""

    said: Said
    out: Path

    @property
    def json(self) -> Any:
        return self.said.json

    def path(self, member: str) -> Path:
        return Path(self.json[member])

    @property
    def hub(self) -> Path:
        return self.out / "data" / "hub"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    out = tmp_path_factory.mktemp("demo")
    return Demo(station("demo", "--out", out, "--json", home=out / "nobody"), out)


@pytest.fixture(scope="module")
def nss_db(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``pdfsig -nssdir`` takes: trusts the demo's root and knows nothing else of us."""
    folder = tmp_path_factory.mktemp("nss")
    database = ["certutil", "-d", f"sql:{folder}"]
    subprocess.run([*database, "-N", "--empty-password"], check=True)
    root = ["-n", "root", "-t", "CT,C,C", "-a", "-i", str(demo.path("trust"))]
    subprocess.run([*database, "-A", *root], check=True)
    return folder


def test_the_demo_says_where_everything_lies_and_that_it_is_valid(demo: Demo) -> None:
    assert demo.said.status == 0, demo.said.err
    answer = demo.json
    assert {"case", "dossier", "result", "archive", "sms", "trust", "verdict", "seconds"} <= set(
        answer
    )
    assert answer["verdict"] == "valid", answer["reason"]
    assert answer["case"].startswith("130430104213-")
    for member in ("dossier", "result", "archive", "trust"):
        assert demo.path(member).is_file(), member
        assert demo.path(member).is_relative_to(demo.out)
    assert all(seconds >= 0 for seconds in answer["seconds"].values())
    assert "Traceback" not in demo.said.err
    assert not (demo.out / "nobody").exists(), "the demo touches nobody's own data folder"


def test_pdfsig_finds_every_signature_of_dossier_and_result_valid_and_trusted(
    demo: Demo, nss_db: Path, tmp_path: Path
) -> None:
    for member, fields in (
        ("dossier", ["village", "township", "county"]),
        ("result", ["approver", "seal"]),
    ):
        judged = pdfsig(demo.path(member).read_bytes(), tmp_path, nss_db)
        assert sorted(one.field for one in judged) == sorted(fields)
        assert [one for one in judged if not (one.valid and one.trusted)] == []


def test_every_signature_names_person_unit_role_and_time(demo: Demo) -> None:
    said = station(
        "verify", demo.path("dossier"), demo.path("result"), "--trust", demo.path("trust"), "--json"
    )
    assert said.status == 0, said.err
    dossier, result = said.json
    persons = [(s["signer"], s["unit"], s["role"]) for s in dossier["signatures"]]
    assert persons == list(STAGES)
    approver, seal = result["signatures"]
    assert (approver["signer"], approver["unit"], approver["role"]) == STAGES[-1]
    assert seal["unit"] == "邱县行政审批局"
    times = [datetime.fromisoformat(s["time"]) for s in dossier["signatures"]]
    assert times == sorted(times)
    assert all(time.utcoffset() is not None for time in times)
    for signature in dossier["signatures"] + result["signatures"]:
        assert signature["intact"]
        assert signature["level"] == "B-LT"
        assert not signature["problems"]


def test_the_auditor_finds_the_chain_from_village_to_county_in_order(demo: Demo) -> None:
    said = station(
        "verify", demo.path("dossier"), "--trust", demo.path("trust"), "--policy", "chain", "--json"
    )
    assert said.status == 0, said.out
    (verdict,) = said.json
    assert verdict["verdict"] == "valid"
    assert verdict["chain"]["route_kept"] is True


def test_without_the_root_the_same_dossier_is_intact_but_untrusted(
    demo: Demo, tmp_path: Path
) -> None:
    said = station("verify", demo.path("dossier"), "--json", home=tmp_path / "fresh")
    assert said.status == 1
    assert said.json[0]["verdict"] == "untrusted"


def test_township_and_county_signed_later_revisions_of_the_very_same_dossier(demo: Demo) -> None:
    keys = demo.out / "data" / "training" / "keys"
    township = open_p12_decryption(keys / "open-130430104.p12", TRAINING_PIN)
    opened = []
    for blob in (demo.hub / "blobs").rglob("*"):
        if blob.is_file():
            try:
                opened.append(open_document(blob.read_bytes(), township))
            except EnvelopeError:
                continue  # the telephone number, sealed to the SMS sender alone
    township.close()
    final = demo.path("dossier").read_bytes()
    stages = sorted((pdf for pdf in opened if final.startswith(pdf)), key=len)
    assert len(stages) == 3, "as the village, the township and the county sent it"
    assert stages[-1] == final
    assert demo.path("result").read_bytes() in opened


def test_one_changed_byte_anywhere_is_found(demo: Demo, tmp_path: Path) -> None:
    pdf = demo.path("dossier").read_bytes()
    luck = random.Random(20261123)
    village_ends = pdf.index(b"%%EOF")
    picture = pdf.index(b"/DCTDecode")
    contents = _all(pdf, b"/Contents <3")
    places = {
        "header": 5,
        "text": pdf.index(b"stream", pdf.index(b"/FlateDecode")) + 40,
        "picture": pdf.index(b"stream", picture) + 2000,
        "first signature": contents[0] + 400,
        "last signature": contents[-1] + 400,
        "padding of the last signature": pdf.index(b"0>", contents[-1]) - 100,
        "byte range": pdf.index(b"/ByteRange") + 14,
        "tail": len(pdf) - 12,
    }
    places |= {f"anywhere {n}": luck.randrange(village_ends) for n in range(4)}
    places |= {f"later {n}": luck.randrange(village_ends, len(pdf)) for n in range(4)}
    for name, place in places.items():
        changed = bytearray(pdf)
        changed[place] ^= 0x01
        (tmp_path / f"{name}.pdf").write_bytes(changed)

    said = station("verify", tmp_path, "--trust", demo.path("trust"), "--json")

    assert said.status == 1
    assert len(said.json) == len(places)
    unseen = [Path(v["file"]).stem for v in said.json if v["verdict"] == "valid"]
    assert [(name, places[name]) for name in unseen] == []


def test_the_archive_proves_itself_and_any_changed_file_in_it_is_found(
    demo: Demo, tmp_path: Path
) -> None:
    good = station(
        "archive", "verify", demo.path("archive"), "--trust", demo.path("trust"), "--json"
    )
    assert good.status == 0, good.out + good.err
    steps = good.json[0]["operations"]
    assert len(steps) == 3
    assert all(step["received_proved"] for step in steps), "the hub's receipt lies with each step"

    with zipfile.ZipFile(demo.path("archive")) as package:
        files = {info: package.read(info) for info in package.infolist() if not info.is_dir()}
    assert len(files) > 5
    for number, spoilt in enumerate(files):
        with zipfile.ZipFile(tmp_path / f"{number:02d}.zip", "w") as copy:
            for info, data in files.items():
                middle = len(data) // 2
                changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
                copy.writestr(info, changed if info is spoilt else data)

    said = station("archive", "verify", tmp_path, "--trust", demo.path("trust"), "--json")

    assert said.status == 1
    names = [info.filename for info in files]
    found = {names[int(Path(v["file"]).stem)]: v["verdict"] for v in said.json}
    assert len(found) == len(files)
    assert [name for name, verdict in found.items() if verdict == "valid"] == []


def test_the_applicant_was_told_at_acceptance_and_at_the_end_and_no_number_is_shown(
    demo: Demo,
) -> None:
    answer = demo.json
    texts = [message["text"] for message in answer["sms"]]
    assert len(texts) == 2
    assert any("受理" in text for text in texts)
    assert any("办结" in text for text in texts)
    for message in answer["sms"]:
        assert answer["case"] in message["text"]
        assert message["status"] == "delivered"
        assert "****" in message["to"], "a list of messages shows no telephone number"
    went_out = [
        json.loads(line)
        for line in (demo.hub / "sms" / "outbox.jsonl").read_text("utf-8").splitlines()
    ]
    phone = read_papers(demo.path("dossier").read_bytes()).applicant.phone
    assert {message["to"] for message in went_out} == {phone}


def test_the_hubs_folder_holds_nothing_that_anybody_could_read(demo: Demo) -> None:
    papers = read_papers(demo.path("dossier").read_bytes())
    applicant = papers.applicant
    secrets = [applicant.name, applicant.id_number, applicant.phone, applicant.address]
    secrets += [value for value in papers.values.values() if len(value) > 10]
    assert all(secrets[:4]), "the story needs something to look for"
    gateway = demo.hub / "sms" / "outbox.jsonl"  # what the telephone company gets, by design
    files = [f for f in demo.hub.rglob("*") if f.is_file() and f != gateway]
    assert files
    told = [
        (file.name, secret)
        for file in files
        for secret in secrets
        for written in _ways_to_write(secret)
        if written in file.read_bytes()
    ]
    assert told == []


def _ways_to_write(text: str) -> set[bytes]:
    return {text.encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode()}


def _all(data: bytes, wanted: bytes) -> list[int]:
    found, at = [], data.find(wanted)
    while at >= 0:
        found.append(at)
        at = data.find(wanted, at + 1)
    return found
