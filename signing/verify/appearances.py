"""What the look of a filled-in text field says, to be held against the field's value.

A field can carry a look that is not its value: whoever changes the look alone changes what is
read, and the value that a program sees stays as it was (a shadow attack).
"""

from __future__ import annotations

import re

from signing.verify.history import Revision
from signing.verify.outline import decoded_text
from signing.verify.syntax import Ref, Stream, Text, read_value
from signing.verify.words import Unreadable

_SHOWN = re.compile(rb"\((?:[^()\\]|\\[\s\S])*+\)|<[0-9A-Fa-f\s]*+>")
_PICTURE = re.compile(rb"(?:^|[\s\]>/])(?:Do|BI|sh)(?=[\s\[<]|$)")
_LONGEST = 1 << 16


def shown_text(revision: Revision, ref: Ref, stream: Stream) -> str | None:
    """All the text that an appearance draws, joined; None when it draws what is not text.

    Characters are taken for what they are in simple fonts; glyph numbers of composite fonts come
    out as something else, and then do not match.
    """
    try:
        drawn = revision.stream_bytes(ref, stream)
    except Unreadable:
        return None
    if len(drawn) > _LONGEST or _PICTURE.search(_SHOWN.sub(b"()", drawn)):
        return None
    pieces = []
    for found in _SHOWN.finditer(drawn):
        try:
            text, _ = read_value(found[0], 0)
        except Unreadable:
            return None
        if isinstance(text, Text):
            pieces.append(decoded_text(bytes(text)))
    return "".join(pieces)


def shows(drawn: str | None, value: str) -> bool:
    """Whether what is drawn is the value, line breaks and blanks aside."""
    return drawn is not None and _bare(drawn) == _bare(value)


def _bare(text: str) -> str:
    return "".join(character for character in text if not character.isspace())
