"""A hub's settings: each once, with its default, read from one TOML file.

Without a file the hub is the embedded one of a training county: everything below the data folder
of this machine, on the loopback address, on a free port.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from station.errors import InputError
from station.notify.kannel import KannelSettings
from station.paths import home, resources


class HubSettingsWrong(InputError):
    what = "The hub did not start."
    cause = "{file}: {reason}"
    remedy = "Correct the file and start again."
    zh = ("中心没有启动。", "{file}：{reason}", "请改正这个文件再启动。")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """A PKCS#12 file, and the file beside it that holds its PIN."""

    file: Path
    pin_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """The server certificate with its chain, and its key, both PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Everything that one hub is told at its start.

    ``training`` is the folder of a training authority; with it the hub makes its own keys, trusts
    that authority and answers for it. Without it ``hub_key``, ``sms_key``, ``trust`` (roots,
    intermediates, revocation lists) and ``units`` (the units' certificates) are needed.
    """

    data: Path
    county: str = "130430"
    organisation: str = ""
    host: str = "127.0.0.1"
    port: int = 0  # 0: any free one; the ready file says which
    tls: TlsFiles | None = None
    plain_http: bool = False  # a gateway in front of this hub speaks TLS
    training: Path | None = None
    hub_key: KeyFile | None = None
    sms_key: KeyFile | None = None
    trust: tuple[Path, ...] = ()
    units: Path | None = None
    archive: tuple[Path, ...] = ()  # certificates that every dossier is sealed to as well
    items: tuple[Path, ...] = ()
    calendar: Path | None = None
    most_document_bytes: int = 200 * 1024 * 1024
    sweep_seconds: int = 20
    patience_seconds: int = 30  # how long somebody may take to say a request
    requests_per_minute: int = 3000  # of one certificate; 0: no limit
    upload_mb_a_day: int = 8192  # of one unit; 0: no limit
    most_connections: int = 1000
    kannel: KannelSettings | None = None  # None: messages go into a file
    sms_templates: Path | None = None
    duty_phones: Mapping[str, str] = field(default_factory=dict)

    def check_address(self) -> None:
        """Tokens must not travel in the open: other machines reach a hub by TLS or not at all."""
        if self.tls is None and not self.plain_http and not _is_loopback(self.host):
            reason = f"host {self.host} without [tls]; or plain_http = true behind a gateway"
            raise HubSettingsWrong(file=self.data, reason=reason)

    @property
    def item_folders(self) -> tuple[Path, ...]:
        return self.items or (resources("items"),)

    @property
    def unit_folder(self) -> Path | None:
        """Where the units' certificates lie."""
        return self.training / "keys" if self.training else self.units

    @property
    def calendar_folder(self) -> Path:
        return self.calendar or resources("calendar")


def embedded(data: Path | None = None) -> HubSettings:
    """The training hub of this machine, with its data in ``data`` or where it always lies."""
    place = home()
    further = (place.catalogue,) if place.catalogue.is_dir() else ()
    return HubSettings(
        data=data or place.hub, training=place.training, items=(resources("items"), *further)
    )


def load_settings(file: Path) -> HubSettings:
    """Reads a hub's settings; ``HubSettingsWrong`` names what is wrong or not known.

    Relative paths count from the file's own folder.
    """
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise HubSettingsWrong(file=file, reason=error) from error
    reader = _Reader(file, raw)
    settings = HubSettings(
        data=reader.path("data", required=True) or file.parent,
        county=reader.text("county", "130430"),
        organisation=reader.text("organisation", ""),
        host=reader.text("host", "127.0.0.1"),
        port=reader.number("port", 0),
        tls=reader.tls("tls"),
        plain_http=reader.flag("plain_http"),
        training=reader.path("training"),
        hub_key=reader.key_file("hub_key"),
        sms_key=reader.key_file("sms_key"),
        trust=reader.paths("trust"),
        units=reader.path("units"),
        archive=reader.paths("archive"),
        items=reader.paths("items"),
        calendar=reader.path("calendar"),
        most_document_bytes=reader.number("most_document_mb", 200) * 1024 * 1024,
        sweep_seconds=reader.number("sweep_seconds", 20),
        patience_seconds=reader.number("patience_seconds", 30),
        requests_per_minute=reader.number("requests_per_minute", 3000),
        upload_mb_a_day=reader.number("upload_mb_a_day", 8192),
        most_connections=reader.number("most_connections", 1000),
        kannel=reader.kannel("kannel"),
        sms_templates=reader.path("sms_templates"),
        duty_phones=reader.texts("duty_phones"),
    )
    reader.nothing_left()
    for name, least in (
        ("requests_per_minute", 0),
        ("upload_mb_a_day", 0),
        ("most_connections", 1),
    ):
        if getattr(settings, name) < least:
            raise HubSettingsWrong(file=file, reason=f"{name} must be {least} or more")
    if settings.training is None:
        for name in ("hub_key", "sms_key", "trust", "units"):
            if not getattr(settings, name):
                raise HubSettingsWrong(file=file, reason=f"{name} is missing")
    return settings


def with_changes(
    settings: HubSettings, *, data: Path | None = None, port: int | None = None
) -> HubSettings:
    """The settings with what the command line says put in their place."""
    if data is not None:
        settings = replace(settings, data=data)
    return settings if port is None else replace(settings, port=port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Reader:
    """Takes members out of a TOML table one by one, so that what is left over is not known."""

    def __init__(self, file: Path, raw: Mapping[str, Any], inside: str = "") -> None:
        self._file = file
        self._raw = dict(raw)
        self._inside = inside

    def text(self, name: str, default: str) -> str:
        return str(self._take(name, str, default))

    def number(self, name: str, default: int) -> int:
        return int(self._take(name, int, default))

    def flag(self, name: str) -> bool:
        value = self._raw.pop(name, False)
        if not isinstance(value, bool):
            raise self._wrong(name, "must be true or false")
        return value

    def path(self, name: str, required: bool = False) -> Path | None:
        text = self._take(name, str, None)
        if text is None:
            if required:
                raise self._wrong(name, "is missing")
            return None
        return self._absolute(text)

    def paths(self, name: str) -> tuple[Path, ...]:
        return tuple(self._absolute(str(text)) for text in self._take(name, list, []))

    def texts(self, name: str) -> dict[str, str]:
        return {str(k): str(v) for k, v in self._take(name, dict, {}).items()}

    def tls(self, name: str) -> TlsFiles | None:
        table = self._table(name)
        if table is None:
            return None
        certificate, key = (
            table.path("certificate", required=True),
            table.path("key", required=True),
        )
        table.nothing_left()
        assert certificate is not None and key is not None
        return TlsFiles(certificate=certificate, key=key)

    def key_file(self, name: str) -> KeyFile | None:
        table = self._table(name)
        if table is None:
            return None
        file, pin_file = table.path("file", required=True), table.path("pin_file", required=True)
        table.nothing_left()
        assert file is not None and pin_file is not None
        return KeyFile(file=file, pin_file=pin_file)

    def kannel(self, name: str) -> KannelSettings | None:
        table = self._table(name)
        if table is None:
            return None
        password_file = table.path("password_file", required=True)
        assert password_file is not None
        secret_file = table.path("report_secret_file")
        settings = KannelSettings(
            url=table.text("url", ""),
            username=table.text("username", ""),
            password=self._secret(password_file),
            sender=table.text("sender", ""),
            smsc=table.text("smsc", ""),
            report_url=table.text("report_url", ""),
            report_secret=self._secret(secret_file) if secret_file else "",
        )
        table.nothing_left()
        if settings.report_url and not settings.report_secret:
            raise self._wrong(name, "report_url needs report_secret_file")
        return settings

    def nothing_left(self) -> None:
        if self._raw:
            raise self._wrong(sorted(self._raw)[0], "is not known")

    def _table(self, name: str) -> _Reader | None:
        raw = self._take(name, dict, None)
        return None if raw is None else _Reader(self._file, raw, f"{self._inside}{name}.")

    def _take(self, name: str, kind: type, default: Any) -> Any:
        value = self._raw.pop(name, default)
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self._wrong(name, f"must be {kind.__name__}")
        return value

    def _absolute(self, text: str) -> Path:
        return (self._file.parent / Path(text).expanduser()).resolve()

    def _secret(self, file: Path) -> str:
        try:
            return file.read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise HubSettingsWrong(file=file, reason=error) from error

    def _wrong(self, name: str, reason: str) -> HubSettingsWrong:
        return HubSettingsWrong(file=self._file, reason=f"{self._inside}{name} {reason}")
