"""``station devices``: scanners, cameras, card readers, pads and keys that are there now."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from station.commands.console import GOOD, add_json, language, print_json, say
from station.commands.usage import seconds

if TYPE_CHECKING:
    from station.devices.presence import Present
    from station.devices.registry import Registry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seconds",
        type=seconds,
        default=10.0,
        metavar="N",
        help=say("最多找多久", "how long to look at most"),
    )
    parser.add_argument(
        "--training",
        action="store_true",
        help=say("连同练习用的模拟设备", "with the simulated devices of the training desk"),
    )
    parser.add_argument(
        "--keys",
        metavar="DIR",
        help=say("密钥文件在哪里；不写就看本机的", "where key files lie; by default the office's"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from pathlib import Path

    from station import paths
    from station.devices.choices import DeskChoices
    from station.devices.presence import DeviceKind, KeysOfProvider, KeysOnTokens
    from station.devices.registry import Registry, finders_of_this_system
    from station.devices.simulated import TrainingDesk
    from station.services.keys import key_ring
    from station.settings import load as load_settings

    home = paths.home()
    settings = load_settings(home.settings)
    ring = key_ring(home, settings, Path(args.keys) if args.keys else None)
    registry = Registry(
        [
            *finders_of_this_system(),
            KeysOnTokens(ring.tokens, settings.token_modules),
            KeysOfProvider(ring.files),
        ],
        choices=DeskChoices(home.station / "devices.json"),
        training=TrainingDesk() if args.training else None,
    )
    devices = registry.present(seconds=args.seconds)
    ring.close()
    if args.json:
        print_json(
            [
                {
                    "kind": device.kind.value,
                    "id": device.id,
                    "name": device.name,
                    "ready": device.ready,
                    "problem": device.problem.sentence(language()) if device.problem else None,
                    **(_of_camera(registry, device) if device.kind is DeviceKind.CAMERA else {}),
                }
                for device in devices
            ]
        )
        return GOOD
    if not devices:
        print(say("没有找到设备。", "No device was found."))
    for device in devices:
        state = device.problem.sentence(language()) if device.problem else say("能用", "ready")
        print(f"{say(*device.kind.words)}  {device.name}  [{device.id}]  {state}")
        if device.kind is DeviceKind.CAMERA:
            _print_camera(**_of_camera(registry, device))
    return GOOD


def _of_camera(registry: Registry, device: Present) -> dict[str, Any]:
    """How the desk has set a camera, and what it lets be set."""
    return {
        "settings": registry.camera_settings(device.id).as_json(),
        "offers": registry.camera(device.id).controls().as_json(),
    }


def _print_camera(settings: dict[str, Any], offers: dict[str, Any]) -> None:
    words = {
        "live": say("实时画面", "live picture"),
        "still": say("照片", "photograph"),
        "focus": say("对焦", "focus"),
        "exposure": say("曝光", "exposure"),
        "turned": say("转了", "turned"),
    }
    own = say("自动", "automatic")
    told = []
    for name, offered in offers.items():
        now = _value(settings[name]) if name in settings else own
        told.append(f"{words[name]} {now}（{_value(offered)}）")
    if "turned" in settings:
        told.append(f"{words['turned']} {settings['turned']}°")
    if told:
        print("    " + say("；", "; ").join(told))


def _value(value: Any) -> str:
    """A size, a number, sizes or a span in short."""
    if isinstance(value, dict):
        return f"{value['low']:g}–{value['high']:g}"
    if isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple):
        return ", ".join(f"{width}×{height}" for width, height in value)
    if isinstance(value, list | tuple):
        return "×".join(str(side) for side in value)
    return f"{value:g}"
