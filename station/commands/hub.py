"""``station hub``: the township's and county's server."""

from __future__ import annotations

import argparse
import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from station.commands.console import (
    BAD_ANSWER,
    GOOD,
    add_json,
    note,
    print_json,
    say,
    with_progress,
)
from station.commands.usage import whole_number
from station.errors import UsageWrong


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="serve|migrate|bench")
    serve = actions.add_parser("serve", help=say("启动中心", "run the hub"))
    migrate = actions.add_parser(
        "migrate", help=say("把数据库升到本版本", "bring the database to this version")
    )
    for action in (serve, migrate):
        action.add_argument(
            "--config", type=Path, metavar="TOML", help=say("设置文件", "settings file")
        )
        action.add_argument(
            "--data", type=Path, metavar="DIR", help=say("数据文件夹", "data folder")
        )
    serve.add_argument(
        "--port",
        type=whole_number(0, 65535),
        metavar="N",
        help=say("端口，0 为任意空闲端口", "port; 0 for any free one"),
    )
    bench = actions.add_parser("bench", help=say("测中心的速度", "measure the hub"))
    bench.add_argument(
        "--stations",
        type=whole_number(1, 500),
        default=8,
        metavar="N",
        help=say("站数", "stations"),
    )
    bench.add_argument(
        "--cases", type=whole_number(), default=200, metavar="N", help=say("办件数", "cases")
    )
    bench.add_argument(
        "--dossier-kb",
        type=whole_number(),
        default=300,
        metavar="N",
        help=say("每份案卷的大小", "size of each dossier"),
    )
    add_json(bench)


def run(args: argparse.Namespace) -> int:
    if args.action == "bench":
        return _bench(args)
    from station.hub.settings import embedded, load_settings, with_changes

    settings = load_settings(args.config) if args.config else embedded()
    if args.action == "migrate":
        return _migrate(with_changes(settings, data=args.data).data)
    settings = with_changes(settings, data=args.data, port=args.port)
    if not args.config and settings.training is not None:
        from station.services.training import set_up_training

        set_up_training(settings.training)
    from station.hub.process import serve

    serve(settings)
    return GOOD


def _bench(args: argparse.Namespace) -> int:
    if args.stations < 1 or args.cases < args.stations or args.dossier_kb < 1:
        problem = say(
            "站数至少 1，办件数不能少于站数。", "It takes one station, and a case for each."
        )
        raise UsageWrong(problem=problem, command="hub bench")
    from station.hub.bench import bench

    done: queue.SimpleQueue[int] = queue.SimpleQueue()

    def numbers() -> Iterator[int]:
        number = 0
        while number < args.cases:
            number = done.get()
            yield number

    with ThreadPoolExecutor(1) as aside:
        measured = aside.submit(bench, args.stations, args.cases, args.dossier_kb * 1024, done.put)
        # However it ends, the bar must not wait for ever.
        measured.add_done_callback(lambda _: done.put(args.cases))
        for _ in with_progress(numbers(), args.cases, lambda number: ""):
            pass
        found = measured.result().as_json()
    if args.json:
        print_json(found)
    else:
        for name, value in found.items():
            print(f"{name:18} {value}")
    return GOOD if not found["lost"] and not found["refused"] else BAD_ANSWER


def _migrate(data: Path) -> int:
    from station.hub.database import Database
    from station.hub.schema import migrate

    data.mkdir(parents=True, exist_ok=True)
    database = Database.in_folder(data)
    try:
        before, after = migrate(database)
    finally:
        database.close()
    if before == after:
        note(say(f"数据库已是第 {after} 版，不用升级。", f"The database is at version {after}."))
    else:
        note(
            say(
                f"数据库从第 {before} 版升到第 {after} 版。",
                f"The database went from version {before} to {after}.",
            )
        )
    return GOOD
