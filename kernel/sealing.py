"""Texts sealed with a key: whoever gets hold of the database alone cannot read them, and who has the key finds them."""

import base64
import binascii
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
MARK = "sealed:"
"""What every sealed text begins with. After it: the name of its key, and base64url of nonce, ciphertext and tag."""
LONGEST_NAME = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_NONCE_BYTES = 12
_INDEX_BYTES = 15
"""So many bytes of an index are kept, which are 20 letters: enough that no two texts share one by chance."""


class SealingError(Exception):
    """Something about sealed texts or their keys is wrong; the message says what, and holds nothing secret."""


class Unopenable(SealingError):
    """A sealed text cannot be opened: its key is not known here, it is not what was sealed, or it stood somewhere else."""


class KeyUnknown(Unopenable):
    """The key is not among those that this process has."""


@dataclass(frozen=True)
class SealingKey:
    """A key by its name. What it seals with and what it indexes with are two keys that are both made from it."""

    name: str
    secret: bytes = field(repr=False)

    @cached_property
    def cipher(self) -> AESGCM:
        """What seals and opens."""
        return AESGCM(self._derived(b"fieldbeat sealing"))

    @cached_property
    def indexer(self) -> "hmac.HMAC":
        """What a blind index begins with; to be copied."""
        return hmac.new(self._derived(b"fieldbeat blind index"), digestmod=hashlib.sha256)

    @property
    def fingerprint(self) -> str:
        """What tells this key from another of the same name, and helps nobody to guess it: 16 hexadecimal digits."""
        return self._derived(b"fieldbeat fingerprint")[:8].hex()

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(self.secret)


def read_keys(text: str) -> tuple[SealingKey, ...]:
    """Read `name:base64` of each key, separated by commas or lines; what follows a # is passed over. The first one seals.

    Raises ValueError: a name is not plain or there twice, or a key has not 32 bytes.
    """
    lines = (line.split("#", 1)[0] for line in text.splitlines())
    found = [_read_key(one.strip()) for line in lines for one in line.split(",") if one.strip()]
    if len({key.name for key in found}) < len(found):
        raise ValueError("a name is there twice")
    return tuple(found)


def _read_key(text: str) -> SealingKey:
    name, _, digits = text.partition(":")
    plain = digits.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        secret = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("a key is no base64") from error
    if not _NAME.fullmatch(name) or len(secret) != KEY_BYTES:
        raise ValueError("a key is name:base64 of 32 bytes")
    return SealingKey(name, secret)


def new_key() -> SealingKey:
    """Make a key that nobody has, named after itself."""
    secret = os.urandom(KEY_BYTES)
    return SealingKey(f"key-{SealingKey('', secret).fingerprint[:8]}", secret)


def write_key(key: SealingKey) -> str:
    """Write a key as `read_keys` reads it."""
    return f"{key.name}:{base64.b64encode(key.secret).decode()}"


class Sealer:
    """Seals texts with the first of its keys, and opens what any of them sealed (AES-256-GCM).

    The context says where a text stands, such as `customers.phone/<id>`. It is no secret and is not kept, but without the same
    context a text does not open: one that was copied to another row or column is found out.

    Args:
        find_keys: called when a key is first needed, and again when a text needs one that is not known: it may be new.
    """

    def __init__(self, find_keys: Callable[[], Sequence[SealingKey]]) -> None:
        self._find_keys = find_keys
        self._lock = Lock()
        self._found: dict[str, SealingKey] = {}

    @property
    def keys(self) -> tuple[SealingKey, ...]:
        """All keys, the one first that seals. Raises OSError where they are in a file that cannot be read or made."""
        return tuple(self._named().values())

    @property
    def newest(self) -> SealingKey:
        """The key that seals."""
        return next(iter(self._named().values()))

    def _named(self, *, again: bool = False) -> dict[str, SealingKey]:
        if again or not self._found:
            with self._lock:
                if again or not self._found:
                    self._found = {key.name: key for key in self._find_keys()}
        return self._found

    def seal(self, text: str, context: str) -> str:
        """Seal a text that stands there."""
        key, nonce = self.newest, os.urandom(_NONCE_BYTES)
        shut = nonce + key.cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), context.encode())
        return f"{MARK}{key.name}:{base64.urlsafe_b64encode(shut).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """Open a text that was sealed for this context. One that was never sealed is returned as it is.

        Raises Unopenable: nobody can tell what it said; KeyUnknown: its key is not here.
        """
        if not sealed.startswith(MARK):
            return sealed
        name, _, digits = sealed[len(MARK) :].partition(":")
        key = self._named().get(name) or self._named(again=True).get(name)
        if key is None:
            raise KeyUnknown(f"the key {name!r} of a sealed text is not known here")
        try:
            shut = base64.b64decode(digits, altchars=b"-_", validate=True)
            plain = key.cipher.decrypt(shut[:_NONCE_BYTES], shut[_NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise Unopenable("a sealed text is not what was sealed, or not where it was sealed for") from error
        return plain.decode("utf-8", "surrogatepass")

    def is_renewed(self, text: str) -> bool:
        """Tell whether a text is sealed with the key that seals now."""
        return text.startswith(f"{MARK}{self.newest.name}:")

    def blind_index(self, text: str, purpose: str) -> str:
        """Return what stands for a text where it is to be found: alike for the same text and purpose, and nothing else.

        It is made with the key that seals now. Whoever searches asks for all of `blind_indexes`.
        """
        return _indexed(self.newest, text, purpose)

    def blind_indexes(self, text: str, purpose: str) -> list[str]:
        """Return what may stand for a text, by each key."""
        return [_indexed(key, text, purpose) for key in self.keys]


def _indexed(key: SealingKey, text: str, purpose: str) -> str:
    made = key.indexer.copy()
    made.update(f"{purpose}\0{unicodedata.normalize('NFKC', text)}".encode("utf-8", "surrogatepass"))
    return base64.urlsafe_b64encode(made.digest()[:_INDEX_BYTES]).decode()


def cell(column: str, key: Any) -> str:
    """Return the context of a value in a table: its column, as `customers.phone`, and the key of its row."""
    return f"{column}/{key}"
