"""PDFs that are encrypted but open without a password: reading them (ISO 32000-2, 7.6).

Encryption hides nothing from a verifier of signatures, for those are made over the encrypted
bytes; it is needed to find objects that are packed into encrypted streams, and to show texts.
The algorithms are pyHanko's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from signing.verify.syntax import Dictionary, Name, Ref, Text, Value
from signing.verify.words import Unreadable


class Decryption:
    """The keys of one encrypted document."""

    def __init__(self, trailer: Dictionary, read: Callable[[Ref], Value]) -> None:
        from pyhanko.pdf_utils.crypt import AuthStatus, SecurityHandler, StandardSecurityHandler
        from pyhanko.pdf_utils.misc import PdfError

        encrypt = trailer.get("Encrypt")
        encrypt = read(encrypt) if isinstance(encrypt, Ref) else encrypt
        identifiers = trailer.get("ID")
        identifiers = read(identifiers) if isinstance(identifiers, Ref) else identifiers
        first = identifiers[0] if isinstance(identifiers, list) and identifiers else b""
        try:
            handler = SecurityHandler.build(_for_pyhanko(encrypt, read))
            if not isinstance(handler, StandardSecurityHandler):
                raise Unreadable("encrypted")
            if handler.authenticate(b"", id1=bytes(first)).status is AuthStatus.FAILED:
                raise Unreadable("encrypted")
            self._streams: Any = handler.get_stream_filter()
            self._texts: Any = handler.get_string_filter()
            self._keys: dict[tuple[bool, Ref], bytes] = {}
            self._errors = (PdfError, ValueError, TypeError, KeyError)
        except (PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unreadable("encrypted") from error

    def stream(self, ref: Ref, raw: bytes) -> bytes:
        """The bytes of the stream that is object ``ref``."""
        return self._plain(self._streams, False, ref, raw)

    def text(self, ref: Ref, written: bytes) -> bytes:
        """The bytes of a string within object ``ref``."""
        return self._plain(self._texts, True, ref, written)

    def _plain(self, cipher: Any, of_text: bool, ref: Ref, raw: bytes) -> bytes:
        try:
            if (of_text, ref) not in self._keys:
                self._keys[of_text, ref] = cipher.derive_object_key(ref.number, ref.generation)
            return bytes(cipher.decrypt(self._keys[of_text, ref], raw))
        except self._errors as error:
            raise Unreadable("encrypted") from error


def _for_pyhanko(value: Value, read: Callable[[Ref], Value], depth: int = 0) -> Any:
    """The encryption dictionary in pyHanko's types."""
    from pyhanko.pdf_utils import generic

    if isinstance(value, Ref):
        value = read(value)
    if depth > 8:
        raise Unreadable("encrypted")
    if isinstance(value, Dictionary):
        return generic.DictionaryObject(
            {
                generic.NameObject("/" + key): _for_pyhanko(part, read, depth + 1)
                for key, part in value.items()
            }
        )
    if isinstance(value, list):
        return generic.ArrayObject(_for_pyhanko(part, read, depth + 1) for part in value)
    if isinstance(value, Name):
        return generic.NameObject("/" + value)
    if isinstance(value, Text):
        return generic.ByteStringObject(bytes(value))
    if isinstance(value, bool):
        return generic.BooleanObject(value)
    if isinstance(value, int):
        return generic.NumberObject(value)
    if value is None:
        return generic.NullObject()
    raise Unreadable("encrypted")
