"""What ``scanimage --all-options`` says a scanner can do, read into words of ours.

Every SANE driver names its sources and modes as it likes; here they are sorted by what they
mean. Pure text: running the program is ``scanner_sane``'s matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from station.devices.scanner import Capabilities, Source

# Resolutions that people choose from, where a driver offers a whole range.
_USUAL = (75, 100, 150, 200, 240, 300, 400, 600)
_FINEST = 600  # a page of more is 35 megapixels and shows nothing more
A4 = (210.0, 297.0)

_OPTION = re.compile(
    r"^ {4}(?P<name>--?[\w-]+)(?P<switch>\[=\(.*?\)\])? ?(?P<values>.*?)\s*\[(?P<now>[^\[]*)\]$"
)
_RANGE = re.compile(r"^(-?[\d.]+)\.\.(-?[\d.]+)([a-z%]*)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a driver: ``--name``, what it may be set to, what it is now."""

    name: str
    choices: tuple[str, ...]
    range: tuple[float, float] | None
    now: str

    @property
    def usable(self) -> bool:
        """Whether the driver lets it be set in the present state."""
        return self.now not in ("inactive", "read-only", "hardware")


def read_options(text: str) -> dict[str, Option]:
    """The options in the output of ``scanimage --all-options``, by name (``source``, ``x``)."""
    found = {}
    for line in text.splitlines():
        if match := _OPTION.match(line):
            name = match["name"].lstrip("-")
            found[name] = Option(name, *_values(match["values"], match["switch"]), match["now"])
    return found


def _values(text: str, switch: str | None) -> tuple[tuple[str, ...], tuple[float, float] | None]:
    if switch:
        return ("yes", "no"), None
    text = re.sub(r" \(in steps of .*\)$", "", text)
    if match := _RANGE.match(text):
        return (), (float(match[1]), float(match[2]))
    return tuple(text.split("|")), None


def capabilities(options: Mapping[str, Option]) -> Capabilities:
    """What the scanner offers in our words."""
    return Capabilities(
        sources=tuple(source for source in Source if source_settings(options, source) is not None),
        resolutions=_resolutions(options.get("resolution")),
        width=_extent(options.get("x"), A4[0]),
        height=_extent(options.get("y"), A4[1]),
    )


def source_settings(options: Mapping[str, Option], source: Source) -> dict[str, str] | None:
    """The options to set for this source; None when the scanner has no such source.

    Drivers say "duplex" in one of three ways: as a source of its own, as a mode of the feeder,
    or as a switch.
    """
    offered = options.get("source")
    if offered is None or not offered.choices:
        # A scanner with one source does not name it: a sheet-fed one is known by its paper.
        only = Source.FEEDER if "page-height" in options else Source.FLATBED
        return {} if source is only else None
    by_kind: dict[Source, str] = {}
    for choice in offered.choices:
        by_kind.setdefault(_kind(choice), choice)
    if source in by_kind:
        settings = {"source": by_kind[source]}
        if source is Source.FEEDER:
            settings |= _sides(options, both=False) or {}
        return settings
    both = _sides(options, both=True)
    if source is Source.DUPLEX and Source.FEEDER in by_kind and both:
        return {"source": by_kind[Source.FEEDER]} | both
    return None


def colour_settings(options: Mapping[str, Option]) -> dict[str, str]:
    """The options for colour with 8 bits a sample, as far as the driver has them."""
    settings = {}
    if mode := options.get("mode"):
        for choice in mode.choices:
            if "colo" in choice.lower():
                settings["mode"] = choice
                break
    depth = options.get("depth")
    if depth is not None and "8" in depth.choices:
        settings["depth"] = "8"
    return settings


def area_settings(
    options: Mapping[str, Option], width: float = A4[0], height: float = A4[1]
) -> dict[str, str]:
    """The options for so many millimetres, or for as much of them as the scanner reaches."""
    wanted = {"page-width": width, "page-height": height, "l": 0.0, "t": 0.0, "x": width}
    wanted["y"] = height
    settings = {}
    for name, value in wanted.items():
        option = options.get(name)
        if option is not None and option.range is not None and option.now != "inactive":
            low, high = option.range
            settings[name] = f"{min(max(value, low), high):g}"
    return settings


def _kind(choice: str) -> Source:
    words = choice.lower()
    if "duplex" in words or "both" in words:
        return Source.DUPLEX
    if "adf" in words or "feeder" in words:
        return Source.FEEDER
    return Source.FLATBED


def _sides(options: Mapping[str, Option], *, both: bool) -> dict[str, str] | None:
    mode = options.get("adf-mode")
    if mode is not None:
        for choice in mode.choices:
            if ("duplex" in choice.lower()) is both:
                return {"adf-mode": choice}
    if "duplex" in options:
        return {"duplex": "yes" if both else "no"}
    return None


def _resolutions(option: Option | None) -> tuple[int, ...]:
    if option is None:
        return (300,)
    if option.range is not None:
        low, high = option.range
        return tuple(dpi for dpi in _USUAL if low <= dpi <= high) or (round(low),)
    found = sorted(
        round(float(match[0])) for text in option.choices if (match := _NUMBER.match(text))
    )
    return tuple(dpi for dpi in found if dpi <= _FINEST) or tuple(found[:1]) or (300,)


def _extent(option: Option | None, otherwise: float) -> float:
    return option.range[1] if option is not None and option.range is not None else otherwise
