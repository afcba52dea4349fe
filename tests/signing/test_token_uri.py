"""Addresses of keys on tokens (RFC 7512), as people copy and mistype them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.keys.token_errors import TokenUriWrong
from signing.keys.token_uri import TokenUri

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    token=st.none() | _WORDS,
    serial=st.none() | _WORDS,
    object=st.none() | _WORDS,
    id=st.none() | st.binary(max_size=8),
    slot=st.none() | st.integers(0, 2**32),
    path=st.sampled_from(
        [None, Path("/opt/某厂 驱动/lib+x.so"), Path("/usr/lib/opensc-pkcs11.so")]
    ),
)
def test_what_is_written_is_read_again(
    token: str | None,
    serial: str | None,
    object: str | None,
    id: bytes | None,
    slot: int | None,
    path: Path | None,
) -> None:
    uri = TokenUri(token=token, serial=serial, object=object, id=id, slot=slot, module_path=path)
    assert TokenUri.read(uri.text()) == uri


def test_chinese_labels_are_understood_escaped_and_as_they_are_typed() -> None:
    assert TokenUri.read("pkcs11:token=%E4%BB%BB%E6%98%A5%E6%B2%B3") == TokenUri(token="任春河")
    assert TokenUri.read("pkcs11:token=任春河;id=%00%FF") == TokenUri(token="任春河", id=b"\0\xff")


def test_the_examples_of_the_standard_are_read() -> None:
    """RFC 7512, section 3, those that name a key."""
    uri = TokenUri.read(
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;"
        "model=1.0;object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=?"
        "pin-source=file:/etc/token_pin"
    )
    assert uri.token == "The Software PKCS#11 Softtoken"
    assert uri.manufacturer == "Snake Oil, Inc."
    assert uri.id == bytes.fromhex("69953e5cf4bdec91")
    assert uri.pin_file == Path("/etc/token_pin")
    assert TokenUri.read("pkcs11:") == TokenUri()
    named = TokenUri.read("pkcs11:object=k?module-name=softhsm2")
    assert named.drives(Path("/usr/lib/softhsm/libsofthsm2.so"))
    assert not named.drives(Path("/usr/lib/opensc-pkcs11.so"))
    assert TokenUri.read("pkcs11:x-muster=1;token=a") == TokenUri(token="a"), "vendors' own"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("p12:/a", "pkcs11"),
        ("pkcs11:tokn=a", "token="),
        ("pkcs11:token", "token"),
        ("pkcs11:token=a;token=b", "×2"),
        ("pkcs11:token=%E4%B", "%?"),
        ("pkcs11:token=%FF", "UTF-8"),
        ("pkcs11:slot-id=x", "slot-id"),
        ("pkcs11:type=data", "type"),
        ("pkcs11:token=a?pin-source=|pinentry", "pin-source"),
        ("pkcs11:token=a?pin-source=secret", "pin-source"),
        ("pkcs11:token=a?serial=1", "serial"),
    ],
)
def test_a_mistyped_address_is_refused_with_what_is_wrong(address: str, said: str) -> None:
    with pytest.raises(TokenUriWrong) as wrong:
        TokenUri.read(address)
    assert said in wrong.value.sentence("en")
    assert said in wrong.value.sentence("zh")


def test_a_pin_in_an_address_is_refused_and_repeated_nowhere() -> None:
    with pytest.raises(TokenUriWrong) as wrong:
        TokenUri.read("pkcs11:token=a?pin-value=135246")
    assert "135246" not in wrong.value.sentence("en") + wrong.value.sentence("zh") + str(
        wrong.value
    )
