"""``station key``: the keys that are here, and certificates asked for, approved, renewed, revoked.

The holder enrols at a desk with the token; the county administrator approves from anywhere, once
the holder has read the key's code out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from station.commands import key_holder
from station.commands.console import (
    GOOD,
    add_json,
    language,
    note,
    print_json,
    say,
)
from station.commands.key_hub import as_json, signed_in
from station.errors import InputError, UsageWrong
from station.paths import home
from station.settings import load as load_settings

_FIELDS = (
    *("key", "token", "reader", "holder", "person", "unit", "purpose", "serial", "until"),
    *("pin_state", "tries_left", "training", "problem"),
)


class RequestNotWaiting(InputError):
    what = "There is no request {id} that waits for you."
    cause = "It was decided already, ran out, or belongs to another area."
    remedy = "“station key requests” lists what waits."
    zh = (
        "没有等您处理的申请 {id}。",
        "已经处理过、过期了，或者不归您管。",
        "“station key requests”会列出在等的。",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the subcommand."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    listed = actions.add_parser("list", help=say("这里有哪些密钥", "the keys that are here"))

    enrol = actions.add_parser(
        "enrol", help=say("在 UKey 里生成密钥并申领证书", "a key on the token, and its certificate")
    )
    enrol.add_argument(
        "--token", metavar="pkcs11:URI",
        help=say("哪个 UKey；只插着一个时可以不写", "which token; not needed when there is one"),
    )  # fmt: skip
    enrol.add_argument("--name", metavar="NAME", help=say("持有人姓名", "the holder's name"))
    enrol.add_argument("--unit", metavar="CODE", help=say("单位代码", "the unit's code"))
    enrol.add_argument(
        "--role", metavar="ROLE", help=say("岗位，如 代办员", "the role's word, e.g. 代办员")
    )
    enrol.add_argument("--id", metavar="ID", help=say("工号", "the person's number"))
    enrol.add_argument(
        "--kind", default="p256", metavar="KIND",
        help=say("密钥种类：p256（默认）、p384、rsa2048、rsa3072、ed25519",
                 "p256 (default), p384, rsa2048, rsa3072 or ed25519"),
    )  # fmt: skip
    enrol.add_argument(
        "--fetch", action="store_true",
        help=say("取回已批准的证书，写进 UKey", "fetch what was approved and store it"),
    )  # fmt: skip
    enrol.add_argument(
        "--wait", type=float, default=0.0, metavar="SECONDS",
        help=say("等管理员批准，最多多少秒", "wait so long for the approval"),
    )  # fmt: skip

    requests = actions.add_parser("requests", help=say("等批准的申请", "requests that wait"))
    approve = actions.add_parser("approve", help=say("批准一项申请", "approve a request"))
    approve.add_argument("id", metavar="ID")
    approve.add_argument(
        "--code", required=True, metavar="CODE",
        help=say("持有人念出的核对码", "the code that the holder reads out"),
    )  # fmt: skip
    refuse = actions.add_parser("refuse", help=say("不批准一项申请", "refuse a request"))
    refuse.add_argument("id", metavar="ID")
    refuse.add_argument("--reason", default="", help=say("为什么", "why"))

    renew = actions.add_parser("renew", help=say("换新密钥和证书", "a new key and certificate"))
    renew.add_argument("--kind", default="p256", metavar="KIND", help=say("密钥种类", "its kind"))
    renew.add_argument(
        "--keep-old", action="store_true",
        help=say("旧密钥留在 UKey 里", "leave the old key on the token"),
    )  # fmt: skip

    revoke = actions.add_parser("revoke", help=say("吊销证书", "revoke a certificate"))
    revoke.add_argument(
        "--certificate", type=Path, metavar="PEM",
        help=say("吊销谁的，管理员用；不写就是自己的", "whose, for administrators; else one's own"),
    )  # fmt: skip
    revoke.add_argument(
        "--reason", default="key_compromise", metavar="REASON",
        help=say(
            "为什么：key_compromise（丢失或泄密）、affiliation_changed（调动）、"
            "superseded（已换新）、cessation_of_operation（停用）",
            "why: key_compromise, affiliation_changed, superseded or cessation_of_operation",
        ),
    )  # fmt: skip

    for action in (enrol, renew):
        action.add_argument(
            "--management-key", type=Path, metavar="FILE",
            help=say("PIV 卡：存着管理密钥（十六进制）的文件",
                     "for PIV cards: a file with the management key in hexadecimal"),
        )  # fmt: skip
    for action in (requests, approve, refuse, renew, revoke):
        action.add_argument(
            "--key", required=True, metavar="p12:PATH|pkcs11:URI",
            help=say("用哪把密钥", "the key to act with"),
        )  # fmt: skip
    for action in (enrol, requests, approve, refuse, renew, revoke):
        action.add_argument(
            "--hub", metavar="URL", help=say("中心的地址", "the hub; else the settings'")
        )
        action.add_argument(
            "--pin-file", metavar="FILE",
            help=say("从文件读 PIN（- 为标准输入）", "read the PIN from FILE (- for stdin)"),
        )  # fmt: skip
    for action in (listed, enrol, requests, approve, refuse, renew, revoke):
        add_json(action)


def run(args: argparse.Namespace) -> int:
    """Does what the action says."""
    return {
        "list": _list,
        "enrol": key_holder.enrol,
        "requests": _requests,
        "approve": _decide,
        "refuse": _decide,
        "renew": key_holder.renew,
        "revoke": _revoke,
    }[args.action](args)


# ---------------------------------------------------------------- what is here
def _list(args: argparse.Namespace) -> int:
    from signing.keys.tokens import slots_of
    from station.services.keys import key_ring

    place = home()
    ring = key_ring(place, load_settings(place.settings))
    seen = ring.tokens.look()
    found: list[dict[str, Any]] = []
    for token in seen.tokens:
        slots = slots_of(token)
        found += [_entry(slot.id, slot, token.name, token.reader) for slot in slots]
        if not slots:
            problem = (
                say("密钥还没有证书", "its key has no certificate yet")
                if token.keys
                else say("空的，还没有密钥", "empty: no key yet")
            )
            found.append(
                dict.fromkeys(_FIELDS)
                | {
                    "key": token.uri().text(),
                    "token": token.name,
                    "reader": token.reader,
                    "pin_state": token.pin_state.value,
                    "tries_left": token.tries_left,
                    "problem": problem,
                }
            )
    folder = load_settings(place.settings).keys or place.training / "keys"
    found += [
        _entry(f"p12:{folder / slot.id}.p12", slot, None, None) for slot in ring.files.slots()
    ]
    problems = [problem.sentence(language()) for _, problem in seen.problems]
    ring.close()
    if args.json:
        print_json({"keys": found, "problems": problems})
        return GOOD
    for entry in found:
        print(f"{entry['holder'] or entry['token']}  {entry['problem'] or ''}".rstrip())
        print(f"    {entry['key']}")
    for problem in problems:
        note(problem)
    if not found:
        print(say("没有找到密钥。", "No key was found."))
    return GOOD


def _entry(key: str, slot: Any, token: str | None, reader: str | None) -> dict[str, Any]:
    from signing.certificates import holder_of
    from signing.keys.protocol import PinState

    holder = holder_of(slot.certificate)
    locked = slot.pin_state is PinState.LOCKED
    return {
        "key": key,
        "token": token,
        "reader": reader,
        "holder": holder.label,
        "person": holder.person_id,
        "unit": holder.unit_code,
        "purpose": holder.purpose.value,
        "serial": holder.serial,
        "until": holder.not_after.isoformat(),
        "pin_state": slot.pin_state.value,
        "tries_left": slot.tries_left,
        "training": slot.training,
        "problem": say("锁住了", "locked") if locked else None,
    }


# ---------------------------------------------------------------- the administrator
def _requests(args: argparse.Namespace) -> int:
    with signed_in(args) as (client, _):
        found = client.enrolments()
    if args.json:
        print_json([as_json(entry) for entry in found])
        return GOOD
    for entry in found:
        who = f"{entry.wanted.name}，{entry.unit_name}，{entry.wanted.role}"
        print(f"{entry.id}  {entry.code}  {who}  {entry.asked_at:%Y-%m-%d %H:%M}")
    if not found:
        print(say("没有在等的申请。", "No request is waiting."))
    return GOOD


def _decide(args: argparse.Namespace) -> int:
    from station.services.staff_office import check_code

    issue = args.action == "approve"
    with signed_in(args) as (client, key):
        entry = next((one for one in client.enrolments() if one.id == args.id), None)
        if entry is None:
            raise RequestNotWaiting(id=args.id)
        if issue:
            check_code(entry, args.code)
        done = client.decide(entry, key, issue=issue, reason="" if issue else args.reason)
    if args.json:
        print_json(as_json(done))
    else:
        print(say("已签发。", "Issued.") if issue else say("已退回。", "Refused."))
    return GOOD


def _revoke(args: argparse.Namespace) -> int:
    from signing.authority.protocol import RevocationReason
    from signing.certificates import holder_of, load_certificates
    from station.services.batch_signing import read

    try:
        reason = RevocationReason(args.reason)
    except ValueError:
        raise UsageWrong(problem=f"--reason {args.reason}", command="key revoke") from None
    named = load_certificates(read(args.certificate))[0] if args.certificate else None
    with signed_in(args, session=False) as (client, key):
        certificate = named or key.certificate
        client.revoke(certificate, reason, key)
    holder = holder_of(certificate)
    if args.json:
        print_json({"revoked": holder.serial, "holder": holder.label, "reason": reason.value})
    else:
        print(say(f"已吊销 {holder.label} 的证书。", f"Revoked: {holder.label}."))
    return GOOD
