"""Which PKCS#11 drivers this system knows: p11-kit's register, and where makers put theirs.

A driver that is registered with p11-kit (``*.module`` files, the custom of Debian, UOS and Kylin
too) needs no setting. Nothing is loaded here; a path that is listed exists.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_REGISTERS = (
    Path("/usr/share/p11-kit/modules"),
    Path("/etc/pkcs11/modules"),
    Path("~/.config/pkcs11/modules"),
)
_FOLDERS = (
    Path("/usr/lib/pkcs11"),
    *sorted(Path("/usr/lib").glob("*-linux-gnu*/pkcs11")),
    *sorted(Path("/usr/lib").glob("*-linux-gnu*")),
    Path("/usr/lib64"),
    Path("/usr/local/lib"),
    Path("/usr/lib"),
)
_NAMES = (
    "opensc-pkcs11.so",  # most ISO 7816 cards, PIV, OpenPGP
    "libcastle_v2.so.1.0.0",  # Feitian ePass2003
    "libcastle.so.1.0.0",
    "libeTPkcs11.so",  # SafeNet eToken
    "libaetpkss.so.3",  # AET SafeSign
    "libIDPrimePKCS11.so",  # Thales
    "libykcs11.so.2",  # YubiKey
)
_WINDOWS = (
    Path("C:/Program Files/OpenSC Project/OpenSC/pkcs11/opensc-pkcs11.dll"),
    Path("C:/Windows/System32/eTPKCS11.dll"),
    Path("C:/Windows/System32/eps2003csp11v2.dll"),
)
_NO_TOKENS = ("p11-kit-trust", "gnome-keyring", "p11-kit-client", "pkcs11-spy")


def drivers_of_this_system(registers: Iterable[Path] = _REGISTERS) -> tuple[Path, ...]:
    """The drivers found, each once, in a stable order."""
    found: dict[Path, Path] = {}
    for path in (*_registered(registers), *_usual()):
        if path.is_file() and not any(word in path.name for word in _NO_TOKENS):
            found.setdefault(path.resolve(), path)
    return tuple(found.values())


def _registered(registers: Iterable[Path]) -> Iterator[Path]:
    for register in registers:
        for entry in sorted(register.expanduser().glob("*.module")):
            try:
                lines = entry.read_text("utf-8", "replace").splitlines()
            except OSError:
                continue
            facts = dict(line.split(":", 1) for line in lines if ":" in line)
            name = facts.get("module", "").strip()
            if not name or facts.get("trust-policy", "").strip() == "yes":
                continue
            path = Path(name)
            if path.is_absolute():
                yield path
            else:  # relative to a folder that p11-kit was built with
                yield from (folder / name for folder in _FOLDERS if (folder / name).is_file())


def _usual() -> Iterator[Path]:
    if sys.platform == "win32":
        yield from _WINDOWS
        return
    for name in _NAMES:
        yield from (folder / name for folder in _FOLDERS if (folder / name).is_file())
