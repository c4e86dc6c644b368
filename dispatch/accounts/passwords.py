"""How passwords are kept and compared: argon2id, as RFC 9106 recommends it."""

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dispatch.accounts.strength import spelt

PASSES, LANES = 3, 4
"""RFC 9106, section 4, second recommended option; its memory is 64 MiB."""

_NO_SALT, _NO_KEY = "A" * 22, "A" * 43
"""Sixteen and thirty-two zero bytes in base64: a key that no password leads to."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and compares passwords, taking `memory_kib` of memory for each; new ones need a score of `least_score` (0 to 4)."""

    memory_kib: int = 65536
    least_score: int = 2

    def hash(self, password: str) -> str:
        """Return what is stored of a password: the argon2id string with its parameters and a fresh salt."""
        return self._hasher().hash(spelt(password))

    def matches(self, password: str, stored: str | None) -> bool:
        """Tell whether this is the password. Without a stored one it takes the same time, and the answer is no."""
        try:
            return self._hasher().verify(stored or self.unknown, spelt(password))
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Tell whether the stored string was made with other parameters than those of today."""
        return self._hasher().check_needs_rehash(stored)

    @property
    def unknown(self) -> str:
        """An argon2id string of today's parameters that no password matches, to compare with where there is no other."""
        return f"$argon2id$v=19$m={self.memory_kib},t={PASSES},p={LANES}${_NO_SALT}${_NO_KEY}"

    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(time_cost=PASSES, memory_cost=self.memory_kib, parallelism=LANES)


STANDARD = Passwords()


@dataclass(frozen=True, slots=True)
class HashedAhead(Passwords):
    """One password, hashed before a transaction began: hashing takes its time, and nobody should wait for a lock meanwhile."""

    stored: str = ""

    @classmethod
    def of(cls, passwords: Passwords, password: str) -> "HashedAhead":
        """Hash a password now."""
        return cls(passwords.memory_kib, passwords.least_score, passwords.hash(password))

    def hash(self, _password: str) -> str:
        """Return the hash that was made."""
        return self.stored
