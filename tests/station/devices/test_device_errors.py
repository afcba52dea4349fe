"""Every fault of a device is three sentences in two languages, about the same facts."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string

import pytest

import station.devices
from station.errors import DeviceError

for _module in pkgutil.iter_modules(station.devices.__path__):
    importlib.import_module(f"station.devices.{_module.name}")


def leaves(branch: type[DeviceError]) -> list[type[DeviceError]]:
    below = [leaf for child in branch.__subclasses__() for leaf in leaves(child)]
    return below or [branch]


def facts(*texts: str) -> set[str]:
    """The names in the braces, ``zh`` and ``en`` variants of one fact taken as the same."""
    found = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    return {re.sub(r"_(zh|en)$", "", name) for name in found}


@pytest.mark.parametrize("fault", leaves(DeviceError), ids=lambda fault: fault.__name__)
def test_a_fault_explains_itself(fault: type[DeviceError]) -> None:
    what, cause, remedy = fault.zh
    assert all((what, cause, remedy, fault.what, fault.cause, fault.remedy))
    assert facts(what, cause, remedy) == facts(fault.what, fault.cause, fault.remedy)
    assert what.endswith("。") and cause.endswith(("。", "}")) and remedy.endswith("。")
    assert not re.search(r"[,;!?]", what + cause + remedy), "Chinese punctuation is full-width"
