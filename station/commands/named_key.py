"""Opening the key that a command line names: ``p12:PATH`` or ``pkcs11:URI``, and its PIN."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from signing.errors import PinLocked, PinWrong
from station.commands.console import language, note, say
from station.errors import FileUnreadable, InputError, UsageWrong
from station.paths import home
from station.settings import load as load_settings

if TYPE_CHECKING:
    from signing.keys.pkcs11 import Pkcs11Keys
    from signing.keys.protocol import KeySlot, SigningKey
    from signing.keys.token_uri import TokenUri

T = TypeVar("T")


class KeyKindUnknown(InputError):
    what = "Nothing was done."
    cause = "There are no keys of the kind “{kind}”."
    remedy = "Name a key file, --key p12:PATH, or a token's key, --key pkcs11:URI."
    zh = (
        "什么都没有做。",
        "没有“{kind}”这类密钥。",
        "请写密钥文件 --key p12:路径，或 UKey 里的密钥 --key pkcs11:地址。",
    )


def check_key(key: str) -> None:
    """What is wrong with the words is told before anything is opened."""
    kind = key.partition(":")[0].lower()
    if kind == "pkcs11":
        from signing.keys.token_uri import TokenUri

        TokenUri.read(key)
    elif kind != "p12":
        raise KeyKindUnknown(kind=kind)


def check_pin(key: str, pin_file: str | None, command: str) -> None:
    """``UsageWrong`` when there is nowhere that the PIN could come from."""
    if pin_file or sys.stdin.isatty():
        return
    if key.lower().startswith("pkcs11:"):
        from signing.keys.token_uri import TokenUri

        if TokenUri.read(key).pin_file is not None:
            return
    problem = say(
        "这里没有终端可以输入 PIN，请用 --pin-file。",
        "There is no terminal to type the PIN on; give --pin-file.",
    )
    raise UsageWrong(problem=problem, command=command)


def opened_key(key: str, pin_file: str | None) -> SigningKey:
    """The opened key; on a terminal the PIN is asked until it is right or the key is locked."""
    if not key.lower().startswith("pkcs11:"):
        from signing.keys.pkcs12 import open_p12

        path = Path(key.partition(":")[2])
        return with_pin(lambda pin: open_p12(path, pin), pin_file)
    uri, tokens = addressed(key)
    slot = tokens.find(uri)
    words = slot_words(slot)
    if slot.typed_on_reader:
        note(words)
        return tokens.open(slot, "")
    return with_pin(lambda pin: tokens.open(slot, pin), pin_file or _pin_file_of(uri), words)


def addressed(key: str) -> tuple[TokenUri, Pkcs11Keys]:
    """A ``pkcs11:`` address, and the tokens among which it is to be found."""
    from signing.keys.token_uri import TokenUri
    from station.services.keys import token_keys

    uri = TokenUri.read(key)
    place = home()
    modules = (uri.module_path,) if uri.module_path is not None else ()
    return uri, token_keys(place, load_settings(place.settings), *modules)


def slot_words(slot: KeySlot) -> str:
    """How near the key is to locking, for before its PIN is typed; "" when all is well.

    Raises ``PinLocked`` when there is no use in asking.
    """
    from signing.keys.protocol import PinState

    if slot.typed_on_reader:
        return say("请在读卡器的键盘上输入 PIN。", "Type the PIN on the reader's own keys.")
    match slot.pin_state:
        case PinState.LOCKED:
            raise PinLocked
        case PinState.FINAL_TRY:
            return say(
                "注意：只剩最后一次机会，再错密钥就锁住了。",
                "Take care: one try is left, then the key locks.",
            )
        case PinState.LOW:
            return say("注意：PIN 已经输错过，请仔细。", "Take care: the PIN was wrong before.")
    return ""


def with_pin(open_key: Callable[[str], T], pin_file: str | None, state: str = "") -> T:
    """Opens something with the PIN from a file, from standard input, or typed until it is right."""
    if pin_file:
        return open_key(_pin_in(pin_file))
    if state:
        note(state)
    while True:
        try:
            return open_key(getpass("PIN: "))
        except PinWrong as error:
            note(error.sentence(language()))


def _pin_file_of(uri: TokenUri) -> str | None:
    return str(uri.pin_file) if uri.pin_file is not None else None


def _pin_in(pin_file: str) -> str:
    """The first line, whatever ends it and whatever mark an editor put before it."""
    if pin_file == "-":
        return sys.stdin.readline().lstrip("\ufeff").rstrip("\r\n")
    try:
        text = Path(pin_file).read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise FileUnreadable(file=pin_file, reason=error.strerror or error) from error
    return next(iter(text.splitlines()), "")
