"""Cryptoki: the C calls of a PKCS#11 driver (v2.40, part of it) by ctypes, nothing else.

Only the token process (``token_process.py``) calls this: a driver is somebody else's native code
and may crash or hang whoever loads it. Handles are plain integers, texts are trimmed, and every
return value that is not CKR_OK is raised as ``CryptokiError`` with its number; what the numbers
mean to a person is the table in ``pkcs11_errors.py``.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

CKR_OK = 0x000
CKR_BUFFER_TOO_SMALL = 0x150
CKR_USER_ALREADY_LOGGED_IN = 0x100
CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191

CKU_USER, CKU_CONTEXT_SPECIFIC = 1, 2
CKF_RW_SESSION, CKF_SERIAL_SESSION = 2, 4
CKF_OS_LOCKING_OK = 2

CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY = 1, 2, 3
CKK_RSA, CKK_EC, CKK_EC_EDWARDS = 0x0, 0x3, 0x40
CKC_X_509 = 0

CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL = 0x000, 0x001, 0x002, 0x003
CKA_VALUE, CKA_CERTIFICATE_TYPE, CKA_ISSUER, CKA_SERIAL_NUMBER = 0x011, 0x080, 0x081, 0x082
CKA_KEY_TYPE, CKA_SUBJECT, CKA_ID, CKA_SENSITIVE = 0x100, 0x101, 0x102, 0x103
CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_ENCRYPT = 0x105, 0x108, 0x10A, 0x104
CKA_MODULUS, CKA_MODULUS_BITS, CKA_PUBLIC_EXPONENT = 0x120, 0x121, 0x122
CKA_EXTRACTABLE, CKA_EC_PARAMS, CKA_EC_POINT = 0x162, 0x180, 0x181
CKA_ALWAYS_AUTHENTICATE = 0x202

CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS, CKM_RSA_X_509 = 0x0000, 0x0001, 0x0003
CKM_EC_KEY_PAIR_GEN, CKM_ECDSA = 0x1040, 0x1041
CKM_EC_EDWARDS_KEY_PAIR_GEN, CKM_EDDSA = 0x1055, 0x1057

_Ulong = ctypes.c_ulong
_UNAVAILABLE = _Ulong(-1).value
_MOST_OBJECTS = 256


class CryptokiError(Exception):
    """A driver's call failed: its name and the CK_RV it returned."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(f"{call}: 0x{code:08X}")
        self.call, self.code = call, code


class NotADriver(Exception):
    """The file cannot be loaded, or it is no PKCS#11 driver."""


def _struct(name: str, *fields: tuple[str, Any]) -> Any:
    body: dict[str, Any] = {}
    if sys.platform == "win32":  # the standard packs to one byte there, and not elsewhere
        body["_pack_"] = 1
    body["_fields_"] = list(fields)
    return type(name, (ctypes.Structure,), body)


_Version = _struct("CK_VERSION", ("major", ctypes.c_ubyte), ("minor", ctypes.c_ubyte))
_Info = _struct(
    "CK_INFO",
    ("cryptoki_version", _Version),
    ("manufacturer", ctypes.c_char * 32),
    ("flags", _Ulong),
    ("description", ctypes.c_char * 32),
    ("version", _Version),
)
_SlotInfo = _struct(
    "CK_SLOT_INFO",
    ("description", ctypes.c_char * 64),
    ("manufacturer", ctypes.c_char * 32),
    ("flags", _Ulong),
    ("hardware", _Version),
    ("firmware", _Version),
)
_TokenInfo = _struct(
    "CK_TOKEN_INFO",
    ("label", ctypes.c_char * 32),
    ("manufacturer", ctypes.c_char * 32),
    ("model", ctypes.c_char * 16),
    ("serial", ctypes.c_char * 16),
    ("flags", _Ulong),
    ("counts", _Ulong * 10),
    ("hardware", _Version),
    ("firmware", _Version),
    ("time", ctypes.c_char * 16),
)
_Attribute = _struct(
    "CK_ATTRIBUTE", ("type", _Ulong), ("value", ctypes.c_void_p), ("length", _Ulong)
)
_Mechanism = _struct(
    "CK_MECHANISM", ("type", _Ulong), ("parameter", ctypes.c_void_p), ("length", _Ulong)
)
_InitializeArgs = _struct(
    "CK_C_INITIALIZE_ARGS",
    ("mutexes", ctypes.c_void_p * 4),
    ("flags", _Ulong),
    ("reserved", ctypes.c_void_p),
)

# The order in which a driver lists its functions (PKCS#11 v2.40, section 5.1); those used here.
_PLACES = {
    "C_Initialize": 0,
    "C_Finalize": 1,
    "C_GetInfo": 2,
    "C_GetSlotList": 4,
    "C_GetSlotInfo": 5,
    "C_GetTokenInfo": 6,
    "C_GetMechanismList": 7,
    "C_OpenSession": 12,
    "C_CloseSession": 13,
    "C_GetSessionInfo": 15,
    "C_Login": 18,
    "C_Logout": 19,
    "C_CreateObject": 20,
    "C_DestroyObject": 22,
    "C_GetAttributeValue": 24,
    "C_FindObjectsInit": 26,
    "C_FindObjects": 27,
    "C_FindObjectsFinal": 28,
    "C_DecryptInit": 33,
    "C_Decrypt": 34,
    "C_SignInit": 42,
    "C_Sign": 43,
    "C_GenerateKeyPair": 59,
}

Attributes = list[tuple[int, bool | int | bytes]]


@dataclass(frozen=True)
class TokenInfo:
    """What a token says of itself. ``flags`` are CKF_ bits of CK_TOKEN_INFO."""

    label: str
    manufacturer: str
    model: str
    serial: str
    flags: int


class Cryptoki:
    """A loaded and initialised driver. Not thread-safe, as many drivers are not."""

    def __init__(self, module: str) -> None:
        try:
            library = ctypes.CDLL(module)
            listing = library.C_GetFunctionList
        except (OSError, AttributeError) as error:
            raise NotADriver(str(error)) from error
        functions = ctypes.c_void_p()
        listing.argtypes, listing.restype = [ctypes.c_void_p], _Ulong
        code = listing(ctypes.byref(functions))
        if code != CKR_OK or not functions.value:
            raise NotADriver(f"C_GetFunctionList: 0x{code:08X}")
        size = ctypes.sizeof(ctypes.c_void_p)
        start = functions.value + (2 if sys.platform == "win32" else size)
        self._library = library  # must outlive its functions
        self._functions: dict[str, Callable[..., int]] = {}
        for name, place in _PLACES.items():
            address = ctypes.c_void_p.from_address(start + place * size).value
            if address:
                # Every argument is a CK_ULONG or a pointer, so each call says which by its value.
                self._functions[name] = ctypes.CFUNCTYPE(_Ulong)(address)
        self.initialize()

    def initialize(self) -> None:
        """C_Initialize, for calls from one thread.

        Locks are asked for only where a driver insists: with them OpenSC 0.23 waits for itself for
        ever when a card is pulled while it reads the PIN's state (seen in its C_GetTokenInfo).
        """
        try:
            self._call("C_Initialize", None)
        except CryptokiError as error:
            if error.code == CKR_CRYPTOKI_ALREADY_INITIALIZED:
                return
            locks = _InitializeArgs(flags=CKF_OS_LOCKING_OK)
            self._call("C_Initialize", ctypes.byref(locks))

    def finalize(self) -> None:
        self._call("C_Finalize", None)

    def description(self) -> str:
        """The driver's own name and version."""
        info = _Info()
        self._call("C_GetInfo", ctypes.byref(info))
        name = " ".join(filter(None, (text_of(info.manufacturer), text_of(info.description))))
        return f"{name} {info.version.major}.{info.version.minor}"

    # ---------------------------------------------------------------- slots and tokens
    def slots(self, *, with_token: bool = True) -> list[int]:
        """Slot numbers, those with a token in them or all; asking looks for new readers."""
        for _ in range(8):  # a token may come between the two calls
            count = _Ulong()
            # Only a call without a list makes drivers look at their readers again.
            self._call("C_GetSlotList", _byte(with_token), None, ctypes.byref(count))
            found = (_Ulong * max(1, count.value))()
            try:
                self._call("C_GetSlotList", _byte(with_token), found, ctypes.byref(count))
            except CryptokiError as error:
                if error.code == CKR_BUFFER_TOO_SMALL:
                    continue
                raise
            return list(found[: count.value])
        return []

    def reader(self, slot: int) -> str:
        """The name of the slot's reader."""
        info = _SlotInfo()
        self._call("C_GetSlotInfo", _Ulong(slot), ctypes.byref(info))
        return text_of(info.description)

    def token(self, slot: int) -> TokenInfo:
        info = _TokenInfo()
        self._call("C_GetTokenInfo", _Ulong(slot), ctypes.byref(info))
        return TokenInfo(
            text_of(info.label),
            text_of(info.manufacturer),
            text_of(info.model),
            text_of(info.serial),
            info.flags,
        )

    def mechanisms(self, slot: int) -> list[int]:
        """What the token can do, as CKM_ numbers."""
        count = _Ulong()
        self._call("C_GetMechanismList", _Ulong(slot), None, ctypes.byref(count))
        found = (_Ulong * max(1, count.value))()
        self._call("C_GetMechanismList", _Ulong(slot), found, ctypes.byref(count))
        return list(found[: count.value])

    # ---------------------------------------------------------------- sessions
    def open_session(self, slot: int, *, write: bool = False) -> int:
        session = _Ulong()
        flags = CKF_SERIAL_SESSION | (CKF_RW_SESSION if write else 0)
        self._call("C_OpenSession", _Ulong(slot), _Ulong(flags), None, None, ctypes.byref(session))
        return session.value

    def close_session(self, session: int) -> None:
        self._call("C_CloseSession", _Ulong(session))

    def check_session(self, session: int) -> None:
        """Raises when the session is gone, as it is once its token was pulled."""
        self._call("C_GetSessionInfo", _Ulong(session), (_Ulong * 4)())

    def login(self, session: int, pin: bytes | None, user: int = CKU_USER) -> None:
        """``pin`` is None where the reader has keys of its own to type it on."""
        self._call("C_Login", _Ulong(session), _Ulong(user), pin, _Ulong(len(pin or b"")))

    def logout(self, session: int) -> None:
        self._call("C_Logout", _Ulong(session))

    # ---------------------------------------------------------------- objects
    def find(self, session: int, template: Attributes) -> list[int]:
        """The handles of all objects that match."""
        attributes, _kept = _template(template)
        self._call("C_FindObjectsInit", _Ulong(session), attributes, _Ulong(len(template)))
        handles: list[int] = []
        try:
            found, count = (_Ulong * 16)(), _Ulong()
            while len(handles) < _MOST_OBJECTS:
                self._call("C_FindObjects", _Ulong(session), found, _Ulong(16), ctypes.byref(count))
                if not count.value:
                    break
                handles += found[: count.value]
        finally:
            self._call("C_FindObjectsFinal", _Ulong(session))
        return handles

    def attribute(self, session: int, handle: int, kind: int) -> bytes:
        """One attribute's value; empty when the object has none that may be seen."""
        wanted = _Attribute(kind, None, 0)
        code = self._code(
            "C_GetAttributeValue",
            _Ulong(session), _Ulong(handle), ctypes.byref(wanted), _Ulong(1),
        )  # fmt: skip
        if code in (0x011, 0x012) or (code == CKR_OK and wanted.length == _UNAVAILABLE):
            return b""  # CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID
        if code != CKR_OK:
            raise CryptokiError("C_GetAttributeValue", code)
        if not wanted.length:
            return b""
        value = ctypes.create_string_buffer(wanted.length)
        wanted.value = ctypes.cast(value, ctypes.c_void_p)
        self._call(
            "C_GetAttributeValue",
            _Ulong(session), _Ulong(handle), ctypes.byref(wanted), _Ulong(1),
        )  # fmt: skip
        return value.raw[: wanted.length]

    def number(self, session: int, handle: int, kind: int) -> int:
        """An attribute that is a CK_ULONG; -1 when there is none."""
        value = self.attribute(session, handle, kind)
        return _Ulong.from_buffer_copy(value).value if len(value) == ctypes.sizeof(_Ulong) else -1

    def flag(self, session: int, handle: int, kind: int) -> bool:
        return self.attribute(session, handle, kind) not in (b"", b"\0")

    def create(self, session: int, template: Attributes) -> int:
        attributes, _kept = _template(template)
        handle = _Ulong()
        self._call(
            "C_CreateObject",
            _Ulong(session), attributes, _Ulong(len(template)), ctypes.byref(handle),
        )  # fmt: skip
        return handle.value

    def destroy(self, session: int, handle: int) -> None:
        self._call("C_DestroyObject", _Ulong(session), _Ulong(handle))

    def generate_pair(
        self, session: int, mechanism: int, public: Attributes, private: Attributes
    ) -> tuple[int, int]:
        """The handles of the new public and private key."""
        how = _Mechanism(mechanism, None, 0)
        of_public, _kept = _template(public)
        of_private, _kept_too = _template(private)
        first, second = _Ulong(), _Ulong()
        self._call(
            "C_GenerateKeyPair", _Ulong(session), ctypes.byref(how),
            of_public, _Ulong(len(public)), of_private, _Ulong(len(private)),
            ctypes.byref(first), ctypes.byref(second),
        )  # fmt: skip
        return first.value, second.value

    # ---------------------------------------------------------------- operations
    @contextmanager
    def signing(
        self, session: int, mechanism: int, handle: int
    ) -> Iterator[Callable[[bytes], bytes]]:
        """C_SignInit; what it yields is C_Sign, to be called once."""
        how = _Mechanism(mechanism, None, 0)
        self._call("C_SignInit", _Ulong(session), ctypes.byref(how), _Ulong(handle))
        yield lambda data: self._transform("C_Sign", session, data)

    @contextmanager
    def decrypting(
        self, session: int, mechanism: int, handle: int
    ) -> Iterator[Callable[[bytes], bytes]]:
        """C_DecryptInit; what it yields is C_Decrypt, to be called once."""
        how = _Mechanism(mechanism, None, 0)
        self._call("C_DecryptInit", _Ulong(session), ctypes.byref(how), _Ulong(handle))
        yield lambda data: self._transform("C_Decrypt", session, data)

    def _transform(self, call: str, session: int, data: bytes) -> bytes:
        result = ctypes.create_string_buffer(2048)  # RSA up to 16384 bits
        length = _Ulong(len(result))
        self._call(call, _Ulong(session), data, _Ulong(len(data)), result, ctypes.byref(length))
        return result.raw[: length.value]

    # ---------------------------------------------------------------- below all
    def _call(self, name: str, *arguments: Any) -> None:
        code = self._code(name, *arguments)
        if code != CKR_OK:
            raise CryptokiError(name, code)

    def _code(self, name: str, *arguments: Any) -> int:
        function = self._functions.get(name)
        if function is None:
            return 0x054  # CKR_FUNCTION_NOT_SUPPORTED
        return int(function(*arguments))


def _byte(yes: bool) -> ctypes.c_ubyte:
    return ctypes.c_ubyte(1 if yes else 0)


def text_of(field: bytes) -> str:
    """A blank-padded text; the standard says UTF-8, older drivers write GBK or end with NUL."""
    raw = bytes(field).split(b"\0")[0].rstrip(b" ")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _template(template: Attributes) -> tuple[Any, list[Any]]:
    """The C array, and what must stay alive as long as it does."""
    attributes = (_Attribute * max(1, len(template)))()
    kept: list[Any] = []
    for attribute, (kind, value) in zip(attributes, template, strict=False):
        if isinstance(value, bool):
            raw: Any = _byte(value)
        elif isinstance(value, int):
            raw = _Ulong(value)
        else:
            raw = ctypes.create_string_buffer(value, max(1, len(value)))
        kept.append(raw)
        attribute.type = kind
        attribute.value = ctypes.cast(ctypes.pointer(raw), ctypes.c_void_p)
        attribute.length = len(value) if isinstance(value, bytes) else ctypes.sizeof(raw)
    return attributes, kept
