"""The address of a key on a token: ``pkcs11:`` URIs (RFC 7512).

An address names a key by as much as is needed to tell it from others: token label, serial number,
id, object label. It never carries a PIN: ``pin-value`` is refused, because what stands on a
command line is seen by every program on the machine; ``pin-source`` names a file.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote, unquote_to_bytes

from signing.keys.token_errors import TokenUriWrong

SCHEME = "pkcs11:"

_IN_PATH = frozenset(
    {
        "token", "manufacturer", "serial", "model", "library-manufacturer", "library-description",
        "library-version", "object", "type", "id", "slot-description", "slot-manufacturer",
        "slot-id",
    }
)  # fmt: skip
_IN_QUERY = frozenset({"pin-source", "pin-value", "module-name", "module-path"})
_NOT_COMPARED = frozenset({"library-manufacturer", "library-description", "library-version"})
# RFC 7512, section 2.3: what a path attribute may carry unescaped
_PLAIN = "-._~:[]@!$'()*+,="


@dataclass(frozen=True, slots=True)
class TokenUri:
    """A parsed address; None and "" where it does not say."""

    token: str | None = None
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    object: str | None = None
    id: bytes | None = None
    slot: int | None = None
    reader: str | None = None
    module_path: Path | None = None
    module_name: str = ""
    pin_file: Path | None = None

    @classmethod
    def read(cls, text: str) -> TokenUri:
        """Parses an address; ``TokenUriWrong`` says what is wrong with it."""
        if not text.lower().startswith(SCHEME):
            raise TokenUriWrong(where=text, reason="pkcs11:…")
        path, _, query = text[len(SCHEME) :].partition("?")
        found = _attributes(path, ";", _IN_PATH, text)
        asked = _attributes(query, "&", _IN_QUERY, text)
        if "pin-value" in asked:
            # The address without its PIN, which belongs into no message.
            shown = text.partition("?")[0]
            raise TokenUriWrong(where=shown, reason="pin-value ✗ → --pin-file / pin-source=file:…")
        if found.get("type", b"private") not in (b"private", b"cert", b"public"):
            raise TokenUriWrong(where=text, reason="type=private")

        def word(name: str) -> str | None:
            raw = found.get(name)
            if raw is None:
                return None
            try:
                return raw.decode()
            except UnicodeDecodeError as error:
                raise TokenUriWrong(where=text, reason=f"{name}: UTF-8?") from error

        slot = word("slot-id")
        if slot is not None and not slot.isdecimal():
            raise TokenUriWrong(where=text, reason=f"slot-id={slot}")
        module = asked.get("module-path")
        return cls(
            token=word("token"),
            serial=word("serial"),
            manufacturer=word("manufacturer"),
            model=word("model"),
            object=word("object"),
            id=found.get("id"),
            slot=None if slot is None else int(slot),
            reader=word("slot-description"),
            module_path=Path(_system_text(module)) if module else None,
            module_name=_system_text(asked.get("module-name", b"")),
            pin_file=_pin_file(asked.get("pin-source"), text),
        )

    def text(self) -> str:
        """The address in writing; reading it again gives the same."""
        parts = [
            f"{name}={quote_from_bytes(value.encode(), _PLAIN)}"
            for name, value in (
                ("token", self.token),
                ("manufacturer", self.manufacturer),
                ("serial", self.serial),
                ("model", self.model),
                ("slot-description", self.reader),
                ("object", self.object),
            )
            if value is not None
        ]
        if self.slot is not None:
            parts.append(f"slot-id={self.slot}")
        if self.id is not None:
            parts.append("id=" + "".join(f"%{byte:02X}" for byte in self.id))
        query = []
        if self.module_path is not None:
            query.append(f"module-path={quote_from_bytes(str(self.module_path).encode(), '/-._~')}")
        if self.module_name:
            query.append(f"module-name={quote_from_bytes(self.module_name.encode(), '-._~')}")
        return SCHEME + ";".join(parts) + ("?" + "&".join(query) if query else "")

    @property
    def shown(self) -> str:
        """The address as people read it in a message: Chinese as Chinese, and no driver's path."""
        path = self.text().partition("?")[0]
        before, mark, id = path.partition("id=%")
        return unquote(before) + (mark + id if mark else "")

    def drives(self, module: Path) -> bool:
        """Whether the driver at ``module`` may be meant."""
        if self.module_path is not None and self.module_path.resolve() != module.resolve():
            return False
        wanted = self.module_name.lower()
        return not wanted or module.name.lower().split(".")[0] in (wanted, f"lib{wanted}")


def _attributes(text: str, separator: str, known: frozenset[str], whole: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in filter(None, text.split(separator)):
        name, equals, value = part.partition("=")
        if not equals or (name not in known and not name.startswith("x-")):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" → {near[0]}=…?" if near else ""
            raise TokenUriWrong(where=whole, reason=f"{part}{hint}")
        if name in found:
            raise TokenUriWrong(where=whole, reason=f"{name} ×2")
        if any(
            mark == "%" and not _is_hex(value[at + 1 : at + 3]) for at, mark in enumerate(value)
        ):
            raise TokenUriWrong(where=whole, reason=f"{part}: %?")
        found[name] = unquote_to_bytes(value)
    return found


def _is_hex(digits: str) -> bool:
    return len(digits) == 2 and all(digit in "0123456789abcdefABCDEF" for digit in digits)


def _system_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _pin_file(raw: bytes | None, whole: str) -> Path | None:
    """The file of ``pin-source``: ``file:/path`` or a path; a command (``|…``) is not run."""
    if raw is None:
        return None
    source = _system_text(raw)
    path = source.removeprefix("file://").removeprefix("file:")
    if source.startswith("|") or not path.startswith("/"):
        raise TokenUriWrong(where=whole, reason=f"pin-source={source} → pin-source=file:/…")
    return Path(path)
