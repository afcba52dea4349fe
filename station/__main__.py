"""The command line: ``station SUBCOMMAND``; without one, the desktop.

Only the module of the chosen subcommand is imported, so that ``station --help`` answers at once.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from typing import cast

from signing.errors import ExplainedError
from station.commands.console import COULD_NOT_RUN, Command, language, note, say
from station.commands.usage import Usage

# name -> (module, what it does in Chinese, in English)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "page": ("station.commands.page", "把照片、扫描件变成端正的页面", "photos into straight pages"),
    "read": (
        "station.commands.read",
        "读纸质表格、身份证照片",
        "paper forms and ID cards into fields",
    ),
    "bench": ("station.commands.bench", "测速，和同类比", "benchmarks beside their peers"),
    "devices": ("station.commands.devices", "现在有哪些设备", "devices that are there now"),
    "card": ("station.commands.card", "读身份证", "the ID card on the reader"),
    "scan": ("station.commands.scan", "扫描成端正的页面", "scans into straight pages"),
    "verify": ("station.commands.verify", "检查已签名的 PDF", "check signed PDFs, offline"),
    "demo": ("station.commands.demo", "演示一件事从头到尾", "one whole case, from paper to proof"),
    "archive": ("station.commands.archive", "核验归档包", "judge archive packages, offline"),
    "memory": ("station.commands.memory", "检查、抢救本机数据", "look after this desk's memory"),
    "hub": ("station.commands.hub", "乡镇、县里的中心服务器", "the township's and county's hub"),
    "sign": ("station.commands.sign", "给 PDF 批量签名", "sign PDFs in one batch"),
    "renew": (
        "station.commands.renew",
        "时间戳到期前给签名文件、归档包续期",
        "renew signed PDFs and packages before they expire",
    ),
    "key": ("station.commands.key", "密钥和证书", "keys and their certificates"),
    "doctor": ("station.commands.doctor", "查哪里不对、怎么办", "what is wrong, and what to do"),
    "form": ("station.commands.form", "打印空白表、查看版面", "paper forms and their layout"),
    "catalogue": ("station.commands.catalogue", "检查、导入、导出事项", "service items"),
    "supervise": ("station.commands.supervise", "电子监察统计", "statistics, cards, ranking"),
}


def _parser() -> Usage:
    parser = Usage(
        prog="station", description=say("驿站 便民服务站", "驿站 Yizhan, a service station")
    )
    commands = parser.add_subparsers(dest="command", metavar=say("子命令", "SUBCOMMAND"))
    chosen = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    for name, (module, zh, en) in COMMANDS.items():
        text = say(zh, en)
        sub = commands.add_parser(name, help=text, description=text)
        if name == chosen:
            cast(Command, importlib.import_module(module)).add_arguments(sub)
    return parser


def main() -> int:
    """Runs one subcommand and returns its exit status; Ctrl+C is no error, whenever it comes."""
    try:
        return _run()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is ending is not stopped once more
        note(say("已停下；做完的都留着。", "Stopped; what was done is kept."))
    return COULD_NOT_RUN


def _run() -> int:
    args = _parser().parse_args()
    name = args.command or "desktop"
    if name == "desktop":
        return _desktop()
    command = cast(Command, importlib.import_module(COMMANDS[name][0]))
    try:
        return command.run(args)
    except ExplainedError as error:
        note(error.sentence(language()))
    except BrokenPipeError:  # the reader of our output went away, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - a bug: told in one sentence, its trace on request
        if os.environ.get("YIZHAN_TRACEBACK"):
            traceback.print_exc()
        note(
            say(
                f"程序出了没料到的错（{type(error).__name__}: {error}）。数据没有动；"
                "请设 YIZHAN_TRACEBACK=1 再运行一次，把结果发给维护的人。",
                f"An unexpected error occurred ({type(error).__name__}: {error}). No data was "
                "touched; run again with YIZHAN_TRACEBACK=1 and send the output to support.",
            )
        )
    return COULD_NOT_RUN


def _desktop() -> int:
    """Opens the desktop; the only place below ``ui`` that knows it exists, by name."""
    return cast(int, importlib.import_module("ui.desktop").main())


if __name__ == "__main__":
    raise SystemExit(main())
