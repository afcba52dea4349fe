"""What is particular to keys in files."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from signing.authority.protocol import Subject
from signing.certificates import CertificateForOtherUse, Purpose
from signing.errors import KeyUnavailable, PinLocked, PinWrong
from signing.keys.pkcs12 import (
    KeyFileDamaged,
    KeyFileMissing,
    KeyFileNotOpened,
    Pkcs12Keys,
    new_key,
    open_p12,
    open_p12_decryption,
    public_key_of,
    write_p12,
)
from signing.keys.protocol import PinState
from tests.helpers.pki import PIN, Pki


@pytest.fixture
def key_file(pki: Pki, tmp_path: Path) -> Path:
    source = pki.person(kind="rsa2048").path
    for suffix in (".p12", ".pem"):
        (tmp_path / f"key{suffix}").write_bytes(source.with_suffix(suffix).read_bytes())
    return tmp_path / "key.p12"


@pytest.fixture(scope="module")
def slow_file(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file whose PIN takes a while to try, so that there is time to end who tries it."""
    private = new_key("p256")
    subject = Subject("甲", "村", "1", "邱县（培训）")
    issued = pki.authority.issue(public_key_of(private), subject, Purpose.SIGN)
    path = tmp_path_factory.mktemp("slow") / "slow.p12"
    write_p12(path, private, issued.certificate, issued.chain, PIN, rounds=1_500_000)
    return path


@pytest.fixture
def slow_key(slow_file: Path, tmp_path: Path) -> Path:
    for suffix in (".p12", ".pem"):
        shutil.copy(slow_file.with_suffix(suffix), tmp_path)
    return tmp_path / "slow.p12"


def test_openssl_opens_the_key_file_with_the_same_pin(key_file: Path) -> None:
    words = ["openssl", "pkcs12", "-in", str(key_file), "-info", "-noout", "-passin"]
    opened = subprocess.run([*words, f"pass:{PIN}"], capture_output=True, text=True, check=True)
    assert "AES-256-CBC" in opened.stderr
    assert subprocess.run([*words, "pass:0"], capture_output=True, check=False).returncode != 0


def test_guessing_at_a_key_file_costs_no_less_than_opening_it_is_meant_to(
    pki: Pki, tmp_path: Path
) -> None:
    private = new_key("p256")
    subject = Subject("甲", "村", "1", "邱县（培训）")
    issued = pki.authority.issue(public_key_of(private), subject, Purpose.SIGN)
    path = tmp_path / "own.p12"
    write_p12(path, private, issued.certificate, issued.chain, PIN)
    words = ["openssl", "pkcs12", "-in", str(path), "-info", "-noout", "-passin", f"pass:{PIN}"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    assert "MAC: sha256, Iteration 200000" in told
    assert "Iteration 100000, PRF hmacWithSHA256" in told


def test_a_key_file_without_its_certificate_beside_it_is_not_listed_but_opens(
    key_file: Path,
) -> None:
    key_file.with_suffix(".pem").unlink()
    assert list(Pkcs12Keys(key_file.parent).slots()) == []
    assert open_p12(key_file, PIN).algorithm == "rsa"


def test_a_folder_that_is_not_there_has_no_keys(tmp_path: Path) -> None:
    assert list(Pkcs12Keys(tmp_path / "nowhere").slots()) == []


@pytest.mark.parametrize("content", [b"", b"not a key", b"%PDF-1.7", b"\x30\x82\xff\xff\x02"])
def test_what_is_no_key_file_is_said_to_be_none_and_costs_no_try(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(content)
    with pytest.raises(KeyFileDamaged):
        open_p12(path, PIN)
    assert not path.with_suffix(".tries").exists()


def test_a_key_file_that_is_cut_short_never_ends_in_a_traceback(key_file: Path) -> None:
    whole = key_file.read_bytes()
    for length in range(0, len(whole), 97):
        key_file.write_bytes(whole[:length])
        with pytest.raises(KeyUnavailable):
            open_p12(key_file, PIN)


def test_a_flipped_bit_in_a_key_file_never_ends_in_a_traceback(key_file: Path) -> None:
    whole = key_file.read_bytes()
    for place in range(0, len(whole), 131):
        key_file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        key_file.with_suffix(".tries").unlink(missing_ok=True)
        with suppress(KeyUnavailable, PinWrong):
            assert open_p12(key_file, PIN).sign(b"x")


def test_a_missing_file_is_missed(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing):
        open_p12(tmp_path / "nothing.p12", PIN)
    with pytest.raises(KeyFileMissing):
        open_p12(tmp_path, PIN)


def test_the_administrator_unlocks_a_key(key_file: Path) -> None:
    keys = Pkcs12Keys(key_file.parent)
    slot = keys.slots()[0]
    for _ in range(5):
        with pytest.raises(PinWrong):
            keys.open(slot, "")
    with pytest.raises(PinLocked):
        keys.open(slot, "")
    keys.unlock(slot)
    assert keys.open(slot, PIN)


def test_a_wrong_pin_is_on_the_disk_before_anybody_hears_of_it(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object, **__: object) -> None:
        raise SystemExit("the lights went out")

    monkeypatch.setattr("signing.keys.pkcs12.PinWrong", power_cut)
    with pytest.raises(SystemExit):
        open_p12(key_file, "000000")
    assert Pkcs12Keys(key_file.parent).slots()[0].tries_left == 5


def test_whoever_ends_the_program_before_it_tells_that_the_pin_was_wrong_has_used_the_try(
    slow_key: Path,
) -> None:
    path, keys = slow_key, Pkcs12Keys(slow_key.parent)
    for done in range(1, 6):
        _killed_while_trying(path, "000000")
        assert keys.slots()[0].tries_left == 6 - done
    assert keys.slots()[0].pin_state is PinState.FINAL_TRY
    _killed_while_trying(path, "000000")
    with pytest.raises(PinLocked):
        open_p12(path, PIN)


def test_who_loses_power_while_opening_a_key_gets_all_tries_back_with_the_right_pin(
    slow_key: Path,
) -> None:
    path = slow_key
    for _ in range(2):
        _killed_while_trying(path, PIN)
    keys = Pkcs12Keys(path.parent)
    assert keys.slots()[0].tries_left == 4
    assert open_p12(path, PIN).sign(b"dossier")
    assert keys.slots()[0].tries_left == 6
    assert not path.with_suffix(".tries").exists()


def test_guessing_with_many_processes_at_once_gives_no_more_tries(slow_key: Path) -> None:
    path = slow_key
    guessing = [_trying(path, f"{number:06}") for number in range(10)]
    said = [one.communicate(timeout=120)[0].strip() for one in guessing]
    assert said.count("PinLocked") >= 4, said
    assert set(said) <= {"PinLocked", "PinWrong"}
    with pytest.raises(PinLocked):
        open_p12(path, PIN)


_TRY = """
import sys
from pathlib import Path
from signing.errors import SigningError
from signing.keys.pkcs12 import open_p12
try:
    open_p12(Path(sys.argv[1]), sys.argv[2])
    print("open")
except SigningError as error:
    print(type(error).__name__)
"""


def _trying(path: Path, pin: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _TRY, str(path), pin], stdout=subprocess.PIPE, text=True
    )


def _killed_while_trying(path: Path, pin: str) -> None:
    """A real process begins to try ``pin`` and is killed before it can know what comes of it."""
    tally = path.with_suffix(".tries")
    before = tally.stat().st_size if tally.exists() else 0
    with _trying(path, pin) as process:
        while not (tally.exists() and tally.stat().st_size > before):
            assert process.poll() is None, "it ended by itself"
            time.sleep(0.005)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert process.stdout is not None
        assert process.stdout.read() == "", "it did not get to know"


def test_a_key_whose_pin_is_kept_in_a_file_never_locks(key_file: Path) -> None:
    key_file.with_suffix(".tries").write_text("6")
    for _ in range(7):
        with pytest.raises(KeyFileNotOpened):
            open_p12(key_file, "000000", counted=False)
    assert open_p12(key_file, PIN, counted=False).sign(b"dossier")


def test_a_nonsense_count_beside_a_key_is_not_held_against_its_holder(key_file: Path) -> None:
    key_file.with_suffix(".tries").write_text("garbage")
    assert open_p12(key_file, PIN)


def test_a_key_that_cannot_decrypt_says_what_it_is_for(pki: Pki) -> None:
    with pytest.raises(CertificateForOtherUse) as refused:
        open_p12_decryption(pki.person("钱一", kind="p256").path, PIN)
    assert "钱一" in refused.value.sentence("zh")


def test_a_key_file_appears_whole_or_not_at_all(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(b"the old one")
    private = new_key("p256")
    subject = Subject("甲", "村", "1", "邱县（培训）")
    issued = pki.authority.issue(public_key_of(private), subject, Purpose.SIGN)

    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("signing.files.os.fsync", disk_full)
    with pytest.raises(OSError, match="No space"):
        write_p12(path, private, issued.certificate, issued.chain, PIN, rounds=1)
    assert path.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["key.p12"], "no leftovers"
