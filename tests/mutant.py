"""What a mutant is: a guard taken away, with the tests that must notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard taken away: the only place where `guard` stands in a file, what stands there instead, and tests that look."""

    name: str
    file: str
    guard: str
    instead: str
    tests: tuple[str, ...]
