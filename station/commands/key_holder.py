"""``station key enrol`` and ``renew``: what a holder does at a desk with the token plugged in."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any, get_args

from station.commands.console import BAD_ANSWER, GOOD, note, print_json, say
from station.commands.key_hub import as_json, hub_client
from station.commands.named_key import (
    KeyKindUnknown,
    addressed,
    check_key,
    check_pin,
    slot_words,
    with_pin,
)
from station.errors import InputError, UsageWrong
from station.paths import home
from station.settings import load as load_settings

if TYPE_CHECKING:
    from station.services.enrolment import TokenEnrolment
    from station.wire.enrolment import Enrolment

_POLL_SECONDS = 2.0


class ManagementKeyUnreadable(InputError):
    what = "{file} is not used."
    cause = "It holds no management key: that has 32, 48 or 64 hexadecimal digits."
    remedy = "Ask whoever administers the cards for the file."
    zh = (
        "{file} 没有用上。",
        "里面不是管理密钥：那是 32、48 或 64 个十六进制数字。",
        "请向管卡的人要这个文件。",
    )


def enrol(args: argparse.Namespace) -> int:
    """Makes a key on the token and asks for its certificate, or fetches what was approved."""
    if args.fetch:
        return _fetch(args)
    from signing.keys.pkcs12 import KeyKind
    from station.wire.enrolment import Wanted

    missing = [word for word in ("name", "unit", "role", "id") if not getattr(args, word)]
    if missing or args.kind not in get_args(KeyKind):
        words = " ".join(f"--{word}" for word in missing) or f"--kind {args.kind}"
        raise UsageWrong(
            problem=say(f"缺少或不对：{words}。", f"Missing or wrong: {words}."),
            command="key enrol",
        )
    address = args.token or "pkcs11:"
    check_key(address)
    check_pin(address, args.pin_file, "key enrol")
    uri, tokens = addressed(address)
    tokens.management_key = _management_key(args)
    wanted = Wanted(name=args.name, unit=args.unit, role=args.role, person=args.id)
    with hub_client(args) as client:
        from station.services.enrolment import TokenEnrolment

        desk = TokenEnrolment(home(), tokens, client)
        token = tokens.token(uri)
        note(say(f"在 {token.name} 里生成密钥……", f"Making a key on {token.name}…"))
        pins: list[str] = []

        def ask(pin: str) -> Any:
            waiting = desk.ask(token, pin, wanted, args.kind)
            pins.append(pin)
            return waiting

        waiting = with_pin(ask, args.pin_file, "")
        note(
            say(
                f"已申请。请把核对码 {waiting.ticket.code} 念给县里管理员；"
                "批准以后运行 station key enrol --fetch。",
                f"Asked. Read the code {waiting.ticket.code} out to the county administrator; "
                "once approved run station key enrol --fetch.",
            )
        )
        deadline = time.monotonic() + args.wait
        found = desk.state(waiting)
        while found.state == "waiting" and time.monotonic() < deadline:
            time.sleep(min(_POLL_SECONDS, max(0.0, deadline - time.monotonic())))
            found = desk.state(waiting)
        if found.state != "waiting":
            found = desk.fetch(waiting, pins[0])
    tokens.close()
    return _told(args, [found])


def _management_key(args: argparse.Namespace) -> bytes | None:
    if args.management_key is None:
        return None
    from station.services.batch_signing import read

    digits = "".join(read(args.management_key).decode("ascii", "replace").replace(":", "").split())
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) not in (16, 24, 32):
        raise ManagementKeyUnreadable(file=args.management_key)
    return key


def _fetch(args: argparse.Namespace) -> int:
    from station.services.enrolment import TokenEnrolment
    from station.services.keys import token_keys

    place = home()
    tokens = token_keys(place, load_settings(place.settings))
    tokens.management_key = _management_key(args)
    found: list[Enrolment] = []
    with hub_client(args) as client:
        desk: TokenEnrolment = TokenEnrolment(place, tokens, client)
        for waiting in desk.waiting():
            state = desk.state(waiting)
            if state.state == "waiting":
                found.append(state)
                continue
            check_pin("pkcs11:", args.pin_file, "key enrol")
            found.append(
                with_pin(lambda pin, w=waiting: desk.fetch(w, pin), args.pin_file)  # type: ignore[misc]
                if state.state == "issued"
                else desk.fetch(waiting, "")
            )
    tokens.close()
    if not found:
        note(say("没有在等的申请。", "No request is waiting."))
    return _told(args, found)


def _told(args: argparse.Namespace, found: list[Enrolment]) -> int:
    words = {
        "waiting": say("等管理员批准", "waits for the administrator"),
        "issued": say("证书已写进 UKey", "the certificate is on the token"),
        "refused": say("没有批准", "refused"),
    }
    if args.json:
        print_json([as_json(entry) for entry in found])
    else:
        for entry in found:
            said = f"{words[entry.state]} {entry.reason}".strip()
            print(f"{entry.id}  {entry.code}  {entry.wanted.name}  {said}")
    return GOOD if all(entry.state == "issued" for entry in found) else BAD_ANSWER


def renew(args: argparse.Namespace) -> int:
    """A new key and certificate for the same holder."""
    from signing.certificates import holder_of
    from signing.keys.pkcs12 import KeyKind
    from station.services.enrolment import TokenEnrolment

    if args.kind not in get_args(KeyKind):
        raise UsageWrong(problem=f"--kind {args.kind}", command="key renew")
    check_key(args.key)
    if not args.key.lower().startswith("pkcs11:"):
        raise KeyKindUnknown(kind=args.key.partition(":")[0])
    check_pin(args.key, args.pin_file, "key renew")
    uri, tokens = addressed(args.key)
    tokens.management_key = _management_key(args)
    slot = tokens.find(uri)
    with hub_client(args) as client:
        desk = TokenEnrolment(home(), tokens, client)
        renewed = with_pin(
            lambda pin: desk.renew(slot, pin, args.kind, keep_old=args.keep_old),
            args.pin_file,
            slot_words(slot),
        )
    tokens.close()
    holder = holder_of(renewed.certificate)
    if args.json:
        print_json(
            {"key": renewed.id, "holder": holder.label, "until": holder.not_after.isoformat()}
        )
    else:
        print(f"{holder.label}  {holder.not_after:%Y-%m-%d}\n    {renewed.id}")
    return GOOD
