"""The keys of this machine, from its settings: in files, and on tokens behind their drivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from signing.certificates import Purpose, holder_of, load_certificates
from signing.errors import VerificationError
from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.pkcs12 import Pkcs12Keys
from signing.keys.ring import KeyRing
from signing.keys.token_modules import drivers_of_this_system
from station.paths import Home
from station.settings import Settings, Tokens


def key_ring(place: Home, settings: Settings, files: Path | None = None) -> KeyRing:
    """Every key here; ``files`` is another folder of key files than the settings'. Close it."""
    folder = files or settings.keys or place.training / "keys"
    return KeyRing(Pkcs12Keys(folder), token_keys(place, settings))


def token_keys(place: Home, settings: Settings, *modules: Path) -> Pkcs11Keys:
    """The tokens behind the drivers of the settings, or behind ``modules`` alone."""
    return Pkcs11Keys(
        modules or token_modules(settings), lambda: tuple(known_issuers(place, settings))
    )


def token_modules(settings: Settings) -> tuple[Path, ...]:
    """The drivers to ask, those named in the settings first."""
    if settings.tokens is Tokens.OFF:
        return ()
    named = settings.token_modules
    if settings.tokens is Tokens.LISTED:
        return named
    known = {module.resolve() for module in named}
    return (*named, *(m for m in drivers_of_this_system() if m.resolve() not in known))


def issuers_folder(place: Home) -> Path:
    """Where the chain above enrolled certificates is kept: few tokens have room for it."""
    return place.root / "issuers"


def known_issuers(place: Home, settings: Settings) -> Iterator[bytes]:
    """The certificates (DER) of authorities known on this machine."""
    folders = (*settings.trust, place.training / "trust", issuers_folder(place))
    for der in _certificates(folders):
        if holder_of(der).purpose is Purpose.AUTHORITY:
            yield der
    # In a training county every key file carries the chain of all.
    training = next(iter(sorted((place.training / "keys").glob("*.pem"))), None)
    if training is not None:
        yield from list(_certificates([training]))[1:]


def _certificates(places: Iterable[Path]) -> Iterator[bytes]:
    for place in places:
        for file in sorted(place.iterdir()) if place.is_dir() else [place]:
            with suppress(OSError, VerificationError):  # a revocation list, or somebody else's file
                yield from load_certificates(file.read_bytes())
