"""Each setting of this machine, once: its name, type, default and what it does, in both languages.

A setting is a field of ``Settings``. It is read from the environment (``YIZHAN_HUB=…``), else from
the settings file (TOML, ``hub = "…"``), else it has its default; the screen for settings and the
commented file of ``written`` are made from the same declarations. What a desk merely remembers
(the last scanner, the width of a column) is not a setting and lies in the store.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from signing.files import write_whole
from station.errors import InputError

PREFIX = "YIZHAN_"


class SettingWrong(InputError):
    what = "The setting {name} in {where} cannot be used."
    cause = "{value} is none of {choices}."
    remedy = "Correct it or take it out; without it the default holds."
    zh = (
        "{where} 里的设置 {name} 不能用。",
        "“{value}”不在可选的 {choices} 之中。",
        "请改正，或者删掉它，用默认值。",
    )


class SettingNotAList(SettingWrong):
    cause = "{value} is not a list."
    zh = (SettingWrong.zh[0], "“{value}”不是列表。", SettingWrong.zh[2])


class SettingNotText(SettingWrong):
    cause = "{value} is not text."
    zh = (SettingWrong.zh[0], "“{value}”不是文字。", SettingWrong.zh[2])


class SettingUnknown(InputError):
    what = "There is no setting {name}, as {where} has it."
    cause = "Perhaps {nearest} is meant."
    remedy = "Correct the name or take the line out."
    zh = (
        "没有 {name} 这项设置，但 {where} 里写了它。",
        "也许是指 {nearest}。",
        "请改正名称或删掉这一行。",
    )


class SettingsUnreadable(InputError):
    what = "The settings file {where} was not read."
    cause = "{reason}"
    remedy = "Correct it, or move it away; without it the defaults hold."
    zh = ("设置文件 {where} 没有读进来。", "{reason}", "请改正；把它移走就用默认设置。")


class Language(StrEnum):
    AUTO = "auto"
    ZH = "zh"
    EN = "en"


class TextSize(StrEnum):
    NORMAL = "normal"
    LARGE = "large"


class Colours(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Tokens(StrEnum):
    """Which key drivers are asked for tokens."""

    AUTO = "auto"
    LISTED = "listed"
    OFF = "off"


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is in force on this machine."""

    language: Language = field(
        default=Language.AUTO,
        metadata=_text(
            "界面语言：auto 跟随系统，zh 中文，en 英文。",
            "Language of the screens: auto follows the system, zh Chinese, en English.",
        ),
    )
    text_size: TextSize = field(
        default=TextSize.NORMAL,
        metadata=_text(
            "字号：normal 标准（已经偏大），large 再大一号。",
            "Type size: normal (large already), large is one step more.",
        ),
    )
    colours: Colours = field(
        default=Colours.LIGHT,
        metadata=_text(
            "配色：light 浅色，dark 深色，contrast 高对比。",
            "Colours: light, dark or contrast (high contrast).",
        ),
    )
    hub: str = field(
        default="",
        metadata=_text(
            "乡镇、县里的服务器地址，如 https://hub.example.gov.cn；空着就用本机内置的培训服务器。",
            "Address of the township's and county's server, e.g. https://hub.example.gov.cn; "
            "empty: the training server inside this machine.",
        ),
    )
    keys: Path | None = field(
        default=None,
        metadata=_text(
            "放密钥文件（.p12）的文件夹；不设就用培训县的。",
            "Folder of the key files (.p12); without it, those of the training county.",
        ),
    )
    tokens: Tokens = field(
        default=Tokens.AUTO,
        metadata=_text(
            "用哪些 UKey 驱动：auto 系统里登记的和下面列出的，listed 只用列出的，off 不用 UKey。",
            "Key drivers asked for tokens: auto those this system knows and those listed below, "
            "listed only those, off none.",
        ),
    )
    token_modules: tuple[Path, ...] = field(
        default=(),
        metadata=_text(
            "UKey 厂家的 PKCS#11 驱动文件（.so 或 .dll）。",
            "PKCS#11 driver files (.so or .dll) of UKey makers.",
        ),
    )
    trust: tuple[Path, ...] = field(
        default=(),
        metadata=_text(
            "除培训根证书外还信任的根证书文件或文件夹。",
            "Files or folders of trust roots beside the training root.",
        ),
    )
    tsa: str = field(
        default="",
        metadata=_text(
            "时间戳服务器的网址（RFC 3161）；空着就用中心的。",
            "Address of the time-stamp server (RFC 3161); empty: the hub's.",
        ),
    )
    evidence: str = field(
        default="",
        metadata=_text(
            "证书状态从哪里取：签发机构的网址，或放吊销列表、OCSP 应答的文件夹；"
            "空着就问中心，或者按证书里写的网址取。",
            "Where the status of certificates comes from: an authority's address, or a folder of "
            "revocation lists and OCSP responses; empty: the hub, or the certificates' addresses.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting as a screen shows it."""

    name: str
    default: Any
    zh: str
    en: str
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return PREFIX + self.name.upper()


def declared() -> tuple[Declared, ...]:
    """Every setting, in the order of a settings screen."""
    types = _types()
    return tuple(
        Declared(
            entry.name,
            entry.default,
            entry.metadata["zh"],
            entry.metadata["en"],
            _choices(types[entry.name]),
        )
        for entry in fields(Settings)
    )


def load(file: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force; a file that is not there means that nobody changed any.

    Raises ``SettingsUnreadable``, ``SettingUnknown`` or ``SettingWrong``.
    """
    types = _types()
    found: dict[str, Any] = {}
    for name, value in _written(file).items():
        if name not in types:
            near = difflib.get_close_matches(name, types, n=1) or list(types)
            raise SettingUnknown(name=name, where=file, nearest=" / ".join(near))
        found[name] = _read(name, types[name], value, file)
    for entry in declared():
        text = environment.get(entry.variable)
        if text is not None:
            found[entry.name] = _from_text(entry, types[entry.name], text)
    return Settings(**found)


def save(settings: Settings, file: Path) -> None:
    """Writes ``settings`` so that the file is whole at every moment; ``OSError`` if it cannot."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, written(settings).encode())


def written(settings: Settings, language: str = "zh") -> str:
    """The settings as a TOML file that explains itself; what has its default is commented out."""
    lines: list[str] = []
    for entry in declared():
        value = getattr(settings, entry.name)
        lines.append(f"# {entry.en if language == 'en' else entry.zh}")
        mark = "# " if value == entry.default else ""
        lines.append(f"{mark}{entry.name} = {_toml(value)}\n")
    return "\n".join(lines)


def _written(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsUnreadable(where=file, reason=error) from error


@lru_cache(maxsize=1)
def _types() -> dict[str, Any]:
    return get_type_hints(Settings)


def _choices(wanted: Any) -> tuple[str, ...]:
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return tuple(member.value for member in wanted)
    return ()


def _from_text(entry: Declared, wanted: Any, text: str) -> Any:
    """A value of the environment; several paths are separated as in PATH."""
    value: Any = text
    if get_origin(wanted) is tuple:
        value = [part for part in text.split(os.pathsep) if part]
    return _read(entry.name, wanted, value, entry.variable)


def _read(name: str, wanted: Any, value: Any, where: object) -> Any:
    """``value`` as the type ``wanted``; ``SettingWrong`` when it is none."""
    if choices := _choices(wanted):
        if value in choices:
            return wanted(value)
        raise SettingWrong(name=name, where=where, value=value, choices=" / ".join(choices))
    if get_origin(wanted) is tuple:
        if isinstance(value, list):
            (part, _) = get_args(wanted)
            return tuple(_read(name, part, entry, where) for entry in value)
        raise SettingNotAList(name=name, where=where, value=value)
    if isinstance(value, str):
        if wanted is str:
            return value.strip()
        if not value:
            return None
        return Path(value).expanduser()
    raise SettingNotText(name=name, where=where, value=value)


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(part) for part in value)}]"
    text = "" if value is None else str(value)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in escaped) + '"'
