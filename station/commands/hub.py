"""``station hub``: the township's and county's server."""

from __future__ import annotations

import argparse
from pathlib import Path

from station.commands.console import GOOD, note, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="serve|migrate")
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
        type=int,
        metavar="N",
        help=say("端口，0 为任意空闲端口", "port; 0 for any free one"),
    )


def run(args: argparse.Namespace) -> int:
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
